"""Three-valued logic over the core: true, false, or unknown with what is missing.

``false and unknown`` is false, ``true or unknown`` is true, and two unknowns are never equal (Kleene).
The tests made on the way are kept, the deciding ones apart, so that every answer explains itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from govproj_rules.compiled import remembered
from govproj_rules.facts import Facts, Missing, Seen, known, reason
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.light import dataclass
from govproj_rules.operators import SHOWN
from govproj_rules.report import Because
from govproj_rules.terms import see
from govproj_rules.values import MEASURED, compare, format_value


@dataclass(slots=True)
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


_Answered = dict[int, tuple[Expr, Answer]]
_Memory = tuple[tuple[_Answered, _Answered], dict[str, Seen], dict[tuple[str, str], Any]]
"""What was answered, negated and as written; what was seen of a fact, and how it is told."""


class Where:
    """The facts, and which change ``change.`` means. What was asked of them is remembered beside the facts."""

    __slots__ = ("answered", "element", "facts", "shown", "visible")

    def __init__(self, facts: Facts, element: int | None = None) -> None:
        self.facts, self.element = facts, element
        memory: _Memory | None = facts.answered.get(element)
        if memory is None:
            memory = facts.answered[element] = ({}, {}), {}, {}
        self.answered, self.visible, self.shown = memory

    def name(self, path: str) -> str:
        """A path as the user would write it: ``changes[0].amount``."""
        if self.element is None or not path.startswith("change."):
            return path
        return path.replace("change.", f"changes[{self.element}].", 1)

    def see(self, term: Term) -> Seen:
        """What is known of a term."""
        if not isinstance(term, Fact):
            return see(term, self.facts, self.element)
        seen = self.visible.get(term.path)
        if seen is None:
            seen = self.visible[term.path] = see(term, self.facts, self.element)
        return seen

    def told(self, term: Term, seen: Seen) -> Any:
        """The value of a term as reports tell it; null where it is not known."""
        if isinstance(term, Literal):
            return told(term.type, seen)
        key = term.path, term.type
        if key not in self.shown:
            self.shown[key] = told(term.type, seen)
        return self.shown[key]


def both(values: list[bool | None]) -> bool | None:
    """All of several values, in three values."""
    return False if False in values else None if None in values else True


def decide(expr: Expr, where: Where) -> Answer:
    """Decide a condition.

    Where another engine has judged the conditions of a ruleset, its value is the answer, with the reasons found here.
    """
    answer = _answer(expr, where, True)
    judged = where.facts.judged
    if judged is None:
        return answer
    return Answer(judged[id(expr), where.element], answer.deciding, answer.rest, answer.missing)


def numbers_aside(expr: Expr, where: Where, positive: bool = True) -> bool | None:
    """What a condition comes to while every measured comparison is left open: false where something else fails."""
    match expr:
        case Test(left, op):
            open_ = left.type in MEASURED and op in ("at_least", "at_most")
            return None if open_ else _answer(expr, where, positive).value
        case Not(part):
            value = numbers_aside(part, where, not positive)
            return None if value is None else not value
        case All(parts):
            return both([numbers_aside(part, where, positive) for part in parts])
        case _:
            assert_never(expr)


def _answer(expr: Expr, where: Where, positive: bool) -> Answer:
    """The answer to a part of a condition: rules ask many things alike, each is answered once."""
    answered = where.answered[positive]
    found = answered.get(id(expr))
    if found is None:
        found = answered[id(expr)] = (
            expr,
            _found(expr, where, positive),
        )  # the condition is kept: its identity is the key
    return found[1]


def _found(expr: Expr, where: Where, positive: bool) -> Answer:
    match expr:
        case Test():
            return _test(expr, where, positive)
        case Not(part):
            inner = _answer(part, where, not positive)
            return Answer(None if inner.value is None else not inner.value, inner.deciding, inner.rest, inner.missing)
        case All(parts):
            return _all([_answer(part, where, positive) for part in parts])
        case _:
            assert_never(expr)


def _all(answers: list[Answer]) -> Answer:
    value = both([answer.value for answer in answers])
    deciding: list[Because] = []
    rest: list[Because] = []
    missing: list[Missing] = []
    for answer in answers:
        if answer.value is value:
            deciding += answer.deciding
        else:
            rest += answer.deciding
        rest += answer.rest
        if value is None and answer.value is None:
            missing += answer.missing
    return Answer(value, tuple(deciding), tuple(rest), tuple(dict.fromkeys(missing)))


@dataclass(slots=True)
class _Told:
    """What a test always says: of what, how its operator is told as written and negated, and a bound that is written."""

    path: str
    in_change: bool
    said: tuple[tuple[str, Any], tuple[str, Any]]
    bound: Seen | None


@remembered(100_000)
def _told(test: Test) -> _Told:
    path, right = _path(test.left), test.right
    written = format_value(right.type, right.value) if isinstance(right, Literal) else None
    said = [(SHOWN[test.op, positive], written) for positive in (False, True)]
    if said[False][0] == "is_not" and isinstance(written, bool):
        said[False] = "is", not written
    return _Told(
        path,
        path.startswith("change."),
        (said[False], said[True]),
        known(right.value) if isinstance(right, Literal) else None,
    )


def _test(test: Test, where: Where, positive: bool) -> Answer:
    always, term = _told(test), test.left
    left, right = where.see(term), always.bound or where.see(test.right)
    value, missing = _compare(test, left, right)
    said, bound = always.said[positive]
    if always.bound is None:
        bound = {"fact": where.name(_path(test.right)), "value": where.told(test.right, right)}
    holds = None if value is None else value is positive
    path = where.name(always.path) if always.in_change else always.path
    shown = Because(path, {said: bound}, where.told(term, left), holds)
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
