"""The schema of a report, read off its dataclasses."""

from __future__ import annotations

from typing import Final

from govproj_rules.checking import STATUSES
from govproj_rules.operators import SHOWN
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.report import Report
from govproj_rules.schema.records import BOTH, DATE, SHA256, TEXT, Records, counts, enum, exactly, in_force
from govproj_rules.schema.words import Schema, document, nullable, ref
from govproj_rules.vocabulary import vocabulary
from govproj_rules.waivers import STANDINGS

REASONS: Final = ("calendar", "units", "zero", "before_in_force")
"""Why something is unknown although no fact is missing."""

_VALUE: Final[Schema] = {"type": ["string", "number", "boolean", "array", "null"], "items": TEXT}


def report_schema() -> Schema:
    """The JSON Schema of one report; nothing in it is optional, and nothing else is in it."""
    defs = report_parts()
    root = Records(known, both=False, defs=defs).of(Report)
    return document("检查报告 report", root, defs, "一个办法对一个项目的要求：逐条结论、依据、期限和待答问题")


def report_parts() -> dict[str, Schema]:
    """The definitions that what a report tells is made of."""
    bound = {
        "type": ["string", "number", "boolean", "object"],
        "properties": {"fact": TEXT, "value": _VALUE},
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
    details = {"reason": {"enum": list(REASONS)}, "fact": TEXT, "year": {"type": "integer"}, "from": DATE}
    waiver = {
        "rule": TEXT,
        "for": nullable(TEXT),
        "reason": TEXT,
        "authority": nullable(TEXT),
        "document": nullable(TEXT),
    }
    return {
        "text": BOTH,
        "bound": {**bound, "description": "A value, or another fact with its value."},
        "test": {**test, "description": "One test and its bound."},
        "value": _VALUE,
        "reason": {**exactly(details), "required": ["reason"], "description": "Why something is unknown."},
        "waiver": exactly({**waiver, "expires": nullable(DATE), "standing": enum(("waived", "unlifted", "idle"))}),
    }


def known(model: str, name: str) -> Schema | None:
    """What the type of a field does not tell."""
    words = vocabulary().words
    match model, name:
        case "Report", "version":
            return {"const": 1}
        case "Report", "scope" | "verdict":
            return enum(words[name])
        case "Report", "counts":
            return counts()
        case "RulesetInfo", "status":
            return enum(words["ruleset_status"])
        case "RulesetInfo", "in_force":
            return in_force()
        case "RulesetInfo", "sha256":
            return SHA256
        case "Finding", "kind":
            return enum(KINDS)
        case "Finding", "force":
            return enum(FORCES)
        case "Finding", "unknown":
            return {"type": "array", "items": {"anyOf": [TEXT, ref("reason")]}}
        case "Finding", "waiver":
            return nullable(ref("waiver"))
        case "WaiverView", "standing":
            return enum(STANDINGS)
        case "ConsequenceView", "on":
            return enum(words["against"])
        case "Because", "test":
            return ref("test")
        case "Threshold", "bound":
            return ref("test")
        case "Because" | "Threshold", "value" | "margin":
            return ref("value")
        case _, "status":
            return enum((*STATUSES, "not_applicable"))
        case _:
            return None
