"""Three-valued logic over the core: true, false, or unknown with what is missing.

``false and unknown`` is false, ``true or unknown`` is true, and two unknowns are never equal (Kleene).
The tests made on the way are kept, the deciding ones apart, so that every answer explains itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Any, Final, assert_never

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


YES = Answer(True)

Ask = Callable[["Where", bool], Answer]
"""A condition made ready: answered as it is written, or (false) its opposite."""
_Answered = dict[Ask, Answer]
_Looked = tuple[Seen, Any, Hashable]
_Memory = tuple[tuple[_Answered, _Answered], dict[str, _Looked], dict[tuple[Ask, bool], bool | None]]
"""The answers given, of opposites and as written; what was seen of each fact, and how that is told; numbers aside."""


_SURE: Final = {value: (known(value), value, value) for value in (True, False)}
"""What is seen of a yes or no that is stated."""


class Where:
    """The facts, and which change ``change.`` means. What was asked of them is remembered beside the facts."""

    __slots__ = ("answered", "aside", "element", "facts", "looked_up")

    def __init__(self, facts: Facts, element: int | None = None) -> None:
        self.facts, self.element = facts, element
        memory: _Memory | None = facts.answered.get(element)
        if memory is None:
            memory = facts.answered[element] = ({}, {}), {}, {}
        self.answered, self.looked_up, self.aside = memory

    def name(self, path: str) -> str:
        """A path as the user would write it: ``changes[0].amount``."""
        if self.element is None or not path.startswith("change."):
            return path
        return path.replace("change.", f"changes[{self.element}].", 1)

    def see(self, term: Term) -> Seen:
        """What is known of a term."""
        return self.look(term)[0]

    def look(self, term: Term) -> _Looked:
        """What is known of a term; its value as reports tell it, null where it is not known; and what tells the first
        from anything else that may be known of it.
        """
        if isinstance(term, Literal):
            return known(term.value), format_value(term.type, term.value), None
        found = self.looked_up.get(term.path)
        if found is None:
            value = self.facts.values.get(term.path)
            if value is True or value is False:
                found = _SURE[value]
            else:
                seen = see(term, self.facts, self.element)
                found = seen, told(term.type, seen), (seen.low, seen.high, seen.missing) if seen.missing else seen.low
            self.looked_up[term.path] = found
        return found


def both(values: list[bool | None]) -> bool | None:
    """All of several values, in three values."""
    return False if False in values else None if None in values else True


def either(values: list[bool | None]) -> bool | None:
    """One of several values, in three values."""
    return True if True in values else None if None in values else False


def decide(expr: Expr, where: Where) -> Answer:
    """Decide a condition.

    Where another engine has judged the conditions of a ruleset, its value is the answer, with the reasons found here.
    """
    answer = asking(expr)(where, True)
    judged = where.facts.judged
    if judged is None:
        return answer
    return Answer(judged[id(expr), where.element], answer.deciding, answer.rest, answer.missing)


def numbers_aside(expr: Expr, where: Where, positive: bool = True) -> bool | None:
    """What a condition comes to while every measured comparison is left open: false where something else fails."""
    match expr:
        case Test(left, op):
            is_open = left.type in MEASURED and op in ("at_least", "at_most")
            return None if is_open else asking(expr)(where, positive).value
        case Not(part):
            return numbers_aside(part, where, not positive)
        case All(parts):
            key = asking(expr), positive
            if key not in where.aside:
                where.aside[key] = _aside(parts, where, positive)
            return where.aside[key]
        case _:
            assert_never(expr)


def _aside(parts: Iterable[Expr], where: Where, positive: bool) -> bool | None:
    value: bool | None = positive
    for part in parts:
        one = numbers_aside(part, where, positive)
        if one is (not positive):  # which decides, whatever the others are
            return one
        value = None if one is None else value
    return value


@remembered(50_000)
def asking(expr: Expr) -> Ask:
    """A condition made ready to be asked of many projects; of each it is asked once, however many rules ask the like."""
    return _asking(expr)


@lru_cache(maxsize=50_000)
def _asking(expr: Expr) -> Ask:
    match expr:
        case Test():
            answer = _test(expr)
        case Not(part):
            opposite = asking(part)
            return lambda where, positive: opposite(where, not positive)
        case All(parts):
            answer = _all([asking(part) for part in parts])
        case _:
            assert_never(expr)

    def ask(where: Where, positive: bool) -> Answer:
        answered = where.answered[positive]
        found = answered.get(ask)
        if found is None:
            found = answered[ask] = answer(where, positive)
        return found

    return ask


def _all(parts: list[Ask]) -> Ask:
    def answer(where: Where, positive: bool) -> Answer:
        answers = [ask(where, positive) for ask in parts]
        values = [one.value for one in answers]
        value = both(values) if positive else either(values)
        deciding: list[Because] = []
        rest: list[Because] = []
        missing: list[Missing] = []
        for one in answers:
            if one.value is value:
                deciding += one.deciding
            else:
                rest += one.deciding
            rest += one.rest
            if value is None and one.value is None:
                missing += one.missing
        return Answer(value, tuple(deciding), tuple(rest), tuple(dict.fromkeys(missing)))

    return answer


def _test(test: Test) -> Ask:
    """What is always so of a test is worked out beforehand: how its operator is told, and a bound that is written."""
    left, right, compare_ = test.left, test.right, _COMPARE[test.op]
    path, opposed, bound = _path(left), _path(right), known(right.value) if isinstance(right, Literal) else None
    in_change, units = path.startswith("change."), (reason("units", fact=path),)
    written = format_value(right.type, right.value) if isinstance(right, Literal) else None
    said, not_said = (SHOWN[test.op, True], written), (SHOWN[test.op, False], written)
    if not_said[0] == "is_not" and isinstance(written, bool):
        not_said = "is", not written

    def answer(where: Where, positive: bool) -> Answer:
        seen, shown, _ = where.looked_up.get(path) or where.look(left)
        limit, opposite = (bound, written) if bound else where.look(right)[:2]
        value = compare_(seen, limit)
        missing: tuple[Missing, ...] = ()
        if value is None:
            missing = tuple(dict.fromkeys((*seen.missing, *limit.missing))) or units
        elif not positive:
            value = not value
        op, than = said if positive else not_said
        if bound is None:
            than = {"fact": where.name(opposed), "value": opposite}
        name = where.name(path) if in_change else path
        return Answer(value, (Because(name, {op: than}, shown, value),), (), missing)

    return answer


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
