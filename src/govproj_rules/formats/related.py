"""How the cells of one row relate, put together for a page: chips that say it in short, and the reasons behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from govproj_rules.comparison import Cell, Norm, Pair, Relation, Row, inverse
from govproj_rules.ir import Label
from govproj_rules.telling.words import WORDS, said

MUTUAL: Final = ("same", "different", "not_comparable")
"""Relations without a direction; the others are told from one side only: what is looser there is stricter here."""
SHOWN: Final = ("same", "stricter", "different", "only_here", "not_comparable")
"""The relations as the page tells them, in its order."""

_WEAKER: Final = ("looser", "silent")

Names = Mapping[str, Label]
"""What each ruleset is called, by its label, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Several pairs with one relation told as one: it holds between any two of different sides, in their order."""

    relation: str
    sides: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the reasons: in which respect (None: the norms themselves), how each has it, who asks more."""

    on: Label | None
    a: Label | None
    b: Label | None
    result: Label


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two cells relate as they do; ``alike`` norms have nothing to tell apart."""

    a: str
    b: str
    head: Label
    why: Label | None
    alike: int
    parts: tuple[Part, ...]


def chips_of(row: Row, names: Names) -> tuple[Chip, ...]:
    """Every relation of a row, in as few chips as say the same."""
    relations = _relations(row)
    return tuple(chip for name in SHOWN for chip in _chips(name, relations, list(names)))


def reasons_of(row: Row, names: Names) -> tuple[Reason, ...]:
    """The reasons of all relations that have one."""
    cells = {cell.ruleset: cell for cell in row.cells}
    return tuple(_reason(one, cells, names) for one in _relations(row) if one.why is not None or one.pairs)


def _relations(row: Row) -> list[Relation]:
    """Each two once, told from the side that is stricter or has something; two cells without norms say so themselves."""
    states = {cell.ruleset: cell.state for cell in row.cells}
    kept: dict[frozenset[str], Relation] = {}
    for one in row.relations:
        two = frozenset((one.a, one.b))
        known = kept.get(two)
        if "regulated" in (states[one.a], states[one.b]) and (known is None or known.relation in _WEAKER):
            kept[two] = one if known is None or one.relation not in _WEAKER else known
    return [_turned(one) if one.relation in _WEAKER else one for one in kept.values()]


def _turned(one: Relation) -> Relation:
    pairs = [pair.turned() for pair in one.pairs]
    # a reason that comes from the norms names the first before the second: turned, the parts tell it
    return Relation(one.b, one.a, inverse(one.relation), None if pairs else one.why, pairs)


# --- chips ------------------------------------------------------------------------------------------


def _chips(name: str, relations: Sequence[Relation], order: Sequence[str]) -> Iterator[Chip]:
    two = [(one.a, one.b) for one in relations if one.relation == name]
    if name in MUTUAL:
        for circle in _circles(two, order):
            yield Chip(name, tuple(map(tuple, circle)))
        return
    below = {a: frozenset(b for first, b in two if first == a) for a, _ in two}
    for others in dict.fromkeys(below.values()):
        above = tuple(a for a in order if below.get(a) == others)
        yield Chip(name, (above, tuple(b for b in order if b in others)))


def _circles(pairs: Iterable[tuple[str, str]], order: Sequence[str]) -> Iterator[list[list[str]]]:
    """The pairs as sets of sides, any two of different sides being a pair: those with the same others are one side."""
    known = {frozenset(pair) for pair in pairs}
    others = {label: frozenset(one for one in order if frozenset((label, one)) in known) for label in order}
    sides = [[label for label in order if others[label] == own] for own in dict.fromkeys(others.values()) if own]
    left = [(a, b) for place, a in enumerate(sides) for b in sides[place + 1 :] if b[0] in others[a[0]]]
    while left:
        circle = list(left[0])
        for side in sides:
            if side not in circle and all(one[0] in others[side[0]] for one in circle):
                circle.append(side)
        left = [(a, b) for a, b in left if not (a in circle and b in circle)]
        yield sorted(circle, key=lambda side: order.index(side[0]))


# --- reasons ----------------------------------------------------------------------------------------


def _reason(relation: Relation, cells: Mapping[str, Cell], names: Names) -> Reason:
    a, b = names[relation.a], names[relation.b]
    norms = {norm.rule: norm for label in (relation.a, relation.b) for norm in cells[label].norms}
    parts = tuple(part for pair in relation.pairs for part in _parts(pair, norms, a, b))
    alike = sum(_alike(pair) for pair in relation.pairs)
    head = said(f"page_{relation.relation}_two", a=a, b=b)
    return Reason(relation.a, relation.b, head, relation.why, alike, parts)


def _alike(pair: Pair) -> bool:
    return pair.relation == "same" and not pair.differences


def _parts(pair: Pair, norms: Mapping[str, Norm], a: Label, b: Label) -> Iterator[Part]:
    if _alike(pair):
        return
    first, second = (_says(rule, norms) for rule in (pair.a, pair.b))
    alone = pair.relation == "different" and None in (first, second)
    yield Part(None, first, second, WORDS["page_alone"] if alone else _result(pair.relation, a, b))
    for one in pair.differences:
        on = WORDS.get(f"respect_{one.on}") or Label(one.on, one.on)
        yield Part(on, one.a, one.b, _result(one.effect, a, b))


def _says(rule: str | None, norms: Mapping[str, Norm]) -> Label | None:
    if rule is None:
        return None
    return norms[rule].says if rule in norms else Label(rule, rule)


def _result(effect: str, a: Label, b: Label) -> Label:
    """Which of two asks more, by its name."""
    if effect in ("stricter", "looser"):
        return said("page_effect_stricter", name=a if effect == "stricter" else b)
    return WORDS.get(f"page_{effect}") or Label(effect, effect)
