"""A portfolio of projects under two editions of a regulation, or in two cities: whose answers flip.

Projects are checked and forgotten one by one; only what differs, or is wrong, is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from govproj_rules.checking import check
from govproj_rules.comparing.answers import Answering, differences
from govproj_rules.comparing.flipped import Changed, Edition, Flips, Moves, Rejected, RuleFlips, State, Totals
from govproj_rules.comparing.projects import as_known
from govproj_rules.comparing.texts import labels as labels_of
from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.ir import RuleSet
from govproj_rules.project import Project
from govproj_rules.project.portfolio import Record, count_records, read_portfolio
from govproj_rules.report import Report

__all__ = ["Alike", "Record", "answers", "count_records", "flips", "read_portfolio"]

Labels = tuple[str, str]
Way = tuple[str | None, str | None]


class Alike(NamedTuple):
    """A record that need not be read: a project that both rulesets answer alike, and their verdict."""

    verdict: str


def flips(
    old: RuleSet,
    new: RuleSet,
    records: Iterable[Record | Alike],
    as_of: date,
    labels: Labels | None = None,
    progress: Callable[[int], None] | None = None,
) -> Flips:
    """The projects that ``new`` answers differently from ``old`` on a day, and how many there are of each sort.

    ``labels`` name the two, by default by their ids, or by their files where the ids are alike; ``progress`` is told
    after each record how many are done. A project that cannot be checked is listed with its problems.
    """
    names = labels or _named(old, new)
    totals, rules = Totals(), _Rules((old, new))
    verdicts: Counter[Way] = Counter()
    changed: list[Changed] = []
    rejected: list[Rejected] = []
    for one, was, now in _answers(old, new, records, as_of, names):
        totals.projects += 1
        totals.undetermined_old += was == "undetermined"
        totals.undetermined_new += now == "undetermined"
        match one:
            case None:
                totals.unchanged += 1
            case Changed():
                totals.changed += 1
                changed.append(one)
                verdicts[one.verdict.old, one.verdict.new] += one.verdict.old != one.verdict.new
                rules.add(one)
            case Rejected():
                totals.rejected += 1
                rejected.append(one)
        if progress is not None:
            progress(totals.projects)
    first, last = (_edition(ruleset, name, as_of) for ruleset, name in zip((old, new), names, strict=True))
    return Flips(
        1, first, last, as_of, old.id == new.id, totals, _moves(verdicts), rules.told(), changed, rejected,
    )  # fmt: skip


def answers(
    old: RuleSet, new: RuleSet, records: Iterable[Record | Alike], as_of: date, labels: Labels | None = None
) -> Iterator[Changed | Rejected | None]:
    """One answer a record, as they come, for portfolios whose changes are too many to keep; None: nothing changed."""
    return (answer for answer, _, _ in _answers(old, new, records, as_of, labels or _named(old, new)))


def _answers(
    old: RuleSet, new: RuleSet, records: Iterable[Record | Alike], as_of: date, names: Labels
) -> Iterator[tuple[Changed | Rejected | None, str | None, str | None]]:
    """One answer a record, with the two verdicts where there are."""
    sides = (Answering(old), Answering(new))
    for record in records:
        if isinstance(record, Alike):
            yield None, record.verdict, record.verdict
            continue
        if record.project is None:
            yield Rejected(record.name, list(record.problems)), None, None
            continue
        reports, refused = _checked(record.project, (old, new), as_of)
        if refused:
            problems = [one.at(record.file, record.line) for one in _merged(refused, names)]
            yield Rejected(record.name, problems), None, None
        else:
            was, now = reports
            yield differences(was, now, sides, record.name), was.verdict, now.verdict


def _named(old: RuleSet, new: RuleSet) -> Labels:
    first, second = labels_of((old, new))
    return first, second


# --- checking ---------------------------------------------------------------------------------------


def _checked(
    project: Project, rulesets: tuple[RuleSet, RuleSet], as_of: date
) -> tuple[list[Report], dict[int, tuple[Problem, ...]]]:
    """The reports of both, or what each has against the project. What is no fault of the project is not caught."""
    reports: list[Report] = []
    refused: dict[int, tuple[Problem, ...]] = {}
    for place, ruleset in enumerate(rulesets):
        try:
            reports.append(check(as_known(project, ruleset, rulesets), ruleset, as_of=as_of))
        except InvalidInput as error:
            if any(problem.file for problem in error.problems):  # a built-in ruleset, not the project
                raise
            refused[place] = error.problems
    return reports, refused


def _merged(refused: Mapping[int, tuple[Problem, ...]], names: Labels) -> Iterator[Problem]:
    """What both have against a project once; what only one has, under its name."""
    found: dict[tuple[str, str], list[tuple[int, Problem]]] = {}
    for place, problems in refused.items():
        for problem in problems:
            found.setdefault((problem.code, problem.message), []).append((place, problem))
    for (_, message), each in found.items():
        place, problem = each[0]
        both = {place for place, _ in each} == {0, 1}
        yield problem if both else replace(problem, message=f"under {quote(names[place])}: {message}")


# --- the summary ------------------------------------------------------------------------------------


def _edition(ruleset: RuleSet, label: str, as_of: date) -> Edition:
    asked = check(Project(name="-"), ruleset, as_of=as_of)
    info = asked.ruleset
    regimes = {regime.id: regime.title for regime in ruleset.regimes}
    applied = asked.verdict != "not_in_force"
    return Edition(label, info.id, info.title, info.status, info.in_force, info.sha256, applied, regimes)


def _moves(counted: Counter[Way]) -> list[Moves]:
    """The most frequent first, then by their words."""
    ways = sorted(counted.items(), key=lambda one: (-one[1], one[0][0] or "", one[0][1] or ""))
    return [Moves(old, new, count) for (old, new), count in ways if count]


def _standing(state: State | None) -> str | None:
    """A status, or what its waiver comes to: a waived finding is never counted with those that are not."""
    return None if state is None else state.waiver or state.status


class _Rules:
    """Counts, rule by rule, the projects it answers differently."""

    def __init__(self, rulesets: tuple[RuleSet, RuleSet]) -> None:
        self.sides = [Answering(ruleset) for ruleset in rulesets]
        self.ways: dict[str, Counter[Way]] = {}
        self.projects: Counter[str] = Counter()

    def add(self, one: Changed) -> None:
        found: dict[str, set[Way]] = {}
        for flip in one.findings:
            ways = found.setdefault(flip.rule, set())
            ways.add((_standing(flip.old), _standing(flip.new)))
        for name, ways in found.items():
            self.ways.setdefault(name, Counter()).update(ways)
            self.projects[name] += 1

    def told(self) -> list[RuleFlips]:
        """The rules that concern most projects first; then in the order of the new edition."""
        known = {**self.sides[0].rules, **self.sides[1].rules}
        order = dict.fromkeys((*self.sides[1].rules, *self.sides[0].rules))
        made = []
        for name in order:
            if name in self.ways:
                rule, side = known[name], self.sides[name in self.sides[1].rules]
                made.append(
                    RuleFlips(
                        name, rule.kind, rule.topic, rule.title, list(rule.cite), side.article(rule.cite),
                        self.projects[name], _moves(self.ways[name]),
                    )
                )  # fmt: skip
        return sorted(made, key=lambda one: -one.projects)
