"""What ``new`` says of the file it wrote."""

from __future__ import annotations

from pathlib import Path

from govproj_rules.formats import Look
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import say


def started(path: Path, articles: int, look: Look) -> str:
    """Where the new ruleset stands, and what comes next."""
    shown = clean(str(path))
    first = say("new_written", look.lang, path=shown, articles=articles)
    then = say("new_next", look.lang, path=shown)
    return f"{first}\n  {then}\n"
