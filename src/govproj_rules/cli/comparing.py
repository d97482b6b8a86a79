"""What ``govproj compare`` does: rulesets side by side, one project under each, a portfolio through two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from govproj_rules.cli.inputs import placed, read_one_project
from govproj_rules.errors import InvalidInput, Problem, wrong
from govproj_rules.formats import Look

if TYPE_CHECKING:
    from govproj_rules.comparing.portfolio import Alike, Record
    from govproj_rules.ir import RuleSet

FEW: Final = 1_000
"""Fewer records are read one by one: writing and planning the SQL of both editions takes as long as to check some 600."""


def load_all(cities: Sequence[str]) -> list[RuleSet]:
    """Every ruleset named; raises with the problems of all that do not load."""
    from govproj_rules.library import load_ruleset

    made: list[RuleSet] = []
    problems: list[Problem] = []
    for city in cities:
        try:
            made.append(load_ruleset(city))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return made


def compared(
    rulesets: Sequence[RuleSet],
    topic: str | None,
    files: Sequence[str],
    as_of: date,
    silent: bool,
    format: str,
    look: Look,
) -> tuple[str, list[Problem]]:
    """The comparison as text, or with project files one for each that can be used, and what is wrong with the others."""
    from govproj_rules.comparing import compare, compare_project
    from govproj_rules.formats.compared import COMPARED, SILENT

    if not files:
        made = [compare(rulesets, topic=topic)]
        return (SILENT if silent else COMPARED)[format](made, look), []
    made = []
    problems: list[Problem] = []
    for file in files:
        try:
            with placed(file):
                made.append(compare_project(read_one_project(file), rulesets, as_of=as_of, topic=topic))
        except InvalidInput as error:
            problems += error.problems
    return COMPARED[format](made, look) if made else "", problems


def flipped(rulesets: Sequence[RuleSet], place: str, as_of: date, format: str, look: Look) -> tuple[str, bool]:
    """The projects of a portfolio that the second ruleset answers differently, and whether all could be read."""
    from govproj_rules.comparing.portfolio import count_records, flips
    from govproj_rules.formats.flips import FLIPS
    from govproj_rules.formats.progress import watched

    if len(rulesets) != 2:
        raise wrong(
            "compare", f"a portfolio goes through two rulesets, not {len(rulesets)}", "name the old and the new"
        )
    path = Path(place)
    old, new = rulesets
    with _records(path, old, new, as_of) as every, watched(every, lambda: count_records(path), look.lang) as records:
        made = flips(old, new, records, as_of)
    return FLIPS[format](made, look), not made.rejected


@contextmanager
def _records(place: Path, old: RuleSet, new: RuleSet, as_of: date) -> Iterator[Iterator[Record | Alike]]:
    """The projects of a portfolio; of a large one only those that the two may answer differently."""
    from govproj_rules.project.portfolio import has_as_many, read_portfolio

    if not has_as_many(place, FEW):
        yield read_portfolio(place)
        return
    from govproj_rules.auditing.alike import read_unlike

    with read_unlike(place, old, new, as_of) as records:
        yield records
