"""Records as plain JSON data, and as JSON text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Final

from govproj_rules.ir import Label

BOTH_LANGUAGES: Final = frozenset({"title", "note", "instead", "until"})
"""The texts a report always gives in both languages; the others follow the reader's."""


def plain(value: Any, lang: str | None = None, name: str = "") -> Any:
    """Records as plain JSON data; texts in ``lang``, or (None) in both languages."""
    match value:
        case None | bool() | int() | str():
            return value
        case Label():
            return value._asdict() if lang is None or name in BOTH_LANGUAGES else value.in_(lang)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [plain(one, lang, name) for one in value]
        case Mapping():
            return {key: plain(one, lang, key) for key, one in value.items()}
        case _:
            return {one.name.rstrip("_"): plain(getattr(value, one.name), lang, one.name) for one in fields(value)}


def as_json(value: Any, lang: str | None = None, indent: int | None = None) -> str:
    """What :func:`plain` gives as JSON text. Without ``indent`` the text is put together directly, as it is large."""
    import json

    if indent is not None:
        return json.dumps(plain(value, lang), ensure_ascii=False, indent=indent)
    return _Text(lang, json.encoder.encode_basestring).of(value, "")


@cache
def _fields(model: Any) -> tuple[tuple[str, Callable[[Any], Any], str], ...]:
    """What stands before each field of a record, how to read it, and its name."""
    starts = ("{", *[", "] * len(fields(model)))
    return tuple(
        (f'{start}"{one.name.rstrip("_")}": ', attrgetter(one.name), one.name)
        for start, one in zip(starts, fields(model), strict=False)
    )


class _Text:
    """Writes one value; texts and records that stand in many places are written once."""

    def __init__(self, lang: str | None, quoted: Callable[[str], str]) -> None:
        self.lang = lang
        self.quoted = quoted
        self.made: dict[tuple[int, bool], str] = {}
        self.kept: list[Any] = []  # what is kept cannot share its identity with another

    def of(self, value: Any, name: str) -> str:
        match value:
            case str():
                return self.quoted(value)
            case None:
                return "null"
            case True:
                return "true"
            case False:
                return "false"
            case int():
                return str(value)
            case date():
                return f'"{value.isoformat()}"'
            case list() | tuple() if not isinstance(value, Label):
                return f"[{', '.join([self.of(one, name) for one in value])}]" if value else "[]"
            case Mapping():
                return "{" + ", ".join([f"{self.quoted(key)}: {self.of(one, key)}" for key, one in value.items()]) + "}"
        key = id(value), name in BOTH_LANGUAGES
        made = self.made.get(key)
        if made is None:
            self.kept.append(value)
            made = self.made[key] = self._record(value, key[1])
        return made

    def _record(self, value: Any, both: bool) -> str:
        if isinstance(value, Label):
            if self.lang is None or both:
                return f'{{"zh": {self.quoted(value.zh)}, "en": {self.quoted(value.en)}}}'
            return self.quoted(value.in_(self.lang))
        return "".join([start + self.of(read(value), name) for start, read, name in _fields(value.__class__)]) + "}"
