"""Small rulesets and projects: built from a few written lines, or generated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from govproj_rules.ir import RuleSet
from govproj_rules.library import read_ruleset
from govproj_rules.operators import OPERATORS, Operator
from govproj_rules.outcomes import KINDS
from govproj_rules.periods import add
from govproj_rules.values import parse_duration, parse_money
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


# --- generated rulesets: the words they are made of -------------------------------------------------

EVENTS = ("approved", "contract_signed", "contract_filed", "construction_started", "construction_completed", "accepted")
DOCUMENTS = ("budget", "contract")
ALL_DOCUMENTS = (*DOCUMENTS, "feasibility_study")
XYZ = {"type": "one_of", "options": ["x", "y", "z"]}
FACTS: dict[str, Any] = {
    "a": "yes_no", "b": "yes_no", "c": "yes_no", "cost": "money", "share": "percent", "cap": "percent", "count": "number",
    "weight": "number", "year": "year", "day": "date", "other_day": "date", "period": "duration", "term": "duration",
    "word": XYZ, "choice": XYZ, "words": {**XYZ, "type": "some_of"},
    "both": {"type": "yes_no", "is": {"when": {"facts.a": True, "facts.b": True}}},
    "either": {"type": "yes_no", "is": {"when": {"any": [{"facts.both": True}, {"facts.c": False}]}}},
    "tier": {**XYZ, "is": {"cases": [{"when": {"facts.a": True}, "is": "x"}, {"when": {"facts.c": True}, "is": "y"}]}},
    "limit": {"type": "money", "is": {"cases": [
        {"when": {"facts.a": True}, "is": "100万元"}, {"when": {"facts.c": True}, "is": {"fact": "facts.sum"}}]}},
    "latest": {"type": "date", "is": {"latest_of": ["events.construction_completed", "facts.day"]}},
    "earliest": {"type": "date", "is": {"earliest_of": ["events.contract_signed", "facts.day"]}},
    "last": {"type": "date", "is": {"latest_of": ["facts.earliest", "documents.contract", "accepted"]}},
    "sum": {"type": "money", "is": {"sum_of": ["investment.estimate", "investment.settlement"]}},
    "all_in": {"type": "money", "is": {"sum_of": ["facts.sum", "investment.total"]}},
    "own": {"type": "yes_no", "is": {"when": {"change.main_content": True, "change.ratio": {"at_most": "15%"}}}},
    "spent": {"type": "money", "is": {"sum_of": ["change.amount", "facts.cost"]}},
    "settled": {"type": "date", "is": {"earliest_of": ["change.filed", "change.reapproved", "facts.latest"]}},
}  # fmt: skip
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
IN_FORCE = date(2025, 1, 1)
DAYS = ("2024-12-31", "2025-01-01", "2025-08-31", "2026-01-31", "2026-06-30", "2026-07-01")
"""Days that something turns on: the first one in force, ends of months, the day asked about; and the day beside."""
AMOUNTS = ("0元", "15万元", "40万元", "999999.99元", "100万元", "1000000.01元", "200万元")
PERIODS = ("10 working_days", "30 days", "6 months", "1 years")
WINDOWS = (["30 days", "60 days"], ["3 months", "9 months"], ["6 months", "1 years"])
Levels = dict[tuple[str, ...], int]

_HAPPENED = tuple(f"events.{event}" for event in EVENTS)
_THERE = tuple(f"documents.{document}" for document in DOCUMENTS)
_DATED = tuple(f"{path}.date" for path in (*_HAPPENED[:2], *_THERE, "events.accepted", "documents.budget.approved"))
_PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("facts.a", "facts.b", "facts.c", "facts.both", "facts.either", "classified", *_HAPPENED, *_THERE,
               "documents.budget.approved"),
    "money": ("investment.total", "investment.estimate", "facts.cost", "facts.sum", "facts.all_in", "facts.limit"),
    "percent": ("facts.share", "facts.cap"),
    "number": ("facts.count", "facts.weight", "security.level"),
    "year": ("facts.year", "planning.plan_year"),
    "date": (*_DATED, "facts.day", "facts.other_day", "facts.latest", "facts.earliest", "facts.last"),
    "duration": ("facts.period", "facts.term"),
    "one_of": ("facts.word", "facts.choice", "facts.tier"),
    "some_of": ("facts.words", "kind", "documents.budget.to", "documents.budget.sections"),
}  # fmt: skip
_OF_CHANGE: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("change.main_content", "change.filed", "change.reapproved", "facts.own"),
    "money": ("change.amount", "change.total_after", "facts.spent"),
    "percent": ("change.ratio", "change.cumulative_ratio", "change.total_after_ratio"),
    "date": ("change.date", "change.filed.date", "facts.settled"),
    "some_of": ("change.grounds",),
}
_VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "yes_no": (True, False), "money": AMOUNTS, "percent": ("0%", "15%", "15.0001%", "50%", "100%"),
    "number": ("0", "2", "2.5", "3"), "year": ("2024", "2025", "2026"), "date": DAYS,
    "duration": ("20 days", "30 days", "6 months", "1 years", "12 months"), "one_of": ("x", "y", "z"),
    "facts.words": ("x", "y", "z"), "kind": ("upgrade", "new_build"), "documents.budget.to": ("data", "finance"),
    "documents.budget.sections": ("basis", "background"), "change.grounds": ("superior_decision", "business_development"),
}  # fmt: skip
"""What a fact is compared with: by its type, or by its path where it has words of its own. In order."""
_COMPUTED = {"facts.both", "facts.either", "facts.own", "facts.tier", "facts.limit"}
"""No operands: they are no terms."""
_TYPES = (*("yes_no",) * 6, *("date",) * 3, *("money",) * 2, *_PATHS)
_TYPES_OF_CHANGE = (*("percent",) * 3, *_OF_CHANGE)
_DECIDED = (*("yes_no",) * 4, "money", "number", "one_of", "some_of")
"""Types whose tests are always decided once all is stated."""

Pick = Callable[[Sequence[Any]], Any]
"""Chooses one of several: by hypothesis, which shrinks towards the first, or by chance."""


def _chance(pick: Pick, of: int) -> bool:
    return bool(pick((False,) * (of - 1) + (True,)))


def _some(pick: Pick, **keys: Callable[[], Any]) -> dict[str, Any]:
    """Half of some keys."""
    return {key: make() for key, make in keys.items() if _chance(pick, 2)}


def _several(pick: Pick, make: Callable[[], Any], most: int) -> list[Any]:
    return [make() for _ in range(pick(range(1, most + 1)))]


def _distinct(pick: Pick, words: Sequence[str], most: int) -> list[str]:
    return list(dict.fromkeys(_several(pick, lambda: pick(words), most)))


# --- conditions -------------------------------------------------------------------------------------


def _a_test(pick: Pick, types: Sequence[str], paths: Mapping[str, tuple[str, ...]], each: bool) -> dict[str, Any]:
    """A test of one fact, by any operator for its type, with values or (``each``: of the change too) other facts."""
    type_ = pick(types)
    path = pick(paths[type_])
    row = pick([row for row in OPERATORS.values() if type_ in row.types])
    operand = _operand(pick, row, type_, path, each)
    short = row.name == "is" and not isinstance(operand, dict) and _chance(pick, 2)
    return {path: operand if short else {row.name: operand}}


def _operand(pick: Pick, row: Operator, type_: str, path: str, each: bool) -> Any:
    values = _VALUES.get(path) or _VALUES[type_]
    paths = (*_PATHS[type_], *(_OF_CHANGE.get(type_, ()) if each else ()))
    others = [other for other in paths if other not in (path, *_COMPUTED)]
    if type_ == "some_of":
        others = ["facts.word", "facts.choice"] if path == "facts.words" else []
    if path in _COMPUTED and type_ == "yes_no":
        others = []

    def one() -> Any:
        return {"fact": pick(others)} if others and _chance(pick, 4) else pick(values)

    match row.operands:
        case "one":
            return one()
        case "two":
            return [pick(values), {"fact": pick(others)}] if _chance(pick, 3) else pick(_between(type_))
        case "many":
            return _several(pick, one, 3)


def _between(type_: str) -> list[list[str]]:
    """Ascending pairs."""
    if type_ == "duration":
        return [["20 days", "30 days"], ["6 months", "1 years"]]
    return [list(pair) for pair in pairwise(_VALUES[type_])]


def _condition(pick: Pick, test: Callable[[], Any], depth: int = 2) -> Any:
    """A test, or conditions nested in each other."""

    def inner() -> Any:
        return _condition(pick, test, depth - 1)

    match pick(("test", "test", "test", "list", "any", "all", "not", "unless")) if depth else "test":
        case "test":
            return test()
        case "list":
            return _several(pick, inner, 3)
        case "any" | "all" as word:
            return {word: _several(pick, inner, 3)}
        case word:
            return {word: inner()}


def a_guard(pick: Pick, each: bool = False) -> Any:
    def test() -> Any:
        if each and _chance(pick, 2):
            return _a_test(pick, _TYPES_OF_CHANGE, _OF_CHANGE, each)
        return _a_test(pick, _TYPES, _PATHS, each)

    return _condition(pick, test)


# --- outcomes: one function a kind ------------------------------------------------------------------

_ANCHORS = (*EVENTS, "facts.day", "facts.latest", "facts.last", "documents.contract")
Body = dict[str, Any]


def _document(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    def instead() -> Body:
        others = pick(("feasibility_study", ["feasibility_study", "contract"]))
        return {"documents": others, **_some(pick, when=lambda: a_guard(pick, each))}

    to = (["data"], ["data", "finance"])
    return {"document": pick((*DOCUMENTS, list(DOCUMENTS))), **_some(pick, to=lambda: pick(to), instead=instead)}


def _moment(pick: Pick, each: bool) -> str:
    """What completes an outcome."""
    found: str = pick(
        ("change.filed", "change.reapproved") if each and _chance(pick, 2) else (*EVENTS, "documents.budget.approved")
    )
    return found


def _approval(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    valid = _some(pick, valid=lambda: {"for": pick(PERIODS), "used_by": pick(EVENTS)})
    return {"act": "approve", "by": "data", "event": _moment(pick, each), **valid}


def _prohibition(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    if _chance(pick, 2):
        return {"violated_when": a_guard(pick, each)}
    first = (*EVENTS, "documents.budget", "documents.budget.approved", "facts.a", "facts.both")
    without = _distinct(pick, first, 2)
    return {"event": _moment(pick, each), "without": without[0] if len(without) == 1 else without}


def _duty(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    match pick(("state", "day", "reminder")):
        case "state":
            return {"met_when": a_guard(pick, each)}
        case "day":
            return {"met_when": _several(pick, lambda: {pick(_HAPPENED): True}, 2)}
        case _:
            return {}


def _deadline(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    anchors = (*_ANCHORS, *(("change.date", "change.filed") * 3 if each else ()))
    form = pick(("within", "between", "by in", "by a date", "by every year"))
    made: Body = {"event": _moment(pick, each)}
    match form:
        case "within":
            made |= {"after": pick(anchors), "within": pick(PERIODS)}
        case "between":
            made |= {"after": pick(anchors), "between": pick(WINDOWS)}
        case "by in":
            year = pick(("year_before", "same_year_as", "year_after"))
            made |= {"by": pick(("06-30", "11-30")), "in": {year: pick(("planning.plan_year", "facts.year"))}}
        case "by a date":
            made |= {"by": pick(anchors)}
        case _:
            first, last = pick(("construction_started", *anchors)), pick(("construction_completed", *anchors))
            return made | {"by": pick(("01-01", "06-30")), "every": "year", "from": first, "until": last}
    match pick(("stays", "moved", "moved when")):
        case "moved":
            made["moved_to"] = pick(anchors)
        case "moved when":
            made["moved_to"] = {"to": pick(anchors), "when": a_guard(pick, each)}
    return made


def _permission(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    then = _some(pick, then=lambda: {"act": "file", "by": "data", "event": _moment(pick, each)})
    return {"act": "adjust", "of": "project", **then}


def _consequence(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    of = ["any", {"kinds": ["duty", "deadline"]}]
    if names:
        of += [pick(names), _distinct(pick, names, 3)]
    return {"effect": "no_om_funds", **_some(pick, of=lambda: pick(of))}


def _competence(pick: Pick, each: bool, names: Sequence[str]) -> Body:
    return {"authority": "data", "matter": "project_approval"}


_BODIES: Final[Mapping[str, Callable[[Pick, bool, Sequence[str]], Body]]] = {
    "document": _document, "approval": _approval, "prohibition": _prohibition, "duty": _duty, "deadline": _deadline,
    "permission": _permission, "consequence": _consequence, "competence": _competence,
}  # fmt: skip
_CHECKED = [kind for kind in KINDS if KINDS[kind].obligation]
_DRAWN = (*_CHECKED, "deadline", *_CHECKED, *KINDS)


# --- rules ------------------------------------------------------------------------------------------


def _a_flow(pick: Pick, id: str) -> Body:
    """Steps in order, of which some may not apply and some have no event."""
    kinds = ("approval", "approval", "approval", "duty", "document", "prohibition", "deadline")
    steps: list[Body] = []
    for place in range(pick((2, 3))):
        kind = pick(kinds)
        steps.append(
            {"id": f"{id}-{place}", **_some(pick, when=lambda: a_guard(pick)), kind: _BODIES[kind](pick, False, ())}
        )
    return {"steps": steps, **_some(pick, then_before=lambda: pick(EVENTS), when=lambda: a_guard(pick))}


def _a_rule(pick: Pick, names: Sequence[str], regimes: Sequence[str]) -> Body:
    id = f"r{len(names)}"
    belongs = _some(pick, regimes=lambda: pick([[one] for one in regimes] + [list(regimes)])) if regimes else {}
    if _chance(pick, 8):
        return {"flow": {**_a_flow(pick, id), **belongs}}
    kind = pick(_DRAWN)
    each = kind != "consequence" and _chance(pick, 4)
    keys: dict[str, Callable[[], Any]] = {
        "when": lambda: a_guard(pick, each),
        "unless": lambda: a_guard(pick, each),
        "force": lambda: pick(("must", "in_principle", "may")),
        "who": lambda: pick(("owner", "data")),
    }
    if kind in _CHECKED:
        keys["stage"] = lambda: pick((*STAGES, "change"))
        keys["before"] = lambda: pick((pick(EVENTS), {"event": pick(EVENTS), "same_day": _chance(pick, 2)}))
    outcome = {kind: _BODIES[kind](pick, each, names)}
    return {"id": id, **_some(pick, **keys), **({"each": "changes"} if each else {}), **belongs, **outcome}


_FULL: Final[Body] = {"id": "full", "presume": True}
_REGIMES: Final[tuple[tuple[Body, ...], ...]] = (
    (_FULL,), (_FULL,), (_FULL,),
    ({"id": "classified", "excluded": True, "when": {"classified": True}}, _FULL),
    ({"id": "light", "when": ...}, _FULL),
    ({"id": "out", "excluded": True, "when": ...}, {"id": "light", "when": ...}, {**_FULL, "when": ...}),
    ({**_FULL, "when": ...}, {"id": "light", "when": ...}),
)  # fmt: skip
"""``...``: any condition."""


def a_table(pick: Pick) -> dict[str, Any]:
    """A small ruleset over the whole language."""
    regimes = [
        {**regime, "when": _condition(pick, lambda: _a_test(pick, _DECIDED, _PATHS, False))}
        if regime.get("when") is ...
        else regime
        for regime in pick(_REGIMES)
    ]
    governing = [regime["id"] for regime in regimes if not regime.get("excluded")]
    made: list[Body] = []
    names: list[str] = []
    for _ in range(pick(range(1, 6))):
        made.append(_a_rule(pick, names, governing if len(governing) > 1 else ()))
        names += _names(made[-1])
    ruleset = _some(pick, in_force=lambda: {"from": str(IN_FORCE)})
    return {"roles": ["data", "finance"], "facts": FACTS, "regimes": regimes, "rules": made, "ruleset": ruleset}


def _names(rule: Mapping[str, Any]) -> list[str]:
    """What a consequence may follow from."""
    if "flow" in rule:
        return [step["id"] for step in rule["flow"]["steps"]]
    return [rule["id"], f"{rule['id']}.then"] if rule.get("permission", {}).get("then") else [rule["id"]]


def _drawn(draw: st.DrawFn) -> Pick:
    return lambda options: draw(st.sampled_from(options))


def random_table(seed: int) -> dict[str, Any]:
    """:func:`a_table` by chance: evenly over the language, and fast."""
    return a_table(Random(seed).choice)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """:func:`a_table`, shrinking to a smaller one."""
    return a_table(_drawn(draw))


@st.composite
def guards(draw: st.DrawFn) -> Any:
    return a_guard(_drawn(draw))


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


class _Dice(Random):
    """Draws what a project is like; half of all projects have their days close to each other's bounds."""

    def __init__(self, seed: int, as_of: date) -> None:
        super().__init__(seed)
        self.as_of = as_of
        self.base = date.fromisoformat(self.choice(DAYS)) if self.random() < 0.5 else None

    def day(self, last: date = LAST) -> date:
        if self.base is None:
            return min(FIRST + timedelta(days=self.randint(0, (LAST - FIRST).days)), last)
        day = self.base
        if self.random() < 0.6:
            day = add(day, parse_duration(self.choice((*PERIODS, "60 days", "3 months", "9 months"))))
        return min(day + timedelta(days=self.choice((0, 0, 0, -1, 1))), last)

    def days(self, last: date = LAST) -> list[date]:
        return sorted({self.day(last) for _ in range(self.choice((0, 1, 1, 1, 2, 3)))})

    def some(self, *words: str) -> list[str]:
        return [word for word in words if self.random() < 0.5]

    def value(self, type_: str) -> Any:
        if type_ == "date":
            return str(self.day())
        return self.some("x", "y", "z") if type_ == "some_of" else self.choice(_VALUES[type_])

    def dates(self) -> tuple[Any, ...]:
        """The ways to state when something happened."""
        found = self.days()
        if not found:
            return None, False
        stated: Any = str(found[0]) if len(found) == 1 else [str(day) for day in found]
        return None, found[0] <= self.as_of, stated

    def paper(self) -> tuple[Any, ...]:
        """The ways to state a document, which may be none, or one of a day to come."""
        if self.random() < 0.3:
            return None, False, *(() if self.random() < 0.5 else ({"date": str(self.as_of + timedelta(days=1))},))
        day = {"date": str(self.day(self.as_of))}
        _, happened, *when = self.dates()
        known = {**day, "approved": when[0] if when else happened}
        sent = {"to": self.some("data", "finance"), "sections": self.some("basis", "background")}
        return None, True, day, {**day, "approved": happened}, known, {**known, **sent}

    def papers(self) -> tuple[Any, ...]:
        """The ways to state all documents at once: a list, then all about each."""
        made = {document: self.paper() for document in ALL_DOCUMENTS}
        return None, [name for name, ways in made.items() if ways[1]], {name: ways[-1] for name, ways in made.items()}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}元"


def a_world(seed: int, as_of: date) -> World:
    """A project about which everything is known."""
    dice = _Dice(seed, as_of)
    leaves: dict[tuple[str, ...], tuple[Any, ...]] = {("events", event): dice.dates() for event in EVENTS}
    happened = [STAGES.index(vocabulary().events[keys[1]].stage) for keys, ways in leaves.items() if ways[1]]
    if dice.random() < 0.2:
        leaves["documents",] = dice.papers()
    else:
        leaves |= {("documents", document): dice.paper() for document in ALL_DOCUMENTS}
    for name, fact in FACTS.items():
        computed = {} if isinstance(fact, str) else fact.get("is", {})
        if not computed or "cases" in computed:  # what is computed by cases is stated where none is true
            leaves["facts", name] = (None, dice.value(fact if isinstance(fact, str) else fact["type"]))
    leaves["classified",] = (None, dice.choice((True, False)))
    leaves["kind",] = (None, dice.choice((["upgrade"], ["new_build", "operations"], [])))
    leaves["security", "level"] = (None, dice.randint(1, 5))
    leaves["planning", "plan_year"] = (None, dice.randint(FIRST.year, LAST.year))
    for amount in ("estimate", "settlement", "approved_estimate"):
        leaves["investment", amount] = (None, dice.choice(AMOUNTS))
    _investment(dice, leaves)
    leaves["stage",] = (None, STAGES[dice.randint(max(happened, default=0), len(STAGES) - 1)])
    changes = dice.randint(0, 3)
    leaves["changes",] = (None, changes)
    for place, day in enumerate(sorted(dice.day() for _ in range(changes))):
        where = ("changes", str(place))
        leaves[*where, "date"] = (None, str(day))
        for amount in ("amount", "total_after"):
            leaves[*where, amount] = (None, dice.choice((*AMOUNTS, "149999.99元", "150000.01元")))
        leaves[*where, "main_content"] = (None, dice.choice((True, False)))
        leaves[*where, "grounds"] = (None, dice.some("superior_decision", "business_development"))
        leaves[*where, "filed"] = dice.dates()
        leaves[*where, "reapproved"] = dice.dates()
    return World(leaves, changes)


FEES = ("supervision", "testing", "security_assessment", "acceptance")


def _investment(dice: _Dice, leaves: dict[tuple[str, ...], tuple[Any, ...]]) -> None:
    """The total, and often what it is made of."""
    total = parse_money(dice.choice(AMOUNTS))
    leaves["investment", "total"] = (None, _yuan(total))
    if dice.random() < 0.4:
        return
    fees = [dice.choice((0, total // 10)) for _ in FEES]
    leaves["investment", "without_fees"] = (None, _yuan(total - sum(fees)))
    for fee, amount in zip(FEES, fees, strict=True):
        leaves["investment", "fees", fee] = (None, _yuan(amount))


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
