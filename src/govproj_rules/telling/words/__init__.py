"""The words of the interface itself, in both languages. Words about projects and rules live in the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govproj_rules.ir import Label
from govproj_rules.telling.words.answers import ANSWERS
from govproj_rules.telling.words.audits import AUDITS
from govproj_rules.telling.words.commands import COMMANDS
from govproj_rules.telling.words.comparisons import COMPARISONS
from govproj_rules.telling.words.norms import NORMS
from govproj_rules.telling.words.pages import PAGES

TABLES: Final[tuple[Mapping[str, Label], ...]] = (ANSWERS, NORMS, COMPARISONS, PAGES, COMMANDS, AUDITS)
WORDS: Final[Mapping[str, Label]] = {key: label for table in TABLES for key, label in table.items()}


def say(key: str, lang: str, **values: object) -> str:
    """The word ``key`` in ``lang``, with its blanks filled."""
    return WORDS[key].in_(lang).format(**values)


def said(key: str, **values: object) -> Label:
    """The word ``key`` in both languages; a blank filled with a label gets the text of each language."""

    def in_(lang: str) -> str:
        return say(
            key, lang, **{name: one.in_(lang) if isinstance(one, Label) else one for name, one in values.items()}
        )

    return Label(in_("zh"), in_("en"))
