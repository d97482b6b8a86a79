"""Samples of projects for the engines that run SQL: what is put into their tables, and what is to come out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from strategies import a_world, build, random_table, some_of

from govproj_rules import Project, RuleSet, ir
from govproj_rules.checking import counts_of, not_in_force, read_facts, verdict_of
from govproj_rules.evaluate import Decision, evaluate, find_scope, name_of
from govproj_rules.evaluate.logic import Where
from govproj_rules.facts import RATIOS, Facts
from govproj_rules.flat import CHANGES, PROJECTS, Column, change_rows, row
from govproj_rules.operators import SHOWN
from govproj_rules.thresholds import _holds, bounds_of, told
from govproj_rules.to_python import to_python
from govproj_rules.values import Duration, difference
from govproj_rules.vocabulary import vocabulary

Finding = tuple[str, str, str | None, str, bool, bool]
"""The project, the rule, for what; status, late, checked."""
Verdict = tuple[str, str, str | None, str, int, int, int, int, int, int]
"""The project; scope, regime, verdict; how many findings of each status, and warnings."""


class Sample(NamedTuple):
    """Projects by their keys, and the day they are decided for."""

    ruleset: RuleSet
    as_of: date
    projects: Sequence[tuple[str, Project]]

    def facts(self) -> Iterator[tuple[str, Facts]]:
        for key, project in self.projects:
            stated = read_facts(project, self.ruleset)
            yield key, Facts(project, stated, self.as_of, self.ruleset.stages, vocabulary())


def generated(seed: int, as_of: date) -> Sample:
    """A generated ruleset, and projects for it."""
    worlds = [a_world(1000 * seed + place, as_of) for place in range(40)]
    projects = [(str(n), Project.model_validate(one.project(some_of(one, n)))) for n, one in enumerate(worlds)]
    return Sample(build(random_table(500 + seed)), as_of, projects)


def written(sample: Sample, columns: Sequence[Column], folder: Path) -> dict[str, Path]:
    """The rows of both tables, as a file of JSON lines each."""
    made: dict[str, list[dict[str, Any]]] = {PROJECTS: [], CHANGES: []}
    for key, project in sample.projects:
        made[PROJECTS].append(row(project, read_facts(project, sample.ruleset), columns, key))
        made[CHANGES].extend(change_rows(project, columns, key))
    paths = {name: folder / f"{name}.jsonl" for name in made}
    for name, rows in made.items():
        paths[name].write_text("".join(f"{json.dumps(_plain(one))}\n" for one in rows))
    return paths


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in cells.items() if value is not None}


def _json(value: Any) -> Any:
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case list():
            return [_json(one) for one in value]
        case _:
            return value


def wanted(sample: Sample) -> tuple[set[Finding], set[Verdict]]:
    """What the fast path says, which is held to the definition."""
    findings: set[Finding] = set()
    verdicts: set[Verdict] = set()
    program = to_python(sample.ruleset)
    for key, facts in sample.facts():
        if not_in_force(sample.ruleset, sample.as_of):
            verdicts.add((key, "applies", None, "not_in_force", 0, 0, 0, 0, 0, 0))
            continue
        scope, regime, entries = program.decide(facts)
        rows = [] if scope == "excluded" else list(program.outcomes(entries))
        rows = [one for one in rows if one[3].status != "not_applicable"]
        for rule, change, year, how in rows:
            findings.add((key, rule.id, name_of(rule, change, year), *how))
        outcomes = [(one[0], one[3].status) for one in rows]
        counts = counts_of(outcomes)
        verdict = "out_of_scope" if scope == "excluded" else verdict_of(outcomes, scope)
        numbers = [counts[one] for one in ("met", "unmet", "upcoming", "unknown", "info", "warnings")]
        verdicts.add((key, scope, regime.id if regime else None, verdict, *numbers))  # type: ignore[arg-type]
    return findings, verdicts


# --- reasons, which only the definition gives ---------------------------------------------------------

Number = Fraction | None
Missing = tuple[str, str, str | None, str]
"""The project, the rule, for what; the path of a fact that is missing."""
Bound = tuple[str, str, str | None, str, str, str | None, Number, Number, Number, Number, bool | None]
"""The project, the rule, for what; the fact, the test, the fact that bounds it; bound, value, whole, margin; holds."""


def decisions(sample: Sample) -> Iterator[tuple[str, Facts, Decision]]:
    """What the definition decides of every project that is governed."""
    for key, facts in sample.facts():
        scope = find_scope(sample.ruleset, facts)
        if scope.kind != "excluded" and scope.regime is not None and not not_in_force(sample.ruleset, sample.as_of):
            for one in evaluate(sample.ruleset, facts, scope.regime.id):
                yield key, facts, one


def missing(sample: Sample) -> set[Missing]:
    """What unknown findings wait for; of a consequence only what its own guard waits for is told in SQL."""
    return {
        (key, f"{sample.ruleset.id}/{one.rule.id}", one.for_, re.sub(r"^changes\[\d+\]", "change", fact))
        for key, _, one in decisions(sample)
        if one.status == "unknown" and one.rule.kind != "consequence"
        for fact in one.missing
        if isinstance(fact, str)
    }


def bounds(sample: Sample) -> set[Bound]:
    """Every bound that matters, with the value and the room left, exactly; of yearly duties none."""
    found: set[Bound] = set()
    for key, facts, one in decisions(sample):
        if is_yearly(one.rule):
            continue
        for test, positive in told(bounds_of(sample.ruleset), one, facts):
            bound = _bound(test, SHOWN[test.op, positive], Where(facts, one.element))
            found.add((key, f"{sample.ruleset.id}/{one.rule.id}", name_of(one.rule, one.element), *bound))
    return found


def is_yearly(rule: ir.Rule) -> bool:
    return isinstance(rule.outcome, ir.Deadline) and isinstance(rule.outcome.due.when, ir.EveryYear)


def _bound(test: ir.Test, said: str, where: Where) -> Any:
    assert isinstance(test.left, (ir.Fact, ir.Fold))
    type_, seen, bound = test.left.type, where.see(test.left), where.see(test.right)
    fact = None if isinstance(test.right, ir.Literal) else test.right.path
    value, limit, whole, margin = _number(type_, seen.value), _number(type_, bound.value), None, None
    if fact in RATIOS:
        limit = None
    if test.left.path in RATIOS:
        part, all_ = RATIOS[test.left.path](where.facts, where.element)
        whole, value = Fraction(all_.value) if all_.value else None, _number("money", part.value)
        if isinstance(test.right, ir.Literal) and whole is not None and value is not None:
            margin = Fraction(test.right.value) * whole - value
    elif seen.value is not None and bound.value is not None and fact not in RATIOS:
        margin = _number(type_, difference(type_, bound.value, seen.value))
    if type_ == "duration" and (
        seen.value is None or bound.value is None or seen.value.scale[0] != bound.value.scale[0]
    ):
        value = None
    if margin is not None and said in ("at_least", "more_than"):
        margin = -margin
    return test.left.path, said, fact, limit, value, whole, margin, _holds(said, seen, bound)


def _number(type_: str, value: Any) -> Number:
    """A value as the table has it."""
    if value is None:
        return None
    made = Fraction(value.scale[1] if isinstance(value, Duration) else value)
    return made * 100 if type_ == "percent" else made
