"""Every project file under examples/ loads, and gets the verdict the regulation gives it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from govproj_rules import Report, check, load_project, load_ruleset

EXAMPLES = Path(__file__).parent.parent / "examples"
AS_OF = date(2026, 6, 30)

# Per example: the verdict, the articles with something unmet, and questions that must be among those asked.
EXPECTED: dict[str, tuple[str, set[str], set[str]]] = {
    "langfang-application": ("undetermined", set(), {"applicant.barred", "facts.submitted_on_platform"}),
    "langfang-change": ("undetermined", set(), {"facts.limit_is_per_change"}),
    "langfang-acceptance-overdue": ("non_compliant", {"30.1", "30.2"}, set()),
    "langfang-compliant": ("compliant", set(), set()),
    "dongying-scheme-review": ("undetermined", set(), {"events.technical_reviewed", "documents.framework_scheme"}),
    "dongying-accepted-unreviewed": ("non_compliant", {"23.2"}, set()),
    "lushan-application": ("undetermined", set(), {"documents.application_form"}),
    "lushan-off-plan-early-start": ("non_compliant", {"10"}, set()),
    "shizuishan-application": ("compliant", set(), {"facts.crypto_protection_specified"}),
    "shizuishan-region-skipped": (
        "non_compliant",
        {"14", "16.1", "16.2", "17", "18", "18.1.1", "18.1.2.1", "20"},
        {"documents.security_crypto_review_form"},
    ),
    "yunan-review": ("undetermined", set(), {"documents.resource_catalogue"}),
    "yunan-fees-over-threshold": ("non_compliant", {"10", "12.1.3", "12.1.4", "16.1.3", "21.1", "22"}, set()),
}


def report_of(name: str) -> Report:
    project = load_project(EXAMPLES / f"{name}.json")
    assert project.city is not None
    return check(project, load_ruleset(project.city), as_of=AS_OF)


def test_every_example_is_in_the_table() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_verdict(name: str) -> None:
    verdict, articles, asked = EXPECTED[name]
    report = report_of(name)
    unmet = {cite for one in report.findings if one.status == "unmet" for cite in one.cite}
    questions = {one.fact for one in report.questions}
    assert (report.verdict, unmet, asked - questions) == (verdict, articles, set())
    assert report.scope == "applies"


def test_a_change_of_exactly_15_percent_is_within_the_limit() -> None:
    report = report_of("langfang-change")
    rows = {(row.fact, row.for_): row for row in report.thresholds}
    assert rows["change.ratio", "changes[0]"].margin == "0%"
    assert rows["change.ratio", "changes[0]"].holds
    assert rows["change.cumulative_ratio", "changes[1]"].holds is False


def test_the_overdue_application_names_its_last_day() -> None:
    deadlines = {row.do: row for row in report_of("langfang-acceptance-overdue").deadlines}
    assert deadlines["acceptance_applied"].due == date(2026, 5, 21)
    assert deadlines["acceptance_applied"].status == "unmet"


def test_the_compliant_example_leaves_no_question() -> None:
    assert report_of("langfang-compliant").questions == []
