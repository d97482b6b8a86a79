"""Three-valued logic over the core: true, false, or unknown with what is missing.

``false and unknown`` is false, ``true or unknown`` is true, and two unknowns are never equal (Kleene).
The tests made on the way are kept, the deciding ones apart, so that every answer explains itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, assert_never

from govproj_rules.facts import Facts, Missing, Seen, reason
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.operators import SHOWN
from govproj_rules.report import Because
from govproj_rules.terms import see
from govproj_rules.values import MEASURED, compare, format_value


class Answer(NamedTuple):
    """A condition decided: its value, the tests that decided it, the others, and what is missing."""

    value: bool | None
    deciding: tuple[Because, ...] = ()
    rest: tuple[Because, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def because(self) -> tuple[Because, ...]:
        return (*self.deciding, *self.rest)


YES = Answer(True)


class Where(NamedTuple):
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
        return see(term, self.facts, self.element)


def both(values: list[bool | None]) -> bool | None:
    """All of several values, in three values."""
    return False if False in values else None if None in values else True


def decide(expr: Expr, where: Where, blind: bool = False) -> Answer:
    """Decide a condition. ``blind`` leaves every measured comparison unknown (to see what else fails).

    Where another engine has judged the conditions of a ruleset, its value is the answer, with the reasons found here.
    """
    answer = _answer(expr, where, True, blind)
    judged = where.facts.judged
    return answer if judged is None or blind else answer._replace(value=judged[id(expr), where.element])


def _answer(expr: Expr, where: Where, positive: bool, blind: bool) -> Answer:
    """The answer to a part of a condition: rules ask many things alike, each is answered once."""
    key = id(expr), positive, blind, where.element
    answered = where.facts.answered
    if key not in answered:
        answered[key] = expr, _found(expr, where, positive, blind)  # the condition is kept: its identity is the key
    found: Answer = answered[key][1]
    return found


def _found(expr: Expr, where: Where, positive: bool, blind: bool) -> Answer:
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
    value = _COMPARE[test.op](left, right)
    if value is not None:
        return value, ()
    missing = tuple(dict.fromkeys((*left.missing, *right.missing)))
    return value, missing or (reason("units", fact=_path(test.left)),)


def _is(left: Seen, right: Seen) -> bool | None:
    if left.missing or right.missing:
        apart = _below(left.high, right.low) or _below(right.high, left.low)
        return False if apart else None
    if isinstance(left.low, (str, bool)):
        return bool(left.low == right.low)
    order = compare(left.low, right.low)
    return None if order is None else order == 0


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
