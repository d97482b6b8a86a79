"""The unknown facts that findings wait for, each once, the most useful first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from govproj_rules.compiled import remembered
from govproj_rules.evaluate import Decision, Scope
from govproj_rules.facts import Facts
from govproj_rules.ir import FactInfo, Label, Rule, RuleSet
from govproj_rules.project import fact_fields, words_of
from govproj_rules.report import Question
from govproj_rules.vocabulary import Vocabulary


def questions(
    ruleset: RuleSet, scope: Scope, decisions: Iterable[Decision], rule_name: Callable[[Rule], str], facts: Facts
) -> list[Question]:
    """Scope first; then what is needed now, by how many findings it decides; then what later stages need.

    Where two decide as many, a plain fact comes before a reading of the law, which it may make needless.
    """
    waiting: dict[tuple[str, str | None], list[str]] = {}
    first = [fact for fact in scope.missing if isinstance(fact, str)]
    for decision in decisions:
        if decision.status not in ("unknown", "upcoming"):
            continue
        for fact in decision.missing:
            if isinstance(fact, str):
                rules = waiting.setdefault((fact, decision.asked_from), [])
                if (name := rule_name(decision.rule)) not in rules:
                    rules.append(name)
    ahead = {stage: place for place, stage in enumerate(ruleset.stages)}
    made: dict[str, Question] = {}
    for fact in first:
        made[fact] = _question(fact, None, [], ruleset, facts)
    for (fact, stage), rules in waiting.items():
        if fact in made:
            asked = made[fact]
            asked.findings.extend(rule for rule in rules if rule not in asked.findings)
            if stage is None or asked.stage is None:
                asked.stage = None
            else:  # asked once, for the first of the stages it matters from
                asked.stage = min(stage, asked.stage, key=lambda one: ahead.get(one, 0))
        else:
            made[fact] = _question(fact, stage, rules, ruleset, facts)
    order = {fact: place for place, fact in enumerate(made)}

    def rank(one: Question) -> tuple[bool, int, int, bool, int]:
        return (
            one.fact not in first,
            -1 if one.stage is None else ahead.get(one.stage, 0),
            -len(one.findings),
            (info := ruleset.facts.get(one.fact)) is not None and info.reading,
            order[one.fact],
        )

    return sorted(made.values(), key=rank)


@remembered(64)
def _told(ruleset: RuleSet) -> dict[str, tuple[Label, tuple[str, ...]]]:  # noqa: ARG001  # one for each
    return {}


_MOST: Final = 10_000
"""So many paths of one ruleset are kept: those of a change have its number."""


def _question(fact: str, stage: str | None, rules: list[str], ruleset: RuleSet, facts: Facts) -> Question:
    told = _told(ruleset)
    made = told.get(fact)
    if made is None:
        info = fact_info(fact, ruleset, facts.vocabulary)
        made = info.ask or info.label, tuple(sorted(info.options))
        if len(told) < _MOST:
            told[fact] = made
    ask, options = made
    return Question(fact, ask, list(options), stage, list(rules))


def fact_info(path: str, ruleset: RuleSet, words: Vocabulary) -> FactInfo:
    """Type, label and question of any path a rule may read."""
    plain = path
    where = Label("", "")
    if path.startswith("changes["):
        number, _, rest = path.removeprefix("changes[").partition("].")
        plain = f"change.{rest}"
        where = Label(f"第{int(number) + 1}次变更：", f"change {int(number) + 1}: ")
    base, dated = (plain.removesuffix(".date"), True) if plain.endswith(".date") else (plain, False)
    made = _info(
        plain if plain in words.facts or not dated else base, ruleset, words, dated and plain not in words.facts
    )
    ask = made.ask or _ask_for(made.label)
    return FactInfo(
        path, made.type, made.label, Label(where.zh + ask.zh, where.en + ask.en), made.options, made.reading, made.cite
    )


def _ask_for(label: Label) -> Label:
    return Label(f"{label.zh}？", f"{label.en}?")


def _info(path: str, ruleset: RuleSet, words: Vocabulary, dated: bool) -> FactInfo:
    head, _, rest = path.partition(".")
    if info := ruleset.facts.get(path) or words.facts.get(path):
        marker = fact_fields().get(path)
        options = info.options or (words_of(marker.options) if marker and marker.options else {})
        found = FactInfo(
            path, info.type or (marker.type if marker else ""), info.label, info.ask, options, info.reading, info.cite
        )
        return _day_of(found) if dated else found
    if head == "events" and rest in words.events:
        name = words.events[rest].label
        ask = Label(f"“{name.zh}”是哪一天？", f"on which day: {name.en}?") if dated else Label(
            f"是否已“{name.zh}”，哪一天？", f"{name.en}: yes or no, and on which day?")  # fmt: skip
        return FactInfo(path, "date" if dated else "yes_no", name, ask)
    if head == "documents":
        return _document(path, rest, words, dated)
    return FactInfo(path, "", Label(path, path))


def _day_of(info: FactInfo) -> FactInfo:
    ask = Label(f"“{info.label.zh}”是哪一天？", f"on which day: {info.label.en}?")
    return FactInfo(f"{info.path}.date", "date", info.label, ask)


def _document(path: str, rest: str, words: Vocabulary, dated: bool) -> FactInfo:
    name, _, part = rest.partition(".")
    label = words.documents.get(name) or Label(name, name)
    asks = {
        "": Label(f"是否已有《{label.zh}》？", f"is the {label.en} there?"),
        "approved": Label(f"《{label.zh}》是否已获批复，哪一天？", f"is the {label.en} approved, and on which day?"),
        "sections": Label(f"《{label.zh}》包含哪些内容？", f"what does the {label.en} contain?"),
        "to": Label(f"《{label.zh}》报送了哪些部门？", f"to whom was the {label.en} given?"),
    }
    ask = asks.get(part, asks[""])
    if dated:
        ask = Label(
            f"《{label.zh}》{'批复' if part else ''}是哪一天？",
            f"on which day: the {label.en}{' approved' if part else ''}?",
        )
    options = words_of({"sections": "sections", "to": "roles"}[part]) if part in ("sections", "to") else {}
    return FactInfo(
        path, {"sections": "some_of", "to": "some_of"}.get(part, "date" if dated else "yes_no"), label, ask, options
    )
