"""Rules, facts, regimes and the register as they are written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from govproj_rules.document.bodies import Event, Guard, Many, OneOutcome, Role, Texts, Written, word_of, words_of
from govproj_rules.outcomes import FORCES
from govproj_rules.values import TYPES


class BeforeBody(Written):
    """Owed before an event."""

    event: Event
    same_day: bool = False


class RuleDoc(OneOutcome):  # type: ignore[misc]
    """One norm."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
    cite: Many
    topic: Annotated[str, word_of("topics")]
    title: Texts
    who: Role = "owner"
    force: Annotated[str | None, WithJsonSchema({"enum": list(FORCES)})] = None
    stage: Annotated[str | None, word_of("stages")] = None
    each: Literal["changes"] | None = None
    when: Guard = None
    unless: Guard = None
    before: Annotated[str | BeforeBody | None, words_of("events")] = None
    regimes: Many | None = None
    note: Texts | None = None


class StepDoc(OneOutcome):  # type: ignore[misc]
    """One step of a flow."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
    cite: Many
    title: Texts
    when: Guard = None
    who: Role | None = None
    force: Annotated[str | None, WithJsonSchema({"enum": list(FORCES)})] = None
    note: Texts | None = None


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
    cite: Many
    title: Texts | None = None
    when: Guard = None
    excluded: bool = False
    presume: bool = False
    instead: Texts | None = None


class Case(Written):
    """One case of a computed fact: the value where the guard is the first to hold."""

    when: Guard = None
    is_: Annotated[Any, Field(alias="is")]


class Computed(Written):
    """How a fact follows from others."""

    when: Guard = None
    cases: list[Case] | None = None
    latest_of: list[str] | None = None
    earliest_of: list[str] | None = None
    sum_of: list[str] | None = None


class FactDoc(Written):
    """A fact only this text needs: stated by the user, or computed."""

    type: Annotated[str, WithJsonSchema({"enum": list(TYPES)})]
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    ask: Texts | None = None
    options: dict[str, Texts] = Field(default_factory=dict)
    reading: bool = False
    cite: Many | None = None
    is_: Annotated[Computed | None, Field(alias="is")] = None


class ArticleDoc(Written):
    """One article of the register."""

    gist: Texts
    fingerprint: str | None = None
    no_rules: Literal[True] | Texts | dict[str, Texts] | None = None


def _entry(raw: object) -> str:
    return "<flow>" if isinstance(raw, dict) and "flow" in raw else "<rule>"


Entry = Annotated[
    Annotated[RuleDoc, Tag("<rule>")] | Annotated[FlowEntry, Tag("<flow>")], Discriminator(_entry)
]  # fmt: skip


class Span(Written):
    """From when a text is in force, and until when."""

    from_: Annotated[str | None, Field(alias="from")] = None
    until: str | None = None


class RulesetDoc(Written):
    """A regulation in one edition."""

    ruleset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
    title: Texts
    issuer: Texts
    status: Literal["draft", "in_force", "repealed"]
    stages: Annotated[list[str], words_of("stages")]
    register_: Annotated[dict[str, ArticleDoc], Field(alias="register")]
    regimes: list[RegimeDoc]
    rules: list[Entry]
    in_force: Span = Span()
    also_known_as: list[str] = Field(default_factory=list)
    paragraphs: Literal["stated", "inferred"] = "stated"
    authorities: dict[str, Texts] = Field(default_factory=dict)
    facts: dict[str, FactDoc] = Field(default_factory=dict)
