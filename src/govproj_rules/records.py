"""Records as plain JSON data, and as JSON text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
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


@lru_cache(maxsize=10_000)
def _in_both(text: Label, quoted: Callable[[str], str]) -> str:
    """A text in both languages: those of a ruleset stand in the report of every project."""
    return f'{{"zh": {quoted(text.zh)}, "en": {quoted(text.en)}}}'


class _Text:
    """Writes one value; a record that stands in many places is written once."""

    def __init__(self, lang: str | None, quoted: Callable[[str], str]) -> None:
        self.lang = lang
        self.quoted = quoted
        self.made: dict[int, str] = {}

    def of(self, value: Any, name: str) -> str:
        """A value as JSON; ``name`` is the field it stands in."""
        kind = type(value)  # asked in the order of how often it stands in a report
        if kind is str:
            return self.quoted(value)
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        if kind is list or kind is tuple:
            return f"[{', '.join([self.of(one, name) for one in value])}]" if value else "[]"
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
            made = self.made[id(value)] = _WRITERS[kind](value, self.of, self.quoted)
        return made

    def label(self, text: Label, name: str) -> str:
        if self.lang is not None and name not in BOTH_LANGUAGES:
            return self.quoted(text.in_(self.lang))
        return _in_both(text, self.quoted)


_Writer = Callable[[Any, Callable[[Any, str], str], Callable[[str], str]], str]


class _ByModel(dict[type, _Writer]):
    """How the records of a model are written: one expression over its fields, made once a model."""

    def __missing__(self, model: Any) -> _Writer:
        names = [one.name for one in fields(model)]
        text = ", ".join([f'"{name.rstrip("_")}": %s' for name in names])
        values = "".join([f"{_FIELD.format(name)}, " for name in names])
        space: dict[str, Any] = {}
        exec(f"def write(it, of, quoted): return '{{{text}}}' % ({values})", space)  # noqa: S102  # names of fields only
        made: _Writer = space["write"]
        self[model] = made
        return made


_FIELD: Final = "quoted(x) if type(x := it.{0}) is str else 'null' if x is None else of(x, '{0}')"
_WRITERS: Final = _ByModel()
