"""rule-engine: its expressions, compiled once, missing names read as null."""

from __future__ import annotations

import json

from bench.conditions import SIGNS, Test, infix, surely
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload


def expression(test: Test) -> str:
    name = test.fact
    match test.op:
        case "in" | "not_in" as op:
            words = json.dumps(list(test.value))
            return f"{name} in {words}" if op == "in" else f"({name} != null and not ({name} in {words}))"
        case "is":
            return f"{name} == {json.dumps(test.value)}"
        case op:
            return f"({name} != null and {name} {SIGNS[op]} {json.dumps(test.value)})"


def prepare(workload: Workload) -> Decide:
    from rule_engine import Context, Rule

    context = Context(resolver=dict.get)  # its own resolver looks for names like a missing one, at length
    rules = [
        (rule.id, Rule(infix(surely(rule.when), expression, "and", "or"), context=context)) for rule in workload.rules
    ]

    def decide(project: Project) -> list[str]:
        return [name for name, rule in rules if rule.matches(project)]

    return decide


ENGINE = Engine(
    "rule-engine", "rule-engine", prepare,
    "a parsed expression per rule, `!= null` before tests that need the fact",
)  # fmt: skip
