"""Reports as text. :data:`FORMATS` is the only list of the formats: one function each, its name on the left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Final

from govproj_rules.light import dataclass

if TYPE_CHECKING:
    from govproj_rules.errors import Problem
    from govproj_rules.formats.page import Page
    from govproj_rules.ir import RuleSet
    from govproj_rules.report import Report


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader wants it: language, everything or the essentials, and what the reader's screen can show.

    ``rulesets`` are the ones the reports were made with, by their ``sha256``: labels of their facts come from there.
    For formats that machines read, ``files`` are the files the reports were made from, one for each, and ``problems``
    what is wrong with the files that gave none.
    """

    lang: str = "zh"
    all: bool = False
    rulesets: Mapping[str, RuleSet] = field(default_factory=dict)
    width: int = 80
    colour: bool = False
    encoding: str = "utf-8"
    files: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def table(reports: Sequence[Report], look: Look) -> str:
    """For a person at a terminal."""
    return draw([_page(report, look) for report in reports], look)


def markdown(reports: Sequence[Report], look: Look) -> str:
    """For a document or a ticket."""
    from govproj_rules.formats.markdown import write

    return "\n".join(write(_page(report, look), look) for report in reports)


def json(reports: Sequence[Report], look: Look) -> str:
    """For other systems: the report as pinned, one object per line."""
    from govproj_rules.telling.safe import json_text

    return "".join(json_text(report.to_json(look.lang), look.encoding) + "\n" for report in reports)


def junit(reports: Sequence[Report], look: Look) -> str:
    """For the test page of a CI system: one JUnit XML document."""
    from govproj_rules.formats.junit import write

    return write(reports, look)


def sarif(reports: Sequence[Report], look: Look) -> str:
    """For the findings page of a CI system: one SARIF 2.1.0 log."""
    from govproj_rules.formats.sarif import write

    return write(reports, look)


FORMATS: Final[Mapping[str, Callable[[Sequence[Report], Look], str]]] = {
    "table": table,
    "json": json,
    "markdown": markdown,
    "junit": junit,
    "sarif": sarif,
}
TELLS_PROBLEMS: Final = frozenset({"junit", "sarif"})
"""The formats that tell of files that could not be checked, so that they are written even where nothing else is."""


def draw(pages: Sequence[Page], look: Look) -> str:
    """Pages for a terminal, one after the other."""
    from govproj_rules.formats.terminal import draw as drawn

    return "\n".join(drawn(page, look) for page in pages)


def _page(report: Report, look: Look) -> Page:
    from govproj_rules.formats.reports import report_page

    return report_page(report, look.rulesets[report.ruleset.sha256], look)
