"""One ruleset of a comparison: its norms by topic, and how it says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from govproj_rules import ir
from govproj_rules.comparing.atoms import Atom, Written, as_written, atoms, regime_rules
from govproj_rules.comparing.relate import Known
from govproj_rules.comparing.sides import Side, side
from govproj_rules.comparison import Cell, Column, Norm
from govproj_rules.ir import Label, Rule, RuleSet
from govproj_rules.report import Party
from govproj_rules.telling.norms import role, tell_norm, tell_regime, tell_when
from govproj_rules.vocabulary import rules_home


def labels(rulesets: Sequence[RuleSet]) -> list[str]:
    """How each is named: by its id, or by its file where two have one id and this is not the built-in one.

    Two readings of one file that has changed between them have the start of their SHA-256 beside it.
    """
    ids = [one.id for one in rulesets]
    made = [called(one) if ids.count(one.id) > 1 else one.id for one in rulesets]
    return [
        f"{name} ({one.sha256[:7]})" if made.count(name) > 1 else name for name, one in zip(made, rulesets, strict=True)
    ]


def called(ruleset: RuleSet) -> str:
    """The file of a ruleset; a built-in one goes by its id."""
    return ruleset.id if Path(ruleset.file).parent == rules_home() else ruleset.file


@dataclass(frozen=True, slots=True)
class _Norms:
    written: tuple[Written, ...]
    atoms: tuple[Atom, ...]


class Text:
    """One ruleset, its norms by topic, and how it says them."""

    def __init__(self, label: str, ruleset: RuleSet) -> None:
        self.label = label
        self.ruleset = ruleset
        self.side: Side = side(ruleset)
        by_topic: dict[str, list[Written]] = {}
        for norm in as_written(ruleset):
            by_topic.setdefault(norm.first.topic, []).append(norm)
        self.norms = {
            topic: _Norms(tuple(norms), tuple(one for norm in norms for one in atoms(norm)))
            for topic, norms in by_topic.items()
        }
        self.regimes = regime_rules(ruleset)

    def column(self) -> Column:
        one = self.ruleset
        name = one.city or Label(one.id, one.id)
        span = {"from": one.in_force_from, "until": one.in_force_until}
        return Column(self.label, one.id, name, one.title, one.status, span, one.sha256)

    def atoms(self, topic: str) -> list[Atom]:
        own = list(self.norms[topic].atoms) if topic in self.norms else []
        return [*(atom for _, atom in self.regimes), *own] if topic == "scope" else own

    @cached_property
    def known(self) -> Known:
        """What this text regulates at all."""
        return Known(atom for norms in self.norms.values() for atom in norms.atoms)

    # --- cells ----------------------------------------------------------------------------------

    def cell(self, topic: str) -> Cell:
        """What this text says on a topic."""
        written = self.norms[topic].written if topic in self.norms else ()
        norms = [self._regime(regime) for regime, _ in self.regimes] if topic == "scope" else []
        norms += [self.norm(one) for one in written]
        if any(not one.hint for one in norms):
            return Cell(self.label, "regulated", norms)
        for rule in self.ruleset.rules:
            duty = rule.outcome
            if isinstance(duty, ir.Duty) and not rule.hint and duty.follow and {"*", topic} & set(duty.where_silent):
                return Cell(self.label, "elsewhere", norms, list(rule.cite), self.article(rule.cite), duty.follow)
        for article in self.ruleset.register.values():
            if topic in article.topics:
                parts = tuple(article.no_rules)
                why = next((reason for reason in article.no_rules.values() if reason), article.gist)
                return Cell(self.label, "without_rules", norms, list(parts), self.article(parts), why)
        return Cell(self.label, "silent", norms)

    def article(self, cite: Sequence[str]) -> Label:
        return self.side.both(lambda tell: tell.cite(cite))

    def norm(self, norm: Written, rules: tuple[Rule, ...] = ()) -> Norm:
        """A rule in a few words, or only some of what it was lowered to."""
        first, rules = norm.first, rules or norm.rules
        when = self.side.both(lambda tell: tell_when(norm.applies, rules, tell))
        return Norm(
            rule=f"{self.ruleset.id}/{norm.id}", kind=first.kind, force=first.force,
            who=Party(first.who, self.side.both(lambda tell: role(first.who, tell))),
            cite=list(first.cite), article=self.article(first.cite), when=when if when.zh else None,
            says=first.title if first.hint else self.side.both(lambda tell: tell_norm(rules, tell)), hint=first.hint,
        )  # fmt: skip

    def _regime(self, regime: ir.Regime) -> Norm:
        return Norm(
            rule=f"{self.ruleset.id}/{regime.id}", kind="scope", force="must",
            who=Party("owner", self.side.both(lambda tell: role("owner", tell))), cite=list(regime.cite),
            article=self.article(regime.cite), when=None, says=self.side.both(lambda tell: tell_regime(regime, tell)),
        )  # fmt: skip
