"""The parts of the query that read lines: forms of JSON text as regular expressions, structs, and what stands in lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from govproj_rules.intake.duck import name_of
from govproj_rules.intake.quick import leaves
from govproj_rules.intake.quick.leaves import KEY, days_lowered, list_marks, marks_of_days, present

Shape = dict[str, "str | Shape"]
"""What an object is read as: the type of each key."""

DAY_FORM: Final = '"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"'
WORDS_FORM: Final = r'\["[^"\\:,]+"(?:,"[^"\\:,]+")*\]'
CHANGE_FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "date": (DAY_FORM, "DATE"),
    "money": ('"[0-9.]+[万亿]?元"', "VARCHAR"),
    "yes_no": ("(?:true|false)", "BOOLEAN"),
    "some_of": (WORDS_FORM, "VARCHAR[]"),
    "happened": (f"(?:true|false|{DAY_FORM})", "VARCHAR"),
}
"""How each kind of value of a change is written, and what it is read as."""


def object_form(entry: str) -> str:
    return rf"\{{(?:{entry})(?:,(?:{entry}))*\}}"


def is_there(*either: str) -> str:
    """1 where one of them is. DuckDB adds up what a CASE gives sooner than a yes or no as a number."""
    return f"CASE WHEN {' AND '.join(f'{x} IS NULL' for x in either)} THEN 0 ELSE 1 END"


def marks_of_object(inside: str) -> str:
    """The marks of an object with its key, from those of its entries: it has one comma less than keys."""
    return f"CASE WHEN {inside} > 0 THEN {inside} - 1 + {KEY} ELSE 0 END"


def columns_of_days(path: str, whether: str, day: str, days: str | None) -> Iterator[tuple[str, str]]:
    """The columns of what happened; without ``days``, of what happened once."""
    there = " OR ".join(f"{one} IS NOT NULL" for one in (day, days) if one)
    yield path, f"CASE WHEN {whether} IS NOT NULL THEN {whether} WHEN {there} THEN true END"
    yield f"{path}.date", f"coalesce({day}, ({days})[1])" if days else day
    if days:
        yield f"{path}.dates", f"CASE WHEN len({days}) > 1 THEN {days} END"


def inline(type_: str, x: str, enum: str, name: str, cells: dict[str, str]) -> str:
    """A value inside a list, where nothing can be worked out first; its marks, from the cells once they are made."""
    low, own = leaves.lowered(type_, x, enum) or x, f"e.{name_of(name)}"
    cells[name] = leaves.value(type_, x, low)
    if type_ != "some_of":
        return leaves.marks(type_, x, low, own)
    cells[f"{name}#"] = f"len({x})"  # a word that stands there twice is there once
    length = f"e.{name_of(name + '#')}"
    return present(own, f"{KEY} + {list_marks(length)}")


def inline_days(name: str, x: str, cells: dict[str, str]) -> str:
    """What happened: yes or no, a day, or several."""
    whether, day = leaves.value("yes_no", x, x), leaves.value("date", x, leaves.lowered("date", x, "") or x)
    cells |= {f"{name}?": whether, f"{name}@": day, f"{name}@@": leaves.days(x, days_lowered(x))}
    own = [f"e.{name_of(name + mark)}" for mark in ("?", "@", "@@")]
    return marks_of_days(own[0], own[1], own[2])


def structure(types: Mapping[str, str]) -> str:
    """The structure of an object for DuckDB."""
    return "{" + ", ".join(f'"{name}": {json_type(type_)}' for name, type_ in types.items()) + "}"


def packed(cells: Mapping[str, str]) -> str:
    return "struct_pack(" + ", ".join(f"{name_of(name)} := {sql}" for name, sql in cells.items()) + ")"


def each_of(x: str, made: str) -> str:
    """What is made of each entry ``e`` of a list. Where there is none in many lines, DuckDB must not get ready for it: that
    takes a millisecond for every 2,000.
    """
    return f"CASE WHEN len({x}) > 0 THEN list_transform({x}, lambda e: {made}) WHEN {x} IS NOT NULL THEN [] END"


def list_in(x: str) -> str:
    """A list of texts in a JSON text."""
    return f"from_json({x}, '[\"VARCHAR\"]')"


def own(name: str) -> str:
    return name_of(f":{name}")


def columns_of(layer: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{sql} AS {name_of(name)}" for name, sql in layer)


def type_of(shape: str | Shape) -> str:
    if isinstance(shape, str):
        return shape
    return "STRUCT(" + ", ".join(f"{name_of(key)} {type_of(one)}" for key, one in shape.items()) + ")"


def json_type(type_: str) -> str:
    """A type as the structure of a JSON value is written."""
    return f'["{type_.removesuffix("[]")}"]' if type_.endswith("[]") else f'"{type_}"'
