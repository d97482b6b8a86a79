"""How large conditions are once the computed facts they read are written out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test


class Sizes:
    """Measures conditions: shared parts count wherever they stand, yet each is looked at once."""

    def __init__(self) -> None:
        self._known: dict[
            int, tuple[Expr | Term, int, int]
        ] = {}  # the part itself is kept, so that its id stays its own

    def of(self, parts: Iterable[Expr | Term]) -> tuple[int, int]:
        """How many tests and terms stand in some parts, and how deep they are nested."""
        size, depth = 0, 0
        for part in parts:
            if (found := self._known.get(id(part))) is None:
                inner, below = self.of(_inside(part))
                self._known[id(part)] = found = part, max(inner, 1), below + 1
            size, depth = size + found[1], max(depth, found[2])
        return size, depth


def _inside(part: Expr | Term) -> tuple[Expr | Term, ...]:
    match part:
        case All(parts):
            return parts
        case Not(inner):
            return (inner,)
        case Test(left, _, right):
            return (left, right)
        case Fold(_, terms):
            return terms
        case Fact() | Literal():
            return ()
        case _:
            assert_never(part)
