"""A sample put through a script in an engine, and what came out against what the fast path says."""

from __future__ import annotations

import tempfile
from pathlib import Path

from in_sql import Sample, wanted, written

from govproj_rules.flat import CHANGES, PROJECTS
from govproj_rules.to_sql import Script, to_sql
from sql.engines import Engine, Row, plain

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
        findings, verdicts = wanted(sample)
        told = {(key, f"{id}/{rule}", *rest) for key, rule, *rest in findings}
        names = ", ".join(engine.quoted(one) for one in ("project", "rule", "for", "status", "late", "checked"))
        found = engine.ask(f"SELECT {names} FROM {engine.quoted(f'{id}_findings')}")
        made = engine.ask(f"SELECT * FROM {engine.quoted(f'{id}_verdicts')}")
    finally:
        engine.clear([PROJECTS, CHANGES, f"{id}_rules", f"{id}_working_days"], [f"{id}_findings", f"{id}_verdicts"])
    assert len(found) == len({row[:3] for row in found}), "(project, rule, for) is not unique"
    return [*apart(found, told), *apart(made, verdicts)]


def apart(found: list[Row], expected: set[Row]) -> list[str]:
    got, due = ({tuple(map(plain, row)) for row in rows} for rows in (found, expected))
    wrong = sorted(got ^ due, key=str)[:SHOWN]
    return [f"{'found' if row in got else 'expected'}: {row}" for row in wrong]
