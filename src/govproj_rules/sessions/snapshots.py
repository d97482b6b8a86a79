"""A session as JSON data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote, wrong
from govproj_rules.ir import RuleSet
from govproj_rules.project import Project, read_project_of, stated
from govproj_rules.values import Unreadable, parse_date

VERSION: Final = 1
_KEYS: Final = ("version", "ruleset", "as_of", "project")


def snapshot_of(ruleset: RuleSet, project: Project, as_of: date) -> dict[str, Any]:
    """The facts as stated, the day, and which edition of which ruleset."""
    edition = {"id": ruleset.id, "sha256": ruleset.sha256}
    return {"version": VERSION, "ruleset": edition, "as_of": as_of.isoformat(), "project": stated(project)}


def project_of(snapshot: object) -> Project:
    """The project of a snapshot, whatever edition it was made with."""
    return read_project_of(_whole(snapshot)["project"])


def read_snapshot(ruleset: RuleSet, snapshot: object) -> tuple[Project, date]:
    """The project and the day of a snapshot that was made with this very edition."""
    raw = _whole(snapshot)
    edition = raw["ruleset"]
    id, sha256 = (edition.get("id"), edition.get("sha256")) if isinstance(edition, Mapping) else (None, None)
    if id != ruleset.id:
        said = f"the snapshot was made with the ruleset {quote(id)}, not with {quote(ruleset.id)}"
        raise wrong("other-ruleset", said)
    if sha256 != ruleset.sha256:
        said = f"the snapshot was made with another edition of {quote(ruleset.id)}"
        raise wrong("other-edition", said, "start anew with its `project`, which is a project file")
    try:
        as_of = parse_date(raw["as_of"])
    except Unreadable as error:
        raise wrong("wrong-value", f"as_of: {error}", error.help) from None
    return read_project_of(raw["project"]), as_of


def _whole(snapshot: object) -> Mapping[str, Any]:
    if not isinstance(snapshot, Mapping):
        raise wrong("wrong-type", f"a snapshot must be a mapping, not {quote(snapshot)}")
    problems = [
        Problem("unknown-key", f"there is no key {quote(key)} in a snapshot", did_you_mean(str(key), _KEYS))
        for key in snapshot
        if key not in _KEYS
    ]
    problems += [
        Problem("missing-key", f"the snapshot lacks the key {quote(key)}") for key in _KEYS if key not in snapshot
    ]
    if not problems and snapshot["version"] != VERSION:
        said = f"the snapshot has the version {quote(snapshot['version'])}, which this program does not read"
        problems.append(Problem("other-version", said))
    if problems:
        raise InvalidInput(problems)
    return snapshot
