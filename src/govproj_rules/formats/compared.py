"""Comparisons as text. :data:`COMPARED` is the only list of their formats; the module stays cheap to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from govproj_rules.formats import Look

if TYPE_CHECKING:
    from govproj_rules.comparison import Comparison


Several = Sequence["Comparison"]
Format = Callable[[Several, Look], str]


def table(comparisons: Several, look: Look) -> str:
    """For a person at a terminal: cities beside each other where there is room, else below each other."""
    from govproj_rules.formats.columns import draw

    return "\n".join(draw(one, look) for one in comparisons)


def json(comparisons: Several, look: Look) -> str:
    """For other systems: one object a line."""
    from govproj_rules.telling.safe import json_text

    return "".join(json_text(one.to_json(), look.encoding) + "\n" for one in comparisons)


def markdown(comparisons: Several, look: Look) -> str:
    """For a document: a section a topic, a table of its cells, its relations with their reasons."""
    from govproj_rules.formats.compared_markdown import write

    return "\n".join(write(one, look) for one in comparisons)


def html(comparisons: Several, look: Look) -> str:
    """For sending around: one page that needs nothing else."""
    from govproj_rules.formats.compare_html import write

    return write(comparisons, look)


def silent_table(comparisons: Several, look: Look) -> str:
    """Only what each leaves out, at a terminal."""
    from govproj_rules.formats.columns import draw_silences

    return "\n".join(draw_silences(one, look) for one in comparisons)


def _without_rows(write: Format) -> Format:
    """A format that has nothing else to say of a comparison without rows."""
    return lambda comparisons, look: write([replace(one, rows=[]) for one in comparisons], look)


COMPARED: Final[Mapping[str, Format]] = {"table": table, "json": json, "markdown": markdown, "html": html}
SILENT: Final[Mapping[str, Format]] = {
    "table": silent_table,
    "json": _without_rows(json),
    "markdown": _without_rows(markdown),
    "html": _without_rows(html),
}
"""The same formats for what is silent alone."""
