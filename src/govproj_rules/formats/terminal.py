"""A page on a terminal: aligned in cells, so that wide characters keep their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from govproj_rules.formats import Look
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.telling.safe import marks

STYLES: Final = {
    "met": "green",
    "unmet": "bold red",
    "upcoming": "cyan",
    "unknown": "yellow",
    "info": "dim",
    "notice": "bold yellow",
    "not_applicable": "dim",
}
_NEVER_FIRST = set("，。、；：？！）》”’〕】」』%,.;:?!)]}")
_NEVER_LAST = set("（《“‘〔【「『([{")
_AMOUNTS = {"万元", "亿元"}
NARROW: Final = 40
"""Cells that are taken to be there, however narrow the screen."""
LEAD: Final = 24
"""A lead wider than this many cells gets a line of its own."""


def draw(page: Page, look: Look) -> str:
    """The page as text, with colour codes only where they are wanted."""
    out = Console(
        file=StringIO(), width=look.width, force_terminal=look.colour, no_color=not look.colour, legacy_windows=False,
        color_system="standard" if look.colour else None, markup=False, emoji=False, highlight=False,
    )  # fmt: skip
    for text in _Drawing(page, look).rows():
        out.print(text, soft_wrap=True)
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


class _Drawing:
    def __init__(self, page: Page, look: Look) -> None:
        self.page = page
        self.width = max(look.width, NARROW)
        self.marks = marks(look.encoding)

    def mark(self, status: str | None) -> str:
        return self.marks[status] if status else ""

    def rows(self) -> Iterator[Text]:
        page = self.page
        style = STYLES[page.status or "info"]
        title = f"{self.mark(page.status)} {page.title}" if page.status else page.title
        yield from (Text(row, "bold" if style == "dim" else style) for row in wrap(title, self.width, 2))
        for notice in page.notices:
            yield from (Text(row, STYLES["notice"]) for row in wrap(f"{self.mark('notice')} {notice}", self.width, 2))
        for fact in page.facts:
            yield from (Text(row) for row in wrap(f"  {fact}", self.width, 2))
        if page.counts:
            yield from map(Text, packed([f"{self.mark(status)} {text}" for status, text in page.counts], self.width))
        yield from self.lines(page.lines)
        for section in page.sections:
            yield Text("")
            yield from self.section(section)

    def section(self, section: Section) -> Iterator[Text]:
        style = STYLES.get(section.status or "", "bold")
        yield from (Text(row, style) for row in wrap(section.title, self.width, 2))
        yield from self.lines(section.lines)
        for foot in section.foot:
            yield from (Text(row, "dim") for row in wrap(f"  {foot}", self.width, 4))

    def lines(self, lines: Sequence[Line]) -> Iterator[Text]:
        leads = [cell_len(line.lead) for line in lines if line.lead]
        lead = max((size for size in leads if size <= LEAD), default=0)
        for line in lines:
            yield from self.line(line, lead)

    def line(self, line: Line, lead: int) -> Iterator[Text]:
        mark = self.mark(line.status) if line.status else ""
        indent = 4 if line.status else 2
        head = f"  {mark} " if line.status else "  "
        style = STYLES.get(line.status or "", "")
        if lead and cell_len(line.lead) <= lead:
            head += line.lead + " " * (lead - cell_len(line.lead) + 1)
            indent += lead + 1
        elif line.lead:
            yield _marked(head + line.lead, len(head), style)
            indent += 1 if lead == 0 else lead + 1
            head = " " * indent
        yield from self.body(line, head, indent, style)
        inner = " " * (indent if line.status or line.lead else indent + 2)
        for detail in line.details:
            hanging = len(inner) + len(detail) - len(detail.lstrip()) + 2
            yield from (Text(row, "dim") for row in wrap(inner + detail, self.width, hanging))

    def body(self, line: Line, head: str, indent: int, style: str) -> Iterator[Text]:
        """The text with its article at the right edge, and the aside beside it or, where it is long, below."""
        rows = list(wrap(head + line.text, self.width, indent))
        beside = f"{rows[-1]}  {line.aside}"
        fits = line.aside and cell_len(beside) + (cell_len(line.cite) + 2 if line.cite else 0) <= self.width
        if fits:
            rows[-1] = beside
        placed = self.place(rows, line.cite)
        if line.aside and not fits:
            rows.extend(wrap(" " * indent + line.aside, self.width, indent))
            placed = placed or self.place(rows, line.cite)
        if not placed:
            rows.extend(" " * (self.width - cell_len(row)) + row for row in wrap(line.cite, self.width - indent, 0))
        for place, row in enumerate(rows):
            yield _marked(row, len(head.rstrip()) if place == 0 and line.status else 0, style)

    def place(self, rows: list[str], cite: str) -> bool:
        """Put the article at the right edge of the last row, if there is room."""
        gap = self.width - cell_len(rows[-1]) - cell_len(cite)
        if cite and gap >= 2:
            rows[-1] += " " * gap + cite
        return not cite or gap >= 2


def _marked(row: str, end: int, style: str) -> Text:
    text = Text(row)
    text.stylize(style, 0, min(end, 4))
    return text


def packed(parts: Iterable[str], width: int) -> Iterator[str]:
    """Short parts in rows, none of them broken unless it is wider than a row."""
    row = ""
    for part in parts:
        if row and cell_len(row) + 3 + cell_len(part) > width:
            yield row
            row = ""
        row = f"{row}   {part}" if row else f"  {part}"
        if cell_len(row) > width:
            *full, row = wrap(row, width, 2)
            yield from full
    if row:
        yield row


def wrap(text: str, width: int, indent: int) -> Iterator[str]:
    """Rows of at most ``width`` cells: words stay whole, Chinese breaks anywhere but around its punctuation."""
    row, cells = "", 0
    for whole in _pieces(text):
        piece = whole
        if cells + cell_len(piece) > width and row.strip():
            yield row.rstrip()
            row, cells, piece = " " * indent, indent, whole.lstrip()
        while cells + cell_len(piece) > width:  # one word longer than a row
            most = min(len(piece), width)  # longer ones do not fit, and to try them all takes long
            cut = next(n for n in range(most, 0, -1) if cells + cell_len(piece[:n]) <= width or n == 1)
            yield row + piece[:cut]
            row, cells, piece = " " * indent, indent, piece[cut:]
        row, cells = row + piece, cells + cell_len(piece)
    if row.strip():
        yield row.rstrip()


def _pieces(text: str) -> Iterable[str]:
    """What must not be broken: runs without spaces or wide characters, and wide ones with their punctuation."""
    made: list[str] = []
    for c in text:
        last = made[-1] if made else ""
        glued = last and (
            c in _NEVER_FIRST
            or last[-1] in _NEVER_LAST
            or (c != " " and last[-1] != " " and cell_len(c) < 2 and cell_len(last[-1]) < 2)
            or (c == " " and last[-1] == " ")
            or (last[-1].isdigit() and c != " ")
            or last[-1] + c in _AMOUNTS
        )
        if glued:
            made[-1] += c
        else:
            made.append(c)
    return made
