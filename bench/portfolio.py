"""Many projects at once, decided by DuckDB: against the time DuckDB needs to read them, against SQL by hand, and against
OpenFisca-core.

    python -m bench.portfolio [--quick]

Times are of the processor (both cores together), as DuckDB works on several cores at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from bench import vectors
from bench.memory import most_held
from bench.projects import Drawn, make, spent, write_lines
from bench.tables import Cell, Part, Table, alone
from govproj_rules import load_ruleset
from govproj_rules.auditing.counting import authorities_of, deadlines_of, rules_of, verdicts_of
from govproj_rules.auditing.deciding import Decided, decide_all
from govproj_rules.auditing.running import cited
from govproj_rules.flat import CHANGES, PROJECTS, columns
from govproj_rules.intake import Tables, take_in
from govproj_rules.intake.duck import open_duck, paths_of

CITY = "yunan"
AS_OF = date(2026, 6, 30)
MANY, QUICK = 1_000_000, 20_000
MOST = 10_000_000
IN_LINES: Final = 0.25
"""The share of cells stated in lines of JSON: some 1.5 kB each."""
FROM_PARQUET, FROM_LINES = 4, 2
"""How many times what DuckDB needs to read everything all of it may take."""


# --- measuring --------------------------------------------------------------------------------------


@dataclass
class Took:
    """Seconds, of the processor and on the clock."""

    processor: float = 0
    clock: float = 0

    def __add__(self, more: Took) -> Took:
        return Took(self.processor + more.processor, self.clock + more.clock)


@contextmanager
def timed() -> Iterator[Took]:
    took = Took()
    begun, clock = spent(), time.perf_counter()
    yield took
    took.processor, took.clock = spent() - begun, time.perf_counter() - clock


def reading(source: str, folder: Path) -> list[Took]:
    """To look at every cell of every column, nested ones too; a largest value would be told by what Parquet says of its
    columns. Three times.
    """
    found = []
    for _ in range(3):
        with open_duck(folder) as duck, timed() as took:
            duck.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM {source}").fetchall()
        found.append(took)
    return found


def middle(found: list[Took]) -> Took:
    """The median; of an even number, the lesser of the two in the middle."""
    return sorted(found, key=lambda one: one.processor)[(len(found) - 1) // 2]


def taking_in(inputs: list[Path], folder: Path) -> tuple[Took, Tables]:
    """To take files in, and the tables that they became; every project is one that can be read."""
    with timed() as took:
        made = take_in(inputs, folder, city=CITY)
    assert not made.rejected
    return took, made.cities[0]


def deciding(tables: Tables, folder: Path) -> tuple[Took, Took]:
    """To decide every rule for every project; and to count what came out."""
    with open_duck(folder) as duck:
        with timed() as took:
            decided = decide_all(duck, tables, AS_OF, folder / "decided", lambda _: None)
        with timed() as counting:
            _count(duck, decided)
    return took, counting


def _count(duck: Any, decided: Decided) -> None:
    counts = rules_of(duck, decided, cited)
    verdicts_of(duck, decided)
    authorities_of(duck, decided, counts)
    deadlines_of(duck, decided, 30, cited)


def from_parquet(count: int, folder: Path) -> Table:
    tables = make(folder, load_ruleset(CITY), count)
    source = f"read_parquet({paths_of(tables.projects)})"
    before = reading(source, folder)
    looked, taken = taking_in([*tables.projects, *tables.changes], folder / "taken")
    decided, counting = deciding(taken, folder)
    read = middle(before + reading(source, folder))  # on both sides of what is held to it: machines change their pace
    aim = f"{FROM_PARQUET} ×"
    rows = (
        _row("reading every cell", read, read),
        _row(f"deciding the {len(tables.ruleset.rules)} rules of {CITY}", decided, read, aim),
        _row("looking the files through, and deciding", looked + decided, read, aim),
        _row("… and counting what came out", looked + decided + counting, read),
    )
    return Table(f"{count:,} projects of {CITY} from Parquet", COLUMNS, rows)


def from_lines(count: int, folder: Path) -> Table:
    tables, lines = make(folder, load_ruleset(CITY), count, Drawn(IN_LINES)), folder / "projects.jsonl"
    write_lines(tables, lines)
    size = lines.stat().st_size
    source = f"read_json({paths_of([lines])}, format = 'newline_delimited')"
    before = reading(source, folder)
    took, taken = taking_in([lines], folder / "taken")
    decided, counting = deciding(taken, folder)
    read = middle(before + reading(source, folder))
    rows = (
        _row("reading every column", read, read),
        _row("taking them in", took, read),
        _row("… and deciding every rule", took + decided, read, f"{FROM_LINES} ×"),
        _row("… and counting what came out", took + decided + counting, read),
    )
    title = f"{count:,} projects of {CITY} from JSON lines, {size / count:,.0f} bytes each"
    return Table(title, COLUMNS, rows)


COLUMNS: Final = ("what", "processor s", "clock s", "times reading", "aim")


def _row(what: str, took: Took, read: Took, aim: str = "") -> tuple[Cell, ...]:
    return what, took.processor, took.clock, took.processor / read.processor, aim


# --- memory -----------------------------------------------------------------------------------------


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
        took, _ = deciding(Tables(rules, columns([rules]), *tables, count), place)
        print(most_held(os.getpid()) / 1024**2, took.clock)


def _made_apart(folder: Path, count: int) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The projects made by another process: what that takes is not measured."""
    subprocess.run([sys.executable, "-m", "bench.portfolio", "--make", str(count), str(folder)], check=True)
    return (folder / f"{PROJECTS}.parquet",), (folder / f"{CHANGES}.parquet",)


def part(quick: bool) -> Part:
    count, most = (QUICK, 5 * QUICK) if quick else (MANY, MOST)
    tables = []
    for measure in (from_parquet, from_lines):
        with tempfile.TemporaryDirectory() as folder:
            tables.append(measure(count, Path(folder)))
    memory = Table("Memory", ("projects", "MB at most", "clock s"), ((most, *peak(most)),))
    return Part("Many projects at once", __doc__ or "", (*tables, *vectors.tables_of(quick), memory))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        _peak(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[3]), load_ruleset(CITY), int(sys.argv[2]))
    else:
        sys.exit(alone(part, __doc__))
