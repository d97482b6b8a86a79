"""What follows from rules that are unmet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from govproj_rules import ir
from govproj_rules.evaluate.decision import Decision
from govproj_rules.evaluate.logic import YES, Answer, Where, both, decide
from govproj_rules.evaluate.timing import NOT_DONE
from govproj_rules.facts import Facts
from govproj_rules.ir import Rule
from govproj_rules.outcomes import BINDING, KINDS

_ANY = "any"


_GROUNDS = ("unmet", "unknown")
"""What a consequence follows from, and what leaves it open."""


class Grounds:
    """Decisions by what a consequence may name: the id of a rule as written or as lowered, a kind, or any duty."""

    def __init__(self, settled: Sequence[Decision]) -> None:
        self.settled = settled
        self._named: Mapping[tuple[str, str], list[int]] = defaultdict(list)
        for place, decision in enumerate(settled):
            if decision.status not in _GROUNDS:
                continue
            rule = decision.rule
            for name in {rule.id, rule.base_id}:
                self._named["rule", name].append(place)
            self._named["kind", rule.kind].append(place)
            if KINDS[rule.kind].obligation and rule.force in BINDING:
                self._named["kind", _ANY].append(place)

    def of(self, outcome: ir.Consequence) -> Iterable[Decision]:
        """The decisions a consequence follows from, in the order of the ruleset."""
        names = [("kind", _ANY)] if outcome.any else [("rule", one) for one in outcome.of]
        names += [("kind", one) for one in outcome.kinds]
        return [self.settled[place] for place in sorted({place for name in names for place in self._named[name]})]


def follow(rule: Rule, facts: Facts, grounds: Grounds) -> Decision:
    """A consequence follows when its guard holds and one of the rules it names is unmet."""
    outcome = rule.outcome
    assert isinstance(outcome, ir.Consequence)
    applies = decide(rule.applies, Where(facts))
    if outcome.of or outcome.kinds or outcome.any:
        found = grounds.of(outcome)
        open_ = [decision for decision in found if decision.status == "unknown"]
        follows = True if any(one.status == "unmet" for one in found) else None if open_ else False
        missing = tuple(dict.fromkeys(one for decision in open_ for one in decision.missing)) if follows is None else ()
        value = both([applies.value, follows])
        applies = Answer(value, applies.deciding, applies.rest, (*applies.missing, *missing) if value is None else ())
    status = "not_applicable" if applies.value is False else "info" if applies.value else "unknown"
    return Decision(rule, None, rule.element, status, applies, YES, NOT_DONE, missing=applies.missing)
