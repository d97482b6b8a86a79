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
from govproj_rules.report import WaiverView
from govproj_rules.waivers import Found, Waivers


class Row(NamedTuple):
    """One finding: its rule, what it is for, how it stands, the last day of a deadline, and what its waiver comes to."""

    rule: str
    for_: str | None
    status: str
    late: bool
    due: date | None
    waiver: str | None = None


class Standing(NamedTuple):
    """How a project stands: what a session keeps between two steps. Rows are shared by all sessions."""

    verdict: str
    scope: str
    regime: str | None
    rows: tuple[Row, ...]
    waivers: tuple[WaiverView, ...] = ()


_row = lru_cache(maxsize=65_536)(Row)


def decide(ruleset: RuleSet, facts: Facts, engine: Engine) -> Standing:
    """How the project of ``facts`` stands; reasons are not made here."""
    waivers = Waivers(facts.project, ruleset, facts.as_of)
    if checking.not_in_force(ruleset, facts.as_of):
        return Standing("not_in_force", "applies", None, (), tuple(waivers.views(())))
    scope, regime, decided, _ = checking.decide(ruleset, facts, engine)
    name = regime.id if regime else None
    if scope == "excluded":
        return Standing("out_of_scope", scope, name, (), tuple(waivers.views(())))
    due: dict[tuple[str, int | None], dict[int | None, date]] = {}
    rows: list[Row] = []
    outcomes: list[checking.Outcome] = []
    found: list[Found] = []
    for rule, place, year, settled in decided:
        if settled.status == "not_applicable":
            continue
        last = None
        if rule.kind == "deadline" and (place is not None or rule.each is None):
            if (rule.id, place) not in due:
                due[rule.id, place] = _last_days(rule, place, facts)
            last = due[rule.id, place].get(year)
        one = rule, name_of(rule, place, year), settled.status
        mark = waivers.mark(one) if waivers else None
        rows.append(_row(rule.id, one[1], settled.status, settled.late, last, mark))
        outcomes.append((rule, settled.status))
        found.append(one)
    return Standing(
        checking.verdict_of(outcomes, scope), scope, name, tuple(rows), tuple(waivers.views(found) if waivers else ())
    )


def _last_days(rule: Rule, place: int | None, facts: Facts) -> dict[int | None, date]:
    """The last days of a deadline by year, as far as they are known and there are any."""
    assert isinstance(rule.outcome, Deadline)
    days = ((clock.year, clock.last) for clock in clocks(rule.outcome.due, Where(facts, place)))
    return {year: day for year, day in days if day is not None}
