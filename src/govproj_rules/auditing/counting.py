"""What many decided projects come to, counted by whoever decided them: the SQL is DuckDB's, and Spark is told the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from govproj_rules import ir
from govproj_rules.auditing.deciding import STEP, Decided, Part, code, due
from govproj_rules.auditing.summary import Applicant, Authority, Deadline, RuleCount, Statuses
from govproj_rules.flat import KEY
from govproj_rules.intake.duck import Database, name_of, number_in
from govproj_rules.ir import Label, Rule, RuleSet
from govproj_rules.outcomes import OWNER_SIDE
from govproj_rules.vocabulary import vocabulary

VERDICTS: Final = ("non_compliant", "undetermined", "compliant", "out_of_scope", "not_in_force")
"""In the order in which an officer looks at them."""
LISTED: Final = 20
"""How many deadlines and applicants a summary names."""
GOVERNED: Final = "scope <> 'excluded'"
"""Codes of a project that the regulation does not govern mean nothing."""
_AT_ONCE: Final = 4
"""Rules whose codes are counted as one number: more rows to count cost more than more numbers do."""
Cite = Callable[[RuleSet, Sequence[str]], Label]


def verdicts_of(db: Database, decided: Decided) -> dict[str, int]:
    """How many projects there are of each verdict."""
    found = dict(db.execute(f"SELECT verdict, count(*) FROM {decided.whole.rows} GROUP BY verdict").fetchall())
    return {verdict: found[verdict] for verdict in VERDICTS if verdict in found}


def rules_of(db: Database, decided: Decided, cite: Cite) -> list[RuleCount]:
    """How each rule that has findings came out, in the order of the regulation."""
    ruleset = decided.ruleset
    made = []
    for place, counts in sorted(_codes(db, decided).items()):
        if not any(counts):
            continue
        rule = ruleset.rules[place]
        name = f"{ruleset.id}/{rule.id}"
        told = statuses(counts)
        member = member_of(rule.element, ruleset)
        article = cite(ruleset, rule.cite)
        made.append(RuleCount(name, rule.kind, rule.force, rule.title, member, list(rule.cite), article, told))
    return made


def member_of(element: str | None, ruleset: RuleSet) -> Label | None:
    """The member of a list that a rule is for: what its parts are called, else its name."""
    if element is None:
        return None
    words = vocabulary()
    names = [
        words.documents.get(one) or ruleset.authorities.get(one) or words.roles.get(one) for one in element.split(".")
    ]
    zh, en = ("、".join(one.zh for one in names if one), ", ".join(one.en for one in names if one))
    return Label(zh or element, en or element)


def statuses(counts: Sequence[int]) -> Statuses:
    """Counts by code as counts by status."""
    from govproj_rules.to_sql.settling import LATE, STATUSES

    made = {status: sum(counts[one] for one in codes) for status, codes in STATUSES.items()}
    return Statuses(**made, late=counts[LATE])


def added(several: Iterable[Statuses]) -> Statuses:
    """The sum of several."""
    made = Statuses()
    for one in several:
        for name in Statuses.__slots__:
            setattr(made, name, getattr(made, name) + getattr(one, name))
    return made


def _codes(db: Database, decided: Decided) -> dict[int, list[int]]:
    """How often each rule came to each code; by its place."""
    from govproj_rules.to_sql.settling import CODES

    made: dict[int, list[int]] = {}
    for part in decided.parts:
        if not part.rules:
            continue
        where = f" WHERE {GOVERNED}" if part is decided.whole else ""
        numbers, several = zip(*part.numbers(_AT_ONCE), strict=True)
        marked = ", ".join(f"{one} + {which * STEP**_AT_ONCE}" for which, one in enumerate(numbers))
        found = f"SELECT unnest([{marked}]) AS f FROM {part.rows}{where}"
        for number, projects in db.execute(f"SELECT f, count(*) FROM ({found}) GROUP BY f").fetchall():
            which, codes = divmod(number, STEP**_AT_ONCE)
            for place in several[which]:
                codes, one = divmod(codes, STEP)
                counts = made.setdefault(place, [0] * len(CODES))
                counts[one] += projects if one else 0
    return made


# --- who is waited for ------------------------------------------------------------------------------


def authorities_of(db: Database, decided: Decided, counts: Sequence[RuleCount]) -> list[Authority]:
    """Whose turn it is in how many projects: what is unmet or undecided and theirs to do. The busiest first."""
    from govproj_rules.to_sql.settling import OPEN, UPCOMING

    ruleset = decided.ruleset
    by_role: dict[str, list[int]] = {}
    for place, rule in enumerate(ruleset.rules):
        if role := _turn(rule):
            by_role.setdefault(role, []).append(place)
    found = {one.rule: one.findings for one in counts}
    columns: dict[str, list[str]] = {}
    for role, places in by_role.items():
        mine = [place for place in places if place in decided.whole.rules]
        if mine:
            columns[role] = [f"({code(place)} = {UPCOMING} OR {code(place)} >= {OPEN})" for place in mine]
    waiting = _projects(db, decided, columns)
    made = []
    for role, places in by_role.items():
        name = ruleset.authorities.get(role) or vocabulary().roles.get(role) or Label(role, role)
        names = (f"{ruleset.id}/{ruleset.rules[place].id}" for place in places)
        told = added(found[name] for name in names if name in found)
        if told.unmet or told.unknown or told.upcoming:
            made.append(Authority(role, name, waiting.get(role, 0), told))
    return sorted(made, key=lambda one: (-one.projects, -one.findings.unmet, one.role))


def _turn(rule: Rule) -> str | None:
    """Who has to act next on a rule, where it is an authority."""
    if isinstance(rule.outcome, ir.Approval):
        return rule.outcome.by
    if rule.kind in ("permission", "competence", "consequence") or rule.who in OWNER_SIDE:
        return None
    return rule.who


def _projects(db: Database, decided: Decided, columns: dict[str, list[str]]) -> dict[str, int]:
    if not columns:
        return {}
    cells = [f"count(*) FILTER (WHERE {' OR '.join(tests)})" for tests in columns.values()]
    row = db.execute(f"SELECT {', '.join(cells)} FROM {decided.whole.rows} WHERE {GOVERNED}").fetchone()
    assert row is not None
    return dict(zip(columns, row, strict=True))


# --- deadlines --------------------------------------------------------------------------------------


def deadlines_of(db: Database, decided: Decided, days: int, cite: Cite) -> tuple[int, list[Deadline]]:
    """How many deadlines end within ``days``, and the first of them."""
    parts = [query for part in decided.parts for query in _ahead(decided, part, decided.as_of + timedelta(days))]
    if not parts:
        return 0, []
    every = " UNION ALL ".join(parts)
    ahead = number_in(db, f"SELECT count(*) FROM ({every})")
    names = f"SELECT {name_of(KEY)}, name FROM {decided.whole.rows}"
    rows = db.execute(
        f"SELECT k, n.name, place, change, year, due FROM ({every}) LEFT JOIN ({names}) n ON k = n.{name_of(KEY)}"
        f" ORDER BY due, place, k, change, year LIMIT {LISTED}"
    ).fetchall()
    return ahead, [_deadline(decided.ruleset, cite, *row) for row in rows]


def _ahead(decided: Decided, part: Part, last: date) -> Iterable[str]:
    from govproj_rules.to_sql.settling import UPCOMING

    where = f" AND {GOVERNED}" if part is decided.whole else ""
    for place in part.dues:
        change, year = "change" if part.each else "NULL", "year" if part.yearly else "NULL"
        yield (
            f"SELECT {name_of(KEY)} AS k, {place} AS place, CAST({change} AS INTEGER) AS change,"
            f" CAST({year} AS INTEGER) AS year, {due(place)} AS due FROM {part.rows} WHERE {code(place)} = {UPCOMING}"
            f" AND {due(place)} <= DATE '{last}'{where}"
        )


def _deadline(
    ruleset: RuleSet, cite: Cite, key: str, name: str | None, place: int, change: int | None, year: int | None, day: date
) -> Deadline:  # fmt: skip
    from govproj_rules.evaluate import name_of as for_of

    rule = ruleset.rules[place]
    which = for_of(rule, change, year)
    return Deadline(key, name, f"{ruleset.id}/{rule.id}", rule.title, cite(ruleset, rule.cite), which, day)


# --- applicants -------------------------------------------------------------------------------------


def applicants_of(db: Database, decided: Decided) -> list[Applicant]:
    """Who has most unmet rules, where projects name who applies."""
    from govproj_rules.to_sql.settling import UNMET

    applicant, key = name_of("applicant.name"), name_of(KEY)
    known = f"SELECT 1 FROM {decided.whole.rows} WHERE {applicant} IS NOT NULL LIMIT 1"
    if not decided.whole.rules or not db.execute(known).fetchone():
        return []
    unmet = " + ".join(f"CAST({code(place)} >= {UNMET} AS INTEGER)" for place in decided.whole.rules)
    parts = [f"SELECT {applicant} AS a, 1 AS p, CAST(verdict = 'non_compliant' AS INTEGER) AS b,"
             f" CASE WHEN {GOVERNED} THEN {unmet} ELSE 0 END AS u FROM {decided.whole.rows}"]  # fmt: skip
    for part in decided.parts[1:]:
        several = " + ".join(f"CAST({code(place)} >= {UNMET} AS INTEGER)" for place in part.rules)
        parts.append(
            f"SELECT w.{applicant} AS a, 0 AS p, 0 AS b, {several} AS u FROM {part.rows} t"
            f" JOIN {decided.whole.rows} w ON t.{key} = w.{key} WHERE {several} > 0"
        )
    rows = db.execute(
        f"SELECT a, sum(p), sum(b), sum(u) FROM ({' UNION ALL '.join(parts)}) WHERE a IS NOT NULL GROUP BY a"
        f" HAVING sum(u) > 0 ORDER BY sum(u) DESC, a LIMIT {LISTED}"
    ).fetchall()
    return [Applicant(name, int(projects), int(broken), int(count)) for name, projects, broken, count in rows]
