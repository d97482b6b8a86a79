"""The answers of a stream as text: JSON lines for programs, a few readable lines for people."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from govproj_rules.formats import FORMATS, Look, draw
from govproj_rules.formats.lines import Lines
from govproj_rules.formats.page import Line, Page
from govproj_rules.formats.reports import MANY, VERDICT_MARKS, page_counts
from govproj_rules.formats.waived import GAP, Waived
from govproj_rules.ir import RuleSet
from govproj_rules.records import as_json
from govproj_rules.report import Report, RulesetInfo
from govproj_rules.sessions import Answer, Changes, Counted, Day, Ended, FindingChange, Outcome, Refused, Saved, State
from govproj_rules.telling.safe import clean, json_text
from govproj_rules.telling.teller import Teller
from govproj_rules.telling.words import say
from govproj_rules.vocabulary import vocabulary
from govproj_rules.waivers import COUNTED


def as_line(answer: Answer, look: Look) -> str:
    """One JSON object on one line: the number of the line it answers, the project, and under one key what there is.

    The lines of a snapshot are such as a stream reads.
    """
    head = {"line": answer.line} | ({} if answer.project is None else {"project": answer.project})
    match answer.told:
        case Saved(snapshot):
            text = json.dumps({"project": answer.project, "restore": snapshot}, ensure_ascii=False)
        case Counted(projects):
            text = as_json({"snapshot": projects})
        case Day(as_of, projects, changed, open_):
            text = as_json({**head, "as_of": as_of, "projects": projects, "changed": changed, "undetermined": open_})
        case Ended():
            text = as_json({**head, "ended": True})
        case Refused(problems):
            text = as_json({**head, "problems": problems})
        case State() as state:
            text = as_json({**head, "opened": state}, look.lang)
        case Changes() as changes:
            text = as_json({**head, "changes": changes}, look.lang)
        case Report() as report:
            text = as_json({**head, "report": report}, look.lang)
    return json_text(text, look.encoding) + "\n"


def as_table(answer: Answer, look: Look) -> str:
    """For a person who watches; a line that was refused is told as every other problem is, not here."""
    name = clean(answer.project or "")
    match answer.told:
        case Refused():
            return ""
        case Saved():
            return as_line(answer, look)
        case Counted(projects):
            return say("step_saved", look.lang, projects=projects) + "\n"
        case Day(as_of, projects, changed, open_):
            told = say("step_day", look.lang, day=as_of, projects=projects, changed=changed)
            word = vocabulary().label("verdict", "undetermined").in_(look.lang)
            return (
                say("counted_then", look.lang, counts=told, text=say("counted", look.lang, word=word, count=open_))
                + "\n"
            )
        case Ended():
            return say("step_ended", look.lang, project=name) + "\n"
        case State() as state:
            assert answer.ruleset is not None
            return draw([_opened(name, state, answer.ruleset, look)], look)
        case Changes() as changes:
            assert answer.ruleset is not None
            return draw([_Step(changes, answer.ruleset, look).page(name)], look)
        case Report() as report:
            assert answer.ruleset is not None
            return FORMATS["table"]([report], replace(look, rulesets={report.ruleset.sha256: answer.ruleset}))


def _opened(name: str, state: State, ruleset: RuleSet, look: Look) -> Page:
    tell = Teller(ruleset, look.lang)
    head = tell.say("step_opened", project=name, ruleset=tell.text(ruleset.title), day=state.as_of)
    title = tell.say("fact", label=head, value=tell.word("verdict", state.verdict))
    page = Page(title, VERDICT_MARKS.get(state.verdict, "info"), counts=page_counts(state.counts, tell))
    page.lines = list(map(Waived([], state.waivers, tell).line, state.waivers))
    return page


class _Step:
    """One step of one project, told in one language."""

    def __init__(self, changes: Changes, ruleset: RuleSet, look: Look) -> None:
        self.changes = changes
        self.tell = Teller(ruleset, look.lang)
        self.lines = Lines(_report(changes, ruleset), self.tell)
        self.clocks = {(view.rule, view.for_): view for view in changes.deadlines}

    def page(self, name: str) -> Page:
        """The verdict, and what changed: as it was, as it is, and why. Of many that lie ahead only how many there are."""
        tell, verdict = self.tell, self.changes.verdict
        head = tell.say("step_head", project=name, day=self.changes.as_of)
        told = self.move(*(tell.word("verdict", word) if word else "" for word in (verdict.old, verdict.new)))
        told += self.open()
        page = Page(tell.say("fact", label=head, value=told), VERDICT_MARKS.get(verdict.new or "", "info"))
        first = [one for one in self.changes.findings if _urgent(one)]
        others = [one for one in self.changes.findings if not _urgent(one)]
        page.lines = [self.line(one) for one in (first if len(others) > MANY else self.changes.findings)]
        if len(others) > MANY:
            moves = Counter(map(self.moved, others))
            page.lines += [Line(tell.say("step_more", count=count), "info", move) for move, count in moves.items()]
        page.lines += map(self.lines.waived.line, self.changes.waivers)
        if not self.changes:
            page.facts = [tell.say("step_nothing")]
        return page

    def open(self) -> str:
        """How much is unknown after the step, and what is counted apart."""
        if self.changes.verdict.new in ("out_of_scope", "not_in_force"):
            return ""
        counts = self.changes.counts
        unknown = self.tell.say("counted", word=self.tell.word("status", "unknown"), count=counts["unknown"])
        apart = (self.tell.say(name, count=counts[name]) for name in COUNTED if counts[name])
        return self.tell.say("bracketed", text=self.tell.list([unknown, *apart]))

    def moved(self, one: FindingChange) -> str:
        marks = {state.waiver if state else None for state in (one.old, one.new)}
        return self.move(*(self.standing(state, len(marks) > 1) for state in (one.old, one.new)))

    def standing(self, state: Outcome | None, marked: bool) -> str:
        """A status and, where that changed, what a waiver comes to."""
        told = self.tell.word("status", state.status if state else "not_applicable")
        if state is None or state.waiver is None or not marked:
            return told
        return told + self.tell.say("bracketed", text=self.tell.say(f"waiver_{state.waiver}"))

    def move(self, old: str, new: str) -> str:
        return old if old == new else self.tell.say("step_move", old=old, new=new)

    def line(self, one: FindingChange) -> Line:
        view = self.clocks.get((one.finding.rule, one.finding.for_))
        clock = self.lines.clock(view) if view else ""
        due = self.tell.say("due_on", day=view.due) if view and view.due else ""
        line = self.lines.line(one.finding, "", self.moved(one), GAP.join(part for part in (due, clock) if part))
        line.details = self.lines.reasons([one.finding]) if one.finding.status == "unmet" else []
        return line


def _urgent(one: FindingChange) -> bool:
    """What is broken, or was, and what runs out."""
    return one.finding.kind == "deadline" or "unmet" in {state.status for state in (one.old, one.new) if state}


def _report(changes: Changes, ruleset: RuleSet) -> Report:
    """What a step changed, as far as it is a report."""
    info: Any = RulesetInfo(ruleset.id, ruleset.title, ruleset.status, {}, ruleset.sha256)
    made = Report(
        1, changes.project, info, changes.as_of, changes.regime.new, changes.scope.new or "", None,
        changes.verdict.new or "", changes.counts,
    )  # fmt: skip
    made.findings = [one.finding for one in changes.findings]
    made.waivers = changes.waivers
    return made
