"""Deadlines, orders and validity as SQL: ranges of days, and whether a thing was in time or is due."""

from __future__ import annotations

from typing import assert_never

from govproj_rules import ir
from govproj_rules.ir import Due, Fact, Rule
from govproj_rules.light import dataclass
from govproj_rules.periods import MAX_YEARS
from govproj_rules.to_sql.conditions import Conditions
from govproj_rules.to_sql.dialects import year_of
from govproj_rules.to_sql.layers import Level, Looked
from govproj_rules.to_sql.syntax import (
    FALSE,
    NULL,
    TRUE,
    Sql,
    added,
    case,
    column,
    compared,
    every,
    fails,
    first_known,
    holds,
    known,
    largest,
    missing,
    number,
    opposite,
    smallest,
    some,
)
from govproj_rules.to_sql.terms import ENDLESS, Known, Terms
from govproj_rules.values import Duration

YEAR = "year"
"""The column of the year of a yearly duty."""
_LONGEST = 12 * 7_700
"""Months: what is longer would leave the calendar from days of our time."""
_MONTHS = {"months": 1, "years": 12}


class Unsaid(Exception):
    """What SQL cannot be made to say exactly; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline: the first day that counts, the last one; of a yearly duty its year, and whether it exists at all."""

    opens: Known | None
    due: Known
    plain: Known
    """The last day as it is without an extension."""
    year: Sql | None = None
    unsure: Sql = FALSE


class Timing:
    """Writes what turns on days, at the level of one rule."""

    def __init__(self, conditions: Conditions, level: Level) -> None:
        self.conditions = conditions
        self.terms: Terms = conditions.terms
        self.level = level
        self.as_of = Known(self.terms.as_of, self.terms.as_of)

    def not_after(self, left: Known, right: Known) -> Sql:
        """Whether one day is not later than another."""
        return self.conditions.at_most(left, right)

    # --- periods ------------------------------------------------------------------------------------

    def shift(self, seen: Known, period: Duration) -> Known:
        """What is known of the day a period after a day; nothing where no calendar tells."""
        if period.count == 0:
            return seen
        low = self._moved(seen.low, period)
        if seen.plain:
            return Known(low, low)
        high = self._moved(seen.high, period)
        if period.unit != "working_days":
            return Known(low, high)
        gap = some([every([known(end), missing(made)]) for end, made in ((seen.low, low), (seen.high, high))])
        beyond = self.level.add(gap)
        return Known(self.level.add(case([(beyond, NULL)], low)), self.level.add(case([(beyond, NULL)], high)))

    def _moved(self, end: Sql, period: Duration) -> Sql:
        dialect = self.terms.dialect
        if period.unit == "working_days":
            start = self.level.add(end)
            made = self.level.add(Looked(start.name, period.count))
        elif period.unit == "days":
            made = dialect.plus_days(end, period.count)
        else:
            months = period.count * _MONTHS[period.unit]
            if months > _LONGEST:
                raise Unsaid(f"a period of {period}")
            made = dialect.plus_months(end, months)
        return self.level.add(case([(compared(end, "=", ENDLESS), ENDLESS)], made))

    # --- deadlines ----------------------------------------------------------------------------------

    def clock(self, due: Due) -> Clock:
        """The clock of a deadline; of a yearly one, for the year of the row."""
        match due.when:
            case ir.After(anchor, within, opens):
                start = self.terms.see(anchor)
                return self._extended(due, self.shift(start, within), self.shift(start, opens) if opens else None)
            case ir.OnDate(term):
                return self._extended(due, self.terms.see(term))
            case ir.OnDay(month, day, term, shift):
                year = self.terms.see(term)
                made = self._day_of(year.low, month, day, shift)
                return self._extended(due, Known(made, made))
            case ir.EveryYear():
                return self._of_year(due.when)
            case _:
                assert_never(due.when)

    def _day_of(self, year: Sql, month: int, day: int, shift: int) -> Sql:
        moved = year if shift == 0 else added([year, number(shift)])
        return self.level.add(self.terms.dialect.date_of(moved, month, day))

    def last(self, due: Due) -> Sql:
        """The last day to tell of a deadline, NULL where there is none: an extension that is not stated hides none."""
        clock = self.clock(due)
        told = [(_one_day(clock.due), clock.due.low)]
        if due.moved_to is not None:
            when, to = self.conditions.value(due.moved_when), self.terms.see(due.moved_to)
            open_ = first_known(compared(to.low, "<>", to.high), TRUE)
            asked = TRUE if due.moved_when == ir.TRUE else missing(when)
            told.append((every([open_, asked, _one_day(clock.plain)]), clock.plain.low))
        return case(told)

    def _extended(self, due: Due, day: Known, opens: Known | None = None) -> Clock:
        """The clock after an extension: never earlier, and open while the extension is."""
        if due.moved_to is None:
            return Clock(opens, day, day)
        when, to = self.conditions.value(due.moved_when), self.terms.see(due.moved_to)
        stays = some([fails(when), holds(compared(to.low, "=", ENDLESS))])
        later = case([(some([missing(day.high), missing(to.high)]), NULL)], largest([day.high, to.high]))
        low = self.level.add(case([(stays, day.low), (when, largest([day.low, to.low]))], day.low))
        high = self.level.add(case([(stays, day.high)], later))
        return Clock(opens, Known(low, high), day)

    def _of_year(self, every_year: ir.EveryYear) -> Clock:
        start, end = self.terms.see(every_year.start), self.terms.see(every_year.end)
        year = column(YEAR)
        day = self._day_of(year, every_year.month, every_year.day, 0)
        none = missing(year)
        due = self.level.add(case([(none, case([(compared(start.low, "=", ENDLESS), ENDLESS)]))], day))
        moving = first_known(compared(start.low, "<>", start.high), TRUE)
        open_ = every([some([missing(end.low), compared(end.low, "<", day)]),
                       first_known(compared(end.low, "<>", end.high), TRUE)])  # fmt: skip
        unsure = self.level.add(every([known(year), some([moving, open_])]))
        return Clock(None, Known(due, due), Known(due, due), year, unsure)

    def years(self, every_year: ir.EveryYear, never: Sql) -> Sql:
        """The rows of a yearly duty, one for each year it may run; a single one without a year where it has not begun
        or ``never`` holds.
        """
        first, end = self.terms.see(every_year.start).low, self.terms.see(every_year.end)
        none = some([never, missing(first), compared(first, "=", ENDLESS)])
        until = case([(some([missing(end.high), compared(end.high, "=", ENDLESS)]), self.terms.as_of)], end.high)
        last = smallest([year_of(until), added([year_of(first), number(MAX_YEARS)])])
        return self.terms.dialect.years(none, year_of(first), last)

    def runs(self, every_year: ir.EveryYear, clock: Clock) -> Sql:
        """Whether a yearly duty runs in the year of a row."""
        assert clock.year is not None
        start, end = self.terms.see(every_year.start), self.terms.see(every_year.end)
        inside = every([compared(clock.due.low, ">=", start.low),
                        some([missing(end.high), compared(clock.due.low, "<=", end.high)])])  # fmt: skip
        return some([missing(clock.year), inside])

    # --- when it was done ---------------------------------------------------------------------------

    def done_day(self, rule: Rule, clock: Clock | None) -> Known:
        """The first day a thing was done, over all the ways to do it; of a deadline, the first day that counts."""
        days = [self._done_on(way, term, clock) for way, term in rule.done_dates]
        if not days:
            return Known(ENDLESS, ENDLESS)
        if len(days) == 1:
            return days[0]
        open_ = some([missing(day.low) for day in days])
        low = self.level.add(case([(open_, NULL)], smallest([day.low for day in days])))
        return Known(low, self.level.add(smallest([day.high for day in days])))

    def _done_on(self, way: ir.Expr, term: ir.Term, clock: Clock | None) -> Known:
        seen = self.terms.see(term)
        path = _itself(way, term)
        if path is None:
            if clock is not None:
                raise Unsaid("a deadline for something other than an event")
            done = self.conditions.value(way)
            low = self.level.add(case([(opposite(done), ENDLESS)], seen.low))
            high = self.level.add(case([(opposite(done), ENDLESS), (done, seen.high)]))
            return Known(low, high)
        best = self._best(path, seen, clock) if clock is not None else None
        if best is None:
            return seen
        happened = every([self.terms.happened(path), known(seen.low)])
        made = self.level.add(best)
        return Known(
            self.level.add(case([(happened, made)], seen.low)), self.level.add(case([(happened, made)], seen.high))
        )

    def _best(self, path: str, seen: Known, clock: Clock) -> Sql | None:
        """The day that counts, of several: of the clock's year, or the first that is not too early. None: the first."""
        days, least = column(f"{path}.dates"), self.terms.dialect.least
        if clock.year is not None:
            first, last = (self.terms.dialect.date_of(clock.year, month, day) for month, day in ((1, 1), (12, 31)))
            several = least(days, (first, smallest([last, self.terms.as_of])))
            single = case([(compared(year_of(seen.low), "=", clock.year), seen.low)], ENDLESS)
            return case([(missing(clock.year), seen.low), (known(days), first_known(several, ENDLESS))], single)
        if clock.opens is None:
            return None
        opens = clock.opens
        told = known(opens.low) if opens.plain else compared(opens.low, "=", opens.high)
        counted = first_known(least(days, (opens.low, self.terms.as_of)), seen.low)
        return case([(every([known(days), told]), counted)], seen.low)

    def counts(self, clock: Clock, day: Known) -> Sql:
        """Whether a thing done on a day counts for this clock: in its year, and not before it opens."""
        if clock.year is not None:
            own = compared(year_of(day.low), "=", clock.year)
            return case([(missing(clock.year), TRUE), (compared(day.low, "=", day.high), own)])
        return TRUE if clock.opens is None else self.not_after(clock.opens, day)

    # --- in time, and due ---------------------------------------------------------------------------

    def by_event(self, before: ir.Before, day: Known) -> tuple[Sql, Sql]:
        """Whether a thing was done before an event; and whether it is due, for the event has happened."""
        happened = self.terms.happened(f"events.{before.event}")
        event = self.terms.see(Fact(f"events.{before.event}.date", "date"))
        made = self.not_after(day, event) if before.same_day else opposite(self.not_after(event, day))
        return some([opposite(happened), made]), happened

    def by_clock(self, clock: Clock, day: Known) -> tuple[Sql, Sql]:
        """Whether a thing was done by the last day; and whether that has passed."""
        return self.not_after(day, clock.due), opposite(self.not_after(self.as_of, clock.due))

    def still_valid(self, outcome: ir.Approval, day: Known) -> Sql:
        """Whether an approval has not run out before it was used."""
        assert outcome.valid_for is not None
        used = self.terms.see(Fact(f"events.{outcome.used_by}.date", "date"))
        end = self.shift(self._given(outcome, day, used), outcome.valid_for)
        return some([self.not_after(self.as_of, end), self.not_after(used, end)])

    def _given(self, outcome: ir.Approval, day: Known, used: Known) -> Known:
        """The day of the approval that was used: of several the last one before its use."""
        path = outcome.event if "." in outcome.event else f"events.{outcome.event}"
        days, dialect, today = column(f"{path}.dates"), self.terms.dialect, self.terms.as_of
        level = self.terms.level(path)
        first = self.terms.once((path, "first"), level, lambda: dialect.least(days, (None, today)))
        last = self.terms.once((path, "last"), level, lambda: dialect.greatest(days, (None, today)))
        one = case([(compared(used.low, "=", used.high),
                     first_known(dialect.greatest(days, (None, smallest([used.low, today]))), first))])  # fmt: skip
        several = every([known(days), holds(self.terms.happened(path)), compared(first, "<", last)])
        low = self.level.add(case([(several, first_known(one, first))], day.low))
        return Known(low, self.level.add(case([(several, first_known(one, last))], day.high)))


def _itself(way: ir.Expr, term: ir.Term) -> str | None:
    """The path of a thing that is done by happening, where the day is its own."""
    match way, term:
        case ir.Test(Fact(path, "yes_no"), "is", ir.Literal(_, True)), Fact(dated) if dated == f"{path}.date":
            return path
    return None


__all__ = ["YEAR", "Clock", "Timing", "Unsaid"]


def _one_day(day: Known) -> Sql:
    return every([compared(day.low, "=", day.high), compared(day.low, "<", ENDLESS)])
