"""One check of a typical project, split into its parts, beside pydantic's validation of the same bytes.

    python -m bench.one_check [FILE] [--runs 300]

Medians of many runs in one process; loading the words and the rules is measured apart, as it happens once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.tables import Part, Table, show
from govproj_rules import Project, RuleSet, check, load_ruleset, read_project
from govproj_rules.library import read_ruleset
from govproj_rules.vocabulary import read_vocabulary, rules_home

ROOT = Path(__file__).resolve().parent.parent
TYPICAL = ROOT / "examples" / "langfang-compliant.json"
CITIES = [ROOT / "examples" / f"{name}.json" for name in (
    "langfang-compliant", "shizuishan-region-skipped", "dongying-accepted-unreviewed", "yunan-fees-over-threshold",
    "lushan-off-plan-early-start",
)]  # fmt: skip
AS_OF = date(2026, 6, 30)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FIRST = """
import sys, time
sys.path.insert(0, sys.argv[1])
from govproj_rules.library import load_ruleset
from govproj_rules.vocabulary import vocabulary
a = time.perf_counter()
vocabulary()
b = time.perf_counter()
load_ruleset(sys.argv[2])
print(b - a, time.perf_counter() - b)
"""


def once(action: Callable[[], object]) -> float:
    """The time of one action in µs of the processor: what else the machine does is left out."""
    start = time.thread_time_ns()
    action()
    return (time.thread_time_ns() - start) / 1000


def typical(runs: int, *actions: Callable[[], object]) -> list[list[float]]:
    """The times of some actions in µs. They take turns, so that a busy moment hits them all alike."""
    for action in actions:
        action()
    turns = [[once(action) for action in actions] for _ in range(runs)]
    return [list(times) for times in zip(*turns, strict=True)]


def first_load(city: str, runs: int) -> tuple[float, float]:
    """The words and the rules in a new process, in µs: read back where a kept copy is up to date."""
    command = [sys.executable, "-c", FIRST, str(ROOT / "src"), city]
    times = []
    with tempfile.TemporaryDirectory() as byte_code:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": byte_code}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(runs + 1):
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
            times.append(tuple(float(part) * 1_000_000 for part in done.stdout.split()))
    words, rules = zip(*times[1:], strict=True)  # the first run makes the byte code and the kept copy
    return median(words), median(rules)


def deciding(files: Sequence[Path], runs: int) -> Table:
    """One check of each project, part by part."""
    rows, notes = [], []
    for file in files:
        row, note = _one(file, runs)
        rows.append(row)
        notes.append(note)
    columns = ("project", "findings", "pydantic, µs", "read ×", "check ×", "reasons ×", "text ×", "all ×", "others ×")
    return Table("JSON bytes in, report out, as multiples of pydantic's time", columns, tuple(rows), tuple(notes))


def _one(file: Path, runs: int) -> tuple[tuple[str | float, ...], str]:
    data = file.read_bytes()
    project = read_project(data, str(file))
    ruleset = load_ruleset(project.city or "langfang")
    report = check(project, ruleset, as_of=AS_OF)

    def reasons() -> object:
        made = check(project, ruleset, as_of=AS_OF)
        return [one.because for one in made.findings], made.questions

    times = typical(
        runs,
        lambda: Project.model_validate_json(data),
        lambda: read_project(data),
        lambda: check(project, ruleset, as_of=AS_OF).findings,
        reasons,
        report.to_json,
        lambda: check(read_project(data), ruleset, as_of=AS_OF).to_json(),
    )
    pydantic, reading, checking, told, text, whole = map(median, times)
    row: tuple[str | float, ...] = (
        file.stem,
        len(report.findings),
        pydantic,
        *(one / pydantic for one in (reading, checking, told - checking, text, whole)),
        others(data, ruleset, runs),
    )
    size = len(report.to_json().encode())
    note = f"{file.stem}: {len(data):,} bytes and {len(ruleset.rules)} rules give {report.verdict} in {size:,} bytes."
    return row, note


def others(data: bytes, ruleset: RuleSet, runs: int) -> float:
    """The same of as many other projects, each met once: the whole of each against pydantic's validation of it."""
    draw, raw = random.Random(1), json.loads(data)
    times = []
    for _ in range(runs):
        other = json.dumps(
            {name: _other(one, draw) for name, one in raw.items()}, ensure_ascii=False, indent=2
        ).encode()
        read_project(other)  # the first time costs more, of both
        pydantic = once(lambda: Project.model_validate_json(other))  # noqa: B023  # called at once
        times.append((pydantic, once(lambda: check(read_project(other), ruleset, as_of=AS_OF).to_json())))  # noqa: B023
    alone, whole = zip(*times, strict=True)
    times_of_pydantic: float = median(whole) / median(alone)
    return times_of_pydantic


def _other(value: Any, draw: random.Random) -> Any:
    """Another amount, another day; every tenth answer is the opposite, every twentieth entry is left out."""
    match value:
        case dict():
            return {name: _other(one, draw) for name, one in value.items() if name == "name" or draw.random() > 0.05}
        case bool():
            return value != (draw.random() < 0.1)
        case str() if value.endswith("元"):
            return f"{draw.randrange(10, 3000)}万元"
        case str() if DAY.fullmatch(value):
            return str(date.fromisoformat(value) + timedelta(draw.randrange(-40, 40)))
        case _:
            return value


def loading(city: str, runs: int) -> Table:
    """The vocabulary and a ruleset, from their files and as a new process finds them."""
    words, rules = rules_home() / "vocabulary.yaml", rules_home() / f"{city}.yaml"
    new_words, new_rules = first_load(city, runs)
    yaml_words, yaml_rules = typical(
        runs,
        lambda: read_vocabulary(words.read_bytes(), str(words)),
        lambda: read_ruleset(rules.read_bytes(), str(rules)),
    )
    rows = (
        ("vocabulary, from YAML", median(yaml_words) / 1000),
        (f"ruleset {city}, from YAML", median(yaml_rules) / 1000),
        ("vocabulary, first use in a new process", new_words / 1000),
        (f"ruleset {city}, first use in a new process", new_rules / 1000),
    )
    return Table("Loading, once per process", ("", "ms"), rows, (f"Medians of {runs} runs.",))


def part(quick: bool = False, file: Path = TYPICAL, runs: int = 300) -> Part:
    runs = 30 if quick else max(3, runs)
    city = read_project(file.read_bytes(), str(file)).city or "langfang"
    files = [file, *(one for one in CITIES if one != file)] if file == TYPICAL else [file]
    return Part("One check", ABOUT, (deciding(files, runs), loading(city, max(3, runs // 30))))


ABOUT = """\
A project of each city in one process, beside pydantic's validation of the same bytes with the project's own model:
reading it; `check`, which decides every rule, and its findings; the reasons of all of them, read one by one, with
thresholds, questions and lists; the JSON text of a report whose reasons are made. All of it is from bytes to text: the text is
written straight from what was decided, without the findings and lists in between. Processor time; the parts take turns;
medians. The aim is `check` within 3 × and all of it within 10 ×. The reasons are those of the explaining definition. The same
project again finds the texts of its rules kept; *others* is all of it for projects each met once, which differ in every
amount and day and in a tenth of their answers."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=TYPICAL)
    parser.add_argument("--runs", type=int, default=300, help="runs of each part (default: 300)")
    arguments = parser.parse_args()
    show(part(file=arguments.file, runs=arguments.runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
