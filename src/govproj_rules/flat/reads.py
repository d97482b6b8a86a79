"""Which facts the rules of a regulation read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from govproj_rules import ir
from govproj_rules.conditions import facts_in, facts_of_term
from govproj_rules.ir import Fact, Rule, RuleSet, Term


def facts_of(ruleset: RuleSet) -> Iterator[Fact]:
    """Every fact that is looked at to decide the rules of ``ruleset``; some more than once."""
    for regime in ruleset.regimes:
        yield from facts_in(regime.when)
    for rule in ruleset.rules:
        for condition in rule.conditions:
            yield from facts_in(condition)
        for term in _terms(rule):
            yield from facts_of_term(term)


def all_days_of(ruleset: RuleSet) -> frozenset[str]:
    """What may happen more than once, where a rule may turn on a day other than the first.

    That is the validity of an approval, and a deadline for which only days of one year count, or from one day on.
    """
    found: set[str] = set()
    for rule in ruleset.rules:
        outcome = rule.outcome
        if isinstance(outcome, ir.Approval) and outcome.valid_for is not None:
            found.add(outcome.event if "." in outcome.event else f"events.{outcome.event}")
        elif isinstance(outcome, ir.Deadline) and _chooses(outcome.due.when):
            found.update(term.path.removesuffix(".date") for _, term in rule.done_dates if isinstance(term, Fact))
    return frozenset(found)


def _chooses(when: ir.After | ir.OnDay | ir.OnDate | ir.EveryYear) -> bool:
    return isinstance(when, ir.EveryYear) or (isinstance(when, ir.After) and when.opens is not None)


def _terms(rule: Rule) -> Iterator[Term]:
    """The days and years that a rule looks at beside its conditions."""
    yield from (term for _, term in rule.done_dates)
    if rule.before is not None:
        yield Fact(f"events.{rule.before.event}.date", "date")
    match rule.outcome:
        case ir.Approval(used_by=str() as event):
            yield Fact(f"events.{event}.date", "date")
        case ir.Deadline(due=due):
            if due.moved_to is not None:
                yield due.moved_to
            match due.when:
                case ir.After(anchor=term) | ir.OnDate(date=term) | ir.OnDay(year=term):
                    yield term
                case ir.EveryYear(start=start, end=end):
                    yield from (start, end)
                case _:
                    assert_never(due.when)
