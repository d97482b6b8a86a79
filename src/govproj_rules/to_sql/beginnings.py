"""What the levels begin with: the tables that whoever runs the SQL has filled."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from govproj_rules.flat import CHANGES, KEY, NUMBER, PROJECTS
from govproj_rules.to_sql.dialects import Dialect
from govproj_rules.to_sql.syntax import Sql, aliased, case, column, compared, first_known, missing, number, quoted

SUMS: Final = ("so far", "so far at most")
"""All amounts of a project's changes up to one of them: at least, and at most."""


def projects(needed: set[str]) -> exp.Select:
    """Columns of projects, the key first."""
    shown = [column(name) for name in sorted(needed, key=lambda name: (name != KEY, name))]
    return exp.Select(expressions=shown).from_(exp.Table(this=quoted(PROJECTS)), copy=False)


def changes(needed: set[str], dialect: Dialect) -> exp.Select:
    """Columns of changes, and all amounts up to each."""
    shown = [column(name) for name in sorted((needed - set(SUMS)) | {KEY})]
    if needed & set(SUMS):
        amount = column("change.amount")
        so_far = first_known(_up_to_here(dialect.cast(amount, dialect.wide)), number(0))
        unstated = _up_to_here(case([(missing(amount), number(1))], number(0)))
        shown.append(aliased(so_far, SUMS[0]))
        shown.append(aliased(case([(compared(unstated, "=", number(0)), so_far)]), SUMS[1]))
    return exp.Select(expressions=shown).from_(exp.Table(this=quoted(CHANGES)), copy=False)


def _up_to_here(made: Sql) -> Sql:
    order = exp.Order(expressions=[exp.Ordered(this=column(NUMBER))])
    spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
    return exp.Window(this=exp.Sum(this=made), partition_by=[column(KEY)], order=order, spec=spec)
