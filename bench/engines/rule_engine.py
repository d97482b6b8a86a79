"""rule-engine: its expressions, compiled once, missing names read as null."""

from __future__ import annotations

from bench.conditions import Test, infix, not_null, surely
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload


def expression(test: Test) -> str:
    return f"({not_null(test.fact, test)})"


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
