"""JSON text of records, put together directly: a report is large, and much of it stands in every report alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import Field, fields
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from govproj_rules.ir import Label

BOTH_LANGUAGES: Final = frozenset({"title", "note", "instead", "until"})
"""The texts a report always gives in both languages; the others follow the reader's."""


class Recurring:
    """A record of which the like stands in many answers: the text of its plain fields is kept."""

    __slots__ = ()


_ENTRY: Final = "dict[str, Any]"
_PLAIN: Final[dict[Any, str]] = {
    **dict.fromkeys(("str", "str | None", "bool", "bool | None", "int | None", "date | None"), "it.{0}"),
    **dict.fromkeys(("Label", "Label | None", "tuple[str, ...]"), "it.{0}"),
    "list[str]": "tuple(it.{0})",
    "Any": "tuple(x) if type(x := it.{0}) is list else x",  # only words stand in lists
    _ENTRY: "*it.{0}, *it.{0}.values()",
}
"""The types of fields whose text is kept, and by what; of a mapping only where it has one entry."""
_KEPT: Final = 10_000
"""So many texts, of each run of plain fields of a model."""


class Text:
    """Writes one value, in ``lang`` or (None) in both languages; a record that stands in many places is written once."""

    def __init__(self, lang: str | None) -> None:
        from json.encoder import encode_basestring

        self.lang = lang
        self.quoted: Callable[[str], str] = encode_basestring
        self.writers = _writers(lang)
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
_Run = list[Field[Any]]


class _Writers(dict[type, _Writer]):
    """How the records of each model are written in a language: one expression over its fields, made once."""

    def __init__(self, lang: str | None) -> None:
        super().__init__()
        self.lang = lang

    def __missing__(self, model: Any) -> _Writer:
        plainly = _made([[one] for one in fields(model)], {})
        self[model] = made = self._keeping(model, plainly) if issubclass(model, Recurring) else plainly
        return made

    def _keeping(self, model: Any, plainly: _Writer) -> _Writer:
        """A writer that keeps the text of fields beside each other; what cannot be told apart is written plainly."""
        runs = list(_runs(model))
        made = _made(runs, {f"kept_{run[0].name}": self._kept(run) for run in runs if len(run) > 1})

        def write(it: Any, of: Callable[[Any, str], str], quoted: Callable[[str], str]) -> str:
            try:
                return made(it, of, quoted)
            except (TypeError, ValueError):
                return plainly(it, of, quoted)

        return write

    def _kept(self, run: _Run) -> Callable[..., str]:
        """The text of some fields by their values."""
        lang, count = self.lang, sum(2 if one.type == _ENTRY else 1 for one in run)

        def write(*values: Any) -> str:
            if len(values) != count:
                raise ValueError
            text, left = Text(lang), iter(values)
            pairs = [(one.name, {next(left): next(left)} if one.type == _ENTRY else next(left)) for one in run]
            return ", ".join([f'"{name.rstrip("_")}": {text.of(value, name)}' for name, value in pairs])

        return lru_cache(maxsize=_KEPT, typed=True)(write)


def _runs(model: Any) -> Iterator[_Run]:
    """The fields of a model in order: plain ones that stand beside each other together, every other one alone."""
    for alike, run in groupby(fields(model), lambda one: one.type in _PLAIN):
        found = list(run)
        yield from [found] if alike else [[one] for one in found]


def _made(runs: list[_Run], kept: dict[str, Callable[..., str]]) -> _Writer:
    texts: list[str] = []
    values: list[str] = []
    for run in runs:
        name = run[0].name
        if len(run) > 1:
            texts.append("%s")
            values.append(f"kept_{name}({', '.join([_PLAIN[one.type].format(one.name) for one in run])})")
        else:
            texts.append(f'"{name.rstrip("_")}": %s')
            values.append(_FIELD.format(name))
    space: dict[str, Any] = {**kept}
    source = f"def write(it, of, quoted): return '{{{', '.join(texts)}}}' % ({', '.join(values)},)"
    exec(source, space)  # noqa: S102  # made of the names of fields only
    made: _Writer = space["write"]
    return made


_FIELD: Final = (
    "quoted(x) if type(x := it.{0}) is str else 'null' if x is None else 'true' if x is True"
    " else 'false' if x is False else of(x, '{0}')"
)
_writers = lru_cache(maxsize=None)(_Writers)
