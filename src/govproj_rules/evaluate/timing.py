"""When something is due, whether it came in time, and what a missing date leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, assert_never

from govproj_rules.evaluate.logic import Where, at_most, decide
from govproj_rules.facts import Missing, Seen, known, reason
from govproj_rules.ir import (
    TRUE,
    After,
    Approval,
    Before,
    Due,
    EveryYear,
    Expr,
    Fact,
    Literal,
    OnDate,
    OnDay,
    Rule,
    Term,
)
from govproj_rules.light import dataclass
from govproj_rules.periods import MAX_YEARS, add
from govproj_rules.terms import fold
from govproj_rules.values import NEVER, Duration
from govproj_rules.working_days import CalendarGap

NOT_DONE: Final = known(NEVER)
"""The day of what has not happened."""


def shift(seen: Seen, period: Duration) -> Seen:
    """What is known of the day a period after a day of which ``seen`` is known."""
    try:
        low = None if seen.low is None else add(seen.low, period)
        high = low if seen.high == seen.low else None if seen.high is None else add(seen.high, period)
    except CalendarGap as gap:
        return Seen(None, None, (*seen.missing, reason("calendar", year=gap.year)))
    return Seen(low, high, seen.missing)


def not_after(left: Seen, right: Seen) -> tuple[bool | None, tuple[Missing, ...]]:
    """Whether one day is not later than another, as far as known."""
    value = at_most(left, right)
    return value, () if value is not None else tuple(dict.fromkeys((*left.missing, *right.missing)))


@dataclass(slots=True)
class Clock:
    """A deadline for one project: the day it runs from, the first day that counts, the last day.

    ``unsure``: what is missing to tell whether this year's duty exists at all. ``plain`` is the last day as it is unless
    an extension that nobody stated moves it.
    """

    start: Seen
    opens: Seen | None
    due: Seen
    year: int | None = None
    unsure: tuple[Missing, ...] = ()
    anchor: str | None = None
    plain: Seen | None = None

    @property
    def last(self) -> date | None:
        """The last day to tell, if there is one: an extension that is not stated hides none."""
        seen = self.due if self.due.value is not None or self.plain is None else self.plain
        return None if seen.value in (None, NEVER) else seen.value


@dataclass(slots=True)
class Timing:
    """Whether a done thing was in time, whether an undone one is due; and what is missing for each."""

    in_time: bool | None = True
    due: bool | None = True
    missing_time: tuple[Missing, ...] = ()
    missing_due: tuple[Missing, ...] = ()


_BY_STAGE: Final = {True: Timing(), False: Timing(due=False), None: Timing(due=None, missing_due=("stage",))}


def clocks(due: Due, where: Where) -> Iterator[Clock]:
    """The clocks of a deadline: one, or one a year."""
    match due.when:
        case After(anchor, within, opens):
            start = where.see(anchor)
            named = None if isinstance(anchor, Literal) else where.name(anchor.path)
            first = shift(start, opens) if opens else None
            plain = shift(start, within)
            yield Clock(
                start, first, _moved(due, plain, where), anchor=named, plain=plain if _unasked(due, where) else None
            )
        case OnDate(term):
            plain = where.see(term)
            yield Clock(
                known(where.facts.as_of), None, _moved(due, plain, where), plain=plain if _unasked(due, where) else None
            )
        case OnDay(month, day, year, years):
            seen = where.see(year)
            low, high = (None if y is None else date(y + years, month, day) for y in (seen.low, seen.high))
            plain = Seen(low, high, seen.missing)
            yield Clock(
                known(where.facts.as_of), None, _moved(due, plain, where), plain=plain if _unasked(due, where) else None
            )
        case EveryYear():
            yield from _years(due.when, where)
        case _:
            assert_never(due.when)


def _unasked(due: Due, where: Where) -> bool:
    """Whether an extension is open that the project says nothing of: neither that it was granted, nor until when."""
    if due.moved_to is None or where.see(due.moved_to).value is not None:
        return False
    return due.moved_when == TRUE or decide(due.moved_when, where).value is None


def _moved(due: Due, day: Seen, where: Where) -> Seen:
    """The due day after an extension: never earlier, and open while the extension is."""
    if due.moved_to is None:
        return day
    when = decide(due.moved_when, where)
    if when.value is False:
        return day
    to = where.see(due.moved_to)
    if to.low == NEVER:  # no extension was given
        return day
    later = Seen(
        day.low if to.low is None else to.low if day.low is None else max(day.low, to.low),
        None if to.high is None or day.high is None else max(day.high, to.high),
        tuple(dict.fromkeys((*day.missing, *to.missing))),
    )
    if when.value is True:
        return later
    return Seen(day.low, later.high, tuple(dict.fromkeys((*day.missing, *when.missing, *later.missing))))


def _years(every: EveryYear, where: Where) -> Iterator[Clock]:
    start, end = where.see(every.start), where.see(every.end)
    if start.low is None or start.low == NEVER:
        yield Clock(start, None, Seen(NEVER, NEVER) if start.low == NEVER else Seen(None, None, start.missing))
        return
    last = where.facts.as_of if end.high in (None, NEVER) else end.high
    for year in range(start.low.year, min(last.year, start.low.year + MAX_YEARS) + 1):
        due = date(year, every.month, every.day)
        if due < start.low or (end.high is not None and end.high < due):
            continue
        open_end = end.low is None or end.low < due
        yield Clock(start, None, known(due), year, (*start.missing, *(end.missing if open_end else ())))


def done_day(rule: Rule, where: Where, clock: Clock | None) -> Seen:
    """The first day a thing was done, over all the ways to do it (for a deadline: the first that counts)."""
    days = [_day(done, term, where, clock) for done, term in rule.done_dates]
    return days[0] if len(days) == 1 else fold("earliest", days) if days else NOT_DONE


def _day(done: Expr, term: Term, where: Where, clock: Clock | None) -> Seen:
    way = decide(done, where)
    if way.value is False:
        return NOT_DONE
    if way.value and clock is not None and (dates := _dates(term, where)):
        return known(_best(dates, clock))
    day = where.see(term)
    return day if way.value else Seen(day.low, None, tuple(dict.fromkeys((*way.missing, *day.missing))))


def _dates(term: Term, where: Where) -> tuple[date, ...]:
    return where.facts.dates(term.path.removesuffix(".date"), where.element) if isinstance(term, Fact) else ()


def _best(dates: tuple[date, ...], clock: Clock) -> date:
    if clock.year is not None:
        return next((day for day in dates if day.year == clock.year), NEVER)
    opens = clock.opens.value if clock.opens else None
    return next((day for day in dates if opens is None or day >= opens), dates[0])


def counts(clock: Clock, day: Seen) -> tuple[bool | None, tuple[Missing, ...]]:
    """Whether a thing done on ``day`` counts for this clock: in its year, and not before it opens."""
    if clock.year is not None:
        if day.value is None:
            return None, day.missing
        return day.value.year == clock.year, ()
    return not_after(clock.opens, day) if clock.opens else (True, ())


def by_clock(clock: Clock, done: Seen, where: Where) -> Timing:
    """In time: done no later than due. Due: the last day has passed."""
    in_time, missing_time = not_after(done, clock.due)
    ahead, missing_due = not_after(known(where.facts.as_of), clock.due)
    return Timing(in_time, None if ahead is None else not ahead, missing_time, missing_due)


def by_event(before: Before, done: Seen, where: Where) -> Timing:
    """In time: done before the event (or on its day, where that is accepted). Due: the event happened."""
    happened = where.facts.get(f"events.{before.event}")
    day = where.facts.get(f"events.{before.event}.date")
    if before.same_day:
        in_time, missing = not_after(done, day)
    else:
        late, missing = not_after(day, done)
        in_time = None if late is None else not late
    if happened.value is False:
        in_time, missing = True, ()
    return Timing(in_time, happened.value, missing, happened.missing)


def by_stage(rule: Rule, where: Where) -> Timing:
    """Nothing to be late for; due from its stage on, or at once."""
    return _BY_STAGE[True if rule.stage is None else where.facts.reached(rule.stage)]


def lapsed(approval: Approval, day: Seen, where: Where) -> tuple[bool | None, tuple[Missing, ...], Seen]:
    """Whether an approval given on ``day`` ran out before it was used; and the day it runs out."""
    if approval.valid_for is None or approval.used_by is None:
        return False, (), known(NEVER)
    used = where.facts.get(f"events.{approval.used_by}.date")
    end = shift(_given(approval, day, used, where), approval.valid_for)
    running, first = not_after(known(where.facts.as_of), end)
    used_in_time, second = not_after(used, end)
    if running or used_in_time:
        return False, (), end
    if running is None or used_in_time is None:
        return None, tuple(dict.fromkeys((*second, *first))), end
    return True, (), end


def _given(approval: Approval, day: Seen, used: Seen, where: Where) -> Seen:
    """The day of the approval that was used: of several the last one before its use."""
    event = approval.event if "." in approval.event else f"events.{approval.event}"
    dates = where.facts.dates(event, where.element)
    if len(dates) < 2:
        return day
    if used.value is None:
        return Seen(dates[0], dates[-1], used.missing)
    return known(max((one for one in dates if one <= used.value), default=dates[0]))
