"""Periods, and what is known of a day when its start is known only in part."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govproj_rules.evaluate.timing import not_after, shift
from govproj_rules.facts import Seen, known, reason, unknown
from govproj_rules.periods import add
from govproj_rules.terms import fold
from govproj_rules.values import NEVER, Duration, parse_duration
from govproj_rules.working_days import CalendarGap

ENDS = [
    # start, period, last day
    ("2026-03-02", "10 working_days", "2026-03-16"),
    ("2026-02-13", "10 working_days", "2026-03-05"),
    ("2026-03-02", "0 working_days", "2026-03-02"),
    ("2026-03-02", "30 days", "2026-04-01"),
    ("2026-09-24", "7 days", "2026-10-01"),  # a holiday is a day like others
    ("2026-01-31", "1 month", "2026-02-28"),
    ("2024-01-31", "1 month", "2024-02-29"),
    ("2025-08-31", "6 months", "2026-02-28"),
    ("2025-08-30", "6 months", "2026-02-28"),
    ("2026-02-28", "6 months", "2026-08-28"),  # the same day, not the month's end
    ("2024-02-29", "1 year", "2025-02-28"),
    ("2024-02-29", "4 years", "2028-02-29"),
    ("2024-02-29", "12 months", "2025-02-28"),
    ("2026-05-31", "1 month", "2026-06-30"),
]
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


@pytest.mark.parametrize(("start", "period", "end"), ENDS)
def test_the_last_day_of_a_period(start: str, period: str, end: str) -> None:
    assert add(date.fromisoformat(start), parse_duration(period)) == date.fromisoformat(end)


@pytest.mark.parametrize("unit", ["working_days", "days", "months", "years"])
def test_what_has_not_happened_starts_nothing(unit: str) -> None:
    assert add(NEVER, Duration(99_999, unit)) == NEVER


@pytest.mark.parametrize("unit", ["days", "months", "years"])
def test_a_period_beyond_the_calendar_never_ends(unit: str) -> None:
    assert add(date(2026, 1, 1), Duration(99_999_999, unit)) == NEVER


def test_a_year_without_a_calendar_is_a_reason() -> None:
    with pytest.raises(CalendarGap):
        add(date(2026, 12, 28), Duration(10, "working_days"))
    assert shift(known(date(2026, 12, 28)), Duration(10, "working_days")).missing == (reason("calendar", year=2027),)


days = st.dates(date(2020, 1, 1), date(2025, 12, 31))
periods = st.builds(Duration, st.integers(0, 40), st.sampled_from(("working_days", "days", "months", "years")))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(days, days, periods)
def test_a_later_start_never_ends_earlier(one: date, other: date, period: Duration) -> None:
    if period.unit == "working_days":
        one, other = min(one, date(2025, 9, 30)), min(other, date(2025, 9, 30))
    first, second = sorted((one, other))
    assert first <= add(first, period) <= add(second, period)


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (known(JUNE), known(JUNE), True),
        (known(JUNE), known(JULY), True),
        (known(JULY), known(JUNE), False),
        (known(NEVER), known(JULY), False),
        (known(JULY), known(NEVER), True),
        (Seen(None, JUNE, ("x",)), known(JULY), True),  # by June at the latest
        (Seen(None, JUNE, ("x",)), known(JUNE), True),
        (Seen(None, JULY, ("x",)), known(JUNE), None),
        (Seen(JULY, None, ("x",)), known(JUNE), False),
        (known(JUNE), Seen(None, JULY, ("x",)), None),
        (known(JULY), Seen(None, JUNE, ("x",)), False),
        (known(JUNE), unknown("x"), None),
    ],
)
def test_one_day_not_after_another(left: Seen, right: Seen, answer: bool | None) -> None:
    value, missing = not_after(left, right)
    assert value is answer
    assert missing == (("x",) if answer is None else ())


@pytest.mark.parametrize(
    ("how", "seen", "result"),
    [
        ("latest", [known(JUNE), known(JULY)], known(JULY)),
        ("earliest", [known(JUNE), known(JULY)], known(JUNE)),
        ("latest", [known(JUNE), unknown("x")], Seen(JUNE, None, ("x",))),
        ("earliest", [known(JUNE), unknown("x")], Seen(None, JUNE, ("x",))),
        ("latest", [known(NEVER), unknown("x")], known(NEVER)),  # nothing is later than never
        ("earliest", [known(NEVER), known(JUNE)], known(JUNE)),
        ("earliest", [known(NEVER), Seen(None, JULY, ("x",))], Seen(None, JULY, ("x",))),
        ("latest", [known(JUNE), Seen(None, JULY, ("x",))], Seen(JUNE, JULY, ("x",))),
        ("sum", [known(2), known(3)], known(5)),
        ("sum", [known(2), unknown("x")], Seen(2, None, ("x",))),  # amounts are never negative
        ("sum", [unknown("x"), unknown("y")], Seen(None, None, ("x", "y"))),
    ],
)
def test_several_terms_as_far_as_known(how: str, seen: list[Seen], result: Seen) -> None:
    assert fold(how, seen) == result
