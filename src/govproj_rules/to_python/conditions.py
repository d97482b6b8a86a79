"""Conditions and terms of the core as Python expressions in three values.

A condition is written twice, as "surely" and as "possibly": with negations at the tests both are plain Python
conditions, and ``possibly and (surely or None)`` is False, None or True. What is known of a measured term are the
ends of its range: unknown is from minus to plus infinity. Amounts are integers (分), days are ordinals, and shares
are compared by cross multiplication: nothing is ever rounded.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any, Final, assert_never

from govproj_rules.ir import TRUE as HOLDS
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.light import dataclass
from govproj_rules.to_python.comparisons import Known, at_most, guarded, same, three
from govproj_rules.to_python.syntax import (
    FALSE,
    NAN,
    NONE,
    TRUE,
    assign,
    call,
    compared,
    constant,
    every,
    name,
    some,
    tuple_of,
)

_RATIOS: Final = ("change.ratio", "change.total_after_ratio", "change.cumulative_ratio")
_HAPPENING: Final = ("events.", "documents.")
_COUNTED: Final = frozenset({"money", "number", "percent", "year"})
_MAX_DEPTH: Final = 12
"""Deeper conditions are cut into steps: Python's own compiler has a limit."""


def is_ranged(path: str, type_: str) -> bool:
    """Whether a fact may be known to lie in a range: a day of something that happened, a sum, a share of a sum."""
    if type_ == "date":
        return path.startswith(_HAPPENING) or path in ("change.filed.date", "change.reapproved.date")
    return path == "investment.total" or path in _RATIOS


@dataclass(slots=True)
class Level:
    """The statements of the whole project, or of one change; what they have read and found so far."""

    prefix: str
    body: list[ast.stmt] = field(default_factory=list)
    read: dict[Term, Known] = field(default_factory=dict)
    found: dict[Expr, str] = field(default_factory=dict)


class Conditions:
    """Writes conditions; what several rules ask is asked once. ``constants`` are the objects the code names.

    ``as_stated`` reads every fact by ``get`` alone: what is not stated is unknown, and nothing is inferred.
    """

    def __init__(self, conditions: Iterable[Expr], as_stated: bool = False) -> None:
        self.as_stated = as_stated
        self.project, self.change = Level("p"), Level("c")
        self.constants: dict[str, Any] = {}
        self._asked: Counter[Expr] = Counter()
        self._of_change: dict[Expr | Term, bool] = {}
        self._names = 0
        for one in conditions:
            self._count(one)

    # --- where a condition belongs --------------------------------------------------------------------

    def _count(self, expr: Expr) -> None:
        self._asked[expr] += 1
        if self._asked[expr] > 1:
            return
        match expr:
            case Not(part):
                self._count(part)
            case All(parts):
                for part in parts:
                    self._count(part)

    def of_change(self, node: Expr | Term) -> bool:
        """Whether a condition or term reads the change that is looked at."""
        if self.as_stated:
            return False
        if node not in self._of_change:
            match node:
                case Test(left, _, right):
                    made = self.of_change(left) or self.of_change(right)
                case Not(part):
                    made = self.of_change(part)
                case All(parts) | Fold(terms=parts):
                    made = any(map(self.of_change, parts))
                case Fact(path):
                    made = path.startswith("change.")
                case _:
                    made = False
            self._of_change[node] = made
        return self._of_change[node]

    def _level(self, node: Expr | Term) -> Level:
        return self.change if self.of_change(node) else self.project

    def new_name(self, level: Level) -> str:
        self._names += 1
        return f"{level.prefix}{self._names}"

    def constant(self, value: Any) -> ast.expr:
        """A name for an object that no literal can write."""
        made = f"k{len(self.constants)}"
        self.constants[made] = value
        return name(made)

    # --- conditions -----------------------------------------------------------------------------------

    def value(self, expr: Expr) -> ast.expr:
        """The condition as False, None or True; asks nothing twice."""
        match expr:
            case All(()):
                return TRUE
            case Test(Fact(_, "yes_no") as fact, "is", Literal(_, True)):  # its value is the fact's own
                return self.seen(fact).low
            case _:
                return name(self.ask(expr))

    def ask(self, expr: Expr) -> str:
        """The variable that holds the value of a condition."""
        level = self._level(expr)
        if expr not in level.found:
            sure, possible = self._part(expr, True, True, 0), self._part(expr, False, True, 0)
            made = level.found[expr] = self.new_name(level)
            level.body.append(assign(made, three(sure, possible)))
        return level.found[expr]

    def _write(self, expr: Expr, sure: bool, positive: bool, depth: int) -> ast.expr:
        """A part of a condition: from its variable where it has one."""
        if isinstance(expr, Not):
            return self._write(expr.part, sure, not positive, depth)
        level = self._level(expr)
        if expr in level.found or self._asked[expr] > 1 or depth > _MAX_DEPTH:
            if expr != HOLDS and not _cheap(expr):
                found = name(self.ask(expr))
                return compared(found, "is" if sure else "is not", TRUE if positive is sure else FALSE)
        return self._part(expr, sure, positive, depth)

    def _part(self, expr: Expr, sure: bool, positive: bool, depth: int) -> ast.expr:
        match expr:
            case Not(part):
                return self._write(part, sure, not positive, depth)
            case All(parts):
                words, others = self._words(parts)
                made = [self._one_of(fact, of, sure, not positive) for fact, of in words.items()]
                made += [self._write(part, sure, positive, depth + 1) for part in sorted(others, key=_cost)]
                return every(made) if positive else some(made)
            case Test():
                return self._test(expr, sure, positive)
            case _:
                assert_never(expr)

    def _words(self, parts: tuple[Expr, ...]) -> tuple[dict[Fact, list[str]], list[Expr]]:
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

    def _one_of(self, fact: Fact, words: list[str], sure: bool, positive: bool) -> ast.expr:
        """Whether a fact is one of some words; possibly so where it is unknown."""
        among: tuple[str | None, ...] = tuple(words) if sure is positive else (None, *words)
        return compared(self.seen(fact).low, "in" if positive else "not in", ast.Constant(among))  # type: ignore[arg-type]

    # --- tests ----------------------------------------------------------------------------------------

    def _test(self, test: Test, sure: bool, positive: bool) -> ast.expr:
        type_ = test.left.type
        if type_ == "duration" or (test.op == "is" and test.right.type == "duration"):
            return self._periods(test, sure, positive)
        if isinstance(test.left, Fact) and type_ == "one_of" and isinstance(test.right, Literal):
            return self._one_of(test.left, [test.right.value], sure, positive)
        left, right = self.seen(test.left), self.seen(test.right)
        if test.op == "is" and type_ == "yes_no" and isinstance(test.right, Literal):
            return compared(
                left.low, "is" if sure else "is not", TRUE if (test.right.value is positive) is sure else FALSE
            )
        if test.op == "includes":
            made = compared(right.low, "in" if positive else "not in", left.low)
        elif test.op == "is":
            made = same(left, right, sure, positive, left.counted or right.counted)
        else:
            less, more = (left, right) if test.op == "at_most" else (right, left)
            made = at_most(less, more, sure, positive)
        if test.op == "is" and sure is positive and isinstance(test.right, Literal):
            return made  # nothing unknown equals what is written
        return guarded(made, (*left.may_be_none, *right.may_be_none), sure)

    def _periods(self, test: Test, sure: bool, positive: bool) -> ast.expr:
        """Periods compare only within a unit: that is left to a function, in three values."""
        level = self._level(test)
        if test not in level.found:
            made = call("periods", constant(test.op), self.seen(test.left).low, self.seen(test.right).low)
            level.found[test] = self.new_name(level)
            level.body.append(assign(level.found[test], made))
        return compared(name(level.found[test]), "is" if sure else "is not", TRUE if positive is sure else FALSE)

    # --- terms ----------------------------------------------------------------------------------------

    def seen(self, term: Term) -> Known:
        """What is known of a term; facts are read once."""
        if isinstance(term, Literal):
            return self._literal(term)
        level = self._level(term)
        if term not in level.read:
            level.read[term] = self._fold(term, level) if isinstance(term, Fold) else self._fact(term, level)
        return level.read[term]

    def ends(self, term: Term) -> list[ast.expr]:
        """Both ends of what is known of a day or a year, for a function to work with: None where a fact is unknown."""
        seen = self.seen(term)
        if seen.counted:
            known = ast.IfExp(compared(seen.low, "==", seen.low), seen.low, NONE)
            return [known, known]
        return [seen.low, seen.high]

    def _literal(self, term: Literal) -> Known:
        value = term.value
        if isinstance(value, date):
            value = value.toordinal()
        if term.type in ("percent", "number"):
            over = Fraction(value)
            if over.denominator == 1:
                return Known(made := constant(over.numerator), made)
            return Known(made := constant(over.numerator), made, constant(over.denominator))
        if isinstance(value, (bool, int, str)):
            return Known(made := constant(value), made)
        return Known(made := self.constant(value), made)

    def _fact(self, term: Fact, level: Level) -> Known:
        made = self.new_name(level)
        path, seen = term.path, name(made)
        in_change = level is self.change
        key = (
            ast.BinOp(name("prefix"), ast.Add(), constant(path.removeprefix("change.")))
            if in_change
            else constant(path)
        )
        place = name("place") if in_change else NONE
        if not self.as_stated and path in _RATIOS:
            high, by = f"{made}h", f"{made}b"
            level.body.append(assign((made, high, by), call("share", constant(path), place)))
            return Known(seen, name(high), name(by), plain=False)
        if not self.as_stated and is_ranged(path, term.type):
            function = "span" if term.type == "date" else "amounts"
            level.body.append(assign((made, f"{made}h"), call(function, key, constant(path), place)))
            return Known(seen, name(f"{made}h"), plain=False)
        if term.type in _COUNTED:
            level.body.append(assign(made, call("get", key, NAN)))
            return Known(seen, seen, counted=True)
        read = call("get", key)
        if not self.as_stated and path.startswith(_HAPPENING):
            read = call("happened", constant(path))
        elif term.type == "date":
            read = call("ordinal", read)
        level.body.append(assign(made, read))
        return Known(seen, seen, None, (made,))

    def _fold(self, term: Fold, level: Level) -> Known:
        made = self.new_name(level)
        parts = [tuple_of(self.ends(part)) for part in term.terms]
        level.body.append(assign((made, f"{made}h"), call(term.how, tuple_of(parts))))
        return Known(name(made), name(f"{made}h"), plain=False)


def _cheap(expr: Expr) -> bool:
    """Whether asking again costs no more than remembering."""
    match expr:
        case Test(Fact(_, "yes_no"), "is", Literal()):
            return True
        case _:
            return False


def _cost(expr: Expr) -> int:
    """What to ask first: what is cheap and mostly decides. The order changes nothing else."""
    match expr:
        case Test(left):
            return ("one_of", "yes_no").index(left.type) if left.type in ("one_of", "yes_no") else 2
        case Not(Test() as part):
            return _cost(part)
        case _:
            return 3
