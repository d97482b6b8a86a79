"""What the generated code calls: what was in time, and the status that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from govproj_rules import ir
from govproj_rules.light import dataclass
from govproj_rules.outcomes import IN_TIME, LATE, NO, STATUS, UNDATED, UNKNOWN
from govproj_rules.to_python.clocks import Clock, clocks
from govproj_rules.to_python.ranges import (
    NEVER,
    NOT_DONE,
    NOTHING,
    OPEN,
    Span,
    Value,
    both,
    earliest,
    high_of,
    low_of,
    negated,
    not_after,
    shift,
)
from govproj_rules.values import Duration


class Settled(NamedTuple):
    """How one rule came out for one element of a project; ``checked``: something was looked at."""

    status: str
    late: bool = False
    checked: bool = False


NOT_APPLICABLE: Final = Settled("not_applicable")
TOLD: Final = {True: Settled("info"), None: Settled("unknown"), False: NOT_APPLICABLE}
"""A rule with nothing to be checked, by whether it applies."""
AHEAD: Final = Settled("upcoming")
BEFORE_FORCE: Final = Settled("info")
_CHECKED: Final = {
    (status, late): Settled(status, late, checked=True)
    for status in ("met", "unmet", "upcoming", "unknown")
    for late in (False, True)
}
_WAY: Final = {True: IN_TIME, False: NO, None: UNKNOWN}
AT_ONCE: Final = {
    (applies, done, due): NOT_APPLICABLE if applies is False else _CHECKED[STATUS[applies, _WAY[done], due], False]
    for applies in (True, None, False)
    for done in (True, None, False)
    for due in (True, None, False)
}
"""What is late on no day of its own: by whether it applies, is done, is due."""
KEPT: Final = {key: AT_ONCE[key[0], key[1], True] if key[1] is False else made for key, made in AT_ONCE.items()}
"""A prohibition: what is violated is so at once."""
NOT_STATED: Final = {True: Settled("unknown", checked=True), False: Settled("unknown")}
"""A rule about every change where the changes are not stated, by whether it is checked."""


# --- one obligation ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Way:
    """A way to do a thing: whether it was done so, its day, and all its days where they are known."""

    done: Value
    day: Span
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is always so for one rule: ``start`` is the first day the regulation is in force."""

    prohibition: bool
    document: bool
    dated: bool
    start: int | None
    before: ir.Before | None = None
    valid_for: Duration | None = None
    when: Any = None


@dataclass(slots=True)
class Event:
    """The event a thing is owed before: whether and when it happened."""

    happened: Value
    day: Span


def settle(
    plan: Plan, applies: Value, done: Value, due: Value, ways: Sequence[Way], event: Event | None = None, as_of: int = 0,
    used: Span | None = None, clock: Clock | None = None,
) -> Settled:  # fmt: skip
    """One rule that applies or may apply, by the table of outcomes; ``due`` is that of its stage."""
    day = earliest([_done_on(way, clock) for way in ways]) if ways else NOT_DONE
    if done and clock is not None:
        done = _counts(clock, day)
    if done and used is not None:
        assert plan.valid_for is not None
        done = negated(_lapsed(_given(ways[0].dates, day, used), plan.valid_for, used, as_of))
    in_time: Value = True
    if clock is not None or event is not None:
        in_time, due = _timing(plan, day, clock, event, as_of)
    way = NO if done is False else UNKNOWN
    if done:
        timed = plan.dated and not plan.prohibition
        way = IN_TIME if in_time or not timed else UNDATED if in_time is None else LATE
    if plan.prohibition and way == NO:
        due = True
    status = STATUS[None if clock and clock.unsure else applies, way, due]
    if plan.start is not None:
        if not plan.prohibition and way in (NO, UNKNOWN):
            day = NOT_DONE if way == NO else NOTHING
        days = [] if plan.document else [day]
        days += [clock.due] if clock else []
        days += [event.day] if event else []
        if any(high < plan.start for _, high in days):
            return BEFORE_FORCE
        if status == "unmet" and any(low < plan.start for low, _ in days):
            return _CHECKED["unknown", False]
    return _CHECKED[status, status == "unmet" and way == LATE]


def _done_on(way: Way, clock: Clock | None) -> Span:
    low, high = low_of(way.day[0]), high_of(way.day[1])
    if way.done is False:
        return NOT_DONE
    if way.done is None:
        return low, OPEN
    if clock is not None and way.dates:
        best = _best(way.dates, clock)
        return best, best
    return low, high


def _best(dates: tuple[date, ...], clock: Clock) -> int:
    """The day that counts for this clock, of several: of its year, or the first that is not too early."""
    if clock.year is not None:
        return next((day.toordinal() for day in dates if day.year == clock.year), NEVER)
    opens = clock.opens[0] if clock.opens and clock.opens[0] == clock.opens[1] else None
    return next((day.toordinal() for day in dates if opens is None or day.toordinal() >= opens), dates[0].toordinal())


def _counts(clock: Clock, day: Span) -> Value:
    if clock.year is not None:
        return date.fromordinal(day[0]).year == clock.year if day[0] == day[1] else None
    return not_after(clock.opens, day) if clock.opens else True


def _timing(plan: Plan, day: Span, clock: Clock | None, event: Event | None, as_of: int) -> tuple[Value, Value]:
    """Whether it was in time, and whether it is due: by its deadline and by what it is owed before."""
    in_time: list[Value] = []
    not_due: list[Value] = []
    if clock is not None:
        in_time.append(not_after(day, clock.due))
        not_due.append(not_after((as_of, as_of), clock.due))
    if event is not None:
        assert plan.before is not None
        before = not_after(day, event.day) if plan.before.same_day else negated(not_after(event.day, day))
        in_time.append(True if event.happened is False else before)
        not_due.append(negated(event.happened))
    return both(in_time), negated(both(not_due))


def _given(dates: tuple[date, ...], day: Span, used: Span) -> Span:
    """The day of the approval that was used: of several the last one before its use."""
    if len(dates) < 2:
        return day
    if used[0] != used[1]:
        return dates[0].toordinal(), dates[-1].toordinal()
    made = max((one.toordinal() for one in dates if one.toordinal() <= used[0]), default=dates[0].toordinal())
    return made, made


def _lapsed(given: Span, valid_for: Duration, used: Span, as_of: int) -> Value:
    end = shift(given, valid_for)
    running, used_in_time = not_after((as_of, as_of), end), not_after(used, end)
    if running or used_in_time:
        return False
    return None if running is None or used_in_time is None else True


def deadline(
    plan: Plan, applies: Value, done: Value, due: Value, ways: Sequence[Way], event: Event | None, as_of: int,
    ends: Sequence[Span], moved: tuple[Value, Span] | None,
) -> list[tuple[int | None, Settled]]:  # fmt: skip
    """How a deadline came out, once or for each year."""
    return [
        (clock.year, settle(plan, applies, done, due, ways, event, as_of, None, clock))
        for clock in clocks(plan.when, ends, moved, as_of)
    ]


Entry = Any
"""One rule: how it came out, or a list of (change or year, how); None in another regime."""


def grounds(out: Sequence[Entry], places: Sequence[int]) -> Value:
    """Whether one of the rules at these places is unmet."""
    found = {one.status for place in places for one in settled(out[place])}
    return True if "unmet" in found else None if "unknown" in found else False


def settled(entry: Entry) -> Iterator[Settled]:
    """Every outcome of one rule."""
    if type(entry) is Settled:
        yield entry
    else:
        for _, inner in entry or ():
            yield from settled(inner)
