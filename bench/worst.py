"""What the worst inputs cost, those that are accepted and those just beyond: time and memory of whole commands.

python -m bench.worst [NAME…]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import extremes as of
from bench.tables import Cell, Part, Table, show

Make = Callable[..., list[str]]
"""Writes the files of a case into ``folder``, and gives the arguments of the command."""
MEGABYTES: Final = 512
"""That no command may hold."""
SECONDS: Final = 600
"""After which a command hangs."""


@dataclass(frozen=True)
class Worst:
    """One input, and the exit code it is answered with."""

    says: str
    make: Make
    code: int


def _rows() -> dict[str, Worst]:
    table, as_json, durable = ("--format", "table"), ("--format", "json"), ("--engine", "durable", "--format", "json")
    rows: dict[str, tuple[str, Make, int]] = {
        "dates": ("a project with every event on 1,000 days", partial(of.checked, of.full, *as_json), 3),
        "changes": ("200 changes without amounts, langfang, as JSON", partial(of.checked, of.changed(), *as_json), 3),
        "changes, table": ("the same as a table", partial(of.checked, of.changed(), *table), 3),
        "waivers": ("1,000 waivers of rules that do not exist", partial(of.checked, lambda: {"waivers": [{"rule": f"r{n}", "reason": "x"} for n in range(1_000)]}), 2),
        "facts": ("5,000 facts that do not exist", partial(of.checked, lambda: {"facts": {f"{'ab' * 30}{n}": True for n in range(5_000)}}), 2),
        "keys": ("190,000 keys nobody knows", partial(of.checked, lambda: {f"k{n}": 1 for n in range(190_000)}), 2),
        "blanks": ("10 MB of blanks after a project", partial(of.checked, lambda: '{"name": "p", "x": 1, "documents": [' + '[],' * 61 + "[]]}" + " " * 9_900_000), 2),
        "quotes": ("10 MB of escaped quotes that do not end", partial(of.checked, lambda: '{"a": [' + '[],' * 61 + '"' + '\\"' * 4_900_000), 2),
        "numbers": ("2,400,000 numbers", partial(of.checked, lambda: '{"name": "p", "facts": {"a": [' + "1.5," * 2_400_000 + "1]}}"), 2),
        "values": ("190,000 numbers", partial(of.checked, lambda: '{"name": "p", "facts": {"a": [' + "1.5," * 190_000 + "1]}}"), 2),
        "digits": ("a number of 9,000,000 digits", partial(of.checked, lambda: '{"name": "p", "security": {"level": ' + "9" * 9_000_000 + "}}"), 2),
        "brackets": ("10 MB of brackets", partial(of.checked, lambda: "[" * 9_900_000), 2),
        "text": ("one text of 10 MB", partial(of.checked, lambda: {"name": "x" * 9_900_000}), 2),
        "rules": ("9,000 rules, as JSON", partial(of.under, of.many_rules, *as_json), 3),
        "rules, table": ("9,000 rules, as a table", partial(of.under, of.many_rules, *table), 3),
        "rules, markdown": ("9,000 rules, as Markdown", partial(of.under, of.many_rules, "--format", "markdown"), 3),
        "rules, durable": ("9,000 rules, by durable-rules", partial(of.under, of.many_rules, *durable), 3),
        "rules, lint": ("9,000 rules, linted", partial(of.linted, of.many_rules), 1),
        "rules, compare": ("9,000 rules, compared", partial(of.compared, of.many_rules), 2),
        "tests": ("20 rules of 2,450 tests each, as JSON", partial(of.under, of.many_tests, *as_json), 3),
        "tests, table": ("the same as a table", partial(of.under, of.many_tests, *table), 3),
        "tests, durable": ("the same by durable-rules", partial(of.under, of.many_tests, *durable), 2),
        "tests, lint": ("the same linted", partial(of.linted, of.many_tests), 1),
        "tests, compare": ("the same compared", partial(of.compared, of.many_tests), 2),
        "deep": ("200 rules of conditions 45 deep", partial(of.under, of.deep, *as_json), 3),
        "deep, durable": ("the same by durable-rules", partial(of.under, of.deep, *durable), 3),
        "deep, wide": ("20 such rules with 40 tests at every depth", partial(of.under, partial(of.deep, 20, 40), *as_json), 3),
        "chain": ("1,000 rules on 20 facts computed in a row", partial(of.under, of.chained, *as_json), 3),
        "cases of a fact": ("38 rules on a fact of 48 cases", partial(of.under, of.cases, *as_json), 3),
        "flows": ("a flow of 50 steps, each conditional", partial(of.under, of.flows, *as_json), 3),
        "flows, durable": ("the same by durable-rules", partial(of.under, of.flows, *durable), 3),
        "consequences": ("200 consequences of any of 5,000 open rules", partial(of.under, of.consequences, *as_json), 3),
        "consequences, table": ("the same as a table", partial(of.under, of.consequences, *table), 3),
        "findings": ("50 rules on each of 200 changes", partial(of.under, of.of_changes, *as_json, project=of.changed()), 3),
        "findings, table": ("the same as a table", partial(of.under, of.of_changes, *table, project=of.changed()), 3),
        "findings, beyond": ("51 rules on each of 200 changes", partial(of.under, partial(of.of_changes, 51), project=of.changed()), 2),
        "years": ("50 yearly deadlines over 200 years", partial(of.under, of.yearly, *as_json, project={"events": {"accepted": "1900-01-01", "terminated": "2199-12-31"}}), 3),
        "deadlines, table": ("9,000 deadlines that passed, as a table", partial(of.under, of.deadlines, *table, project={"events": {"contract_signed": "2026-03-02"}}), 3),
        "deadlines": ("the same as JSON", partial(of.under, of.deadlines, *as_json, project={"events": {"contract_signed": "2026-03-02"}}), 3),
        "documents, table": ("9,000 documents owed, as a table", partial(of.under, of.papers, *table, project={"stage": "operation"}), 3),
        "documents, markdown": ("the same as Markdown", partial(of.under, of.papers, "--format", "markdown", project={"stage": "operation", "documents": []}), 1),
        "register": ("9,999 articles, cited 40,000 times", partial(of.under, of.register, *as_json), 0),
        "names": ("20,000 names nobody knows, among 20,000 like them", partial(of.under, of.unknown_words), 2),
        "operands": ("100,000 values in one test", partial(of.under, of.operands), 2),
        "shared": ("20,000 facts that each write out 2,000 tests", partial(of.under, of.shared_parts), 2),
        "cases beyond": ("10,000 cases of a fact", partial(of.under, partial(of.cases, 10_000)), 2),
        "figures": ("a text of 190,000 characters: amounts", partial(of.regulation, lambda: "1元，" * 63_000), 0),
        "numerals": ("one number of 190,000 digits", partial(of.regulation, lambda: "1" * 190_000), 0),
        "lines": ("60,000 lines of one paragraph", partial(of.regulation, lambda: "\n甲乙" * 60_000), 0),
        "spaces": ("190,000 blanks", partial(of.regulation, lambda: " " * 190_000), 0),
        "breaks": ("190,000 line ends", partial(of.regulation, lambda: "\n" * 190_000 + "x"), 0),
        "items": ("28,000 items", partial(of.regulation, lambda: "".join(f"（{n}）" for n in range(1, 28_000))), 0),
        "articles": ("9,999 articles", partial(of.regulation, lambda: "".join(f"。\n第{n}条 数据局1元" for n in range(2, 10_000))), 0),
        "authorities": ("35,000 names of authorities", partial(of.regulation, lambda: "".join(f"市{chr(0x4e00 + n % 200)}{chr(0x4e00 + n // 200)}局、" for n in range(35_000))), 0),
        "text, beyond": ("a text of 10 MB", partial(of.regulation, lambda: "甲" * 3_300_000), 2),
        "line": ("a line of 10 MB in a session", lambda folder: of.streamed(iter(['{"project": "' + "x" * 10_000_001 + '"}']), folder), 2),
        "line of lists": ("a line of 9.9 MB of lists", lambda folder: of.streamed(iter(["[" + "[]," * 3_300_000 + "1]"]), folder), 2),
        "projects": ("20,000 projects in a session", lambda folder: of.streamed(of.opened(20_000), folder), 0),
        "large projects": ("60 such projects in a session", lambda folder: of.streamed(of.large_opened(60), folder), 0),
        "case file": ("2,000 cases", partial(of.case_file, 2_000), 0),
    }  # fmt: skip
    return {name: Worst(*row) for name, row in rows.items()}


WORST: Final[Mapping[str, Worst]] = _rows()


@dataclass(frozen=True)
class Spent:
    """What one command took: its exit code, seconds of the processor, megabytes at most, what it said, and bytes of output."""

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
    status = Path("/proc/self/status")
    print(re.search(r"VmHWM:\\s+([0-9]+)", status.read_text())[1] if status.exists() else "unknown", file=sys.stderr)
"""
"""What the process held at most, where the system tells: of a child, ``getrusage`` tells its parent's."""
_LIMITED: Final = "import resource; resource.setrlimit(resource.RLIMIT_AS, ({0}, {0}))\n"


def spent(worst: Worst, address_space: int | None = None, seconds: float = SECONDS) -> Spent:
    """Run a case in a process of its own, which may have so many bytes of address space."""
    with TemporaryDirectory() as folder:
        arguments = worst.make(folder=Path(folder))
        limit = _LIMITED.format(address_space) if address_space and sys.platform == "linux" else ""
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-c", limit + _MEASURED, *arguments], capture_output=True, check=False, timeout=seconds,
            cwd=folder, env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "100"},
        )  # fmt: skip
        after = os.times()
    *said, peak = done.stderr.decode(errors="replace").rstrip("\n").split("\n")
    taken = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(done.returncode, taken, int(peak) / 1024 if peak.isdigit() else 0, "\n".join(said), len(done.stdout))


def part(names: Sequence[str]) -> Part:
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        one = spent(WORST[name])
        rows.append((name, WORST[name].says, str(one.code), one.seconds, one.megabytes, one.size / 1_000_000))
        wrong = one.code != WORST[name].code or one.megabytes > MEGABYTES or "Traceback" in one.said
        print(
            f"{name}: {one.seconds:.1f} s, {one.megabytes:.0f} MB, exit code {one.code}{' WRONG' if wrong else ''}",
            file=sys.stderr,
        )
        if wrong:
            print(one.said[-1_000:], file=sys.stderr)
    columns = ("input", "what", "exit code", "CPU seconds", "peak RSS, MB", "output, MB")
    return Part("The worst inputs", ABOUT, (Table("Whole commands", columns, tuple(rows)),))


ABOUT: Final = "Each is one call of the command line in a process of its own, start-up included."


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these: " + "; ".join(WORST))
    show(part(parser.parse_args().names or list(WORST)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
