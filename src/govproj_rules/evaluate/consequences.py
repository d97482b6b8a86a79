"""What follows from rules that are unmet."""

from __future__ import annotations

from collections.abc import Iterable

from govproj_rules import ir
from govproj_rules.evaluate.decision import Decision
from govproj_rules.evaluate.logic import Answer, Where, both, decide
from govproj_rules.facts import Facts
from govproj_rules.ir import Rule
from govproj_rules.outcomes import BINDING, KINDS


def follow(rule: Rule, facts: Facts, settled: Iterable[Decision]) -> Decision:
    """A consequence follows when its guard holds and one of the rules it names is unmet."""
    outcome = rule.outcome
    assert isinstance(outcome, ir.Consequence)
    applies = decide(rule.applies, Where(facts))
    if outcome.of or outcome.kinds or outcome.any:
        grounds = [decision for decision in settled if _names(outcome, decision.rule)]
        open_ = [decision for decision in grounds if decision.status == "unknown"]
        follows = True if any(one.status == "unmet" for one in grounds) else None if open_ else False
        missing = tuple(dict.fromkeys(one for decision in open_ for one in decision.missing)) if follows is None else ()
        value = both([applies.value, follows])
        applies = Answer(value, applies.deciding, applies.rest, (*applies.missing, *missing) if value is None else ())
    status = "not_applicable" if applies.value is False else "info" if applies.value else "unknown"
    return Decision(rule, None, rule.element, status, applies, missing=applies.missing)


def _names(outcome: ir.Consequence, rule: Rule) -> bool:
    if outcome.any:
        return KINDS[rule.kind].obligation and rule.force in BINDING
    return rule.id in outcome.of or rule.base_id in outcome.of or rule.kind in outcome.kinds
