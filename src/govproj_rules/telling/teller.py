"""Facts, values, tests and parties of one ruleset, said in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from govproj_rules.ir import FactInfo, Label, RuleSet
from govproj_rules.operators import reads
from govproj_rules.questions import fact_info
from govproj_rules.report import Because, Party, Unknown
from govproj_rules.telling.cites import tell_cites
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import WORDS, say
from govproj_rules.vocabulary import vocabulary

_CHANGE = re.compile(r"changes\[(\d+)\]\.?")
_PERIOD = re.compile(r"(-?\d+) (working_day|day|month|year)s?")
_DATE_TESTS = {"less_than": "earlier", "more_than": "later", "at_most": "no_later", "at_least": "no_earlier"}
_SHARP = {"at_most": "inclusive", "at_least": "inclusive", "less_than": "exclusive", "more_than": "exclusive"}
_PARTS = {"approved": "document_approved", "sections": "document_sections", "to": "document_to"}
SHOWN_PARTS = 3
BRIEF_PARTS = 5
SHOWN_OPTIONS = 12


class Teller:
    """Says things about projects under ``ruleset`` in ``lang``; every text that comes out is one clean line.

    ``brief`` keeps long lists and groups of conditions to what a cell of a table can hold.
    """

    def __init__(self, ruleset: RuleSet, lang: str, brief: bool = False) -> None:
        self.ruleset = ruleset
        self.lang = lang
        self.brief = brief
        self.words = vocabulary()
        self.known_as = {one.expr: one for one in ruleset.named} if brief else {}
        self._labels: dict[str, str] = {}  # many findings name the same facts

    def say(self, key: str, **values: object) -> str:
        return say(key, self.lang, **values)

    def text(self, label: Label | None) -> str:
        return clean(label.in_(self.lang)) if label else ""

    def word(self, group: str, word: str) -> str:
        """A word of the vocabulary's output words, or of this interface (a status such as not_applicable)."""
        if word not in self.words.words.get(group, {}) and word in WORDS:
            return self.say(word)
        return self.text(self.words.label(group, word))

    def named(self, group: Mapping[str, Label], word: str) -> str:
        return self.text(group.get(word) or Label(word, word))

    def list(self, parts: Iterable[str]) -> str:
        return self.say("list").join(dict.fromkeys(parts))

    def short_list(self, parts: Iterable[str], limit: int = SHOWN_PARTS) -> str:
        """The first few, and how many there are beyond them."""
        every = list(dict.fromkeys(parts))
        count = len(every) if self.lang == "zh" else len(every) - limit
        return self.list(every[:limit]) + (self.say("and_so_on", count=count) if len(every) > limit else "")

    def parties(self, parties: Iterable[Party]) -> str:
        return self.list(self.text(party.name) for party in parties)

    def cite(self, cites: Iterable[str]) -> str:
        return tell_cites(cites, self.lang, self.ruleset.inferred_paragraphs)

    def stage(self, stage: str) -> str:
        return self.named(self.words.stages, stage)

    def event(self, event: str) -> str:
        known = self.words.events.get(event)
        return self.text(known.label) if known else self.label(event)

    def document(self, document: str) -> str:
        return self.named(self.words.documents, document)

    def matter(self, word: str) -> str:
        return self.text(self.words.matters.get(word) or self.words.documents.get(word) or Label(word, word))

    def element(self, for_: str | None) -> str:
        """Which change, or which year, a finding is about; nothing where the text says it anyway."""
        if for_ is None:
            return ""
        if for_ == "changes":
            return self.say("each_change")
        change = _CHANGE.match(for_)
        rest = for_[change.end() :] if change else for_
        parts = [self.say("change", number=int(change[1]) + 1)] if change else []
        if rest.isdigit():
            parts.append(self.say("year", year=rest))
        return " ".join(parts)

    # --- facts ----------------------------------------------------------------------------------

    def info(self, path: str) -> FactInfo:
        return fact_info(path, self.ruleset, self.words)

    def label(self, path: str) -> str:
        """The name of a fact, with the change it belongs to."""
        if path not in self._labels:
            self._labels[path] = self._label(path)
        return self._labels[path]

    def _label(self, path: str) -> str:
        name = self.text(self.info(path).label)
        head, _, rest = path.partition(".")
        if head == "documents":
            part = rest.split(".")[1] if "." in rest else ""
            name = self.say(_PARTS[part], label=name) if part in _PARTS else self.say("titled", text=name)
        if path.endswith(".date") and head in ("documents", "events"):
            name = self.say("day_of" if head == "events" else "day_of_document", label=name)
        change = _CHANGE.match(path)
        return f"{self.say('change', number=int(change[1]) + 1)} {name}" if change else name

    def value(self, path: str, value: Any) -> str:
        """A value of a report as people write it."""
        if isinstance(value, dict):  # a bound that is itself a fact
            return self.say(
                "bound_fact", label=self.label(value["fact"]), value=self.value(value["fact"], value["value"])
            )
        if value is None:
            return self.say("unstated")
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, list):
            said = [self.value(path, one) for one in value]
            return (self.short_list(said, BRIEF_PARTS) if self.brief else self.list(said)) if said else self.say("none")
        if isinstance(value, date):
            return value.isoformat()
        text = str(value)
        if option := self.choices(path).get(text):
            return self.text(option)
        if period := _PERIOD.fullmatch(text):
            return self.say(f"{period[2]}s" if period[1] != "1" else f"one_{period[2]}", count=period[1])
        if isinstance(value, int) and self.info(path).type == "year":
            return self.say("year", year=value)
        return clean(text)

    def choices(self, path: str) -> Mapping[str, Label]:
        """The words a fact may hold; where they are roles, those of this regulation under their local names."""
        return self.ruleset.authorities if path.endswith(".to") else self.info(path).options

    def options(self, path: str) -> str:
        """The words that may be written into a project file, each with what it means."""
        return self.short_list(
            (f"{word} {self.text(text)}" for word, text in self.choices(path).items()), SHOWN_OPTIONS
        )

    def test(self, path: str, test: Mapping[str, Any], sharp: bool = False) -> str:
        """A test such as ``{"at_most": "15%"}``; ``sharp`` says whether the bound itself counts."""
        ((op, bound),) = test.items()
        kind = self.info(path).type
        timed = kind in ("date", "year") and op in _DATE_TESTS
        word = self.say(_DATE_TESTS[op]) if timed else self.text(reads(op))
        gap = " " if self.lang == "en" else "：" if isinstance(bound, list) else ""
        edge = self.say(_SHARP[op]) if sharp and op in _SHARP else ""
        if op == "is" and isinstance(bound, bool) and self.lang == "zh":
            return f"{word}“{self.value(path, bound)}”"
        return f"{word}{gap}{self.value(path, bound)}{edge}"

    def path(self, path: str) -> str:
        """Where in a project file a fact stands."""
        return clean(path)

    def _yes_no_group(self, path: str, test: Mapping[str, Any]) -> str | None:
        """``event`` or ``document`` where a test only asks whether something is there or has happened."""
        if set(test) != {"is"} or not isinstance(test["is"], bool):
            return None
        head, _, rest = path.partition(".")
        return {"events": "event", "documents": "document"}.get(head) if "." not in rest else None

    def because(self, one: Because) -> str:
        """A test made, with the value found and, where it failed or is open, what the value must be."""
        if group := self._yes_no_group(one.fact, one.test):
            state = "unknown" if one.value is None else "yes" if one.value else "no"
            return self.say(f"{group}_{state}", label=self.text(self.info(one.fact).label))
        label, value = self.label(one.fact), self.value(one.fact, one.value)
        if one.holds:
            return self.say("fact", label=label, value=value)
        key = "must_be" if "is" in one.test else "required"
        test = (
            self.test(one.fact, one.test)
            if key == "required" or self.lang == "zh"
            else self.value(one.fact, one.test["is"])
        )
        return self.say(key, label=label, value=value, test=test)

    def asked(self, path: str, test: Mapping[str, Any]) -> str:
        """A test as a rule writes it, without any project."""
        if group := self._yes_no_group(path, test):
            return self.say(f"{group}_{'yes' if test['is'] else 'no'}", label=self.text(self.info(path).label))
        return self.say("asked", label=self.label(path), test=self.test(path, test, sharp=True))

    def missing(self, unknown: Unknown) -> str:
        """An unknown fact by its name, or why something cannot be told."""
        if isinstance(unknown, str):
            return self.label(unknown)
        details = {
            ("from_" if key == "from" else key): clean(str(value)) for key, value in unknown.items() if key != "reason"
        }
        if "fact" in details:
            details["fact"] = self.label(str(unknown["fact"]))
        return self.say(f"reason_{unknown['reason']}", **details)

    def rule_title(self, name: str) -> str:
        """The title of a rule by its name across rulesets; a kind or ``any`` where a consequence names that."""
        if name == "any":
            return self.say("of_any")
        own = name.removeprefix(f"{self.ruleset.id}/")
        found = next((rule for rule in self.ruleset.rules if rule.id == own), None)
        return self.text(found.title) if found else self.word("kind", name)
