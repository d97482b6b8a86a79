"""Rulesets as SQL: in DuckDB here, as far as is quick; in three engines and on many projects under `make test-sql`."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from in_sql import Sample, generated
from many import Many
from sql.agreement import differences
from sql.engines import DuckDB
from strategies import FACTS, build
from typer.testing import CliRunner

from govproj_rules import InvalidInput, load_ruleset
from govproj_rules.cli import app
from govproj_rules.engines import DIALECTS
from govproj_rules.errors import quote
from govproj_rules.library import built_in
from govproj_rules.to_sql import to_sql

AS_OF = date(2026, 6, 30)


@pytest.mark.parametrize("city", built_in())
def test_cities_in_duckdb(city: str) -> None:
    ruleset = load_ruleset(city)
    assert differences(Sample(ruleset, AS_OF, list(Many(ruleset, AS_OF).projects(120))), DuckDB(), reasons=20) == []


@pytest.mark.parametrize("seed", range(8))
def test_generated_rulesets_in_duckdb(seed: int) -> None:
    assert differences(generated(seed, AS_OF), DuckDB(), reasons=20) == []


@pytest.mark.parametrize("as_of", [date(2024, 8, 16), date(2029, 8, 17)])
def test_a_day_on_which_nothing_is_in_force(as_of: date) -> None:
    ruleset = load_ruleset("yunan")
    assert differences(Sample(ruleset, as_of, list(Many(ruleset, as_of).projects(3))), DuckDB(), reasons=3) == []


# --- the script -------------------------------------------------------------------------------------


def printed(*options: str) -> str:
    result = CliRunner().invoke(app, ["sql", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_script_runs_as_it_is_printed_and_twice() -> None:
    engine = DuckDB()
    text = printed("yunan", "--as-of", "2026-06-30")
    for _ in range(2):
        engine.connection.execute(text)
    engine.connection.execute("INSERT INTO projects (project, classified) VALUES ('P-1', true)")
    assert engine.ask("FROM yunan_verdicts") == [("P-1", "excluded", "classified", "out_of_scope", 0, 0, 0, 0, 0, 0)]


@pytest.mark.parametrize(("lang", "said"), [("zh", "空值（NULL）即未说明"), ("en", "NULL is what is not stated")])
def test_the_script_says_what_it_is(lang: str, said: str) -> None:
    head = [
        line
        for line in printed("lushan", "--as-of", "2026-06-30", "--lang", lang).splitlines()
        if line.startswith("--")
    ]
    assert "2026-06-30" in "".join(head)
    assert said in "".join(head)


def test_the_same_ruleset_gives_the_same_bytes() -> None:
    command = [sys.executable, "-m", "govproj_rules", "sql", "langfang", "--as-of", "2026-06-30"]
    made = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1]


# --- what is refused --------------------------------------------------------------------------------


def refused(*options: str) -> str:
    result = CliRunner().invoke(app, ["sql", *options])
    assert result.exit_code == 2
    return result.output


@pytest.mark.parametrize("dialect", ["mysql", "DuckDB", ""])
def test_other_dialects_are_refused(dialect: str) -> None:
    assert "is not one of duckdb, postgres, spark" in refused("yunan", "--dialect", dialect)
    with pytest.raises(InvalidInput) as caught:
        to_sql(load_ruleset("yunan"), as_of=AS_OF, dialect=dialect)
    assert [(one.code, one.help) for one in caught.value.problems] == [
        ("unknown-dialect", "one of duckdb, postgres, spark")
    ]


def test_an_unknown_city_is_refused() -> None:
    assert "there is no ruleset `yunnan` [unknown-city]" in refused("yunnan")


def test_without_sqlglot_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.startswith(("sqlglot", "govproj_rules.to_sql."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    said = refused("yunan")
    assert "[no-sqlglot]" in said
    assert 'pip install "govproj-rules[sql]"' in said


LONG: dict[str, Any] = {"event": "contract_filed", "after": "contract_signed", "within": "99999 months"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_cannot_be_said_is_named_with_its_rule(dialect: str) -> None:
    rules = [{"id": "first", "deadline": LONG}, {"id": "second", "duty": {}}, {"id": "third", "deadline": LONG}]
    with pytest.raises(InvalidInput) as caught:
        to_sql(build({"rules": rules}), as_of=AS_OF, dialect=dialect)
    assert [one.message for one in caught.value.problems] == [
        "`first` cannot be said in SQL: a period of 99999 months", "`third` cannot be said in SQL: a period of 99999 months"
    ]  # fmt: skip


def test_names_that_postgres_would_cut_short_are_refused() -> None:
    name = "a" * 70
    table = {"facts": {**FACTS, name: "yes_no"}, "rules": [{"id": "r", "when": {f"facts.{name}": True}, "duty": {}}]}
    with pytest.raises(InvalidInput) as caught:
        to_sql(build(table), as_of=AS_OF, dialect="postgres")
    assert [one.message for one in caught.value.problems] == [
        f"the column {quote(f'facts.{name}')} has a name longer than PostgreSQL keeps, which is 63 bytes"
    ]
    to_sql(build(table), as_of=AS_OF, dialect="duckdb")
