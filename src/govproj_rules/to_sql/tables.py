"""The tables a script has: those of projects and changes, the working days, and what each rule says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from sqlglot import exp

from govproj_rules.flat import CHANGES, KEY, NUMBER, PROJECTS, Column
from govproj_rules.ir import RuleSet
from govproj_rules.to_sql.dialects import Dialect
from govproj_rules.to_sql.layers import CALENDAR
from govproj_rules.to_sql.syntax import Sql, literal, quoted
from govproj_rules.working_days import CalendarGap, add_working_days, known_years

RULES: Final = "rules"
FACTS: Final = "facts"
_RULE: Final = (
    ("number", "INT"), ("rule", "TEXT"), ("member", "TEXT"), ("kind", "TEXT"), ("topic", "TEXT"), ("force", "TEXT"),
    ("who", "TEXT"), ("stage", "TEXT"), ("cite", "TEXT"), ("title_zh", "TEXT"), ("title_en", "TEXT"),
)  # fmt: skip
_FACT: Final = (("number", "INT"), ("rule", "INT"), ("fact", "TEXT"))
_CALENDAR: Final = (("start", "DATE"), ("count", "INT"), ("due", "DATE"))
_AT_ONCE: Final = 1_000
"""As many rows as one statement puts in."""


def name_of(ruleset: RuleSet, what: str) -> str:
    """A table or a view that belongs to one ruleset: several can stand beside each other."""
    return f"{ruleset.id}_{what}"


def of_projects(columns: Sequence[Column], dialect: Dialect) -> Iterator[Sql]:
    """The tables of projects and of changes, to be filled by whoever has them."""
    for table, keys in ((PROJECTS, [KEY]), (CHANGES, [KEY, NUMBER])):
        mine = [(one.name, dialect.types[one.holds]) for one in columns if one.table == table]
        if len(mine) > 1:
            yield _table(table, mine, dialect, keys, careful=True)


def of_rules(ruleset: RuleSet, dialect: Dialect) -> Iterator[Sql]:
    """What each rule says, by its number."""
    rows = [
        (place, f"{ruleset.id}/{rule.id}", rule.element, rule.kind, rule.topic, rule.force, rule.who, rule.stage,
         ", ".join(rule.cite), rule.title.zh, rule.title.en)
        for place, rule in enumerate(ruleset.rules, 1)
    ]  # fmt: skip
    yield from _filled(name_of(ruleset, RULES), _RULE, rows, dialect)


def of_facts(ruleset: RuleSet, facts: Sequence[tuple[int, str]], dialect: Dialect) -> Iterator[Sql]:
    """What each rule may wait for, by a number."""
    rows = [(place, rule, fact) for place, (rule, fact) in enumerate(facts, 1)]
    yield from _filled(name_of(ruleset, FACTS), _FACT, rows, dialect)


def of_calendar(ruleset: RuleSet, counts: Sequence[int], dialect: Dialect) -> Iterator[Sql]:
    """The working day so many after each day, for every day from which the calendar tells it."""
    yield from _filled(name_of(ruleset, CALENDAR), _CALENDAR, calendar_rows(counts), dialect)


def calendar_rows(counts: Sequence[int]) -> list[tuple[date, int, date]]:
    """Each day, how many working days, and the last of these."""
    years = known_years()
    rows: list[tuple[date, int, date]] = []
    for count in counts:
        start = date(min(years) - 1, 12, 31)
        while start.year <= max(years):
            with suppress(CalendarGap):
                rows.append((start, count, add_working_days(start, count)))
            start += timedelta(1)
    return rows


def view(name: str, query: Sql) -> Sql:
    return exp.Create(this=exp.Table(this=quoted(name)), kind="VIEW", expression=query)


def dropped(name: str, kind: str) -> Sql:
    return exp.Drop(tables=[exp.Table(this=quoted(name))], kind=kind, exists=True)


def _filled(
    name: str, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[object, ...]], dialect: Dialect
) -> Iterator[Sql]:
    yield _table(name, columns, dialect)
    for start in range(0, len(rows), _AT_ONCE):
        values = [exp.Tuple(expressions=[literal(cell) for cell in row]) for row in rows[start : start + _AT_ONCE]]
        yield exp.Insert(this=exp.Table(this=quoted(name)), expression=exp.Values(expressions=values))


def _table(
    name: str, columns: Sequence[tuple[str, str]], dialect: Dialect, keys: Sequence[str] = (), careful: bool = False
) -> Sql:
    never_empty = [exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())]
    definitions: list[Sql] = [
        exp.ColumnDef(
            this=quoted(column), kind=exp.DataType.build(type_, dialect=dialect.name),
            constraints=never_empty if column in keys else [],
        )
        for column, type_ in columns
    ]  # fmt: skip
    if keys and dialect.keys:
        definitions.append(exp.PrimaryKey(expressions=[quoted(key) for key in keys]))
    schema = exp.Schema(this=exp.Table(this=quoted(name)), expressions=definitions)
    stored = (
        exp.Properties(expressions=[exp.FileFormatProperty(this=exp.Var(this=dialect.stored))])
        if dialect.stored
        else None
    )
    return exp.Create(this=schema, kind="TABLE", exists=careful, properties=stored)
