"""Every rule of a regulation decided for every project of a city: what comes of each is kept as Parquet.

What is kept is wide: a row for each project with the code of every rule (:data:`~govproj_rules.to_sql.rules.CODES`), and
likewise for each change and each year. Whoever wants findings, or counts, makes them of that without deciding again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from govproj_rules import ir
from govproj_rules.flat import CHANGES, KEY, NUMBER, PROJECTS
from govproj_rules.intake import BESIDE, Tables
from govproj_rules.intake.duck import TYPES, name_of, paths_of, rows_in, text_of, told_of
from govproj_rules.ir import RuleSet
from govproj_rules.light import dataclass

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from govproj_rules.to_sql.rules import Grain, Rules

CHUNK: Final = 1_000_000
"""Projects decided at a time: what a run needs of memory does not grow with how many there are."""
YEAR: Final = "year"
_PARQUET: Final = "FORMAT parquet, COMPRESSION snappy"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one grain, as a table that is asked: codes of the rules at some places of the ruleset, once a project, a change, or a year.

    ``dues`` are the places of the deadlines of which the rows have the last day, where it is known.
    """

    rows: str
    rules: tuple[int, ...]
    dues: tuple[int, ...]
    each: bool = False
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the projects of one city. The first of ``parts`` has a row for each project, with the columns of
    :data:`~govproj_rules.intake.BESIDE`, scope, regime and verdict; there are no others where the regulation is not in
    force on the day.
    """

    tables: Tables
    as_of: date
    parts: tuple[Part, ...]

    @property
    def ruleset(self) -> RuleSet:
        return self.tables.ruleset

    @property
    def whole(self) -> Part:
        return self.parts[0]


def code(place: int) -> str:
    """The column of the code of a rule."""
    return f"r{place + 1}"


def due(place: int) -> str:
    """The column of the last day of a deadline."""
    return f"d{place + 1}"


def chunks(duck: DuckDBPyConnection, tables: Tables) -> list[tuple[Path, int, int]]:
    """The projects of a city in pieces: a file, its first row and the row after the last."""
    made = []
    for path in tables.projects:
        rows = rows_in(duck, path)
        made += [(path, first, min(first + CHUNK, rows)) for first in range(0, rows, CHUNK)]
    return made


def decide_all(
    duck: DuckDBPyConnection, tables: Tables, as_of: date, folder: Path, done: Callable[[int], None]
) -> Decided:
    """Decide every project of ``tables`` on a day, piece by piece, into files of ``folder``."""
    from govproj_rules.to_sql import tables as beside
    from govproj_rules.to_sql.dialects import ROWS
    from govproj_rules.to_sql.rules import Rules

    dialect = ROWS["duckdb"]
    rules = Rules(tables.ruleset, dialect, as_of)
    folder.mkdir(parents=True)
    for statement in (*beside.of_rules(tables.ruleset, dialect), *_calendar(beside, rules)):
        duck.execute(dialect.write(statement))
    queries = asked_of(rules)
    pieces = chunks(duck, tables)
    files: dict[str, list[Path]] = {one.name: [] for one in queries}
    for number, (path, first, last) in enumerate(pieces):
        _view(duck, tables, path, first, last, alone=len(pieces) == 1)
        rest = last - first
        for left, one in zip(range(len(queries), 0, -1), queries, strict=True):
            file = folder / f"{one.name}-{number:05}.parquet"
            with told_of(duck, rest // left, done):  # each query reads all of them, and stands for its share
                duck.execute(f"COPY ({one.query}) TO {text_of(file)} ({_PARQUET})")
            rest -= rest // left
            files[one.name].append(file)
    parts = [one.part(f"read_parquet({paths_of(files[one.name])})") for one in queries]
    return Decided(tables, as_of, tuple(parts))


def _calendar(beside: Any, rules: Rules) -> Iterator[Any]:
    if counts := rules.periods():
        yield from beside.of_calendar(rules.ruleset, counts, rules.dialect)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the tables for one grain (None: of all that is decided once a project): its name, the query, and
    the places of its rules and deadlines.
    """

    name: str
    grain: Grain | None
    query: str
    rules: tuple[int, ...]
    dues: tuple[int, ...]

    def part(self, rows: str) -> Part:
        """What came of it, where that is kept as ``rows``."""
        grain = self.grain
        return Part(rows, self.rules, self.dues, bool(grain and grain.each), bool(grain and grain.yearly))


def asked_of(rules: Rules) -> list[Asked]:
    """Every query that decides, in the SQL of the engine that ``rules`` are written for."""
    wanted = [("whole", None)] if rules.ended else _grains(rules)
    made = []
    for name, grain in wanted:
        query, places, dues = _query(rules, grain)
        made.append(Asked(name, grain, query, tuple(places), tuple(dues)))
    return made


def _grains(rules: Rules) -> list[tuple[str, Grain | None]]:
    """The grains of rules; those decided once for a project, and after all others, are one."""
    several = [grain for grain in rules.grains if grain.each or grain.yearly]
    return [("whole", None), *((f"part{place}", grain) for place, grain in enumerate(several))]


def _query(rules: Rules, grain: Grain | None) -> tuple[str, list[int], list[int]]:
    """The query of a grain (None: of all that is decided once a project), and the places of its rules and deadlines."""
    from sqlglot import exp

    from govproj_rules.to_sql import answers
    from govproj_rules.to_sql.syntax import aliased, column, text

    beside = {name: column(name) for name in BESIDE}
    if rules.ended:
        shown = [column(KEY), *beside.values(), aliased(text("applies"), "scope"),
                 aliased(rules.dialect.text(exp.Null()), "regime"), aliased(text("not_in_force"), "verdict")]  # fmt: skip
        nothing = exp.Select(expressions=shown).from_(exp.Table(this=exp.Identifier(this=PROJECTS, quoted=True)))
        return rules.dialect.write(nothing), [], []
    grains = [grain] if grain else [one for one in rules.grains if not (one.each or one.yearly)]
    places = sorted(place for one in grains for place in one.rules)
    level = grain.level if grain else rules.whole
    made: dict[str, Any] = {KEY: column(KEY)}
    if grain is None:
        made |= {**beside, **answers.outcome(rules)}
    else:
        made |= {NUMBER: column(NUMBER)} if grain.each else {}
        made |= {YEAR: column(YEAR)} if grain.yearly else {}
    made |= {code(place): rules.dialect.cast(column(code(place)), rules.dialect.code) for place in places}
    dues = _dues(rules, grains)
    made |= {due(place): found for place, found in dues.items()}
    only = None if grain is None or grain.each or grain.yearly else column("governed")
    query = rules.query()
    return rules.dialect.write(query.written(query.select(level, made, only))), places, list(dues)


def _dues(rules: Rules, grains: Sequence[Grain]) -> dict[int, Any]:
    """The last day to tell of each deadline, where there is one; by the place of the rule."""
    from govproj_rules.to_sql.timing import Timing

    made = {}
    for grain in grains:
        for place in grain.rules:
            outcome = rules.ruleset.rules[place].outcome
            if isinstance(outcome, ir.Deadline):
                made[place] = Timing(rules.conditions, grain.level).last(outcome.due)
    return made


# --- the tables that are read -----------------------------------------------------------------------


def _view(duck: DuckDBPyConnection, tables: Tables, path: Path, first: int, last: int, alone: bool) -> None:
    """One piece of the projects as `projects`, and the changes of these as `changes`."""
    file, is_line = tables.places.get(path, (None, False))
    beside = [f", {text_of(file)} AS file"] if file is not None else []
    beside += [", file_row_number + 1 AS line"] if is_line else []
    some = f"(SELECT *{''.join(beside)} FROM read_parquet({paths_of([path])}, file_row_number = true))"
    where = "" if alone else f" WHERE file_row_number >= {first} AND file_row_number < {last}"
    duck.execute(f"CREATE OR REPLACE TEMP VIEW {PROJECTS} AS {_chosen(duck, tables, PROJECTS, some)}{where}")
    changes = tables.relation(CHANGES)
    if not alone:
        key = name_of(KEY)
        changes = f"SELECT * FROM ({changes}) SEMI JOIN (SELECT {key} FROM {some}{where}) USING ({key})"
    duck.execute(f"CREATE OR REPLACE TEMP VIEW {CHANGES} AS {changes}")


def _chosen(duck: DuckDBPyConnection, tables: Tables, table: str, source: str) -> str:
    """Every column that is read, from one file: what it does not have is empty."""
    there = {row[0] for row in duck.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    wanted = {one.name: TYPES[one.holds] for one in tables.columns if one.table == table} | BESIDE
    cells = [
        f"CAST({name_of(name) if name in there else 'NULL'} AS {type_}) AS {name_of(name)}"
        for name, type_ in wanted.items()
    ]
    return f"SELECT {', '.join(cells)} FROM {source}"
