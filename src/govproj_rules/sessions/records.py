"""What a session tells: how a project stands, and what a step changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govproj_rules.report import ApprovalView, DeadlineView, DocumentView, Finding, ProjectInfo, WaiverView


@dataclass(slots=True)
class Move:
    """A word as it was and as it is; null where there is none."""

    old: str | None
    new: str | None


@dataclass(slots=True)
class Outcome:
    """How a finding stands; ``due`` is the last day of a deadline, where it is known.

    ``waiver`` is what a waiver comes to that an unmet finding carries: ``waived``, ``unlifted`` or ``expired``.
    """

    status: str
    late: bool
    due: date | None
    waiver: str | None


@dataclass(slots=True)
class FindingChange:
    """A finding that is new (``old`` is null), stands otherwise, or is gone (``new`` is null).

    ``finding`` is the finding as it is now, with its reasons; one that is gone has the status ``not_applicable``.
    """

    old: Outcome | None
    new: Outcome | None
    finding: Finding


@dataclass(slots=True)
class Changes:
    """What one step changed. ``counts`` are those after it.

    ``documents``, ``approvals`` and ``deadlines`` are the rows of the report for the findings that changed, ``waivers``
    those that are new or come to something else now.
    """

    project: ProjectInfo
    ruleset: str
    as_of: date
    verdict: Move
    scope: Move
    regime: Move
    counts: dict[str, int]
    findings: list[FindingChange]
    documents: list[DocumentView]
    approvals: list[ApprovalView]
    deadlines: list[DeadlineView]
    waivers: list[WaiverView]

    def __bool__(self) -> bool:
        """Whether anything changed at all."""
        moves = (self.verdict, self.scope, self.regime)
        return bool(self.findings or self.waivers) or any(one.old != one.new for one in moves)

    def to_dict(self, lang: str = "zh") -> dict[str, object]:
        """The changes as plain JSON data; ``lang`` (``zh`` or ``en``) picks the names of authorities."""
        from govproj_rules.records import plain

        made = plain(self, lang)
        assert isinstance(made, dict)
        return made


@dataclass(slots=True)
class State:
    """How a project stands, in short; the report says the rest."""

    project: ProjectInfo
    ruleset: str
    as_of: date
    scope: str
    regime: str | None
    verdict: str
    counts: dict[str, int]
    waivers: list[WaiverView]
