"""The figures that rules carry: in guards, deadlines, validity, and in what a person is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import assert_never

from govproj_rules import ir
from govproj_rules.ir import All, Expr, Fact, Fold, Label, Literal, Not, Rule, RuleSet, Term, Test
from govproj_rules.lint.english import english_figures
from govproj_rules.regulation import Figure, figures
from govproj_rules.values import Duration
from govproj_rules.vocabulary import Vocabulary

Carried = tuple[str, object]
"""A figure without its words: kind and value, comparable as they are."""

_LAST_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def carried(kind: str, value: object) -> Carried:
    """A figure as it compares: years as months, the end of a month as its last day."""
    if isinstance(value, Duration):
        return kind, value.scale
    if kind == "month_day" and isinstance(value, tuple) and value[1] == 0:
        return kind, (value[0], _LAST_DAYS.get(value[0], 0))
    return kind, value


def told(figure: Figure) -> Carried:
    return carried(figure.kind, figure.value)


@dataclass(frozen=True)
class Figures:
    """Which figures the rules of one ruleset carry."""

    ruleset: RuleSet
    vocabulary: Vocabulary

    def of(self, rules: Iterable[Rule]) -> set[Carried]:
        """The figures of some rules."""
        return {one for rule in rules for one in self._of_rule(rule)}

    def of_guard(self, expr: Expr) -> set[Carried]:
        """The figures of a condition."""
        return set(self._expr(expr))

    @cached_property
    def in_force(self) -> set[Carried]:
        """How long the ruleset is in force."""
        start, end = self.ruleset.in_force_from, self.ruleset.in_force_until
        if start is None or end is None:
            return set()
        spans = [_months(start, last) for last in (end, end + timedelta(days=1))]
        return {("duration", ("months", months)) for months in spans if months}

    def _of_rule(self, rule: Rule) -> Iterator[Carried]:
        yield from self._expr(rule.applies)
        if rule.done is not None:
            yield from self._expr(rule.done)
        match rule.outcome:
            case ir.Deadline(_, due):
                yield from self._due(due)
            case ir.Approval(valid_for=Duration() as period):
                yield carried("duration", period)
            case ir.Consequence() as consequence:
                yield from said_in(self.vocabulary.effects[consequence.effect], consequence.until)
                yield from self.of(one for one in self.ruleset.rules if {one.id, one.base_id} & set(consequence.of))
            case ir.Competence(_, matter):
                yield from said_in(self.vocabulary.matters[matter])
            case _:
                pass
        for regime in self.ruleset.regimes:
            if regime.id in rule.regimes and not regime.presume:
                yield from self._expr(regime.when)
        for tier in self.ruleset.tiers:
            if rule.base_id in tier.rules and tier.at_least is not None:
                yield carried(tier.type, tier.at_least)

    def _due(self, due: ir.Due) -> Iterator[Carried]:
        match due.when:
            case ir.After(anchor, within, opens):
                yield carried("duration", within)
                if opens is not None:
                    yield carried("duration", opens)
                yield from self._term(anchor)
            case ir.OnDay(month, day, _) | ir.EveryYear(month, day):
                yield "month_day", (month, day)
            case ir.OnDate(term):
                yield from self._term(term)
            case _:
                assert_never(due.when)
        yield from self._expr(due.moved_when)

    def _expr(self, expr: Expr) -> Iterator[Carried]:
        match expr:
            case All(parts):
                for part in parts:
                    yield from self._expr(part)
            case Not(part):
                yield from self._expr(part)
            case Test(left, _, right):
                yield from self._term(left)
                yield from self._term(right)
            case _:
                assert_never(expr)

    def _term(self, term: Term) -> Iterator[Carried]:
        match term:
            case Literal("date", date() as day):
                yield "month_day", (day.month, day.day)
            case Literal(type_, value):
                yield carried(type_, value)
            case Fact(path):
                info = self.ruleset.facts.get(path) or self.vocabulary.facts.get(path)
                if info is not None:
                    yield from said_in(info.label, info.ask, *info.options.values())
            case Fold(_, terms):
                for one in terms:
                    yield from self._term(one)
            case _:
                assert_never(term)


def said_in(*labels: Label | None) -> Iterator[Carried]:
    """The figures a text names."""
    for label in labels:
        if label is not None:
            yield from _named(label)


@lru_cache(maxsize=10_000)
def _named(label: Label) -> tuple[Carried, ...]:
    return tuple(told(figure) for figure in (*figures(label.zh), *english_figures(label.en)))


def _months(start: date, end: date) -> int | None:
    """Whole months from one day to another."""
    return (end.year - start.year) * 12 + end.month - start.month if start.day == end.day else None
