"""A ruleset as SQL: the same rules where the data is, in DuckDB, PostgreSQL and Spark, exact and in three values.

A ruleset becomes one query over the tables of :mod:`govproj_rules.flat`; see `docs/scale.md`. What the definition says of
a project (:mod:`govproj_rules.evaluate`) the query says; tests hold it to that in each engine. What cannot be said
exactly is refused, with the rule named. sqlglot, which writes the SQL, is of the extra `sql`, and loads here only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from govproj_rules.engines import DIALECTS
from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.flat import Column, columns
from govproj_rules.ir import RuleSet

if TYPE_CHECKING:
    from sqlglot.expressions import Query

    from govproj_rules.to_sql.rules import Rules


class Script:
    """A ruleset as SQL for one engine and one day; made by :func:`to_sql`."""

    def __init__(self, ruleset: RuleSet, rules: Rules, as_of: date) -> None:
        self.ruleset = ruleset
        self.columns: tuple[Column, ...] = columns([ruleset])
        """What is read of projects and changes."""
        self.as_of = as_of
        self.dialect = rules.dialect.name
        self._rules = rules
        self._write = rules.dialect.write

    def tables(self) -> list[str]:
        """Statements that make the tables `projects` and `changes`, empty."""
        from govproj_rules.to_sql import tables

        return [self._write(one, pretty=True) for one in tables.of_projects(self.columns, self._rules.dialect)]

    def own_tables(self) -> list[str]:
        """Statements that make and fill what the queries read beside projects: working days, and what each rule says.

        They begin with `CITY_`, so that the scripts of several regulations can stand beside each other.
        """
        from govproj_rules.to_sql import answers, tables

        dialect, counts = self._rules.dialect, self._rules.periods()
        made = list(tables.of_rules(self.ruleset, dialect))
        made += tables.of_facts(self.ruleset, answers.facts_of(self._rules), dialect)
        made += tables.of_calendar(self.ruleset, counts, dialect) if counts else []
        return [self._write(one) for one in made]

    def findings(self) -> str:
        """A query with a row for each finding: project, rule, for what, status, late, checked, and what the rule says."""
        return self._write(self._queries()["findings"]())

    def verdicts(self) -> str:
        """A query with a row for each project: scope, regime, verdict, and how many findings there are of each status."""
        return self._write(self._queries()["verdicts"]())

    def unknowns(self) -> str:
        """A query with a row for each fact that an unknown finding waits for: project, rule, for what, fact."""
        return self._write(self._queries()["unknowns"]())

    def thresholds(self) -> str:
        """A query with a row for each bound that matters: project, rule, for what, test, bound, value, margin, holds."""
        return self._write(self._queries()["thresholds"]())

    def _queries(self) -> dict[str, Callable[[], Query]]:
        """The queries by name, each to be written when it is asked for."""
        from govproj_rules.to_sql import answers, tables
        from govproj_rules.to_sql.thresholds import thresholds

        rules, said, facts = (self._rules, *(tables.name_of(self.ruleset, one) for one in (tables.RULES, tables.FACTS)))
        return {
            "findings": lambda: answers.findings(rules, said),
            "verdicts": lambda: answers.verdicts(rules),
            "unknowns": lambda: answers.unknowns(rules, said, facts),
            "thresholds": lambda: thresholds(rules, said),
        }

    def statements(self) -> Iterator[str]:
        """The whole script: tables, what the queries read, and a view for each query."""
        from govproj_rules.to_sql import tables
        from govproj_rules.to_sql.layers import CALENDAR

        queries = {tables.name_of(self.ruleset, name): query for name, query in self._queries().items()}
        yield from self.tables()
        for name in queries:
            yield self._write(tables.dropped(name, "VIEW"))
        for name in (tables.RULES, tables.FACTS, CALENDAR):
            yield self._write(tables.dropped(tables.name_of(self.ruleset, name), "TABLE"))
        yield from self.own_tables()
        for name, query in queries.items():
            yield self._write(tables.view(name, query()), pretty=True)


def to_sql(ruleset: RuleSet, *, as_of: date, dialect: str = "duckdb") -> Script:
    """The SQL of a ruleset for one engine (``duckdb``, ``postgres``, ``spark``) and one day; nothing in it reads the clock.

    Raises :class:`InvalidInput` where sqlglot is not installed, for another engine, and for rules that SQL cannot be
    made to say exactly: each is named with the reason.
    """
    if dialect not in DIALECTS:
        said = f"there is no SQL for {quote(dialect)}"
        raise wrong("unknown-dialect", said, f"one of {', '.join(DIALECTS)}")
    try:
        from govproj_rules.to_sql.dialects import ROWS
    except ImportError:
        raise InvalidInput([_NOT_INSTALLED]) from None
    from govproj_rules.to_sql.rules import Rules

    return Script(ruleset, Rules(ruleset, ROWS[dialect], as_of), as_of)


_NOT_INSTALLED: Final = Problem(
    "no-sqlglot", "SQL is written by the package sqlglot, which is not installed", 'pip install "govproj-rules[sql]"'
)

__all__ = ["Script", "to_sql"]
