"""A comparison as one HTML page to send around; what the template shows is put together here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from govproj_rules.comparison import Cell, Column, Comparison, Norm, ProjectView, Row, Silence
from govproj_rules.formats import Look
from govproj_rules.formats.cells import by_ruleset, counted, element, in_order, waived
from govproj_rules.formats.related import SHOWN, Chip, Names, Reason, chips_of, reasons_of
from govproj_rules.formats.reports import span
from govproj_rules.formats.web import render
from govproj_rules.ir import Label
from govproj_rules.telling.safe import MARKS
from govproj_rules.telling.words import WORDS, said
from govproj_rules.vocabulary import vocabulary

SHA: Final = 12
EMPTY: Final = ("silent", "elsewhere", "without_rules")
"""The states of a cell without norms that the legend explains."""


def write(comparisons: Comparison | Sequence[Comparison], look: Look) -> str:
    """The page, in both languages; ``look.lang`` is shown first.

    Several comparisons of the same rulesets (one project each) stand under each other and are filtered together.
    """
    several = [comparisons] if isinstance(comparisons, Comparison) else list(comparisons)
    sheets = [_sheet(one) for one in several]
    names = sheets[0].names
    heading = _list(names.values())
    about = [one.project.name for one in several if one.project is not None]
    return render(
        "compare",
        look,
        said(
            "fact", label=_list(Label(name, name) for name in about) if about else said("page_compare"), value=heading
        ),
        heading=heading,
        sheets=sheets,
        columns=several[0].rulesets,
        names=names,
        topics=_topics(sheets),
        count=sum(len(one.rows) for one in several),
        relations=[name for name in SHOWN if any(one.relations for sheet in several for one in sheet.rows)],
        empty=EMPTY,
        marks=MARKS[0],
        counted=counted,
        waived=waived,
        dates=_dates,
        standing=_standing,
        says=_says,
        element=element,
        under=_under,
        others=lambda silence, names: said("page_others", names=_list(names[label] for label in silence.others)),
        kind=_kind,
        word=vocabulary().label,
        sha=SHA,
    )


# --- what the template walks through ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table with everything that is told about it."""

    row: Row
    cells: tuple[tuple[Column, Cell], ...]
    chips: tuple[Chip, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows whose topics begin alike."""

    name: str
    label: Label
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One comparison; ``silences`` has every ruleset, also those that leave nothing out."""

    project: ProjectView | None
    names: Names
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    silences: tuple[tuple[Column, list[Silence]], ...]


def _sheet(comparison: Comparison) -> Sheet:
    columns = tuple(comparison.rulesets)
    names = _names(columns)
    return Sheet(comparison.project, names, columns, _groups(comparison, names), tuple(by_ruleset(comparison)))


def _names(columns: Iterable[Column]) -> dict[str, Label]:
    """What each is called: its city, and its label where two are of one city."""
    every = list(columns)
    alike = [one.name for one in every]
    return {
        one.label: one.name if alike.count(one.name) == 1 else said("fact", label=one.name, value=one.label)
        for one in every
    }


def _groups(comparison: Comparison, names: Names) -> tuple[Group, ...]:
    """Groups stand in the order in which each is first met, and their rows in theirs."""
    columns = {one.label: one for one in comparison.rulesets}
    found: dict[str, list[Line]] = {}
    for row in comparison.rows:
        cells = tuple((columns[one.ruleset], one) for one in row.cells)
        line = Line(row, cells, chips_of(row, names), reasons_of(row, names))
        found.setdefault(row.topic.partition(".")[0], []).append(line)
    return tuple(
        Group(name, WORDS.get(f"group_{name}") or Label(name, name), tuple(lines)) for name, lines in found.items()
    )


def _topics(sheets: Iterable[Sheet]) -> list[tuple[Group, dict[str, Label]]]:
    """The groups and topics of all sheets, each once."""
    groups: dict[str, tuple[Group, dict[str, Label]]] = {}
    for sheet in sheets:
        for group in sheet.groups:
            _, topics = groups.setdefault(group.name, (group, {}))
            topics.update({line.row.topic: line.row.label for line in group.lines})
    return list(groups.values())


def _under(cell: Cell) -> list[tuple[Label | None, list[Norm]]]:
    """The norms of a cell under the condition they share, those of none first; hints stand apart."""
    grouped = groupby(in_order(cell), key=lambda norm: (norm.when, norm.hint))
    return [(when, list(norms)) for (when, _), norms in grouped]


# --- words ------------------------------------------------------------------------------------------


def _list(labels: Iterable[Label]) -> Label:
    every = list(labels)
    between = WORDS["list"]
    return Label(between.zh.join(one.zh for one in every), between.en.join(one.en for one in every))


def _dates(column: Column) -> Label:
    """From when until when, as far as there are days."""
    dates = Label(*(span(column.in_force, lang) for lang in ("zh", "en")))
    return dates if dates.zh else said("page_no_dates")


def _standing(column: Column) -> Label:
    """The dates, after the status; a draft or a repealed text has its status beside its name."""
    dates = _dates(column)
    if column.status != "in_force":
        return dates
    status = vocabulary().label("ruleset_status", column.status)
    return Label(*(WORDS["comma"].in_(lang).join((status.in_(lang), dates.in_(lang))) for lang in ("zh", "en")))


def _says(norm: Norm) -> Label:
    """What a norm says, for a project with its last day."""
    if norm.due is None:
        return norm.says
    due = said("due_by", day=norm.due)
    return Label(norm.says.zh + due.zh, norm.says.en + due.en)


def _kind(kind: str) -> Label:
    """The name of a kind of norm; the scope is none of the eight."""
    return WORDS["kind_scope"] if kind == "scope" else vocabulary().label("kind", kind)
