"""What a guard may read, and the tests it may make there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from govproj_rules.lower.scope import DOCUMENT_PARTS
from govproj_rules.operators import OPERATORS
from govproj_rules.project import fact_fields, words_of
from govproj_rules.schema import words
from govproj_rules.schema.words import Schema, closed, either, ref, value_of
from govproj_rules.values import TYPES
from govproj_rules.vocabulary import vocabulary

FACT: Final = r"^facts\..+$"
"""A fact that a ruleset declares for itself: only lowering knows its type."""

_PARTS: Final = {
    "date": "日期",
    "approved": "已批复",
    "approved.date": "批复日期",
    "sections": "内容",
    "to": "报送对象",
}


@dataclass(frozen=True, slots=True)
class Path:
    """A path of the project: its type, the list its words are from, and what it means."""

    name: str
    type: str
    options: str | None
    told: str

    @property
    def shape(self) -> str:
        """The definition of the tests for it."""
        return f"test.{self.options or self.type}"


def paths() -> tuple[Path, ...]:
    """Every path a guard may read, but for the facts of single rulesets."""
    return (*_fields(), *_shared_facts(), *_events(), *_documents())


def _fields() -> Iterator[Path]:
    infos = vocabulary().facts
    for name, marker in fact_fields().items():
        info = infos.get(name)
        told = info.label.zh if info else f"{infos[name.removesuffix('.date')].label.zh}：日期"
        yield Path(name, marker.type, marker.options, told)


def _shared_facts() -> Iterator[Path]:
    for name, info in vocabulary().facts.items():
        if name.startswith("facts.") and not info.options:
            yield Path(name, info.type, None, info.label.zh)


def _events() -> Iterator[Path]:
    for name, event in vocabulary().events.items():
        yield Path(f"events.{name}", "yes_no", None, event.label.zh)
        yield Path(f"events.{name}.date", "date", None, f"{event.label.zh}：日期")


def _documents() -> Iterator[Path]:
    for name, label in vocabulary().documents.items():
        yield Path(f"documents.{name}", "yes_no", None, label.zh)
        for part, (type_, options) in DOCUMENT_PARTS.items():
            yield Path(f"documents.{name}.{part}", type_, options, f"{label.zh}：{_PARTS[part]}")


# --- tests ------------------------------------------------------------------------------------------


def definitions() -> dict[str, Schema]:
    """The guard, the tests of every type and list of words, and the paths of every type."""
    known = paths()
    made: dict[str, Schema] = {"guard": _guard(known), "test": _any_test()}
    for type_ in TYPES:
        names = [path.name for path in known if path.type == type_]
        free = {"type": "string", "pattern": FACT}
        made[f"path.{type_}"] = {"anyOf": [{"enum": names}, free]} if names else free
    for path in known:
        if path.shape not in made:
            made[path.shape] = _test(path)
            if path.options:
                made[f"word.{path.options}"] = words.words_of(words_of(path.options))
    return made


def _guard(known: tuple[Path, ...]) -> Schema:
    guard = ref("guard")
    several = {"type": "array", "items": guard, "minItems": 1}
    nested: dict[str, Schema] = {
        "any": {**several, "description": "其中至少一个条件成立"},
        "all": {**guard, "description": "所有条件成立"},
        "not": {**guard, "description": "条件不成立"},
        "unless": {**guard, "description": "除非条件成立"},
    }
    return {
        "description": "条件：映射或列表中的各项须全部成立",
        "type": ["object", "array"],
        "items": guard,
        "minItems": 1,
        "properties": {**nested, **{path.name: {**ref(path.shape), "description": path.told} for path in known}},
        "patternProperties": {FACT: ref("test")},
        "additionalProperties": False,
        "minProperties": 1,
    }


def fact_of(path: Schema) -> Schema:
    """Another fact, where a value could stand."""
    return closed({"fact": path}, required=["fact"])


def _tests(operand: Schema, type_: str | None) -> Schema:
    """The operators that fit a type (None: all of them), each with its operands."""
    shapes: dict[str, Schema] = {
        "one": operand,
        "two": {"type": "array", "items": operand, "minItems": 2, "maxItems": 2},
        "many": {"type": "array", "items": operand, "minItems": 1},
    }
    rows = [row for row in OPERATORS.values() if type_ is None or type_ in row.types]
    return closed({row.name: {**shapes[row.operands], "description": row.reads.zh} for row in rows}, minProperties=1)


def _test(path: Path) -> Schema:
    word = ref(f"word.{path.options}") if path.options else None
    if path.type == "some_of":  # a list is never compared with a list
        return _tests(value_of("one_of", word), path.type)
    value = value_of(path.type, word)
    return either(value, _tests(either(value, fact_of(ref(f"path.{path.type}"))), path.type))


def _any_test() -> Schema:
    value: Schema = {"type": ["string", "number", "boolean"]}
    operand = either(value, fact_of({"type": "string"}))
    return {**either(value, _tests(operand, None)), "description": "本办法自己的事实"}
