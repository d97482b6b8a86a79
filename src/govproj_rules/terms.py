"""What is known of a term of the core: a literal, a fact, or a fold of several."""

from __future__ import annotations

from govproj_rules.facts import Facts, Seen, known
from govproj_rules.ir import Fact, Literal, Term
from govproj_rules.values import NEVER


def see(term: Term, facts: Facts, element: int | None = None) -> Seen:
    """What is known of a term; ``change.`` paths in it mean the change number ``element``."""
    if isinstance(term, Fact):
        return facts.get(term.path, element)
    if isinstance(term, Literal):
        return known(term.value)
    return fold(term.how, [see(one, facts, element) for one in term.terms])


def fold(how: str, seen: list[Seen]) -> Seen:
    """The sum, the latest or the earliest of several terms, as far as known; what decides it need not be all of them."""
    missing = tuple(dict.fromkeys(one for part in seen for one in part.missing))
    lows = [part.low for part in seen if part.low is not None]
    highs = [part.high for part in seen if part.high is not None]
    complete_low, complete_high = len(lows) == len(seen), len(highs) == len(seen)
    match how:
        case "sum":  # amounts are never negative, so what is known is a lower bound
            low, high = (sum(lows) if lows else None), (sum(highs) if complete_high else None)
        case "latest" if NEVER in lows:  # nothing is later than what has not happened
            low = high = NEVER
        case "latest":
            low, high = (max(lows) if lows else None), (max(highs) if complete_high else None)
        case _:
            low, high = (min(lows) if complete_low else None), (min(highs) if highs else None)
    return Seen(low, high, () if low is not None and low == high else missing)
