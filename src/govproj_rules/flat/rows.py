"""A project as a row of the flat table, and its changes as rows of the second one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, Final

from govproj_rules.flat.columns import CHANGES, KEY, NUMBER, STATED, Column
from govproj_rules.project import DocumentState, Project
from govproj_rules.values import Value

Cell = bool | int | str | date | Decimal | list[str] | list[date] | None
_HUNDRED: Final = 100
_PLACES: Final = 12
_EXACT: Final = Context(prec=60)
_NAMED: Final = ("events.", "documents.", "facts.")
"""What is no field of the project's own: it is known by name, or not stated."""


def row(
    project: Project, stated: Mapping[str, Value], columns: Iterable[Column], key: str | None = None
) -> dict[str, Cell]:
    """The cells of a project, under the names of ``columns``; None is what is not stated.

    ``stated`` are its facts by name, typed, as :func:`govproj_rules.checking.read_facts` gives them. ``key`` tells it
    from other projects: without one it is the id of the project, or its name.
    """
    known: dict[str, Value] = {STATED: None if project.changes is None else len(project.changes)}
    known.update((f"facts.{name}", value) for name, value in stated.items())
    for event, when in (project.events or {}).items():
        known[f"events.{event}"] = when
    documents = project.documents
    if isinstance(documents, dict):
        for name, state in documents.items():
            known.update(_document(f"documents.{name}", state))
    made = {one.name: _cell(project, known, one) for one in columns if one.table != CHANGES}
    if isinstance(documents, frozenset):  # a list is complete: what is not in it is not there
        there = {f"documents.{name}" for name in documents}
        made.update({name: name in there for name in made if name.startswith("documents.") and name.count(".") == 1})
    return {**made, KEY: key or project.id or project.name}


def change_rows(project: Project, columns: Iterable[Column], key: str | None = None) -> Iterator[dict[str, Cell]]:
    """The cells of each change of a project, likewise."""
    mine = [one for one in columns if one.table == CHANGES and one.holds != "key"]
    for place, change in enumerate(project.changes or ()):
        known = {f"change.{name}": value for name, value in vars(change).items()}
        made = {one.name: _cell(None, known, one) for one in mine}
        yield {KEY: key or project.id or project.name, **made, NUMBER: place}


def _document(path: str, state: bool | DocumentState) -> Iterator[tuple[str, Value]]:
    if isinstance(state, bool):
        yield path, state
        return
    yield path, True if state.date is None else (state.date,)
    yield f"{path}.approved", state.approved
    yield f"{path}.sections", state.sections
    yield f"{path}.to", state.to


def _cell(project: Project | None, known: Mapping[str, Value], column: Column) -> Cell:
    """What a project says under a column."""
    value = known.get(column.fact)
    if value is None and project is not None and not column.fact.startswith(_NAMED) and column.fact not in known:
        value = _field(project, column.fact)
    if value is None:
        return None
    match column.holds:
        case "yes_no":
            return True if isinstance(value, tuple) else bool(value)
        case "date" if isinstance(value, bool):
            return None
        case "date":
            return value[0] if isinstance(value, tuple) else value  # type: ignore[no-any-return]
        case "dates":
            return list(value) if isinstance(value, tuple) and len(value) > 1 else None
        case "percent":
            return _decimal(Fraction(value) * _HUNDRED)
        case "number":
            return _decimal(Fraction(value))
        case "length":
            return int(value.scale[1])
        case "unit":
            return str(value.scale[0])
        case "words":
            return sorted(value)
        case _:
            return value  # type: ignore[no-any-return]


def _field(project: Project, path: str) -> Any:
    found: Any = project
    for name in path.split("."):
        found = getattr(found, name, None)
    return found


def _decimal(value: Fraction) -> Decimal:
    """A decimal of at most twelve places, as rule files and projects may have them, without rounding."""
    return Decimal(int(value * 10**_PLACES)).scaleb(-_PLACES, _EXACT).normalize(_EXACT)
