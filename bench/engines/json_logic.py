"""JSON Logic: the compiled engine datalogic, and the interpreter json-logic-qubit."""

from __future__ import annotations

from typing import Any

from bench.conditions import SIGNS, Every, Some, Sure, Test, surely
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload


def rule_of(sure: Sure) -> dict[str, Any]:
    match sure:
        case Every(parts):
            return {"and": [rule_of(part) for part in parts]}
        case Some(parts):
            return {"or": [rule_of(part) for part in parts]}
        case Test():
            return _test(sure)


def _test(test: Test) -> dict[str, Any]:
    fact = {"var": test.fact}
    there = {"!==": [fact, None]}  # null is 0 in a comparison
    match test.op:
        case "is":
            return {"===": [fact, test.value]}
        case "in":
            return {"in": [fact, list(test.value)]}
        case "is_not":
            return {"and": [there, {"!==": [fact, test.value]}]}
        case "not_in":
            return {"and": [there, {"!": {"in": [fact, list(test.value)]}}]}
        case op:
            return {"and": [there, {SIGNS[op]: [fact, test.value]}]}


def datalogic(workload: Workload) -> Decide:
    from datalogic_py import DataHandle
    from datalogic_py import Engine as Compiler

    compiler = Compiler()
    session = compiler.session()
    rules = [(rule.id, compiler.compile(rule_of(surely(rule.when)))) for rule in workload.rules]
    holds = session.evaluate_truthy

    def decide(project: Project) -> list[str]:
        data = DataHandle(project)
        return [name for name, rule in rules if holds(rule, data)]

    return decide


def datalogic_one(workload: Workload) -> Decide:
    from datalogic_py import DataHandle
    from datalogic_py import Engine as Compiler

    compiler = Compiler()
    session = compiler.session()
    one = compiler.compile({"merge": [{"if": [rule_of(surely(rule.when)), rule.id, []]} for rule in workload.rules]})

    def decide(project: Project) -> list[str]:
        fired: list[str] = session.evaluate_data(one, DataHandle(project))
        return fired

    return decide


def qubit(workload: Workload) -> Decide:
    from json_logic import jsonLogic

    rules = [(rule.id, rule_of(surely(rule.when))) for rule in workload.rules]

    def decide(project: Project) -> list[str]:
        return [name for name, rule in rules if jsonLogic(rule, project)]

    return decide


DATALOGIC = Engine(
    "datalogic, an expression per rule", "datalogic-py", datalogic,
    "compiled JSON Logic, `!== null` before tests that need the fact; the call copies the dict once",
)  # fmt: skip
DATALOGIC_ONE = Engine(
    "datalogic, one expression", "datalogic-py", datalogic_one,
    "one compiled JSON Logic expression that lists the ids, `!== null` before tests that need the fact; the call copies the dict once",
)  # fmt: skip
QUBIT = Engine(
    "json-logic-qubit", "json-logic-qubit", qubit,
    "JSON Logic interpreted, `!== null` before tests that need the fact; an expression per rule",
)  # fmt: skip
