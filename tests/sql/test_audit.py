"""``govproj audit`` on Spark, at local[2], beside DuckDB: the same rows, rejects and summary, to the last of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from many import Many
from test_cli import SOURCE
from test_intake_parquet import WRONG

from govproj_rules.intake import take_in
from govproj_rules.library import load_ruleset

AS_OF = date(2026, 6, 30)
CITIES = ("langfang", "yunan")
EACH = 1_200
TABLES = ("projects", "findings", "deadlines", "questions", "rules")
STRANGE = "a b [1] {x},%20#*é"
"""A folder that Spark might take for many, or for another."""

pytestmark = pytest.mark.xdist_group("spark")


def written(folder: Path) -> Path:
    """Projects of two cities in several files of several layouts: right ones, and one for everything that can be wrong."""
    into = folder / STRANGE
    into.mkdir()
    duck = duckdb.connect()
    for city in CITIES:
        source = folder / f"{city}.jsonl"
        with source.open("w", encoding="utf-8") as stream:
            many = Many(load_ruleset(city), AS_OF)
            for place in range(EACH):
                made = many.project(Random(f"{city} {place}"))
                applicant = {"name": f"单位'{place % 7}\\"}
                stream.write(
                    json.dumps({**made, "id": f"{city}-{place:04}", "city": city, "applicant": applicant}) + "\n"
                )
        (one,) = take_in([source], folder / city, city=city).cities
        for table in ("projects", "changes"):
            more = f", '{city}' AS city" if table == "projects" else ""
            duck.execute(f"CREATE TABLE {city}_{table} AS SELECT *{more} FROM ({one.relation(table)})")
    _spoil(duck)
    for city in CITIES:
        for half in (0, 1):
            out = into / f"{city}-{half}.parquet"
            less = "EXCLUDE (file, line)" if half else ""
            duck.execute(
                f"COPY (SELECT * {less} FROM {city}_projects WHERE rowid % 2 = {half}) TO '{out}' (FORMAT parquet)"
            )
        duck.execute(f"COPY {city}_changes TO '{into}/{city}-c.parquet' (FORMAT parquet)")
    return into


def _spoil(duck: duckdb.DuckDBPyConnection) -> None:
    """Makes a row wrong in every way that there is; each is one without changes."""
    duck.execute('ALTER TABLE langfang_projects ADD COLUMN IF NOT EXISTS "security.level" SMALLINT')
    keys = duck.execute("SELECT project FROM langfang_projects WHERE changes IS NULL ORDER BY project").fetchall()
    for (edit, _), (key,) in zip(WRONG, keys, strict=False):
        duck.execute(f"UPDATE langfang_projects SET {edit} WHERE project = '{key}'")
    blank = "\u3000 \u2003"
    days = next(name for name in sorted(_names(duck)) if name.endswith(".dates"))
    day, event = days.removesuffix("s"), days.removesuffix(".dates")
    edits = (
        f"project = '{blank}'", "city = 'nowhere'", "city = NULL", "name = repeat('x', 2001)", '"funding.sources" = []',
        f'"{days}" = [DATE \'2026-01-02\', DATE \'2026-01-01\'], "{day}" = DATE \'2026-01-02\', "{event}" = NULL',
        f'"{days}" = []', "project = 'yunan-0001'",
    )  # fmt: skip
    for place, edit in enumerate(edits):
        key = f"(SELECT project FROM yunan_projects WHERE changes IS NULL ORDER BY project LIMIT 1 OFFSET {place + 20})"
        duck.execute(f"UPDATE yunan_projects SET {edit} WHERE project = {key}")
    first = "(SELECT min(project) FROM langfang_changes)"
    duck.execute(f'UPDATE langfang_changes SET "change.amount" = -5 WHERE project = {first} AND change = 0')
    duck.execute("INSERT INTO yunan_changes (project, change) VALUES ('nobody', 0), (NULL, 0)")
    duck.execute("ALTER TABLE yunan_projects ALTER changes TYPE BIGINT")


def _names(duck: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in duck.execute("DESCRIBE yunan_projects").fetchall()}


def audited(given: Path, out: Path, *more: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "govproj_rules", "audit", str(given), "--as-of", str(AS_OF), "-o", str(out), *more]
    made = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": SOURCE})
    return made.returncode, made.stdout.replace(str(out), "OUT"), made.stderr


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what each made, what each showed already compared."""
    folder = tmp_path_factory.mktemp("audit")
    given = written(folder)
    engines = {"duckdb": (), "spark": ("--engine", "spark", "--master", "local[2]")}
    shown = {name: audited(given, folder / name, *more) for name, more in engines.items()}
    assert shown["spark"] == shown["duckdb"]
    assert shown["spark"][0] == 2, "there are rejects"
    assert not list(folder.glob(".govproj*")), "what was made on the way is left"
    return folder


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_the_same(table: str, both: Path) -> None:
    duck = duckdb.connect()
    ours, theirs = (
        f"read_parquet('{both}/duckdb/{table}.parquet')",
        f"read_parquet('{both}/spark/{table}.parquet/*.parquet')",
    )
    assert [duck.execute(f"DESCRIBE SELECT * FROM {one}").fetchall() for one in (ours,)] == [
        duck.execute(f"DESCRIBE SELECT * FROM {theirs}").fetchall()
    ]
    for one, other in ((ours, theirs), (theirs, ours)):
        assert duck.execute(f"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other} LIMIT 5").fetchall() == []
    count = duck.execute(f"SELECT count(*) FROM {theirs}").fetchone()
    assert count is not None
    assert count[0] >= {"projects": 2 * EACH - 50, "findings": 50_000}.get(table, 1)


def test_the_summary_is_the_same(both: Path) -> None:
    ours, theirs = (
        json.loads((both / name / "audit.json").read_text(encoding="utf-8")) for name in ("duckdb", "spark")
    )
    assert (ours.pop("engine"), theirs.pop("engine")) == ("duckdb", "spark")
    for one in (ours, theirs):
        one["written"] = [Path(path).name for path in one["written"]]
        one["rejects"] = Path(one["rejects"]).name
        one["examples"] = len(one["examples"])  # the first of the rejects, which stand in another order
    assert theirs == ours


def test_rejects_are_the_same(both: Path) -> None:
    ours, theirs = (_rejects(both / name / "rejects.jsonl") for name in ("duckdb", "spark"))
    assert theirs == ours
    assert len(ours) >= len(WRONG) + 9


def _rejects(path: Path) -> list[str]:
    records: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(json.dumps(one, sort_keys=True, ensure_ascii=False) for one in records)


BAD = [
    ("SELECT 1 AS x", "there is no column `project`"),
    ("SELECT 'a' AS project, 'yunan' AS city, '2026-01-01' AS \"events.accepted.date\"", "is of type VARCHAR, not DATE"),
    ("SELECT 'a' AS project, 'yunan' AS city, 1.5 AS \"investment.total\"", "is of type DECIMAL(2,1), not BIGINT"),
    ("SELECT 'a' AS project, 'yunan' AS city, 1 AS name, 2.5::DOUBLE AS \"applicant.name\"", "is of type DOUBLE, not VARCHAR"),
    ("SELECT 'a' AS project, 0 AS change", "there are changes, and no projects that they belong to"),
]  # fmt: skip


def test_every_file_that_is_wrong_is_told(tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    for place, (query, _) in enumerate(BAD[:-1]):
        duckdb.connect().execute(f"COPY ({query}) TO '{given}/{place}.parquet' (FORMAT parquet)")
    (given / "damaged.parquet").write_text("no Parquet")
    code, shown, told = audited(given, tmp_path / "out", "--engine", "spark", "--master", "local[2]")
    assert (code, shown) == (2, "")
    for said in (*(one for _, one in BAD[:-1]), "damaged.parquet: this is no Parquet file, or it is damaged"):
        assert said in told
    assert "java" not in told.lower()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in"]
