"""Reading project files."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from govproj_rules.errors import InvalidInput, Problem
from govproj_rules.project.model import Project
from govproj_rules.project.wrong import validation_problems
from govproj_rules.source import MAX_BYTES, Keys, decode, locate_json, parse_json, read_bytes, too_large


def load_project(path: str | Path) -> Project:
    """Read a project file (JSON, UTF-8). Raises :class:`InvalidInput` with every problem and its place."""
    return read_project(read_bytes(Path(path)), str(path))


def read_project(data: bytes | str, file: str = "<project>") -> Project:
    """Read a project from JSON text. Raises :class:`InvalidInput` with every problem and its place."""
    if len(data) > MAX_BYTES:
        raise InvalidInput([too_large(file)])
    text = data if isinstance(data, str) else decode(data, file)
    raw = parse_json(text, file)
    try:
        return Project.model_validate(raw)
    except ValidationError as error:
        raise InvalidInput(_placed(text, file, validation_problems(error, Project, raw, "the project"))) from None


def _placed(text: str, file: str, found: list[tuple[Keys, Problem]]) -> list[Problem]:
    """Each problem at its place, or at the nearest one that encloses it; in the order of the file."""
    where = locate_json(text, {keys[:length] for keys, _ in found for length in range(len(keys) + 1)})
    placed = []
    for keys, problem in found:
        nearest = next(keys[:length] for length in range(len(keys), -1, -1) if keys[:length] in where)
        placed.append(problem.at(file, *where[nearest]))
    return sorted(placed, key=lambda problem: (problem.line or 0, problem.column or 0))
