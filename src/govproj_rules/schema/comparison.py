"""The schema of a comparison, read off its dataclasses."""

from __future__ import annotations

from govproj_rules.checking import STATUSES
from govproj_rules.comparison import RELATIONS, STATES, Comparison
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.schema.records import BOTH, SHA256, Records, counts, enum, in_force
from govproj_rules.schema.words import Schema, document, nullable
from govproj_rules.vocabulary import vocabulary
from govproj_rules.waivers import COUNTED, STANDINGS


def comparison_schema() -> Schema:
    """The JSON Schema of one comparison; nothing in it is optional, and nothing else is in it."""
    defs: dict[str, Schema] = {"text": BOTH}
    root = Records(_known, both=True, defs=defs).of(Comparison)
    about = "几个办法按主题并列：每格的规范、两两之间的关系、各自没有规定的事项；或同一项目在各办法下的要求"
    return document("各地办法比较 comparison", root, defs, about)


def _known(model: str, name: str) -> Schema | None:
    """What the type of a field does not tell."""
    words = vocabulary().words
    match model, name:
        case "Comparison", "version":
            return {"const": 1}
        case "Column", "status":
            return enum(words["ruleset_status"])
        case "Column", "in_force":
            return in_force()
        case "Column", "sha256":
            return SHA256
        case "Cell", "state":
            return enum(STATES)
        case "Norm", "kind":
            return enum((*KINDS, "scope"))
        case "Norm", "force":
            return enum(FORCES)
        case "Norm", "waiver":
            return nullable(enum(COUNTED))
        case "WaiverView", "standing":
            return enum(STANDINGS)
        case "Norm", "status":
            return nullable(enum(STATUSES))
        case ("Relation" | "Pair", "relation") | ("Difference", "effect"):
            return enum(RELATIONS)
        case "Silence", "kind":
            return enum(STATES[1:4])
        case "Under", "verdict" | "scope":
            return enum(words[name])
        case "Under", "counts":
            return counts()
        case _:
            return None
