"""Parquet files in the layout of the flat table as views of Spark's, a pair for each city; what is wrong is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Final

from govproj_rules.auditing.spark.database import Spark
from govproj_rules.errors import InvalidInput, Problem, quote, visible
from govproj_rules.flat import CHANGES, KEY, PROJECTS, columns
from govproj_rules.intake import BESIDE, REJECTS, Tables, TakenIn
from govproj_rules.intake.columnar import (
    ANY,
    DAMAGED,
    Table,
    bad_changes,
    every_check,
    known_of,
    no_project,
    of_city,
    read_each,
    reject,
    reject_cities,
    right_of,
    some,
    table_of,
)
from govproj_rules.intake.duck import TYPES, name_of, number_in, text_of
from govproj_rules.intake.inputs import Input, find_inputs
from govproj_rules.intake.parts import reject_twins
from govproj_rules.ir import RuleSet
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.light import dataclass

_NAMES: Final = {
    "int": "INTEGER", "string": "VARCHAR", "timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP",
    "binary": "BLOB",
}  # fmt: skip
"""Types of Spark's as DuckDB names them, where capitals are not enough."""
_PLAIN: Final = "regexp_replace({}, '^file:/+', '/')"
"""The path of a file, however many strokes it begins with: Spark says it both ways."""
_ADDRESS: Final = re.compile("[a-z][a-z0-9]+:/")
_BAD: Final = name_of(":changes")


@dataclass(frozen=True, slots=True)
class Views(Tables):
    """The tables of a city as views of Spark's."""

    def relation(self, table: str) -> str:
        return f"SELECT * FROM {view_of(self.ruleset, table)}"


def view_of(ruleset: RuleSet, table: str) -> str:
    """The name of a table of a city."""
    return name_of(f"{ruleset.id}_{table}")


def read_inputs(spark: Spark, inputs: Sequence[Path], folder: Path, city: str | None) -> TakenIn:
    """The tables of every city. Raises :class:`InvalidInput` for what is not Parquet, and for files that are wrong."""
    given = only_parquet(inputs)
    anywhere = city is not None
    rulesets = [load_ruleset(city)] if city is not None else [load_ruleset(one) for one in built_in()]
    rejects = folder / REJECTS
    with rejects.open("w", encoding="utf-8", newline="\n") as stream:
        run = _Reading(spark, stream)
        projects, changes = read_each(run.groups(given), lambda one: run.table(*one, rulesets, anywhere))
        for one in projects:
            reject_cities(spark, one, rulesets, anywhere, run.refuse)
        run.lost(projects, changes)
        cities = []
        for ruleset in sorted(rulesets, key=lambda one: one.id):
            where = ANY if anywhere else of_city(ruleset)
            mine = [one for one in projects if some(spark, one, where)]
            if mine:
                cities.append(run.city(mine, changes, ruleset, where))
    accepted = sum(one.count for one in cities)
    return TakenIn(folder, tuple(cities), rejects, accepted, run.rejected, 0, ())


def only_parquet(inputs: Sequence[Path]) -> list[Input]:
    """What is given, where all of it is Parquet; else every input that is not, with what to do."""
    if far := [one for one in inputs if _ADDRESS.match(str(one))]:
        said, help = "addresses are not read", "give the path at which this machine and all workers see it"
        raise InvalidInput([Problem("no-such-file", said, help, visible(str(one))) for one in far])
    given = find_inputs(inputs)
    help = (
        "`govproj audit INPUT --tables FOLDER` makes Parquet of it, a folder for each city, to be audited with --city"
    )
    problems = [
        Problem("not-parquet", "on Spark projects are read from Parquet only, and this is none", help, one.shown)
        for one in given
        if one.kind != "parquet"
    ]
    problems += [
        Problem("unreadable-file", "Spark reads no file with `:` in its path", "rename it", one.shown)
        for one in given
        if ":" in str(one.path.absolute())
    ]
    if problems:
        raise InvalidInput(problems)
    return given


class _Reading:
    """Takes files in; ``rejects`` are written as they are found."""

    def __init__(self, spark: Spark, rejects: IO[str]) -> None:
        self.spark = spark
        self.rejected = 0
        self._rejects = rejects
        self._tables = 0

    def refuse(self, line: str) -> None:
        self._rejects.write(line + "\n")
        self.rejected += 1

    # --- files ----------------------------------------------------------------------------------------

    def groups(self, given: Sequence[Input]) -> list[tuple[Any, dict[str, Input]]]:
        """Files by their columns, as Spark calls each: it reads many that are alike as one. Damaged ones have none."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        made: dict[str, tuple[Any, dict[str, Input]]] = {}
        for one in given:
            try:
                frame = self.spark.read([one.path])
                schema, (path,) = frame.schema, frame.inputFiles()
            except (PySparkException, Py4JError):
                made[one.shown] = (None, {"": one})
                continue
            made.setdefault(schema.json(), (schema, {}))[1][re.sub("^file:/+", "/", path)] = one
        return list(made.values())

    def table(self, schema: Any, files: Mapping[str, Input], rulesets: Sequence[RuleSet], anywhere: bool) -> Table:
        """A view of files that are alike, each row with where it stands."""
        shown = next(iter(files.values())).shown
        if schema is None:
            raise InvalidInput([DAMAGED.at(shown)])
        types = {field.name: _type_of(field.dataType.simpleString()) for field in schema.fields}
        table = table_of(shown, types, rulesets, anywhere)
        odd = {
            name: type_ for name, type_ in types.items() if name in BESIDE and not re.match(r"VARCHAR|\w*INT", type_)
        }
        if odd:
            raise InvalidInput([
                Problem("wrong-type", f"the column {quote(name)} is of type {type_}, not {BESIDE[name]}",
                        "docs/audit.md says which columns there are beside", shown)
                for name, type_ in odd.items()
            ])  # fmt: skip
        self._tables += 1
        name = f"given_{self._tables}"
        self.spark.read([one.path for one in files.values()], schema).selectExpr(
            "*", "_metadata.row_index AS file_row_number", f"{_PLAIN.format('_metadata.file_path')} AS `:path`"
        ).createOrReplaceTempView(f"{name}_rows")
        values = ", ".join(f"({text_of(path)}, {text_of(one.shown)})" for path, one in files.items())
        self.spark.execute(
            f'CREATE OR REPLACE TEMP VIEW {name} AS SELECT r.* EXCLUDE (":path"), f.file AS ":file" FROM {name}_rows r'
            f' LEFT JOIN (VALUES {values}) AS f(path, file) ON r.":path" = f.path'
        )
        return Table(shown, table, types, name)

    # --- rows -----------------------------------------------------------------------------------------

    def lost(self, projects: Sequence[Table], changes: Sequence[Table]) -> None:
        """Reject changes of no project that there is."""
        for one in changes:
            rows = _marked(one, _keys(projects, ANY), ":owned")
            reject(self.spark, rows, [no_project(f"NOT {name_of(':owned')}")], ANY, self.refuse)

    def city(self, projects: Sequence[Table], changes: Sequence[Table], ruleset: RuleSet, where: str) -> Tables:
        """The tables of a city: what is wrong is rejected, what is right is a view."""
        self.spark.execute(
            f"CREATE OR REPLACE TEMP TABLE bad_changes AS {bad_changes(projects, changes, ruleset, where)}"
        )
        wanted = columns([ruleset])
        parts: dict[str, list[str]] = {PROJECTS: [], CHANGES: []}
        for one in (*projects, *changes):
            rows = _marked(one, "SELECT key FROM bad_changes", ":changes")
            theirs = where
            if one.table == CHANGES:
                theirs = f"{name_of(KEY)} IN ({_keys(projects, where)})"
            checks = every_check(one, ruleset, _BAD)
            wrong = reject(self.spark, rows, checks, theirs, self.refuse)
            types = {each.name: TYPES[each.holds] for each in wanted if each.table == one.table}
            known = {**known_of(one, ruleset), **dict.fromkeys(BESIDE.keys() & one.types)}
            cells = _cells(types | (BESIDE if one.table == PROJECTS else {}), known)
            right = f" WHERE ({where if one.table == PROJECTS else ANY})" + (
                f" AND {right_of(checks)}" if wrong else ""
            )
            parts[one.table].append(f"SELECT {cells} FROM {(rows if wrong else one).rows}{right}")
        for table, several in parts.items():
            types = {each.name: TYPES[each.holds] for each in wanted if each.table == table}
            nothing = ", ".join(f"CAST(NULL AS {type_}) AS {name_of(name)}" for name, type_ in types.items())
            self._view(ruleset, table, " UNION ALL ".join(several) or f"SELECT {nothing} LIMIT 0")
        every = view_of(ruleset, PROJECTS)
        if reject_twins(self.spark, every, self.refuse):
            for table in parts:
                query = f"SELECT * FROM {view_of(ruleset, table)} ANTI JOIN twins USING ({name_of(KEY)})"
                self._view(ruleset, table, query)
        return Views(ruleset, wanted, (), (), number_in(self.spark, f"SELECT count(*) FROM {every}"))

    def _view(self, ruleset: RuleSet, table: str, query: str) -> None:
        self.spark.execute(f"CREATE OR REPLACE TEMP VIEW {view_of(ruleset, table)} AS {query}")


def _type_of(said: str) -> str:
    """A type of Spark's by the name that DuckDB has for it."""
    if said.startswith("array<"):
        return _type_of(said.removeprefix("array<").removesuffix(">")) + "[]"
    return _NAMES.get(said, said.upper())


def _keys(projects: Sequence[Table], where: str) -> str:
    return " UNION ALL ".join(f"SELECT {name_of(KEY)} AS key FROM {one.rows} WHERE {where}" for one in projects)


def _marked(one: Table, keys: str, mark: str) -> Table:
    """The rows, each with whether its key is one of several: Spark looks at other tables in joins only."""
    rows = (
        f"(SELECT r.*, k.key IS NOT NULL AS {name_of(mark)} FROM {one.rows} r"
        f" LEFT JOIN (SELECT DISTINCT key FROM ({keys})) k ON r.{name_of(KEY)} = k.key)"
    )
    return replace(one, rows=rows)


def _cells(types: Mapping[str, str], known: Mapping[str, object]) -> str:
    """Every column that is read; what a file does not have is empty, or is told by where the row stands."""
    made = []
    for name, type_ in types.items():
        cell = name_of(name) if name in known else "NULL"
        if name not in known and name == "file":
            cell = name_of(":file")
        elif name not in known and name == "line":
            cell = "file_row_number + 1"
        made.append(f"CAST({cell} AS {type_}) AS {name_of(name)}")
    return ", ".join(made)
