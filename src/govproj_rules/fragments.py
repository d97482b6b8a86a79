"""The JSON text of a report that nobody has looked into.

What a rule says to every project is written once, in the form of the records of the report, kept, and joined with what
varies: who it is here, why, what is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from govproj_rules.compiled import remembered
from govproj_rules.evaluate import Decision
from govproj_rules.ir import Approval, Competence, Consequence, DocumentOwed, Rule, RuleSet
from govproj_rules.report import Because, Report
from govproj_rules.to_python import Settled
from govproj_rules.views import Views, plain_missing
from govproj_rules.writing import Text

_VARYING: Final = ("who", "because", "unknown", "waiver")
"""The fields of a finding that are not the same for every project."""
_MOST: Final = 5_000
"""So many texts are kept for one ruleset."""

_Kept = dict[tuple[Any, ...], tuple[Any, ...]]
"""Texts; and after them what lends its identity to their key."""


@remembered(64)
def _kept(ruleset: RuleSet) -> dict[str, _Kept]:  # noqa: ARG001  # one for each
    return {"zh": {}, "en": {}}


@remembered(64)
def _owned(ruleset: RuleSet) -> frozenset[int]:
    """The rules, by identity, whose outcome names the owner, which goes by another name in every project."""
    made = set()
    for rule in ruleset.rules:
        match rule.outcome:
            case Competence(authority=role) | Consequence(by=role):
                roles: tuple[str | None, ...] = (role,)
            case DocumentOwed(to=to):
                roles = to
            case Approval() as o:
                roles = (o.by, *o.with_, *o.or_)
            case _:
                continue
        if "owner" in roles:
            made.add(id(rule))
    return frozenset(made)


class Fragments:
    """Writes one report in one language."""

    def __init__(self, maker: Views, lang: str) -> None:
        self.maker = maker
        self.text = Text(lang)
        self.kept = _kept(maker.ruleset)["en" if lang == "en" else "zh"]
        self.owned = _owned(maker.ruleset)
        self.waivers = bool(maker.waivers)
        self._parties: dict[str, str] = {}

    def _party(self, role: str) -> str:
        made = self._parties.get(role)
        if made is None:
            made = self._parties[role] = self.text.of(self.maker.party(role))
        return made

    def finding(self, rule: Rule, settled: Settled, decision: Decision) -> str:
        """A finding, with its reasons; the whole text is kept of one that many projects may share."""
        if not decision.shared or self.waivers:
            return self._finding(rule, settled, decision)
        key = id(decision), self.maker.applicant if rule.who == "owner" else None
        made: str = (self.kept.get(key) or self._keep(key, (self._finding(rule, settled, decision), decision)))[0]
        return made

    def _finding(self, rule: Rule, settled: Settled, decision: Decision) -> str:
        key = id(rule), settled, decision.for_
        head, to_because, to_unknown, to_waiver = self.kept.get(key) or self._keep(
            key, self._split(rule, settled, decision)
        )
        of, made, record = self.text.of, self.text.made.get, self.text.record
        because = ", ".join([made(id(one)) or record(one, Because) for one in decision.tests])
        unknown = ", ".join([of(plain_missing(one)) for one in decision.missing]) if decision.missing else ""
        waived = of(self.maker.waiver(rule, decision.for_, decision.status)) if self.waivers else "null"
        who = self._parties.get(rule.who) or self._party(rule.who)
        return f"{head}{who}{to_because}[{because}]{to_unknown}[{unknown}]{to_waiver}{waived}}}"

    def _split(self, rule: Rule, settled: Settled, decision: Decision) -> tuple[str, ...]:
        """The text of a finding up to each field that varies."""
        finding = self.maker.finding(rule, decision.for_, *settled)
        parts, varying, made = [], [], "{"
        for one in fields(finding):
            made += f'"{one.name.rstrip("_")}": '
            if one.name in _VARYING:
                parts.append(made)
                varying.append(one.name)
                made = ", "
            else:
                made += self.text.of(getattr(finding, one.name), one.name) + ", "
        assert tuple(varying) == _VARYING
        return tuple(parts)

    def lists(self, decisions: Sequence[Decision]) -> Mapping[str, Iterable[str]]:
        """Every typed list of the report."""
        return {name: [self._view(one) for one in found] for name, found in self.maker.shared_out(decisions).items()}

    def _view(self, decision: Decision) -> str:
        rule = decision.rule
        varying: Any = None
        if rule.kind == "deadline":
            return self.text.of(self.maker.view(decision))
        if rule.kind == "document":
            varying = tuple(self.maker.in_place_of(decision))
        elif rule.kind == "approval" and decision.valid_until:
            varying = decision.valid_until.value
        who = self.maker.applicant if id(rule) in self.owned else None
        key = id(rule), decision.status, decision.for_, who, varying
        made: str = (self.kept.get(key) or self._keep(key, (self.text.of(self.maker.view(decision)),)))[0]
        return made

    def records(self, made: Iterable[Any]) -> list[str]:
        """Other records of the report."""
        return [self.text.of(one) for one in made]

    def report(self, report: Report, made: Mapping[str, Iterable[str]]) -> str:
        """The whole report, with its lists as text."""
        parts: list[str] = []  # put together once: most of it is long
        for one in fields(report):
            parts += ', "' if parts else '{"', one.name, '": '
            if one.name in made:
                parts += "[", ", ".join(made[one.name]), "]"
            else:
                parts.append(self.text.of(getattr(report, one.name), one.name))
        parts.append("}")
        return "".join(parts)

    def _keep(self, key: tuple[Any, ...], parts: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(self.kept) >= _MOST:
            self.kept.clear()
        self.kept[key] = parts
        return parts
