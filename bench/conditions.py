"""Conditions of generated rules, and the two forms in which engines without an unknown can be given them.

An engine in which a missing fact is no match, or an error, or nought, has to be told when a condition is *surely*
true. With negations moved down to the single tests that is an ordinary condition: each test holds only where its
fact is stated. :func:`surely` makes that form, :func:`ways` the same as a list of alternatives.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, Literal, TypeVar, assert_never

Kind = Literal["money", "number", "yes_no", "one_of"]
Op = Literal["at_least", "at_most", "is", "in"]
Told = Literal["at_least", "at_most", "less_than", "more_than", "is", "is_not", "in", "not_in"]

FLIPPED: dict[Told, Told] = {
    "at_least": "less_than", "at_most": "more_than", "less_than": "at_least", "more_than": "at_most",
    "is": "is_not", "is_not": "is", "in": "not_in", "not_in": "in",
}  # fmt: skip
SIGNS: dict[Told, str] = {
    "at_least": ">=", "at_most": "<=", "less_than": "<", "more_than": ">", "is": "==", "is_not": "!="
}  # fmt: skip

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one fact; amounts are in 分."""

    fact: str
    kind: Kind
    op: Told
    value: Any

    __test__ = False  # no test of pytest

    def flipped(self) -> Test:
        if self.kind == "yes_no":
            return Test(self.fact, self.kind, self.op, not self.value)
        return Test(self.fact, self.kind, FLIPPED[self.op], self.value)


@dataclass(frozen=True, slots=True)
class Every(Generic[Part]):
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Some(Generic[Part]):
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    part: Condition


Condition = Test | Every["Condition"] | Some["Condition"] | Opposite
Sure = Test | Every["Sure"] | Some["Sure"]
"""A condition without negations: those stand in the tests."""


def surely(condition: Condition, holds: bool = True) -> Sure:
    """When a condition surely ``holds`` (or surely does not), negations moved into the tests."""
    match condition:
        case Test():
            return condition if holds else condition.flipped()
        case Opposite(part):
            return surely(part, not holds)
        case Every(parts) | Some(parts):
            inner = tuple(surely(part, holds) for part in parts)
            return Every(inner) if isinstance(condition, Every) is holds else Some(inner)
        case _:
            assert_never(condition)


def ways(sure: Sure) -> list[tuple[Test, ...]]:
    """The alternatives, each of tests that must all hold."""
    match sure:
        case Test():
            return [(sure,)]
        case Some(parts):
            return [way for part in parts for way in ways(part)]
        case Every(parts):
            picked = product(*(ways(part) for part in parts))
            return [tuple(dict.fromkeys(test for way in pick for test in way)) for pick in picked]
        case _:
            assert_never(sure)


def all_tests(condition: Condition) -> list[Test]:
    """All tests of a condition, left to right."""
    match condition:
        case Test():
            return [condition]
        case Opposite(part):
            return all_tests(part)
        case Every(parts) | Some(parts):
            return [test for part in parts for test in all_tests(part)]
        case _:
            assert_never(condition)


def infix(sure: Sure, test: Any, every: str, some: str) -> str:
    """A condition as text: ``test`` writes one test, ``every`` and ``some`` join."""
    match sure:
        case Test():
            return str(test(sure))
        case Every(parts):
            return f" {every} ".join(_bracketed(part, test, every, some) for part in parts)
        case Some(parts):
            return f" {some} ".join(_bracketed(part, test, every, some) for part in parts)
        case _:
            assert_never(sure)


def _bracketed(sure: Sure, test: Any, every: str, some: str) -> str:
    text = infix(sure, test, every, some)
    return f"({text})" if isinstance(sure, (Every, Some)) and len(sure.parts) > 1 else text


def not_null(name: str, test: Test) -> str:
    """A test as languages with ``null`` and JSON literals write it, false where the fact is missing."""
    match test.op:
        case "in" | "not_in" as op:
            words = json.dumps(list(test.value))
            return f"{name} in {words}" if op == "in" else f"{name} != null and not ({name} in {words})"
        case "is":
            return f"{name} == {json.dumps(test.value)}"
        case op:
            return f"{name} != null and {name} {SIGNS[op]} {json.dumps(test.value)}"
