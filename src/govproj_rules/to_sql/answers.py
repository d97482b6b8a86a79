"""The queries over the columns of the rules: findings, and what comes of each project."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from govproj_rules.compiled import remembered
from govproj_rules.flat import KEY, NUMBER, PROJECTS
from govproj_rules.to_sql.layers import Query
from govproj_rules.to_sql.missing import Missing
from govproj_rules.to_sql.rules import EXCLUDED, PRESUMED, Grain, Rules, code
from govproj_rules.to_sql.settling import CODES, OPEN, STATUSES, UNMET
from govproj_rules.to_sql.syntax import (
    NULL,
    TRUE,
    Sql,
    added,
    aliased,
    case,
    column,
    compared,
    known,
    number,
    of,
    one_of,
    opposite,
    quoted,
    text,
)
from govproj_rules.to_sql.timing import YEAR

STEP: Final = 16
"""A rule and how it came out are one number while rows are made: the number of the rule, so many times, and the code."""
COUNTED: Final = (*STATUSES, "warnings")
ROW: Final = "row"


# --- findings ---------------------------------------------------------------------------------------


def coded(rules: Rules, query: Query) -> exp.Select:
    """A row for each finding: project, change, year, the number of the rule (from 1), the code of its outcome."""
    parts = [
        _rows(rules, grain, query, [_numbered(rules, code(place), place) for place in grain.rules])
        for grain in rules.grains if grain.rules
    ]  # fmt: skip
    shown = [column(KEY), column(NUMBER), column(YEAR),
             aliased(rules.dialect.cast(exp.IntDiv(this=column(ROW), expression=number(STEP)), "INT"), "rule"),
             aliased(exp.Mod(this=column(ROW), expression=number(STEP)), "code")]  # fmt: skip
    found = compared(exp.Mod(this=column(ROW), expression=number(STEP)), ">", number(0))
    return _all(rules, parts, shown, found)


def _numbered(rules: Rules, name: str, place: int) -> Sql:
    return added([column(name), rules.dialect.cast(number(STEP * (place + 1)), rules.dialect.types["count"])])


def _rows(rules: Rules, grain: Grain, query: Query, values: list[Sql]) -> exp.Select:
    """A row for each of some values of each row of a grain."""
    none = rules.dialect.cast(NULL, rules.dialect.types["count"])
    row = {
        KEY: column(KEY),
        NUMBER: column(NUMBER) if grain.each else none,
        YEAR: column(YEAR) if grain.yearly else none,
        ROW: rules.dialect.each_of(values),
    }
    return query.select(grain.level, row, None if grain.each or grain.yearly else column("governed"))


def _all(rules: Rules, parts: list[exp.Select], shown: list[Sql], where: Sql) -> exp.Select:
    """The rows of all grains."""
    inner = exp.Subquery(this=united(rules, parts), alias=exp.TableAlias(this=quoted("t")))
    return exp.Select(expressions=shown).from_(inner, copy=False).where(where, copy=False)


def united(rules: Rules, parts: list[exp.Select]) -> Sql:
    """The rows of several queries; none where the regulation is not in force."""
    if rules.ended:
        parts = [part.where(exp.false(), copy=False) for part in parts]
    both: Sql = parts[0]
    for part in parts[1:]:
        both = exp.Union(this=both, expression=part, distinct=False)
    return both


def findings(rules: Rules, table: str) -> exp.Query:
    """The findings, told: project, rule, for what, how it came out, and from ``table`` what the rule says."""
    query = rules.query()
    found = exp.Subquery(this=coded(rules, query), alias=exp.TableAlias(this=quoted("f")))
    said = exp.Table(this=quoted(table), alias=exp.TableAlias(this=quoted("s")))
    codes = [(compared(of("f", "code"), "=", number(place)), text(one[0])) for place, one in enumerate(CODES) if place]
    checked = [number(place) for place, one in enumerate(CODES) if one[2]]
    late = [number(place) for place, one in enumerate(CODES) if one[1]]
    shown = [
        of("f", KEY), of("s", "rule"), aliased(for_what(rules, of("f", "rule")), "for"),
        aliased(case(codes), "status"),
        aliased(one_of(of("f", "code"), late), "late"),
        aliased(one_of(of("f", "code"), checked), "checked"),
        *(of("s", name) for name in ("kind", "topic", "force", "who", "stage", "cite", "title_zh", "title_en")),
    ]  # fmt: skip
    same = compared(of("f", "rule"), "=", of("s", "number"))
    return query.written(exp.Select(expressions=shown).from_(found, copy=False).join(said, on=same, copy=False))


def for_what(rules: Rules, rule: Sql) -> Sql:
    """What a finding is for: a change (all of them, where they are not stated), a member of a list, a year."""
    each = [number(place + 1) for place, rule in enumerate(rules.ruleset.rules) if rule.each is not None]
    written = rules.dialect.text
    change = exp.DPipe(this=exp.DPipe(this=text("changes["), expression=written(of("f", NUMBER))), expression=text("]"))
    parts = [
        case([(known(of("f", NUMBER)), change), (one_of(rule, each) if each else opposite(TRUE), text("changes"))]),
        of("s", "member"),
        written(of("f", YEAR)),
    ]
    return exp.Anonymous(
        this="NULLIF", expressions=[exp.Anonymous(this="CONCAT_WS", expressions=[text("."), *parts]), text("")]
    )


# --- what is missing --------------------------------------------------------------------------------


def facts_of(rules: Rules) -> list[tuple[int, str]]:
    """The facts that may be missing, by their place, each with the number of the rule that waits for it."""
    return [(place + 1, fact) for _, place, _, fact in _lacks(rules)]


@remembered(4)
def _lacks(rules: Rules) -> list[tuple[Grain, int, Sql, str]]:
    missing = Missing(rules)
    return [
        (grain, place, condition, fact)
        for grain in rules.grains for place in grain.rules for condition, fact in missing.of_rule(place)
    ]  # fmt: skip


def unknowns(rules: Rules, table: str, facts: str) -> exp.Query:
    """What each unknown finding waits for: project, rule, for what, and the path of the fact that is missing."""
    query, integer = rules.query(), rules.dialect.types["count"]
    values: dict[str, list[Sql]] = {}
    for place, (grain, _, condition, _) in enumerate(_lacks(rules), 1):
        values.setdefault(grain.name, []).append(case([(condition, rules.dialect.cast(number(place), integer))]))
    parts = [_rows(rules, grain, query, values[grain.name]) for grain in rules.grains if grain.name in values]
    parts = parts or [_rows(rules, rules.grains[0], query, [rules.dialect.cast(NULL, integer)])]
    shown = [column(name) for name in (KEY, NUMBER, YEAR, ROW)]
    found = exp.Subquery(this=_all(rules, parts, shown, known(column(ROW))), alias=exp.TableAlias(this=quoted("f")))
    waits = exp.Table(this=quoted(facts), alias=exp.TableAlias(this=quoted("w")))
    said = exp.Table(this=quoted(table), alias=exp.TableAlias(this=quoted("s")))
    told = [of("f", KEY), of("s", "rule"), aliased(for_what(rules, of("s", "number")), "for"), of("w", "fact")]
    made = exp.Select(expressions=told).from_(found, copy=False)
    made = made.join(waits, on=compared(of("f", ROW), "=", of("w", "number")), copy=False)
    made = made.join(said, on=compared(of("w", "rule"), "=", of("s", "number")), copy=False)
    return query.written(made)


# --- what comes of a project ------------------------------------------------------------------------


def verdicts(rules: Rules) -> exp.Query:
    """A row for each project: the scope, the regime, the verdict, how many findings there are of each status."""
    if rules.ended:
        nothing: list[Sql] = [aliased(number(0), name) for name in COUNTED]
        shown = [column(KEY), aliased(text("applies"), "scope"), aliased(rules.dialect.text(NULL), "regime"),
                 aliased(text("not_in_force"), "verdict"), *nothing]  # fmt: skip
        return exp.Select(expressions=shown).from_(exp.Table(this=quoted(PROJECTS)), copy=False)
    query = rules.query()
    return query.written(query.select(rules.whole, {KEY: column(KEY), **outcome(rules), **counts(rules)}))


def outcome(rules: Rules, below: bool = False) -> dict[str, Sql]:
    """The scope, the regime and the verdict, from the columns of the rules; ``below``: see :meth:`Rules.comes_to`."""
    regimes = rules.ruleset.regimes
    scope, out = column("scope"), [number(EXCLUDED)]
    out += [number(place) for place, one in enumerate(regimes) if one.excluded]
    presumed = next(one for one in regimes if one.presume)
    named = [(compared(scope, "=", number(place)), text(one.id)) for place, one in enumerate(regimes)]
    broken = rules.comes_to(UNMET, owners=True, below=below)
    open_ = rules.comes_to(OPEN, owners=False, below=below)
    return {
        "scope": case([(compared(scope, "=", number(PRESUMED)), text("presumed")), (one_of(scope, out), text("excluded"))],
                      text("applies")),
        "regime": case([(compared(scope, "=", number(PRESUMED)), text(presumed.id)), *named]),
        "verdict": case([
            (opposite(column("governed")), text("out_of_scope")), (broken, text("non_compliant")),
            (open_, text("undetermined")), (compared(scope, "=", number(PRESUMED)), text("undetermined")),
        ], text("compliant")),
    }  # fmt: skip


def counts(rules: Rules) -> dict[str, Sql]:
    """How many findings there are of each status; warnings are what is unmet and due in principle."""
    made: dict[str, Sql] = {}
    for status in COUNTED:
        parts = []
        for grain in rules.grains:
            if not grain.rules:
                continue
            name = f"{status} {grain.name}"
            parts.append(column(name) if grain.each or grain.yearly else rules.counted(grain)[name])
        made[status] = rules.dialect.cast(case([(column("governed"), added(parts))], number(0)), "INT")
    return made


__all__ = ["COUNTED", "coded", "facts_of", "findings", "unknowns", "verdicts"]
