"""The working-day calendar: against another calendar day by day, by hand, and by its laws."""

import hashlib
import json
import pickle
import re
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govproj_rules import working_days
from govproj_rules.working_days import (
    CalendarGap,
    add_working_days,
    calendar_sha256,
    is_working_day,
    known_years,
)

NOTICE = re.compile(r"国办发明电〔\d{4}〕\d+号 国务院办公厅关于.+通知(（.+）)?")
ONE_DAY = timedelta(days=1)
DATA = Path(working_days.__file__).with_name("calendar.json")
EVERY_DAY = [date(2018, 1, 1) + ONE_DAY * n for n in range((date(2026, 12, 31) - date(2018, 1, 1)).days + 1)]

BY_HAND = [
    # start, count, result
    ("2026-03-02", 10, "2026-03-16"),  # two plain weeks
    ("2026-03-07", 1, "2026-03-09"),  # from a Saturday
    ("2024-09-30", 1, "2024-10-08"),  # over National Day
    ("2024-09-30", 5, "2024-10-12"),  # ... to a make-up Saturday
    ("2024-09-27", 10, "2024-10-16"),  # make-up Sunday 09-29 and Saturday 10-12 both count
    ("2025-09-26", 10, "2025-10-16"),  # eight days off; 09-28 and 10-11 count
    ("2026-02-13", 1, "2026-02-14"),  # make-up Saturday before Spring Festival
    ("2026-02-13", 10, "2026-03-05"),  # nine days off; 02-14 and 02-28 count
    ("2026-02-17", 1, "2026-02-24"),  # from within the holiday
    ("2020-01-23", 1, "2020-02-03"),  # Spring Festival as extended
    ("2020-01-23", 10, "2020-02-14"),
    ("2019-04-30", 1, "2019-05-05"),  # Labour Day as rearranged; the Sunday counts
    ("2018-12-28", 2, "2019-01-02"),  # over the year's end; Saturday 12-29 counts, Monday 12-31 does not
    ("2025-12-31", 1, "2026-01-04"),  # the first working day of 2026 is a Sunday
    ("2017-12-31", 1, "2018-01-02"),  # nothing of 2017 is needed
    ("2026-12-30", 1, "2026-12-31"),  # the last day known
    ("2026-05-02", 0, "2026-05-02"),  # zero is the start, even on a day off
    ("2031-05-02", 0, "2031-05-02"),  # ... and needs no calendar
]

GAPS = [
    # start, count, year
    ("2017-12-30", 1, 2017),
    ("2026-12-31", 1, 2027),
    ("2026-12-21", 10, 2027),
    ("2018-01-01", 10**9, 2027),
    ("2030-06-01", 1, 2030),
    ("2016-12-31", 10**30, 2017),
    ("9999-12-31", 1, 10000),
]


def test_every_day_agrees_with_the_other_calendar() -> None:
    differing = [day for day in EVERY_DAY if is_working_day(day) is not chinese_calendar.is_workday(day)]
    assert differing == []


@pytest.mark.parametrize(("start", "count", "result"), BY_HAND)
def test_by_hand(start: str, count: int, result: str) -> None:
    assert add_working_days(date.fromisoformat(start), count) == date.fromisoformat(result)


@pytest.mark.parametrize(("start", "count", "year"), GAPS)
def test_gap_names_its_year_at_once(start: str, count: int, year: int) -> None:
    began = time.perf_counter()
    with pytest.raises(CalendarGap, match=str(year)) as gap:
        add_working_days(date.fromisoformat(start), count)
    assert gap.value.year == year
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("day", [date.min, date(2017, 12, 31), date(2027, 1, 1), date.max])
def test_a_day_of_an_unknown_year_is_a_gap(day: date) -> None:
    with pytest.raises(CalendarGap) as gap:
        is_working_day(day)
    assert gap.value.year == day.year


def test_a_gap_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(CalendarGap(2027))).year == 2027


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2026, 3, 2), -1)


def test_a_hole_between_known_years_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = {year: days for year, days in working_days._calendar().items() if year != 2022}
    monkeypatch.setattr(working_days, "_calendar", lambda: calendar)
    with pytest.raises(CalendarGap) as gap:
        add_working_days(date(2021, 12, 1), 100)
    assert gap.value.year == 2022


days = st.dates(date(2018, 1, 1), date(2025, 6, 30))
counts = st.integers(0, 150)


@given(days, st.integers(1, 300))
def test_the_result_is_the_count_th_working_day_after(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert is_working_day(end)
    after = [start + ONE_DAY * n for n in range(1, (end - start).days + 1)]
    assert sum(map(is_working_day, after)) == count


@given(days, counts, counts)
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(start, first), second) == add_working_days(start, first + second)


@given(days, days, counts)
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int) -> None:
    earlier, later = sorted((one, other))
    assert add_working_days(earlier, count) <= add_working_days(later, count)


def test_the_data_file_says_only_what_differs_from_the_week() -> None:
    years = json.loads(DATA.read_bytes())
    assert known_years() == tuple(map(int, years)) == tuple(range(2018, 2027))
    for year, arranged in years.items():
        assert arranged.keys() == {"source", "off", "work"}
        assert all(NOTICE.fullmatch(text) for text in arranged["source"])
        for key, weekdays in {"off": range(5), "work": range(5, 7)}.items():
            spans = [working_days._span(text) for text in arranged[key]]
            listed = [date.fromordinal(ordinal) for span in spans for ordinal in span]
            assert all(spans), f"{year}: an empty span under {key}"
            assert listed == sorted(set(listed)), f"{year}: {key} is out of order or says a day twice"
            assert {day.year for day in listed} == {int(year)}
            assert {day.weekday() for day in listed} <= set(weekdays), f"{year}: {key} holds a wrong weekday"


def test_the_digest_is_that_of_the_file() -> None:
    assert calendar_sha256() == hashlib.sha256(DATA.read_bytes()).hexdigest()


def test_importing_reads_nothing() -> None:
    code = (
        "import sys; sys.path[:] = [sys.argv[1], *sys.path];"
        "import govproj_rules.working_days as w;"
        "assert w._data.cache_info().currsize == 0 and w._calendar.cache_info().currsize == 0"
    )
    source = str(DATA.parent.parent)
    subprocess.run([sys.executable, "-I", "-B", "-c", code, source], check=True)
