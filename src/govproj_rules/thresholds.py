"""Every bound a rule puts on a number: the project's value, and how much room is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from govproj_rules.compiled import remembered
from govproj_rules.evaluate import Decision
from govproj_rules.evaluate.logic import Where, at_most, numbers_aside
from govproj_rules.facts import Facts, Seen
from govproj_rules.ir import Fact, Fold, Literal, Op, RuleSet, Test
from govproj_rules.operators import SHOWN, measured
from govproj_rules.report import Threshold
from govproj_rules.values import difference, format_value

_INCLUSIVE: Final = frozenset({"at_most", "at_least"})
_CEILINGS: Final = frozenset({"at_most", "less_than"})


class Bounds(NamedTuple):
    """The measured comparisons of the rules of a ruleset, by the identity of each rule that has any."""

    tests: Mapping[int, tuple[tuple[Test, bool], ...]]
    aside: frozenset[int]
    """The rules that are told of even where they do not apply: only numbers, or unstated changes, may be what is amiss."""


@remembered(64)
def bounds_of(ruleset: RuleSet) -> Bounds:
    """The bounds of a ruleset."""
    guards = {id(rule): tuple(measured(rule.applies)) for rule in ruleset.rules}
    tests = {id(rule): (*guards[id(rule)], *(measured(rule.done) if rule.done else ())) for rule in ruleset.rules}
    aside = frozenset(id(rule) for rule in ruleset.rules if guards[id(rule)] or (rule.each and tests[id(rule)]))
    return Bounds({rule: found for rule, found in tests.items() if found}, aside)


def thresholds(ruleset: RuleSet, decisions: Iterable[Decision], facts: Facts, rule_name: Any) -> list[Threshold]:
    """One row per (fact, bound, element), for rules that apply, may apply, or fail to apply only by numbers."""
    found: dict[tuple[str, str, str, str | None], Threshold] = {}
    bounds = bounds_of(ruleset)
    for decision in decisions:
        if id(decision.rule) in bounds.tests and (tests := told(bounds, decision, facts)):
            where = Where(facts, decision.element)
            for test, positive in tests:
                _add(found, test, positive, decision, where, rule_name(decision.rule))
    return list(found.values())


def told(bounds: Bounds, decision: Decision, facts: Facts) -> tuple[tuple[Test, bool], ...]:
    """The comparisons of a rule of which a report tells."""
    rule = id(decision.rule)
    tests = bounds.tests.get(rule, ())
    if not tests or decision.applies.value is not False:
        return tests
    where = Where(facts, decision.element)
    return tests if rule in bounds.aside and numbers_aside(decision.rule.applies, where) is not False else ()


def _add(
    found: dict[tuple[str, str, str, str | None], Threshold],
    test: Test,
    positive: bool,
    decision: Decision,
    where: Where,
    name: str,
) -> None:
    assert isinstance(test.left, (Fact, Fold))
    path = where.name(test.left.path)
    (seen, value, _), (bound, shown, _) = where.look(test.left), where.look(test.right)
    if not isinstance(test.right, Literal):
        shown = {"fact": where.name(test.right.path), "value": shown}
    element = None if decision.element is None else f"changes[{decision.element}]"
    key = (path, test.op, str(shown), element)
    if key in found:
        row = found[key]
        row.rules.extend([name] if name not in row.rules else [])
        row.cite.extend(cite for cite in decision.rule.cite if cite not in row.cite)
        return
    found[key] = _row(test, positive, seen, bound, shown, Threshold(
        test.left.path, {}, True, value, None, None, [name], list(decision.rule.cite), element
    ))  # fmt: skip


def _row(test: Test, positive: bool, seen: Seen, bound: Seen, shown: Any, row: Threshold) -> Threshold:
    """Fill in how the bound is told, whether it holds, and the margin."""
    op: Op = test.op
    said = SHOWN[op, positive]
    row.bound, row.inclusive = {said: shown}, said in _INCLUSIVE
    row.holds = _holds(said, seen, bound)
    if seen.value is not None and bound.value is not None:
        left, right = (bound.value, seen.value) if said in _CEILINGS else (seen.value, bound.value)
        margin = difference(test.left.type, left, right)
        row.margin = None if margin is None else format_value(test.left.type, margin)
    return row


def _holds(said: str, seen: Seen, bound: Seen) -> bool | None:
    """Decided on the bounds of what is known, so that a partial sum may decide."""
    held = at_most(seen, bound) if said in ("at_most", "more_than") else at_most(bound, seen)
    return held if said in _INCLUSIVE or held is None else not held
