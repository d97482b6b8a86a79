"""Every rule of a ruleset as one column, which says how it comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlglot import exp

from govproj_rules import ir
from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.flat import CHANGES, KEY, NUMBER, STATED, columns
from govproj_rules.ir import Expr, Rule, RuleSet
from govproj_rules.light import dataclass
from govproj_rules.outcomes import BINDING, KINDS, OWNER_SIDE
from govproj_rules.to_sql import beginnings
from govproj_rules.to_sql.conditions import Conditions
from govproj_rules.to_sql.dialects import Dialect
from govproj_rules.to_sql.layers import CALENDAR, Level, Looked, Query
from govproj_rules.to_sql.settling import CODES, NOT_APPLICABLE, OPEN, STATUSES, UNMET, Settling
from govproj_rules.to_sql.syntax import (
    FALSE,
    NULL,
    TRUE,
    Sql,
    added,
    aliased,
    case,
    column,
    compared,
    every,
    fails,
    first_known,
    holds,
    known,
    missing,
    number,
    of,
    one_of,
    opposite,
    quoted,
    some,
)
from govproj_rules.to_sql.terms import Terms
from govproj_rules.to_sql.timing import YEAR, Timing, Unsaid

EXCLUDED, PRESUMED = -1, -2
"""The column of the scope has the place of the regime, or one of these."""


@dataclass(frozen=True, slots=True)
class Grain:
    """Where rules stand: once a project, for each change, for each year; ``rules`` are their places in the ruleset."""

    name: str
    level: Level
    rules: tuple[int, ...]
    each: bool = False
    yearly: bool = False


def code(place: int) -> str:
    """The column of a rule."""
    return f"r{place + 1}"


class Rules:
    """Compiles the rules of a ruleset; raises :class:`InvalidInput` that names every rule SQL cannot be made to say."""

    def __init__(self, ruleset: RuleSet, dialect: Dialect, as_of: date) -> None:
        self.ruleset = ruleset
        self.dialect = dialect
        self.ended = ruleset.not_in_force(as_of)
        self.project = Level("once", "p", lambda _, needed: beginnings.projects(needed))
        self.change = Level("each", "c", self._from_changes)
        self.whole = Level("whole", "w", self._from_all)
        self.terms = Terms(ruleset, dialect, as_of, self.project, self.change)
        self.conditions = Conditions(_conditions(ruleset), self.terms)
        self.settling = Settling(self.conditions, ruleset.in_force_from)
        self.cells = {(one.table, one.name) for one in columns([ruleset])}
        self.grains: list[Grain] = []
        self._groups: dict[tuple[str, ...], Sql] = {}
        self._gathered: dict[str, tuple[Grain, Sql]] = {}
        problems = [
            Problem(
                "not-in-sql",
                f"the column {quote(name)} has a name longer than PostgreSQL keeps, which is {_LONGEST} bytes",
            )
            for _, name in sorted(self.cells)
            if dialect.name == "postgres" and len(name) > _LONGEST
        ]
        self.scope = self._scope()
        self._compile(problems)
        if problems:
            raise InvalidInput(problems)

    # --- the levels ---------------------------------------------------------------------------------

    def query(self) -> Query:
        """A query to be written."""
        yearly = [grain.level for grain in self.grains if grain.yearly]
        levels = (self.project, self.change, *yearly, self.whole)
        dialect = self.dialect
        return Query(levels, f"{self.ruleset.id}_{CALENDAR}", dialect.fenced, dialect.materialised)

    def _from_changes(self, query: Query, needed: set[str]) -> exp.Select:
        """A row for each change; where changes are not stated, one without any, if they are due to be."""
        mine = {name for name in needed if (CHANGES, name) in self.cells or name in beginnings.SUMS} - {KEY}
        none = self.terms.once("no changes", self.project, lambda: compared(column(STATED), "=", number(0)))
        reached = self.terms.reached("construction")
        theirs = (needed - mine) | {KEY}
        there = query.table(self.project, theirs | {none.name, reached.name, self.governed.name}, "t")
        changes = exp.Subquery(
            this=beginnings.changes(mine | {NUMBER}, self.dialect), alias=exp.TableAlias(this=quoted("u"))
        )
        stated = known(of("u", NUMBER))
        due = every([opposite(holds(of("t", none.name))), opposite(fails(of("t", reached.name)))])
        shown = [of("t", name) for name in sorted(theirs)] + [of("u", name) for name in sorted(mine)]
        return (
            exp.Select(expressions=shown).from_(there, copy=False)
            .join(changes, on=compared(of("t", KEY), "=", of("u", KEY)), join_type="left", copy=False)
            .where(every([of("t", self.governed.name), some([stated, due])]), copy=False)
        )  # fmt: skip

    def _from_all(self, query: Query, needed: set[str]) -> exp.Select:
        """Projects with what came of the rules that are decided more than once: the gravest, and how many of each."""
        several = [grain for grain in self.grains if grain.each or grain.yearly]
        parts = [
            (grain, {code(place) for place in grain.rules} & needed, self.counted(grain), self._of_grain(grain))
            for grain in several
        ]
        theirs = needed - {name for _, *columns in parts for names in columns for name in names} | {KEY}
        made = exp.Select(expressions=[of("t", name) for name in sorted(theirs)])
        made = made.from_(query.table(self.project, theirs, "t"), copy=False)
        for grain, codes, counted, gathered in parts:
            sums: dict[str, Sql] = {name: exp.Max(this=column(name)) for name in sorted(codes)}
            sums |= {name: exp.Sum(this=one) for name, one in counted.items() if name in needed}
            lists = {name: one for name, one in gathered.items() if name in needed}
            if made_of := sums | lists:
                grouped = query.select(grain.level, {KEY: column(KEY), **made_of}).group_by(column(KEY), copy=False)
                table = exp.Subquery(this=grouped, alias=exp.TableAlias(this=quoted(grain.name)))
                made = made.join(
                    table, on=compared(of("t", KEY), "=", of(grain.name, KEY)), join_type="left", copy=False
                )
                none = [aliased(first_known(of(grain.name, name), number(0)), name) for name in sums]
                made = made.select(*none, *(of(grain.name, name) for name in lists), copy=False)
        return made

    def gather(self, name: str, grain: Grain, made: Sql) -> Sql:
        """The column of projects, to be called ``name``, for what is ``made`` of all rows that a grain has of a project."""
        self._gathered[name] = grain, made
        return column(name)

    def _of_grain(self, grain: Grain) -> dict[str, Sql]:
        return {name: made for name, (one, made) in self._gathered.items() if one is grain}

    def counted(self, grain: Grain) -> dict[str, Sql]:
        """How many rules of a grain came to each status, in one row of it; and how many warnings there are."""
        made = {f"{status} {grain.name}": self._count(grain.rules, codes) for status, codes in STATUSES.items()}
        soft = [place for place in grain.rules if self.ruleset.rules[place].force == "in_principle"]
        return {**made, f"warnings {grain.name}": self._count(soft, STATUSES["unmet"])}

    def _count(self, places: Sequence[int], codes: Sequence[int]) -> Sql:
        """How many of some rules have one of some codes, which are neighbours."""
        first, last = min(codes), max(codes)
        ones: list[Sql] = []
        for place in places:
            it = column(code(place))
            found = every([TRUE if first == 0 else compared(it, ">=", number(first)),
                           TRUE if last == len(CODES) - 1 else compared(it, "<=", number(last))])  # fmt: skip
            ones.append(
                self.dialect.one_or_nought(compared(it, "=", number(first)) if first == last else found, "SMALLINT")
            )
        return added(ones) if ones else number(0)

    def _yearly(self, place: int, outcome: ir.EveryYear, each: bool) -> Level:
        """A row for each year that a yearly duty may run."""
        parent = self.change if each else self.project

        def base(query: Query, needed: set[str]) -> exp.Select:
            keys = {KEY, NUMBER} if each else {KEY}
            shown = {name: column(name) for name in sorted((needed - {YEAR}) | keys)}
            rows = timing.years(outcome, missing(column(NUMBER)) if each else FALSE)
            return query.select(parent, {**shown, YEAR: rows}, None if each else self.governed)

        level = Level(f"years_{place + 1}", f"y{place + 1}_", base)
        timing = Timing(self.conditions, level)
        return level

    # --- scope --------------------------------------------------------------------------------------

    def _scope(self) -> Sql:
        """The place of the regime that governs, or that it is presumed, or that none does."""
        branches: list[tuple[Sql, Sql]] = []
        for place, regime in enumerate(self.ruleset.regimes):
            value = self.conditions.value(regime.when)
            branches += [(missing(value), number(PRESUMED)), (value, number(place))]
        scope = self.project.add(case(branches, number(EXCLUDED)), "scope")
        regimes = self.ruleset.regimes
        out = [number(EXCLUDED), *(number(place) for place, one in enumerate(regimes) if one.excluded)]
        self.governed = self.project.add(opposite(one_of(scope, out)), "governed")
        return scope

    def governs(self, rule: Rule) -> Sql:
        """Whether the regime is one of the rule's."""
        governing = [one for one in self.ruleset.regimes if not one.excluded]
        if {one.id for one in governing} <= set(rule.regimes):
            return TRUE
        mine = [number(place) for place, one in enumerate(self.ruleset.regimes) if one.id in rule.regimes]
        mine += [number(PRESUMED) for one in governing if one.presume and one.id in rule.regimes]
        return one_of(column("scope"), mine) if mine else FALSE

    # --- rules --------------------------------------------------------------------------------------

    def _compile(self, problems: list[Problem]) -> None:
        once: list[int] = []
        each: list[int] = []
        last: list[int] = []
        self.grains.append(Grain("once", self.project, ()))
        for place, rule in enumerate(self.ruleset.rules):
            try:
                if rule.kind == "consequence":
                    last.append(place)
                elif isinstance(rule.outcome, ir.Deadline) and isinstance(rule.outcome.due.when, ir.EveryYear):
                    self._every_year(place, rule, rule.outcome.due.when)
                elif rule.each is None:
                    self.project.add(self._gated(rule, self.settling.settled(rule, self.project)), code(place))
                    once.append(place)
                else:
                    self.change.add(self._gated(rule, self.settling.of_change(rule, self.change)), code(place))
                    each.append(place)
            except Unsaid as error:
                problems.append(Problem("not-in-sql", f"{quote(rule.id)} cannot be said in SQL: {error}"))
        self.grains[0] = Grain("once", self.project, tuple(once))
        if each:
            self.grains.insert(1, Grain("each", self.change, tuple(each), each=True))
        for place in last:
            rule = self.ruleset.rules[place]
            self.whole.add(self._gated(rule, self._consequence(rule)), code(place))
        self.grains.append(Grain("after", self.whole, tuple(last)))

    def _every_year(self, place: int, rule: Rule, when: ir.EveryYear) -> None:
        level = self._yearly(place, when, rule.each is not None)
        settle = self.settling.settled if rule.each is None else self.settling.of_change
        level.add(self._gated(rule, settle(rule, level)), code(place))
        self.grains.append(Grain(f"year {place + 1}", level, (place,), rule.each is not None, yearly=True))

    def _gated(self, rule: Rule, made: Sql) -> Sql:
        """A rule of another regime is one that does not apply."""
        return case([(self.governs(rule), made)], self.settling.code(NOT_APPLICABLE))

    # --- consequences ---------------------------------------------------------------------------------

    def _consequence(self, rule: Rule) -> Sql:
        outcome = rule.outcome
        assert isinstance(outcome, ir.Consequence)
        applies = self.conditions.value(rule.applies)
        if outcome.of or outcome.kinds or outcome.any:
            found = [column(code(place)) for place in _named(outcome, self.ruleset)]
            applies = every([applies, self._follows(found)])
            applies = self.whole.add(applies) if applies not in (TRUE, FALSE) else applies
        return self.settling.info(applies, self.settling.code(OPEN))

    def _follows(self, found: list[Sql]) -> Sql:
        """Whether one of several rules is unmet; unknown where one is unknown."""
        key = tuple(one.name for one in found)
        if key not in self._groups:
            unmet, open_ = (self.whole.add(worst(found, code)) for code in (UNMET, OPEN))
            self._groups[key] = self.whole.add(case([(unmet, TRUE), (open_, NULL)], FALSE))
        return self._groups[key]

    # --- what else is read ------------------------------------------------------------------------------

    def periods(self) -> list[int]:
        """The numbers of working days that are looked up in the calendar."""
        levels = {
            id(one): one for one in (self.project, self.change, self.whole, *(grain.level for grain in self.grains))
        }
        made = [one.made for level in levels.values() for one in level.named.values()]
        return sorted({one.count for one in made if isinstance(one, Looked)})

    # --- verdict --------------------------------------------------------------------------------------

    def comes_to(self, least: int, owners: bool, below: bool) -> Sql:
        """Whether a rule that counts for the verdict comes to a code or a graver one; ``owners``: one of their side.

        ``below``: told of the rules that are decided once a project where they are, so that nobody above needs their codes.
        """
        mine = [
            place for place, rule in enumerate(self.ruleset.rules)
            if rule.force in BINDING and KINDS[rule.kind].obligation and (not owners or rule.who in OWNER_SIDE)
        ]  # fmt: skip
        once = [place for place in mine if below and place in self.grains[0].rules]
        found, above = ([column(code(place)) for place in mine if (place in once) == there] for there in (True, False))
        return some([*([self.project.add(worst(found, least))] if found else []), worst(above, least)])


def worst(found: Sequence[Sql], least: int) -> Sql:
    """Whether one of several rules comes to a code or a graver one. Codes are never NULL."""
    return some([compared(one, ">=", number(least)) for one in found])


_LONGEST: Final = 63


def _conditions(ruleset: RuleSet) -> Iterator[Expr]:
    for regime in ruleset.regimes:
        yield regime.when
    for rule in ruleset.rules:
        yield from rule.conditions


def _named(outcome: ir.Consequence, ruleset: RuleSet) -> list[int]:
    """The rules a consequence may follow from."""
    made = []
    for place, rule in enumerate(ruleset.rules):
        if rule.kind == "consequence":
            continue
        if outcome.any:
            names = KINDS[rule.kind].obligation and rule.force in BINDING
        else:
            names = rule.id in outcome.of or rule.base_id in outcome.of or rule.kind in outcome.kinds
        if names:
            made.append(place)
    return made
