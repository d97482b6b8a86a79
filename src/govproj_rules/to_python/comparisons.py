"""Two terms compared as far as they are known, as Python expressions of what surely and of what possibly holds."""

from __future__ import annotations

import ast

from govproj_rules.to_python.known import Known
from govproj_rules.to_python.syntax import NONE, compared, every, name, opposite, product, some


def guarded(made: ast.expr, unknown: tuple[str, ...], sure: bool) -> ast.expr:
    if sure:
        return every([*(compared(name(one), "is not", NONE) for one in unknown), made])
    return some([*(compared(name(one), "is", NONE) for one in unknown), made])


def _ordered(left: ast.expr, op: str, right: ast.expr, less: Known, more: Known) -> ast.expr:
    """One end of ``less`` against one of ``more``, shares by cross multiplication."""
    return compared(product(left, more.by), op, product(right, less.by))


def at_most(less: Known, more: Known, sure: bool, positive: bool) -> ast.expr:
    """What is furthest from it decides whether it is surely so, what is nearest whether it is possibly so."""
    worst = sure is positive  # surely at most: the high end; surely more: the low end
    left, right = (less.high, more.low) if worst else (less.low, more.high)
    return _ordered(left, "<=" if positive else ">", right, less, more)


def same(left: Known, right: Known, sure: bool, positive: bool) -> ast.expr:
    if left.plain and right.plain:
        return _ordered(left.low, "==" if positive else "!=", right.low, left, right)
    if sure is positive:  # both ends of both are one, or (negated) they are not
        joined = every if positive else some
        op = "==" if positive else "!="
        pairs = ((left.low, right.low), (left.high, right.low), (left.low, right.high))
        return joined([_ordered(one, op, other, left, right) for one, other in pairs])
    apart = some([_ordered(left.high, "<", right.low, left, right), _ordered(left.low, ">", right.high, left, right)])
    return opposite(apart) if positive else apart  # possibly the same where the ranges meet
