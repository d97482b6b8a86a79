"""What verifying a record says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from govproj_rules.errors import Problem
from govproj_rules.ir import Label
from govproj_rules.report import ProjectInfo, Told

HOW: Final = {
    "record": ("altered", "rewritten"),
    "project": ("unreadable", "bytes", "fact"),
    "ruleset": ("other", "edition", "bytes", "unreadable"),
    "vocabulary": ("bytes", "unreadable"),
    "calendar": ("bytes", "unreadable"),
    "engine": ("version", "name"),
    "answer": ("unmade", "scope", "regime", "verdict", "counts", "order"),
}
"""What can differ, and how.

record: its content is not what its SHA-256 says; its content is, its bytes are not as this program writes them.
project: it can no longer be read; the file has other bytes and states the same; one fact differs (``path``).
ruleset: another one; another edition (days or status in force); the same edition, its file has other bytes; it cannot be
read. engine: another version or engine, which by itself is no failure. answer: none can be made; or that part of it
differs; ``order``: the findings are the same ones, told in another order or told twice.
"""


@dataclass(slots=True)
class Difference:
    """One thing that is not as it was recorded; null where there is nothing to show."""

    part: str
    how: str
    recorded: Any = None
    found: Any = None
    path: str | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class FindingDifference:
    """A finding that comes out otherwise; a status is null where there was, or is, no such finding.

    ``differs`` names what else of it differs, such as ``because`` or ``due``; ``title`` is that of the rule now.
    """

    rule: str
    for_: str | None
    old: str | None
    new: str | None
    differs: list[str]
    title: Label | None


@dataclass(slots=True)
class Verification(Told):
    """Whether a record could be reproduced, and everything that differs.

    ``held`` says whether all of the answer came out as recorded (null: it could not be made), ``reproduced`` whether so
    does everything it rests on; only the engine may be another one.
    """

    sha256: str
    project: ProjectInfo
    ruleset: str
    as_of: date
    reproduced: bool
    held: bool | None
    differences: list[Difference]
    findings: list[FindingDifference]
