"""Rules, facts, regimes and the register as they are written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from govproj_rules.document.bodies import (
    Anchor,
    Event,
    Guard,
    Many,
    OneOutcome,
    Role,
    Said,
    Texts,
    Written,
    word_of,
    words_of,
)

Cite = Annotated[str, word_of("cites")]
Cites = Annotated[Many, words_of("cites")]


class BeforeBody(Written):
    """Owed before an event."""

    event: Event
    same_day: bool = False


class RuleDoc(OneOutcome):  # type: ignore[misc]
    """One norm."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
    cite: Cites
    topic: Annotated[str, word_of("topics")]
    title: Texts
    who: Role = "owner"
    force: Annotated[str | None, word_of("forces")] = None
    stage: Annotated[str | None, word_of("stages")] = None
    each: Literal["changes"] | None = None
    when: Guard = None
    unless: Guard = None
    before: Event | BeforeBody | None = None
    regimes: Many | None = None
    note: Texts | None = None
    hint: bool = False


class StepDoc(OneOutcome):  # type: ignore[misc]
    """One step of a flow."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
    cite: Cites
    title: Texts
    when: Guard = None
    topic: Annotated[str | None, word_of("topics")] = None
    who: Role | None = None
    force: Annotated[str | None, word_of("forces")] = None
    note: Texts | None = None
    hint: bool = False


class FlowDoc(Written):
    """Ordered steps; each is owed before the event of the next one that applies."""

    id: str
    topic: Annotated[str, word_of("topics")]
    steps: Annotated[list[StepDoc], Field(min_length=1)]
    when: Guard = None
    who: Role = "owner"
    then_before: Event | None = None
    regimes: Many | None = None


class FlowEntry(Written):
    """A flow in the list of rules."""

    flow: FlowDoc


class RegimeDoc(Written):
    """Which part of the regulation governs a project: the first that holds counts."""

    id: str
    cite: Cites
    title: Texts | None = None
    when: Guard = None
    excluded: bool = False
    presume: bool = False
    instead: Texts | None = None


class Case(Written):
    """One case of a computed fact: the value where the guard is the first to hold."""

    when: Guard = None
    is_: Annotated[Any, Field(alias="is"), word_of("values")]


class Computed(Written):
    """How a fact follows from others."""

    when: Guard = None
    cases: list[Case] | None = None
    latest_of: list[Anchor] | None = None
    earliest_of: list[Anchor] | None = None
    sum_of: list[Annotated[str, word_of("amounts")]] | None = None


class FactDoc(Written):
    """A fact only this text needs: stated by the user, or computed."""

    type: Annotated[str, word_of("types")]
    zh: Said
    en: Said
    ask: Texts | None = None
    options: dict[str, Texts] = Field(default_factory=dict)
    reading: bool = False
    cite: Cites | None = None
    is_: Annotated[Computed | None, Field(alias="is")] = None


def _why_none(raw: object) -> str:
    return ("<reason>" if {"zh", "en"} & raw.keys() else "<parts>") if isinstance(raw, dict) else "<true>"


WhyNone = Annotated[
    Annotated[Literal[True], Tag("<true>")]
    | Annotated[Texts, Tag("<reason>")]
    | Annotated[dict[Cite, Texts], Tag("<parts>")],
    Discriminator(_why_none),
]


class ArticleDoc(Written):
    """One article of the register."""

    gist: Texts
    fingerprint: Annotated[str | None, word_of("fingerprints")] = None
    no_rules: WhyNone | None = None
    topics: list[Annotated[str, word_of("topics")]] = Field(default_factory=list)
    figures: dict[str, Texts] = Field(default_factory=dict)


class TierDoc(Written):
    """Rules that share out the range of a fact: each value belongs to exactly one."""

    fact: Annotated[str, word_of("measures")]
    rules: Annotated[list[str], Field(min_length=2)]
    at_least: Annotated[str | None, word_of("bounds")] = None


def _entry(raw: object) -> str:
    return "<flow>" if isinstance(raw, dict) and "flow" in raw else "<rule>"


Entry = Annotated[
    Annotated[RuleDoc, Tag("<rule>")] | Annotated[FlowEntry, Tag("<flow>")], Discriminator(_entry)
]  # fmt: skip


class Span(Written):
    """From when a text is in force, and until when."""

    from_: Annotated[str | None, Field(alias="from"), word_of("dates")] = None
    until: Annotated[str | None, word_of("dates")] = None


class RulesetDoc(Written):
    """A regulation in one edition."""

    ruleset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
    title: Texts
    issuer: Texts
    status: Literal["draft", "in_force", "repealed"]
    stages: list[Annotated[str, word_of("stages")]]
    register_: Annotated[dict[Annotated[str, word_of("articles")], ArticleDoc], Field(alias="register")]
    regimes: list[RegimeDoc]
    rules: list[Entry]
    city: Texts | None = None
    in_force: Span = Span()
    also_known_as: Annotated[list[Said], Field(max_length=100)] = Field(default_factory=list)
    paragraphs: Literal["stated", "inferred"] = "stated"
    authorities: dict[Role, Texts] = Field(default_factory=dict)
    facts: dict[str, FactDoc] = Field(default_factory=dict)
    tiers: list[TierDoc] = Field(default_factory=list)
