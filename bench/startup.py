"""Start-up time of the package and of its commands, beside Python itself and beside bare imports.

    python bench/startup.py [--runs 15]

Every command starts in a new process; the commands take turns, so that a busy moment hits them all alike.
Byte code, and what the package keeps beside it, is made once in a folder of its own: no trace is left.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "examples/langfang-application.json"
CHECK = ["-m", "govproj_rules", "check", PROJECT, "--as-of", "2026-06-30", "--format"]
BARE = "import pydantic, typer, rich, yaml"
COMMANDS: dict[str, list[str]] = {
    "python": ["-c", "pass"],
    BARE: ["-c", BARE],
    "import govproj_rules": ["-c", "import govproj_rules"],
    "from govproj_rules import check": ["-c", "from govproj_rules import Project, check, load_ruleset"],
    "govproj --help": ["-m", "govproj_rules", "--help"],
    "govproj check --format json": [*CHECK, "json"],
    "govproj check --format table": [*CHECK, "table"],
}
ANSWERS = (0, 1, 3)  # a check that ends with any of these has answered
GOAL = 1.5


def environment(byte_code: str) -> dict[str, str]:
    """As a user starts it, from this checkout where the package is not installed."""
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONPYCACHEPREFIX": byte_code}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def run(arguments: list[str], env: dict[str, str]) -> tuple[float, str | None]:
    """Wall time in ms, and the last line of what went wrong."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, check=False)
    spent = (time.perf_counter() - start) * 1000
    if done.returncode in ANSWERS and b"Traceback" not in done.stderr and b"No module named" not in done.stderr:
        return spent, None
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return spent, lines[-1] if lines else f"exit {done.returncode}"


def measure(runs: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """The times of every command that works, and why the others do not."""
    with tempfile.TemporaryDirectory() as byte_code:
        env = environment(byte_code)
        # the first run of each makes the byte code
        failed = {name: why for name, command in COMMANDS.items() if (why := run(command, env)[1])}
        times: dict[str, list[float]] = {name: [] for name in COMMANDS if name not in failed}
        for _ in range(runs):
            for name, spent in times.items():
                spent.append(run(COMMANDS[name], env)[0])
    return times, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of each command (default: 15)")
    runs = max(2, parser.parse_args().runs)
    times, failed = measure(runs)
    if missing := [name for name in ("python", BARE) if name in failed]:
        print(f"cannot run: {missing[0]}: {failed[missing[0]]}", file=sys.stderr)
        return 2
    bare = median(times[BARE])
    print(f"Python {sys.version.split()[0]}, {runs} runs each, ms of wall time\n")
    print(f"{'':36}{'median':>8}{'p10':>8}{'p90':>8}{'x bare':>8}")
    for name in COMMANDS:
        if name in failed:
            print(f"{name:36}  not measured: {failed[name]}")
            continue
        middle, spread = median(times[name]), quantiles(times[name], n=10, method="inclusive")
        print(f"{name:36}{middle:8.1f}{spread[0]:8.1f}{spread[-1]:8.1f}{middle / bare:8.2f}")
    goal = "govproj check --format json"
    if goal in times:
        ratio = median(times[goal]) / bare
        print(f"\n{goal} takes {ratio:.2f} x the bare imports ({'within' if ratio < GOAL else 'over'} {GOAL})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
