"""Parquet files in the layout of the flat table: looked through by DuckDB, and used as they are where nothing is wrong.

A file that is right is not copied. One with rows that are wrong, with several cities, or with types that only need to be
widened is copied without the first, apart, and widened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.flat import CHANGES, KEY, NUMBER, PROJECTS, STATED, Column, Holds, every_column
from govproj_rules.intake.checks import Check, checks_of
from govproj_rules.intake.duck import TYPES, list_of, name_of, paths_of, text_of
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
_OURS: Final = frozenset({COUNT, ROWS, CITY, *BESIDE})
"""Columns a table may have beside those of the flat table."""
_WHOLE: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_TOLD: Final = 50
_TOGETHER: Final = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """A Parquet file: which table it is, and the types of its columns."""

    given: Input
    table: str
    types: Mapping[str, str]


def read_columnar(given: Sequence[Input], parts: Parts, rulesets: Sequence[RuleSet], anywhere: bool) -> None:
    """Take in Parquet files. ``anywhere``: the one ruleset is for all of them, whatever city a row names.

    A file with a column ``change`` is a table of changes. Raises :class:`InvalidInput` with all that is wrong with files as
    such; rows that are wrong are rejects.
    """
    if not given:
        return
    duck = parts.duck
    tables: list[Table] = []
    problems: list[Problem] = []
    for one in given:
        try:
            tables.append(_described(one, duck, rulesets, anywhere))
        except InvalidInput as error:
            problems += error.problems
    if not problems and not any(one.table == PROJECTS for one in tables):
        said = "there are changes, and no projects that they belong to"
        problems.append(
            Problem("no-projects", said, f"give the table of projects too: one without a column {quote(NUMBER)}")
        )
    if problems:
        raise InvalidInput(problems)
    projects = [one for one in tables if one.table == PROJECTS]
    changes = [one for one in tables if one.table == CHANGES]
    for table in projects:
        _reject_cities(table, parts, rulesets, anywhere)
    for table in changes:
        lost = f"NOT ({_of_projects(projects, 'true')})"
        _reject(
            table,
            [Check(lost, KEY, "there is no project of this key", "correct the key, or take the row out")],
            "true",
            parts,
        )
    for ruleset in rulesets:
        where = "true" if anywhere else f"{CITY} = {text_of(ruleset.id)}"
        mine = [one for one in projects if _some(duck, one, where)]
        if mine:
            _take_in(mine, changes, ruleset, where, parts, alone=anywhere)


# --- files --------------------------------------------------------------------------------------------


def _described(one: Input, duck: DuckDBPyConnection, rulesets: Sequence[RuleSet], anywhere: bool) -> Table:
    import duckdb

    try:
        found = duck.execute(f"DESCRIBE SELECT * FROM read_parquet({paths_of([one.path])})").fetchall()
    except duckdb.Error:
        said = "this is no Parquet file, or it is damaged"
        raise InvalidInput([Problem("unreadable-file", said, "write it again", one.shown)]) from None
    types = {str(name): str(type_) for name, type_, *_ in found}
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
        raise InvalidInput([problem.at(one.shown) for problem in problems[:_TOLD]])
    return Table(one, table, types)


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


def _some(duck: DuckDBPyConnection, one: Table, where: str) -> bool:
    return (
        duck.execute(f"SELECT 1 FROM read_parquet({paths_of([one.given.path])}) WHERE {where} LIMIT 1").fetchone()
        is not None
    )


def _reject_cities(one: Table, parts: Parts, rulesets: Sequence[RuleSet], anywhere: bool) -> None:
    if anywhere:
        return
    known = [ruleset.id for ruleset in rulesets]
    wrong = f"{CITY} IS NULL OR NOT list_contains({list_of(known)}, CAST({CITY} AS VARCHAR))"
    check = Check(wrong, CITY, "the project does not say a city that has a ruleset", "known: " + ", ".join(known))
    _reject(one, [check], "true", parts)


# --- rows ---------------------------------------------------------------------------------------------


def _take_in(
    projects: Sequence[Table], changes: Sequence[Table], ruleset: RuleSet, where: str, parts: Parts, alone: bool
) -> None:
    duck = parts.duck
    _bad_keys(projects, changes, ruleset, where, duck)
    for one in (*projects, *changes):
        city = where if one.table == PROJECTS else _of_projects(projects, where)
        checks = [*checks_of(_known(one, ruleset), ruleset, one.types), *_KEYED]
        wrong = _reject(one, checks, city, parts)
        whole = alone or not _some(duck, one, f"NOT ({city})" if one.table == PROJECTS else "false")
        exact = all(one.types[name] == TYPES[column.holds] for name, column in _known(one, ruleset).items())
        shown = None if "file" in one.types else one.given.shown
        if not wrong and whole and exact and (one.table == PROJECTS or alone):
            place = (shown, "line" not in one.types) if one.table == PROJECTS else None
            parts.keep(ruleset.id, one.table, one.given.path, place)
            continue
        rows = _rows(one)
        cells = [
            *(
                f"CAST({name_of(name)} AS {TYPES[column.holds]}) AS {name_of(name)}"
                for name, column in _known(one, ruleset).items()
            )
        ]
        if one.table == PROJECTS:
            cells += [name_of(name) for name in ("name", "applicant.name") if name in one.types]
            cells.append(f"{text_of(shown)} AS file" if shown is not None else "file")
            cells.append("line" if "line" in one.types else "file_row_number + 1 AS line")
        right = " AND ".join(f"NOT coalesce({check.wrong}, false)" for check in checks)
        query = f"SELECT {', '.join(cells)} FROM {rows} WHERE ({city}) AND {right}"
        duck.execute(Parts.copy_to(query, parts.file(ruleset.id, one.table)))


_KEYED: Final = (
    Check(f"{name_of(KEY)} IN (SELECT key FROM bad_changes)", KEY, "the changes of the project are wrong",
          "each is right, numbered from 0, the earliest first, as many as the column `changes` says"),
)  # fmt: skip


def _of_projects(projects: Sequence[Table], where: str) -> str:
    every = " UNION ALL ".join(
        f"SELECT {name_of(KEY)} FROM read_parquet({paths_of([one.given.path])}) WHERE {where}" for one in projects
    )
    return f"{name_of(KEY)} IN ({every})"


def _bad_keys(
    projects: Sequence[Table], changes: Sequence[Table], ruleset: RuleSet, where: str, duck: DuckDBPyConnection
) -> None:
    """Projects whose changes are wrong, or are not those that the project says it has had."""
    stated = " UNION ALL BY NAME ".join(
        f"SELECT {name_of(KEY)} AS key, {name_of(STATED) if STATED in one.types else 'CAST(NULL AS INTEGER)'} AS stated"
        f" FROM read_parquet({paths_of([one.given.path])}) WHERE {where}"
        for one in projects
    )
    nothing = "SELECT CAST(NULL AS VARCHAR) AS key, CAST(NULL AS INTEGER) AS place, CAST(NULL AS DATE) AS day LIMIT 0"
    rows = [f"({nothing})"]
    for one in changes:
        day = name_of("change.date") if "change.date" in one.types else "CAST(NULL AS DATE)"
        rows.append(
            f"SELECT {name_of(KEY)} AS key, {name_of(NUMBER)} AS place, {day} AS day FROM read_parquet({paths_of([one.given.path])})"
        )
    told = (
        "SELECT key, count(*) AS rows, count(DISTINCT place) AS places, min(place) AS first, max(place) AS last,"
        " bool_or(day < latest) AS backwards FROM (SELECT *, max(day) OVER (PARTITION BY key ORDER BY place"
        f" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest FROM ({' UNION ALL BY NAME '.join(rows)})) GROUP BY key"
    )
    wrong = (
        f"rows > {MAX_CHANGES} OR places <> rows OR first <> 0 OR last <> rows - 1 OR coalesce(backwards, false)"
        " OR coalesce(stated, -1) <> rows"
    )
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE bad_changes AS SELECT DISTINCT key FROM ({stated}) LEFT JOIN ({told}) USING (key)"
        f" WHERE (rows IS NULL AND stated > 0) OR (rows IS NOT NULL AND ({wrong}))"
    )
    for one in changes:
        some = " OR ".join(
            f"coalesce({check.wrong}, false)" for check in checks_of(_known(one, ruleset), ruleset, one.types)
        )
        duck.execute(f"INSERT INTO bad_changes SELECT {name_of(KEY)} FROM {_rows(one)} WHERE {some}")


def _known(one: Table, ruleset: RuleSet) -> dict[str, Column]:
    return {
        column.name: column
        for column in every_column([ruleset])
        if column.table == one.table and column.name in one.types
    }


def _rows(one: Table) -> str:
    return f"read_parquet({paths_of([one.given.path])}, file_row_number = true)"


def _reject(one: Table, checks: Sequence[Check], where: str, parts: Parts) -> bool:
    """Reject the rows that something is wrong with; whether there are any. Most often one look at the file is all."""
    duck = parts.duck
    any_wrong = " OR ".join(f"({check.wrong})" for check in checks)
    if duck.execute(f"SELECT 1 FROM {_rows(one)} WHERE ({where}) AND ({any_wrong}) LIMIT 1").fetchone() is None:
        return False
    each = ", ".join(f"count(*) FILTER ({check.wrong})" for check in checks)
    counts = duck.execute(f"SELECT {each} FROM {_rows(one)} WHERE {where}").fetchone()
    assert counts is not None
    found = [check for check, count in zip(checks, counts, strict=True) if count]
    flags = ", ".join(f"coalesce({check.wrong}, false) AS {name_of(f':{place}')}" for place, check in enumerate(found))
    some = " OR ".join(name_of(f":{place}") for place in range(len(found)))
    made = duck.execute(
        f"SELECT * FROM (SELECT *, {flags} FROM {_rows(one)} WHERE {where}) WHERE {some} ORDER BY file_row_number"
    )
    assert made.description is not None
    names = [column[0] for column in made.description]
    while rows := made.fetchmany(_TOGETHER):
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            parts.refuse(_told(one, cells, found))
    return True


def _told(one: Table, cells: Mapping[str, object], found: Iterable[Check]) -> str:
    line = cells["file_row_number"]
    assert isinstance(line, int)
    problems = [
        Problem("wrong-value", f"{check.column}: {check.message}", check.help, one.given.shown, line + 1)
        for place, check in enumerate(found)
        if cells[f":{place}"]
    ]
    record = {
        name: plain_cell(cell)
        for name, cell in cells.items()
        if cell is not None and not name.startswith(":") and name != "file_row_number"
    }
    key = cells.get(KEY)
    return rejected(one.given.shown, line + 1, str(key) if key else None, problems, record)
