"""The types of a project's fields: how each is written, checked, and described to editors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from govproj_rules.errors import did_you_mean, quote
from govproj_rules.source import MAX_PROBLEMS
from govproj_rules.values import Unreadable, format_money, parse
from govproj_rules.vocabulary import vocabulary

MAX_DATES = 1_000


class FactType:
    """Marks a field as a fact of ``type``; ``options`` names its list of words in the vocabulary."""

    def __init__(self, type_: str, options: str | None = None) -> None:
        self.type = type_
        self.options = options


class Reads:
    """Marks a field whose raw value is read by a function, and written by another.

    ``BeforeValidator`` and ``PlainSerializer`` do the same, but find out for every field anew what parameters a
    function takes, which is a third of what defining the project takes.
    """

    def __init__(
        self,
        read: Callable[[Any], Any],
        write: Callable[[Any], Any] | None = None,
        written: Callable[[], CoreSchema] = core_schema.str_schema,
    ) -> None:
        self.read = read
        self.write = write
        self.written = written

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        made = core_schema.no_info_before_validator_function(self.read, handler(source))
        if self.write:
            made["serialization"] = core_schema.plain_serializer_function_ser_schema(
                self.write, return_schema=self.written()
            )
        return made


def _texts() -> CoreSchema:
    return core_schema.list_schema(core_schema.str_schema())


def checked(type_: str, options: str | None = None, write: Callable[[Any], str] | None = None) -> Reads:
    def read(raw: object) -> Any:
        try:
            return parse(type_, raw, words_of(options) if options else None)
        except Unreadable as error:
            raise unreadable(error) from None

    return Reads(read, write)


def _no_help() -> None:
    return None


def unreadable(error: Unreadable, *keys: str | int) -> PydanticCustomError:
    """A wrong value as an error of pydantic's; ``keys`` lead to it from where it is raised."""
    return PydanticCustomError("value", "{said}", {"said": str(error), "help": error.help, "keys": keys})


Wrong = tuple[tuple[str | int, ...], str, Callable[[], str | None]]
"""An unknown word: the keys that lead to it, what is said, and what helps, worked out only when it is told."""


def several(errors: list[Wrong]) -> PydanticCustomError:
    """Several unknown words at once."""
    return PydanticCustomError("words", "{said}", {"said": errors[0][1], "errors": errors})


def named(group: str, what: str) -> Reads:
    """Checks that a name is a word of the vocabulary."""

    def read(raw: object) -> object:
        known = getattr(vocabulary(), group)
        if raw in known:
            return raw
        raise several([((), f"there is no {what} {quote(raw)}", partial(did_you_mean, str(raw), known))])

    return Reads(read)


def words_of(options: str) -> dict[str, Any]:
    """The words a field may hold: a list of the vocabulary by name."""
    words = vocabulary()
    special = {"stage": words.stages, "sections": words.sections, "roles": words.roles}
    return dict(special.get(options) or words.options.get(options) or {})


def _schema(**keys: Any) -> WithJsonSchema:
    return WithJsonSchema(keys)


Text = Annotated[str, Field(max_length=2_000)]
Name = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
"""A text that says something."""
YesNo = Annotated[bool, FactType("yes_no"), checked("yes_no")]
Money = Annotated[
    int,
    FactType("money"),
    checked("money", write=format_money),
    _schema(type="string", pattern=r"^[0-9]+(\.[0-9]+)?(元|万元|亿元)$", examples=["62万元"]),
]
Year = Annotated[int, FactType("year"), checked("year")]
Date = Annotated[date, FactType("date"), checked("date")]


def _level(raw: object) -> object:
    if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 5:
        return raw
    said = "the text " if isinstance(raw, str) else ""
    raise unreadable(Unreadable(f"{said}{quote(raw)} is not a protection grade", "write a number from 1 to 5"))


Level = Annotated[int, FactType("number"), Reads(_level), _schema(type="integer", minimum=1, maximum=5)]


def word(options: str) -> Any:
    return Annotated[str, FactType("one_of", options), checked("one_of", options)]


def words(options: str) -> Any:
    def read(raw: object) -> Any:
        known = words_of(options)
        if options == "kind" and isinstance(raw, str):
            raw = [raw]
        if not isinstance(raw, (list, tuple, set, frozenset)):
            raise unreadable(Unreadable(f"{quote(raw)} is not a list", "write a list of words; [] means none"))
        errors: list[Wrong] = []
        for place, one in enumerate(raw):
            try:
                parse("one_of", one, known)
            except Unreadable as error:
                errors.append(((place,), str(error), partial(str, error.help) if error.help else _no_help))
            if len(errors) == MAX_PROBLEMS:
                break
        if errors:
            raise several(errors)
        return frozenset(raw)

    schema: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    return Annotated[
        frozenset[str],
        FactType("some_of", options),
        Reads(read, sorted, _texts),
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
        if not isinstance(raw, str) or raw in ("true", "false"):
            said = "the text " if isinstance(raw, str) else ""
            raise Unreadable(f"{said}{quote(raw)} is neither a date nor true or false", 'such as "2026-03-16" or true')
        return (parse("date", raw),)
    except Unreadable as error:
        raise unreadable(error) from None


_DATE_SCHEMA = {"type": "string", "format": "date"}
Occurrence = Annotated[
    bool | tuple[date, ...],
    Reads(_when),
    _schema(anyOf=[{"type": "boolean"}, _DATE_SCHEMA, {"type": "array", "items": _DATE_SCHEMA, "minItems": 1}]),
]
"""When something happened: ``True``/``False`` where only that is known, else its dates in order."""
