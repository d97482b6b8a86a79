"""The figures of an English text, as titles and labels write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from govproj_rules.regulation import Figure
from govproj_rules.values import Duration

_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS: Final = {word: number for number, word in enumerate(_NUMBERS, 1)}
_CALENDAR: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS: Final = {word: number for number, word in enumerate(_CALENDAR, 1)}
_COUNT: Final = rf"(?:[0-9][0-9,]*(?:\.[0-9]+)?|\b(?:{'|'.join(_WORDS)})\b)"
_TO: Final = r"\s*(?:to|and|or|-|–)\s*(?:(?:below|under|at most)\s+)?"
_SCALES: Final = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_AMOUNT = re.compile(
    rf"(?:({_COUNT})(?:\s+(thousand|million|billion))?{_TO})?({_COUNT})(?:\s+(thousand|million|billion))?\s+(?:yuan|RMB)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"(?:({_COUNT})\s*%?{_TO})?({_COUNT})\s*(?:%|per\s?cent\b)", re.IGNORECASE)
_PERIOD = re.compile(
    rf"(?:({_COUNT}){_TO})?(half\s+an?|{_COUNT})[\s-]+((?:working|business)\s+)?(day|month|year)s?\b", re.IGNORECASE
)
_DAY = re.compile(
    rf"\b([0-9]{{1,2}})\s+({'|'.join(_MONTHS)})\b|\b({'|'.join(_MONTHS)})\s+([0-9]{{1,2}})\b(?!,?\s*[0-9]{{4}})"
    rf"|\bend of ({'|'.join(_MONTHS)})\b"
)


def english_figures(text: str) -> list[Figure]:
    """Every amount, share, period and day of an English text."""
    return [*_amounts(text), *_shares(text), *_periods(text), *_days(text)]


def _count(text: str) -> Fraction:
    word = text.lower()
    return Fraction(_WORDS[word]) if word in _WORDS else Fraction(text.replace(",", "").rstrip("."))


def _amounts(text: str) -> Iterator[Figure]:
    for match in _AMOUNT.finditer(text):
        low, low_scale, high, scale = match.groups()
        most = _count(high) * _SCALES.get((scale or "").lower(), 1)
        yield Figure("money", int(most * 100), match[0], "")
        if low is not None:
            least = _count(low) * _SCALES.get((low_scale or "").lower(), 1)
            if low_scale is None and "," not in low and least * 1_000 < most:  # 15 to 50 million
                least *= _SCALES.get((scale or "").lower(), 1)
            yield Figure("money", int(least * 100), match[0], "")


def _shares(text: str) -> Iterator[Figure]:
    for match in _SHARE.finditer(text):
        for one in match.groups():
            if one is not None:
                yield Figure("percent", _count(one) / 100, match[0], "")


def _periods(text: str) -> Iterator[Figure]:
    for match in _PERIOD.finditer(text):
        low, high, working, unit = match.groups()
        for one in (low, high):
            if one is None:
                continue
            if one.lower().startswith("half"):
                if unit.lower() == "year":
                    yield Figure("duration", Duration(6, "months"), match[0], "")
            elif (count := _count(one)).denominator == 1:
                yield Figure(
                    "duration", Duration(int(count), f"{'working_' if working else ''}{unit.lower()}s"), match[0], ""
                )


def _days(text: str) -> Iterator[Figure]:
    for match in _DAY.finditer(text):
        month = _MONTHS[next(filter(None, (match[2], match[3], match[5])))]
        yield Figure("month_day", (month, int(match[1] or match[4] or 0)), match[0], "")
