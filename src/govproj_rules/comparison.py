"""What a comparison of regulations says: rows of cells, and how the cells of two rulesets relate.

Every text is in both languages. :meth:`Comparison.to_dict` gives the JSON form, ``govproj schema comparison`` its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from govproj_rules.ir import Label
from govproj_rules.report import Party, Told, WaiverView

RELATIONS: Final = ("same", "stricter", "looser", "different", "only_here", "silent", "not_comparable")
"""How the first of two relates to the second. ``stricter`` asks more or allows less, in every respect that can be
decided; ``silent`` says nothing, whether or not the second does; ``not_comparable`` always says why."""

_INVERSE: Final = {"stricter": "looser", "looser": "stricter", "only_here": "silent", "silent": "only_here"}


def inverse(relation: str) -> str:
    """The same relation, or effect, seen from the second; those without a direction stay what they are."""
    return _INVERSE.get(relation, relation)


STATES: Final = ("regulated", "silent", "elsewhere", "without_rules", "not_applicable", "nothing_asked", "ungoverned")
"""What a text does about a topic: it has norms; nothing; it hands it to another instrument; it has words, no norm. For
a project also: its norms do not apply to it; it asks nothing of projects; the whole text does not govern it.
"""


@dataclass(slots=True)
class Column:
    """One ruleset of a comparison. ``label`` is its id, or its path where two editions have one id."""

    label: str
    id: str
    name: Label
    title: Label
    status: str
    in_force: dict[str, date | None]
    sha256: str


def told_apart(cities: Mapping[str, Label]) -> dict[str, Label]:
    """What each ruleset is called: its city, and its label in a language where that would not tell two apart."""

    def called(label: str, lang: str) -> str:
        city = cities[label].in_(lang)
        return label if sum(one.in_(lang) == city for one in cities.values()) > 1 else city

    return {label: Label(called(label, "zh"), called(label, "en")) for label in cities}


@dataclass(slots=True)
class Norm:
    """One rule in a few words, made from its outcome: ``says`` what, ``when`` under which condition (None: always).

    A ``hint`` is a reminder of whoever encoded the text; it is shown, and never compared. For a project ``status`` is
    how things stand, ``due`` the last day, ``for_`` which change, document or year is meant, and ``waiver`` what a
    waiver of something unmet comes to.
    """

    rule: str
    kind: str
    force: str
    who: Party
    cite: list[str]
    article: Label
    when: Label | None
    says: Label
    hint: bool = False
    status: str | None = None
    due: date | None = None
    for_: str | None = None
    waiver: str | None = None


@dataclass(slots=True)
class Cell:
    """What one ruleset says on a topic; ``why`` where it has no norm of its own but words, or hands it on."""

    ruleset: str
    state: str
    norms: list[Norm]
    cite: list[str] = field(default_factory=list)
    article: Label | None = None
    why: Label | None = None


@dataclass(slots=True)
class Difference:
    """One respect in which two norms differ: ``on`` what, how each has it, and which way it goes for the first."""

    on: str
    a: Label | None
    b: Label | None
    effect: str

    def turned(self) -> Difference:
        """The same seen from the second."""
        return Difference(self.on, self.b, self.a, inverse(self.effect))


@dataclass(slots=True)
class Pair:
    """Two like norms, or one (the other None) that has no like."""

    a: str | None
    b: str | None
    relation: str
    differences: list[Difference] = field(default_factory=list)

    def turned(self) -> Pair:
        """The same seen from the second."""
        return Pair(self.b, self.a, inverse(self.relation), [one.turned() for one in self.differences])


@dataclass(slots=True)
class Relation:
    """How the cell of ``a`` relates to the cell of ``b``, and from which pairs of norms that follows."""

    a: str
    b: str
    relation: str
    why: Label | None
    pairs: list[Pair] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """One topic across all rulesets: a cell each, a relation for each two.

    For a project ``reason`` is the first test on which the rulesets part, where they do.
    """

    topic: str
    label: Label
    about: Label
    cells: list[Cell]
    relations: list[Relation]
    reason: Label | None = None


@dataclass(slots=True)
class Silence:
    """What most of the other rulesets regulate and this one does not."""

    ruleset: str
    topic: str
    label: Label
    kind: str
    cite: list[str]
    article: Label | None
    why: Label | None
    others: list[str]


@dataclass(slots=True)
class Asked:
    """An unknown fact, how to ask for it, and how many findings wait for it."""

    fact: str
    ask: Label
    findings: int


@dataclass(slots=True)
class Under:
    """How a project stands under one ruleset; ``only_here`` are unknown facts that no other compared ruleset reads."""

    ruleset: str
    verdict: str
    scope: str
    regime: Label | None
    instead: Label | None
    counts: dict[str, int]
    waivers: list[WaiverView]
    only_here: list[Asked]


@dataclass(slots=True)
class ProjectView:
    """The project that is held against each ruleset, and the day."""

    id: str | None
    name: str
    as_of: date
    under: list[Under]


@dataclass(slots=True)
class Comparison(Told):
    """Rulesets side by side, by topic: their norms, or (with ``project``) what they ask of one project."""

    version: int
    rulesets: list[Column]
    rows: list[Row]
    silences: list[Silence]
    project: ProjectView | None = None

    def relation(self, topic: str, a: str, b: str) -> Relation:
        """How ``a`` relates to ``b`` on a topic; raises :class:`KeyError` for what was not compared."""
        for row in self.rows:
            for one in row.relations if row.topic == topic else ():
                if (one.a, one.b) == (a, b):
                    return one
        compared = ", ".join(one.label for one in self.rulesets)
        raise KeyError(f"no relation of {a!r} to {b!r} on {topic!r}: compared were {compared}, on their common topics")
