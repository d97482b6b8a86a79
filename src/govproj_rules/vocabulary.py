"""The words all rulesets share: stages, roles, acts, documents, events, topics, facts; zh and en each.

They live in ``rules/vocabulary.yaml``; this module only reads that file and knows no word itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from govproj_rules.compiled import kept
from govproj_rules.errors import InvalidInput, Problem, quote
from govproj_rules.ir import FactInfo, Label
from govproj_rules.light import dataclass
from govproj_rules.source import Keys, Source, decode, parse_yaml, read_bytes
from govproj_rules.values import TYPES

Words = Mapping[str, Label]

_PLAIN = ("roles", "acts", "documents", "sections", "effects", "matters")
_KEYS = ("stages", *_PLAIN, "events", "topics", "options", "facts", "words")


def rules_home() -> Path:
    """The folder of the built-in rules: inside the installed package, else of the source checkout."""
    package = Path(__file__).parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent.parent / "rules"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a project; ``stage`` is where in its life it happens."""

    stage: str
    label: Label


@dataclass(frozen=True, slots=True)
class Topic:
    """What a rule is about, so that like norms of several cities meet in one row."""

    label: Label
    about: Label


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All shared words of one edition of ``vocabulary.yaml``."""

    stages: Words
    roles: Words
    acts: Words
    documents: Words
    sections: Words
    effects: Words
    matters: Words
    events: Mapping[str, Event]
    topics: Mapping[str, Topic]
    options: Mapping[str, Words]
    facts: Mapping[str, FactInfo]
    words: Mapping[str, Words]
    sha256: str

    def label(self, group: str, word: str) -> Label:
        """The label of an output word such as a status; the word itself where it has none."""
        return self.words.get(group, {}).get(word) or Label(word, word)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the built-in rules, read once."""
    path = rules_home() / "vocabulary.yaml"
    data = read_bytes(path)
    return kept("vocabulary", data + str(path).encode(), lambda: read_vocabulary(data, str(path)))


def read_vocabulary(data: bytes, file: str) -> Vocabulary:
    """Read a vocabulary file; raises :class:`InvalidInput` with all its problems."""
    source = parse_yaml(decode(data, file), file)
    reader = _Reader(source)
    made = reader.read(hashlib.sha256(data).hexdigest())
    if reader.problems:
        raise InvalidInput(reader.problems)
    return made


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def refuse(self, keys: Keys, message: str, help: str | None = None) -> None:
        self.problems.append(self.source.problem(keys, "vocabulary", message, help))

    def mapping(self, keys: Keys, raw: object) -> dict[str, Any]:
        if isinstance(raw, dict):
            return raw
        self.refuse(keys, "expected a mapping here")
        return {}

    def label(self, keys: Keys, raw: object) -> Label:
        texts = self.mapping(keys, raw)
        for lang in ("zh", "en"):
            if not isinstance(texts.get(lang), str) or not texts[lang].strip():
                self.refuse(keys, f"the text in {quote(lang)} is missing", "give zh and en")
        return Label(str(texts.get("zh", "")), str(texts.get("en", "")))

    def words(self, keys: Keys, raw: object) -> Words:
        return {word: self.label((*keys, word), text) for word, text in self.mapping(keys, raw).items()}

    def fact(self, keys: Keys, path: str, raw: object) -> FactInfo:
        entry = self.mapping(keys, raw)
        type_ = entry.get("type", "")
        if path.startswith("facts.") and type_ not in TYPES:
            self.refuse(keys, f"{quote(type_)} is not a type", "one of " + ", ".join(TYPES))
        ask = self.label((*keys, "ask"), entry["ask"]) if "ask" in entry else None
        options = self.words((*keys, "options"), entry.get("options", {}))
        return FactInfo(path, type_, self.label(keys, raw), ask, options)

    def read(self, digest: str) -> Vocabulary:
        top = self.mapping((), self.source.data)
        for key in top.keys() ^ set(_KEYS):
            self.refuse((key,), f"the section {quote(key)} is {'unknown' if key in top else 'missing'}")
        stages = self.words(("stages",), top.get("stages", {}))
        events = {}
        for word, raw in self.mapping(("events",), top.get("events", {})).items():
            stage = self.mapping(("events", word), raw).get("stage")
            if stage not in stages:
                self.refuse(("events", word), f"the stage {quote(stage)} is not one of the stages")
            events[word] = Event(str(stage), self.label(("events", word), raw))
        topics = {
            word: Topic(self.label(("topics", word), raw), self.label(("topics", word, "about"), raw.get("about")))
            for word, raw in self.mapping(("topics",), top.get("topics", {})).items()
            if isinstance(raw, dict)
        }
        groups = {
            name: {
                group: self.words((name, group), raw) for group, raw in self.mapping((name,), top.get(name, {})).items()
            }
            for name in ("options", "words")
        }
        facts = {
            path: self.fact(("facts", path), path, raw)
            for path, raw in self.mapping(("facts",), top.get("facts", {})).items()
        }
        plain = {name: self.words((name,), top.get(name, {})) for name in _PLAIN}
        return Vocabulary(
            stages=stages, events=events, topics=topics, facts=facts, sha256=digest,
            options=groups["options"], words=groups["words"], **plain,
        )  # fmt: skip
