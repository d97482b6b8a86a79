"""The page of a report: what is broken first, then section by section, last the questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from govproj_rules.formats import Look
from govproj_rules.formats.lines import URGENT, Lines
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.formats.waived import GAP
from govproj_rules.ir import RuleSet
from govproj_rules.outcomes import BINDING
from govproj_rules.report import Finding, NormView, Question, Report
from govproj_rules.telling.safe import clean
from govproj_rules.telling.teller import Teller
from govproj_rules.telling.words import say
from govproj_rules.waivers import COUNTED

MANY: Final = 6
"""More undecided things than this in one section are told through the questions they wait for, or by stage."""
FIRST: Final = 3
TOP: Final = 10

VERDICT_MARKS: Final = {"compliant": "met", "non_compliant": "unmet", "undetermined": "unknown"}


def report_page(report: Report, ruleset: RuleSet, look: Look) -> Page:
    """Everything an officer reads about one project."""
    tell = Teller(ruleset, look.lang)
    page = Page(
        _title(report, tell), VERDICT_MARKS.get(report.verdict, "info"), notices(report, tell), _facts(report, tell)
    )
    maker = _Sections(report, tell, look)
    if report.verdict in ("not_in_force", "out_of_scope"):
        page.sections = maker.waivers()
        return page
    page.counts = page_counts(report.counts, tell)
    page.sections = [section for section in maker.all() if section.lines or section.foot]
    return page


# --- the head ---------------------------------------------------------------------------------------


def _title(report: Report, tell: Teller) -> str:
    return tell.say("fact", label=tell.word("verdict", report.verdict), value=named(report, tell))


def named(report: Report, tell: Teller) -> str:
    """The project by its name and number."""
    name = clean(report.project.name)
    return name + (tell.say("bracketed", text=clean(report.project.id)) if report.project.id else "")


def span(in_force: Mapping[str, date | None], lang: str) -> str:
    """From when until when a text holds, as far as there are days."""
    start, end = in_force["from"], in_force["until"]
    parts = (say("from", lang, day=start) if start else "", say("until", lang, day=end) if end else "")
    return (" " if lang == "en" else "").join(part for part in parts if part)


def _facts(report: Report, tell: Teller) -> list[str]:
    status = tell.word("ruleset_status", report.ruleset.status)
    state = tell.say("comma").join(part for part in (status, span(report.ruleset.in_force, tell.lang)) if part)
    facts = [tell.text(report.ruleset.title) + tell.say("bracketed", text=state)]
    regime = next((one for one in tell.ruleset.regimes if one.id == report.regime), None)
    governed = tell.say("regime", name=tell.text(regime.title)) if regime and not regime.excluded else ""
    return [*facts, GAP.join(part for part in (tell.say("as_of", day=report.as_of), governed) if part)]


def notices(report: Report, tell: Teller) -> list[str]:
    """What must not be missed: a draft, a text not in force, a project it does not govern or may not."""
    regime = next((one for one in tell.ruleset.regimes if one.id == report.regime), None)
    name = tell.text(regime.title) if regime else ""
    told = []
    if report.ruleset.status == "draft":
        told.append(tell.say("draft_notice"))
    if report.verdict == "not_in_force":
        repealed = report.ruleset.status == "repealed"
        told.append(
            tell.say(
                "repealed_notice" if repealed else "not_in_force_notice", span=span(report.ruleset.in_force, tell.lang)
            )
        )
    elif report.verdict == "out_of_scope":
        told.append(tell.say("out_of_scope_notice", name=name or tell.word("scope", "excluded")))
        if report.instead:
            told.append(tell.say("instead", text=tell.text(report.instead)))
    elif report.scope == "presumed":
        told.append(tell.say("presumed_notice", name=name))
    return told


def page_counts(counts: Mapping[str, int], tell: Teller) -> list[tuple[str, str]]:
    """How many findings there are of each status, the most urgent first; then what is counted apart."""
    told = [
        (status, tell.say("counted", word=tell.word("status", status), count=counts[status])) for status in URGENT[:-1]
    ]
    extra = [("notice", tell.say(name, count=counts[name])) for name in ("warnings", *COUNTED) if counts[name]]
    return [*told, *extra]


# --- the sections -----------------------------------------------------------------------------------


class _Sections:
    def __init__(self, report: Report, tell: Teller, look: Look) -> None:
        self.report = report
        self.tell = tell
        self.look = look
        self.lines = Lines(report, tell)
        self.scope = _scope_questions(report, tell.ruleset)

    def all(self) -> list[Section]:
        report, lines = self.report, self.lines
        return [
            *self.top(),
            self.documents(),
            self.approvals(),
            self.condensed("prohibitions", self.norms(report.prohibitions)),
            self.condensed("duties", self.norms(report.duties)),
            self.section("thresholds", sorted(map(lines.threshold, report.thresholds), key=_decided)),
            self.condensed("deadlines", [lines.deadline(view) for view in sorted(report.deadlines, key=_by_due)]),
            self.consequences(),
            self.permissions(),
            *self.questions(),
            self.not_applying(),
        ]

    def shown(self, status: str) -> bool:
        return status != "not_applicable"

    def section(self, title: str, lines: Iterable[Line]) -> Section:
        return Section(self.tell.say(title), list(lines))

    def norms(self, views: Sequence[NormView]) -> list[Line]:
        """One line each; of what only later stages ask, where that is much, one line a stage."""
        findings = [self.lines.finding(view) for view in views]
        later = [one for one in findings if one.status == "upcoming" and one.stage]
        if self.look.all or len(later) <= MANY:
            return [self.lines.norm(one) for one in findings]
        stages = [stage for stage in self.tell.ruleset.stages if any(one.stage == stage for one in later)]
        return [
            *(self.lines.norm(one) for one in findings if one not in later),
            *(self.from_stage(stage, [one for one in later if one.stage == stage]) for stage in stages),
        ]

    def from_stage(self, stage: str, findings: Sequence[Finding]) -> Line:
        tell = self.tell
        titles = tell.short_list(tell.text(one.title) for one in findings)
        text = tell.say("from_stage_on", stage=tell.stage(stage), count=len(findings), titles=titles)
        first, last = (tell.cite(one.cite[:1]) for one in (findings[0], findings[-1]))
        return Line(text, "upcoming", "", first if first == last else tell.say("articles", first=first, last=last))

    def condensed(self, title: str, lines: Iterable[Line]) -> Section:
        """What is open in full, what is settled as a count; undecided things as a count where there are many."""
        every = sorted((line for line in lines if self.shown(line.status or "")), key=_urgency)
        if self.look.all:
            return self.section(title, every)
        unknown = [line for line in every if line.status == "unknown"]
        folded = {"met", "info", *(("unknown",) if len(unknown) > MANY else ())}
        made = self.section(title, [line for line in every if line.status not in folded])
        if len(unknown) > MANY:
            made.foot.append(
                self.tell.say("see_questions", word=self.tell.word("status", "unknown"), count=len(unknown))
            )
        settled = [(status, sum(line.status == status for line in every)) for status in ("met", "info")]
        counts = [self.tell.say("counted", word=self.tell.word("status", word), count=n) for word, n in settled if n]
        if counts:
            made.foot.append(self.tell.say("more", counts=self.tell.list(counts)))
        return made

    # --- the first screen -------------------------------------------------------------------------

    def top(self) -> list[Section]:
        unmet = [one for one in self.report.findings if one.status == "unmet"]
        blocks = (
            ("broken", "unmet", [one for one in unmet if one.force in BINDING]),
            ("warned", "notice", [one for one in unmet if one.force == "in_principle" and one.waiver is None]),
        )
        made = [self.block(title, mark, findings) for title, mark, findings in blocks if findings]
        return [*made, *self.waivers(), *self.first_questions()]

    def waivers(self) -> list[Section]:
        """Every waiver of the project, also one that has expired or is on no finding."""
        waived, lines = self.lines.waived, []
        for one in self.report.waivers:
            line = waived.line(one)
            line.details += self.lines.reasons(waived.of(one)) if one.standing == "waived" else []
            lines.append(line)
        return [Section(self.tell.say("waivers", count=len(lines)), lines, status="notice")] if lines else []

    def block(self, title: str, mark: str, findings: Sequence[Finding]) -> Section:
        grouped: dict[tuple[str, str], list[Finding]] = {}
        for one in findings:
            grouped.setdefault((one.rule, self.tell.element(one.for_)), []).append(one)
        lines = []
        for group in grouped.values():
            line = self.lines.norm(group[0])
            line.aside = GAP.join(part for part in (self.clocks(group), line.aside, self.recipients(group)) if part)
            line.details = self.lines.reasons(group)
            lines.append(line)
        return Section(self.tell.say(title, count=len(lines)), lines, status=mark)

    def recipients(self, findings: Iterable[Finding]) -> str:
        keys = {(one.rule, one.for_) for one in findings}
        views = [view for view in self.report.documents if (view.rule, view.for_) in keys]
        names = self.tell.parties(party for view in views for party in view.to)
        return self.tell.say("to", names=names) if names else ""

    def clocks(self, findings: Iterable[Finding]) -> str:
        keys = {(one.rule, one.for_) for one in findings}
        views = [view for view in self.report.deadlines if (view.rule, view.for_) in keys]
        days = (self.tell.say("due_on", day=view.due) for view in views if view.due)
        return GAP.join((*days, *(clock for view in views if (clock := self.lines.clock(view)))))

    def first_questions(self) -> list[Section]:
        """The few answers on which most findings wait: scope first, then greedily by what is still uncovered."""
        now = [one for one in self.report.questions if one.stage is None]
        chosen: list[Question] = [one for one in now if one.fact in self.scope][:FIRST]
        covered = {name for one in chosen for name in one.findings}
        while len(chosen) < FIRST and (left := [one for one in now if one not in chosen]):
            best = max(left, key=lambda one: len(set(one.findings) - covered))
            chosen.append(best)
            covered |= set(best.findings)
        if not chosen:
            return []
        undecided = sum(one.status == "unknown" and one.rule in covered for one in self.report.findings)
        lines = [
            Line(self.tell.text(one.ask), None, f"{place}.", self.tell.path(one.fact), self.aside(one))
            for place, one in enumerate(chosen, 1)
        ]
        title = self.tell.say("first" if len(chosen) > 1 else "first_one", count=len(chosen), findings=undecided)
        return [Section(title, lines, status="unknown")]

    def aside(self, question: Question) -> str:
        if question.fact in self.scope:
            return self.tell.say("scope_question")
        return self.tell.say("decides", count=len(question.findings))

    # --- the other sections ---------------------------------------------------------------------------

    def documents(self) -> Section:
        views = [view for view in self.report.documents if self.shown(view.status)]
        made = self.section("documents", self.lines.documents(views))
        if any(view.open for view in views):
            made.foot.append(self.tell.say("list_open"))
        return made

    def approvals(self) -> Section:
        """The path of the project first, then what its changes need."""
        views = [view for view in self.report.approvals if self.shown(view.status)]
        views.sort(key=lambda view: (view.for_ or "").startswith("changes"))
        return self.section("approvals", map(self.lines.approval, views))

    def consequences(self) -> Section:
        views = self.report.consequences
        certain = [self.lines.consequence(view) for view in views if view.status == "info"]
        unknown = [view for view in views if view.status == "unknown"]
        if self.look.all:
            return self.section("consequences", [*certain, *map(self.lines.consequence, unknown)])
        return self.section("consequences", [*certain, *self.lines.possible(unknown)])

    def permissions(self) -> Section:
        views = [view for view in self.report.permissions if self.shown(view.status)]
        made = self.condensed(
            "permissions", [line for view in views if (line := self.lines.permission(view)).status != "info"]
        )
        certain = [self.lines.permission(view) for view in views if view.status == "info"]
        known = [view for view in self.report.competences if self.shown(view.status)]
        made.lines = [*certain, *made.lines, *self.lines.competences(known)]
        return made

    def not_applying(self) -> Section:
        gone = [self.lines.line(one) for one in self.report.findings if not self.shown(one.status)]
        return Section(self.tell.say("not_applying", count=len(gone)), gone)

    # --- questions ----------------------------------------------------------------------------------

    def questions(self) -> list[Section]:
        titles = {one.rule: self.tell.text(one.title) for one in self.report.findings}
        now = [one for one in self.report.questions if one.stage is None]
        told = [
            self.lines.question(place, one, one.fact in self.scope, titles)
            for place, one in enumerate(now if self.look.all else now[:TOP], 1)
        ]
        made = Section(self.tell.say("questions"), told)
        if len(now) > len(told):
            made.foot.append(self.tell.say("questions_more", count=len(now) - len(told)))
        stages = list(dict.fromkeys(one.stage for one in self.report.questions if one.stage))
        later = []
        place = len(now)
        for stage in stages:
            asked = [one for one in self.report.questions if one.stage == stage]
            title = self.tell.say("later_stage", stage=self.tell.stage(stage), count=len(asked))
            if self.look.all:
                lines = [self.lines.question(place + i, one, False, titles) for i, one in enumerate(asked, 1)]
                later.append(Section(title, lines))
            else:
                made.foot.append(title)
            place += len(asked)
        return [made, *later]


def _scope_questions(report: Report, ruleset: RuleSet) -> frozenset[str]:
    """The facts that decide which regime governs, while that is open."""
    from govproj_rules.telling.guards import paths

    if report.scope != "presumed":
        return frozenset()
    return frozenset(path for regime in ruleset.regimes for path in paths(regime.when))


def _urgency(line: Line) -> int:
    return URGENT.index(line.status or "info")


def _decided(line: Line) -> int:
    return ("unmet", "info", "unknown").index(line.status or "info")


def _by_due(view: object) -> str:
    return str(getattr(view, "due", None) or "9999")
