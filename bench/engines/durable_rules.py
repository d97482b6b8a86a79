"""durable-rules: the facts of a project are one fact of a session of its own, which is deleted afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.conditions import Test, surely, ways
from bench.engines.record import Decide, Engine
from bench.workload import WORDS, Project, Workload

OPERATORS = {
    "at_least": "$gte", "at_most": "$lte", "less_than": "$lt", "more_than": "$gt", "is_not": "$neq"
}  # fmt: skip
SESSION = "1"
MOST = 59
"""Tests that may be true at once in one of its rulesets: with more than 64 nothing fires."""
ALWAYS = "always"
"""A rule that always fires: deleting a session in which none did frees memory nobody set, and crashes the process."""


def expression(test: Test) -> dict[str, Any]:
    match test.op:
        case "is":
            return {test.fact: test.value}
        case "in" | "not_in" as op:
            words = test.value if op == "in" else [word for word in WORDS if word not in test.value]
            return {"$or": [{test.fact: word} for word in words]}
        case op:
            return {OPERATORS[op]: {test.fact: test.value}}


def rulesets(workload: Workload, noting: Callable[[str], Callable[[Any], None]]) -> dict[str, dict[str, Any]]:
    """The rules, in as many rulesets as the limits of the engine ask for; ``noting`` makes the action of a rule."""
    made: list[dict[str, Any]] = [{}]
    seen: set[str] = set()
    for rule in workload.rules:
        for place, way in enumerate(ways(surely(rule.when))):
            tests = [expression(test) for test in way]
            seen |= {repr(test) for test in tests}
            if len(seen) > MOST:
                made.append({})
                seen = {repr(test) for test in tests}
            pattern = {"$and": tests} if len(tests) > 1 else tests[0]
            made[-1][f"{rule.id}.{place}"] = {"all": [{"m": pattern}], "run": noting(rule.id)}
    for part in made:
        part[ALWAYS] = {"all": [{"m": {ALWAYS: 1}}], "run": lambda _: None}
    return {f"part{place}": rules for place, rules in enumerate(made)}


def prepare(workload: Workload) -> Decide:
    from durable.engine import Host

    fired: set[str] = set()

    def noting(name: str) -> Callable[[Any], None]:
        def note(_: Any) -> None:
            fired.add(name)

        return note

    # Threads of its own that look for timers would meet the session while it is deleted, and crash the process.
    quiet: Any = type("Quiet", (Host,), {"_run": lambda _: None})
    parts, host = rulesets(workload, noting), quiet()
    names = list(parts)
    host.set_rulesets(parts)

    def decide(project: Project) -> set[str]:
        fired.clear()
        for part in names:
            host.assert_fact(part, {**project, ALWAYS: 1, "sid": SESSION, "id": "1"})
            host.delete_state(part, SESSION)
        return set(fired)

    return decide


ENGINE = Engine(
    "durable-rules", "durable-rules", prepare,
    "a rule per alternative, in rulesets of at most 60 conditions; the call writes JSON for each, "
    "into a session that is deleted afterwards",
)  # fmt: skip
