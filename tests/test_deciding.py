"""What an audit keeps of every rule is what the SQL of the ruleset says, whatever the rules are: once a project, a change, a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from in_sql import Sample, generated, written
from many import Many

from govproj_rules import load_ruleset
from govproj_rules.auditing.counting import GOVERNED
from govproj_rules.auditing.deciding import STEP, Part, asked_of, code, decide_all
from govproj_rules.flat import CHANGES, PROJECTS, columns
from govproj_rules.intake import Tables
from govproj_rules.intake.duck import TYPES, struct_of, text_of
from govproj_rules.to_sql.answers import coded
from govproj_rules.to_sql.dialects import ROWS
from govproj_rules.to_sql.rules import Rules

AS_OF = date(2026, 6, 30)
Row = tuple[Any, ...]
"""Project, change, year, the number of the rule, the code of what came of it."""


def of_city(city: str) -> Sample:
    ruleset = load_ruleset(city)
    return Sample(ruleset, AS_OF, list(Many(ruleset, AS_OF).projects(60)))


def tables_of(sample: Sample, duck: duckdb.DuckDBPyConnection, folder: Path) -> Tables:
    """The projects of a sample, as Parquet files."""
    wanted = columns([sample.ruleset])
    files = {}
    for table, lines in written(sample, wanted, folder).items():
        types = struct_of({one.name: TYPES[one.holds] for one in wanted if one.table == table})
        files[table] = folder / f"{table}.parquet"
        rows = f"SELECT * FROM read_json({text_of(lines)}, columns = {types}, format = 'newline_delimited')"
        rows += " LIMIT 0" * (not lines.stat().st_size)
        duck.execute(f"COPY ({rows}) TO {text_of(files[table])} (FORMAT parquet)")
    return Tables(sample.ruleset, wanted, (files[PROJECTS],), (files[CHANGES],), len(sample.projects))


def test_there_are_rules_for_changes_and_for_years() -> None:
    grains = Rules(load_ruleset("langfang"), ROWS["duckdb"], AS_OF).grains
    assert any(one.each for one in grains)
    assert any(one.yearly for one in grains)


def rows_of(duck: duckdb.DuckDBPyConnection, parts: tuple[Part, ...]) -> set[Row]:
    """The rows of all parts with a code; several codes as one number must be these too."""
    found: set[Row] = set()
    for part in parts:
        change, year = "change" if part.each else "NULL", "year" if part.yearly else "NULL"
        where = f" WHERE {GOVERNED}" if part is parts[0] else ""
        several = list(part.numbers(4))
        cells = ", ".join([*map(code, part.rules), *(number for number, _ in several)])
        for key, number, which, *made in duck.execute(
            f"SELECT project, {change}, {year}, {cells} FROM {part.rows}{where}"
        ).fetchall():
            codes = dict(zip(part.rules, made, strict=False))
            found |= {(key, number, which, place + 1, one) for place, one in codes.items() if one}
            numbers = made[len(codes) :]
            assert numbers == [sum(codes[one] * STEP**n for n, one in enumerate(places)) for _, places in several]
    return found


@pytest.mark.parametrize("which", ["langfang", *map(str, range(4))])
def test_what_is_kept_is_what_the_sql_says(which: str, tmp_path: Path) -> None:
    made = generated(int(which), AS_OF) if which.isdecimal() else of_city(which)
    with duckdb.connect() as duck:
        decided = decide_all(duck, tables_of(made, duck, tmp_path), AS_OF, tmp_path / "decided", lambda _: None)
        rules = Rules(made.ruleset, ROWS["duckdb"], AS_OF)
        query = rules.query()
        wanted = duck.execute(rules.dialect.write(query.written(coded(rules, query)))).fetchall()
        assert rows_of(duck, decided.parts) == set(wanted)
        asked = asked_of(Rules(made.ruleset, ROWS["duckdb"], AS_OF))  # a column for each rule, as Spark is asked
        duck.execute(f"CREATE TABLE whole AS {asked.query}")
        listed = asked.parts("whole", lambda name: f"(SELECT project, unnest({name}, recursive := true) FROM whole)")
        assert rows_of(duck, listed) == set(wanted)
