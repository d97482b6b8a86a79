"""Names and values of a ruleset file resolved: every word checked, every fact typed, every problem kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any

from govproj_rules.document import FactDoc, RulesetDoc, Texts
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.ir import Expr, Fact, FactInfo, Label, Literal, Named, Term
from govproj_rules.lower.size import Sizes
from govproj_rules.outcomes import UNNAMED_ROLES
from govproj_rules.project import fact_fields, words_of
from govproj_rules.source import MAX_PROBLEMS, Keys, Source
from govproj_rules.values import TYPES, Unreadable, parse
from govproj_rules.vocabulary import Vocabulary

MAX_CHAIN = 20
MAX_NESTED = 100
MAX_TESTS = 5_000
MAX_ALL_TESTS = 200_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")
DOCUMENT_PARTS = {
    "date": ("date", None),
    "approved": ("yes_no", None),
    "approved.date": ("date", None),
    "sections": ("some_of", "sections"),
    "to": ("some_of", "roles"),
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A path in a guard: a fact of some type, or the expression or cases a computed fact stands for."""

    path: str
    type: str
    options: Mapping[str, Any]
    term: Term | None = None
    expr: Expr | None = None
    cases: tuple[tuple[Expr, Term], ...] | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Where in the file we are, and whether ``change.`` paths mean something there."""

    keys: Keys
    each: bool = False

    def __truediv__(self, key: str | int) -> Here:
        return Here((*self.keys, key), self.each)


def texts(written: Texts) -> Label:
    """A written text as a label."""
    return Label(written.zh, written.en)


def label(written: Texts | None) -> Label | None:
    """The same, where there is one."""
    return texts(written) if written else None


def many(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """One word or several, as a tuple."""
    return () if words is None else (words,) if isinstance(words, str) else tuple(words)


class Scope:
    """What names mean in one ruleset, and the problems found so far."""

    def __init__(self, doc: RulesetDoc, source: Source, vocabulary: Vocabulary) -> None:
        self.doc = doc
        self.source = source
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.infos: dict[str, FactInfo] = {}
        self.named: dict[tuple[str, str, str], Named] = {}
        self.depth = 0  # of guards inside guards, those of computed facts included
        self._open: list[str] = []  # the computed facts being worked out
        self._worked_out: dict[str, Resolved | None] = {}
        self._of_change: set[str] = set()
        self._sizes = Sizes()
        self._whole = 0  # tests and terms of everything bounded so far
        for name, fact in doc.facts.items():
            self._declare(name, fact)

    # --- problems -------------------------------------------------------------------------------

    def refuse(self, here: Here, code: str, message: str, help: str | None = None) -> None:
        """Note a problem at a place of the file; raises where there are so many that no more are sought."""
        self.problems.append(self.source.problem(here.keys, code, message, help))
        if len(self.problems) == MAX_PROBLEMS:
            raise self.refusal()

    def refusal(self) -> InvalidInput:
        """All problems noted, each once, in the order of the file."""
        unique = {(one.line, one.column, one.code, one.message): one for one in self.problems}
        return InvalidInput(sorted(unique.values(), key=lambda one: (one.line or 0, one.column or 0)))

    def word(self, group: str, word: str, here: Here, what: str | None = None) -> str:
        """A word that must stand in a list of the vocabulary."""
        known = getattr(self.vocabulary, group)
        if word not in known:
            self.refuse(here, f"unknown-{(what or group.removesuffix('s')).replace(' ', '-')}",
                        f"there is no {what or group.removesuffix('s')} {quote(word)}", did_you_mean(word, known))  # fmt: skip
        return word

    def words(self, group: str, words: str | Iterable[str] | None, here: Here) -> tuple[str, ...]:
        """One or several such words."""
        single = isinstance(words, str)
        return tuple(self.word(group, word, here if single else here / i) for i, word in enumerate(many(words)))

    def role(self, role: str, here: Here) -> str:
        """A role: in the vocabulary, and named by this ruleset if it is an authority."""
        if self.word("roles", role, here) in self.vocabulary.roles and role not in self.doc.authorities:
            if role not in UNNAMED_ROLES:
                self.refuse(here, "unnamed-role", f"the role {quote(role)} has no name here",
                            f"add {quote(role)} to `authorities`")  # fmt: skip
        return role

    def roles(self, roles: str | Iterable[str] | None, here: Here) -> tuple[str, ...]:
        single = isinstance(roles, str)
        return tuple(self.role(role, here if single else here / i) for i, role in enumerate(many(roles)))

    def stage(self, stage: str, here: Here) -> str:
        """A stage this ruleset lists (``change`` counts as construction)."""
        if stage not in self.doc.stages and stage != "change":
            self.refuse(
                here, "unknown-stage", f"there is no stage {quote(stage)}", did_you_mean(stage, self.doc.stages)
            )
        return stage

    def name(self, name: str, here: Here) -> None:
        """A name the author makes up: plain, so that it is one word of a path wherever it goes."""
        if not _NAME.fullmatch(name):
            self.refuse(here, "wrong-name", f"{quote(name)} is not a name",
                        "lower-case letters, digits and underscores, a letter first")  # fmt: skip

    # --- facts ----------------------------------------------------------------------------------

    def _declare(self, name: str, fact: FactDoc) -> None:
        here = Here(("facts", name))
        path = f"facts.{name}"
        for word, spot in ((name, here), *((word, here / "options" / word) for word in fact.options)):
            self.name(word, spot)
        if fact.type not in TYPES:
            self.refuse(
                here / "type", "unknown-type", f"there is no type {quote(fact.type)}", did_you_mean(fact.type, TYPES)
            )
        elif (fact.type in ("one_of", "some_of")) is not bool(fact.options):
            wants = "lists its words under `options`" if not fact.options else "has no `options`"
            self.refuse(here, "fact-options", f"a fact of type {quote(fact.type)} {wants}")
        if path in self.vocabulary.facts:
            self.refuse(here, "duplicate-fact", f"the fact {quote(name)} is in the vocabulary already", "use that one")
        if fact.ask is None and (fact.is_ is None or fact.is_.cases):
            self.refuse(
                here, "missing-key", f"{quote(name)} lacks the key `ask`", "say how to ask for it, in zh and en"
            )
        self.infos[path] = FactInfo(
            path, fact.type, Label(fact.zh, fact.en), label(fact.ask),
            {word: texts(written) for word, written in fact.options.items()},
            fact.reading, many(fact.cite), fact.is_ is not None and not fact.is_.cases,
        )  # fmt: skip

    def paths(self) -> Iterator[str]:
        """Every path one may write, for suggestions."""
        yield from fact_fields()
        yield from self.infos
        yield from (path for path in self.vocabulary.facts if path.startswith("facts."))
        yield from (f"events.{event}" for event in self.vocabulary.events)
        yield from (f"documents.{document}" for document in self.vocabulary.documents)

    def resolve(self, path: str, here: Here) -> Resolved | None:
        """What a path means; None after noting a problem."""
        head, _, rest = path.partition(".")
        if head == "events" and rest.removesuffix(".date") in self.vocabulary.events:
            type_ = "date" if rest.endswith(".date") else "yes_no"
            return Resolved(path, type_, {}, Fact(path, type_))
        if head == "documents":
            name, _, part = rest.partition(".")
            if name in self.vocabulary.documents and (not part or part in DOCUMENT_PARTS):
                type_, options = DOCUMENT_PARTS[part] if part else ("yes_no", None)
                return Resolved(path, type_, words_of(options) if options else {}, Fact(path, type_))
        if head == "change" and not here.each and path in fact_fields():
            self.refuse(
                here, "change-outside-each", f"{quote(path)} means nothing here", "add `each: changes` to the rule"
            )
            return None
        if marker := fact_fields().get(path):
            if head == "change":
                self._of_change.update(self._open)
            return Resolved(
                path, marker.type, words_of(marker.options) if marker.options else {}, Fact(path, marker.type)
            )
        if info := self.infos.get(path):
            fact = self.doc.facts[rest]
            if fact.type not in TYPES:  # told where it is declared
                return None
            if fact.is_ is not None:
                return self._computed(path, info, here)
            return Resolved(path, info.type, info.options, Fact(path, info.type))
        if head == "facts" and (shared := self.vocabulary.facts.get(path)):
            return Resolved(path, shared.type, shared.options, Fact(path, shared.type))
        self.refuse(here, "unknown-fact", f"there is no fact {quote(path)}", did_you_mean(path, self.paths()))
        return None

    def _computed(self, path: str, info: FactInfo, here: Here) -> Resolved | None:
        from govproj_rules.lower.computed import compute

        if len(self._open) == MAX_CHAIN:
            self.refuse(
                here, "too-deep", f"more than {MAX_CHAIN} facts compute each other in a row", "state one of them"
            )
            return None
        if path in self._open:
            circle = " → ".join(quote(name) for name in (*self._open[self._open.index(path) :], path))
            self.refuse(Here(("facts", path.removeprefix("facts."))), "circular-fact", f"the facts compute each other: {circle}",
                        "let one of them be stated")  # fmt: skip
            return None
        if path not in self._worked_out:
            self._open.append(path)
            made = compute(self, path, info, each=True)
            self._open.pop()
            fits = made is None or self._fits(made, Here(("facts", path.removeprefix("facts."))))
            self._worked_out[path] = made if fits else None
        if path in self._of_change:
            self._of_change.update(self._open)
            if not here.each:
                said = f"{quote(path)} means nothing here: it is about one change"
                self.refuse(here, "change-outside-each", said, "add `each: changes` to the rule")
                return None
        return self._worked_out[path]

    def _fits(self, made: Resolved, here: Here) -> bool:
        parts = [made.term, made.expr, *(part for case in made.cases or () for part in case)]
        return self.bounded([part for part in parts if part is not None], here)

    def bounded(self, parts: Iterable[Expr | Term], here: Here) -> bool:
        """Whether conditions, with the computed facts they read written out, are of a size that can be decided.

        Raises where all of them together are not.
        """
        size, depth = self._sizes.of(parts)
        if size > MAX_TESTS or depth > MAX_NESTED:
            said = f"{MAX_TESTS} tests" if size > MAX_TESTS else f"{MAX_NESTED} conditions inside each other"
            self.refuse(
                here, "too-large", f"written out, this is more than {said}", "state some fact instead of computing it"
            )
            return False
        self._whole += size
        if self._whole > MAX_ALL_TESTS:
            said = f"written out, the conditions of the file are more than {MAX_ALL_TESTS} tests"
            self.refuse(here, "too-large", said, "split the file, or state some facts instead of computing them")
            raise self.refusal()
        return True

    def short(self, written: Sized, most: int, here: Here, what: str, help: str | None = None) -> bool:
        """Whether a list has at most so many entries."""
        if len(written) > most:
            self.refuse(here, "too-long", f"{what} has at most {most} entries, not {len(written)}", help)
        return len(written) <= most

    # --- values ---------------------------------------------------------------------------------

    def literal(self, type_: str, raw: object, options: Mapping[str, Any], here: Here) -> Literal | None:
        """A written value of a type; None after noting a problem."""
        try:
            return Literal(type_, parse(type_, raw, options))
        except Unreadable as error:
            self.refuse(here, "wrong-value", str(error), error.help)
            return None

    def event_or_fact(self, path: str, here: Here) -> Resolved | None:
        """What a bare word means, an event, or a path; None after noting a problem."""
        if path in self.vocabulary.events:
            path = f"events.{path}"
        if "." not in path and path not in fact_fields():
            self.refuse(
                here, "unknown-event", f"there is no event {quote(path)}", did_you_mean(path, self.vocabulary.events)
            )
            return None
        return self.resolve(path, here)

    def date_term(self, path: str, here: Here) -> Term | None:
        """An event, or a fact that is a date, as a date."""
        if (found := self.event_or_fact(path, here)) is None:
            return None
        if found.type == "yes_no" and isinstance(found.term, Fact) and self.has_date(found.path):
            return Fact(f"{found.path}.date", "date")
        if found.type != "date" or found.term is None or found.cases is not None:
            self.refuse(here, "not-a-date", f"{quote(path)} is not a date", "name an event or a fact of type date")
            return None
        return found.term

    @staticmethod
    def has_date(path: str) -> bool:
        """Whether a yes/no path carries the date it came true."""
        return path.startswith(("events.", "documents.")) or path in ("change.filed", "change.reapproved")

    def moment(self, event: str, here: Here) -> Fact | None:
        """What completes an outcome: an event, a document's approval, or a change's filing."""
        path = f"events.{event}" if "." not in event else event
        fine = (
            path.removeprefix("events.") in self.vocabulary.events
            or (path.startswith("documents.") and path.endswith(".approved"))
            or path in ("change.filed", "change.reapproved")
        )
        if not fine:
            self.refuse(
                here, "unknown-event", f"there is no event {quote(event)}", did_you_mean(event, self.vocabulary.events)
            )
            return None
        found = self.resolve(path, here)
        return Fact(path, "yes_no") if found else None
