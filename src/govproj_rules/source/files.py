"""The bytes of a file, as text; and data with the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from govproj_rules.errors import InvalidInput, Problem, visible, wrong
from govproj_rules.light import dataclass

MAX_BYTES = 10_000_000
MAX_DEPTH = 60
MAX_VALUES = 200_000
MAX_PROBLEMS = 200
_BOM: Final = b"\xef\xbb\xbf"

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as data plus positions: ``where[keys]`` is the (line, column) of what stands at ``keys``.

    A member of a mapping stands where its key does.
    """

    file: str
    data: Any
    where: Mapping[Keys, tuple[int, int]]

    def problem(self, keys: Keys, code: str, message: str, help: str | None = None) -> Problem:
        """A problem placed at ``keys``, or at the nearest enclosing place that has a position."""
        while keys and keys not in self.where:
            keys = keys[:-1]
        line, column = self.where.get(keys, (1, 1))
        return Problem(code, message, help, self.file, line, column)


def read_bytes(path: Path, name: str | None = None) -> bytes:
    """The bytes of a file of at most 10 MB; raises :class:`InvalidInput` for anything else."""
    shown = visible(name or str(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InvalidInput([_unreadable(path, shown, error)]) from None
    if len(data) > MAX_BYTES:
        raise InvalidInput([too_large(shown)])
    return data


def open_bytes(path: Path) -> BinaryIO:
    """A file of any size, to be read bit by bit; raises :class:`InvalidInput` where it cannot be."""
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise InvalidInput([_unreadable(path, visible(str(path)), error)]) from None


def _unreadable(path: Path, shown: str, error: Exception) -> Problem:
    match error:
        case FileNotFoundError():
            return Problem("no-such-file", "there is no such file", "check the path", shown)
        case PermissionError() if not path.is_dir():
            return Problem("unreadable-file", "the file may not be read", "ask for permission to read it", shown)
        case IsADirectoryError() | PermissionError():  # the latter is what Windows says of a folder
            return Problem("is-directory", "this is a folder, not a file", "name a file in it", shown)
        case _:
            return Problem("unreadable-file", "the file cannot be read", "check the path", shown)


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Every line that is not blank, with its number, as soon as it is there; None for one over 10 MB."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        whole = len(line) <= MAX_BYTES or line.endswith(b"\n")
        if line.removeprefix(_BOM).strip() or not whole:
            yield number, line if whole else None
        while not line.endswith(b"\n") and (line := stream.readline(MAX_BYTES)):
            pass


def too_large(shown: str) -> Problem:
    return Problem("too-large", "the file is over 10 MB", "a project or ruleset file is far smaller; split it", shown)


def decode(data: bytes, file: str) -> str:
    """UTF-8 text, with or without a byte-order mark; a GBK file is recognised and named."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise wrong("not-utf8", "the file is UTF-16", "save it as UTF-8", file)
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            data.decode("gbk")
            message = "the file looks like GBK, not UTF-8"
        except UnicodeDecodeError:
            message = "the file is not UTF-8"
        raise InvalidInput([Problem("not-utf8", message, "save it as UTF-8", file, line, 1)]) from None
    if not text.strip():
        raise wrong("empty-file", "the file is empty", None, file)
    return text
