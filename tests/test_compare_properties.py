"""What holds for every comparison: generated rulesets that differ in one thing, and projects they both decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from changing import T, read, retitled, rulesets, twos
from hypothesis import HealthCheck, given, settings
from strategies import a_world, seeds
from test_compare import inverse, related, relation, sound

from govproj_rules import Comparison, Project, RuleSet, check, compare
from govproj_rules.outcomes import KINDS

AS_OF = date(2026, 6, 30)
PROJECTS = 12

many = settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example,
                           HealthCheck.filter_too_much],
)  # fmt: skip
Two = tuple[dict[str, Any], dict[str, Any]]


# --- the comparison itself --------------------------------------------------------------------------


@many
@given(twos(times=True))
def test_the_other_way_round(two: Two) -> None:
    """For cities and for editions: the inverse in one comparison, and in the one named backwards."""
    for names in (("a", "b"), ("x", "x")):
        a, b = (read(table, name, f"{place}.yaml") for table, name, place in zip(two, names, "ab", strict=True))
        if a.sha256 == b.sha256:
            return
        found, backwards = compare([a, b]), compare([b, a])
        first, second = (column.label for column in found.rulesets)
        for row in found.rows:
            there = related(found, row.topic, first, second)
            assert inverse(related(found, row.topic, second, first)) == there
            assert related(backwards, row.topic, first, second) == there


@many
@given(twos(times=True))
def test_every_text_is_there_and_the_bytes_are_the_same(two: Two) -> None:
    for names in (("a", "b"), ("x", "x")):
        a, b = (read(table, name, f"{place}.yaml") for table, name, place in zip(two, names, "ab", strict=True))
        if a.sha256 == b.sha256:
            return
        found = compare([a, b])
        assert found.to_json() == compare([a, b]).to_json()
        assert json.loads(found.to_json()) == found.to_dict()
        sound(found)


@many
@given(rulesets())
def test_titles_and_notes_are_not_compared(table: dict[str, Any]) -> None:
    for names in (("a", "b"), ("x", "x")):
        one, other = (
            read(each, name, f"{place}.yaml")
            for each, name, place in zip((table, retitled(table)), names, "ab", strict=True)
        )
        found = compare([one, other])
        assert {each.relation for row in found.rows for each in row.relations} == {"same"}
        for row in found.rows:
            first, second = row.cells
            assert [(norm.says, norm.when) for norm in first.norms] == [(norm.says, norm.when) for norm in second.norms]


# --- against projects -------------------------------------------------------------------------------


@many
@given(twos(), seeds)
def test_what_is_called_same_or_stricter_is(two: Two, seed: int) -> None:
    """On projects about which everything is stated, for like norms of one force that are asked for at one time."""
    a, b = read(two[0], "a"), read(two[1], "b")
    if a.sha256 == b.sha256:
        return
    found = compare([a, b])
    wanted = [pair for pair in pairs(found) if comparable(a, b, pair)]
    if not wanted:
        return
    for place in range(PROJECTS):
        project = whole(seed + place)
        for_a, for_b = statuses(a, project), statuses(b, project)
        for one, other, known in wanted:
            holds(for_a.get(one, {}), for_b.get(other, {}), known, a, one)


def holds(of_a: Mapping[str, str], of_b: Mapping[str, str], known: str, ruleset: RuleSet, rule: str) -> None:
    """The first is ``known`` in relation to the second: so are the findings of one project."""
    if known == "same":
        assert of_a == of_b
    elif known == "looser":
        holds(of_b, of_a, "stricter", ruleset, rule)
    elif KINDS[next(one.kind for one in ruleset.rules if one.id.split(".", 1)[0] == rule.removesuffix(".then"))].obligation:
        if "unmet" in of_b.values():
            assert "unmet" in of_a.values()
    elif "info" in of_a.values() and rule.endswith(".then") is False:  # allowed by the stricter one, so by the other
        assert "info" in of_b.values()


def pairs(found: Comparison) -> list[tuple[str, str, str]]:
    known = []
    for pair in relation(found, T, "a", "b")["pairs"]:
        if pair["a"] and pair["b"] and pair["relation"] in ("same", "stricter", "looser"):
            known.append((pair["a"].removeprefix("a/"), pair["b"].removeprefix("b/"), pair["relation"]))
    return known


def comparable(a: RuleSet, b: RuleSet, pair: tuple[str, str, str]) -> bool:
    """Whether two norms are about one thing each, of one force, asked for at the same time."""
    one, other = ([rule for rule in of.rules if named(rule.id) == name] for of, name in zip((a, b), pair, strict=False))
    keys = [{(rule.force, rule.stage, rule.before, rule.order) for rule in rules} for rules in (one, other)]
    about = [{_about(rule.outcome) for rule in rules} for rules in (one, other)]
    return keys[0] == keys[1] and len(keys[0]) == 1 and all(len(each) == 1 for each in about)


def _about(outcome: Any) -> tuple[Any, ...]:
    return tuple(getattr(outcome, key, None) for key in ("document", "effect", "of"))


def named(rule: str) -> str:
    """The name of a rule as a pair tells it."""
    return rule.split(".", 1)[0] + (".then" if rule.endswith(".then") else "")


def whole(seed: int) -> dict[str, Any]:
    """A project about which everything is stated; an estimate of nought has no shares."""
    world = a_world(seed, AS_OF)
    project = world.project({keys: len(ways) - 1 for keys, ways in world.leaves.items()})
    if project["investment"]["approved_estimate"] == "0元":
        project["investment"]["approved_estimate"] = "40万元"
    return project


def statuses(ruleset: RuleSet, project: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """How every norm stands, each of its findings by what it is for."""
    found: dict[str, dict[str, str]] = {}
    for one in check(Project.model_validate(project), ruleset, as_of=AS_OF).findings:
        rule = one.rule.partition("/")[2]
        found.setdefault(named(rule), {})[f"{one.for_} {rule}"] = one.status
    return {rule: {_for(key): status for key, status in of.items()} for rule, of in found.items()}


def _for(key: str) -> str:
    """What a finding is for, without the name of its rule: two rules may say the same."""
    return key.partition(" ")[0]


@many
@given(twos(times=True), seeds)
def test_editions_that_are_the_same_decide_the_same(two: Two, seed: int) -> None:
    old, new = read(two[0], "x", "old.yaml"), read(two[1], "x", "new.yaml")
    if old.sha256 == new.sha256:
        return
    found = compare([old, new])
    if {one.relation for row in found.rows for one in row.relations} != {"same"}:
        return
    for place in range(PROJECTS):
        project = whole(seed + place)
        assert by_rule(old, project) == by_rule(new, project)


def by_rule(ruleset: RuleSet, project: Mapping[str, Any]) -> dict[tuple[str, str | None], str]:
    report = check(Project.model_validate(project), ruleset, as_of=AS_OF)
    return {(one.rule, one.for_): one.status for one in report.findings}
