"""What a cell of a sheet holds, wherever the sheet comes from, and how its reader sees it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from govproj_rules.light import dataclass

DIGITS: Final = 15
"""Digits that a sheet keeps of a number; what it computes beyond them is noise."""


@dataclass(frozen=True, slots=True)
class Share:
    """A number that its cell shows as a percentage: 0.15 is 15%."""

    value: float | int


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that its cell shows with a unit of money."""

    value: float | int
    unit: str


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell without a value of its own: an error, or a formula that was never computed."""

    text: str
    why: str
    help: str


Value = str | int | float | bool | datetime | date | Share | Measured | Spoilt | None
"""What a cell of a sheet holds."""


def shown(value: Value) -> str:
    """A cell as its reader sees it, near enough to find it again."""
    match value:
        case None:
            return ""
        case Spoilt():
            return value.text
        case Measured():
            return f"{digits(value.value)}{value.unit}"
        case Share():
            return f"{digits(value.value)} (%)"
        case bool() | str():
            return str(value)
        case int() | float():
            return digits(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()


def digits(value: float | int) -> str:
    """A number in plain digits, as a sheet keeps it."""
    if isinstance(value, int):
        return str(value)
    exact = Decimal(f"{value:.{DIGITS}g}")
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
