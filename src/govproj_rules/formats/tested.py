"""What ``test`` prints. :data:`TESTED` is the only list of its formats; the module stays cheap to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from govproj_rules.formats import Look, draw

if TYPE_CHECKING:
    from govproj_rules.cases import TestRun
    from govproj_rules.cases.coverage import Coverage


def table(run: TestRun, coverage: Coverage | None, look: Look) -> str:
    """For the author of the rules at a terminal."""
    from govproj_rules.formats.coverage import coverage_page
    from govproj_rules.formats.rules import cases_page

    return draw([cases_page(run, look) if coverage is None else coverage_page(coverage, look)], look)


def as_json(run: TestRun, coverage: Coverage | None, look: Look) -> str:
    """For other systems: one object a ruleset, on one line."""
    from govproj_rules.formats.coverage import to_json

    return to_json(run, coverage, look)


TESTED: Final[Mapping[str, Callable[[TestRun, Coverage | None, Look], str]]] = {"table": table, "json": as_json}
