"""The schema of a report, read off its dataclasses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from govproj_rules.checking import STATUSES
from govproj_rules.ir import Label
from govproj_rules.operators import SHOWN
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.report import BOTH_LANGUAGES, Report
from govproj_rules.schema.words import Schema, closed, document, nullable, ref, value_of
from govproj_rules.vocabulary import vocabulary

REASONS: Final = ("calendar", "units", "zero", "before_in_force")
"""Why something is unknown although no fact is missing."""

_TEXT: Final[Schema] = {"type": "string"}
_DATE: Final = {key: part for key, part in value_of("date").items() if key != "examples"}
_VALUE: Final[Schema] = {"type": ["string", "number", "boolean", "array", "null"], "items": _TEXT}


def report_schema() -> Schema:
    """The JSON Schema of one report; nothing in it is optional, and nothing else is in it."""
    defs = dict(_shared())
    root = _record(Report, defs)
    return document("检查报告 report", root, defs, "一个办法对一个项目的要求：逐条结论、依据、期限和待答问题")


def _closed(properties: Schema, **more: Any) -> Schema:
    return closed(properties, required=list(properties), **more)


def _shared() -> dict[str, Schema]:
    bound = {
        "type": ["string", "number", "boolean", "object"],
        "properties": {"fact": _TEXT, "value": _VALUE},
        "required": ["fact", "value"],
        "additionalProperties": False,
    }
    test = {
        "type": "object",
        "properties": {said: ref("bound") for said in dict.fromkeys(SHOWN.values())},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    details = {"reason": {"enum": list(REASONS)}, "fact": _TEXT, "year": {"type": "integer"}, "from": _DATE}
    waiver = {"rule": _TEXT, "reason": _TEXT} | {name: nullable(_TEXT) for name in ("authority", "document")}
    return {
        "text": _closed({"zh": _TEXT, "en": _TEXT}, description="A text in both languages."),
        "bound": {**bound, "description": "A value, or another fact with its value."},
        "test": {**test, "description": "One test and its bound."},
        "value": _VALUE,
        "reason": {**_closed(details), "required": ["reason"], "description": "Why something is unknown."},
        "waiver": _closed({**waiver, "expires": nullable(_DATE)}),
    }


def _enum(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _known(model: str, name: str) -> Schema | None:
    """What the type of a field does not tell."""
    words = vocabulary().words
    counted = (*STATUSES, "warnings", "waived")
    match model, name:
        case "Report", "version":
            return {"const": 1}
        case "Report", "scope" | "verdict":
            return _enum(words[name])
        case "Report", "counts":
            return _closed({status: {"type": "integer", "minimum": 0} for status in counted})
        case "RulesetInfo", "status":
            return _enum(words["ruleset_status"])
        case "RulesetInfo", "in_force":
            return _closed({"from": nullable(_DATE), "until": nullable(_DATE)})
        case "RulesetInfo", "sha256":
            return {"type": "string", "pattern": "^[0-9a-f]{64}$"}
        case "Finding", "kind":
            return _enum(KINDS)
        case "Finding", "force":
            return _enum(FORCES)
        case "Finding", "unknown":
            return {"type": "array", "items": {"anyOf": [_TEXT, ref("reason")]}}
        case "Finding", "waiver":
            return nullable(ref("waiver"))
        case "ConsequenceView", "on":
            return _enum(words["against"])
        case "Because", "test":
            return ref("test")
        case "Threshold", "bound":
            return ref("test")
        case "Because" | "Threshold", "value" | "margin":
            return ref("value")
        case _, "status":
            return _enum((*STATUSES, "not_applicable"))
        case _:
            return None


def _record(model: type, defs: dict[str, Schema]) -> Schema:
    hints = get_type_hints(model)
    properties = {
        field.name.rstrip("_"): _known(model.__name__, field.name) or _typed(hints[field.name], field.name, defs)
        for field in fields(model)
    }
    told = model.__doc__ or ""
    written = not told.startswith(f"{model.__name__}(")  # else the signature that dataclasses write
    return _closed(properties, **({"description": " ".join(told.split())} if written else {}))


def _typed(hint: Any, name: str, defs: dict[str, Schema]) -> Schema:
    plain = {str: _TEXT, bool: {"type": "boolean"}, int: {"type": "integer"}, date: _DATE}
    if hint in plain:
        return dict(plain[hint])
    if hint is Label:
        return ref("text") if name in BOTH_LANGUAGES else dict(_TEXT)
    if get_origin(hint) is list:
        return {"type": "array", "items": _typed(get_args(hint)[0], name, defs)}
    if isinstance(hint, UnionType) and get_args(hint)[1:] == (type(None),):
        return nullable(_typed(get_args(hint)[0], name, defs))
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in defs:
            defs[hint.__name__] = _record(hint, defs)
        return ref(hint.__name__)
    raise TypeError(f"the report's field {name} has no schema: add it to _known")
