"""The Rete path: every condition comes out as the definition has it, and durable-rules is kept from its own edges."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import sharing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import STAGES, a_world, build, seeds, some_of, tables
from test_cli import SOURCE
from typer.testing import CliRunner

from govproj_rules import InvalidInput, Project, RuleSet, check, load_project, load_ruleset, record, verify
from govproj_rules.cases import merged, numbers
from govproj_rules.cases.written import CaseDoc, read_cases
from govproj_rules.checking import read_facts
from govproj_rules.cli import app
from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import Facts, Judged
from govproj_rules.ir import All, Deadline, Expr, Fact, Fold, Literal, Not, Op, Rule, Term, any_of
from govproj_rules.ir import Test as Compared
from govproj_rules.library import built_in
from govproj_rules.source import decode, parse_yaml, read_bytes
from govproj_rules.terms import see
from govproj_rules.to_durable import KEPT, Rete, partitions, to_durable
from govproj_rules.to_durable.columns import LIMIT, LONGEST, Amount
from govproj_rules.to_durable.network import LONGEST_GATE, Atom
from govproj_rules.to_durable.sessions import COLUMN_NAMES, MOST_COLUMNS, MOST_RULES, Engine
from govproj_rules.values import NEVER, Duration, Value, parse_date
from govproj_rules.vocabulary import rules_home, vocabulary

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.json"))
AS_OF = date(2026, 6, 30)
STRIDE = 11  # every eleventh shipped case, so that all of them take seconds; primes miss no pattern of the files
PROJECTS = 3  # looked at for each generated ruleset

many = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip


def facts_of(project: Project, ruleset: RuleSet, as_of: date = AS_OF) -> Facts:
    return Facts(project, read_facts(project, ruleset), as_of, ruleset.stages, vocabulary())


def conditions(rule: Rule) -> Iterator[Expr]:
    yield rule.applies
    yield from [] if rule.done is None else [rule.done]
    yield from (way for way, _ in rule.done_dates)
    yield from [rule.outcome.due.moved_when] if isinstance(rule.outcome, Deadline) else []


def defined(ruleset: RuleSet, facts: Facts) -> Judged:
    """What the definition says of every condition."""
    once = [*(one.when for one in ruleset.regimes), *(c for r in ruleset.rules if not r.each for c in conditions(r))]
    each = [c for r in ruleset.rules if r.each for c in conditions(r)]
    places = [None] if facts.changes is None else list(range(facts.changes))
    return {
        **{(id(one), None): decide(one, Where(facts)).value for one in once},
        **{(id(one), place): decide(one, Where(facts, place)).value for place in places for one in each},
    }


def agrees(ruleset: RuleSet, facts: Facts) -> None:
    judged, wanted = to_durable(ruleset).judge(facts), defined(ruleset, facts)
    assert judged == wanted


# --- the shipped rulesets ---------------------------------------------------------------------------


@pytest.mark.parametrize("city", built_in())
def test_every_condition_of_the_shipped_cases_is_as_defined(city: str) -> None:
    path, ruleset = rules_home() / "cases" / f"{city}.yaml", load_ruleset(city)
    doc = read_cases(parse_yaml(decode(read_bytes(path), str(path)), str(path)))

    def project(case: CaseDoc) -> Project:
        stated = case.project if case.bare else merged(doc.base, case.project)
        return Project.model_validate(numbers({"name": case.id, **stated}))

    for case in doc.cases[::STRIDE]:
        agrees(ruleset, facts_of(project(case), ruleset, parse_date(case.as_of or doc.as_of)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_reports_of_the_examples_are_the_same_bytes(path: Path) -> None:
    project = load_project(path)
    ruleset = load_ruleset(str(project.city))
    agrees(ruleset, facts_of(project, ruleset))
    python, durable = (check(project, ruleset, as_of=AS_OF, all=True, engine=one) for one in ("python", "durable"))
    assert python.to_json() == durable.to_json()


def test_the_command_line_prints_the_same_with_either_engine() -> None:
    for format in ("table", "json"):
        printed = [
            CliRunner().invoke(app, ["check", *map(str, EXAMPLES[:4]), "--as-of", str(AS_OF), "--format", format, *engine])
            for engine in ([], ["--engine", "python"], ["--engine", "durable"])
        ]  # fmt: skip
        assert len({(one.exit_code, one.stdout) for one in printed}) == 1
        assert printed[0].exit_code == 1


def test_an_engine_that_there_is_not() -> None:
    result = CliRunner().invoke(app, ["check", str(EXAMPLES[0]), "--engine", "rete"])
    assert result.exit_code == 2
    assert "`rete` is not one of python, durable" in result.stderr
    with pytest.raises(InvalidInput, match="there is no engine `duable`"):
        check(Project(name="p"), load_ruleset("lushan"), as_of=AS_OF, engine="duable")  # type: ignore[arg-type]


# --- generated rulesets and projects ----------------------------------------------------------------


@many
@given(tables(), seeds)
def test_generated_rulesets_are_decided_as_defined(table: dict[str, Any], seed: int) -> None:
    ruleset = build(table)
    for place in range(PROJECTS):
        world = a_world(seed + place, AS_OF)
        project = Project.model_validate(world.project(some_of(world, seed + place)))
        agrees(ruleset, facts_of(project, ruleset))
        python, durable = (check(project, ruleset, as_of=AS_OF, all=True, engine=one) for one in ("python", "durable"))
        assert python.to_json() == durable.to_json()


# Conditions over every type, beyond what the language writes: all operators, facts on both sides, and values at bounds.

SHARES = [Fraction(0), Fraction(3, 20), Fraction(150004, 10**6), Fraction(1, 3), Fraction(1), Fraction(10**7, 3)]
VALUES: dict[str, list[Value]] = {
    "yes_no": [True, False],
    "money": [0, 1, 99, 10**17, 10**17 - 1],
    "percent": SHARES,
    "number": [*SHARES, Fraction(3), Fraction(5, 2)],
    "year": [2025, 2026],
    "date": [AS_OF, date(2026, 7, 1), date(1900, 1, 1), NEVER],
    "duration": [Duration(n, unit) for n in (0, 1, 12) for unit in ("years", "months", "days", "working_days")],
    "one_of": ["a", "ab", "", "?", "=a", 'a"}]', "\\", "{'$m':'c0'}", "中", "\ud800", "\0"],
    "some_of": [frozenset(), frozenset({"a"}), frozenset({"a", "b"})],
}
FACTS = {f"facts.{type_}_{name}": type_ for type_ in VALUES for name in "xy"}
PARTIAL: dict[str, list[Term]] = {  # known only in part, in one way or another
    "date": [
        Fact("events.accepted.date", "date"),
        Fold("latest", (Fact("events.accepted.date", "date"), Fact("facts.date_x", "date")), "date", "l"),
        Fold("earliest", (Fact("events.accepted.date", "date"), Fact("facts.date_x", "date")), "date", "e"),
    ],
    "money": [
        Fact("investment.total", "money"),
        Fold("sum", tuple(Fact(f"facts.money_{name}", "money") for name in "xyxyxy"), "money", "s"),
    ],
    "yes_no": [Fact("events.accepted", "yes_no")],
}
OF_A_CHANGE: dict[str, list[Term]] = {
    "date": [Fact("change.filed.date", "date")],
    "money": [Fact("change.amount", "money")],
    "percent": [Fact("change.ratio", "percent"), Fact("change.cumulative_ratio", "percent")],
    "yes_no": [Fact("change.filed", "yes_no")],
}


def literal(type_: str) -> st.SearchStrategy[Term]:
    return st.sampled_from(VALUES[type_]).map(lambda value: Literal(type_, value))


def term(type_: str, each: bool) -> st.SearchStrategy[Term]:
    stated: list[Term] = [Fact(path, of) for path, of in FACTS.items() if of == type_]
    return st.sampled_from([*stated, *PARTIAL.get(type_, []), *(OF_A_CHANGE.get(type_, []) if each else [])])


@st.composite
def compared(draw: st.DrawFn, each: bool) -> Compared:
    type_ = draw(st.sampled_from(sorted(VALUES)))
    facts, literals = term(type_, each), literal(type_)
    if type_ == "some_of":
        return Compared(draw(facts), "includes", draw(st.one_of(literal("one_of"), term("one_of", each))))
    ops: tuple[Op, ...] = ("is",) if type_ in ("yes_no", "one_of") else ("is", "at_most", "at_least")
    left, right = draw(st.one_of(facts, facts, literals)), draw(st.one_of(literals, facts))
    return Compared(left, draw(st.sampled_from(ops)), right)


def exprs(each: bool) -> st.SearchStrategy[Expr]:
    return st.recursive(
        compared(each),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda parts: All(tuple(parts))),
            st.lists(inner, min_size=1, max_size=4).map(lambda parts: any_of(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=8,
    )


stated = st.fixed_dictionaries(
    {}, optional={path.removeprefix("facts."): st.sampled_from(VALUES[of]) for path, of in FACTS.items()}
)
projects = st.fixed_dictionaries(
    {"name": st.just("p")},
    optional={
        "events": st.sampled_from([{"accepted": True}, {"accepted": False}, {"accepted": str(AS_OF)}]),
        "investment": st.sampled_from([{"without_fees": "1元"}, {"total": "0.99元"}, {"approved_estimate": "1元"},
                                       {"approved_estimate": "3元", "without_fees": "0元"}, {"approved_estimate": "0元"}]),
        "changes": st.lists(st.fixed_dictionaries({}, optional={"amount": st.sampled_from(["0元", "0.99元", "1元"]),
                                                                "filed": st.sampled_from([True, "2026-06-30"])}), max_size=2),
    },
)  # fmt: skip


def of_conditions(*parts: Expr, each: bool = False) -> RuleSet:
    """A ruleset of these conditions, one a rule: made of the core itself, with nothing checked by the language."""
    base = build({"roles": ["data"], "rules": [{"id": "r", "permission": {"act": "adjust", "of": "project"}}]})
    rule = replace(base.rules[0], each="changes" if each else None)
    return replace(base, rules=tuple(replace(rule, id=f"r{n}", applies=part) for n, part in enumerate(parts)))


def facts_with(values: Mapping[str, Value], project: Mapping[str, Any] | None = None) -> Facts:
    return Facts(Project.model_validate(project or {"name": "p"}), values, AS_OF, STAGES, vocabulary())


rulesets = st.booleans().flatmap(
    lambda each: st.lists(exprs(each), min_size=1, max_size=6).map(lambda parts: of_conditions(*parts, each=each))
)


@settings(many, max_examples=150)
@given(rulesets, stated, projects)
def test_conditions_over_every_type_are_decided_as_defined(
    ruleset: RuleSet, values: dict[str, Value], project: dict[str, Any]
) -> None:
    agrees(ruleset, facts_with(values, project))


def test_a_range_of_one_point_is_that_point() -> None:
    """Done by today, and the later of that and today: that is today, whichever day it was."""
    latest = Fold("latest", (Fact("events.accepted.date", "date"), Fact("facts.date_x", "date")), "date", "l")
    today = Literal("date", AS_OF)
    is_today = Compared(latest, "is", today)
    facts = facts_with({"date_x": AS_OF}, {"name": "p", "events": {"accepted": True}})
    ruleset = of_conditions(
        is_today, Not(is_today), Compared(latest, "at_most", today), Compared(latest, "at_least", today)
    )
    assert [to_durable(ruleset).judge(facts)[id(rule.applies), None] for rule in ruleset.rules] == [
        True,
        False,
        True,
        True,
    ]
    agrees(ruleset, facts)


@pytest.mark.parametrize("ratio", [Fraction(149999999999, 10**12), Fraction(3, 20), Fraction(150000000001, 10**12)])
def test_shares_are_exact(ratio: Fraction) -> None:
    limit = Literal("percent", Fraction(3, 20))
    parts = [Compared(Fact("facts.s", "percent"), op, limit) for op in ("at_most", "is", "at_least")]
    ruleset = of_conditions(*parts)
    agrees(ruleset, facts_with({"s": ratio}))


def test_what_is_beyond_the_engines_numbers_still_compares() -> None:
    parts = [
        Compared(Fact("facts.n", "number"), op, Literal("number", Fraction(7))) for op in ("at_most", "at_least", "is")
    ]
    for value in (Fraction(LIMIT), Fraction(2 * LIMIT), Fraction(10**40), Fraction(1, 10**40), Fraction(7)):
        agrees(of_conditions(*parts), facts_with({"n": value}))
        facts = facts_with({"n": value})
        ends = Amount(Fact("facts.n", "number"), 1).read(partial(see, facts=facts))
        assert -LIMIT <= ends.low == ends.high <= LIMIT


# --- the limits of durable-rules --------------------------------------------------------------------


def flag(number: int) -> Compared:
    return Compared(Fact(f"facts.f{number}", "yes_no"), "is", Literal("yes_no", True))


def test_a_ruleset_far_beyond_the_limits_is_split() -> None:
    """600 conditions on facts of their own, 200 of them true at once, and all of them twice."""
    ruleset = of_conditions(*(flag(number) for number in range(600)))
    facts = facts_with({f"f{number}": number < 200 for number in range(500)})
    judged = to_durable(ruleset).judge(facts)
    assert [judged[id(rule.applies), None] for rule in ruleset.rules] == [True] * 200 + [False] * 300 + [None] * 100


@pytest.mark.parametrize("true", [0, 1, 449, 450])
def test_one_condition_of_more_tests_than_one_engine_takes(true: int) -> None:
    flags = tuple(flag(number) for number in range(450))
    words = any_of(tuple(Compared(Fact("facts.w", "one_of"), "is", Literal("one_of", f"w{n}")) for n in range(600)))
    values: dict[str, Value] = {f"f{number}": number < true for number in range(450)}
    for word in ("w599", "x"):
        agrees(of_conditions(All(flags), any_of(flags), Not(All(flags)), words), facts_with({**values, "w": word}))
    agrees(of_conditions(All(flags), any_of(flags), words), facts_with({}))


def test_deeply_nested_conditions() -> None:
    deep: Expr = flag(0)
    for number in range(1, 60):
        deep = All((flag(number), Not(deep))) if number % 2 else any_of((flag(number), deep))
    for last in (0, 30, 59, 60):
        agrees(of_conditions(deep), facts_with({f"f{number}": True for number in range(last)}))


def test_many_true_branches_inside_each_other_fire_once() -> None:
    """Ten choices of six true branches each are sixty million combinations to an engine that fires for every one."""
    choices = tuple(any_of(tuple(flag(6 * place + branch) for branch in range(6))) for place in range(10))
    agrees(of_conditions(All(choices), Not(All(choices))), facts_with({f"f{number}": True for number in range(60)}))


def test_an_engine_at_its_limits() -> None:
    """As many rules as one takes, all of them true, with as many columns, each name known to it apart."""
    columns = {number: number for number in range(MOST_COLUMNS)}
    rules = [frozenset(Atom(one, "$gte", one) for one in range(MOST_COLUMNS) if one % MOST_RULES != place) for place in range(MOST_RULES)]  # fmt: skip
    fired: list[int] = []
    Engine(rules, columns).run(list(range(MOST_COLUMNS)), fired.append)
    assert sorted(fired) == list(range(MOST_RULES))


def test_the_engine_knows_the_names_of_columns_apart() -> None:
    def fnv(name: str) -> int:
        made = 0x811C9DC5
        for byte in name.encode():
            made = (made ^ byte) * 16777619 % 2**32
        return made

    own = ["sid", "id", "last", "m", "all", "any", "$s", "$forward", "$and", "$or", "$lt", "$lte", "$gt", "$gte", "$eq",
           "$neq", "$mt", "$imt", "$iall", "$iany", "$ex", "$nex", "$m", "$i", "$add", "$sub", "$mul", "$div"]  # fmt: skip
    assert len({fnv(name) for name in (*COLUMN_NAMES, *own)}) == len(COLUMN_NAMES) + len(own)
    assert LONGEST_GATE <= MOST_COLUMNS


# --- sessions ---------------------------------------------------------------------------------------


def engines(rete: Rete) -> list[Engine]:
    return [part._engine for program in (rete._project, rete._change) for part in program._partitions]


def alive(rete: Rete) -> int:
    """How many sessions its engines hold."""
    return sum(_holds_one(engine) for engine in engines(rete))


def _holds_one(engine: Engine) -> bool:
    try:
        engine._native.get_state(engine._handle, "1")
    except Exception as error:
        if "309" in str(error):  # there is no such session
            return False
        raise
    return True


def small() -> tuple[RuleSet, list[tuple[Facts, bool | None]]]:
    ruleset = of_conditions(any_of((flag(0), flag(1))))
    given: list[tuple[dict[str, Value], bool | None]] = [
        ({"f0": True}, True),
        ({"f0": False, "f1": False}, False),
        ({}, None),
    ]
    return ruleset, [(facts_with(values), wanted) for values, wanted in given]


def test_it_is_safe_to_share_between_threads() -> None:
    ruleset, given = small()
    threads = 8
    barrier = Barrier(threads)
    built = []

    def run(number: int) -> None:
        barrier.wait()
        rete = to_durable(ruleset)
        built.append(rete)
        for turn in range(60):
            facts, wanted = given[(number + turn) % len(given)]
            assert list(rete.judge(facts).values())[-1] is wanted

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(threads)))
    assert len({id(one) for one in built}) == 1
    assert alive(built[0]) == 0


def test_a_process_is_forked_while_no_session_is_open() -> None:
    """Else the new process would wait for the lock of a thread it does not have, and inherit an open session."""
    call = [sys.executable, sharing.__file__, "durable", "lushan"]
    made = subprocess.run(call, env=os.environ | {"PYTHONPATH": SOURCE}, capture_output=True, check=True, timeout=120)
    wanted = sharing.hashed("lushan", sharing.projects("lushan")[0])
    assert set(json.loads(made.stdout)) == {wanted}


def test_records_of_both_engines() -> None:
    """They differ in the name of the engine only, and each is reproduced by the other."""
    project, ruleset = load_project(EXAMPLES[0]), load_ruleset(str(load_project(EXAMPLES[0]).city))
    python, durable = (
        record(check(project, ruleset, as_of=AS_OF, engine=engine), project, engine=engine)
        for engine in ("python", "durable")
    )
    keys = {"engine", "sha256"}
    assert {key for key, part in python.to_dict().items() if part != durable.to_dict()[key]} == keys
    assert verify(durable).reproduced
    crossed = verify(durable, engine="python")
    assert crossed.reproduced
    assert [(one.part, one.how) for one in crossed.differences] == [("engine", "name")]


def test_one_session_is_open_at_a_time() -> None:
    engine = Engine([frozenset({Atom(0, "$eq", 1)})], {0: 0})
    entered, go = Event(), Event()

    def wait(place: int) -> None:
        entered.set()
        assert go.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(engine.run, [1], wait)
        assert entered.wait(10)
        fired: list[int] = []
        second = pool.submit(engine.run, [1], fired.append)
        with pytest.raises(TimeoutError):
            second.result(0.05)
        assert not fired
        go.set()
        first.result(10)
        second.result(10)
    assert fired == [0]


def test_two_thousand_checks_leave_nothing_behind() -> None:
    ruleset, given = small()
    rete = to_durable(ruleset)
    memory = []
    for turn in range(2_000):
        facts, wanted = given[turn % len(given)]
        assert list(rete.judge(facts).values())[-1] is wanted
        if turn in (500, 1_999):
            assert alive(rete) == 0
            memory.append(resident())
    assert memory[1] - memory[0] < 2_000_000


def resident() -> int:
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


def test_what_an_action_raises_surfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset, given = small()
    rete = to_durable(ruleset)
    facts, wanted = given[1]
    run = Engine.run

    def broken(self: Engine, told: Any, act: Any) -> None:
        def fail(place: int) -> None:
            raise ZeroDivisionError(place)

        run(self, told, fail)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "run", broken)
        with pytest.raises(ZeroDivisionError):
            rete.judge(facts)
    assert alive(rete) == 0
    assert list(rete.judge(facts).values())[-1] is wanted


@pytest.mark.parametrize("fault", ["raises", "fires nothing"])
def test_an_error_of_the_engine_surfaces_and_the_next_project_is_right(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine([frozenset({Atom(0, "$eq", 1)})], {0: 0})
    native = engine._native

    class Faulty:
        create_ruleset = staticmethod(native.create_ruleset)
        delete_ruleset = staticmethod(native.delete_ruleset)

        @staticmethod
        def assert_fact(handle: int, message: str) -> tuple[int, int]:
            made: tuple[int, int] = native.assert_fact(handle, message)
            if fault == "raises":
                raise RuntimeError("error code: 303")
            return 2, made[1]

    with monkeypatch.context() as patch:
        patch.setattr(engine, "_native", Faulty)
        with pytest.raises(RuntimeError, match="303" if fault == "raises" else "result 2"):
            engine.run([1], print)
    fired: list[int] = []
    engine.run([1], fired.append)
    assert fired == [0]


def test_rulesets_stay_compiled_the_last_few_of_them() -> None:
    first = of_conditions(flag(0))
    rete = to_durable(first)
    assert to_durable(first) is rete
    for _ in range(KEPT):
        to_durable(of_conditions(flag(0)))
    assert to_durable(first) is not rete


# --- refusals ---------------------------------------------------------------------------------------


def test_what_it_cannot_carry_is_refused_by_name_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("an engine was made")

    monkeypatch.setattr(partitions, "Engine", never)
    huge = Compared(Fact("facts.n", "number"), "at_most", Literal("number", Fraction(LIMIT)))
    long = Compared(Fact("facts.w", "one_of"), "is", Literal("one_of", "中" * LONGEST))
    change = Compared(Fact("change.filed", "yes_no"), "is", Literal("yes_no", True))
    with pytest.raises(InvalidInput) as caught:
        to_durable(of_conditions(flag(0), All((flag(0), Not(huge))), long, change))
    assert [(one.code, one.message.removeprefix("durable-rules cannot decide ")) for one in caught.value.problems] == [
        ("not-for-durable", f"the rule `r1`: the number {LIMIT} does not fit the engine's whole numbers"),
        ("not-for-durable", "the rule `r2`: a word is too long for the engine"),
        ("not-for-durable", "the rule `r3`: it reads a change and is not decided for each"),
    ]
    assert all(one.help == "use the engine `python`" for one in caught.value.problems)


def test_a_number_too_fine_for_it_is_refused_in_a_ruleset_as_written() -> None:
    table = {"roles": ["data"], "facts": {"n": "number"}, "rules": [
        {"id": "fine", "when": {"facts.n": {"at_most": "123456789012345.123456789012"}}, "permission": {"act": "adjust", "of": "project"}}]}  # fmt: skip
    ruleset = build(table)
    with pytest.raises(InvalidInput, match="cannot decide the rule `fine`"):
        check(Project(name="p"), ruleset, as_of=AS_OF, engine="durable")
    assert check(Project(name="p"), ruleset, as_of=AS_OF).verdict


def test_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(InvalidInput) as caught:
        check(Project(name="p"), of_conditions(flag(0)), as_of=AS_OF, engine="durable")
    (problem,) = caught.value.problems
    assert problem.code == "no-durable-rules"
    assert "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable-rules==2.0.28" in str(problem.help)
    assert "C compiler" in str(problem.help)
    result = CliRunner().invoke(app, ["check", *map(str, EXAMPLES[:2]), "--engine", "durable"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("durable-rules, which is not installed") == 1
    assert str(EXAMPLES[0]) not in result.stderr


def test_words_of_a_file_stay_words() -> None:
    """Whatever a word is made of, it is compared, and becomes no part of a rule."""
    words = VALUES["one_of"]
    parts = [Compared(Fact("facts.w", "one_of"), "is", Literal("one_of", word)) for word in words]
    ruleset = of_conditions(*parts)
    for word in words:
        judged = to_durable(ruleset).judge(facts_with({"w": word}))
        assert [judged[id(part), None] for part in parts] == [one == word for one in words], json.dumps(word)
