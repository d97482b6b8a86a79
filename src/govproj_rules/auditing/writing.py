"""The tables of an audit as files: Parquet and JSON lines for programs, CSV and a workbook for people."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from govproj_rules.auditing.tables import Table
from govproj_rules.auditing.workbook import write_workbook
from govproj_rules.errors import quote, visible, wrong
from govproj_rules.intake.duck import Database, name_of, text_of
from govproj_rules.light import dataclass
from govproj_rules.whole import sync_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BOM: Final = "\ufeff"
"""Excel takes a CSV file for UTF-8 only with this before it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of output: the end of its files, and whether people read it. A workbook holds all tables in one file."""

    name: str
    people: bool
    folder: bool = True


_ROWS = (
    Format("parquet", people=False),
    Format("jsonl", people=False),
    Format("csv", people=True),
    Format("xlsx", people=True, folder=False),
)
FORMATS: Final[Mapping[str, Format]] = {one.name: one for one in _ROWS}


@dataclass(frozen=True, slots=True)
class Out:
    """Where an audit goes: one file (the findings, or a workbook), or a folder with a file for each table."""

    path: Path
    format: Format
    folder: bool


SUMMARY: Final = "audit.json"
"""The summary in a folder: what marks the folder as one that an audit wrote."""


def read_out(raw: str, format: str | None) -> Out:
    """Where to write, by the end of the name or a format. Raises :class:`InvalidInput` where that cannot be."""
    path = Path(raw)
    shown = visible(raw)
    end = path.suffix.lower().removeprefix(".")
    chosen = FORMATS.get(format or end) if format or end else FORMATS["parquet"]
    known = ", ".join(f"*.{one}" for one in FORMATS)
    if chosen is None:
        help = f"name it {known}, or without an ending for a folder"
        raise wrong("unknown-kind", f"nothing is written in files that end in {quote('.' + end)}", help, shown)
    folder = chosen.folder and end != chosen.name
    problem = _in_the_way(path, folder)
    if problem:
        raise wrong(problem[0], problem[1], problem[2], shown)
    return Out(path, chosen, folder)


def _in_the_way(path: Path, folder: bool) -> tuple[str, str, str] | None:
    """What keeps an output from being written there: it replaces a file, or a folder that an audit wrote; no other."""
    try:
        if not path.absolute().parent.is_dir():
            return "unwritable-file", "its folder is not there", "make the folder first"
        if folder and path.is_dir() and any(path.iterdir()) and not (path / SUMMARY).is_file():
            return "file-exists", "this folder holds something other than an audit", "name another, or an empty one"
        if folder and path.exists() and not path.is_dir():
            return "file-exists", "this is a file, and a folder is to be written", "name another"
        if not folder and path.is_dir():
            return "file-exists", "this is a folder, and a file is to be written", "name a file"
    except (OSError, ValueError):
        return "unwritable-file", "this cannot be written", "check the path"
    return None


def write_tables(
    db: Database, write: Callable[[Table, Format, Path], None], tables: Mapping[str, Table], out: Out, beside: Path,
    titles: Mapping[str, str], done: Callable[[str], None], summary: Sequence[Sequence[object]] = (),
) -> Path:  # fmt: skip
    """Write the output beside its place, each table by ``write``; gives what was written, whole, to be put there."""
    if out.format.name == "xlsx":
        made = beside / "out.xlsx"
        write_workbook(db, tables, made, titles, done, summary)
        return made
    if not out.folder:
        made = beside / f"out.{out.format.name}"
        write(tables["findings"], out.format, made)
        done("findings")
        return made
    made = beside / "out"
    made.mkdir()
    for name, table in tables.items():
        write(table, out.format, made / f"{name}.{out.format.name}")
        done(name)
    return made


def copy_table(duck: DuckDBPyConnection, table: Table, format: Format, path: Path) -> None:
    """Have DuckDB write a table to a file."""
    query = table.query(format.people)
    match format.name:
        case "parquet":
            how = "FORMAT parquet, COMPRESSION zstd"
        case "jsonl":
            how = "FORMAT json, ARRAY false"
        case _:
            first = name_of(table.columns[0].heading)
            query = query.replace(f" AS {first}", f" AS {name_of(BOM + table.columns[0].heading)}", 1)
            how = "FORMAT csv, HEADER true"
    duck.execute(f"COPY ({query}) TO {text_of(path)} ({how})")


def place(made: Path, path: Path) -> None:
    """Put what was written whole at its place, in one step; what stood there before is gone only then."""
    for one in [made, *(made.rglob("*") if made.is_dir() else ())]:
        if one.is_file():
            with one.open("rb") as stream:
                os.fsync(stream.fileno())
    if made.is_dir() and path.is_dir():
        old = made.with_name("old")
        path.replace(old)
        made.replace(path)
    else:
        made.replace(path)
    sync_folder(path.absolute().parent)
