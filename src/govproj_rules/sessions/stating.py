"""The facts of a project in the form of a project file: stated and taken back one at a time, by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from govproj_rules.checking import read_facts
from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.ir import RuleSet
from govproj_rules.project import Project, read_project_of, stated_field
from govproj_rules.source import Keys
from govproj_rules.vocabulary import vocabulary

Edit = tuple[str, Any]
"""A path and the value stated there; None: nothing is."""

DEEPEST: Final = 8
"""No path has more parts."""
_PART: Final = re.compile(r"([^.\[\]]+)(?:\[([0-9]{1,4})\])?")


def restated(project: Project, ruleset: RuleSet, edits: Iterable[Edit]) -> Project:
    """The project with some facts stated or taken back, all of them or, where one is wrong, none.

    Only the fields that are touched are read anew. Raises :class:`InvalidInput` with every problem.
    """
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    for path, value in edits:
        try:
            keys = _keys(path)
            head = str(keys[0])
            fields[head] = _edited(
                fields[head] if head in fields else stated_field(project, head), keys, value, ruleset
            )
        except InvalidInput as error:
            problems.extend(error.problems)
    try:
        made = read_project_of({"name": project.name} | fields)
    except InvalidInput as error:
        problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return project.model_copy(update={name: getattr(made, name) for name in fields})


def _edited(old: Any, keys: Keys, value: Any, ruleset: RuleSet) -> Any:
    """The field at the head of a path, with what stands at the path stated or taken back."""
    rest, dated = keys[1:], _is_day(keys)
    if dated:
        rest = rest[:-1]
    inside = old
    if keys[0] == "documents" and isinstance(old, list) and rest and isinstance(rest[0], str):
        if len(rest) == 1 and isinstance(value, bool):
            return [*(one for one in old if one != rest[0]), *([rest[0]] if value else [])]
        # the list is complete: it says of every other document that it is not there
        inside = {one: one in old for one in vocabulary().documents}
    if value is not None:
        return _with(inside, rest, value, keys)
    there = _at(inside, rest)
    if there is None:
        _need_known((keys[0], *rest), ruleset)
        return old
    if dated:  # what is taken back is the date, not that it happened
        return _with(inside, rest, True, keys) if isinstance(there, list) else old
    return _without(inside, rest, True, keys[0] not in ("documents", "changes", "waivers"))


def _is_day(keys: Keys) -> bool:
    """Whether a path is the day of something that has no key for it: ``events.X.date`` is stated at ``events.X``."""
    match keys:
        case ("events", _, "date") | ("documents", _, "approved", "date"):
            return True
        case ("changes", _, "filed" | "reapproved", "date"):
            return True
        case _:
            return False


# --- paths ------------------------------------------------------------------------------------------


def _keys(path: str) -> Keys:
    keys: list[str | int] = []
    for part in path.split(".", DEEPEST) if isinstance(path, str) else ("",):
        found = _PART.fullmatch(part)
        if found is None:
            raise _no_path(path)
        keys += [found[1]] if found[2] is None else [found[1], int(found[2])]
    return tuple(keys)


def _no_path(path: str) -> InvalidInput:
    help = "such as investment.total, events.contract_signed or changes[0].filed"
    return wrong("wrong-path", f"{quote(path)} is not the path of a fact", help)


def _need_known(keys: Keys, ruleset: RuleSet) -> None:
    """Refuse the path of a fact that no project can state; what merely is not stated may be taken back."""
    head, *rest = keys
    if head == "facts" and rest:
        if len(rest) > 1:
            raise _no_path(".".join(map(str, keys)))
        try:
            read_facts(Project(name="-", facts={str(rest[0]): True}), ruleset)
        except InvalidInput as error:
            if problems := [one for one in error.problems if one.code != "wrong-value"]:
                raise InvalidInput(problems) from None
        return
    probe: Any = True if head in ("events", "documents") and len(rest) == 1 else None
    for key in reversed(rest):
        probe = [probe] if isinstance(key, int) else {key: probe}
    read_project_of({"name": "-"} | {head: probe})


# --- what stands at a path --------------------------------------------------------------------------


def _at(inside: Any, keys: Keys) -> Any:
    for key in keys:
        there = isinstance(inside, dict) or (isinstance(inside, list) and isinstance(key, int) and key < len(inside))
        inside = (inside.get(key) if isinstance(inside, dict) else inside[key]) if there else None
    return inside


def _with(inside: Any, keys: Keys, value: Any, path: Keys) -> Any:
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(key, str):
        within = inside if isinstance(inside, dict) else {}
        return {**within, key: _with(within.get(key), rest, value, path)}
    every = list(inside) if isinstance(inside, list) else []
    if key > len(every):
        said = f"there is no {quote(f'{path[0]}[{key}]')} yet"
        raise wrong("wrong-path", said, f"the next one is {quote(f'{path[0]}[{len(every)}]')}")
    every[key : key + 1] = [_with(every[key] if key < len(every) else None, rest, value, path)]
    return every


def _without(inside: Any, keys: Keys, prune: bool, within: bool) -> Any:
    """Without what stands there. A group in which nothing is left goes too, where ``prune`` and ``within`` it says so."""
    if not keys:
        return None
    key, inner = keys[0], _without(inside[keys[0]], keys[1:], within, within)
    if isinstance(inside, list):
        assert isinstance(key, int)
        return [*inside[:key], *([] if inner is None else [inner]), *inside[key + 1 :]]
    left = {name: inner if name == key else one for name, one in inside.items() if name != key or inner is not None}
    return left or (None if prune else {})
