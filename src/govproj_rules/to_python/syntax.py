"""Short ways to write Python's syntax tree. No text from a rule file ever becomes source text: it stays a constant."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Final

TRUE: Final = ast.Constant(True)
FALSE: Final = ast.Constant(False)
NONE: Final = ast.Constant(None)

_AT_ONCE: Final = 30
_COMPARED: Final[dict[str, ast.cmpop]] = {
    "<=": ast.LtE(), "<": ast.Lt(), ">=": ast.GtE(), ">": ast.Gt(), "==": ast.Eq(), "!=": ast.NotEq(),
    "is": ast.Is(), "is not": ast.IsNot(), "in": ast.In(), "not in": ast.NotIn(),
}  # fmt: skip


def name(id: str) -> ast.expr:
    return ast.Name(id, ast.Load())


def constant(value: str | int | bool | frozenset[str | None] | None) -> ast.expr:
    return ast.Constant(value)  # type: ignore[arg-type]  # sets are constants too


def call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(name(function), list(arguments), [])


def tuple_of(parts: Iterable[ast.expr]) -> ast.expr:
    return ast.Tuple(list(parts), ast.Load())


def long_tuple(parts: Sequence[ast.expr]) -> ast.expr:
    """A tuple of many: of more than thirty at once Python makes a list first, which takes twice as long."""
    half = len(parts) // 2
    if len(parts) <= _AT_ONCE:
        return tuple_of(parts)
    return ast.BinOp(long_tuple(parts[:half]), ast.Add(), long_tuple(parts[half:]))


def compared(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [_COMPARED[op]], [right])


def opposite(made: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), made)


def product(left: ast.expr, right: ast.expr | None) -> ast.expr:
    """``left`` times ``right``; None stands for one."""
    return left if right is None else ast.BinOp(left, ast.Mult(), right)


def every(parts: Sequence[ast.expr]) -> ast.expr:
    """The conjunction, decided where it stands as far as constants decide it."""
    return _joined(ast.And(), parts, neutral=TRUE, deciding=FALSE)


def some(parts: Sequence[ast.expr]) -> ast.expr:
    """The disjunction, likewise."""
    return _joined(ast.Or(), parts, neutral=FALSE, deciding=TRUE)


def where(test: ast.expr, made: ast.expr, otherwise: ast.expr) -> ast.expr:
    """``made if test else otherwise``, likewise."""
    return made if test is TRUE else otherwise if test is FALSE else ast.IfExp(test, made, otherwise)


def _joined(op: ast.boolop, parts: Sequence[ast.expr], neutral: ast.expr, deciding: ast.expr) -> ast.expr:
    kept = [part for part in parts if part is not neutral]
    if any(part is deciding for part in kept):
        return deciding
    return neutral if not kept else kept[0] if len(kept) == 1 else ast.BoolOp(op, kept)


def assign(target: str | Sequence[str], value: ast.expr) -> ast.stmt:
    """``target = value``; several targets take a tuple apart."""
    if isinstance(target, str):
        return ast.Assign([ast.Name(target, ast.Store())], value)
    return ast.Assign([ast.Tuple([ast.Name(one, ast.Store()) for one in target], ast.Store())], value)


def store(sequence: str, place: int, value: ast.expr) -> ast.stmt:
    """``sequence[place] = value``."""
    return ast.Assign([ast.Subscript(name(sequence), ast.Constant(place), ast.Store())], value)


def looked_up(table: str, *keys: ast.expr) -> ast.expr:
    """``table[keys]``."""
    return ast.Subscript(name(table), keys[0] if len(keys) == 1 else tuple_of(keys), ast.Load())
