"""How every rule stands for a project on a day, in a form small enough to keep for thousands of projects."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from govproj_rules import checking
from govproj_rules.engines import Engine
from govproj_rules.evaluate import name_of
from govproj_rules.evaluate.logic import Where
from govproj_rules.evaluate.timing import clocks
from govproj_rules.facts import Facts
from govproj_rules.ir import Deadline, Rule, RuleSet
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
    if checking.not_in_force(ruleset, facts.as_of):
        return Standing("not_in_force", "applies", None, ())
    scope, regime, decided, _ = checking.decide(ruleset, facts, engine)
    name = regime.id if regime else None
    if scope == "excluded":
        return Standing("out_of_scope", scope, name, ())
    due: dict[tuple[str, int | None], dict[int | None, date]] = {}
    rows: list[Row] = []
    outcomes: list[checking.Outcome] = []
    for rule, place, year, settled in decided:
        if settled.status == "not_applicable":
            continue
        last = None
        if rule.kind == "deadline" and (place is not None or rule.each is None):
            if (rule.id, place) not in due:
                due[rule.id, place] = _last_days(rule, place, facts)
            last = due[rule.id, place].get(year)
        rows.append(_row(rule.id, name_of(rule, place, year), settled.status, settled.late, last))
        outcomes.append((rule, settled.status))
    return Standing(checking.verdict_of(outcomes, scope), scope, name, tuple(rows))


def _last_days(rule: Rule, place: int | None, facts: Facts) -> dict[int | None, date]:
    """The last days of a deadline by year, as far as they are known and there are any."""
    assert isinstance(rule.outcome, Deadline)
    days = ((clock.year, clock.due.value) for clock in clocks(rule.outcome.due, Where(facts, place)))
    return {year: day for year, day in days if day not in (None, NEVER)}
