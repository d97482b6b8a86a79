"""A decision record: what one answer was, and everything it rests on, so that it can be reproduced years later.

Its JSON form is canonical (sorted keys, no white space, UTF-8, one line): equal records are equal bytes, and the
SHA-256 of its content stands in it. ``govproj schema record`` gives its schema, :mod:`govproj_rules.recording` makes
and verifies records.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from govproj_rules.errors import quote
from govproj_rules.project.types import Date, Reads, unreadable
from govproj_rules.values import Unreadable

VERSION: Final = 1


def _sha256(raw: object) -> object:
    if isinstance(raw, str) and re.fullmatch("[0-9a-f]{64}", raw):
        return raw
    raise unreadable(Unreadable(f"{quote(raw)} is not a SHA-256", "64 digits from 0 to 9 and a to f"))


Sha256 = Annotated[str, Reads(_sha256)]
"""In hex, lower case."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class InForce(_Part):
    """The first and the last day of an edition; null: not stated."""

    from_: Date | None = Field(alias="from")
    until: Date | None


class Edition(_Part):
    """The ruleset used: which edition, and the SHA-256 of its file."""

    id: str
    status: str
    in_force: InForce
    sha256: Sha256


class Decider(_Part):
    """Who decided: the engine, and the version of this package."""

    name: str
    version: str


class Reason(_Part):
    """One test that was made: ``holds`` is null where the fact is unknown."""

    fact: str
    test: dict[str, Any]
    value: Any
    holds: bool | None


class RecordedFinding(_Part):
    """A finding without its texts; ``due`` is the last day of a deadline, where it is known."""

    rule: str
    for_: str | None = Field(alias="for")
    kind: str
    cite: list[str]
    status: str
    late: bool
    checked: bool
    force: str
    due: Date | None
    because: list[Reason]
    unknown: list[str | dict[str, Any]]


class Record(_Part):
    """One answer with what it rests on.

    ``project`` is the project as it was read, in the form of a project file; ``source_sha256`` that of the file's own
    bytes, null where there was none. ``sha256`` is that of the record's canonical JSON without this one key.
    """

    version: int
    as_of: Date
    project: dict[str, Any]
    source_sha256: Sha256 | None
    ruleset: Edition
    vocabulary_sha256: Sha256
    calendar_sha256: Sha256
    engine: Decider
    scope: str
    regime: str | None
    verdict: str
    counts: dict[str, int]
    findings: list[RecordedFinding]
    sha256: Sha256

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON data."""
        return self.model_dump(mode="json", by_alias=True)

    def to_bytes(self) -> bytes:
        """The record as one line of canonical JSON, with its line end: what a file of records holds."""
        return canonical(self.to_dict()) + b"\n"


def canonical(value: Any) -> bytes:
    """JSON data as bytes, always the same for the same data.

    Raises :class:`ValueError` or :class:`TypeError` for what JSON has no words for.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def content_sha256(record: Mapping[str, Any]) -> str:
    """The SHA-256 of a record's content: of all of it but the key that holds it."""
    return hashlib.sha256(canonical({key: part for key, part in record.items() if key != "sha256"})).hexdigest()
