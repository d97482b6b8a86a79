"""Many projects in one folder or file, read one by one: what is wrong with one stops none of the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from govproj_rules.errors import InvalidInput, Problem, visible, wrong
from govproj_rules.project.model import Project
from govproj_rules.project.reading import read_project
from govproj_rules.source import read_bytes, read_lines

_TOO_LONG: Final = Problem("too-large", "the line is over 10 MB", "one line holds one project")
LINES: Final = (".jsonl", ".ndjson")
"""Files that hold one project on each line."""


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


class Written(NamedTuple):
    """One project of a portfolio as JSON text that nobody has read yet; or why there is none."""

    file: str
    line: int | None
    data: bytes | None
    problems: tuple[Problem, ...] = ()


def read_portfolio(place: Path) -> Iterator[Record]:
    """The projects of a folder (every ``*.json`` in and below it, by name), or of a ``.jsonl`` file (one a line).

    What cannot be read is a record with its problems, and stops nothing. Raises :class:`InvalidInput`, at once,
    where the place is no portfolio or there is nothing in it.
    """
    return map(read_written, walk_portfolio(place))


def walk_portfolio(place: Path) -> Iterator[Written]:
    """The same projects, as they are written. Raises as :func:`read_portfolio` does."""
    found = _written(place)
    first = next(found, None)
    if first is None:
        raise _no_portfolio(place, "empty-portfolio", "there is no project in it", _help(place))
    return chain((first,), found)


def read_written(one: Written) -> Record:
    """The project of what :func:`walk_portfolio` gives."""
    if one.data is None:
        return Record(one.file, one.line, None, one.problems)
    try:
        return Record(one.file, one.line, read_project(one.data, one.file))
    except InvalidInput as error:
        placed = error.problems
        if one.line is not None:
            placed = tuple(problem.at(one.file, one.line, problem.column) for problem in placed)
        return Record(one.file, one.line, None, placed)


def count_records(place: Path) -> int:
    """How many records :func:`read_portfolio` will give, without reading any; raises like it."""
    if _is_folder(place):
        return sum(1 for _ in _members(place))
    return sum(1 for _ in _lines(place))


def has_as_many(place: Path, count: int) -> bool:
    """Whether there are so many records or more, looked up no further; raises like :func:`read_portfolio`."""
    found: Iterator[object] = _members(place) if _is_folder(place) else _lines(place)
    return sum(1 for _ in islice(found, count)) == count


def _written(place: Path) -> Iterator[Written]:
    if not _is_folder(place):
        return lines_of(_lines(place), visible(str(place)))
    return (file_of(path, problem) for path, problem in _members(place))


def lines_of(lines: Iterator[tuple[int, bytes | None]], file: str) -> Iterator[Written]:
    """Numbered lines (None: one that is too long) as projects not yet read."""
    for number, line in lines:
        if line is None:
            yield Written(file, number, None, (_TOO_LONG.at(file, number),))
        else:
            yield Written(file, number, line.rstrip(b"\r\n"))


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
    if not is_file or place.suffix.lower() not in LINES:
        help = "name a folder, or a .jsonl file with one project on each line"
        raise _no_portfolio(place, "no-portfolio", "this is neither a folder nor a .jsonl file", help)
    return False


def _no_portfolio(place: Path, code: str, message: str, help: str) -> InvalidInput:
    return wrong(code, message, help, visible(str(place)))


def _help(place: Path) -> str:
    return "one project on each line" if place.suffix.lower() in LINES else "projects are files named *.json"


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


def file_of(path: Path, problem: Problem | None = None) -> Written:
    """A project file, not yet read."""
    name = visible(str(path))
    if problem is None and os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        # a pipe would never end
        problem = Problem("unreadable-file", "this is no ordinary file", "a project is a JSON file")
    if problem is not None:
        return Written(name, None, None, (problem.at(name),))
    try:
        return Written(name, None, read_bytes(path))
    except InvalidInput as error:
        return Written(name, None, None, error.problems)


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
