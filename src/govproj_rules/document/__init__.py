"""A ruleset as it is written in YAML; :mod:`govproj_rules.lower` gives it its meaning."""

from govproj_rules.document.bodies import (
    BODIES,
    ApprovalBody,
    CompetenceBody,
    ConsequenceBody,
    DeadlineBody,
    DocumentBody,
    DutyBody,
    Kinds,
    MovedTo,
    PermissionBody,
    ProhibitionBody,
    Texts,
)
from govproj_rules.document.model import (
    ArticleDoc,
    FactDoc,
    FlowDoc,
    FlowEntry,
    RegimeDoc,
    RuleDoc,
    RulesetDoc,
    StepDoc,
)
from govproj_rules.document.reading import known_keys, read_document

__all__ = [
    "BODIES",
    "ApprovalBody",
    "ArticleDoc",
    "CompetenceBody",
    "ConsequenceBody",
    "DeadlineBody",
    "DocumentBody",
    "DutyBody",
    "FactDoc",
    "FlowDoc",
    "FlowEntry",
    "Kinds",
    "MovedTo",
    "PermissionBody",
    "ProhibitionBody",
    "RegimeDoc",
    "RuleDoc",
    "RulesetDoc",
    "StepDoc",
    "Texts",
    "known_keys",
    "read_document",
]
