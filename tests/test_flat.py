"""The flat table says of a project what its file says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from strategies import FACTS, build

from govproj_rules import InvalidInput, Project, RuleSet, load_ruleset
from govproj_rules.checking import read_facts
from govproj_rules.flat import CHANGES, change_rows, columns, every_column, row
from govproj_rules.library import built_in

DEADLINE = {
    "id": "filed",
    "each": "changes",
    "deadline": {"event": "change.filed", "after": "change.date", "between": ["1 months", "2 months"]},
}
RULES: list[dict[str, Any]] = [
    DEADLINE,
    {"id": "in-time", "deadline": {"event": "contract_filed", "by": "12-31", "every": "year", "from": "contract_signed", "until": "accepted"}},
    {"id": "all-in", "when": {"investment.total": {"at_least": "1元"}, "security.level": 3, "kind": {"includes": "upgrade"}},
     "duty": {"met_when": {"change.ratio": {"at_most": "15%"}}}, "each": "changes"},
    {"id": "sent", "when": {"facts.share": {"at_most": "15%"}, "facts.period": {"at_most": "1 years"}, "facts.count": 2},
     "document": {"document": ["contract", "budget"], "to": ["data", "finance"]}},
]  # fmt: skip

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("nothing is unknown", {}, {"project": "p"}),
    ("the id is the key", {"id": "P-1"}, {"project": "P-1"}),
    ("money in 分", {"investment": {"total": "62万元", "fees": {"testing": "0.01元"}}},
     {"investment.total": 62_000_000, "investment.fees.testing": 1}),
    ("a share in percent", {"facts": {"share": "15.0001%"}}, {"facts.share": Decimal("15.0001")}),
    ("a number", {"facts": {"count": "2.5"}, "security": {"level": 3}}, {"facts.count": Decimal("2.5"), "security.level": 3}),
    ("years are months", {"facts": {"period": "2 years"}}, {"facts.period": 24, "facts.period.unit": "months"}),
    ("days stay days", {"facts": {"period": "10 working_days"}}, {"facts.period": 10, "facts.period.unit": "working_days"}),
    ("a list in order", {"kind": ["upgrade", "new_build"]}, {"kind": ["new_build", "upgrade"]}),
    ("an empty list is not unknown", {"kind": []}, {"kind": []}),
    ("an event", {"events": {"contract_signed": True, "contract_filed": False}},
     {"events.contract_signed": True, "events.contract_filed": False}),
    ("an event on a day", {"events": {"contract_filed": "2026-03-02"}},
     {"events.contract_filed": True, "events.contract_filed.date": date(2026, 3, 2)}),
    ("an event on days", {"events": {"contract_filed": ["2026-03-04", "2026-03-02"]}},
     {"events.contract_filed": True, "events.contract_filed.date": date(2026, 3, 2),
      "events.contract_filed.dates": [date(2026, 3, 2), date(2026, 3, 4)]}),
    ("no changes", {"changes": []}, {"changes": 0}),
    ("changes", {"changes": [{}, {}]}, {"changes": 2}),
    ("documents listed", {"documents": ["contract"]}, {"documents.contract": True, "documents.budget": False}),
    ("documents told", {"documents": {"contract": True, "budget": False}},
     {"documents.contract": True, "documents.budget": False}),
    ("a document with all about it", {"documents": {"contract": {"date": "2026-03-02", "to": ["data"]}}},
     {"documents.contract": True, "documents.contract.date": date(2026, 3, 2), "documents.contract.to": ["data"]}),
]  # fmt: skip


def tiny(rules: list[dict[str, Any]] = RULES) -> RuleSet:
    return build({"roles": ["data", "finance"], "facts": FACTS, "rules": rules})


def stated(made: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made.items() if value is not None}


@pytest.mark.parametrize(("project", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_project_is_a_row(project: dict[str, Any], expected: dict[str, Any]) -> None:
    ruleset, read = tiny(), Project.model_validate({"name": "p", **project})
    made = row(read, read_facts(read, ruleset), columns([ruleset]))
    assert stated(made) == {"project": "p", **expected}
    assert list(made) == [one.name for one in columns([ruleset]) if one.table != CHANGES]


def test_each_change_is_a_row() -> None:
    change = {"date": "2026-01-01", "amount": "9万元", "filed": ["2026-01-09", "2026-01-03"]}
    project = Project.model_validate({"name": "p", "changes": [change, {"filed": False}]})
    first, second = change_rows(project, columns([tiny()]))
    assert stated(first) == {
        "project": "p", "change": 0, "change.date": date(2026, 1, 1), "change.amount": 9_000_000, "change.filed": True,
        "change.filed.date": date(2026, 1, 3), "change.filed.dates": [date(2026, 1, 3), date(2026, 1, 9)],
    }  # fmt: skip
    assert stated(second) == {"project": "p", "change": 1, "change.filed": False}


@pytest.mark.parametrize("city", built_in())
def test_what_is_read_is_among_what_there_can_be(city: str) -> None:
    read, every = columns([load_ruleset(city)]), every_column([load_ruleset(city)])
    assert set(read) < set(every)
    for some in (read, every):
        assert len({(one.table, one.name) for one in some}) == len(some)


def test_facts_of_one_name_and_two_types_are_refused() -> None:
    other = build({"facts": {"share": "money"}, "rules": [{"id": "r", "when": {"facts.share": "1元"}, "duty": {}}]})
    with pytest.raises(InvalidInput) as caught:
        columns([tiny(), other])
    assert [(one.code, one.message) for one in caught.value.problems] == [
        ("two-types", "`facts.share` is of type money in one ruleset and of type percent in another")
    ]
