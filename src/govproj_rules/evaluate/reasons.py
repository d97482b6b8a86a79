"""The tests of dates that a status rests on, told as reasons."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.evaluate.timing import Clock
from govproj_rules.facts import Seen
from govproj_rules.ir import Approval, Before, Fact, Literal, Rule
from govproj_rules.report import Because
from govproj_rules.values import NEVER

_WANTED: Final = {"met": True, "unmet": False, "unknown": None}


def timed(
    rule: Rule, status: str, day: Seen, clock: Clock | None, end: Seen | None, where: Where
) -> tuple[Because, ...]:
    """The day a thing was done against its window, its order and the end of its validity; what decided first."""
    path = _dated(rule, where)
    if path is None:
        return ()
    made = [*_window(path, day, clock), *_order(path, day, rule.before, where), *_valid(rule, end, where)]
    told = [
        Because(fact, {op: bound}, _day(seen), _holds(op, seen, limit, status)) for fact, op, bound, seen, limit in made
    ]
    return tuple(sorted(told, key=lambda one: one.holds is not _WANTED.get(status)))


_Made = tuple[str, str, Any, Seen, Seen]


def _dated(rule: Rule, where: Where) -> str | None:
    """The date of the way in which a thing was done; of the first way, where it was not."""
    ways = [
        *(term for way, term in rule.done_dates if decide(way, where).value),
        *(term for _, term in rule.done_dates),
    ]
    return None if not ways or isinstance(ways[0], Literal) else where.name(ways[0].path)


def _window(path: str, day: Seen, clock: Clock | None) -> list[_Made]:
    if clock is None:
        return []
    limits = [("at_most", clock.due), *([("at_least", clock.opens)] if clock.opens and day.value != NEVER else [])]
    return [(path, op, limit.value.isoformat(), day, limit) for op, limit in limits if limit.value not in (None, NEVER)]


def _order(path: str, day: Seen, before: Before | None, where: Where) -> list[_Made]:
    if before is None:
        return []
    limit = where.facts.get(f"events.{before.event}.date")
    if limit.value == NEVER:
        return []
    bound = {"fact": f"events.{before.event}.date", "value": None} if limit.value is None else limit.value.isoformat()
    return [(path, "at_most" if before.same_day else "less_than", bound, day, limit)]


def _valid(rule: Rule, end: Seen | None, where: Where) -> list[_Made]:
    used_by = rule.outcome.used_by if isinstance(rule.outcome, Approval) else None
    if used_by is None or end is None or end.value in (None, NEVER):
        return []
    used = Fact(f"events.{used_by}.date", "date")
    return [(used.path, "at_most", end.value.isoformat(), where.see(used), end)]


def _day(seen: Seen) -> str | None:
    return None if seen.value in (None, NEVER) else seen.value.isoformat()


def _holds(op: str, seen: Seen, limit: Seen, status: str) -> bool | None:
    """A thing not done breaks its limit only once that has made it unmet."""
    day, bound = seen.value, limit.value
    if day is None or bound is None:
        return None
    if day == NEVER:
        return False if status == "unmet" else None
    return _compare(op, day, bound)


def _compare(op: str, day: date, bound: date) -> bool:
    return day >= bound if op == "at_least" else day < bound or (op == "at_most" and day == bound)
