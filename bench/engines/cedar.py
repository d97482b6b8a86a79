"""Cedar: a ``permit`` policy per rule; the reasons of the decision are the rules that hold.

Once with presence asked for, and once with its own, experimental, partial evaluation, in which a fact can be unknown.
"""

from __future__ import annotations

import json
from typing import assert_never

from bench.conditions import SIGNS, Condition, Every, Opposite, Some, Test, infix, surely
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload

WHO = {"principal": 'User::"owner"', "action": 'Action::"check"', "resource": 'Project::"one"'}


def comparison(test: Test) -> str:
    name = f"context.{test.fact}"
    match test.op:
        case "in":
            return f"{json.dumps(list(test.value))}.contains({name})"
        case "not_in":
            return f"!{json.dumps(list(test.value))}.contains({name})"
        case op:
            return f"{name} {SIGNS[op]} {json.dumps(test.value)}"


def guarded(test: Test) -> str:
    return f"(context has {test.fact} && {comparison(test)})"


def unguarded(condition: Condition) -> str:
    """A condition as it is: negations where they stand, no fact asked for."""
    match condition:
        case Test():
            return comparison(condition)
        case Every(parts):
            return " && ".join(f"({unguarded(part)})" for part in parts)
        case Some(parts):
            return " || ".join(f"({unguarded(part)})" for part in parts)
        case Opposite(part):
            return f"!({unguarded(part)})"
        case _:
            assert_never(condition)


def policies(conditions: dict[str, str]) -> str:
    return "\n".join(
        f"@id({json.dumps(name)})\npermit (principal, action, resource)\nwhen {{ {condition} }};"
        for name, condition in conditions.items()
    )


def whole(workload: Workload) -> Decide:
    from cedarpy import Entities, PolicySet, is_authorized

    conditions = {rule.id: infix(surely(rule.when), guarded, "&&", "||") for rule in workload.rules}
    rules, nobody = PolicySet.from_str(policies(conditions)), Entities.from_json_str("[]")

    def decide(project: Project) -> list[str]:
        answer = is_authorized({**WHO, "context": project}, rules, nobody)
        return list(answer.diagnostics.id_annotations_by_reason.values())

    return decide


def partial(workload: Workload) -> Decide:
    from cedarpy import Entities, PolicySet, is_authorized_partial

    conditions = {rule.id: unguarded(rule.when) for rule in workload.rules}
    rules, nobody = PolicySet.from_str(policies(conditions)), Entities.from_json_str("[]")
    unknown = {name: {"__extn": {"fn": "unknown", "arg": name}} for name in workload.facts}

    def decide(project: Project) -> list[str]:
        told = is_authorized_partial({**WHO, "context": {**unknown, **project}}, rules, nobody).diagnostics
        return [told.id_annotations_by_reason[policy] for policy in told.reasons]

    return decide


WHOLE = Engine(
    "cedarpy", "cedarpy", whole,
    "a parsed policy per rule, `has` before every test; the call writes and reads JSON",
)  # fmt: skip
PARTIAL = Engine(
    "cedarpy, partial evaluation", "cedarpy", partial,
    "a parsed policy per rule, missing facts as `unknown`; the call writes and reads JSON. "
    "Experimental; `unknown || true` and `unknown && false` stay undecided",
)  # fmt: skip
