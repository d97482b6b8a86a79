"""What is told of known vulnerabilities, above all that what was not asked never reads as nothing known."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci/audit_dependencies.py"
FINE: Any = {"name": "rich", "version": "15.0.0", "vulns": []}
SKIPPED: Any = {"name": "jinja2", "skip_reason": "Dependency not found and could not be audited"}
KNOWN: Any = {
    "name": "pyyaml",
    "version": "6.0.2",
    "vulns": [{"id": "CVE-2099-1", "fix_versions": ["6.0.9"]}, {"id": "CVE-2099-2", "fix_versions": []}],
}


def answers(*dependencies: Any) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


@pytest.mark.parametrize(
    ("printed", "code", "said"),
    [
        (answers(FINE, FINE), 0, ["any.lock: 2 dependencies, nothing known"]),
        (
            answers(FINE, KNOWN),
            1,
            [
                "any.lock: pyyaml 6.0.2: CVE-2099-1, mended in 6.0.9",
                "any.lock: pyyaml 6.0.2: CVE-2099-2, mended in no version yet",
            ],
        ),
        (answers(FINE, SKIPPED), 3, ["any.lock: not known for 1 of 2 (no network?): jinja2"]),
        (
            answers(*[SKIPPED] * 7),
            3,
            ["any.lock: not known for 7 of 7 (no network?): jinja2, jinja2, jinja2, jinja2, jinja2, and 2 more"],
        ),
        (answers(KNOWN | {"vulns": KNOWN["vulns"][:1]}, SKIPPED), 1, [
            "any.lock: pyyaml 6.0.2: CVE-2099-1, mended in 6.0.9",
            "any.lock: not known for 1 of 2 (no network?): jinja2",
        ]),
        (answers(), 3, ["any.lock: not known: it pins nothing"]),
        ("", 3, ["any.lock: not known: the lists of vulnerabilities could not be asked (no network?): it broke off"]),
    ],
)  # fmt: skip
def test_what_was_not_asked_is_not_known(printed: str, code: int, said: list[str], tmp_path: Path) -> None:
    fake = tmp_path / "pip-audit"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\nprint({printed!r})\nprint('it broke off', file=sys.stderr)\nsys.exit(0)\n"
    )
    fake.chmod(0o755)
    run = subprocess.run([sys.executable, SCRIPT, fake, "any.lock"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.splitlines(), run.stderr) == (code, said, "")


def test_the_gravest_lock_counts(tmp_path: Path) -> None:
    fake = tmp_path / "pip-audit"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"print({answers(KNOWN)!r} if sys.argv[-1] == 'second.lock' else {answers(SKIPPED)!r})\n"
    )
    fake.chmod(0o755)
    locks = ["first.lock", "second.lock"]
    run = subprocess.run([sys.executable, SCRIPT, fake, *locks], capture_output=True, text=True, check=False)
    assert run.returncode == 1
