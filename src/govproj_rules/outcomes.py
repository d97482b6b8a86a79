"""The kinds of outcome a rule can have. This table is the only list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govproj_rules.light import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: the list of the report that shows it, its usual force, and whether it can be unmet."""

    name: str
    view: str
    force: str
    obligation: bool


_ROWS = (
    Kind("document", "documents", "must", True),
    Kind("approval", "approvals", "must", True),
    Kind("prohibition", "prohibitions", "must_not", True),
    Kind("duty", "duties", "must", True),
    Kind("deadline", "deadlines", "must", True),
    Kind("permission", "permissions", "may", False),
    Kind("consequence", "consequences", "must", False),
    Kind("competence", "competences", "must", False),
)

KINDS: Final[Mapping[str, Kind]] = {row.name: row for row in _ROWS}

FORCES: Final = ("must", "must_not", "in_principle", "may", "encouraged")
BINDING: Final = frozenset({"must", "must_not"})
OWNER_SIDE: Final = frozenset({"owner", "user", "lead_department", "digital_company"})
"""Whose omissions make a project non-compliant (an authority's own leave it undetermined)."""
UNNAMED_ROLES: Final = OWNER_SIDE | {"supervisor", "third_party", "vendor"}
"""Roles that are no authority, so that a ruleset need not name them."""

IN_TIME, LATE, UNDATED, NO, UNKNOWN = "in_time", "late", "undated", "no", "unknown"

STATUS: Final[dict[tuple[bool | None, str, bool | None], str]] = {
    (True, IN_TIME, True): "met",
    (True, IN_TIME, False): "met",
    (True, IN_TIME, None): "met",
    (True, LATE, True): "unmet",
    (True, LATE, False): "unmet",
    (True, LATE, None): "unmet",
    (True, UNDATED, True): "unknown",
    (True, UNDATED, False): "unknown",
    (True, UNDATED, None): "unknown",
    (True, NO, True): "unmet",
    (True, NO, False): "upcoming",
    (True, NO, None): "unknown",
    (True, UNKNOWN, True): "unknown",
    (True, UNKNOWN, False): "upcoming",
    (True, UNKNOWN, None): "unknown",
    (None, IN_TIME, True): "met",
    (None, IN_TIME, False): "met",
    (None, IN_TIME, None): "met",
    (None, LATE, True): "unknown",
    (None, LATE, False): "unknown",
    (None, LATE, None): "unknown",
    (None, UNDATED, True): "unknown",
    (None, UNDATED, False): "unknown",
    (None, UNDATED, None): "unknown",
    (None, NO, True): "unknown",
    (None, NO, False): "upcoming",
    (None, NO, None): "unknown",
    (None, UNKNOWN, True): "unknown",
    (None, UNKNOWN, False): "upcoming",
    (None, UNKNOWN, None): "unknown",
}
"""(applies, done, due) → status, for every obligation; a rule that does not apply gives no finding."""
