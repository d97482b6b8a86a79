"""The project as people and systems state it: what is not stated is unknown, never false or zero.

Amounts are texts with their unit (``"62万元"``); dates are ``YYYY-MM-DD``; every list is complete.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, WithJsonSchema
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.source import Keys, decode, locate_json, parse_json, read_bytes
from govproj_rules.values import Unreadable, format_money, parse, parse_words
from govproj_rules.vocabulary import vocabulary

MAX_CHANGES = 1_000
MAX_DATES = 1_000


class FactType:
    """Marks a field as a fact of ``type``; ``options`` names its list of words in the vocabulary."""

    def __init__(self, type_: str, options: str | None = None) -> None:
        self.type = type_
        self.options = options


def _checked(type_: str, options: str | None = None) -> BeforeValidator:
    def read(raw: object) -> Any:
        try:
            return parse(type_, raw, words_of(options) if options else None)
        except Unreadable as error:
            raise _unreadable(error) from None

    return BeforeValidator(read)


def _unreadable(error: Unreadable) -> PydanticCustomError:
    return PydanticCustomError("value", "{said}", {"said": str(error), "help": error.help})


def words_of(options: str) -> dict[str, Any]:
    """The words a field may hold: a list of the vocabulary by name."""
    words = vocabulary()
    special = {"stage": words.stages, "sections": words.sections, "roles": words.roles}
    return dict(special.get(options) or words.options.get(options) or {})


def _schema(**keys: Any) -> WithJsonSchema:
    return WithJsonSchema(keys)


Text = Annotated[str, Field(max_length=2_000)]
YesNo = Annotated[bool, FactType("yes_no"), _checked("yes_no")]
Money = Annotated[
    int,
    FactType("money"),
    _checked("money"),
    PlainSerializer(format_money, return_type=str),
    _schema(type="string", pattern=r"^[0-9]+(\.[0-9]+)?(元|万元|亿元)$", examples=["62万元"]),
]
Year = Annotated[int, FactType("year"), _checked("year")]
Date = Annotated[date, FactType("date"), _checked("date")]


def _level(raw: object) -> object:
    if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 5:
        return raw
    raise _unreadable(Unreadable(f"{quote(raw)} is not a protection grade", "write a number from 1 to 5"))


Level = Annotated[int, FactType("number"), BeforeValidator(_level), _schema(type="integer", minimum=1, maximum=5)]


def _word(options: str) -> Any:
    return Annotated[str, FactType("one_of", options), _checked("one_of", options)]


def _words(options: str) -> Any:
    def read(raw: object) -> Any:
        try:
            return parse_words([raw] if options == "kind" and isinstance(raw, str) else raw, words_of(options))
        except Unreadable as error:
            raise _unreadable(error) from None

    schema: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    return Annotated[
        frozenset[str],
        FactType("some_of", options),
        BeforeValidator(read),
        PlainSerializer(sorted, return_type=list[str]),
        _schema(**({"anyOf": [{"type": "string"}, schema]} if options == "kind" else schema)),
    ]


def _when(raw: object) -> object:
    """An event: true, false, a date, or a list of dates."""
    if isinstance(raw, bool):
        return raw
    try:
        if isinstance(raw, (list, tuple)):
            if not raw:
                raise Unreadable("`[]` is neither a date nor true or false", "write false where it has not happened")
            if len(raw) > MAX_DATES:
                raise Unreadable(f"more than {MAX_DATES} dates", "keep the dates of this project")
            return tuple(sorted(parse("date", one) for one in raw))
        return (parse("date", raw),)
    except Unreadable as error:
        raise _unreadable(error) from None


_DATE_SCHEMA = {"type": "string", "format": "date"}
Occurrence = Annotated[
    bool | tuple[date, ...],
    BeforeValidator(_when),
    _schema(anyOf=[{"type": "boolean"}, _DATE_SCHEMA, {"type": "array", "items": _DATE_SCHEMA, "minItems": 1}]),
]
"""When something happened: ``True``/``False`` where only that is known, else its dates in order."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Applicant(_Part):
    """The unit that applies for the project; ``barred``: it may not apply for or build new projects now."""

    name: Text | None = None
    type: _word("applicant.type") | None = None  # type: ignore[valid-type]
    level: _word("applicant.level") | None = None  # type: ignore[valid-type]
    barred: YesNo | None = None


class Funding(_Part):
    """Where the money comes from."""

    sources: _words("funding.sources") | None = None  # type: ignore[valid-type]


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
    off_plan_grounds: _words("planning.off_plan_grounds") | None = None  # type: ignore[valid-type]


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
    grounds: _words("change.grounds") | None = None  # type: ignore[valid-type]
    filed: Occurrence | None = None
    reapproved: Occurrence | None = None


class DocumentState(_Part):
    """What is known of one document that is there."""

    date: Date | None = None
    approved: Occurrence | None = None
    sections: _words("sections") | None = None  # type: ignore[valid-type]
    to: _words("roles") | None = None  # type: ignore[valid-type]


class Waiver(_Part):
    """A justification for one rule, given by an authority; never silent in any output."""

    rule: Text
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    authority: Text | None = None
    document: Text | None = None
    expires: Date | None = None


def _known(names: Any, group: str, what: str) -> None:
    known = getattr(vocabulary(), group)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise PydanticCustomError(
            "words",
            "{said}",
            {"said": f"there is no {what} {quote(unknown[0])}", "words": unknown, "group": group, "what": what},
        )


def _documents(raw: object) -> object:
    if isinstance(raw, (list, tuple, set, frozenset)):
        if any(not isinstance(name, str) for name in raw):
            raise _unreadable(Unreadable("a list of documents holds names only", "use a mapping to say more"))
        _known(raw, "documents", "document")
        return frozenset(raw)
    if isinstance(raw, dict):
        _known(raw, "documents", "document")
        return raw
    raise _unreadable(Unreadable(f"{quote(raw)} is not a list or mapping of documents", "[] means none"))


def _events(raw: object) -> object:
    if isinstance(raw, dict):
        _known(raw, "events", "event")
        return raw
    raise _unreadable(Unreadable(f"{quote(raw)} is not a mapping of events", 'such as {"contract_signed": "2026-03-02"}'))


def _state(raw: object) -> object:
    if isinstance(raw, str):  # a bare date
        return {"date": raw}
    if isinstance(raw, (bool, dict, DocumentState)):
        return raw
    raise _unreadable(Unreadable(f"{quote(raw)} does not tell about a document", "write true, false, a date or a mapping"))


Documents = Annotated[
    frozenset[str] | dict[str, Annotated[bool | DocumentState, BeforeValidator(_state)]],
    Field(union_mode="left_to_right"),
    BeforeValidator(_documents),
]


class Project(_Part):
    """A project as stated. Only ``name`` is required; absent means unknown.

    Raises ``pydantic.ValidationError`` when built from wrong values; :func:`read_project` and
    :func:`load_project` raise :class:`InvalidInput` with positions instead.
    """

    name: Annotated[str, Field(min_length=1, max_length=2_000)]
    id: Text | None = None
    city: Text | None = None
    stage: _word("stage") | None = None  # type: ignore[valid-type]
    applicant: Applicant | None = None
    kind: _words("kind") | None = None  # type: ignore[valid-type]
    category: _word("category") | None = None  # type: ignore[valid-type]
    service_type: _word("service_type") | None = None  # type: ignore[valid-type]
    related_category: _word("related_category") | None = None  # type: ignore[valid-type]
    delivery: _word("delivery") | None = None  # type: ignore[valid-type]
    classified: YesNo | None = None
    cross_department: YesNo | None = None
    system_type: _word("system_type") | None = None  # type: ignore[valid-type]
    components: _words("components") | None = None  # type: ignore[valid-type]
    funding: Funding | None = None
    investment: Investment | None = None
    planning: Planning | None = None
    works: Works | None = None
    security: Security | None = None
    documents: Documents | None = None
    events: Annotated[dict[str, Occurrence], BeforeValidator(_events)] | None = None
    changes: Annotated[tuple[Change, ...], Field(max_length=MAX_CHANGES)] | None = None
    facts: dict[str, Any] | None = None
    waivers: tuple[Waiver, ...] | None = None

    @model_validator(mode="after")
    def _changes_in_order(self) -> Project:
        dates = [change.date for change in self.changes or () if change.date]
        if dates != sorted(dates):
            raise _unreadable(Unreadable("the changes are not in order of date", "list the earliest change first"))
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
    from typing import get_args

    for option in get_args(annotation):
        if option is not type(None):
            if metadata := getattr(option, "__metadata__", None):
                return option.__origin__, metadata
            return option, ()
    return annotation, ()


# --- reading ----------------------------------------------------------------------------------------


def load_project(path: str | Path) -> Project:
    """Read a project file (JSON, UTF-8). Raises :class:`InvalidInput` with every problem and its place."""
    return read_project(read_bytes(Path(path)), str(path))


def read_project(data: bytes | str, file: str = "<project>") -> Project:
    """Read a project from JSON text. Raises :class:`InvalidInput` with every problem and its place."""
    text = data if isinstance(data, str) else decode(data, file)
    raw = parse_json(text, file)
    try:
        return Project.model_validate(raw)
    except ValidationError as error:
        where = locate_json(text)
        raise InvalidInput(
            problem.at(file, *_nearest(where, keys)) for keys, problem in validation_problems(error, Project)
        ) from None


def _nearest(where: dict[Keys, tuple[int, int]], keys: Keys) -> tuple[int, int]:
    while keys and keys not in where:
        keys = keys[:-1]
    return where.get(keys, (1, 1))


def validation_problems(error: ValidationError, model: type[BaseModel]) -> list[tuple[Keys, Problem]]:
    """Pydantic's errors as problems in our words; several of one union are told once."""
    found: dict[tuple[Keys, str], tuple[Keys, Problem]] = {}
    for one in error.errors(include_url=False):
        keys = tuple(key for key in one["loc"] if not _is_union_branch(key))
        for place, problem in _problems_of(dict(one), keys, model):
            found.setdefault((place, problem.message), (place, problem))
    return list(found.values())


def _is_union_branch(key: int | str) -> bool:
    return isinstance(key, str) and ("[" in key or key in ("bool", "DocumentState", "function-before"))


def _problems_of(one: dict[str, Any], keys: Keys, model: type[BaseModel]) -> list[tuple[Keys, Problem]]:
    name = quote(keys[-1]) if keys else "the project"
    match one["type"]:
        case "extra_forbidden":
            known = _fields_at(model, keys[:-1])
            return [(keys, Problem("unknown-key", f"there is no key {name} here", did_you_mean(str(keys[-1]), known)))]
        case "missing":
            return [(keys[:-1], Problem("missing-key", f"the key {name} is missing", None))]
        case "value":
            path = ".".join(str(key) for key in keys)
            said = f"{path}: {one['ctx']['said']}" if path else str(one["ctx"]["said"])
            return [(keys, Problem("wrong-value", said, one["ctx"]["help"]))]
        case "words":
            known = getattr(vocabulary(), one["ctx"]["group"])
            return [
                ((*keys, word), Problem("unknown-word", f"there is no {one['ctx']['what']} {quote(word)}",
                                        did_you_mean(word, known)))
                for word in one["ctx"]["words"]
            ]  # fmt: skip
        case "model_type" | "dict_type" | "model_attributes_type":
            return [(keys, Problem("wrong-type", f"{name} must be an object", 'write {"…": …}'))]
        case "tuple_type" | "list_type":
            return [(keys, Problem("wrong-type", f"{name} must be a list", "write […]"))]
        case "string_type":
            return [(keys, Problem("wrong-type", f"{name} must be a text", "put it in quotes"))]
        case "string_too_long" | "too_long":
            return [(keys, Problem("too-long", f"{name} is too long", None))]
        case "string_too_short" | "too_short":
            return [(keys, Problem("empty", f"{name} is empty", None))]
        case _:
            return [(keys, Problem("wrong-value", f"{name} cannot be read here", None))]


def _fields_at(model: type[BaseModel], keys: Keys) -> list[str]:
    """The keys a file may have at ``keys``."""
    from typing import get_args

    current: Any = model
    for key in keys:
        if isinstance(key, str) and isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(key)
            stack = [field.annotation] if field else []
            current = None
            while stack:  # the first model anywhere inside the annotation
                part = stack.pop(0)
                if isinstance(part, type) and issubclass(part, BaseModel):
                    current = part
                    break
                stack.extend(get_args(part))
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(current.model_fields)
    return []
