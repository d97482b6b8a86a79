"""Which statuses a rule can take: an upper bound, so that what is left out truly cannot occur.

The tests of a rule are taken as independent, but for what its own time says of events: while a project stands
before a stage, no event of that stage or a later one has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, assert_never

from govproj_rules import ir
from govproj_rules.checking import STATUSES
from govproj_rules.ir import All, Expr, Fact, Literal, Not, Rule, RuleSet, Term, Test
from govproj_rules.outcomes import IN_TIME, KINDS, LATE, NO, STATUS, UNDATED, UNKNOWN
from govproj_rules.vocabulary import vocabulary

Values = frozenset[bool | None]
"""The values a condition can have; None is unknown."""

ANY: Final[Values] = frozenset({True, False, None})
NOT_YET: Final[Values] = frozenset({False})
Events = Callable[[str], Values]
"""What can be known of whether an event has happened."""


def reachable(rule: Rule, ruleset: RuleSet) -> tuple[str, ...]:
    """The statuses a rule can take, in the order of the status list (``info`` of acts before the entry into force aside)."""
    found = set(_given(rule, ruleset) if _is_told(rule) else _obligation(rule, ruleset))
    return tuple(status for status in STATUSES if status in found)


def _is_told(rule: Rule) -> bool:
    """Whether nothing is checked: a permission, a competence, a consequence, a reminder."""
    return rule.done is None or not KINDS[rule.kind].obligation


def _given(rule: Rule, ruleset: RuleSet) -> Iterator[str]:
    if rule.kind == "duty" and rule.stage is not None and rule.each is None:  # a reminder waits for its stage
        for due, events in _times(rule, ruleset):
            yield from ("info" if one else "upcoming" if due is False else "unknown" for one in _applies(rule, events))
        return
    applies = values(rule.applies, lambda _: ANY)
    follows = isinstance(rule.outcome, ir.Consequence) and (rule.outcome.of or rule.outcome.kinds or rule.outcome.any)
    if True in applies:
        yield "info"
    if None in applies or follows or (rule.each and applies != {False}):
        yield "unknown"


def _obligation(rule: Rule, ruleset: RuleSet) -> Iterator[str]:
    assert rule.done is not None
    if rule.each is not None and values(rule.applies, lambda _: ANY) != {False}:
        yield "unknown"  # where the changes are not stated
    for due, events in _times(rule, ruleset):
        for applies in _applies(rule, events):
            for way in _ways(rule, values(rule.done, events)):
                broken = rule.kind == "prohibition" and way == NO
                yield STATUS[applies, way, True if broken else due]


def _applies(rule: Rule, events: Events) -> Values:
    found = values(rule.applies, events) - {False}
    match rule.outcome:
        case ir.Deadline(due=ir.Due(when=ir.EveryYear())) if found:  # a year the period may not reach
            return found | {None}
        case _:
            return found


def _ways(rule: Rule, done: Values) -> Iterator[str]:
    timed = bool(rule.done_dates) and (isinstance(rule.outcome, ir.Deadline) or rule.before is not None)
    if True in done:
        yield from (IN_TIME, LATE, UNDATED) if timed else (IN_TIME,)
    if False in done or (True in done and _may_fail(rule)):
        yield NO
    if None in done or (True in done and _may_fail(rule)):
        yield UNKNOWN


def _may_fail(rule: Rule) -> bool:
    """Whether what is done may yet not count: too early, in another year, or lapsed."""
    match rule.outcome:
        case ir.Deadline(due=ir.Due(when=ir.After(opens=opens))):
            return opens is not None
        case ir.Deadline(due=ir.Due(when=ir.EveryYear())):
            return True
        case ir.Approval(valid_for=valid_for):
            return valid_for is not None
        case _:
            return False


def _times(rule: Rule, ruleset: RuleSet) -> Iterator[tuple[bool | None, Events]]:
    """Due, not due, or not known to be; with what each says of the events."""
    rank = {stage: place for place, stage in enumerate(ruleset.stages)}
    rank["change"] = rank.get("construction", 0)

    def at(event: str) -> int:
        known = vocabulary().events.get(event)
        return rank.get(known.stage, -1) if known else -1

    def free(_: str) -> Values:
        return ANY

    if isinstance(rule.outcome, ir.Deadline):
        yield from ((due, free) for due in (True, False, None))
    elif rule.before is not None:
        for happened in (True, False, None):
            yield happened, _closing(rule.before.event, frozenset({happened}))
    elif rule.stage is None:
        yield True, free
    else:
        own = rank[rule.stage]
        yield True, free
        yield False, lambda event: NOT_YET if at(event) >= own else ANY
        yield None, lambda event: ANY - {True} if at(event) >= own else ANY


def _closing(closing: str, happened: Values) -> Events:
    return lambda event: happened if event == closing else ANY


# --- conditions -------------------------------------------------------------------------------------


def values(expr: Expr, events: Events) -> Values:
    """Every value a condition can have, its tests taken as independent."""
    match expr:
        case All(parts):
            inner = [values(part, events) for part in parts]
            found: set[bool | None] = {False} if any(False in one for one in inner) else set()
            if all(True in one for one in inner):
                found.add(True)
            if any(None in one for one in inner) and all(one - {False} for one in inner):
                found.add(None)
            return frozenset(found)
        case Not(part):
            return frozenset(None if value is None else not value for value in values(part, events))
        case Test(left, op, right):
            return _tested(left, op, right, events)
        case _:
            assert_never(expr)


def _tested(left: Term, op: str, right: Term, events: Events) -> Values:
    match left, op, right:
        case Fact(path), "is", Literal(_, bool() as wanted) if path.startswith("events.") and path.count(".") == 1:
            seen = events(path.removeprefix("events."))
            return frozenset(None if value is None else value is wanted for value in seen)
        case _:
            return ANY
