"""One rule that applies or may apply: the three answers (applies, done, due) and the code of what they give."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from sqlglot import exp

from govproj_rules import ir
from govproj_rules.flat import NUMBER
from govproj_rules.ir import Fact, Rule
from govproj_rules.outcomes import KINDS
from govproj_rules.to_sql.conditions import Conditions
from govproj_rules.to_sql.layers import Level
from govproj_rules.to_sql.syntax import (
    FALSE,
    NULL,
    TRUE,
    Sql,
    case,
    column,
    compared,
    day,
    every,
    is_constant,
    known,
    missing,
    number,
    opposite,
    some,
)
from govproj_rules.to_sql.terms import Known
from govproj_rules.to_sql.timing import Clock, Timing

NOT_APPLICABLE, INFO, AHEAD, UPCOMING, MET, OPEN, UNKNOWN, UNMET, LATE = range(9)
CODES: Final = (
    ("not_applicable", False, False), ("info", False, False), ("upcoming", False, False), ("upcoming", False, True),
    ("met", False, True), ("unknown", False, False), ("unknown", False, True), ("unmet", False, True),
    ("unmet", True, True),
)  # fmt: skip
"""How a rule comes out: status, late, checked. The code is its place: the largest of several is the gravest, so that
what is unmet, else what is unknown, is seen at once."""
STATUSES: Final = {
    status: tuple(place for place, one in enumerate(CODES) if one[0] == status)
    for status in ("met", "unmet", "upcoming", "unknown", "info")
}
"""The codes of each status."""


class Answers(NamedTuple):
    """What a rule was settled by: its timing, when it was done, whether it was, in time, and is due (``parts``: by its
    deadline and by what it is owed before); ``broken``: the days that must lie in the time in force where it is unmet.
    """

    timing: Timing
    clock: Clock | None
    day: Known
    done: Sql
    parts: tuple[tuple[Sql, Sql], ...]
    in_time: Sql
    due: Sql
    own: tuple[Known, ...]
    others: tuple[Known, ...]


class Settling:
    """Writes the codes of rules; ``start`` is the first day in force."""

    def __init__(self, conditions: Conditions, start: date | None) -> None:
        self.conditions = conditions
        self.terms = conditions.terms
        self.start = None if start is None else day(start)
        self.answers: dict[int, Answers] = {}
        """By the identity of the rule; none for what is only told."""

    def code(self, value: int) -> Sql:
        return self.terms.dialect.cast(number(value), self.terms.dialect.code)

    def of_change(self, rule: Rule, level: Level) -> Sql:
        """A rule for one change; where the changes are not stated, it is unknown unless it does not apply."""
        checked = rule.done is not None and KINDS[rule.kind].obligation
        applies = self.conditions.value(rule.applies)
        unstated = case([(opposite(applies), self.code(NOT_APPLICABLE))], self.code(UNKNOWN if checked else OPEN))
        return case([(missing(column(NUMBER)), unstated)], self.settled(rule, level))

    def settled(self, rule: Rule, level: Level) -> Sql:
        """How a rule comes out, once; see :data:`govproj_rules.outcomes.STATUS`."""
        applies = self.conditions.value(rule.applies)
        if rule.done is None:
            return self._told(rule, applies)
        timing = Timing(self.conditions, level)
        outcome = rule.outcome
        clock = timing.clock(outcome.due) if isinstance(outcome, ir.Deadline) else None
        done_day = timing.done_day(rule, clock)
        done = self._done(rule, timing, clock, done_day)
        parts = self._parts(rule, timing, clock, done_day)
        in_time, due = self._timing(rule, level, parts)
        own, others = self._dated(rule, clock, done_day)
        made = Answers(timing, clock, done_day, done, parts, in_time, due, own, others)
        self.answers[id(rule)] = made
        branches = [(opposite(applies), NOT_APPLICABLE), *self._branches(rule, made, applies)]
        if clock is not None and isinstance(outcome, ir.Deadline) and isinstance(outcome.due.when, ir.EveryYear):
            branches.insert(0, (opposite(timing.runs(outcome.due.when, clock)), NOT_APPLICABLE))
        return case([(one, self.code(value)) for one, value in branches], self.code(UNKNOWN))

    def _branches(self, rule: Rule, made: Answers, applies: Sql) -> list[tuple[Sql, int]]:
        """The rows of the table of outcomes, first those that decide; what none of them holds for is unknown."""
        done, prohibited = made.done, rule.kind == "prohibition"
        late, unmet = self.broken(rule, made, applies)
        early = [self._early(one) for one in made.own]
        if not prohibited:  # what was not done was not done on any day
            early = [every([done, one]) for one in early]
        return [
            (some([*early, *map(self._early, made.others)]), INFO),
            (every([done, made.in_time]), MET),
            (every([late, *map(self.in_force, (*made.own, *made.others))]), LATE),
            (FALSE if made.in_time == TRUE else done, UNKNOWN),
            (every([missing(done), opposite(made.due)]) if prohibited else opposite(made.due), UPCOMING),
            (every([unmet, *map(self.in_force, (*made.own, *made.others) if prohibited else made.others)]), UNMET),
        ]

    def broken(self, rule: Rule, made: Answers, applies: Sql) -> tuple[Sql, Sql]:
        """Whether a rule is broken by being late, or by not being done; the time in force left aside."""
        sure = every([applies, opposite(made.clock.unsure)]) if made.clock else applies
        late = every([made.done, opposite(made.in_time), sure])
        return late, every([opposite(made.done), TRUE if rule.kind == "prohibition" else made.due, sure])

    # --- what is only told --------------------------------------------------------------------------

    def _told(self, rule: Rule, applies: Sql) -> Sql:
        """A permission, a competence, a reminder; a reminder of a later stage is ahead."""
        open_ = self.code(OPEN)
        if rule.kind == "duty" and rule.stage is not None:
            open_ = case([(opposite(self.terms.reached(rule.stage)), self.code(AHEAD))], open_)
        return self.info(applies, open_)

    def info(self, applies: Sql, open_: Sql) -> Sql:
        """The code of what is only told; a number is made of true and false, which is what INFO and NOT_APPLICABLE are."""
        if is_constant(applies):
            return open_ if applies == NULL else self.code(INFO if applies == TRUE else NOT_APPLICABLE)
        return case([(missing(applies), open_)], self.terms.dialect.one_or_nought(applies, self.terms.dialect.code))

    # --- done, in time, due -------------------------------------------------------------------------

    def _done(self, rule: Rule, timing: Timing, clock: Clock | None, done_day: Known) -> Sql:
        assert rule.done is not None
        done = self.conditions.value(rule.done)
        if clock is not None and (counts := timing.counts(clock, done_day)) != TRUE:
            done = timing.level.add(case([(done, counts), (opposite(done), FALSE)]))
        outcome = rule.outcome
        if isinstance(outcome, ir.Approval) and outcome.valid_for is not None and outcome.used_by is not None:
            valid = timing.still_valid(outcome, done_day)
            done = timing.level.add(case([(done, valid), (opposite(done), FALSE)]))
        return done

    def _parts(self, rule: Rule, timing: Timing, clock: Clock | None, done_day: Known) -> tuple[tuple[Sql, Sql], ...]:
        parts = [] if clock is None else [timing.by_clock(clock, done_day)]
        if rule.before is not None:
            parts.append(timing.by_event(rule.before, done_day))
        return tuple(parts)

    def _timing(self, rule: Rule, level: Level, parts: tuple[tuple[Sql, Sql], ...]) -> tuple[Sql, Sql]:
        """A deadline or ``before`` decides alone (both: the stricter); else the stage; else at once."""
        if not parts:
            return TRUE, TRUE if rule.stage is None else self.terms.reached(rule.stage)
        due = level.add(some([one for _, one in parts]))
        if not rule.done_dates or rule.kind == "prohibition":  # what is kept is kept on no day of its own
            return TRUE, due
        return level.add(every([one for one, _ in parts])), due

    # --- before the regulation was in force -----------------------------------------------------------

    def _dated(self, rule: Rule, clock: Clock | None, done: Known) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
        """When it was done (a paper may be older than the duty to hand it in); when it was due, and due before."""
        if self.start is None:
            return (), ()
        others = [] if clock is None else [clock.due]
        if rule.before is not None:
            others.append(self.terms.see(Fact(f"events.{rule.before.event}.date", "date")))
        return () if rule.kind == "document" or not rule.done_dates else (done,), tuple(others)

    def _early(self, one: Known) -> Sql:
        """Whether a day surely lies before the first day in force."""
        return self._by_start(one.high, "<")

    def in_force(self, one: Known) -> Sql:
        """Whether a day surely does not."""
        return every([known(one.low), self._by_start(one.low, ">=")])

    def _by_start(self, end: Sql, op: str) -> Sql:
        """A day against the first day in force; that of an event is compared once for all rules."""
        assert self.start is not None
        made = compared(end, op, self.start)
        if isinstance(end, exp.Column) and end.name in self.terms.project.named:
            return self.terms.once((end.name, op), self.terms.project, lambda: made)
        return made
