"""Every backend decides every project as the definition does: generated ones, the rows under ``meaning/``, all cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from backends import BACKENDS, Decided, decided, definition, facts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import a_world, build, random_table, seeds, some_of, tables
from test_evaluate import all_rows, project_of
from test_evaluate import ruleset as ruleset_of

from govproj_rules import Project, RuleSet, ir, load_ruleset
from govproj_rules.cases import case_files, merged, numbers
from govproj_rules.cases.written import read_cases
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import RATIOS, Facts
from govproj_rules.library import built_in
from govproj_rules.operators import OPERATORS
from govproj_rules.outcomes import KINDS
from govproj_rules.source import parse_yaml
from govproj_rules.to_python import to_python
from govproj_rules.values import TYPES, Duration
from govproj_rules.vocabulary import rules_home

AS_OF = date(2026, 6, 30)
DAYS = st.sampled_from((AS_OF, AS_OF, date(2025, 8, 31), date(2027, 1, 15)))
"""The last lies in a year the working-day calendar does not know."""
PROJECTS = 5  # looked at for each ruleset
STRIDE = {"to_durable": 4}
"""Of every so many cases one, where a backend takes as long as the definition."""

many = settings(
    max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
each_backend = pytest.mark.parametrize("backend", BACKENDS)


def agrees(backend: str, ruleset: RuleSet, facts: Facts) -> None:
    assert decided(backend, ruleset, facts) == definition(ruleset, facts)


def a_project(seed: int, as_of: date) -> Project:
    world = a_world(seed, as_of)
    return Project.model_validate(world.project(some_of(world, seed)))


# --- the same decisions -----------------------------------------------------------------------------


@each_backend
@many
@given(tables(), seeds, DAYS)
def test_on_generated_rulesets_and_projects(backend: str, table: dict[str, Any], seed: int, as_of: date) -> None:
    ruleset = build(table)
    for place in range(PROJECTS):
        agrees(backend, ruleset, facts_of(ruleset, a_project(seed + place, as_of), as_of))


@each_backend
def test_on_every_row_of_the_meaning(backend: str) -> None:
    for param in all_rows():
        file, name, row = param.values
        if "refused" not in row:
            ruleset = ruleset_of(file, name)
            agrees(backend, ruleset, facts_of(ruleset, *project_of(file, name, row)))


@pytest.mark.parametrize("file", case_files([rules_home()]), ids=lambda file: file.stem)
def test_on_every_case(file: Path) -> None:
    for place, (ruleset, facts, expected) in enumerate(cases(file)):
        for backend in BACKENDS:
            if place % STRIDE.get(backend, 1) == 0:
                assert decided(backend, ruleset, facts) == expected, (backend, place)


def cases(file: Path) -> list[tuple[RuleSet, Facts, Decided]]:
    """The cases of a file, each with what the definition says."""
    doc = read_cases(parse_yaml(file.read_text("utf-8"), file.name))
    ruleset = load_ruleset(doc.ruleset)
    found = []
    for case in doc.cases:
        stated = numbers({"name": case.id, **(case.project if case.bare else merged(doc.base, case.project))})
        facts = facts_of(ruleset, Project.model_validate(stated), date.fromisoformat(case.as_of or doc.as_of))
        found.append((ruleset, facts, definition(ruleset, facts)))
    return found


# --- judge: whether rules apply, for a caller that keeps its facts as values --------------------------


def judged(ruleset: RuleSet, facts: Facts) -> None:
    wanted = tuple(decide(rule.applies, Where(facts)).value for rule in ruleset.rules)
    assert to_python(ruleset).judge(facts.values) == wanted


@pytest.mark.parametrize("seed", range(60))
def test_judge_on_values_alone(seed: int) -> None:
    ruleset = build(random_table(seed))
    for place in range(PROJECTS):
        world = a_world(PROJECTS * seed + place, AS_OF)
        plain = {keys: level for keys, level in some_of(world, seed + place).items() if is_plain(keys)}
        judged(ruleset, facts_of(ruleset, Project.model_validate(world.project(plain)), AS_OF))


def is_plain(keys: tuple[str, ...]) -> bool:
    """Whether nothing else follows from a fact."""
    return keys[0] in ("facts", "classified", "kind", "planning", "security") or keys[-1] in (
        "total",
        "estimate",
        "settlement",
    )


@pytest.mark.parametrize("city", built_in())
def test_judge_where_nothing_is_known(city: str) -> None:
    ruleset = load_ruleset(city)
    judged(ruleset, facts_of(ruleset, Project(name="p"), AS_OF))


def test_judge_looks_at_one_change() -> None:
    """Its facts, and its shares as the caller has worked them out."""
    rules = [
        {"id": "ratio", "each": "changes", "when": {"change.ratio": {"at_most": "15%"}}, "duty": {}},
        {"id": "sum", "each": "changes", "when": {"facts.spent": {"at_least": "100万元"}}, "duty": {}},
        {"id": "filed", "each": "changes", "when": {"facts.settled": {"less_than": "2026-01-31"}}, "duty": {}},
    ]
    facts = {
        "cost": "money", "spent": {"type": "money", "is": {"sum_of": ["change.amount", "facts.cost"]}},
        "settled": {"type": "date", "is": {"earliest_of": ["change.filed", "change.reapproved"]}},
    }  # fmt: skip
    program = to_python(build({"facts": facts, "rules": rules}))
    assert program.judge({}) == (None, None, None)
    known = {"change.ratio": Fraction(3, 20), "change.amount": 10**8, "change.filed.date": date(2026, 1, 30)}
    assert program.judge(known) == (True, True, True)
    known = {
        "change.ratio": Fraction(150001, 10**6),
        "change.amount": 10**8 - 1,
        "change.filed.date": date(2026, 1, 31),
    }
    assert program.judge(known) == (False, None, None)


# --- what is generated: the whole language, and every answer ------------------------------------------

_FOLDS = ("sum", "latest", "earliest")
_ASKED = [kind for kind in KINDS if KINDS[kind].obligation]
_USED = {
    *(f"node {node.__name__}" for node in (ir.All, ir.Not, ir.Test, ir.Literal, ir.Fact, ir.Fold)),
    *(f"{how} of {part}" for how in _FOLDS for part in ("Fact", "Fold")),
    *(f"{op} a {side}" for op in ("is", "at_least", "at_most", "includes") for side in ("Literal", "Fact")),
    "at_least a Fold", "at_most a Fold", "a Literal tested",
    *(f"operator {name}" for name in OPERATORS), *(f"type {type_}" for type_ in TYPES), *(f"path {path}" for path in RATIOS),
    *(f"key {key}" for key in ("any", "all", "not", "unless", "instead", "without", "violated_when", "met_when", "then",
                               "then_before", "in_force", "stage", "before", "valid", "moved_to", "regimes", "force")),
    *(f"kind {kind}" for kind in KINDS), *(f"each {kind}" for kind in KINDS if kind != "consequence"),
    *(f"due {form.__name__}" for form in (ir.After, ir.OnDay, ir.OnDate, ir.EveryYear)),
    "due between", "moved when", *(f"shift {years}" for years in (-1, 0, 1)), "before", "before or on the day",
    "follows always", "follows of rules", "follows of kinds", "follows of any", "several rules of one step",
    "several to", "several document", "regime excluded", "regimes 3", "presumed first", "presumed later",
}  # fmt: skip
_ANSWERED = {
    *(f"scope {kind}" for kind in ("applies", "excluded", "presumed")), "no regime",
    *(f"{kind} {status}" for kind in _ASKED for status in ("met", "unmet", "upcoming", "unknown", "not_applicable")),
    *(f"{kind} {status}" for kind in KINDS if kind not in _ASKED for status in ("info", "unknown", "not_applicable")),
    *(f"{kind} late" for kind in ("document", "approval", "duty", "deadline")), *(f"{kind} info" for kind in _ASKED),
    "of a change", "of changes not stated", "of a year",
}  # fmt: skip
_DRAWS = 300


def test_generated_rulesets_use_the_whole_language_and_get_every_answer() -> None:
    used: set[str] = set()
    for seed in range(_DRAWS):
        table = random_table(seed)
        ruleset = build(table)
        used.update(written(table["rules"]), written(table["ruleset"]), lowered(ruleset))
        for place in range(2):
            used.update(answered(ruleset, facts_of(ruleset, a_project(2 * seed + place, AS_OF), AS_OF)))
    assert used >= _USED | _ANSWERED, f"never in {_DRAWS} draws: {sorted((_USED | _ANSWERED) - used)}"


def written(value: Any) -> Iterator[str]:
    """The words of a table: its keys, and its operators."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from (f"key {key}", f"operator {key}")
            yield from (
                f"several {key}" for _ in (1,) if key in ("to", "document") and isinstance(part, list) and len(part) > 1
            )
            yield from written(part)
    elif isinstance(value, list):
        for part in value:
            yield from written(part)


def lowered(ruleset: RuleSet) -> Iterator[str]:
    """The forms of the core in a ruleset."""
    yield f"regimes {len(ruleset.regimes)}"
    yield "presumed first" if ruleset.regimes[0].presume else "presumed later"
    for part in inside((ruleset.regimes, ruleset.rules)):
        match part:
            case ir.Regime(excluded=True):
                yield "regime excluded"
            case ir.Rule():
                yield f"{'each' if part.each else 'kind'} {part.kind}"
                yield from (["several rules of one step"] if part.order and "." in part.id else [])
            case ir.Test(left, op, right):
                yield from (f"type {left.type}", f"{op} a {type(right).__name__}", f"a {type(left).__name__} tested")
            case ir.Fact(path):
                yield f"path {path}"
            case ir.Fold(how, terms):
                yield from (f"{how} of {type(term).__name__}" for term in terms)
            case ir.After(opens=Duration()):
                yield "due between"
            case ir.OnDay(shift=years):
                yield f"shift {years}"
            case ir.Due(moved_to=to, moved_when=when) if to and when != ir.TRUE:
                yield "moved when"
            case ir.Before(same_day=same):
                yield "before or on the day" if same else "before"
            case ir.Consequence():
                of = "of rules" if part.of else "of kinds" if part.kinds else "of any" if part.any else "always"
                yield f"follows {of}"
        yield from (f"node {type(part).__name__}", f"due {type(part).__name__}")


def inside(value: Any) -> Iterator[Any]:
    """Everything a part of the core is made of."""
    if isinstance(value, tuple):
        for part in value:
            yield from inside(part)
    elif is_dataclass(value):
        yield value
        for one in fields(value):
            yield from inside(getattr(value, one.name))


def answered(ruleset: RuleSet, facts: Facts) -> Iterator[str]:
    said = definition(ruleset, facts)
    yield f"scope {said.scope}"
    yield from (["no regime"] if said.regime is None else [])
    kinds = {rule.id: rule for rule in ruleset.rules}
    for id, change, year, status, late, _ in said.rows:
        rule = kinds[id]
        yield f"{rule.kind} {'late' if late else status}"
        yield from (["of a year"] if year else [])
        if rule.each:
            yield "of changes not stated" if change is None else "of a change"
