"""Many projects in one folder or file, read one by one: what is wrong with one stops none of the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from govproj_rules.errors import InvalidInput, Problem, visible
from govproj_rules.project import Project, read_project
from govproj_rules.source import read_bytes, read_lines

_TOO_LONG: Final = Problem("too-large", "the line is over 10 MB", "one line holds one project")


@dataclass(frozen=True, slots=True)
class Record:
    """One project of a portfolio, or all that is wrong with it; ``line`` where the file holds one project a line."""

    file: str
    line: int | None
    project: Project | None
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """``file`` or ``file:line``."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def read_portfolio(place: Path) -> Iterator[Record]:
    """The projects of a folder (every ``*.json`` in and below it, by name), or of a ``.jsonl`` file (one a line).

    What cannot be read is a record with its problems, and stops nothing. Raises :class:`InvalidInput`, at once,
    where the place is no portfolio or there is nothing in it.
    """
    records = _records(place)
    first = next(records, None)
    if first is None:
        raise _no_portfolio(place, "empty-portfolio", "there is no project in it", _help(place))
    return chain((first,), records)


def count_records(place: Path) -> int:
    """How many records :func:`read_portfolio` will give, without reading any; raises like it."""
    if _is_folder(place):
        return sum(1 for _ in _members(place))
    return sum(1 for _ in _lines(place))


def _records(place: Path) -> Iterator[Record]:
    if not _is_folder(place):
        return (_of_line(visible(str(place)), number, line) for number, line in _lines(place))
    return (_of_file(path, problem) for path, problem in _members(place))


def _is_folder(place: Path) -> bool:
    """Whether a portfolio is a folder; else it is a file of lines."""
    try:
        if place.is_dir():
            return True
        there, is_file = place.exists(), place.is_file()
    except OSError:
        raise _no_portfolio(place, "unreadable-file", "it cannot be read", "check the path") from None
    if not there:
        raise _no_portfolio(place, "no-such-file", "there is no such file or folder", "check the path")
    if not is_file or place.suffix.lower() != ".jsonl":
        help = "name a folder, or a .jsonl file with one project on each line"
        raise _no_portfolio(place, "no-portfolio", "this is neither a folder nor a .jsonl file", help)
    return False


def _no_portfolio(place: Path, code: str, message: str, help: str) -> InvalidInput:
    return InvalidInput([Problem(code, message, help, visible(str(place)))])


def _help(place: Path) -> str:
    return "one project on each line" if place.suffix.lower() == ".jsonl" else "projects are files named *.json"


def _members(folder: Path) -> Iterator[tuple[Path, Problem | None]]:
    """Every file to be read, and every folder that cannot be; links to folders are not followed."""
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if is_folder:
            try:
                with os.scandir(path) as found:
                    inside = sorted(((one.name, one.is_dir(follow_symlinks=False)) for one in found), reverse=True)
            except OSError:
                yield path, Problem("unreadable-file", "the folder cannot be read", "ask for permission to read it")
                continue
            waiting += [(path / name, folder) for name, folder in inside if folder or name.lower().endswith(".json")]
        elif not os.path.isdir(path):  # noqa: PTH112  (a link in a circle raises elsewhere)
            yield path, None


def _of_file(path: Path, problem: Problem | None) -> Record:
    name = visible(str(path))
    if problem is None and os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        # a pipe would never end
        problem = Problem("unreadable-file", "this is no ordinary file", "a project is a JSON file")
    if problem is not None:
        return Record(name, None, None, (problem.at(name),))
    try:
        return Record(name, None, read_project(read_bytes(path), name))
    except InvalidInput as error:
        return Record(name, None, None, error.problems)


def _lines(file: Path) -> Iterator[tuple[int, bytes | None]]:
    with _opened(file) as stream:
        yield from read_lines(stream)


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError:
        raise _no_portfolio(
            file, "unreadable-file", "the file may not be read", "ask for permission to read it"
        ) from None


def _of_line(file: str, number: int, line: bytes | None) -> Record:
    if line is None:
        return Record(file, number, None, (_TOO_LONG.at(file, number),))
    try:
        return Record(file, number, read_project(line.rstrip(b"\r\n"), file))
    except InvalidInput as error:
        return Record(file, number, None, tuple(one.at(file, number, one.column) for one in error.problems))
