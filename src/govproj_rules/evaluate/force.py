"""Acts and dates before the regulation was in force are information only."""

from __future__ import annotations

from datetime import date

from govproj_rules.evaluate.decision import Decision
from govproj_rules.evaluate.logic import Where
from govproj_rules.facts import Missing, Seen, reason
from govproj_rules.values import format_value


def before_force(made: Decision, where: Where, start: date | None) -> None:
    """Changes a decision of which one date lies (or, if it is held against the project, may lie) before ``start``."""
    if start is None or not (made.rule.done_dates or made.rule.before or made.clock):  # nothing of it has a day
        return
    days = _days(made, where)
    if any(day.high is not None and day.high < start for day in days):
        told = reason("before_in_force", **{"from": format_value("date", start)})
        made.status, made.late, made.checked, made.missing, made.asked_from = "info", False, False, (told,), None
    elif made.status == "unmet":
        open_: list[Missing] = [one for day in days if day.low is None or day.low < start for one in day.missing]
        if open_:
            made.status, made.late, made.missing = "unknown", False, tuple(dict.fromkeys(open_))


def _days(made: Decision, where: Where) -> list[Seen]:
    """When it was done (a paper may be older than the duty to hand it in), when it was due, what it was due before."""
    days = [] if made.rule.kind == "document" else [made.done_day]
    if made.clock is not None:
        days.append(made.clock.due)
    if made.rule.before is not None:
        days.append(where.facts.get(f"events.{made.rule.before.event}.date"))
    return days
