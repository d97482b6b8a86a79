"""Every rule of a regulation decided for every project of a city: what comes of each is kept as Parquet.

What is kept is wide: a row for each project with the code of every rule (:data:`~govproj_rules.to_sql.rules.CODES`), and
likewise for each change and each year. Whoever wants findings, or counts, makes them of that without deciding again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
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
_BITS: Final = 4
STEP: Final = 1 << _BITS
"""Several codes are one number: this many times the one before."""
_IN_WORD: Final = 12
"""A code takes so many bits of a column that has so many codes: 48 bits, of the 53 in which a ``DOUBLE`` is exact. DuckDB
adds doubles several times as fast as integers, whose overflow it watches for.
"""

Words = Mapping[str, tuple[int, ...]]
"""Columns, each with the codes of several rules as one number; by the places of these, of the last digit first."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one grain, as a table that is asked: codes of the rules at some places of the ruleset, once a project, a change, or a year.

    ``dues`` are the places of the deadlines of which the rows have the last day, where it is known. The rows also have the
    columns of ``words``.
    """

    rows: str
    rules: tuple[int, ...]
    dues: tuple[int, ...]
    each: bool = False
    yearly: bool = False
    words: Words = field(default_factory=dict)

    def numbers(self, size: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The codes of up to so many rules as one number, in SQL, and the places of these rules."""
        for word, places in self.words.items():
            for first in range(0, len(places), size):
                number = f"({word} >> {_BITS * first}) & {STEP**size - 1}"
                yield f"CAST({number} AS INTEGER)", places[first : first + size]
        if not self.words:
            for first in range(0, len(self.rules), size):
                some = self.rules[first : first + size]
                digits = (f"CAST({code(place)} AS INTEGER) * {STEP**digit}" for digit, place in enumerate(some))
                yield " + ".join(digits), some


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
    asked = asked_of(rules, packed=True)
    pieces = chunks(duck, tables)
    files = [folder / f"{number:05}.parquet" for number in range(len(pieces))]
    for (path, first, last), file in zip(pieces, files, strict=True):
        _view(duck, tables, path, first, last, alone=len(pieces) == 1)
        with told_of(duck, last - first, done):
            duck.execute(f"COPY ({asked.query}) TO {text_of(file)} ({_PARQUET})")
    kept = f"read_parquet({paths_of(files)})"

    def listed(name: str) -> str:
        return f"(SELECT {name_of(KEY)}, unnest({name}, recursive := true) FROM {kept})"

    return Decided(tables, as_of, asked.parts(_unpacked(asked.words, kept), listed))


def _calendar(beside: Any, rules: Rules) -> Iterator[Any]:
    if counts := rules.periods():
        yield from beside.of_calendar(rules.ruleset, counts, rules.dialect)


@dataclass(frozen=True, slots=True)
class Listed:
    """A column with a list for each project: what is decided for each of its changes, or each year, a struct each."""

    name: str
    grain: Grain
    dues: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The query that decides everything, a row for each project; and the places of the rules and the deadlines in it.

    It works out once what it says of a project, of its changes and of years. ``words`` are the columns that hold the codes of
    several rules each; without any, each rule has a column.
    """

    query: str
    rules: tuple[int, ...]
    dues: tuple[int, ...]
    lists: tuple[Listed, ...]
    words: Words = field(default_factory=dict)

    def parts(self, rows: str, listed: Callable[[str], str]) -> tuple[Part, ...]:
        """What came of it, where that is kept as ``rows``, and what a column lists as the rows that ``listed`` names."""
        several = (
            Part(listed(one.name), one.grain.rules, one.dues, one.grain.each, one.grain.yearly) for one in self.lists
        )
        return Part(rows, self.rules, self.dues, words=self.words), *several


def asked_of(rules: Rules, packed: bool = False) -> Asked:
    """The query that decides, in the SQL of the engine that ``rules`` are written for.

    ``packed``: with the codes of several rules in each column, put together where they are decided. DuckDB soon writes few
    columns, and holds no more of a project for what its changes need. Spark takes a multiple of the memory to plan it.
    """
    from sqlglot import exp

    from govproj_rules.to_sql import answers
    from govproj_rules.to_sql.syntax import aliased, column, text

    beside = {name: column(name) for name in BESIDE}
    if rules.ended:
        shown = [column(KEY), *beside.values(), aliased(text("applies"), "scope"),
                 aliased(rules.dialect.text(exp.Null()), "regime"), aliased(text("not_in_force"), "verdict")]  # fmt: skip
        nothing = exp.Select(expressions=shown).from_(exp.Table(this=exp.Identifier(this=PROJECTS, quoted=True)))
        return Asked(rules.dialect.write(nothing), (), (), ())
    several: list[Grain] = []
    once: list[Grain] = []
    for grain in rules.grains:
        (several if grain.each or grain.yearly else once).append(grain)
    places, dues = sorted(place for one in once for place in one.rules), _dues(rules, once)
    words: dict[str, tuple[int, ...]] = {}
    made = {KEY: column(KEY), **beside, **answers.outcome(rules, below=packed)}
    for grain in once:
        if packed:
            mine = _words(grain)
            made |= {name: grain.level.add(_word(rules, some), name) for name, some in mine.items()}
            words |= mine
        else:
            made |= _codes(rules, grain.rules)
    made |= {due(place): found for place, found in dues.items()}
    lists: list[Listed] = []
    for number, grain in enumerate(several):
        name, last = f"part{number}", _dues(rules, [grain])
        made[name] = rules.gather(name, grain, _listed(rules, grain, last))
        lists.append(Listed(name, grain, tuple(last)))
    query = rules.query()
    written = rules.dialect.write(query.written(query.select(rules.whole, made)))
    return Asked(written, tuple(places), tuple(dues), tuple(lists), words)


def _codes(rules: Rules, places: Iterable[int]) -> dict[str, Any]:
    from govproj_rules.to_sql.syntax import column

    return {code(place): rules.dialect.cast(column(code(place)), rules.dialect.code) for place in places}


def _listed(rules: Rules, grain: Grain, dues: Mapping[int, Any]) -> Any:
    """A list of what is decided in each row of a grain, with the last days of its deadlines."""
    from sqlglot import exp

    from govproj_rules.to_sql.syntax import column, own, quoted

    names = [NUMBER] * grain.each + [YEAR] * grain.yearly
    cells = {name: column(name) for name in names} | _codes(rules, grain.rules)
    cells |= {due(place): found for place, found in dues.items()}
    told = [exp.PropertyEQ(this=quoted(name), expression=own(one)) for name, one in cells.items()]
    return exp.ArrayAgg(this=exp.Struct(expressions=told))


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


# --- how it is kept ---------------------------------------------------------------------------------


def _words(grain: Grain) -> dict[str, tuple[int, ...]]:
    """Columns by the places of the rules whose codes they hold, the first as the last digit."""
    several = (grain.rules[first : first + _IN_WORD] for first in range(0, len(grain.rules), _IN_WORD))
    return {f"codes{some[0] + 1}": some for some in several}


def _word(rules: Rules, places: Sequence[int]) -> Any:
    """The codes of several rules as one number."""
    from govproj_rules.to_sql.syntax import added, column, multiplied, number

    cast = rules.dialect.cast
    digits = (cast(number(STEP**digit), "DOUBLE") for digit in range(len(places)))
    parts = [multiplied(cast(column(code(place)), "DOUBLE"), one) for place, one in zip(places, digits, strict=True)]
    return cast(added(parts), "BIGINT")


def _unpacked(words: Words, kept: str) -> str:
    """The rows with a column for each rule, beside the words."""
    codes = (
        f"({name} >> {_BITS * digit}) & {STEP - 1} AS {code(place)}"
        for name, places in words.items() for digit, place in enumerate(places)
    )  # fmt: skip
    return f"(SELECT *, {', '.join(codes)} FROM {kept})" if words else kept


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
