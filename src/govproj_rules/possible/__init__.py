"""What can hold together, and what follows from what: certain where it says so, silent where it does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import assert_never

from govproj_rules.ir import TRUE, All, Expr, Fold, Literal, Not, Term, Test
from govproj_rules.possible.search import Impossible, impossible, limited, spend
from govproj_rules.values import Duration


def bare(term: Term) -> Term:
    """A term by what it is made of: a sum, a latest or an earliest day is the same under any name and in any order."""
    match term:
        case Fold(how, terms, type_):
            return Fold(how, tuple(sorted(map(bare, terms), key=repr)), type_, "")
        case _:
            return term


def bared(expr: Expr) -> Expr:
    """A condition with its terms by what they are made of."""
    match expr:
        case Test(left, op, right):
            return Test(bare(left), op, bare(right))
        case Not(part):
            return Not(bared(part))
        case All(parts):
            return All(tuple(map(bared, parts)))
        case _:
            assert_never(expr)


def implies(first: Expr, second: Expr) -> bool:
    """Whether ``second`` holds wherever ``first`` does; False also where that is not known.

    A period leaves a test in another unit undecided, so what it is given in is gone through: nothing follows from
    ten days to one month, nor back.
    """
    if first == second:
        return True
    first, second = bared(first), bared(second)
    held = set(_parts(first))
    second = All(tuple(part for part in _parts(second) if part not in held))  # what is there needs no search
    if not second.parts:
        return True
    periods = [*_periods(first), *_periods(second)]
    if any(unit is None for _, unit in periods):  # compared with a fact, whose unit is not known
        return False
    terms = dict.fromkeys(term for term, _ in periods)
    ways = product(*([*dict.fromkeys(unit for one, unit in periods if one == term), None] for term in terms))
    return all(
        impossible(_surely(first, given), Not(_surely(second, given))) is not None
        for units in ways
        for given in [dict(zip(terms, units, strict=True))]
    )


def _parts(expr: Expr) -> tuple[Expr, ...]:
    return tuple(one for part in expr.parts for one in _parts(part)) if isinstance(expr, All) else (expr,)


def _periods(expr: Expr) -> Iterator[tuple[Term, str | None]]:
    """Every period a condition tests, and the unit it is tested in."""
    match expr:
        case Test(left, _, right):
            if left.type == "duration":
                of_literal = isinstance(right, Literal) and isinstance(right.value, Duration)
                yield left, right.value.scale[0] if of_literal and isinstance(right, Literal) else None
        case Not(part):
            yield from _periods(part)
        case All(parts):
            for part in parts:
                yield from _periods(part)
        case _:
            assert_never(expr)


def _surely(expr: Expr, given: Mapping[Term, str | None], positive: bool = True) -> Expr:
    """A condition that holds where this one is decided to hold: a test in another unit than ``given`` never is."""
    match expr:
        case Test(left, _, Literal(_, Duration() as period)) if given.get(left) != period.scale[0]:
            return Not(TRUE) if positive else TRUE
        case Test():
            return expr
        case Not(part):
            return Not(_surely(part, given, not positive))
        case All(parts):
            return All(tuple(_surely(part, given, positive) for part in parts))
        case _:
            assert_never(expr)


__all__ = ["Impossible", "bare", "bared", "implies", "impossible", "limited", "spend"]
