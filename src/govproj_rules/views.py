"""Decisions as the findings and typed lists of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from govproj_rules import ir
from govproj_rules.compiled import remembered
from govproj_rules.evaluate import Decision
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import Facts, Missing, Seen
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


Called = tuple[str, str | None]
"""The rule of a finding, by its name across rulesets, and what the finding is for."""


@remembered(64)
def _grounds_of(ruleset: RuleSet) -> Mapping[int, tuple[str, ...]]:
    """What its consequences follow from, by the identity of each rule."""
    made = {}
    for rule in ruleset.rules:
        if isinstance(rule.outcome, ir.Consequence):
            rules = tuple([f"{ruleset.id}/{name}" for name in rule.outcome.of])
            made[id(rule)] = rules or rule.outcome.kinds or (("any",) if rule.outcome.any else ())
    return made


@remembered(64)
def names_of(ruleset: RuleSet) -> Mapping[int, str]:
    """The names of its rules across rulesets, by the identity of each."""
    return {id(rule): f"{ruleset.id}/{rule.id}" for rule in ruleset.rules}


_Place = tuple[bool, int, int, int]


@remembered(64)
def _places(ruleset: RuleSet) -> dict[int, _Place]:  # noqa: ARG001  # one for each
    """Where its approvals stand on the path of a project, by the identity of each rule."""
    return {}


class Views:
    """Makes the records of one report."""

    def __init__(self, ruleset: RuleSet, project: Project, facts: Facts) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.applicant = project.applicant.name if project.applicant else None
        self.waivers = Waivers(project, ruleset, facts.as_of)
        self.names = names_of(ruleset)
        self._parties_made: dict[str, Party] = {}

    def rule_name(self, rule: Rule) -> str:
        """The rule's name across rulesets: ``langfang/self-adjust``."""
        return self.names[id(rule)]

    def party(self, role: str) -> Party:
        """Who fills a role here: the applicant itself, the local name of an authority, or the plain word."""
        if role not in self._parties_made:
            name = self.ruleset.authorities.get(role) or self.facts.vocabulary.roles.get(role) or Label(role, role)
            own = role == "owner" and self.applicant
            self._parties_made[role] = Party(role, Label(own, own) if own else name)
        return self._parties_made[role]

    def waiver(self, rule: Rule, for_: str | None, status: str) -> dict[str, Any] | None:
        """What a finding carries of the reason that the project gives for it."""
        return self.waivers.echo(rule, for_, status) if self.waivers else None

    def finding(self, rule: Rule, for_: str | None, status: str, late: bool, checked: bool) -> Finding:
        """What is known of a rule's outcome without its reasons, which are left to be told."""
        return Finding(
            self.rule_name(rule), rule.kind, rule.topic, rule.cite, self.party(rule.who), status, late, checked,
            rule.force, rule.stage, rule.title, rule.note, for_, self.waiver(rule, for_, status),
        )  # fmt: skip

    def lists(self, decisions: Sequence[Decision]) -> dict[str, list[Any]]:
        """Every typed list of the report, also the empty ones."""
        return {name: [self.view(one) for one in found] for name, found in self.shared_out(decisions).items()}

    def shared_out(self, decisions: Sequence[Decision]) -> dict[str, list[Decision]]:
        """The decisions that each typed list tells of, in its order."""
        made: dict[str, list[Decision]] = {kind.view: [] for kind in KINDS.values()}
        for decision in decisions:
            made[KINDS[decision.rule.kind].view].append(decision)
        made["approvals"] = self._path(made["approvals"])
        return made

    def _path(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Approvals in the order in which a project comes to them.

        By the stage of the event that completes each, then as the vocabulary lists the events; what is owed
        before an event stands before it; the steps of a flow keep their order; filings of changes come last.
        """
        places = _places(self.ruleset)
        for one in decisions:
            if id(one.rule) not in places:
                places[id(one.rule)] = self._place(one.rule)
        path = sorted(decisions, key=lambda one: places[id(one.rule)])
        for decision in list(path):
            before = decision.rule.before
            if before is None:
                continue
            later = [i for i, one in enumerate(path) if getattr(one.rule.outcome, "event", "") == before.event]
            if later and path.index(decision) > later[0]:
                path.remove(decision)
                path.insert(later[0], decision)
        return path

    def _place(self, rule: Rule) -> _Place:
        events, rank = self.facts.vocabulary.events, self.facts.rank
        event = getattr(rule.outcome, "event", "")
        known = events.get(event)
        stage = rank.get(known.stage if known else rule.stage or "", len(rank))
        return rule.each is not None, stage, list(events).index(event) if known else len(events), rule.order or 0

    def view(self, decision: Decision) -> Any:
        """A decision as its typed list tells it."""
        rule, status, for_ = decision.rule, decision.status, decision.for_
        name, cite = self.rule_name(rule), list(rule.cite)
        match rule.outcome:
            case ir.Prohibition() | ir.Duty():
                return NormView(name, status, cite, for_)
            case ir.Competence(authority, matter):
                return CompetenceView(name, self.party(authority), matter, status, cite, for_)
            case ir.DocumentOwed(document, to, open_):
                instead = self.in_place_of(decision)
                return DocumentView(name, document, self._parties(to), open_, instead, rule.stage, status, cite, for_)
            case ir.Approval() as o:
                until = decision.valid_until.value if decision.valid_until else None
                return ApprovalView(
                    name, o.act, self.party(o.by), self._parties(o.with_), self._parties(o.or_), o.of, rule.order,
                    None if until == NEVER else until, status, cite, for_,
                )  # fmt: skip
            case ir.Deadline() as o:
                relative = isinstance(o.due.when, (ir.After, ir.EveryYear))
                clock = decision.clock
                return DeadlineView(
                    name, o.event, self._parties(o.to), _day(clock.start) if clock and relative else None,
                    _day(clock.opens) if clock else None, clock.last if clock else None, _day(decision.done_day),
                    o.counted, status, decision.late, cite, for_,
                )  # fmt: skip
            case ir.Permission(act, of):
                return PermissionView(name, act, of, status, cite, for_)
            case ir.Consequence() as o:
                of_rules = list(_grounds_of(self.ruleset)[id(rule)])
                by = self.party(o.by) if o.by else None
                return ConsequenceView(name, o.effect, by, o.against, of_rules, o.until, status, cite, for_)

    def in_place_of(self, decision: Decision) -> list[str]:
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


def _day(seen: Seen | None) -> Any:
    return None if seen is None or seen.value in (None, NEVER) else seen.value
