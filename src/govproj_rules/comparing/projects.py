"""One project under several rulesets: what each asks of it, side by side, and the first test on which they part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from govproj_rules.checking import check
from govproj_rules.comparing.atoms import Written, as_written
from govproj_rules.comparing.sides import said_of
from govproj_rules.comparing.texts import Text
from govproj_rules.comparison import Asked, Cell, Norm, ProjectView, Row, Under, told_apart
from govproj_rules.ir import TRUE, Deadline, Label, Rule, RuleSet
from govproj_rules.project import Project
from govproj_rules.report import Finding, Report
from govproj_rules.telling.guards import paths, term_paths
from govproj_rules.telling.norms import tell_when
from govproj_rules.telling.words import said
from govproj_rules.waivers import mark_of

_NOT_OWED: Final = frozenset({"competence"})
"""What an authority answers for is asked of no project."""


def project_rows(
    project: Project, texts: Sequence[Text], rows: Sequence[Row], as_of: date
) -> tuple[ProjectView, list[Row]]:
    """The rows of a comparison filled with what is asked of a project; those that ask nothing anywhere are left out."""
    rulesets = [text.ruleset for text in texts]
    checked = [
        _Checked(text, check(as_known(project, text.ruleset, rulesets), text.ruleset, as_of=as_of, all=True))
        for text in texts
    ]
    called = told_apart({text.label: text.column().name for text in texts})
    made = []
    for row in rows:
        cells = [one.cell(row, cell) for one, cell in zip(checked, row.cells, strict=True)]
        if any(cell.norms for cell in cells):
            made.append(Row(row.topic, row.label, row.about, cells, [], _reason(row, cells, called)))
    read = {one.text.label: one.facts_read() for one in checked}
    under = [one.under(set().union(*(read[label] for label in read if label != one.text.label))) for one in checked]
    return ProjectView(project.id, project.name, as_of, under), made


def as_known(project: Project, ruleset: RuleSet, rulesets: Iterable[RuleSet]) -> Project:
    """The project without the facts and the waivers that only others of ``rulesets`` know."""
    facts, waivers = project.facts or {}, project.waivers or ()
    others = [one for one in rulesets if one is not ruleset]
    foreign = {
        name
        for name in facts
        if f"facts.{name}" not in ruleset.facts and any(f"facts.{name}" in other.facts for other in others)
    }
    mine = {rule.id for rule in ruleset.rules}

    def is_foreign(name: str) -> bool:
        city, _, rule = name.rpartition("/")
        return rule not in mine and any(
            city in ("", other.id) and any(one.id == rule for one in other.rules) for other in others
        )

    kept = tuple(one for one in waivers if not is_foreign(one.rule))
    if not foreign and len(kept) == len(waivers):
        return project
    own = {name: value for name, value in facts.items() if name not in foreign}
    return project.model_copy(update={"facts": own, "waivers": kept})


class _Checked:
    """A ruleset and its report on the project."""

    def __init__(self, text: Text, report: Report) -> None:
        self.text = text
        self.report = report
        self.written = {rule.id: norm for norm in as_written(text.ruleset) for rule in norm.rules}
        self.due = {(one.rule, one.for_): one.due for one in report.deadlines}
        self.by_topic: dict[str, list[Finding]] = {}
        for finding in report.findings:
            self.by_topic.setdefault(finding.topic, []).append(finding)

    def under(self, read_elsewhere: set[str]) -> Under:
        """How the project stands, and what only this ruleset wants to know."""
        report = self.report
        regime = next((one.title for one in self.text.ruleset.regimes if one.id == report.regime), None)
        only = [
            Asked(one.fact, one.ask, len(one.findings))
            for one in report.questions
            if _plain(one.fact) not in read_elsewhere
        ]
        return Under(
            self.text.label, report.verdict, report.scope, regime, report.instead, report.counts, report.waivers, only
        )

    def facts_read(self) -> set[str]:
        """Every fact the ruleset reads: in its regimes, in guards, in what completes a rule and when."""
        found = {path for regime in self.text.ruleset.regimes for path in paths(regime.when)}
        for rule in self.text.ruleset.rules:
            found.update(_read_by(rule))
        return {path.removesuffix(".date") for path in found}

    # --- cells ----------------------------------------------------------------------------------

    def cell(self, row: Row, plain: Cell) -> Cell:
        """What is asked of the project on a topic, or why nothing is."""
        if self.report.verdict in ("out_of_scope", "not_in_force"):
            return Cell(self.text.label, "ungoverned", [])
        found = [one for one in self.by_topic.get(row.topic, ()) if one.kind not in _NOT_OWED]
        norms = list(self._norms([one for one in found if one.status != "not_applicable"]))
        if norms or plain.state != "regulated":
            return replace(plain, norms=norms)
        if not found:
            return self.unasked(row.topic)
        why = next((self.because(one) for one in found if one.because), None)
        cite = next((list(one.cite) for one in found if one.because), [])
        return Cell(self.text.label, "not_applicable", [], cite, self.text.article(cite) if cite else None, why)

    def unasked(self, topic: str) -> Cell:
        """Nothing was decided on a topic: its norms are of another regime, or ask nothing of projects."""
        written = self.text.norms[topic].written if topic in self.text.norms else ()
        asking = [norm for norm in written if norm.first.kind not in _NOT_OWED and not norm.first.hint]
        if not asking:
            return Cell(self.text.label, "nothing_asked", [])
        first = asking[0].first
        why = self.text.side.both(lambda tell: tell_when(TRUE, [first], tell))
        return Cell(
            self.text.label,
            "not_applicable",
            [],
            list(first.cite),
            self.text.article(first.cite),
            why if why.zh else None,
        )

    def _norms(self, findings: Iterable[Finding]) -> Iterator[Norm]:
        """Findings in words: those of one rule that stand alike together, such as documents all missing."""
        shown = [
            one for one in findings if one.kind != "consequence" or one.status == "info"
        ]  # not what only may follow
        sent: dict[tuple[str, str, str], set[str]] = {}
        for finding in shown:
            document, _, to = (finding.for_ or "").partition(".to.")
            sent.setdefault((finding.rule, finding.status, document), set()).add(to)
        grouped: dict[tuple[object, ...], list[Finding]] = {}
        for finding in shown:
            norm = self.written[self._id(finding)]
            recipients = sent[finding.rule, finding.status, (finding.for_ or "").partition(".to.")[0]]
            due = self.due.get((finding.rule, finding.for_))
            mark = mark_of(finding, self.report.waivers)
            key = (norm.id, finding.status, mark, frozenset(recipients), _element(finding), due)
            grouped.setdefault(key, []).append(finding)
        for alike in grouped.values():
            first = alike[0]
            norm = self.written[self._id(first)]
            made = self.text.norm(norm, tuple(self._lowered(norm, alike)))
            due = self.due.get((first.rule, first.for_))
            mark = mark_of(first, self.report.waivers)
            yield replace(made, when=None, status=first.status, due=due, for_=_element(first) or None, waiver=mark)

    def _id(self, finding: Finding) -> str:
        return finding.rule.removeprefix(f"{self.text.ruleset.id}/")

    def _lowered(self, norm: Written, findings: Sequence[Finding]) -> list[Rule]:
        """The rules that findings come from: a rule that lists documents was lowered to one each, of one id."""
        ends = {(self._id(one), one.for_ or "") for one in findings}
        return [
            rule
            for rule in norm.rules
            if any(rule.id == name and (rule.element is None or end.endswith(rule.element)) for name, end in ends)
        ]

    def because(self, finding: Finding) -> Label:
        """The first test that decided a finding, with the project's value."""
        first = finding.because[0]
        return self.text.side.both(lambda tell: tell.because(first))


def _read_by(rule: Rule) -> Iterator[str]:
    """Every fact one rule reads."""
    outcome = rule.outcome
    events = [getattr(outcome, "event", None), getattr(outcome, "used_by", None), rule.before and rule.before.event]
    yield from (event if "." in event else f"events.{event}" for event in events if event)
    yield from paths(rule.applies)
    yield from paths(rule.done) if rule.done is not None else ()
    for condition, day in rule.done_dates:
        yield from (*paths(condition), *term_paths(day))
    if isinstance(outcome, Deadline):
        when = outcome.due.when
        ends = [getattr(when, name, None) for name in ("anchor", "year", "date", "start", "end")]
        for term in (*ends, outcome.due.moved_to):
            yield from term_paths(term) if term is not None else ()
        yield from paths(outcome.due.moved_when)
    yield from ["stage"] if rule.stage else []
    yield from ["changes"] if rule.each else []


def _plain(fact: str) -> str:
    """A fact of one change as rules read it; the day of something by what it is the day of."""
    head, bracket, rest = fact.partition("[")
    whole = f"change.{rest.partition('].')[2]}" if bracket and head == "changes" else fact
    return whole.removesuffix(".date")


def _element(finding: Finding) -> str:
    """Which change or year a finding is about; which document is told by its words."""
    name = (finding.for_ or "").partition(".documents.")[0]
    return name if name.startswith("changes") or name.isdigit() else ""


def _reason(row: Row, cells: Sequence[Cell], called: Mapping[str, Label]) -> Label | None:
    """The first test on which the rulesets part: one that does not hold here, or how the norms themselves differ."""
    owed = [cell.ruleset for cell in cells if cell.norms]
    for cell in cells:
        if cell.state == "not_applicable" and cell.why is not None:
            return said("fact", label=called[cell.ruleset], value=cell.why)
    asked = {cell.ruleset: {norm.rule for norm in cell.norms} for cell in cells}
    for one in row.relations if len(owed) > 1 else ():
        if [one.a, one.b] == owed[:2]:
            for pair in one.pairs:
                if pair.differences and pair.a in asked[one.a] and pair.b in asked[one.b]:
                    return said("between_two", a=called[one.a], b=called[one.b], text=said_of(pair.differences[0]))
    return None
