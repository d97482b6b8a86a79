"""Parquet files in the layout of the flat table: looked through by DuckDB, and used as they are where nothing is wrong.

A file that is right is not copied. One with rows that are wrong, with several cities, or with types that only need to be
widened is copied without the first, apart, and widened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.flat import CHANGES, KEY, NUMBER, PROJECTS, STATED, Column, Holds, every_column
from govproj_rules.intake.checks import Check, checks_of
from govproj_rules.intake.duck import TYPES, Database, list_of, name_of, number_in, paths_of, text_of, told_of
from govproj_rules.intake.given import plain_cell, rejected
from govproj_rules.intake.inputs import Input
from govproj_rules.intake.parts import Parts
from govproj_rules.intake.taken import BESIDE, COUNT, ROWS
from govproj_rules.ir import RuleSet
from govproj_rules.light import dataclass
from govproj_rules.project.model import MAX_CHANGES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CITY: Final = "city"
ANY: Final = "1 = 1"
"""Every row. Spark takes the word `true`, alone in brackets behind WHERE, for the name of a column."""
_OURS: Final = frozenset({COUNT, ROWS, CITY, *BESIDE})
"""Columns a table may have beside those of the flat table."""
_WHOLE: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
G = TypeVar("G")
_TOLD: Final = 50
_TOGETHER: Final = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """A Parquet file: which table it is, the types of its columns, and the rows, each with its ``file_row_number``.

    It may be several files for whoever cannot look at them one by one; then each row says its ``:file`` too.
    """

    shown: str
    table: str
    types: Mapping[str, str]
    rows: str


def read_columnar(
    given: Sequence[Input], parts: Parts, rulesets: Sequence[RuleSet], anywhere: bool, tell: Callable[[int], None]
) -> None:
    """Take in Parquet files. ``anywhere``: the one ruleset is for all of them, whatever city a row names.

    A file with a column ``change`` is a table of changes. ``tell`` is told how many more projects were looked at. Raises
    :class:`InvalidInput` with all that is wrong with files as such; rows that are wrong are rejects.
    """
    if not given:
        return
    duck = parts.duck
    paths: dict[str, Path] = {one.shown: one.path for one in given}
    projects, changes = read_each(given, lambda one: _described(one, duck, rulesets, anywhere))
    for table in projects:
        reject_cities(duck, table, rulesets, anywhere, parts.refuse)
    for table in changes:
        reject(duck, table, [no_project(f"NOT coalesce({_of_projects(projects, ANY)}, false)")], ANY, parts.refuse)
    for ruleset in rulesets:
        where = ANY if anywhere else of_city(ruleset)
        mine = [one for one in projects if some(duck, one, where)]
        if mine:
            _take_in(mine, changes, ruleset, where, parts, paths, tell, alone=anywhere)


def read_each(given: Iterable[G], described: Callable[[G], Table]) -> tuple[list[Table], list[Table]]:
    """The tables of projects, and those of changes. Raises :class:`InvalidInput` with all that is wrong with any."""
    tables: list[Table] = []
    problems: list[Problem] = []
    for one in given:
        try:
            tables.append(described(one))
        except InvalidInput as error:
            problems += error.problems
    if not problems and not any(one.table == PROJECTS for one in tables):
        said = "there are changes, and no projects that they belong to"
        problems.append(
            Problem("no-projects", said, f"give the table of projects too: one without a column {quote(NUMBER)}")
        )
    if problems:
        raise InvalidInput(problems)
    return [one for one in tables if one.table == PROJECTS], [one for one in tables if one.table == CHANGES]


def of_city(ruleset: RuleSet) -> str:
    """The projects that name a city."""
    return f"{CITY} = {text_of(ruleset.id)}"


def no_project(wrong: str) -> Check:
    return Check(wrong, KEY, "there is no project of this key", "correct the key, or take the row out")


# --- files --------------------------------------------------------------------------------------------


def _described(one: Input, duck: DuckDBPyConnection, rulesets: Sequence[RuleSet], anywhere: bool) -> Table:
    import duckdb

    try:
        found = duck.execute(f"DESCRIBE SELECT * FROM read_parquet({paths_of([one.path])})").fetchall()
    except duckdb.Error:
        raise InvalidInput([DAMAGED.at(one.shown)]) from None
    types = {str(name): str(type_) for name, type_, *_ in found}
    rows = f"read_parquet({paths_of([one.path])}, file_row_number = true)"
    return Table(one.shown, table_of(one.shown, types, rulesets, anywhere), types, rows)


DAMAGED: Final = Problem("unreadable-file", "this is no Parquet file, or it is damaged", "write it again")


def table_of(shown: str, types: Mapping[str, str], rulesets: Sequence[RuleSet], anywhere: bool) -> str:
    """Which table a file is, by the types of its columns as DuckDB names them.

    Raises :class:`InvalidInput` with every column that is missing, unknown, or of a type that does not fit.
    """
    table = CHANGES if NUMBER in types else PROJECTS
    known = {column.name: column for column in every_column(rulesets) if column.table == table}
    problems = []
    if KEY not in types:
        problems.append(Problem("missing-column", f"there is no column {quote(KEY)}", "it tells projects apart"))
    if table == PROJECTS and not anywhere and CITY not in types:
        said = f"there is no column {quote(CITY)}"
        problems.append(Problem("no-city", said, "add it, or call with --city"))
    for name, type_ in types.items():
        if name in _OURS:
            continue
        column = known.get(name)
        if column is None:
            help = did_you_mean(name, known) or "docs/scale.md has the columns of a table"
            problems.append(Problem("unknown-column", f"there is no column {quote(name)} in a table of {table}", help))
        elif not _fits(type_, column.holds):
            said = f"the column {quote(name)} is of type {type_}, not {TYPES[column.holds]}"
            problems.append(Problem("wrong-type", said, "docs/scale.md says what each column holds"))
    if problems:
        raise InvalidInput([problem.at(shown) for problem in problems[:_TOLD]])
    return table


def _fits(type_: str, holds: Holds) -> bool:
    """Whether every value of a type can be kept exactly as a column holds it."""
    wanted = TYPES[holds]
    if type_ == wanted:
        return True
    if holds in ("money", "grade", "year", "count", "length"):
        return type_ in _WHOLE
    if holds in ("percent", "number"):
        scale = type_.removeprefix("DECIMAL(").removesuffix(")").partition(",")[2]
        return type_ in _WHOLE or (type_.startswith("DECIMAL(") and scale.isdecimal() and int(scale) <= 12)
    return holds in ("key", "word", "unit") and type_.startswith("ENUM(")


def some(db: Database, one: Table, where: str) -> bool:
    """Whether there is a row of a kind."""
    return db.execute(f"SELECT 1 FROM {one.rows} WHERE {where} LIMIT 1").fetchone() is not None


def reject_cities(
    db: Database, one: Table, rulesets: Sequence[RuleSet], anywhere: bool, refuse: Callable[[str], None]
) -> None:
    """Reject the projects of no city that is known, where each names its own."""
    if anywhere:
        return
    known = [ruleset.id for ruleset in rulesets]
    wrong = f"{CITY} IS NULL OR NOT list_contains({list_of(known)}, CAST({CITY} AS VARCHAR))"
    check = Check(wrong, CITY, "the project does not say a city that has a ruleset", "known: " + ", ".join(known))
    reject(db, one, [check], ANY, refuse)


# --- rows ---------------------------------------------------------------------------------------------


def _take_in(
    projects: Sequence[Table], changes: Sequence[Table], ruleset: RuleSet, where: str, parts: Parts,
    paths: Mapping[str, Path], tell: Callable[[int], None], alone: bool,
) -> None:  # fmt: skip
    duck = parts.duck
    duck.execute(f"CREATE OR REPLACE TEMP TABLE bad_changes AS {bad_changes(projects, changes, ruleset, where)}")
    for one in (*projects, *changes):
        city = where if one.table == PROJECTS else _of_projects(projects, where)
        checks = every_check(one, ruleset, f"{name_of(KEY)} IN (SELECT key FROM bad_changes)")
        count = number_in(duck, f"SELECT count(*) FROM {one.rows} WHERE {city}") if one.table == PROJECTS else 0
        with told_of(duck, count, tell):
            wrong = reject(duck, one, checks, city, parts.refuse)
        whole = alone or not some(duck, one, f"NOT ({city})" if one.table == PROJECTS else "false")
        exact = all(one.types[name] == TYPES[column.holds] for name, column in known_of(one, ruleset).items())
        shown = None if "file" in one.types else one.shown
        if not wrong and whole and exact and (one.table == PROJECTS or alone):
            place = (shown, "line" not in one.types) if one.table == PROJECTS else None
            parts.keep(ruleset.id, one.table, paths[one.shown], place)
            continue
        cells = [
            *(
                f"CAST({name_of(name)} AS {TYPES[column.holds]}) AS {name_of(name)}"
                for name, column in known_of(one, ruleset).items()
            )
        ]
        if one.table == PROJECTS:
            cells += [name_of(name) for name in ("name", "applicant.name") if name in one.types]
            cells.append(f"{text_of(shown)} AS file" if shown is not None else "file")
            cells.append("line" if "line" in one.types else "file_row_number + 1 AS line")
        query = f"SELECT {', '.join(cells)} FROM {one.rows} WHERE ({city}) AND {right_of(checks)}"
        duck.execute(Parts.copy_to(query, parts.file(ruleset.id, one.table)))


def every_check(one: Table, ruleset: RuleSet, bad: str) -> list[Check]:
    """What must not be in the rows of a table; ``bad``: whether the changes of a row's project are wrong."""
    keyed = Check(bad, KEY, "the changes of the project are wrong",
                  "each is right, numbered from 0, the earliest first, as many as the column `changes` says")  # fmt: skip
    return [*checks_of(known_of(one, ruleset), ruleset, one.types), keyed]


def right_of(checks: Iterable[Check]) -> str:
    """Whether nothing of it is in a row."""
    return " AND ".join(f"NOT coalesce({check.wrong}, false)" for check in checks)


def _of_projects(projects: Sequence[Table], where: str) -> str:
    every = " UNION ALL ".join(f"SELECT {name_of(KEY)} FROM {one.rows} WHERE {where}" for one in projects)
    return f"{name_of(KEY)} IN ({every})"


def bad_changes(projects: Sequence[Table], changes: Sequence[Table], ruleset: RuleSet, where: str) -> str:
    """A query for the keys of projects whose changes are wrong, or are not those that the project says it has had."""
    stated = " UNION ALL ".join(
        f"SELECT {name_of(KEY)} AS key, {name_of(STATED) if STATED in one.types else 'CAST(NULL AS INTEGER)'} AS stated"
        f" FROM {one.rows} WHERE {where}"
        for one in projects
    )
    nothing = "SELECT CAST(NULL AS VARCHAR) AS key, CAST(NULL AS INTEGER) AS place, CAST(NULL AS DATE) AS day LIMIT 0"
    rows = [f"({nothing})"]
    for one in changes:
        day = name_of("change.date") if "change.date" in one.types else "CAST(NULL AS DATE)"
        rows.append(f"SELECT {name_of(KEY)} AS key, {name_of(NUMBER)} AS place, {day} AS day FROM {one.rows}")
    told = (
        "SELECT key, count(*) AS rows, count(DISTINCT place) AS places, min(place) AS first, max(place) AS last,"
        " bool_or(day < latest) AS backwards FROM (SELECT *, max(day) OVER (PARTITION BY key ORDER BY place"
        f" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest FROM ({' UNION ALL '.join(rows)})) GROUP BY key"
    )
    wrong = (
        f"rows > {MAX_CHANGES} OR places <> rows OR first <> 0 OR last <> rows - 1 OR coalesce(backwards, false)"
        " OR coalesce(stated, -1) <> rows"
    )
    keys = [
        f"SELECT key FROM ({stated}) LEFT JOIN ({told}) USING (key)"
        f" WHERE (rows IS NULL AND stated > 0) OR (rows IS NOT NULL AND ({wrong}))"
    ]
    for one in changes:
        checks = checks_of(known_of(one, ruleset), ruleset, one.types)
        some_wrong = " OR ".join(f"coalesce({check.wrong}, false)" for check in checks)
        keys.append(f"SELECT {name_of(KEY)} AS key FROM {one.rows} WHERE {some_wrong}")
    return f"SELECT DISTINCT key FROM ({' UNION ALL '.join(keys)}) WHERE key IS NOT NULL"


def known_of(one: Table, ruleset: RuleSet) -> dict[str, Column]:
    """The columns of a table that mean something, by name."""
    return {
        column.name: column
        for column in every_column([ruleset])
        if column.table == one.table and column.name in one.types
    }


def reject(db: Database, one: Table, checks: Sequence[Check], where: str, refuse: Callable[[str], None]) -> bool:
    """Reject the rows that something is wrong with; whether there are any. Most often one look at the file is all."""
    any_wrong = " OR ".join(f"({check.wrong})" for check in checks)
    if db.execute(f"SELECT 1 FROM {one.rows} WHERE ({where}) AND ({any_wrong}) LIMIT 1").fetchone() is None:
        return False
    each = ", ".join(f"count(*) FILTER (WHERE {check.wrong})" for check in checks)
    counts = db.execute(f"SELECT {each} FROM {one.rows} WHERE {where}").fetchone()
    assert counts is not None
    found = [check for check, count in zip(checks, counts, strict=True) if count]
    flags = ", ".join(f"coalesce({check.wrong}, false) AS {name_of(f':{place}')}" for place, check in enumerate(found))
    any_found = " OR ".join(name_of(f":{place}") for place in range(len(found)))
    made = db.execute(
        f"SELECT * FROM (SELECT *, {flags} FROM {one.rows} WHERE {where}) WHERE {any_found} ORDER BY file_row_number"
    )
    assert made.description is not None
    names = [column[0] for column in made.description]
    while rows := made.fetchmany(_TOGETHER):
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            refuse(_told(one, cells, found))
    return True


def _told(one: Table, cells: Mapping[str, object], found: Iterable[Check]) -> str:
    line, shown = cells["file_row_number"], str(cells.get(":file") or one.shown)
    assert isinstance(line, int)
    problems = [
        Problem("wrong-value", f"{check.column}: {check.message}", check.help, shown, line + 1)
        for place, check in enumerate(found)
        if cells[f":{place}"]
    ]
    record = {
        name: plain_cell(cell)
        for name, cell in cells.items()
        if cell is not None and not name.startswith(":") and name != "file_row_number"
    }
    key = cells.get(KEY)
    return rejected(shown, line + 1, str(key) if key else None, problems, record)
