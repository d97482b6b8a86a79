"""A comparison as Markdown: everything from files is literal text in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govproj_rules.comparison import Comparison, Row
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
    told_silence,
)
from govproj_rules.telling.safe import markdown as escape
from govproj_rules.telling.safe import marks
from govproj_rules.telling.words import say


def write(comparison: Comparison, look: Look) -> str:
    """The whole comparison."""
    called = names(comparison, look)
    rows = [f"# {escape(heading(comparison, look))}", ""]
    rows += [f"- {escape(line, first=True)}" for line in head(comparison, look)]
    rows += ["", *([escape(say("compared_legend", look.lang)), ""] if comparison.project is None else [])]
    kept, unchanged = shown(comparison, look)
    for row in kept:
        rows += [f"## {escape(text(row.label, look))} `{row.topic}`", "", escape(text(row.about, look), first=True), ""]
        rows += [*_cells(row, called, look), ""]
        rows += [*_relations(row, called, look), ""]
    if unchanged:
        rows += [f"_{escape(say('unchanged', look.lang, count=unchanged))}_", ""]
    told = silences(comparison, look) if len(comparison.rulesets) > 2 or not comparison.rows else ()
    return "\n".join([*rows, *told]).rstrip("\n") + "\n"


def silences(comparison: Comparison, look: Look) -> list[str]:
    """What each ruleset leaves out."""
    called = names(comparison, look)
    rows: list[str] = []
    for column, found in by_ruleset(comparison):
        title = say("silences_of", look.lang, name=called[column.label], count=len(found))
        rows += [
            f"## {escape(title)}",
            "",
            *(f"- {escape(told_silence(one, called, look), first=True)}" for one in found),
            "",
        ]
    return rows


def _cells(row: Row, called: Mapping[str, str], look: Look) -> Iterator[str]:
    """One row of a table: a column a ruleset."""
    yield "| " + " | ".join(escape(called[cell.ruleset]) for cell in row.cells) + " |"
    yield "|" + " --- |" * len(row.cells)
    cells = []
    for cell in row.cells:
        told = []
        for kind, said in pieces(cell, look):
            shown = {"when": "*{}*", "norm": "• {}", "hint": "◦ {}", "silent": "{}"}
            lead = shown.get(kind) or f"{marks(look.encoding)[kind]} {{}}"
            told.append(lead.format(escape(said)))
        cells.append("<br>".join(told))
    yield "| " + " | ".join(cells) + " |"


def _relations(row: Row, called: Mapping[str, str], look: Look) -> Iterator[str]:
    """Each two once, with the reason; what one of them does not regulate shows in the table."""
    if row.reason is not None and not row.relations:
        yield f"- {escape(say('parted', look.lang, text=text(row.reason, look)), first=True)}"
    order = list(called)
    for one in row.relations:
        if order.index(one.a) < order.index(one.b) and one.relation not in ("only_here", "silent"):
            yield f"- {escape(reasons(one, called, look), first=True)}"
