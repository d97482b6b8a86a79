"""The statements that settle every rule of a ruleset."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from govproj_rules import ir
from govproj_rules.ir import Expr, Fact, Rule, RuleSet
from govproj_rules.outcomes import BINDING, KINDS
from govproj_rules.to_python.conditions import Conditions
from govproj_rules.to_python.known import Terms
from govproj_rules.to_python.making import Written
from govproj_rules.to_python.settling import Plan
from govproj_rules.to_python.syntax import (
    FALSE,
    NONE,
    TRUE,
    assign,
    call,
    compared,
    constant,
    long_tuple,
    looked_up,
    name,
    store,
    tuple_of,
)

PARAMETERS = ("get", "happened", "span", "amounts", "share", "reached", "dates", "changes", "as_of")
"""What the generated function reads a project through, see :mod:`govproj_rules.to_python.reading`."""


def conditions_of(ruleset: RuleSet) -> Iterator[Expr]:
    """Every condition of a ruleset that is decided on its own."""
    for regime in ruleset.regimes:
        yield regime.when
    for rule in ruleset.rules:
        yield from rule.conditions


def write(ruleset: RuleSet) -> Written:
    """``decide(…)``: the scope, and one entry for every rule: how it came out, a list of (change or year, how), or None."""
    rules = _Rules(ruleset)
    rules.write()
    return Written("decide", PARAMETERS, rules.body(), rules.terms.constants)


def write_judge(ruleset: RuleSet) -> Written:
    """``judge(values)``: whether each rule applies, facts being read from ``values`` alone."""
    terms = Terms(as_stated=True)
    conditions = Conditions((rule.applies for rule in ruleset.rules), terms)
    values = [conditions.once(rule.applies) for rule in ruleset.rules]
    get = assign("get", ast.Attribute(name("values"), "get", ast.Load()))
    return Written("judge", ("values",), [get, *terms.project.body, ast.Return(long_tuple(values))], terms.constants)


class _Rules:
    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.terms = Terms()
        self.conditions = Conditions(conditions_of(ruleset), self.terms)
        self.scope: list[ast.stmt] = []
        self.each: list[ast.stmt] = []
        self.last: list[ast.stmt] = []
        self.stages: dict[str, str] = {}
        self.groups: dict[tuple[int, ...], str] = {}
        self.bits = {regime.id: 1 << place for place, regime in enumerate(ruleset.regimes)}
        start = ruleset.in_force_from
        self.start = start.toordinal() if start else None

    def write(self) -> None:
        values = [self.conditions.value(regime.when) for regime in self.ruleset.regimes]
        self.scope = [*self.terms.project.body, assign("scope", call("scope_of", tuple_of(values)))]
        self.terms.project.body[:] = []
        for place, rule in enumerate(self.ruleset.rules):
            if rule.kind == "consequence":
                self.last.extend(self._gated(rule, self._consequence(place, rule)))
            elif rule.each is None:
                self._project(place, rule)
            else:
                self._change(place, rule)

    def body(self) -> list[ast.stmt]:
        """All statements in order: scope, rules of the project, those of each change, consequences."""
        rules = len(self.ruleset.rules)
        head: list[ast.stmt] = [
            *self.scope,
            ast.If(looked_up("ends", name("scope")), [ast.Return(tuple_of([name("scope"), NONE]))], []),
            assign("regime", looked_up("bits", name("scope"))),
            assign("out", ast.BinOp(ast.List([NONE], ast.Load()), ast.Mult(), constant(rules))),
            *(assign(made, call("reached", constant(stage))) for stage, made in self.stages.items()),
        ]
        tail = [*self.last, ast.Return(tuple_of([name("scope"), name("out")]))]
        return [*head, *self.terms.project.body, *self._loop(), *tail]

    # --- where a rule's statements stand ----------------------------------------------------------------

    def _gated(self, rule: Rule, made: list[ast.stmt]) -> list[ast.stmt]:
        """Only in the regimes of the rule."""
        if set(rule.regimes) >= {one.id for one in self.ruleset.regimes if not one.excluded}:
            return made
        mask = sum(self.bits[one] for one in rule.regimes)
        return [ast.If(ast.BinOp(name("regime"), ast.BitAnd(), constant(mask)), made, [])]

    def _project(self, place: int, rule: Rule) -> None:
        made = self._settled(rule)
        body = self.terms.project.body  # what the rule asks stands before it, whatever its regime
        body.extend(self._gated(rule, [store("out", place, made)]))

    def _change(self, place: int, rule: Rule) -> None:
        made = self._settled(rule)
        checked = rule.done is not None and KINDS[rule.kind].obligation
        not_stated = ast.IfExp(compared(self.conditions.value(rule.applies), "is", FALSE), name("NOT_APPLICABLE"),
                               looked_up("NOT_STATED", constant(checked)))  # fmt: skip
        unnamed = compared(name("place"), "is", NONE)
        row = tuple_of([name("place"), ast.IfExp(unnamed, not_stated, made)])
        append = ast.Attribute(looked_up("out", constant(place)), "append", ast.Load())
        self.terms.change.body.extend(self._gated(rule, [ast.Expr(ast.Call(append, [row], []))]))
        self.each.extend(self._gated(rule, [store("out", place, ast.List([], ast.Load()))]))

    def _loop(self) -> list[ast.stmt]:
        if not self.each:
            return []
        prefix = call("prefix_of", name("place"))
        loop = ast.For(
            ast.Name("place", ast.Store()),
            name("changes"),
            [assign("prefix", prefix), *self.terms.change.body],
            [],
        )
        return [*self.each, loop]

    # --- one rule -----------------------------------------------------------------------------------------

    def _settled(self, rule: Rule) -> ast.expr:
        """How a rule comes out: an expression over what has been asked."""
        applies = self.conditions.value(rule.applies)
        if rule.done is None:
            return self._told(rule, applies)
        done = self.conditions.value(rule.done)
        due = TRUE if rule.stage is None else self._reached(rule.stage)
        if self._at_once(rule):
            return looked_up("KEPT" if rule.kind == "prohibition" else "AT_ONCE", applies, done, due)
        ways = tuple_of(self._way(rule, way, term) for way, term in rule.done_dates)
        event = self._event(rule)
        plan = self.terms.constant(self._plan(rule))
        if isinstance(rule.outcome, ir.Deadline):
            made = self._deadline(rule.outcome, plan, applies, done, due, ways, event)
        else:
            used = self._used(rule.outcome)
            made = call("settle", plan, applies, done, due, ways, event, name("as_of"), used)
        if applies is TRUE:
            return made
        return ast.IfExp(compared(applies, "is", FALSE), name("NOT_APPLICABLE"), made)

    def _told(self, rule: Rule, applies: ast.expr) -> ast.expr:
        """A permission, a competence, a reminder; a reminder of a later stage is ahead."""
        made = looked_up("TOLD", applies)
        if rule.kind != "duty" or rule.stage is None:
            return made
        ahead = ast.BoolOp(ast.And(), [compared(applies, "is", NONE), compared(self._reached(rule.stage), "is", FALSE)])
        return ast.IfExp(ahead, name("AHEAD"), made)

    def _at_once(self, rule: Rule) -> bool:
        """Whether nothing about the rule depends on a day."""
        outcome = rule.outcome
        if isinstance(outcome, ir.Deadline) or rule.before is not None:
            return False
        if isinstance(outcome, ir.Approval) and outcome.valid_for is not None and outcome.used_by is not None:
            return False
        return self.start is None or rule.kind == "document" or not rule.done_dates

    def _plan(self, rule: Rule) -> Plan:
        outcome = rule.outcome
        return Plan(
            rule.kind == "prohibition", rule.kind == "document", bool(rule.done_dates), self.start, rule.before,
            outcome.valid_for if isinstance(outcome, ir.Approval) else None,
            outcome.due.when if isinstance(outcome, ir.Deadline) else None,
        )  # fmt: skip

    def _way(self, rule: Rule, way: Expr, term: ir.Term) -> ast.expr:
        parts = [self.conditions.value(way), tuple_of(self.terms.ends(term))]
        approved = rule.outcome if isinstance(rule.outcome, ir.Approval) and rule.outcome.valid_for else None
        path = None
        if approved is not None:
            path = approved.event if "." in approved.event else f"events.{approved.event}"
        elif rule.kind == "deadline" and isinstance(term, Fact):
            path = term.path.removesuffix(".date")
        if path is not None:
            parts.append(call("dates", constant(path), name("place") if path.startswith("change.") else NONE))
        return call("Way", *parts)

    def _event(self, rule: Rule) -> ast.expr:
        if rule.before is None:
            return NONE
        happened, day = Fact(f"events.{rule.before.event}", "yes_no"), Fact(f"events.{rule.before.event}.date", "date")
        return call("Event", self.terms.seen(happened).low, tuple_of(self.terms.ends(day)))

    def _used(self, outcome: ir.Outcome) -> ast.expr:
        if isinstance(outcome, ir.Approval) and outcome.valid_for is not None and outcome.used_by is not None:
            return tuple_of(self.terms.ends(Fact(f"events.{outcome.used_by}.date", "date")))
        return NONE

    def _deadline(
        self, outcome: ir.Deadline, plan: ast.expr, applies: ast.expr, done: ast.expr, due: ast.expr, ways: ast.expr,
        event: ast.expr,
    ) -> ast.expr:  # fmt: skip
        match outcome.due.when:
            case ir.After(anchor=term) | ir.OnDate(date=term) | ir.OnDay(year=term):
                terms = [term]
            case ir.EveryYear(start=start, end=end):
                terms = [start, end]
        ends = tuple_of(tuple_of(self.terms.ends(term)) for term in terms)
        moved: ast.expr = NONE
        if outcome.due.moved_to is not None:
            to = tuple_of(self.terms.ends(outcome.due.moved_to))
            moved = tuple_of([self.conditions.value(outcome.due.moved_when), to])
        return call("deadline", plan, applies, done, due, ways, event, name("as_of"), ends, moved)

    def _reached(self, stage: str) -> ast.expr:
        return name(self.stages.setdefault(stage, f"s{len(self.stages)}"))

    # --- consequences -------------------------------------------------------------------------------------

    def _consequence(self, place: int, rule: Rule) -> list[ast.stmt]:
        outcome = rule.outcome
        assert isinstance(outcome, ir.Consequence)
        applies = self.conditions.value(rule.applies)
        if not (outcome.of or outcome.kinds or outcome.any):
            return [store("out", place, looked_up("TOLD", applies))]
        group = self._group(outcome)
        return [store("out", place, looked_up("TOLD", call("both", tuple_of([applies, name(group)]))))]

    def _group(self, outcome: ir.Consequence) -> str:
        """The variable that tells whether one of the rules a consequence names is unmet; asked once a group."""
        places = tuple(
            place for place, rule in enumerate(self.ruleset.rules)
            if rule.kind != "consequence" and _named(outcome, rule)
        )  # fmt: skip
        if places not in self.groups:
            made = self.groups[places] = f"g{len(self.groups)}"
            self.last.insert(0, assign(made, call("grounds", name("out"), self.terms.constant(places))))
        return self.groups[places]


def _named(outcome: ir.Consequence, rule: Rule) -> bool:
    if outcome.any:
        return KINDS[rule.kind].obligation and rule.force in BINDING
    return rule.id in outcome.of or rule.base_id in outcome.of or rule.kind in outcome.kinds
