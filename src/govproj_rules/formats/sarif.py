"""Reports as SARIF 2.1.0: a run a report, a result a finding.

``kind`` is SARIF's own word for what came out: what is unknown is ``open`` (not enough information to decide), a
reminder a person must judge is ``review``. Only what is unmet is a ``fail``, at the level of its force. A suppression
stands only for a waiver that justifies something; one that lifts nothing, or has expired, is told and suppresses nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from govproj_rules.errors import Problem
from govproj_rules.formats import Look
from govproj_rules.formats.shown_in_ci import SCOPE, Shown, by_file, file_of
from govproj_rules.report import Finding, Report, WaiverView
from govproj_rules.telling.safe import clean, json_text
from govproj_rules.telling.teller import Teller
from govproj_rules.waivers import mark_of

Node = dict[str, Any]

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LANGUAGES: Final = {"zh": "zh-CN", "en": "en-US"}
KINDS: Final = {
    "met": "pass", "unmet": "fail", "unknown": "open", "upcoming": "informational", "info": "informational",
    "not_applicable": "notApplicable",
}  # fmt: skip
LEVELS: Final = {"must": "error", "must_not": "error", "in_principle": "warning", "may": "note", "encouraged": "note"}
_MARKUP: Final = re.compile(r"[\\\[\]]")


def write(reports: Sequence[Report], look: Look) -> str:
    """One log for all reports and for the files that gave none."""
    runs = [_run(report, file_of(place, look), look) for place, report in enumerate(reports)]
    runs += [_rejected(file, problems, look) for file, problems in by_file(look.problems).items()]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return json_text(json.dumps(log, ensure_ascii=False, indent=2), look.encoding) + "\n"


def _tool(rules: Sequence[Node] = ()) -> Node:
    from govproj_rules import __version__

    return {"driver": {"name": "govproj-rules", "version": __version__, "rules": list(rules)}}


# --- a report ---------------------------------------------------------------------------------------


def _run(report: Report, file: str | None, look: Look) -> Node:
    shown = Shown(report, look)
    first = {one.rule: one for one in reversed(report.findings)}
    every = list(dict.fromkeys(one.rule for one in report.findings))
    places = {rule: place for place, rule in enumerate(every, 1)}  # the scope comes first
    results = [_scope(shown, file), *(_result(one, places[one.rule], shown, file) for one in report.findings)]
    if any(one.get("suppressions") for one in results):  # then an empty list says that a result is not suppressed
        results = [{**one, "suppressions": one.get("suppressions", [])} for one in results]
    ruleset, project = report.ruleset, report.project
    run: Node = {
        "tool": _tool([_scope_rule(shown), *(_rule(first[name], shown) for name in every)]),
        "language": LANGUAGES[shown.tell.lang],
        "automationDetails": {"id": f"govproj/{quote(ruleset.id, '')}/{_uri(file) if file else quote(_shown(project.name), '')}/"},
        "invocations": [{"executionSuccessful": True}],
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {
            "verdict": report.verdict, "scope": report.scope, "regime": report.regime, "as_of": report.as_of.isoformat(),
            "counts": report.counts, "project": {"id": _shown(project.id), "name": _shown(project.name)},
            "ruleset": {
                "id": ruleset.id, "title": shown.tell.text(ruleset.title), "status": ruleset.status,
                "in_force": {key: day and day.isoformat() for key, day in ruleset.in_force.items()},
                "sha256": ruleset.sha256,
            },
            "waivers": [_waiver(one) for one in report.waivers],
        },
    }  # fmt: skip
    if file is not None:
        run["artifacts"] = [{"location": {"uri": _uri(file)}, "roles": ["analysisTarget"]}]
    return run


def _rule(finding: Finding, shown: Shown) -> Node:
    tell = shown.tell
    about = [
        tell.text(finding.title),
        tell.cite(finding.cite),
        tell.word("kind", finding.kind),
        tell.word("force", finding.force),
    ]
    note = {"help": _text(tell.text(finding.note))} if finding.note else {}
    return {
        "id": finding.rule, "shortDescription": _text(tell.text(finding.title)), "fullDescription": _text(" · ".join(about)),
        **note, "defaultConfiguration": {"level": LEVELS[finding.force]},
        "properties": {
            "kind": finding.kind, "force": finding.force, "topic": finding.topic, "cite": list(finding.cite),
            "stage": finding.stage, "who": finding.who.role,
        },
    }  # fmt: skip


def _result(finding: Finding, place: int, shown: Shown, file: str | None) -> Node:
    kind = KINDS[finding.status]
    if finding.status == "info" and finding.kind == "duty" and not finding.checked:
        kind = "review"  # the text gives nothing to check: a person must
    mark = mark_of(finding, shown.report.waivers)
    suppressed = [
        {"kind": "external", "status": "accepted", "justification": clean(one.reason)}
        for one in shown.lines.waived.on(finding) if one.standing != "expired"
    ] if mark == "waived" else []  # fmt: skip
    return {
        "ruleId": finding.rule, "ruleIndex": place, "kind": kind,
        "level": LEVELS[finding.force] if kind == "fail" else "none",
        "message": _text("\n".join((shown.head(finding), *shown.details(finding)))),
        **_located(file, finding.for_),
        "partialFingerprints": {"finding/v1": f"{finding.rule}#{finding.for_ or ''}"},
        **({"suppressions": suppressed} if suppressed else {}),
        "properties": {
            "status": finding.status, "late": finding.late, "checked": finding.checked, "force": finding.force,
            "cite": list(finding.cite), "for": finding.for_, "unknown": finding.unknown, "waiver": mark,
        },
    }  # fmt: skip


def _scope_rule(shown: Shown) -> Node:
    return {"id": f"{shown.report.ruleset.id}/{SCOPE}", "shortDescription": _text(shown.tell.say("scope_case"))}


def _scope(shown: Shown, file: str | None) -> Node:
    """Whether the regulation applies: while that is open, or it is not in force, nothing here is a pass."""
    status, told = shown.scope()
    return {
        "ruleId": f"{shown.report.ruleset.id}/{SCOPE}", "ruleIndex": 0, "kind": KINDS[status], "level": "none",
        "message": _text(shown.tell.say("fact", label=_verdict(shown.report, shown.tell), value=told)), **_located(file, None),
    }  # fmt: skip


def _verdict(report: Report, tell: Teller) -> str:
    return tell.word("verdict", report.verdict)


def _waiver(one: WaiverView) -> Node:
    return {
        "rule": _shown(one.rule), "for": _shown(one.for_), "reason": clean(one.reason), "authority": _shown(one.authority),
        "document": _shown(one.document), "expires": one.expires and one.expires.isoformat(), "standing": one.standing,
    }  # fmt: skip


# --- what could not be checked ----------------------------------------------------------------------


def _rejected(file: str, problems: Sequence[Problem], look: Look) -> Node:
    notes = [
        {"level": "error", "descriptor": {"id": one.code}, "message": _text(clean(str(one))), "locations": [_at(one)]}
        if one.file else {"level": "error", "descriptor": {"id": one.code}, "message": _text(clean(str(one)))}
        for one in problems
    ]  # fmt: skip
    return {
        "tool": _tool(), "language": LANGUAGES[look.lang],
        "invocations": [{"executionSuccessful": False, "exitCode": 2, "toolConfigurationNotifications": notes}],
        **({"automationDetails": {"id": f"govproj/{_uri(file)}/"}} if file else {}),
        "results": [],
    }  # fmt: skip


def _at(problem: Problem) -> Node:
    assert problem.file is not None
    region = {"startLine": problem.line, "startColumn": problem.column}
    known = {key: number for key, number in region.items() if number is not None}
    place: Node = {"artifactLocation": {"uri": _uri(problem.file)}}
    return {"physicalLocation": place | ({"region": known} if "startLine" in known else {})}


# --- texts and places -------------------------------------------------------------------------------


def _text(text: str) -> Node:
    """A message: ``[text](address)`` would be a link, and braces would be filled in."""
    literal = _MARKUP.sub(r"\\\g<0>", text) if "](" in text else text
    return {"text": literal.replace("{", "{{").replace("}", "}}")}


def _shown(text: str | None) -> Any:
    return None if text is None else clean(text)


def _located(file: str | None, element: str | None) -> Node:
    place: Node = {}
    if file is not None:
        place["physicalLocation"] = {"artifactLocation": {"uri": _uri(file), "index": 0}}
    if element is not None:
        place["logicalLocations"] = [{"fullyQualifiedName": clean(element)}]
    return {"locations": [place]} if place else {}


def _uri(file: str) -> str:
    """A file as it was named: relative names stay relative."""
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(os.fsencode(path.as_posix()))
