"""What an audit looks like. :data:`AUDITED` is the only list of these formats; it stays cheap to import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from govproj_rules.formats import Look, draw
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.telling.safe import cell_text, clean
from govproj_rules.telling.words import say

if TYPE_CHECKING:
    from govproj_rules.auditing.summary import Audit, City, RuleCount, Statuses
    from govproj_rules.ir import Label

TOP: Final = 8
"""Lines of each list, of the only city; with --all everything that was counted."""
FEW: Final = 3
"""Of one of several cities."""
_MARKS: Final = {"compliant": "met", "non_compliant": "unmet", "undetermined": "unknown"}
_COUNTED: Final = ("unmet", "unknown", "upcoming")


def table(audit: Audit, look: Look) -> str:
    """For a person at a terminal."""
    return draw([audit_page(audit, look)], look)


def json(audit: Audit, look: Look) -> str:
    """For other systems: one object, every text in both languages."""
    from govproj_rules.telling.safe import json_text

    return json_text(audit.to_json(), look.encoding) + "\n"


AUDITED: Final[Mapping[str, Callable[[Audit, Look], str]]] = {"table": table, "json": json}
WRITTEN: Final = ("parquet", "jsonl", "csv", "xlsx")
"""What an audit is written as; the rows of :data:`govproj_rules.auditing.FORMATS`, known before that is loaded."""


def audit_page(audit: Audit, look: Look) -> Page:
    """What an officer reads: how many projects stand how, what is due soon, and what to find out and to put right first."""
    return _Telling(audit, look).page()


class _Telling:
    def __init__(self, audit: Audit, look: Look) -> None:
        from govproj_rules.vocabulary import vocabulary

        self.audit = audit
        self.look = look
        self.words = vocabulary()

    def say(self, key: str, **values: object) -> str:
        counts = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return say(f"audit_{key}", self.look.lang, **counts)

    def text(self, label: Label) -> str:
        return clean(label.in_(self.look.lang))

    def word(self, group: str, word: str) -> str:
        return self.text(self.words.label(group, word))

    # --- the page ---------------------------------------------------------------------------------

    def page(self) -> Page:
        audit = self.audit
        page = Page(self.say("title", count=audit.projects, day=audit.as_of.isoformat()))
        page.counts = [
            (_MARKS.get(verdict, "info"), f"{self.word('verdict', verdict)} {count:,}")
            for verdict, count in audit.verdicts.items()
        ]
        if audit.rejected:
            page.notices.append(self.say("rejected", count=audit.rejected))
        if audit.skipped:
            page.facts.append(self.say("skipped", count=audit.skipped))
        page.facts += [clean(one.in_(self.look.lang)) for one in audit.notes]
        several = len(audit.cities) > 1
        page.sections = [section for city in audit.cities for section in self.city(city, several)]
        page.sections += [one for one in (self.rejects(), self.written()) if one.lines]
        return page

    def city(self, city: City, several: bool) -> Iterator[Section]:
        if several:
            counts = [f"{self.word('verdict', verdict)} {count:,}" for verdict, count in city.verdicts.items()]
            told = say("list", self.look.lang).join(counts)
            yield Section(
                self.say("city", city=self.text(city.name), count=city.projects), [Line(told)], status="notice"
            )
        if city.verdicts.keys() == {"not_in_force"}:
            yield Section(self.say("not_in_force", city=self.text(city.name)), status="notice")
            return
        sections = (
            self.deadlines(city), self.missing(city), self.rules(city, "unmet"), self.authorities(city), self.applicants(city),
            self.rules(city, "unknown"),
        )  # fmt: skip
        yield from (section for section in sections if section.lines)

    def some(self, lines: Iterable[Line], title: str, count: int | None = None, foot: str = "") -> Section:
        every = list(lines)
        shown = every if self.look.all else every[: FEW if len(self.audit.cities) > 1 else TOP]
        more = (len(every) if count is None else count) - len(shown)
        feet = [foot] if foot else []
        return Section(title, shown, [*feet, self.say("more", count=more)] if more > 0 else feet)

    # --- one city ---------------------------------------------------------------------------------

    def deadlines(self, city: City) -> Section:
        lines = [
            Line(
                self.named(one.name or one.project, one.project if one.name else ""), "upcoming", one.due.isoformat(),
                self.text(one.article), self.text(one.title),
            )
            for one in city.deadlines
        ]  # fmt: skip
        return self.some(
            lines, self.say("deadlines", days=self.audit.days, count=city.deadlines_ahead), city.deadlines_ahead
        )

    def named(self, name: str, more: str) -> str:
        return clean(name) + (say("bracketed", self.look.lang, text=clean(more)) if more and more != name else "")

    def missing(self, city: City) -> Section:
        lines = []
        for one in city.missing:
            aside = [self.say("alone", count=one.alone)] if one.alone else []
            aside += [self.say("scopes", count=one.scopes)] if one.scopes else []
            lead = self.say("findings", count=one.findings)
            lines.append(
                Line(self.text(one.ask), "unknown", lead, clean(one.fact), say("comma", self.look.lang).join(aside))
            )
        foot = self.say("sampled", count=city.sampled) if city.sampled else ""
        return self.some(lines, self.say("missing", count=city.findings.unknown), foot=foot)

    def rules(self, city: City, status: str) -> Section:
        def count(one: RuleCount) -> int:
            return int(getattr(one.findings, status))

        found = sorted((one for one in city.rules if count(one)), key=lambda one: (-count(one), one.rule))
        lines = [self.rule(one, status, count(one)) for one in found]
        return self.some(lines, self.say(status, count=getattr(city.findings, status)))

    def rule(self, one: RuleCount, status: str, count: int) -> Line:
        late = self.say("late_of", count=one.findings.late) if status == "unmet" and one.findings.late else ""
        soft = self.word("force", one.force) if one.force not in ("must", "must_not") else ""
        aside = say("comma", self.look.lang).join(part for part in (soft, late) if part)
        text = self.named(self.text(one.title), self.text(one.member) if one.member else "")
        return Line(text, status, self.say("findings", count=count), self.text(one.article), aside)

    def authorities(self, city: City) -> Section:
        lines = [
            Line(
                f"{self.text(one.name)}  {self.statuses(one.findings)}",
                "info",
                self.say("projects", count=one.projects),
            )
            for one in city.authorities
            if one.projects
        ]
        return self.some(lines, self.say("authorities"))

    def statuses(self, one: Statuses) -> str:
        counts = [
            f"{self.word('status', status)} {getattr(one, status):,}" for status in _COUNTED if getattr(one, status)
        ]
        return say("list", self.look.lang).join(counts)

    def applicants(self, city: City) -> Section:
        lines = [
            Line(
                clean(one.name), "unmet", self.say("findings", count=one.unmet),
                aside=self.say("applicant", broken=one.non_compliant, count=one.projects),
            )
            for one in city.applicants
        ]  # fmt: skip
        return self.some(lines, self.say("applicants"))

    # --- what was not read, what was written --------------------------------------------------------

    def rejects(self) -> Section:
        made = Section(self.say("rejects", count=self.audit.rejected))
        for one in self.audit.examples:
            made.lines.append(Line(clean(one.message), "unmet", clean(one.place or ""), aside=clean(one.help or "")))
        if made.lines:
            path = self.audit.rejects
            made.foot = [self.say("rejects_at", path=clean(path)) if path else self.say("rejects_gone")]
        return made

    def written(self) -> Section:
        return Section(self.say("written"), [Line(clean(one)) for one in self.audit.written])


def audit_sheet(audit: Audit, lang: str) -> list[Sequence[object]]:
    """The same for a sheet of a workbook: rows of cells."""
    page = audit_page(audit, Look(lang, all=True))
    rows: list[Sequence[object]] = [(cell_text(page.title),)]
    rows += [(cell_text(one),) for one in (*page.notices, *page.facts, *(text for _, text in page.counts))]
    for section in page.sections:
        rows += [(), (cell_text(section.title),)]
        rows += [
            tuple(cell_text(one) for one in (line.lead, line.text, line.aside, line.cite)) for line in section.lines
        ]
        rows += [(cell_text(one),) for one in section.foot]
    return rows
