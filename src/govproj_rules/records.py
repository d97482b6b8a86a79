"""Records as plain JSON data, and as JSON text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
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


_Fields = tuple[tuple[str, Callable[[Any], Any], str], ...]


class _ByModel(dict[type, _Fields]):
    """For each field of a record: what stands before it, how to read it, its name. Worked out once a model."""

    def __missing__(self, model: Any) -> _Fields:
        starts = ("{", *[", "] * len(fields(model)))
        made = self[model] = tuple(
            (f'{start}"{one.name.rstrip("_")}": ', attrgetter(one.name), one.name)
            for start, one in zip(starts, fields(model), strict=False)
        )
        return made


_FIELDS: Final = _ByModel()


class _Text:
    """Writes one value; a record that stands in many places is written once."""

    def __init__(self, lang: str | None, quoted: Callable[[str], str]) -> None:
        self.lang = lang
        self.quoted = quoted
        self.made: dict[int, str] = {}
        self.texts: dict[Label, str] = {}
        self.kept: list[Any] = []  # what is kept cannot share its identity with another

    def of(self, value: Any, name: str) -> str:
        """A value as JSON; ``name`` is the field it stands in."""
        kind = type(value)  # asked in the order of how often it stands in a report
        if kind is str:
            return self.quoted(value)
        if kind is bool:
            return "true" if value else "false"
        if value is None:
            return "null"
        if kind is list or kind is tuple:
            return f"[{', '.join([self.of(one, name) for one in value])}]"
        if kind is Label:
            return self.label(value, name)
        if kind is dict:
            return "{" + ", ".join([f"{self.quoted(key)}: {self.of(one, key)}" for key, one in value.items()]) + "}"
        if kind is int:
            return str(value)
        if kind is date:
            return f'"{value.isoformat()}"'
        made = self.made.get(id(value))
        if made is None:
            self.kept.append(value)
            made = "".join([start + self.of(read(value), field) for start, read, field in _FIELDS[kind]]) + "}"
            self.made[id(value)] = made
        return made

    def label(self, text: Label, name: str) -> str:
        if self.lang is not None and name not in BOTH_LANGUAGES:
            return self.quoted(text.in_(self.lang))
        made = self.texts.get(text)
        if made is None:
            made = self.texts[text] = f'{{"zh": {self.quoted(text.zh)}, "en": {self.quoted(text.en)}}}'
        return made
