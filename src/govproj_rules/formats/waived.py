"""The waivers of a project in words: what each comes to, and what the project states."""

from __future__ import annotations

from collections.abc import Sequence

from govproj_rules.formats.page import Line
from govproj_rules.report import Finding, WaiverView
from govproj_rules.telling.safe import clean
from govproj_rules.telling.teller import Teller

GAP = " · "


class Waived:
    """Tells of the waivers of one project under one ruleset."""

    def __init__(self, findings: Sequence[Finding], waivers: Sequence[WaiverView], tell: Teller) -> None:
        self.findings = findings
        self.waivers = waivers
        self.tell = tell
        self.rules = {f"{tell.ruleset.id}/{rule.id}": rule for rule in tell.ruleset.rules} if waivers else {}

    def on(self, finding: Finding) -> list[WaiverView]:
        """The waivers that are for a finding, whatever they come to."""
        return [one for one in self.waivers if one.rule == finding.rule and one.for_ in (None, finding.for_)]

    def of(self, waiver: WaiverView) -> list[Finding]:
        """The findings a waiver is for."""
        return [one for one in self.findings if waiver in self.on(one) and one.status != "not_applicable"]

    def word(self, finding: Finding) -> str:
        """What the waiver of a finding comes to; one that has expired is told of what is unmet."""
        if finding.waiver:
            return self.tell.say(f"waiver_{finding.waiver['standing']}")
        expired = finding.status == "unmet" and any(one.standing == "expired" for one in self.on(finding))
        return self.tell.say("waiver_expired") if expired else ""

    def stated(self, waiver: WaiverView) -> str:
        """A waiver as the project file has it."""
        tell = self.tell
        parts = (
            tell.say("waiver", reason=clean(waiver.reason)),
            tell.say("waiver_by", text=clean(waiver.authority)) if waiver.authority else "",
            tell.say("waiver_document", text=clean(waiver.document)) if waiver.document else "",
            tell.say("waiver_until", day=waiver.expires) if waiver.expires else "",
        )
        return GAP.join(part for part in parts if part)

    def title(self, waiver: WaiverView) -> str:
        """What a waiver is for: the title of its rule, where it is one of this regulation's."""
        rule = self.rules.get(waiver.rule)
        title = self.tell.text(rule.title) if rule else clean(waiver.rule)
        element = (self.tell.element(waiver.for_) or clean(waiver.for_)) if waiver.for_ else ""
        return f"{title}{self.tell.say('bracketed', text=element)}" if element else title

    def line(self, waiver: WaiverView) -> Line:
        """A waiver under the title of its rule, marked as that rule's findings stand."""
        tell, rule, found = self.tell, self.rules.get(waiver.rule), self.of(waiver)
        count = tell.say("step_more", count=waiver.findings) if waiver.findings > 1 else ""
        aside = GAP.join(part for part in (tell.say(f"waiver_{waiver.standing}"), count) if part)
        unmet = any(one.status == "unmet" for one in found)
        cite = tell.cite(rule.cite) if rule else ""
        return Line(self.title(waiver), "unmet" if unmet else "notice", "", cite, aside, [self.stated(waiver)])
