"""How every rule stands for a project on a day, in a form small enough to keep for thousands of projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from govproj_rules.checking import not_in_force, verdict_of
from govproj_rules.engines import Engine
from govproj_rules.evaluate import evaluate, find_scope, name_of
from govproj_rules.evaluate.logic import Where
from govproj_rules.evaluate.timing import Clock, clocks
from govproj_rules.facts import Facts
from govproj_rules.ir import Deadline, Rule, RuleSet
from govproj_rules.to_python import to_python
from govproj_rules.values import NEVER


class Row(NamedTuple):
    """One finding: its rule, what it is for, how it stands, and the last day of a deadline."""

    rule: str
    for_: str | None
    status: str
    late: bool
    due: date | None


class Standing(NamedTuple):
    """How a project stands: what a session keeps between two steps. Rows are shared by all sessions."""

    verdict: str
    scope: str
    regime: str | None
    rows: tuple[Row, ...]


_row = lru_cache(maxsize=65_536)(Row)


def decide(ruleset: RuleSet, facts: Facts, engine: Engine) -> Standing:
    """How the project of ``facts`` stands; reasons are not made here."""
    if not_in_force(ruleset, facts.as_of):
        return Standing("not_in_force", "applies", None, ())
    scope, regime, rows = _DECIDE[engine](ruleset, facts)
    if scope == "excluded":
        return Standing("out_of_scope", scope, regime, ())
    kept = tuple(row for _, row in rows)
    return Standing(verdict_of(((rule, row.status) for rule, row in rows), scope), scope, regime, kept)


Decided = tuple[str, str | None, list[tuple[Rule, Row]]]


def _by_python(ruleset: RuleSet, facts: Facts) -> Decided:
    program = to_python(ruleset)
    scope, regime, entries = program.decide(facts)
    made: list[tuple[Rule, Row]] = []
    if scope == "excluded":
        return scope, regime.id if regime else None, made
    due: dict[tuple[str, int | None], dict[int | None, date | None]] = {}
    for rule, place, year, settled in program.outcomes(entries):
        if settled.status == "not_applicable":
            continue
        last = None
        if rule.kind == "deadline" and (place is not None or rule.each is None):
            if (rule.id, place) not in due:
                due[rule.id, place] = {clock.year: _day(clock) for clock in _clocks(rule, place, facts)}
            last = due[rule.id, place].get(year)
        made.append((rule, _row(rule.id, name_of(rule, place, year), settled.status, settled.late, last)))
    return scope, regime.id if regime else None, made


def _clocks(rule: Rule, place: int | None, facts: Facts) -> Iterator[Clock]:
    assert isinstance(rule.outcome, Deadline)
    return clocks(rule.outcome.due, Where(facts, place))


def _day(clock: Clock | None) -> date | None:
    """The last day of a deadline, where it is known and there is one."""
    return None if clock is None or clock.due.value == NEVER else clock.due.value


def _by_durable(ruleset: RuleSet, facts: Facts) -> Decided:
    from govproj_rules.to_durable import to_durable

    facts.judged = to_durable(ruleset).judge(facts)
    scope = find_scope(ruleset, facts)
    if scope.kind == "excluded":
        return scope.kind, scope.regime.id if scope.regime else None, []
    assert scope.regime is not None
    made = [
        (one.rule, _row(one.rule.id, one.for_, one.status, one.late, _day(one.clock)))
        for one in evaluate(ruleset, facts, scope.regime.id)
        if one.status != "not_applicable"
    ]
    return scope.kind, scope.regime.id, made


_DECIDE: Final = {"python": _by_python, "durable": _by_durable}
