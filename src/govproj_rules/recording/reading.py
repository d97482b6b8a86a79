"""Records read back: by whom they were written is not known, so nothing about them is taken on trust."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from govproj_rules.errors import InvalidInput, quote, wrong
from govproj_rules.project import validation_problems
from govproj_rules.recorded import VERSION, Record
from govproj_rules.source import MAX_BYTES, decode, parse_json

_SIGNS: Final = ("sha256", "engine")
"""Keys that no other file of this program has together."""


def read_line(line: bytes, file: str, number: int | None = None) -> tuple[Record, dict[str, Any]]:
    """The record of one line, and its data as it stands there.

    Raises :class:`InvalidInput` with every problem, at this line of the file.
    """
    try:
        if len(line) > MAX_BYTES:
            raise wrong("too-large", "the line is over 10 MB", "one line holds one record")
        raw = parse_json(decode(line.rstrip(b"\r\n"), file), file)
        if not isinstance(raw, dict) or not raw.keys() & set(_SIGNS):
            raise wrong("no-record", "this is no decision record", "records are made by `govproj check --record`")
        if "version" in raw and raw["version"] != VERSION:
            said = f"the record has the version {quote(raw['version'])}, which this program does not read"
            raise wrong("other-version", said)
        return Record.model_validate(raw), raw
    except ValidationError as error:
        problems = tuple(one for _, one in validation_problems(error, Record, raw, "the record"))
    except InvalidInput as error:
        problems = error.problems
    raise InvalidInput(one.at(file, number, one.column) for one in problems)
