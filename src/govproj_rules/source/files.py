"""The bytes of a file, as text; and data with the place of everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from govproj_rules.errors import InvalidInput, Problem, visible
from govproj_rules.light import dataclass

MAX_BYTES = 10_000_000
MAX_DEPTH = 60
MAX_PROBLEMS = 200

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
    except FileNotFoundError:
        problem = Problem("no-such-file", "there is no such file", "check the path", shown)
    except IsADirectoryError:
        problem = Problem("is-directory", "this is a folder, not a file", "name a file in it", shown)
    except PermissionError:
        if not path.is_dir():
            problem = Problem("unreadable-file", "the file may not be read", "ask for permission to read it", shown)
        else:  # what Windows says of a folder
            problem = Problem("is-directory", "this is a folder, not a file", "name a file in it", shown)
    except (OSError, ValueError):
        problem = Problem("unreadable-file", "the file cannot be read", "check the path", shown)
    else:
        if len(data) <= MAX_BYTES:
            return data
        problem = too_large(shown)
    raise InvalidInput([problem])


def too_large(shown: str) -> Problem:
    return Problem("too-large", "the file is over 10 MB", "a project or ruleset file is far smaller; split it", shown)


def decode(data: bytes, file: str) -> str:
    """UTF-8 text, with or without a byte-order mark; a GBK file is recognised and named."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise InvalidInput([Problem("not-utf8", "the file is UTF-16", "save it as UTF-8", file)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            data.decode("gbk")
            message = "the file looks like GBK, not UTF-8"
        except UnicodeDecodeError:
            message = "the file is not UTF-8"
        raise InvalidInput([Problem("not-utf8", message, "save it as UTF-8", file, line, 1)]) from None
    if not text.strip():
        raise InvalidInput([Problem("empty-file", "the file is empty", None, file)])
    return text
