"""A sample put through a script in an engine, and what came out against what the fast path says."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from in_sql import Sample, bounds, is_yearly, missing, wanted, written

from govproj_rules.flat import CHANGES, PROJECTS
from govproj_rules.to_sql import Script, to_sql
from sql.engines import Engine, Row

SHOWN = 8
"""As many differences as are told."""


def script_of(sample: Sample, engine: Engine) -> Script:
    return to_sql(sample.ruleset, as_of=sample.as_of, dialect=engine.dialect)


def differences(sample: Sample, engine: Engine, reasons: int = 0, printed: bool = True) -> list[str]:
    """The first rows that the views of the script have and should not, or lack; or those of its queries themselves,
    which are made in half the time that it takes to print them.

    For the last ``reasons`` projects also what the definition gives reasons for: what is missing, and thresholds.
    """
    script, id = script_of(sample, engine), sample.ruleset.id
    views = VIEWS if reasons else VIEWS[:2]
    if printed:
        engine.run([one for one in script.statements() if not one.startswith("CREATE VIEW") or _makes(one, id, views)])
    else:
        queries = {"findings": script.findings(), "verdicts": script.verdicts()}
        made_views = [f"CREATE VIEW {engine.quoted(f'{id}_{name}')} AS {query}" for name, query in queries.items()]
        engine.run([*script.tables(), *script.own_tables(), *made_views])
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            for table, path in written(sample, script.columns, Path(folder)).items():
                mine = [one for one in script.columns if one.table == table]
                if len(mine) > 1 and path.stat().st_size:
                    engine.fill(table, path, mine)
        findings, verdicts = expected(sample)
        found = _ask(engine, f"{id}_findings", ("project", "rule", "for", "status", "late", "checked"))
        made = engine.ask(f"SELECT * FROM {engine.quoted(f'{id}_verdicts')}")
        told = _reasons(Sample(sample.ruleset, sample.as_of, sample.projects[-reasons:]), engine) if reasons else []
    finally:
        engine.clear([PROJECTS, CHANGES, *(f"{id}_{one}" for one in TABLES)], [f"{id}_{one}" for one in views])
    assert len(set(found)) == len(found), "(project, rule, for) is not unique"
    return [*apart(found, findings), *apart([as_text(row) for row in made], verdicts), *told]


TABLES = ("rules", "facts", "working_days")
VIEWS = ("findings", "verdicts", "unknowns", "thresholds")
_BOUND = ("project", "rule", "for", "fact", "test", "bound_fact", "bound", "value", "whole", "margin", "holds")


def _makes(statement: str, id: str, views: Sequence[str]) -> bool:
    return any(f"{id}_{one}" in statement.partition(" AS")[0] for one in views)


def _ask(engine: Engine, view: str, names: tuple[str, ...], keys: list[str] | None = None) -> list[Row]:
    of = "" if keys is None else f" WHERE project IN ({', '.join(repr(key) for key in keys)})"
    return engine.ask(f"SELECT {', '.join(map(engine.quoted, names))} FROM {engine.quoted(view)}{of}")


def _reasons(sample: Sample, engine: Engine) -> list[str]:
    keys, ruleset = [key for key, _ in sample.projects], sample.ruleset
    follows = {f"{ruleset.id}/{rule.id}" for rule in ruleset.rules if rule.kind == "consequence"}
    yearly = {f"{ruleset.id}/{rule.id}" for rule in ruleset.rules if is_yearly(rule)}
    found = _ask(engine, f"{ruleset.id}_unknowns", ("project", "rule", "for", "fact"), keys)
    limits = [_exact(row) for row in _ask(engine, f"{ruleset.id}_thresholds", _BOUND, keys)]
    assert len(set(found)) == len(found)
    assert len(set(limits)) == len(limits)
    return [
        *apart([row for row in found if row[1] not in follows], set(missing(sample))),
        *apart([row for row in limits if row[1] not in yearly], set(bounds(sample))),
    ]


def _exact(row: Row) -> Row:
    return (*row[:6], *(None if cell is None else Fraction(cell) for cell in row[6:10]), row[10])


def expected(sample: Sample) -> tuple[set[Row], set[Row]]:
    """The findings and the verdicts, as engines tell them; worked out once for the engines of a test run."""
    if id(sample.projects) not in _EXPECTED:
        findings, verdicts = wanted(sample)
        told = {(key, f"{sample.ruleset.id}/{rule}", *rest) for key, rule, *rest in findings}
        _EXPECTED[id(sample.projects)] = sample, told, {as_text(row) for row in verdicts}
    return _EXPECTED[id(sample.projects)][1:]


_EXPECTED: dict[int, tuple[Sample, set[Row], set[Row]]] = {}
"""By the identity of the projects, which are kept with it."""


def as_text(row: Row) -> Row:
    return tuple(None if cell is None else str(cell) for cell in row)


def apart(found: list[Row], due: set[Row]) -> list[str]:
    wrong = sorted(set(found) ^ due, key=str)[:SHOWN]
    return [f"{'found' if row in set(found) else 'expected'}: {row}" for row in wrong]
