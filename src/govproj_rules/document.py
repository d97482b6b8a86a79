"""A ruleset as it is written in YAML; :mod:`govproj_rules.lower` gives it its meaning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, WithJsonSchema, create_model

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.source import Keys, Source
from govproj_rules.values import TYPES

Guard = Annotated[Any, WithJsonSchema({"x-guard": True})]
"""A condition on facts: a mapping, or a list of them."""
Many = str | list[str]
"""One word, or a list of words."""


def word_of(group: str) -> WithJsonSchema:
    """Marks a text as a word of the vocabulary, for editors; lowering checks it."""
    return WithJsonSchema({"type": "string", "x-words": group})


def words_of(group: str) -> WithJsonSchema:
    """The same for one word or a list of them."""
    return WithJsonSchema({"type": ["string", "array"], "x-words": group})


Role = Annotated[str, word_of("roles")]
Roles = Annotated[Many, words_of("roles")]
Act = Annotated[str, word_of("acts")]
Event = Annotated[str, word_of("events")]
Period = Annotated[str, Field(examples=["10 working_days", "12 months"])]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Texts(_Written):
    """A text in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Span(_Written):
    """From when a text is in force, and until when."""

    from_: Annotated[str | None, Field(alias="from")] = None
    until: str | None = None


# --- outcomes ---------------------------------------------------------------------------------------


class Instead(_Written):
    """Documents that satisfy in place of the one owed, where the guard is true."""

    documents: Annotated[Many, words_of("documents")]
    when: Guard = None


class DocumentBody(_Written):
    """A document is owed; ``open``: the text says 等材料."""

    document: Annotated[Many, words_of("documents")]
    to: Roles | None = None
    open: bool = False
    instead: Instead | None = None


class Valid(_Written):
    """How long an approval may be used, and what uses it."""

    for_: Annotated[Period, Field(alias="for")]
    used_by: Event


class ApprovalBody(_Written):
    """An authority acts on the project; ``event`` marks that it did."""

    act: Act
    by: Role
    event: Event
    with_: Annotated[Roles | None, Field(alias="with")] = None
    or_: Annotated[Roles | None, Field(alias="or")] = None
    of: str = "project"
    valid: Valid | None = None


class ProhibitionBody(_Written):
    """What must not be: a state, or an event without something before it."""

    violated_when: Guard = None
    event: Event | None = None
    without: Many | None = None


class DutyBody(_Written):
    """What must hold; without ``met_when`` a reminder."""

    met_when: Guard = None


class InYear(_Written):
    """The year a calendar day falls in, seen from a fact."""

    year_before: str | None = None
    same_year_as: str | None = None
    year_after: str | None = None


class MovedTo(_Written):
    """The date that replaces a due date where the guard holds."""

    to: str
    when: Guard


class DeadlineBody(_Written):
    """Something by a time."""

    event: Event
    after: str | None = None
    within: Period | None = None
    between: list[Period] | None = None
    by: str | None = None
    in_: Annotated[InYear | None, Field(alias="in")] = None
    every: Literal["year"] | None = None
    from_: Annotated[str | None, Field(alias="from")] = None
    until: str | None = None
    moved_to: str | MovedTo | None = None
    to: Roles | None = None


class ThenBody(_Written):
    """What whoever uses a permission owes."""

    act: Act
    by: Role
    event: Event


class PermissionBody(_Written):
    """Something may be done."""

    act: Act
    of: Many = "project"
    then: ThenBody | None = None


class Kinds(_Written):
    """Follows from any rule of these kinds."""

    kinds: list[str]


class ConsequenceBody(_Written):
    """What follows when rules are unmet."""

    effect: Annotated[Many, words_of("effects")]
    of: Many | Kinds | None = None
    by: Role | None = None
    against: Literal["project", "unit", "person", "vendor"] = "project"
    until: Texts | None = None


class CompetenceBody(_Written):
    """An authority answers for a matter."""

    authority: Roles
    matter: Annotated[str, word_of("matters")]


BODIES: dict[str, type[_Written]] = {
    "document": DocumentBody,
    "approval": ApprovalBody,
    "prohibition": ProhibitionBody,
    "duty": DutyBody,
    "deadline": DeadlineBody,
    "permission": PermissionBody,
    "consequence": ConsequenceBody,
    "competence": CompetenceBody,
}


class _Outcomes(_Written):
    def outcomes(self) -> list[tuple[str, Any]]:
        """Every outcome written here; exactly one is right."""
        return [(kind, body) for kind in KINDS if (body := getattr(self, kind)) is not None]


_OneOutcome = create_model(  # type: ignore[call-overload]
    "_OneOutcome", __base__=_Outcomes, **{kind: (BODIES[kind] | None, None) for kind in KINDS}
)

# --- rules ------------------------------------------------------------------------------------------


class BeforeBody(_Written):
    """Owed before an event."""

    event: Event
    same_day: bool = False


class RuleDoc(_OneOutcome):  # type: ignore[misc, valid-type]
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


class StepDoc(_OneOutcome):  # type: ignore[misc, valid-type]
    """One step of a flow."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
    cite: Many
    title: Texts
    when: Guard = None
    who: Role | None = None
    force: Annotated[str | None, WithJsonSchema({"enum": list(FORCES)})] = None
    note: Texts | None = None


class FlowDoc(_Written):
    """Ordered steps; each is owed before the event of the next one that applies."""

    id: str
    topic: Annotated[str, word_of("topics")]
    steps: Annotated[list[StepDoc], Field(min_length=1)]
    when: Guard = None
    who: Role = "owner"
    then_before: Event | None = None
    regimes: Many | None = None


class FlowEntry(_Written):
    """A flow in the list of rules."""

    flow: FlowDoc


class RegimeDoc(_Written):
    """Which part of the regulation governs a project: the first that holds counts."""

    id: str
    cite: Many
    title: Texts | None = None
    when: Guard = None
    excluded: bool = False
    presume: bool = False
    instead: Texts | None = None


class Case(_Written):
    """One case of a computed fact: the value where the guard is the first to hold."""

    when: Guard = None
    is_: Annotated[Any, Field(alias="is")]


class Computed(_Written):
    """How a fact follows from others."""

    when: Guard = None
    cases: list[Case] | None = None
    latest_of: list[str] | None = None
    earliest_of: list[str] | None = None
    sum_of: list[str] | None = None


class FactDoc(_Written):
    """A fact only this text needs: stated by the user, or computed."""

    type: Annotated[str, WithJsonSchema({"enum": list(TYPES)})]
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    ask: Texts | None = None
    options: dict[str, Texts] = {}
    reading: bool = False
    cite: Many | None = None
    is_: Annotated[Computed | None, Field(alias="is")] = None


class ArticleDoc(_Written):
    """One article of the register."""

    gist: Texts
    fingerprint: str | None = None
    no_rules: Literal[True] | Texts | dict[str, Texts] | None = None


def _entry(raw: object) -> str:
    return "<flow>" if isinstance(raw, dict) and "flow" in raw else "<rule>"


Entry = Annotated[
    Annotated[RuleDoc, Tag("<rule>")] | Annotated[FlowEntry, Tag("<flow>")], Discriminator(_entry)
]  # fmt: skip


class RulesetDoc(_Written):
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
    also_known_as: list[str] = []
    paragraphs: Literal["stated", "inferred"] = "stated"
    authorities: dict[str, Texts] = {}
    facts: dict[str, FactDoc] = {}


# --- problems ---------------------------------------------------------------------------------------

_BRANCHES = {"<rule>", "<flow>", "str", "Texts", "Kinds", "MovedTo", "BeforeBody", "ThenBody"}


def read_document(source: Source) -> RulesetDoc:
    """The file as a :class:`RulesetDoc`; raises :class:`InvalidInput` with every problem of its shape."""
    if not isinstance(source.data, dict):
        raise InvalidInput([source.problem((), "wrong-type", "a ruleset is a mapping", "start with `ruleset: NAME`")])
    try:
        return RulesetDoc.model_validate(source.data)
    except ValidationError as error:
        found: dict[tuple[Keys, str], Problem] = {}
        for one in error.errors(include_url=False):
            keys = tuple(key for key in one["loc"] if not _is_branch(key))
            problem = _problem(source, dict(one), keys)
            found.setdefault((keys, problem.code), problem)
        raise InvalidInput(sorted(found.values(), key=lambda p: (p.line or 0, p.column or 0))) from None


def _is_branch(key: int | str) -> bool:
    return isinstance(key, str) and (key in _BRANCHES or "[" in key)


def _problem(source: Source, one: dict[str, Any], keys: Keys) -> Problem:
    name = quote(keys[-1]) if keys else "the file"
    value = quote(str(one.get("input")).lower() if isinstance(one.get("input"), bool) else one.get("input"))
    match one["type"]:
        case "extra_forbidden":
            known = known_keys(keys[:-1])
            return source.problem(keys, "unknown-key", f"there is no key {name} here", did_you_mean(str(keys[-1]), known))
        case "missing":
            return source.problem(keys[:-1], "missing-key", f"the key {name} is missing")
        case "literal_error" | "literal_type":
            expected = str(one["ctx"]["expected"]).replace("'", "`")
            return source.problem(keys, "wrong-value", f"{name} cannot be {value}", f"write {expected.replace('True', 'true')}")
        case "string_pattern_mismatch":
            return source.problem(keys, "wrong-name", f"{value} is not a name", "use lower-case letters, digits and hyphens")
        case "string_too_short" | "too_short":
            return source.problem(keys, "empty", f"{name} is empty")
        case "string_type":
            return source.problem(keys, "wrong-type", f"{name} must be a text")
        case "bool_type" | "bool_parsing":
            return source.problem(keys, "wrong-type", f"{name} must be true or false")
        case "list_type":
            return source.problem(keys, "wrong-type", f"{name} must be a list", "write […], or one entry a line after `- `")
        case _:
            return source.problem(keys, "wrong-type", f"{name} must be a mapping", "check its indentation")


def known_keys(keys: Keys) -> list[str]:
    """The keys that may stand at ``keys`` in a ruleset file."""
    from typing import get_args

    current: Any = RulesetDoc
    for key in keys:
        if isinstance(current, type) and issubclass(current, BaseModel):
            names = {(field.alias or name): field.annotation for name, field in current.model_fields.items()}
            current = names.get(str(key))
        models = [part for part in _parts(current, get_args) if part is not FlowEntry or key == "flow"]
        current = models[0] if models else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _parts(annotation: Any, args: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in args(annotation) for model in _parts(part, args)]
