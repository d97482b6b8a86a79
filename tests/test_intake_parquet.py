"""Parquet in the layout of the flat table: right rows as they are, wrong ones told."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from intake.asked import fetched, write
from intake.lines import lines

from govproj_rules.errors import InvalidInput
from govproj_rules.intake import TakenIn, take_in
from govproj_rules.library import load_ruleset

CITY = "langfang"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> TakenIn:
    folder = tmp_path_factory.mktemp("tables")
    file = folder / "projects.jsonl"
    file.write_bytes(b"\n".join(lines(load_ruleset(CITY), 200, seed=5)))
    return take_in([file], folder / "out", city=CITY)


def rows(made: TakenIn) -> list[list[str]]:
    (one,) = made.cities
    return [sorted(map(repr, fetched(one.relation(table))[1])) for table in ("projects", "changes")]


def test_right_tables_are_used_as_they_are(tables: TakenIn, tmp_path: Path) -> None:
    (one,) = tables.cities
    made = take_in([*one.projects, *one.changes], tmp_path / "out", city=CITY)
    assert (made.accepted, made.rejected) == (tables.accepted, 0)
    assert made.cities[0].projects == one.projects, "they were copied"
    assert rows(made) == rows(tables)


def test_cities_are_taken_apart(tables: TakenIn, tmp_path: Path) -> None:
    (one,) = tables.cities
    cities = (
        "CASE WHEN hash(project) % 3 = 0 THEN 'yunan' WHEN hash(project) % 3 = 1 THEN 'langfang' ELSE 'nowhere' END"
    )
    source = tmp_path / "projects.parquet"
    write(f"SELECT *, {cities} AS city FROM read_parquet('{one.projects[0]}')", source)
    made = take_in([source, *one.changes], tmp_path / "out")
    assert [city.ruleset.id for city in made.cities] == ["langfang", "yunan"]
    assert made.accepted + made.rejected == tables.accepted
    assert made.accepted == sum(city.count for city in made.cities) > made.rejected > 0


WRONG = [
    ('"investment.settlement" = -1', "investment.settlement: the amount is out of range"),
    ('"stage" = \'begun\'', "stage: there is no such word"),
    ('"kind" = [\'upgrade\', NULL]', "kind: the list holds what is no word for this"),
    ('"kind" = [\'x\']', "kind: the list holds what is no word for this"),
    ('"security.level" = 6', "security.level: this is not a protection grade"),
    ('"events.accepted" = false, "events.accepted.date" = DATE \'2026-01-01\'',
     "events.accepted.date: there is a day, and `events.accepted` says no"),
    ('"events.accepted.date" = DATE \'1026-01-01\'', "events.accepted.date: the year is out of range"),
    ('"facts.progress_delay" = 3, "facts.progress_delay.unit" = NULL', "facts.progress_delay: the period has no unit"),
    ('"facts.progress_delay" = 3, "facts.progress_delay.unit" = \'weeks\'', "facts.progress_delay.unit: there is no such unit"),
    ('"project" = NULL', "project: the project has no key"),
    ('"changes" = 7', "project: the changes of the project are wrong"),
    ('"documents.audit_report" = false, "documents.audit_report.date" = DATE \'2026-01-01\'',
     "documents.audit_report.date: there is a day, and `documents.audit_report` says no"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_row_is_told(edit: str, said: str, tables: TakenIn, tmp_path: Path) -> None:
    (one,) = tables.cities
    with duckdb.connect() as duck:
        duck.execute(f"CREATE TABLE t AS {one.relation('projects')}")
        duck.execute('ALTER TABLE t ADD COLUMN IF NOT EXISTS "security.level" SMALLINT')
        key = duck.execute("SELECT project FROM t WHERE changes IS NULL ORDER BY project LIMIT 1").fetchone()
        duck.execute(f"UPDATE t SET {edit} WHERE project = ?", key)
        duck.execute(f"COPY t TO '{tmp_path / 'p.parquet'}' (FORMAT parquet)")
    made = take_in([tmp_path / "p.parquet", *one.changes], tmp_path / "out", city=CITY)
    (reject,) = map(json.loads, made.rejects.read_text(encoding="utf-8").splitlines())
    assert said in [problem["message"] for problem in reject["problems"]]
    assert made.accepted == tables.accepted - 1 == made.cities[0].count


def test_a_wrong_change_takes_its_project_along(tables: TakenIn, tmp_path: Path) -> None:
    (one,) = tables.cities
    with duckdb.connect() as duck:
        duck.execute(f"CREATE TABLE t AS {one.relation('changes')}")
        key = duck.execute("SELECT project FROM t ORDER BY project LIMIT 1").fetchone()
        duck.execute('UPDATE t SET "change.amount" = -5 WHERE project = ? AND change = 0', key)
        duck.execute("INSERT INTO t (project, change) VALUES ('nobody', 0)")
        duck.execute(f"COPY t TO '{tmp_path / 'c.parquet'}' (FORMAT parquet)")
    made = take_in([*one.projects, tmp_path / "c.parquet"], tmp_path / "out", city=CITY)
    told = {reject["project"] for reject in map(json.loads, made.rejects.read_text(encoding="utf-8").splitlines())}
    assert key is not None
    assert told == {key[0], "nobody"}
    assert made.accepted == tables.accepted - 1


FILES = [
    ("SELECT 1 AS x", "there is no column `project`"),
    (
        "SELECT 'a' AS project, 1.5 AS \"investment.total\"",
        "the column `investment.total` is of type DECIMAL(2,1), not BIGINT",
    ),
    ("SELECT 'a' AS project, '2026-01-01' AS \"events.accepted.date\"", "is of type VARCHAR, not DATE"),
    ("SELECT 'a' AS project, 1 AS \"investment.totl\"", "there is no column `investment.totl` in a table of projects"),
    ("SELECT 'a' AS project, 0 AS change", "there are changes, and no projects that they belong to"),
]


@pytest.mark.parametrize(("query", "said"), FILES)
def test_a_wrong_file_is_refused(query: str, said: str, tmp_path: Path) -> None:
    write(query, tmp_path / "p.parquet")
    with pytest.raises(InvalidInput) as caught:
        take_in([tmp_path / "p.parquet"], tmp_path / "out", city=CITY)
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_types_that_hold_as_much_are_widened(tmp_path: Path) -> None:
    query = "SELECT 'a' AS project, 'x' AS name, 62::INTEGER AS \"investment.approved_estimate\", 3::BIGINT AS \"security.level\""
    write(query, tmp_path / "p.parquet")
    made = take_in([tmp_path / "p.parquet"], tmp_path / "out", city=CITY)
    chosen = 'project, name, "investment.approved_estimate", "security.level", line'
    assert fetched(f"SELECT {chosen} FROM ({made.cities[0].relation('projects')})")[1] == [("a", "x", 62, 3, 1)]


def test_a_change_without_a_key_is_told(tables: TakenIn, tmp_path: Path) -> None:
    (one,) = tables.cities
    write("SELECT CAST(NULL AS VARCHAR) AS project, 0 AS change", tmp_path / "c.parquet")
    made = take_in([*one.projects, *one.changes, tmp_path / "c.parquet"], tmp_path / "out", city=CITY)
    (reject,) = map(json.loads, made.rejects.read_text(encoding="utf-8").splitlines())
    assert [problem["message"] for problem in reject["problems"]] == ["project: there is no project of this key"]


def test_a_damaged_page_is_told(tables: TakenIn, tmp_path: Path) -> None:
    damaged = bytearray(tables.cities[0].projects[0].read_bytes())
    damaged[4 : len(damaged) // 4] = bytes(len(damaged) // 4 - 4)
    (tmp_path / "p.parquet").write_bytes(damaged)
    with pytest.raises(InvalidInput, match=r"of the Parquet files is damaged"):
        take_in([tmp_path / "p.parquet"], tmp_path / "out", city=CITY)
    assert not (tmp_path / "out").exists()
