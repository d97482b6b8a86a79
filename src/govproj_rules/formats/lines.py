"""One finding, threshold, authority or question as one line of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

from govproj_rules.formats.page import Line
from govproj_rules.formats.waived import GAP, Waived
from govproj_rules.report import (
    ApprovalView,
    CompetenceView,
    ConsequenceView,
    DeadlineView,
    DocumentView,
    Finding,
    PermissionView,
    Question,
    Report,
    Threshold,
)
from govproj_rules.telling.norms import TOWARDS
from govproj_rules.telling.teller import SHOWN_PARTS, Teller

URGENT: Final = ("unmet", "unknown", "upcoming", "info", "met", "not_applicable")
"""The statuses in the order in which an officer reads them."""


class Lines:
    """Makes the lines of one report."""

    def __init__(self, report: Report, tell: Teller) -> None:
        self.report = report
        self.tell = tell
        self.findings = {(one.rule, one.for_): one for one in report.findings}
        self.rules = {f"{tell.ruleset.id}/{rule.id}": rule for rule in tell.ruleset.rules}

        self.waived = Waived(report.findings, report.waivers, tell)

    def finding(self, view: Any) -> Finding:
        return self.findings[view.rule, view.for_]

    # --- what a line says besides its text --------------------------------------------------------

    def title(self, finding: Finding) -> str:
        """The rule's title, with the change or year it is about."""
        element, title = self.tell.element(finding.for_), self.tell.text(finding.title)
        return f"{title}{self.tell.say('bracketed', text=element)}" if element else title

    def waiting(self, finding: Finding) -> str:
        """What an undecided finding waits for."""
        tell = self.tell
        if finding.status == "upcoming":
            rule = self.rules[finding.rule]
            if rule.before is not None:
                said = "not_after_event" if rule.before.same_day else "before_event"
                return tell.say(said, event=tell.event(rule.before.event))
            return tell.say("from_stage", stage=tell.stage(finding.stage)) if finding.stage else ""
        if finding.late and finding.kind != "deadline":
            return tell.say("late")
        reasons = [one for one in finding.unknown if not isinstance(one, str)]
        if finding.status == "unknown" or reasons:
            facts = tell.short_list((tell.missing(one) for one in finding.unknown), 2)
            return tell.say("waits_for", facts=facts) if finding.status == "unknown" and facts else facts
        return ""

    def whose(self, finding: Finding) -> str:
        return "" if finding.who.role == "owner" else self.tell.say("by_whom", names=self.tell.text(finding.who.name))

    def reasons(self, findings: Iterable[Finding]) -> list[str]:
        """Why findings are unmet, and the notes that go with them.

        The deciding tests come first, so that the reasons end where a test holds: what fails after it is a way
        the law leaves open beside one that was taken.
        """
        tell, every = self.tell, list(findings)
        unmet = [one for one in every if one.status == "unmet"]
        tests = [one for finding in unmet for one in takewhile(lambda test: test.holds is False, finding.because)]
        missing = {
            f"{one.fact}." for one in tests if one.fact.startswith(("documents.", "events.")) and one.value is False
        }
        tests = [one for one in tests if not one.fact.startswith(tuple(missing))]
        failed = list(dict.fromkeys(map(tell.because, tests)))
        told = [tell.say("reason", text=text) for text in failed[:SHOWN_PARTS]]
        notes = dict.fromkeys(tell.text(f.note) for f in every if f.note)
        return [*told, *(tell.say("note", text=note) for note in notes)]

    def line(self, finding: Finding, text: str = "", lead: str = "", *aside: str) -> Line:
        parts = (*aside, self.waiting(finding), self.waived.word(finding))
        return Line(
            text or self.title(finding),
            finding.status,
            lead,
            self.tell.cite(finding.cite),
            GAP.join(part for part in parts if part),
        )

    # --- one kind each ------------------------------------------------------------------------------

    def documents(self, views: Sequence[DocumentView]) -> list[Line]:
        """One line per document of a rule, its recipients together."""
        grouped: dict[tuple[str, str, str], list[DocumentView]] = {}
        for view in views:
            grouped.setdefault((view.rule, view.document, view.status), []).append(view)
        lines = []
        for group in grouped.values():
            first, tell = group[0], self.tell
            names = tell.parties(party for view in group for party in view.to)
            text = tell.document(first.document) + (" *" if first.open else "")
            finding = self.finding(first)
            to = " " + tell.say("to", names=names) if names else ""
            others = tell.list(tell.document(other) for other in first.satisfied_by)
            instead = tell.say("in_place", names=others) if others else ""
            lines.append(self.line(finding, text + to, "", instead, tell.element(first.for_), self.whose(finding)))
        return sorted(lines, key=_urgency)

    def approval(self, view: ApprovalView) -> Line:
        tell, finding = self.tell, self.finding(view)
        lead = tell.say(
            "to_act" if view.act in TOWARDS else "by_act",
            by=tell.text(view.by.name),
            act=tell.named(tell.words.acts, view.act),
        )
        aside = [
            tell.say("order", number=view.order) if view.order else "",
            tell.say("with", names=tell.parties(view.with_)) if view.with_ else "",
            tell.say("or", names=tell.parties(view.or_)) if view.or_ else "",
            tell.say("valid_until", day=view.valid_until) if view.valid_until else "",
        ]
        return self.line(finding, "", lead, *aside)

    def norm(self, finding: Finding) -> Line:
        return self.line(finding, "", "", self.whose(finding))

    def deadline(self, view: DeadlineView) -> Line:
        tell, finding = self.tell, self.finding(view)
        to = tell.say("to", names=tell.parties(view.to)) if view.to else ""
        counts = tell.say("counts_from", day=view.from_) if view.from_ else ""
        opens = tell.say("not_before", day=view.opens) if view.opens else ""
        line = self.line(finding, "", view.due.isoformat() if view.due else tell.say("no_due"), self.clock(view), to)
        line.details[:0] = [GAP.join(part for part in (tell.text(view.counted), counts, opens) if part)]
        return line

    def clock_of(self, finding: Finding) -> str:
        """The clock of the deadline a finding is about, if any."""
        views = (one for one in self.report.deadlines if (one.rule, one.for_) == (finding.rule, finding.for_))
        return GAP.join(told for view in views if (told := self.clock(view)))

    def clock(self, view: DeadlineView) -> str:
        """Days left or lost, counted from the day of the report."""
        tell = self.tell
        if view.done is not None:
            late = (view.done - view.due).days if view.due and view.late else 0
            return tell.say("done_late" if late > 0 else "done_on", day=view.done, count=late)
        if view.due is None or view.status == "not_applicable":
            return ""
        left = (view.due - self.report.as_of).days
        if left == 0:
            return tell.say("today")
        gone = "overdue" if view.status == "unmet" else "passed"
        return tell.say("days_left" if left > 0 else gone, count=abs(left))

    def threshold(self, row: Threshold) -> Line:
        tell = self.tell
        element = tell.element(row.for_)
        label = f"{element} {tell.label(row.fact)}" if element else tell.label(row.fact)
        broken = row.holds is False and any(
            one.status == "unmet" for one in self.report.findings if one.rule in row.rules and one.for_ == row.for_
        )
        status = "unknown" if row.holds is None else "unmet" if broken else "info"
        text = tell.say("fact", label=label, value=tell.value(row.fact, row.value))
        aside = GAP.join(part for part in (tell.test(row.fact, row.bound, sharp=True), self.margin(row)) if part)
        return Line(text, status, "", tell.cite(row.cite), aside)

    def margin(self, row: Threshold) -> str:
        """The room left, or by how much the bound is missed."""
        if row.margin is None:
            return ""
        said = self.tell.value(row.fact, row.margin)
        if "-" not in said:
            return self.tell.say("margin", margin=said)
        ceiling = bool(row.bound.keys() & {"at_most", "less_than"})
        return self.tell.say("over" if ceiling else "short", margin=said.replace("-", ""))

    def consequence(self, view: ConsequenceView) -> Line:
        tell = self.tell
        unmet = {one.rule for one in self.report.findings if one.status == "unmet"}
        of = [name for name in view.of if name in unmet] or view.of
        parts = (
            tell.say("on", whom=tell.word("against", view.on)),
            tell.say("by_whom", names=tell.text(view.by.name)) if view.by else "",
            tell.say("until_text", text=tell.text(view.until)) if view.until else "",
        )
        made = self.line(self.finding(view), tell.named(tell.words.effects, view.effect), "", *parts)
        if of:
            rules = tell.short_list(tell.rule_title(name) for name in of)
            made.details.append(tell.say("because_of", rules=rules))
        return made

    def possible(self, views: Sequence[ConsequenceView]) -> list[Line]:
        """What may follow: one line for each effect and whom it falls on."""
        tell = self.tell
        grouped: dict[tuple[str, str], list[ConsequenceView]] = {}
        for view in views:
            grouped.setdefault((view.effect, view.on), []).append(view)
        return [
            Line(
                tell.named(tell.words.effects, effect),
                "unknown",
                "",
                tell.cite(cite for view in group for cite in view.cite),
                tell.say("on", whom=tell.word("against", on)),
            )
            for (effect, on), group in grouped.items()
        ]

    def permission(self, view: PermissionView) -> Line:
        tell, finding = self.tell, self.finding(view)
        of = tell.matter(view.of) if finding.for_ and finding.for_.endswith(view.of) else ""
        return self.line(finding, "", "", of)

    def competences(self, views: Sequence[CompetenceView]) -> list[Line]:
        """One line per authority, with all it answers for."""
        tell = self.tell
        grouped: dict[str, list[CompetenceView]] = {}
        for view in views:
            grouped.setdefault(tell.text(view.authority.name), []).append(view)
        lines = []
        for name, group in grouped.items():
            matters = tell.list(tell.matter(view.matter) for view in group)
            cites = tell.cite(cite for view in group for cite in view.cite)
            unknown = all(view.status == "unknown" for view in group)
            lines.append(Line(tell.say("fact", label=name, value=matters), "unknown" if unknown else "info", "", cites))
        return lines

    def question(self, number: int, question: Question, scope: bool, titles: Mapping[str, str]) -> Line:
        """A question, what hangs on it, and where in the project file the answer goes."""
        tell = self.tell
        decides = [titles[name] for name in question.findings if name in titles]
        aside = tell.say("decides", count=len(decides)) if decides else ""
        details = []
        if options := tell.options(question.fact):
            details.append(tell.say("options", options=options))
        if decides:
            details.append("→ " + tell.short_list(decides))
        if scope:
            aside = tell.say("scope_question")
        return Line(tell.text(question.ask), None, f"{number}.", tell.path(question.fact), aside, details)


def _urgency(line: Line) -> int:
    return URGENT.index(line.status or "info")
