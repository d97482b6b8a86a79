"""What the cases of a ruleset reach: as a page for its author, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from govproj_rules.cases import TestRun
from govproj_rules.cases.bounds import Bound
from govproj_rules.cases.coverage import ArticleCoverage, Count, Coverage, RuleCoverage, percent
from govproj_rules.formats import Look
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.formats.rules import cases_page
from govproj_rules.formats.waived import GAP
from govproj_rules.operators import reads
from govproj_rules.telling.safe import clean, json_text
from govproj_rules.telling.teller import Teller

_DAYS: Final = {"last_day": "last_day", "first_day": "first_day", "valid_until": "valid_day"}
_OF_DAYS: Final = {"below": "side_before", "on": "side_day", "above": "side_after"}
_OF_NUMBERS: Final = {"below": "side_below", "on": "side_on", "above": "side_above"}


def coverage_page(coverage: Coverage, look: Look) -> Page:
    """The result of the cases, then article by article, rule by rule and bound by bound what they reach."""
    tell = Teller(coverage.run.ruleset, look.lang)
    page = cases_page(coverage.run, look)
    page.sections = [section for section in page.sections if section.status == "unmet"]  # the rest is told below
    statuses, sides = (f"{count.reached}/{count.of}" for count in (coverage.statuses, coverage.sides))
    page.facts = [tell.say("covered", percent=percent(coverage.percent), statuses=statuses, sides=sides)]
    page.sections.append(Section(tell.say("coverage_articles"), [_article(one, tell) for one in coverage.articles]))
    page.sections.append(Section(tell.say("coverage_rules"), [_rule(one, tell) for one in coverage.rules]))
    if coverage.bounds:
        page.sections.append(Section(tell.say("coverage_bounds"), [_bound(one, tell) for one in coverage.bounds]))
    return page


def _article(one: ArticleCoverage, tell: Teller) -> Line:
    status = "info" if not one.rules else "met" if one.cases else "unknown"
    line = Line(tell.text(one.gist), status, tell.cite([one.number]))
    if one.rules:
        line.cite = tell.say("coverage_count", rules=len(one.rules), cases=len(one.cases))
    for part, reason in one.no_rules.items():
        told = tell.say("no_rules", reason=tell.text(reason)) if reason else tell.say("no_rules_plain")
        line.details.append(told if part == one.number else f"{tell.cite([part])} {told}")
    return line


def _rule(one: RuleCoverage, tell: Teller) -> Line:
    reached = (tell.word("status", status) for status, there in one.statuses.items() if there)
    line = Line(clean(one.rule.id), _mark(one.missing), "", tell.cite(one.rule.cite), tell.list(reached))
    if one.missing:
        missing = tell.list(tell.word("status", status) for status in one.missing)
        line.details.append(tell.say("no_case", list=missing))
    return line


def _mark(missing: Iterable[str]) -> str:
    return "unknown" if list(missing) else "met"


def _bound(one: Bound, tell: Teller) -> Line:
    line = Line(_said(one, tell), _mark(one.missing), "", tell.cite(one.cite))
    reached = [_side(one, side, tell) for side in one.sides if side not in one.missing]
    line.details = [GAP.join([clean(one.owner), *reached])]
    if one.missing:
        line.details.append(tell.say("no_case", list=tell.list(_word(one, side, tell) for side in one.missing)))
    return line


def _said(one: Bound, tell: Teller) -> str:
    ((how, value),) = one.said.items()
    if how in _DAYS:
        period = tell.say("bracketed", text=tell.value("", value)) if value else ""
        return tell.say(_DAYS[how], event=tell.event(one.fact)) + period
    if isinstance(value, dict):
        gap = " " if tell.lang == "en" else ""
        test = f"{tell.text(reads(how))}{gap}{tell.label(value['fact'])}"
        return tell.say("asked", label=tell.label(one.fact), test=test)
    return tell.asked(one.fact, one.said)


def _word(one: Bound, side: str, tell: Teller) -> str:
    return tell.say((_OF_DAYS if _is_day(one) else _OF_NUMBERS)[side])


def _is_day(one: Bound) -> bool:
    return not _DAYS.keys().isdisjoint(one.said)


def _side(one: Bound, side: str, tell: Teller) -> str:
    word = _word(one, side, tell)
    if side == "on":
        return word
    key = "side_by" if _is_day(one) else "side_apart" if one.moves else "side_value"
    return tell.say(key, side=word, value=tell.value("", one.tried(side)))


# --- JSON -------------------------------------------------------------------------------------------


def to_json(run: TestRun, coverage: Coverage | None, look: Look) -> str:
    """One object a ruleset, on one line: the cases that failed and, where asked for, what the cases reach."""
    failed = [
        {"case": one.id, "file": one.file, "line": one.line, "differences": one.differences}
        for one in run.results
        if not one.passed
    ]
    made: dict[str, Any] = {
        "version": 1, "ruleset": run.ruleset.id, "sha256": run.ruleset.sha256, "passed": run.passed,
        "failed": failed, "counts": run.counts(), "coverage": None,
    }  # fmt: skip
    if coverage is not None:
        made["coverage"] = {
            "percent": f"{percent(coverage.percent)}%",
            "statuses": _count(coverage.statuses),
            "bounds": _count(coverage.sides),
            "articles": [_article_json(one) for one in coverage.articles],
            "rules": [
                {"rule": f"{run.ruleset.id}/{one.rule.id}", "kind": one.rule.kind, "cite": list(one.rule.cite),
                 "statuses": dict(one.statuses)}
                for one in coverage.rules
            ],
            "thresholds": [_bound_json(one) for one in coverage.bounds],
        }  # fmt: skip
    return json_text(json.dumps(made, ensure_ascii=False), look.encoding) + "\n"


def _count(count: Count) -> dict[str, int]:
    return {"reached": count.reached, "of": count.of}


def _article_json(one: ArticleCoverage) -> dict[str, Any]:
    reasons = {part: reason._asdict() if reason else None for part, reason in one.no_rules.items()}
    return {"article": one.number, "rules": list(one.rules), "cases": list(one.cases), "no_rules": reasons}


def _bound_json(one: Bound) -> dict[str, Any]:
    sides = {
        side: {"reached": side in one.nearest, "distance" if one.moves else "value": one.tried(side)}
        for side in one.sides
    }
    return {"rule": one.owner, "fact": one.fact, "bound": one.said, "cite": list(one.cite), "sides": sides}
