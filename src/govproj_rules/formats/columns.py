"""A comparison on a terminal: the cells of a row beside each other, or below each other where that is too narrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from govproj_rules.comparison import Cell, Comparison, Row
from govproj_rules.formats import Look
from govproj_rules.formats.cells import (
    by_ruleset,
    head,
    heading,
    names,
    pieces,
    reasons,
    shown,
    text,
    told_relations,
    told_silence,
)
from govproj_rules.formats.terminal import NARROW, wrap
from govproj_rules.formats.terminal import STYLES as STATUSES
from govproj_rules.telling.safe import marks
from govproj_rules.telling.words import say

NARROWEST: Final = 20
"""A column of fewer cells breaks every other word."""
GAP: Final = 2
STYLES: Final = {
    **STATUSES, "when": "cyan", "norm": "", "hint": "dim", "silent": "dim", "name": "bold underline", "relation": "green",
}  # fmt: skip


def draw(comparison: Comparison, look: Look) -> str:
    """The comparison as text, with colour codes only where they are wanted."""
    look = _wide_enough(look)
    return written(_rows(comparison, look), look)


def draw_silences(comparison: Comparison, look: Look) -> str:
    """Only what each ruleset leaves out."""
    look = _wide_enough(look)
    rows = [Text(row, "bold") for row in wrap(heading(comparison, look), look.width, 2)]
    return written(iter([*rows, *_silences(comparison, look)]), look)


def _wide_enough(look: Look) -> Look:
    return replace(look, width=max(look.width, NARROW))


def written(rows: Iterator[Text], look: Look) -> str:
    """Rows as one text."""
    out = Console(
        file=StringIO(), width=look.width, force_terminal=look.colour, no_color=not look.colour, legacy_windows=False,
        color_system="standard" if look.colour else None, markup=False, emoji=False, highlight=False,
    )  # fmt: skip
    for row in rows:
        row.rstrip()
        out.print(row, soft_wrap=True)
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def _rows(comparison: Comparison, look: Look) -> Iterator[Text]:
    called = names(comparison, look)
    yield from (Text(row, "bold") for row in wrap(heading(comparison, look), look.width, 2))
    for line in head(comparison, look):
        yield from (Text(row) for row in wrap(f"  {line}", look.width, 4))
    width = (look.width - GAP * (len(called) - 1)) // len(called)
    rows, unchanged = shown(comparison, look)
    for row in rows:
        yield Text("")
        about = say("topic_about", look.lang, topic=text(row.label, look), about=text(row.about, look))
        yield from (Text(line, "bold") for line in wrap(f"{about}  {row.topic}", look.width, 2))
        yield from _beside(row, called, width, look) if width >= NARROWEST else _below(row, called, look)
        yield from _relations(row, called, look)
    if unchanged:
        yield Text("")
        yield from (Text(line, "dim") for line in wrap(say("unchanged", look.lang, count=unchanged), look.width, 2))
    if comparison.silences:
        yield Text("")
        yield from (Text(line, "dim") for line in wrap(say("silences_more", look.lang), look.width, 2))


def _beside(row: Row, called: Mapping[str, str], width: int, look: Look) -> Iterator[Text]:
    columns = [
        [(called[cell.ruleset], "name"), *((line, kind) for line, kind in _lines(cell, width, look))]
        for cell in row.cells
    ]
    for place in range(max(map(len, columns))):
        made = Text()
        for number, column in enumerate(columns):
            said, kind = column[place] if place < len(column) else ("", "norm")
            made.append(said, STYLES[kind])
            if number + 1 < len(columns):
                made.append(" " * (width - cell_len(said) + GAP))
        yield made


def _lines(cell: Cell, width: int, look: Look) -> Iterator[tuple[str, str]]:
    for kind, said in pieces(cell, look):
        lead = _lead(kind, look)
        for line in wrap(lead + said, width, len(lead)):
            yield line, kind


def _lead(kind: str, look: Look) -> str:
    return "" if kind in ("when", "silent") else f"{marks(look.encoding).get(kind, '·')} "


def _below(row: Row, called: Mapping[str, str], look: Look) -> Iterator[Text]:
    for cell in row.cells:
        yield Text(f"  {called[cell.ruleset]}", STYLES["name"])
        for kind, said in pieces(cell, look):
            lead = "    " + _lead(kind, look)
            yield from (Text(line, STYLES[kind]) for line in wrap(lead + said, look.width, len(lead)))


def _relations(row: Row, called: Mapping[str, str], look: Look) -> Iterator[Text]:
    """Two rulesets: how they relate and why. More: each relation with its pairs. A project: where they part."""
    if not row.relations:
        told = [say("parted", look.lang, text=text(row.reason, look))] if row.reason else []
    elif len(called) == 2:
        told = [reasons(row.relations[0], called, look)]
    else:
        told = told_relations(row, called, look)
    for line in told:
        yield from (Text(part, STYLES["relation"]) for part in wrap(f"  = {line}", look.width, 4))


def _silences(comparison: Comparison, look: Look) -> Iterator[Text]:
    called = names(comparison, look)
    for column, silences in by_ruleset(comparison):
        yield Text("")
        title = say("silences_of", look.lang, name=called[column.label], count=len(silences))
        yield from (Text(line, "bold") for line in wrap(title, look.width, 2))
        for one in silences:
            yield from (Text(line) for line in wrap(f"  · {told_silence(one, called, look)}", look.width, 4))
