"""business-rules: variables on a class, conditions of ``all`` and ``any``, an action that notes the rule."""

from __future__ import annotations

from typing import Any

from bench.conditions import Every, Some, Sure, Test, surely
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload

OPERATORS = {
    "at_least": "greater_than_or_equal_to", "at_most": "less_than_or_equal_to", "less_than": "less_than",
    "more_than": "greater_than", "is": "contains", "is_not": "does_not_contain",
}  # fmt: skip


def _one(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


def conditions(sure: Sure) -> dict[str, Any]:
    match sure:
        case Every(parts):
            return {"all": [conditions(part) for part in parts]}
        case Some(parts):
            return {"any": [conditions(part) for part in parts]}
        case Test():
            return _test(sure)


def _test(test: Test) -> dict[str, Any]:
    there = _one(f"has_{test.fact}", "is_true")  # a variable must have a value of its type
    match test.op:
        case "is" | "is_not" if test.kind == "yes_no":
            return {"all": [there, _one(test.fact, "is_true" if test.value else "is_false")]}
        case "is":
            return _one(test.fact, "contains", test.value)
        case "in":
            return {"any": [_one(test.fact, "contains", word) for word in test.value]}
        case "not_in":
            return {"all": [there, *(_one(test.fact, "does_not_contain", word) for word in test.value)]}
        case op:
            return {"all": [there, _one(test.fact, OPERATORS[op], test.value)]}


def _variables(workload: Workload) -> Any:
    from business_rules import variables

    types = {
        "money": variables.numeric_rule_variable(),
        "number": variables.numeric_rule_variable(),
        "yes_no": variables.boolean_rule_variable(),
        "one_of": variables.select_rule_variable(),
    }

    def variable(name: str, kind: str) -> Any:
        if kind == "one_of":  # a selection: of one word, or of none
            return types[kind](lambda self: [self.facts[name]] if name in self.facts else [])
        return types[kind](lambda self: self.facts[name])

    def presence(name: str) -> Any:
        return types["yes_no"](lambda self: name in self.facts)

    def remember(self: Any, facts: Project) -> None:
        self.facts = facts

    members: dict[str, Any] = {name: variable(name, kind) for name, kind in workload.facts.items()}
    members |= {f"has_{name}": presence(name) for name in workload.facts}
    return type("Facts", (variables.BaseVariables,), {"__init__": remember, **members})


def prepare(workload: Workload) -> Decide:
    from business_rules import run_all
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_TEXT

    def remember(self: Any) -> None:
        self.rules = []

    def note(self: Any, rule: str) -> None:
        self.rules.append(rule)

    members = {"__init__": remember, "note": rule_action(params={"rule": FIELD_TEXT})(note)}
    actions = type("Actions", (BaseActions,), members)

    facts = _variables(workload)
    rules = [
        {
            "conditions": conditions(surely(rule.when)),
            "actions": [{"name": "note", "params": {"rule": rule.id}}],
        }
        for rule in workload.rules
    ]

    def decide(project: Project) -> list[str]:
        fired = actions()
        run_all(rules, facts(project), fired)
        rules_fired: list[str] = fired.rules
        return rules_fired

    return decide


ENGINE = Engine(
    "business-rules", "business-rules", prepare,
    "conditions as dicts, a variable for each fact, and another, `has_…`, before tests that need it",
)  # fmt: skip
