"""What holds of every input: it is refused with problems that say what and where, or answered alike by every engine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from backends import BACKENDS, decided, definition, facts_of

from govproj_rules import InvalidInput, Project, Report, RuleSet, check
from govproj_rules.checking import not_in_force
from govproj_rules.source import MAX_PROBLEMS

T = TypeVar("T")

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Broken(AssertionError):
    """A promise that an input broke."""


def need(holds: bool, promise: str) -> None:
    """An assertion that optimised Python does not drop."""
    if not holds:
        raise Broken(promise)


def answered(call: Callable[[], T], *, placed: bool = True) -> T | None:
    """What a call gives, or None where it refuses its input as it should; ``placed``: every problem has a place."""
    try:
        return call()
    except InvalidInput as error:
        refused_well(error, placed)
        return None


def refused_well(error: InvalidInput, placed: bool = True) -> None:
    need(0 < len(error.problems) <= MAX_PROBLEMS, f"{len(error.problems)} problems")
    for one in error.problems:
        need(bool(one.message) and one.message.isprintable(), f"no plain sentence: {one.message!r}")
        need(one.help is None or one.help.isprintable(), f"no plain help: {one.help!r}")
        need(_CODE.fullmatch(one.code) is not None, f"no code: {one.code!r}")
        need(not placed or bool(one.file), f"no place: {one}")


def agrees(ruleset: RuleSet, project: Project, day: date, *, all_ways: bool) -> Report | None:
    """The report of a project, held to the definition and to every other way to decide; None where it is refused.

    ``all_ways``: also those that take long.
    """
    report = answered(lambda: check(project, ruleset, as_of=day, all=True), placed=False)
    if report is None:
        return None
    facts = facts_of(ruleset, project, day)
    wanted = definition(ruleset, facts)
    for way in BACKENDS if all_ways else BACKENDS[:1]:
        said = answered(lambda way=way: decided(way, ruleset, facts), placed=False)  # type: ignore[misc]
        need(said is None or said == wanted, f"{way} differs from the definition")
    if not not_in_force(ruleset, day):
        told = [(one.rule.partition("/")[2], one.status, one.late) for one in report.findings]
        need(told == [(id, status, late) for id, _, _, status, late, _ in wanted.rows], "the report differs")
    text = report.to_json()
    need(json.loads(text)["verdict"] == report.verdict, "the JSON differs")
    if all_ways and "to_durable" in BACKENDS:
        other = answered(lambda: check(project, ruleset, as_of=day, all=True, engine="durable"), placed=False)
        need(other is None or other.to_json() == text, "the engines differ")
    return report
