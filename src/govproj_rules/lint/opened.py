"""A ruleset with the places of everything in its file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from govproj_rules.document import FlowEntry, RegimeDoc, RuleDoc, RulesetDoc, StepDoc, read_document
from govproj_rules.errors import Problem
from govproj_rules.ir import Rule, RuleSet
from govproj_rules.lower import lower
from govproj_rules.source import Keys, Source, decode, parse_yaml
from govproj_rules.vocabulary import vocabulary


@dataclass(frozen=True)
class Opened:
    """One ruleset as written and as it is meant."""

    source: Source
    doc: RulesetDoc
    ruleset: RuleSet

    def problem(self, keys: Keys, code: str, message: str, help: str | None = None) -> Problem:
        """A problem at a place of the file."""
        return self.source.problem(keys, code, message, help)

    @cached_property
    def places(self) -> Mapping[str, Keys]:
        """Where each rule is written, by its id."""
        return {doc.id: keys for keys, doc in self.written()}

    @cached_property
    def lowered(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that each written rule stands for, by its id."""
        found: dict[str, list[Rule]] = {}
        for rule in self.ruleset.rules:
            found.setdefault(rule.base_id, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    def written(self) -> Iterator[tuple[Keys, RuleDoc | StepDoc]]:
        """Every rule as written, steps of flows among them."""
        for place, entry in enumerate(self.doc.rules):
            if isinstance(entry, FlowEntry):
                yield from ((("rules", place, "flow", "steps", i), step) for i, step in enumerate(entry.flow.steps))
            else:
                yield ("rules", place), entry

    def cited(self) -> Iterator[tuple[Keys, tuple[str, ...]]]:
        """Every citation of the file, with where it stands."""
        docs: list[tuple[Keys, Any]] = [
            *self.written(),
            *((("facts", name), fact) for name, fact in self.doc.facts.items()),
        ]
        regimes: list[tuple[Keys, RegimeDoc]] = [(("regimes", i), regime) for i, regime in enumerate(self.doc.regimes)]
        for keys, doc in (*docs, *regimes):
            if doc.cite is not None:
                yield (*keys, "cite"), (doc.cite,) if isinstance(doc.cite, str) else tuple(doc.cite)


def open_ruleset(data: bytes, file: str) -> Opened:
    """Read a ruleset; raises :class:`InvalidInput` with every problem of loading."""
    source = parse_yaml(decode(data, file), file)
    doc = read_document(source)
    return Opened(source, doc, lower(doc, source, vocabulary(), hashlib.sha256(data).hexdigest()))
