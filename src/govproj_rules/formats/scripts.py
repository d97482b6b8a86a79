"""A ruleset as an SQL script."""

from __future__ import annotations

from collections.abc import Iterator

from govproj_rules.formats import Look
from govproj_rules.telling.words import say
from govproj_rules.to_sql import Script


def script(made: Script, look: Look) -> Iterator[str]:
    """The script, a statement at a time; what it is stands before it, as comments of words that no file wrote."""
    ruleset = made.ruleset
    for key in ("sql_head", "sql_day", "sql_tables", "sql_views"):
        yield f"-- {say(key, look.lang, id=ruleset.id, edition=ruleset.sha256[:12], day=made.as_of, dialect=made.dialect)}\n"
    for statement in made.statements():
        yield f"\n{statement};\n"
