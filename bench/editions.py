"""A portfolio through two editions of a regulation: every project read and checked twice, against what DuckDB is asked first.

    python -m bench.editions [--quick]

Times are of the processor (both cores together), each way in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final

from bench.projects import spent
from bench.tables import Part, Table, alone
from govproj_rules import load_ruleset
from govproj_rules.auditing.alike import read_unlike
from govproj_rules.cases import merged, numbers
from govproj_rules.cases.written import read_cases
from govproj_rules.comparing.portfolio import Alike, flips, read_portfolio
from govproj_rules.source import parse_yaml

CITY: Final = "dongying"
CHANGED: Final = ("change.ratio: {at_most: 15%}", "change.ratio: {at_most: 10%}")
"""What the other edition says in place of it: one rule, and what follows from it."""
AS_OF: Final = date(2026, 6, 30)
MANY: Final = (20_000, 100_000)
QUICK: Final = (500, 2_000)
WAYS: Final = ("each", "asked")
CHANGING: Final = 0.3


def write_lines(folder: Path, count: int) -> Path:
    """The projects of the city's cases over and over, a line each, with names of their own; three in ten with a change."""
    name = f"rules/cases/{CITY}.yaml"
    doc = read_cases(parse_yaml(Path(name).read_text(encoding="utf-8"), name))
    cases = [numbers(case.project if case.bare else merged(doc.base, case.project)) for case in doc.cases]
    file, dice = folder / "projects.jsonl", Random(CITY)
    with file.open("w", encoding="utf-8") as stream:
        for place in range(count):
            made = {**cases[place % len(cases)], "id": f"P-{place}", "name": f"政务信息化项目{place}"}
            if dice.random() < CHANGING:
                made["investment"] = {**made.get("investment", {}), "approved_estimate": "1000万元"}
                made["changes"] = [
                    {"date": "2026-03-02", "amount": f"{dice.randrange(10, 300)}万元", "filed": dice.random() < 0.5}
                ]
            stream.write(json.dumps(made, ensure_ascii=False) + "\n")
    return file


def other_edition(folder: Path) -> tuple[Path, Path]:
    """The regulation as a file, and its other edition."""
    text = Path(load_ruleset(CITY).file).read_text(encoding="utf-8")
    made = (folder / "old.yaml", folder / "new.yaml")
    assert text.count(CHANGED[0]) == 1
    for path, new in zip(made, (text, text.replace(*CHANGED)), strict=True):
        path.write_text(new, encoding="utf-8")
    return made


def compare(way: str, folder: Path) -> tuple[float, float, int, int]:
    """Seconds of the processor and on the clock; how many projects changed, and how many were not read."""
    old, new = (load_ruleset(folder / f"{name}.yaml") for name in ("old", "new"))
    file, skipped = folder / "projects.jsonl", 0
    begun, clock = spent(), time.perf_counter()
    if way == "each":
        made = flips(old, new, read_portfolio(file), AS_OF)
    else:

        def counted(records: Any) -> Any:
            nonlocal skipped
            for one in records:
                skipped += isinstance(one, Alike)
                yield one

        with read_unlike(file, old, new, AS_OF) as records:
            made = flips(old, new, counted(records), AS_OF)
    return spent() - begun, time.perf_counter() - clock, made.totals.changed, skipped


def _apart(way: str, folder: Path) -> list[float]:
    args = [sys.executable, "-m", "bench.editions", "--way", way, str(folder)]
    return [float(one) for one in subprocess.run(args, capture_output=True, text=True, check=True).stdout.split()]


def part(quick: bool) -> Part:
    rows: list[tuple[Any, ...]] = []
    for count in QUICK if quick else MANY:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            size = write_lines(folder, count).stat().st_size
            other_edition(folder)
            each, asked = (_apart(way, folder) for way in WAYS)
        assert each[2] == asked[2]
        rows.append((count, round(size / count), each[0], asked[0], each[0] / asked[0], int(each[2]), int(asked[3])))
    columns = ("projects", "bytes each", "each read: s", "DuckDB asked first: s", "times", "changed", "not read")
    return Part("Two editions", __doc__ or "", (Table(f"One rule of {CITY} changed", columns, tuple(rows)),))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        print(*compare(sys.argv[2], Path(sys.argv[3])))
    else:
        sys.exit(alone(part, __doc__))
