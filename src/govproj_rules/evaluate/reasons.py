"""The tests of dates that a status rests on, told as reasons."""

from __future__ import annotations

from typing import Any

from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.evaluate.timing import Clock, not_after
from govproj_rules.facts import Seen
from govproj_rules.ir import Approval, Before, Fact, Literal, Rule
from govproj_rules.report import Because
from govproj_rules.values import NEVER


def timed(
    rule: Rule, status: str, day: Seen, clock: Clock | None, end: Seen | None, where: Where
) -> tuple[Because, ...]:
    """The day a thing was done against its window, its order and the end of its validity."""
    if clock is None and rule.before is None and (end is None or end.low == NEVER):
        return ()
    path = _dated(rule, where)
    if path is None:
        return ()
    made = [
        *_window(path, status, day, clock),
        *_order(path, day, rule.before, where),
        *_valid(rule, status, end, where),
    ]
    return tuple(
        Because(fact, {op: bound}, _day(seen), _holds(op, seen, limit, status)) for fact, op, bound, seen, limit in made
    )


_Made = tuple[str, str, Any, Seen, Seen]


def _dated(rule: Rule, where: Where) -> str | None:
    """The date of the way in which a thing was done; of the first way, where it was not."""
    if rule.kind == "prohibition":
        return None
    done = [term for way, term in rule.done_dates if decide(way, where).value]
    ways = [*done, *(term for _, term in rule.done_dates)]
    return None if not ways or isinstance(ways[0], Literal) else where.name(ways[0].path)


def _window(path: str, status: str, day: Seen, clock: Clock | None) -> list[_Made]:
    """Where only bounds of a limit are known, the one that decided is told."""
    if clock is None:
        return []
    limits = [("at_most", clock.due, clock.due.high if status == "unmet" else clock.due.low)]
    if clock.opens and day.value != NEVER:
        limits.append(("at_least", clock.opens, clock.opens.low if status == "unmet" else clock.opens.high))
    made: list[_Made] = [(path, op, t.isoformat(), day, limit) for op, limit, t in limits if t not in (None, NEVER)]
    if clock.opens and clock.opens.low == NEVER and clock.anchor:  # it does not count before that has happened
        made.append((path, "at_least", {"fact": clock.anchor, "value": None}, day, clock.opens))
    return made


def _order(path: str, day: Seen, before: Before | None, where: Where) -> list[_Made]:
    if before is None:
        return []
    limit = where.facts.get(f"events.{before.event}.date")
    if limit.value == NEVER:
        return []
    bound = {"fact": f"events.{before.event}.date", "value": None} if limit.value is None else limit.value.isoformat()
    return [(path, "at_most" if before.same_day else "less_than", bound, day, limit)]


def _valid(rule: Rule, status: str, end: Seen | None, where: Where) -> list[_Made]:
    used_by = rule.outcome.used_by if isinstance(rule.outcome, Approval) else None
    told = None if end is None else end.high if status == "unmet" else end.low
    if used_by is None or end is None or told in (None, NEVER):
        return []
    used = Fact(f"events.{used_by}.date", "date")
    return [(used.path, "at_most", told.isoformat(), where.see(used), end)]


def _day(seen: Seen) -> str | None:
    return None if seen.value in (None, NEVER) else seen.value.isoformat()


def _holds(op: str, seen: Seen, limit: Seen, status: str) -> bool | None:
    """A thing not done breaks its limit only once that has made it unmet."""
    if seen.value == NEVER and status != "unmet":
        return None
    holds, _ = not_after(seen, limit) if op == "at_most" else not_after(limit, seen)
    return holds if op != "less_than" or holds is None else not holds
