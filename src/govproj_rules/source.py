"""YAML and JSON from strangers: read strictly, with the line and column of everything.

YAML is read as text, mappings and lists only. Duplicate keys, aliases and tags are refused; every scalar
stays as written (``12.10`` is not 12.1, ``no`` is a word), only ``true`` and ``false`` are booleans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govproj_rules.errors import InvalidInput, Problem, quote

MAX_BYTES = 10_000_000
MAX_DEPTH = 60
MAX_PROBLEMS = 200

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as data plus positions: ``where[keys]`` is the (line, column) of the value at ``keys``."""

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
    shown = quote(name or str(path), 500).strip("`")
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


# --- YAML -------------------------------------------------------------------------------------------


def parse_yaml(text: str, file: str) -> Source:
    """Read YAML; raises :class:`InvalidInput` with every duplicate key, alias and tag, or the syntax error."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _YamlReader(file)
    try:
        data = reader.read(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = re.sub(r"\s+", " ", error.problem or "cannot be read")
        reader.problems.append(
            Problem("yaml-syntax", f"not valid YAML: {said}", "check indentation and quotes", file, line, column)
        )
    except yaml.YAMLError as error:
        said = re.sub(r"\s+", " ", getattr(error, "reason", None) or str(error))
        reader.problems.append(Problem("yaml-syntax", f"not valid YAML: {said}", None, file))
    if reader.problems:
        raise InvalidInput(reader.problems[:MAX_PROBLEMS])
    return Source(file, data, reader.where)


class _YamlReader:
    """Builds data straight from parser events; reading nodes first would cost twice the time."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.where: dict[Keys, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def refuse(self, event: Any, code: str, message: str, help: str | None = None) -> None:
        mark = event.start_mark
        self.problems.append(Problem(code, message, help, self.file, mark.line + 1, mark.column + 1))

    def read(self, events: Iterable[Any]) -> Any:
        """The one document of a file. A loop with its own stack, so that depth is ours to bound."""
        root: list[Any] = []
        stack: list[tuple[Any, Keys, str | None]] = [(root, (), None)]  # container, its keys, waiting key
        for event in events:
            name = type(event).__name__
            if name.startswith(("Stream", "Document")):
                if name == "DocumentStartEvent" and root:
                    self.refuse(event, "yaml-documents", "the file holds more than one YAML document")
                    break
                continue
            container, keys, waiting = stack[-1]
            if name in ("MappingEndEvent", "SequenceEndEvent"):
                stack.pop()
                continue
            here = self._key_for(container, keys, waiting, len(stack) == 1)
            if isinstance(container, dict) and waiting is None:  # this event is a key
                stack[-1] = (container, keys, self._key(event, name, container))
                if name in ("MappingStartEvent", "SequenceStartEvent"):
                    break
                continue
            mark = event.start_mark
            self.where[here] = (mark.line + 1, mark.column + 1)
            value = self._value(event, name)
            if isinstance(container, dict):
                stack[-1] = (container, keys, None)
                container[waiting] = value
            else:
                container.append(value)
            if isinstance(value, (dict, list)):
                if len(stack) > MAX_DEPTH:
                    self.refuse(event, "too-deep", f"nested more than {MAX_DEPTH} deep")
                    break
                stack.append((value, here, None))
        return root[0] if root else None

    @staticmethod
    def _key_for(container: Any, keys: Keys, waiting: str | None, top: bool) -> Keys:
        if top:
            return ()
        if isinstance(container, dict):
            return (*keys, waiting) if waiting is not None else keys
        return (*keys, len(container))

    def _key(self, event: Any, name: str, container: dict[str, Any]) -> str:
        if name != "ScalarEvent":
            self.refuse(event, "yaml-key", "a key must be a plain word")
            return "?"
        self._plain_only(event)
        key = str(event.value)
        if key in container:
            self.refuse(event, "duplicate-key", f"the key {quote(key)} stands here twice", "remove or rename one")
        return key

    def _value(self, event: Any, name: str) -> Any:
        self._plain_only(event)
        match name:
            case "MappingStartEvent":
                return {}
            case "SequenceStartEvent":
                return []
            case "ScalarEvent":
                if not event.style and event.value in ("true", "false"):
                    return event.value == "true"
                return None if not event.style and event.value == "" else event.value
            case _:
                self.refuse(event, "yaml-alias", "aliases are not read", "write the value out")
                return None

    def _plain_only(self, event: Any) -> None:
        if getattr(event, "tag", None) not in (None, "!"):
            self.refuse(event, "yaml-tag", f"the tag {quote(event.tag)} is not read", "remove it")
        if getattr(event, "anchor", None) and type(event).__name__ != "AliasEvent":
            self.refuse(event, "yaml-alias", f"the anchor {quote(event.anchor)} is not read", "remove it")


# --- JSON -------------------------------------------------------------------------------------------


class _Refused(ValueError):
    pass


def parse_json(text: str, file: str) -> Any:
    """Read one JSON value; duplicate keys, ``NaN``, ``Infinity`` and numbers like 1e999 are refused."""
    import json

    duplicates: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            names = [name for name, _ in found]
            duplicates.extend(sorted({name for name in names if names.count(name) > 1}))
        return made

    def constant(word: str) -> Any:
        raise _Refused(f"{quote(word)} is not a value")

    def real(digits: str) -> float:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            raise _Refused(f"the number {quote(digits)} is out of range")
        return number

    def whole(digits: str) -> int:
        if len(digits) > 20:
            raise _Refused(f"the number {quote(digits)} is out of range")
        return int(digits)

    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=real, parse_int=whole)
    except json.JSONDecodeError as error:
        problem = Problem(
            "json-syntax", f"not valid JSON: {error.msg.lower()}", "check commas, quotes and brackets here",
            file, error.lineno, error.colno,
        )  # fmt: skip
        raise InvalidInput([problem]) from None
    except RecursionError:
        raise InvalidInput([Problem("too-deep", f"nested more than {MAX_DEPTH} deep", None, file)]) from None
    except _Refused as error:
        raise InvalidInput([Problem("json-number", str(error), "numbers are plain; money is a text", file)]) from None
    if duplicates:
        problems = [
            Problem("duplicate-key", f"the key {quote(name)} stands twice in one object", "remove one", file)
            for name in duplicates
        ]
        raise InvalidInput(problems)
    return data


_JSON_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)', re.DOTALL)


def locate_json(text: str) -> dict[Keys, tuple[int, int]]:
    """Where each value of a valid JSON text stands; only problem messages pay for this."""
    import json

    where: dict[Keys, tuple[int, int]] = {}
    path: list[str | int] = []
    kinds: list[str] = []
    expect_key = False
    line, line_start, seen = 1, 0, 0
    for match in _JSON_TOKEN.finditer(text):
        token, start = match[1], match.start(1)
        line += text.count("\n", seen, start)
        line_start = text.rfind("\n", 0, start) + 1
        seen = start
        if token in "}]":
            if kinds.pop() == "[" or path:
                path.pop()
        elif token == ",":
            if kinds[-1] == "[":
                path[-1] = int(path[-1]) + 1
            else:
                expect_key = True
        elif token == ":":
            expect_key = False
        elif expect_key:
            path[-1] = json.loads(token)
            where[tuple(path)] = (line, start - line_start + 1)
            continue
        else:
            where.setdefault(tuple(path), (line, start - line_start + 1))
            if token in "[{":
                kinds.append(token)
                path.append(0 if token == "[" else "")
                expect_key = token == "{"
    return where
