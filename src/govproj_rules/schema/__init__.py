"""JSON Schemas (draft 2020-12) of the formats: projects, rulesets, reports, comparisons, records, answers of sessions, maps.

They are computed from the models and tables that read and write those formats, with the words of the
vocabulary filled in, so that an editor completes names and shows what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.schema.comparison import comparison_schema
from govproj_rules.schema.map import map_schema
from govproj_rules.schema.project import project_schema
from govproj_rules.schema.record import record_schema
from govproj_rules.schema.report import report_schema
from govproj_rules.schema.ruleset import ruleset_schema
from govproj_rules.schema.session import session_schema
from govproj_rules.schema.words import Schema
from govproj_rules.whole import write_whole

SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "project": project_schema,
    "ruleset": ruleset_schema,
    "report": report_schema,
    "comparison": comparison_schema,
    "record": record_schema,
    "session": session_schema,
    "map": map_schema,
}

WIDTH: Final = 120

EDITOR_FILE: Final = "ruleset.schema.json"
"""What the first line of a ruleset file points editors to, in the folder ``schema`` beside it."""


def schema(name: str) -> Schema:
    """The JSON Schema of one of :data:`SCHEMAS`; a new dictionary each time."""
    if name not in SCHEMAS:
        raise InvalidInput(
            [Problem("unknown-schema", f"there is no schema {quote(name)}", did_you_mean(name, SCHEMAS))]
        )
    return SCHEMAS[name]()


def text(name: str) -> str:
    """The same as one text, as it is printed and kept in files; the same edition gives the same bytes."""
    return _laid_out(schema(name)) + "\n"


def _laid_out(part: Any, column: int = 0, indent: str = "") -> str:
    """JSON with every part that fits on a line on one line, and lists of words filled like a text."""
    line = json.dumps(part, ensure_ascii=False)
    if not isinstance(part, (dict, list)) or column + len(line) <= WIDTH:
        return line
    deeper = indent + "  "
    if isinstance(part, dict):
        heads = {name: f"{deeper}{json.dumps(name, ensure_ascii=False)}: " for name in part}
        rows = [heads[name] + _laid_out(inner, len(heads[name]), deeper) for name, inner in part.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    rows = []
    for inner in part:
        made = _laid_out(inner, len(deeper), deeper)
        if rows and not isinstance(inner, (dict, list)) and len(rows[-1]) + len(made) + 3 <= WIDTH:
            rows[-1] += f", {made}"
        else:
            rows.append(deeper + made)
    return "[\n" + ",\n".join(rows) + f"\n{indent}]"


def write(folder: Path) -> Path:
    """Write the schema that editors use for ruleset files into ``folder``, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / EDITOR_FILE
    write_whole(path, text("ruleset").encode())
    return path


__all__ = ["EDITOR_FILE", "SCHEMAS", "Schema", "schema", "text", "write"]
