"""Reading a ruleset file into its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from govproj_rules.document.model import RulesetDoc
from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.project import validation_problems
from govproj_rules.source import MAX_PROBLEMS, Keys, Source


def read_document(source: Source) -> RulesetDoc:
    """The file as a :class:`RulesetDoc`; raises :class:`InvalidInput` with every problem of its shape."""
    if not isinstance(source.data, dict):
        raise InvalidInput([source.problem((), "wrong-type", "a ruleset is a mapping", "start with `ruleset: NAME`")])
    found: list[tuple[Keys, Problem]] = []
    try:
        made = RulesetDoc.model_validate(source.data)
    except ValidationError as error:
        found = validation_problems(error, RulesetDoc, source.data, "the ruleset")
    if problems := placed(source, [*found, *slips(source.data)]):
        raise InvalidInput(problems)
    return made


def placed(source: Source, found: Iterable[tuple[Keys, Problem]]) -> list[Problem]:
    """Problems where they belong, in the order of the file; a place that is wrong is not also called empty."""
    kept: dict[Keys, list[Problem]] = {}
    for keys, one in found:
        if one.code != "empty" or keys not in kept:
            kept.setdefault(keys, []).append(source.problem(keys, one.code, one.message, one.help))
    problems = [problem for several in kept.values() for problem in several]
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))[:MAX_PROBLEMS]


_MEMBERS = frozenset(
    {"document", "documents", "to", "with", "or", "of", "effect", "authority", "cite", "regimes", "stages"}
)
"""The lists whose members become findings, recipients or citations: each once."""


def slips(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Problem]]:
    """Keys without a value, empty lists, repeated entries: an exception that says nothing must not pass for none."""
    if keys == ("rules",) and data == []:  # a file just begun; that it has no rules yet is told on its own
        return
    if data is None or data == [] or (isinstance(data, str) and not data.strip()):
        name = quote(next((key for key in reversed(keys) if isinstance(key, str)), "-"))
        said = f"an entry of {name} is empty" if keys and isinstance(keys[-1], int) else f"{name} has no value"
        yield keys, Problem("empty", said, "write its value, or remove it")
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from slips(value, (*keys, key))
    elif isinstance(data, list):
        seen: set[str] = set()
        for place, value in enumerate(data):
            if isinstance(value, str) and value in seen and keys[-1:] and keys[-1] in _MEMBERS:
                said = f"{quote(value)} stands twice in one list"
                yield (*keys, place), Problem("duplicate-entry", said, "remove one")
            if isinstance(value, str):
                seen.add(value)
            yield from slips(value, (*keys, place))
