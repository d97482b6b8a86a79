"""This project on the same work. The one place that says which of its backends are measured."""

from __future__ import annotations

from datetime import date
from typing import Final

from bench.engines.record import Decide, Engine
from bench.workload import Project as Stated
from bench.workload import Workload, ruleset
from govproj_rules import Project
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import Facts
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
ENGINES: Final = (DEFINITION,)
FASTEST: Final = DEFINITION
"""The backend that ratios to ours mean."""
