"""Generated projects as tables, the same every time: each cell is drawn by itself."""

from __future__ import annotations

import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from bench.workload import FEN, WORDS
from govproj_rules import RuleSet
from govproj_rules.flat import CHANGES, KEY, PROJECTS, Column, columns
from govproj_rules.intake import Tables
from govproj_rules.intake.duck import TYPES, name_of, open_duck, paths_of, text_of
from govproj_rules.project import fact_fields, words_of
from govproj_rules.vocabulary import vocabulary

STATED: Final = 0.7
"""The share of cells that are not empty."""


def spent() -> float:
    """Seconds of the processor that this process has used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True, slots=True)
class Drawn:
    """How cells are drawn: the share that is not empty; and whether one amount in a hundred is a round one, as bounds
    are, or one 分 beside it.
    """

    stated: float = STATED
    near: bool = False


def make(folder: Path, rules: RuleSet, count: int, drawn: Drawn = Drawn()) -> Tables:
    """``count`` projects with what a ruleset reads, as Parquet; a quarter of them has a change."""
    wanted = columns([rules])
    paths = {table: folder / f"{table}.parquet" for table in (PROJECTS, CHANGES)}
    with open_duck(folder) as duck:
        for table, rows in ((PROJECTS, count), (CHANGES, count // 4)):
            mine = {one.name: one for one in wanted if one.table == table}
            cells = ", ".join(
                f"{_cell(one, rules, mine, count, drawn)} AS {name_of(name)}" for name, one in mine.items()
            )
            duck.execute(
                f"COPY (SELECT {cells} FROM range({rows}) r(i)) TO {text_of(paths[table])} (FORMAT parquet, COMPRESSION zstd)"
            )
    return Tables(rules, wanted, (paths[PROJECTS],), (paths[CHANGES],), count)


def _cell(column: Column, rules: RuleSet, beside: Mapping[str, Column], rows: int, how: Drawn) -> str:
    """A value of a column; of the row ``i``."""
    stated, drawn = _stated(column.name, how), f"CAST(hash(i, {text_of(column.name)}) >> 20 AS BIGINT)"
    match column.holds:
        case "key":
            return "'P' || CAST(i AS VARCHAR)"
        case "count":
            return "CAST(0 AS INTEGER)" if column.table == CHANGES else f"CAST(i < {rows // 4} AS INTEGER)"
        case "yes_no":
            more = [one for part in ("date", "sections", "to") if (one := f"{column.name}.{part}") in beside]
            told = " OR ".join(_stated(one, how) for one in more) or "false"  # what is said of it says that it is there
            made, stated = f"({told}) OR {drawn} % 2 = 0", f"({told}) OR {stated}"
        case "money":
            made = f"{drawn} % 2000000000"
            if how.near:
                round_one = f"(1 + {drawn} % 45) * {100 * FEN} + (({drawn} >> 8) % 3 - 1)"
                made = f"CASE WHEN hash(i, 'near', {text_of(column.name)}) % 100 = 0 THEN {round_one} ELSE {made} END"
        case "percent" | "number":
            made = f"{drawn} % 100"
        case "date":
            made = f"DATE '2024-01-01' + CAST({drawn} % 1200 AS INTEGER)"
        case "year":
            made = f"2023 + {drawn} % 4"
        case "grade":
            made = f"1 + {drawn} % 5"
        case "length":
            made = f"{drawn} % 24"
        case "unit":
            made = "'months'"
        case "word" | "words":
            options = "[" + ", ".join(map(text_of, _options(column, rules))) + "]"
            word = f"{options}[1 + {drawn} % len({options})]"
            made = f"[{word}]" if column.holds == "words" else word
        case "dates":
            made = "NULL"
        case _:
            assert_never(column.holds)
    return f"CAST(CASE WHEN {stated} THEN {made} END AS {TYPES[column.holds]})"


def _stated(column: str, how: Drawn) -> str:
    return f"hash(i, 'stated', {text_of(column)}) % 100 < {how.stated * 100:.0f}"


def _options(column: Column, rules: RuleSet) -> Sequence[str]:
    if marker := fact_fields().get(column.name):
        return sorted(words_of(str(marker.options)))
    if info := rules.facts.get(column.name) or vocabulary().facts.get(column.name):
        return sorted(info.options) or list(WORDS)
    return sorted(words_of("roles" if column.name.endswith(".to") else "sections"))


# --- the same as lines of JSON ----------------------------------------------------------------------


def write_lines(tables: Tables, path: Path) -> None:
    """The projects of a table as project files would have them, one on each line; changes aside."""
    known = {one.name: one for one in tables.columns if one.table == PROJECTS and one.holds not in ("key", "count")}
    values = {name: value for name, one in known.items() if (value := _written(one, known))}
    city = text_of(tables.ruleset.id)
    whole = _object({"name": name_of(KEY), "city": city, "changes": "json_array()", **_nested(values)})
    source = f"read_parquet({paths_of(tables.projects)})"
    with open_duck(path.parent) as duck:  # a patch leaves out what is null, as a project file does
        duck.execute("SET preserve_insertion_order = false")  # which would hold a good part of them in memory
        duck.execute(
            f"COPY (SELECT CAST(json_merge_patch('{{}}', {whole}) AS VARCHAR) FROM {source}) TO {text_of(path)} "
            "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\t')"
        )


def _written(column: Column, beside: Mapping[str, Column]) -> str | None:
    """The value of a column in a project file; None where another column says it."""
    name = column.name
    x, day = name_of(name), name_of(f"{name}.date")
    base, _, last = name.rpartition(".")
    if base in beside and last in ("date", "dates", "unit", "sections", "to"):
        return None
    match column.holds:
        case "yes_no" if f"{name}.date" in beside:
            return f"coalesce(to_json(CAST({day} AS VARCHAR)), to_json({x}))"
        case "money":
            return f"CAST({x} // 100 AS VARCHAR) || '.' || lpad(CAST({x} % 100 AS VARCHAR), 2, '0') || '元'"
        case "percent":
            return f"CAST(CAST({x} AS BIGINT) AS VARCHAR) || '%'"
        case "number":
            return f"CAST({x} AS BIGINT)"
        case "date":
            return f"CAST({x} AS VARCHAR)"
        case "length":
            return f"CAST({x} AS VARCHAR) || ' months'"
        case _:
            return x


def _nested(values: Mapping[str, str]) -> dict[str, str]:
    """Values by path as members of objects."""
    groups: dict[str, dict[str, str]] = {}
    for path, value in values.items():
        first, _, rest = path.partition(".")
        groups.setdefault(first, {})[rest] = value
    return {name: inner[""] if "" in inner else _object(_nested(inner)) for name, inner in groups.items()}


def _object(members: Mapping[str, str]) -> str:
    """An object, where any of its members is there."""
    there = " OR ".join(f"{value} IS NOT NULL" for value in members.values())
    made = ", ".join(f"{text_of(name)}, {value}" for name, value in members.items())
    return f"CASE WHEN {there} THEN json_object({made}) END"
