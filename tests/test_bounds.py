"""What is too large is refused with a reason, what just fits is taken; and the worst that fits stays within memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import pytest

from bench import extremes as of
from bench.worst import MEGABYTES, WORST, spent
from govproj_rules import InvalidInput, Project, Report, RuleSet, check, compare, load_ruleset, to_durable
from govproj_rules.cases.written import MAX_CASES, read_cases
from govproj_rules.checking import MAX_FINDINGS
from govproj_rules.library import read_ruleset
from govproj_rules.lint import lint
from govproj_rules.lower.computed import MAX_CASES as MAX_WAYS
from govproj_rules.lower.guards import MAX_OPERANDS
from govproj_rules.lower.rules import MAX_CONSEQUENCES, MAX_REGIMES, MAX_RULES
from govproj_rules.lower.scope import MAX_ALL_TESTS
from govproj_rules.lower.tiers import MAX_TIERS
from govproj_rules.possible import search
from govproj_rules.project import read_project
from govproj_rules.project.model import MAX_CHANGES, MAX_FACTS, MAX_WAIVERS
from govproj_rules.project.types import MAX_DATES
from govproj_rules.regulation import read_regulation
from govproj_rules.regulation.articles import MAX_TEXT
from govproj_rules.sessions import Refused, Stream
from govproj_rules.source import MAX_VALUES, parse_yaml
from govproj_rules.vocabulary import rules_home

DAY = date(2026, 6, 30)


def a_project(**stated: Any) -> Project:
    return read_project(json.dumps({"name": "p"} | stated))


def a_ruleset(made: Any) -> RuleSet:
    return read_ruleset(json.dumps(made, ensure_ascii=False).encode())


def of_facts(facts: Mapping[str, Any], rule: Mapping[str, Any]) -> RuleSet:
    return a_ruleset(of.a_ruleset([{"id": "r", "duty": {}, **rule}], facts))


# --- one row a bound: what is made with a number, the largest that is taken, what is said of one more -----


def values(count: int) -> Project:
    """As many values as a file has, but for the three around them."""
    return a_project(facts={"a": [1] * (count - 3)})


def texts(length: int) -> RuleSet:
    return a_ruleset(of.a_ruleset(of.duties(1), of.A, title={"zh": "甲" * length, "en": "a"}))


def names(count: int) -> RuleSet:
    return a_ruleset(of.a_ruleset(of.duties(1), of.A, also_known_as=["a"] * count))


def regimes(count: int) -> RuleSet:
    more = [{"id": f"r{n}", "cite": "1", "when": {"facts.a": True}} for n in range(count - 1)]
    return a_ruleset(of.a_ruleset(of.duties(1), of.A, regimes=[*more, {"id": "full", "cite": "1", "presume": True}]))


def operands(count: int) -> RuleSet:
    return of_facts({"m": of.fact("money")}, {"when": {"facts.m": {"in": [f"{n}元" for n in range(count)]}}})


def ways(count: int) -> RuleSet:
    """A fact by cases, that no rule reads: how large it is where it is read is another bound."""
    each = [{"when": {"facts.a": True}, "is": "x"}] * count
    return of_facts(
        {"a": of.fact(), "w": of.fact("one_of", options={"x": of.text("x")}, **{"is": {"cases": each}})}, {}
    )


def tiers(count: int) -> RuleSet:
    share = {"fact": "investment.total", "rules": ["r0", "r1"]}
    return a_ruleset(of.a_ruleset(of.duties(2), of.A, tiers=[share] * count))


def of_a_tier(count: int) -> RuleSet:
    share = {"fact": "investment.total", "rules": [f"r{n}" for n in range(count)]}
    return a_ruleset(of.a_ruleset(of.duties(count), of.A, tiers=[share]))


def consequences(count: int) -> RuleSet:
    return a_ruleset(of.consequences(count, 1))


def rules(count: int) -> RuleSet:
    """Members of lists count as rules: one document to two recipients is two."""
    papers = ["budget", "contract", "feasibility_study", "preliminary_design", "construction_scheme"]
    several = {"document": {"document": papers, "to": ["data", "owner"]}}
    whole, rest = divmod(count, 10)
    return a_ruleset(of.a_ruleset([*({"id": f"s{n}", **several} for n in range(whole)), *of.duties(rest)], of.A))


def shared(count: int) -> RuleSet:
    """As many tests and terms, but for the last thousand, as conditions have once written out: a fact that rules read."""
    base = of.fact(**{"is": {"when": {"all": [{"facts.a": True}] * 500}}})
    every = [{"id": f"r{n}", "when": {"facts.base": True}, "duty": {}} for n in range(count // 1_000 - 2)]
    return a_ruleset(of.a_ruleset(every, {**of.A, "base": base}))


def findings(count: int) -> Report:
    ruleset = a_ruleset(of.of_changes(count // 100))
    return check(a_project(changes=[{}] * 100), ruleset, as_of=DAY)


def a_text(length: int) -> object:
    return read_regulation("第一条 " + "甲" * (length - 4), "x")


def cases(count: int) -> object:
    each = {"id": "c", "about": ["1"]}
    return read_cases(parse_yaml(json.dumps({"ruleset": "mini", "as_of": "2026-06-30", "cases": [each] * count}), "x"))


Row = tuple[Callable[[int], object], int, int, str]
BOUNDS: Final[Mapping[str, Row]] = {
    "values of a project file": (values, MAX_VALUES, 1, "the file holds more than 200000 values [too-large]"),
    "changes": (lambda n: a_project(changes=[{}] * n), MAX_CHANGES, 1, "`changes` has more than 200 entries [too-long]"),
    "waivers": (lambda n: a_project(waivers=[{"rule": "r", "reason": "x"}] * n), MAX_WAIVERS, 1, "`waivers` has more than 1000 entries [too-long]"),
    "facts": (lambda n: a_project(facts={f"f{i}": 1 for i in range(n)}), MAX_FACTS, 1, "facts: more than 5000 entries [wrong-value]"),
    "dates": (lambda n: a_project(events={"accepted": ["2026-01-01"] * n}), MAX_DATES, 1, "events.accepted: more than 1000 dates [wrong-value]"),
    "texts of a project": (lambda n: a_project(id="x" * n), 2_000, 1, "`id` is longer than 2000 characters [too-long]"),
    "digits of an amount": (lambda n: a_project(investment={"total": "9" * n + "元"}), 15, 1, "investment.total: the amount `9999999999999999元` is out of range [wrong-value]"),
    "texts of a rule file": (texts, 2_000, 1, "`zh` is longer than 2000 characters [too-long]"),
    "other names of a text": (names, 100, 1, "`also_known_as` has more than 100 entries [too-long]"),
    "rules": (rules, MAX_RULES, 1, "more than 10000 rules, each member of a list counted [too-many-rules]"),
    "regimes": (regimes, MAX_REGIMES, 1, "the list of regimes has at most 100 entries, not 101 [too-long]"),
    "values of a test": (operands, MAX_OPERANDS, 1, "the list of a test has at most 200 entries, not 201 [too-long]"),
    "cases of a fact": (ways, MAX_WAYS, 1, "a list of cases has at most 100 entries, not 101 [too-long]"),
    "tiers": (tiers, MAX_TIERS, 1, "the list of tiers has at most 100 entries, not 101 [too-long]"),
    "rules of a tier": (of_a_tier, MAX_TIERS, 1, "the list of a tier has at most 100 entries, not 101 [too-long]"),
    "consequences": (consequences, MAX_CONSEQUENCES, 1, "more than 200 consequences, each effect counted [too-many-rules]"),
    "conditions of a file": (shared, MAX_ALL_TESTS, 1_000, "written out, the conditions of the file are more than 200000 tests [too-large]"),
    "findings": (findings, MAX_FINDINGS, 100, "with 100 changes there may be 10100 findings, more than 10000 [too-many-findings]"),
    "a regulation": (a_text, MAX_TEXT, 1, "the text has more than 200000 characters [too-large]"),
    "cases": (cases, MAX_CASES, 1, "`cases` has more than 2000 entries [too-long]"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_is_the_last_that_is_taken(name: str) -> None:
    make, most, more, said = BOUNDS[name]
    make(most)
    with pytest.raises(InvalidInput) as error:
        make(most + more)
    told = str(error.value.problems[0]).split("\n")[0]
    assert told.endswith(said)


# --- what is held against each other ---------------------------------------------------------------


def test_rulesets_too_large_to_be_compared_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cities = [load_ruleset("langfang"), load_ruleset("dongying")]
    compare(cities, topic="change")
    monkeypatch.setattr(search, "MAX_ALL_STEPS", 100)
    with pytest.raises(InvalidInput, match=r"too many, or too large, to be held against each other \[too-large\]"):
        compare(cities, topic="change")


def test_a_ruleset_too_large_to_be_looked_through_is_a_problem_that_lint_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_ALL_STEPS", 100)
    assert lint(rules_home() / "lushan.yaml").problems[-1].code == "too-large"


def test_what_durable_rules_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = a_ruleset(of.many_tests(1, 20))
    assert check(a_project(), ruleset, as_of=DAY, engine="durable").findings
    monkeypatch.setattr(to_durable, "MAX_ATOMS", 20)
    with pytest.raises(InvalidInput, match=r"would have to make more than 20 tests \[not-for-durable\]"):
        check(a_project(), a_ruleset(of.many_tests(1, 20)), as_of=DAY, engine="durable")


# --- sessions ---------------------------------------------------------------------------------------


def said_to(stream: Stream, line: Any, number: int) -> list[str]:
    answers = list(stream.read(json.dumps(line).encode(), number))
    return [one.code for answer in answers if isinstance(answer.told, Refused) for one in answer.told.problems]


def test_open_projects_have_room_together_and_what_ends_makes_room() -> None:
    stream = Stream(partial(lambda ruleset, _: ruleset, load_ruleset("langfang")), as_of=DAY, room=1_000)
    start = {"name": "p", "id": "x" * 300}
    assert said_to(stream, {"project": "a", "start": start}, 1) == []
    assert said_to(stream, {"project": "b", "start": start}, 2) == []
    assert said_to(stream, {"project": "c", "start": start}, 3) == ["too-large"]
    assert said_to(stream, {"project": "a", "end": True}, 4) == []
    assert said_to(stream, {"project": "c", "start": start}, 5) == []


def test_facts_stated_over_and_over_take_no_room() -> None:
    stream = Stream(partial(lambda ruleset, _: ruleset, load_ruleset("langfang")), as_of=DAY, room=2_000)
    assert said_to(stream, {"project": "a", "start": {"name": "p"}}, 1) == []
    for number in range(200):
        assert said_to(stream, {"project": "a", "set": {"id": "x" * 100}}, number) == []


# --- the worst that fits, in a process of its own --------------------------------------------------

SHORT: Final = (
    "dates", "blanks", "quotes", "deep", "flows", "shared", "operands", "numerals", "breaks", "lines",
)  # fmt: skip
"""Those that take a second or two; `make worst` runs all."""


@pytest.mark.parametrize("name", SHORT)
def test_the_worst_stays_within_memory(name: str) -> None:
    one = spent(WORST[name], address_space=2**30)
    assert "Traceback" not in one.said
    assert "MemoryError" not in one.said
    assert one.code == WORST[name].code
    assert one.megabytes < MEGABYTES
