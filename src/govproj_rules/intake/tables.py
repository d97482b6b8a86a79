"""Sheets of projects as records: the header found, its columns matched with the map, and row after row read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from govproj_rules.errors import InvalidInput, Note, Problem, quote, visible, wrong
from govproj_rules.intake.cells import looks_like_yuan
from govproj_rules.intake.contents import is_blank, shown
from govproj_rules.intake.delimited import open_delimited
from govproj_rules.intake.given import Place, Row
from govproj_rules.intake.inputs import Input
from govproj_rules.intake.rows import Found, Unread, as_row, is_total, read_cells, stray
from govproj_rules.intake.sheets import Column, Header, Numbered, Sheet, find_columns, header_and_rows
from govproj_rules.intake.workbook import open_workbook
from govproj_rules.light import dataclass
from govproj_rules.mapping import ColumnMap, Map, Targets, plain_map

_TOLD: Final = 5
_LONGEST: Final = 60
MOST_ORPHANS: Final = 50


@dataclass(slots=True)
class Tally:
    """What is to be told of the sheets beside their records: rows that are none, and notes."""

    skipped: int
    notes: list[Note]


def records_in(one: Input, map_: Map | None, targets: Targets, tally: Tally) -> Iterator[Row]:
    """The records of a sheet. Without a map its columns are named by the paths of facts.

    Raises :class:`InvalidInput`, at the first record, where the sheet cannot be read or does not fit the map.
    """
    if one.kind == "csv":
        if map_ is not None and (map_.sheet or map_.changes):
            which = "sheet" if map_.sheet else "changes"
            help = "a workbook has sheets, a CSV file has none; changes may stand in columns `changes[0].date` …"
            raise wrong("out-of-place", f"the map says `{which}:`", help, one.shown)
        sheet, note = open_delimited(one.path, map_.delimiter if map_ else None)
        tally.notes += [note] if note else []
        yield from _records(sheet, map_, targets, tally, None)
        return
    with open_workbook(one.path) as book:
        changes = map_.changes if map_ else None
        name = book.choose(map_.sheet if map_ else None, changes.sheet if changes else None)
        found = None
        if map_ and changes:
            found = _ByProject(book.sheet(book.choose(changes.sheet)), map_, tally)
        yield from _records(book.sheet(name), map_, targets, tally, found)
        tally.notes += book.notes


def _records(
    sheet: Sheet, map_: Map | None, targets: Targets, tally: Tally, changes: _ByProject | None
) -> Iterator[Row]:
    lines = map_.header if map_ else ()
    header, rows = header_and_rows(sheet, lines, map_.columns if map_ else None)
    used = map_ or plain_map((name for name in header.names if name), sheet.file, targets)
    columns = _columns(sheet, find_columns(sheet, header, used.columns), used.columns)
    where = {one.how.target.path: one.place for one in columns if one.how.target}
    name = where.get("name")
    if name is None:
        said = "no column is mapped to `name`, which every project must have"
        raise wrong("missing-column", said, "map the column of project names", sheet.file)
    key = where.get("id", name)
    totals: list[int] = []
    large: dict[str, list[int]] = {}  # rows with an amount that may be in another unit than its column
    unread: Unread = {}
    for number, cells in rows:
        if all(is_blank(one) for one in cells):
            tally.skipped += 1
        elif is_total(cells, name, used.totals):
            tally.skipped += 1
            totals.append(number)
        else:
            for one in columns:
                if one.place < len(cells) and looks_like_yuan(cells[one.place], one.how):
                    large.setdefault(one.how.column, []).append(number)
            of_changes = changes.take(shown(cells[key]) if key < len(cells) else "") if changes else None
            yield as_row(
                sheet, (number, cells), columns, header.names, used.constants, of_changes,
                unread if used.lenient else None,
            )  # fmt: skip
    tally.notes += _notes(sheet, totals, large, unread)
    if changes:
        changes.finish()


def _notes(sheet: Sheet, totals: Sequence[int], large: Mapping[str, Sequence[int]], unread: Unread) -> Iterator[Note]:
    """What whoever gave the sheet should know of its rows."""
    if totals:
        said = f"{len(totals)} rows of totals are no projects: row {_some(totals)}"
        yield Note("totals", said, None, sheet.file, totals[0], zh=f"{len(totals)}行合计不是项目：第{_some(totals)}行")
    for column, rows in large.items():
        said = f"{quote(column)}: numbers come to 10亿元 or more, as if they were in 元: {len(rows)}, row {_some(rows)}"
        zh = f"“{visible(column)}”有{len(rows)}个数相当于10亿元以上，疑以元计：第{_some(rows)}行"
        help = "write 元 behind them; or say in the map from which number on it is 元, such as `yuan_from: 100000`"
        yield Note("large-amounts", said, help, sheet.file, rows[0], zh=zh)
    for column, cells in unread.items():
        texts = "、".join(dict.fromkeys(visible(text) for _, text in cells[: 10 * _TOLD]))
        where = _some([number for number, _ in cells])
        said = f"{quote(column)}: cells that cannot be read count as not stated: {len(cells)}, row {where}: {_short(texts)}"
        zh = f"“{visible(column)}”有{len(cells)}个单元格读不出，按未填处理：第{where}行：{_short(texts)}"
        yield Note("unreadable-cells", said, "say in the map what they mean", sheet.file, cells[0][0], zh=zh)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _some(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:_TOLD])) + (" …" if len(rows) > _TOLD else "")


def _columns(sheet: Sheet, places: Mapping[str, int], columns: Mapping[str, ColumnMap]) -> list[Column]:
    """The columns that say something. Raises where the map counts days from another year than the workbook."""
    made = [Column(places[key], how) for key, how in columns.items() if how.target is not None]
    for how in (one.how for one in made):
        if sheet.epoch and how.day_numbers and how.day_numbers != sheet.epoch:
            said = f"{quote(how.column)}: the numbers of days count from {sheet.epoch} in this workbook"
            raise wrong("out-of-place", said, f"say `day_numbers: {sheet.epoch}` in the map", sheet.file)
    return made


class _ByProject:
    """The changes of a sheet of their own, by the key of their project."""

    def __init__(self, sheet: Sheet, map_: Map, tally: Tally) -> None:
        assert map_.changes is not None
        self.sheet = sheet
        self.complete = map_.changes.complete
        self.found: dict[str, list[Found]] = {}
        self.rows: dict[str, int] = {}
        self.taken: set[str] = set()
        changes = map_.changes
        header, rows = header_and_rows(sheet, changes.header, {*changes.columns, changes.project})
        places = find_columns(sheet, header, changes.columns, (changes.project,))
        columns = _columns(sheet, places, changes.columns)
        self._read(rows, columns, places[changes.project], header, map_, tally)

    def _read(
        self, rows: Iterator[Numbered], columns: Sequence[Column], project: int, header: Header, map_: Map, tally: Tally
    ) -> None:
        for number, cells in rows:
            if all(is_blank(one) for one in cells) or is_total(cells, project, map_.totals):
                tally.skipped += 1
                continue
            key = shown(cells[project]).strip() if project < len(cells) else ""
            if not key:
                said = "the change belongs to no project"
                raise InvalidInput(
                    [Problem("no-project", said, "write the project in each row", self.sheet.file, number)]
                )
            found = read_cells(self.sheet, number, cells, columns)
            found.problems += stray(self.sheet, number, cells, header.names)
            found.places = {
                keys: Place(one.column, one.name, self.sheet.file, number) for keys, one in found.places.items()
            }
            self.found.setdefault(key, []).append(found)
            self.rows.setdefault(key, number)

    def take(self, key: str) -> list[Found] | None:
        """The changes of a project; none where it has no row, if the sheet is complete, else it says nothing of it."""
        key = key.strip()
        self.taken.add(key)
        return self.found.get(key, [] if self.complete else None)

    def finish(self) -> None:
        """Changes of projects nobody knows would be lost without a word."""
        lost = [key for key in self.found if key not in self.taken]
        if lost:
            raise InvalidInput(
                Problem("unknown-project", f"there is no project {quote(key)} in the other sheet",
                        "correct the key, or take the row out", self.sheet.file, self.rows[key])
                for key in lost[:MOST_ORPHANS]
            )  # fmt: skip
