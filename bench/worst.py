"""What the worst inputs cost that are accepted, and those just beyond: time and memory of whole commands.

python -m bench.worst [NAME…]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.tables import Part, Table, show
from govproj_rules.project import fact_fields
from govproj_rules.vocabulary import vocabulary

AS_OF: Final = "2026-06-30"
Make = Callable[..., list[str]]
"""Writes the files of a case into a folder, and gives the arguments of the command."""


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


def fact(type_: str = "yes_no", **more: Any) -> dict[str, Any]:
    return {"type": type_, **text("f"), **({} if "is" in more and "cases" not in more["is"] else {"ask": text("f?")}), **more}


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
    facts = {f"f{n}": fact(**{"is": {"when": {"not": {f"facts.f{n - 1}": True}, "facts.b": True}}}) for n in range(1, steps)}
    facts["f0"] = fact(**{"is": {"when": {"facts.a": True}}})
    return a_ruleset([{"id": f"r{n}", "when": {f"facts.f{steps - 1}": True}, "duty": {}} for n in range(1_000)], {**A, **facts})


def cases(count: int = 48) -> Any:
    """A fact computed by cases: where none before holds."""
    ways = [{"when": {"facts.m": {"at_least": f"{n}元"}}, "is": "x" if n % 2 else "y"} for n in range(count)]
    facts = {"m": fact("money"), "w": fact("one_of", options={"x": text("x"), "y": text("y")}, **{"is": {"cases": ways}})}
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
    return a_ruleset([{"id": f"r{n}", "each": "changes", "when": guard, "duty": {"met_when": {"change.filed": True}}} for n in range(rules)])


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
    return a_ruleset([{"id": "r", "when": {"facts.m": {"in": [f"{n}元" for n in range(count)]}}, "duty": {}}], {"m": fact("money")})


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
    return {"events": {event: dates(1_000) for event in list(vocabulary().events)[:190]}}


def changed(count: int = 200, **each: Any) -> Any:
    return {"changes": [{"date": "2026-01-05", **each} for _ in range(count)], "investment": {"approved_estimate": "100万元"}, "stage": "construction"}


def checked(data: Any, *arguments: str, city: str = "langfang", folder: Path) -> list[str]:
    """A project under a built-in ruleset; text is written as it is."""
    made = data() if callable(data) else data
    file = write(folder, "p.json", made if isinstance(made, str) else {"name": "p"} | made)
    return ["check", file, "--city", city, "--as-of", AS_OF, *arguments]


# --- the rest ---------------------------------------------------------------------------------------


def regulation(said: str, folder: Path) -> list[str]:
    return ["new", "sample", "--text", write(folder, "t.txt", f"第一条 适用{said}\n"), "-o", str(folder / "out.yaml")]


def streamed(lines: Iterator[Any], folder: Path) -> list[str]:
    said = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return ["session", "langfang", "--input", write(folder, "s.jsonl", said + "\n"), "--as-of", AS_OF, "--format", "json"]


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


@dataclass(frozen=True)
class Worst:
    """One input, and the exit code it is answered with."""

    says: str
    make: Make
    code: int


def _rows() -> dict[str, Worst]:
    table, as_json, durable = ("--format", "table"), ("--format", "json"), ("--engine", "durable", "--format", "json")
    rows: dict[str, tuple[str, Make, int]] = {
        "dates": ("a project of 190 events on 1,000 days each", partial(checked, full, *as_json), 3),
        "changes": ("200 changes without amounts, langfang, as JSON", partial(checked, changed(), *as_json), 3),
        "changes, table": ("the same as a table", partial(checked, changed(), *table), 3),
        "waivers": ("1,000 waivers of rules that do not exist", partial(checked, {"waivers": [{"rule": f"r{n}", "reason": "x"} for n in range(1_000)]}), 2),
        "facts": ("5,000 facts that do not exist", partial(checked, {"facts": {f"{'ab' * 30}{n}": True for n in range(5_000)}}), 2),
        "keys": ("190,000 keys nobody knows", partial(checked, {f"k{n}": 1 for n in range(190_000)}), 2),
        "blanks": ("10 MB of blanks after a project", partial(checked, '{"name": "p", "x": 1, "documents": [' + '[],' * 61 + "[]]}" + " " * 9_900_000), 2),
        "quotes": ("10 MB of escaped quotes that do not end", partial(checked, '{"a": [' + '[],' * 61 + '"' + '\\"' * 4_900_000), 2),
        "numbers": ("2,400,000 numbers", partial(checked, '{"name": "p", "facts": {"a": [' + "1.5," * 2_400_000 + "1]}}"), 2),
        "values": ("190,000 numbers", partial(checked, '{"name": "p", "facts": {"a": [' + "1.5," * 190_000 + "1]}}"), 2),
        "digits": ("a number of 9,000,000 digits", partial(checked, '{"name": "p", "security": {"level": ' + "9" * 9_000_000 + "}}"), 2),
        "brackets": ("10 MB of brackets", partial(checked, "[" * 9_900_000), 2),
        "text": ("one text of 10 MB", partial(checked, {"name": "x" * 9_900_000}), 2),
        "rules": ("9,000 rules, as JSON", partial(under, many_rules, *as_json), 3),
        "rules, table": ("9,000 rules, as a table", partial(under, many_rules, *table), 3),
        "rules, markdown": ("9,000 rules, as Markdown", partial(under, many_rules, "--format", "markdown"), 3),
        "rules, durable": ("9,000 rules, by durable-rules", partial(under, many_rules, *durable), 3),
        "rules, lint": ("9,000 rules, linted", partial(linted, many_rules), 0),
        "rules, compare": ("9,000 rules, compared", partial(compared, many_rules), 0),
        "tests": ("20 rules of 2,450 tests each, as JSON", partial(under, many_tests, *as_json), 3),
        "tests, table": ("the same as a table", partial(under, many_tests, *table), 3),
        "tests, durable": ("the same by durable-rules", partial(under, many_tests, *durable), 3),
        "tests, lint": ("the same linted", partial(linted, many_tests), 0),
        "tests, compare": ("the same compared", partial(compared, many_tests), 0),
        "deep": ("200 rules of conditions 45 deep", partial(under, deep, *as_json), 3),
        "deep, durable": ("the same by durable-rules", partial(under, deep, *durable), 3),
        "deep, wide": ("20 such rules with 40 tests at every depth", partial(under, partial(deep, 20, 40), *as_json), 3),
        "chain": ("1,000 rules on 20 facts computed in a row", partial(under, chained, *as_json), 3),
        "cases of a fact": ("38 rules on a fact of 48 cases", partial(under, cases, *as_json), 3),
        "flows": ("a flow of 50 steps, each conditional", partial(under, flows, *as_json), 3),
        "flows, durable": ("the same by durable-rules", partial(under, flows, *durable), 3),
        "consequences": ("200 consequences of any of 5,000 open rules", partial(under, consequences, *as_json), 3),
        "consequences, table": ("the same as a table", partial(under, consequences, *table), 3),
        "findings": ("50 rules on each of 200 changes", partial(under, of_changes, *as_json, project=changed()), 3),
        "findings, table": ("the same as a table", partial(under, of_changes, *table, project=changed()), 3),
        "findings, beyond": ("51 rules on each of 200 changes", partial(under, partial(of_changes, 51), project=changed()), 2),
        "years": ("50 yearly deadlines over 200 years", partial(under, yearly, *as_json, project={"events": {"accepted": "1900-01-01", "terminated": "2199-12-31"}}), 1),
        "deadlines, table": ("9,000 deadlines that passed, as a table", partial(under, deadlines, *table, project={"events": {"contract_signed": "2026-03-02"}}), 1),
        "deadlines": ("the same as JSON", partial(under, deadlines, *as_json, project={"events": {"contract_signed": "2026-03-02"}}), 1),
        "documents, table": ("9,000 documents owed, as a table", partial(under, papers, *table, project={"stage": "operation"}), 1),
        "documents, markdown": ("the same as Markdown", partial(under, papers, "--format", "markdown", project={"stage": "operation", "documents": []}), 1),
        "register": ("9,999 articles, cited 40,000 times", partial(under, register, *as_json), 0),
        "names": ("20,000 names nobody knows, among 20,000 like them", partial(under, unknown_words), 2),
        "operands": ("100,000 values in one test", partial(under, operands), 2),
        "shared": ("20,000 facts that each write out 2,000 tests", partial(under, shared_parts), 2),
        "cases beyond": ("10,000 cases of a fact", partial(under, partial(cases, 10_000)), 2),
        "figures": ("a text of 490,000 characters: amounts", partial(regulation, "1元，" * 160_000), 0),
        "numerals": ("one number of 490,000 digits", partial(regulation, "1" * 490_000), 0),
        "lines": ("160,000 lines of one paragraph", partial(regulation, "\n甲乙" * 160_000), 0),
        "spaces": ("490,000 blanks", partial(regulation, " " * 490_000), 0),
        "breaks": ("490,000 line ends", partial(regulation, "\n" * 490_000 + "x"), 0),
        "items": ("100,000 items", partial(regulation, "".join(f"（{n}）" for n in range(1, 80_000))), 0),
        "articles": ("9,999 articles", partial(regulation, "".join(f"。\n第{n}条 数据局1元" for n in range(2, 10_000))), 0),
        "authorities": ("100,000 authorities", partial(regulation, "".join(f"市{chr(0x4e00 + n % 7000)}{chr(0x4e00 + n // 7000)}局、" for n in range(90_000))), 0),
        "text, beyond": ("a text of 10 MB", partial(regulation, "甲" * 3_300_000), 2),
        "line": ("a line of 10 MB in a session", lambda folder: streamed(iter(['{"project": "' + "x" * 10_000_001 + '"}']), folder), 2),
        "line of lists": ("a line of 9.9 MB of lists", lambda folder: streamed(iter(["[" + "[]," * 3_300_000 + "1]"]), folder), 2),
        "projects": ("20,000 projects in a session", lambda folder: streamed(opened(20_000), folder), 0),
        "large projects": ("60 projects of 190,000 dates in a session", lambda folder: streamed(large_opened(60), folder), 0),
        "case file": ("5,000 cases", partial(case_file, 5_000), 1),
    }  # fmt: skip
    return {name: Worst(*row) for name, row in rows.items()}


WORST: Final[Mapping[str, Worst]] = _rows()


@dataclass(frozen=True)
class Spent:
    """What one command took: its exit code, seconds, megabytes at most, and what it said on standard error."""

    code: int
    seconds: float
    megabytes: float
    said: str
    size: int


_MEASURED: Final = """\
import re, sys
from pathlib import Path
from govproj_rules.__main__ import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""
"""What the process held at most: of a child, ``getrusage`` tells its parent's."""


def spent(worst: Worst, megabytes: int | None = None, seconds: float = 120) -> Spent:
    """Run a case in a process of its own; at most so many megabytes of address space, where the system can limit it."""
    with TemporaryDirectory() as folder:
        arguments = worst.make(folder=Path(folder))
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes << 20},) * 2)\n" if megabytes else ""
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", limit + _MEASURED, *arguments], capture_output=True, check=False, timeout=seconds,
            cwd=folder, env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "100"},
        )  # fmt: skip
        taken = time.perf_counter() - start
    *said, peak = done.stderr.decode(errors="replace").rstrip("\n").split("\n")
    return Spent(done.returncode, taken, int(peak) / 1024 if peak.isdigit() else 0, "\n".join(said), len(done.stdout))


COLUMNS: Final = ("input", "what", "exit code", "seconds", "peak RSS, MB", "output, MB")


def part(names: Sequence[str] = ()) -> Part:
    rows = []
    for name in names or WORST:
        try:
            one = spent(WORST[name])
        except subprocess.TimeoutExpired:
            one = Spent(-1, 120, 0, "", 0)
        rows.append((name, WORST[name].says, str(one.code), one.seconds, one.megabytes, one.size / 1e6))
        print(*rows[-1][:3], f"{one.seconds:.1f}s {one.megabytes:.0f}MB {one.size / 1e6:.1f}MB out", "" if one.code == WORST[name].code else f"EXPECTED {WORST[name].code}", one.said[-300:].replace("\n", " ⏎ ")[:300] if one.code != WORST[name].code or "Trace" in one.said else "", file=sys.stderr, flush=True)
    return Part("The worst inputs", ABOUT, (Table("Whole commands", COLUMNS, tuple(rows)),))


ABOUT = "Each is one call of the command line in a process of its own, start-up included."


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these: " + "; ".join(WORST))
    show(part(parser.parse_args().names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
