"""experta: a production system after CLIPS. The facts of a project are one fact of the engine."""

from __future__ import annotations

import collections
import collections.abc
import operator
from collections.abc import Callable
from typing import Any

from bench.conditions import Test, surely, ways
from bench.engines.record import Decide, Engine
from bench.workload import Project, Workload

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge, "at_most": operator.le, "less_than": operator.lt, "more_than": operator.gt,
    "is_not": operator.ne, "in": lambda value, words: value in words, "not_in": lambda value, words: value not in words,
}  # fmt: skip


def patch() -> None:
    """The frozendict it wants is from before Python 3.10, which moved these names."""
    for name in ("Mapping", "MutableMapping", "Hashable", "Iterable", "Sequence", "Callable"):
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))


def prepare(workload: Workload) -> Decide:
    patch()
    from experta import Fact, KnowledgeEngine, P, Rule

    facts: Any = type("Facts", (Fact,), {})

    def value(tests: list[Test]) -> Any:
        """What the value of one fact must be: literally, or by a predicate."""
        if len(tests) == 1 and tests[0].op == "is":
            return tests[0].value
        checks = [(operator.eq if test.op == "is" else TESTS[test.op], test.value) for test in tests]
        if len(checks) == 1:
            check, bound = checks[0]
            return P(lambda seen: check(seen, bound))
        return P(lambda seen: all(check(seen, bound) for check, bound in checks))

    def pattern(way: tuple[Test, ...]) -> Any:
        by_fact: dict[str, list[Test]] = {}
        for test in way:
            by_fact.setdefault(test.fact, []).append(test)
        return facts(**{name: value(tests) for name, tests in by_fact.items()})

    def rule(name: str, way: tuple[Test, ...]) -> Any:
        def note(self: Any) -> None:
            self.fired.add(name)

        return Rule(pattern(way))(note)

    members = {
        f"{rule_.id}.{place}": rule(rule_.id, way)
        for rule_ in workload.rules
        for place, way in enumerate(ways(surely(rule_.when)))
    }
    engine = type("Rules", (KnowledgeEngine,), members)()

    def decide(project: Project) -> set[str]:
        engine.fired = set()
        engine.reset()
        engine.declare(facts(**project))
        engine.run()
        fired: set[str] = engine.fired
        return fired

    return decide


ENGINE = Engine(
    "experta", "experta", prepare,
    "a rule per alternative, predicates on the fields of one fact; reset, declare, run. "
    "Patched to import on this Python",
)  # fmt: skip
