"""The answer to "what does this regulation ask of this project?", and its JSON form.

``findings`` is the whole answer; ``documents``, ``approvals`` and the other typed lists are views of it.
Texts stay in both languages until the report is written out in one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields
from datetime import date
from typing import Any

from govproj_rules.ir import Label
from govproj_rules.light import dataclass
from govproj_rules.records import as_json, plain

Unknown = str | dict[str, Any]
"""An unknown fact by its path, or a reason such as ``{"reason": "calendar", "year": 2027}``."""


class Later:
    """A record some of whose fields are made when one of them is first read: ``later`` makes the one that is named.

    ``straight`` writes one as JSON of which none was made yet.
    """

    __slots__ = ("later", "straight")
    later: Callable[[Any, str], None]
    straight: Callable[[Any, str], str]

    def __getattr__(self, name: str) -> Any:
        if name not in type(self).__slots__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.later(self, name)
        return object.__getattribute__(self, name)

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        return None, {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


def lacks(record: Later, name: str) -> bool:
    """Whether a field is still to be made."""
    try:
        object.__getattribute__(record, name)
    except AttributeError:
        return True
    return False


@dataclass(slots=True)
class Party:
    """A role and who fills it here."""

    role: str
    name: Label


@dataclass(slots=True)
class Because:
    """One test that was made: ``holds`` is null where the fact is unknown."""

    fact: str
    test: dict[str, Any]
    value: Any
    holds: bool | None


@dataclass(slots=True)
class Finding(Later):
    """A rule decided for the project, with the deciding tests first; ``because`` and ``unknown`` are made when read."""

    rule: str
    kind: str
    topic: str
    cite: tuple[str, ...]
    who: Party
    status: str
    late: bool
    checked: bool
    force: str
    stage: str | None
    title: Label
    note: Label | None
    for_: str | None
    because: list[Because] = field(init=False)
    unknown: list[Unknown] = field(init=False)
    waiver: dict[str, Any] | None = None


@dataclass(slots=True)
class DocumentView:
    """``satisfied_by`` names the documents that stand in for it, where it is not there itself."""

    rule: str
    document: str
    to: list[Party]
    open: bool
    satisfied_by: list[str]
    stage: str | None
    status: str
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class ApprovalView:
    rule: str
    act: str
    by: Party
    with_: list[Party]
    or_: list[Party]
    of: str
    order: int | None
    valid_until: date | None
    status: str
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class NormView:
    """A prohibition or a duty."""

    rule: str
    status: str
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class DeadlineView:
    """``from_`` is the day it runs from, ``opens`` the first day that counts, ``due`` the last."""

    rule: str
    do: str
    to: list[Party]
    from_: date | None
    opens: date | None
    due: date | None
    done: date | None
    counted: Label
    status: str
    late: bool
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class PermissionView:
    rule: str
    act: str
    of: str
    status: str
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class ConsequenceView:
    """``of`` names the rules it follows from; ``on`` what it falls on."""

    rule: str
    effect: str
    by: Party | None
    on: str
    of: list[str]
    until: Label | None
    status: str
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class CompetenceView:
    rule: str
    authority: Party
    matter: str
    status: str
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class Threshold:
    """A bound met on the way: ``margin`` is the room left, negative when the bound is broken."""

    fact: str
    bound: dict[str, Any]
    inclusive: bool
    value: Any
    holds: bool | None
    margin: Any
    rules: list[str]
    cite: list[str]
    for_: str | None


@dataclass(slots=True)
class Question:
    """An unknown fact that findings wait for; ``stage`` where they wait only from that stage on."""

    fact: str
    ask: Label
    options: list[str]
    stage: str | None
    findings: list[str]


@dataclass(slots=True)
class WaiverView:
    """A waiver of the project file, what it comes to here, and on how many findings it is.

    ``standing``: ``waived`` it justifies what is unmet and owed in principle; ``unlifted`` the finding is a must, which
    no reason lifts; ``idle`` nothing is unmet there; ``expired`` its last day has passed; ``unmatched`` it is on no
    finding.
    """

    rule: str
    for_: str | None
    reason: str
    authority: str | None
    document: str | None
    expires: date | None
    standing: str
    findings: int


@dataclass(slots=True)
class RulesetInfo:
    id: str
    title: Label
    status: str
    in_force: dict[str, date | None]
    sha256: str


@dataclass(slots=True)
class ProjectInfo:
    id: str | None
    name: str


@dataclass(slots=True)
class Report(Later):
    """What a regulation asks of a project on a day. ``verdict`` sums it up; ``counts`` the statuses.

    ``findings`` are made when they are read, the lists after them when one of those is.
    Beside the statuses ``counts`` has what is due in
    principle and unmet (``warnings``) and the unmet findings with a waiver, by what that comes to: ``waived``,
    ``unlifted``, ``expired``.
    """

    version: int
    project: ProjectInfo
    ruleset: RulesetInfo
    as_of: date
    regime: str | None
    scope: str
    instead: Label | None
    verdict: str
    counts: dict[str, int]
    findings: list[Finding] = field(init=False)
    documents: list[DocumentView] = field(init=False)
    approvals: list[ApprovalView] = field(init=False)
    prohibitions: list[NormView] = field(init=False)
    duties: list[NormView] = field(init=False)
    deadlines: list[DeadlineView] = field(init=False)
    permissions: list[PermissionView] = field(init=False)
    consequences: list[ConsequenceView] = field(init=False)
    competences: list[CompetenceView] = field(init=False)
    thresholds: list[Threshold] = field(init=False)
    questions: list[Question] = field(init=False)
    waivers: list[WaiverView] = field(init=False)

    def to_dict(self, lang: str = "zh") -> dict[str, Any]:
        """The report as plain JSON data; ``lang`` (``zh`` or ``en``) picks names and questions."""
        made = plain(self, lang)
        assert isinstance(made, dict)
        return made

    def to_json(self, lang: str = "zh", indent: int | None = None) -> str:
        """The report as one JSON text; the same inputs give the same bytes."""
        straight = getattr(self, "straight", None)
        if (
            indent is None
            and straight is not None
            and all(lacks(self, one.name) for one in fields(self) if not one.init)
        ):
            made: str = straight(self, lang)
            return made
        return as_json(self, lang, indent)


class Told:
    """A record whose JSON form has every text in both languages."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON data, every text as ``{"zh": …, "en": …}``."""
        made = plain(self)
        assert isinstance(made, dict)
        return made

    def to_json(self, indent: int | None = None) -> str:
        """The record as one JSON text; the same inputs give the same bytes."""
        return as_json(self, None, indent)
