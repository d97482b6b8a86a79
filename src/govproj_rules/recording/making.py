"""From a report to the record of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from govproj_rules.engines import Engine
from govproj_rules.errors import InvalidInput, wrong
from govproj_rules.project import Project, stated
from govproj_rules.recorded import VERSION, Record, canonical, content_sha256
from govproj_rules.records import plain
from govproj_rules.report import Finding, Report
from govproj_rules.source import MAX_BYTES, parse_json
from govproj_rules.version import __version__
from govproj_rules.vocabulary import vocabulary
from govproj_rules.working_days import calendar_sha256


def record(report: Report, project: Project, *, source: bytes | None = None, engine: Engine = "python") -> Record:
    """The record of a report: the answer with everything it rests on.

    ``project`` is what the report was made of, ``source`` the bytes of the file it was read from, ``engine`` the one
    that decided it. Findings of rules that do not apply are left out, so that the record is the same with ``all`` and
    without. Raises :class:`ValueError` where the report is of another project, and its kind :class:`InvalidInput`
    where a fact given to the library cannot be written down as JSON, or the record would be too large to be read.
    """
    if (report.project.id, report.project.name) != (project.id, project.name):
        raise ValueError("the report is of another project")
    info = report.ruleset
    made: dict[str, Any] = {
        "version": VERSION,
        "as_of": report.as_of.isoformat(),
        "project": _written(project),
        "source_sha256": None if source is None else hashlib.sha256(source).hexdigest(),
        "ruleset": {
            "id": info.id, "status": info.status, "in_force": plain(info.in_force), "sha256": info.sha256,
        },
        "vocabulary_sha256": vocabulary().sha256,
        "calendar_sha256": calendar_sha256(),
        "engine": {"name": engine, "version": __version__},
        **answer_of(report),
    }  # fmt: skip
    made["sha256"] = content_sha256(made)
    if len(canonical(made)) >= MAX_BYTES:
        raise wrong("too-large", "the record would be over 10 MB", "the project is far too large")
    return Record.model_validate(made)


def answer_of(report: Report) -> dict[str, Any]:
    """The part of a record that says what the answer was."""
    due = {(view.rule, view.for_): view.due for view in report.deadlines}
    kept = (one for one in report.findings if one.status != "not_applicable")
    return {
        "scope": report.scope,
        "regime": report.regime,
        "verdict": report.verdict,
        "counts": dict(report.counts),
        "findings": [_finding(one, due) for one in kept],
    }


def _finding(one: Finding, due: Mapping[tuple[str, str | None], date | None]) -> dict[str, Any]:
    return {
        "rule": one.rule, "for": one.for_, "kind": one.kind, "cite": list(one.cite), "status": one.status,
        "late": one.late, "checked": one.checked, "force": one.force, "due": plain(due.get((one.rule, one.for_))),
        "because": plain(one.because), "unknown": plain(one.unknown),
    }  # fmt: skip


def _written(project: Project) -> dict[str, Any]:
    """The project as data that a JSON file can hold, and that is read back from one."""
    data = stated(project)
    try:
        parse_json(canonical(data).decode(), "<project>")
    except InvalidInput:
        raise
    except (TypeError, ValueError):
        help = "state it as a project file would: texts, numbers, true or false, lists and mappings"
        raise wrong("unwritable-fact", "a fact cannot be written as JSON", help) from None
    return data
