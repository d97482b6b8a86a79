"""Working days by the State Council calendar: holidays are off, make-up weekend days count.

The data is `calendar.json` beside this module: for each year its source, the weekdays that are `off` and
the weekend days that are `work`. A year that is not there is a `CalendarGap`, never a guess. Nothing here
reads the clock. A notice may also touch the last days of the year before: they are entered with that year
(as 2018-12-29 and 2018-12-31, from the notice for 2019).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from govproj_rules.errors import wrong

_FILE: Final = Path(__file__).with_name("calendar.json")


class CalendarGap(Exception):
    """The answer needs a year that the calendar does not know."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return f"the working-day calendar does not know the year {self.year}"


def is_working_day(day: date) -> bool:
    """Whether work is done on `day`; CalendarGap where its year is not known."""
    days = _working_days(day.year)
    ordinal = day.toordinal()
    at = bisect_left(days, ordinal)
    return at < len(days) and days[at] == ordinal


def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start`, which itself is not counted (Civil Code art. 201).

    A count of zero gives `start`. CalendarGap names the first year needed and not known; a result that rests
    on known years only is given even where `start` is the last day of an unknown one.
    """
    if count < 0:
        raise ValueError(f"a count of working days is not negative: {count}")
    if count == 0:
        return start
    ordinal = start.toordinal()
    year = start.year + 1 if (start.month, start.day) == (12, 31) else start.year
    while True:  # ends: each turn takes one more known year, and they are few
        days = _working_days(year)
        at = bisect_right(days, ordinal) + count - 1
        if at < len(days):
            return date.fromordinal(days[at])
        count = at - len(days) + 1
        year += 1


def known_years() -> tuple[int, ...]:
    """The years the calendar knows, ascending."""
    return tuple(_calendar())


def calendar_sha256() -> str:
    """The SHA-256 of the data file, in hex: which calendar an answer rests on."""
    from hashlib import sha256

    return sha256(_data()).hexdigest()


def _working_days(year: int) -> tuple[int, ...]:
    """The ordinals of a year's working days, ascending."""
    try:
        return _calendar()[year]
    except KeyError:
        raise CalendarGap(year) from None


@cache
def _data() -> bytes:
    return _FILE.read_bytes()


@cache
def _calendar() -> Mapping[int, tuple[int, ...]]:
    import json

    try:
        years: dict[str, dict[str, list[str]]] = json.loads(_data())
        return {int(year): tuple(_ordinals(int(year), years[year])) for year in sorted(years)}
    except (ValueError, LookupError, TypeError, AttributeError):  # nothing but a damaged file makes it unreadable
        said = "the working-day calendar cannot be read: its file was changed"
        raise wrong("broken-calendar", said, "install the package again", _FILE.name) from None


def _ordinals(year: int, arranged: Mapping[str, list[str]]) -> Iterator[int]:
    off = {ordinal for span in arranged["off"] for ordinal in _span(span)}
    work = {ordinal for span in arranged["work"] for ordinal in _span(span)}
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        weekday = ordinal % 7 not in (6, 0)  # ordinal 1 is a Monday
        if ordinal in work or (weekday and ordinal not in off):
            yield ordinal


def _span(text: str) -> range:
    """`2026-05-01`, or `2026-02-16/2026-02-20` with both ends in."""
    first, _, last = text.partition("/")
    return range(date.fromisoformat(first).toordinal(), date.fromisoformat(last or first).toordinal() + 1)
