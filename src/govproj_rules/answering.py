"""One project decided, as a report: its findings, lists and reasons are made when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from govproj_rules.evaluate import Decision, Scope, decide_rule, evaluate, find_scope, name_of
from govproj_rules.facts import Facts
from govproj_rules.fragments import Fragments
from govproj_rules.ir import Regime, Rule, RuleSet
from govproj_rules.questions import questions
from govproj_rules.report import Finding, ProjectInfo, Report, RulesetInfo, lacks
from govproj_rules.thresholds import bounds_of, thresholds
from govproj_rules.to_python import Settled
from govproj_rules.views import Called, Views, plain_missing
from govproj_rules.waivers import Found

Row = tuple[Rule, int | None, int | None, Settled]
"""A rule, the number of the change, the year, and how it came out."""

_FEW: Final = 4
"""From as many reasons read, all are made at once."""


class Answer:
    """Makes the report, and what is not yet in it as it is read: the reasons are the definition's.

    Several threads may read one report. Whatever two of them make at once is equal, and what is made is there at once
    or not at all; so there is no lock, which a process forked meanwhile would wait for without end.
    """

    __slots__ = ("_explained", "_keys", "_told", "facts", "maker", "regime", "rows", "ruleset", "scope")

    def __init__(
        self, ruleset: RuleSet, facts: Facts, scope: str, regime: Regime | None, rows: list[Row],
        decisions: list[Decision] | None = None,
    ) -> None:  # fmt: skip
        self.ruleset, self.facts = ruleset, facts
        self.scope, self.regime, self.rows = scope, regime, rows
        self.maker = Views(ruleset, facts.project, facts)
        self._explained = decisions
        self._keys: dict[Called, Decision] | None = None
        self._told: set[Called] = set()

    def report(self, verdict: str, counts: dict[str, int]) -> Report:
        """The report; what is not yet in it is made by :meth:`make` and :meth:`explain`."""
        ruleset, regime, project = self.ruleset, self.regime, self.facts.project
        made = Report(
            version=1,
            project=ProjectInfo(project.id, project.name),
            ruleset=RulesetInfo(
                ruleset.id, ruleset.title, ruleset.status,
                {"from": ruleset.in_force_from, "until": ruleset.in_force_until}, ruleset.sha256,
            ),
            as_of=self.facts.as_of,
            regime=regime.id if regime else None,
            scope=self.scope,
            instead=regime.instead if regime and regime.excluded else None,
            verdict=verdict,
            counts=counts,
        )  # fmt: skip
        made.later, made.straight = self.make, self.text
        return made

    # --- what is made when it is read -----------------------------------------------------------------

    def make(self, report: Report, name: str) -> None:
        """Make the findings of a report; or its lists, and the reasons that are not made yet."""
        if name == "findings":
            report.findings = [self._finding(*row) for row in self.rows]
            return
        decisions, keys = self.explained(), self._called()
        lists: dict[str, Any] = self.maker.lists(self._shown())
        lists["waivers"] = self.maker.waivers.views(self.found())
        lists["thresholds"] = thresholds(self.ruleset, decisions, self.facts, self.maker.rule_name)
        lists["questions"] = questions(self.ruleset, self._scope(), decisions, self.maker.rule_name, self.facts)
        for view, made in lists.items():
            if lacks(report, view):
                setattr(report, view, made)
        for finding in () if lacks(report, "findings") else report.findings:
            key = finding.rule, finding.for_
            decision = keys.get(key)
            if decision is not None and key not in self._told:
                _explain(finding, decision)

    def explain(self, finding: Finding, name: str) -> None:  # noqa: ARG002  # both are made
        """Tell why a finding came out as it did."""
        id = finding.rule.removeprefix(f"{self.ruleset.id}/")
        if self._explained is None and len(self._told) + 1 < _FEW and finding.kind != "consequence":
            rule = next(row[0] for row in self.rows if row[0].id == id and name_of(*row[:3]) == finding.for_)
            decision = next(one for one in decide_rule(rule, self.facts, self.ruleset) if one.for_ == finding.for_)
        else:
            decision = self._called()[finding.rule, finding.for_]
        self._told.add((finding.rule, finding.for_))
        _explain(finding, decision)

    def text(self, report: Report, lang: str) -> str:
        """The JSON of a report of which nothing was made yet."""
        decisions, shown = self.explained(), self._shown()
        fragments = Fragments(self.maker, lang)
        findings = [fragments.finding(row[0], row[3], decision) for row, decision in zip(self.rows, shown, strict=True)]
        asked = questions(self.ruleset, self._scope(), decisions, self.maker.rule_name, self.facts)
        made = {"findings": findings, **fragments.lists(shown),
                "waivers": fragments.records(self.maker.waivers.views(self.found())),
                "thresholds": fragments.records(thresholds(self.ruleset, decisions, self.facts, self.maker.rule_name)),
                "questions": fragments.records(asked)}  # fmt: skip
        return fragments.report(report, made)

    def found(self) -> Iterator[Found]:
        """Every finding by what a waiver looks at: made as it is taken, as most projects have no waiver."""
        return ((row[0], name_of(*row[:3]), row[3].status) for row in self.rows)

    def marks(self) -> Iterable[str | None]:
        """What a waiver comes to on each finding, where it is counted apart."""
        return map(self.maker.waivers.mark, self.found()) if self.maker.waivers else ()

    def explained(self) -> list[Decision]:
        """Every rule of the regime of which the report tells, with its reasons."""
        made = self._explained
        if made is None:
            regime = self.regime if self.regime and not self.regime.excluded else None
            made = self._explained = evaluate(self.ruleset, self.facts, regime.id, self._asked()) if regime else []
        return made

    # --- inside -----------------------------------------------------------------------------------------

    def _finding(self, rule: Rule, place: int | None, year: int | None, settled: Settled) -> Finding:
        made = self.maker.finding(rule, name_of(rule, place, year), *settled)
        made.later = self.explain
        return made

    def _shown(self) -> list[Decision]:
        """The decisions of the findings: both are in the order of the ruleset, and what does not apply is shown with all."""
        made = self.explained()
        if len(made) != len(self.rows):
            made = [one for one in made if one.status != "not_applicable"]
        assert len(made) == len(self.rows)
        return made

    def _called(self) -> dict[Called, Decision]:
        """The decisions by what findings are called."""
        made = self._keys
        if made is None:
            made = self._keys = _by_key(self.explained(), self.maker)
        return made

    def _asked(self) -> list[Rule]:
        """The rules of which a report tells: those with findings, and those that may fail to apply by numbers."""
        told = bounds_of(self.ruleset).aside.union([id(row[0]) for row in self.rows])
        return [rule for rule in self.ruleset.rules if id(rule) in told]

    def _scope(self) -> Scope:
        if self.scope == "presumed":
            return find_scope(self.ruleset, self.facts)
        return Scope(self.scope, self.regime, ())


def _by_key(decisions: Iterable[Decision], maker: Views) -> dict[Called, Decision]:
    names = maker.names
    return {(names[id(one.rule)], one.for_): one for one in decisions}


def _explain(finding: Finding, decision: Decision) -> None:
    """Whoever has put reasons of their own in their place keeps them."""
    if lacks(finding, "because"):
        finding.because = decision.because
    if lacks(finding, "unknown"):
        finding.unknown = [plain_missing(one) for one in decision.missing]
