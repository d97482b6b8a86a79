"""Words of a file: facts nobody reads, authorities nobody names, titles that say what their rule does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from govproj_rules.errors import Problem, quote
from govproj_rules.lint.carried import Figures, told
from govproj_rules.lint.english import english_figures
from govproj_rules.lint.opened import Opened
from govproj_rules.outcomes import UNNAMED_ROLES
from govproj_rules.regulation import figures
from govproj_rules.source import Keys
from govproj_rules.vocabulary import vocabulary

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ACTING: Final = ("rules", "regimes")
"""Where a file says what holds; what stands elsewhere only declares it."""


def mentioned(data: Any) -> Iterator[str]:
    """Every word of some data, keys and values alike."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from mentioned(value)
    elif isinstance(data, list):
        for value in data:
            yield from mentioned(value)
    elif isinstance(data, str):
        yield data


def unread_facts(opened: Opened) -> Iterator[Problem]:
    """Facts of the file that no rule, regime, tier or other fact reads."""
    data = opened.source.data
    parts = [data[key] for key in (*_ACTING, "tiers") if key in data]
    parts += [fact["is"] for fact in data.get("facts", {}).values() if "is" in fact]
    read = {word for part in parts for word in mentioned(part)}
    for name in opened.doc.facts:
        if f"facts.{name}" not in read:
            said = f"nothing reads the fact {quote(name)}"
            yield opened.problem(("facts", name), "unread-fact", said, "read it in a rule, or remove it")


def unused_authorities(opened: Opened) -> Iterator[Problem]:
    """Authorities that are given a name and nothing to do."""
    data = opened.source.data
    used = {word for key in (*_ACTING, "facts") if key in data for word in mentioned(data[key])}
    for role in opened.doc.authorities:
        if role not in used and role not in UNNAMED_ROLES:
            said = f"the authority {quote(role)} is named, yet no rule has it act"
            yield opened.problem(("authorities", role), "unused-authority", said, "give it its part, or remove it")


def languages(opened: Opened) -> Iterator[Problem]:
    """Texts in the other language than their key says."""
    yield from _languages(opened, opened.source.data, ())


def _languages(opened: Opened, data: Any, keys: Keys) -> Iterator[Problem]:
    if isinstance(data, list):
        for place, value in enumerate(data):
            yield from _languages(opened, value, (*keys, place))
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        if key == "zh" and isinstance(value, str) and not _CHINESE.search(value):
            said = f"the Chinese text {quote(value)} has no Chinese character"
            yield opened.problem((*keys, key), "wrong-language", said, "write it in Chinese")
        elif key == "en" and isinstance(value, str) and (found := _CHINESE.search(value)):
            said = f"the English text has the Chinese character {quote(found[0])}"
            yield opened.problem((*keys, key), "wrong-language", said, "write it in English")
        else:
            yield from _languages(opened, value, (*keys, key))


def titles(opened: Opened) -> Iterator[Problem]:
    """Titles with a figure that their rule does not have."""
    has = Figures(opened.ruleset, vocabulary())
    for keys, doc in opened.written():
        own = has.of(opened.lowered[doc.id])
        for lang, found in (("zh", figures(doc.title.zh)), ("en", english_figures(doc.title.en))):
            for figure in found:
                if told(figure) not in own:
                    said = f"the title of {quote(doc.id)} says {quote(figure.said)}, and its rule does not"
                    yield opened.problem((*keys, "title", lang), "title-figure", said, "correct the title, or the rule")
