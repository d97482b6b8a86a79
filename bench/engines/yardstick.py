"""The yardstick: the rules as a person would write them in Python, one function with an ``if`` for each."""

from __future__ import annotations

from typing import Any

from bench.conditions import SIGNS, Test, infix, surely
from bench.engines.record import Decide, Engine
from bench.workload import Workload


def condition(test: Test) -> str:
    """One test; comparisons that would fail or hold without the fact ask for it first."""
    name = test.fact
    match test.kind, test.op:
        case "yes_no", _:
            return f"{name} is {test.value}"
        case _, "is":
            return f"{name} == {test.value!r}"
        case _, "in":
            return f"{name} in {test.value!r}"
        case _, "not_in":
            return f"{name} is not None and {name} not in {test.value!r}"
        case _:
            return f"{name} is not None and {name} {SIGNS[test.op]} {test.value!r}"


def source(workload: Workload) -> str:
    """The function, as text."""
    lines = ["def decide(facts):", "    fired = []"]
    lines += [f"    {name} = facts.get({name!r})" for name in workload.facts]
    for rule in workload.rules:
        test = infix(surely(rule.when), condition, "and", "or")
        lines += [f"    if {test}:", f"        fired.append({rule.id!r})"]
    return "\n".join([*lines, "    return fired", ""])


def prepare(workload: Workload) -> Decide:
    module: dict[str, Any] = {}
    exec(source(workload), module)
    decide: Decide = module["decide"]
    return decide


ENGINE = Engine(
    "hand-written Python", "", prepare,
    "one function over a dict, an `if` per rule, `is not None` before tests that need the fact",
)  # fmt: skip
