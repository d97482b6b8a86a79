"""One change of a generated ruleset: a bound, an operator, a force, a period, a document, a part of a condition."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from strategies import AMOUNTS, DOCUMENTS, EVENTS, tables, written

from govproj_rules import InvalidInput, RuleSet
from govproj_rules.library import read_ruleset

T = "construction.management"
Place = tuple[Any, ...]
Change = tuple[Place, Any]
_GONE = object()
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

_OPERATORS = ("at_least", "at_most", "more_than", "less_than")
_PERIODS = ("10 working_days", "20 working_days", "30 days", "45 days", "6 months", "9 months", "1 years", "12 months")
_SHARES = ("15%", "50%", "20%")
_FORCES = ("must", "in_principle", "encouraged", "may")
_WORDS: Mapping[str, tuple[Any, ...]] = {
    "event": EVENTS, "after": EVENTS, "used_by": EVENTS, "from": EVENTS, "until": EVENTS, "before": EVENTS,
    "document": (*DOCUMENTS, list(DOCUMENTS)), "to": ("data", "finance", ["data", "finance"]),
    "by": ("data", "finance"), "act": ("approve", "review", "file", "adjust", "skip"),
    "who": ("owner", "data", "user"), "stage": ("approval", "construction", "operation"),
    "within": _PERIODS, "for": _PERIODS, "force": _FORCES, "effect": ("no_om_funds", "public_criticism"),
    "matter": ("project_approval", "coordination"), "of": ("any", {"kinds": ["duty"]}, {"kinds": ["approval", "document"]}),
}  # fmt: skip
"""What may stand under a key in place of what does; the rest is changed by what it looks like."""
_WINDOWS = (["3 months", "9 months"], ["3 months", "12 months"], ["6 months", "9 months"], ["6 months", "1 years"])
_DAYS = ("06-30", "11-30", "12-31")
_YEARS = ("year_before", "same_year_as", "year_after")

TIMES = frozenset({"stage", "before"})
"""When a thing is asked for is compared only in part, and only between editions."""


def changes(table: Mapping[str, Any], *, times: bool) -> list[Change]:
    """Every change of one thing; ``times``: also from when a thing is asked for."""
    return [
        change for change in _of(table["rules"], ()) if times or not TIMES & {key for key in change[0] if key != "flow"}
    ]


def _of(value: Any, place: Place) -> Iterator[Change]:
    key = place[-1] if place else None
    yield from ((place, other) for other in _others(key, value, place) if other != value)
    if isinstance(value, dict):
        if isinstance(key, int) and "flow" not in value and len(place) == 1:
            yield from _of_rule(value, place)
        for name, part in value.items():
            if name in _OPERATORS:
                yield from ((place, {other: part}) for other in _OPERATORS if other != name)
            if name in _YEARS:
                yield from ((place, {other: part}) for other in _YEARS if other != name)
            if name in ("moved_to", "instead", "valid", "of", "to"):
                yield (*place, name), _GONE
            if name != "id":
                yield from _of(part, (*place, name))
    elif isinstance(value, list):
        if len(value) > 1 and key != "between":
            yield from (((*place, at), _GONE) for at in range(len(value)))
        for at, part in enumerate(value):
            yield from _of(part, (*place, at))


def _of_rule(rule: Mapping[str, Any], place: Place) -> Iterator[Change]:
    """A part of the guard comes or goes; a force is given."""
    for key in ("when", "unless", "before", "stage"):
        if key in rule:
            yield (*place, key), _GONE
    yield (*place, "when"), [*([rule["when"]] if "when" in rule else []), {"facts.a": True}]
    yield (*place, "force"), "encouraged"
    if "before" not in rule and not {"permission", "competence", "consequence"} & rule.keys():
        yield (*place, "before"), "accepted"
    if "each" not in rule and "consequence" not in rule:
        yield (*place, "each"), "changes"


def _others(key: Any, value: Any, place: Place) -> Iterator[Any]:
    if key == "between":
        yield from _WINDOWS
    elif key == "by" and value in _DAYS:
        yield from _DAYS
    elif key == "by" and str(value).startswith("facts."):
        yield from ("facts.day", "facts.latest", "facts.earliest")
    elif key in _WORDS and isinstance(value, (str, list)):
        yield from _WORDS[key]
    elif isinstance(value, str) and _DATE.fullmatch(value):
        yield from ("2025-01-31", "2026-03-16")
    elif isinstance(value, bool):
        yield not value
    elif value in AMOUNTS:
        yield from (*AMOUNTS, "1000000元")
    elif value in _SHARES:
        yield from _SHARES


def changed(table: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The table with one change made."""
    made = copy.deepcopy(dict(table))
    place, new = change
    inside: Any = made["rules"]
    for step in place[:-1]:
        inside = inside[step]
    if new is _GONE:
        del inside[place[-1]]
    else:
        inside[place[-1]] = copy.deepcopy(new)
    return made


def ruleset_bytes(table: Mapping[str, Any], name: str) -> bytes:
    return written({**table, "ruleset": {**table.get("ruleset", {}), "ruleset": name}})


def read(table: Mapping[str, Any], name: str, file: str | None = None) -> RuleSet:
    """A generated ruleset under a name of its own; what does not load is no example."""
    try:
        return read_ruleset(ruleset_bytes(table, name), file or f"{name}.yaml")
    except InvalidInput:
        assume(False)
        raise


def _on_topic(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"flow": {"topic": T, **entry["flow"]}} if "flow" in entry else {"topic": T, **entry}


@st.composite
def rulesets(draw: st.DrawFn) -> dict[str, Any]:
    """A generated table whose rules all stand in one row, with no date from which it is in force."""
    table = draw(tables())
    return {**table, "ruleset": {}, "rules": [_on_topic(entry) for entry in table["rules"]]}


@st.composite
def twos(draw: st.DrawFn, times: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two tables that differ in one thing."""
    table = draw(rulesets())
    found = changes(table, times=times)
    assume(found)
    return table, changed(table, draw(st.sampled_from(found)))


def each_changed(table: Mapping[str, Any], seed: int, count: int) -> Iterator[dict[str, Any]]:
    """The table with some change or other, several times."""
    found = changes(table, times=True)
    for change in Random(seed).sample(found, min(count, len(found))):
        yield changed(table, change)


def retitled(table: Mapping[str, Any]) -> dict[str, Any]:
    """The same table with every title and note another."""

    def other(entry: Mapping[str, Any]) -> dict[str, Any]:
        if "flow" in entry:
            return {"flow": {**entry["flow"], "steps": [other(step) for step in entry["flow"]["steps"]]}}
        new = {"zh": "另一个说法", "en": "other words"}
        return {**entry, "title": new, "note": new}

    return {**table, "rules": [other(entry) for entry in table["rules"]]}
