"""What holds for every comparison: generated rulesets that differ in one thing, and projects they both decide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from changing import T, each_changed, read, retitled, ruleset_bytes, rulesets, twos
from hypothesis import HealthCheck, given, settings
from strategies import a_world, seeds, some_of
from test_compare import inverse, related, relation, sound

from govproj_rules import Comparison, InvalidInput, Project, RuleSet, check, compare, compare_project
from govproj_rules.ir import Rule
from govproj_rules.library import read_ruleset
from govproj_rules.outcomes import KINDS

AS_OF = date(2026, 6, 30)
PROJECTS, CHANGES = 6, 6

many = settings(
    max_examples=80, deadline=None, derandomize=True,
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
@given(rulesets(), seeds)
def test_what_is_called_same_or_stricter_is(table: dict[str, Any], seed: int) -> None:
    """On projects about which everything is stated, for like norms of one force and from one stage on."""
    a = read(table, "a")
    for b in others(table, "b", seed):
        wanted = [pair for pair in pairs(compare([a, b])) if comparable(a, b, pair)]
        for place in range(PROJECTS if wanted else 0):
            project = whole(seed + place)
            for_a, for_b = statuses(a, project), statuses(b, project)
            for one, other, known in wanted:
                holds(for_a.get(one, {}), for_b.get(other, {}), known, a, one)


def others(table: dict[str, Any], name: str, seed: int) -> Iterator[RuleSet]:
    """Rulesets that differ from a table in one thing each."""
    for made in each_changed(table, seed, CHANGES):
        try:
            yield read_ruleset(ruleset_bytes(made, name), f"{name}.yaml")
        except InvalidInput:  # a change that means nothing
            continue


def holds(of_a: Mapping[str, str], of_b: Mapping[str, str], known: str, ruleset: RuleSet, rule: str) -> None:
    """The first is ``known`` in relation to the second: so are the findings of one project."""
    if known == "same":
        assert of_a == of_b
    elif known == "looser":
        holds(of_b, of_a, "stricter", ruleset, rule)
    elif any(named(one.id) == rule and KINDS[one.kind].obligation for one in ruleset.rules):
        assert "unmet" not in of_b.values() or "unmet" in of_a.values()
    else:  # what the stricter one allows, the other allows too
        assert "info" not in of_a.values() or "info" in of_b.values()


def pairs(found: Comparison) -> list[tuple[str, str, str]]:
    return [
        (pair["a"].removeprefix("a/"), pair["b"].removeprefix("b/"), pair["relation"])
        for pair in relation(found, T, "a", "b")["pairs"]
        if pair["a"] and pair["b"] and pair["relation"] in ("same", "stricter", "looser")
    ]


def comparable(a: RuleSet, b: RuleSet, pair: tuple[str, str, str]) -> bool:
    """Whether two norms are about one thing each, of one force and stage, and steps have one place in the order."""
    one, other = ([rule for rule in of.rules if named(rule.id) == name] for of, name in zip((a, b), pair, strict=False))
    keys = [
        {(rule.force, rule.stage, rule.order, rule.before if rule.order else None) for rule in rules}
        for rules in (one, other)
    ]
    about = [{_about(rule.outcome) for rule in rules} for rules in (one, other)]
    kinds = {rule.kind for rules in (one, other) for rule in rules}
    plain = "consequence" not in kinds  # what follows depends on other rules
    return (
        plain
        and always_decided((*one, *other))
        and keys[0] == keys[1]
        and len(keys[0]) == 1
        and all(len(each) == 1 for each in about)
    )


def always_decided(rules: Iterable[Rule]) -> bool:
    """Whether conditions are decided once everything is stated: months and days do not compare."""
    return "type='duration'" not in repr([rule.applies for rule in rules])


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
@given(rulesets(), seeds)
def test_editions_that_are_the_same_decide_the_same(table: dict[str, Any], seed: int) -> None:
    old = read(table, "x", "old.yaml")
    for new in others(table, "x", seed):
        relations = {one.relation for row in compare([old, new]).rows for one in row.relations}
        if relations == {"same"} and always_decided((*old.rules, *new.rules)):
            for place in range(PROJECTS):
                project = whole(seed + place)
                assert by_rule(old, project) == by_rule(new, project)


def by_rule(ruleset: RuleSet, project: Mapping[str, Any]) -> dict[tuple[str, str | None], str]:
    report = check(Project.model_validate(project), ruleset, as_of=AS_OF)
    return {(one.rule, one.for_): one.status for one in report.findings}


# --- one project under both -------------------------------------------------------------------------


@many
@given(twos(times=True), seeds)
def test_a_project_is_told_as_it_is_checked(two: Two, seed: int) -> None:
    """However little is stated: every finding is told once for its rule and status, and nothing else is."""
    a, b = read(two[0], "a"), read(two[1], "b")
    if a.sha256 == b.sha256:
        return
    world = a_world(seed, AS_OF)
    project = Project.model_validate(world.project(some_of(world, seed)))
    found = compare_project(project, [a, b], as_of=AS_OF)
    sound(found)
    for ruleset in (a, b):
        cells = [cell for row in found.rows for cell in row.cells if cell.ruleset == ruleset.id]
        told = {(norm.rule, norm.status) for cell in cells for norm in cell.norms}
        report = check(project, ruleset, as_of=AS_OF)
        asked = {
            (f"{ruleset.id}/{named(one.rule.partition('/')[2])}", one.status)
            for one in report.findings
            if one.kind != "competence" and (one.kind != "consequence" or one.status == "info")
        }
        assert told == asked
        assert all(cell.state == "ungoverned" for cell in cells) or report.verdict != "out_of_scope"
