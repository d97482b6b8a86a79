"""A record of an input, and what the library makes of it: a row of the flat table, or every reason why not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from govproj_rules.checking import read_facts
from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.flat import NUMBER, Column, change_rows, columns, row
from govproj_rules.ir import RuleSet
from govproj_rules.library import load_ruleset, ruleset_named
from govproj_rules.light import dataclass
from govproj_rules.project import Project, validation_problems
from govproj_rules.project.portfolio import Written, read_written
from govproj_rules.source import Keys, decode, parse_json

LONGEST: Final = 10_000
"""Characters kept of a record that cannot even be read."""


class Place(NamedTuple):
    """Where a value of a row stands: the number of the column, from 1, and what to call it.

    ``file`` and ``line`` only where that is another row than the record's own.
    """

    column: int
    name: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A record that stands in a row of cells: what they say as a project file would say it.

    ``problems`` are those of cells that could not be read; ``bad`` is what these would have said; ``places`` where
    what the others said stands; ``cells`` what was written, by the names of the columns.
    """

    file: str
    line: int
    data: Mapping[str, Any]
    problems: tuple[Problem, ...]
    bad: frozenset[Keys]
    places: Mapping[Keys, Place]
    cells: Mapping[str, str]


Given = Written | Row


class Judged(NamedTuple):
    """A record that was taken in, as lines of JSON for the tables of its city; or the line of a reject."""

    city: str | None
    row: str
    changes: tuple[str, ...] = ()


def judge(given: Given, city: str | Path | None) -> Judged:
    """What the library makes of a record; ``city`` is the ruleset for all of them, else each names its own."""
    key = None
    try:
        project = _of_cells(given) if isinstance(given, Row) else _of_text(given)
        key = project.id or project.name
        ruleset = _loaded(city) if city is not None else _named(project.city)
        facts = read_facts(project, ruleset)
    except InvalidInput as error:
        return Judged(None, rejected(given.file, given.line, key, _placed(error.problems, given), _as_read(given)))
    wanted = columns_of(ruleset)
    made: dict[str, Any] = {**row(project, facts, wanted), "name": project.name, "file": given.file, "line": given.line}
    made["applicant.name"] = project.applicant.name if project.applicant else None
    changes = change_rows(project, wanted) if any(one.name == NUMBER for one in wanted) else ()
    return Judged(ruleset.id, _json(made), tuple(_json(one) for one in changes))


def rejected(file: str | None, line: int | None, key: str | None, problems: Iterable[Problem], record: object) -> str:
    """A reject as a line of JSON."""
    made = {
        "file": file, "line": line, "project": key, "record": record,
        "problems": [
            {"code": one.code, "message": one.message, "help": one.help, "file": one.file or file, "line": one.line, "column": one.column}
            for one in problems
        ],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False)


@cache
def _loaded(city: str | Path) -> RuleSet:
    return load_ruleset(city)


@cache
def _named(city: str | None) -> RuleSet:
    """The ruleset a record names; what is no ruleset is not kept."""
    return ruleset_named(city)


_COLUMNS: Final[dict[str, tuple[Column, ...]]] = {}


def columns_of(ruleset: RuleSet) -> tuple[Column, ...]:
    """The columns of the tables of a city, worked out once."""
    if ruleset.sha256 not in _COLUMNS:
        _COLUMNS[ruleset.sha256] = columns([ruleset])
    return _COLUMNS[ruleset.sha256]


# --- reading ----------------------------------------------------------------------------------------


def _of_text(given: Written) -> Project:
    record = read_written(given)
    if record.project is None:
        raise InvalidInput(record.problems)
    return record.project


def _of_cells(given: Row) -> Project:
    """The project of a row, or the problems of its cells and of what they say together."""
    from pydantic import ValidationError

    problems = list(given.problems)
    try:
        project = Project.model_validate(given.data)
    except ValidationError as error:
        found = validation_problems(error, Project, given.data, "the project")
        told = [(keys, one) for keys, one in found if not _for_want_of(one, given.bad)]
        problems += [_at(given, keys, one) for keys, one in told]
    if problems:
        raise InvalidInput(problems)
    return project


def _for_want_of(problem: Problem, bad: frozenset[Keys]) -> bool:
    """Whether a key is missing only because its cell could not be read."""
    return problem.code == "missing-key" and any(problem.message.endswith(quote(keys[-1])) for keys in bad)


def _at(given: Row, keys: Keys, problem: Problem) -> Problem:
    for length in range(len(keys), 0, -1):
        if place := given.places.get(keys[:length]):
            said = Problem(problem.code, f"{quote(place.name)}: {problem.message}", problem.help)
            return said.at(place.file or given.file, place.line or given.line, place.column)
    return problem.at(given.file, given.line)


def _placed(problems: Iterable[Problem], given: Given) -> Iterator[Problem]:
    """Problems of facts and cities name no place: they get that of the fact's cell, or of the record."""
    for one in problems:
        if one.file is not None:
            yield one
        elif isinstance(given, Row):
            yield _at(given, _keys_in(one, given), one)
        else:
            yield one.at(given.file, given.line)


def _keys_in(problem: Problem, given: Row) -> Keys:
    named = [keys for keys in given.places if keys[0] in ("facts", "city") and str(keys[-1]) in problem.message]
    return named[0] if named else ()


def _as_read(given: Given) -> object:
    if isinstance(given, Row):
        return dict(given.cells)
    if given.data is None:
        return None
    try:
        return parse_json(decode(given.data, given.file), given.file)
    except InvalidInput:
        return given.data[:LONGEST].decode("utf-8", "backslashreplace")


# --- writing ----------------------------------------------------------------------------------------


def _json(made: Mapping[str, Any]) -> str:
    return json.dumps(
        {name: plain_cell(cell) for name, cell in made.items() if cell is not None}, ensure_ascii=False, default=str
    )


def plain_cell(cell: object) -> object:
    """A cell of a table as plain data."""
    match cell:
        case Fraction():
            return decimal(cell)
        case date():
            return cell.isoformat()
        case Decimal():
            return str(cell)
        case list():
            return [plain_cell(one) for one in cell]
        case _:
            return cell


def decimal(value: Fraction) -> str:
    """The exact digits of a number of at most twelve decimal places."""
    scaled = value * 10**12
    assert scaled.denominator == 1
    whole, rest = divmod(scaled.numerator, 10**12)
    return f"{whole}.{rest:012d}"
