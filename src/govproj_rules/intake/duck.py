"""DuckDB as the intake uses it: opened late, kept within bounds, and quoted for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from govproj_rules.extras import need
from govproj_rules.flat import Holds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Answer(Protocol):
    """What a statement gave: rows, and the names of their columns first in each entry of ``description``."""

    @property
    def description(self) -> Any: ...

    def fetchone(self) -> tuple[Any, ...] | None: ...

    def fetchmany(self, size: int, /) -> list[tuple[Any, ...]]: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Database(Protocol):
    """Who carries out SQL that is written for DuckDB: a connection of DuckDB's, or Spark, for which it is translated."""

    def execute(self, query: str, /) -> Answer: ...


TYPES: Final[Mapping[Holds, str]] = {
    "key": "VARCHAR", "yes_no": "BOOLEAN", "money": "BIGINT", "percent": "DECIMAL(21,12)", "number": "DECIMAL(27,12)",
    "grade": "SMALLINT", "year": "INTEGER", "count": "INTEGER", "date": "DATE", "dates": "DATE[]", "length": "INTEGER",
    "unit": "VARCHAR", "word": "VARCHAR", "words": "VARCHAR[]",
}  # fmt: skip
"""What cells hold, as ``docs/scale.md`` has it."""
MEMORY: Final = "1GB"
_ALLOWED: Final = "8GB"
THREADS: Final = 2
_LOOK: Final = 0.5
"""Seconds between two looks at how far a statement is."""


def open_duck(scratch: Path) -> DuckDBPyConnection:
    """A database in memory that moves to ``scratch`` what does not fit; raises where DuckDB is not installed.

    It reads and writes files and nothing else: no extension is fetched, no setting of the user's is read.
    """
    duckdb = need("duckdb", "audit", "an audit")
    made: DuckDBPyConnection = duckdb.connect(
        config={
            "memory_limit": MEMORY, "threads": THREADS, "temp_directory": str(scratch),
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        }
    )  # fmt: skip
    return made


@contextmanager
def copying(duck: DuckDBPyConnection) -> Iterator[None]:
    """While a wide table is written in its order: without this, one thread does all of it.

    DuckDB lets a second one write only where it may reserve some 4 MB for each column and thread, nearly all of which it
    never uses: 1.2 million lines of 240 columns took 640 MB in all, and 530 in one thread.
    """
    duck.execute(f"SET memory_limit = '{_ALLOWED}'")
    try:
        yield
    finally:
        duck.execute(f"SET memory_limit = '{MEMORY}'")


@contextmanager
def told_of(duck: DuckDBPyConnection, rows: int, tell: Callable[[int], None]) -> Iterator[None]:
    """While a statement runs: tells now and then how many more of its ``rows`` are done, as far as DuckDB knows; in the end,
    the rest of them. Where it fails, what was told is taken back.
    """
    from threading import Event, Thread

    duck.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    ended, done = Event(), 0

    def look() -> None:
        nonlocal done
        while not ended.wait(_LOOK):
            more = int(rows * max(duck.query_progress(), 0) / 100) - done
            if more > 0:
                done += more
                tell(more)

    looking = Thread(target=look, daemon=True)
    looking.start()
    ready = 0
    try:
        yield
        ready = rows
    finally:
        ended.set()
        looking.join()
        tell(ready - done)


def number_in(db: Database, query: str) -> int:
    """The number that a query gives, such as a count."""
    found = db.execute(query).fetchone()
    assert found is not None
    return int(found[0])


def rows_in(db: Database, path: Path) -> int:
    """How many rows a Parquet file says it has."""
    return number_in(db, f"SELECT num_rows FROM parquet_file_metadata({paths_of([path])})")


def name_of(column: str) -> str:
    """A column's name in SQL."""
    return '"' + column.replace('"', '""') + '"'


def text_of(value: str | Path) -> str:
    """A text in SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def paths_of(values: Iterable[Path]) -> str:
    """A list of files in SQL, each meant as it is written: a name may hold what else would stand for many."""
    return "[" + ", ".join(text_of(re.sub(r"[\[*?]", r"[\g<0>]", str(one))) for one in values) + "]"


def list_of(values: Iterable[str]) -> str:
    """A list of texts in SQL."""
    return "[" + ", ".join(text_of(one) for one in values) + "]"


def struct_of(columns: Mapping[str, str]) -> str:
    """Names and types as the parameter ``columns`` of a reader has them."""
    return "{" + ", ".join(f"{text_of(name)}: {text_of(type_)}" for name, type_ in columns.items()) + "}"
