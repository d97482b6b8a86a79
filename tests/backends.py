"""Every way to decide a project: the definition, and the backends that are held to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from typing import Any, Final, NamedTuple

from govproj_rules import Project, RuleSet
from govproj_rules.checking import read_facts
from govproj_rules.engines import ENGINES
from govproj_rules.facts import Facts
from govproj_rules.vocabulary import vocabulary

Row = tuple[str, int | None, int | None, str, bool, bool]
"""A rule, the number of the change, the year; its status, whether it came late, whether something was looked at."""


class Decided(NamedTuple):
    """All that a way to decide says of a project: the scope, the regime, and every rule in order."""

    scope: str
    regime: str | None
    rows: tuple[Row, ...]


def facts_of(ruleset: RuleSet, project: Project, as_of: date) -> Facts:
    return Facts(project, read_facts(project, ruleset), as_of, ruleset.stages, vocabulary())


# --- one function a way, over its package -------------------------------------------------------------


def _evaluate(package: Any, ruleset: RuleSet, facts: Facts) -> Decided:
    facts.answered.clear()  # what was answered before, perhaps otherwise, is asked again
    scope = package.find_scope(ruleset, facts)
    if scope.kind == "excluded":
        return Decided(scope.kind, scope.regime.id if scope.regime else None, ())
    made = package.evaluate(ruleset, facts, scope.regime.id)
    return Decided(scope.kind, scope.regime.id, tuple(
        (one.rule.id, one.element, one.clock.year if one.clock else None, one.status, one.late, one.checked)
        for one in made
    ))  # fmt: skip


def _to_python(package: Any, ruleset: RuleSet, facts: Facts) -> Decided:
    program = package.to_python(ruleset)
    scope, regime, entries = program.decide(facts)
    if scope == "excluded":
        return Decided(scope, regime.id if regime else None, ())
    outcomes = program.outcomes(entries)
    return Decided(scope, regime.id, tuple((rule.id, change, year, *how) for rule, change, year, how in outcomes))


def _to_durable(package: Any, ruleset: RuleSet, facts: Facts) -> Decided:
    facts.judged = package.to_durable(ruleset).judge(facts)
    try:
        return definition(ruleset, facts)
    finally:
        facts.judged = None


Way = Callable[[Any, RuleSet, Facts], Decided]
_ALL: Final[Mapping[str, Way]] = {"evaluate": _evaluate, "to_python": _to_python, "to_durable": _to_durable}
"""One row a package; the first is the definition."""
WAYS: Final[Mapping[str, Way]] = {
    name: way for name, way in _ALL.items() if name != "to_durable" or sys.version_info < (3, 13)
}
"""Those that run here: durable-rules is a dependency before Python 3.13 only."""
BACKENDS: Final = tuple(WAYS)[1:]
ENGINES_HERE: Final = [one for one in ENGINES if f"to_{one}" in WAYS]
"""The engines a caller can choose here."""


def decided(name: str, ruleset: RuleSet, facts: Facts) -> Decided:
    """What one of the ways says."""
    return WAYS[name](import_module(f"govproj_rules.{name}"), ruleset, facts)


def definition(ruleset: RuleSet, facts: Facts) -> Decided:
    return decided("evaluate", ruleset, facts)
