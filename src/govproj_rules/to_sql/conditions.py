"""Conditions of the core as SQL conditions. SQL's three values are those of the core; only ranges need to be told apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from govproj_rules.conditions import times_asked
from govproj_rules.ir import All, Expr, Fact, Literal, Not, Test
from govproj_rules.to_sql.syntax import (
    FALSE,
    NULL,
    TRUE,
    Sql,
    case,
    compared,
    every,
    is_constant,
    missing,
    multiplied,
    one_of,
    opposite,
    some,
)
from govproj_rules.to_sql.terms import Known, Terms

_DEEPEST = 12
"""Deeper conditions are cut into columns of their own."""


class Conditions:
    """Writes conditions; what several rules ask is asked once."""

    def __init__(self, conditions: Iterable[Expr], terms: Terms) -> None:
        self.terms = terms
        self._asked = times_asked(conditions)
        self._of_change: dict[Expr, bool] = {}
        self._found: dict[Expr, Sql] = {}

    def of_change(self, expr: Expr) -> bool:
        """Whether a condition reads the change that is looked at."""
        if expr not in self._of_change:
            match expr:
                case Test(left, _, right):
                    made = self.terms.of_change(left) or self.terms.of_change(right)
                case Not(part):
                    made = self.of_change(part)
                case All(parts):
                    made = any(map(self.of_change, parts))
                case _:
                    assert_never(expr)
            self._of_change[expr] = made
        return self._of_change[expr]

    def value(self, expr: Expr) -> Sql:
        """A condition as a column, or as a constant."""
        if expr not in self._found:
            made = self._part(expr, 0)
            simple = is_constant(made) or made.key == "column"
            level = self.terms.change if self.of_change(expr) else self.terms.project
            self._found[expr] = made if simple else level.add(made)
        return self._found[expr]

    def _write(self, expr: Expr, depth: int) -> Sql:
        """A part of a condition: its column, where it has one."""
        if isinstance(expr, Not) and isinstance(expr.part, Test):  # the test has the column, not its opposite
            asked = self._asked[expr] + self._asked[expr.part] > 2
            return opposite(self.value(expr.part) if asked and not _cheap(expr.part) else self._write(expr.part, depth))
        if expr in self._found or depth > _DEEPEST or (self._asked[expr] > 1 and not _cheap(expr)):
            return self.value(expr)
        return self._part(expr, depth)

    def _part(self, expr: Expr, depth: int) -> Sql:
        match expr:
            case Not(All(parts) as part) if (
                parts and self._asked[part] == 1 and all(isinstance(one, Not) for one in parts)
            ):
                return self._some(tuple(part.part for part in parts if isinstance(part, Not)), depth)
            case Not(part):
                return opposite(self._write(part, depth))
            case All(parts):
                return every([self._write(part, depth + 1) for part in parts])
            case Test():
                return self._test(expr)
            case _:
                assert_never(expr)

    def _some(self, parts: tuple[Expr, ...], depth: int) -> Sql:
        """Alternatives; the words that one fact may be, or that one list may have, are asked for at once."""
        words: dict[tuple[Fact, str], list[str]] = {}
        others: list[Expr] = []
        for part in parts:
            match part:
                case Test(Fact(_, "one_of" | "some_of") as fact, "is" | "includes" as op, Literal(_, str() as word)):
                    words.setdefault((fact, op), []).append(word)
                case _:
                    others.append(part)
        made = [self._words(fact, op, found) for (fact, op), found in words.items()]
        return some([*made, *(self._write(part, depth + 1) for part in others)])

    # --- tests --------------------------------------------------------------------------------------

    def _words(self, fact: Fact, op: str, words: list[str]) -> Sql:
        made = [self.terms.see(Literal("one_of", word)).low for word in words]
        seen = self.terms.see(fact).low
        if op == "is":
            return one_of(seen, made)
        dialect = self.terms.dialect
        return self.terms.has(
            fact, dialect.includes(seen, made[0]) if len(made) == 1 else dialect.includes_any(seen, made)
        )

    def _test(self, test: Test) -> Sql:
        left, right = self.terms.see(test.left), self.terms.see(test.right)
        if test.op == "includes":
            assert isinstance(test.left, Fact)
            made = self.terms.dialect.includes(left.low, right.low)
            unknown = [] if is_constant(right.low) else [(missing(right.low), NULL)]
            return case(unknown, self.terms.has(test.left, made))
        if "duration" in (test.left.type, test.right.type):
            assert left.unit is not None
            assert right.unit is not None
            op = {"is": "=", "at_most": "<=", "at_least": ">="}[test.op]
            return case([(compared(left.unit, "=", right.unit), compared(left.low, op, right.low))])
        if test.op == "is":
            if right.value is True or right.value is False:
                return left.low if right.value else opposite(left.low)
            return self._same(left, right)
        return self.at_most(left, right) if test.op == "at_most" else self.at_most(right, left)

    def at_most(self, less: Known, more: Known) -> Sql:
        """Whether one is not more than the other, as far as known; shares by cross multiplication."""
        if less.plain and more.plain:
            return self._ordered(less, "low", "<=", more, "low")
        return case(
            [
                (self._ordered(less, "high", "<=", more, "low"), TRUE),
                (self._ordered(less, "low", ">", more, "high"), FALSE),
            ]
        )

    def _same(self, left: Known, right: Known) -> Sql:
        if left.plain and right.plain:
            return self._ordered(left, "low", "=", right, "low")
        pairs = (("low", "low"), ("high", "low"), ("low", "high"))
        alike = every([self._ordered(left, one, "=", right, other) for one, other in pairs])
        apart = some([self._ordered(left, "high", "<", right, "low"), self._ordered(left, "low", ">", right, "high")])
        return case([(alike, TRUE), (apart, FALSE)])

    def _ordered(self, left: Known, one: str, op: str, right: Known, other: str) -> Sql:
        """One end of ``left`` against one of ``right``."""
        if left.by is None and right.by is None:
            return compared(getattr(left, one), op, getattr(right, other))
        ends = {"low": 0, "high": 1}
        first, second = self.terms.ratio_parts(left), self.terms.ratio_parts(right)
        return compared(multiplied(first[ends[one]], second[2]), op, multiplied(second[ends[other]], first[2]))


def _cheap(expr: Expr) -> bool:
    """Whether asking again costs no more than remembering."""
    match expr:
        case Test(Fact(_, "yes_no"), "is", Literal()):
            return True
        case _:
            return False


__all__ = ["FALSE", "Conditions"]
