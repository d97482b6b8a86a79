"""What changed between two standings, with the reasons of what changed and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govproj_rules.checking import counts_of
from govproj_rules.compiled import remembered
from govproj_rules.evaluate import Decision, decide_rule
from govproj_rules.evaluate.consequences import Grounds, follow
from govproj_rules.facts import Facts
from govproj_rules.ir import Rule, RuleSet
from govproj_rules.report import Finding, ProjectInfo
from govproj_rules.sessions.deciding import Row, Standing
from govproj_rules.sessions.records import Changes, FindingChange, Move, Outcome, State
from govproj_rules.views import Views, plain_missing

Key = tuple[str, str | None]
OPEN = ("unmet", "unknown")


def state_of(ruleset: RuleSet, facts: Facts, standing: Standing) -> State:
    """How the project stands, in short."""
    return State(
        _info(facts), ruleset.id, facts.as_of, standing.scope, standing.regime, standing.verdict,
        _counts(standing, _rules(ruleset)), list(standing.waivers),
    )  # fmt: skip


def changes_of(ruleset: RuleSet, facts: Facts, old: Standing, new: Standing) -> Changes:
    """The findings of which status, lateness, last day or waiver differ; in the order of the ruleset."""
    rules = _rules(ruleset)
    was, now = ({(row.rule, row.for_): row for row in standing.rows} for standing in (old, new))
    order = {name: place for place, name in enumerate(rules)}
    keys = [
        key for key in dict.fromkeys((*now, *was)) if was.get(key) is not now.get(key) and was.get(key) != now.get(key)
    ]
    keys.sort(key=lambda key: order[key[0]])
    why = _Reasons(ruleset, facts, new, rules)
    maker = Views(ruleset, facts.project, facts)
    found = [
        FindingChange(_outcome(was.get(key)), _outcome(now.get(key)), why.finding(key, now.get(key), maker))
        for key in keys
    ]
    decisions = [made for key in keys if key in now and (made := why.decision(key)) is not None]
    lists = maker.lists(decisions)
    return Changes(
        _info(facts), ruleset.id, facts.as_of, Move(old.verdict, new.verdict), Move(old.scope, new.scope),
        Move(old.regime, new.regime), _counts(new, rules), found,
        lists["documents"], lists["approvals"], lists["deadlines"], [one for one in new.waivers if one not in old.waivers],
    )  # fmt: skip


_Rules = Mapping[str, Sequence[Rule]]
"""Rules by name: the members of one list share theirs."""


@remembered(64)
def _rules(ruleset: RuleSet) -> _Rules:
    made: dict[str, list[Rule]] = {}
    for rule in ruleset.rules:
        made.setdefault(rule.id, []).append(rule)
    return made


def _info(facts: Facts) -> ProjectInfo:
    return ProjectInfo(facts.project.id, facts.project.name)


def _outcome(row: Row | None) -> Outcome | None:
    return Outcome(row.status, row.late, row.due, row.waiver) if row else None


def _counts(standing: Standing, rules: _Rules) -> dict[str, int]:
    return counts_of(((rules[row.rule][0], row.status) for row in standing.rows), (row.waiver for row in standing.rows))


class _Reasons:
    """The definition's decisions, each made when it is asked for."""

    def __init__(self, ruleset: RuleSet, facts: Facts, standing: Standing, rules: _Rules) -> None:
        self.ruleset, self.facts, self.standing, self.rules = ruleset, facts, standing, rules
        self._made: dict[str, dict[str | None, Decision]] = {}
        self._grounds: Grounds | None = None

    def decision(self, key: Key) -> Decision | None:
        """The decision of a finding; None where the rule is not asked of this project at all."""
        name, for_ = key
        if name not in self._made:
            governed = self.standing.scope != "excluded"
            asked = [rule for rule in self.rules[name] if governed and self.standing.regime in rule.regimes]
            self._made[name] = {one.for_: one for rule in asked for one in self._decide(rule)}
        return self._made[name].get(for_)

    def _decide(self, rule: Rule) -> Iterable[Decision]:
        return (self._follow(rule),) if rule.kind == "consequence" else decide_rule(rule, self.facts, self.ruleset)

    def _follow(self, rule: Rule) -> Decision:
        if self._grounds is None:  # what is neither unmet nor unknown is no ground, and leaves none open
            names = dict.fromkeys(row.rule for row in self.standing.rows if row.status in OPEN)
            kept = [rule for name in names for rule in self.rules[name] if rule.kind != "consequence"]
            self._grounds = Grounds([one for each in kept for one in decide_rule(each, self.facts, self.ruleset)])
        return follow(rule, self.facts, self._grounds)

    def finding(self, key: Key, row: Row | None, maker: Views) -> Finding:
        """The finding as it is now; one that is gone does not apply."""
        decision = self.decision(key)
        made = maker.finding(
            self.rules[key[0]][0], key[1], row.status if row else "not_applicable", row.late if row else False,
            decision.checked if decision else False,
        )  # fmt: skip
        made.because = decision.because if decision else []
        made.unknown = [plain_missing(one) for one in decision.missing] if decision and row else []
        return made
