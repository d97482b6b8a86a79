"""Conditions of the core as Python expressions in three values.

A condition is first asked whether it possibly holds, then what makes that sure: with negations at the tests both are
plain Python conditions. Where every test is of plain facts, it is sure once those are known. Comparisons of shares are
by cross multiplication: nothing is ever rounded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from govproj_rules.conditions import times_asked
from govproj_rules.ir import TRUE as HOLDS
from govproj_rules.ir import All, Expr, Fact, Literal, Not, Test
from govproj_rules.to_python.comparisons import at_most, guarded, same
from govproj_rules.to_python.known import Terms
from govproj_rules.to_python.syntax import FALSE, NONE, TRUE, assign, call, compared, constant, every, name, some, where

_MAX_DEPTH: Final = 12
"""Deeper conditions are cut into steps: Python's own compiler has a limit."""


class Conditions:
    """Writes conditions; what several rules ask is asked once."""

    def __init__(self, conditions: Iterable[Expr], terms: Terms) -> None:
        self.terms = terms
        self._asked = times_asked(conditions)

    def value(self, expr: Expr) -> ast.expr:
        """The condition as False, None or True, for a place that may use it often; asks nothing twice."""
        match expr:
            case All(()):
                return TRUE
            case Test(Fact(_, "yes_no") as fact, "is", Literal(_, True)):  # its value is the fact's own
                return self.terms.seen(fact).low
            case _:
                return name(self.ask(expr))

    def once(self, expr: Expr) -> ast.expr:
        """The same, for a place that uses it once: without a variable, where no other rule asks it."""
        return self._three(expr) if self._asked[expr] == 1 else self.value(expr)

    def ask(self, expr: Expr) -> str:
        """The variable that holds the value of a condition."""
        level = self.terms.level(expr)
        if expr not in level.found:
            value = self._three(expr)
            made = level.found[expr] = self.terms.new_name(level)
            level.body.append(assign(made, value))
        return level.found[expr]

    def _three(self, expr: Expr) -> ast.expr:
        possible = self._part(expr, False, True, 0)
        sure = [_known(one) if isinstance(one, str) else one for one in dict.fromkeys(self._settling(expr, True, 0))]
        return where(possible, where(every(sure), TRUE, NONE), FALSE)

    def _variable(self, expr: Expr, depth: int) -> str | None:
        """The variable of a part that is asked more than once, or lies too deep."""
        if expr in self.terms.level(expr).found or self._asked[expr] > 1 or depth > _MAX_DEPTH:
            if expr != HOLDS and not _cheap(expr):
                return self.ask(expr)
        return None

    # --- surely, and possibly ---------------------------------------------------------------------------

    def _write(self, expr: Expr, sure: bool, positive: bool, depth: int) -> ast.expr:
        """A part of a condition: from its variable where it has one."""
        if isinstance(expr, Not):
            return self._write(expr.part, sure, not positive, depth)
        found = self._variable(expr, depth)
        return self._part(expr, sure, positive, depth) if found is None else _of_three(found, sure, positive)

    def _part(self, expr: Expr, sure: bool, positive: bool, depth: int) -> ast.expr:
        match expr:
            case Not(part):
                return self._write(part, sure, not positive, depth)
            case All(parts):
                words, others = _words(parts)
                made = [self._one_of(fact, of, sure, not positive) for fact, of in words.items()]
                made += [self._write(part, sure, positive, depth + 1) for part in sorted(others, key=_cost)]
                return every(made) if positive else some(made)
            case Test():
                return self._test(expr, sure, positive)
            case _:
                assert_never(expr)

    def _one_of(self, fact: Fact, words: list[str], sure: bool, positive: bool) -> ast.expr:
        """Whether a fact is one of some words; possibly so where it is unknown."""
        among: tuple[str | None, ...] = tuple(words) if sure is positive else (None, *words)
        return compared(self.terms.seen(fact).low, "in" if positive else "not in", constant(frozenset(among)))

    # --- what makes sure --------------------------------------------------------------------------------

    def _settling(self, expr: Expr, positive: bool, depth: int) -> Iterator[str | ast.expr]:
        """What makes sure of a condition that is possible, all of it: variables that are to be known, and more."""
        match expr:
            case Not(part):
                yield from self._settling_part(part, not positive, depth)
            case All(parts):
                words, others = _words(parts)
                if not positive and len(words) + len(others) > 1:  # one of several may hold, the others unknown
                    yield self._part(expr, True, positive, depth)
                    return
                for fact in words:
                    yield from self.terms.seen(fact).may_be_none
                for part in others:
                    yield from self._settling_part(part, positive, depth + 1)
            case Test():
                yield from self._settling_test(expr, positive)
            case _:
                assert_never(expr)

    def _settling_part(self, expr: Expr, positive: bool, depth: int) -> Iterator[str | ast.expr]:
        if isinstance(expr, Not):
            yield from self._settling_part(expr.part, not positive, depth)
        elif found := self._variable(expr, depth):
            yield found
        else:
            yield from self._settling(expr, positive, depth)

    def _settling_test(self, test: Test, positive: bool) -> Iterator[str | ast.expr]:
        if _is_of_periods(test):
            yield self._periods(test)
            return
        left, right = self.terms.seen(test.left), self.terms.seen(test.right)
        if left.plain and right.plain:
            yield from (*left.may_be_none, *right.may_be_none)
        else:
            yield self._test(test, True, positive)

    # --- tests ------------------------------------------------------------------------------------------

    def _test(self, test: Test, sure: bool, positive: bool) -> ast.expr:
        if _is_of_periods(test):
            return _of_three(self._periods(test), sure, positive)
        type_ = test.left.type
        if isinstance(test.left, Fact) and type_ == "one_of" and isinstance(test.right, Literal):
            return self._one_of(test.left, [test.right.value], sure, positive)
        left, right = self.terms.seen(test.left), self.terms.seen(test.right)
        if test.op == "is" and type_ == "yes_no" and isinstance(test.right, Literal):
            return compared(
                left.low, "is" if sure else "is not", TRUE if (test.right.value is positive) is sure else FALSE
            )
        if test.op == "includes":
            made = compared(right.low, "in" if positive else "not in", left.low)
        elif test.op == "is":
            made = same(left, right, sure, positive)
        else:
            less, more = (left, right) if test.op == "at_most" else (right, left)
            made = at_most(less, more, sure, positive)
        return guarded(made, (*left.may_be_none, *right.may_be_none), sure)

    def _periods(self, test: Test) -> str:
        """Periods compare only within a unit: that is left to a function, in three values."""
        level = self.terms.level(test)
        if test not in level.found:
            made = call("periods", constant(test.op), self.terms.seen(test.left).low, self.terms.seen(test.right).low)
            level.found[test] = self.terms.new_name(level)
            level.body.append(assign(level.found[test], made))
        return level.found[test]


def _of_three(variable: str, sure: bool, positive: bool) -> ast.expr:
    """Whether a value of three is, or may be, true (or, not ``positive``, false)."""
    return compared(name(variable), "is" if sure else "is not", TRUE if positive is sure else FALSE)


def _known(variable: str) -> ast.expr:
    return compared(name(variable), "is not", NONE)


def _words(parts: tuple[Expr, ...]) -> tuple[dict[Fact, list[str]], list[Expr]]:
    """The words that a fact is to be one of (or none of), and the parts that say something else."""
    words: dict[Fact, list[str]] = {}
    others: list[Expr] = []
    for part in parts:
        match part:
            case Not(Test(Fact(_, "one_of") as fact, "is", Literal(_, str() as word))):
                words.setdefault(fact, []).append(word)
            case _:
                others.append(part)
    return words, others


def _is_of_periods(test: Test) -> bool:
    return test.left.type == "duration" or (test.op == "is" and test.right.type == "duration")


def _cheap(expr: Expr) -> bool:
    """Whether asking again costs no more than remembering."""
    match expr:
        case Test(Fact(_, "yes_no" | "one_of"), "is", Literal()):
            return True
        case _:
            return False


def _cost(expr: Expr) -> int:
    """What to ask first: what is cheap and mostly decides. The order changes nothing else."""
    match expr:
        case Test(left):
            return ("one_of", "yes_no").index(left.type) if left.type in ("one_of", "yes_no") else 2
        case Not(part):
            return _cost(part)
        case All(parts):
            words, others = _words(parts)
            return 0 if len(words) == 1 and not others else 3
        case _:
            assert_never(expr)
