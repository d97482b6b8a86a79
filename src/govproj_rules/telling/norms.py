"""A norm in a few words, made from its outcome alone: what, by whom, to whom, until when, under which condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from govproj_rules import ir
from govproj_rules.ir import TRUE, All, Expr, Not, Regime, Rule, Test
from govproj_rules.outcomes import OWNER_SIDE
from govproj_rules.telling.guards import tell_inline
from govproj_rules.telling.teller import Teller

TOWARDS = frozenset({"file", "report", "request"})
"""Acts done towards an authority, not by it."""


def tell_when(applies: Expr, rules: Sequence[Rule], tell: Teller) -> str:
    """Under which condition a norm holds; nothing where it always does."""
    parts = [] if applies == TRUE else [tell_inline(applies, tell)]
    regimes = [one for one in tell.ruleset.regimes if one.id in rules[0].regimes]
    if regimes and not any(one.presume for one in regimes):
        named = tell.list(tell.text(one.title) for one in regimes)
        parts.insert(0, tell.say("norm_in_regime", regime=named))
    return tell.say("and").join(parts)


def tell_norm(rules: Sequence[Rule], tell: Teller) -> str:
    """What a rule says. ``rules`` are all members of one outcome: its documents, recipients, effects."""
    first = rules[0]
    match first.outcome:
        case ir.Competence(_, matter):
            names = [rule.outcome.authority for rule in rules if isinstance(rule.outcome, ir.Competence)]
            who = tell.list(roles(names, tell))
            return tell.say("norm_competence", authorities=who, matter=tell.matter(matter))
        case ir.Duty(of, follow, _) if first.done is None:
            said = tell.say("norm_follow", text=tell.text(follow)) if follow else _about(first, of, tell)
            return forced(first, said, tell)
        case ir.Duty(_, follow, _):
            assert first.done is not None
            said = tell.say("norm_state", text=tell_inline(first.done, tell))
            if follow:
                said += tell.say("comma") + tell.say("norm_follow", text=tell.text(follow))
            return forced(first, said + timed(first, tell), tell)
        case ir.Prohibition(None):
            assert first.done is not None
            return forced(first, tell.say("norm_state", text=tell_inline(first.done, tell, False)), tell, forbids=True)
        case ir.Prohibition(event):
            assert event is not None
            said = tell.say("norm_after", first=tell_inline(All(first_needed(first)), tell), event=tell.event(event))
            return said if first.force in ("must", "must_not") else forced(first, said, tell)
        case ir.DocumentOwed():
            return forced(first, _documents(rules, tell) + timed(first, tell), tell)
        case ir.Approval():
            return forced(first, _approval(first.outcome, tell) + timed(first, tell), tell)
        case ir.Deadline(event, due, to, counted):
            moved = tell.say("norm_moved") if due.moved_to is not None else ""
            said = tell.say(
                "norm_deadline", counted=tell.text(counted), event=tell.event(event), to=_to(to, tell), moved=moved
            )
            return forced(first, said, tell)
        case ir.Permission(act):
            matters = [rule.outcome.of for rule in rules if isinstance(rule.outcome, ir.Permission)]
            said = tell.list(_done_to(act, of, tell) for of in matters)
            return forced(first, said, tell)
        case ir.Consequence():
            return _consequence(rules, tell)
        case _:
            assert_never(first.outcome)


def _done_to(act: str, of: str, tell: Teller) -> str:
    """An act and what it is done to; a matter that names the act itself says both."""
    does, what = tell.named(tell.words.acts, act), tell.matter(of)
    return what if does.lower() in what.lower() else tell.say("norm_permission", act=does, of=what)


def forced(rule: Rule, said: str, tell: Teller, forbids: bool = False) -> str:
    """The same with the law's own word before it, and whose act it is where it is not the owner's."""
    key = f"force_{rule.force}"
    if forbids:
        key = {"in_principle": "not_in_principle", "encouraged": "not_encouraged"}.get(rule.force, "force_must_not")
    made = tell.say(key, text=said)
    whose = rule.who not in (OWNER_SIDE - {"lead_department", "user"}) and not isinstance(rule.outcome, ir.Approval)
    if whose and not isinstance(rule.outcome, (ir.Consequence, ir.Permission)):
        return tell.say("norm_who", who=role(rule.who, tell), text=made)
    return made


def timed(rule: Rule, tell: Teller) -> str:
    """Before what it is owed; a step of a flow has its place by its order."""
    if rule.before is None or rule.order is not None:
        return ""
    return tell.say("norm_before" if rule.before.same_day else "norm_ahead", event=tell.event(rule.before.event))


def role(name: str, tell: Teller) -> str:
    """Who fills a role here."""
    return tell.text(tell.ruleset.authorities.get(name) or tell.words.roles.get(name))


def roles(names: Iterable[str], tell: Teller) -> list[str]:
    return [role(name, tell) for name in dict.fromkeys(names)]


def first_needed(rule: Rule) -> tuple[Expr, ...]:
    """What must be there before the event of a prohibition, without the comparison of the days."""
    match rule.done:
        case Not(All((_, Not(needed)))):
            return tuple(_undated(needed))
        case _:
            return ()


def _undated(needed: Expr) -> Iterator[Expr]:
    match needed:
        case All(parts):
            for part in parts:
                yield from _undated(part)
        case Test(left) if left.type == "date":
            return
        case _:
            yield needed


def _about(rule: Rule, of: str | None, tell: Teller) -> str:
    """What a reminder is about: its matter, else its topic."""
    topic = tell.words.topics.get(rule.topic)
    return tell.matter(of) if of else tell.text(topic.label if topic else None)


def _to(names: Iterable[str], tell: Teller) -> str:
    named = tell.list(roles(names, tell))
    return tell.say("norm_to", names=named) if named else ""


def _documents(rules: Sequence[Rule], tell: Teller) -> str:
    owed = [rule.outcome for rule in rules if isinstance(rule.outcome, ir.DocumentOwed)]
    named = [tell.say("norm_named", text=tell.document(one)) for one in dict.fromkeys(one.document for one in owed)]
    open_ = tell.say("norm_open") if owed[0].open else ""
    to = _to((name for one in owed for name in one.to), tell)
    gap = "" if tell.lang == "zh" else ", "
    return tell.say("norm_document", documents=gap.join(named), open=open_, to=to)


def _approval(o: ir.Approval, tell: Teller) -> str:
    said = tell.say(
        "norm_to_act" if o.act in TOWARDS else "norm_by_act",
        by=role(o.by, tell),
        act=tell.named(tell.words.acts, o.act),
    )
    if o.of not in ("project", "change"):
        said += tell.say("norm_of", text=tell.matter(o.of))
    said += tell.say("norm_event", text=tell.event(o.event))
    for key, who in (("with", o.with_), ("or", o.or_)):
        if who:
            said += tell.say("comma") + tell.say(key, names=tell.list(roles(who, tell)))
    if o.valid_for and o.used_by:
        said += tell.say("norm_valid", period=tell.value("", str(o.valid_for)), event=tell.event(o.used_by))
    return said


def _consequence(rules: Sequence[Rule], tell: Teller) -> str:
    first = rules[0].outcome
    assert isinstance(first, ir.Consequence)
    every = [rule.outcome.effect for rule in rules if isinstance(rule.outcome, ir.Consequence)]
    effects = tell.list(tell.named(tell.words.effects, effect) for effect in every)
    said = effects + tell.say("comma") + tell.say("on", whom=tell.word("against", first.against))
    if first.by:
        said += tell.say("comma") + tell.say("by_whom", names=role(first.by, tell))
    if first.until:
        said += tell.say("norm_until", text=tell.text(first.until))
    if first.of:
        said += tell.say("norm_causes", count=len(first.of))
    match rules[0].force:
        case "may":
            return tell.say("force_may", text=said)
        case "in_principle":
            return tell.say("effect_in_principle", text=said)
        case _:
            return said


def tell_regime(regime: Regime, tell: Teller) -> str:
    """Which projects a regime takes in, or leaves out."""
    scope = tell.word("scope", "excluded" if regime.excluded else "applies")
    return tell.say("norm_regime", scope=scope, when=tell_inline(regime.when, tell, spelled=True))
