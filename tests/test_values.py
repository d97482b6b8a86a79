"""Values: what is written is kept exactly, printed back as the same, and compared without rounding."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govproj_rules.values import (
    MAX_FEN,
    Duration,
    Unreadable,
    compare,
    difference,
    format_money,
    format_value,
    parse,
    parse_date,
    parse_duration,
    parse_money,
    parse_month_day,
    parse_number,
    parse_percent,
    parse_words,
    parse_year,
)

fen = st.integers(0, MAX_FEN)
decimals = st.builds(lambda whole, places: Fraction(whole, 10**places), st.integers(0, 10**18), st.integers(0, 10))

MONEY = [
    ("0元", 0),
    ("0.01元", 1),
    ("1元", 100),
    ("9999.99元", 999_999),
    ("1万元", 1_000_000),
    ("0.000001万元", 1),
    ("62万元", 62_000_000),
    ("0.05亿元", 500_000_000),
    ("5000000元", 500_000_000),
    ("007元", 700),
    ("1.50万元", 1_500_000),
    ("10000000亿元", MAX_FEN),
]


@pytest.mark.parametrize(("written", "kept"), MONEY)
def test_money_is_kept_in_fen(written: str, kept: int) -> None:
    assert parse_money(written) == kept


@pytest.mark.parametrize(
    ("kept", "printed"),
    [
        (0, "0元"),
        (1, "0.01元"),
        (999_999, "9999.99元"),
        (1_000_000, "1万元"),
        (1_000_001, "1.000001万元"),
        (62_500_000, "62.5万元"),
        (-62_500_000, "-62.5万元"),
        (-50, "-0.5元"),
        (500_000_000_000, "500000万元"),
    ],
)
def test_money_is_printed_in_wan_from_one_wan_up(kept: int, printed: str) -> None:
    assert format_money(kept) == printed


@given(fen)
def test_money_reads_back(amount: int) -> None:
    assert parse_money(format_money(amount)) == amount


@given(fen, fen)
def test_money_compares_as_its_fen(one: int, other: int) -> None:
    assert compare(parse_money(f"{one // 100}.{one % 100:02}元"), parse_money(format_money(other))) == (one > other) - (
        one < other
    )


@given(decimals.map(lambda value: value % 10**9))
def test_percents_read_back(value: Fraction) -> None:
    share = value / 100
    assert parse_percent(format_value("percent", share)) == share


@given(decimals.map(lambda value: value % 10**15))
def test_numbers_read_back(value: Fraction) -> None:
    assert parse_number(format_value("number", value)) == value


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_dates_read_back(day: date) -> None:
    assert parse_date(format_value("date", day)) == day


@given(st.integers(0, 99_999), st.sampled_from(["working_days", "days", "months", "years"]))
def test_durations_read_back(count: int, unit: str) -> None:
    period = Duration(count, unit)
    assert parse_duration(format_value("duration", period)) == period


@given(st.integers(1, MAX_FEN), st.integers(1, MAX_FEN), decimals)
def test_shares_compare_exactly(part: int, total: int, bound: Fraction) -> None:
    """By cross multiplication: a share is above a bound where the part is above the bound's part of the whole."""
    exactly = part * bound.denominator - bound.numerator * total
    assert compare(Fraction(part, total), bound) == (exactly > 0) - (exactly < 0)


@pytest.mark.parametrize(
    ("share", "than_15"),
    [("15.0004%", 1), ("15.000000000001%", 1), ("15%", 0), ("15.0%", 0), ("14.999999999999%", -1)],
)
def test_fifteen_percent_is_fifteen_percent(share: str, than_15: int) -> None:
    assert compare(parse_percent(share), parse_percent("15%")) == than_15


def test_a_share_without_an_end_is_marked_as_cut() -> None:
    assert format_value("percent", Fraction(2, 3)) == "≈66.666666%"
    assert format_value("percent", Fraction(15_0000001, 10**9)) == "15.0000001%"
    assert format_value("percent", -Fraction(1, 3)) == "≈-33.333333%"


units = st.sampled_from(["working_days", "days", "months", "years"])
periods = st.builds(Duration, st.integers(0, 1_000), units)


@given(periods, periods)
def test_years_compare_with_months_and_never_with_days(one: Duration, other: Duration) -> None:
    calendar = {"months", "years"}
    comparable = one.unit == other.unit or {one.unit, other.unit} <= calendar
    assert (compare(one, other) is None) is not comparable
    assert (difference("duration", one, other) is None) is not comparable
    if comparable:
        months = {"months": 1, "years": 12}
        left, right = (period.count * months.get(period.unit, 1) for period in (one, other))
        assert compare(one, other) == (left > right) - (left < right)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2 years", "24 months", 0),
        ("1 year", "11 months", 1),
        ("1 year", "366 days", None),
        ("1 month", "28 days", None),
        ("10 working_days", "10 days", None),
        ("10个工作日", "10 working_days", 0),
        ("3个月", "90天", None),
        ("1年", "12个月", 0),
    ],
)
def test_periods(left: str, right: str, expected: int | None) -> None:
    assert compare(parse_duration(left), parse_duration(right)) == expected


REFUSED: list[tuple[str, list[object]]] = [
    ("yes_no", ["true", "yes", 1, 0, None, "是"]),
    ("money", [1, 1.5, True, None, "", "1", "元", "-1元", "+1元", "1.元", ".5元", "1e3元", "1,000元", "1 元", "１元", "1美元", "0.001元", "1" * 50 + "元"]),
    ("percent", [15, 0.15, "15", "0.15", "-1%", "15 %", "15％", "%", "1e1%", None]),
    ("number", [True, None, "", "-1", -1, "1_0", "１", "²", "1e3", 1e300, float("nan"), float("inf"), 10**15, "three"]),
    ("year", [True, None, 26, "26", 20266, "２０２６", 1899, 2200, 2026.0, " 2026"]),
    ("date", [20260101, None, True, "2026-02-30", "2025-02-29", "2026-2-3", "20260203", "2026-02", "26-02-03", "2026-02-03T00:00", "２０２６-02-03", "0001-01-01", "9999-12-31"]),
    ("duration", [10, "10", "ten days", "-1 days", "10 weeks", "10  days", "1.5 years", "100000 days", "十日", None]),
    ("one_of", ["blue", "", " red", "Red", 1, True, None, ["red"]]),
    ("some_of", ["red", None, {"red": True}, ["red", "blue"], [1], [["red"]]]),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "raw"), [(type_, raw) for type_, raws in REFUSED for raw in raws])
def test_what_is_no_value_is_refused(type_: str, raw: object) -> None:
    with pytest.raises(Unreadable) as error:
        parse(type_, raw, {"red": 1, "green": 2})
    assert str(error.value)


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.none() | st.lists(st.text()))
def test_whatever_is_given_is_read_or_refused(raw: object) -> None:
    for type_, _ in REFUSED:
        try:
            value = parse(type_, raw, {"red": 1})
        except Unreadable:
            continue
        assert format_value(type_, value) is not None


def test_words() -> None:
    assert parse_words([], {"red": 1}) == frozenset()
    assert parse_words(["red", "red"], {"red": 1}) == {"red"}


def test_days_of_the_year() -> None:
    assert parse_month_day("11-30") == (11, 30)
    for raw in ("02-29", "11-31", "13-01", "1-1", "1130", "00-10"):
        with pytest.raises(Unreadable):
            parse_month_day(raw)


@pytest.mark.parametrize("raw", [2026, "2026"])
def test_years(raw: object) -> None:
    assert parse_year(raw) == 2026
