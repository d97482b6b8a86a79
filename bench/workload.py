"""Generated rules and projects, the same every time: what is measured, and what tests hold the engines to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, assert_never

from bench.conditions import Condition, Every, Kind, Opposite, Some, Test
from govproj_rules.ir import RuleSet
from govproj_rules.library import read_ruleset

SEED = 20240101
UNKNOWN = 0.3
WORDS = ("province", "city", "county", "district", "township", "village", "park", "port")
SHARES: tuple[tuple[Kind, float], ...] = (("money", 0.3), ("number", 0.2), ("yes_no", 0.3), ("one_of", 0.2))
STAGES = ["planning", "application", "review", "approval", "budget", "procurement", "construction", "acceptance",
          "operation", "evaluation"]  # fmt: skip
FEN = 1_000_000
"""分 in one 万元."""

Project = dict[str, Any]
"""The stated facts of one project; amounts are integers of 分."""


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    when: Condition
    done: Test
    """What the rule demands, where a ruleset is to demand anything."""


@dataclass(frozen=True)
class Workload:
    """Rules, the facts they read, and projects that state some of those."""

    facts: dict[str, Kind]
    rules: list[Rule]
    projects: list[Project] = field(repr=False)


def generate(rules: int = 40, facts: int = 40, projects: int = 240, seed: int = SEED) -> Workload:
    """``rules`` rules over ``facts`` facts; each project leaves out the same share of the facts, chosen anew."""
    dice = Random(seed)
    names = _facts(facts)
    made = [Rule(f"rule-{place:05}", _condition(dice, names), _test(dice, names)) for place in range(1, rules + 1)]
    stated = facts - round(facts * UNKNOWN)
    return Workload(names, made, [_project(dice, names, stated) for _ in range(projects)])


def _facts(count: int) -> dict[str, Kind]:
    names: dict[str, Kind] = {}
    for kind, share in SHARES:
        names |= {f"{kind}_{place:04}": kind for place in range(1, max(1, round(count * share)) + 1)}
    return names


def _project(dice: Random, facts: dict[str, Kind], stated: int) -> Project:
    known = set(dice.sample(sorted(facts), stated))
    return {name: _value(dice, kind) for name, kind in facts.items() if name in known}


def _value(dice: Random, kind: Kind) -> Any:
    match kind:
        case "money":
            return dice.randrange(5000) * FEN + dice.choice((0, 0, dice.randrange(FEN)))
        case "number":
            return dice.randrange(100)
        case "yes_no":
            return dice.random() < 0.5
        case "one_of":
            return dice.choice(WORDS)
        case _:
            assert_never(kind)


def _test(dice: Random, facts: dict[str, Kind]) -> Test:
    name = dice.choice(list(facts))
    match kind := facts[name]:
        case "money":
            return Test(name, kind, dice.choice(("at_least", "at_most")), dice.randrange(5, 46) * 100 * FEN)
        case "number":
            return Test(name, kind, dice.choice(("at_least", "at_most")), dice.randrange(10, 91))
        case "yes_no":
            return Test(name, kind, "is", dice.random() < 0.5)
        case "one_of" if dice.random() < 0.5:
            return Test(name, kind, "is", dice.choice(WORDS))
        case "one_of":
            return Test(name, kind, "in", tuple(dice.sample(WORDS, dice.randint(2, 4))))
        case _:
            assert_never(kind)


def _condition(dice: Random, facts: dict[str, Kind]) -> Condition:
    """Two to four tests; every fourth rule or so has alternatives, as many a negation."""
    parts: list[Condition] = [_test(dice, facts) for _ in range(dice.randint(2, 4))]
    if dice.random() < 0.3:
        parts = [*parts[:-2], Some(tuple(parts[-2:]))]
    if dice.random() < 0.3:
        parts[-1] = Opposite(parts[-1])
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


# --- the same as a ruleset file ---------------------------------------------------------------------


def stated(kind: Kind, value: Any) -> Any:
    """A value as people write it in a project or a ruleset."""
    return f"{value // 100}.{value % 100:02}元" if kind == "money" else value


def guard(condition: Condition) -> dict[str, Any]:
    """A condition in the rule language."""
    match condition:
        case Test(fact, kind, "is", value):
            return {f"facts.{fact}": stated(kind, value)}
        case Test(fact, kind, op, value):
            return {f"facts.{fact}": {op: list(value) if op == "in" else stated(kind, value)}}
        case Every(parts):
            guards = [guard(part) for part in parts]
            together = {key: test for one in guards for key, test in one.items()}
            return together if len(together) == len(guards) else {"all": guards}
        case Some(parts):
            return {"any": [guard(part) for part in parts]}
        case Opposite(part):
            return {"not": guard(part)}
        case _:
            assert_never(condition)


def _text(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def _fact(name: str, kind: Kind) -> dict[str, Any]:
    options = {"options": {word: _text(word) for word in WORDS}} if kind == "one_of" else {}
    return {"type": kind, **_text(name), "ask": _text(name), **options}


def written(workload: Workload, demanding: bool = False) -> bytes:
    """The ruleset file of a workload: reminders, or (``demanding``) duties that a fact fulfils."""
    duty: Callable[[Rule], Any] = lambda rule: {"met_when": guard(rule.done)} if demanding else {}  # noqa: E731
    made = {
        "ruleset": "generated", "title": _text("generated"), "issuer": _text("nobody"), "status": "in_force",
        "stages": STAGES, "authorities": {}, "register": {"1": {"gist": _text("all")}},
        "regimes": [{"id": "full", "presume": True, "cite": "1"}],
        "facts": {name: _fact(name, kind) for name, kind in workload.facts.items()},
        "rules": [
            {"id": rule.id, "cite": "1", "topic": "scope", "title": _text(rule.id), "when": guard(rule.when),
             "duty": duty(rule)}
            for rule in workload.rules
        ],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False).encode()


def ruleset(workload: Workload, demanding: bool = False) -> RuleSet:
    """The ruleset of a workload, read as any other."""
    return read_ruleset(written(workload, demanding), "generated.yaml")
