"""Decisions as the findings and typed lists of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from govproj_rules import ir
from govproj_rules.evaluate import Decision
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import Facts, Missing
from govproj_rules.ir import Label, Rule, RuleSet
from govproj_rules.outcomes import KINDS
from govproj_rules.project import Project
from govproj_rules.report import (
    ApprovalView,
    CompetenceView,
    ConsequenceView,
    DeadlineView,
    DocumentView,
    Finding,
    NormView,
    Party,
    PermissionView,
    Unknown,
)
from govproj_rules.values import NEVER
from govproj_rules.waivers import Waivers


def plain_missing(missing: Missing) -> Unknown:
    """A missing fact, or the reason of an unknown, as reports tell it."""
    return missing if isinstance(missing, str) else dict(missing)


class Views:
    """Makes the records of one report."""

    def __init__(self, ruleset: RuleSet, project: Project, facts: Facts) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.applicant = project.applicant.name if project.applicant else None
        self.waivers = Waivers(project, ruleset, facts.as_of)
        self._parties_made: dict[str, Party] = {}

    def rule_name(self, rule: Rule) -> str:
        """The rule's name across rulesets: ``langfang/self-adjust``."""
        return f"{self.ruleset.id}/{rule.id}"

    def party(self, role: str) -> Party:
        """Who fills a role here: the applicant itself, the local name of an authority, or the plain word."""
        if role not in self._parties_made:
            name = self.ruleset.authorities.get(role) or self.facts.vocabulary.roles.get(role) or Label(role, role)
            own = role == "owner" and self.applicant
            self._parties_made[role] = Party(role, Label(own, own) if own else name)
        return self._parties_made[role]

    def finding(self, rule: Rule, for_: str | None, status: str, late: bool, checked: bool) -> Finding:
        """What is known of a rule's outcome without its reasons, which are left to be told."""
        return Finding(
            self.rule_name(rule), rule.kind, rule.topic, rule.cite, self.party(rule.who), status, late, checked,
            rule.force, rule.stage, rule.title, rule.note, for_,
            self.waivers.echo(rule, for_, status) if self.waivers else None,
        )  # fmt: skip

    def lists(self, decisions: Sequence[Decision]) -> dict[str, list[Any]]:
        """Every typed list of the report, also the empty ones."""
        made: dict[str, list[Any]] = {kind.view: [] for kind in KINDS.values()}
        for decision in decisions:
            made[KINDS[decision.rule.kind].view].append(self._view(decision))
        made["approvals"] = [self._view(decision) for decision in self._path(decisions)]
        return made

    def _path(self, decisions: Sequence[Decision]) -> list[Decision]:
        """The approvals in the order in which a project comes to them.

        By the stage of the event that completes each, then as the vocabulary lists the events; what is owed
        before an event stands before it; the steps of a flow keep their order; filings of changes come last.
        """
        events = list(self.facts.vocabulary.events)
        rank = self.facts.rank

        def place(decision: Decision) -> tuple[bool, int, int, int]:
            rule = decision.rule
            event = getattr(rule.outcome, "event", "")
            known = self.facts.vocabulary.events.get(event)
            stage = rank.get(known.stage if known else rule.stage or "", len(rank))
            return rule.each is not None, stage, events.index(event) if known else len(events), rule.order or 0

        path = sorted((one for one in decisions if one.rule.kind == "approval"), key=place)
        for decision in list(path):
            before = decision.rule.before
            later = [
                i for i, one in enumerate(path) if before and getattr(one.rule.outcome, "event", "") == before.event
            ]
            if later and path.index(decision) > later[0]:
                path.remove(decision)
                path.insert(later[0], decision)
        return path

    def _view(self, decision: Decision) -> Any:
        rule = decision.rule
        common: dict[str, Any] = {
            "rule": self.rule_name(rule), "status": decision.status, "cite": list(rule.cite), "for_": decision.for_,
        }  # fmt: skip
        match rule.outcome:
            case ir.DocumentOwed(document, to, open_):
                return DocumentView(
                    document=document, to=self._parties(to), open=open_, satisfied_by=self._in_place_of(decision),
                    stage=rule.stage, **common,
                )  # fmt: skip
            case ir.Approval() as o:
                until = decision.valid_until.value if decision.valid_until else None
                return ApprovalView(
                    act=o.act, by=self.party(o.by), with_=self._parties(o.with_), or_=self._parties(o.or_), of=o.of,
                    order=rule.order, valid_until=None if until == NEVER else until, **common,
                )  # fmt: skip
            case ir.Prohibition() | ir.Duty():
                return NormView(**common)
            case ir.Deadline() as o:
                return self._deadline(decision, o, common)
            case ir.Permission(act, of):
                return PermissionView(act=act, of=of, **common)
            case ir.Consequence() as o:
                of_rules = [f"{self.ruleset.id}/{name}" for name in o.of] or list(o.kinds) or (["any"] if o.any else [])
                by = self.party(o.by) if o.by else None
                return ConsequenceView(effect=o.effect, by=by, on=o.against, of=of_rules, until=o.until, **common)
            case ir.Competence(authority, matter):
                return CompetenceView(authority=self.party(authority), matter=matter, **common)

    def _in_place_of(self, decision: Decision) -> list[str]:
        """The documents that satisfy one that is not there itself."""
        where = Where(self.facts, decision.element)
        for done, day in decision.rule.done_dates:
            if decide(done, where).value is True:
                return (
                    [term.path.split(".")[1] for term in day.terms if isinstance(term, ir.Fact)]
                    if isinstance(day, ir.Fold)
                    else []
                )
        return []

    def _parties(self, roles: Iterable[str]) -> list[Party]:
        return [self.party(role) for role in roles]

    def _deadline(self, decision: Decision, outcome: ir.Deadline, common: dict[str, Any]) -> DeadlineView:
        clock = decision.clock

        def day(seen: Any) -> Any:
            return None if seen is None or seen.value in (None, NEVER) else seen.value

        relative = isinstance(outcome.due.when, (ir.After, ir.EveryYear))
        return DeadlineView(
            do=outcome.event, to=self._parties(outcome.to), from_=day(clock.start) if clock and relative else None,
            opens=day(clock.opens) if clock else None, due=clock.last if clock else None, done=day(decision.done_day),
            counted=outcome.counted, late=decision.late, **common,
        )  # fmt: skip
