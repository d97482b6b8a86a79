"""The values rules compare: read strictly, kept exactly, printed as an officer writes them.

======== ===================== ====================================
type     written               kept as
======== ===================== ====================================
yes_no   ``true`` ``false``    ``bool``
money    ``500万元`` ``0.5亿元``  ``int``, in 分 (hundredths of a yuan)
percent  ``15%``               ``Fraction`` (15% is 3/20)
number   ``3`` ``2.5``         ``Fraction``
year     ``2026``              ``int``
date     ``2026-03-16``        ``datetime.date``
duration ``10 working_days``   :class:`Duration`
one_of   a word                ``str``
some_of  a list of words       ``frozenset[str]``
======== ===================== ====================================

Nothing here rounds: a share of two amounts stays a fraction and is compared by cross multiplication.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from govproj_rules.errors import did_you_mean, quote
from govproj_rules.light import dataclass

Value = Any
"""A value of one of the types above; which one, its fact declares."""

NEVER: Final = date.max
"""The date of what has not happened: later than every date."""

MAX_FEN: Final = 10**17
"""A thousand million million yuan; what is more is a slip, and would not fit the integers of an engine."""

_MONEY = re.compile(r"([0-9]+)(?:\.([0-9]{1,12}))?(元|万元|亿元)")
_FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
_PERCENT = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,12}))?%")
_NUMBER = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,12}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_DURATION = re.compile(r"([0-9]{1,5}) ?(working_days?|days?|months?|years?|个工作日|天|日|个月|年)")
_UNITS = {
    "working_day": "working_days", "working_days": "working_days", "个工作日": "working_days",
    "day": "days", "days": "days", "天": "days", "日": "days",
    "month": "months", "months": "months", "个月": "months",
    "year": "years", "years": "years", "年": "years",
}  # fmt: skip


class Unreadable(ValueError):
    """A text that is not a value of its type; ``help`` says how such a value is written."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True, slots=True)
class Duration:
    """A period: ``count`` of ``unit`` (``working_days``, ``days``, ``months`` or ``years``).

    Years and months compare with each other; neither compares with days, nor days with working days.
    """

    count: int
    unit: str

    @property
    def scale(self) -> tuple[str, int]:
        """The unit it compares in, and its length there."""
        return ("months", self.count * 12) if self.unit == "years" else (self.unit, self.count)

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"


def _text(raw: object, expected: str, example: str) -> str:
    if isinstance(raw, str):
        if any("！" <= c <= "～" for c in raw):
            raise Unreadable(f"{quote(raw)} has full-width characters", f"write it in half-width, such as {example}")
        return raw.strip()
    raise Unreadable(f"{quote(raw)} is not {expected}", f"write {expected}, such as {example}")


def _exact(whole: str, decimals: str | None) -> Fraction:
    return Fraction(int(whole + (decimals or "")), 10 ** len(decimals or ""))


def parse_yes_no(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    said = "the text " if raw in ("true", "false") else ""
    raise Unreadable(f"{said}{quote(raw)} is neither true nor false", "write true or false, without quotes")


def parse_money(raw: object) -> int:
    """Read an amount with its unit into 分; refuses negative amounts and anything finer than one 分."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raise Unreadable(f"the amount {quote(raw)} has no unit", 'money is a text with its unit, such as "62万元"')
    text = _text(raw, "an amount of money", '"62万元"')
    if text.startswith(("-", "−")):
        raise Unreadable(f"the amount {quote(text)} is negative", "amounts are 0元 or more")
    match = _MONEY.fullmatch(text)
    if match is None:
        bare = _NUMBER.fullmatch(text) is not None
        raise Unreadable(
            f"the amount {quote(text)} has no unit" if bare else f"{quote(text)} is not an amount of money",
            "write a number and 元, 万元 or 亿元, such as 62万元",
        )
    fen = _exact(match[1][:40], match[2]) * _FEN[match[3]]
    if fen > MAX_FEN:
        raise Unreadable(f"the amount {quote(text)} is out of range", "give at most 10000000亿元")
    if fen.denominator != 1:
        raise Unreadable(f"the amount {quote(text)} is finer than one 分", "give at most 0.01元")
    return int(fen)


def parse_percent(raw: object) -> Fraction:
    match = _PERCENT.fullmatch(text := _text(raw, "a percentage", '"15%"'))
    if match is None:
        raise Unreadable(f"{quote(text)} is not a percentage", "write a number and %, such as 15%")
    return _exact(match[1], match[2]) / 100


def parse_number(raw: object) -> Fraction:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**15:
        return Fraction(raw)
    if isinstance(raw, (str, float)) and (match := _NUMBER.fullmatch(str(raw))):
        return _exact(match[1], match[2])
    if re.fullmatch(r"-[0-9.]+", quote(raw)[1:-1]):
        raise Unreadable(f"the number {quote(raw)} is negative", "write a plain number of 0 or more, such as 3")
    raise Unreadable(f"{quote(raw)} is not a number", "write a plain number of 0 or more, such as 3")


def parse_year(raw: object) -> int:
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if isinstance(text, str) and re.fullmatch(r"(19|20|21)[0-9]{2}", text):
        return int(text)
    raise Unreadable(f"{quote(raw)} is not a year", "write four digits, such as 2026")


def parse_date(raw: object) -> date:
    text = _text(raw, "a date", '"2026-03-16"')
    if _DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Unreadable(f"{quote(text)} is not a day of the calendar", "check the month and the day") from None
        if not 1900 <= day.year < 2200:
            raise Unreadable(f"the year of {quote(text)} is out of range", "write a year from 1900 to 2199")
        return day
    raise Unreadable(f"{quote(text)} is not a date", "write year-month-day, such as 2026-03-16")


def parse_month_day(raw: object) -> tuple[int, int]:
    """Read ``11-30`` into ``(11, 30)``; 02-29 is refused, since most years lack it."""
    match = _MONTH_DAY.fullmatch(text := _text(raw, "a day of the year", "11-30"))
    if match:
        try:
            date(2023, int(match[1]), int(match[2]))
        except ValueError:
            match = None
    if match is None:
        raise Unreadable(f"{quote(text)} is not a day of every year", "write month-day, such as 11-30")
    return int(match[1]), int(match[2])


def parse_duration(raw: object) -> Duration:
    match = _DURATION.fullmatch(text := _text(raw, "a period", '"10 working_days"'))
    if match is None:
        raise Unreadable(f"{quote(text)} is not a period", "write 10 working_days, 30 days, 12 months or 2 years")
    return Duration(int(match[1]), _UNITS[match[2]])


def parse_word(raw: object, options: Mapping[str, object]) -> str:
    if isinstance(raw, str) and raw in options:
        return raw
    if isinstance(raw, str):
        raise Unreadable(f"{quote(raw)} is not one of the words for this", did_you_mean(raw, options))
    raise Unreadable(f"{quote(raw)} is not a word", "write one word in quotes")


def parse_words(raw: object, options: Mapping[str, object]) -> frozenset[str]:
    if not isinstance(raw, (list, tuple, set, frozenset)):
        raise Unreadable(f"{quote(raw)} is not a list", "write a list of words; [] means none")
    return frozenset(parse_word(word, options) for word in raw)


_PLAIN: Mapping[str, Callable[[object], Value]] = {
    "yes_no": parse_yes_no,
    "money": parse_money,
    "percent": parse_percent,
    "number": parse_number,
    "year": parse_year,
    "date": parse_date,
    "duration": parse_duration,
}
TYPES: Final = (*_PLAIN, "one_of", "some_of")
ORDERED: Final = frozenset({"money", "percent", "number", "year", "date", "duration"})
MEASURED: Final = frozenset({"money", "percent", "number", "duration"})
"""The types whose comparisons are reported as thresholds with a margin."""

TIERED: Final = ("money", "percent", "number")
"""The types whose range, from nought up, rules may share out among them."""


def parse(type_: str, raw: object, options: Mapping[str, object] | None = None) -> Value:
    """Read ``raw`` as a value of ``type_``; raises :class:`Unreadable`."""
    if type_ == "one_of":
        return parse_word(raw, options or {})
    if type_ == "some_of":
        return parse_words(raw, options or {})
    return _PLAIN[type_](raw)


_PLACES: Final = 12
"""As many decimals as may be written."""


def _decimal(value: Fraction, places: int) -> str:
    """The exact decimal text, or one cut after ``places`` and marked ≈ where there is none of twelve places."""
    over, by = value.numerator, value.denominator
    if 10**_PLACES % by == 0:
        places = _PLACES
    whole, rest = divmod(abs(over) * 10**places, by)
    return f"{'≈' if rest else ''}{'-' if over < 0 else ''}{_digits(whole, places)}"


def _digits(count: int, places: int) -> str:
    """So many units of the last of some decimal places."""
    whole, rest = divmod(count, 10**places)
    decimals = f"{rest:0{places}}".rstrip("0") if rest else ""
    return f"{whole}.{decimals}" if decimals else str(whole)


def format_money(fen: int) -> str:
    """Print 分 in 万元 from one 万元 up, else in 元; always exact."""
    sign, count = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{_digits(count, 6)}万元" if count >= 1_000_000 else f"{sign}{_digits(count, 2)}元"


def format_value(type_: str, value: Value) -> Any:
    """The JSON form of a value: text for amounts, shares, dates and periods; bool, int, word or list else."""
    match type_:
        case "money":
            return format_money(value)
        case "percent":
            return _decimal(value * 100, 6) + "%"
        case "number":
            return int(value) if value.denominator == 1 else _decimal(value, 12)
        case "date":
            return None if value == NEVER else value.isoformat()
        case "duration":
            return str(value)
        case "some_of":
            return sorted(value)
        case _:
            return value


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 for two values of one ordered type; None where their units do not compare."""
    if isinstance(left, Duration):
        (left_unit, left), (right_unit, right) = left.scale, right.scale
        if left_unit != right_unit:
            return None
    return int(left > right) - int(left < right)


def difference(type_: str, left: Value, right: Value) -> Value | None:
    """``left - right`` for a measured type, in that type; None where units do not compare."""
    if type_ != "duration":
        return left - right
    (left_unit, left_count), (right_unit, right_count) = left.scale, right.scale
    return Duration(left_count - right_count, left_unit) if left_unit == right_unit else None
