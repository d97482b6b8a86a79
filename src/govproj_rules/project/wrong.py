"""Pydantic's errors as problems in our words: for projects, rulesets and cases alike."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from govproj_rules.errors import Problem, did_you_mean, quote
from govproj_rules.source import MAX_PROBLEMS, Keys

_WANTED: Final = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "frozen_set_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
}
"""The errors that say that something of another shape belongs there. Each branch of a union has its own."""


def validation_problems(
    error: ValidationError, model: type[BaseModel], data: object, whole: str
) -> list[tuple[Keys, Problem]]:
    """What is wrong with ``data`` (``whole``: what it is), each with the keys that lead there."""
    found: dict[tuple[Keys, str], Problem] = {}
    wanted: dict[Keys, list[str]] = {}
    for one in error.errors(include_url=False, include_input=False):
        type_, loc, context = one["type"], one["loc"], one.get("ctx", {})
        keys, _ = _within(data, loc)
        if type_ == "literal_error":
            wanted.setdefault(keys, []).append(str(context["expected"]).replace("'", "`").replace("True", "`true`"))
        elif type_ in _WANTED:
            wanted.setdefault(keys, []).append(_WANTED[type_])
        else:
            for place, problem in _problems(type_, loc, context, model, data, whole):
                found.setdefault((place, problem.message), problem)
        if len(found) >= MAX_PROBLEMS:
            break
    meant = {(keys[:-1], one.help) for (keys, _), one in found.items() if one.code == "unknown-key"}
    told = [
        (keys, one)
        for (keys, _), one in found.items()
        if one.code != "missing-key" or (keys, f"did you mean {one.message.rpartition(' ')[2]}?") not in meant
    ]
    inside = {keys[:length] for keys in (*wanted, *(keys for keys, _ in told)) for length in range(len(keys))}
    exact = {keys for keys, _ in told}
    for keys, words in wanted.items():
        if keys not in inside and keys not in exact:  # else the branch that was meant says more
            told.append((keys, _of_shape(keys, words, model, data, whole)))
    return told[:MAX_PROBLEMS]


def _of_shape(keys: Keys, words: list[str], model: type[BaseModel], data: object, whole: str) -> Problem:
    _, value = _within(data, keys)
    given = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else quote(value)
    wants = " or ".join(dict.fromkeys(words))
    code = "wrong-value" if "`" in wants and not isinstance(value, (dict, list)) else "wrong-type"
    help = _HELP.get(wants)
    if wants == "a mapping" and (known := _fields_at(model, keys)) and len(known) <= 14:
        help = "its keys: " + ", ".join(quote(key) for key in known)
    return Problem(code, f"{_name(keys, data, whole)} must be {wants}, not {given}", help)


_HELP: Final = {
    "a text": "put it in quotes",
    "true or false": "write true or false, without quotes",
}


def _problems(
    type_: str, loc: Keys, context: dict[str, Any], model: type[BaseModel], data: object, whole: str
) -> Iterator[tuple[Keys, Problem]]:
    keys, _ = _within(data, loc)
    name = _name(keys, data, whole)
    match type_:
        case "extra_forbidden":
            known = _fields_at(model, keys[:-1])
            said = f"there is no key {quote(keys[-1])} in {_name(keys[:-1], data, whole)}"
            yield keys, Problem("unknown-key", said, did_you_mean(str(keys[-1]), known))
        case "missing":
            parent, _ = _within(data, loc[:-1])
            said = f"{_name(parent, data, whole)} lacks the key {quote(loc[-1])}"
            yield parent, Problem("missing-key", said)
        case "value":
            place = (*keys, *context["keys"])
            yield place, Problem("wrong-value", _prefixed(place, context["said"]), context["help"])
        case "words":
            for inner, said, help in context["errors"]:
                yield (*keys, *inner), Problem("unknown-word", _prefixed(keys if inner else (), said), help())
        case "string_pattern_mismatch" if context["pattern"].startswith("^[1-9]"):
            yield keys, Problem("wrong-value", f"{quote(_within(data, loc)[1])} is no whole number from 1 up")
        case "string_pattern_mismatch" if context["pattern"] != r"\S":
            yield keys, Problem("wrong-name", f"{quote(_within(data, loc)[1])} is not a name",
                                "lower-case letters, digits and hyphens, a letter first")  # fmt: skip
        case "string_too_short" | "too_short" | "string_pattern_mismatch":
            yield keys, Problem("empty", f"{name} is empty")
        case "string_too_long":
            yield keys, Problem("too-long", f"{name} is longer than {context['max_length']} characters")
        case "too_long":
            yield keys, Problem("too-long", f"{name} has more than {context['max_length']} entries")
        case _:
            yield keys, Problem("wrong-value", f"{name} cannot be read here")


_LONGEST: Final = 120
"""Characters of a path: no key of ours comes near."""


def _prefixed(keys: Keys, said: str) -> str:
    return f"{quote(dotted(keys), _LONGEST)[1:-1]}: {said}" if keys else said


def dotted(keys: Keys) -> str:
    """Keys as one path: ``changes[0].amount``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def _name(keys: Keys, data: object, whole: str) -> str:
    """What stands at some keys, by its own id where it has one, else by its key."""
    if not keys:
        return whole
    _, value = _within(data, keys)
    if isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(keys[-1], int):
        return quote(value["id"])
    names = [place for place, key in enumerate(keys) if isinstance(key, str)]
    return quote(dotted(keys[names[-1] if names else 0 :]))


def _within(data: object, loc: Keys) -> tuple[Keys, Any]:
    """The part of an error's location that is in the data (not a branch of a union), and what stands there."""
    keys: list[str | int] = []
    here: Any = data
    for key in loc:
        known: Any = here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        if key in known:
            keys.append(key)
            here = here[key]
    return tuple(keys), here


# --- what may stand at a place ----------------------------------------------------------------------


def _fields_at(model: type[BaseModel], keys: Keys) -> list[str]:
    """The keys that may stand in the mapping at ``keys``."""
    here: list[Any] = [model]
    for key in keys:
        here = [inner for option in here for inner in _inside(option, key)]
    models = [one for one in here if isinstance(one, type) and issubclass(one, BaseModel)]
    return [field.alias or name for one in models for name, field in one.model_fields.items()]


def _inside(option: Any, key: str | int) -> Iterator[Any]:
    if isinstance(option, type) and issubclass(option, BaseModel):
        for name, field in option.model_fields.items():
            if (field.alias or name) == key:
                yield from _options(field.annotation)
    elif get_origin(option) in (list, tuple, dict):
        arguments = get_args(option)
        yield from _options(arguments[1] if get_origin(option) is dict else arguments[0])


def _options(annotation: Any) -> Iterator[Any]:
    """The branches of a union, without what only annotates them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation
