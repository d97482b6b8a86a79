"""Bounds on numbers; the tables are in ``meaning/thresholds.yaml``."""

from __future__ import annotations

from datetime import date

from strategies import build

from govproj_rules import Project, check

CAP = {"investment.total": {"at_most": "100万元"}}


def test_one_row_for_a_bound_names_every_rule_and_article() -> None:
    register = {number: {"gist": {"zh": "条", "en": "article"}} for number in ("1", "2")}
    ruleset = build({"ruleset": {"register": register}, "rules": [
        {"id": "one", "cite": ["1.1", "1.2"], "when": CAP, "permission": {"act": "skip", "of": "project"}},
        {"id": "two", "cite": "2", "when": {"not": CAP}, "duty": {}},
        {"id": "three", "cite": "1.2", "duty": {"met_when": {"any": [CAP, {"classified": True}]}}},
    ]})  # fmt: skip
    project = Project.model_validate({"name": "p", "investment": {"total": "90万元"}})
    (row,) = check(project, ruleset, as_of=date(2026, 6, 30)).thresholds
    assert (row.fact, row.bound, row.inclusive, row.holds) == ("investment.total", {"at_most": "100万元"}, True, True)
    assert row.rules == ["tiny/one", "tiny/two", "tiny/three"]
    assert row.cite == ["1.1", "1.2", "2"]


def test_a_strict_bound_says_so() -> None:
    ruleset = build({"rules": [{"id": "r", "when": {"not": CAP}, "duty": {}}]})
    project = Project.model_validate({"name": "p", "investment": {"total": "100万元"}})
    (row,) = check(project, ruleset, as_of=date(2026, 6, 30)).thresholds
    assert (row.bound, row.inclusive, row.holds, row.margin) == ({"more_than": "100万元"}, False, False, "0元")
