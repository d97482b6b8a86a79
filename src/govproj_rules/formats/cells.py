"""What every format of a comparison shares: its names, its head, its cells as paragraphs, its relations in a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from govproj_rules.comparison import Cell, Column, Comparison, Norm, Relation, Row, Silence, Under, told_apart
from govproj_rules.formats import Look
from govproj_rules.ir import Label
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import said, say
from govproj_rules.vocabulary import vocabulary
from govproj_rules.waivers import COUNTED as APART

SHOWN_ASKS: Final = 3
COUNTED: Final = ("unmet", "unknown", "upcoming", "met")
"""The statuses that are counted for a project, the gravest first."""
Piece = tuple[str, str]
"""A paragraph of a cell and how it is shown: ``when``, ``norm``, ``hint``, ``silent``, or a status."""


def text(label: Label | None, look: Look) -> str:
    """A text in the reader's language, on one clean line."""
    return clean(label.in_(look.lang)) if label else ""


def names(comparison: Comparison, look: Look) -> dict[str, str]:
    """What each ruleset is called in the reader's language."""
    shown = {one.label: Label(clean(one.name.zh), clean(one.name.en)) for one in comparison.rulesets}
    return {label: text(name, look) for label, name in told_apart(shown).items()}


def heading(comparison: Comparison, look: Look) -> str:
    listed = say("list", look.lang).join(names(comparison, look).values())
    if comparison.project is not None:
        return say("compared_project", look.lang, project=clean(comparison.project.name), names=listed)
    return say("compared", look.lang, names=listed)


def head(comparison: Comparison, look: Look) -> Iterator[str]:
    """What is compared: the rulesets, and for a project how it stands under each and what only one asks."""
    called = names(comparison, look)
    for column in comparison.rulesets:
        yield described(column, called[column.label], look)
    if comparison.project is None:
        return
    yield say("as_of", look.lang, day=comparison.project.as_of.isoformat())
    for under in comparison.project.under:
        yield _under(under, called[under.ruleset], look)
    for under in comparison.project.under:
        for told in waived(under):
            yield say("fact", look.lang, label=called[under.ruleset], value=text(told, look))
    for under in comparison.project.under:
        if under.only_here:
            asks = " ".join(text(one.ask, look) for one in under.only_here[:SHOWN_ASKS])
            more = len(under.only_here) > SHOWN_ASKS
            asks += say("and_more", look.lang) if more else ""
            name = called[under.ruleset]
            yield say("only_asked", look.lang, name=name, count=len(under.only_here), asks=asks)


def _under(under: Under, name: str, look: Look) -> str:
    words = vocabulary()
    verdict = text(words.label("verdict", under.verdict), look)
    counts = [text(told, look) for _, told in counted(under)]
    parts = [verdict, text(under.regime, look), *counts, text(under.instead, look)]
    return say("under", look.lang, name=name, verdict=" · ".join(part for part in parts if part))


def counted(under: Under) -> Iterator[tuple[str, Label]]:
    """How many findings there are of each status, with its mark: what is unknown also where that is nothing."""
    if under.verdict in ("out_of_scope", "not_in_force"):
        return
    counts = Counter(under.counts)
    for status in COUNTED:
        if counts[status] or status == "unknown":
            yield status, said("counted", word=vocabulary().label("status", status), count=counts[status])
    for name in ("warnings", *APART):
        if counts[name]:
            yield "notice", said(name, count=counts[name])


def waived(under: Under) -> list[Label]:
    """The waivers of the project, and what each comes to under a ruleset."""
    return [
        said(
            "waiver_under",
            rule=one.rule + (f" {one.for_}" if one.for_ else ""),
            standing=said(f"waiver_{one.standing}"),
            reason=one.reason,
        )
        for one in under.waivers
    ]


def described(column: Column, name: str, look: Look) -> str:
    """A ruleset under its name: title, status, dates."""
    status = text(vocabulary().label("ruleset_status", column.status), look)
    days = [
        say(key, look.lang, day=day.isoformat())
        for key in ("from", "until")
        if (day := column.in_force[key]) is not None
    ]
    aside = say("comma", look.lang).join([status, *days])
    title = text(column.title, look) + say("bracketed", look.lang, text=aside)
    return say("fact", look.lang, label=name, value=title)


def shown(comparison: Comparison, look: Look) -> tuple[list[Row], int]:
    """The rows to show, and how many are left out: of two editions those that say the same, unless all are wanted."""
    ids = [one.id for one in comparison.rulesets]
    if look.all or comparison.project is not None or len(set(ids)) == len(ids):
        return comparison.rows, 0
    kept = [row for row in comparison.rows if any(one.relation != "same" for one in row.relations)]
    return kept, len(comparison.rows) - len(kept)


def in_order(cell: Cell) -> list[Norm]:
    """The norms of a cell, those without a condition first, so that they stand under no other's."""
    return sorted(cell.norms, key=lambda norm: norm.when is not None)


def pieces(cell: Cell, look: Look) -> Iterator[Piece]:
    """A cell as paragraphs."""
    if cell.state != "regulated":
        yield "silent", unregulated(cell, look)
    for when, norms in groupby(in_order(cell), key=lambda norm: text(norm.when, look)):
        if when:
            yield "when", say("if", look.lang, text=when)
        for norm in norms:
            yield norm.status or ("hint" if norm.hint else "norm"), _norm(norm, look)


def _norm(norm: Norm, look: Look) -> str:
    told = text(norm.says, look)
    if norm.hint:
        told = say("is_hint", look.lang, text=told)
    if norm.waiver is not None:
        told += say("bracketed", look.lang, text=say(f"waiver_{norm.waiver}", look.lang))
    if norm.due is not None:
        told += say("due_by", look.lang, day=norm.due.isoformat())
    if (about := element(norm)) is not None:
        told = say("fact", look.lang, label=text(about, look), value=told)
    return f"{told} [{text(norm.article, look)}]"


def element(norm: Norm) -> Label | None:
    """Which change or year of a project a norm is about."""
    which = norm.for_ or ""
    if which.isdigit():
        return said("year", year=which)
    if which.startswith("changes"):
        number = which.partition("[")[2].partition("]")[0]
        return said("change", number=int(number) + 1) if number.isdigit() else said("each_change")
    return None


def unregulated(cell: Cell | Silence, look: Look) -> str:
    """Why a cell has no norm: nothing said, said elsewhere, or words without a norm."""
    said = say(f"state_{cell.state if isinstance(cell, Cell) else cell.kind}", look.lang)
    why = text(cell.why, look)
    article = text(cell.article, look)
    told = say("fact", look.lang, label=said, value=why) if why else said
    return f"{told} [{article}]" if article else told


def told_relations(row: Row, called: Mapping[str, str], look: Look) -> list[str]:
    """The relations of a row, each two once: alike ones together, the stricter named first."""
    order = list(called)
    rows: list[str] = []
    for relation in ("same", "stricter", "different", "not_comparable"):
        found = [
            one
            for one in row.relations
            if one.relation == relation and (relation == "stricter" or order.index(one.a) < order.index(one.b))
        ]
        if len(found) > 1 and len(found) == _meetings(row) and relation in ("same", "different"):
            named = say("list", look.lang).join(called[cell.ruleset] for cell in row.cells if cell.state == "regulated")
            rows.append(say(f"all_{relation}", look.lang, names=named))
        elif found:
            rows.append(say(f"pairs_{relation}", look.lang, pairs=_pairs(found, called, relation, look)))
    return rows


def _meetings(row: Row) -> int:
    """How many pairs of rulesets both regulate the topic."""
    regulated = sum(cell.state == "regulated" for cell in row.cells)
    return regulated * (regulated - 1) // 2


def _pairs(found: Sequence[Relation], called: Mapping[str, str], relation: str, look: Look) -> str:
    between = say(f"between_{relation}", look.lang)
    by_first: dict[str, list[str]] = {}
    for one in found:
        by_first.setdefault(called[one.a], []).append(called[one.b])
    listed = say("list", look.lang)
    return say("then", look.lang).join(f"{a}{between}{listed.join(b)}" for a, b in by_first.items())


def reasons(relation: Relation, called: Mapping[str, str], look: Look) -> str:
    """How two relate and why, in a line."""
    why = text(relation.why, look)
    if relation.relation in ("only_here", "silent"):
        a, b = (called[one] for one in (relation.a, relation.b))
        first, second = (a, b) if relation.relation == "only_here" else (b, a)
        only = say("only_here_of", look.lang, a=first, b=second)
        return say("fact", look.lang, label=only, value=why) if why else only
    said = say(f"relation_{relation.relation}", look.lang)
    gap = " " if look.lang == "en" else ""
    head = f"{called[relation.a]}{gap}{said}{gap}{called[relation.b]}"
    return say("fact", look.lang, label=head, value=why) if why else head


def by_ruleset(comparison: Comparison) -> Iterator[tuple[Column, list[Silence]]]:
    """What most others regulate and one does not, by ruleset; those that leave nothing out have none."""
    for column in comparison.rulesets:
        yield column, [one for one in comparison.silences if one.ruleset == column.label]


def told_silence(silence: Silence, called: Mapping[str, str], look: Look) -> str:
    listed = say("list", look.lang).join(called[one] for one in silence.others)
    return say("silence", look.lang, topic=text(silence.label, look), how=unregulated(silence, look), others=listed)
