"""Small rulesets and projects: built from a few written lines, or generated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from govproj_rules.ir import RuleSet
from govproj_rules.library import read_ruleset
from govproj_rules.vocabulary import vocabulary

STAGES = (
    "planning", "application", "review", "approval", "budget", "procurement", "construction", "acceptance",
    "operation", "evaluation",
)  # fmt: skip


def text(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def _fact(name: str, written: object) -> dict[str, Any]:
    fact: dict[str, Any] = {"type": written} if isinstance(written, str) else dict(written)  # type: ignore[call-overload]
    if isinstance(fact.get("options"), list):
        fact["options"] = {word: text(word) for word in fact["options"]}
    if "is" not in fact or "cases" in fact["is"]:
        fact.setdefault("ask", text(name))
    return {**text(name), **fact}


def _rule(written: Mapping[str, Any]) -> dict[str, Any]:
    if "flow" not in written:
        return {"cite": "1", "topic": "scope", "title": text(written["id"]), **written}
    flow = dict(written["flow"])
    steps = [{"cite": "1", "title": text(step["id"]), **step} for step in flow.pop("steps")]
    return {"flow": {"id": "flow", "topic": "scope", **flow, "steps": steps}}


def written(table: Mapping[str, Any]) -> bytes:
    """A ruleset file: everything a table leaves out is filled in."""
    regimes = table.get("regimes") or [{"id": "full", "presume": True}]
    roles = vocabulary().roles
    made = {
        "ruleset": "tiny", "title": text("tiny"), "issuer": text("tiny"), "status": "in_force", "stages": list(STAGES),
        "authorities": {role: text(role) for role in roles}, "register": {"1": {"gist": text("all")}},
        **table.get("ruleset", {}),
        "regimes": [{"cite": "1", **regime} for regime in regimes],
        "facts": {name: _fact(name, fact) for name, fact in table.get("facts", {}).items()},
        "rules": [_rule(rule) for rule in table["rules"]],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False).encode()


def build(table: Mapping[str, Any]) -> RuleSet:
    """The ruleset of a table."""
    return read_ruleset(written(table), "tiny.yaml")
