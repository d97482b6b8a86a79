"""The schema of what ``govproj session`` answers, line by line, read off its dataclasses."""

from __future__ import annotations

from govproj_rules.errors import Problem
from govproj_rules.report import Report
from govproj_rules.schema.records import DATE, SHA256, TEXT, Records, counts, enum, exactly
from govproj_rules.schema.report import known, report_parts
from govproj_rules.schema.words import Schema, closed, document
from govproj_rules.sessions import Changes, State
from govproj_rules.vocabulary import vocabulary


def session_schema() -> Schema:
    """The JSON Schema of one line of an answer; nothing else is in it."""
    defs = dict(report_parts())
    of = Records(_known, both=False, defs=defs).typed
    number, count = {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}
    head: Schema = {"line": number, "project": TEXT}
    problems = {"type": "array", "items": of(Problem, "problems"), "minItems": 1}
    answers = {
        "opened": exactly({**head, "opened": of(State, "opened")}, description="A project is open, and stands so."),
        "changes": exactly(
            {**head, "changes": of(Changes, "changes")}, description="What a line or a new day changed."
        ),
        "report": exactly({**head, "report": of(Report, "report")}, description="The report that was asked for."),
        "ended": exactly({**head, "ended": {"const": True}}, description="A project is no longer open."),
        "day": exactly(
            {"line": number, "as_of": DATE, "projects": count, "changed": count, "undetermined": count},
            description="A new day: how many projects are open, for how many it changed something, how many are undetermined.",
        ),
        "refused": closed(
            {**head, "problems": problems},
            required=["line", "problems"],
            description="A line that was not carried out, with everything that is wrong with it.",
        ),
        "saved": exactly(
            {"project": TEXT, "restore": _snapshot()},
            description="A project of a snapshot: a line that opens it again.",
        ),
        "counted": exactly({"snapshot": count}, description="The last line of a snapshot: how many projects it has."),
    }
    about = "`govproj session` 逐行的回答：开立、变化、报告、新的一天、快照和错误"
    return document("会话回答 session", {"anyOf": list(answers.values())}, defs, about)


def _snapshot() -> Schema:
    project = {"type": "object", "required": ["name"], "description": "A project file: see `govproj schema project`."}
    edition = exactly({"id": TEXT, "sha256": SHA256})
    return exactly({"version": {"const": 1}, "ruleset": edition, "as_of": DATE, "project": project})


def _known(model: str, name: str) -> Schema | None:
    """What the type of a field does not tell."""
    match model, name:
        case "State", "scope" | "verdict":
            return enum(vocabulary().words[name])
        case "State" | "Changes", "counts":
            return counts()
        case _:
            return known(model, name)
