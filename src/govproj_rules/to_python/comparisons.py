"""Two terms compared as far as they are known, as Python expressions of what surely and of what possibly holds."""

from __future__ import annotations

import ast

from govproj_rules.light import dataclass
from govproj_rules.to_python.syntax import FALSE, NONE, TRUE, compared, every, name, opposite, product, some


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a term: both ends (over ``by``, for a share), and which variables may be None.

    What is ``counted`` and unknown is not None but NaN, which no comparison holds for: it needs no asking after.
    """

    low: ast.expr
    high: ast.expr
    by: ast.expr | None = None
    may_be_none: tuple[str, ...] = ()
    plain: bool = True
    counted: bool = False


def three(sure: ast.expr, possible: ast.expr) -> ast.expr:
    if sure is TRUE or possible is FALSE:
        return sure
    second = NONE if sure is FALSE else some([sure, NONE])
    return second if possible is TRUE else ast.BoolOp(ast.And(), [possible, second])


def guarded(made: ast.expr, unknown: tuple[str, ...], sure: bool) -> ast.expr:
    if sure:
        return every([*(compared(name(one), "is not", NONE) for one in unknown), made])
    return some([*(compared(name(one), "is", NONE) for one in unknown), made])


def _ordered(left: ast.expr, op: str, right: ast.expr, less: Known, more: Known) -> ast.expr:
    """One end of ``less`` against one of ``more``, shares by cross multiplication."""
    return compared(product(left, more.by), op, product(right, less.by))


def at_most(less: Known, more: Known, sure: bool, positive: bool) -> ast.expr:
    """Possibly so is what does not surely fail: with NaN neither comparison holds."""
    worst = sure is positive  # surely at most: the high end; surely more: the low end
    left, right = (less.high, more.low) if worst else (less.low, more.high)
    made = _ordered(left, "<=" if worst else ">", right, less, more)
    return made if sure else opposite(made)


def same(left: Known, right: Known, sure: bool, positive: bool, counted: bool) -> ast.expr:
    if left.plain and right.plain:
        if not counted or sure is positive:
            return _ordered(left.low, "==" if positive else "!=", right.low, left, right)
        apart = some([_ordered(left.low, op, right.low, left, right) for op in ("<", ">")])
        return opposite(apart) if positive else apart
    if sure is positive:  # both ends of both are one, or (negated) they are not
        joined = every if positive else some
        op = "==" if positive else "!="
        pairs = ((left.low, right.low), (left.high, right.low), (left.low, right.high))
        return joined([_ordered(one, op, other, left, right) for one, other in pairs])
    apart = some([_ordered(left.high, "<", right.low, left, right), _ordered(left.low, ">", right.high, left, right)])
    return opposite(apart) if positive else apart  # possibly the same where the ranges meet
