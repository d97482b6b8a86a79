"""The printed scripts in DuckDB, PostgreSQL and Spark: ten thousand projects for each city, and all cases.

What is expected is what the fast path says, which is held to the definition; here too, on a sample of the same projects.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from backends import decided, definition
from in_sql import Sample
from many import Many
from strategies import a_world, build, random_table, some_of
from test_one_meaning import cases

from govproj_rules import Project, load_ruleset
from govproj_rules.cases import case_files
from govproj_rules.library import built_in
from govproj_rules.vocabulary import rules_home
from sql.agreement import TABLES, VIEWS, differences, script_of
from sql.engines import DuckDB, Engine, Postgres, Spark

AS_OF = date(2026, 6, 30)
PROJECTS = 10_000
RULESETS = {"duckdb": 30, "postgres": 12, "spark": 3}
"""As many generated ones as each engine is given."""
REASONS = 100
"""Of as many projects it is also compared what is missing, and thresholds: the definition takes long for these."""
TOLD = {"duckdb": built_in(), "postgres": built_in(), "spark": ("yunan",)}
DAYS = (AS_OF, date(2025, 8, 31), date(2027, 1, 15))
"""The last lies in a year that the calendar of working days does not know."""


@pytest.fixture(scope="session", params=[pytest.param(one, marks=pytest.mark.xdist_group(one)) for one in RULESETS])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "duckdb":
        yield DuckDB()
        return
    folder = Path(tempfile.mkdtemp(prefix="govproj-"))
    server = Postgres(folder) if request.param == "postgres" else Spark(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@cache
def sample_of(city: str) -> Sample:
    """Generated projects, and those of all cases of the city, on one day."""
    ruleset = load_ruleset(city)
    of_cases = [
        (f"case {place}", one.project)
        for place, (_, one, _) in enumerate(cases(rules_home() / "cases" / f"{city}.yaml"))
    ]
    drawn = Many(ruleset, AS_OF).projects(PROJECTS - len(of_cases))
    return Sample(ruleset, AS_OF, [*of_cases, *drawn])


@pytest.mark.parametrize("city", built_in())
def test_every_city_in_every_engine(city: str, engine: Engine) -> None:
    assert differences(sample_of(city), engine, REASONS if city in TOLD[engine.dialect] else 0) == []


@pytest.mark.parametrize("city", built_in())
def test_the_fast_path_is_the_definition_on_these(city: str) -> None:
    sample = sample_of(city)
    for _, facts in Sample(sample.ruleset, AS_OF, sample.projects[-100:]).facts():
        assert decided("to_python", sample.ruleset, facts) == definition(sample.ruleset, facts)


@pytest.mark.parametrize("file", case_files([rules_home()]), ids=lambda file: file.stem)
def test_cases_on_their_own_days(file: Path) -> None:
    by_day: dict[date, list[tuple[str, Project]]] = {}
    for place, (_, facts, _) in enumerate(cases(file)):
        by_day.setdefault(facts.as_of, []).append((str(place), facts.project))
    for as_of, projects in by_day.items():
        assert differences(Sample(load_ruleset(file.stem), as_of, projects), DuckDB(), printed=False) == [], as_of


def test_generated_rulesets_in_every_engine(engine: Engine) -> None:
    for seed in range(RULESETS[engine.dialect]):
        as_of = DAYS[seed % len(DAYS)]
        worlds = [a_world(100 * seed + place, as_of) for place in range(50)]
        projects = [
            (str(place), Project.model_validate(world.project(some_of(world, seed + place))))
            for place, world in enumerate(worlds)
        ]
        assert differences(Sample(build(random_table(seed)), as_of, projects), engine, REASONS) == [], seed


TITLE = "it's \\ '); DROP TABLE projects; -- \n\\q $1 {x} `y` \"z\" 办法"


def test_texts_of_a_file_stay_texts(engine: Engine) -> None:
    ruleset = build({"rules": [{"id": "r", "title": {"zh": TITLE, "en": TITLE}, "duty": {}}]})
    script = script_of(Sample(ruleset, AS_OF, []), engine)
    engine.run(list(script.statements()))
    try:
        names = ", ".join(map(engine.quoted, ("title_zh", "title_en")))
        assert engine.ask(f"SELECT {names} FROM {engine.quoted('tiny_rules')}") == [(TITLE, TITLE)]
        assert engine.ask(f"SELECT * FROM {engine.quoted('projects')}") == []
    finally:
        engine.clear(["projects", *(f"tiny_{one}" for one in TABLES)], [f"tiny_{one}" for one in VIEWS])
