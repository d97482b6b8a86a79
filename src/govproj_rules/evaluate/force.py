"""Acts and dates before the regulation was in force are information only."""

from __future__ import annotations

from datetime import date

from govproj_rules.evaluate.decision import Decision
from govproj_rules.evaluate.logic import Where
from govproj_rules.facts import Missing, Seen, reason
from govproj_rules.values import format_value


def before_force(decision: Decision, where: Where, start: date | None) -> Decision:
    """The same decision, unless one of its dates lies (or, if it is held against the project, may lie) before ``start``."""
    if start is None:
        return decision
    days = _days(decision, where)
    if any(day.high is not None and day.high < start for day in days):
        told = reason("before_in_force", **{"from": format_value("date", start)})
        return decision._replace(status="info", late=False, checked=False, missing=(told,), asked_from=None)
    open_: list[Missing] = [one for day in days if day.low is None or day.low < start for one in day.missing]
    if decision.status == "unmet" and open_:
        return decision._replace(status="unknown", late=False, missing=tuple(dict.fromkeys(open_)))
    return decision


def _days(decision: Decision, where: Where) -> list[Seen]:
    """When it was done (a paper may be older than the duty to hand it in), when it was due, what it was due before."""
    days = [] if decision.rule.kind == "document" else [decision.done_day]
    if decision.clock is not None:
        days.append(decision.clock.due)
    if decision.rule.before is not None:
        days.append(where.facts.get(f"events.{decision.rule.before.event}.date"))
    return days
