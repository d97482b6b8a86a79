"""How the norms of two rulesets on one topic relate: like is put to like, and what has no like is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from govproj_rules.comparing.atoms import Atom, Key
from govproj_rules.comparing.respects import RESPECTS
from govproj_rules.comparing.sides import Side, Two
from govproj_rules.comparison import INVERSE, Difference, Pair
from govproj_rules.outcomes import KINDS

_BEST: Final = ("same", "stricter", "looser", "not_comparable", "different")


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


def pairs(a: Sequence[Atom], b: Sequence[Atom], of_a: Side, of_b: Side, elsewhere: Elsewhere) -> list[Pair]:
    """The norms of two cells put to each other; those without a like stand alone."""
    made: list[Pair] = []
    left_a, left_b = list(a), list(b)
    editions = of_a.ruleset.id == of_b.ruleset.id
    ways = sorted(
        (
            (_unlike(one, other, editions), place, pair)
            for place, (one, other) in enumerate((x, y) for x in a for y in b)
            if _alike(one, other, editions)
            for pair in [_pair(one, other, of_a, of_b, editions)]
        ),
        key=lambda way: (way[0], _BEST.index(way[2][2].relation), way[1]),
    )
    for _, _, (one, other, pair) in ways:
        if one in left_a and other in left_b:
            left_a.remove(one)
            left_b.remove(other)
            made.append(pair)
    made += [Pair(one.rule, None, _alone(one, elsewhere.b)) for one in left_a]
    for one in left_b:
        effect = _alone(one, elsewhere.a)
        made.append(Pair(None, one.rule, INVERSE.get(effect, effect)))
    return made


class Elsewhere:
    """What two rulesets regulate at all: a norm without a like in one row may have it in another."""

    def __init__(self, a: Iterable[Atom], b: Iterable[Atom]) -> None:
        self.a, self.b = _Known(a), _Known(b)


class _Known:
    def __init__(self, atoms: Iterable[Atom]) -> None:
        every = list(atoms)
        self.keys: frozenset[Key] = frozenset(one.key for one in every if one.key != ("state",))
        self.facts = frozenset(fact for one in every if one.key == ("state",) for fact in one.facts)


def _pair(a: Atom, b: Atom, of_a: Side, of_b: Side, editions: bool) -> tuple[Atom, Atom, Pair]:
    found = differences(Two(a, b, of_a, of_b, editions))
    return a, b, Pair(a.rule, b.rule, combined(one.effect for one in found), found)


def _alike(a: Atom, b: Atom, editions: bool) -> bool:
    """Whether two norms are about the same thing."""
    if a.key != b.key:
        return editions and a.rule == b.rule and a.kind == b.kind and a.key[0] == b.key[0]
    return a.key not in (("state",), ("excluded",)) or bool(a.facts & b.facts)


def _unlike(a: Atom, b: Atom, editions: bool) -> float:
    """How little two norms have in common: nothing less than the same rule of two editions, then shared facts."""
    if editions and a.rule == b.rule:
        return -1.0
    if a.key not in (("state",), ("excluded",)):
        return 0.0
    return 1.0 - len(a.facts & b.facts) / len(a.facts | b.facts)


def _alone(atom: Atom, others: _Known) -> str:
    """What a norm without a like means for its ruleset: one more demand, one more liberty, or neither."""
    known = bool(atom.facts & others.facts) if atom.key == ("state",) else atom.key in others.keys
    if known or atom.kind in ("competence", "scope") or atom.key[0] in ("follow", "about"):
        return "different"
    if atom.kind == "permission":
        return "looser"
    binding = KINDS[atom.kind].obligation or atom.kind == "consequence"
    return "stricter" if binding and atom.first.force != "may" else "different"
