"""Cases: projects with the findings the text of a regulation leads to, compared both ways.

Within the articles a case is ``about``, every finding must be expected and every expectation found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from govproj_rules.cases.reachable import reachable
from govproj_rules.cases.written import CaseDoc, CasesDoc, Expected, misstated, read_cases, within
from govproj_rules.checking import STATUSES, check
from govproj_rules.document import placed
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.ir import Rule, RuleSet
from govproj_rules.library import built_in, is_id, load_ruleset
from govproj_rules.project import Project, validation_problems
from govproj_rules.report import DeadlineView, Finding, Report
from govproj_rules.source import MAX_PROBLEMS, Keys, Source, decode, parse_yaml, read_bytes
from govproj_rules.values import Unreadable, parse_date
from govproj_rules.vocabulary import rules_home
from govproj_rules.waivers import COUNTED, mark_of


@dataclass(slots=True)
class CaseResult:
    """What became of one case: nothing in ``differences`` means it passed.

    ``counts`` has how many findings of each status there are in what it is about, and what is counted apart of them.
    """

    id: str
    file: str
    line: int
    about: list[str]
    project: Project
    as_of: date
    verdict: str
    differences: list[str] = field(default_factory=list)
    reached: list[tuple[str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(slots=True)
class TestRun:
    """All cases of one ruleset, and which statuses of which rules they tested."""

    ruleset: RuleSet
    results: list[CaseResult]

    __test__ = False  # not a test class, whatever its name

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)

    def counts(self) -> dict[str, int]:
        """How many findings of each status the cases are about, in all; and how many are counted apart."""
        found = sum((one.counts for one in self.results), Counter[str]())
        return {name: found[name] for name in (*STATUSES, *COUNTED)}

    def untested(self) -> list[tuple[Rule, list[str]]]:
        """Rules with the statuses they can take and no case reached."""
        reached = self.reached()
        gaps: dict[str, tuple[Rule, list[str]]] = {}  # the members of a list share an id, and their cases
        for rule in self.ruleset.rules:
            if missing := [one for one in reachable(rule, self.ruleset) if one not in reached.get(rule.id, ())]:
                gaps[rule.id] = rule, missing
        return list(gaps.values())

    def reached(self) -> dict[str, set[str]]:
        """The statuses the cases found, by the id of the rule."""
        found: dict[str, set[str]] = {}
        for result in self.results:
            for name, status in result.reached:
                found.setdefault(name.removeprefix(f"{self.ruleset.id}/"), set()).add(status)
        return found


# --- finding files ----------------------------------------------------------------------------------


def case_files(paths: Sequence[Path]) -> list[Path]:
    """The case files under some paths (rulesets, folders, case files), or those of ``./rules`` or the built-in ones."""
    if not paths:
        local = Path("rules")
        paths = [local if local.is_dir() else rules_home()]
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = path / "cases" if (path / "cases").is_dir() else path
            rulesets = (one for one in path.glob("*.yaml") if one.stem != "vocabulary")
            # a ruleset that nobody tests must not look as if it had passed: reading it as cases says so
            untested = {one for one in rulesets if not (inside / one.name).is_file()}
            found.extend(sorted({*(one for one in inside.glob("*.yaml") if one.stem != "vocabulary"), *untested}))
        elif path.parent.name != "cases" and (beside := path.parent / "cases" / path.name).is_file():
            found.append(beside)
        else:
            found.append(path)
    if not found:
        shown = ", ".join(str(path) for path in paths)
        raise InvalidInput(
            [Problem("no-cases", "there are no cases here", "cases stand in rules/cases/CITY.yaml", shown)]
        )
    return found


def _is_ruleset(data: object) -> bool:
    """Whether what a file holds is a ruleset rather than cases of one."""
    return isinstance(data, dict) and "rules" in data and "cases" not in data


def _no_cases(path: Path) -> Problem:
    said = "there are no cases for this ruleset, so nothing says that it is right"
    return Problem("no-cases", said, f"write them in {path.parent / 'cases' / path.name}", str(path))


def run_cases(path: Path) -> TestRun:
    """Run one file of cases; raises :class:`InvalidInput` where the file itself is wrong."""
    source = parse_yaml(decode(read_bytes(path), str(path)), str(path))
    if _is_ruleset(source.data):
        raise InvalidInput([_no_cases(path)])
    doc = read_cases(source)
    ruleset = _ruleset_of(source, doc.ruleset, path)
    problems: dict[tuple[int | None, int | None, str], Problem] = {}  # the base is wrong once, for all cases

    def note(found: Iterable[Problem]) -> None:
        problems.update({(one.line, one.column, one.message): one for one in found})

    note(placed(source, misstated(doc, ruleset)))
    results = []
    for place, case in enumerate(doc.cases):
        try:
            results.append(_run(source, doc, case, place, ruleset))
        except InvalidInput as error:
            note(error.problems)
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise InvalidInput(sorted(problems.values(), key=lambda one: (one.line or 0, one.column or 0))[:MAX_PROBLEMS])
    return TestRun(ruleset, results)


def _ruleset_of(source: Source, name: str, path: Path) -> RuleSet:
    """The ruleset a file of cases names: the one beside its folder, else a built-in one; never a path."""
    beside = path.parent.parent / f"{name}.yaml"
    if is_id(name) and beside.is_file():
        return load_ruleset(beside)
    if name not in built_in():
        said = f"there is no ruleset {quote(name)}"
        raise InvalidInput([source.problem(("ruleset",), "unknown-city", said, did_you_mean(name, built_in()))])
    return load_ruleset(name)


# --- running one case -------------------------------------------------------------------------------


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """``own`` laid over ``base``; mappings are merged, everything else replaced."""
    both = dict(base)
    for key, value in own.items():
        under = both.get(key)
        both[key] = merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return both


def numbers(raw: Any, key: str = "") -> Any:
    """YAML leaves every scalar as text; a project in a case still has its two whole numbers."""
    if isinstance(raw, dict):
        return {name: numbers(value, name) for name, value in raw.items()}
    if isinstance(raw, list):
        return [numbers(value) for value in raw]
    whole = key in ("level", "plan_year") and isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw)
    return int(raw) if whole else raw


def _run(source: Source, doc: CasesDoc, case: CaseDoc, place: int, ruleset: RuleSet) -> CaseResult:
    keys: Keys = ("cases", place)
    stated = numbers({"name": case.id, **(case.project if case.bare else merged(doc.base, case.project))})
    try:
        project = Project.model_validate(stated)
    except ValidationError as error:
        found = validation_problems(error, Project, stated, "the project")
        raise InvalidInput(_stated_at(source, keys, inner, one) for inner, one in found) from None
    try:
        report = check(project, ruleset, as_of=parse_date(case.as_of or doc.as_of))
    except Unreadable:  # told already, where the day stands
        raise InvalidInput([]) from None
    except InvalidInput as error:
        raise InvalidInput(_stated_at(source, keys, _named(one, stated), one) for one in error.problems) from None
    line, _ = source.where.get(keys, (1, 1))
    result = CaseResult(case.id, source.file, line, case.about, project, report.as_of, report.verdict)
    _compare(case, report, result)
    return result


def _stated_at(source: Source, case: Keys, keys: Keys, one: Problem) -> Problem:
    """A problem of a project, in the case or, where the case does not say it, in the base of the file."""
    places = [(*case, "project", *keys), ("base", *keys)]
    place = next((place for place in places if place in source.where), (*case, "project"))
    return source.problem(place, one.code, one.message, one.help)


def _named(one: Problem, stated: Mapping[str, Any]) -> Keys:
    """The fact that a problem names, of those the project states."""
    told = (name for name in stated.get("facts") or () if quote(name) in one.message or f"facts.{name}:" in one.message)
    return next((("facts", name) for name in told), ("waivers",))


def _compare(case: CaseDoc, report: Report, result: CaseResult) -> None:
    left = [finding for finding in report.findings if within(finding.cite, case.about)]
    result.counts.update(one.status for one in left)
    result.counts.update(mark for one in left if (mark := mark_of(one, report.waivers)))
    due = {(view.rule, view.for_): view for view in report.deadlines}
    for expected in sorted(case.expect, key=_precision):
        found = next((one for one in left if _matches(expected, one, due)), None)
        if found is None:
            near = [one for one in left if one.kind == expected.kind and within(one.cite, [expected.cite])]
            hint = f"; there: {', '.join(f'{one.rule} {one.status}' for one in near[:4])}" if near else ""
            result.differences.append(f"expected but missing: {_told(expected)}{hint}")
        else:
            left.remove(found)
            result.reached.append((found.rule, found.status))
    for one in left:
        result.differences.append(
            f"unexpected: {one.rule} [{', '.join(one.cite)}] {one.kind} {one.for_ or ''} {one.status}"
        )
    for name in ("verdict", "scope", "regime"):
        if (wanted := getattr(case, name)) is not None and wanted != getattr(report, name):
            result.differences.append(f"{name}: expected {wanted}, got {getattr(report, name)}")
    margins = {row.fact: row.margin for row in report.thresholds}
    for fact, wanted in case.margins.items():
        if str(margins.get(fact)) != wanted:
            result.differences.append(f"margin of {fact}: expected {wanted}, got {margins.get(fact)}")


def _precision(expected: Expected) -> tuple[bool, bool, int]:
    """The most precise expectations choose first."""
    return expected.for_ is None, expected.due is None and expected.late is None, -expected.cite.count(".")


def _told(expected: Expected) -> str:
    extra = [f"for {expected.for_}" if expected.for_ else "", f"due {expected.due}" if expected.due else ""]
    return " ".join(part for part in (expected.cite, expected.kind, *extra, expected.status) if part)


def _matches(expected: Expected, finding: Finding, due: Mapping[tuple[str, str | None], DeadlineView]) -> bool:
    view = due.get((finding.rule, finding.for_))
    return (
        expected.kind == finding.kind
        and expected.status == finding.status
        and within(finding.cite, [expected.cite])
        and expected.for_ in (None, finding.for_)
        and expected.late in (None, finding.late)
        and (expected.due is None or (view is not None and str(view.due) == expected.due))
    )
