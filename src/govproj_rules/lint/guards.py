"""Rules that can never apply, or never come out one way; regimes that never govern; tiers with gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from govproj_rules.errors import Problem, quote
from govproj_rules.ir import All, Approval, Expr, Fact, Literal, Not, Regime, Rule, RuleSet, Test, Tier, all_of, any_of
from govproj_rules.lint.opened import Opened
from govproj_rules.lint.ranges import Region, regions, spans
from govproj_rules.outcomes import KINDS
from govproj_rules.possible import Impossible, impossible


def never(opened: Opened) -> Iterator[Problem]:
    """Regimes that never govern, and rules that never apply, are never met or never unmet."""
    ruleset = opened.ruleset
    for place, regime in enumerate(ruleset.regimes):
        if why := impossible(governs(ruleset, regime)):
            said = f"the regime {quote(regime.id)} never governs a project: it contradicts itself or those before it{_on(why)}"
            yield opened.problem(("regimes", place), "never-applies", said, "the first regime that holds governs")
    for name, rules in opened.lowered.items():
        keys = opened.places[name]
        if why := impossible(any_of(tuple(rule.applies for rule in rules))):
            said = f"the rule {quote(name)} can never apply: its conditions contradict each other{_on(why)}"
            yield opened.problem(
                keys, "never-applies", said, "read `all` and `any` again, and the computed facts it reads"
            )
            continue
        if why := impossible(_scope(ruleset, rules[0]), any_of(tuple(rule.applies for rule in rules))):
            said = f"the rule {quote(name)} can never apply: its conditions contradict its regime{_on(why)}"
            yield opened.problem(keys, "never-applies", said, "give it `regimes:`, or change its guard")
            continue
        told: set[str] = set()
        for rule in rules:
            told.update(_stuck(rule))
        for said in sorted(told):
            yield opened.problem(keys, "one-way", said, "compare what it asks with when it applies")


def _on(why: Impossible) -> str:
    return f" on {', '.join(quote(path) for path in why.on[:3])}" if why.on else ""


def governs(ruleset: RuleSet, regime: Regime) -> Expr:
    """That a regime is the first to hold."""
    before = ruleset.regimes[: ruleset.regimes.index(regime)]
    return all_of(regime.when, *(Not(one.when) for one in before))


def _scope(ruleset: RuleSet, rule: Rule) -> Expr:
    """That one of a rule's regimes governs."""
    return any_of(tuple(governs(ruleset, regime) for regime in ruleset.regimes if regime.id in rule.regimes))


def _stuck(rule: Rule) -> Iterator[str]:
    """Which way a rule never comes out, if there is one."""
    if rule.done is None or not KINDS[rule.kind].obligation or impossible(rule.applies):
        return
    name, broken = quote(rule.base_id), rule.kind == "prohibition"
    if impossible(rule.applies, rule.done):
        yield f"the rule {name} {'is always broken' if broken else 'can never be met'} where it applies"
    late = rule.before is not None or rule.kind == "deadline"
    expires = isinstance(rule.outcome, Approval) and rule.outcome.valid_for is not None
    if not late and not expires and impossible(rule.applies, Not(rule.done)):
        yield f"the rule {name} can never be {'broken' if broken else 'unmet'} where it applies"


# --- tiers ------------------------------------------------------------------------------------------


def tiers(opened: Opened) -> Iterator[Problem]:
    """What of a range no rule of its tiers takes, and what several take."""
    for place, tier in enumerate(opened.ruleset.tiers):
        guards = {
            name: any_of(tuple(all_of(_scope(opened.ruleset, rule), rule.applies) for rule in opened.lowered[name]))
            for name in tier.rules
        }
        found = regions(_cuts(tier, guards.values()), tier.at_least or Fraction(0))
        keys = ("tiers", place, "rules")
        free = [not any(_takes(guard, tier, region) for guard in guards.values()) for region in found]
        for span in spans(tier.type, found, free):
            said = f"nothing for {span} of {quote(tier.fact)}"
            yield opened.problem(
                keys, "tier-gap", said, "say in a guard to whom it belongs, or start higher with `at_least`"
            )
        for one, other in combinations(tier.rules, 2):
            both = [_takes(all_of(guards[one], guards[other]), tier, region) for region in found]
            for span in spans(tier.type, found, both):
                said = f"{span} of {quote(tier.fact)} belongs to both {quote(one)} and {quote(other)}"
                yield opened.problem(
                    keys, "tier-overlap", said, "以上 and 以下 include the number, 不满 and 超过 do not"
                )


def _takes(guard: Expr, tier: Tier, region: Region) -> bool:
    """Whether a guard can hold for some value of a region."""
    fact = Fact(tier.fact, tier.type)

    def test(op: str, value: object) -> Expr:
        return Test(fact, op, Literal(tier.type, value))  # type: ignore[arg-type]  # one of the four

    if region.high == region.low:
        return impossible(guard, test("is", region.low)) is None
    above: list[Expr] = [Not(test("at_most", region.low))]
    below: list[Expr] = [] if region.high is None else [Not(test("at_least", region.high))]
    return impossible(guard, *above, *below) is None


def _cuts(tier: Tier, guards: Iterable[Expr]) -> set[Fraction]:
    """Every value the fact is compared with."""
    found: set[Fraction] = set()
    waiting = list(guards)
    while waiting:
        match waiting.pop():
            case All(parts):
                waiting.extend(parts)
            case Not(part):
                waiting.append(part)
            case Test(Fact(path), _, Literal(_, value)) if path == tier.fact:
                found.add(Fraction(value))
            case _:
                pass
    return found
