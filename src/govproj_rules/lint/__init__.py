"""What is wrong with a ruleset although it loads: for the drafter, before anybody relies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.library import built_in, is_id
from govproj_rules.lint.against import against
from govproj_rules.lint.guards import never, tiers
from govproj_rules.lint.opened import open_ruleset
from govproj_rules.lint.vocabulary import unused_words
from govproj_rules.lint.words import languages, titles, unread_facts, unused_authorities
from govproj_rules.possible import limited
from govproj_rules.regulation import read_regulation
from govproj_rules.source import decode, read_bytes
from govproj_rules.vocabulary import rules_home

_CHECKS = (unread_facts, unused_authorities, languages, titles, never, tiers)


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in one ruleset; ``articles`` and ``rules`` are None where it does not load."""

    name: str
    problems: tuple[Problem, ...]
    articles: int | None = None
    rules: int | None = None
    data: Any = field(default=None, repr=False)


def lint(path: Path, text: Path | None = None) -> Linted:
    """Every problem of a ruleset file, held against the text of its regulation where one is given.

    Raises :class:`InvalidInput` only for files that cannot be read at all.
    """
    data = read_bytes(path)
    decode(data, str(path))
    articles = None if text is None else read_regulation(decode(read_bytes(text), str(text)), str(text))
    try:
        opened = open_ruleset(data, str(path))
    except InvalidInput as error:
        return Linted(path.stem, error.problems)
    found: list[Problem] = []
    try:
        with limited():
            for check in _CHECKS:
                found.extend(check(opened))
    except InvalidInput as error:  # too large to be looked through; what was found so far is told
        found.extend(problem.at(str(path)) for problem in error.problems)
    if articles is not None:
        found.extend(against(opened, articles))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.line or 0, one.column or 0))
    rules = sum(1 for _ in opened.written())
    return Linted(
        opened.ruleset.id, tuple(ordered), sum(map(str.isdigit, opened.doc.register_)), rules, opened.source.data
    )


def lint_all(names: Sequence[str], text: str | None = None) -> list[Linted]:
    """Lint the rulesets named. Raises :class:`InvalidInput` with every file that cannot be read."""
    files = ruleset_files(names)
    if text is not None and len(files) != 1:
        said = f"a text belongs to one ruleset, not to {len(files)}"
        raise wrong("text", said, "name the ruleset, as in `govproj lint rules/langfang.yaml --text FILE`")
    linted: list[Linted] = []
    problems: list[Problem] = []
    for file in files:
        try:
            linted.append(lint(file, None if text is None else Path(text)))
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return linted


def lint_vocabulary(linted: Sequence[Linted]) -> tuple[Problem, ...]:
    """Words of the vocabulary that none of some rulesets uses; no fault of theirs."""
    return tuple(unused_words(one.data for one in linted if one.data is not None))


def ruleset_files(names: Sequence[str]) -> list[Path]:
    """The rulesets meant: files, folders of them, ids of built-in ones; with none ``./rules``, else the built-in ones."""
    if not names:
        local = Path("rules")
        names = [str(local if local.is_dir() else rules_home())]
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = path / "rules" if (path / "rules").is_dir() else path
            files = sorted(one for one in inside.glob("*.yaml") if one.stem != "vocabulary")
            if not files:
                raise wrong("no-rulesets", "there are no rulesets here", "rulesets stand in rules/CITY.yaml", name)
            found.extend(files)
        elif not path.exists() and is_id(name):
            if name not in built_in():
                help = "name a file, or one of: " + ", ".join(built_in())
                raise wrong("unknown-city", f"there is no ruleset {quote(name)}", help)
            found.append(rules_home() / f"{name}.yaml")
        else:
            found.append(path)
    return list(dict.fromkeys(found))


__all__ = ["Linted", "lint", "lint_all", "lint_vocabulary", "ruleset_files"]
