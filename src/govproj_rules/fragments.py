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
from govproj_rules.ir import Competence, Consequence, Rule, RuleSet
from govproj_rules.report import Because, Report
from govproj_rules.to_python import Settled
from govproj_rules.views import Views, plain_missing
from govproj_rules.writing import Text

_VARYING: Final = ("who", "because", "unknown", "waiver")
"""The fields of a finding that are not the same for every project."""
_ALIKE: Final = frozenset({"prohibition", "duty", "permission", "competence", "consequence"})
"""The kinds whose view says no more than the rule, the status, and who it is."""
_MOST: Final = 20_000
"""So many texts are kept for one ruleset."""

_Kept = dict[tuple[Any, ...], tuple[str, ...]]


@remembered(64)
def _kept(ruleset: RuleSet) -> dict[str, _Kept]:  # noqa: ARG001  # one for each
    return {"zh": {}, "en": {}}


class Fragments:
    """Writes one report in one language."""

    def __init__(self, maker: Views, lang: str) -> None:
        self.maker = maker
        self.text = Text(lang)
        self.kept = _kept(maker.ruleset)["en" if lang == "en" else "zh"]
        self.waivers = bool(maker.waivers)
        self._parties: dict[str, str] = {}

    def _party(self, role: str) -> str:
        made = self._parties.get(role)
        if made is None:
            made = self._parties[role] = self.text.of(self.maker.party(role))
        return made

    def finding(self, rule: Rule, settled: Settled, decision: Decision) -> str:
        """A finding, with its reasons."""
        key = id(rule), settled, decision.for_
        head, to_because, to_unknown, to_waiver = self.kept.get(key) or self._keep(
            key, self._split(rule, settled, decision)
        )
        of, made, record = self.text.of, self.text.made.get, self.text.record
        because = ", ".join([made(id(one)) or record(one, Because) for one in decision.because])
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
        if rule.kind not in _ALIKE:
            return self.text.of(self.maker.view(decision))
        who: str | None = None
        match rule.outcome:
            case Competence(authority=str() as role) | Consequence(by=str() as role):
                who = self._party(role)
        key = id(rule), decision.status, decision.for_, who
        made = self.kept.get(key) or self._keep(key, (self.text.of(self.maker.view(decision)),))
        return made[0]

    def records(self, made: Iterable[Any]) -> list[str]:
        """Other records of the report."""
        return [self.text.of(one) for one in made]

    def report(self, report: Report, made: Mapping[str, Iterable[str]]) -> str:
        """The whole report, with its lists as text."""
        parts = [
            f'"{one.name}": ' + (f"[{', '.join(made[one.name])}]" if one.name in made
                                 else self.text.of(getattr(report, one.name), one.name))
            for one in fields(report)
        ]  # fmt: skip
        return f"{{{', '.join(parts)}}}"

    def _keep(self, key: tuple[Any, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
        if len(self.kept) >= _MOST:
            self.kept.clear()
        self.kept[key] = parts
        return parts
