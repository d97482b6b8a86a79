"""The project: its model, the types of its fields, and how it is read."""

from govproj_rules.project.model import Change, DocumentState, Project, Waiver, fact_fields
from govproj_rules.project.reading import load_project, read_project
from govproj_rules.project.stated import read_project_of, stated, stated_field
from govproj_rules.project.types import FactType, words_of
from govproj_rules.project.wrong import validation_problems

__all__ = [
    "Change",
    "DocumentState",
    "FactType",
    "Project",
    "Waiver",
    "fact_fields",
    "load_project",
    "read_project",
    "read_project_of",
    "stated",
    "stated_field",
    "validation_problems",
    "words_of",
]
