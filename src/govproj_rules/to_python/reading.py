"""How the generated code reads a project: values that are known, else what :class:`Facts` makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from govproj_rules.facts import RATIOS, Facts
from govproj_rules.to_python.ranges import NOTHING, OPEN, Span
from govproj_rules.values import Value


class Reading:
    """One project on one day, as the parameters of the generated function."""

    __slots__ = ("facts",)

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def happened(self, path: str) -> Value | None:
        """Whether an event happened or a document is there (or what it holds)."""
        known = self.facts.values.get(path)
        return self.facts.get(path).value if known is None else known

    def span(self, key: str, path: str, place: int | None) -> Span:
        """Between which days something happened; ``key`` is the path with the number of the change."""
        known = self.facts.values.get(key)
        if known is not None:
            day = known.toordinal()
            return day, day
        seen = self.facts.get(path, place)
        return (
            -OPEN if seen.low is None else seen.low.toordinal(),
            OPEN if seen.high is None else seen.high.toordinal(),
        )

    def amounts(self, key: str, path: str, place: int | None) -> Span:
        """Between which amounts, in 分."""
        known = self.facts.values.get(key)
        if known is not None:
            return known, known
        seen = self.facts.get(path, place)
        return -OPEN if seen.low is None else seen.low, OPEN if seen.high is None else seen.high

    def share(self, path: str, place: int | None) -> tuple[Any, Any, int]:
        """A share of a change: both ends of the part, over the whole; nothing is known over nought."""
        part, whole = RATIOS[path](self.facts, place)
        if not whole.value:
            return (*NOTHING, 1)
        return -OPEN if part.low is None else part.low, OPEN if part.high is None else part.high, whole.value

    def changes(self) -> Iterable[int | None]:
        """The numbers of the changes; where they are not stated and due to be, one for all of them."""
        if self.facts.changes is not None:
            return range(self.facts.changes)
        return () if self.facts.reached("construction") is False else (None,)


def prefix_of(place: int | None) -> str:
    """What the facts of a change are kept under."""
    return "change." if place is None else f"changes[{place}]."
