"""Bounds: every number and every last day a ruleset turns on, and how near to it, on which side, its cases come.

A value counts in a case about the rule, where the comparison matters: the rule applies, may apply, or misses the
project through its numbers alone (as for the thresholds of a report). For a last day the value is the day the thing
was done, or, while it is not done, the day of the check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from govproj_rules import ir
from govproj_rules.evaluate import Decision
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.evaluate.timing import done_day, lapsed
from govproj_rules.facts import Facts, Seen, known
from govproj_rules.ir import Expr, Fact, Fold, Literal, Rule, RuleSet, Test
from govproj_rules.operators import SHOWN, measured
from govproj_rules.values import NEVER, Duration, Value, compare, difference, format_value

SIDES: Final = ("below", "on", "above")
GRADES: Final = (1, 5)
"""The protection grades there are: the only amount with a highest value, and with a lowest one above zero."""

Key = tuple[str, str, str, str]
"""The rule or regime, the fact or event, the kind of bound, and its value."""


@dataclass(slots=True)
class Bound:
    """One bound. ``said`` is how it is told: ``{"at_most": "15%"}``, ``{"last_day": "6 months"}``.

    ``nearest`` holds the least distance of a value on each side reached, and that value. Where the bound itself moves
    from case to case (a day, another fact), the distance is what is told.
    """

    owner: str
    fact: str
    said: dict[str, Any]
    cite: tuple[str, ...]
    type: str
    moves: bool
    sides: tuple[str, ...] = SIDES
    nearest: dict[str, tuple[Value, Value]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """The sides no case has a value on."""
        return [side for side in self.sides if side not in self.nearest]

    def tried(self, side: str) -> Any:
        """The nearest value of a side, or its distance, as reports tell it."""
        if side not in self.nearest:
            return None
        distance, value = self.nearest[side]
        return format_value(self.type, distance if self.moves else value)

    def note(self, value: Seen, bound: Seen) -> None:
        """One value seen, where it is known on which side it lies."""
        if value.value is not None and bound.value is not None and compare(value.value, bound.value) == 0:
            self._keep("on", value.value, value.value)
        elif value.high is not None and bound.low is not None and compare(value.high, bound.low) == -1:
            self._keep("below", value.high, bound.low)
        elif value.low is not None and bound.high is not None and compare(value.low, bound.high) == 1:
            self._keep("above", value.low, bound.high)

    def _keep(self, side: str, value: Value, bound: Value) -> None:
        distance = _distance(self.type, value, bound)
        kept = self.nearest.get(side)
        if kept is None or compare(distance, kept[0]) == -1:
            self.nearest[side] = distance, value


def _distance(type_: str, value: Value, bound: Value) -> Value:
    if isinstance(value, date):
        return Duration(abs((value - bound).days), "days")
    more, less = (value, bound) if compare(value, bound) == 1 else (bound, value)
    return difference(type_, more, less)


# --- which bounds there are -------------------------------------------------------------------------


def bounds_of(ruleset: RuleSet) -> dict[Key, Bound]:
    """Every bound of a ruleset, regimes first; the copies of a rule and its ``.then`` share those of the rule."""
    found: dict[Key, Bound] = {}
    for regime in ruleset.regimes:
        for key, bound in _of_tests(regime.id, regime.when, regime.cite):
            found.setdefault(key, bound)
    for rule in ruleset.rules:
        for condition in _conditions(rule):
            for key, bound in _of_tests(rule.base_id, condition, rule.cite):
                found.setdefault(key, bound)
        for key, told in _days(rule):
            found.setdefault(key, Bound(key[0], key[1], {key[2]: told}, rule.cite, "duration", True))
    return found


def _conditions(rule: Rule) -> Iterable[Expr]:
    return (rule.applies,) if rule.done is None else (rule.applies, rule.done)


def _of_tests(owner: str, condition: Expr, cite: tuple[str, ...]) -> Iterator[tuple[Key, Bound]]:
    for test, positive in measured(condition):
        assert isinstance(test.left, (Fact, Fold))
        moves = not isinstance(test.right, Literal)
        said = {SHOWN[test.op, positive]: _told(test)}
        yield _key(owner, test), Bound(owner, test.left.path, said, cite, test.left.type, moves, _sides(test))


def _key(owner: str, test: Test) -> Key:
    assert isinstance(test.left, (Fact, Fold))
    return owner, test.left.path, test.op, str(_told(test))


def _told(test: Test) -> Any:
    if isinstance(test.right, Literal):
        return format_value(test.right.type, test.right.value)
    return {"fact": test.right.path}


def _sides(test: Test) -> tuple[str, ...]:
    """The sides on which a value can lie at all: no amount is negative, no grade beyond the last."""
    if not isinstance(test.right, Literal):
        return SIDES
    bound = test.right.value
    grade = isinstance(test.left, Fact) and test.left.path == "security.level"
    lowest, highest = GRADES if grade else (0, None)
    size = bound.scale[1] if isinstance(bound, Duration) else bound
    below, above = size > lowest, highest is None or size < highest
    on = size >= lowest and (highest is None or (size <= highest and size == int(size)))
    return tuple(side for side, can in zip(SIDES, (below, on, above), strict=True) if can)


def _days(rule: Rule) -> Iterator[tuple[Key, str | None]]:
    """The last day of a deadline, the first of its window, the last on which an approval holds."""
    owner = rule.base_id
    match rule.outcome:
        case ir.Deadline(event, ir.Due(when=ir.After(within=within, opens=opens))):
            yield (owner, event, "last_day", ""), str(within)
            if opens is not None:
                yield (owner, event, "first_day", ""), str(opens)
        case ir.Deadline(event, ir.Due(when=(ir.OnDay() | ir.EveryYear()) as when)):
            yield (owner, event, "last_day", ""), f"{when.month:02}-{when.day:02}"
        case ir.Deadline(event):
            yield (owner, event, "last_day", ""), None
        case ir.Approval(event=event, valid_for=Duration() as valid_for, used_by=str()):
            yield (owner, event, "valid_until", ""), str(valid_for)


# --- which values a case has ------------------------------------------------------------------------


Probe = tuple[Key, Seen, Seen]
"""A bound, the value seen, and the bound's own value in this case."""


def of_regimes(ruleset: RuleSet, facts: Facts) -> Iterator[Probe]:
    """The values of a case at the bounds of the regimes."""
    where = Where(facts)
    for regime in ruleset.regimes:
        if decide(regime.when, where, blind=True).value is not False:
            yield from _tests(regime.id, regime.when, where)


def of_decision(decision: Decision, facts: Facts) -> Iterator[Probe]:
    """The values of a case at the bounds of one rule decided for it."""
    rule, where = decision.rule, Where(facts, decision.element)
    if rule.each is not None and decision.element is None:  # the changes are not stated
        return
    if decide(rule.applies, where, blind=True).value is False:
        return
    yield from _tests(rule.base_id, rule.applies, where)
    if rule.done is None or decide(rule.applies, where).value is False:
        return
    yield from _tests(rule.base_id, rule.done, where)
    if decision.status != "info":  # not what happened before the text was in force
        yield from _clock(decision, where)
        yield from _validity(rule, where)


def _tests(owner: str, condition: Expr, where: Where) -> Iterator[Probe]:
    for test, _ in measured(condition):
        yield _key(owner, test), where.see(test.left), where.see(test.right)


def _clock(decision: Decision, where: Where) -> Iterator[Probe]:
    rule, clock = decision.rule, decision.clock
    if clock is None or clock.unsure or not isinstance(rule.outcome, ir.Deadline):
        return
    owner, event, today = rule.base_id, rule.outcome.event, known(where.facts.as_of)
    done = decide(decision.rule.done or ir.TRUE, where).value
    day = done_day(rule, where, clock) if done else known(NEVER)
    if done and clock.opens is not None:
        yield (owner, event, "first_day", ""), day, clock.opens
        if day.value is not None and clock.opens.value is not None and day.value < clock.opens.value:
            day = known(NEVER)  # too early to count
    if done is not None and clock.due.value != NEVER:
        yield (owner, event, "last_day", ""), today if day.value == NEVER else day, clock.due


def _validity(rule: Rule, where: Where) -> Iterator[Probe]:
    outcome = rule.outcome
    if not isinstance(outcome, ir.Approval) or outcome.used_by is None or not decide(rule.done or ir.TRUE, where).value:
        return
    _, _, end = lapsed(outcome, done_day(rule, where, None), where)
    used = where.facts.get(f"events.{outcome.used_by}.date")
    if end.value != NEVER:
        seen = known(where.facts.as_of) if used.value == NEVER else used
        yield (rule.base_id, outcome.event, "valid_until", ""), seen, end
