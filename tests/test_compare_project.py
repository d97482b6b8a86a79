"""One project under several tiny rulesets: what each asks of it, and the first test on which they part."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from strategies import text, written
from test_compare import T, row_of, sound

from govproj_rules import Comparison, InvalidInput, Project, RuleSet, compare, compare_project
from govproj_rules.formats import Look
from govproj_rules.formats.cells import pieces
from govproj_rules.formats.compared import COMPARED
from govproj_rules.library import read_ruleset

AS_OF = date(2026, 6, 30)


def small(name: str, *rules: dict[str, Any], **keys: Any) -> RuleSet:
    """A ruleset of a few rules; ``facts``, ``regimes`` and the head may be given."""
    head = {"ruleset": name, "title": text(name), "city": text(name), **keys.pop("ruleset", {})}
    table = {"ruleset": head, "rules": [{"id": "r", "topic": T, **rule} for rule in rules], **keys}
    return read_ruleset(written(table), f"{name}.yaml")


def under(rulesets: list[RuleSet], *, topic: str | None = None, as_of: date = AS_OF, **stated: Any) -> Comparison:
    found = compare_project(Project.model_validate({"name": "p", **stated}), rulesets, as_of=as_of, topic=topic)
    sound(found)
    assert json.loads(found.to_json()) == found.to_dict()
    return found


def cells(found: Comparison, topic: str = T) -> dict[str, tuple[str, list[str]]]:
    """The state of each cell, and its norms as ``rule status due for``."""
    return {
        cell["ruleset"]: (
            cell["state"],
            [
                " ".join(str(one) for one in (norm["rule"].partition("/")[2], norm["status"], norm["due"], norm["for"]) if one)
                for norm in cell["norms"]
            ],
        )
        for cell in row_of(found, topic)["cells"]
    }  # fmt: skip


def only(found: Comparison) -> dict[str, list[str]]:
    assert found.project is not None
    return {one.ruleset: [asked.fact for asked in one.only_here] for one in found.project.under}


BUDGET = {"document": {"document": "budget"}}
FILED = {"deadline": {"event": "contract_filed", "after": "contract_signed", "within": "10 working_days", "to": "data"}}
ENGAGED = {"duty": {"met_when": {"facts.supervision_engaged": True}}}


# --- what is asked ----------------------------------------------------------------------------------


def test_owed_here_and_not_there() -> None:
    """The reason is the first test that keeps it from being owed there, with the project's value."""
    here, there = small("a", BUDGET), small("b", {**BUDGET, "when": {"investment.total": {"at_least": "50万元"}}})
    found = under([here, there], documents=[], investment={"total": "49万元"})
    assert cells(found) == {"a": ("regulated", ["r unmet"]), "b": ("not_applicable", [])}
    cell = row_of(found, T)["cells"][1]
    assert cell["why"] == {
        "zh": "项目总投资：49万元，须不低于50万元",
        "en": "total investment: 49万元; required: at least 50万元",
    }
    assert (cell["cite"], cell["article"]["zh"]) == (["1"], "第一条")
    assert row_of(found, T)["reason"]["zh"] == "b：项目总投资：49万元，须不低于50万元"
    both = under([here, there], documents=[], investment={"total": "50万元"})
    assert cells(both) == {"a": ("regulated", ["r unmet"]), "b": ("regulated", ["r unmet"])}


def test_the_first_of_several_tests() -> None:
    there = small("b", {**BUDGET, "when": {"classified": False, "investment.total": {"at_least": "50万元"}}})
    found = under([small("a", BUDGET), there], documents=[], classified=False, investment={"total": "49万元"})
    assert "49万元" in row_of(found, T)["reason"]["zh"]
    found = under([small("a", BUDGET), there], documents=[], classified=True, investment={"total": "49万元"})
    assert row_of(found, T)["reason"]["zh"].startswith("b：涉密项目：是")


def test_no_reason_where_none_is_needed() -> None:
    found = under([small("a", BUDGET), small("b", {**BUDGET, "id": "other"})], documents=[])
    assert row_of(found, T)["reason"] is None


def test_how_the_norms_differ_where_both_ask() -> None:
    """The documents are the same, and go to different bodies."""
    a, b = small("a", {"document": {"document": "budget", "to": "data"}}), small("b", {"document": {"document": "budget", "to": "finance"}})  # fmt: skip
    found = under([a, b], documents=[])
    assert row_of(found, T)["reason"]["zh"] == "a与b：报送对象：data ↔ finance"


def test_two_drafts_of_one_city_are_told_apart() -> None:
    """Where the name of the city would say it twice, the reason says which file."""
    sent = ({"document": {"document": "budget", "to": to}} for to in ("data", "finance"))
    a, b = (small(name, one, ruleset={"city": text("x")}) for name, one in zip("ab", sent, strict=True))
    assert row_of(under([a, b], documents=[]), T)["reason"]["zh"] == "a与b：报送对象：data ↔ finance"


def test_what_always_holds_stands_under_no_condition() -> None:
    """A norm without a condition is told before those that have one, also where the text has it later."""
    given = {"id": "r", "when": {"classified": True}, **BUDGET}, {"id": "always", "document": {"document": "contract"}}
    found = compare([small("a", *given), small("b", BUDGET)], topic=T)
    told = [kind for kind, _ in pieces(found.rows[0].cells[0], Look())]
    assert told == ["norm", "when", "norm"]
    page = COMPARED["html"]([found], Look())
    assert page.index('class="norm"') < page.index('class="when"')


def test_a_difference_leaves_out_what_both_ask() -> None:
    """Of several tests only those that are not shared are told, as long as each side has one."""
    both = {"when": {"classified": False, "facts.x": True}}, {"when": {"classified": False, "facts.y": True}}
    facts = {one: {**text(one), "type": "yes_no", "ask": text(one), "cite": "1"} for one in "xy"}
    a, b = (small(name, {**BUDGET, **one}, facts=facts) for name, one in zip("ab", both, strict=True))
    found = compare([a, b], topic=T).relation(T, "a", "b")
    assert [one.zh for pair in found.pairs for side in pair.differences for one in (side.a, side.b) if one] == [
        "x",
        "y",
    ]


def test_a_reason_speaks_only_of_what_is_asked() -> None:
    """The rulesets differ in a norm that asks nothing of this project: that is not where they part."""
    extra = {"id": "more", "when": {"classified": True}, "document": {"document": "contract", "to": "data"}}
    other = {"id": "more", "when": {"classified": True}, "document": {"document": "contract", "to": "finance"}}
    found = under([small("a", BUDGET, extra), small("b", BUDGET, other)], documents=[], classified=False)
    assert cells(found) == {"a": ("regulated", ["r unmet"]), "b": ("regulated", ["r unmet"])}
    assert row_of(found, T)["reason"] is None


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ({"documents": []}, "unmet"),
        ({"documents": ["budget"]}, "met"),
        ({}, "unknown"),
        ({"documents": [], "stage": "planning"}, "upcoming"),
    ],
)
def test_statuses(stated: dict[str, Any], status: str) -> None:
    found = under([small("a", {**BUDGET, "stage": "review"}), small("b", {**BUDGET, "stage": "approval"})], **{"stage": "operation", **stated})  # fmt: skip
    assert cells(found)["a"] == ("regulated", [f"r {status}"])


THREE = {"document": {"document": ["budget", "contract", "audit_report"], "to": ["data", "finance"]}}


def said(documents: Any) -> dict[str, list[str]]:
    """What the rule about three documents says, by status."""
    found: dict[str, list[str]] = {}
    for norm in row_of(under([small("a", THREE), small("b", BUDGET)], documents=documents), T)["cells"][0]["norms"]:
        found.setdefault(norm["status"], []).append(norm["says"]["zh"])
    return found


def test_documents_that_stand_alike_are_one_line() -> None:
    both = {"to": ["data", "finance"]}
    assert said({"budget": both, "contract": False, "audit_report": False}) == {
        "met": ["应提交《项目预算》 → data、finance"], "unmet": ["应提交《合同》《审计报告》 → data、finance"]
    }  # fmt: skip


def test_a_document_that_went_to_one_of_two() -> None:
    """What is missing is told apart: the budget went to the data bureau, and nothing says it did not."""
    found = said({"budget": {"to": ["data"]}, "contract": False, "audit_report": False})
    assert found["met"] == ["应提交《项目预算》 → data"]
    assert not [one for one in found["unmet"] if "《项目预算》" in one and "data" in one]


# --- time -------------------------------------------------------------------------------------------


def test_a_deadline_with_its_day() -> None:
    later = {"deadline": {"event": "contract_filed", "after": "contract_signed", "within": "1 months", "to": "data"}}
    signed = {"contract_signed": "2026-06-22", "contract_filed": False}
    found = under([small("a", FILED), small("b", later)], events=signed)
    assert cells(found) == {
        "a": ("regulated", ["r upcoming 2026-07-06"]),
        "b": ("regulated", ["r upcoming 2026-07-22"]),
    }
    found = under([small("a", FILED), small("b", later)], events=signed, as_of=date(2026, 7, 7))
    assert cells(found) == {"a": ("regulated", ["r unmet 2026-07-06"]), "b": ("regulated", ["r upcoming 2026-07-22"])}
    assert row_of(found, T)["reason"]["zh"].startswith("a与b：期限：")


def test_every_year_has_its_own() -> None:
    yearly = {"deadline": {"event": "performance_reported", "by": "12-31", "every": "year", "from": "construction_started", "until": "construction_completed"}}  # fmt: skip
    events = {
        "construction_started": "2024-03-01",
        "construction_completed": False,
        "performance_reported": ["2024-12-30"],
    }
    found = under([small("a", yearly), small("b", BUDGET)], documents=[], events=events)
    assert cells(found)["a"] == (
        "regulated",
        ["r met 2024-12-31 2024", "r unmet 2025-12-31 2025", "r upcoming 2026-12-31 2026"],
    )


def test_changes_are_told_apart() -> None:
    limit = {"each": "changes", "when": {"change.ratio": {"at_most": "15%"}}, "permission": {"act": "adjust", "of": "change", "then": {"act": "file", "by": "data", "event": "change.filed"}}}  # fmt: skip
    lower = {**limit, "when": {"change.ratio": {"at_most": "10%"}}}
    found = under(
        [small("a", limit), small("b", lower)],
        investment={"approved_estimate": "100万元"},
        changes=[{"amount": "8万元", "filed": True}, {"amount": "12万元", "filed": False}],
    )
    assert cells(found) == {
        "a": (
            "regulated",
            ["r info changes[0]", "r info changes[1]", "r.then met changes[0]", "r.then unmet changes[1]"],
        ),
        "b": ("regulated", ["r info changes[0]", "r.then met changes[0]"]),
    }


def test_no_changes_no_row() -> None:
    each = {"each": "changes", "duty": {"met_when": {"change.reapproved": True}}}
    found = under([small("a", each), small("b", each, {**ENGAGED, "id": "more", "topic": "construction.supervision"})], changes=[], facts={"supervision_engaged": True})  # fmt: skip
    assert [row.topic for row in found.rows] == ["construction.supervision"]


# --- facts that only one ruleset asks for -----------------------------------------------------------

ASKED = {"engaged": {"type": "yes_no", "zh": "已请人", "en": "engaged", "ask": {"zh": "请人了吗？", "en": "engaged?"}}}


def test_a_fact_that_only_one_asks_for() -> None:
    a = small("a", {"duty": {"met_when": {"facts.engaged": True}}}, facts=ASKED)
    b = small("b", ENGAGED)
    found = under([a, b])
    assert only(found) == {"a": ["facts.engaged"], "b": ["facts.supervision_engaged"]}
    assert found.project is not None
    (asked,) = found.project.under[0].only_here
    assert (asked.ask.zh, asked.findings) == ("请人了吗？", 1)
    assert only(under([b, small("c", ENGAGED, {**BUDGET, "id": "more"})])) == {"b": [], "c": ["documents.budget"]}


def test_a_fact_that_is_stated_is_not_asked_for() -> None:
    assert only(under([small("a", ENGAGED), small("b", BUDGET)], documents=[], facts={"supervision_engaged": True})) == {"a": [], "b": []}  # fmt: skip


BEFORE = {"before": "accepted", "approval": {"act": "approve", "by": "data", "event": "approved"}}
VALID = {
    "approval": {
        "act": "approve",
        "by": "data",
        "event": "approved",
        "valid": {"for": "1 years", "used_by": "funds_requested"},
    }
}
PLAN = {"deadline": {"event": "demand_submitted", "by": "11-30", "in": {"year_before": "planning.plan_year"}}}


@pytest.mark.parametrize(
    ("rule", "stated"),
    [
        (FILED, {"events": {"contract_filed": "2026-06-01"}}),
        (FILED, {"events": {"contract_filed": False, "contract_signed": True}}),
        (PLAN, {"events": {"demand_submitted": "2026-06-01"}}),
        (BEFORE, {"events": {"approved": "2026-06-01"}}),
        (VALID, {"events": {"approved": "2024-06-01"}}),
        ({"stage": "acceptance", **BUDGET}, {"documents": []}),
        ({"each": "changes", **ENGAGED}, {"stage": "operation"}),
        ({"each": "changes", "duty": {"met_when": {"change.reapproved": True}}}, {"changes": [{}]}),
        ({"deadline": {"event": "accepted", "after": "construction_completed", "within": "1 months", "moved_to": "facts.to"}},
         {"events": {"accepted": False, "construction_completed": "2026-01-05"}}),
    ],
)  # fmt: skip
def test_what_both_ask_is_not_asked_by_one_only(rule: dict[str, Any], stated: dict[str, Any]) -> None:
    """Also what a deadline counts from, what a thing is owed before, what uses an approval, the stage."""
    to = {"to": "date"}
    a, b = small("a", rule, facts=to), small("b", rule, facts=to)
    assert under([small("a", rule, facts=to), small("c", {"topic": "termination", "competence": {"authority": "data", "matter": "audit"}})], **stated).project.under[0].only_here  # type: ignore[union-attr]  # fmt: skip
    assert only(under([a, b], **stated)) == {"a": [], "b": []}


def test_a_fact_that_one_ruleset_knows_is_kept_for_it() -> None:
    """A project that states it is fit for both: the other ruleset just does not read it."""
    a, b = small("a", {"duty": {"met_when": {"facts.engaged": True}}}, facts=ASKED), small("b", BUDGET)
    found = under([a, b], documents=[], facts={"engaged": True})
    assert cells(found) == {"a": ("regulated", ["r met"]), "b": ("regulated", ["r unmet"])}


def test_a_fact_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        under([small("a", ENGAGED), small("b", BUDGET)], facts={"supervision_engagd": True})
    assert {one.code for one in refused.value.problems} == {"unknown-fact"}


def test_a_waiver_that_one_ruleset_knows_is_kept_for_it() -> None:
    waiver = {"rule": "special", "reason": "x"}
    a, b = small("a", {**ENGAGED, "id": "special", "force": "in_principle"}), small("b", BUDGET)
    found = under([a, b], documents=[], facts={"supervision_engaged": False}, waivers=[waiver])
    assert cells(found)["a"] == ("regulated", ["special unmet"])


# --- who is governed --------------------------------------------------------------------------------


def test_out_of_scope_and_not_in_force() -> None:
    out = small("out", BUDGET, regimes=[{"id": "secret", "excluded": True, "when": {"classified": True}, "instead": text("保密规定")}, {"id": "full", "presume": True}])  # fmt: skip
    old = small("old", BUDGET, ruleset={"in_force": {"until": "2025-12-31"}})
    gone = small("gone", BUDGET, ruleset={"status": "repealed"})
    draft = small("draft", BUDGET, ruleset={"status": "draft", "in_force": {"from": "2027-01-01"}})
    found = under([small("a", BUDGET), out, old, gone, draft], documents=[], classified=True)
    assert {name: state for name, (state, _) in cells(found).items()} == {
        "a": "regulated", "out": "ungoverned", "old": "ungoverned", "gone": "ungoverned", "draft": "regulated",
    }  # fmt: skip
    assert found.project is not None
    assert [one.verdict for one in found.project.under] == [
        "non_compliant", "out_of_scope", "not_in_force", "not_in_force", "non_compliant"
    ]  # fmt: skip
    assert found.project.under[1].instead is not None
    assert (found.project.as_of, found.project.name) == (AS_OF, "p")


def test_nobody_asks_anything() -> None:
    a, b = (
        small("a", {**BUDGET, "when": {"classified": True}}),
        small("b", {**BUDGET, "when": {"classified": True}, "id": "other"}),
    )
    assert under([a, b], classified=False).rows == []


def test_a_rule_of_a_regime_that_does_not_govern() -> None:
    """It is a norm that does not apply to the project, and not a text that asks nothing of projects."""
    regimes = [{"id": "big", "when": {"investment.total": {"at_least": "60万元"}}}, {"id": "full", "presume": True}]
    a, b = small("a", {**BUDGET, "regimes": "big"}, regimes=regimes), small("b", BUDGET)
    found = under([a, b], documents=[], investment={"total": "10万元"})
    assert cells(found) == {"a": ("not_applicable", []), "b": ("regulated", ["r unmet"])}
    found = under([a, b], documents=[], investment={"total": "60万元"})
    assert cells(found)["a"] == ("regulated", ["r unmet"])


def test_states_of_cells_without_norms() -> None:
    """Silence, a competence, a hint, another instrument."""
    elsewhere = {
        "id": "on",
        "topic": "approval.superior_procedure",
        "duty": {"follow": text("上级办法"), "where_silent": [T]},
    }
    given = [
        small("a", BUDGET),
        small("silent", {**BUDGET, "topic": "termination"}),
        small("competence", {"competence": {"authority": "data", "matter": "coordination"}}),
        small("hint", {"hint": True, "duty": {"of": "coordination"}}),
        small("elsewhere", elsewhere),
    ]
    assert cells(under(given, documents=[])) == {
        "a": ("regulated", ["r unmet"]), "silent": ("silent", []), "competence": ("nothing_asked", []),
        "hint": ("silent", ["r info"]), "elsewhere": ("elsewhere", []),
    }  # fmt: skip


def test_consequences_only_where_they_follow() -> None:
    """What may follow from a breach that is not there, or not known, is nothing yet."""
    sanction = {"id": "s", "consequence": {"of": "r", "effect": "no_om_funds"}}
    a, b = small("a", ENGAGED, sanction), small("b", BUDGET)
    for engaged, lines in ((True, ["r met"]), (False, ["r unmet", "s info"])):
        found = under([a, b], documents=[], facts={"supervision_engaged": engaged})
        assert cells(found)["a"] == ("regulated", lines)
    assert cells(under([a, b], documents=[]))["a"] == ("regulated", ["r unknown"])


def test_one_topic_only() -> None:
    two = [small(name, BUDGET, {**BUDGET, "id": "more", "topic": "termination"}) for name in "ab"]
    assert [row.topic for row in under(two, documents=[], topic="termination").rows] == ["termination"]
