"""Tiers as written: rules that share out the range of one fact."""

from __future__ import annotations

from govproj_rules.document import FlowEntry
from govproj_rules.errors import did_you_mean, quote
from govproj_rules.ir import Fact, Tier
from govproj_rules.lower.scope import Here, Scope
from govproj_rules.values import TIERED

MAX_TIERS = 100


def lower_tiers(scope: Scope) -> tuple[Tier, ...]:
    """The tiers of a ruleset. Whether they leave gaps, lint tells."""
    ids = {
        one.id for entry in scope.doc.rules for one in (entry.flow.steps if isinstance(entry, FlowEntry) else [entry])
    }
    made: list[Tier] = []
    if not scope.short(scope.doc.tiers, MAX_TIERS, Here(("tiers",)), "the list of tiers"):
        return ()
    for place, doc in enumerate(scope.doc.tiers):
        here = Here(("tiers", place), each=True)
        if not scope.short(doc.rules, MAX_TIERS, here / "rules", "the list of a tier"):
            continue
        for i, name in enumerate(doc.rules):
            if name not in ids:
                scope.refuse(
                    here / "rules" / i, "unknown-rule", f"there is no rule {quote(name)}", did_you_mean(name, ids)
                )
        found = scope.resolve(doc.fact, here / "fact")
        if found is None:
            continue
        if found.type not in TIERED or not isinstance(found.term, Fact) or found.cases is not None:
            scope.refuse(here / "fact", "tiers", f"{quote(doc.fact)} has no range that rules could share out",
                         "name a stated amount, share or number")  # fmt: skip
            continue
        least = None
        if doc.at_least is not None and (written := scope.literal(found.type, doc.at_least, {}, here / "at_least")):
            least = written.value
        made.append(Tier(doc.fact, found.type, tuple(doc.rules), least))
    return tuple(made)
