"""Words of the vocabulary that no ruleset uses: not wrong, since a word may come before its city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from govproj_rules.errors import Problem, quote
from govproj_rules.lint.words import mentioned
from govproj_rules.source import decode, parse_yaml, read_bytes
from govproj_rules.vocabulary import rules_home

_GROUPS: Final = {
    "documents": "document", "sections": "section", "events": "event", "topics": "topic", "roles": "role",
    "acts": "act", "effects": "effect", "matters": "matter",
}  # fmt: skip


def unused_words(rulesets: Iterable[Any]) -> Iterator[Problem]:
    """Words of ``vocabulary.yaml`` that stand in none of some ruleset files (their data)."""
    used: set[str] = set()
    for data in rulesets:
        for key in ("rules", "regimes", "facts", "authorities"):
            for word in mentioned(data.get(key, {})):
                used.add(word)
                used.update(word.split(".")[1:2])
    path = rules_home() / "vocabulary.yaml"
    source = parse_yaml(decode(read_bytes(path), str(path)), str(path))
    for group, what in _GROUPS.items():
        for word in source.data[group]:
            if word not in used:
                yield source.problem((group, word), "unused-word", f"no ruleset uses the {what} {quote(word)}")
    for fact in source.data["facts"]:
        if fact.startswith("facts.") and fact not in used:
            yield source.problem(("facts", fact), "unused-word", f"no ruleset uses the fact {quote(fact)}")
