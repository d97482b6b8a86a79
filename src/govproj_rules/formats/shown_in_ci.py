"""What JUnit and SARIF share: a finding by name, by how much it weighs, and in the few lines a CI system shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from govproj_rules.errors import Problem
from govproj_rules.formats import Look
from govproj_rules.formats.lines import Lines
from govproj_rules.formats.reports import notices
from govproj_rules.outcomes import BINDING, KINDS
from govproj_rules.report import Finding, Report
from govproj_rules.telling.safe import clean
from govproj_rules.telling.teller import Teller

SCOPE: Final = "[scope]"
"""Stands beside the rules of a regulation: whether it applies at all. No rule can be called so."""
SCOPES: Final = {"not_in_force": "unknown", "out_of_scope": "not_applicable"}


class Shown:
    """The findings of one report, in one language."""

    def __init__(self, report: Report, look: Look) -> None:
        self.report = report
        self.tell = Teller(look.rulesets[report.ruleset.sha256], look.lang)
        self.lines = Lines(report, self.tell)

    def name(self, finding: Finding) -> str:
        """A finding by its rule and what it is for; unique in a report."""
        rule = finding.rule.removeprefix(f"{self.report.ruleset.id}/")
        return clean(f"{rule} {finding.for_}" if finding.for_ else rule)

    def title(self, finding: Finding) -> str:
        return self.lines.title(finding)

    def head(self, finding: Finding) -> str:
        """How a finding stands, of what, and where that is written."""
        told = self.tell.say("fact", label=self.tell.word("status", finding.status), value=self.title(finding))
        return told + self.tell.say("bracketed", text=self.tell.cite(finding.cite))

    def details(self, finding: Finding) -> list[str]:
        """What it waits for, why it is unmet, and the waivers that are for it."""
        tell, lines = self.tell, self.lines
        line = lines.norm(finding)
        clocks = [lines.deadline(view) for view in self.report.deadlines if _same(view, finding)]
        days = [
            part for clock in clocks for part in (f"{clock.lead} {lines.clock_of(finding)}".strip(), *clock.details)
        ]
        asked = [
            tell.say(
                "waits_for",
                facts=f"{tell.missing(one)} {tell.path(one)}" if isinstance(one, str) else tell.missing(one),
            )
            for one in finding.unknown
        ]
        stated = [lines.waived.stated(one) for one in lines.waived.on(finding)]
        aside = [line.aside] if line.aside and finding.status != "unknown" else []
        return [*aside, *days, *asked, *lines.reasons([finding]), *stated]

    def scope(self) -> tuple[str, str]:
        """How it stands that the regulation applies, as a status, and in words."""
        report = self.report
        status = SCOPES.get(report.verdict) or ("unknown" if report.scope == "presumed" else "met")
        told = notices(report, self.tell)
        return status, self.tell.list(told) if told else self.tell.word("scope", report.scope)


def _same(view: object, finding: Finding) -> bool:
    return (getattr(view, "rule", None), getattr(view, "for_", None)) == (finding.rule, finding.for_)


def binds(finding: Finding) -> bool:
    """Whether a finding weighs on the verdict: an obligation of force must or must_not."""
    return finding.force in BINDING and KINDS[finding.kind].obligation


def by_file(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems by the file they are in, in order."""
    made: dict[str, list[Problem]] = {}
    for one in problems:
        made.setdefault(one.file or "", []).append(one)
    return made


def file_of(place: int, look: Look) -> str | None:
    """The name of the file the report of a place was made from, as it was given."""
    files: Sequence[str] = look.files
    return files[place] if place < len(files) else None
