"""One cell, as a project file would say it: what cannot be said exactly is refused, with what to do about it.

Whether it may be said at all (a negative amount, a day that is none, a word nobody knows) is left to the project itself.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import inf
from typing import Any, Final, assert_never

from govproj_rules.errors import did_you_mean, quote
from govproj_rules.intake.contents import DIGITS, Measured, Share, Spoilt, Value, digits, is_blank, shown
from govproj_rules.mapping import ColumnMap, Target, plain
from govproj_rules.regulation import numeral
from govproj_rules.values import Unreadable, parse

YES: Final = frozenset({"是", "yes", "y", "true", "√", "✓", "✔", "☑"})
NO: Final = frozenset({"否", "no", "n", "false", "×", "✗", "✘", "☒"})
BLANK: Final = object()
"""What a cell says that is not stated."""
_BARE: Final = re.compile(r"[-−]?[0-9]+(\.[0-9]+)?")
_IN_THOUSANDS: Final = re.compile(r"([-−]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?)(?![0-9,.])(.*)")
_SPACES: Final = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_SHORT_UNIT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?[万亿]")
_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)(?: ?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_NUMBER_OF_DAY: Final = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
"""A day as spreadsheets keep it: 1927 is past with five digits, and 2173 not yet come; behind the point is the time of day."""
_BEFORE_DAYS: Final = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_DIGITS_OF_DAY: Final = re.compile(r"(19|20|21)([0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR: Final = re.compile(r"([0-9]{4})(?:年度?)?(?:第[0-9一二三四五六七八九十]+批)?")
_GRADE: Final = re.compile(r"(?:等保)?第?([1-5一二三四五])级?")
_GRADES: Final = re.compile(r"s([1-5])a([1-5])g([1-5])")
"""The grades of information and of service, and the larger of the two: that of the system."""
_MOST: Final = {"万元": 100_000, "亿元": 10}
_BETWEEN: Final = re.compile(r"([、，,;；\n/|]+)")
_JOINED: Final = 5
"""Parts of a list, with what stands between them, that may be one word together."""


def read_cell(value: Value, column: ColumnMap) -> Any:
    """What a cell says, as a project file would; :data:`BLANK` where it says nothing.

    Raises :class:`Unreadable` where that cannot be told.
    """
    target = column.target
    assert target is not None
    if is_blank(value):
        return BLANK
    if isinstance(value, Spoilt):
        raise Unreadable(value.why, value.help)
    if isinstance(value, str):
        value = value.strip()
        told = plain(value)
        if told in column.blank:
            return BLANK
        if told in column.none:
            return [] if target.says in ("some_of", "none") else False
    return _read(value, column, target)


def _read(value: Value, column: ColumnMap, target: Target) -> Any:
    match target.says:
        case "text":
            return _text(value, column)
        case "yes_no":
            return _yes_no(value, column)
        case "money":
            return _amount(value, column)
        case "percent":
            return _percent(value, column)
        case "duration":
            return _with_unit(value, column, "the period", "个月")
        case "number":
            return value if isinstance(value, str) else _number_in(value, "the number")
        case "year":
            return _year(value)
        case "grade":
            return _grade(value)
        case "date":
            return _date(value, column)
        case "happened":
            return _happened(value, column)
        case "one_of":
            return _one_of(shown(value), column, target)
        case "some_of":
            return _some_of(shown(value), column, target)
        case "none":
            said = f"{quote(shown(value))} does not say that there are none"
            raise Unreadable(said, f"map the columns of changes, or say `none: [{shown(value)}]` for this one")
        case _:
            assert_never(target.says)


def check_said(said: Any, target: Target) -> None:
    """Raises :class:`Unreadable` where no project may say what a cell does: an amount below nought, the 30th of February."""
    match target.says:
        case "money" | "percent" | "number" | "year" | "date" | "duration":
            parse(target.says, said)
        case "happened":
            for day in said if isinstance(said, list) else [said]:
                if not isinstance(day, bool):
                    parse("date", day)


# --- by what a column says ------------------------------------------------------------------------------


def _text(value: Value, column: ColumnMap) -> Any:
    if isinstance(value, str):
        found = (column.words or {}).get(plain(value))
        return found[0] if found else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**DIGITS:
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**DIGITS:
        return str(int(value))
    long = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 10**DIGITS
    why = f"{quote(shown(value))} has more digits than a sheet keeps" if long else f"{quote(shown(value))} is no text"
    raise Unreadable(why, "format the cell as text and write it again")


def _yes_no(value: Value, column: ColumnMap) -> Any:
    if isinstance(value, bool):
        return value
    told = plain(value if isinstance(value, str) else shown(value))
    if told in column.yes:
        return True
    if told in column.no:
        return False
    if isinstance(value, str) and told in YES:
        return True
    if isinstance(value, str) and told in NO:
        return False
    raise Unreadable(f"{quote(shown(value))} is neither yes nor no", _say_in_map("yes", "no", shown(value)))


def _say_in_map(yes: str, no: str, text: str) -> str:
    return f"write 是 or 否, or say in the map what it means, such as `{yes}: [{text}]` or `{no}: [{text}]`"


def _with_unit(value: Value, column: ColumnMap, what: str, example: str) -> str:
    """A number with the unit of its cell, else of its column."""
    if isinstance(value, Measured):
        return shown(value)
    text = _in_digits(value) if isinstance(value, str) else _number_in(value, what)
    if not _BARE.fullmatch(text):
        return text  # its own unit, or what the project file has no word for: it will say so
    if column.unit is None:
        help = f"write the unit in the cell ({text}{example}), or `unit: {example}` for the column in the map"
        raise Unreadable(f"{what} {quote(text)} has no unit", help)
    return f"{text}{column.unit}"


def _closed_up(text: str) -> str:
    """A text without its spaces, but for those between two digits, which may mean something."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text).strip())


def _in_digits(text: str) -> str:
    """A number as it is meant, with what stands behind it: widths, spaces and well-placed separators of thousands are no matter."""
    plainly = _closed_up(text).replace("−", "-")
    found = _IN_THOUSANDS.fullmatch(plainly)
    return found[1].replace(",", "") + found[2] if found else plainly


def _amount(value: Value, column: ColumnMap) -> str:
    text = _with_unit(value, column, "the amount", "万元")
    if column.unit and column.yuan_from is not None and text.endswith(column.unit) and is_bare(value):
        number = text.removesuffix(column.unit)
        return f"{number}元" if Decimal(number) >= column.yuan_from else text
    if text.startswith("¥") and (column.unit == "元" or not _BARE.fullmatch(text[1:])):
        text = _with_unit(text[1:], column, "the amount", "万元")
    return f"{text}元" if _SHORT_UNIT.fullmatch(text) else text


def looks_like_yuan(value: Value, column: ColumnMap) -> bool:
    """Whether a bare number comes to 10亿元 or more in the unit of its column: no project of a city's costs that."""
    most = _MOST.get(column.unit or "")
    if most is None or not is_bare(value) or column.target is None or column.target.says != "money":
        return False
    number = Decimal(_in_digits(value) if isinstance(value, str) else digits(value))  # type: ignore[arg-type]
    return number >= most and (column.yuan_from is None or number < column.yuan_from)


def is_bare(value: Value) -> bool:
    """Whether a cell is a number without a unit of its own."""
    if isinstance(value, str):
        return _BARE.fullmatch(_in_digits(value)) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < inf


def _percent(value: Value, column: ColumnMap) -> Any:
    if isinstance(value, Share):
        exact = Decimal(digits(value.value)) * 100
        text = f"{exact:f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"
    return _with_unit(value, column, "the percentage", "%")


def _number_in(value: Value, what: str) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return digits(value)
    if isinstance(value, (Share, Measured)):
        said = f"{what} {quote(shown(value))} is shown with a unit"
        raise Unreadable(said, "format the cell as a number")
    raise Unreadable(f"{quote(shown(value))} is no number", "write a number")


def _year(value: Value) -> Any:
    text = plain(value) if isinstance(value, str) else _number_in(value, "the year")
    found = _YEAR.fullmatch(text)
    return found[1] if found else text


def _grade(value: Value) -> Any:
    text = plain(value) if isinstance(value, str) else _number_in(value, "the grade")
    if several := _GRADES.fullmatch(text):
        of_information, of_service, of_system = map(int, several.groups())
        if of_system == max(of_information, of_service):
            return of_system
    found = _GRADE.fullmatch(text)
    if found is None:
        raise Unreadable(f"{quote(text)} is not a protection grade", "write a number from 1 to 5")
    return numeral(found[1])


def looks_like_day_number(value: Value, column: ColumnMap) -> bool:
    """Whether a cell may hold a day as its number, in a column for days of which the map does not say that."""
    if column.target is None or column.target.says not in ("date", "happened") or column.day_numbers:
        return False
    return not isinstance(value, Spoilt) and _NUMBER_OF_DAY.fullmatch(shown(value)) is not None


def _or_day_numbers(help: str, value: Value, column: ColumnMap) -> str:
    more = "; if such numbers are days, say `day_numbers: 1900` for the column in the map"
    return help + more if looks_like_day_number(value, column) else help


def _date(value: Value, column: ColumnMap) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    plainly = shown(value)
    if column.day_numbers and (found := _NUMBER_OF_DAY.fullmatch(plainly.strip())):
        return (_BEFORE_DAYS[column.day_numbers] + timedelta(days=int(found[1]))).isoformat()
    if isinstance(value, str):
        text = _closed_up(value)
        if found := _DIGITS_OF_DAY.fullmatch(text):
            return f"{found[1]}{found[2]}-{found[3]}-{found[4]}"
        if found := _DAY.fullmatch(text):
            year, month, day = (one for one in found.groups() if one is not None)
            return f"{year}-{int(month):02d}-{int(day):02d}"
        help = "write it as 2026-03-02, 2026/3/2, 2026.3.2, 20260302 or 2026年3月2日"
        raise Unreadable(f"{quote(value)} is not a date", _or_day_numbers(help, value, column))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if _DIGITS_OF_DAY.fullmatch(plainly):
            return _date(plainly, column)
        said = f"{quote(shown(value))} is a plain number, not a date"
        help = "format the cell as a date, or write it as 2026-03-02"
        raise Unreadable(said, _or_day_numbers(help, value, column))
    raise Unreadable(f"{quote(shown(value))} is not a date", "write it as 2026-03-02")


def _happened(value: Value, column: ColumnMap) -> Any:
    """A day, several, or yes or no."""
    if not isinstance(value, str):
        return _yes_no(value, column) if isinstance(value, bool) else _date(value, column)
    told = plain(value)
    if told in column.yes | column.no | YES | NO:
        return _yes_no(value, column)
    parts = [one.strip() for one in (value.split(column.split) if column.split else re.split(r"[、，,;；\n]+", value))]
    try:
        days = [_date(one, column) for one in parts if one]
    except Unreadable:
        said = f"{quote(value)} is neither a date nor yes or no"
        raise Unreadable(said, _or_day_numbers(_say_in_map("yes", "no", value), value, column)) from None
    return days[0] if len(days) == 1 else days


def _one_of(text: str, column: ColumnMap, target: Target) -> str:
    found = (column.words or {}).get(plain(text))
    if found is None:
        raise _no_word(text, target)
    return found[0]


def _no_word(text: str, target: Target) -> Unreadable:
    near = did_you_mean(text, [label.zh for label in target.words.values()])
    help = near or f"say in the map what it means: `words: {{{text}: …}}`"
    return Unreadable(f"{quote(text)} is not one of the words for this", help)


def _some_of(text: str, column: ColumnMap, target: Target) -> list[str]:
    """The words of a list; the longest run of its parts that is one, since some labels hold a separator."""
    words = column.words or {}
    if column.split:
        parts = [one for part in text.split(column.split) for one in (part, column.split)]
    else:
        parts = _BETWEEN.split(text)
    made: list[str] = []
    place = 0
    while place < len(parts):
        if not parts[place].strip():
            place += 2
            continue
        ends = range(min(len(parts), place + _JOINED) | 1, place, -2)
        end = next((one for one in ends if plain("".join(parts[place:one])) in words), None)
        if end is None:
            raise _no_word(parts[place].strip(), target)
        made += words[plain("".join(parts[place:end]))]
        place = end + 1
    return list(dict.fromkeys(made))
