"""How many records there are to read, told before any is: for whoever watches, so about as many will do."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, BinaryIO, Final

from govproj_rules.errors import InvalidInput
from govproj_rules.flat import NUMBER
from govproj_rules.intake.duck import paths_of, rows_in
from govproj_rules.intake.inputs import Input, Kind
from govproj_rules.intake.workbook import rows_of
from govproj_rules.project.portfolio import count_records

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK: Final = 1 << 20


def how_many(given: Iterable[Input], duck: DuckDBPyConnection) -> int | None:
    """The records of all inputs, headers of sheets and blank rows among them; None where one cannot be counted.

    What is wrong with an input is told when it is read.
    """
    import duckdb

    try:
        return sum(_projects(one, duck) if one.kind == "parquet" else _COUNTS[one.kind](one) for one in given)
    except (InvalidInput, OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile, duckdb.Error):
        return None


def _projects(one: Input, duck: DuckDBPyConnection) -> int:
    """The projects of a Parquet file; in a table of changes there is none."""
    names = duck.execute(f"DESCRIBE SELECT * FROM read_parquet({paths_of([one.path])})").fetchall()
    return 0 if any(name == NUMBER for name, *_ in names) else rows_in(duck, one.path)


def _lines(one: Input) -> int:
    with one.path.open("rb") as stream:
        return _line_ends(stream)


def _packed(one: Input) -> int:
    with gzip.open(one.path) as stream:
        return _line_ends(stream)


def _line_ends(stream: BinaryIO | gzip.GzipFile) -> int:
    return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK), b""))


_COUNTS: Final[dict[Kind, Callable[[Input], int]]] = {
    "folder": lambda one: count_records(one.path), "json": lambda _: 1, "lines": _lines, "packed lines": _packed,
    "csv": _lines, "workbook": lambda one: rows_of(one.path),
}  # fmt: skip
