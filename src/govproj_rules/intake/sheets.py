"""A sheet as rows of cells, wherever it comes from, and its header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote, wrong
from govproj_rules.intake.contents import Value, is_blank, shown
from govproj_rules.light import dataclass
from govproj_rules.mapping import ColumnMap, plain
from govproj_rules.mapping.names import BETWEEN

Cells = Sequence[Value]
Numbered = tuple[int, Cells]
"""A row, and its number in the sheet, from 1."""

MAX_COLUMNS: Final = 2_000
TOP: Final = 30
"""Rows among which a header is looked for."""
_TOLD: Final = 50
"""Columns told of at most."""


class Block(NamedTuple):
    """Cells merged into one: the first and last row and column, from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name in messages, its rows (read once), and the blocks of merged cells near its top.

    ``lettered``: its columns are told by letter. ``merges``: it can say which cells are merged; a file of text cannot.
    ``epoch``: from which year the numbers of its days count, where it says so.
    """

    file: str
    rows: Iterator[Numbered]
    blocks: tuple[Block, ...] = ()
    lettered: bool = False
    merges: bool = False
    epoch: int | None = None

    def column(self, place: int) -> str:
        """What a column is called, by its number from 0."""
        return f"column {letters(place + 1)}" if self.lettered else f"column {place + 1}"


class Header(NamedTuple):
    """The names of the columns, and the numbers of the rows they stand in."""

    names: tuple[str, ...]
    lines: tuple[int, ...]


class Column(NamedTuple):
    """A column of a sheet that says something: its place from 0, and how its cells are read."""

    place: int
    how: ColumnMap


def letters(number: int) -> str:
    """The name of a column in a workbook: 1 is A, 27 is AA."""
    made = ""
    while number:
        number, rest = divmod(number - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


def nameless_at(place: int) -> str:
    """What a map calls a column without a name, by its number from 0: [V]."""
    return f"[{letters(place + 1)}]"


# --- the header -------------------------------------------------------------------------------------


def header_and_rows(
    sheet: Sheet, lines: tuple[int, ...], wanted: Iterable[str] | None
) -> tuple[Header, Iterator[Numbered]]:
    """The header of a sheet, and the rows below it.

    ``lines`` are the rows it stands in; where none are given, it is the row, or the two rows, in which most of the
    ``wanted`` names (plain) stand, or with none wanted the first that is not blank. Raises :class:`InvalidInput` where there
    is none.
    """
    depth = max((TOP, *lines)) if not lines or max(lines) < 10 * TOP else max(lines)
    top = list(islice(sheet.rows, depth))
    if not any(not is_blank(cell) for _, cells in top for cell in cells):
        raise wrong("empty-sheet", "the sheet is empty", None, sheet.file)
    by_number = dict(top)
    if not lines:
        lines = _best(sheet, top, set(wanted)) if wanted is not None else (_first(top),)
    if missing := [str(line) for line in lines if line not in by_number]:
        said = f"the sheet has no row {missing[0]} for a header"
        raise wrong("no-header", said, "correct `header` in the map", sheet.file)
    found = header_names(sheet, [(line, by_number[line]) for line in lines])
    known = set(wanted or ())
    names = tuple(
        name or (called if plain(called := nameless_at(place)) in known else "") for place, name in enumerate(found)
    )
    below = ((number, cells) for number, cells in top if number > max(lines))
    return Header(names, lines), chain(below, sheet.rows)


def _first(top: list[Numbered]) -> int:
    return next(number for number, cells in top if any(not is_blank(cell) for cell in cells))


def _best(sheet: Sheet, top: list[Numbered], wanted: set[str]) -> tuple[int, ...]:
    """One row rather than two, and the earlier rather than the later, where several do as well."""
    found: list[tuple[int, int, tuple[int, ...]]] = []
    for place, (number, cells) in enumerate(top):
        found.append((_score(sheet, [(number, cells)], wanted), -1, (number,)))
        for below, others in top[place + 1 : place + 2]:
            found.append((_score(sheet, [(number, cells), (below, others)], wanted), -2, (number, below)))
    best = max(found, key=lambda one: (one[0], one[1]))
    if best[0] == 0:
        said = f"none of the first {len(top)} rows has a column that the map names"
        raise wrong("no-header", said, "say `header:` in the map, the number of the row", sheet.file)
    return best[2]


def _score(sheet: Sheet, rows: list[Numbered], wanted: set[str]) -> int:
    return len(wanted & {plain(name) for name in header_names(sheet, rows)})


def header_names(sheet: Sheet, rows: Sequence[Numbered]) -> tuple[str, ...]:
    """The name of each column: its cells from top to bottom, those of merged blocks wherever these reach."""
    width = max(len(cells) for _, cells in rows)
    if width > MAX_COLUMNS:
        said = f"the sheet has {width} columns"
        help = f"at most {MAX_COLUMNS} are read: keep those of projects"
        raise InvalidInput([Problem("too-large", said, help, sheet.file, rows[0][0])])
    lines: list[list[str]] = []
    for place, (number, cells) in enumerate(rows):
        texts = [" ".join(shown(cell).split()) for cell in cells] + [""] * (width - len(cells))
        if sheet.merges:
            for block in sheet.blocks:
                if block.top <= number <= block.bottom and block.left <= width:
                    said = texts[block.left - 1] if block.top == number else _above(lines, block)
                    for column in range(block.left, min(block.right, width) + 1):
                        texts[column - 1] = said
        elif place == 0 and len(rows) > 1:
            texts = _filled(texts, rows[1][1])
        lines.append(texts)
    return tuple(BETWEEN.join(dict.fromkeys(part for part in parts if part)) for parts in zip(*lines, strict=True))


def _above(lines: list[list[str]], block: Block) -> str:
    return lines[-1][block.left - 1] if lines else ""


def _filled(texts: list[str], below: Cells) -> list[str]:
    """A file of text keeps of merged cells the first: the name reaches right, as long as there are names below it."""
    made: list[str] = []
    for place, text in enumerate(texts):
        under = place < len(below) and not is_blank(below[place])
        made.append(made[-1] if not text and under and made else text)
    return made


# --- columns ----------------------------------------------------------------------------------------


def find_columns(
    sheet: Sheet, header: Header, known: Mapping[str, ColumnMap], needed: Iterable[str] = ()
) -> dict[str, int]:
    """Where each column of the map stands, by its plain name; ``needed`` are others that must be there.

    Raises with every column of the sheet that is not in the map, and every one of the map that is not in the sheet.
    """
    line = header.lines[0]
    places: dict[str, int] = {}
    problems: list[Problem] = []
    wanted = {**{name: one.column for name, one in known.items()}, **{name: name for name in needed}}
    for place, name in enumerate(header.names):
        key = plain(name)
        if not name:
            continue
        if key not in wanted:
            help = f"say in the map what it is; {quote(f'{name}: ignore')} leaves it out"
            problems.append(
                Problem("unmapped-column", f"{sheet.column(place)} {quote(name)} is not in the map", help).at(
                    sheet.file, line, place + 1
                )
            )
        elif key in places and (key not in known or known[key].target is not None):
            said = f"{quote(name)} is the name of {sheet.column(places[key])} and of {sheet.column(place)}"
            problems.append(Problem("two-columns", said, "rename one of them").at(sheet.file, line, place + 1))
        places.setdefault(key, place)
    found = [name for name in header.names if name and plain(name) not in wanted]
    for key, column in wanted.items():
        if key not in places:
            help = did_you_mean(column, found) or "correct its name in the map, or take it out"
            problems.append(Problem("missing-column", f"there is no column {quote(column)}", help, sheet.file, line))
    if len(problems) > _TOLD:
        more = f"{len(problems) - _TOLD} more columns are wrong"
        problems = [*problems[:_TOLD], Problem("and-so-on", more, None, sheet.file, line)]
    if problems:
        raise InvalidInput(problems)
    return places
