"""Cases: projects with the findings the text of a regulation leads to, compared both ways.

Within the articles a case is ``about``, every finding must be expected and every expectation found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from govproj_rules.check import check
from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.ir import TRUE, Rule, RuleSet
from govproj_rules.library import load_ruleset
from govproj_rules.outcomes import KINDS
from govproj_rules.project import Project, validation_problems
from govproj_rules.report import DeadlineView, Finding, Report
from govproj_rules.source import Keys, Source, decode, parse_yaml, read_bytes
from govproj_rules.values import Unreadable, parse_date
from govproj_rules.vocabulary import rules_home


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Written):
    """One finding that must be there; ``for`` and the rest are compared only where they are given."""

    cite: str
    kind: str
    status: str
    for_: Annotated[str | None, Field(alias="for")] = None
    late: bool | None = None
    due: str | None = None


class CaseDoc(_Written):
    """One case; ``bare``: without the base of the file."""

    id: str
    about: Annotated[list[str], Field(min_length=1)]
    project: dict[str, Any] = {}
    expect: list[Expected] = []
    as_of: str | None = None
    note: str | None = None
    bare: bool = False
    verdict: str | None = None
    scope: str | None = None
    regime: str | None = None
    margins: dict[str, str] = {}


class CasesDoc(_Written):
    """A file of cases of one ruleset."""

    ruleset: str
    as_of: str
    cases: Annotated[list[CaseDoc], Field(min_length=1)]
    base: dict[str, Any] = {}


@dataclass(slots=True)
class CaseResult:
    """What became of one case: nothing in ``differences`` means it passed."""

    id: str
    file: str
    line: int
    differences: list[str]
    reached: list[tuple[str, str]] = field(default_factory=list)

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

    def untested(self) -> list[tuple[Rule, list[str]]]:
        """Rules with the statuses they can take and no case reached."""
        reached: dict[str, set[str]] = {}
        for result in self.results:
            for name, status in result.reached:
                reached.setdefault(name, set()).add(status)
        gaps: dict[str, tuple[Rule, list[str]]] = {}  # the members of a list share an id, and their cases
        for rule in self.ruleset.rules:
            there = reached.get(f"{self.ruleset.id}/{rule.id}", set())
            if missing := [status for status in reachable(rule) if status not in there]:
                gaps[rule.id] = rule, missing
        return list(gaps.values())


def reachable(rule: Rule) -> tuple[str, ...]:
    """The statuses a rule can take."""
    certain = rule.applies == TRUE and rule.each is None
    if rule.done is None or not KINDS[rule.kind].obligation:
        return ("info",) if certain and rule.kind != "consequence" else ("info", "unknown")
    timed = rule.kind == "deadline" or rule.before is not None or rule.stage is not None
    upcoming = ("upcoming",) if timed and (rule.kind != "prohibition" or rule.stage) else ()
    return ("met", "unmet", "unknown", *upcoming)


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
            found.extend(sorted(inside.glob("*.yaml")))
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


def run_cases(path: Path) -> TestRun:
    """Run one file of cases; raises :class:`InvalidInput` where the file itself is wrong."""
    source = parse_yaml(decode(read_bytes(path), str(path)), str(path))
    doc = _read(source)
    beside = path.parent.parent / f"{doc.ruleset}.yaml"
    ruleset = load_ruleset(beside if beside.is_file() else doc.ruleset)
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for place, case in enumerate(doc.cases):
        if case.id in seen:
            problems.append(
                source.problem(("cases", place, "id"), "duplicate-id", f"two cases have the id {quote(case.id)}")
            )
        seen[case.id] = place
    results = []
    for place, case in enumerate(doc.cases):
        try:
            results.append(_run(source, doc, case, place, ruleset))
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return TestRun(ruleset, results)


def _read(source: Source) -> CasesDoc:
    if not isinstance(source.data, dict):
        raise InvalidInput(
            [source.problem((), "wrong-type", "a file of cases is a mapping", "start with `ruleset: NAME`")]
        )
    try:
        return CasesDoc.model_validate(source.data)
    except ValidationError as error:
        raise InvalidInput(_placed(source, (), pair) for pair in validation_problems(error, CasesDoc)) from None


def _placed(source: Source, inside: Keys, pair: tuple[Keys, Problem]) -> Problem:
    keys, problem = pair
    return source.problem((*inside, *keys), problem.code, problem.message, problem.help)


def _date(source: Source, keys: Keys, raw: str) -> date:
    try:
        return parse_date(raw)
    except Unreadable as error:
        raise InvalidInput([source.problem(keys, "wrong-value", str(error), error.help)]) from None


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
    return int(raw) if key in ("level", "plan_year") and isinstance(raw, str) and raw.isdigit() else raw


def _run(source: Source, doc: CasesDoc, case: CaseDoc, place: int, ruleset: RuleSet) -> CaseResult:
    keys: Keys = ("cases", place)
    stated = case.project if case.bare else merged(doc.base, case.project)
    try:
        project = Project.model_validate(numbers({"name": case.id, **stated}))
    except ValidationError as error:
        raise InvalidInput(
            _placed(source, (*keys, "project"), pair) for pair in validation_problems(error, Project)
        ) from None
    as_of = _date(source, (*keys, "as_of"), case.as_of or doc.as_of)
    try:
        report = check(project, ruleset, as_of=as_of)
    except InvalidInput as error:
        raise InvalidInput(_placed(source, (*keys, "project", "facts"), ((), one)) for one in error.problems) from None
    line, _ = source.where.get(keys, (1, 1))
    result = CaseResult(case.id, source.file, line, [])
    _compare(case, report, result)
    return result


def _compare(case: CaseDoc, report: Report, result: CaseResult) -> None:
    left = [finding for finding in report.findings if _within(finding.cite, case.about)]
    due = {(view.rule, view.for_): view for view in report.deadlines}
    for expected in sorted(case.expect, key=_precision):
        if not _within([expected.cite], case.about):
            result.differences.append(f"{_told(expected)}: the case is not about article {expected.cite}")
            continue
        found = next((one for one in left if _matches(expected, one, due)), None)
        if found is None:
            near = [one for one in left if one.kind == expected.kind and _within(one.cite, [expected.cite])]
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


def _within(cites: Iterable[str], about: Iterable[str]) -> bool:
    return any(cite == place or cite.startswith(f"{place}.") for cite in cites for place in about)


def _matches(expected: Expected, finding: Finding, due: Mapping[tuple[str, str | None], DeadlineView]) -> bool:
    view = due.get((finding.rule, finding.for_))
    return (
        expected.kind == finding.kind
        and expected.status == finding.status
        and _within(finding.cite, [expected.cite])
        and expected.for_ in (None, finding.for_)
        and expected.late in (None, finding.late)
        and (expected.due is None or (view is not None and str(view.due) == expected.due))
    )
