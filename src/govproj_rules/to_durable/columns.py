"""What an engine of whole numbers and words is told of a project: one column for each end of each thing tested.

An unknown is never left out. It is a range: from lower than every literal to higher than every literal, so that
each end can be compared and nothing depends on how the engine treats what is missing. A number is told in the unit
of the literal it meets, twice its whole part and one more where something is left over: that keeps every order and
every equality with a literal exact, as cross multiplication does, and nothing is rounded.

The engine compares everything with the literals of the ruleset itself. Two kinds of test reach it as a fact of their
own. Whether a list includes a word: of an empty list the engine says neither that an item is the word nor that all
items differ from it. How one fact stands to another: two ranges are compared end against end, shares of different
wholes have no common unit, periods of different units no order, and where the engine lacks a right-hand fact it reads
memory that nobody wrote. A sign is told then, which the engine compares with nought.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal, NamedTuple, assert_never

from govproj_rules.facts import Seen
from govproj_rules.ir import Fact, Fold, Term
from govproj_rules.ir import Literal as Value
from govproj_rules.values import Duration, compare

See = Callable[[Term], Seen]
"""What is known of a term, for one project and one change."""

LIMIT: Final = 2 ** (8 * struct.calcsize("l") - 2)
"""Beyond every literal the engine can hold (it reads them into a C ``long``); stands for an end that is not known."""

LONGEST: Final = 1_000
"""As long as a word may be, in bytes; the engine counts the bytes of words in 16 bits."""

NO_WORD: Final = "?"
"""Stands for a word that is not known; known ones begin with ``=``."""

End = Literal["low", "high", "word"]


class Refused(Exception):
    """What the engine cannot carry, in a few words."""


class Reading(NamedTuple):
    """A number as far as known: its ends."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Amount:
    """An ordered fact, or a yes or no, in the unit of the literals it is compared with.

    ``unit`` is the denominator of a share or number, the unit of a period, and None for everything else.
    """

    term: Term
    unit: int | str | None

    def read(self, see: See) -> Reading:
        """The term as a range of whole numbers."""
        seen = see(self.term)
        return _reading(self._whole(seen.low), self._whole(seen.high))

    def _whole(self, value: object) -> int | None:
        return None if value is None else whole(value, self.unit)


@dataclass(frozen=True, slots=True)
class Order:
    """How one fact stands to another: -1, 0 or 1, as far as their ends tell."""

    left: Term
    right: Term

    def read(self, see: See) -> Reading:
        """The order as a range: at most what the ends that are furthest apart say."""
        left, right = see(self.left), see(self.right)
        return _reading(_order(left.low, right.high), _order(left.high, right.low))


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a list includes a word: 1, 0, or from 0 to 1."""

    term: Term
    word: Term

    def read(self, see: See) -> Reading:
        """Membership as a range."""
        words, word = see(self.term), see(self.word)
        if words.missing or word.missing:
            return Reading(0, 1)
        inside = int(word.value in words.value)  # type: ignore[operator]
        return Reading(inside, inside)


@dataclass(frozen=True, slots=True)
class Word:
    """A fact that is one word."""

    term: Term

    def read(self, see: See) -> str:
        """The word marked as known, or the mark of what is not."""
        seen = see(self.term)
        return NO_WORD if seen.value is None else f"={seen.value}"


Feed = Amount | Order | Member | Word


def terms(feed: Feed) -> tuple[Term, ...]:
    """What a feed reads."""
    match feed:
        case Amount(term) | Word(term):
            return (term,)
        case Order(left, right) | Member(left, right):
            return (left, right)
        case _:
            assert_never(feed)


def of_a_change(term: Term) -> bool:
    """Whether a term reads the change being looked at."""
    match term:
        case Fact(path):
            return path.startswith("change.")
        case Fold(_, parts):
            return any(of_a_change(part) for part in parts)
        case Value():
            return False
        case _:
            assert_never(term)


# --- literals ---------------------------------------------------------------------------------------


def unit_of(literal: Value) -> int | str | None:
    """The unit in which facts meet a literal, so that the literal itself is a whole number of it."""
    match literal.value:
        case Fraction() as share:
            return share.denominator
        case Duration() as period:
            return period.scale[0]
        case _:
            return None


def number(literal: Value) -> int:
    """A literal as the engine holds it; raises :class:`Refused` where it is out of the engine's range."""
    made = whole(literal.value, unit_of(literal))
    if made is None or not -LIMIT < made < LIMIT:
        raise Refused(f"the number {literal.value} does not fit the engine's whole numbers")
    return made


def word(literal: Value) -> str:
    """A word as the engine holds it; raises :class:`Refused` where it is too long."""
    made = f"={literal.value}"
    if len(made.encode(errors="backslashreplace")) > LONGEST:
        raise Refused("a word is too long for the engine")
    return made


def whole(value: object, unit: int | str | None) -> int | None:
    """A value in whole numbers of a unit; None for a period that does not compare with the unit."""
    match value:
        case int() | Fraction() if isinstance(unit, int):
            full, rest = divmod(value.numerator * unit, value.denominator)
            return 2 * full + bool(rest)
        case int():  # yes and no among them
            return int(value)
        case date():
            return value.toordinal()
        case Duration():
            return value.scale[1] if value.scale[0] == unit else None
        case _:
            raise Refused(f"a comparison of {type(value).__name__} is not known")


def _order(left: object, right: object) -> int | None:
    return None if left is None or right is None else compare(left, right)


def _reading(low: int | None, high: int | None) -> Reading:
    """The ends, held within the engine's range: what is beyond is so for every literal."""
    return Reading(
        -LIMIT if low is None else max(-LIMIT, min(low, LIMIT)),
        LIMIT if high is None else max(-LIMIT, min(high, LIMIT)),
    )
