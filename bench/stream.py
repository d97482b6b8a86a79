"""Many projects in one stream: facts and events through ``govproj session``, with its time and its memory.

    python -m bench.stream [--quick]

Every change that is printed is written down, and in the end compared with checking each project afresh.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bench.memory import most_held
from bench.tables import Part, Table, alone
from govproj_rules import Project, check, load_ruleset
from govproj_rules.library import built_in
from govproj_rules.project import fact_fields, words_of
from govproj_rules.vocabulary import vocabulary

ROOT = Path(__file__).resolve().parent.parent
FIRST = date(2025, 9, 1)
DAYS = 20
"""As often does the day move on in a stream."""
SIZES = ((1_000, 20_000), (1_000, 100_000), (5_000, 100_000))
QUICK = ((20, 400), (20, 800))
AMOUNTS = ("40万元", "50万元", "99.99万元", "200万元", "1200万元", "3000万元")
Line = dict[str, Any]
Key = tuple[str, str | None]
Outcome = tuple[str, bool]


@dataclass
class World:
    """The lines of a stream, and every project as it is in the end: made beside the program, not by it."""

    lines: list[Line] = field(default_factory=list)
    started: dict[str, Line] = field(default_factory=dict)
    projects: dict[str, Line] = field(default_factory=dict)
    as_of: date = FIRST


def world(projects: int, lines: int, seed: int = 20240101) -> World:
    """``lines`` lines about ``projects`` projects of all cities, the same every time."""
    dice, made = Random(seed), World()
    for number in range(projects):
        name = f"P{number:05}"
        made.started[name] = _start(dice, name)
        made.projects[name] = json.loads(json.dumps(made.started[name]))
        made.lines.append({"project": name, "start": made.started[name]})
    names = list(made.projects)
    for number in range(lines - projects):
        if number % max(1, (lines - projects) // DAYS) == 0:
            made.as_of += timedelta(days=dice.randint(1, 40))
            made.lines.append({"as_of": made.as_of.isoformat()})
        else:
            name = dice.choice(names)
            made.lines.append({"project": name, **_step(dice, made.projects[name], made.as_of)})
    return made


def _start(dice: Random, name: str) -> Line:
    made: Line = {"name": f"项目{name}", "id": name, "city": dice.choice(built_in())}
    for path in ("stage", "kind", "classified", "funding.sources", "investment.total", "investment.approved_estimate"):
        _put(made, path, _value(dice, path))
    made["documents"] = dict.fromkeys(dice.sample(sorted(vocabulary().documents), 5), True)
    return made


def _step(dice: Random, project: Line, today: date) -> Line:
    """One step, taken in the project too."""
    way = dice.random()
    if way < 0.4:
        event = dice.choice(sorted(vocabulary().events))
        events = project.setdefault("events", {})
        if dice.random() < 0.1:
            events.setdefault(event, True)
            return {"event": event}
        day = (today + timedelta(days=dice.randint(-60, 5))).isoformat()
        told = events.get(event)
        events[event] = sorted({day, *(told if isinstance(told, list) else [])})
        return {"event": event, "date": day}
    if way < 0.45:
        changes = [*project.get("changes", []), {"amount": dice.choice(AMOUNTS), "filed": dice.random() < 0.5}][-3:]
        return _set(project, "changes", changes)
    if way < 0.5 and project.get("facts"):
        fact = dice.choice(sorted(project["facts"]))
        del project["facts"][fact]
        return {"retract": [f"facts.{fact}"]}
    if way < 0.7:
        path = f"documents.{dice.choice(sorted(vocabulary().documents))}"
        return _set(project, path, dice.choice((True, False, {"date": (today - timedelta(days=9)).isoformat()})))
    path = dice.choice(_paths(project["city"] if way < 0.9 else None))
    return _set(project, path, _value(dice, path, project["city"]))


def _set(project: Line, path: str, value: Any) -> Line:
    _put(project, path, value)
    return {"set": {path: value}}


def _put(project: Line, path: str, value: Any) -> None:
    *outer, name = path.split(".")
    for one in outer:
        project = project.setdefault(one, {})
    project[name] = value


@cache
def _paths(city: str | None) -> list[str]:
    """The facts of a ruleset, or (None) the fields of every project."""
    if city is None:
        return [path for path, known in fact_fields().items() if not path.startswith("change.") and path != "city"]
    return [path for path, info in load_ruleset(city).facts.items() if not info.computed]


def _value(dice: Random, path: str, city: str = "") -> Any:
    if path.startswith("facts."):
        info = load_ruleset(city).facts[path]
        type_, words = info.type, sorted(info.options)
    else:
        known = fact_fields()[path]
        type_, words = known.type, sorted(words_of(known.options)) if known.options else []
    match type_:
        case "yes_no":
            return dice.random() < 0.6
        case "money":
            return dice.choice(AMOUNTS)
        case "percent":
            return f"{dice.randint(0, 30)}%"
        case "number":
            return dice.randint(1, 5)
        case "year":
            return dice.choice((2025, 2026))
        case "date":
            return (FIRST + timedelta(days=dice.randint(0, 400))).isoformat()
        case "duration":
            return f"{dice.randint(1, 24)} months"
        case "one_of":
            return dice.choice(words)
        case _:
            return dice.sample(words, min(2, len(words)))


# --- running it -------------------------------------------------------------------------------------


@dataclass
class Run:
    """What came of a stream."""

    seconds: float
    peak: int
    """Bytes."""
    answers: int
    changes: int
    refused: int
    statuses: dict[str, dict[Key, Outcome]]


def outcomes(project: Line, as_of: date) -> dict[Key, Outcome]:
    """How the findings of a project stand when it is checked afresh."""
    report = check(Project.model_validate(project), load_ruleset(project["city"]), as_of=as_of)
    return {(one.rule, one.for_): (one.status, one.late) for one in report.findings}


def run(made: World, *options: str) -> Run:
    """The stream through the command line; every change is written down where it belongs."""
    statuses = {name: outcomes(project, FIRST) for name, project in made.started.items()}
    with tempfile.TemporaryFile() as lines:
        lines.writelines(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in made.lines)
        lines.seek(0)
        command = [sys.executable, "-m", "govproj_rules", "session", "--as-of", FIRST.isoformat(), *options]
        start = time.perf_counter()
        done = Run(0, 0, 0, 0, 0, statuses)
        with subprocess.Popen(command, stdin=lines, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            for line in process.stdout:
                _note(done, json.loads(line))
                if done.answers % 500 == 1:
                    done.peak = most_held(process.pid) or done.peak
        done.seconds = time.perf_counter() - start
    assert process.returncode == 0
    return done


def _note(done: Run, answer: Line) -> None:
    done.answers += 1
    done.refused += "problems" in answer
    for one in answer.get("changes", {}).get("findings", ()):
        done.changes += 1
        found = done.statuses[answer["project"]]
        key = one["finding"]["rule"], one["finding"]["for"]
        old, new = ((state["status"], state["late"]) if state else None for state in (one["old"], one["new"]))
        assert found.get(key) == old, f"line {answer['line']}: {key} was {found.get(key)}, not {old}"
        if new is None:
            del found[key]
        else:
            found[key] = new


def differing(made: World, done: Run) -> Iterator[str]:
    """The projects whose findings, as the stream told them, are not those of checking them afresh."""
    for name, project in made.projects.items():
        if done.statuses[name] != outcomes(project, made.as_of):
            yield name


def row(projects: int, lines: int) -> tuple[str, int, int, float, float, float, int]:
    made = world(projects, lines)
    done = run(made)
    wrong = sum(1 for _ in differing(made, done)) + done.refused
    return f"{projects:,}", len(made.lines), done.changes, done.seconds, lines / done.seconds, done.peak / 2**20, wrong


def part(quick: bool = False) -> Part:
    columns = ("open projects", "lines", "findings changed", "seconds", "lines/s", "peak RSS, MB", "projects differing")
    rows = tuple(row(*size) for size in (QUICK if quick else SIZES))
    return Part("A stream of events", ABOUT, (Table("govproj session", columns, rows),))


ABOUT = f"""\
Projects of all cities open in one process. Lines of facts and events come in any order, and the day moves on {DAYS} times, for
all projects at once. The reader is measured too: it parses every answer and writes down what changed; what it has in the end
is compared with a fresh check of each project as it then is. The last column counts those that differ, and must be 0."""


if __name__ == "__main__":
    sys.exit(alone(part, __doc__))
