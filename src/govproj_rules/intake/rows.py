"""Rows of a sheet as records: what the cells of each say, as a project file would say it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from govproj_rules.errors import Problem, quote
from govproj_rules.intake.cells import BLANK, check_said, read_cell
from govproj_rules.intake.contents import Value, is_blank, shown
from govproj_rules.intake.given import Place, Row
from govproj_rules.intake.sheets import Cells, Column, Numbered, Sheet
from govproj_rules.light import dataclass
from govproj_rules.mapping import plain
from govproj_rules.source import Keys
from govproj_rules.values import Unreadable

Unread = dict[str, list[tuple[int, str]]]
"""Cells that could not be read, with their rows, by the name of the column."""
_NEEDED: Final = frozenset({"id", "name", "city", "changes"})
"""What a record cannot do without: a change that is not told would be none."""
_DATED: Final = (("approved",), ("filed",), ("reapproved",))


@dataclass(slots=True)
class Found:
    """What the cells of a row say, before it is put together; changes are kept apart by their number."""

    said: dict[Keys, Any]
    places: dict[Keys, Place]
    problems: list[Problem]
    bad: set[Keys]


def is_total(cells: Cells, name: int | None, totals: frozenset[str]) -> bool:
    """Whether a row is a sum of others: its first text is a word for that, or ends with one, and it names no project."""
    first = next((one for one in cells if not is_blank(one)), None)
    named = cells[name] if name is not None and name < len(cells) else None
    return _is_sum(first, totals) and (is_blank(named) or _is_sum(named, totals))


def _is_sum(cell: Value, totals: frozenset[str]) -> bool:
    text = plain(shown(cell)).rstrip(":")
    return text in totals or text.endswith(tuple(one for one in totals if not one.isascii()))


def read_cells(
    sheet: Sheet, number: int, cells: Cells, columns: Sequence[Column], unread: Unread | None = None
) -> Found:
    """What each cell of a row says, and what is wrong with those that cannot be read.

    Where ``unread`` is given these say nothing instead, and are noted there.
    """
    found = Found({}, {}, [], set())
    for place, how in columns:
        value: Value = cells[place] if place < len(cells) else None
        assert how.target is not None
        keys = how.target.keys
        try:
            said = read_cell(value, how)
            if unread is not None and said is not BLANK:
                check_said(said, how.target)
        except Unreadable as error:
            if unread is not None and keys[0] not in _NEEDED:
                unread.setdefault(how.column, []).append((number, shown(value).strip()))
                continue
            problem = Problem("unreadable-cell", f"{quote(how.column)}: {error}", error.help)
            found.problems.append(problem.at(sheet.file, number, place + 1))
            found.bad.add(keys)
            continue
        if said is not BLANK:
            found.said[keys] = said
            found.places[keys] = Place(place + 1, how.column)
    return found


def stray(sheet: Sheet, number: int, cells: Cells, names: Sequence[str]) -> Iterator[Problem]:
    """Cells that stand in no column: nobody said what they mean."""
    for place, value in enumerate(cells):
        if not is_blank(value) and (place >= len(names) or not names[place]):
            said = f"{quote(shown(value))} stands in {sheet.column(place)}, which has no name"
            yield Problem("stray-cell", said, "give the column a name, or clear the cell").at(
                sheet.file, number, place + 1
            )
            return  # one will do: the others are of the same kind


def as_row(
    sheet: Sheet, row: Numbered, columns: Sequence[Column], names: Sequence[str], constants: Mapping[str, Any],
    changes: Sequence[Found] | None = None, unread: Unread | None = None,
) -> Row:  # fmt: skip
    """A row as a record; ``changes`` are those of a sheet of their own, None where that says nothing of the project."""
    number, cells = row
    found = read_cells(sheet, number, cells, columns, unread)
    found.problems += stray(sheet, number, cells, names)
    of_changes, groups = _split(found)
    data: dict[str, Any] = copy.deepcopy(dict(constants))
    _put(of_changes, data, found, sheet, number)
    listed = changes if changes is not None else groups
    if listed or changes is not None:
        if "changes" in data:
            problem = Problem("two-meanings", "changes are said to be none, and told too", "clear one of the cells")
            found.problems.append(problem.at(sheet.file, number))
        data["changes"] = [_change(one, place, found, sheet, number) for place, one in enumerate(listed)]
    texts = {name: shown(cell) for name, cell in zip(names, cells, strict=False) if name and not is_blank(cell)}
    return Row(sheet.file, number, data, tuple(found.problems), frozenset(found.bad), found.places, texts)


def _split(found: Found) -> tuple[dict[Keys, Any], list[Found]]:
    """What is said of the project itself, and of each of its changes."""
    own: dict[Keys, Any] = {}
    groups: dict[int, Found] = {}
    for keys, value in found.said.items():
        if keys[0] == "changes" and len(keys) > 1:
            assert isinstance(keys[1], int)
            group = groups.setdefault(keys[1], Found({}, {}, [], set()))
            group.said[keys[2:]] = value
            group.places[keys[2:]] = found.places.pop(keys)
        else:
            own[keys] = value
    return own, [groups[number] for number in sorted(groups)]


def _change(one: Found, place: int, found: Found, sheet: Sheet, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for keys, where in one.places.items():
        found.places["changes", place, *keys] = where
    found.bad |= {("changes", place, *keys) for keys in one.bad}
    _put(one.said, made, one, sheet, number)
    found.problems += one.problems
    return made


def _put(said: Mapping[Keys, Any], data: dict[str, Any], found: Found, sheet: Sheet, number: int) -> None:
    """Put what was said where a project file has it."""
    for keys, value in _documents(_days(dict(said), found, sheet, number), found, sheet, number).items():
        inside = data
        for key in keys[:-1]:
            inside = inside.setdefault(str(key), {})
        inside[str(keys[-1])] = value


def _days(said: dict[Keys, Any], found: Found, sheet: Sheet, number: int) -> dict[Keys, Any]:
    """What happened, and the day it did, are one thing in a project file."""
    for keys in [one for one in said if one[-1] == "date" and (one[0] == "events" or one[-2:-1] in _DATED)]:
        day, base = said.pop(keys), keys[:-1]
        whether = said.get(base, True)
        if whether is not True and whether != day:
            found.problems.append(_against(keys, base, found, sheet, number))
        said[base] = day
        found.places.setdefault(base, found.places[keys])
    return said


def _documents(said: dict[Keys, Any], found: Found, sheet: Sheet, number: int) -> dict[Keys, Any]:
    """Whether a document is there, and what is known of it, likewise."""
    for keys in [one for one in said if one[0] == "documents" and len(one) > 2]:
        part, base = said.pop(keys), keys[:2]
        state = said.get(base, {})
        if not isinstance(state, dict):
            if state is False or (keys[2] == "date" and isinstance(state, str) and state != part):
                found.problems.append(_against(keys, base, found, sheet, number))
            state = {"date": state} if isinstance(state, (str, list)) else {}
        said[base] = {**state, str(keys[2]): part}
    return said


def _against(keys: Keys, base: Keys, found: Found, sheet: Sheet, number: int) -> Problem:
    one, other = found.places[keys], found.places[base]
    said = f"{quote(one.name)} and {quote(other.name)} contradict each other"
    return Problem("contradiction", said, "correct one of the cells").at(sheet.file, number, one.column)
