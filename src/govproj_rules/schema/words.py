"""The parts schemas are made of: values as they are written, words with their labels, and tidying."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from govproj_rules.ir import Label
from govproj_rules.vocabulary import Words

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def _amount(unit: str, digits: int, places: int) -> str:
    """Down to one 分, and up to the greatest amount there is."""
    most = rf"10{{{digits}}}(\.0{{1,12}})?"
    return rf"0{{0,20}}([0-9]{{1,{digits}}}(\.[0-9]{{1,{places}}}0{{0,{12 - places}}})?|{most}){unit}"


PATTERNS: Final[Mapping[str, str]] = {
    "money": f"^({_amount('元', 15, 2)}|{_amount('万元', 11, 6)}|{_amount('亿元', 7, 10)})$",
    "percent": r"^[0-9]{1,9}(\.[0-9]{1,12})?%$",
    "number": r"^[0-9]{1,15}(\.[0-9]{1,12})?$",
    "year": r"^(19|20|21)[0-9]{2}$",
    "date": r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    "duration": r"^[0-9]{1,5} ?(working_days?|days?|months?|years?|个工作日|天|日|个月|年)$",
    "month_day": (
        r"^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
        r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
        r"|02-(0[1-9]|1[0-9]|2[0-8]))$"
    ),
    "article": r"^([1-9][0-9]{0,3}|annex[1-9][0-9]?)$",
    "cite": r"^([1-9][0-9]{0,3}|annex[1-9][0-9]?)(\.[1-9][0-9]{0,3}){0,3}$",
    "fingerprint": r"^[0-9a-f]{12}$",
}
"""What :mod:`govproj_rules.values` reads, as patterns for editors; the tests hold them to each other."""

_WRITTEN: Final[Mapping[str, Schema]] = {
    "yes_no": {"type": "boolean"},
    "money": {"type": "string", "pattern": PATTERNS["money"], "examples": ["62万元"]},
    "percent": {"type": "string", "pattern": PATTERNS["percent"], "examples": ["15%"]},
    "number": {
        "type": ["number", "string"], "minimum": 0, "exclusiveMaximum": 10**15, "pattern": PATTERNS["number"],
    },
    "year": {
        "type": ["integer", "string"], "minimum": 1900, "maximum": 2199, "pattern": PATTERNS["year"],
        "examples": [2026],
    },
    "date": {"type": "string", "format": "date", "pattern": PATTERNS["date"], "examples": ["2026-03-16"]},
    "duration": {"type": "string", "pattern": PATTERNS["duration"], "examples": ["10 working_days", "12 months"]},
}  # fmt: skip


def value_of(type_: str, word: Schema | None = None) -> Schema:
    """A value of a type as it is written; ``word`` is the schema of one word of its list."""
    if type_ == "one_of":
        return dict(word or {"type": "string"})
    if type_ == "some_of":
        return {"type": "array", "items": dict(word or {"type": "string"})}
    return dict(_WRITTEN[type_])


def words_of(words: Words) -> Schema:
    """One word of a list; editors show the labels beside the words."""
    return {"enum": list(words), "enumDescriptions": [label.zh for label in words.values()]}


def described(label: Label, ask: Label | None = None) -> str:
    """What a field means, and how one asks for it."""
    return f"{label.zh}：{ask.zh}" if ask else label.zh


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def either(value: Schema, shape: Schema) -> Schema:
    """A value or an object: one schema where their types tell them apart, so that messages name the fault."""
    if "type" in value and "enum" not in value:
        return {**value, **shape, "type": [*_types(value), *_types(shape)]}
    return {"anyOf": [value, shape]}


def nullable(made: Schema) -> Schema:
    """The same, or null for what is not known."""
    if "enum" in made:
        labels = made.get("enumDescriptions")
        return {**made, "enum": [*made["enum"], None], **({"enumDescriptions": [*labels, "未知"]} if labels else {})}
    if "type" in made:
        return {**made, "type": [*_types(made), "null"]}
    return {"anyOf": [*made.get("anyOf", [made]), {"type": "null"}]}


def _types(made: Schema) -> list[str]:
    types = made["type"]
    return list(types) if isinstance(types, list) else [types]


def closed(properties: Mapping[str, Schema], **more: Any) -> Schema:
    """An object with these keys and no other."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}


def one_required(keys: Iterable[str]) -> Schema:
    """Exactly one of these keys."""
    return {"oneOf": [{"required": [key]} for key in keys]}


_MAPS: Final = ("properties", "patternProperties", "$defs")
_LISTS: Final = ("anyOf", "oneOf", "allOf")
_PARTS: Final = ("items", "additionalProperties", "propertyNames")


def tidy(made: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """A schema without the titles and empty defaults of its models; ``change`` is applied inside out."""
    kept: Schema = {}
    for key, part in made.items():
        if key in _MAPS:
            kept[key] = {name: tidy(inner, change) for name, inner in part.items()}
        elif key in _LISTS:
            kept[key] = [tidy(inner, change) for inner in part]
        elif key in _PARTS and isinstance(part, dict):
            kept[key] = tidy(part, change)
        elif key != "title" and not (key == "default" and not isinstance(part, (str, bool))):
            kept[key] = part
    return change(kept)


def without_null(made: Schema) -> Schema:
    """A union without its null; the one that is left, where it is one."""
    if "anyOf" not in made:
        return made
    left = [part for part in made["anyOf"] if part != {"type": "null"}]
    rest = {key: part for key, part in made.items() if key != "anyOf"}
    return {**rest, **left[0]} if len(left) == 1 else {**rest, "anyOf": left}


def flat_null(made: Schema) -> Schema:
    """The union of one type and null as one schema, where it can be."""
    left = without_null(made)
    return made if left == made or "type" not in left else nullable(left)


def pruned(defs: Mapping[str, Schema], *roots: Schema) -> dict[str, Schema]:
    """The definitions that ``roots`` lead to, in alphabetical order."""
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            waiting.extend(part.values())
            name = part.get("$ref", "").removeprefix("#/$defs/") if isinstance(part.get("$ref"), str) else ""
            if name and name not in found:
                found.add(name)
                waiting.append(defs[name])
    return {name: defs[name] for name in sorted(found)}


def document(title: str, root: Schema, defs: Mapping[str, Schema], description: str) -> Schema:
    """A whole schema: the head, the root, and the definitions it needs."""
    body = {key: part for key, part in root.items() if key not in ("title", "description", "$defs")}
    head = {"$schema": DIALECT, "title": title, "description": description}
    return {**head, **body, "$defs": pruned(defs, body)}
