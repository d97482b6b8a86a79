"""The schema of a ruleset file: the document model, with its markers resolved to words, paths and guards.

Our loader reads every scalar as text, an editor reads YAML by itself: where a text may look like a number
(``cite: 28.1``), both are right here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from govproj_rules.document import RulesetDoc
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.schema import words
from govproj_rules.schema.paths import definitions, fact_of, paths
from govproj_rules.schema.words import PATTERNS, Schema, either, ref, value_of
from govproj_rules.values import TIERED, TYPES
from govproj_rules.vocabulary import Vocabulary, vocabulary

_LISTS: Final = ("roles", "acts", "documents", "effects", "matters", "stages")

_EXACTLY: Final[Schema] = {"minProperties": 1, "maxProperties": 1}
_STATED_OR_LISTED: Final[Schema] = {
    "if": {"properties": {"type": {"enum": ["one_of", "some_of"]}}},
    "then": {"required": ["options"]},
    "else": {"properties": {"options": {"maxProperties": 0}}},
    "anyOf": [{"required": ["ask"]}, {"required": ["is"]}],
}
_RULES: Final[Mapping[str, Schema]] = {
    "RuleDoc": words.one_required(KINDS),
    "StepDoc": words.one_required(KINDS),
    "ProhibitionBody": {
        **words.one_required(["violated_when", "event"]),
        "dependentRequired": {"event": ["without"], "without": ["event"]},
    },
    "DeadlineBody": {
        **words.one_required(["within", "between", "by"]),
        "dependentRequired": {
            "within": ["after"], "between": ["after"], "in": ["by"], "every": ["by", "from", "until"],
        },
    },
    "InYear": _EXACTLY,
    "Computed": _EXACTLY,
    "FactDoc": _STATED_OR_LISTED,
}  # fmt: skip
"""What lowering demands of the keys together, by model."""


def ruleset_schema() -> Schema:
    """The JSON Schema of a ruleset file. Names that only the file itself knows (facts, rules) are left open."""
    made = words.tidy(RulesetDoc.model_json_schema(by_alias=True), _change)
    defs: dict[str, Schema] = {**made["$defs"], **definitions(), **_groups()}
    for name, more in _RULES.items():
        defs[name] |= more
    defs["DeadlineBody"]["properties"]["between"] |= {"minItems": 2, "maxItems": 2}
    for name in ("RuleDoc", "StepDoc"):
        for kind, label in vocabulary().words["kind"].items():
            defs[name]["properties"][kind]["description"] = label.zh
    fields = made["properties"]
    fields["rules"] |= {"items": _entry(), "minItems": 1}
    stages = len(vocabulary().stages) - 1  # a change counts as construction
    fields["stages"] |= {
        "items": {"allOf": [ref("stages"), {"not": {"const": "change"}}]},
        "minItems": stages, "maxItems": stages, "uniqueItems": True,
    }  # fmt: skip
    fields["authorities"] = _by_word(vocabulary().roles, fields["authorities"]["additionalProperties"])
    return words.document(
        "政务信息化项目办法 ruleset", made, defs, "一个办法的一个版本：条文登记、适用范围、事实和规则"
    )


def _entry() -> Schema:
    """A rule or a flow, told apart by the key ``flow`` so that messages are about the one that was meant."""
    flow = {"properties": {"flow": ref("FlowDoc")}}
    return {**flow, "if": {"required": ["flow"]}, "then": ref("FlowEntry"), "else": ref("RuleDoc")}


def _by_word(known: Mapping[str, Any], value: Schema) -> Schema:
    fields = {word: {**value, "description": label.zh} for word, label in known.items()}
    return words.closed(fields)


# --- markers ----------------------------------------------------------------------------------------


def _change(made: Schema) -> Schema:
    made = words.without_null(made)
    if "x-guard" in made:
        return ref("guard")
    if "x-words" in made:
        rest = {key: part for key, part in made.items() if key not in ("x-words", "type")}
        one = ref(made["x-words"])
        if isinstance(made.get("type"), list):
            return {**rest, "anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
        return {**rest, **one}
    if made.get("type") == "string" and not {"enum", "const", "pattern"} & made.keys():
        return {**made, "type": ["string", "number"]}
    return made


def _groups() -> dict[str, Schema]:
    """Every group a marker of :mod:`govproj_rules.document` names."""
    known = vocabulary()
    made = {group: words.words_of(getattr(known, group)) for group in _LISTS}
    made["events"] = words.words_of({name: event.label for name, event in known.events.items()})
    made["topics"] = words.words_of({name: topic.label for name, topic in known.topics.items()})
    for group, name, listed in (("kinds", "kind", KINDS), ("forces", "force", FORCES), ("types", "type", TYPES)):
        made[group] = words.words_of({word: known.label(name, word) for word in listed})
    made["subjects"] = words.words_of({**known.matters, **known.documents})
    return {**made, **_times(known), **_written()}


def _times(known: Vocabulary) -> dict[str, Schema]:
    """Events, and facts that give a date or a year."""
    event = ref("events")
    approved = [f"documents.{name}.approved" for name in known.documents]
    names = {path.name for path in paths()}
    dated = [path.name for path in paths() if f"{path.name}.date" in names]
    anchor = {"anyOf": [event, ref("path.date"), {"enum": dated}]}
    return {
        "moments": {"anyOf": [event, {"enum": ["change.filed", "change.reapproved", *approved]}]},
        "anchors": anchor,
        "days": {"anyOf": [{"type": "string", "pattern": PATTERNS["month_day"]}, *anchor["anyOf"]]},
        "years": ref("path.year"),
        "amounts": ref("path.money"),
        "measures": {"anyOf": [ref(f"path.{type_}") for type_ in TIERED]},
        "conditions": {"anyOf": [event, ref("path.yes_no")]},
    }


def _written() -> dict[str, Schema]:
    """Values and places of the text."""
    number = {"type": ["string", "number"]}
    return {
        "periods": value_of("duration"),
        "dates": value_of("date"),
        "cites": {**number, "minimum": 1, "pattern": PATTERNS["cite"], "examples": ["28.1.2"]},
        "articles": {**number, "pattern": PATTERNS["article"]},
        "bounds": {"anyOf": [value_of(type_) for type_ in TIERED]},
        "fingerprints": {**number, "pattern": PATTERNS["fingerprint"]},
        "values": either({"type": ["string", "number", "boolean", "array"]}, fact_of({"type": "string"})),
    }
