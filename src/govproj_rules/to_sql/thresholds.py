"""Every bound a rule puts on a number, with the project's value, whether it holds, and the room that is left."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from sqlglot import exp

from govproj_rules import ir
from govproj_rules.flat import KEY, NUMBER
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, RuleSet, Test
from govproj_rules.operators import SHOWN, measured
from govproj_rules.to_sql.answers import ROW, for_what, united
from govproj_rules.to_sql.layers import Query, columns_of
from govproj_rules.to_sql.rules import Grain, Rules
from govproj_rules.to_sql.syntax import (
    NULL,
    Sql,
    aliased,
    case,
    column,
    compared,
    decimal,
    every,
    known,
    multiplied,
    number,
    of,
    one_of,
    opposite,
    quoted,
    some,
    subtracted,
    text,
)
from govproj_rules.to_sql.terms import Known
from govproj_rules.to_sql.timing import YEAR
from govproj_rules.values import MEASURED, Duration

EXACT: Final = "DECIMAL(36,14)"
"""Of amounts, shares and numbers alike: none of them has more places. Two digits are left for what a sum may add."""
_SHARE: Final = "DECIMAL(16,14)"
_AMOUNT: Final = "DECIMAL(21,0)"
_CEILINGS: Final = frozenset({"at_most", "less_than"})
_INCLUSIVE: Final = frozenset({"at_most", "at_least"})
_UNITS: Final = {"money": "fen", "percent": "percent", "number": "number"}


class Bound(NamedTuple):
    """A bound of a rule: the number of the rule, and the test as it is told. ``fact`` is where the bound is a fact."""

    rule: int
    path: str
    test: str
    bound: Fraction | None
    fact: str | None
    unit: str
    tested: Test
    positive: bool

    @property
    def inclusive(self) -> bool:
        return self.test in _INCLUSIVE

    @property
    def ceiling(self) -> bool:
        return self.test in _CEILINGS


def bounds(ruleset: RuleSet) -> list[Bound]:
    """Every bound of every rule, each once a rule."""
    found: dict[Bound, None] = {}
    for place, rule in enumerate(ruleset.rules, 1):
        for test, positive in (*measured(rule.applies), *(measured(rule.done) if rule.done else ())):
            assert isinstance(test.left, (Fact, Fold))
            right = test.right
            fact = None if isinstance(right, Literal) else right.path
            bound = _number(right.value) if isinstance(right, Literal) else None
            unit = _UNITS.get(test.left.type) or (right.value.scale[0] if isinstance(right, Literal) else "")
            found.setdefault(Bound(place, test.left.path, SHOWN[test.op, positive], bound, fact, unit, test, positive))
    return list(found)


def _number(value: object) -> Fraction:
    """A literal as a number: a share of one, a period as its length."""
    match value:
        case Duration():
            return Fraction(value.scale[1])
        case int():
            return Fraction(value)
        case Fraction():
            return value
        case _:
            raise TypeError(type(value).__name__)


class Measured:
    """What the view of thresholds reads, from the columns of projects and of changes."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.terms, self.conditions, self.dialect = rules.terms, rules.conditions, rules.dialect
        self.bounds = bounds(rules.ruleset)

    def grains(self) -> list[tuple[Grain, list[int]]]:
        """The levels where bounds are looked at, with the places of these: once a project, or for each change."""
        each = [place for place, one in enumerate(self.bounds) if self._rule(one).each is not None]
        once = [place for place in range(len(self.bounds)) if place not in each]
        levels = (Grain("once", self.rules.project, ()), once), (Grain("each", self.rules.change, (), each=True), each)
        return [(grain, places) for grain, places in levels if places]

    def _rule(self, bound: Bound) -> ir.Rule:
        return self.rules.ruleset.rules[bound.rule - 1]

    def matters(self, place: int) -> Sql:
        """Whether a rule applies, may apply, or fails to apply only by its numbers; and the regime is one of its own."""
        rule = self._rule(self.bounds[place])
        blind = self._blind(rule.applies)
        open_ = opposite(every([known(blind), opposite(blind)]))
        if rule.each is not None:
            open_ = some([opposite(known(column(NUMBER))), open_])
        return every([self.rules.governs(rule), open_])

    def _blind(self, expr: Expr) -> Sql:
        """A condition, every measured comparison of it left open."""
        match expr:
            case Test(left, op, _) if left.type in MEASURED and op in ("at_least", "at_most"):
                return NULL
            case Test():
                return self.conditions.value(expr)
            case Not(part):
                return opposite(self._blind(part))
            case All(parts):
                return every([self._blind(part) for part in parts])

    # --- one bound ------------------------------------------------------------------------------------

    def holds(self, place: int) -> Sql:
        one = self.bounds[place]
        value = self.conditions.value(one.tested)
        return value if one.positive else opposite(value)

    def value(self, place: int) -> Sql:
        """The project's value, where it is known; of a share the part."""
        one = self.bounds[place]
        left, right = self.terms.see(one.tested.left), self.terms.see(one.tested.right)
        made = self._point(left)
        if left.unit is not None and right.unit is not None:  # periods compare only within a unit
            made = case([(compared(left.unit, "=", right.unit), made)])
        return self._exact(made)

    def whole(self, place: int) -> Sql:
        by = self.terms.see(self.bounds[place].tested.left).by
        return NULL if by is None else self.dialect.cast(by, _AMOUNT)

    def bound(self, place: int) -> Sql:
        one = self.bounds[place]
        if one.bound is not None:
            return self._exact(number(one.bound * 100 if one.unit == "percent" else one.bound))
        right = self.terms.see(one.tested.right)
        return NULL if right.by is not None else self._exact(self._point(right))

    def margin(self, place: int) -> Sql:
        """The room left, negative where it is broken; of a share in the unit of the part. A bound that is a share of
        its own gives none: what it comes to may have more places than an amount.
        """
        one = self.bounds[place]
        left = self.terms.see(one.tested.left)
        if (
            left.by is None
            and not isinstance(one.tested.right, Literal)
            and self.terms.see(one.tested.right).by is not None
        ):
            return NULL
        bound = self.bound(place)
        if left.by is not None:
            if one.bound is None:
                return NULL
            share = self.dialect.cast(exp.Literal.number(decimal(one.bound)), _SHARE)
            bound = self._exact(multiplied(share, self.whole(place)))
        made = subtracted(bound, self.value(place)) if one.ceiling else subtracted(self.value(place), bound)
        return self._exact(made)

    def _exact(self, node: Sql) -> Sql:
        return NULL if node == NULL else self.dialect.cast(node, EXACT)

    @staticmethod
    def _point(seen: Known) -> Sql:
        if seen.plain:
            return seen.low
        return case([(compared(seen.low, "=", seen.high), seen.low)])


def thresholds(rules: Rules, table: str) -> exp.Query:
    """A row for each bound that matters to a project: rule, for what, the test and its bound, value, margin, whether it holds."""
    query, found = rules.query(), Measured(rules)
    parts = [_of_grain(found, grain, places, query) for grain, places in found.grains()]
    if not parts:
        parts = [_of_grain(found, Grain("once", rules.project, ()), [], query)]
    inner = exp.Subquery(this=united(rules, parts), alias=exp.TableAlias(this=quoted("f")))
    said = exp.Table(this=quoted(table), alias=exp.TableAlias(this=quoted("s")))
    place = of("f", ROW)
    static: dict[str, dict[Sql, list[Sql]]] = {"fact": {}, "test": {}, "bound_fact": {}, "unit": {}}
    number_of = [(compared(place, "=", number(n)), number(one.rule)) for n, one in enumerate(found.bounds, 1)]
    for n, one in enumerate(found.bounds, 1):
        for name, value in zip(static, (one.path, one.test, one.fact, one.unit or None), strict=True):
            if value is not None:
                static[name].setdefault(text(value), []).append(number(n))
    told = {name: case([(one_of(place, numbers), value) for value, numbers in values.items()], rules.dialect.text(NULL))
            for name, values in static.items()}  # fmt: skip
    shown = [
        of("f", KEY), of("s", "rule"), aliased(for_what(rules, of("s", "number")), "for"),
        *(aliased(one, name) for name, one in told.items()),
        *(of("f", name) for name in _CELLS),
    ]  # fmt: skip
    same = compared(case(number_of, rules.dialect.cast(NULL, "INT")), "=", of("s", "number"))
    return query.written(exp.Select(expressions=shown).from_(inner, copy=False).join(said, on=same, copy=False))


_CELLS: Final = {"bound": EXACT, "value": EXACT, "whole": _AMOUNT, "margin": EXACT, "holds": "BOOLEAN"}


def _of_grain(found: Measured, grain: Grain, places: list[int], query: Query) -> exp.Select:
    """A row for each bound that matters, by its number; what is told of it is worked out for its own rows only."""
    integer, cast = found.dialect.types["count"], found.dialect.cast
    none = cast(NULL, integer)
    cells: dict[str, Sql] = {}
    for name, type_ in _CELLS.items():
        branches = [(compared(column(ROW), "=", number(place + 1)), getattr(found, name)(place)) for place in places]
        cells[name] = case(branches, cast(NULL, type_))
    numbers = [case([(found.matters(place), cast(number(place + 1), integer))]) for place in places] or [none]
    read = set().union(*map(columns_of, cells.values())) - {ROW, KEY, NUMBER}
    keys = {KEY: column(KEY), NUMBER: column(NUMBER) if grain.each else none}
    row = {**keys, **{name: column(name) for name in sorted(read)}, ROW: found.dialect.each_of(numbers)}
    inner = exp.Subquery(
        this=query.select(grain.level, row, None if grain.each else column("governed")),
        alias=exp.TableAlias(this=quoted("t")),
    )
    shown = [
        *(column(name) for name in (KEY, NUMBER, ROW)),
        aliased(none, YEAR),
        *(aliased(one, name) for name, one in cells.items()),
    ]
    return exp.Select(expressions=shown).from_(inner, copy=False).where(known(column(ROW)), copy=False)


__all__ = ["EXACT", "Bound", "Measured", "bounds", "thresholds"]
