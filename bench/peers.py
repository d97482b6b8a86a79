"""Deciding 40 rules over 40 facts, three in ten of them unknown: this project beside other rule engines.

    python -m bench.peers [--quick]

Every engine is first held to the definition, rule by rule, in a process of its own: one that crashes takes nothing
down. Then the engines take turns in one process, in rounds over the same few projects, so that a busy moment hits
them all alike.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.engines import ENGINES, OURS, YARDSTICK, Decide, Engine
from bench.engines.ours import DEFINITION
from bench.tables import Part, Table, installed, show
from bench.workload import Project, Workload, generate

ROOT = Path(__file__).resolve().parent.parent
FAILED = Path(__file__).parent / ".venv" / "failed.json"
CHUNK = 20
LEAST = 2_000_000
"""A turn lasts about this long at least, in ns: a short one is repeated."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an engine answers: rules decided wrongly over all projects, or why it cannot run."""

    wrong: int = 0
    why: str | None = None


def truth(workload: Workload) -> list[set[str]]:
    """The rules of each project that are surely true, by the definition."""
    decide = DEFINITION.prepare(workload)
    return [set(decide(project)) for project in workload.projects]


def wrong(engine: Engine, workload: Workload) -> int:
    """How many rules an engine decides otherwise than the definition."""
    decide = engine.prepare(workload)
    right = truth(workload)
    return sum(len(set(decide(project)) ^ expected) for project, expected in zip(workload.projects, right, strict=True))


def verdict(engine: Engine) -> Verdict:
    """The answers of an engine, judged in a process of its own."""
    if engine.package and installed(engine.package) is None:
        return Verdict(why=f"cannot be installed: {reason(engine.package)}")
    command = [sys.executable, "-m", "bench.peers", "--judge", engine.name]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(why="does not end within five minutes")
    if done.returncode == 0:
        return Verdict(wrong=int(done.stdout.split()[-1]))
    if done.returncode < 0:
        return Verdict(why=f"crashes the process (signal {-done.returncode})")
    return Verdict(why=(done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1])


def reason(package: str) -> str:
    """Why a package is not there."""
    failed: dict[str, str] = json.loads(FAILED.read_text()) if FAILED.exists() else {}
    return failed.get(package, f"{package} is not there")


# --- timing -----------------------------------------------------------------------------------------


def turn(decide: Decide, projects: Sequence[Project], times: int) -> int:
    """One turn in ns."""
    start = time.perf_counter_ns()
    for _ in range(times):
        for project in projects:
            decide(project)
    return time.perf_counter_ns() - start


def measure(engines: Sequence[Engine], workload: Workload, rounds: int) -> dict[str, list[float]]:
    """The µs per project of each engine, round by round. Garbage is collected between the turns, not in them."""
    chunks = [workload.projects[start : start + CHUNK] for start in range(0, len(workload.projects), CHUNK)]
    decides = {engine.name: engine.prepare(workload) for engine in engines}
    times = {name: 1 + LEAST // max(1, turn(decide, chunks[0], 1)) for name, decide in decides.items()}
    times = {name: 1 + LEAST // max(1, turn(decide, chunks[0], 1)) for name, decide in decides.items()}  # warm now
    spent: dict[str, list[float]] = {name: [] for name in decides}
    names = list(decides)
    for number in range(rounds):
        chunk = chunks[number % len(chunks)]
        for place in range(len(names)):
            name = names[(place + number) % len(names)]  # another one begins each round
            gc.collect()
            gc.disable()
            try:
                nanoseconds = turn(decides[name], chunk, times[name])
            finally:
                gc.enable()
            spent[name].append(nanoseconds / 1000 / times[name] / len(chunk))
    return spent


def ratio(spent: dict[str, list[float]], name: str, to: str) -> float:
    """The median over rounds of how many times as long one engine takes as another."""
    return median(mine / theirs for mine, theirs in zip(spent[name], spent[to], strict=True))


def part(quick: bool = False) -> Part:
    workload, rounds = generate(), 6 if quick else 60
    verdicts = {engine.name: verdict(engine) for engine in ENGINES}
    running = [engine for engine in ENGINES if verdicts[engine.name].why is None]
    spent = measure(running, workload, rounds)
    running.sort(key=lambda engine: median(spent[engine.name]))
    rows = tuple(
        (engine.name, version_of(engine), median(spent[engine.name]), ratio(spent, engine.name, YARDSTICK.name),
         ratio(spent, engine.name, OURS.name), verdicts[engine.name].wrong)
        for engine in running
    )  # fmt: skip
    out = tuple((engine.name, verdicts[engine.name].why or "") for engine in ENGINES if engine not in running)
    columns = ("engine", "version", "µs per project", "× hand-written", "× ours", "rules decided wrongly")
    decided = len(workload.rules) * len(workload.projects)
    tables = [
        Table(
            "Deciding one project", columns, rows, (f"Wrong: of {decided:,} decisions; medians of {rounds} rounds.",)
        ),
        Table("What each is given, and what a call includes", ("engine", ""), tuple((e.name, e.form) for e in running)),
    ]
    if out:
        tables.append(Table("Not measured", ("engine", "why"), out))
    about = ABOUT.format(rules=len(workload.rules), facts=len(workload.facts), projects=len(workload.projects))
    return Part("Beside other rule engines", about, tuple(tables))


ABOUT = """\
{rules} generated rules over {facts} facts, and {projects} projects that each state seven in ten of the facts. Rules have
two to four tests: amounts of money in 分, numbers, yes/no, a word, a word out of several; some have alternatives, some a
negation. Each engine has the rules in its own form, prepared beforehand. Timed is what it takes from a dict of the stated
facts to the ids of the rules that surely hold, with whatever text or message the engine wants.

This project also says which rules are *unknown*; so does Cedar's partial evaluation, in its way. The others have no
unknown: negations were moved into the tests for them, and each test that would fail, or hold, without its fact asks first
whether it is there. Before anything is timed,
each is held to the definition, rule by rule. “Hand-written” is one Python function with an `if` per rule: the yardstick.
The engines take turns over the same projects; garbage is collected between turns, for all alike."""


def version_of(engine: Engine) -> str:
    return (installed(engine.package) or "") if engine.package else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rounds, to try it out")
    parser.add_argument("--judge", metavar="ENGINE", help="only print how many rules this engine decides wrongly")
    arguments = parser.parse_args()
    if arguments.judge:
        print(wrong(next(engine for engine in ENGINES if engine.name == arguments.judge), generate()))
    else:
        show(part(arguments.quick))
    return 0


if __name__ == "__main__":
    sys.exit(main())
