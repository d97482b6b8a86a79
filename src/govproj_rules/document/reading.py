"""Reading a ruleset file into its document, and pydantic's errors as problems in our words."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from govproj_rules.document.model import FlowEntry, RulesetDoc
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.source import Keys, Source

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
            return source.problem(
                keys, "unknown-key", f"there is no key {name} here", did_you_mean(str(keys[-1]), known)
            )
        case "missing":
            return source.problem(keys[:-1], "missing-key", f"the key {name} is missing")
        case "literal_error" | "literal_type":
            expected = str(one["ctx"]["expected"]).replace("'", "`")
            return source.problem(
                keys, "wrong-value", f"{name} cannot be {value}", f"write {expected.replace('True', 'true')}"
            )
        case "string_pattern_mismatch":
            return source.problem(
                keys, "wrong-name", f"{value} is not a name", "use lower-case letters, digits and hyphens"
            )
        case "string_too_short" | "too_short":
            return source.problem(keys, "empty", f"{name} is empty")
        case "string_type":
            return source.problem(keys, "wrong-type", f"{name} must be a text")
        case "bool_type" | "bool_parsing":
            return source.problem(keys, "wrong-type", f"{name} must be true or false")
        case "list_type":
            return source.problem(
                keys, "wrong-type", f"{name} must be a list", "write […], or one entry a line after `- `"
            )
        case _:
            return source.problem(keys, "wrong-type", f"{name} must be a mapping", "check its indentation")


def known_keys(keys: Keys) -> list[str]:
    """The keys that may stand at ``keys`` in a ruleset file."""
    current: Any = RulesetDoc
    for key in keys:
        if isinstance(current, type) and issubclass(current, BaseModel):
            names = {(field.alias or name): field.annotation for name, field in current.model_fields.items()}
            current = names.get(str(key))
        models = [part for part in _parts(current) if part is not FlowEntry or key == "flow"]
        current = models[0] if models else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _parts(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _parts(part)]
