"""GoRules ZEN: its expressions, one rule at a time or all in one, and a decision table in a decision graph."""

from __future__ import annotations

import json
from typing import Any

from bench.conditions import Test, infix, not_null, surely, ways
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload


def expression(test: Test) -> str:
    return not_null(test.fact, test)


def singly(workload: Workload) -> Decide:
    import zen

    rules = [
        (rule.id, zen.compile_expression(infix(surely(rule.when), expression, "and", "or"))) for rule in workload.rules
    ]

    def decide(project: Project) -> list[str]:
        return [name for name, rule in rules if rule.evaluate(project)]

    return decide


def together(workload: Workload) -> Decide:
    import zen

    parts = ", ".join(f"({infix(surely(rule.when), expression, 'and', 'or')})" for rule in workload.rules)
    rules, names = zen.compile_expression(f"[{parts}]"), [rule.id for rule in workload.rules]

    def decide(project: Project) -> list[str]:
        return [name for name, holds in zip(names, rules.evaluate(project), strict=True) if holds]

    return decide


def _cell(tests: list[Test]) -> str:
    """A cell of the table; in a cell, a bracket at the start is no expression."""
    return " and ".join(not_null("$", test) for test in tests)


def graph(workload: Workload) -> dict[str, Any]:
    """A graph of one table: a column for each fact, a row for each way a rule can hold, all rows that match count."""
    rows: list[dict[str, str]] = []
    for rule in workload.rules:
        for way in ways(surely(rule.when)):
            by_fact: dict[str, list[Test]] = {}
            for test in way:
                by_fact.setdefault(test.fact, []).append(test)
            cells = {name: _cell(by_fact[name]) if name in by_fact else "" for name in workload.facts}
            rows.append({"_id": f"row{len(rows)}", **cells, "rule": json.dumps(rule.id)})
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in workload.facts],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table, "position": {"x": 0, "y": 0}},
            {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }  # fmt: skip


def in_a_graph(workload: Workload) -> Decide:
    import zen

    decision = zen.ZenEngine().create_decision(json.dumps(graph(workload)))

    def decide(project: Project) -> set[str]:
        return {row["rule"] for row in decision.evaluate(project)["result"]}

    return decide


SINGLY = Engine(
    "zen-engine, an expression per rule", "zen-engine", singly,
    "compiled expressions, `!= null` before tests that need the fact; the dict is copied for each rule",
)  # fmt: skip
TOGETHER = Engine(
    "zen-engine, one expression", "zen-engine", together,
    "one compiled list of all conditions, `!= null` before tests that need the fact; the call copies the dict once",
)  # fmt: skip
TABLE = Engine(
    "zen-engine, decision table", "zen-engine", in_a_graph,
    "a graph with one table (`collect`), a column per fact, a row per alternative; the call copies the dict once",
)  # fmt: skip
