"""What two editions of a regulation, or two cities, answer differently for a portfolio of projects.

Every text is in both languages. :meth:`Flips.to_dict` gives the JSON form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govproj_rules.errors import Problem
from govproj_rules.ir import Label
from govproj_rules.report import Party, ProjectInfo, Told

# --- one answer that differs ------------------------------------------------------------------------


@dataclass(slots=True)
class State:
    """How something stands under one of the two, and by which rule; ``waiver`` is what a waiver of it comes to."""

    rule: str
    status: str
    waiver: str | None
    cite: list[str]
    article: Label


@dataclass(slots=True)
class ApprovalState(State):
    """An approval under one of the two: whose it is, what is approved, and how it stands."""

    of: str
    by: Party
    with_: list[Party]
    or_: list[Party]
    valid_until: date | None


@dataclass(slots=True)
class DeadlineState(State):
    """A deadline under one of the two: ``opens`` is the first day that counts, ``due`` the last."""

    opens: date | None
    due: date | None
    late: bool


@dataclass(slots=True)
class DocumentFlip:
    """A document for one recipient; ``old`` or ``new`` is None where it is not owed. ``element``: which change."""

    document: str
    to: Party | None
    for_: str | None
    label: Label
    element: Label | None
    old: State | None
    new: State | None


@dataclass(slots=True)
class ApprovalFlip:
    """An approval, known by its act and the event that completes it; where only its authority differs, one flip."""

    act: str
    event: str
    for_: str | None
    label: Label
    element: Label | None
    old: ApprovalState | None
    new: ApprovalState | None


@dataclass(slots=True)
class DeadlineFlip:
    """A deadline, known by what is to be done."""

    do: str
    for_: str | None
    label: Label
    element: Label | None
    old: DeadlineState | None
    new: DeadlineState | None


@dataclass(slots=True)
class FindingFlip:
    """A rule, known by its id; None where it is not there or does not apply."""

    rule: str
    kind: str
    topic: str
    for_: str | None
    label: Label
    element: Label | None
    old: State | None
    new: State | None


@dataclass(slots=True)
class Move:
    """A word under the one and under the other."""

    old: str | None
    new: str | None


@dataclass(slots=True)
class Counts:
    """How many findings there are of each status under the one and under the other."""

    old: dict[str, int]
    new: dict[str, int]


# --- records ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Changed:
    """A project with another answer. ``findings`` has all of its rules, also those the other lists tell of.

    ``counts`` are those of the two reports.
    """

    record: str
    project: ProjectInfo
    verdict: Move
    counts: Counts
    scope: Move
    regime: Move
    documents: list[DocumentFlip]
    approvals: list[ApprovalFlip]
    deadlines: list[DeadlineFlip]
    findings: list[FindingFlip]


@dataclass(slots=True)
class Rejected:
    """A record that cannot be read or checked, with all that is wrong with it."""

    record: str
    problems: list[Problem]


# --- the whole --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Edition:
    """One of the two. ``applied`` is false where it is not in force on the day, so that nothing was asked of anyone."""

    label: str
    id: str
    title: Label
    status: str
    in_force: dict[str, date | None]
    sha256: str
    applied: bool
    regimes: dict[str, Label]


@dataclass(slots=True)
class Totals:
    """How many records there were, and what became of them.

    ``undetermined_old`` and ``undetermined_new`` are of all that were checked: unchanged does not mean decided.
    """

    projects: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    undetermined_old: int = 0
    undetermined_new: int = 0


@dataclass(slots=True)
class Moves:
    """How many projects go from one word to another."""

    old: str | None
    new: str | None
    projects: int


@dataclass(slots=True)
class RuleFlips:
    """A rule, how many projects it answers differently, and how; one project may go several ways."""

    rule: str
    kind: str
    topic: str
    title: Label
    cite: list[str]
    article: Label
    projects: int
    moves: list[Moves]


@dataclass(slots=True)
class Flips(Told):
    """Which projects of a portfolio two rulesets answer differently, in the order of the portfolio.

    ``by_rule`` is false between two cities: their rule ids, scopes and regimes are not compared, and ``rules`` is empty.
    """

    version: int
    old: Edition
    new: Edition
    as_of: date
    by_rule: bool
    totals: Totals
    verdicts: list[Moves]
    rules: list[RuleFlips]
    changed: list[Changed]
    rejected: list[Rejected]
