"""Rego: a missing fact is undefined and no match, so alternatives are bodies of plain tests. Two interpreters."""

from __future__ import annotations

import json

from bench.conditions import SIGNS, Test, surely, ways
from bench.engines.record import Decide, Engine
from bench.workload import WORDS, Project, Workload

QUERY = "data.generated.fired"


def expression(test: Test) -> str:
    name = f"input.{test.fact}"
    match test.op:
        case "in":
            return f"{name} in {{{', '.join(map(json.dumps, test.value))}}}"
        case "not_in":  # `not … in …` holds where the fact is missing
            return f"{name} in {{{', '.join(json.dumps(word) for word in WORDS if word not in test.value)}}}"
        case op:
            return f"{name} {SIGNS[op]} {json.dumps(test.value)}"


def module(workload: Workload) -> str:
    bodies = [
        f"fired contains {json.dumps(rule.id)} if {{ {'; '.join(map(expression, way))} }}"
        for rule in workload.rules
        for way in ways(surely(rule.when))
    ]
    return "\n".join(["package generated", "import rego.v1", *bodies])


def regorus(workload: Workload) -> Decide:
    import regorus as package

    engine = package.Engine()
    engine.add_policy("generated.rego", module(workload))

    def decide(project: Project) -> set[str]:
        engine.set_input_json(json.dumps(project))  # `set_input` takes true and false for numbers
        fired: set[str] = engine.eval_rule(QUERY)
        return fired

    return decide


def rego_cpp(workload: Workload) -> Decide:
    from regopy import Input, Interpreter

    engine = Interpreter()
    engine.add_module("generated", module(workload))
    bundle = engine.build(QUERY)

    def decide(project: Project) -> list[str]:
        engine.set_input(Input(project))
        fired: list[str] = json.loads(str(engine.query_bundle(bundle)))["expressions"][0]
        return fired

    return decide


REGORUS = Engine(
    "regorus", "celine-regorus", regorus,
    "a Rego body per alternative, undefined where a fact is missing; the call writes JSON",
)  # fmt: skip
REGO_CPP = Engine(
    "rego-cpp", "regopy", rego_cpp,
    "a Rego body per alternative, undefined where a fact is missing; built once; the call copies the dict and reads JSON",
)  # fmt: skip
