"""Excel workbooks: one sheet read row by row, with what its cells show; from strangers, so within bounds."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from govproj_rules.errors import InvalidInput, Note, did_you_mean, quote, visible, wrong
from govproj_rules.extras import need
from govproj_rules.intake.contents import Measured, Share, Spoilt, Value
from govproj_rules.intake.sheets import TOP, Block, Numbered, Sheet
from govproj_rules.source import MAX_BYTES, open_bytes

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_ROWS: Final = 1_048_576
"""Rows of a sheet, as Excel has it."""
_SHEETS: Final = "xl/worksheets/"
_MOST: Final = {"xl/sharedStrings.xml": 300_000_000, _SHEETS: 4_000_000_000}
_MOST_ELSE: Final = 20_000_000
"""Bytes that a part of a workbook may have once it is unpacked."""
_RATIO: Final = 300
"""How many times smaller a large part may be packed; what is packed better is no sheet of a person's."""
_CHUNK: Final = 1 << 20
_TOGETHER: Final = 200
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_HIDDEN: Final = re.compile(rb'<(?:\w+:)?row [^>]*?hidden="(?:1|true)"')
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ />]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row[ />]")
_END: Final = re.compile(rb"</(?:\w+:)?sheetData>")
_UNIT: Final = re.compile(r"元")
_PLAIN_UNIT: Final = re.compile(r'(?:[#0,]*[#0])(?:\.[0#]+)?[_ ]?\\?"?(元|万元|亿元)"?[_ )]*')


class Scanned(NamedTuple):
    """What a reader of rows does not tell of a sheet."""

    blocks: tuple[Block, ...]
    hidden: int
    formulas: bool


class OpenWorkbook:
    """A workbook that was opened; its sheets are read from it while it is."""

    def __init__(self, path: Path, shown: str, scanned: Mapping[str, Scanned], book: Workbook) -> None:
        self.path = path
        self.shown = shown
        self.scanned = scanned
        self.book = book
        self.notes: list[Note] = []

    @property
    def names(self) -> list[str]:
        """The sheets with cells, hidden ones too."""
        return [one.title for one in self.book.worksheets]

    def choose(self, wanted: str | None, besides: str | None = None) -> str:
        """The sheet that is wanted, else the only one that can be seen; ``besides`` is spoken for."""
        if wanted is not None:
            if wanted not in self.names:
                said = f"there is no sheet {quote(wanted)}"
                help = did_you_mean(wanted, self.names) or "its sheets: " + ", ".join(map(quote, self.names))
                raise wrong("no-such-sheet", said, help, self.shown)
            return wanted
        seen = [one.title for one in self.book.worksheets if one.sheet_state == "visible" and one.title != besides]
        if len(seen) != 1:
            said = (
                f"the workbook has {len(seen)} sheets to choose from"
                if seen
                else "no sheet of the workbook can be seen"
            )
            names = seen or self.names
            help = f"say `sheet:` in the map, one of {', '.join(map(quote, names[:20]))}"
            raise wrong("which-sheet", said, help, self.shown)
        return seen[0]

    def sheet(self, name: str) -> Sheet:
        """The rows of a sheet, and the merged cells near its top. Hidden rows are rows; a note says so."""
        shown = self.shown if len(self.book.sheetnames) == 1 else f"{self.shown}[{visible(name)}]"
        scanned = self.scanned[self._part(name)]
        if scanned.hidden:
            said = f"{scanned.hidden} hidden rows are read like the others"
            zh = f"隐藏的{scanned.hidden}行也已读取"
            self.notes.append(Note("hidden-rows", said, "delete what is not to be read", shown, zh=zh))
        rows, epoch = self._rows(name, scanned.formulas, shown), self.book.epoch.year
        return Sheet(shown, rows, scanned.blocks, lettered=True, merges=True, epoch=1904 if epoch == 1904 else 1900)

    def _part(self, name: str) -> str:
        found: Any = self.book[name]
        return str(found._worksheet_path)

    def _rows(self, name: str, formulas: bool, shown: str) -> Iterator[Numbered]:
        with _refused(shown):
            values = _cells(self.book, name)
            if not formulas:
                for number, row in enumerate(values, 1):
                    _bound(number, shown)
                    yield number, [_value(cell, False) for cell in row]
                return
            with _loaded(self.path, data_only=False) as written:
                for number, (row, texts) in enumerate(zip(values, _cells(written, name), strict=False), 1):
                    _bound(number, shown)
                    yield number, [_value(cell, text.data_type == "f") for cell, text in zip(row, texts, strict=False)]


@contextmanager
def open_workbook(path: Path) -> Iterator[OpenWorkbook]:
    """A workbook to read sheets from. Raises :class:`InvalidInput` where it is none, is locked, or is out of bounds."""
    shown = visible(str(path))
    need("openpyxl", "audit", "reading a workbook")
    with open_bytes(path) as stream:
        head = stream.read(8)
        if head == _OLE:
            locked = _LOCKED in stream.read(MAX_BYTES)
            said = "the workbook is protected by a password" if locked else "this is a workbook of an old kind (.xls)"
            help = "save it without a password" if locked else "save it as an Excel workbook (.xlsx)"
            raise wrong("unreadable-file", said, help, shown)
    with _refused(shown), zipfile.ZipFile(path) as archive:
        _check_parts(archive, shown)
        # before anything reads a row as a whole
        scanned = {one: _scan(archive, one, shown) for one in _sheets(archive)}
        with _loaded(path, data_only=True) as book:
            yield OpenWorkbook(path, shown, scanned, book)


def rows_of(path: Path) -> int:
    """About how many rows the longest sheet has. Raises as :func:`open_workbook` does, and as who unpacks a damaged file."""
    with zipfile.ZipFile(path) as archive:
        _check_parts(archive, visible(str(path)))
        return max((_count_rows(archive, one) for one in _sheets(archive)), default=0)


def _count_rows(archive: zipfile.ZipFile, part: str) -> int:
    with archive.open(part) as stream:
        return sum(len(_ROW.findall(chunk)) for chunk in iter(lambda: stream.read(_CHUNK), b""))


def _sheets(archive: zipfile.ZipFile) -> list[str]:
    return [one for one in archive.namelist() if one.startswith(_SHEETS) and one.endswith(".xml")]


@contextmanager
def _loaded(path: Path, data_only: bool) -> Iterator[Workbook]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=data_only, keep_links=False)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _refused(shown: str) -> Iterator[None]:
    """A damaged workbook makes its readers stumble in many ways; none of them is the user's to see."""
    try:
        yield
    except InvalidInput:  # a ValueError as well, and says already what is wrong
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, IndexError,
            SyntaxError, OverflowError, AssertionError, RuntimeError) as error:  # fmt: skip
        encrypted = isinstance(error, RuntimeError) and "encrypted" in str(error)
        said = "the workbook is protected by a password" if encrypted else "this is no workbook, or it is damaged"
        raise wrong("unreadable-file", said, "open it in Excel and save it again", shown) from None


def _check_parts(archive: zipfile.ZipFile, shown: str) -> None:
    """What would fill the memory, or the patience, of whoever reads it; sizes are believed, since no more is read."""
    seen: set[str] = set()
    for part in archive.infolist():
        most = next((size for start, size in _MOST.items() if part.filename.startswith(start)), _MOST_ELSE)
        packed_too_well = part.file_size > MAX_BYTES and part.file_size > _RATIO * max(part.compress_size, 1)
        read = part.filename.endswith((".xml", ".rels"))
        if read and (part.file_size > most or packed_too_well):
            said = f"{quote(part.filename)} in the workbook unpacks to {part.file_size // 1_000_000} MB"
            raise wrong("too-large", said, "keep the sheet of projects, and only their rows", shown)
        if part.filename in seen:
            raise wrong("unreadable-file", "the workbook holds a part twice", "save it again", shown)
        seen.add(part.filename)
        if read:
            with archive.open(part) as stream:
                head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
                said = "the workbook holds a document type, as no spreadsheet program writes it"
                raise wrong("unreadable-file", said, "open it in Excel and save it again", shown)


def _scan(archive: zipfile.ZipFile, part: str, shown: str) -> Scanned:
    blocks: list[Block] = []
    hidden, formulas, ended = 0, False, False
    since = 0  # bytes since the last row began
    with archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b">") + 1 or len(text)
            whole, rest = text[:cut], text[cut:]
            hidden += len(_HIDDEN.findall(whole))
            formulas = formulas or _FORMULA.search(whole) is not None
            ended = ended or _END.search(whole) is not None
            starts = [found.start() for found in _ROW.finditer(whole)]
            since = len(whole) - starts[-1] if starts else since + len(whole)
            if not ended and since + len(rest) > MAX_BYTES:
                said = "a row of the sheet is over 10 MB"
                raise wrong("too-large", said, "one row holds one project", shown)
            blocks += [_block(*found) for found in _MERGED.findall(whole)]
    near = tuple(one for one in blocks if one.top <= 10 * TOP)
    return Scanned(near, hidden, formulas)


def _block(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Block:
    return Block(int(top), _number(left), int(bottom), _number(right))


def _number(name: bytes) -> int:
    made = 0
    for letter in name:
        made = made * 26 + letter - ord("A") + 1
    return made


def _bound(number: int, shown: str) -> None:
    if number > MAX_ROWS:
        said = f"the sheet has more than {MAX_ROWS} rows"
        raise wrong("too-large", said, "open it in Excel and save it again", shown)


def _cells(book: Workbook, name: str) -> Iterator[tuple[Any, ...]]:
    sheet: Any = book[name]
    sheet.reset_dimensions()  # what a file says of its own size need not be so
    rows = sheet.iter_rows()
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            some = list(islice(rows, _TOGETHER))
        if not some:
            return
        yield from some


def _value(cell: Any, formula: bool) -> Value:
    """What a cell shows."""
    value = cell.value
    match value:
        case None if formula and cell.data_type == "n":
            why = "the cell holds a formula that was never computed"
            return Spoilt("=…", why, "open the workbook in Excel and save it, so that it keeps the results")
        case None | bool():
            return value
        case str() if cell.data_type == "e":
            return Spoilt(value, f"the cell holds the error {quote(value)}", "correct its formula")
        case str() | datetime() | date():
            return value
        case time():
            return Spoilt(
                value.isoformat(), "the cell holds a time of day, not a date", "format it as a number or a date"
            )
        case int() | float():
            return _measured(value, cell.number_format)
        case _:
            return Spoilt(str(value), "the cell holds a span of time", "write it as a text, such as 12个月")


def _measured(value: float | int, format: str) -> Value:
    """A number with the unit its format shows: it is what the reader of the sheet sees."""
    if format == "General":
        return value
    first = format.partition(";")[0]
    if "%" in first:
        return Share(value)
    if _UNIT.search(first):
        found = _PLAIN_UNIT.fullmatch(first)
        if found is None:
            why = f"the format {quote(first)} of the cell shows another number than it holds"
            return Spoilt(str(value), why, "write the amount with its unit as a text, such as 62万元")
        return Measured(value, found[1])
    return value
