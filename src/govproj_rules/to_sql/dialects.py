"""What the three engines write each in its own way: types, lists, days. One row an engine; the table is the only list.

Nothing here is left to a translation between dialects: each of these is written for its engine, and tests run it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlglot import exp

from govproj_rules.engines import DIALECTS
from govproj_rules.flat import Holds
from govproj_rules.light import dataclass
from govproj_rules.to_sql.syntax import Sql, added, call, compared, every, number, own, some

Ends = tuple[Sql | None, Sql | None]
"""The first and the last day that count; None: no such bound."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes what the engines do not write alike.

    ``fenced``: it must be kept from merging the nested queries. ``keys``: its tables have keys. ``stored``: in which format.
    ``least`` and ``greatest`` are the earliest and the latest of the days of a list within bounds, NULL where there is
    none. ``each_of`` makes a row of each of several values, ``years`` one of each year, see :func:`_years_of`.
    """

    name: str
    types: Mapping[Holds, str]
    wide: str
    code: str
    includes: Callable[[Sql, Sql], Sql]
    includes_any: Callable[[Sql, Sequence[Sql]], Sql]
    least: Callable[[Sql, Ends], Sql]
    greatest: Callable[[Sql, Ends], Sql]
    plus_days: Callable[[Sql, int], Sql]
    plus_months: Callable[[Sql, int], Sql]
    date_of: Callable[[Sql, int, int], Sql]
    each_of: Callable[[Sequence[Sql]], Sql]
    years: Callable[[Sql, Sql, Sql], Sql]
    fenced: bool = False
    materialised: bool = True
    keys: bool = True
    stored: str = ""

    def cast(self, node: Sql, type_: str) -> Sql:
        return exp.Cast(this=own(node), to=exp.DataType.build(type_, dialect=self.name))

    def one_or_nought(self, node: Sql, type_: str) -> Sql:
        """A yes or no as a number."""
        return self.cast(self.cast(node, "INT"), type_) if self.name == "postgres" else self.cast(node, type_)

    def text(self, node: Sql) -> Sql:
        """A value as text."""
        return self.cast(node, self.types["word"])

    def widened(self, node: Sql) -> Sql:
        """An integer so wide that a product of two amounts fits."""
        return own(node) if isinstance(node, (exp.Literal, exp.Neg)) else self.cast(node, self.wide)

    def write(self, node: Sql, pretty: bool = False) -> str:
        """The text of a statement; raises where the engine has no way to say a part of it."""
        from sqlglot import ErrorLevel

        return node.sql(dialect=self.name, unsupported_level=ErrorLevel.RAISE, pretty=pretty)


def year_of(node: Sql) -> Sql:
    """The year of a day."""
    year = exp.Extract(this=exp.Var(this="YEAR"), expression=own(node))
    return exp.Cast(this=year, to=exp.DataType.build("INT"))


_D: Final = "d"
_FEW: Final = 6


def _within(ends: Ends) -> Sql:
    first, last = ends
    it = exp.Column(this=exp.Identifier(this=_D))
    bounds = [compared(it, op, end) for op, end in ((">=", first), ("<=", last)) if end is not None]
    return every(bounds)


def _filtered(filter_: str) -> Callable[[Sql, Ends], Sql]:
    def made(days: Sql, ends: Ends) -> Sql:
        chosen = exp.Lambda(this=_within(ends), expressions=[exp.Identifier(this=_D)])
        return exp.Anonymous(this=filter_, expressions=[own(days), chosen])

    return made


def _of_list(function: str, filter_: str) -> Callable[[Sql, Ends], Sql]:
    chosen = _filtered(filter_)
    return lambda days, ends: call(function, chosen(days, ends))


def _of_rows(function: type[exp.AggFunc]) -> Callable[[Sql, Ends], Sql]:
    def made(days: Sql, ends: Ends) -> Sql:
        names = exp.TableAlias(this=exp.Identifier(this="t"), columns=[exp.Identifier(this=_D)])
        rows = exp.Unnest(expressions=[own(days)], alias=names)
        found = exp.Select(expressions=[function(this=exp.Column(this=exp.Identifier(this=_D)))]).from_(
            rows, copy=False
        )
        return exp.Subquery(this=found.where(_within(ends), copy=False))

    return made


def _interval(node: Sql, months: int) -> Sql:
    period = exp.Interval(this=exp.Literal.string(str(months)), unit=exp.Var(this="MONTH"))
    return exp.Cast(this=exp.Add(this=own(node), expression=period), to=exp.DataType.build("DATE"))


def _make_date(node: Sql, month: int, day: int) -> Sql:
    return call("MAKE_DATE", node, number(month), number(day))


def _array(nodes: Sequence[Sql]) -> Sql:
    return exp.Array(expressions=[own(one) for one in nodes])


def _duckdb_any(words: Sql, several: Sequence[Sql]) -> Sql:
    """Few words are sooner looked for one by one."""
    if len(several) > _FEW:
        return call("LIST_HAS_ANY", words, _array(several))
    return some(call("LIST_CONTAINS", words, one) for one in several)


def _equals_any(words: Sql, word: Sql) -> Sql:
    """In parentheses, since the opposite of `= ANY` is not `<> ANY`."""
    return exp.Paren(this=exp.EQ(this=own(word), expression=exp.Any(this=exp.Paren(this=own(words)))))


def _years_of(one: str, span: Callable[[Sql, Sql], Sql], dialect: str) -> Callable[[Sql, Sql, Sql], Sql]:
    """A row for each year from the first to the last; one without a year where ``none`` holds."""

    def made(none: Sql, first: Sql, last: Sql) -> Sql:
        integer = exp.DataType.build("INT", dialect=dialect)
        nothing = exp.Array(expressions=[exp.Cast(this=exp.Null(), to=integer)])
        empty = exp.Cast(this=exp.Array(expressions=[]), to=exp.DataType.build("ARRAY<INT>"))
        cases = exp.Case(
            ifs=[
                exp.If(this=own(none), true=nothing),
                exp.If(this=compared(first, "<=", last), true=span(first, last)),
            ],
            default=empty,
        )
        return exp.Anonymous(this=one, expressions=[cases])

    return made


def _duckdb_span(first: Sql, last: Sql) -> Sql:
    whole = exp.Anonymous(this="RANGE", expressions=[own(first), added([last, number(1)])])
    return exp.Cast(this=whole, to=exp.DataType.build("ARRAY<INT>"))


def _postgres_span(first: Sql, last: Sql) -> Sql:
    rows = exp.Select(expressions=[exp.Anonymous(this="GENERATE_SERIES", expressions=[own(first), own(last)])])
    return exp.Anonymous(this="ARRAY", expressions=[rows])


_TYPES: Final[Mapping[Holds, str]] = {
    "key": "TEXT", "yes_no": "BOOLEAN", "money": "BIGINT", "percent": "DECIMAL(21,12)", "number": "DECIMAL(27,12)",
    "grade": "SMALLINT", "year": "INT", "date": "DATE", "dates": "DATE[]", "length": "INT", "unit": "TEXT", "word": "TEXT",
    "words": "TEXT[]", "count": "INT",
}  # fmt: skip

_ALL = (
    Dialect(
        name="duckdb", types=_TYPES, wide="HUGEINT", code="TINYINT",
        includes=lambda words, word: call("LIST_CONTAINS", words, word),
        includes_any=_duckdb_any,
        least=_of_list("LIST_MIN", "LIST_FILTER"), greatest=_of_list("LIST_MAX", "LIST_FILTER"),
        plus_days=lambda day, count: added([day, number(count)]),
        plus_months=_interval, date_of=_make_date,
        each_of=lambda nodes: exp.Anonymous(this="UNNEST", expressions=[_array(nodes)]),
        years=_years_of("UNNEST", _duckdb_span, "duckdb"),
    ),
    Dialect(
        name="postgres", types=_TYPES, wide="NUMERIC(38,0)", code="SMALLINT",
        includes=_equals_any,
        includes_any=lambda words, some: exp.ArrayOverlaps(
            this=own(words), expression=exp.Cast(this=_array(some), to=exp.DataType.build("TEXT[]", dialect="postgres"))
        ),
        least=_of_rows(exp.Min), greatest=_of_rows(exp.Max),
        plus_days=lambda day, count: added([day, number(count)]),
        plus_months=_interval, date_of=_make_date,
        each_of=lambda nodes: exp.Anonymous(this="UNNEST", expressions=[_array(nodes)]),
        years=_years_of("UNNEST", _postgres_span, "postgres"), fenced=True,
    ),
    Dialect(
        name="spark", types={**_TYPES, "dates": "ARRAY<DATE>", "words": "ARRAY<STRING>"}, wide="DECIMAL(38,0)", code="TINYINT",
        includes=lambda words, word: call("ARRAY_CONTAINS", words, word),
        includes_any=lambda words, some: call("ARRAYS_OVERLAP", words, _array(some)),
        least=_of_list("ARRAY_MIN", "FILTER"), greatest=_of_list("ARRAY_MAX", "FILTER"),
        plus_days=lambda day, count: call("DATE_ADD", day, number(count)),
        plus_months=lambda day, count: call("ADD_MONTHS", day, number(count)),
        date_of=_make_date,
        each_of=lambda nodes: exp.Anonymous(this="EXPLODE", expressions=[_array(nodes)]),
        years=_years_of("EXPLODE", lambda first, last: call("SEQUENCE", first, last), "spark"), keys=False, materialised=False, stored="PARQUET",
    ),
)  # fmt: skip

ROWS: Final[Mapping[str, Dialect]] = {row.name: row for row in _ALL}
assert tuple(ROWS) == DIALECTS
