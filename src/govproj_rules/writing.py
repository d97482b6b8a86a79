"""JSON text of records, put together directly: a report is large, and much of it stands in every report alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, Final

from govproj_rules.ir import Label

BOTH_LANGUAGES: Final = frozenset({"title", "note", "instead", "until"})
"""The texts a report always gives in both languages; the others follow the reader's."""


class Text:
    """Writes one value, in ``lang`` or (None) in both languages; a record that stands in many places is written once."""

    def __init__(self, lang: str | None) -> None:
        from json.encoder import encode_basestring

        self.lang = lang
        self.quoted: Callable[[str], str] = encode_basestring
        self.writers = _WRITERS
        self.made: dict[int, str] = {}
        self._kept: list[Any] = []  # what is written cannot share its identity with what comes later

    def of(self, value: Any, name: str = "") -> str:
        """A value as JSON; ``name`` is the field it stands in."""
        kind = type(value)  # asked in the order of how often it stands in a report
        if kind in self.writers:
            made = self.made.get(id(value))
            return self.record(value, kind) if made is None else made
        if kind is str:
            return self.quoted(value)
        if kind is list or kind is tuple:
            made_of = self.made.get
            return f"[{', '.join([made_of(id(one)) or self.of(one, name) for one in value])}]" if value else "[]"
        if kind is dict:
            if len(value) == 1:  # a test
                ((key, one),) = value.items()
                return f"{{{self.quoted(key)}: {self.quoted(one) if type(one) is str else self.of(one, key)}}}"
            return "{" + ", ".join([f"{self.quoted(key)}: {self.of(one, key)}" for key, one in value.items()]) + "}"
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        if kind is Label:
            return self.label(value, name)
        if kind is int:
            return str(value)
        if kind is date:
            return f'"{value.isoformat()}"'
        return self.record(value, kind)

    def record(self, value: Any, kind: type) -> str:
        self._kept.append(value)
        made = self.made[id(value)] = self.writers[kind](value, self.of, self.quoted)
        return made

    def label(self, text: Label, name: str) -> str:
        if self.lang is not None and name not in BOTH_LANGUAGES:
            return self.quoted(text.in_(self.lang))
        return f'{{"zh": {self.quoted(text.zh)}, "en": {self.quoted(text.en)}}}'


_Writer = Callable[[Any, Callable[[Any, str], str], Callable[[str], str]], str]


class _Writers(dict[type, _Writer]):
    """How the records of each model are written: one expression over its fields, made once."""

    def __missing__(self, model: Any) -> _Writer:
        made = self[model] = _made([one.name for one in fields(model)])
        return made


def _made(names: list[str]) -> _Writer:
    texts = ", ".join([f'"{name.rstrip("_")}": %s' for name in names])
    values = ", ".join([_FIELD.format(name) for name in names])
    space: dict[str, Any] = {}
    exec(f"def write(it, of, quoted): return '{{{texts}}}' % ({values},)", space)  # noqa: S102  # made of the names of fields only
    made: _Writer = space["write"]
    return made


_FIELD: Final = (
    "quoted(x) if type(x := it.{0}) is str else 'null' if x is None else 'true' if x is True"
    " else 'false' if x is False else of(x, '{0}')"
)
_WRITERS: Final = _Writers()
