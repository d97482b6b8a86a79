"""Many projects at once, decided by DuckDB: against the time DuckDB needs to read them, and against SQL by hand.

    python -m bench.portfolio [--quick]

Times are of the processor (both cores together), as DuckDB works on several cores at once.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, assert_never

from bench.conditions import Condition, Every, Opposite, Some, Test
from bench.tables import Part, Table, alone
from bench.workload import WORDS, Workload, generate, ruleset
from govproj_rules import RuleSet, load_ruleset
from govproj_rules.auditing.counting import authorities_of, deadlines_of, rules_of, verdicts_of
from govproj_rules.auditing.deciding import code, decide_all
from govproj_rules.auditing.running import cited
from govproj_rules.flat import CHANGES, PROJECTS, Column, columns
from govproj_rules.intake import Tables
from govproj_rules.intake.duck import TYPES, name_of, open_duck, paths_of, text_of
from govproj_rules.project import fact_fields, words_of
from govproj_rules.vocabulary import vocabulary

CITY = "yunan"
AS_OF = date(2026, 6, 30)
MANY, QUICK = 1_000_000, 20_000
MOST = 10_000_000
STATED = 0.7
"""The share of cells that are not empty."""


# --- projects ---------------------------------------------------------------------------------------


def make(folder: Path, rules: RuleSet, count: int) -> Tables:
    """``count`` projects with what a ruleset reads, as Parquet: each cell drawn by itself, the same every time."""
    wanted = columns([rules])
    paths = {table: folder / f"{table}.parquet" for table in (PROJECTS, CHANGES)}
    with open_duck(folder) as duck:
        for table, rows in ((PROJECTS, count), (CHANGES, count // 4)):
            mine = [one for one in wanted if one.table == table]
            cells = ", ".join(f"{_cell(one, rules)} AS {name_of(one.name)}" for one in mine)
            duck.execute(
                f"COPY (SELECT {cells} FROM range({rows}) r(i)) TO {text_of(paths[table])} (FORMAT parquet, COMPRESSION zstd)"
            )
    return Tables(rules, wanted, (paths[PROJECTS],), (paths[CHANGES],), count)


def _cell(column: Column, rules: RuleSet) -> str:
    """A value of a column; of the row ``i``."""
    drawn = f"CAST(hash(i, {text_of(column.name)}) >> 20 AS BIGINT)"
    match column.holds:
        case "key":
            return "'P' || CAST(i AS VARCHAR)"
        case "count":
            return "CAST(0 AS INTEGER)" if column.table == CHANGES else f"CAST({drawn} % 2 AS INTEGER)"
        case "yes_no":
            made = f"{drawn} % 2 = 0"
        case "money":
            made = f"{drawn} % 2000000000"
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
    return f"CAST(CASE WHEN hash(i, 'stated', {text_of(column.name)}) % 100 < {STATED * 100:.0f} THEN {made} END AS {TYPES[column.holds]})"


def _options(column: Column, rules: RuleSet) -> Sequence[str]:
    if marker := fact_fields().get(column.name):
        return sorted(words_of(str(marker.options)))
    if info := rules.facts.get(column.name) or vocabulary().facts.get(column.name):
        return sorted(info.options) or list(WORDS)
    return sorted(words_of("roles" if column.name.endswith(".to") else "sections"))


# --- measuring --------------------------------------------------------------------------------------


def spent() -> float:
    """Seconds of the processor that this process has used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def reading(tables: Tables, folder: Path) -> tuple[float, float]:
    """Seconds, of the processor and on the clock, to look at every cell of every column."""
    with open_duck(folder) as duck:
        query = ", ".join(f"max({name_of(one.name)})" for one in tables.columns if one.table == PROJECTS)
        begun, clock = spent(), time.perf_counter()
        duck.execute(f"SELECT {query} FROM read_parquet({paths_of(tables.projects)})").fetchall()
        return spent() - begun, time.perf_counter() - clock


def auditing(tables: Tables, folder: Path) -> tuple[float, float, float]:
    """Seconds to decide every rule for every project; the same on the clock; and seconds to count what came out."""
    with open_duck(folder) as duck:
        begun, clock = spent(), time.perf_counter()
        decided = decide_all(duck, tables, AS_OF, folder / "decided", lambda _: None)
        took, ended = spent() - begun, time.perf_counter() - clock
        begun = spent()
        counts = rules_of(duck, decided, cited)
        verdicts_of(duck, decided)
        authorities_of(duck, decided, counts)
        deadlines_of(duck, decided, 30, cited)
        return took, ended, spent() - begun


def by_hand(condition: Condition) -> str:
    """A condition as whoever knows SQL would write it: NULL is what is not known."""
    match condition:
        case Test(fact, _, op, value):
            name = name_of(f"facts.{fact}")
            if isinstance(value, bool):
                return name if value else f"NOT {name}"
            if isinstance(value, tuple):
                return f"{name} IN ({', '.join(map(text_of, value))})"
            sign = {"at_least": ">=", "at_most": "<=", "is": "="}[op]
            return f"{name} {sign} {text_of(value) if isinstance(value, str) else value}"
        case Every(parts):
            return " AND ".join(f"({by_hand(part)})" for part in parts)
        case Some(parts):
            return " OR ".join(f"({by_hand(part)})" for part in parts)
        case Opposite(part):
            return f"NOT ({by_hand(part)})"
        case _:
            assert_never(condition)


def beside_sql(workload: Workload, count: int, folder: Path) -> tuple[float, float, int]:
    """Seconds by hand, seconds by the ruleset, and how many of the rules are answered differently for any project."""
    rules = ruleset(workload)
    tables = make(folder, rules, count)
    codes = [
        f"CAST(CASE WHEN {test} THEN 1 WHEN NOT ({test}) THEN 0 ELSE 5 END AS UTINYINT)"
        for test in (by_hand(one.when) for one in workload.rules)
    ]
    with open_duck(folder) as duck:
        cells = ", ".join(f"{one} AS {code(place)}" for place, one in enumerate(codes))
        begun = spent()
        duck.execute(
            f"COPY (SELECT project, {cells} FROM read_parquet({paths_of(tables.projects)})) TO {text_of(folder / 'hand.parquet')} (FORMAT parquet)"
        )
        hand = spent() - begun
        begun = spent()
        decided = decide_all(duck, tables, AS_OF, folder / "decided", lambda _: None)
        own = spent() - begun
        same = ", ".join(f"count(*) FILTER (a.{code(place)} <> b.{code(place)})" for place in range(len(codes)))
        found = duck.execute(
            f"SELECT {same} FROM read_parquet({paths_of([folder / 'hand.parquet'])}) a JOIN {decided.whole.rows} b USING (project)"
        ).fetchone()
        assert found is not None
        return hand, own, sum(one > 0 for one in found)


def peak(count: int) -> tuple[float, float]:
    """The most memory in MB that a process holds which decides ``count`` projects, and its seconds on the clock."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.portfolio", "--peak", str(count)], capture_output=True, text=True, check=True
    )
    size, seconds = made.stdout.split()
    return float(size), float(seconds)


def _peak(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, rules = Path(folder), load_ruleset(CITY)
        tables = _made_apart(place, count)
        _, seconds, _ = auditing(Tables(rules, columns([rules]), *tables, count), place)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, seconds)


def _made_apart(folder: Path, count: int) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The projects made by another process: what that takes is not measured."""
    subprocess.run([sys.executable, "-m", "bench.portfolio", "--make", str(count), str(folder)], check=True)
    return (folder / f"{PROJECTS}.parquet",), (folder / f"{CHANGES}.parquet",)


def part(quick: bool) -> Part:
    count, most = (QUICK, 5 * QUICK) if quick else (MANY, MOST)
    rules = load_ruleset(CITY)
    with tempfile.TemporaryDirectory() as folder:
        tables = make(Path(folder), rules, count)
        read, clock = reading(tables, Path(folder))
        took, ended, counting = auditing(tables, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        workload = generate(40, 40, 1)
        hand, own, differ = beside_sql(workload, count, Path(folder))
    size, seconds = peak(most)
    reads: tuple[tuple[Any, ...], ...] = (
        ("reading every cell", read, clock, 1.0),
        (f"deciding the {len(rules.rules)} rules of {CITY}", took, ended, took / read),
        ("… and counting what came out", took + counting, "", (took + counting) / read),
    )
    hands = (("SQL written by hand", hand, 1.0, ""), ("the ruleset", own, own / hand, differ))
    memory = ((most, size, seconds),)
    return Part(
        "Many projects at once", __doc__ or "",
        (
            Table(f"{count:,} projects of {CITY} from Parquet", ("what", "processor s", "clock s", "times reading"), reads),
            Table(f"40 generated rules, {count:,} projects", ("by", "processor s", "times", "rules that differ"), hands),
            Table("Memory", ("projects", "MB at most", "clock s"), memory),
        ),
    )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        _peak(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[3]), load_ruleset(CITY), int(sys.argv[2]))
    else:
        sys.exit(alone(part, __doc__))
