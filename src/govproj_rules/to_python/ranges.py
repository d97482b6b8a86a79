"""Ranges of days and amounts, as far as they are known, and three values.

Days are ordinals. What is known of a day are the ends of its range, from minus to plus infinity where nothing is;
``NEVER`` is the day of what has not happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from govproj_rules import values
from govproj_rules.periods import add
from govproj_rules.values import Duration
from govproj_rules.working_days import CalendarGap

NEVER: Final = values.NEVER.toordinal()
OPEN: Final = float("inf")
Day = Any
"""An ordinal, or an infinity where a range has no such end."""
Span = tuple[Day, Day]
NOTHING: Final[Span] = (-OPEN, OPEN)
NOT_DONE: Final[Span] = (NEVER, NEVER)
Value = bool | None


def ordinal(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def low_of(end: Any) -> Any:
    return -OPEN if end is None else end


def high_of(end: Any) -> Any:
    return OPEN if end is None else end


def total(parts: Sequence[tuple[Any, Any]]) -> Span:
    """Amounts are never negative, so what is known is a lower bound."""
    low, high, known = 0, 0, False
    for first, last in parts:
        if first is not None and first != -OPEN:
            low, known = low + first, True
        high += high_of(last)
    return (low if known else -OPEN), high


def latest(parts: Sequence[tuple[Any, Any]]) -> Span:
    low = max(low_of(first) for first, _ in parts)
    return NOT_DONE if low == NEVER else (low, max(high_of(last) for _, last in parts))


def earliest(parts: Sequence[tuple[Any, Any]]) -> Span:
    return min(low_of(first) for first, _ in parts), min(high_of(last) for _, last in parts)


def periods(op: str, left: Duration | None, right: Duration | None) -> Value:
    """A test of two periods: undecided where one is unknown or their units do not compare."""
    if left is None or right is None:
        return None
    order = values.compare(left, right)
    if order is None:
        return None
    return order == 0 if op == "is" else order <= 0 if op == "at_most" else order >= 0


@lru_cache(maxsize=65_536)
def _shifted(day: int, period: Duration) -> int | None:
    try:
        return add(date.fromordinal(day), period).toordinal()
    except CalendarGap:
        return None


def shift(span: Span, period: Duration) -> Span:
    """A range of days moved by a period; nothing is known where no calendar tells."""
    made = [day if day in NOTHING else _shifted(day, period) for day in map(_known, span, NOTHING)]
    return NOTHING if None in made else (made[0], made[1])


def _known(end: Any, otherwise: Any) -> Any:
    return otherwise if end is None else end


def not_after(left: Span, right: Span) -> Value:
    """Whether one day is not later than another."""
    return True if left[1] <= right[0] else False if left[0] > right[1] else None


def both(values: Sequence[Value]) -> Value:
    return False if False in values else None if None in values else True


def negated(value: Value) -> Value:
    return None if value is None else not value
