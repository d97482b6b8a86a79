"""A norm in a few words, made from its outcome alone: what, by whom, to whom, until when, under which condition."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import assert_never

from govproj_rules import ir
from govproj_rules.ir import TRUE, All, Expr, Fact, Literal, Not, Regime, Rule, Test
from govproj_rules.telling.causes import tell_causes
from govproj_rules.telling.guards import tell_inline
from govproj_rules.telling.teller import Teller

TOWARDS = frozenset({"file", "report", "request"})
"""Acts done towards an authority, not by it."""
RESULTS = "evaluation."
"""Topics in which what follows is the use of results, which befalls nobody."""
UNNAMED = "unnamed"
"""The role of an authority that acts though the text does not say which."""
_NAMED = (ir.Approval, ir.Competence, ir.Consequence)
"""Outcomes that name who acts themselves."""


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
            key = {"may": "norm_may_answer", "in_principle": "norm_answers_in_principle"}.get(
                first.force, "norm_competence"
            )
            return tell.say(key, authorities=tell.list(roles(names, tell)), matter=tell.matter(matter))
        case ir.Duty(of, follow, _) if first.done is None:
            said = tell.say("norm_follow", text=tell.text(follow)) if follow else _about(first, of, tell)
            return forced(first, said, tell)
        case ir.Duty(_, follow, _):
            said = tell.say("norm_state", text=tell_inline(first.done or TRUE, tell))
            if follow:
                said += tell.say("comma") + tell.say("norm_follow", text=tell.text(follow))
            return forced(first, said + timed(first, tell), tell)
        case ir.Prohibition(None):
            said = tell.say("norm_state", text=tell_inline(first.done or TRUE, tell, False))
            return forced(first, said, tell, forbids=True)
        case ir.Prohibition(str() as event):
            needed = _undated(needed_before(first) or TRUE, tell.known_as) or TRUE
            said = tell.say("norm_after", first=tell_inline(needed, tell), event=tell.event(event))
            soft = first.force not in ("must", "must_not")
            return whose(first, tell.say(f"only_{first.force}", text=said) if soft else said, tell)
        case ir.DocumentOwed():
            return forced(first, _documents(rules, tell) + timed(first, tell), tell)
        case ir.Approval():
            return forced(first, _approval(first.outcome, tell) + timed(first, tell), tell)
        case ir.Deadline(event, due, to, counted):
            moved = tell.say("norm_moved") if due.moved_to is not None else ""
            key = "norm_change_deadline" if event.startswith("change.") else "norm_deadline"
            said = tell.say(key, counted=tell.text(counted), event=tell.event(event), to=_to(to, tell), moved=moved)
            return forced(first, said, tell)
        case ir.Permission(act):
            matters = [rule.outcome.of for rule in rules if isinstance(rule.outcome, ir.Permission)]
            return forced(first, tell.list(_done_to(act, of, tell) for of in matters), tell)
        case ir.Consequence():
            return _consequence(rules, tell)
        case _:
            assert_never(first.outcome)  # type: ignore[arg-type]  # the two prohibitions leave none


def tell_regime(regime: Regime, tell: Teller) -> str:
    """Which projects a regime takes in, or leaves out."""
    when = tell_inline(regime.when, tell, spelled=True)
    if not regime.excluded and not regime.presume:
        return tell.say("norm_regime_part", when=when)
    return tell.say("norm_regime", scope=tell.word("scope", "excluded" if regime.excluded else "applies"), when=when)


# --- force, actor, time -----------------------------------------------------------------------------


def forced(rule: Rule, said: str, tell: Teller, forbids: bool = False) -> str:
    """The same with the law's own word before it, and whose act it is where it is not the owner's."""
    key = f"force_{rule.force}"
    if forbids:
        key = {"in_principle": "not_in_principle", "encouraged": "not_encouraged"}.get(rule.force, "force_must_not")
    elif rule.kind == "permission":
        key = f"granted_{rule.force}"
    return whose(rule, tell.say(key, text=said), tell)


def whose(rule: Rule, said: str, tell: Teller) -> str:
    """The same with whose act it is: the owner's goes without saying, and an approval names who acts."""
    if rule.who == "owner" or isinstance(rule.outcome, _NAMED):
        return said
    if rule.who == UNNAMED:
        return said + tell.say("norm_unnamed")
    return tell.say("norm_who", who=role(rule.who, tell), text=said)


def timed(rule: Rule, tell: Teller) -> str:
    """Before what it is owed; a step of a flow has its place by its order, a number would pass for that of an item."""
    if rule.order is not None:
        return tell.say("norm_step")
    if rule.before is None:
        return ""
    return tell.say("norm_before" if rule.before.same_day else "norm_ahead", event=tell.event(rule.before.event))


def role(name: str, tell: Teller) -> str:
    """Who fills a role here."""
    return tell.text(tell.ruleset.authorities.get(name) or tell.words.roles.get(name))


def roles(names: Iterable[str], tell: Teller) -> list[str]:
    return [role(name, tell) for name in dict.fromkeys(names)]


def _to(names: Iterable[str], tell: Teller) -> str:
    named = tell.list(roles(names, tell))
    return tell.say("norm_to", names=named) if named else ""


# --- what is needed ---------------------------------------------------------------------------------


def needed_before(rule: Rule) -> Expr | None:
    """What a prohibition wants to be there on or before the day of its event."""
    match rule.done:
        case Not(All((_, Not(needed)))) if rule.kind == "prohibition":
            return needed
        case _:
            return None


def _undated(needed: Expr, known: Container[Expr]) -> Expr | None:
    """The same without the comparison of the days; ``known`` are conditions that go by a name, and stay whole."""
    match needed:
        case _ if needed in known:
            return needed
        case Test(left) if left.type == "date":
            return None
        case Test():
            return needed
        case Not(part):
            return None if (kept := _undated(part, known)) is None else Not(kept)
        case All(parts):
            left_over = tuple(one for part in parts if (one := _undated(part, known)) is not None)
            return (left_over[0] if len(left_over) == 1 else All(left_over)) if left_over else None
        case _:
            assert_never(needed)


def instead_of(rule: Rule) -> Expr | None:
    """What satisfies in place of a document: ``not (not own and not this)``."""
    match rule.done:
        case Not(All((Not(), Not(instead)))) if isinstance(rule.outcome, ir.DocumentOwed):
            return instead
        case _:
            return None


def _about(rule: Rule, of: str | None, tell: Teller) -> str:
    """What a reminder is about: its matter, else its topic."""
    topic = tell.words.topics.get(rule.topic)
    plain = of is None or of in tell.words.documents
    said = tell.matter(of) if of else tell.text(topic.label if topic else None)
    return tell.say("norm_care", text=said) if plain else said


# --- outcomes ---------------------------------------------------------------------------------------


def _documents(rules: Sequence[Rule], tell: Teller) -> str:
    owed = [rule.outcome for rule in rules if isinstance(rule.outcome, ir.DocumentOwed)]
    named = _titles(dict.fromkeys(one.document for one in owed), tell)
    open_ = tell.say("norm_open") if owed[0].open else ""
    to = _to((name for one in owed for name in one.to), tell)
    said = tell.say("norm_document" if to else "norm_there", documents=named, open=open_, to=to)
    if (instead := instead_of(rules[0])) is not None:
        others = [
            part.left.path.removeprefix("documents.")
            for part in (instead.parts if isinstance(instead, All) else (instead,))
            if isinstance(part, Test) and isinstance(part.left, Fact) and _there(part)
        ]
        said += tell.say("norm_instead", documents=_titles(others, tell))
    return said


def _there(test: Test) -> bool:
    """Whether a test asks that a document is there."""
    path = test.left.path if isinstance(test.left, Fact) else ""
    return path.startswith("documents.") and path.count(".") == 1 and test.right == Literal("yes_no", True)


def _titles(documents: Iterable[str], tell: Teller) -> str:
    gap = "" if tell.lang == "zh" else ", "
    return gap.join(tell.say("norm_named", text=tell.document(one)) for one in documents)


def _done_to(act: str, of: str, tell: Teller) -> str:
    """An act and what it is done to; a matter that names the act itself says both, the verb first."""
    does, what = tell.named(tell.words.acts, act), tell.matter(of)
    if of in ("project", "change"):
        return does
    if what.lower().startswith(does.lower()[:5] if tell.lang == "en" else does):
        return what
    if tell.lang == "zh" and what.endswith(does):  # a verb of two characters has its adverb before it
        return what if len(does) == 2 else does + what.removesuffix(does)
    return tell.say("norm_permission", act=does, of=what)


def _approval(o: ir.Approval, tell: Teller) -> str:
    towards, act = o.act in TOWARDS, tell.named(tell.words.acts, o.act)
    by = tell.list(roles((o.by, *o.with_) if towards else (o.by,), tell))
    key = f"norm_{o.act}" if o.act in ("request", "opinion") else "norm_to_act" if towards else "norm_by_act"
    if o.by == UNNAMED and not towards:
        key = "norm_act"
    of = "" if o.of in ("project", "change") else tell.say("norm_of", text=tell.matter(o.of))
    said = tell.say(key, by=by, act=act, of=of) + tell.say("norm_event", text=tell.event(o.event))
    if o.with_ and not towards:
        said += tell.say("comma") + tell.say("with", names=tell.list(roles(o.with_, tell)))
    if o.or_:
        said += tell.say("norm_or_to" if towards else "norm_or_by", names=tell.list(roles(o.or_, tell)))
    if o.by == UNNAMED and not towards:
        said += tell.say("norm_unnamed")
    if o.valid_for and o.used_by:
        said += tell.say("norm_valid", period=tell.value("", str(o.valid_for)), event=tell.event(o.used_by))
    return said


def _consequence(rules: Sequence[Rule], tell: Teller) -> str:
    first = rules[0].outcome
    assert isinstance(first, ir.Consequence)
    every = [rule.outcome.effect for rule in rules if isinstance(rule.outcome, ir.Consequence)]
    effects = tell.list(tell.named(tell.words.effects, effect) for effect in every)
    on, by = tell.word("against", first.against), role(first.by, tell) if first.by else ""
    befalls = "result" if rules[0].topic.startswith(RESULTS) else "effect"
    said = tell.say(f"norm_{befalls}_by" if by else f"norm_{befalls}", effects=effects, on=on, by=by)
    match rules[0].force:
        case "may":
            said = tell.say("force_may", text=said)
        case "in_principle":
            said = tell.say("effect_in_principle", text=said)
    if first.until:
        said += tell.say("norm_until", text=tell.text(first.until))
    return said + tell_causes(first, rules[0].topic, tell)
