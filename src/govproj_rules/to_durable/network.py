"""Conditions as conjunctions of two-valued tests, each condition twice: what surely holds, and what possibly does.

The core knows ``All`` and ``Not`` only, and so does this form. A negation turns *surely* into *possibly*; where it
reaches a test it is the opposite test, for every end of a range is always told. A negated conjunction inside another
(an ``any`` of the author's) is a gate of its own, decided first and read as a column: durable-rules fires once for
every true branch of an ``$or``, and for every combination of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple, assert_never

from govproj_rules.ir import All, Expr, Literal, Not, Test
from govproj_rules.to_durable.columns import (
    NO_WORD,
    Amount,
    End,
    Feed,
    Member,
    Order,
    Refused,
    Word,
    number,
    of_a_change,
    terms,
    unit_of,
    word,
)

LONGEST_GATE: Final = 100
"""As many tests as one conjunction makes; a longer one becomes a conjunction of conjunctions."""

OPPOSITE: Final = {"$lt": "$gte", "$lte": "$gt", "$gt": "$lte", "$gte": "$lt", "$eq": "$neq", "$neq": "$eq"}


class Atom(NamedTuple):
    """One test the engine makes: a column against a literal."""

    column: int
    op: str
    value: int | str


class Guard(NamedTuple):
    """A conjunction, or (``holds`` is false) what is true where it is not; the empty conjunction is true."""

    atoms: frozenset[Atom]
    holds: bool = True


TRUE: Final = Guard(frozenset())
FALSE: Final = Guard(frozenset(), holds=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A column that is told of the project."""

    feed: Feed
    end: End
    each: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """A column that the engine decides: 1 where the conjunction holds, else 0.

    ``each``: it depends on the change being looked at. ``level``: how many levels of gates come before it.
    """

    atoms: frozenset[Atom]
    each: bool
    level: int


def opposite(guard: Guard) -> Guard:
    """What holds exactly where ``guard`` does not."""
    if guard.holds and len(guard.atoms) == 1:
        (atom,) = guard.atoms
        return Guard(frozenset({atom._replace(op=OPPOSITE[atom.op])}))
    return guard._replace(holds=not guard.holds)


class Network:
    """The columns and gates of a ruleset; equal ones are one."""

    def __init__(self) -> None:
        self.columns: list[Told | Gate] = []
        self._numbers: dict[Told | frozenset[Atom], int] = {}
        self._guards: dict[tuple[int, bool], Guard] = {}

    def guard(self, expr: Expr, sure: bool) -> Guard:
        """Where a condition surely (else: possibly) holds.

        Raises :class:`Refused` where the engine cannot carry it. The condition must outlive the network, which knows
        it by its identity.
        """
        if (found := self._guards.get((id(expr), sure))) is None:
            self._guards[id(expr), sure] = found = self._guard(expr, sure)
        return found

    def gate(self, atoms: frozenset[Atom]) -> int:
        """The number of the gate that decides a conjunction."""
        if (known := self._numbers.get(atoms)) is not None:
            return known
        if len(atoms) > LONGEST_GATE:
            inner = frozenset(Atom(self.gate(part), "$eq", 1) for part in _parts(atoms))
            self._numbers[atoms] = made = self.gate(inner)
            return made
        read = [self.columns[atom.column] for atom in atoms]
        level = max((one.level + 1 for one in read if isinstance(one, Gate)), default=0)
        return self._add(atoms, Gate(atoms, any(one.each for one in read), level))

    def _guard(self, expr: Expr, sure: bool) -> Guard:
        match expr:
            case Test():
                return self._test(expr, sure)
            case Not(part):
                return opposite(self.guard(part, not sure))
            case All(parts):
                return self._all(self.guard(part, sure) for part in parts)
            case _:
                assert_never(expr)

    def _all(self, guards: Iterable[Guard]) -> Guard:
        atoms: set[Atom] = set()
        for guard in guards:
            if guard.holds:
                atoms |= guard.atoms
            elif not guard.atoms:
                return FALSE
            else:
                atoms.add(Atom(self.gate(guard.atoms), "$eq", 0))
        return Guard(frozenset(atoms))

    # --- tests ----------------------------------------------------------------------------------

    def _test(self, test: Test, sure: bool) -> Guard:
        left, op, right = test.left, test.op, test.right
        if op == "includes":
            return self._one(Member(left, right), "low" if sure else "high", "$gte", 1)
        if not isinstance(right, Literal):
            return self._compared(Order(left, right), op, 0, sure)
        match right.type:
            case "one_of":
                return self._word(Word(left), word(right), sure)
            case "yes_no":
                wanted = "$gte" if right.value else "$lte"
                return self._one(Amount(left, None), "low" if sure is right.value else "high", wanted, int(right.value))
            case _:
                return self._compared(Amount(left, unit_of(right)), op, number(right), sure)

    def _compared(self, feed: Feed, op: str, value: int, sure: bool) -> Guard:
        match op:
            case "at_most":
                return self._one(feed, "high" if sure else "low", "$lte", value)
            case "at_least":
                return self._one(feed, "low" if sure else "high", "$gte", value)
            case "is" if sure:
                return self._all((self._one(feed, "low", "$eq", value), self._one(feed, "high", "$eq", value)))
            case "is":
                return self._all((self._one(feed, "low", "$lte", value), self._one(feed, "high", "$gte", value)))
            case _:
                raise Refused(f"the test {op} is not known")

    def _word(self, feed: Word, value: str, sure: bool) -> Guard:
        if sure:
            return self._one(feed, "word", "$eq", value)
        column = self._column(feed, "word")
        return Guard(frozenset({Atom(column, "$neq", value), Atom(column, "$neq", NO_WORD)}), holds=False)

    def _one(self, feed: Feed, end: End, op: str, value: int | str) -> Guard:
        return Guard(frozenset({Atom(self._column(feed, end), op, value)}))

    def _column(self, feed: Feed, end: End) -> int:
        told = Told(feed, end, any(of_a_change(term) for term in terms(feed)))
        return self._add(told, told)

    def _add(self, key: Told | frozenset[Atom], column: Told | Gate) -> int:
        if (known := self._numbers.get(key)) is None:
            self._numbers[key] = known = len(self.columns)
            self.columns.append(column)
        return known


def _parts(atoms: frozenset[Atom]) -> Iterator[frozenset[Atom]]:
    left = iter(sorted(atoms, key=lambda atom: (atom.column, atom.op, str(atom.value))))
    while part := frozenset(islice(left, LONGEST_GATE)):
        yield part
