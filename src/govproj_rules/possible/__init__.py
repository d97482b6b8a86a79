"""What can hold together, and what follows from what: certain where it says so, silent where it does not know."""

from __future__ import annotations

from govproj_rules.ir import Expr, Not
from govproj_rules.possible.search import Impossible, impossible


def implies(first: Expr, second: Expr) -> bool:
    """Whether ``second`` holds wherever ``first`` does; False also where that is not known."""
    return impossible(first, Not(second)) is not None


__all__ = ["Impossible", "implies", "impossible"]
