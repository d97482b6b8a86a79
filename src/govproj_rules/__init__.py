"""Compliance checks of government IT projects (政务信息化项目) against local regulations.

>>> from datetime import date
>>> from govproj_rules import Project, check, load_ruleset
>>> report = check(Project(name="x"), load_ruleset("langfang"), as_of=date(2026, 6, 30))
>>> report.verdict
'undetermined'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govproj_rules.version import __version__

if TYPE_CHECKING:
    from govproj_rules.checking import check
    from govproj_rules.comparing import compare, compare_project
    from govproj_rules.comparison import Comparison
    from govproj_rules.errors import InvalidInput, Problem
    from govproj_rules.ir import RuleSet
    from govproj_rules.library import load_ruleset
    from govproj_rules.project import Project, load_project, read_project
    from govproj_rules.recorded import Record
    from govproj_rules.recording import Verification, record, verify
    from govproj_rules.report import Finding, Report
    from govproj_rules.sessions import Changes, Session


_HOMES = {
    "Changes": "sessions",
    "Comparison": "comparison",
    "Finding": "report",
    "InvalidInput": "errors",
    "Problem": "errors",
    "Project": "project",
    "Record": "recorded",
    "Report": "report",
    "RuleSet": "ir",
    "Session": "sessions",
    "Verification": "recording",
    "check": "checking",
    "compare": "comparing",
    "compare_project": "comparing",
    "load_project": "project",
    "load_ruleset": "library",
    "read_project": "project",
    "record": "recording",
    "verify": "recording",
}

__all__ = [
    "Changes",
    "Comparison",
    "Finding",
    "InvalidInput",
    "Problem",
    "Project",
    "Record",
    "Report",
    "RuleSet",
    "Session",
    "Verification",
    "__version__",
    "check",
    "compare",
    "compare_project",
    "load_project",
    "load_ruleset",
    "read_project",
    "record",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that the import itself stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
