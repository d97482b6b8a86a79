"""What a term can still be, once tests on it are known to hold: a range, a choice of words, or a set of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from govproj_rules.ir import Op
from govproj_rules.values import Duration, Value

_NEVER_NEGATIVE: Final = frozenset({"money", "percent", "number"})


@dataclass(frozen=True, slots=True)
class Range:
    """Between ``low`` and ``high`` (None: no such end), without some values; periods also have one unit."""

    low: Any = None
    high: Any = None
    low_open: bool = False
    high_open: bool = False
    without: frozenset[Any] = frozenset()
    unit: str | None = None

    def narrow(self, op: Op, value: Value, positive: bool) -> Range | None:
        """What is left where a test holds (or, not ``positive``, fails); None for nothing."""
        made = self
        if isinstance(value, Duration):
            unit, value = value.scale
            if self.unit not in (None, unit):  # periods that do not compare: no such test ever holds or fails
                return None
            made = replace(made, unit=unit)
        match op, positive:
            case "is", True:
                made = made._above(value, False)._below(value, False)
            case "is", False:
                made = replace(made, without=made.without | {value})
            case "at_least", True:
                made = made._above(value, False)
            case "at_least", False:
                made = made._below(value, True)
            case "at_most", True:
                made = made._below(value, False)
            case _:
                made = made._above(value, True)
        return None if made._empty else made

    def _above(self, value: Any, open_: bool) -> Range:
        if self.low is None or value > self.low or (value == self.low and open_):
            return replace(self, low=value, low_open=open_)
        return self

    def _below(self, value: Any, open_: bool) -> Range:
        if self.high is None or value < self.high or (value == self.high and open_):
            return replace(self, high=value, high_open=open_)
        return self

    @property
    def _empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        if self.low == self.high:
            return self.low_open or self.high_open or self.low in self.without
        return bool(self.low > self.high)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of ``words`` (None: of any), but none of ``without``."""

    words: frozenset[Any] | None = None
    without: frozenset[Any] = frozenset()

    def narrow(self, op: Op, value: Value, positive: bool) -> Choice | None:  # noqa: ARG002  # there is one test
        """What is left where the word is this one (or, not ``positive``, another)."""
        if positive:
            fits = value not in self.without and (self.words is None or value in self.words)
            return replace(self, words=frozenset({value})) if fits else None
        made = replace(self, without=self.without | {value})
        return None if made.words is not None and made.words <= made.without else made


@dataclass(frozen=True, slots=True)
class Several:
    """A list with some words in it and some not."""

    inside: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()

    def narrow(self, op: Op, value: Value, positive: bool) -> Several | None:  # noqa: ARG002  # there is one test
        """What is left where the list includes a word, or does not."""
        if value in (self.outside if positive else self.inside):
            return None
        if positive:
            return replace(self, inside=self.inside | {value})
        return replace(self, outside=self.outside | {value})


Domain = Range | Choice | Several


def whole(type_: str) -> Domain:
    """All values of a type."""
    match type_:
        case "yes_no":
            return Choice(frozenset({True, False}))
        case "one_of":
            return Choice()
        case "some_of":
            return Several()
        case _ if type_ in _NEVER_NEGATIVE:
            return Range(low=Fraction(0))
        case _:
            return Range()
