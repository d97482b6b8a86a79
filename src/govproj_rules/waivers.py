"""The waivers of a project under one ruleset on a day: on which findings each stands, and what it does there.

A waiver never changes a status. It justifies what is owed in principle and is not met (``waived``), lifts nothing of
what must be (``unlifted``), has nothing to justify where nothing is unmet (``idle``), counts no more after its last day
(``expired``), or is on no finding at all (``unmatched``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final

from govproj_rules.errors import Problem, did_you_mean, quote
from govproj_rules.ir import Rule, RuleSet
from govproj_rules.outcomes import BINDING
from govproj_rules.project import Project, Waiver
from govproj_rules.report import Finding, WaiverView

STANDINGS: Final = ("waived", "unlifted", "idle", "expired", "unmatched")
"""What a waiver may come to."""
COUNTED: Final = ("waived", "unlifted", "expired")
"""What is counted apart: unmet findings that carry a waiver, by what it comes to."""

Found = tuple[Rule, str | None, str]
"""A rule, what its finding is for, and its status."""


class Waivers:
    """The waivers of one project, looked up by finding."""

    __slots__ = ("_by_key", "as_of", "every", "ruleset")

    def __init__(self, project: Project, ruleset: RuleSet, as_of: date) -> None:
        self.every = project.waivers or ()
        self.ruleset = ruleset
        self.as_of = as_of
        self._by_key = {key: one for one in self.every if (key := _key(one, ruleset))} if self.every else {}

    def __bool__(self) -> bool:
        return bool(self.every)

    def on(self, rule: str, for_: str | None) -> Waiver | None:
        """The waiver of a finding: the one for just it before the one for its whole rule, where both still count."""
        found = [one for key in ((rule, for_), (rule, None)) if (one := self._by_key.get(key)) is not None]
        return next((one for one in found if not self.expired(one)), found[0] if found else None)

    def expired(self, waiver: Waiver) -> bool:
        return waiver.expires is not None and self.as_of > waiver.expires

    def standing(self, waiver: Waiver, rule: Rule, status: str) -> str:
        """What a waiver comes to on one finding."""
        if self.expired(waiver):
            return "expired"
        if status != "unmet":
            return "idle"
        return "waived" if rule.force == "in_principle" else "unlifted" if rule.force in BINDING else "idle"

    def mark(self, found: Found) -> str | None:
        """How a finding is to be counted apart, where it is."""
        rule, for_, status = found
        if status != "unmet" or (waiver := self.on(rule.id, for_)) is None:
            return None
        standing = self.standing(waiver, rule, status)
        return standing if standing in COUNTED else None

    def echo(self, rule: Rule, for_: str | None, status: str) -> dict[str, Any] | None:
        """What a finding carries: its waiver as stated, and what that comes to; nothing once it has expired."""
        waiver = self.on(rule.id, for_)
        if waiver is None or self.expired(waiver):
            return None
        return {**waiver.model_dump(mode="json", by_alias=True), "standing": self.standing(waiver, rule, status)}

    def views(self, found: Iterable[Found]) -> list[WaiverView]:
        """Every waiver in the order of the project file, whether or not it is on a finding."""
        met: dict[int, list[str]] = {}
        for rule, for_, status in found if self.every else ():
            waiver = self.on(rule.id, for_)
            if waiver is not None and status != "not_applicable":
                met.setdefault(id(waiver), []).append(self.standing(waiver, rule, status))
        return [self._view(one, met.get(id(one), [])) for one in self.every]

    def _view(self, waiver: Waiver, met: list[str]) -> WaiverView:
        come_to = [*met, "expired"] if self.expired(waiver) else [*met, "unmatched"]
        first = "expired" if self.expired(waiver) else min(come_to, key=STANDINGS.index)
        key = _key(waiver, self.ruleset)
        rule = f"{self.ruleset.id}/{key[0]}" if key else waiver.rule
        return WaiverView(
            rule, waiver.for_, waiver.reason, waiver.authority, waiver.document, waiver.expires, first, len(met)
        )


def mark_of(finding: Finding, every: Iterable[WaiverView]) -> str | None:
    """How a finding of a report is counted apart, where it is; ``every`` are the waivers of the report."""
    if finding.status != "unmet":
        return None
    if finding.waiver is not None:
        return finding.waiver["standing"] if finding.waiver["standing"] in COUNTED else None
    here = (one for one in every if one.rule == finding.rule and one.for_ in (None, finding.for_))
    return "expired" if any(one.standing == "expired" for one in here) else None


def _key(waiver: Waiver, ruleset: RuleSet) -> tuple[str, str | None] | None:
    """The rule of this ruleset a waiver is for; None where it is for another regulation's."""
    city, _, rule = waiver.rule.rpartition("/")
    return (rule, waiver.for_) if city in ("", ruleset.id) else None


def waiver_problems(
    project: Project, ruleset: RuleSet, cities: Iterable[str], rules_of: Callable[[str], Iterable[str]]
) -> Iterator[Problem]:
    """What is wrong with waivers: rules that do not exist, and two waivers for one thing.

    ``rules_of`` gives the rules of one of the other rulesets there are, ``cities``.
    """
    known = {ruleset.id: {rule.id for rule in ruleset.rules}}
    seen: set[tuple[str, str, str | None]] = set()
    for waiver in project.waivers or ():
        city, _, rule = waiver.rule.rpartition("/")
        city = city or ruleset.id
        if city not in known and city in cities:
            known[city] = set(rules_of(city))
        if rule not in known.get(city, ()):
            help = did_you_mean(rule, known[city]) if city in known else did_you_mean(city, (ruleset.id, *cities))
            yield Problem("unknown-rule", f"the waiver is for a rule {quote(waiver.rule)} that does not exist", help)
        elif (key := (city, rule, waiver.for_)) in seen:
            what = quote(f"{city}/{rule}") + (f" for {quote(waiver.for_)}" if waiver.for_ else "")
            yield Problem("waived-twice", f"there are two waivers for the rule {what}", "keep the one that counts")
        else:
            seen.add(key)
