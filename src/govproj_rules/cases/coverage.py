"""Coverage: which statuses of which rules, and which sides of which bounds, the cases of a ruleset reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from govproj_rules.cases import CaseResult, TestRun
from govproj_rules.cases.bounds import Bound, Probe, bounds_of, of_decision, of_regimes
from govproj_rules.cases.reachable import reachable
from govproj_rules.cases.written import within
from govproj_rules.checking import read_facts
from govproj_rules.errors import Problem, quote, visible
from govproj_rules.evaluate import evaluate, find_scope
from govproj_rules.facts import Facts
from govproj_rules.ir import Label, Rule, RuleSet
from govproj_rules.vocabulary import vocabulary

NOTHING_DECIDED: Final = frozenset({"not_in_force", "out_of_scope"})
"""The verdicts of projects no rule was decided for."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    reached: int
    of: int

    def __add__(self, other: Count) -> Count:
        return Count(self.reached + other.reached, self.of + other.of)

    @property
    def percent(self) -> Fraction:
        """The exact share, in hundredths; all of nothing is all."""
        return Fraction(100 * self.reached, self.of) if self.of else Fraction(100)


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """The statuses a rule can take, and whether a case reaches each."""

    rule: Rule
    statuses: Mapping[str, bool]

    @property
    def missing(self) -> list[str]:
        return [status for status, there in self.statuses.items() if not there]


@dataclass(frozen=True, slots=True)
class ArticleCoverage:
    """An article: its rules (and regimes), the cases about it or a part of it, or why it has no rules."""

    number: str
    gist: Label
    rules: tuple[str, ...]
    cases: tuple[str, ...]
    no_rules: Mapping[str, Label | None]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases of one ruleset reach."""

    run: TestRun
    rules: tuple[RuleCoverage, ...]
    bounds: tuple[Bound, ...]
    articles: tuple[ArticleCoverage, ...]

    @property
    def statuses(self) -> Count:
        return Count(
            sum(sum(one.statuses.values()) for one in self.rules), sum(len(one.statuses) for one in self.rules)
        )

    @property
    def sides(self) -> Count:
        sides = sum(len(bound.sides) for bound in self.bounds)
        return Count(sides - sum(len(bound.missing) for bound in self.bounds), sides)

    @property
    def percent(self) -> Fraction:
        """The share of all reachable statuses and sides together."""
        return (self.statuses + self.sides).percent


def percent(share: Fraction) -> str:
    """A share to one decimal, never rounded up: 100 only where nothing is missing."""
    whole, tenth = divmod(int(share * 10), 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def lacking(coverage: Coverage, least: Fraction, file: str) -> list[Problem]:
    """What there is to say where less than ``least`` hundredths are reached."""
    if coverage.percent >= least:
        return []
    name = quote(coverage.run.ruleset.id)
    said = f"the cases of {name} reach {percent(coverage.percent)}%, less than {percent(least)}%"
    return [Problem("coverage", said, "`govproj test --coverage` tells what no case reaches", visible(file))]


def coverage(run: TestRun) -> Coverage:
    """What a run of cases reached."""
    return Coverage(run, tuple(_rules(run)), tuple(_bounds(run)), tuple(_articles(run)))


def _rules(run: TestRun) -> Iterable[RuleCoverage]:
    """One entry an id: the members of a list are one rule to its author."""
    reached = run.reached()
    found: dict[str, RuleCoverage] = {}
    for rule in run.ruleset.rules:
        there = reached.get(rule.id, set())
        own = {status: status in there for status in reachable(rule, run.ruleset)}
        first = found.get(rule.id)
        found[rule.id] = RuleCoverage(first.rule if first else rule, {**first.statuses, **own} if first else own)
    return found.values()


def _bounds(run: TestRun) -> Iterable[Bound]:
    found = bounds_of(run.ruleset)
    owners = {key[0] for key in found}
    bounded = replace(run.ruleset, rules=tuple(rule for rule in run.ruleset.rules if rule.base_id in owners))
    for case in run.results if found else ():
        facts = Facts(case.project, read_facts(case.project, run.ruleset), case.as_of, run.ruleset.stages, vocabulary())
        about = [regime for regime in bounded.regimes if within(regime.cite, case.about)]
        for key, value, bound in of_regimes(replace(bounded, regimes=tuple(about)), facts):
            found[key].note(value, bound)
        for key, value, bound in _of_rules(case, bounded, facts):
            found[key].note(value, bound)
    return found.values()


def _of_rules(case: CaseResult, ruleset: RuleSet, facts: Facts) -> Iterable[Probe]:
    """The values at the bounds of the rules the case is about."""
    regime = find_scope(ruleset, facts).regime
    if case.verdict in NOTHING_DECIDED or regime is None:
        return
    mine = replace(ruleset, rules=tuple(rule for rule in ruleset.rules if within(rule.cite, case.about)))
    for decision in evaluate(mine, facts, regime.id):
        yield from of_decision(decision, facts)


def _articles(run: TestRun) -> Iterable[ArticleCoverage]:
    ruleset = run.ruleset
    for number, article in ruleset.register.items():
        rules = [regime.id for regime in ruleset.regimes if within(regime.cite, [number])]
        rules += [rule.base_id for rule in ruleset.rules if within(rule.cite, [number])]
        cases = [case.id for case in run.results if within(case.about, [number])]
        yield ArticleCoverage(number, article.gist, tuple(dict.fromkeys(rules)), tuple(cases), article.no_rules)
