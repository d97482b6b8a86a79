"""The comparison of the five cities against a reading of their texts made without the rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from govproj_rules import Comparison, RuleSet, compare, load_ruleset
from govproj_rules.comparison import Cell

CITIES = ("langfang", "shizuishan", "dongying", "yunan", "lushan")
IDEAS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "compared_from_text.yaml").read_text(encoding="utf-8")
)


@cache
def rulesets() -> dict[str, RuleSet]:
    return {city: load_ruleset(city) for city in CITIES}


@cache
def comparison() -> Comparison:
    return compare(list(rulesets().values()))


def cells(rows: list[str], city: str) -> list[Cell]:
    found = {row.topic: row.cells for row in comparison().rows}
    return [cell for row in rows for cell in found[row] if cell.ruleset == city]


def within(cite: str, place: str) -> bool:
    return cite == place or cite.startswith(f"{place}.") or place.startswith(f"{cite}.")


@pytest.mark.parametrize("idea", [pytest.param(one, id=one["idea"]) for one in IDEAS])
def test_what_the_texts_say(idea: dict[str, Any]) -> None:
    wrong = [fault for city, said in idea["cells"].items() for fault in faults(idea, city, said)]
    assert wrong == []


def faults(idea: dict[str, Any], city: str, said: dict[str, Any]) -> list[str]:
    """What the cells of a city do not say, or say too much."""
    own = cells(idea["rows"], city)
    states = {said["state"], *said.get("also", [])}
    if said["state"] != "regulated":
        return [f"{city}: {cell.state}" for cell in own if idea.get("alone") and cell.state not in states]
    norms = [norm for cell in own for norm in cell.norms if not norm.hint]
    if not any(within(cite, str(place)) for norm in norms for cite in norm.cite for place in said["cites"]):
        return [] if states - {"regulated"} else [f"{city}: nothing cites {said['cites']}"]
    text = " ".join((norm.when.zh if norm.when else "") + norm.says.zh for norm in norms)
    figures = [one if isinstance(one, list) else [one] for one in said.get("carries", [])]
    names = {role: rulesets()[city].authorities[role].zh for role in said.get("roles", [])}
    return [
        *(f"{city}: no {ways[0]} in {text}" for ways in figures if not any(way in text for way in ways)),
        *(f"{city}: no {name} in {text}" for name in names.values() if name not in text),
    ]


ALONE = [one for one in IDEAS if one.get("alone")]


@pytest.mark.parametrize(
    ("row", "pair"),
    [
        pytest.param(one["rows"][0], pair, id=f"{one['idea']}-{'-'.join(pair['cities'])}")
        for one in ALONE
        for pair in one.get("pairs", [])
    ],
)
def test_how_two_texts_relate(row: str, pair: dict[str, Any]) -> None:
    found = comparison().relation(row, *pair["cities"])
    assert found.relation in pair["relation"], found.why


def test_what_most_regulate_and_one_does_not() -> None:
    found = {(one.ruleset, one.topic): one.kind for one in comparison().silences}
    for one in ALONE:
        for silent in one.get("silent", []):
            assert found.get((silent["city"], one["rows"][0])) in silent["kind"], (one["idea"], silent)
