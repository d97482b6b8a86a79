"""What a rule costs as rules and facts grow in number, for the definition and for ``check``; and loading.

python -m bench.growth [--quick]
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from statistics import fmean, median

from bench.tables import Part, Table, alone
from bench.workload import Workload, generate, stated, written
from govproj_rules import Project, check
from govproj_rules.checking import read_facts
from govproj_rules.evaluate import evaluate
from govproj_rules.facts import Facts
from govproj_rules.ir import RuleSet
from govproj_rules.library import read_ruleset
from govproj_rules.vocabulary import vocabulary

AS_OF = date(2026, 6, 30)
RULES = (10, 100, 1_000, 10_000)
FACTS = (10, 30, 100, 300, 1_000)
FEW_RULES, FEW_FACTS = 100, 40
PROJECTS = 5
LONG = 2.0
"""Seconds after which no more runs are made of one size; each has three at least."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Times of one size, in µs."""

    load: float
    definition: float
    check: float


def projects_of(workload: Workload) -> list[Project]:
    """The projects of a workload as the library reads them."""
    return [
        Project(name="generated", facts={name: stated(workload.facts[name], value) for name, value in one.items()})
        for one in workload.projects
    ]


def define(project: Project, ruleset: RuleSet) -> int:
    """Every rule decided by the definition, with reasons; no report."""
    facts = Facts(project, read_facts(project, ruleset), AS_OF, ruleset.stages, vocabulary())
    return len(evaluate(ruleset, facts, ruleset.regimes[0].id))


def typical(action: Callable[[int], object], least: int = 3) -> float:
    """The median time of an action in µs, over as many runs as fit in the time allowed."""
    times: list[float] = []
    end = time.perf_counter() + LONG
    while len(times) < least or (time.perf_counter() < end and len(times) < 1000):
        start = time.perf_counter_ns()
        action(len(times))
        times.append((time.perf_counter_ns() - start) / 1000)
    return median(times)


def cost(rules: int, facts: int) -> Cost:
    """What loading and deciding one size costs; the projects take turns."""
    workload = generate(rules, facts, PROJECTS)
    file = written(workload, demanding=True)
    ruleset, projects = read_ruleset(file), projects_of(workload)
    load = typical(lambda _: read_ruleset(file), least=1)
    check(projects[0], ruleset, as_of=AS_OF)  # compiles the ruleset, once
    gc.collect()
    gc.freeze()  # what is loaded stays, as in a service: it is not looked through for garbage again and again
    definition = typical(lambda turn: define(projects[turn % PROJECTS], ruleset))
    checking = typical(lambda turn: check(projects[turn % PROJECTS], ruleset, as_of=AS_OF))
    gc.unfreeze()
    return Cost(load, definition, checking)


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of a line through the logarithms: 1 is in proportion, 2 is its square, 0 does not grow."""
    xs, ys = [log(size) for size in sizes], [log(spent) for spent in times]
    middle, height = fmean(xs), fmean(ys)
    return sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / sum((x - middle) ** 2 for x in xs)


def table(title: str, what: str, sizes: Sequence[int], costs: Sequence[Cost], rules: Sequence[int]) -> Table:
    """A row for each size; the last one tells how the whole time grows."""
    columns = (what, "load, ms", "definition, ms", "check, ms", "definition, µs a rule", "check, µs a rule")
    rows: list[tuple[str | float, ...]] = [
        (f"{size:,}", one.load / 1000, one.definition / 1000, one.check / 1000, one.definition / many, one.check / many)
        for size, one, many in zip(sizes, costs, rules, strict=True)
    ]
    slopes = [exponent(sizes, [getattr(one, part) for one in costs]) for part in ("load", "definition", "check")]
    rows.append(("exponent", *(f"{slope:.2f}" for slope in slopes), "", ""))
    return Table(title, columns, tuple(rows))


def part(quick: bool = False) -> Part:
    many_rules, many_facts = (RULES[:-1], FACTS[::2]) if quick else (RULES, FACTS)
    by_rules = [cost(size, FEW_FACTS) for size in many_rules]
    by_facts = [cost(FEW_RULES, size) for size in many_facts]
    tables = (
        table(f"More rules, over {FEW_FACTS} facts", "rules", many_rules, by_rules, many_rules),
        table(f"More facts, under {FEW_RULES} rules", "facts", many_facts, by_facts, [FEW_RULES] * len(many_facts)),
    )
    return Part("As rules and facts grow in number", ABOUT, tables)


ABOUT = f"""\
Generated rulesets as above, each rule a duty that another fact fulfils, read from their YAML files. *Definition* is
every rule decided with its reasons; *check* is the public call, its findings made and their reasons unread, after a first one
that compiles the ruleset; what is loaded is set aside from the search for garbage. Medians over {PROJECTS} projects in turn.
The exponent is the slope of a line fitted through the logarithms of size and time: 1 means in proportion, 0 means that
it does not grow. Files are limited to 200,000 values and 10 MB, which the largest of these comes close to."""


if __name__ == "__main__":
    sys.exit(alone(part, __doc__))
