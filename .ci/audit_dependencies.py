"""Asks the public lists of known vulnerabilities about every pinned dependency. ``make audit-dependencies`` runs it.

pip-audit answers "no known vulnerabilities" also where it could ask about nothing; here, what was not asked is told as
not known. Ends with 0 when every dependency was asked about and nothing is known, 1 when something is known, 3 when the
lists could not be asked, for all or for some.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence

FINE, FOUND, NOT_KNOWN = 0, 1, 3
ASK = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")


def main(pip_audit: str, *locks: str) -> int:
    """Ask about each lock file; the gravest answer counts."""
    return min((_audited(pip_audit, lock) for lock in locks), key=(FOUND, NOT_KNOWN, FINE).index)


def _audited(pip_audit: str, lock: str) -> int:
    made = subprocess.run([pip_audit, *ASK, "--requirement", lock], capture_output=True, text=True, check=False)
    try:
        answers = json.loads(made.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (made.stderr.strip().splitlines() or ["it said nothing"])[-1]
        _say(lock, f"not known: the lists of vulnerabilities could not be asked (no network?): {last}")
        return NOT_KNOWN
    skipped = [one["name"] for one in answers if "skip_reason" in one]
    known = [(one, vuln) for one in answers for vuln in one.get("vulns", ())]
    for one, vuln in known:
        mended = ", ".join(vuln.get("fix_versions", ())) or "no version yet"
        _say(lock, f"{one['name']} {one['version']}: {vuln['id']}, mended in {mended}")
    if skipped:
        _say(lock, f"not known for {len(skipped)} of {len(answers)} (no network?): {_few(skipped)}")
    if not answers:
        _say(lock, "not known: it pins nothing")
    if known:
        return FOUND
    if skipped or not answers:
        return NOT_KNOWN
    _say(lock, f"{len(answers)} dependencies, nothing known")
    return FINE


def _few(names: Sequence[str], most: int = 5) -> str:
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join([*names[:most], *more])


def _say(lock: str, said: str) -> None:
    sys.stdout.write(f"{lock}: {said}\n")


def _called(arguments: Iterable[str]) -> int:
    pip_audit, *locks = arguments
    return main(pip_audit, *locks)


if __name__ == "__main__":
    sys.exit(_called(sys.argv[1:]))
