"""Ranges of a number in words: which parts of a line something is true of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from govproj_rules.values import format_value


@dataclass(frozen=True, slots=True)
class Region:
    """A point (``high`` is ``low``), or what lies between two points, or (``high`` None) above one."""

    low: Any
    high: Any


def regions(cuts: Iterable[Fraction], least: Any) -> list[Region]:
    """The points from ``least`` on and what lies between them, in order."""
    points = sorted({Fraction(least), *(cut for cut in cuts if cut > least)})
    made: list[Region] = []
    for point, following in zip(points, [*points[1:], None], strict=True):
        made += [Region(point, point), Region(point, following)]
    return made


def spans(type_: str, found: Sequence[Region], true: Sequence[bool]) -> Iterator[str]:
    """The parts of the line that something is true of, in words, as long as they can be."""
    start: Region | None = None
    for place, (region, holds) in enumerate(zip(found, true, strict=True)):
        if holds and start is None:
            start = region
        if start is not None and (place + 1 == len(found) or not true[place + 1]):
            yield _told(type_, start, region)
            start = None


def _told(type_: str, first: Region, last: Region) -> str:
    low = str(format_value(type_, _plain(type_, first.low)))
    closed = first.high == first.low
    if first == last and closed:
        return low
    if last.high is None:
        return f"{low} and more" if closed else f"more than {low}"
    high = str(format_value(type_, _plain(type_, last.high)))
    start = low if closed else f"more than {low}"
    return f"{start} up to {high}" if last.high == last.low else f"{start} up to but not including {high}"


def _plain(type_: str, value: Fraction) -> Any:
    return int(value) if type_ == "money" else value
