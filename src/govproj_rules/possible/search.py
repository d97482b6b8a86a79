"""Whether conditions can hold at all: a search over their alternatives, one domain a term.

Sound: what is said never to hold, never does. Terms are taken to be independent of each other, and a search that
grows too long gives up, so that not everything that never holds is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, assert_never

from govproj_rules.errors import wrong
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.possible.domains import Choice, Domain, whole
from govproj_rules.values import compare

MAX_STEPS: Final = 20_000
MAX_CHOICES: Final = 150
MAX_ALL_STEPS: Final = 10_000_000
"""Of all searches that one answer takes; five cities compared take some 300,000."""

_ORDERS: Final[Mapping[str, frozenset[int]]] = {
    "is": frozenset({0}),
    "at_least": frozenset({0, 1}),
    "at_most": frozenset({-1, 0}),
}
_ALL_ORDERS: Final = frozenset({-1, 0, 1})

_Key = Term | tuple[Term, Term] | Test
_State = Mapping[_Key, Domain | frozenset[int]]


class Impossible:
    """Why nothing satisfies some conditions: ``on`` names the facts on which they contradict each other."""

    def __init__(self, on: set[str]) -> None:
        self.on = tuple(sorted(on))


_left: ContextVar[list[int] | None] = ContextVar("_left", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Within it all searches together are bounded; raises :class:`InvalidInput` where they take longer."""
    token = _left.set([MAX_ALL_STEPS])
    try:
        yield
    finally:
        _left.reset(token)


def spend(steps: int) -> None:
    """Count steps towards the bound, where there is one."""
    if (left := _left.get()) is not None:
        left[0] -= steps
        if left[0] < 0:
            said = "the conditions are too many, or too large, to be held against each other"
            raise wrong("too-large", said, "leave out rules, or give fewer rulesets or one topic")


def impossible(*conditions: Expr) -> Impossible | None:
    """Says why the conditions can never hold together; None where they can, or it is not known."""
    search = _Search()
    try:
        return None if search.holds([(one, True) for one in conditions], {}, ()) else Impossible(search.clashes)
    except _TooLongError:
        return None
    finally:
        spend(search.steps)


class _TooLongError(Exception):
    """The search was given up."""


class _Search:
    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0
        self.clashes: set[str] = set()

    def holds(self, waiting: list[tuple[Expr, bool]], state: _State, choices: tuple[tuple[Expr, ...], ...]) -> bool:
        """Whether all that waits can hold, with one part of each choice false."""
        while waiting:
            self.steps += 1 + len(state) // 50  # which is copied
            if self.steps > MAX_STEPS:
                raise _TooLongError
            expr, positive = waiting.pop()
            match expr:
                case Not(part):
                    waiting.append((part, not positive))
                case All(parts) if positive:
                    waiting.extend((part, True) for part in reversed(parts))
                case All(parts):
                    choices = (*choices, parts)
                case Test():
                    narrowed = self.narrow(expr, positive, state)
                    if narrowed is None:
                        return False
                    state = narrowed
                case _:
                    assert_never(expr)
        if not choices:
            return True
        first, *rest = sorted(choices, key=len)
        if self.depth == MAX_CHOICES:
            raise _TooLongError
        self.depth += 1
        found = any(self.holds([(part, False)], state, tuple(rest)) for part in first)
        self.depth -= 1
        return found

    def narrow(self, test: Test, positive: bool, state: _State) -> _State | None:
        """What is known once a test holds, or fails; None where it cannot."""
        left, right = test.left, test.right
        if isinstance(left, Literal) and isinstance(right, Literal):
            return state if _decided(test, left, right) is positive else None
        if isinstance(right, Literal):
            domain = state.get(left, whole(left.type))
            assert not isinstance(domain, frozenset)
            narrowed = domain.narrow(test.op, right.value, positive)
            if narrowed is None:
                self.clashes.update(_paths(left))
                return None
            return {**state, left: narrowed}
        if test.op == "includes":
            truth = state.get(test, Choice(frozenset({True, False})))
            assert isinstance(truth, Choice)
            kept = truth.narrow("is", positive, True)
            return None if kept is None else {**state, test: kept}
        return self.relate(test, positive, state)

    def relate(self, test: Test, positive: bool, state: _State) -> _State | None:
        """Two terms compared: which of less, equal and more are left."""
        orders = _ORDERS[test.op] if positive else _ALL_ORDERS - _ORDERS[test.op]
        pair = (test.left, test.right)
        if repr(pair[0]) > repr(pair[1]):
            pair, orders = (pair[1], pair[0]), frozenset(-order for order in orders)
        known = state.get(pair, frozenset({0}) if pair[0] == pair[1] else _ALL_ORDERS)
        assert isinstance(known, frozenset)
        if not (left := known & orders):
            self.clashes.update(path for term in pair for path in _paths(term))
            return None
        return {**state, pair: left}


def _decided(test: Test, left: Literal, right: Literal) -> bool | None:
    if test.op == "includes":
        return bool(right.value in left.value)
    if left.type in ("yes_no", "one_of"):
        return bool(left.value == right.value)
    order = compare(left.value, right.value)
    return None if order is None else order in _ORDERS[test.op]


def _paths(term: Term) -> tuple[str, ...]:
    match term:
        case Fact(path) | Fold(path=path):
            return (path,)
        case Literal():
            return ()
        case _:
            assert_never(term)
