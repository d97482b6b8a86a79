"""What holds for every ruleset and every project: generated ones, and projects stated little by little."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import FACTS, Levels, World, a_world, build, guards, more_of, seeds, some_of, tables

from govproj_rules import Project, RuleSet, check
from govproj_rules.outcomes import BINDING, KINDS, OWNER_SIDE

AS_OF = date(2026, 6, 30)
PROJECTS = 5  # looked at for each ruleset
Key = tuple[str, str | None]

many = settings(
    max_examples=120, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip


def report_of(ruleset: RuleSet, project: Mapping[str, Any], *, all: bool = True) -> dict[str, Any]:
    return check(Project.model_validate(project), ruleset, as_of=AS_OF, all=all).to_dict()


def by_key(report: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    found = {(one["rule"], one["for"]): one for one in report["findings"]}
    assert len(found) == len(report["findings"]), "(rule, for) is not unique"
    return found


def counts(finding: dict[str, Any]) -> bool:
    """Whether a finding counts for the verdict."""
    return KINDS[finding["kind"]].obligation and finding["force"] in BINDING


# --- stating more never overturns -------------------------------------------------------------------


@many
@given(tables(), seeds)
def test_stating_more_never_overturns_what_was_decided(table: dict[str, Any], seed: int) -> None:
    ruleset = build(table)
    for place in range(PROJECTS):
        world = a_world(seed + place, AS_OF)
        little = some_of(world, seed + place)
        before = report_of(ruleset, world.project(little))
        for turn in range(2):
            after = report_of(ruleset, world.project(more_of(world, little, seed + turn)))
            nothing_overturned(before, after)


def nothing_overturned(before: dict[str, Any], after: dict[str, Any]) -> None:
    if before["scope"] != "presumed":
        assert (after["scope"], after["regime"]) == (before["scope"], before["regime"])
    if before["regime"] != after["regime"]:
        return
    first, second = by_key(before), by_key(after)
    for key, finding in first.items():
        now = second.get(key)
        match finding["status"]:
            case "unmet":
                assert now is not None
                assert (now["status"], now["late"]) == ("unmet", finding["late"]), key
            case "met":  # it holds whether or not it applies
                assert now is None or now["status"] in ("met", "not_applicable") or dated_before(now), key
            case "info" if not finding["unknown"]:
                assert now is not None
                assert now["status"] == "info", key
            case "not_applicable" if finding["kind"] != "consequence" or key in second:
                assert now is None or now["status"] == "not_applicable", key
    if before["verdict"] == "non_compliant" and before["scope"] == "applies":
        assert after["verdict"] == "non_compliant"
    if before["verdict"] == "compliant" and after["verdict"] == "non_compliant":
        broken = [key for key, one in second.items() if one["status"] == "unmet" and counts(one)]
        assert all(ahead(key, first) for key in broken if second[key]["who"]["role"] in OWNER_SIDE)


def dated_before(finding: dict[str, Any]) -> bool:
    return [finding["status"], *finding["unknown"]] == ["info", {"reason": "before_in_force", "from": "2025-01-01"}]


def ahead(key: Key, first: dict[Key, dict[str, Any]]) -> bool:
    """What waited for a later stage: changes not stated, and a prohibition not yet looked at."""
    if key not in first:
        return key[1] is not None and key[1].startswith("changes[")
    return (first[key]["kind"], first[key]["status"]) == ("prohibition", "upcoming")


# --- unknowns and questions -------------------------------------------------------------------------


@many
@given(tables(), seeds)
def test_every_unknown_is_asked_for_and_answers_settle_it(table: dict[str, Any], seed: int) -> None:
    ruleset = build(table)
    for place in range(PROJECTS):
        world = a_world(seed + place, AS_OF)
        settle(ruleset, world, some_of(world, seed + place))


def settle(ruleset: RuleSet, world: World, stated: Levels) -> None:
    """Answer every question until there is none."""
    for _ in range(100):
        project = world.project(stated)
        report = report_of(ruleset, project, all=False)
        asked = [one["fact"] for one in report["questions"]]
        assert len(set(asked)) == len(asked)
        for finding in report["findings"]:
            if finding["status"] == "unknown":
                assert finding["unknown"], finding
                assert {one for one in finding["unknown"] if isinstance(one, str)} <= set(asked)
        if not asked:
            break
        for fact in asked:
            assert not is_stated(project, fact), fact
            answer(world, stated, fact)
    else:
        raise AssertionError("questions without end")
    left = [one for finding in report["findings"] if finding["status"] == "unknown" for one in finding["unknown"]]
    assert all(isinstance(one, dict) for one in left)
    assert report["scope"] != "presumed"


def leaf(world: World, fact: str) -> tuple[str, ...]:
    """The leaf of a world that answers a question."""
    parts = tuple(fact.replace("[", ".").replace("]", "").split("."))
    return next(parts[:length] for length in range(len(parts), 0, -1) if parts[:length] in world.leaves)


def answer(world: World, stated: Levels, fact: str) -> None:
    keys = leaf(world, fact)
    if is_stated(world.project(stated), fact):  # said together with another answer
        return
    for level in range(stated[keys] + 1, len(world.leaves[keys])):
        stated[keys] = level
        if is_stated(world.project(stated), fact):
            return
    raise AssertionError(f"no answer to {fact}")


def is_stated(project: Any, fact: str) -> bool:
    """Whether a project says anything about a path; an event on a day also says that it happened."""
    place: Any = project
    parts = fact.replace("[", ".").replace("]", "").split(".")
    for step, part in enumerate(parts):
        if part == "date" and step and not isinstance(place, dict):
            return not isinstance(place, bool) or not place
        if isinstance(place, bool):
            return not place  # what is not there has no parts
        if (
            isinstance(place, list) and parts[0] == "documents"
        ):  # a list says of each that it is there, or nothing of it
            return part not in place or step == len(parts) - 1
        if isinstance(place, list):
            place = place[int(part)]
        elif part in place:
            place = place[part]
        else:
            return False
    return True


# --- the report -------------------------------------------------------------------------------------


@many
@given(tables(), seeds)
def test_the_report_agrees_with_itself(table: dict[str, Any], seed: int) -> None:
    ruleset = build(table)
    for place in range(PROJECTS):
        agrees(report_of(ruleset, a_project(seed + place), all=False))


def a_project(seed: int) -> dict[str, Any]:
    world = a_world(seed, AS_OF)
    return world.project(some_of(world, seed))


def agrees(report: dict[str, Any]) -> None:
    found = by_key(report)
    binding = [one for one in found.values() if counts(one)]
    if report["verdict"] == "compliant":
        assert not [one for one in binding if one["status"] in ("unknown", "unmet")]
        assert report["scope"] == "applies"
    assert (report["verdict"] == "non_compliant") is any(
        one["status"] == "unmet" and one["who"]["role"] in OWNER_SIDE for one in binding
    )
    assert {status: sum(one["status"] == status for one in found.values()) for status in ("met", "unmet", "upcoming", "unknown", "info")}.items() <= report["counts"].items()  # fmt: skip
    viewed = {(one["rule"], one["for"]): one["status"] for kind in KINDS.values() for one in report[kind.view]}
    assert viewed == {key: one["status"] for key, one in found.items()}
    for finding in found.values():
        explained(finding)


def explained(finding: dict[str, Any]) -> None:
    """The first reason agrees with the status; no reason is given twice."""
    because = finding["because"]
    told = [(one["fact"], json.dumps(one["test"])) for one in because]
    assert len(set(told)) == len(told)
    if not because or not KINDS[finding["kind"]].obligation:
        return
    match finding["status"]:
        case "met":
            assert because[0]["holds"] is True, finding
        case "unmet":
            assert because[0]["holds"] is False, finding


@many
@given(tables(), seeds)
def test_the_same_inputs_give_the_same_bytes(table: dict[str, Any], seed: int) -> None:
    project = a_project(seed)
    report = check(Project.model_validate(project), build(table), as_of=AS_OF)
    again = check(Project.model_validate(backwards(project)), build(table), as_of=AS_OF)
    assert report.to_json() == again.to_json()
    assert json.loads(report.to_json()) == report.to_dict()


def backwards(value: Any) -> Any:
    """The same mapping, its keys in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(one) for key, one in reversed(value.items())}
    return [backwards(one) for one in value] if isinstance(value, list) else value


# --- three values -----------------------------------------------------------------------------------


@many
@given(guards(), seeds, st.lists(st.sampled_from(("a", "b", "c")), max_size=3, unique=True))
def test_a_decided_guard_agrees_with_every_completion(guard: Any, seed: int, open_: list[str]) -> None:
    rule = {"id": "r", "when": guard, "permission": {"act": "adjust", "of": "project"}}
    ruleset = build({"roles": ["data"], "facts": FACTS, "rules": [rule]})
    world = a_world(seed, AS_OF)
    stated = {keys: len(ways) - 1 for keys, ways in world.leaves.items()}
    for fact in open_:
        stated["facts", fact] = 0
    project = world.project(stated)
    (finding,) = report_of(ruleset, project)["findings"]
    values = set()
    for completion in itertools.product((True, False), repeat=len(open_)):
        complete = {**project, "facts": {**project["facts"], **dict(zip(open_, completion, strict=True))}}
        values |= {one["status"] for one in report_of(ruleset, complete)["findings"]}
    if finding["status"] == "unknown":
        assert open_ or any(isinstance(one, dict) for one in finding["unknown"])  # units that do not compare
    else:
        assert values == {finding["status"]}
