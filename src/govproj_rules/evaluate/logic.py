"""Three-valued logic over the core: true, false, or unknown with what is missing.

``false and unknown`` is false, ``true or unknown`` is true, and two unknowns are never equal (Kleene).
The tests made on the way are kept, the deciding ones apart, so that every answer explains itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, assert_never

from govproj_rules.facts import Facts, Missing, Seen, known, reason
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.operators import SHOWN
from govproj_rules.report import Because
from govproj_rules.values import MEASURED, NEVER, compare, format_value


@dataclass(frozen=True, slots=True)
class Answer:
    """A condition decided: its value, the tests that decided it, the others, and what is missing."""

    value: bool | None
    deciding: tuple[Because, ...] = ()
    rest: tuple[Because, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def because(self) -> tuple[Because, ...]:
        return (*self.deciding, *self.rest)


YES = Answer(True)


@dataclass(frozen=True, slots=True)
class Where:
    """The facts, and which change ``change.`` means."""

    facts: Facts
    element: int | None = None

    def name(self, path: str) -> str:
        """A path as the user would write it: ``changes[0].amount``."""
        if self.element is None or not path.startswith("change."):
            return path
        return path.replace("change.", f"changes[{self.element}].", 1)

    def see(self, term: Term) -> Seen:
        """What is known of a term."""
        match term:
            case Literal(_, value):
                return known(value)
            case Fact(path):
                return self.facts.get(path, self.element)
            case Fold(how, terms):
                return fold(how, [self.see(one) for one in terms])
            case _:
                assert_never(term)


def both(values: list[bool | None]) -> bool | None:
    """All of several values, in three values."""
    return False if False in values else None if None in values else True


def fold(how: str, seen: list[Seen]) -> Seen:
    """The sum, the latest or the earliest of several terms, as far as known; what decides it need not be all of them."""
    missing = tuple(dict.fromkeys(one for part in seen for one in part.missing))
    lows = [part.low for part in seen if part.low is not None]
    highs = [part.high for part in seen if part.high is not None]
    complete_low, complete_high = len(lows) == len(seen), len(highs) == len(seen)
    match how:
        case "sum":  # amounts are never negative, so what is known is a lower bound
            low, high = (sum(lows) if lows else None), (sum(highs) if complete_high else None)
        case "latest" if NEVER in lows:  # nothing is later than what has not happened
            low = high = NEVER
        case "latest":
            low, high = (max(lows) if lows else None), (max(highs) if complete_high else None)
        case _:
            low, high = (min(lows) if complete_low else None), (min(highs) if highs else None)
    return Seen(low, high, () if low is not None and low == high else missing)


def decide(expr: Expr, where: Where, blind: bool = False) -> Answer:
    """Decide a condition. ``blind`` leaves every measured comparison unknown (to see what else fails).

    Where another engine has judged the conditions of a ruleset, its value is the answer, with the reasons found here.
    """
    answer = _answer(expr, where, True, blind)
    judged = where.facts.judged
    return answer if judged is None or blind else replace(answer, value=judged[id(expr), where.element])


def _answer(expr: Expr, where: Where, positive: bool, blind: bool) -> Answer:
    match expr:
        case Test():
            return _test(expr, where, positive, blind)
        case Not(part):
            inner = _answer(part, where, not positive, blind)
            return Answer(None if inner.value is None else not inner.value, inner.deciding, inner.rest, inner.missing)
        case All(parts):
            return _all([_answer(part, where, positive, blind) for part in parts])
        case _:
            assert_never(expr)


def _all(answers: list[Answer]) -> Answer:
    value = both([answer.value for answer in answers])
    deciding = tuple(one for answer in answers if answer.value is value for one in answer.deciding)
    rest = tuple(one for answer in answers for one in (answer.rest if answer.value is value else answer.because))
    missing: tuple[Missing, ...] = ()
    if value is None:
        missing = tuple(dict.fromkeys(one for answer in answers if answer.value is None for one in answer.missing))
    return Answer(value, deciding, rest, missing)


def _test(test: Test, where: Where, positive: bool, blind: bool) -> Answer:
    if blind and test.left.type in MEASURED and test.op in ("at_least", "at_most"):
        return Answer(None)
    left, right = where.see(test.left), where.see(test.right)
    value, missing = _compare(test, left, right)
    said, bound = SHOWN[test.op, positive], _bound(test.right, where, right)
    if said == "is_not" and isinstance(bound, bool):
        said, bound = "is", not bound
    holds = None if value is None else value is positive
    shown = Because(where.name(_path(test.left)), {said: bound}, told(test.left.type, left), holds)
    return Answer(value, (shown,), (), missing)


def _compare(test: Test, left: Seen, right: Seen) -> tuple[bool | None, tuple[Missing, ...]]:
    missing = tuple(dict.fromkeys((*left.missing, *right.missing)))
    value = _COMPARE[test.op](left, right)
    if value is None and not missing:
        missing = (reason("units", fact=_path(test.left)),)
    return value, () if value is not None else missing


def _is(left: Seen, right: Seen) -> bool | None:
    if left.missing or right.missing:
        apart = _below(left.high, right.low) or _below(right.high, left.low)
        return False if apart else None
    if compare(left.value, right.value) is None:
        return None
    return (
        compare(left.value, right.value) == 0 if not isinstance(left.value, (str, bool)) else left.value == right.value
    )


def _below(high: Any, low: Any) -> bool:
    return high is not None and low is not None and compare(high, low) == -1


def at_most(left: Seen, right: Seen) -> bool | None:
    """Whether left ≤ right, decided on bounds where the values are not known."""
    if left.high is not None and right.low is not None and (order := compare(left.high, right.low)) is not None:
        if order <= 0:
            return True
    if left.low is not None and right.high is not None and (order := compare(left.low, right.high)) is not None:
        if order > 0:
            return False
    return None


def _includes(left: Seen, right: Seen) -> bool | None:
    return None if left.missing or right.missing else right.value in left.value  # type: ignore[operator]


_COMPARE: dict[str, Callable[[Seen, Seen], bool | None]] = {
    "is": _is,
    "at_most": at_most,
    "at_least": lambda left, right: at_most(right, left),
    "includes": _includes,
}


def _path(term: Term) -> str:
    match term:
        case Fact(path) | Fold(path=path):
            return path
        case Literal(type_, value):
            return str(format_value(type_, value))
        case _:
            assert_never(term)


def told(type_: str, seen: Seen) -> Any:
    """A value as reports tell it; null where it is not known."""
    return None if seen.value is None else format_value(type_, seen.value)


def _bound(term: Term, where: Where, seen: Seen) -> Any:
    if isinstance(term, Literal):
        return format_value(term.type, term.value)
    return {"fact": where.name(_path(term)), "value": told(term.type, seen)}
