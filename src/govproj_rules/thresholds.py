"""Every bound a rule puts on a number: the project's value, and how much room is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from govproj_rules.compiled import remembered
from govproj_rules.evaluate import Decision
from govproj_rules.evaluate.logic import Where, at_most, decide, told
from govproj_rules.facts import Facts, Seen
from govproj_rules.ir import Fact, Fold, Literal, Op, Rule, Test
from govproj_rules.operators import SHOWN, measured
from govproj_rules.report import Threshold
from govproj_rules.values import difference, format_value

_INCLUSIVE: Final = frozenset({"at_most", "at_least"})
_CEILINGS: Final = frozenset({"at_most", "less_than"})


def thresholds(decisions: Iterable[Decision], facts: Facts, rule_name: Any) -> list[Threshold]:
    """One row per (fact, bound, element), for rules that apply, may apply, or fail to apply only by numbers."""
    found: dict[tuple[str, str, str, str | None], Threshold] = {}
    for decision in decisions:
        rule = decision.rule
        tests = tests_of(rule)
        if not tests or not _matters(rule, decision, facts):
            continue
        for test, positive in tests:
            _add(found, test, positive, decision, facts, rule_name(rule))
    return list(found.values())


@remembered(10_000)
def tests_of(rule: Rule) -> tuple[tuple[Test, bool], ...]:
    """The measured comparisons of a rule."""
    return (*measured(rule.applies), *(measured(rule.done) if rule.done else ()))


def _matters(rule: Rule, decision: Decision, facts: Facts) -> bool:
    if decision.applies.value is not False:
        return True
    return decide(rule.applies, Where(facts, decision.element), blind=True).value is not False


def _add(
    found: dict[tuple[str, str, str, str | None], Threshold],
    test: Test,
    positive: bool,
    decision: Decision,
    facts: Facts,
    name: str,
) -> None:
    where = Where(facts, decision.element)
    assert isinstance(test.left, (Fact, Fold))
    path = where.name(test.left.path)
    seen, bound = where.see(test.left), where.see(test.right)
    element = None if decision.element is None else f"changes[{decision.element}]"
    shown = _shown(test, where, bound)
    key = (path, test.op, str(shown), element)
    if key in found:
        row = found[key]
        row.rules.extend([name] if name not in row.rules else [])
        row.cite.extend(cite for cite in decision.rule.cite if cite not in row.cite)
        return
    found[key] = _row(test, positive, seen, bound, shown, Threshold(
        test.left.path, {}, True, told(test.left.type, seen), None, None, [name], list(decision.rule.cite), element
    ))  # fmt: skip


def _shown(test: Test, where: Where, bound: Seen) -> Any:
    if isinstance(test.right, Literal):
        return format_value(test.right.type, test.right.value)
    return {"fact": where.name(test.right.path), "value": told(test.right.type, bound)}


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
