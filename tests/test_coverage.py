"""Coverage: the statuses a rule can take, the sides of its bounds, and what the command says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from rich.cells import cell_len
from strategies import FACTS, a_world, build, seeds, some_of, tables
from test_cli import run
from test_properties import AS_OF, many

from govproj_rules import Project, RuleSet, check
from govproj_rules.cases import CaseResult, TestRun, run_cases
from govproj_rules.cases.bounds import Bound
from govproj_rules.cases.coverage import Count, Coverage, coverage, lacking, percent
from govproj_rules.cases.reachable import reachable
from govproj_rules.cases.written import within
from govproj_rules.formats import Look
from govproj_rules.formats.tested import as_json, table
from govproj_rules.library import built_in
from govproj_rules.outcomes import KINDS
from govproj_rules.vocabulary import rules_home

ROOT = Path(__file__).parent.parent
XINGHE = ROOT / "docs" / "add-a-city"


def case(ruleset: RuleSet, project: Mapping[str, Any], about: str = "1", as_of: date = AS_OF) -> CaseResult:
    read = Project.model_validate({"name": "p", **project})
    report = check(read, ruleset, as_of=as_of)
    found = [(one.rule, one.status) for one in report.findings if within(one.cite, [about])]
    return CaseResult("c", "f", 1, [about], read, as_of, report.verdict, [], found)


def covered(rule: Mapping[str, Any], *projects: Mapping[str, Any], **keys: Any) -> Coverage:
    """The coverage of one rule by some projects."""
    ruleset = build({"facts": FACTS, "rules": [{"id": "r", **rule}], **keys})
    days = (date.fromisoformat(project.get("as_of", str(AS_OF))) for project in projects)
    stated = ({key: value for key, value in project.items() if key != "as_of"} for project in projects)
    return coverage(TestRun(ruleset, [case(ruleset, one, as_of=day) for one, day in zip(stated, days, strict=True)]))


def sides(bound: Bound) -> dict[str, Any]:
    return {side: bound.tried(side) for side in bound.sides if side in bound.nearest}


# --- statuses ---------------------------------------------------------------------------------------

DUTY = {"duty": {"met_when": {"facts.a": True}}}
ACCEPTED = {"prohibition": {"event": "accepted", "without": "archives_accepted"}}
ALL = "met unmet upcoming unknown"
STATUSES: dict[str, tuple[dict[str, Any], str]] = {
    "a duty at once": (DUTY, "met unmet unknown"),
    "a duty from a stage on": ({**DUTY, "stage": "acceptance"}, ALL),
    "a duty before an event": ({**DUTY, "before": "accepted"}, ALL),
    "a duty of those to whom an event of its stage happened": (
        {**DUTY, "stage": "acceptance", "when": {"events.accepted": True}}, "met unmet unknown"),
    "a duty of those to whom an earlier event happened": (
        {**DUTY, "stage": "acceptance", "when": {"events.approved": True}}, ALL),
    "a duty while an event has not happened": ({**DUTY, "stage": "acceptance", "when": {"events.accepted": False}}, ALL),
    "an event or a fact": (
        {**DUTY, "stage": "acceptance", "when": {"any": [{"events.accepted": True}, {"facts.b": True}]}}, ALL),
    "a prohibition": ({"prohibition": {"violated_when": {"facts.a": True}}}, "met unmet unknown"),
    "a prohibition from a stage on": ({"prohibition": {"violated_when": {"facts.a": True}}, "stage": "operation"}, ALL),
    "an event without another": (ACCEPTED, "met unmet unknown"),
    "an event without another, from its own stage on": ({**ACCEPTED, "stage": "acceptance"}, "met unmet unknown"),
    "an event without another, from an earlier stage on": ({**ACCEPTED, "stage": "application"}, "met unmet unknown"),
    "an event without another, from a later stage on": ({**ACCEPTED, "stage": "evaluation"}, ALL),
    "a document": ({"document": {"document": "budget"}}, "met unmet unknown"),
    "an approval before another": (
        {"before": "accepted", "approval": {"act": "approve", "by": "data", "event": "approved"}}, ALL),
    "a deadline": ({"deadline": {"event": "contract_filed", "after": "contract_signed", "within": "3 days"}}, ALL),
    "a reminder": ({"duty": {}}, "info"),
    "a reminder for some": ({"duty": {}, "when": {"facts.a": True}}, "unknown info"),
    "a reminder for every change": ({"duty": {}, "each": "changes"}, "unknown info"),
    "a permission": ({"permission": {"act": "adjust", "of": "project"}}, "info"),
    "a competence for some": (
        {"when": {"facts.a": True}, "competence": {"authority": "data", "matter": "audit"}}, "unknown info"),
    "a consequence of the guard alone": ({"consequence": {"effect": "no_om_funds"}}, "info"),
    "a consequence of any breach": ({"consequence": {"effect": "no_om_funds", "of": "any"}}, "unknown info"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "expected"), STATUSES.values(), ids=STATUSES)
def test_the_statuses_a_rule_can_take(rule: dict[str, Any], expected: str) -> None:
    ruleset = build({"facts": FACTS, "rules": [{"id": "r", **rule}]})
    assert " ".join(reachable(ruleset.rules[0], ruleset)) == expected


@many
@given(tables(), seeds)
def test_no_other_status_is_ever_found(drawn: dict[str, Any], seed: int) -> None:
    ruleset = build(drawn)
    can = {rule.id: set[str]() for rule in ruleset.rules}
    for rule in ruleset.rules:
        can[rule.id] |= set(reachable(rule, ruleset))
    cases = []
    for place in range(5):
        world = a_world(seed + place, AS_OF)
        cases.append(case(ruleset, world.project(some_of(world, seed + place))))
        for name, status in cases[-1].reached:
            rule = next(one for one in ruleset.rules if f"tiny/{one.id}" == name)
            before_force = status == "info" and rule.done is not None and KINDS[rule.kind].obligation
            assert status in can[rule.id] or before_force, (name, status)
    made = coverage(TestRun(ruleset, cases))  # every value has its bound
    assert 0 <= made.percent <= 100


# --- bounds -----------------------------------------------------------------------------------------

TOTAL = {"when": {"investment.total": {"at_least": "50万元"}}, **DUTY}


def total(amount: str, **facts: bool) -> dict[str, Any]:
    return {"investment": {"total": amount}, "facts": {"a": True, **facts}}


def test_each_side_tells_the_nearest_value() -> None:
    made = covered(TOTAL, total("10万元"), total("499999.99元"), total("50万元"), total("80万元"), total("60万元"))
    (bound,) = made.bounds
    assert (bound.owner, bound.fact, bound.said) == ("r", "investment.total", {"at_least": "50万元"})
    assert sides(bound) == {"below": "49.999999万元", "on": "50万元", "above": "60万元"}
    assert made.sides == Count(3, 3)


def test_an_unknown_value_is_on_no_side_and_a_partial_sum_on_the_one_it_must_be() -> None:
    assert covered(TOTAL, {}).sides == Count(0, 3)
    partial = {"investment": {"without_fees": "70万元", "fees": {"testing": "1万元"}}}
    assert sides(covered(TOTAL, partial).bounds[0]) == {"above": "71万元"}


def test_both_ends_of_between_are_bounds() -> None:
    rule = {**DUTY, "when": {"investment.total": {"between": ["10万元", "50万元"]}}}
    made = covered(rule, total("10万元"), total("50万元"))
    assert [sides(bound) for bound in made.bounds] == [
        {"on": "10万元", "above": "50万元"},
        {"below": "10万元", "on": "50万元"},
    ]


def test_a_value_counts_only_where_the_rest_of_the_guard_lets_it() -> None:
    rule = {**DUTY, "when": {"facts.b": True, "investment.total": {"at_least": "50万元"}}}
    assert covered(rule, total("10万元", b=False), total("60万元", b=False)).sides == Count(0, 3)
    assert covered(rule, total("10万元", b=True), total("60万元")).sides == Count(2, 3)


def test_a_value_counts_only_in_a_case_about_the_rule() -> None:
    ruleset = build({"ruleset": {"register": {"1": {"gist": {"zh": "甲", "en": "a"}}, "2": {"gist": {"zh": "乙", "en": "b"}}}},
                     "facts": FACTS, "rules": [{"id": "r", **TOTAL}, {"id": "s", "cite": "2", **DUTY}]})  # fmt: skip
    about = [case(ruleset, total("60万元"), number) for number in ("2", "1")]
    assert coverage(TestRun(ruleset, about[:1])).sides == Count(0, 3)
    assert coverage(TestRun(ruleset, about)).sides == Count(1, 3)


def test_a_bound_in_what_completes_a_rule_counts_where_the_rule_may_apply() -> None:
    rule = {"when": {"facts.b": True}, "prohibition": {"violated_when": {"investment.total": {"more_than": "50万元"}}}}
    assert covered(rule, total("60万元", b=False)).sides == Count(0, 3)
    assert sides(covered(rule, total("60万元", b=True)).bounds[0]) == {"above": "60万元"}


def test_a_bound_that_is_a_fact_tells_the_distance() -> None:
    rule = {"prohibition": {"violated_when": {"investment.settlement": {"more_than": {"fact": "investment.estimate"}}}}}

    def project(settlement: str) -> dict[str, Any]:
        return {"investment": {"estimate": "10万元", "settlement": settlement}}

    (bound,) = covered(rule, project("10万元"), project("12万元"), project("99999.99元")).bounds
    assert sides(bound) == {"below": "0.01元", "on": "0元", "above": "2万元"}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"at_least": 3}, ("below", "on", "above")),
        ({"at_least": 1}, ("on", "above")),
        ({"at_most": 5}, ("below", "on")),
        ({"more_than": "2.5"}, ("below", "above")),
    ],
)
def test_a_grade_has_no_sides_beyond_the_first_and_the_last(test: dict[str, Any], expected: tuple[str, ...]) -> None:
    written = {key: str(value) for key, value in test.items()}
    (bound,) = covered({**DUTY, "when": {"security.level": written}}).bounds
    assert bound.sides == expected


def test_no_amount_is_less_than_nothing() -> None:
    (bound,) = covered({**DUTY, "when": {"investment.total": {"more_than": "0元"}}}).bounds
    assert bound.sides == ("on", "above")


def test_changes_count_each_and_only_where_they_are_stated() -> None:
    rule = {"each": "changes", "when": {"change.ratio": {"at_most": "15%"}}, "permission": {
        "act": "adjust", "of": "change", "then": {"act": "file", "by": "data", "event": "change.filed"}}}  # fmt: skip
    stated = {"investment": {"approved_estimate": "100万元"}, "changes": [{"amount": "15万元"}, {"amount": "16万元"}]}
    made = covered(rule, stated, {"stage": "construction"})
    assert [sides(bound) for bound in made.bounds] == [{"on": "15%", "above": "16%"}]  # its `then` shares it


def test_the_bounds_of_a_regime_count_in_cases_about_it() -> None:
    regimes = [{"id": "small", "excluded": True, "when": {"investment.total": {"less_than": "50万元"}}},
               {"id": "full", "presume": True}]  # fmt: skip
    made = covered(DUTY, total("50万元"), total("10万元"), regimes=regimes)
    assert [(bound.owner, sides(bound)) for bound in made.bounds] == [("small", {"below": "10万元", "on": "50万元"})]


# --- days -------------------------------------------------------------------------------------------

FILING = {"deadline": {"event": "contract_filed", "after": "contract_signed", "within": "10 days"}}


def filed(day: str | bool, **keys: str) -> dict[str, Any]:
    return {"events": {"contract_signed": "2026-03-01", "contract_filed": day}, **keys}


def test_the_day_a_thing_was_done_is_held_against_its_last_day() -> None:
    (bound,) = covered(FILING, filed("2026-03-05"), filed("2026-03-11"), filed("2026-03-12")).bounds
    assert (bound.fact, bound.said) == ("contract_filed", {"last_day": "10 days"})
    assert sides(bound) == {"below": "6 days", "on": "0 days", "above": "1 day"}


def test_while_it_is_not_done_the_day_of_the_check_counts() -> None:
    days = [filed(False, as_of=day) for day in ("2026-03-10", "2026-03-11", "2026-03-12")]
    (bound,) = covered(FILING, *days).bounds
    assert sides(bound) == {"below": "1 day", "on": "0 days", "above": "1 day"}
    assert covered(FILING, {"events": {"contract_signed": "2026-03-01"}}).sides == Count(0, 3)
    assert covered(FILING, {"events": {"contract_signed": False, "contract_filed": False}}).sides == Count(0, 3)


def test_a_window_has_a_first_day_and_what_is_too_early_does_not_count() -> None:
    rule = {"deadline": {"event": "contract_filed", "after": "contract_signed", "between": ["10 days", "20 days"]}}
    made = covered(rule, filed("2026-03-10"), filed("2026-03-11"), filed("2026-03-21"))
    assert [(bound.said, sides(bound)) for bound in made.bounds] == [
        ({"last_day": "20 days"}, {"below": "10 days", "on": "0 days", "above": "101 days"}),
        ({"first_day": "10 days"}, {"below": "1 day", "on": "0 days", "above": "10 days"}),
    ]


def test_a_yearly_deadline_has_one_last_day() -> None:
    rule = {"deadline": {"event": "performance_reported", "by": "12-31", "every": "year", "from": "construction_started",
                         "until": "construction_completed"}}  # fmt: skip
    events = {
        "construction_started": "2025-02-01",
        "construction_completed": False,
        "performance_reported": ["2025-12-31"],
    }
    (bound,) = covered(rule, {"events": events}).bounds
    assert (bound.said, sides(bound)) == ({"last_day": "12-31"}, {"below": "184 days", "on": "0 days"})


def test_the_last_day_an_approval_holds_is_a_bound() -> None:
    rule = {"approval": {"act": "approve", "by": "data", "event": "approved", "valid": {
        "for": "1 years", "used_by": "construction_started"}}}  # fmt: skip

    def used(day: str | bool, as_of: str = str(AS_OF)) -> dict[str, Any]:
        return {"events": {"approved": "2025-03-01", "construction_started": day}, "as_of": as_of}

    (bound,) = covered(rule, used("2026-03-01"), used("2026-03-02"), used(False, "2026-02-27")).bounds
    assert (bound.said, sides(bound)) == (
        {"valid_until": "1 year"},
        {"below": "2 days", "on": "0 days", "above": "1 day"},
    )


def test_what_was_before_the_entry_into_force_tests_no_day() -> None:
    in_force = {"in_force": {"from": "2026-04-01"}}
    assert covered(FILING, filed("2026-03-05"), ruleset=in_force).sides == Count(0, 3)


# --- the whole --------------------------------------------------------------------------------------


@pytest.mark.parametrize("city", built_in())
def test_every_built_in_ruleset_is_covered_whole(city: str) -> None:
    made = coverage(run_cases(rules_home() / "cases" / f"{city}.yaml"))
    assert [(one.rule.id, one.missing) for one in made.rules if one.missing] == []
    assert [(bound.owner, bound.fact, bound.missing) for bound in made.bounds if bound.missing] == []
    assert made.percent == 100
    assert made.run.passed == len(made.run.results)


def test_every_article_has_rules_and_cases_or_a_reason() -> None:
    made = coverage(run_cases(XINGHE / "cases" / "xinghe.yaml"))
    articles = {one.number: one for one in made.articles}
    assert (articles["1"].rules, articles["1"].no_rules) == ((), {"1": None})
    assert articles["2"].rules == ("classified", "full")
    assert articles["6"].rules == ("self-adjust", "reapproval")
    assert "exactly-15-percent" in articles["6"].cases


@pytest.mark.parametrize(
    ("share", "said"),
    [(Fraction(100), "100"), (Fraction(99999, 1000), "99.9"), (Fraction(200, 3), "66.6"), (Fraction(0), "0")],
)
def test_a_share_is_never_rounded_up(share: Fraction, said: str) -> None:
    assert percent(share) == said


def test_less_than_asked_for_is_a_problem_and_exactly_that_is_none() -> None:
    made = covered(TOTAL, total("50万元"))  # one status of three, one side of three
    assert made.percent == Fraction(100, 3)
    assert lacking(made, Fraction(100, 3), "f") == []
    (problem,) = lacking(made, Fraction(334, 10), "f")
    assert str(problem).startswith("f: the cases of `tiny` reach 33.3%, less than 33.4% [coverage]")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_row_is_wider_than_80_cells(lang: str) -> None:
    made = run_cases(XINGHE / "cases" / "xinghe.yaml")
    rows = table(made, coverage(made), Look(lang=lang)).splitlines()
    assert max(map(cell_len, rows)) <= 80
    assert not [row for row in rows if row != row.rstrip()]


def test_the_json_says_it_all_on_one_line() -> None:
    made = run_cases(XINGHE / "cases" / "xinghe.yaml")
    (line,) = as_json(made, coverage(made), Look()).splitlines()
    found = json.loads(line)
    assert found["coverage"]["percent"] == "100%"
    bound = next(one for one in found["coverage"]["thresholds"] if one["fact"] == "investment.total")
    assert bound["sides"]["on"] == {"reached": True, "value": "50万元"}
    rule = next(one for one in found["coverage"]["rules"] if one["rule"] == "xinghe/approval")
    assert rule["statuses"] == {"met": True, "unmet": True, "upcoming": True, "unknown": True}
    assert json.loads(as_json(made, None, Look()))["coverage"] is None


# --- the command ------------------------------------------------------------------------------------


def shop(folder: Path, cases: str) -> None:
    """The rules of the document with only some cases."""
    (folder / "cases").mkdir()
    (folder / "xinghe.yaml").write_bytes((XINGHE / "xinghe.yaml").read_bytes())
    head = "ruleset: xinghe\nas_of: 2026-06-30\ncases:\n"
    (folder / "cases" / "xinghe.yaml").write_text(head + cases, encoding="utf-8")


FEW = "  - {id: a, about: [7], bare: true, project: {facts: {own_network: false}}, expect: [{cite: 7.1, kind: prohibition, status: met}]}\n"


def test_the_exit_code_tells_whether_it_is_enough(tmp_path: Path) -> None:
    shop(tmp_path, FEW)
    assert run("test", ".", cwd=tmp_path)[0] == 0
    assert run("test", ".", "--coverage", cwd=tmp_path)[0] == 0
    code, out, err = run("test", ".", "--fail-under", "50", cwd=tmp_path)
    assert code == 1
    assert "覆盖率2.4%" in out
    assert err.startswith("cases/xinghe.yaml: the cases of `xinghe` reach 2.4%, less than 50% [coverage]")
    assert run("test", ".", "--coverage", "--fail-under", "2.4%", cwd=tmp_path)[0] == 0


def test_without_the_options_it_says_what_it_always_said(tmp_path: Path) -> None:
    shop(tmp_path, FEW)
    out = run("test", ".", cwd=tmp_path)[1]
    assert out.startswith("✓ xinghe：1例通过，0例失败")
    assert "还有结论未测试" in out
    assert "覆盖率" not in out


def test_a_case_that_fails_is_still_shown(tmp_path: Path) -> None:
    shop(tmp_path, FEW.replace("status: met", "status: unmet"))
    code, out, _ = run("test", ".", "--coverage", cwd=tmp_path)
    assert code == 1
    assert "失败的用例" in out
    code, out, _ = run("test", ".", "--format", "json", cwd=tmp_path)
    assert code == 1
    assert json.loads(out)["failed"][0]["case"] == "a"


@pytest.mark.parametrize("raw", ["101", "-1", "all", "", "1e2", "１００"])
def test_a_wrong_percentage_is_refused(raw: str) -> None:
    assert run("test", str(XINGHE), "--fail-under", raw)[0] == 2
