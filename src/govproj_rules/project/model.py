"""The project as people and systems state it: what is not stated is unknown, never false or zero.

Amounts are texts with their unit (``"62万元"``); dates are ``YYYY-MM-DD``; every list is complete.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from govproj_rules.errors import quote
from govproj_rules.project.types import (
    Date,
    FactType,
    Level,
    Money,
    Name,
    Occurrence,
    Reads,
    Text,
    Year,
    YesNo,
    named,
    unreadable,
    word,
    words,
)
from govproj_rules.values import Unreadable

MAX_CHANGES = 200
MAX_WAIVERS = 1_000
MAX_FACTS = 5_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Applicant(_Part):
    """The unit that applies for the project; ``barred``: it may not apply for or build new projects now."""

    name: Text | None = None
    type: word("applicant.type") | None = None  # type: ignore[valid-type]
    level: word("applicant.level") | None = None  # type: ignore[valid-type]
    barred: YesNo | None = None


class Funding(_Part):
    """Where the money comes from."""

    sources: words("funding.sources") | None = None  # type: ignore[valid-type]


class Fees(_Part):
    """Costs that count towards the all-in total."""

    supervision: Money | None = None
    testing: Money | None = None
    security_assessment: Money | None = None
    acceptance: Money | None = None


class Investment(_Part):
    """Amounts of money, kept apart as the regulations do; each in 分."""

    total: Money | None = None
    without_fees: Money | None = None
    fees: Fees | None = None
    approved_estimate: Money | None = None
    estimate: Money | None = None
    software_development: Money | None = None
    works_equipment_reserve: Money | None = None
    budget_requested: Money | None = None
    budget_reviewed: Money | None = None
    budget_arranged: Money | None = None
    contract_price: Money | None = None
    settlement: Money | None = None


class Planning(_Part):
    """How the project stands to plans, lists and budgets."""

    in_plan: YesNo | None = None
    conforms_to_plan: YesNo | None = None
    in_annual_plan: YesNo | None = None
    plan_year: Year | None = None
    in_budget: YesNo | None = None
    in_project_pool: YesNo | None = None
    superior_procedure: YesNo | None = None
    government_investment: YesNo | None = None
    major: YesNo | None = None
    off_plan_grounds: words("planning.off_plan_grounds") | None = None  # type: ignore[valid-type]


class Works(_Part):
    """Civil works (any, and new ones), and energy use."""

    civil: YesNo | None = None
    new_civil: YesNo | None = None
    energy_intensive: YesNo | None = None


class Security(_Part):
    """Protection grade 1 to 5, and whether cryptography is involved."""

    level: Level | None = None
    crypto_involved: YesNo | None = None


class Change(_Part):
    """One change of the approved project."""

    date: Date | None = None
    amount: Money | None = None
    total_after: Money | None = None
    goals_unchanged: YesNo | None = None
    main_content: YesNo | None = None
    necessary: YesNo | None = None
    grounds: words("change.grounds") | None = None  # type: ignore[valid-type]
    filed: Occurrence | None = None
    reapproved: Occurrence | None = None


class DocumentState(_Part):
    """What is known of one document that is there."""

    date: Date | None = None
    approved: Occurrence | None = None
    sections: words("sections") | None = None  # type: ignore[valid-type]
    to: words("roles") | None = None  # type: ignore[valid-type]


class Waiver(_Part):
    """A justification for one rule, or for its finding ``for`` one thing, given by an authority; never silent in any
    output. ``expires`` is the last day on which it counts.
    """

    rule: Text
    for_: Text | None = Field(None, alias="for")
    reason: Name
    authority: Text | None = None
    document: Text | None = None
    expires: Date | None = None


def _stated(raw: object) -> object:
    """A mapping without what is null: not stated."""
    if isinstance(raw, dict) and len(raw) > MAX_FACTS:
        raise unreadable(Unreadable(f"more than {MAX_FACTS} entries", "keep what is of this project"))
    return {name: value for name, value in raw.items() if value is not None} if isinstance(raw, dict) else raw


def _documents(raw: object) -> object:
    if isinstance(raw, dict):
        return _stated(raw)
    if isinstance(raw, (list, tuple, set, frozenset)):
        for place, name in enumerate(raw):
            if not isinstance(name, str):
                said = f"{quote(name)} is not the name of a document"
                raise unreadable(Unreadable(said, "to say more of a document, write a mapping"), place)
        return raw
    raise unreadable(Unreadable(f"{quote(raw)} is neither a list nor a mapping of documents", "[] means none"))


def _events(raw: object) -> object:
    if isinstance(raw, dict):
        return _stated(raw)
    raise unreadable(
        Unreadable(f"{quote(raw)} is not a mapping of events", 'such as {"contract_signed": "2026-03-02"}')
    )


def _state(raw: object) -> object:
    if isinstance(raw, str):  # a bare date
        return {"date": raw}
    if isinstance(raw, (bool, dict, DocumentState)):
        return raw
    raise unreadable(
        Unreadable(f"{quote(raw)} does not tell about a document", "write true, false, a date or a mapping")
    )


DocumentName = Annotated[str, named("documents", "document")]
EventName = Annotated[str, named("events", "event")]
Documents = Annotated[
    frozenset[DocumentName] | dict[DocumentName, Annotated[bool | DocumentState, Reads(_state)]],
    Field(union_mode="left_to_right"),
    Reads(_documents),
]


class Project(_Part):
    """A project as stated. Only ``name`` is required; absent, or null, means unknown.

    Raises ``pydantic.ValidationError`` when built from wrong values; :func:`read_project` and
    :func:`load_project` raise :class:`InvalidInput` with positions instead.
    """

    name: Name
    id: Text | None = None
    city: Text | None = None
    stage: word("stage") | None = None  # type: ignore[valid-type]
    applicant: Applicant | None = None
    kind: words("kind") | None = None  # type: ignore[valid-type]
    category: word("category") | None = None  # type: ignore[valid-type]
    service_type: word("service_type") | None = None  # type: ignore[valid-type]
    related_category: word("related_category") | None = None  # type: ignore[valid-type]
    delivery: word("delivery") | None = None  # type: ignore[valid-type]
    classified: YesNo | None = None
    cross_department: YesNo | None = None
    system_type: word("system_type") | None = None  # type: ignore[valid-type]
    components: words("components") | None = None  # type: ignore[valid-type]
    funding: Funding | None = None
    investment: Investment | None = None
    planning: Planning | None = None
    works: Works | None = None
    security: Security | None = None
    documents: Documents | None = None
    events: Annotated[dict[EventName, Occurrence], Reads(_events)] | None = None
    changes: Annotated[tuple[Change, ...], Field(max_length=MAX_CHANGES)] | None = None
    facts: Annotated[dict[str, Any], Field(max_length=MAX_FACTS), Reads(_stated)] | None = None
    waivers: Annotated[tuple[Waiver, ...], Field(max_length=MAX_WAIVERS)] | None = None

    @model_validator(mode="after")
    def _changes_in_order(self) -> Project:
        latest = None
        for place, change in enumerate(self.changes or ()):
            if change.date and latest and change.date < latest:
                said = f"the change of {quote(change.date.isoformat())} stands after a later one"
                raise unreadable(Unreadable(said, "list the earliest change first"), "changes", place, "date")
            latest = change.date or latest
        return self


@cache
def fact_fields() -> dict[str, FactType]:
    """Every path of a project a rule may read, with its type; ``change.`` for those of a change."""
    found: dict[str, FactType] = {}

    def walk(model: type[BaseModel], prefix: str) -> None:
        for name, field in model.model_fields.items():
            path = f"{prefix}{name}"
            if path in ("documents", "events", "facts", "waivers", "changes", "name", "id"):
                continue
            inner = _inside(field.annotation)
            if marker := next((m for m in (*field.metadata, *inner[1]) if isinstance(m, FactType)), None):
                found[path] = marker
            elif isinstance(inner[0], type) and issubclass(inner[0], BaseModel):
                walk(inner[0], f"{path}.")

    walk(Project, "")
    walk(Change, "change.")
    for moment in ("change.filed", "change.reapproved"):
        found[moment] = FactType("yes_no")
        found[f"{moment}.date"] = FactType("date")
    for ratio in ("change.ratio", "change.total_after_ratio", "change.cumulative_ratio"):
        found[ratio] = FactType("percent")
    return found


def _inside(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """What stands in ``X | None``, and what annotates it."""
    for option in get_args(annotation):
        if option is not type(None):
            if metadata := getattr(option, "__metadata__", None):
                return option.__origin__, metadata
            return option, ()
    return annotation, ()
