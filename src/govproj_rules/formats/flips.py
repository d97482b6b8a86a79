"""What a portfolio's flips look like. :data:`FLIPS` is the only list of these formats; it stays cheap to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from govproj_rules.formats import Look, draw

if TYPE_CHECKING:
    from govproj_rules.comparing.flipped import Flips


def table(flips: Flips, look: Look) -> str:
    """For a person at a terminal."""
    from govproj_rules.formats.flipped import flips_page

    return draw([flips_page(flips, look)], look)


def markdown(flips: Flips, look: Look) -> str:
    """For a document or a ticket."""
    from govproj_rules.formats.flipped import flips_page
    from govproj_rules.formats.markdown import write

    return write(flips_page(flips, look), look)


def json(flips: Flips, look: Look) -> str:
    """For other systems: one object, every text in both languages."""
    from govproj_rules.telling.safe import json_text

    return json_text(flips.to_json(), look.encoding) + "\n"


def html(flips: Flips, look: Look) -> str:
    """For sending around: one page that needs nothing else, in both languages."""
    from govproj_rules.formats.flips_html import write

    return write(flips, look)


FLIPS: Final[Mapping[str, Callable[[Flips, Look], str]]] = {
    "table": table,
    "json": json,
    "markdown": markdown,
    "html": html,
}
