"""An Excel workbook of an audit: a sheet a table, with a frozen heading, filters and widths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from govproj_rules.auditing.tables import Table
from govproj_rules.errors import InvalidInput, Problem
from govproj_rules.extras import need
from govproj_rules.intake.duck import Answer, Database, number_in

ROWS: Final = 1_048_575
"""Rows that a sheet of Excel's has below its heading."""
SHEETS: Final = 3
"""Sheets that one table may fill; a workbook of more opens nowhere."""
SUMMARY: Final = "summary"
_TOGETHER: Final = 5_000
_FORMULA: Final = ("=", "+", "-", "@")


def write_workbook(
    db: Database, tables: Mapping[str, Table], path: Path, titles: Mapping[str, str],
    done: Callable[[str], None], summary: Sequence[Sequence[object]] = (),
) -> None:  # fmt: skip
    """Write every table; ``titles`` are the names of the sheets. A table too long for a sheet goes on in the next.

    Raises :class:`InvalidInput` where it would fill more than :data:`SHEETS` of them.
    """
    openpyxl = need("openpyxl", "audit", "writing a workbook")
    _check_lengths(db, tables, titles)
    book = openpyxl.Workbook(write_only=True)
    if summary:
        _sheet(book, titles[SUMMARY], (), [44, 14, 14, 14, 40], summary)
    for name, table in tables.items():
        rows = _rows(db.execute(table.query(people=True)))
        number = 1
        while True:
            some = islice(rows, ROWS)
            first = next(some, None)
            if first is None and number > 1:
                break
            title = titles[name] if number == 1 else f"{titles[name]} {number}"
            headings = [one.heading for one in table.columns]
            _sheet(book, title, headings, [one.width for one in table.columns], _chain(first, some))
            number += 1
            if first is None:
                break
        done(name)
    book.save(path)


def _check_lengths(db: Database, tables: Mapping[str, Table], titles: Mapping[str, str]) -> None:
    problems = []
    for name, table in tables.items():
        count = number_in(db, f"SELECT count(*) FROM {table.source}")
        if count > ROWS * SHEETS:
            said = f"the sheet {titles[name]} would have {count:,} rows: a workbook is given up to {ROWS * SHEETS:,}"
            problems.append(Problem("too-many-rows", said, "write .csv or .parquet, without --all, or city by city"))
    if problems:
        raise InvalidInput(problems)


def _rows(answer: Answer) -> Iterator[tuple[Any, ...]]:
    while found := answer.fetchmany(_TOGETHER):
        yield from found


def _chain(first: tuple[Any, ...] | None, rest: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    if first is not None:
        yield first
        yield from rest


def _sheet(
    book: Any, title: str, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[object]]
) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="DDE7F3")

    def cell(value: str | date) -> Any:
        made: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # a day is a cell too
        if isinstance(value, str) and value.startswith(_FORMULA):  # never a formula, whoever wrote it
            made.data_type = "s"
            made.quotePrefix = True
        elif isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
        return made

    def heading(value: str) -> Any:
        made = WriteOnlyCell(sheet, value)
        made.font, made.fill = bold, fill
        return made

    if headings:
        sheet.freeze_panes = "A2"
        sheet.append([heading(one) for one in headings])
    count = 0
    for row in rows:
        sheet.append([cell(one) if isinstance(one, (str, date)) else one for one in row])
        count += 1
    if headings:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{count + 1}"
