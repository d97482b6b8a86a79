"""Audits on Spark, as far as neither Spark nor Java is needed: what is refused, how it is told, and the SQL that is made.

What comes out is held to DuckDB's in tests/sql.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from intake.asked import write
from test_cli import run

from govproj_rules import extras
from govproj_rules.auditing import tables
from govproj_rules.auditing.deciding import Decided, Part
from govproj_rules.auditing.spark.database import _check_java, _no_master, _problem, translated
from govproj_rules.errors import InvalidInput
from govproj_rules.flat import CHANGES, PROJECTS, columns, every_column
from govproj_rules.intake import Tables
from govproj_rules.intake.checks import checks_of
from govproj_rules.intake.columnar import Table, bad_changes
from govproj_rules.intake.duck import TYPES
from govproj_rules.library import built_in, load_ruleset

ON_SPARK = ("--engine", "spark")


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    write("SELECT 'a' AS project, 'yunan' AS city", tmp_path / "p.parquet")
    return tmp_path / "p.parquet"


REFUSED = [
    (("--master", "local[2]"), "--master is where Spark is: it needs --engine spark"),
    (("--engine", "hive"), "`hive` is not one of duckdb, spark"),
    (ON_SPARK, "needs a place to work"),
    ((*ON_SPARK, "--tables", "t"), "--tables does not go with --engine"),
    ((*ON_SPARK, "-o", "out.xlsx"), "out.xlsx: Spark writes a folder of Parquet only"),
    ((*ON_SPARK, "-o", "out.parquet"), "out.parquet: Spark writes a folder of Parquet only"),
    ((*ON_SPARK, "-o", "out", "--format", "csv"), "out: Spark writes a folder of Parquet only"),
    ((*ON_SPARK, "-o", "a:b"), "a:b: Spark writes nothing with `:` in its path"),
    ((*ON_SPARK, "-o", "out", "--map", "m.yaml"), "m.yaml: the map is for sheets, and Spark reads none"),
    ((*ON_SPARK, "-o", "out", "--master", "sc://h"), "`sc://h` is no master that is worked with here"),
    ((*ON_SPARK, "-o", "out", "--master", "local[0]"), "`local[0]` is no master that is worked with here"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_spark_is_not_for_is_refused(options: tuple[str, ...], said: str, parquet: Path) -> None:
    code, _, told = run("audit", str(parquet), *options, cwd=parquet.parent)
    assert code == 2
    assert said in " ".join(told.split())
    assert sorted(one.name for one in parquet.parent.iterdir()) == ["p.parquet"]


def test_every_input_that_is_no_parquet_is_told(parquet: Path) -> None:
    (parquet.parent / "a.jsonl").write_text("{}\n")
    (parquet.parent / "folder").mkdir()
    (parquet.parent / "a:b.parquet").write_bytes(parquet.read_bytes())
    given = ("a.jsonl", "folder", "a:b.parquet", "p.parquet")
    code, _, told = run("audit", *given, *ON_SPARK, "-o", "out", cwd=parquet.parent)
    assert code == 2
    assert re.findall(r"^(\S+): .* \[(.*)\]$", told, re.MULTILINE) == [
        ("a.jsonl", "not-parquet"), ("folder", "not-parquet"), ("a:b.parquet", "unreadable-file"),
    ]  # fmt: skip
    assert "--tables FOLDER" in told


def test_an_address_is_refused() -> None:
    code, _, told = run("audit", "hdfs://host/projects", *ON_SPARK, "-o", "out")
    assert (code, "addresses are not read" in told) == (2, True)


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", missing)
    from govproj_rules.auditing.spark.database import open_spark

    with pytest.raises(InvalidInput) as caught, open_spark("local[1]", Path("nowhere")):
        pass
    (problem,) = caught.value.problems
    assert (problem.code, problem.help) == ("not-installed", "pip install 'govproj-rules[spark]'")


def test_java_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(InvalidInput, match=r"JAVA_HOME is .*, and there is no Java in it"):
        _check_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidInput, match="Spark needs Java, which is not here"):
        _check_java()


TRACE = "\n\tat org.apache.spark.Some.thing(Some.scala:1)\n\tat java.base/java.lang.Thread.run(Thread.java:840)"
FAILED = [
    ("java.lang.OutOfMemoryError: Java heap space", "out-of-memory", "enough memory"),
    ("[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///x/p.parquet. SQLSTATE: KD001",
     "unreadable-file", "/x/p.parquet: this Parquet file is damaged"),
    ("An error occurred while calling o1.sql.\n: org.apache.spark.SparkException: Job aborted.", "spark-failed",
     "Spark could not go on: Job aborted. [spark-failed]"),
]  # fmt: skip
OF_MASTER = [
    ("org.apache.spark.SparkException: Could not parse Master URL: 'local[x]'", "bad-master", "`M` is no master of Spark's"),
    ("java.lang.NullPointerException", "no-master", "Spark could not be started at `M`"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "code", "said"), [*FAILED, *OF_MASTER], ids=[one[1] for one in [*FAILED, *OF_MASTER]]
)
def test_what_spark_raises_is_one_message(raised: str, code: str, said: str) -> None:
    problem = _no_master(raised + TRACE, "M") if "master" in code else _problem(raised + TRACE)
    assert problem.code == code
    assert said in str(InvalidInput([problem]))
    assert "scala" not in str(InvalidInput([problem]))


@pytest.mark.parametrize("city", built_in())
def test_all_that_is_asked_can_be_said_to_spark(city: str) -> None:
    """No function of DuckDB's is left, and lists are counted as lists."""
    ruleset = load_ruleset(city)
    asked = []
    for table in (PROJECTS, CHANGES):
        known = {one.name: one for one in every_column([ruleset]) if one.table == table}
        types = {name: TYPES[one.holds] for name, one in known.items()}
        asked += [f"SELECT {one.wrong} FROM given" for one in checks_of(known, ruleset, types)]
        asked.append(
            bad_changes([Table("p", PROJECTS, types, "given")], [Table("c", CHANGES, types, "g")], ruleset, "1 = 1")
        )
    parts = (Part("whole", (0, 1), (0,)), Part("each", (2,), (), each=True), Part("years", (3,), (), yearly=True))
    decided = Decided(Tables(ruleset, columns([ruleset]), (), (), 0), date(2026, 6, 30), parts)
    for every in ([decided], []):
        made = (
            tables._projects(every, None),
            tables._findings(every, None, all=True),
            tables._deadlines(every, 30, None),
        )
        asked += [one.query(people=False) for one in made]
    for query in asked:
        said = translated(query).query
        assert not re.search(r"\b(LIST_\w+|LEN|USMALLINT|REPLACE)\b|LENGTH\(`[^`]*dates`|WHERE \(TRUE\)", said), said


def test_a_table_and_a_view_are_told_apart() -> None:
    assert translated("CREATE OR REPLACE TEMP TABLE \"a.b\" AS SELECT 'it''s \\ ' AS x") == (
        "SELECT 'it\\'s \\\\ ' AS x", "TABLE", "a.b",
    )  # fmt: skip
    assert translated("CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS x")[1:] == ("VIEW", "v")
    assert translated("SELECT count(*) FROM t")[1:] == (None, "")
