"""Why a consequence follows: the breach of single norms where they are few, else the topics of the norms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from govproj_rules import ir
from govproj_rules.ir import TRUE, Rule
from govproj_rules.telling.guards import tell_inline
from govproj_rules.telling.teller import Teller

_AFTER_A_BREACH: Final = "breach."
"""Topics called after what follows: their names say nothing of what was broken."""

FEW: Final = 4
"""So many breaches are told one by one."""


def tell_causes(consequence: ir.Consequence, topic: str, tell: Teller) -> str:
    """For the breach of what. ``topic`` is that of the consequence: a norm beside it is not called by its topic."""
    if consequence.any:
        return tell.say("norm_any_breach")
    if consequence.kinds:
        return tell.say("norm_kinds", kinds=tell.list(tell.word("kind", kind) for kind in consequence.kinds))
    if not consequence.of:
        return ""
    norms = _as_written(consequence, tell)
    if (told := _breaches(norms, tell)) is not None:
        return tell.say("norm_breaches", breaches=told)
    beside = [one for one in norms if one[0].topic == topic or one[0].topic.startswith(_AFTER_A_BREACH)]
    topics = dict.fromkeys(one[0].topic for one in norms if one not in beside)
    named = [tell.text(found.label) for name in topics if (found := tell.words.topics.get(name)) is not None]
    more = _breaches(beside, tell) or tell.say("breaches_here", count=len(beside))
    if not named:
        return tell.say("norm_breaches", breaches=more)
    said = tell.say("norm_causes", topics=tell.short_list(named))
    return said + tell.say("norm_or_breaches", breaches=more) if beside else said


def _as_written(consequence: ir.Consequence, tell: Teller) -> list[list[Rule]]:
    """The rules it follows from, the members of one outcome together."""
    grouped: dict[tuple[str, bool], list[Rule]] = {}
    for rule in tell.ruleset.rules:
        if {rule.id, rule.base_id} & set(consequence.of):
            grouped.setdefault((rule.base_id, rule.id.endswith(".then")), []).append(rule)
    return list(grouped.values())


def _breaches(norms: Sequence[Sequence[Rule]], tell: Teller) -> str | None:
    """What it is to break any of these norms, if that is soon told."""
    said = dict.fromkeys(one for rules in norms for one in _breach(rules, tell))
    return tell.say("either").join(said) if len(said) <= FEW else None


def _breach(rules: Sequence[Rule], tell: Teller) -> list[str]:
    """What it is to break a norm; ``rules`` are all members of its outcome."""
    first = rules[0]
    match first.outcome:
        case ir.Prohibition(None):
            return [_quoted("broken_forbidden", tell_inline(first.done or TRUE, tell, False), tell)]
        case ir.Duty(of, follow, _) if first.done is None:
            return [_quoted("broken_state", tell.text(follow) if follow else tell.matter(of or first.topic), tell)]
        case ir.Duty():
            return [_quoted("broken_state", tell_inline(first.done or TRUE, tell), tell)]
        case _:
            return [_undone(rule, tell) for rule in rules]


def _undone(rule: Rule, tell: Teller) -> str:
    """What was not done, or too early."""
    match rule.outcome:
        case ir.Prohibition(str() as event):
            return tell.say("broken_order", text=tell.event(event))
        case ir.DocumentOwed(document):
            return tell.say("broken_document", text=tell.document(document))
        case ir.Approval(used_by=str() as used_by):
            return tell.say("broken_validity", text=tell.event(used_by))
        case ir.Approval(event=event):
            return tell.say("broken_event", text=tell.event(event))
        case ir.Deadline(event=event):
            return tell.say("broken_in_time", text=tell.event(event))
        case _:  # nobody breaks a permission
            return tell.say("breach_of", text=tell.text(tell.words.topics[rule.topic].label))


def _quoted(key: str, text: str, tell: Teller) -> str:
    """A state in quotes, or in brackets where it has quotes of its own."""
    in_groups = text[0] in "（(" and text[-1] in "）)"
    within = "state_yes" if in_groups else "grouped" if "“" in text else "quoted"
    return tell.say(key, text=tell.say(within, label=text, text=text))
