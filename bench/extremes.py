"""Inputs at their bounds, and just beyond: what a stranger might send to take time or memory.

Each function writes its files into a folder and gives the arguments of a command, or makes what such a file holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from govproj_rules.vocabulary import vocabulary

AS_OF: Final = "2026-06-30"


def text(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


# --- rulesets ---------------------------------------------------------------------------------------


def a_ruleset(rules: Sequence[Any], facts: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A ruleset file around some rules; what a rule leaves out is filled in."""
    words = vocabulary()
    filled = [
        one if "flow" in one else {"cite": "1", "topic": "scope", "title": text(one["id"]), **one} for one in rules
    ]
    return {
        "ruleset": "worst", "title": text("worst"), "issuer": text("worst"), "status": "in_force",
        "stages": [stage for stage in words.stages if stage != "change"],
        "authorities": {"data": text("data")}, "register": {"1": {"gist": text("all")}},
        "regimes": [{"id": "full", "cite": "1", "presume": True}], "facts": facts or {}, "rules": filled, **more,
    }  # fmt: skip


def fact(type_: str = "yes_no", /, **more: Any) -> dict[str, Any]:
    return {
        "type": type_,
        **text("f"),
        **({} if "is" in more and "cases" not in more["is"] else {"ask": text("f?")}),
        **more,
    }


def duties(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"r{n}", "duty": {"met_when": {"facts.a": True}}, **more} for n in range(count)]


def write(folder: Path, name: str, data: Any) -> str:
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return str(path)


def under(ruleset: Callable[[], Any], *arguments: str, project: Any = None, folder: Path) -> list[str]:
    """A project checked under a ruleset of its own."""
    rules, file = write(folder, "worst.yaml", ruleset()), write(folder, "p.json", {"name": "p"} | (project or {}))
    return ["check", file, "--city", rules, "--as-of", AS_OF, *arguments]


def linted(ruleset: Callable[[], Any], folder: Path) -> list[str]:
    return ["lint", write(folder, "worst.yaml", ruleset())]


def compared(ruleset: Callable[[], Any], *arguments: str, folder: Path) -> list[str]:
    """A ruleset beside one that differs in a word."""
    made = ruleset()
    one = write(folder, "worst.yaml", made)
    return ["compare", one, write(folder, "other.yaml", {**made, "ruleset": "other"}), *arguments]


A: Final = {"a": fact(), "b": fact()}


def many_rules(count: int = 9_000) -> Any:
    return a_ruleset(duties(count, when={"facts.b": True}), A)


def many_tests(rules: int = 20, tests: int = 2_450) -> Any:
    """Rules of as many tests as one may have, as many as a file may have; no two tests are alike."""

    def guard(rule: int) -> Any:
        return {"any": [{"facts.m": {"at_least": f"{rule * tests + n}元"}} for n in range(tests)]}

    return a_ruleset([{"id": f"r{n}", "when": guard(n), "duty": {}} for n in range(rules)], {"m": fact("money")})


def deep(rules: int = 200, width: int = 1, depth: int = 45) -> Any:
    """Conditions as deep inside each other as they may be."""
    guard: Any = {"facts.a": True}
    for _ in range(depth):
        guard = {"not": guard, "any": [{"facts.b": True} for _ in range(width)]}
    return a_ruleset([{"id": f"r{n}", "when": guard, "duty": {}} for n in range(rules)], A)


def chained(steps: int = 20) -> Any:
    """Facts computed from facts, each as deep as what is left."""
    facts = {
        f"f{n}": fact(**{"is": {"when": {"not": {f"facts.f{n - 1}": True}, "facts.b": True}}}) for n in range(1, steps)
    }
    facts["f0"] = fact(**{"is": {"when": {"facts.a": True}}})
    return a_ruleset(
        [{"id": f"r{n}", "when": {f"facts.f{steps - 1}": True}, "duty": {}} for n in range(1_000)], {**A, **facts}
    )


def cases(count: int = 48) -> Any:
    """A fact computed by cases: where none before holds."""
    ways = [{"when": {"facts.m": {"at_least": f"{n}元"}}, "is": "x" if n % 2 else "y"} for n in range(count)]
    facts = {
        "m": fact("money"),
        "w": fact("one_of", options={"x": text("x"), "y": text("y")}, **{"is": {"cases": ways}}),
    }
    return a_ruleset([{"id": f"r{n}", "when": {"facts.w": "x"}, "duty": {}} for n in range(38)], facts)


def flows(count: int = 1, steps: int = 50) -> Any:
    """Steps that may all not apply: each is owed before the next that does."""
    events = list(vocabulary().events)
    made = []
    for number in range(count):
        every = [
            {"id": f"f{number}-{n}", "cite": "1", "title": text("s"), "when": {"facts.a": n % 2 == 0},
             "approval": {"act": "approve", "by": "data", "event": events[n]}}
            for n in range(steps)
        ]  # fmt: skip
        made.append({"flow": {"id": f"f{number}", "topic": "scope", "steps": every}})
    return a_ruleset(made, A)


def consequences(count: int = 200, rules: int = 5_000) -> Any:
    """What follows from any rule, where nothing is known of any."""
    facts = {f"f{n}": fact() for n in range(rules)}
    owed = [{"id": f"r{n}", "duty": {"met_when": {f"facts.f{n}": True}}} for n in range(rules)]
    follow = [{"id": f"c{n}", "consequence": {"of": "any", "effect": "no_om_funds"}} for n in range(count)]
    return a_ruleset([*owed, *follow], facts)


def of_changes(rules: int = 50) -> Any:
    guard = {"change.cumulative_ratio": {"at_most": "15%"}, "change.main_content": True}
    return a_ruleset(
        [
            {"id": f"r{n}", "each": "changes", "when": guard, "duty": {"met_when": {"change.filed": True}}}
            for n in range(rules)
        ]
    )


def yearly(rules: int = 50) -> Any:
    due = {"event": "performance_reported", "by": "12-31", "every": "year", "from": "accepted", "until": "terminated"}
    return a_ruleset([{"id": f"r{n}", "deadline": due} for n in range(rules)])


def deadlines(rules: int = 9_000) -> Any:
    due = {"event": "contract_filed", "after": "contract_signed", "within": "10 working_days", "to": "data"}
    return a_ruleset([{"id": f"r{n}", "deadline": due} for n in range(rules)])


def papers(rules: int = 9_000) -> Any:
    owed = {"document": "budget", "to": ["data"]}
    return a_ruleset([{"id": f"r{n}", "stage": "application", "document": owed} for n in range(rules)])


def register(cites: int = 40_000, articles: int = 9_999) -> Any:
    """As many articles as there are numbers, each cited."""
    places = [f"{n % articles + 1}.{n // articles + 1}" for n in range(cites)]
    share = cites // 100
    rules = [{"id": f"r{n}", "cite": places[n * share : (n + 1) * share], "duty": {}} for n in range(100)]
    return a_ruleset(rules, register={str(n): {"gist": text("g")} for n in range(1, articles + 1)})


def unknown_words(count: int = 20_000) -> Any:
    """Names that resemble each other, and nobody knows."""
    facts = {f"{'ab' * 30}{n:05}": fact() for n in range(count)}
    return a_ruleset([{"id": "r", "when": {f"facts.{'ba' * 30}{n:05}": True for n in range(count)}, "duty": {}}], facts)


def operands(count: int = 100_000) -> Any:
    return a_ruleset(
        [{"id": "r", "when": {"facts.m": {"in": [f"{n}元" for n in range(count)]}}, "duty": {}}], {"m": fact("money")}
    )


def shared_parts(count: int = 20_000) -> Any:
    """Facts that each write out the same large one."""
    base = {"any": [{"facts.m": {"at_least": f"{n}元"}} for n in range(2_000)]}
    facts = {"m": fact("money"), "base": fact(**{"is": {"when": {"not": base}}})}
    facts |= {f"f{n}": fact(**{"is": {"when": {"facts.base": True, "facts.b": True}}}) for n in range(count)}
    return a_ruleset(duties(1), {**A, **facts})


# --- projects ---------------------------------------------------------------------------------------


def dates(count: int) -> list[str]:
    return [f"20{n % 90 + 10}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(count)]


def full() -> Any:
    """As many dates as a project may state."""
    return {"events": {event: dates(1_000) for event in vocabulary().events}}


def changed(count: int = 200, **each: Any) -> Any:
    return {
        "changes": [{"date": "2026-01-05", **each} for _ in range(count)],
        "investment": {"approved_estimate": "100万元"},
        "stage": "construction",
    }


def checked(data: Any, *arguments: str, city: str = "langfang", folder: Path) -> list[str]:
    """A project under a built-in ruleset; text is written as it is."""
    made = data() if callable(data) else data
    file = write(folder, "p.json", made if isinstance(made, str) else {"name": "p"} | made)
    return ["check", file, "--city", city, "--as-of", AS_OF, *arguments]


# --- the rest ---------------------------------------------------------------------------------------


def regulation(said: Callable[[], str], folder: Path) -> list[str]:
    return ["new", "sample", "--text", write(folder, "t.txt", f"第一条 适用{said()}\n"), "-o", str(folder / "out.yaml")]


def streamed(lines: Iterator[Any], folder: Path) -> list[str]:
    said = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return [
        "session",
        "langfang",
        "--input",
        write(folder, "s.jsonl", said + "\n"),
        "--as-of",
        AS_OF,
        "--format",
        "json",
    ]


def opened(count: int) -> Iterator[Any]:
    return ({"project": f"p{n}", "start": {"name": "p", "stage": "construction", "facts": {}}} for n in range(count))


def large_opened(count: int) -> Iterator[Any]:
    project = {"name": "p"} | full()
    return ({"project": f"p{n}", "start": project} for n in range(count))


def case_file(count: int, folder: Path) -> list[str]:
    rules = folder / "cases"
    rules.mkdir()
    made = [{"id": f"c{n}", "about": ["1"], "project": {"stage": "construction"}, "expect": []} for n in range(count)]
    write(rules, "langfang.yaml", {"ruleset": "langfang", "as_of": AS_OF, "cases": made})
    return ["test", str(rules / "langfang.yaml")]
