"""What conditions read, and how often each is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test


def facts_in(expr: Expr) -> Iterator[Fact]:
    """Every fact a condition reads; some more than once."""
    match expr:
        case Test(left, _, right):
            yield from facts_of_term(left)
            yield from facts_of_term(right)
        case Not(part):
            yield from facts_in(part)
        case All(parts):
            for part in parts:
                yield from facts_in(part)
        case _:
            assert_never(expr)


def facts_of_term(term: Term) -> Iterator[Fact]:
    """Every fact a term reads: a computed one is those it is made of."""
    match term:
        case Fact():
            yield term
        case Fold(terms=parts):
            for part in parts:
                yield from facts_of_term(part)
        case Literal():
            pass
        case _:
            assert_never(term)


def times_asked(conditions: Iterable[Expr]) -> Counter[Expr]:
    """How often each condition and each part of one is asked, where what is asked again is not looked into again."""
    asked: Counter[Expr] = Counter()

    def count(expr: Expr) -> None:
        asked[expr] += 1
        if asked[expr] > 1:
            return
        match expr:
            case Not(part):
                count(part)
            case All(parts):
                for part in parts:
                    count(part)

    for one in conditions:
        count(one)
    return asked
