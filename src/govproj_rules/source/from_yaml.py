"""YAML: text, mappings and lists only.

Duplicate keys, aliases and tags are refused; every scalar stays as written (``12.10`` is not 12.1, ``no``
is a word), only ``true`` and ``false`` are booleans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.source.files import MAX_DEPTH, MAX_PROBLEMS, MAX_VALUES, Keys, Source


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
        help = "check indentation, brackets and quotes; a text with `: ` or ` #` in it stands in quotes"
        if text.splitlines()[line - 1 : line] and "\t" in text.splitlines()[line - 1][: column + 1]:
            said, help = "a tab stands where spaces belong", "indent with spaces"
        reader.problems.append(Problem("yaml-syntax", f"not valid YAML: {said}", help, file, line, column))
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
            mark = event.start_mark
            if isinstance(container, dict) and waiting is None:  # this event is a key
                key = self._key(event, name, container)
                self.where[*keys, key] = (mark.line + 1, mark.column + 1)
                stack[-1] = (container, keys, key)
                if name in ("MappingStartEvent", "SequenceStartEvent"):
                    break
                continue
            self.where.setdefault(here, (mark.line + 1, mark.column + 1))
            if len(self.problems) >= MAX_PROBLEMS:
                break
            if len(self.where) > MAX_VALUES:
                self.refuse(event, "too-large", f"the file holds more than {MAX_VALUES} values", "split it")
                break
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
