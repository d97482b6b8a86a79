"""Makes the environment of the measurements, bench/.venv: this project and its peers at the pinned versions.

A peer that cannot be installed is left out; why is kept in bench/.venv/failed.json, and the tables tell.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PINNED = HERE / "requirements.txt"


def pip(*arguments: str) -> str | None:
    """Install something; says why where it fails."""
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if line.lower().lstrip().startswith("error")]
    return (errors or done.stderr.strip().splitlines() or ["pip failed"])[-1].strip()


def pinned() -> list[str]:
    """The requirements, without comments."""
    lines = (line.split("#")[0].strip() for line in PINNED.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def main() -> int:
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    failed: dict[str, str] = {}
    if pip("-r", str(PINNED)):  # one of them stands in the way of all
        for requirement in pinned():
            if why := pip(requirement):
                failed[requirement.split("==")[0].strip()] = why
                print(f"not installed: {requirement}: {why}", file=sys.stderr)
    (HOME / "failed.json").write_text(json.dumps(failed, indent=1), encoding="utf-8")
    if why := pip("-e", str(HERE.parent)):
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
