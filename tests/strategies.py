"""Small rulesets and projects: built from a few written lines, or generated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from govproj_rules.ir import RuleSet
from govproj_rules.library import read_ruleset
from govproj_rules.vocabulary import vocabulary

STAGES = (
    "planning", "application", "review", "approval", "budget", "procurement", "construction", "acceptance",
    "operation", "evaluation",
)  # fmt: skip


def text(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def _fact(name: str, written: object) -> dict[str, Any]:
    fact: dict[str, Any] = {"type": written} if isinstance(written, str) else dict(written)  # type: ignore[call-overload]
    if isinstance(fact.get("options"), list):
        fact["options"] = {word: text(word) for word in fact["options"]}
    if "is" not in fact or "cases" in fact["is"]:
        fact.setdefault("ask", text(name))
    return {**text(name), **fact}


def _rule(written: Mapping[str, Any]) -> dict[str, Any]:
    if "flow" not in written:
        return {"cite": "1", "topic": "scope", "title": text(written["id"]), **written}
    flow = dict(written["flow"])
    steps = [{"cite": "1", "title": text(step["id"]), **step} for step in flow.pop("steps")]
    return {"flow": {"id": "flow", "topic": "scope", **flow, "steps": steps}}


def written(table: Mapping[str, Any]) -> bytes:
    """A ruleset file: everything a table leaves out is filled in."""
    regimes = table.get("regimes") or [{"id": "full", "presume": True}]
    roles = table.get("roles") or vocabulary().roles
    made = {
        "ruleset": "tiny", "title": text("tiny"), "issuer": text("tiny"), "status": "in_force", "stages": list(STAGES),
        "authorities": {role: text(role) for role in roles}, "register": {"1": {"gist": text("all")}},
        **table.get("ruleset", {}),
        "regimes": [{"cite": "1", **regime} for regime in regimes],
        "facts": {name: _fact(name, fact) for name, fact in table.get("facts", {}).items()},
        "rules": [_rule(rule) for rule in table["rules"]],
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False).encode()


def build(table: Mapping[str, Any]) -> RuleSet:
    """The ruleset of a table."""
    return read_ruleset(written(table), "tiny.yaml")


# --- generated rulesets -----------------------------------------------------------------------------

EVENTS = ("approved", "contract_signed", "contract_filed", "construction_started", "construction_completed", "accepted")
DOCUMENTS = ("budget", "contract")
FACTS: dict[str, Any] = {
    "a": "yes_no",
    "b": "yes_no",
    "c": "yes_no",
    "day": "date",
    "both": {"type": "yes_no", "is": {"when": {"facts.a": True, "facts.b": True}}},
    "tier": {"type": "one_of", "options": ["low", "high"], "is": {"cases": [
        {"when": {"facts.a": True}, "is": "low"}, {"when": {"facts.c": True}, "is": "high"}]}},
    "latest": {"type": "date", "is": {"latest_of": ["events.construction_completed", "facts.day"]}},
    "earliest": {"type": "date", "is": {"earliest_of": ["events.contract_signed", "facts.day"]}},
    "sum": {"type": "money", "is": {"sum_of": ["investment.estimate", "investment.settlement"]}},
}  # fmt: skip
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
AMOUNTS = ("0元", "40万元", "100万元", "100.01万元", "200万元")
Levels = dict[tuple[str, ...], int]

events = st.sampled_from(EVENTS)
documents = st.sampled_from(DOCUMENTS)
days = st.dates(FIRST, LAST).map(str)
yes_no = st.booleans()
amounts = st.sampled_from(AMOUNTS)
orders = st.sampled_from(("at_least", "at_most", "more_than", "less_than"))
periods = st.sampled_from(("10 working_days", "30 days", "6 months", "1 years"))


def _one(key: st.SearchStrategy[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(key, value).map(lambda pair: {pair[0]: pair[1]})


def _keys(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


_ATOMS = st.one_of(
    _one(_keys("facts.a", "facts.b", "facts.c", "facts.both", "classified"), yes_no),
    _one(events.map("events.{}".format), yes_no),
    _one(documents.map("documents.{}".format), yes_no),
    _one(_keys("documents.budget.approved"), yes_no),
    _one(_keys("facts.tier"), _keys("low", "high")),
    _one(_keys("investment.total", "facts.sum"), _one(orders, amounts)),
    _one(_keys("facts.latest", "facts.earliest", "events.accepted.date"), _one(orders, days)),
    _one(_keys("kind"), st.sampled_from(({"includes": "upgrade"}, {"includes_any": ["upgrade", "new_build"]}))),
    st.just({"events.contract_signed.date": {"at_most": {"fact": "facts.day"}}}),
)
_CHANGE_ATOMS = st.one_of(
    _one(_keys("change.main_content", "change.filed"), yes_no),
    _one(_keys("change.ratio", "change.cumulative_ratio"), _one(orders, _keys("15%", "50%"))),
)


def _guards(atoms: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3),
            _one(_keys("any", "all"), st.lists(inner, min_size=1, max_size=3)),
            _one(_keys("not", "unless"), inner),
        ),
        max_leaves=4,
    )


guards = _guards(_ATOMS)
change_guards = _guards(st.one_of(_ATOMS, _CHANGE_ATOMS))


def _some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def _all(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(keys)


@st.composite
def deadlines(draw: st.DrawFn) -> dict[str, Any]:
    form = draw(st.integers(0, 4))
    made: dict[str, Any] = {"event": draw(events)}
    if form == 0:
        made |= {"after": draw(events), "within": draw(periods)}
    elif form == 1:
        made |= {"after": draw(events), "between": ["3 months", "9 months"]}
    elif form == 2:
        made |= {"by": "11-30", "in": {draw(_keys("year_before", "same_year_as", "year_after")): "planning.plan_year"}}
    elif form == 3:
        made |= {"by": draw(_keys("facts.day", "facts.latest", "facts.earliest"))}
    else:
        return made | {
            "by": "06-30",
            "every": "year",
            "from": "construction_started",
            "until": "construction_completed",
        }
    moved = st.one_of(_keys("facts.day", "facts.latest"), _all(to=_keys("facts.day"), when=guards))
    return made | draw(_some(moved_to=moved))


@st.composite
def outcomes(draw: st.DrawFn, each: bool, names: tuple[str, ...]) -> dict[str, Any]:
    conditions = change_guards if each else guards
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "document": st.fixed_dictionaries(
            {"document": st.one_of(documents, st.just(list(DOCUMENTS)))},
            optional={"to": st.sampled_from((["data"], ["data", "finance"])),
                      "instead": _all(documents=st.just(["feasibility_study"]), when=conditions)},
        ),
        "approval": st.fixed_dictionaries(
            {"act": st.just("approve"), "by": st.just("data"),
             "event": st.one_of(events, _keys("documents.budget.approved", *(["change.filed"] if each else [])))},
            optional={"valid": _all(**{"for": _keys("12 months", "30 days"), "used_by": events})},
        ),
        "prohibition": st.one_of(
            _all(violated_when=conditions),
            _all(event=events, without=st.lists(st.one_of(events, _keys("documents.budget", "documents.budget.approved",
                                                                         "facts.a")), min_size=1, max_size=2, unique=True)),
        ),
        "duty": st.one_of(_all(met_when=conditions), st.just({})),
        "deadline": deadlines(),
        "permission": st.just({"act": "adjust", "of": "project", "then": {"act": "file", "by": "data", "event": "contract_filed"}}),
        "competence": st.just({"authority": "data", "matter": "project_approval"}),
    }  # fmt: skip
    if names and not each:
        kinds["consequence"] = st.fixed_dictionaries({"effect": st.just("no_om_funds")}, optional={
            "of": st.one_of(st.just("any"), st.sampled_from(names), st.just({"kinds": ["duty", "deadline"]}))})  # fmt: skip
    kind = draw(st.sampled_from(sorted(kinds)))
    return {kind: draw(kinds[kind])}


@st.composite
def rules(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    if draw(st.integers(0, 7)) == 0:
        steps = draw(st.lists(st.tuples(events, _some(when=guards)), min_size=2, max_size=3))
        made = [
            {"id": f"r{len(names)}-{place}", **keys,
             "approval": {"act": "approve", "by": "data", "event": event}}
            for place, (event, keys) in enumerate(steps)
        ]  # fmt: skip
        return {"flow": {"steps": made, **draw(_some(then_before=events, when=guards))}}
    each = draw(st.integers(0, 4)) == 0
    outcome = draw(outcomes(each, names))
    keys: dict[str, st.SearchStrategy[Any]] = {
        "when": change_guards if each else guards,
        "unless": change_guards if each else guards,
        "force": st.sampled_from(("must", "in_principle", "may")),
        "who": st.sampled_from(("owner", "data")),
    }
    if not {"permission", "competence", "consequence"} & set(outcome):
        keys["stage"] = st.sampled_from(STAGES)
        keys["before"] = st.one_of(events, _all(event=events, same_day=yes_no))
    return {"id": f"r{len(names)}", **draw(_some(**keys)), **({"each": "changes"} if each else {}), **outcome}


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """A small ruleset over the language."""
    made: list[dict[str, Any]] = []
    names: tuple[str, ...] = ()
    for _ in range(draw(st.integers(1, 5))):
        rule = draw(rules(names))
        made.append(rule)
        names = (*names, rule["id"] if "id" in rule else rule["flow"]["steps"][0]["id"])
    regimes = [{"id": "full", "presume": True}]
    if draw(st.integers(0, 3)) == 0:
        regimes.insert(0, {"id": "classified", "excluded": True, "when": {"classified": True}})
    ruleset = draw(_some(in_force=st.just({"from": "2025-01-01"})))
    return {"roles": ["data", "finance"], "facts": FACTS, "regimes": regimes, "rules": made, "ruleset": ruleset}


# --- generated projects: a world in which everything is known, and how much of it is stated ---------


@dataclass(frozen=True)
class World:
    """Each leaf of a project with its ways of stating it, from nothing (None) to everything."""

    leaves: dict[tuple[str, ...], tuple[Any, ...]]
    changes: int

    def project(self, levels: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
        """The project that states of each leaf as much as ``levels`` says."""
        made: dict[str, Any] = {"name": "p"}
        if levels.get(("changes",)):
            made["changes"] = [{} for _ in range(self.changes)]
        for keys, ways in self.leaves.items():
            value = ways[min(levels.get(keys, 0), len(ways) - 1)]
            if value is None or keys == ("changes",):
                continue
            if keys[0] == "changes":
                if "changes" in made:
                    made["changes"][int(keys[1])][keys[2]] = value
                continue
            place = made
            for key in keys[:-1]:
                place = place.setdefault(key, {})
            place[keys[-1]] = value
        return made


def _day(dice: Random, last: date = LAST) -> date:
    return FIRST + timedelta(days=dice.randint(0, (last - FIRST).days))


def _dates(dice: Random, as_of: date) -> tuple[Any, ...]:
    """The ways to state when something happened."""
    found = sorted({_day(dice) for _ in range(dice.choice((0, 1, 1, 1, 2)))})
    if not found:
        return None, False
    stated: Any = str(found[0]) if len(found) == 1 else [str(day) for day in found]
    return None, found[0] <= as_of, stated


def _paper(dice: Random, as_of: date) -> tuple[Any, ...]:
    if dice.random() < 0.3:
        return None, False
    day = {"date": str(_day(dice, as_of))}
    _, happened, *when = _dates(dice, as_of)
    known = {**day, "approved": when[0] if when else happened}
    sent = {"to": [role for role in ("data", "finance") if dice.random() < 0.6]}
    return None, True, day, {**day, "approved": happened}, known, {**known, **sent}


def a_world(seed: int, as_of: date) -> World:
    """A project about which everything is known."""
    dice = Random(seed)
    yes = (None, dice.choice((True, False)))
    leaves: dict[tuple[str, ...], tuple[Any, ...]] = {("events", event): _dates(dice, as_of) for event in EVENTS}
    happened = [STAGES.index(vocabulary().events[keys[1]].stage) for keys, ways in leaves.items() if ways[1]]
    for document in (*DOCUMENTS, "feasibility_study"):
        leaves["documents", document] = _paper(dice, as_of)
    for fact in ("a", "b", "c"):
        leaves["facts", fact] = (None, dice.choice((True, False)))
    leaves["facts", "day"] = (None, str(_day(dice)))
    leaves["facts", "tier"] = (None, dice.choice(("low", "high")))
    leaves["classified",] = yes
    leaves["kind",] = (None, dice.choice((["upgrade"], ["new_build", "operations"], [])))
    leaves["planning", "plan_year"] = (None, dice.randint(FIRST.year, LAST.year))
    for amount in ("estimate", "settlement", "approved_estimate", "total"):
        leaves["investment", amount] = (None, dice.choice(AMOUNTS))
    leaves["stage",] = (None, STAGES[dice.randint(max(happened, default=0), len(STAGES) - 1)])
    changes = dice.randint(0, 2)
    leaves["changes",] = (None, changes)
    for place in range(changes):
        where = ("changes", str(place))
        leaves[*where, "amount"] = (None, dice.choice(AMOUNTS))
        leaves[*where, "main_content"] = (None, dice.choice((True, False)))
        leaves[*where, "filed"] = _dates(dice, as_of)
    return World(leaves, changes)


def some_of(world: World, seed: int) -> Levels:
    """How much of a world is stated: from nearly everything to nearly nothing."""
    dice = Random(seed)
    hidden = dice.choice((0.05, 0.1, 0.2, 0.4, 0.8))
    return {
        keys: dice.randrange(len(ways) - 1) if dice.random() < hidden else len(ways) - 1
        for keys, ways in world.leaves.items()
    }


def more_of(world: World, stated: Levels, seed: int) -> Levels:
    """The same, with some of the rest stated too."""
    dice = Random(seed)
    share = dice.choice((0.2, 0.5, 1))
    return {
        keys: dice.randint(stated[keys] + 1, len(ways) - 1) if stated[keys] < len(ways) - 1 and dice.random() < share
        else stated[keys]
        for keys, ways in world.leaves.items()
    }  # fmt: skip


seeds = st.integers(0, 2**32)
