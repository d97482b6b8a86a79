"""Answers of a stream as text. :data:`STREAMED` is the only list of their formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from govproj_rules.formats import Look

if TYPE_CHECKING:
    from govproj_rules.sessions import Answer


def table(answer: Answer, look: Look) -> str:
    """For a person who watches."""
    from govproj_rules.formats.steps import as_table

    return as_table(answer, look)


def json(answer: Answer, look: Look) -> str:
    """For other programs: one object a line."""
    from govproj_rules.formats.steps import as_line

    return as_line(answer, look)


STREAMED: Final[Mapping[str, Callable[[Answer, Look], str]]] = {"table": table, "json": json}
