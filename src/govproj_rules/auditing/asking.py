"""What undecided findings wait for: which missing facts, and how many findings each.

That is the definition's to say, project by project. Where few projects are undecided all of them are asked; of many, a
sample that is drawn by their keys, so that the same projects are asked every time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from govproj_rules.auditing.counting import GOVERNED
from govproj_rules.auditing.deciding import Decided, code
from govproj_rules.auditing.summary import MissingFact
from govproj_rules.checking import check, read_facts
from govproj_rules.evaluate import find_scope
from govproj_rules.facts import Facts
from govproj_rules.flat import CHANGES, KEY, NUMBER, PROJECTS, Column
from govproj_rules.intake.duck import Database, name_of, number_in, text_of
from govproj_rules.ir import RuleSet
from govproj_rules.project import Project
from govproj_rules.questions import fact_info
from govproj_rules.report import Report
from govproj_rules.values import Duration, format_value
from govproj_rules.vocabulary import vocabulary

EVERY: Final = 2_000
"""Up to so many undecided projects, all of them are asked."""
ASKED: Final = 500
"""Of more, so many."""
_CHANGE: Final = re.compile(r"^changes\[[0-9]+\]\.")
_SEVERAL: Final = 200
"""Projects read at a time."""


class Waiting:
    """Counts, over reports, the undecided findings that wait for each fact."""

    def __init__(self) -> None:
        self.findings: Counter[str] = Counter()
        self.alone: Counter[str] = Counter()
        self.scopes: Counter[str] = Counter()
        self.projects: Counter[str] = Counter()

    def add(self, report: Report, scope: Iterable[object] = ()) -> None:
        """Count the undecided findings of one project; ``scope``: what is missing to tell whether it is governed."""
        mine = {one for one in scope if isinstance(one, str)}
        self.scopes.update(mine)
        for finding in report.findings:
            if finding.status != "unknown":
                continue
            facts = {_CHANGE.sub("change.", one) for one in finding.unknown if isinstance(one, str)}
            self.findings.update(facts)
            if len(finding.unknown) == 1:
                self.alone.update(facts)
            mine |= facts
        self.projects.update(mine)

    def ranked(self, ruleset: RuleSet, scale: Fraction = Fraction(1)) -> list[MissingFact]:
        """The facts, those first that most findings wait for; numbers times ``scale``."""
        made = []
        for fact, projects in self.projects.items():
            info = fact_info(fact, ruleset, vocabulary())
            counts = (self.findings[fact], self.alone[fact], self.scopes[fact], projects)
            made.append(MissingFact(fact, info.label, info.ask or info.label, *(round(one * scale) for one in counts)))
        return sorted(made, key=lambda one: (-one.findings, -one.alone, -one.scopes, -one.projects, one.fact))


def missing_of(db: Database, decided: Decided) -> tuple[list[MissingFact], int | None]:
    """The missing facts of a city, and how many projects were asked where that was not all of the undecided ones."""
    undecided = _undecided(decided)
    count = number_in(db, f"SELECT count(*) FROM ({undecided})")
    if not count:
        return [], None
    waiting, asked = Waiting(), count if count <= EVERY else ASKED
    key = name_of(KEY)
    drawn = f"SELECT {key} FROM ({undecided}) ORDER BY md5({key}), {key} LIMIT {asked}"
    keys = [row[0] for row in db.execute(drawn).fetchall()]
    for project in _projects(db, decided, keys):
        waiting.add(check(project, decided.ruleset, as_of=decided.as_of), _scope(project, decided))
    ranked = waiting.ranked(decided.ruleset, Fraction(count, len(keys)))
    return ranked, len(keys) if len(keys) < count else None


def _scope(project: Project, decided: Decided) -> Iterable[object]:
    ruleset = decided.ruleset
    facts = Facts(project, read_facts(project, ruleset), decided.as_of, ruleset.stages, vocabulary())
    return find_scope(ruleset, facts).missing


def _undecided(decided: Decided) -> str:
    """The keys of projects with something undecided."""
    from govproj_rules.to_sql.settling import OPEN, UNKNOWN

    key = name_of(KEY)
    parts = []
    for part in decided.parts:
        if part.rules:
            some = " OR ".join(f"{code(place)} BETWEEN {OPEN} AND {UNKNOWN}" for place in part.rules)
            governed = f" AND {GOVERNED}" if part is decided.whole else ""
            parts.append(f"SELECT {key} FROM {part.rows} WHERE ({some}){governed}")
    return " UNION ".join(parts) or f"SELECT {key} FROM {decided.whole.rows} LIMIT 0"


# --- rows as projects -------------------------------------------------------------------------------


def _projects(db: Database, decided: Decided, keys: Sequence[str]) -> Iterator[Project]:
    """The projects of some keys, read back from their rows."""
    tables = decided.tables
    key, some = name_of(KEY), ", ".join(map(text_of, keys))
    rows = {
        table: f"SELECT * FROM ({tables.relation(table)}) WHERE {key} IN ({some}) ORDER BY {key}"
        for table in (PROJECTS, CHANGES)
    }
    changes: dict[str, list[dict[str, Any]]] = {}
    if any(one.name == NUMBER for one in tables.columns):
        for row in _rows(db, f"{rows[CHANGES]}, {name_of(NUMBER)}"):
            changes.setdefault(row[KEY], []).append(row)
    for row in _rows(db, rows[PROJECTS]):
        yield project_of(row, changes.get(row[KEY], []), tables.columns)


def _rows(db: Database, query: str) -> Iterator[dict[str, Any]]:
    answer = db.execute(query)
    names = [one[0] for one in answer.description]
    while found := answer.fetchmany(_SEVERAL):
        for row in found:
            yield {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}


def project_of(row: Mapping[str, Any], changes: Sequence[Mapping[str, Any]], columns: Iterable[Column]) -> Project:
    """A project from its row and those of its changes: what :func:`govproj_rules.flat.row` makes of it is that row."""
    every = list(columns)
    mine = [one for one in every if one.table == PROJECTS]
    data: dict[str, Any] = {"name": row.get("name") or row[KEY], "id": row[KEY]}
    documents: dict[str, Any] = {}
    for one in mine:
        cell = row.get(one.name)
        match one.fact.split("."):
            case ["events", name] if one.name == one.fact:
                if (said := _occurrence(row, one.fact)) is not None:
                    data.setdefault("events", {})[name] = said
            case ["documents", name] if one.name == one.fact:
                if (stated := _document(row, one.fact)) is not None:
                    documents[name] = stated
            case [*outer, name] if cell is not None and one.holds not in ("key", "unit", "count") and outer[:1] not in (
                ["events"], ["documents"],
            ):  # fmt: skip
                place = data
                for part in outer:
                    place = place.setdefault(part, {})
                place[name] = _plain(one, cell, row)
    if documents:
        data["documents"] = documents
    if row.get("changes") is not None:
        data["changes"] = [_change(one, every) for one in changes]
    return Project.model_validate(data)


def _change(row: Mapping[str, Any], columns: Iterable[Column]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for one in columns:
        if one.table != CHANGES or one.holds in ("key", "count") or one.name != one.fact:
            continue
        happening = one.fact in ("change.filed", "change.reapproved")
        said = _occurrence(row, one.fact) if happening else _plain(one, row.get(one.name), row)
        if said is not None:
            made[one.fact.removeprefix("change.")] = said
    return made


def _occurrence(row: Mapping[str, Any], path: str) -> Any:
    if days := row.get(f"{path}.dates"):
        return [day.isoformat() for day in days]
    if day := row.get(f"{path}.date"):
        return day.isoformat()
    return row.get(path)


def _document(row: Mapping[str, Any], path: str) -> Any:
    if row.get(path) is False:
        return False
    made = {part: row[f"{path}.{part}"] for part in ("sections", "to") if f"{path}.{part}" in row}
    if day := row.get(f"{path}.date"):
        made["date"] = day.isoformat()
    if (approved := _occurrence(row, f"{path}.approved")) is not None:
        made["approved"] = approved
    return made or row.get(path)


def _plain(column: Column, cell: Any, row: Mapping[str, Any]) -> Any:
    """A cell as a project file writes it."""
    if cell is None:
        return None
    match column.holds:
        case "length":
            return str(Duration(cell, row[f"{column.name}.unit"]))
        case "percent":
            return f"{cell:f}%"
        case "number":
            return f"{cell:f}"
        case "money":
            return format_value("money", cell)
        case _:
            return cell.isoformat() if isinstance(cell, date) else cell
