"""Conditions of the core said in words, one line a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from govproj_rules.conditions import facts_in, facts_of_term
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.operators import SHOWN, measured
from govproj_rules.telling.teller import Teller
from govproj_rules.values import format_value

_LISTED = {
    ("is", False): "in",
    ("includes", False): "includes_any",
    ("includes", True): "includes_all",
    ("is_not", True): "none_of",
    ("excludes", True): "excludes_all",
}
"""How tests of one fact read together: in a group of which all, or (False) any is needed."""

LONGEST_GROUP: Final = {"zh": 70, "en": 210}
"""A brief text says of a longer group inside a condition only what it is about, unless it has bounds."""


def paths(expr: Expr) -> Iterator[str]:
    """Every fact a condition reads, by its path."""
    return (fact.path for fact in facts_in(expr))


def term_paths(term: Term) -> Iterator[str]:
    """Every fact a term reads, by its path."""
    return (fact.path for fact in facts_of_term(term))


def tell_guard(expr: Expr, tell: Teller, positive: bool = True, depth: int = 0) -> list[str]:
    """A condition as indented lines; a group says whether all of it or any of it is needed."""
    pad = "  " * depth
    match expr:
        case Test(left):
            return [pad + _told(left, _asks(expr, positive, tell), tell)]
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


def tell_inline(expr: Expr, tell: Teller, positive: bool = True, inner: bool = False, spelled: bool = False) -> str:
    """A condition in one line; ``inner`` puts brackets around a group, since it stands inside another.

    A computed fact goes by its name, unless it is all there is and has bounds that one wants to see, or is to be
    ``spelled`` out.
    """
    named = None if spelled else _by_name(expr, tell, positive)
    if named is not None and (inner or not any(measured(expr))):
        return named
    match expr:
        case Test(left):
            return _state(left, _asks(expr, positive, tell), tell)
        case Not(part):
            return tell_inline(part, tell, not positive, inner, spelled)
        case All(parts):
            if not parts:
                return tell.say("always" if positive else "never")
            parts = _flat(_folded(parts, tell), positive, tell)
            if len(parts) == 1:
                return tell_inline(parts[0], tell, positive, inner)
            if (together := _together(parts, tell, positive)) is not None:
                return together
            said = dict.fromkeys(tell_inline(part, tell, positive, True) for part in parts)
            told = tell.say("and" if positive else "either").join(said)
            if inner and tell.brief and len(told) > LONGEST_GROUP[tell.lang] and not any(measured(expr)):
                told = tell.say("by_facts", facts=tell.short_list(tell.label(path) for path in paths(expr)))
            return tell.say("grouped", text=told) if inner and len(said) > 1 else told
        case _:
            assert_never(expr)


def _asks(test: Test, positive: bool, tell: Teller) -> dict[str, object]:
    """What a test asks of its fact: not to be yes is to be no."""
    shown, bound = SHOWN[test.op, positive], _bound(test.right, tell)
    if shown == "is_not" and isinstance(bound, bool):
        shown, bound = "is", not bound
    return {shown: bound}


def _peeled(expr: Expr, positive: bool) -> tuple[Expr, bool]:
    """A condition without the negations around it, and whether it has to hold."""
    while isinstance(expr, Not):
        expr, positive = expr.part, not positive
    return expr, positive


def _by_name(expr: Expr, tell: Teller, positive: bool) -> str | None:
    """The name of the computed fact that a condition is, if it is one."""
    while isinstance(expr, Not) and expr not in tell.known_as:
        expr, positive = expr.part, not positive
    if (found := tell.known_as.get(expr)) is None:
        return None
    op, bound = found.test
    if bound is True:
        return _yes_no(found.path, positive, tell)
    listed = isinstance(bound, list)
    return tell.asked(found.path, {op if positive else "none_of" if listed else "is_not": bound})


def _folded(parts: tuple[Expr, ...], tell: Teller) -> tuple[Expr, ...]:
    """Parts that make up a computed fact put together again, so that it can go by its name."""
    for one in tell.known_as:
        if isinstance(one, All) and 1 < len(one.parts) < len(parts) and set(one.parts) <= set(parts):
            rest = tuple(part for part in parts if part not in one.parts)
            return (one, *_folded(rest, tell))
    return parts


def _state(left: Term, test: dict[str, object], tell: Teller) -> str:
    """A test as a state: what is asked with yes or no by its name alone."""
    ((op, bound),) = test.items()
    plain = isinstance(left, Fact) and (left.path.count(".") > 1 or not left.path.startswith(("events.", "documents.")))
    if op == "is" and isinstance(bound, bool) and isinstance(left, Fact) and plain:
        return _yes_no(left.path, bound, tell)
    return _told(left, test, tell)


def _yes_no(path: str, yes: bool, tell: Teller) -> str:
    """A yes-or-no fact as a state; a doubt of law says that somebody has to confirm it."""
    if path.startswith("documents.") and path.endswith(".approved") and not yes:
        return tell.say("document_not_approved", label=tell.document(path.split(".")[1]))
    kind = "reading" if tell.info(path).reading else "state"
    return tell.say(f"{kind}_{'yes' if yes else 'no'}", label=tell.label(path))


def _flat(parts: tuple[Expr, ...], positive: bool, tell: Teller | None = None) -> tuple[Expr, ...]:
    """Groups of the same sort inside a group are parts of it, but for those ``tell`` has a name for."""
    flat: list[Expr] = []
    for part in parts:
        if tell is not None and _by_name(part, tell, positive) is not None:
            flat.append(part)
            continue
        inner, same = _peeled(part, positive)
        if isinstance(inner, All) and same == positive and inner.parts and _together(inner.parts, None, same) is None:
            flat.extend(_flat(inner.parts, positive, tell))
        else:
            flat.append(part)
    return tuple(flat)


def _together(parts: tuple[Expr, ...], tell: Teller | None, positive: bool) -> str | None:
    """Several words of one list asked of one fact, as one test; without ``tell`` only whether that is so."""
    tests = []
    for part in parts:
        inner, same = _peeled(part, positive)
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
