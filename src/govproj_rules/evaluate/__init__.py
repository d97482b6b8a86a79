"""The definition: what every rule says of a project, and why. Slow enough to explain everything.

Every faster way to decide must agree with this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from govproj_rules import ir
from govproj_rules.compiled import remembered
from govproj_rules.conditions import facts_in
from govproj_rules.evaluate.consequences import Grounds, follow
from govproj_rules.evaluate.decision import Decision
from govproj_rules.evaluate.force import before_force
from govproj_rules.evaluate.logic import YES, Answer, Where, both, decide
from govproj_rules.evaluate.reasons import timed
from govproj_rules.evaluate.timing import (
    NOT_DONE,
    Clock,
    Timing,
    by_clock,
    by_event,
    by_stage,
    clocks,
    counts,
    done_day,
    lapsed,
)
from govproj_rules.facts import Facts, Missing, Seen
from govproj_rules.ir import Fact, Rule, RuleSet
from govproj_rules.light import dataclass
from govproj_rules.outcomes import IN_TIME, KINDS, LATE, NO, STATUS, UNDATED, UNKNOWN


@dataclass(frozen=True, slots=True)
class Scope:
    """Which regime governs the project: ``applies``, ``excluded`` or only ``presumed``."""

    kind: str
    regime: ir.Regime | None
    answers: tuple[tuple[ir.Regime, Answer], ...]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is missing to be sure of the regime, first regimes first."""
        if self.kind != "presumed":
            return ()
        return tuple(dict.fromkeys(one for _, answer in self.answers for one in answer.missing))


def find_scope(ruleset: RuleSet, facts: Facts) -> Scope:
    """The first regime that holds with all before it known not to; else the presumed one."""
    where = Where(facts)
    answers = tuple((regime, decide(regime.when, where)) for regime in ruleset.regimes)
    for regime, answer in answers:
        if answer.value is None:
            presumed = next(one for one in ruleset.regimes if one.presume)
            return Scope("presumed", presumed, answers)
        if answer.value:
            return Scope("excluded" if regime.excluded else "applies", regime, answers)
    return Scope("excluded", None, answers)


def evaluate(ruleset: RuleSet, facts: Facts, regime: str, rules: Iterable[Rule] | None = None) -> list[Decision]:
    """Every rule of a regime (or those of ``rules`` in it) decided, in the order of the ruleset.

    Rules that do not apply are kept as such. What ``rules`` leaves out must not apply: consequences follow from the rest.
    """
    mine = [rule for rule in (ruleset.rules if rules is None else rules) if regime in rule.regimes]
    where = Where(facts)
    plain = _plain(ruleset) if facts.judged is None else {}
    made = [
        _kept_or_decided(rule, plain[id(rule)], where, ruleset) if id(rule) in plain
        else [] if rule.kind == "consequence" else _decide_each(rule, where, ruleset)
        for rule in mine
    ]  # fmt: skip
    grounds = Grounds([decision for decisions in made for decision in decisions])
    for rule, decisions in zip(mine, made, strict=True):
        if rule.kind == "consequence":
            decisions.append(follow(rule, facts, grounds))
    return [decision for decisions in made for decision in decisions]


# --- rules that are often decided alike -----------------------------------------------------------------


_FEW: Final = frozenset({"yes_no", "one_of", "some_of"})
"""The types of facts of which the like is known of many projects."""
_DATED: Final = ir.Deadline | ir.Approval | ir.Consequence
"""What turns on days, or on what other rules come to."""
_MOST: Final = 5_000
"""So many decisions are kept of one ruleset."""


@remembered(64)
def _plain(ruleset: RuleSet) -> dict[int, tuple[Fact, ...]]:
    """The rules, by identity, in which no change, day or amount has a part; and the facts that each reads."""
    made = {}
    for rule in ruleset.rules:
        if rule.each or rule.before or rule.done_dates or isinstance(rule.outcome, _DATED):
            continue
        reads = tuple(dict.fromkeys(fact for one in (rule.applies, rule.done or ir.TRUE) for fact in facts_in(one)))
        if all(fact.type in _FEW for fact in reads):
            made[id(rule)] = reads
    return made


@remembered(64)
def _kept(ruleset: RuleSet) -> dict[tuple[Any, ...], list[Decision]]:  # noqa: ARG001  # one for each
    return {}


def _kept_or_decided(rule: Rule, reads: Iterable[Fact], where: Where, ruleset: RuleSet) -> list[Decision]:
    """What comes of one of these rules: it is the same wherever the same is known of the facts it reads, and the stage."""
    kept, looked_up = _kept(ruleset), where.looked_up
    reached = rule.stage and where.facts.reached(rule.stage)
    key = id(rule), reached, *[(looked_up.get(fact.path) or where.look(fact))[2] for fact in reads]
    found = kept.get(key)
    if found is None:
        found = _decide(rule, where, ruleset)
        for one in found:
            one.shared = True
        if len(kept) >= _MOST:
            kept.clear()
        kept[key] = found
    return found


def decide_rule(rule: Rule, facts: Facts, ruleset: RuleSet) -> list[Decision]:
    """A rule, other than a consequence, once, or once for every change; where the changes are not stated, once for all of them."""
    return _decide_each(rule, Where(facts), ruleset)


def _decide_each(rule: Rule, where: Where, ruleset: RuleSet) -> list[Decision]:
    facts = where.facts
    if rule.each is None:
        return _decide(rule, where, ruleset)
    if facts.changes is not None:
        return [one for place in range(facts.changes) for one in _decide(rule, Where(facts, place), ruleset)]
    if (reached := facts.reached("construction")) is False:
        return []
    applies = decide(rule.applies, where)
    missing: tuple[Missing, ...] = ("changes",) if reached else ("changes", "stage")
    status = "not_applicable" if applies.value is False else "unknown"
    checked = status == "unknown" and rule.done is not None and KINDS[rule.kind].obligation
    waiting = Answer(None, (), (), missing)
    return [Decision(rule, None, name_of(rule, None), status, waiting, YES, NOT_DONE, checked=checked, missing=missing)]


def name_of(rule: Rule, element: int | None, year: int | None = None) -> str | None:
    """What a finding is ``for``: a change (all of them, where they are not stated), a member of a list, a year."""
    if year is None and rule.each is None:
        return rule.element
    change = f"changes[{element}]" if element is not None else "changes" if rule.each else None
    parts = [change, rule.element, None if year is None else str(year)]
    return ".".join(part for part in parts if part) or None


def _decide(rule: Rule, where: Where, ruleset: RuleSet) -> list[Decision]:
    applies = decide(rule.applies, where)
    made = Decision(rule, where.element, name_of(rule, where.element), "not_applicable", applies, YES, NOT_DONE)
    if applies.value is False:
        return [made]
    if rule.done is None:  # a permission, a competence, a reminder
        _unchecked(made, where)
        return [made]
    clocked = [made]
    if isinstance(rule.outcome, ir.Deadline):
        clocked = [_by_clock(made, clock) for clock in clocks(rule.outcome.due, where)]
    for one in clocked:
        _obligation(one, where)
        before_force(one, where, ruleset.in_force_from)
    return clocked


def _by_clock(plain: Decision, clock: Clock) -> Decision:
    rule, applies = plain.rule, plain.applies
    if clock.unsure:
        applies = Answer(None, applies.deciding, applies.rest, (*applies.missing, *clock.unsure))
    name = name_of(rule, plain.element, clock.year)
    return Decision(rule, plain.element, name, plain.status, applies, YES, NOT_DONE, clock=clock)


def _unchecked(made: Decision, where: Where) -> None:
    """Nothing to be done: it applies or may apply; a reminder that may, only from its stage on."""
    rule, applies = made.rule, made.applies
    ahead = rule.kind == "duty" and rule.stage is not None and where.facts.reached(rule.stage) is False
    made.status = "info" if applies.value else "upcoming" if ahead else "unknown"
    made.missing = applies.missing
    made.asked_from = rule.stage if made.status == "upcoming" else None


def _obligation(made: Decision, where: Where) -> None:
    """The three answers (applies, done, due) and the status they give."""
    rule, clock = made.rule, made.clock
    assert rule.done is not None
    made.done = done = decide(rule.done, where)
    value, missing_done = done.value, done.missing
    day = done_day(rule, where, clock) if rule.done_dates else NOT_DONE
    if value and clock is not None:
        value, missing_done = counts(clock, day)
    if value and isinstance(rule.outcome, ir.Approval):
        over, missing_done, made.valid_until = lapsed(rule.outcome, day, where)
        value = None if over is None else not over
    timing = _timing(made, day, where)
    way = NO if value is False else UNKNOWN if value is None else _in_time(timing, rule)
    at_once = rule.kind == "prohibition" and way == NO  # what is violated is so at once, whatever the stage
    made.status = status = STATUS[made.applies.value, way, True if at_once else timing.due]
    made.extra = timed(rule, status, day, clock, made.valid_until, where)
    if status == "unknown":
        missing = list(made.applies.missing)
        if way == UNKNOWN:
            missing += missing_done
        if way == UNDATED:
            missing += timing.missing_time
        if way in (NO, UNKNOWN) and timing.due is None and not at_once:
            missing += timing.missing_due
        made.missing = tuple(dict.fromkeys(missing))
    elif status == "upcoming" and made.applies.value is None:
        made.missing, made.asked_from = made.applies.missing, _asked_from(rule, where)
    if rule.kind != "prohibition" and way in (NO, UNKNOWN):  # what does not count was not done on any day
        day = NOT_DONE if way == NO else Seen(None, None, missing_done)
    made.late, made.checked, made.done_day = status == "unmet" and way == LATE, True, day


def _in_time(timing: Timing, rule: Rule) -> str:
    if not rule.done_dates or rule.kind == "prohibition":  # what is kept is kept on no day of its own
        return IN_TIME
    return IN_TIME if timing.in_time else UNDATED if timing.in_time is None else LATE


def _timing(made: Decision, day: Seen, where: Where) -> Timing:
    """A deadline or ``before`` decides alone (both: the stricter); else the stage; else at once."""
    if made.clock is None and made.rule.before is None:
        return by_stage(made.rule, where)
    parts = []
    if made.clock is not None:
        parts.append(by_clock(made.clock, day, where))
    if made.rule.before is not None:
        parts.append(by_event(made.rule.before, day, where))
    in_time = both([part.in_time for part in parts])
    due = both([None if part.due is None else not part.due for part in parts])
    return Timing(
        in_time,
        None if due is None else not due,
        tuple(one for part in parts for one in part.missing_time),
        tuple(one for part in parts for one in part.missing_due),
    )


def _asked_from(rule: Rule, where: Where) -> str | None:
    """The stage from which an upcoming thing's questions matter."""
    if rule.stage:
        return rule.stage
    event = rule.before.event if rule.before else getattr(rule.outcome, "event", None)
    known_event = where.facts.vocabulary.events.get(event or "")
    return known_event.stage if known_event else None


__all__ = ["Decision", "Scope", "decide_rule", "evaluate", "find_scope", "name_of"]
