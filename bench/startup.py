"""Start-up time of the package and of its commands, beside Python itself and beside the bare imports they need.

    python -m bench.startup [--runs 15]

Every command starts in a new process; the commands take turns, so that a busy moment hits them all alike.
Byte code, and what the package keeps beside it, is made once in a folder of its own: no trace is left.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from bench.tables import Cell, Part, Table, show

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "examples/langfang-application.json"
CHECK = ["-m", "govproj_rules", "check", PROJECT, "--as-of", "2026-06-30", "--format"]
BARE = "import pydantic, typer, rich, yaml"
CORE = """\
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError, WithJsonSchema, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
import typer"""
SCREEN = """
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text"""
NEEDED = {"json": "the imports of check", "table": "the imports of check, with rich"}
COMMANDS: dict[str, list[str]] = {
    "python": ["-c", "pass"],
    BARE: ["-c", BARE],
    NEEDED["json"]: ["-c", CORE],
    NEEDED["table"]: ["-c", CORE + SCREEN],
    "import govproj_rules": ["-c", "import govproj_rules"],
    "from govproj_rules import check": ["-c", "from govproj_rules import Project, check, load_ruleset"],
    "govproj --help": ["-m", "govproj_rules", "--help"],
    "govproj check --format json": [*CHECK, "json"],
    "govproj check --format table": [*CHECK, "table"],
}
ANSWERS = (0, 1, 3)  # a check that ends with any of these has answered
BOUND = 1.5


def environment(byte_code: str) -> dict[str, str]:
    """As a user starts it, from this checkout where the package is not installed."""
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONPYCACHEPREFIX": byte_code}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def processor() -> float:
    """The time all ended processes have had of a processor, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(arguments: list[str], env: dict[str, str]) -> tuple[tuple[float, float], str | None]:
    """Wall time and processor time in ms, and the last line of what went wrong."""
    used, start = processor(), time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, check=False)
    spent = (time.perf_counter() - start) * 1000, (processor() - used) * 1000
    if done.returncode in ANSWERS and b"Traceback" not in done.stderr and b"No module named" not in done.stderr:
        return spent, None
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return spent, lines[-1] if lines else f"exit {done.returncode}"


def measure(runs: int) -> tuple[dict[str, list[tuple[float, float]]], dict[str, str]]:
    """The times of every command that works, and why the others do not."""
    with tempfile.TemporaryDirectory() as byte_code:
        env = environment(byte_code)
        # the first run of each makes the byte code
        failed = {name: why for name, command in COMMANDS.items() if (why := run(command, env)[1])}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS if name not in failed}
        for _ in range(runs):
            for name, spent in times.items():
                spent.append(run(COMMANDS[name], env)[0])
    return times, failed


def part(quick: bool = False, runs: int = 15) -> Part:
    runs = 3 if quick else max(2, runs)
    times, failed = measure(runs)
    bases = (BARE, *NEEDED.values())
    if missing := [name for name in ("python", *bases) if name in failed]:
        raise SystemExit(f"cannot run: {missing[0]}: {failed[missing[0]]}")
    used = {name: median(processor for _, processor in spent) for name, spent in times.items()}
    rows: list[tuple[Cell, ...]] = []
    for name in COMMANDS:
        if name in failed:
            rows.append((name, f"not measured: {failed[name]}", "", "", "", "", ""))
            continue
        walls = [wall for wall, _ in times[name]]
        spread = quantiles(walls, n=10, method="inclusive")
        needed = NEEDED["table" if "table" in name else "json"]
        rows.append(
            (name, median(walls), spread[0], spread[-1], used[name], used[name] / used[BARE], used[name] / used[needed])
        )
    notes = [f"{runs} runs each. The ratios are of processor time, which a busy machine changes least.", WHY]
    for shape, needed in NEEDED.items():
        if (goal := f"govproj check --format {shape}") in used:
            ratio = used[goal] / used[needed]
            told = "within" if ratio < BOUND else "over"
            notes.append(
                f"`{goal}` takes {ratio:.2f} × {needed} ({told} {BOUND}), {used[goal] / used[BARE]:.2f} × `{BARE}`."
            )
    columns = ("command", "median, ms", "p10", "p90", "processor, ms", "× bare imports", "× what it needs")
    return Part("Start-up", ABOUT, (Table("A new process", columns, tuple(rows), tuple(notes)),))


WHY = """\
`import pydantic` loads next to nothing until a name is asked of it, so what a command needs is told by importing the names
that its code imports; only the table needs rich, and no check needs yaml."""
ABOUT = """\
Wall time of whole commands, each in a new process, beside Python itself and beside bare imports of the packages that are
used. Byte code, and what the package keeps beside it, is made beforehand; the commands take turns."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of each command (default: 15)")
    show(part(runs=parser.parse_args().runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
