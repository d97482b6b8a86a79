"""A portfolio's flips as one HTML page: what the page of a terminal says, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from govproj_rules.comparing.flipped import Flips
from govproj_rules.formats import Look
from govproj_rules.formats.flipped import Telling
from govproj_rules.formats.page import Line, Section
from govproj_rules.formats.web import render
from govproj_rules.ir import Label
from govproj_rules.telling.safe import marks
from govproj_rules.telling.words import said


@dataclass(frozen=True, slots=True)
class Row:
    """A line in both languages."""

    status: str | None
    lead: Label
    text: Label
    aside: Label
    cite: Label
    details: list[Label]


@dataclass(frozen=True, slots=True)
class Part:
    """A section in both languages."""

    status: str | None
    title: Label
    rows: list[Row]
    foot: list[Label]


def write(flips: Flips, look: Look) -> str:
    """The page, in both languages; ``look.lang`` is shown first."""
    zh, en = (Telling(flips, replace(look, lang=lang)) for lang in ("zh", "en"))
    first, second = zh.head(), en.head()
    counts = zip(first.counts, second.counts, strict=True)
    return render(
        "flips",
        look,
        Label(first.title, second.title),
        notices=_both(first.notices, second.notices),
        facts=_both(first.facts, second.facts),
        counts=[(status, Label(text, told)) for (status, text), (_, told) in counts],
        summary=list(_parts(zh.summary(), en.summary())),
        changed=_parts(map(zh.project, flips.changed), map(en.project, flips.changed)),
        changed_title=said("flips_changed", count=flips.totals.changed),
        rejected=_parts(zh.rejected(flips.rejected), en.rejected(flips.rejected)),
        marks=marks("utf-8"),
    )


def _both(zh: Sequence[str], en: Sequence[str]) -> list[Label]:
    return [Label(*texts) for texts in zip(zh, en, strict=True)]


def _parts(zh: Iterable[Section], en: Iterable[Section]) -> Iterator[Part]:
    """One section after the other: a portfolio may have many."""
    for one, told in zip(zh, en, strict=True):
        rows = [_row(*lines) for lines in zip(one.lines, told.lines, strict=True)]
        yield Part(one.status, Label(one.title, told.title), rows, _both(one.foot, told.foot))


def _row(zh: Line, en: Line) -> Row:
    lead, text, aside, cite = (
        Label(getattr(zh, name), getattr(en, name)) for name in ("lead", "text", "aside", "cite")
    )
    return Row(zh.status, lead, text, aside, cite, _both(zh.details, en.details))
