"""Reading project files, and pydantic's errors as problems in our words."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.project.model import Project
from govproj_rules.source import Keys, decode, locate_json, parse_json, read_bytes
from govproj_rules.vocabulary import vocabulary


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
