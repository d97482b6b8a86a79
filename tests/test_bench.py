"""The measurements themselves are no tests; that they measure the right thing is."""

from __future__ import annotations

import ast
from itertools import product
from operator import not_
from pathlib import Path
from typing import Any

import pytest
from intake.asked import fetched

from bench import vectors
from bench.__main__ import PARTS
from bench.conditions import Condition, Every, Opposite, Some, Sure, Test, all_tests, surely, ways
from bench.engines import ENGINES, YARDSTICK, durable_rules, json_logic, openfisca, rego, yardstick, zen
from bench.growth import cost, exponent
from bench.install import pinned
from bench.memory import table, watch
from bench.peers import FAILED, ROOT, Verdict, measure, ratio, truth, verdict, wrong
from bench.projects import Drawn, make, write_lines
from bench.startup import CORE, SCREEN
from bench.tables import COMMAND, Part, Table, markdown, page, plain, shown
from bench.workload import UNKNOWN, Workload, generate, guard, ruleset
from govproj_rules.flat import PROJECTS
from govproj_rules.intake import BESIDE, take_in
from govproj_rules.library import load_ruleset

SMALL = generate(rules=60, facts=20, projects=60)


def test_the_workload_is_the_same_every_time() -> None:
    assert generate(rules=5, projects=3) == generate(rules=5, projects=3)
    assert generate(rules=5, projects=3) != generate(rules=5, projects=3, seed=1)


def test_forty_rules_over_forty_facts_three_in_ten_unknown() -> None:
    work = generate()
    assert (len(work.rules), len(work.facts)) == (40, 40)
    assert {len(project) for project in work.projects} == {round(40 * (1 - UNKNOWN))}
    found = [test for rule in work.rules for test in all_tests(rule.when)]
    assert {(test.kind, test.op) for test in found} >= {
        ("money", "at_least"), ("money", "at_most"), ("number", "at_least"), ("number", "at_most"), ("yes_no", "is"),
        ("one_of", "is"), ("one_of", "in"),
    }  # fmt: skip
    assert all(2 <= len(all_tests(rule.when)) <= 4 for rule in work.rules)
    written = str([guard(rule.when) for rule in work.rules])
    assert "'any'" in written
    assert "'not'" in written


def test_definition_and_yardstick_agree() -> None:
    assert wrong(YARDSTICK, SMALL) == 0
    fired = [rule for rules in truth(SMALL) for rule in rules]
    assert len(set(fired)) > len(SMALL.rules) / 2  # not because nothing ever holds


def test_a_wrong_engine_is_found() -> None:
    blind = SMALL.rules[0]
    text = yardstick.source(SMALL).replace(f"append('{blind.id}')", "append('rule-99999')")
    module: dict[str, Any] = {}
    exec(text, module)
    got = [set(module["decide"](project)) for project in SMALL.projects]
    assert sum(len(one ^ right) for one, right in zip(got, truth(SMALL), strict=True)) > 0


# --- conditions -------------------------------------------------------------------------------------

A, B, C = (Test(name, "yes_no", "is", True) for name in "abc")
Facts = dict[str, bool | None]


def kleene(condition: Condition, facts: Facts) -> bool | None:
    match condition:
        case Test(fact, _, _, value):
            return None if facts[fact] is None else facts[fact] == value
        case Opposite(part):
            inner = kleene(part, facts)
            return None if inner is None else not inner
        case Every(parts):
            found = [kleene(part, facts) for part in parts]
            return False if False in found else None if None in found else True
        case Some(parts):
            found = [kleene(part, facts) for part in parts]
            return True if True in found else None if None in found else False


def plainly(sure: Sure, facts: Facts) -> bool:
    match sure:
        case Test(fact, _, _, value):
            return facts[fact] is not None and facts[fact] == value
        case Every(parts):
            return all(plainly(part, facts) for part in parts)
        case Some(parts):
            return any(plainly(part, facts) for part in parts)


@pytest.mark.parametrize(
    "condition",
    [
        Opposite(Every((A, B, Opposite(C)))),
        Every((Some((A, B)), Opposite(Some((B, C))))),
        Opposite(Opposite(Some((Every((A, Opposite(B))), C)))),
    ],
)
def test_surely_and_ways_mean_the_same_as_three_values(condition: Condition) -> None:
    sure = surely(condition)
    for a, b, c in product((True, False, None), repeat=3):
        facts: Facts = {"a": a, "b": b, "c": c}
        expected = kleene(condition, facts) is True
        assert plainly(sure, facts) is expected
        assert any(plainly(Every(way), facts) for way in ways(sure)) is expected


def test_every_engine_has_the_workload_in_its_own_form() -> None:
    assert rego.module(SMALL).count("fired contains") == sum(len(ways(surely(rule.when))) for rule in SMALL.rules)
    assert len(zen.graph(SMALL)["nodes"]) == 3
    assert json_logic.rule_of(surely(Every((A, B))))["and"]
    parts = durable_rules.rulesets(SMALL, lambda _: print)
    names = {name.split(".")[0] for part in parts.values() for name in part} - {durable_rules.ALWAYS}
    assert names == {rule.id for rule in SMALL.rules}


# --- many projects ----------------------------------------------------------------------------------


class Words:
    """Its members are their own names."""

    def __getattr__(self, name: str) -> str:
        return name


def by_openfisca(workload: Workload, told: bool) -> int:
    """Rules that the formulas decide wrongly, of one project at a time, in plain Python."""
    defaults: dict[str, Any] = {"money": 0, "number": 0, "yes_no": False, "one_of": "not_stated"}
    wrong = 0
    for stated, right in zip(workload.projects, truth(workload), strict=True):
        values = {name: defaults[kind] for name, kind in workload.facts.items()} | stated
        values |= {name: values[name] / openfisca.FEN for name, kind in workload.facts.items() if kind == "money"}
        values |= {openfisca.has(name): name in stated for name in workload.facts}
        names = {"project": lambda name, _, values=values: values[name], "period": None, "not_": not_, "Word": Words()}
        for rule in workload.rules:
            text = openfisca.formula(surely(rule.when) if told else rule.when, told)
            wrong += bool(eval(text, names)) is not (rule.id in right)
    return wrong


def test_openfisca_has_the_same_rules() -> None:
    assert by_openfisca(SMALL, told=True) == 0
    assert by_openfisca(SMALL, told=False) > 0  # what nobody stated is nought
    for told in (False, True):
        names = [
            node.name for node in ast.walk(ast.parse(openfisca.source(SMALL, told))) if isinstance(node, ast.ClassDef)
        ]
        assert len(names) == len(set(names)) == 1 + len(SMALL.facts) * (1 + told) + len(SMALL.rules)
        assert set(names) >= {openfisca.variable(rule.id) for rule in SMALL.rules}


def test_the_ruleset_and_sql_by_hand_agree_with_the_definition(tmp_path: Path) -> None:
    made, judged = vectors.run(200, 1, tmp_path)
    assert {name: judged.wrong[name] for name in (vectors.OWN, vectors.OWN + vectors.HELD)} == dict.fromkeys(
        judged.wrong, 0
    )
    assert judged.beside_definition == 0 < judged.unknown
    assert set(made.seconds) >= {vectors.HAND, vectors.OWN, vectors.HAND + vectors.HELD, vectors.OWN + vectors.HELD}


def test_generated_projects_are_taken_in_whole_from_parquet_and_from_lines(tmp_path: Path) -> None:
    tables = make(tmp_path, load_ruleset("yunan"), 100, Drawn(0.25))
    write_lines(tables, tmp_path / "projects.jsonl")
    inputs = {"parquet": [*tables.projects, *tables.changes], "lines": [tmp_path / "projects.jsonl"]}
    found = {}
    for name, paths in inputs.items():
        taken = take_in(paths, tmp_path / name, city="yunan")
        assert (taken.accepted, taken.rejected) == (100, 0)
        columns, rows = fetched(taken.cities[0].relation(PROJECTS))
        left_out = {"changes", "documents.demand_plan.sections", *BESIDE}  # of lines
        found[name] = sorted(
            [str(value) for column, value in zip(columns, row, strict=True) if column not in left_out] for row in rows
        )
    assert found["lines"] == found["parquet"]


# --- engines and their versions ---------------------------------------------------------------------


def test_every_engine_is_pinned_and_named_once() -> None:
    names = [engine.name for engine in ENGINES]
    assert len(names) == len(set(names))
    packages = {line.split("==")[0] for line in pinned()}
    assert all("==" in line for line in pinned())
    assert {engine.package for engine in ENGINES if engine.package} | {openfisca.PACKAGE} <= packages


def test_an_engine_that_is_not_there_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = next(engine for engine in ENGINES if engine.package)
    monkeypatch.setattr("bench.peers.installed", lambda _: None)
    monkeypatch.setattr("bench.peers.FAILED", tmp_path / "failed.json")
    assert verdict(engine) == Verdict(why=f"cannot be installed: {engine.package} is not there")
    (tmp_path / "failed.json").write_text(f'{{"{engine.package}": "no compiler"}}')
    assert verdict(engine) == Verdict(why="cannot be installed: no compiler")
    assert FAILED.parent.name == ".venv"


# --- measuring and writing --------------------------------------------------------------------------


def test_engines_take_turns() -> None:
    small = generate(rules=3, facts=10, projects=40)
    spent = measure([YARDSTICK], small, rounds=3)
    assert [len(times) for times in spent.values()] == [3]
    assert ratio({"a": [2.0, 4.0, 9.0], "b": [1.0, 2.0, 3.0]}, "a", "b") == 2


def test_sizes_grow() -> None:
    assert exponent((10, 100, 1000), (5.0, 50.0, 500.0)) == pytest.approx(1)
    assert exponent((10, 100, 1000), (5.0, 500.0, 50_000.0)) == pytest.approx(2)
    assert len(ruleset(generate(rules=7, facts=10), demanding=True).rules) == 7


def test_one_size_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.growth.LONG", 0.0)
    found = cost(rules=5, facts=10)
    assert min(found.load, found.definition, found.check) > 0


def test_memory_leaves_out_what_takes_too_long() -> None:
    assert len(watch("held", (5, 10))) == 2
    readings = watch("held", (5, 10**9), limit=0.0)
    assert len(readings) == 1
    made = table((5, 10**9), readings, readings)
    assert [row[0] for row in made.rows] == ["5"]
    assert any("1,000,000,000 checks left out" in note for note in made.notes)


SAMPLE = Table("Sample", ("engine", "µs", "why"), (("a|b", 1234.5, "x"), ("c", 0.0123, ""), ("d", 7, "")), ("A note.",))


def test_a_table_in_markdown() -> None:
    assert markdown(SAMPLE) == (
        "**Sample**\n\n| engine | µs | why |\n|---|---:|---|\n"
        "| a\\|b | 1,234 | x |\n| c | 0.012 |  |\n| d | 7 |  |\n\nA note."
    )


def test_a_table_for_the_terminal() -> None:
    assert plain(SAMPLE).splitlines() == [
        "Sample", "", "engine     µs  why", "a|b     1,234  x", "c       0.012", "d           7", "A note."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"), [("x", "x"), (1000, "1,000"), (12.34, "12.3"), (1.234, "1.23"), (0.0, "0.00")]
)
def test_a_cell(cell: str | float, text: str) -> None:
    assert shown(cell) == text


def test_the_page_names_the_command_and_the_machine() -> None:
    made = page([Part("Sample part", "About it.", (SAMPLE,))])
    assert made.startswith("# Performance\n")
    for word in (COMMAND, "bench/requirements.txt", "CPU", "Python", "## Sample part", "About it.", "| d | 7 |"):
        assert word in made


def test_the_page_in_the_documentation_is_made_by_the_command() -> None:
    written = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert COMMAND in written
    assert f"{COMMAND.split()[-1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert written.count("\n## ") == len(PARTS)
    for engine in ENGINES:
        assert f"| {engine.name} |" in written


# --- start-up ---------------------------------------------------------------------------------------


def imports(code: str) -> set[tuple[str, str]]:
    """Module and name of everything a text imports, at whatever depth."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", one.name) for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {(one.name, "") for one in node.names}
    return found


def test_start_up_is_beside_what_the_code_imports_and_nothing_more() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8").replace("from __future__ import annotations", "")
        for part in ("project", "cli", "formats")
        for path in sorted((ROOT / "src" / "govproj_rules" / part).glob("*.py"))
    )
    assert imports(CORE + SCREEN) <= imports(sources)
