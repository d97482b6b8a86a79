"""Fuzzes every target for a while, two at a time, and prints a row for each: python -m fuzz [--time S] [--target T] [--keep]

What breaks a promise is written to fuzz/found/TARGET/; there it stays until a test has it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final

HERE: Final = Path(__file__).resolve().parent
FOUND: Final = HERE / "found"
NAMES: Final = tuple(sorted(path.name for path in (HERE / "corpus").iterdir() if path.is_dir()))
HANGS: Final = 60
"""Seconds by the clock after which an input hangs; the worker bounds the time of the processor, whatever else runs."""
LIMIT_MEGABYTES: Final = 512
SMALL: Final = 6_000
"""Bytes of an input that may join the kept ones."""
MOST_KEPT: Final = 60
"""Inputs of one target."""


@dataclass(frozen=True)
class Row:
    """What came of one target."""

    name: str
    runs: int
    seconds: float
    megabytes: int
    findings: int

    def __str__(self) -> str:
        return f"| {self.name} | {self.runs:,} | {self.seconds:,.0f} | {self.megabytes} | {self.findings} |"


HEAD: Final = "| target | executions | CPU seconds | peak RSS, MB | findings |\n|---|---:|---:|---:|---:|"


@dataclass(frozen=True)
class Run:
    """What one run of libFuzzer said, and the seconds of the processor it took."""

    said: str
    seconds: float


def worker(name: str, seconds: int, flags: Sequence[str]) -> Run:
    """One run of libFuzzer, of at most so many seconds of the processor."""
    paths = [str(HERE.parent), str(HERE.parent / "tests")]
    command = [sys.executable, "-m", "fuzz.worker", name, str(seconds), *flags]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    with TemporaryFile() as log:
        started = subprocess.Popen(command, cwd=HERE.parent, env=environment, stdout=log, stderr=log)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, to learn what it used
        log.seek(0)
        return Run(log.read().decode(errors="replace"), used.ru_utime + used.ru_stime)


def fuzz(name: str, seconds: int, clock: int, keep: bool) -> Row:
    """Fuzz one target; ends early where something is found."""
    found, corpus = FOUND / name, HERE / "corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    with TemporaryDirectory() as folder:
        limits = (f"-timeout={HANGS}", f"-rss_limit_mb={LIMIT_MEGABYTES}", f"-max_total_time={clock}")
        told = ("-print_final_stats=1", "-report_slow_units=100000", f"-artifact_prefix={found}/")
        run = worker(name, seconds, [*limits, *told, folder, str(corpus)])
        (found / "log.txt").write_text(run.said, encoding="utf-8")
        if keep:
            add_to_corpus(name, Path(folder))
    new = [path for path in found.iterdir() if path not in before and path.name != "log.txt"]
    runs = _stat(run.said, "number_of_executed_units")
    if not runs and not new:
        sys.exit(f"{name} did not run:\n{run.said[-2000:]}")
    return Row(name, runs, run.seconds, _stat(run.said, "peak_rss_mb"), len(new))


def _stat(said: str, key: str) -> int:
    match = re.search(rf"stat::{key}:\s+(\d+)", said)
    return int(match[1]) if match else 0


def add_to_corpus(name: str, folder: Path) -> None:
    """Keep the smallest of the inputs that reached something new."""
    corpus = HERE / "corpus" / name
    made = sorted(
        (path for path in folder.iterdir() if path.stat().st_size <= SMALL), key=lambda path: path.stat().st_size
    )
    for path in made[: max(MOST_KEPT - len(list(corpus.iterdir())), 0)]:
        copy(path, corpus / path.name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--time", type=int, default=600, help="seconds of the processor for each target")
    parser.add_argument(
        "--clock", type=int, help="seconds by the clock after which a target ends all the same (4 times that)"
    )
    parser.add_argument("--target", choices=NAMES, action="append", help="only this one (may be given again)")
    parser.add_argument("--keep", action="store_true", help="add small new inputs to fuzz/corpus")
    arguments = parser.parse_args()
    print(HEAD, flush=True)
    findings = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        clock = arguments.clock or 4 * arguments.time
        rows = pool.map(lambda name: fuzz(name, arguments.time, clock, arguments.keep), arguments.target or NAMES)
        for row in rows:
            print(row, flush=True)
            findings += row.findings
    if findings:
        print(f"see {FOUND}: the inputs, and what was said of each in log.txt", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
