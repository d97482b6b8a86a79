"""This project on the same work. The one place that says which of its backends are measured."""

from __future__ import annotations

from datetime import date
from itertools import compress
from typing import Final

from bench.engines.record import Decide, Engine
from bench.workload import Project as Stated
from bench.workload import Workload, ruleset
from govproj_rules import Project
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import Facts
from govproj_rules.to_python import to_python
from govproj_rules.vocabulary import vocabulary

AS_OF: Final = date(2026, 6, 30)


def definition(workload: Workload) -> Decide:
    """The definition: every condition in three values, with its reasons and what is missing."""
    rules, words, bare = ruleset(workload), vocabulary(), Project(name="generated")
    conditions = [(rule.id, rule.applies) for rule in rules.rules]

    def fired(project: Stated) -> list[str]:
        where = Where(Facts(bare, project, AS_OF, rules.stages, words))
        return [name for name, applies in conditions if decide(applies, where).value]

    return fired


DEFINITION: Final = Engine(
    "govproj-rules, definition", "", definition,
    "the YAML ruleset; every rule true, false or unknown, with its reasons and the missing facts",
)  # fmt: skip


def program(workload: Workload) -> Decide:
    """The fast path: one generated function, which knows facts by their paths."""
    rules = ruleset(workload)
    judge, names = to_python(rules).judge, [rule.id for rule in rules.rules]
    by_path = {id(one): {f"facts.{name}": value for name, value in one.items()} for one in workload.projects}

    def fired(project: Stated) -> list[str]:
        return [*compress(names, judge(by_path[id(project)]))]

    return fired


PROGRAM: Final = Engine(
    "govproj-rules", "", program, "the YAML ruleset as one generated function; every rule true, false or unknown"
)
ENGINES: Final = (PROGRAM, DEFINITION)
FASTEST: Final = PROGRAM
"""The backend that ratios to ours mean."""
