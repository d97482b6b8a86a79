"""What memory grows over a million checks: of the process, and of Python's own objects.

    python -m bench.memory [--quick]

Both are read after the same numbers of checks, each in a process of its own, as tracing takes memory and time itself.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import subprocess
import sys
import time
import tracemalloc
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from bench.growth import projects_of
from bench.tables import Cell, Part, Table, show
from bench.workload import generate, ruleset
from govproj_rules import check

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 6, 30)
COUNTS = (1_000, 10_000, 100_000, 1_000_000)
QUICK = (100, 1_000)
RULES, FACTS, PROJECTS = 5, 10, 50
LIMIT = 300.0
"""Seconds that a number of checks may take; larger numbers are left out, and named."""

Reading = tuple[int, float]


def resident() -> int:
    """The bytes of memory the process holds; where the system does not tell, the most it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def most_held(process: int) -> int:
    """The bytes that a running process has held at most; 0 where the system does not tell. (What it tells of one that has ended
    is no less than what its parent held when it started it.)
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*([0-9]+) kB", status)
    return int(found[1]) * 1024 if found else 0


def watch(how: str, counts: tuple[int, ...], limit: float = LIMIT) -> list[Reading]:
    """The bytes after each number of checks, and the seconds it took; those that would take too long are left out."""
    workload = generate(RULES, FACTS, PROJECTS)
    rules, projects = ruleset(workload, demanding=True), cycle(projects_of(workload))
    for project in islice(projects, 2 * PROJECTS):  # what is made once is made now
        check(project, rules, as_of=AS_OF)
    if how == "traced":
        tracemalloc.start()
    start, done, readings = time.perf_counter(), 0, list[Reading]()
    for count in counts:
        spent = time.perf_counter() - start
        if done and spent / done * count > limit:
            break
        for project in islice(projects, count - done):
            check(project, rules, as_of=AS_OF)
        done = count
        spent = time.perf_counter() - start
        gc.collect()
        readings.append((tracemalloc.get_traced_memory()[0] if how == "traced" else resident(), spent))
    return readings


def watched(how: str, counts: tuple[int, ...]) -> list[Reading]:
    """The same in a new process."""
    command = [sys.executable, "-m", "bench.memory", "--watch", how, "--counts", *map(str, counts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [(int(size), float(spent)) for size, spent in json.loads(done.stdout)]


def table(counts: tuple[int, ...], held: list[Reading], traced: list[Reading]) -> Table:
    """A row for each number of checks: what is held, and what came to it since the first row."""

    def cells(readings: list[Reading], place: int) -> tuple[Cell, Cell]:
        if place >= len(readings):
            return "", ""
        return readings[place][0] / 1024, (readings[place][0] - readings[0][0]) / 1024

    rows = tuple(
        (f"{count:,}", *cells(held, place), *cells(traced, place), held[place][1] / count * 1_000_000)
        for place, count in enumerate(counts[: max(len(held), 1)])
    )
    columns = ("checks", "RSS, kB", "grown, kB", "Python objects, kB", "grown, kB", "µs a check")
    notes = ["Python objects: what tracemalloc counts, in a process of its own; it slows checks several times."]
    for name, readings in (("RSS", held), ("Python objects", traced)):
        if left := counts[len(readings) :]:
            numbers = ", ".join(f"{count:,}" for count in left)
            notes.append(f"{name} after {numbers} checks left out: more than {LIMIT / 60:.0f} minutes.")
    return Table("Memory after checks", columns, rows, tuple(notes))


def part(quick: bool = False) -> Part:
    counts = QUICK if quick else COUNTS
    return Part("Memory", ABOUT, (table(counts, watched("held", counts), watched("traced", counts)),))


ABOUT = f"""\
One process checks {PROJECTS} generated projects against {RULES} rules over and over and drops the reports. Garbage is collected
before each reading."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer checks, to try it out")
    parser.add_argument("--watch", choices=("held", "traced"), help="only print the readings of this process, as JSON")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS)
    arguments = parser.parse_args()
    if arguments.watch:
        print(json.dumps(watch(arguments.watch, tuple(arguments.counts))))
    else:
        show(part(arguments.quick))
    return 0


if __name__ == "__main__":
    sys.exit(main())
