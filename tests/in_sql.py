"""Samples of projects for the engines that run SQL: what is put into their tables, and what is to come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from govproj_rules import Project, RuleSet
from govproj_rules.checking import counts_of, not_in_force, read_facts, verdict_of
from govproj_rules.evaluate import name_of
from govproj_rules.facts import Facts
from govproj_rules.flat import CHANGES, PROJECTS, Column, change_rows, row
from govproj_rules.to_python import to_python
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
        counts = counts_of(outcomes, sample.ruleset, facts)
        verdict = "out_of_scope" if scope == "excluded" else verdict_of(outcomes, scope)
        numbers = [counts[one] for one in ("met", "unmet", "upcoming", "unknown", "info", "warnings")]
        verdicts.add((key, scope, regime.id if regime else None, verdict, *numbers))  # type: ignore[arg-type]
    return findings, verdicts


def named(coded: Iterable[tuple[str, int | None, int | None, int, int]], ruleset: RuleSet) -> set[Finding]:
    """Rows of numbers as findings."""
    from govproj_rules.to_sql.settling import CODES

    return {
        (key, (rule := ruleset.rules[number - 1]).id, name_of(rule, change, year), *CODES[code])
        for key, change, year, number, code in coded
    }
