"""The tables while they grow: lines of JSON for each city, then Parquet; and the rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from govproj_rules.errors import Problem, quote
from govproj_rules.flat import CHANGES, KEY, PROJECTS, Column
from govproj_rules.intake.duck import TYPES, Database, copying, name_of, number_in, paths_of, struct_of, text_of
from govproj_rules.intake.given import Judged, columns_of, plain_cell, rejected
from govproj_rules.intake.taken import BESIDE, COUNT, REJECTS, ROWS, Tables, rows_of
from govproj_rules.ir import RuleSet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TOGETHER: Final = 10_000
"""Rows fetched at a time."""
PARQUET: Final = "FORMAT parquet, COMPRESSION zstd"


class Parts:
    """The growing tables of every city in one folder. What was given to it is there once it is closed."""

    def __init__(self, folder: Path, duck: DuckDBPyConnection) -> None:
        self.folder = folder
        self.duck = duck
        self.rejects = folder / REJECTS
        self.rejected = 0
        self._open: dict[tuple[str, str], IO[str]] = {}
        self._stack = ExitStack()
        self._refusals = self._stack.enter_context(self.rejects.open("w", encoding="utf-8", newline="\n"))
        self._files: dict[tuple[str, str], list[Path]] = {}
        self._number = 0
        self.places: dict[Path, tuple[str | None, bool]] = {}

    def add(self, judged: Iterable[Judged]) -> Iterator[int]:
        """Keep records as they are judged; yields 1 for each, for whoever watches."""
        for one in judged:
            if one.city is None:
                self.refuse(one.row)
            else:
                self._write(one.city, PROJECTS, (one.row,))
                self._write(one.city, CHANGES, one.changes)
            yield 1

    def refuse(self, line: str) -> None:
        """Keep a reject, a line as :func:`rejected` writes it."""
        self._refusals.write(line + "\n")
        self.rejected += 1

    def file(self, city: str, table: str) -> Path:
        """A new file for rows of a table; whoever asks writes it."""
        files = self._files.setdefault((city, table), [])
        (self.folder / city).mkdir(exist_ok=True)
        path = self.folder / city / (f"{table}-{len(files)}.parquet" if files else f"{table}.parquet")
        files.append(path)
        return path

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, *exception: object) -> None:
        """Whatever ended the run, no file is left open."""
        self._stack.close()

    def of(self, city: str, table: str) -> list[Path]:
        """The Parquet files of a table so far."""
        return self._files.get((city, table), [])

    def keep(self, city: str, table: str, path: Path, place: tuple[str | None, bool] | None = None) -> None:
        """Take a Parquet file as a part of a table; one of somebody else's is read, and never written.

        ``place`` says where its rows were read, as :class:`Tables` has it.
        """
        self._files.setdefault((city, table), []).append(path)
        if place is not None:
            self.places[path] = place

    def new_number(self) -> int:
        """A number that no other file has."""
        self._number += 1
        return self._number

    def _write(self, city: str, table: str, lines: Iterable[str]) -> None:
        for line in lines:
            stream = self._open.get((city, table))
            if stream is None:
                (self.folder / city).mkdir(exist_ok=True)
                path = self.folder / city / f"{table}.jsonl"
                stream = self._stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
                self._open[city, table] = stream
            stream.write(line + "\n")

    def close(self, rulesets: Iterable[RuleSet]) -> tuple[Tables, ...]:
        """Turn everything into Parquet, reject projects of one key, and say what there is, by city."""
        for stream in self._open.values():
            stream.close()
        made = []
        for ruleset in sorted(rulesets, key=lambda one: one.id):
            wanted = columns_of(ruleset)
            for table in (PROJECTS, CHANGES):
                if (ruleset.id, table) in self._open:
                    self._to_parquet(ruleset.id, table, wanted)
            if (ruleset.id, PROJECTS) in self._files:
                self._reject_twins(ruleset.id)
                made.append(self._tables(ruleset, wanted))
        self._stack.close()  # the rejects are on the disk
        return tuple(made)

    def _to_parquet(self, city: str, table: str, wanted: tuple[Column, ...]) -> None:
        lines = self.folder / city / f"{table}.jsonl"
        types = {one.name: TYPES[one.holds] for one in wanted if one.table == table}
        types |= BESIDE if table == PROJECTS else {}
        source = f"read_json({paths_of([lines])}, format = 'newline_delimited', columns = {struct_of(types)})"
        self._copy(f"SELECT * FROM {source}", self.file(city, table))
        lines.unlink()

    @staticmethod
    def copy_to(query: str, path: Path) -> str:
        """The statement that writes what a query gives to a Parquet file."""
        return f"COPY ({query}) TO {text_of(path)} ({PARQUET})"

    def _copy(self, query: str, path: Path) -> None:
        with copying(self.duck):
            self.duck.execute(self.copy_to(query, path))

    def _every(self, city: str, table: str) -> str:
        """All that is in the files of a table."""
        return " UNION ALL BY NAME ".join(
            f"({rows_of(one, *self.places.get(one, ()))})" for one in self.of(city, table)
        )

    # --- projects of one key ------------------------------------------------------------------------

    def _reject_twins(self, city: str) -> None:
        """Which of several projects of one key counts is not for us to say: none does."""
        if not reject_twins(self.duck, f"({self._every(city, PROJECTS)})", self.refuse):
            return
        for table in (PROJECTS, CHANGES):
            self._files[city, table] = [
                self._without_twins(city, table, path) for path in self._files.get((city, table), [])
            ]

    def _without_twins(self, city: str, table: str, path: Path) -> Path:
        beside = self.folder / city / f"{path.stem}.rest"
        rows = rows_of(path, *self.places.pop(path, ()))
        self._copy(f"SELECT * FROM ({rows}) ANTI JOIN twins USING ({name_of(KEY)})", beside)
        if path.parent == self.folder / city:
            return beside.replace(path)
        return beside.replace(self.file(city, table))

    # --- what there is ------------------------------------------------------------------------------

    def _tables(self, ruleset: RuleSet, wanted: tuple[Column, ...]) -> Tables:
        projects = tuple(self.of(ruleset.id, PROJECTS))
        count = sum(number_in(self.duck, f"SELECT count(*) FROM read_parquet({paths_of([one])})") for one in projects)
        places = {path: place for path, place in self.places.items() if path in projects}
        return Tables(ruleset, wanted, projects, tuple(self.of(ruleset.id, CHANGES)), count, places)


def reject_twins(db: Database, every: str, refuse: Callable[[str], None]) -> bool:
    """Reject the projects of ``every``, a query, that share a key; whether there are any: their keys are `twins` then."""
    key = name_of(KEY)
    db.execute(f"CREATE OR REPLACE TEMP TABLE twins AS SELECT {key} FROM {every} GROUP BY {key} HAVING count(*) > 1")
    if not number_in(db, "SELECT count(*) FROM twins"):
        return False
    answer = db.execute(f"SELECT * FROM {every} SEMI JOIN twins USING ({key}) ORDER BY {key}, file, line")
    names = [one[0] for one in answer.description]
    first: tuple[str, str] | None = None
    while rows := answer.fetchmany(_TOGETHER):
        for one in rows:
            made = {
                name: cell
                for name, cell in zip(names, one, strict=True)
                if cell is not None and name not in (COUNT, ROWS)
            }
            place = ":".join(str(made[part]) for part in ("file", "line") if part in made)
            said = f"the project {quote(made[KEY])} is there more than once"
            other = first[1] if first and first[0] == made[KEY] else None
            if other is None:
                first = (made[KEY], place)
            help = "give each project an id of its own" + (f"; the first is {other}" if other else "")
            file, line = made.pop("file", None), made.pop("line", None)
            problem = Problem("duplicate-project", said, help, file, line)
            refuse(rejected(file, line, made[KEY], [problem], {name: plain_cell(cell) for name, cell in made.items()}))
    return True
