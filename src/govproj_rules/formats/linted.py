"""What lint found, as text. :data:`LINTED` is the only list of these formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from govproj_rules.errors import Problem
from govproj_rules.formats import Look
from govproj_rules.telling.safe import clean, json_text
from govproj_rules.telling.words import say

if TYPE_CHECKING:
    from govproj_rules.lint import Linted


def table(linted: Sequence[Linted], unused: Sequence[Problem] | None, look: Look) -> str:
    """Every problem, then a line for each ruleset."""
    lines = [line for one in linted for problem in one.problems for line in _told(problem)]
    lines += [line for note in unused or () for line in _told(note)]
    for one in linted:
        key = "linted" if one.articles is not None else "not_loaded"
        counts = {"articles": one.articles, "rules": one.rules, "problems": len(one.problems)}
        lines.append(say(key, look.lang, name=clean(one.name), **counts))
    if unused is not None:
        lines.append(say("unused_words", look.lang, count=len(unused)))
    return "".join(f"{line}\n" for line in lines)


def json(linted: Sequence[Linted], unused: Sequence[Problem] | None, look: Look) -> str:
    """For other systems: one list of all problems; ``level`` tells what is no fault."""
    from json import dumps

    found = [_fields(problem, "problem") for one in linted for problem in one.problems]
    found += [_fields(note, "note") for note in unused or ()]
    return json_text(dumps(found, ensure_ascii=False, indent=2), look.encoding) + "\n"


def _told(problem: Problem) -> Iterator[str]:
    place = f"{clean(problem.place)}: " if problem.place else ""
    yield f"{place}{clean(problem.message)} [{problem.code}]"
    if problem.help:
        yield f"  help: {clean(problem.help)}"


def _fields(problem: Problem, level: str) -> dict[str, Any]:
    return {
        "file": problem.file, "line": problem.line, "column": problem.column,
        "level": level, "code": problem.code, "message": problem.message, "help": problem.help,
    }  # fmt: skip


LINTED: Final[Mapping[str, Callable[[Sequence[Linted], Sequence[Problem] | None, Look], str]]] = {
    "table": table,
    "json": json,
}
