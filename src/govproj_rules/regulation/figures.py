"""The figures of a text: amounts, shares, periods and days, with the word of bound beside each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from govproj_rules.regulation.numerals import LONGEST, NUMERAL, numeral
from govproj_rules.values import Duration

_UNITS: Final = {
    "个工作日": "working_days", "工作日": "working_days", "个月": "months", "年": "years", "天": "days", "日": "days",
}  # fmt: skip
_FEN: Final = {"亿": 10_000_000_000, "万": 1_000_000, "": 100}
_COUNT: Final = r"[0-9]+(?:\.[0-9]+)?"
_TO: Final = r"\s*(?:至|到|-|—|–|~)+\s*"
_YEARS: Final = rf"(?:[0-9]{{4}}|[〇零一二三四五六七八九]{{4}})\s*年?(?:{_TO}[0-9]{{4}}\s*)?年?"
_NOT_A_FIGURE = re.compile(
    rf"{_YEARS}(?<=年)(?:\s*[0-9]{{1,2}}\s*月(?:\s*[0-9]{{1,2}}\s*日)?|\s*[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}日)?)?"
    r"|[〔\[(][0-9]{4}[〕\])][0-9]*号?|令第[0-9]+号|[0-9]*\s*年\s+月\s+日|[0-9]*年月日"
)
"""Dates of the calendar, numbers of other documents, and blank dates of forms."""
_AMOUNT = re.compile(rf"(?:({_COUNT}){_TO})?(?:({_COUNT})\s*(亿|万)?|({NUMERAL})(亿|万)?)\s*元")
_SHARE = re.compile(rf"(?:({_COUNT})%?{_TO})?(?:({_COUNT})\s*%|百分之({NUMERAL}))")
_PERIOD = re.compile(
    rf"(?<![第上下本0-9.])(?:({NUMERAL}){_TO})?(半|(?<![0-9]){NUMERAL})\s*(个\s*工作日|工作日|个半?月|年|天|日)"
    r"(?![度级份代来月第均初终审化常期程计规行])"
)
_DAY = re.compile(
    r"([0-9]{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(底|末|([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*日)"
)
_QUARTER = re.compile(r"年底|年末|第([一二三四])季度")
_LONG = re.compile(rf"{NUMERAL.removesuffix('+')}{{{LONGEST + 1},}}")
"""No number, but digits enough to try them from each place to each other."""
_SPACE = re.compile(r"\s{2,}")
_WINDOW: Final = 40
"""Characters around a figure in which its word of bound stands."""
_AFTER = re.compile(r"^\s*((?:[(]含[)])?(?:以上|以下|以内|以外|之内|内|前|后|至)?(?:[(]含[)])?)")
_BEFORE = re.compile(
    r"(不超过|不得超过|不应超过|未超出|超过|不低于|低于|不足|不满|满|至少|不少于|达到)[^0-9一二三四五六七八九十半，。；：,;:]{0,10}$"
)
_INCLUSIVE: Final = ("以上", "以下", "以内", "之内", "不超过", "不得超过", "不应超过", "不低于", "不少于", "未超出", "至少", "达到")  # fmt: skip
_EXCLUSIVE: Final = ("超过", "低于", "不满", "不足", "以外")


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount, share, period or day in a text; ``said`` is how it stands there, ``bound`` the words beside it.

    ``kind`` is ``money``, ``percent``, ``duration`` or ``month_day``; ``value`` its value (see ``values``; a day is
    ``(month, day)``, with day 0 for the end of the month).
    """

    kind: str
    value: object
    said: str
    bound: str

    @property
    def inclusive(self) -> bool | None:
        """Whether the number itself is in; None where the text has no bound word."""
        if "含" in self.bound or any(word in self.bound for word in _INCLUSIVE):
            return True
        return False if any(word in self.bound for word in _EXCLUSIVE) else None


def figures(text: str) -> list[Figure]:
    """Every amount, share, period and day of a text, in order; dates and numbers of other documents are no figures."""
    plain = _NOT_A_FIGURE.sub(_blank, _LONG.sub(_blank, _SPACE.sub(" ", unicodedata.normalize("NFKC", text))))
    taken: dict[int, tuple[int, int]] = {}  # by the character
    found: list[tuple[int, Figure]] = []
    for read in (_amounts, _shares, _days, _periods):
        for start, end, kind, value, said in read(plain):
            if {taken.get(place, (start, end)) for place in range(start, end)} != {(start, end)}:
                continue
            taken.update(dict.fromkeys(range(start, end), (start, end)))
            before = _BEFORE.search(plain[max(start - _WINDOW, 0) : start])
            after = _AFTER.match(plain[end : end + _WINDOW])
            bound = (before[1] if before else "") + (after[1] if after else "")
            found.append((start, Figure(kind, value, "".join(said.split()), bound)))
    return [figure for _, figure in sorted(found, key=lambda pair: pair[0])]


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


_Found = Iterator[tuple[int, int, str, object, str]]
"""Start, end, kind, value, and the text; the ends of a range are two with one place."""


def _amounts(plain: str) -> _Found:
    for match in _AMOUNT.finditer(plain):
        low, digits, unit, words, word_unit = match.groups()
        scale, name = _FEN[unit or word_unit or ""], f"{unit or word_unit or ''}元"
        if low is not None:
            yield match.start(), match.end(), "money", int(Fraction(low) * scale), low + name
        count = Fraction(digits) if digits else numeral(words)
        if count:
            yield match.start(), match.end(), "money", int(count * scale), (digits or words) + name


def _shares(plain: str) -> _Found:
    for match in _SHARE.finditer(plain):
        low, digits, words = match.groups()
        if low is not None:
            yield match.start(), match.end(), "percent", Fraction(low) / 100, f"{low}%"
        count = Fraction(digits) if digits else numeral(words)
        if count is not None:
            yield match.start(), match.end(), "percent", Fraction(count) / 100, f"{digits}%" if digits else match[0]


def _days(plain: str) -> _Found:
    for match in _DAY.finditer(plain):
        month, day = numeral(match[1]), numeral(match[3]) if match[3] else 0
        yield match.start(), match.end(), "month_day", (month, day), match[0]
    for match in _QUARTER.finditer(plain):
        month = 12 if match[1] is None else 3 * (numeral(match[1]) or 4)
        yield match.start(), match.end(), "month_day", (month, 0), match[0]


def _periods(plain: str) -> _Found:
    for match in _PERIOD.finditer(plain):
        low, count, unit = match[1], match[2], "".join(match[3].split())
        if unit == "个半月":
            continue  # no period counts in half months
        for one in (low, count) if low else (count,):
            value = Duration(6, "months") if one == "半" and unit == "年" else None
            if value is None and (number := numeral(one)):
                value = Duration(number, _UNITS[unit])
            if value is not None:
                yield match.start(), match.end(), "duration", value, one + unit
