"""What an audit comes to: the counts, and what an officer should look at first. Every text is in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govproj_rules.errors import Note, Problem
from govproj_rules.ir import Label
from govproj_rules.report import Told


@dataclass(slots=True)
class Statuses:
    """How many findings came to each status; ``late`` are those of ``unmet`` that were done, but too late."""

    unmet: int = 0
    late: int = 0
    unknown: int = 0
    upcoming: int = 0
    met: int = 0
    info: int = 0


@dataclass(slots=True)
class RuleCount:
    """A rule, and what became of it over all projects; ``member`` is the one of its list that it is for."""

    rule: str
    kind: str
    force: str
    title: Label
    member: Label | None
    cite: list[str]
    article: Label
    findings: Statuses


@dataclass(slots=True)
class Authority:
    """An authority, and what it has still to do: approvals it gives, and what is its own duty. ``projects`` wait for it."""

    role: str
    name: Label
    projects: int
    findings: Statuses


@dataclass(slots=True)
class Deadline:
    """A deadline that is still to come: of one project, within the days that were asked about."""

    project: str
    name: str | None
    rule: str
    title: Label
    article: Label
    for_: str | None
    due: date


@dataclass(slots=True)
class MissingFact:
    """A fact that is not stated: how many undecided findings wait for it, how many of them for nothing else; for how many
    projects it tells whether the regulation applies; how many projects it is missing in. A fact of a change counts as one
    fact, whichever change it is of.
    """

    fact: str
    label: Label
    ask: Label
    findings: int
    alone: int
    scopes: int
    projects: int


@dataclass(slots=True)
class Applicant:
    """Who has projects with something unmet."""

    name: str
    projects: int
    non_compliant: int
    unmet: int


@dataclass(slots=True)
class City:
    """The projects under one regulation. Lists have the gravest first.

    ``sampled`` is None where every undecided project was asked what it waits for; else how many were, drawn by their
    keys: the numbers of ``missing`` are then estimates for all.
    """

    ruleset: str
    name: Label
    title: Label
    status: str
    in_force: dict[str, date | None]
    sha256: str
    projects: int
    verdicts: dict[str, int]
    findings: Statuses
    rules: list[RuleCount]
    authorities: list[Authority]
    deadlines_ahead: int
    deadlines: list[Deadline]
    missing: list[MissingFact]
    sampled: int | None
    applicants: list[Applicant]


@dataclass(slots=True)
class Audit(Told):
    """Every project of an audit, summed up. ``days`` is how far ahead deadlines are listed; ``rejects`` names the file of
    the records that could not be read, ``examples`` has the problems of the first of them, ``written`` what was written.
    """

    version: int
    as_of: date
    engine: str
    days: int
    projects: int
    rejected: int
    skipped: int
    verdicts: dict[str, int]
    cities: list[City]
    rejects: str | None
    examples: list[Problem]
    notes: list[Note]
    written: list[str]
