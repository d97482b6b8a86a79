"""Schemas read off the dataclasses that answers are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from govproj_rules.checking import STATUSES
from govproj_rules.ir import Label
from govproj_rules.schema.words import Schema, closed, nullable, ref, value_of
from govproj_rules.waivers import COUNTED
from govproj_rules.writing import BOTH_LANGUAGES

TEXT: Final[Schema] = {"type": "string"}
DATE: Final = {key: part for key, part in value_of("date").items() if key != "examples"}
BOTH: Final[Schema] = closed({"zh": TEXT, "en": TEXT}, required=["zh", "en"], description="A text in both languages.")
SHA256: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

Known = Callable[[str, str], Schema | None]
"""What the type of a field does not tell, by record and field."""


def exactly(properties: Schema, **more: Any) -> Schema:
    """An object with all of these keys and no other."""
    return closed(properties, required=list(properties), **more)


def counts() -> Schema:
    """How many findings there are of each status, and apart."""
    return exactly({status: {"type": "integer", "minimum": 0} for status in (*STATUSES, "warnings", *COUNTED)})


def in_force() -> Schema:
    """From when until when a regulation holds."""
    return exactly({"from": nullable(DATE), "until": nullable(DATE)})


def enum(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


class Records:
    """Schemas of records; ``both`` says whether every text is in both languages. ``defs`` collects their definitions."""

    def __init__(self, known: Known, both: bool, defs: dict[str, Schema]) -> None:
        self.known = known
        self.both = both
        self.defs = defs

    def of(self, model: type) -> Schema:
        """The schema of one record."""
        hints = get_type_hints(model)
        properties = {
            field.name.rstrip("_"): self.known(model.__name__, field.name) or self.typed(hints[field.name], field.name)
            for field in fields(model)
        }
        told = model.__doc__ or ""
        written = not told.startswith(f"{model.__name__}(")  # else the signature that dataclasses write
        return exactly(properties, **({"description": " ".join(told.split())} if written else {}))

    def typed(self, hint: Any, name: str) -> Schema:
        """The schema of one type; raises :class:`TypeError` for one that needs to be told in ``known``."""
        plain = {str: TEXT, bool: {"type": "boolean"}, int: {"type": "integer"}, date: DATE}
        if hint in plain:
            return dict(plain[hint])
        if hint is Label:
            return ref("text") if self.both or name in BOTH_LANGUAGES else dict(TEXT)
        if get_origin(hint) in (list, tuple):  # of one type: list[str], tuple[str, ...]
            return {"type": "array", "items": self.typed(get_args(hint)[0], name)}
        if isinstance(hint, UnionType) and get_args(hint)[1:] == (type(None),):
            return nullable(self.typed(get_args(hint)[0], name))
        if is_dataclass(hint) and isinstance(hint, type):
            if hint.__name__ not in self.defs:
                self.defs[hint.__name__] = self.of(hint)
            return ref(hint.__name__)
        raise TypeError(f"the field {name} has no schema: tell it apart")
