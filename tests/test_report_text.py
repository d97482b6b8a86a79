"""The JSON of a report is the same however it comes about: straight from what was decided, or from its records."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from strategies import build, random_table
from test_one_meaning import AS_OF, a_project

from govproj_rules import Project, Report, RuleSet, check, load_project, load_ruleset
from govproj_rules.records import as_json

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.json"))
LANGS = ("zh", "en")


def same(make: Callable[[], Report]) -> None:
    """A report nobody looked into, one that was read, and the plain data of one, in both languages."""
    read = make()
    assert read.findings or not read.counts["unmet"]
    assert read.questions is not None
    for lang in LANGS:
        straight = make().to_json(lang)
        assert straight == as_json(read, lang)
        assert straight == json.dumps(make().to_dict(lang), ensure_ascii=False)


@pytest.mark.parametrize("all_", [False, True])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_of_examples(file: Path, all_: bool) -> None:
    project = load_project(file)
    same(lambda: check(project, load_ruleset(project.city or "langfang"), as_of=AS_OF, all=all_))


@pytest.mark.parametrize("seed", range(40))
def test_of_generated_rulesets_and_projects(seed: int) -> None:
    ruleset: RuleSet = build(random_table(seed))
    for place in range(3):
        project = a_project(3 * seed + place, AS_OF)
        same(lambda project=project: check(project, ruleset, as_of=AS_OF, all=bool(seed % 2)))  # type: ignore[misc]


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2040, 1, 1)])
def test_of_a_regulation_not_in_force(day: date) -> None:
    same(lambda: check(Project(name="p"), load_ruleset("yunan"), as_of=day))


def test_texts_that_look_like_json() -> None:
    name = 'a"}, {"b": %s \\ \u0000 {0}'
    project = Project.model_validate(
        {"name": name, "applicant": {"name": name}, "waivers": [{"rule": "self-adjust", "reason": name}]}
    )
    same(lambda: check(project, load_ruleset("langfang"), as_of=AS_OF))


@pytest.fixture
def report() -> Report:
    return check(Project(name="p"), load_ruleset("langfang"), as_of=AS_OF)


def test_what_is_changed_by_hand_is_written_as_changed(report: Report) -> None:
    report.verdict = "compliant"
    report.findings[0].status = "met"
    report.findings[1].because = []
    report.duties[0].for_ = "x"
    made = json.loads(report.to_json())
    assert made["verdict"] == "compliant"
    assert made["findings"][0]["status"] == "met"
    assert made["findings"][1]["because"] == []
    assert made["duties"][0]["for"] == "x"


@pytest.mark.parametrize("name", ["findings", "documents", "questions"])
def test_a_list_put_in_the_place_of_another_is_written(report: Report, name: str) -> None:
    setattr(report, name, [])
    made = json.loads(report.to_json())
    assert made[name] == []
    assert made["duties"]


def test_one_report_says_nothing_of_the_next() -> None:
    first, second = (
        check(Project.model_validate({"name": "p", "applicant": {"name": name}}), load_ruleset("langfang"), as_of=AS_OF)
        for name in ("甲局", "乙局")
    )
    assert "甲局" in first.to_json()
    text = second.to_json()
    assert "乙局" in text
    assert "甲局" not in text


@pytest.mark.parametrize("seed", range(20))
def test_projects_before_it_change_nothing_for_a_project(seed: int) -> None:
    warm: RuleSet = build(random_table(seed))
    for place in range(8):
        project = a_project(8 * seed + place, AS_OF)
        made = check(project, warm, as_of=AS_OF)
        assert made.to_json() == check(project, build(random_table(seed)), as_of=AS_OF).to_json()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_a_reader_changes_in_a_reason_is_in_no_other_report(file: Path) -> None:
    project = load_project(file)
    ruleset = load_ruleset(project.city or "langfang")
    before, read = (check(project, ruleset, as_of=AS_OF) for _ in range(2))
    reasons = [reason for finding in read.findings for reason in finding.because]
    assert reasons
    for reason in reasons:
        if isinstance(reason.value, list):
            reason.value.append("changed")
        for bound in reason.test.values():
            if isinstance(bound, dict | list):
                bound.clear()
        reason.test.clear()
        reason.fact = "changed"
    after = check(project, ruleset, as_of=AS_OF)
    assert after.findings[0].because == before.findings[0].because
    assert after.to_json() == before.to_json()
