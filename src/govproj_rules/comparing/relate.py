"""How the norms of two rulesets on one topic relate: like is put to like, and what has no like is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from govproj_rules.comparing.atoms import Atom, Key
from govproj_rules.comparing.respects import RESPECTS
from govproj_rules.comparing.sides import Meeting, Two
from govproj_rules.comparison import Difference, Pair, inverse
from govproj_rules.outcomes import KINDS
from govproj_rules.possible import spend

_NEARNESS: Final = {"same": 0, "stricter": 1, "looser": 1, "not_comparable": 2, "different": 3}
"""How near two like norms are; the same from either side."""


_STEPS: Final = 50
"""What it takes to hold a test of one norm against another, and to say it, in steps of a search."""


def combined(effects: Iterable[str]) -> str:
    """One relation from several: what differs, differs; what pulls both ways is different too."""
    found = set(effects) - {"same"}
    if not found:
        return "same"
    if "different" in found or {"stricter", "looser"} <= found:
        return "different"
    return "not_comparable" if "not_comparable" in found else found.pop()


def differences(two: Two) -> list[Difference]:
    """Every respect in which two like norms differ."""
    return [one for respect in RESPECTS.values() if (one := respect(two)) is not None]


def pairs(a: Sequence[Atom], b: Sequence[Atom], meeting: Meeting, elsewhere: tuple[Known, Known]) -> list[Pair]:
    """The norms of two cells put to each other; those without a like stand alone.

    ``elsewhere`` is what the two rulesets regulate at all: the like of a norm may stand in another row.
    """
    made: list[Pair] = []
    left_a, left_b = list(a), list(b)
    spend(len(a) * len(b))
    ways = [_pair(one, other, meeting) for one in a for other in b if _alike(one, other, meeting.editions)]
    for one, other, pair in sorted(ways, key=lambda way: _distance(way[0], way[1], way[2], meeting.editions)):
        if one in left_a and other in left_b:
            left_a.remove(one)
            left_b.remove(other)
            made.append(pair)
    made += [Pair(one.rule, None, _alone(one, elsewhere[1])) for one in left_a]
    for one in left_b:
        made.append(Pair(None, one.rule, inverse(_alone(one, elsewhere[0]))))
    return made


class Known:
    """What a ruleset regulates at all."""

    def __init__(self, atoms: Iterable[Atom]) -> None:
        every = list(atoms)
        self.keys: frozenset[Key] = frozenset(one.key for one in every if one.key != ("state",))
        self.facts = frozenset(fact for one in every if one.key == ("state",) for fact in one.facts)


def _pair(a: Atom, b: Atom, meeting: Meeting) -> tuple[Atom, Atom, Pair]:
    spend(_STEPS * (1 + a.size + b.size))
    found = differences(Two(a, b, meeting))
    return a, b, Pair(a.rule, b.rule, combined(one.effect for one in found), found)


def _alike(a: Atom, b: Atom, editions: bool) -> bool:
    """Whether two norms are about the same thing."""
    if a.key != b.key:
        return editions and a.rule == b.rule and a.kind == b.kind and a.key[0] == b.key[0]
    return a.key not in (("state",), ("excluded",)) or bool(a.facts & b.facts)


def _distance(a: Atom, b: Atom, pair: Pair, editions: bool) -> tuple[object, ...]:
    """How far two norms are from each other; of several the nearest are put together, from whichever side one looks.

    The same rule of two editions is nearest, if it is still about the same thing.
    """
    alone = a.key not in (("state",), ("excluded",))
    unlike = 0.0 if alone else 1.0 - len(a.facts & b.facts) / max(len(a.facts | b.facts), 1)
    if editions and a.rule == b.rule:
        unlike = -1.0
    shared = len(a.by & b.by) + len(a.to & b.to)
    return (
        a.key != b.key, unlike, _NEARNESS[pair.relation], len(pair.differences), -shared, sorted((a.rule, b.rule)),
        sorted((a.key, b.key)),
    )  # fmt: skip


def _alone(atom: Atom, others: Known) -> str:
    """What a norm without a like means for its ruleset: one more demand, one more liberty, or neither."""
    known = bool(atom.facts & others.facts) if atom.key == ("state",) else atom.key in others.keys
    if known or atom.kind in ("competence", "scope") or atom.key[0] in ("follow", "about"):
        return "different"
    if atom.kind == "permission":
        return "looser"
    binding = KINDS[atom.kind].obligation or atom.kind == "consequence"
    return "stricter" if binding and atom.first.force != "may" else "different"
