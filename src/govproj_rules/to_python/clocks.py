"""When something is due: the clocks of a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from govproj_rules import ir
from govproj_rules.light import dataclass
from govproj_rules.periods import MAX_YEARS
from govproj_rules.to_python.ranges import NEVER, NOT_DONE, NOTHING, OPEN, Span, Value, high_of, low_of, shift


@dataclass(slots=True)
class Clock:
    """A deadline for one project; ``unsure``: whether this year's duty exists at all."""

    opens: Span | None
    due: Span
    year: int | None = None
    unsure: bool = False


def clocks(when: Any, ends: Sequence[Span], moved: tuple[Value, Span] | None, as_of: int) -> list[Clock]:
    """The clocks of a deadline, one or one a year; ``ends`` are what is known of its days or years."""
    match when:
        case ir.After(_, within, opens):
            return [Clock(shift(ends[0], opens) if opens else None, _moved(shift(ends[0], within), moved))]
        case ir.OnDate():
            low, high = ends[0]
            return [Clock(None, _moved((low_of(low), high_of(high)), moved))]
        case ir.OnDay(month, day, _, years):
            made = [None if year is None else date(year + years, month, day).toordinal() for year in ends[0]]
            return [Clock(None, _moved((low_of(made[0]), high_of(made[1])), moved))]
        case _:
            return _yearly(when, ends[0], ends[1], as_of)


def _moved(day: Span, moved: tuple[Value, Span] | None) -> Span:
    """The due day after an extension: never earlier, and open while the extension is."""
    if moved is None or moved[0] is False or moved[1][0] == NEVER:
        return day
    low, high = low_of(moved[1][0]), high_of(moved[1][1])
    later = max(day[1], high)
    return (max(day[0], low), later) if moved[0] else (day[0], later)


def _yearly(every: ir.EveryYear, start: Span, end: Span, as_of: int) -> list[Clock]:
    first, first_high = low_of(start[0]), high_of(start[1])
    last_low, last = low_of(end[0]), high_of(end[1])
    if first in (-OPEN, NEVER):
        return [Clock(None, NOT_DONE if first == NEVER else NOTHING)]
    until = date.fromordinal(as_of if last in (OPEN, NEVER) else last).year
    year = date.fromordinal(first).year
    made = []
    for one in range(year, min(until, year + MAX_YEARS) + 1):
        due = date(one, every.month, every.day).toordinal()
        if first <= due <= last:
            unsure = first != first_high or (last_low < due and last_low != last)
            made.append(Clock(None, (due, due), one, unsure))
    return made
