"""The columns of the flat table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.flat.reads import all_days_of, facts_of
from govproj_rules.ir import RuleSet
from govproj_rules.light import dataclass
from govproj_rules.project import fact_fields
from govproj_rules.vocabulary import vocabulary

Holds = Literal[
    "key", "yes_no", "money", "percent", "number", "grade", "year", "date", "dates", "length", "unit", "word", "words",
    "count",
]  # fmt: skip
"""What a cell holds, see `docs/scale.md`. Nothing is approximated: money is an integer of 分; a percentage is a decimal
of up to twelve places (15% is 15), a number likewise; a period is a whole ``length`` and its ``unit``."""

PROJECTS: Final = "projects"
CHANGES: Final = "changes"
KEY: Final = "project"
"""What tells projects apart, in both tables."""
NUMBER: Final = "change"
"""The place of a change among those of its project, from 0."""
STATED: Final = "changes"
"""How many changes a project has had; empty where that is not stated."""
UNITS: Final = ("working_days", "days", "months")
"""What a period is counted in; years are twelve months each."""

FEES: Final = ("supervision", "testing", "security_assessment", "acceptance")
"""What the all-in total of an investment has beside its cost."""
TOTAL: Final = ("investment.total", "investment.without_fees", *(f"investment.fees.{fee}" for fee in FEES))
RATIOS: Final = {
    "change.ratio": "change.amount",
    "change.cumulative_ratio": "change.amount",
    "change.total_after_ratio": "change.total_after",
}
"""The part of each share of a change; the whole is the approved estimate."""
APPROVED: Final = "investment.approved_estimate"
_HAPPENING: Final = ("filed", "reapproved")
_HOLDS: Final[dict[str, Holds]] = {
    "yes_no": "yes_no", "money": "money", "percent": "percent", "number": "number", "year": "year", "date": "date",
    "duration": "length", "one_of": "word", "some_of": "words",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of projects or of changes: its name, the fact it is about, and what its cells hold."""

    name: str
    fact: str
    holds: Holds
    table: str = PROJECTS


def columns(rulesets: Sequence[RuleSet]) -> tuple[Column, ...]:
    """What these regulations can read of a project, in the order of a project file; the key first.

    Every event of the vocabulary is among it: any of them tells what stage a project has come to. Raises
    :class:`InvalidInput` where two of the regulations have facts of one name and different types.
    """
    read = {"stage", *(f"events.{event}" for event in vocabulary().events)}
    read |= {name for one in rulesets for fact in facts_of(one) for name in _facts_behind(fact.path)}
    if any(rule.each is not None for one in rulesets for rule in one.rules):
        read |= {STATED, NUMBER}
    return tuple(one for one in every_column(rulesets) if one.holds == "key" or one.fact in read)


def every_column(rulesets: Sequence[RuleSet]) -> tuple[Column, ...]:
    """Every column a table of projects may have; what these regulations do not read is of no consequence to them.

    Raises as :func:`columns` does.
    """
    days = frozenset[str]().union(*(all_days_of(one) for one in rulesets))
    return (*_projects(rulesets, days), *_changes(days))


def _projects(rulesets: Sequence[RuleSet], days: frozenset[str]) -> Iterator[Column]:
    yield Column(KEY, KEY, "key")
    for path, marker in fact_fields().items():
        if not path.startswith("change."):
            yield Column(path, path, "grade" if path == "security.level" else _HOLDS[marker.type])
    for name in vocabulary().documents:
        yield from _document(f"documents.{name}", days)
    for name in vocabulary().events:
        yield from _happening(f"events.{name}", days)
    yield Column(STATED, STATED, "count")
    for name, type_ in _facts(rulesets).items():
        yield Column(name, name, _HOLDS[type_])
        if type_ == "duration":
            yield Column(f"{name}.unit", name, "unit")


def _document(path: str, days: frozenset[str]) -> Iterator[Column]:
    yield Column(path, path, "yes_no")
    yield Column(f"{path}.date", path, "date")
    yield from _happening(f"{path}.approved", days)
    for part in ("sections", "to"):
        yield Column(f"{path}.{part}", f"{path}.{part}", "words")


def _happening(path: str, days: frozenset[str], table: str = PROJECTS) -> Iterator[Column]:
    """Whether something happened, the day it first did, and all its days where rules look at them."""
    yield Column(path, path, "yes_no", table)
    yield Column(f"{path}.date", path, "date", table)
    if path in days:
        yield Column(f"{path}.dates", path, "dates", table)


def _changes(days: frozenset[str]) -> Iterator[Column]:
    yield Column(KEY, KEY, "key", CHANGES)
    yield Column(NUMBER, NUMBER, "count", CHANGES)
    for path, marker in fact_fields().items():
        name = path.removeprefix("change.")
        if name in _HAPPENING:
            yield from _happening(path, days, CHANGES)
        elif path != name and path not in RATIOS and name.removesuffix(".date") not in _HAPPENING:
            yield Column(path, path, _HOLDS[marker.type], CHANGES)


def _facts(rulesets: Sequence[RuleSet]) -> dict[str, str]:
    """The facts that are neither fields nor computed from others, with their types."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    shared = vocabulary().facts
    for one in rulesets:
        facts = {**{name: shared[name] for name in shared if name.startswith("facts.")}, **one.facts}
        for name, info in facts.items():
            if info.computed or not name.startswith("facts."):
                continue
            if found.setdefault(name, info.type) != info.type:
                said = f"{quote(name)} is of type {info.type} in one ruleset and of type {found[name]} in another"
                problems.append(Problem("two-types", said, "make a table for each of the rulesets"))
    if problems:
        raise InvalidInput(problems)
    return found


def _facts_behind(path: str) -> tuple[str, ...]:
    """What is stated of a project that a path is read from."""
    if path in RATIOS:
        return RATIOS[path], APPROVED
    if path == "investment.total":
        return TOTAL
    base = path.removesuffix(".date")
    if path.startswith("documents."):
        document = ".".join(path.split(".")[:2])
        return document, base
    return (base,) if path.startswith("events.") or base.removeprefix("change.") in _HAPPENING else (path,)
