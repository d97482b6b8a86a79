"""The core every ruleset is lowered to: six expression nodes, and rules that are nothing but data.

Sugar (``any``, ``unless``, computed facts, ``flow``, ``then``, lists in outcomes) is gone here; a backend
is one recursive ``match`` over :data:`Expr` and :data:`Term`. Everything is frozen: a ruleset can be
shared between threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Literal as OneOf
from typing import NamedTuple

from govproj_rules.light import dataclass
from govproj_rules.values import Duration, Value

Op = OneOf["is", "at_least", "at_most", "includes"]


class Label(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in ``lang`` (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh


NO_TEXT = Label("", "")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the ruleset."""

    type: str
    value: Value


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the project; ``change.`` paths mean the change being looked at."""

    path: str
    type: str


@dataclass(frozen=True, slots=True)
class Fold:
    """The sum, the latest or the earliest of several terms; ``path`` is the fact it computes."""

    how: OneOf["sum", "latest", "earliest"]
    terms: tuple[Term, ...]
    type: str
    path: str


Term = Literal | Fact | Fold


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is; the empty one is true."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison; ``left`` is what the author tested."""

    left: Term
    op: Op
    right: Term


Expr = All | Not | Test

TRUE: Expr = All(())


def any_of(parts: tuple[Expr, ...]) -> Expr:
    """True when one part is, in terms of the core."""
    return parts[0] if len(parts) == 1 else Not(All(tuple(Not(part) for part in parts)))


def all_of(*parts: Expr) -> Expr:
    """The conjunction, without empty or needlessly nested ones."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


# --- time -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """Owed before an event; ``same_day`` accepts the day of the event itself."""

    event: str
    same_day: bool


@dataclass(frozen=True, slots=True)
class After:
    """Due ``within`` a period after ``anchor``; not counted before ``opens`` (a period after it too)."""

    anchor: Term
    within: Duration
    opens: Duration | None = None


@dataclass(frozen=True, slots=True)
class OnDay:
    """Due on ``month``-``day`` of the year ``year`` + ``shift``."""

    month: int
    day: int
    year: Term
    shift: int


@dataclass(frozen=True, slots=True)
class OnDate:
    """Due on a date that is a fact."""

    date: Term


@dataclass(frozen=True, slots=True)
class EveryYear:
    """Due on ``month``-``day`` of every year that has that day between ``start`` and ``end``."""

    month: int
    day: int
    start: Term
    end: Term


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, and the fact that may move it (where ``moved_when`` holds)."""

    when: After | OnDay | OnDate | EveryYear
    moved_to: Term | None = None
    moved_when: Expr = TRUE


# --- outcomes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DocumentOwed:
    document: str
    to: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    act: str
    by: str
    event: str
    with_: tuple[str, ...] = ()
    or_: tuple[str, ...] = ()
    of: str = "project"
    valid_for: Duration | None = None
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class Prohibition:
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """``of`` is what a reminder is about; ``follow`` the instrument that governs instead, ``where_silent`` on which
    topics this text leaves to it what it does not regulate (``("*",)``: on all).
    """

    of: str | None = None
    follow: Label | None = None
    where_silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    event: str
    due: Due
    to: tuple[str, ...] = ()
    counted: Label = NO_TEXT


@dataclass(frozen=True, slots=True)
class Permission:
    act: str
    of: str


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from other rules (``of`` ids, ``kinds``, or any), or, with none, from its guard alone."""

    effect: str
    against: str
    by: str | None = None
    of: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    any: bool = False
    until: Label | None = None


@dataclass(frozen=True, slots=True)
class Competence:
    authority: str
    matter: str


Outcome = DocumentOwed | Approval | Prohibition | Duty | Deadline | Permission | Consequence | Competence


@dataclass(frozen=True, slots=True)
class Rule:
    """One norm, ready to be decided.

    ``hint`` marks a reminder of whoever encoded the text, for what the text does not say.
    ``done`` is what completes it (for a prohibition: that it is not violated), None where the text gives
    nothing to check; ``done_dates`` pairs ways of completing it with the date of each.
    """

    id: str
    kind: str
    outcome: Outcome
    cite: tuple[str, ...]
    topic: str
    title: Label
    who: str
    force: str
    applies: Expr
    done: Expr | None = None
    done_dates: tuple[tuple[Expr, Term], ...] = ()
    before: Before | None = None
    stage: str | None = None
    each: str | None = None
    element: str | None = None
    regimes: tuple[str, ...] = ()
    note: Label | None = None
    order: int | None = None
    hint: bool = False

    @property
    def conditions(self) -> tuple[Expr, ...]:
        """Every condition of the rule that is decided on its own."""
        done = () if self.done is None else (self.done,)
        moved = (self.outcome.due.moved_when,) if isinstance(self.outcome, Deadline) else ()
        return (self.applies, *done, *(way for way, _ in self.done_dates), *moved)

    @property
    def base_id(self) -> str:
        """The id of the rule as written: without ``.then`` and the like."""
        return self.id.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Regime:
    """Which part of a regulation governs a project."""

    id: str
    title: Label
    cite: tuple[str, ...]
    when: Expr
    excluded: bool = False
    presume: bool = False
    instead: Label | None = None


@dataclass(frozen=True, slots=True)
class FactInfo:
    """What is known about a fact itself: its type, its words, how to ask for it."""

    path: str
    type: str
    label: Label
    ask: Label | None = None
    options: Mapping[str, Label] = field(default_factory=dict)
    reading: bool = False
    cite: tuple[str, ...] = ()
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A register entry: what an article is about, which parts of it have no rules, and why.

    ``figures`` explains figures of its text that no rule has; ``topics`` are those it touches without a rule.
    """

    number: str
    gist: Label
    fingerprint: str | None
    no_rules: Mapping[str, Label | None]
    figures: Mapping[str, Label] = field(default_factory=dict)
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """Rules that share out the range of a fact, from ``at_least`` (else nought) up: each value belongs to one."""

    fact: str
    type: str
    rules: tuple[str, ...]
    at_least: Value | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A test of a computed fact, and the condition it was lowered to: people know it by the fact's name.

    ``test`` is the operator and what it compares with, as reports tell them.
    """

    expr: Expr
    path: str
    test: tuple[str, object]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One regulation in one edition. Immutable; load it once and share it."""

    id: str
    title: Label
    issuer: Label
    status: str
    in_force_from: date | None
    in_force_until: date | None
    stages: tuple[str, ...]
    authorities: Mapping[str, Label]
    register: Mapping[str, Article]
    regimes: tuple[Regime, ...]
    facts: Mapping[str, FactInfo]
    rules: tuple[Rule, ...]
    sha256: str
    file: str
    inferred_paragraphs: bool = False
    tiers: tuple[Tier, ...] = ()
    also_known_as: tuple[str, ...] = ()
    city: Label | None = None
    named: tuple[Named, ...] = ()

    def not_in_force(self, day: date) -> bool:
        """Whether nothing of it is asked of anyone on a day; a draft is checked as if in force."""
        if self.status == "draft":
            return False
        start, end = self.in_force_from, self.in_force_until
        return self.status == "repealed" or bool(start and day < start) or bool(end and day > end)
