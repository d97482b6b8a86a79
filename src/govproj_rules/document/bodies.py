"""Outcomes as they are written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from govproj_rules.outcomes import KINDS

Guard = Annotated[Any, WithJsonSchema({"x-guard": True})]
"""A condition on facts: a mapping, or a list of them."""
Many = str | list[str]
"""One word, or a list of words."""


def word_of(group: str) -> WithJsonSchema:
    """Marks a text as one of a group of :mod:`govproj_rules.schema`, for editors; lowering checks it."""
    return WithJsonSchema({"type": "string", "x-words": group})


def words_of(group: str) -> WithJsonSchema:
    """The same for one word or a list of them."""
    return WithJsonSchema({"type": ["string", "array"], "x-words": group})


Role = Annotated[str, word_of("roles")]
Roles = Annotated[Many, words_of("roles")]
Act = Annotated[str, word_of("acts")]
Event = Annotated[str, word_of("events")]
Moment = Annotated[str, word_of("moments")]
"""What completes an outcome: an event, a document's approval, a change's filing."""
Anchor = Annotated[str, word_of("anchors")]
"""A date: an event's, or a fact that is one."""
Subject = Annotated[str, word_of("subjects")]
Period = Annotated[str, word_of("periods")]


class Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


Said = Annotated[str, Field(min_length=1, max_length=2_000)]
"""A text that people read."""


class Texts(Written):
    """A text in both languages."""

    zh: Said
    en: Said


# --- outcomes ---------------------------------------------------------------------------------------


class Instead(Written):
    """Documents that satisfy in place of the one owed, where the guard is true."""

    documents: Annotated[Many, words_of("documents")]
    when: Guard = None


class DocumentBody(Written):
    """A document is owed; ``open``: the text says 等材料."""

    document: Annotated[Many, words_of("documents")]
    to: Roles | None = None
    open: bool = False
    instead: Instead | None = None


class Valid(Written):
    """How long an approval may be used, and what uses it."""

    for_: Annotated[Period, Field(alias="for")]
    used_by: Event


class ApprovalBody(Written):
    """An authority acts on the project; ``event`` marks that it did."""

    act: Act
    by: Role
    event: Moment
    with_: Annotated[Roles | None, Field(alias="with")] = None
    or_: Annotated[Roles | None, Field(alias="or")] = None
    of: Subject = "project"
    valid: Valid | None = None


class ProhibitionBody(Written):
    """What must not be: a state, or an event without something before it."""

    violated_when: Guard = None
    event: Moment | None = None
    without: Annotated[Many | None, words_of("conditions")] = None


class DutyBody(Written):
    """What must hold; without ``met_when`` a reminder.

    ``of`` names what it is about; ``follow`` the other instrument it refers to, also for what this text leaves open.
    """

    met_when: Guard = None
    of: Subject | None = None
    follow: Texts | None = None
    where_silent: Literal[True] | list[Annotated[str, word_of("topics")]] | None = None


class InYear(Written):
    """The year a calendar day falls in, seen from a fact."""

    year_before: Annotated[str | None, word_of("years")] = None
    same_year_as: Annotated[str | None, word_of("years")] = None
    year_after: Annotated[str | None, word_of("years")] = None


class MovedTo(Written):
    """The date that replaces a due date where the guard holds."""

    to: Anchor
    when: Guard


class DeadlineBody(Written):
    """Something by a time."""

    event: Moment
    after: Anchor | None = None
    within: Period | None = None
    between: list[Period] | None = None
    by: Annotated[str | None, word_of("days")] = None
    in_: Annotated[InYear | None, Field(alias="in")] = None
    every: Literal["year"] | None = None
    from_: Annotated[Anchor | None, Field(alias="from")] = None
    until: Anchor | None = None
    moved_to: Anchor | MovedTo | None = None
    to: Roles | None = None


class ThenBody(Written):
    """What whoever uses a permission owes."""

    act: Act
    by: Role
    event: Moment
    topic: Annotated[str | None, word_of("topics")] = None


class PermissionBody(Written):
    """Something may be done."""

    act: Act
    of: Annotated[Many, words_of("subjects")] = "project"
    then: ThenBody | None = None


class Kinds(Written):
    """Follows from any rule of these kinds."""

    kinds: list[Annotated[str, word_of("kinds")]]


class ConsequenceBody(Written):
    """What follows when rules are unmet."""

    effect: Annotated[Many, words_of("effects")]
    of: Many | Kinds | None = None
    by: Role | None = None
    against: Literal["project", "unit", "person", "vendor"] = "project"
    until: Texts | None = None


class CompetenceBody(Written):
    """An authority answers for a matter."""

    authority: Roles
    matter: Annotated[str, word_of("matters")]


BODIES: dict[str, type[Written]] = {
    "document": DocumentBody,
    "approval": ApprovalBody,
    "prohibition": ProhibitionBody,
    "duty": DutyBody,
    "deadline": DeadlineBody,
    "permission": PermissionBody,
    "consequence": ConsequenceBody,
    "competence": CompetenceBody,
}


class _Outcomes(Written):
    def outcomes(self) -> list[tuple[str, Any]]:
        """Every outcome written here; exactly one is right."""
        return [(kind, body) for kind in KINDS if (body := getattr(self, kind)) is not None]


OneOutcome = create_model(  # type: ignore[call-overload]
    "OneOutcome", __base__=_Outcomes, **{kind: (BODIES[kind] | None, None) for kind in KINDS}
)
