"""The queries over the columns of the rules: findings, and what comes of each project."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from govproj_rules.flat import KEY, NUMBER
from govproj_rules.to_sql.rules import AHEAD, CODES, INFO, MET, OPEN, UNMET, Grain, Rules, code
from govproj_rules.to_sql.syntax import (
    NULL,
    Sql,
    added,
    aliased,
    case,
    column,
    compared,
    multiplied,
    number,
    quoted,
    text,
)
from govproj_rules.to_sql.timing import YEAR

STEP: Final = 16
"""A rule and how it came out are one number while rows are made: the number of the rule, so many times, and the code."""
_FINDING: Final = "finding"


def coded(rules: Rules) -> exp.Select:
    """A row for each finding: project, change, year, the number of the rule (from 1), the code of its outcome."""
    parts = [_of_grain(rules, grain) for grain in rules.grains if grain.rules]
    both = parts[0]
    for part in parts[1:]:
        both = exp.Union(this=both, expression=part, distinct=False)  # type: ignore[assignment]
    shown = [column(KEY), column(NUMBER), column(YEAR),
             aliased(exp.IntDiv(this=column(_FINDING), expression=number(STEP)), "rule"),
             aliased(exp.Mod(this=column(_FINDING), expression=number(STEP)), "code")]  # fmt: skip
    inner = exp.Subquery(this=both, alias=exp.TableAlias(this=quoted("t")))
    found = exp.Mod(this=column(_FINDING), expression=number(STEP))
    return exp.Select(expressions=shown).from_(inner, copy=False).where(compared(found, ">", number(0)), copy=False)


def _of_grain(rules: Rules, grain: Grain) -> exp.Select:
    integer = rules.dialect.types["count"]
    numbered = [added([column(code(place)), number(STEP * (place + 1))]) for place in grain.rules]
    row = {
        KEY: column(KEY),
        NUMBER: column(NUMBER) if grain.each else rules.dialect.cast(NULL, integer),
        YEAR: column(YEAR) if grain.yearly else rules.dialect.cast(NULL, integer),
        _FINDING: rules.dialect.each_of(numbered),
    }
    return grain.level.select(row, None if grain.each or grain.yearly else column("governed"))


__all__ = ["AHEAD", "CODES", "INFO", "MET", "OPEN", "STEP", "UNMET", "Sql", "case", "coded", "multiplied", "text"]
