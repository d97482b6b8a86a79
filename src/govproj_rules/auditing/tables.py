"""The tables that come out of an audit, as queries: for programs, and for people. Spark is told those for programs.

For programs the names and words are those of reports. For people everything is told in their language, and what strangers
wrote can do no harm in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from govproj_rules.auditing.counting import GOVERNED
from govproj_rules.auditing.deciding import STEP, Decided, Part, code, due
from govproj_rules.auditing.said import fill
from govproj_rules.flat import KEY
from govproj_rules.intake import BESIDE
from govproj_rules.intake.duck import Database, name_of, text_of
from govproj_rules.light import dataclass
from govproj_rules.telling.safe import cell_text
from govproj_rules.telling.words import say
from govproj_rules.vocabulary import vocabulary

if TYPE_CHECKING:
    from govproj_rules.auditing.summary import City

_STATUSES: Final = ("unmet", "unknown", "upcoming", "met", "info")


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a table: its name for programs, its heading for people and how wide that is; and what is in it."""

    name: str
    heading: str
    width: int
    made: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table that comes out: its columns, and the rows they are made of."""

    name: str
    columns: tuple[Shown, ...]
    source: str
    order: str = ""

    def query(self, people: bool) -> str:
        """The rows, with headings for people or with names for programs."""
        cells = ", ".join(f"{one.made} AS {name_of(one.heading if people else one.name)}" for one in self.columns)
        return f"SELECT {cells} FROM {self.source}{self.order}"


def all_tables(
    db: Database, every: Sequence[Decided], cities: Sequence[City], days: int, lang: str | None, all: bool
) -> dict[str, Table]:
    """Projects, findings, deadlines and questions, by name; and rules for programs. ``lang`` is None for programs;
    without ``all`` there are only findings that need attention.
    """
    fill(db, every, cities)
    made = [
        _projects(every, lang), _findings(every, lang, all), _deadlines(every, days, lang), _questions(lang),
        *([] if lang else [_rules()]),
    ]  # fmt: skip
    return {one.name: one for one in made}


_ROW: Final = {"city": "VARCHAR", "k": "VARCHAR", "name": "VARCHAR", "change": "INTEGER", "year": "INTEGER"}


def _together(queries: Sequence[str], types: Mapping[str, str]) -> str:
    """The rows of several queries; where there is none, no row of their columns."""
    nothing = ", ".join(f"CAST(NULL AS {type_}) AS {name_of(name)}" for name, type_ in types.items())
    return " UNION ALL ".join(queries) or f"SELECT {nothing} LIMIT 0"


# --- words for people -------------------------------------------------------------------------------


def _words(column: str, group: str, words: Iterable[str], lang: str) -> str:
    """A column of words as labels."""
    known = "".join(
        f" WHEN {text_of(word)} THEN {text_of(vocabulary().label(group, word).in_(lang))}" for word in words
    )
    return f"CASE {column}{known} ELSE {column} END"


def _safe(column: str) -> str:
    """A text of a stranger's on one line, which no spreadsheet takes for a formula; see :func:`telling.safe.cell_text`."""
    line = rf"trim(regexp_replace({column}, '[\p{{C}}\s]+', ' ', 'g'))"
    return f"CASE WHEN regexp_matches({line}, '^[-=+@]') THEN '''' || {line} ELSE {line} END"


def _shown(key: str, lang: str | None, name: str, width: int, made: str) -> Shown:
    return Shown(name, say(f"audit_column_{key}", lang) if lang else name, width, made)


def _plain(made: Mapping[str, str]) -> tuple[Shown, ...]:
    """Columns for programs alone."""
    return tuple(Shown(name, name, 12, cell) for name, cell in made.items())


# --- projects ---------------------------------------------------------------------------------------


def _projects(every: Sequence[Decided], lang: str | None) -> Table:
    sources = []
    for one in every:
        counts = [f"{_count(one.whole, status)} AS {status}" for status in _STATUSES]
        beside = ", ".join(name_of(name) for name in (KEY, *BESIDE, "scope", "regime", "verdict"))
        shown = f"SELECT {beside}, {', '.join(counts)} FROM {one.whole.rows}"
        several = ", ".join(f"{_count(part, status)} AS {status}" for part in one.parts[1:2] for status in _STATUSES)
        if several:
            key = name_of(KEY)
            parts = " UNION ALL ".join(
                f"SELECT {key} AS k, {', '.join(f'{_count(part, status)} AS {status}' for status in _STATUSES)} FROM {part.rows}"
                for part in one.parts[1:]
            )
            sums = ", ".join(f"sum({status}) AS {status}" for status in _STATUSES)
            more = ", ".join(
                f"CAST(t.{status} + coalesce(u.{status}, 0) AS INTEGER) AS {status}" for status in _STATUSES
            )
            columns = ", ".join(f"t.{name_of(name)}" for name in (KEY, *BESIDE, "scope", "regime", "verdict"))
            shown = (
                f"SELECT {columns}, {more} FROM ({shown}) t"
                f" LEFT JOIN (SELECT k, {sums} FROM ({parts}) GROUP BY k) u ON t.{key} = u.k"
            )
        sources.append(f"SELECT {text_of(one.ruleset.id)} AS city, {beside}, {', '.join(_STATUSES)} FROM ({shown})")
    texts = ("city", KEY, "name", "applicant.name", "file", "scope", "regime", "verdict")
    numbers = {"line": "BIGINT", **dict.fromkeys(_STATUSES, "INTEGER")}
    source = f"({_together(sources, dict.fromkeys(texts, 'VARCHAR') | numbers)}) t"
    column = {
        "project": f"t.{name_of(KEY)}", "name": "t.name", "applicant": f"t.{name_of('applicant.name')}", "city": "t.city",
        "verdict": "t.verdict", "scope": "t.scope", "regime": "t.regime", "file": "t.file",
    }  # fmt: skip
    if lang:
        titles = {one.ruleset.id: (one.ruleset.city or one.ruleset.title).in_(lang) for one in every}
        known = "".join(f" WHEN {text_of(id)} THEN {text_of(cell_text(title))}" for id, title in titles.items())
        column |= {name: _safe(column[name]) for name in ("project", "name", "applicant", "file")}
        column["city"] = f"CASE t.city{known} ELSE t.city END" if every else "t.city"
        column["verdict"] = _words("t.verdict", "verdict", vocabulary().words["verdict"], lang)
        column["scope"] = _words("t.scope", "scope", vocabulary().words["scope"], lang)
        column["regime"] = f"(SELECT any_value({lang}) FROM regimes r WHERE r.city = t.city AND r.regime = t.regime)"
    widths = {"project": 18, "name": 36, "applicant": 28, "city": 12, "verdict": 12, "scope": 12, "regime": 20}
    shown_columns = [_shown(name, lang, name, widths[name], column[name]) for name in widths]
    shown_columns += [_shown(status, lang, status, 9, f"t.{status}") for status in _STATUSES]
    shown_columns += [_shown("file", lang, "file", 24, column["file"]), _shown("line", lang, "line", 8, "t.line")]
    return Table("projects", tuple(shown_columns), source)


def _count(part: Part, status: str) -> str:
    """How many rules of a row came to a status."""
    from govproj_rules.to_sql.settling import STATUSES

    codes = STATUSES[status]
    tests = [f"CAST({code(place)} BETWEEN {min(codes)} AND {max(codes)} AS INTEGER)" for place in part.rules]
    governed = (
        f"CASE WHEN {GOVERNED} THEN {' + '.join(tests)} ELSE 0 END"
        if tests and not part.each and not part.yearly
        else ""
    )
    return governed or " + ".join(tests) or "0"


# --- findings ---------------------------------------------------------------------------------------


def _findings(every: Sequence[Decided], lang: str | None, all: bool) -> Table:
    from govproj_rules.to_sql.settling import CODES, LATE

    rows = [row for one in every for row in _long(one, all)]
    some = _together(rows, _ROW | {"finding": "INTEGER"})
    source = f"({some}) f JOIN told s ON f.city = s.city AND f.finding // {STEP} = s.number"
    found = f"f.finding % {STEP}"
    status = "".join(f" WHEN {place} THEN {text_of(one[0])}" for place, one in enumerate(CODES) if place)
    checked = ", ".join(str(place) for place, one in enumerate(CODES) if one[2])
    column = {
        "project": "f.k", "rule": "s.rule", "for": _for(), "status": f"CASE {found}{status} END", "late": f"{found} = {LATE}",
        "checked": f"{found} IN ({checked})",
    }  # fmt: skip
    order = " ORDER BY f.k, s.number, f.change, f.year" if lang else ""
    if lang is None:
        names = ("kind", "topic", "force", "who", "stage", "cite", "title_zh", "title_en")
        column |= {name: f"s.{name}" for name in names}
        return Table("findings", _plain(column), source)
    told = _words(column["status"], "status", _STATUSES, lang)
    told = f"CASE WHEN {column['late']} THEN {text_of(say('audit_late', lang))} ELSE {told} END"
    shown = (
        _shown("project", lang, "project", 18, _safe("f.k")), _shown("name", lang, "name", 36, _safe("f.name")),
        _shown("status", lang, "status", 10, told), _shown("title", lang, "title", 44, f"s.title_{lang}"),
        _shown("for", lang, "for", 20, _for(lang)), _shown("who", lang, "who", 18, f"s.who_{lang}"),
        _shown("article", lang, "article", 26, f"s.article_{lang}"),
        _shown("kind", lang, "kind", 10, _words("s.kind", "kind", vocabulary().words["kind"], lang)),
        _shown("rule", lang, "rule", 30, "s.rule"),
    )  # fmt: skip
    return Table("findings", shown, source, order)


def _long(decided: Decided, all: bool) -> Iterable[str]:
    """Queries with a row for each finding: city, project, its name, change, year, rule and code."""
    from govproj_rules.to_sql.settling import OPEN, UPCOMING

    key, city = name_of(KEY), text_of(decided.ruleset.id)
    # the places of the codes that count are a range: that is why they are ordered as they are
    wanted = f"f % {STEP} > 0" if all else f"(f % {STEP} = {UPCOMING} OR f % {STEP} >= {OPEN})"
    for part in decided.parts:
        if not part.rules:
            continue
        cells = ", ".join(f"CAST({code(place)} AS INTEGER) + {STEP * (place + 1)}" for place in part.rules)
        change, year = "t.change" if part.each else "NULL", "t.year" if part.yearly else "NULL"
        if part is decided.whole:
            rows, name = f"{part.rows} t WHERE {GOVERNED}", "t.name"
        else:
            rows, name = (
                f"{part.rows} t JOIN (SELECT {key}, name FROM {decided.whole.rows}) w ON t.{key} = w.{key}",
                "w.name",
            )
        inner = (
            f"SELECT t.{key} AS k, {name} AS name, CAST({change} AS INTEGER) AS change, CAST({year} AS INTEGER) AS year,"
            f" unnest([{cells}]) AS f FROM {rows}"
        )
        yield f"SELECT {city} AS city, k, name, change, year, f AS finding FROM ({inner}) WHERE {wanted}"


def _for(lang: str | None = None) -> str:
    """What a finding is for: a change, all of them, a member of a list, a year."""
    if lang is None:
        change, every, member, year = (
            "concat('changes[', CAST(f.change AS VARCHAR), ']')",
            "'changes'",
            "s.member",
            "CAST(f.year AS VARCHAR)",
        )
    else:
        before, after = say("change", lang, number="\0").split("\0")
        change = f"concat({text_of(before)}, f.change + 1, {text_of(after)})"
        every, member = text_of(say("each_change", lang)), f"s.member_{lang}"
        year = f"CASE WHEN f.year IS NOT NULL THEN concat(f.year, {text_of(say('year', lang, year=''))}) END"
    which = f"CASE WHEN f.change IS NOT NULL THEN {change} WHEN s.each_change THEN {every} END"
    return f"NULLIF(concat_ws({text_of(say('list', lang) if lang else '.')}, {which}, {member}, {year}), '')"


# --- deadlines, questions, rules ----------------------------------------------------------------------


def _deadlines(every: Sequence[Decided], days: int, lang: str | None) -> Table:
    """Every deadline that is still to come, for people within so many days."""
    from govproj_rules.to_sql.settling import UPCOMING

    key, rows = name_of(KEY), []
    for one in every:
        for part in one.parts:
            for place in part.dues:
                change, year = "t.change" if part.each else "NULL", "t.year" if part.yearly else "NULL"
                governed = f" AND w.{GOVERNED}"
                until = f" AND t.{due(place)} <= DATE '{one.as_of + timedelta(days)}'" if lang else ""
                rows.append(
                    f"SELECT {text_of(one.ruleset.id)} AS city, t.{key} AS k, w.name AS name, CAST({change} AS INTEGER) AS change,"
                    f" CAST({year} AS INTEGER) AS year, {place + 1} AS number, t.{due(place)} AS due FROM {part.rows} t"
                    f" JOIN (SELECT {key}, name, scope FROM {one.whole.rows}) w ON t.{key} = w.{key}"
                    f" WHERE t.{code(place)} = {UPCOMING} AND t.{due(place)} IS NOT NULL{governed}{until}"
                )
    some = _together(rows, _ROW | {"number": "INTEGER", "due": "DATE"})
    source = f"({some}) f JOIN told s ON f.city = s.city AND f.number = s.number"
    order = " ORDER BY f.due, f.k, s.number, f.change, f.year"
    if lang is None:
        names = {"project": "f.k", "rule": "s.rule", "for": _for(), "due": "f.due"}
        return Table("deadlines", _plain(names), source, order)
    shown = (
        _shown("due", lang, "due", 12, "f.due"), _shown("project", lang, "project", 18, _safe("f.k")),
        _shown("name", lang, "name", 36, _safe("f.name")), _shown("title", lang, "title", 44, f"s.title_{lang}"),
        _shown("for", lang, "for", 20, _for(lang)), _shown("article", lang, "article", 26, f"s.article_{lang}"),
    )  # fmt: skip
    return Table("deadlines", shown, source, order)


def _questions(lang: str | None) -> Table:
    numbers = ("findings", "alone", "scopes", "projects")
    if lang is None:
        names = ("city", "fact", "ask_zh", "ask_en", *numbers, "estimated")
        shown = list(_plain({name: f"q.{name}" for name in names}))
    else:
        shown = [_shown("ask", lang, "ask", 60, f"q.ask_{lang}"), _shown("fact", lang, "fact", 36, "q.fact")]
        shown += [_shown(f"question_{name}", lang, name, 14, f"q.{name}") for name in numbers]
        shown.append(_shown("city", lang, "city", 12, "q.city"))
    return Table("questions", tuple(shown), "questions q", " ORDER BY q.city, q.place")


def _rules() -> Table:
    names = (
        "rule",
        "kind",
        "topic",
        "force",
        "who",
        "stage",
        "cite",
        "title_zh",
        "title_en",
        "article_zh",
        "article_en",
    )
    return Table("rules", _plain({name: f"s.{name}" for name in names}), "told s", " ORDER BY s.city, s.number")
