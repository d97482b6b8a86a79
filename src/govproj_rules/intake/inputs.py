"""What may be given to an audit: each kind of file, how it is known, and which records are in it."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Literal

from govproj_rules.errors import InvalidInput, Problem, visible, wrong
from govproj_rules.light import dataclass
from govproj_rules.project.portfolio import Written, file_of, lines_of, walk_portfolio
from govproj_rules.source import open_bytes, read_lines

Kind = Literal["folder", "json", "lines", "packed lines", "parquet", "csv", "workbook"]
KINDS: Final[dict[str, Kind]] = {
    ".json": "json", ".jsonl": "lines", ".ndjson": "lines", ".jsonl.gz": "packed lines", ".ndjson.gz": "packed lines",
    ".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".xlsx": "workbook", ".xlsm": "workbook",
}  # fmt: skip
"""Kinds of file, by the end of the name."""
TABLES: Final = frozenset({"csv", "workbook"})
"""Kinds whose rows need a map."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something that was given, and what kind of thing it is."""

    path: Path
    kind: Kind

    @property
    def shown(self) -> str:
        """Its name as messages have it."""
        return visible(str(self.path))


def find_inputs(paths: Sequence[Path]) -> list[Input]:
    """What kind of thing each of ``paths`` is; a folder of Parquet files is each of them.

    Raises :class:`InvalidInput` with every one that is not there or is none of these.
    """
    found: list[Input] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found += _kinds(path)
        except InvalidInput as error:
            problems += error.problems
    if twice := {one.path for one in found if sum(one.path == other.path for other in found) > 1}:
        problems += [Problem("given-twice", "this is given twice", None, visible(str(one))) for one in sorted(twice)]
    if problems:
        raise InvalidInput(problems)
    return found


def _kinds(path: Path) -> list[Input]:
    shown = visible(str(path))
    try:
        is_folder, is_file, is_there = path.is_dir(), path.is_file(), path.exists()
    except (OSError, ValueError):
        raise wrong("unreadable-file", "it cannot be read", "check the path", shown) from None
    if is_folder:
        parquet = sorted(path.glob("*.parquet"))
        return [Input(one, "parquet") for one in parquet] or [Input(path, "folder")]
    if not is_there:
        raise wrong("no-such-file", "there is no such file or folder", "check the path", shown)
    if not is_file:
        raise wrong("unreadable-file", "this is no ordinary file", "name a file or a folder", shown)
    name = path.name.lower()
    for end, kind in KINDS.items():
        if name.endswith(end):
            open_bytes(path).close()
            return [Input(path, kind)]
    if name.endswith((".xls", ".et", ".xlsb", ".ods", ".numbers")):
        help = "open it and save it as an Excel workbook (.xlsx)"
        raise wrong("unknown-kind", "workbooks of this kind are not read", help, shown)
    help = f"a folder of project files, or a file named {', '.join(f'*{end}' for end in KINDS)}"
    raise wrong("unknown-kind", "projects are not read from files of this kind", help, shown)


def written_in(one: Input) -> Iterator[Written]:
    """The projects of an input that holds JSON. Raises :class:`InvalidInput`, at once or later, where it cannot be read."""
    return _READ[one.kind](one)


def _folder(one: Input) -> Iterator[Written]:
    return walk_portfolio(one.path)


def _file(one: Input) -> Iterator[Written]:
    yield file_of(one.path)


def _plain(one: Input) -> Iterator[Written]:
    with open_bytes(one.path) as stream:
        yield from _some(lines_of(read_lines(stream), one.shown), one)


def _packed(one: Input) -> Iterator[Written]:
    with open_bytes(one.path) as packed, gzip.open(packed) as stream:
        try:
            buffered: BinaryIO = io.BufferedReader(stream, 1 << 20)
            yield from _some(lines_of(read_lines(buffered), one.shown), one)
        except (OSError, EOFError, zlib.error):
            said = "the file is no gzip file, or it is damaged"
            raise wrong("unreadable-file", said, "make it again", one.shown) from None


def _some(found: Iterator[Written], one: Input) -> Iterator[Written]:
    first = next(found, None)
    if first is None:
        said = "there is no project in it"
        raise wrong("empty-portfolio", said, "one project on each line", one.shown)
    yield first
    yield from found


_READ: Final[dict[Kind, Callable[[Input], Iterator[Written]]]] = {
    "folder": _folder, "json": _file, "lines": _plain, "packed lines": _packed,
}  # fmt: skip
