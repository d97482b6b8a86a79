"""Projects over time: facts and events come one at a time, and only what they change is told.

A session is its facts: the project as stated, the day, and how each rule stands. :class:`Session` is one project,
:class:`Stream` many of them, fed by JSON lines.
"""

from govproj_rules.sessions.lines import STEPS, VERBS
from govproj_rules.sessions.records import Changes, FindingChange, Move, Outcome, State
from govproj_rules.sessions.session import Session
from govproj_rules.sessions.stream import MOST, Answer, Counted, Day, Ended, Refused, Saved, Stream, Told

__all__ = [
    "MOST",
    "STEPS",
    "VERBS",
    "Answer",
    "Changes",
    "Counted",
    "Day",
    "Ended",
    "FindingChange",
    "Move",
    "Outcome",
    "Refused",
    "Saved",
    "Session",
    "State",
    "Stream",
    "Told",
]
