"""Projects as the data of a project file: read from it, and written back."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import ValidationError

from govproj_rules.errors import InvalidInput
from govproj_rules.project.model import Project
from govproj_rules.project.wrong import validation_problems


def read_project_of(raw: object) -> Project:
    """A project from the data of a project file; raises :class:`InvalidInput` with every problem."""
    try:
        return Project.model_validate(raw)
    except ValidationError as error:
        found = validation_problems(error, Project, raw, "the project")
        raise InvalidInput(problem for _, problem in found) from None


def stated(project: Project) -> dict[str, Any]:
    """A project as data of a project file: what is not stated is not in it. Read back, it is the same project."""
    fields = ((name, stated_field(project, name)) for name in Project.model_fields)
    return copy.deepcopy({name: value for name, value in fields if value is not None})


def stated_field(project: Project, name: str) -> Any:
    """One field of :func:`stated`; None where it is not stated."""
    value = getattr(project, name, None)
    if isinstance(value, str) or value is None or name == "facts":  # facts are kept as they were stated
        return value
    made = project.model_dump(mode="json", by_alias=True, exclude_none=True, include={name})[name]
    return sorted(made) if isinstance(value, frozenset) else made
