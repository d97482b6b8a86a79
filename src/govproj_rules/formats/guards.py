"""Conditions of the core said in words, one line a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from govproj_rules.formats.tell import Teller
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.operators import SHOWN
from govproj_rules.values import format_value

_LISTED = {
    ("is", False): "in",
    ("includes", False): "includes_any",
    ("includes", True): "includes_all",
    ("is_not", True): "is_not",
    ("excludes", True): "excludes",
}
"""How tests of one fact read together: in a group of which all, or (False) any is needed."""


def paths(expr: Expr) -> Iterator[str]:
    """Every fact a condition reads."""
    match expr:
        case Test(left, _, right):
            yield from (*_term_paths(left), *_term_paths(right))
        case Not(part):
            yield from paths(part)
        case All(parts):
            for part in parts:
                yield from paths(part)
        case _:
            assert_never(expr)


def _term_paths(term: Term) -> Iterator[str]:
    match term:
        case Fact(path, _):
            yield path
        case Fold(_, terms, _, _):
            for one in terms:
                yield from _term_paths(one)
        case Literal():
            return
        case _:
            assert_never(term)


def tell_guard(expr: Expr, tell: Teller, positive: bool = True, depth: int = 0) -> list[str]:
    """A condition as indented lines; a group says whether all of it or any of it is needed."""
    pad = "  " * depth
    match expr:
        case Test(left, op, right):
            shown, bound = SHOWN[op, positive], _bound(right, tell)
            if shown == "is_not" and isinstance(bound, bool):
                shown, bound = "is", not bound
            return [pad + _told(left, {shown: bound}, tell)]
        case Not(part):
            return tell_guard(part, tell, not positive, depth)
        case All(parts):
            if not parts:
                return [pad + tell.say("always")]
            parts = _flat(parts, positive)
            if len(parts) == 1:
                return tell_guard(parts[0], tell, positive, depth)
            if (together := _together(parts, tell, positive)) is not None:
                return [pad + together]
            head = pad + tell.say("all_of" if positive else "any_of")
            return [head, *(line for part in parts for line in tell_guard(part, tell, positive, depth + 1))]
        case _:
            assert_never(expr)


def _flat(parts: tuple[Expr, ...], positive: bool) -> tuple[Expr, ...]:
    """Groups of the same sort inside a group are parts of it."""
    flat: list[Expr] = []
    for part in parts:
        inner, same = part, positive
        while isinstance(inner, Not):
            inner, same = inner.part, not same
        if isinstance(inner, All) and same == positive and inner.parts and _together(inner.parts, None, same) is None:
            flat.extend(_flat(inner.parts, positive))
        else:
            flat.append(part)
    return tuple(flat)


def _together(parts: tuple[Expr, ...], tell: Teller | None, positive: bool) -> str | None:
    """Several words of one list asked of one fact, as one test; without ``tell`` only whether that is so."""
    tests = []
    for part in parts:
        inner, same = part, positive
        while isinstance(inner, Not):
            inner, same = inner.part, not same
        if not (isinstance(inner, Test) and isinstance(inner.right, Literal) and inner.op in ("is", "includes")):
            return None
        tests.append((inner.left, SHOWN[inner.op, same], inner.right))
    left, shown, first = tests[0]
    if len(tests) < 2 or first.type != "one_of" or any((a, b) != (left, shown) for a, b, _ in tests):
        return None
    listed = _LISTED.get((shown, positive))
    if not isinstance(left, Fact) or listed is None:
        return None
    if tell is None:
        return ""
    return tell.asked(left.path, {listed: [right.value for _, _, right in tests]})


def _bound(term: Term, tell: Teller) -> object:
    return format_value(term.type, term.value) if isinstance(term, Literal) else _Said(tell_term(term, tell))


class _Said(str):
    """A text that stands for a bound which is no literal."""

    __slots__ = ()


def _told(left: Term, test: dict[str, object], tell: Teller) -> str:
    if isinstance(left, Fact):
        return tell.asked(left.path, test)
    path = left.path if isinstance(left, Fold) else ""
    return tell.say("asked", label=tell_term(left, tell), test=tell.test(path, test, sharp=True))


def tell_term(term: Term, tell: Teller) -> str:
    """A value, a fact or a computed one by its name."""
    match term:
        case Literal(type_, value):
            return tell.value("", format_value(type_, value))
        case Fact(path, _):
            return tell.label(path)
        case Fold(how, terms, _, _):
            return tell.say(f"fold_{how}", terms=tell.list(tell_term(one, tell) for one in terms))
        case _:
            assert_never(term)
