"""The schema of a project file: the model's shape, with the words, labels and questions of the vocabulary."""

from __future__ import annotations

from govproj_rules.ir import FactInfo, Label
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.lower.scope import DOCUMENT_PARTS
from govproj_rules.project import Project, fact_fields, words_of
from govproj_rules.project.types import MAX_DATES
from govproj_rules.schema import words
from govproj_rules.schema.words import Schema, described, nullable, ref, value_of
from govproj_rules.vocabulary import vocabulary

_OCCURRENCES = ("change.filed", "change.reapproved")


def project_schema() -> Schema:
    """The JSON Schema of a project file; what it cannot say (such as the order of changes) is left to reading."""
    made = words.tidy(Project.model_json_schema(mode="validation"), words.flat_null)
    defs: dict[str, Schema] = made["$defs"]
    _fill_facts(made, defs)
    _fill_documents(made, defs)
    fields = made["properties"]
    fields["city"]["examples"] = list(built_in())
    fields["events"] = nullable(
        _named({name: event.label for name, event in vocabulary().events.items()}, "occurrence")
    )
    fields["facts"]["properties"] = _facts()
    about = {
        "documents": "已有的材料：列表为全部，映射只说所列各项",
        "events": "已发生的事项：日期、日期列表，或只知是否发生时的 true/false",
        "facts": "个别办法另需的事实",
        "waivers": "对个别规则的书面说明",
    }
    for name, told in about.items():
        fields[name]["description"] = told
    for name in ("city", "changes"):
        info = vocabulary().facts[name]
        fields[name]["description"] = described(info.label, info.ask)
    return words.document("政务信息化项目 project", made, defs, "一个项目的已知情况：只有 name 必填，未写的即未知")


def _fill_facts(made: Schema, defs: dict[str, Schema]) -> None:
    for path, marker in fact_fields().items():
        if path.startswith("change.") and path.removeprefix("change.") not in defs["Change"]["properties"]:
            continue  # derived: the shares of an estimate, the dates of a filing
        *parents, name = path.split(".")
        model = made
        for parent in parents:
            model = defs["Change"] if parent == "change" else defs[_model_of(model["properties"][parent])]
        if path in _OCCURRENCES:
            value = ref("occurrence")
        elif path == "security.level":
            value = {"type": "integer", "minimum": 1, "maximum": 5}
        else:
            value = value_of(marker.type, _word(marker.options))
        if path == "kind":  # one word will do
            value = {"anyOf": [_word("kind"), value]}
        info = vocabulary().facts[path]
        value = value if path in _OCCURRENCES else nullable(value)
        model["properties"][name] = {**value, "description": described(info.label, info.ask)}
    date = value_of("date")
    dates = {"items": date, "minItems": 1, "maxItems": MAX_DATES}
    defs["occurrence"] = {**date, "type": ["boolean", "string", "array", "null"], **dates}
    defs["Waiver"]["properties"]["expires"] = nullable(date)


def _word(options: str | None) -> Schema | None:
    return words.words_of(words_of(options)) if options else None


def _model_of(field: Schema) -> str:
    """The model a field holds."""
    (model,) = [part["$ref"] for part in field["anyOf"] if "$ref" in part]
    return str(model).rpartition("/")[2]


def _named(labels: dict[str, Label], shape: str) -> Schema:
    """An object whose keys are words of the vocabulary."""
    fields = {name: {**ref(shape), "description": label.zh} for name, label in labels.items()}
    return words.closed(fields)


def _fill_documents(made: Schema, defs: dict[str, Schema]) -> None:
    labels = dict(vocabulary().documents)
    parts = {
        part: nullable(value_of(type_, _word(options)))
        for part, (type_, options) in DOCUMENT_PARTS.items()
        if "." not in part
    }
    state = {**defs["DocumentState"], "properties": {**parts, "approved": ref("occurrence")}}
    defs["document"] = words.either({**value_of("date"), "type": ["boolean", "string", "null"]}, state)
    listed = {"type": "array", "items": words.words_of(labels)}
    made["properties"]["documents"] = nullable(words.either(listed, _named(labels, "document")))


# --- facts of the rulesets --------------------------------------------------------------------------


def _facts() -> dict[str, Schema]:
    """Every fact that the vocabulary or a built-in ruleset asks for; one name may mean two things in two cities."""
    found: dict[str, list[tuple[FactInfo, str]]] = {}
    for path, info in vocabulary().facts.items():
        if path.startswith("facts."):
            found.setdefault(path, []).append((info, ""))
    for city in built_in():
        for path, info in load_ruleset(city).facts.items():
            if not info.computed:
                found.setdefault(path, []).append((info, city))
    return {path.removeprefix("facts."): _fact(declared) for path, declared in sorted(found.items())}


def _fact(declared: list[tuple[FactInfo, str]]) -> Schema:
    shapes: list[Schema] = []
    told: dict[str, list[str]] = {}
    for info, city in declared:
        value = value_of(info.type, words.words_of(info.options) if info.options else None)
        if value not in shapes:
            shapes.append(value)
        told.setdefault(described(info.label, info.ask), []).extend([city] if city else [])
    said = "；".join(text + (f"（{'、'.join(cities)}）" if cities else "") for text, cities in told.items())
    return {**nullable(shapes[0] if len(shapes) == 1 else {"anyOf": shapes}), "description": said}
