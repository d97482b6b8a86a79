"""A sample put through a script in an engine, and what came out against what the fast path says."""

from __future__ import annotations

import tempfile
from pathlib import Path

from in_sql import Sample, wanted, written

from govproj_rules.flat import CHANGES, PROJECTS
from govproj_rules.to_sql import Script, to_sql
from sql.engines import Engine, Row

SHOWN = 8
"""As many differences as are told."""


def script_of(sample: Sample, engine: Engine) -> Script:
    return to_sql(sample.ruleset, as_of=sample.as_of, dialect=engine.dialect)


def differences(sample: Sample, engine: Engine) -> list[str]:
    """The first rows that the views of the script have and should not, or lack."""
    script, id = script_of(sample, engine), sample.ruleset.id
    engine.run(list(script.statements()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            for table, path in written(sample, script.columns, Path(folder)).items():
                mine = [one for one in script.columns if one.table == table]
                if len(mine) > 1 and path.stat().st_size:
                    engine.fill(table, path, mine)
        findings, verdicts = expected(sample)
        names = ", ".join(engine.quoted(one) for one in ("project", "rule", "for", "status", "late", "checked"))
        found = engine.ask(f"SELECT {names} FROM {engine.quoted(f'{id}_findings')}")
        made = engine.ask(f"SELECT * FROM {engine.quoted(f'{id}_verdicts')}")
    finally:
        engine.clear([PROJECTS, CHANGES, f"{id}_rules", f"{id}_working_days"], [f"{id}_findings", f"{id}_verdicts"])
    assert len(set(found)) == len(found), "(project, rule, for) is not unique"
    return [*apart(found, findings), *apart([as_text(row) for row in made], verdicts)]


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
