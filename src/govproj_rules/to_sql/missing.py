"""What is missing where a rule is unknown: for every fact that a rule reads, the condition under which it waits for it.

As the definition has it: of a condition only the parts that are undecided wait for anything, and of those only the facts
that nobody stated; a day is missing where a limit, an order or the time in force turns on it.
"""

from __future__ import annotations

from typing import assert_never

from govproj_rules import ir
from govproj_rules.flat import NUMBER
from govproj_rules.flat.columns import APPROVED, FEES, RATIOS
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Rule, Term, Test
from govproj_rules.to_sql.rules import Rules, code
from govproj_rules.to_sql.settling import OPEN, UNKNOWN, Answers
from govproj_rules.to_sql.syntax import (
    TRUE,
    Sql,
    column,
    compared,
    every,
    holds,
    known,
    missing,
    number,
    opposite,
    some,
)
from govproj_rules.to_sql.terms import ENDLESS, Known
from govproj_rules.to_sql.timing import YEAR

Lack = tuple[Sql, str]
"""A condition, in two values where it holds, and the path of the fact that is missing then."""


def where(condition: Sql, lacks: list[Lack]) -> list[Lack]:
    """The same, where a condition holds too."""
    return [(every([condition, one]), fact) for one, fact in lacks]


class Missing:
    """What the rules of a ruleset wait for."""

    def __init__(self, rules: Rules) -> None:
        self.conditions = rules.conditions
        self.terms = rules.terms
        self.settling = rules.settling
        self.rules = rules.ruleset.rules

    def of_rule(self, place: int) -> list[Lack]:
        """What a rule waits for where it is unknown, each fact once."""
        rule, mine = self.rules[place], column(code(place))
        found = self._applies(rule)
        if (answers := self.settling.answers.get(id(rule))) is not None:
            found += self._unsure(rule, answers) + self._undone(rule, answers) + self._undated(rule, answers)
            found += self._not_due(rule, answers) + self._before_force(rule, answers)
        if rule.each is not None:
            unstated, reached = missing(column(NUMBER)), self.terms.reached("construction")
            found = [
                *where(known(column(NUMBER)), found),
                (unstated, "changes"),
                (every([unstated, missing(reached)]), "stage"),
            ]
        by_fact: dict[str, list[Sql]] = {}
        for one, fact in found:
            by_fact.setdefault(fact, []).append(one)
        open_ = every([compared(mine, ">=", number(OPEN)), compared(mine, "<=", number(UNKNOWN))])
        return [(every([open_, some(ones)]), fact) for fact, ones in by_fact.items()]

    # --- terms and conditions -------------------------------------------------------------------------

    def _term(self, term: Term) -> list[Lack]:
        match term:
            case Literal():
                return []
            case Fold(terms=parts):
                seen = self.terms.see(term)
                return where(_open(seen), [lack for part in parts for lack in self._term(part)])
            case Fact(path):
                return self._fact(term, path)
            case _:
                assert_never(term)

    def _fact(self, term: Fact, path: str) -> list[Lack]:
        base = path.removesuffix(".date")
        if path in RATIOS:
            whole, part = (
                column(APPROVED),
                column("so far at most" if path == "change.cumulative_ratio" else RATIOS[path]),
            )
            some_whole = some([missing(whole), compared(whole, "<>", number(0))])
            return [(every([some_whole, missing(part)]), RATIOS[path]), (missing(whole), APPROVED)]
        if path == "investment.total":
            total, cost = column(path), column("investment.without_fees")
            fees = [f"investment.fees.{fee}" for fee in FEES]
            partly = every([missing(total), known(cost)])
            return [
                (every([missing(total), missing(cost)]), path),
                *((every([partly, missing(column(fee))]), fee) for fee in fees),
            ]
        if path.startswith("documents."):
            return self._of_document(term, path, base)
        if path.startswith("events.") or base in ("change.filed", "change.reapproved"):
            return self._of_event(term, path, base)
        return [(missing(column(path)), path)]

    def _of_event(self, term: Fact, path: str, base: str) -> list[Lack]:
        happened = self.terms.happened(base)
        dated = [(every([holds(happened), missing(self.terms.see(term).low)]), path)] if path != base else []
        return [(missing(happened), base), *dated]

    def _of_document(self, term: Fact, path: str, base: str) -> list[Lack]:
        document = ".".join(path.split(".")[:2])
        there = self.terms.happened(document)
        first: Lack = (missing(there), document)
        if path == document:
            return [first]
        if base != document and base.endswith(".approved"):
            return [first, *where(holds(there), self._of_event(term, path, base))]
        seen = self.terms.see(term).low
        return [first, (every([holds(there), missing(seen)]), path)]

    def _expr(self, expr: Expr) -> list[Lack]:
        match expr:
            case Test(left, _, right):
                return where(missing(self.conditions.value(expr)), self._term(left) + self._term(right))
            case Not(part):
                return self._expr(part)
            case All(parts):
                return where(
                    missing(self.conditions.value(expr)), [lack for part in parts for lack in self._expr(part)]
                )
            case _:
                assert_never(expr)

    # --- the answers of a rule ------------------------------------------------------------------------

    def _applies(self, rule: Rule) -> list[Lack]:
        return self._expr(rule.applies)

    def _unsure(self, rule: Rule, made: Answers) -> list[Lack]:
        """Whether a yearly duty runs in this year at all."""
        when = rule.outcome.due.when if isinstance(rule.outcome, ir.Deadline) else None
        if made.clock is None or not isinstance(when, ir.EveryYear):
            return []
        low = self.terms.see(when.end).low
        open_end = some([missing(low), compared(low, "<", made.clock.due.low)])
        return where(made.clock.unsure, [*self._term(when.start), *where(open_end, self._term(when.end))])

    def _undone(self, rule: Rule, made: Answers) -> list[Lack]:
        """Whether it was done, and counts."""
        assert rule.done is not None
        found = self._expr(rule.done)
        outcome, open_ = rule.outcome, every([holds(self.conditions.value(rule.done)), missing(made.done)])
        if isinstance(outcome, ir.Deadline):
            opens = self._term(outcome.due.when.anchor) if isinstance(outcome.due.when, ir.After) else []
            found += where(open_, opens + self._day(rule, made))
        elif isinstance(outcome, ir.Approval) and outcome.used_by is not None:
            used = self._term(Fact(f"events.{outcome.used_by}.date", "date"))
            found += where(open_, used + self._day(rule, made))
        return found

    def _undated(self, rule: Rule, made: Answers) -> list[Lack]:
        """Whether it was done in time."""
        if made.in_time == TRUE:
            return []
        found: list[Lack] = []
        for (in_time, _), limit in zip(made.parts, self._limits(rule, made), strict=True):
            found += where(missing(in_time), self._day(rule, made) + limit)
        return where(every([holds(made.done), missing(made.in_time)]), found)

    def _not_due(self, rule: Rule, made: Answers) -> list[Lack]:
        """Whether it is due yet."""
        if not made.parts:
            lacks: list[Lack] = [(missing(made.due), "stage")]
        else:
            lacks = []
            if made.clock is not None:
                lacks += where(missing(made.parts[0][1]), self._due(rule))
            if rule.before is not None:
                lacks += where(missing(made.parts[-1][1]), self._term(Fact(f"events.{rule.before.event}", "yes_no")))
        undone = opposite(holds(made.done)) if rule.kind != "prohibition" else missing(made.done)
        return where(every([undone, missing(made.due)]), lacks)

    def _before_force(self, rule: Rule, made: Answers) -> list[Lack]:
        """Whether one of the days that break it may lie before the time in force."""
        late, unmet = self.settling.broken(rule, made, self.conditions.value(rule.applies))
        limits = list(zip(made.others, self._limits(rule, made), strict=False))
        own = [(one, self._day(rule, made)) for one in made.own]
        found: list[Lack] = []
        for condition, days in (
            (late, [*own, *limits]),
            (unmet, [*own, *limits] if rule.kind == "prohibition" else limits),
        ):
            for one, lacks in days:
                found += where(every([condition, opposite(self.settling.in_force(one))]), lacks)
        return found

    # --- days -----------------------------------------------------------------------------------------

    def _limits(self, rule: Rule, made: Answers) -> list[list[Lack]]:
        """What is missing of the last day, and of the day of what it is owed before."""
        limits = [] if made.clock is None else [self._due(rule)]
        if rule.before is not None:
            limits.append(self._term(Fact(f"events.{rule.before.event}.date", "date")))
        return limits

    def _day(self, rule: Rule, made: Answers) -> list[Lack]:
        """Of the day on which it was done."""
        found: list[Lack] = []
        for way, term in rule.done_dates:
            value = self.conditions.value(way)
            found += self._expr(way)
            found += where(opposite(every([known(value), opposite(holds(value))])), self._term(term))
        return where(_open(made.day), found)

    def _due(self, rule: Rule) -> list[Lack]:
        """Of the last day."""
        assert isinstance(rule.outcome, ir.Deadline)
        due = rule.outcome.due
        match due.when:
            case ir.After(anchor=term) | ir.OnDate(date=term) | ir.OnDay(year=term):
                found = self._term(term)
            case ir.EveryYear(start=start):
                return where(missing(column(YEAR)), self._term(start))
            case _:
                assert_never(due.when)
        if due.moved_to is None:
            return found
        when, to = self.conditions.value(due.moved_when), self.terms.see(due.moved_to)
        given = opposite(holds(compared(to.low, "=", ENDLESS)))
        found += where(every([opposite(every([known(when), opposite(holds(when))])), given]), self._term(due.moved_to))
        return found + where(given, self._expr(due.moved_when))


def _open(seen: Known) -> Sql:
    """Whether a range is more than one point."""
    return some([missing(seen.low), missing(seen.high), compared(seen.low, "<>", seen.high)])
