"""The JSON Schemas: valid, complete, in step with the readers, and fresh in the file editors use."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from govproj_rules import InvalidInput, Project, check, compare, compare_project, load_project, load_ruleset
from govproj_rules.checking import STATUSES
from govproj_rules.formats import Look
from govproj_rules.formats.steps import as_line
from govproj_rules.library import built_in, read_ruleset
from govproj_rules.operators import OPERATORS, SHOWN
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.project import fact_fields, words_of
from govproj_rules.schema import SCHEMAS, schema, text, write
from govproj_rules.schema.report import REASONS
from govproj_rules.schema.words import PATTERNS
from govproj_rules.sessions import Stream
from govproj_rules.values import TYPES, Unreadable, parse, parse_month_day
from govproj_rules.vocabulary import rules_home, vocabulary

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules"
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(name: str, value: Any) -> list[str]:
    found = sorted(validator(name).iter_errors(value), key=lambda error: error.json_path)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def enums(part: Any) -> Iterator[list[Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("enum"), list):
            yield part["enum"]
        for inner in part.values():
            yield from enums(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from enums(inner)


# --- all three --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_is_a_schema(name: str) -> None:
    made = schema(name)
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["title"]
    assert made["description"]
    assert "$id" not in made


@pytest.mark.parametrize("name", SCHEMAS)
def test_text_is_the_schema_and_stays_the_same(name: str) -> None:
    assert json.loads(text(name)) == schema(name)
    assert text(name) == text(name)
    assert text(name).endswith("}\n")


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_marker_is_left_and_every_reference_leads_somewhere(name: str) -> None:
    made = schema(name)
    shown = text(name)
    assert "x-words" not in shown
    assert "x-guard" not in shown
    assert set(re.findall(r'"#/\$defs/([^"]+)"', shown)) == set(made["$defs"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_list_of_words_names_each_once(name: str) -> None:
    for words in enums(schema(name)):
        assert len(words) == len(set(words)) > 0


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match="did you mean `ruleset`"):
        schema("rulesets")


# --- values -----------------------------------------------------------------------------------------

READERS: dict[str, Callable[[str], object]] = {
    **{type_: (lambda raw, type_=type_: parse(type_, raw)) for type_ in PATTERNS if type_ in TYPES},  # type: ignore[misc]
    "month_day": parse_month_day,
}
GLYPHS = {
    "money": "019.亿万元",
    "percent": "019.%",
    "number": "019.-",
    "year": "0129",
    "date": "01239-",
    "duration": "01 daysmonth_wrkige个工作日天月年",
    "month_day": "01239-",
}


def reads(type_: str, raw: str) -> bool:
    try:
        READERS[type_](raw)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("type_", READERS)
@given(data=st.data())
def test_what_a_pattern_takes_is_read(type_: str, data: st.DataObject) -> None:
    raw = data.draw(st.from_regex(PATTERNS[type_].replace("$", r"\Z"), alphabet=st.characters(codec="utf-8")))
    if type_ == "date" and raw[5:7] in ("02", "04", "06", "09", "11"):
        return  # the length of these months is left to `format: date`
    assert reads(type_, raw)


@pytest.mark.parametrize("type_", READERS)
@given(data=st.data())
def test_what_is_read_a_pattern_takes(type_: str, data: st.DataObject) -> None:
    raw = data.draw(st.text(GLYPHS[type_], max_size=12)).strip()
    if reads(type_, raw):
        assert re.search(PATTERNS[type_], raw)


@pytest.mark.parametrize(
    "raw",
    [
        "0.01元",
        "0.0100元",
        "1.000001万元",
        "1.0000000001亿元",
        "100000元",
        "0.005元",
        "1.0000001万元",
        "10000000亿元",
        "10000000.01亿元",
        "100000000000万元",
        "1000000000000000.01元",
        "000000000000000000062元",
    ],
)
def test_money_down_to_one_fen(raw: str) -> None:
    assert bool(re.search(PATTERNS["money"], raw)) is reads("money", raw)


# --- projects ---------------------------------------------------------------------------------------

SAMPLE: dict[str, Any] = {
    "name": "县政务OA升级", "id": "YN-2026-007", "city": "yunan", "stage": "construction",
    "applicant": {"name": "县教育局", "type": "government", "level": "county", "barred": False},
    "kind": "upgrade", "category": "services", "service_type": "specialised_software", "delivery": "purchased_service",
    "classified": False, "cross_department": False, "system_type": "key_business_system",
    "components": ["mobile_app"],
    "funding": {"sources": ["county_fiscal"]},
    "investment": {"total": "62万元", "approved_estimate": "60万元", "estimate": "60万元",
                   "software_development": "45万元", "works_equipment_reserve": "58万元",
                   "budget_requested": "60万元", "budget_reviewed": "58万元", "budget_arranged": "58万元"},
    "planning": {"in_plan": True, "conforms_to_plan": True, "in_annual_plan": True, "plan_year": 2026,
                 "in_budget": True, "in_project_pool": True, "superior_procedure": False,
                 "government_investment": False, "major": False, "off_plan_grounds": []},
    "works": {"civil": False, "new_civil": False, "energy_intensive": False},
    "security": {"level": 3, "crypto_involved": True},
    "documents": ["construction_scheme"],
    "events": {"contract_signed": "2026-03-02", "contract_filed": "2026-03-16", "consistency_reviewed": True},
    "changes": [{"date": "2026-05-06", "amount": "9万元", "total_after": "60万元", "goals_unchanged": True,
                 "main_content": True, "necessary": True, "grounds": ["technical_optimisation"], "filed": True}],
    "facts": {"ai_on_public_cloud": False, "supervision_engaged": True, "supervisor_qualified": True},
    "waivers": [{"rule": "…", "reason": "…", "authority": "…", "document": "…", "expires": "2026-12-31"}],
}  # fmt: skip

GOOD: dict[str, dict[str, Any]] = {
    "only a name": {},
    "null is unknown": {key: None for key in SAMPLE if key != "name"},
    "null among words": {
        "events": {"accepted": None}, "documents": {"contract": None, "budget": {"approved": None}},
        "facts": {"supervision_engaged": None},
    },
    "null inside": {"works": {"civil": None}, "investment": {"fees": None}, "changes": [{"date": None, "filed": None}]},
    "several kinds": {"kind": ["upgrade", "operations"]},
    "empty lists": {"kind": [], "components": [], "documents": [], "changes": [], "waivers": []},
    "empty objects": {"documents": {}, "events": {}, "facts": {}, "planning": {}},
    "a document twice": {"documents": ["contract", "contract"]},
    "documents told about": {
        "documents": {
            "contract": True, "budget": False, "audit_report": "2026-03-01",
            "construction_scheme": {"date": "2026-01-05", "approved": "2026-02-01", "sections": ["goals"], "to": ["data"]},
            "investment_estimate": {"approved": True}, "feasibility_study": {},
        }
    },
    "events told about": {"events": {"contract_signed": ["2026-03-02", "2026-01-02"], "accepted": False}},
    "fees": {"investment": {"without_fees": "0.5亿元", "fees": {"testing": "10000.05元"}}},
    "a year as text": {"planning": {"plan_year": "2026"}},
    "a fact nobody declares": {"facts": {"no_such_fact": "anything"}},
    "a waiver without more": {"waivers": [{"rule": "langfang/x", "reason": "y", "authority": None}]},
    "reapproved on a day": {"changes": [{"reapproved": "2026-05-06"}, {"reapproved": ["2026-05-06"]}]},
}  # fmt: skip

BAD: dict[str, dict[str, Any]] = {
    "no name": {"name": None},
    "an empty name": {"name": ""},
    "a name of blanks": {"name": "  "},
    "more facts than there can be": {"facts": {f"f{n}": True for n in range(5001)}},
    "a day of long ago": {"events": {"accepted": "1026-01-01"}},
    "more money than there is": {"investment": {"total": "10000001亿元"}},
    "a name too long": {"name": "名" * 2001},
    "a number for a name": {"name": 5},
    "an unknown key": {"investments": {}},
    "an unknown key inside": {"investment": {"totl": "62万元"}},
    "money without a unit": {"investment": {"total": "62"}},
    "money as a number": {"investment": {"total": 620000}},
    "money below one fen": {"investment": {"total": "0.001元"}},
    "negative money": {"investment": {"total": "-1万元"}},
    "full-width money": {"investment": {"total": "６２万元"}},
    "an unknown word": {"stage": "constructing"},
    "an unknown word in a list": {"components": ["portal", "portals"]},
    "a word for a list": {"components": "portal"},
    "a word of another list": {"kind": "portal"},
    "a list for a word": {"category": ["works"]},
    "a text for yes or no": {"classified": "yes"},
    "a number for yes or no": {"classified": 1},
    "a grade of six": {"security": {"level": 6}},
    "a grade of nought": {"security": {"level": 0}},
    "a grade as text": {"security": {"level": "3"}},
    "a year of two digits": {"planning": {"plan_year": 26}},
    "no day of the calendar": {"events": {"accepted": "2026-02-30"}},
    "a day without month": {"events": {"accepted": "2026"}},
    "an event unknown": {"events": {"acceptd": True}},
    "an event without dates": {"events": {"accepted": []}},
    "an event on a number": {"events": {"accepted": 20260101}},
    "events as a list": {"events": ["accepted"]},
    "a document unknown": {"documents": ["contrct"]},
    "a document unknown, told about": {"documents": {"contrct": True}},
    "documents as one word": {"documents": "contract"},
    "a section unknown": {"documents": {"contract": {"sections": ["goal"]}}},
    "a role unknown": {"documents": {"contract": {"to": ["datas"]}}},
    "a document with more": {"documents": {"contract": {"signed": True}}},
    "a change with more": {"changes": [{"ratio": "15%"}]},
    "a change, not a list": {"changes": {"amount": "1万元"}},
    "grounds unknown": {"changes": [{"grounds": ["taste"]}]},
    "facts as a list": {"facts": ["x"]},
    "a waiver without reason": {"waivers": [{"rule": "x"}]},
    "a waiver with an empty reason": {"waivers": [{"rule": "x", "reason": ""}]},
    "a waiver until never": {"waivers": [{"rule": "x", "reason": "y", "expires": "never"}]},
}  # fmt: skip


def test_the_sample_of_the_design() -> None:
    assert faults("project", SAMPLE) == []
    Project.model_validate(SAMPLE)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))
def test_examples(path: Path) -> None:
    assert faults("project", json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", GOOD)
def test_good_projects_are_good_for_both(name: str) -> None:
    project = {"name": "项目", **GOOD[name]}
    assert faults("project", project) == []
    Project.model_validate(project)


@pytest.mark.parametrize("name", BAD)
def test_bad_projects_are_bad_for_both(name: str) -> None:
    project = {"name": "项目", **BAD[name]}
    assert faults("project", project) != []
    with pytest.raises(ValidationError):
        Project.model_validate(project)


def test_only_the_name_is_required() -> None:
    assert schema("project")["required"] == ["name"]
    assert set(schema("project")["properties"]) == set(Project.model_fields)


def test_a_stated_fact_has_its_type() -> None:
    assert faults("project", {"name": "项目", "facts": {"supervision_engaged": "yes"}}) != []
    assert faults("project", {"name": "项目", "facts": {"supervision_engaged": True}}) == []


def test_every_fact_that_is_asked_for_is_listed() -> None:
    asked = {path for path in vocabulary().facts if path.startswith("facts.")}
    for city in built_in():
        asked |= {path for path, info in load_ruleset(city).facts.items() if not info.computed}
    assert {f"facts.{name}" for name in schema("project")["properties"]["facts"]["properties"]} == asked


def project_field(path: str) -> dict[str, Any]:
    """The schema of a field, found the way a reader of the file would."""
    made = schema("project")
    model = made["$defs"]["Change"] if path.startswith("change.") else made
    *parents, name = path.removeprefix("change.").split(".")
    for parent in parents:
        (inner,) = [part["$ref"] for part in model["properties"][parent]["anyOf"] if "$ref" in part]
        model = made["$defs"][inner.rpartition("/")[2]]
    field: dict[str, Any] = model["properties"][name]
    return field


STATED = [path for path in fact_fields() if not path.endswith((".date", "ratio")) or path == "change.date"]


@pytest.mark.parametrize("path", STATED)
def test_a_field_shows_its_label_its_question_and_its_words(path: str) -> None:
    field, info, options = project_field(path), vocabulary().facts[path], fact_fields()[path].options
    assert info.ask is not None
    assert field["description"] == f"{info.label.zh}：{info.ask.zh}"
    for words in enums(field):
        assert options is not None
        assert [word for word in words if word is not None] == list(words_of(options))
    assert bool(options) is any(enums(field))


def label_of(word: Any) -> str:
    return str(getattr(word, "label", word).zh)


def test_documents_and_events_are_those_of_the_vocabulary() -> None:
    fields = schema("project")["properties"]
    assert list(fields["documents"]["properties"]) == list(vocabulary().documents)
    assert list(fields["events"]["properties"]) == list(vocabulary().events)
    assert list(enums(fields["documents"]["items"])) == [list(vocabulary().documents)]
    labelled: dict[str, Any] = {"documents": vocabulary().documents, "events": vocabulary().events}
    for group, labels in labelled.items():
        for name, field in fields[group]["properties"].items():
            assert field["description"] == label_of(labels[name])


# --- rulesets ---------------------------------------------------------------------------------------


class Editor(yaml.SafeLoader):
    """YAML as editors read it: the core schema of YAML 1.2 (no dates, no `yes`), keys as they are written."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (it replaces the one it inherits)


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", "-+.0123456789"),
):
    Editor.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), list(first) + [""] * (tag == "null")
    )


def _mapping(loader: Editor, node: yaml.MappingNode) -> dict[str, Any]:
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


Editor.add_constructor("tag:yaml.org,2002:map", _mapping)
Editor.add_constructor(
    "tag:yaml.org,2002:int", lambda _, node: int(node.value, 0 if node.value[:2] in ("0x", "0o") else 10)
)


def as_editors_read(source: str) -> Any:
    return yaml.load(source, Loader=Editor)


RULE = """\
  - id: one
    cite: 1
    topic: contract.filing
    title: {zh: 一, en: one}
"""
RULESET = """\
ruleset: small
title: {zh: 办法, en: measures}
issuer: {zh: 某市, en: a city}
status: in_force
in_force: {from: 2026-01-01}
stages: [planning, application, review, approval, budget, procurement, construction, acceptance, operation, evaluation]
authorities:
  data: {zh: 数据局, en: data bureau}
  finance: {zh: 财政局, en: finance bureau}
register:
  1: {fingerprint: 012345678901, gist: {zh: 一, en: one}}
regimes:
  - {id: full, presume: true, cite: 1}
facts:
  in_use: {type: date, cite: 1.1, zh: 启用, en: in use, is: {latest_of: [accepted, events.in_operation.date]}}
  extended: {type: date, zh: 延期, en: extended, ask: {zh: 何日, en: when}}
  colour: {type: one_of, zh: 颜色, en: colour, ask: {zh: 何色, en: which}, options: {red: {zh: 红, en: red}}}
  fee:
    type: number
    zh: 费
    en: fee
    ask: {zh: 多少, en: how much}
    is: {cases: [{when: {classified: true}, is: 3}, {is: {fact: security.level}, when: {classified: false}}]}
rules:
"""


def ruleset(body: str) -> str:
    """A small ruleset with one rule, of which ``body`` is the rest."""
    return RULESET + RULE + "".join(f"    {line}\n" for line in body.splitlines())


RIGHT = [
    "duty: {}",
    "duty: {met_when: {classified: true}}",
    "each: changes\nduty: {met_when: {change.reapproved: true}}",
    "when: {investment.total: 30万元}\nduty: {}",
    "when: {investment.total: {at_least: 30万元, less_than: 0.5亿元}}\nduty: {}",
    "when: {investment.total: {between: [30万元, {fact: investment.estimate}]}}\nduty: {}",
    "when: {investment.budget_arranged: {more_than: {fact: investment.budget_reviewed}}}\nduty: {}",
    "each: changes\nwhen: {change.ratio: {at_most: 15%}, change.grounds: {includes_any: [superior_decision]}}\nduty: {}",
    "when: {security.level: {at_least: 3}}\nduty: {}",
    "when: {security.level: {in: [3, 4.0, 5]}}\nduty: {}",
    "when: {planning.plan_year: {between: [2025, 2026]}}\nduty: {}",
    "when: {stage: acceptance, system_type: {is: portal}}\nduty: {}",
    "when: {kind: {includes: new_build}, applicant.level: {in: [city, county]}}\nduty: {}",
    "when: [{classified: true}, {any: [{classified: false}, {not: {works.civil: true}}], unless: {planning.major: true}}]\nduty: {}",
    "when: {events.accepted: true, events.accepted.date: {at_least: 2026-01-01}}\nduty: {}",
    "when: {documents.contract: true, documents.contract.approved.date: 2026-01-01}\nduty: {}",
    "when: {documents.contract.sections: {includes_all: [goals, basis]}, documents.contract.to: {includes: data}}\nduty: {}",
    "when: {facts.colour: red, facts.extended: {at_least: 2026-01-01}, facts.supervision_engaged: true}\nduty: {}",
    "when: {facts.extended: {at_most: {fact: events.accepted.date}}}\nduty: {}",
    "unless: {classified: {is: false}}\nbefore: accepted\nduty: {}",
    "before: {event: accepted, same_day: true}\nduty: {}",
    "document: {document: [contract, budget], to: [data, finance], open: true}",
    "document: {document: contract, to: data, instead: {documents: budget, when: {classified: false}}}",
    "approval: {act: approve, by: data, with: [finance], or: finance, of: budget, event: approved}",
    "approval: {act: approve, by: data, event: documents.budget.approved, valid: {for: 24 months, used_by: contract_signed}}",
    "each: changes\npermission: {act: adjust, of: change, then: {act: file, by: data, event: change.filed}}",
    "permission: {act: skip, of: [project_proposal, site_selection]}",
    "prohibition: {violated_when: {classified: true}}",
    "prohibition: {event: accepted, without: [archives_accepted, documents.audit_report, facts.supervision_engaged]}",
    "deadline: {event: contract_filed, after: contract_signed, within: 10 working_days, to: data}",
    "deadline: {event: contract_filed, after: facts.in_use, between: [12 months, 24 months]}",
    "deadline: {event: contract_filed, by: 11-30, in: {year_before: planning.plan_year}}",
    "deadline: {event: contract_filed, by: 12-31, every: year, from: construction_started, until: accepted}",
    "deadline: {event: contract_filed, by: facts.extended}",
    "deadline: {event: accepted, after: contract_signed, within: 1 year, moved_to: facts.extended}",
    "deadline: {event: accepted, after: contract_signed, within: 1 年, moved_to: {to: facts.extended, when: {classified: true}}}",
    "deadline: {event: accepted, after: documents.contract, within: 30 days}",
    "consequence: {effect: no_om_funds}",
    "consequence: {of: any, effect: [no_om_funds, public_criticism], by: finance, against: unit, until: {zh: 止, en: until}}",
    "consequence: {of: {kinds: [duty, deadline]}, effect: no_om_funds}",
    "competence: {authority: [data, finance], matter: planning}",
    "force: in_principle\nstage: change\nwho: data\nregimes: [full]\nnote: {zh: 注, en: 2026}\nduty: {}",
]

WRONG = [
    "",
    "duty: {}\ncompetence: {authority: data, matter: planning}",
    "duty:",
    "dutey: {}",
    "duty: {}\nforce: shall",
    "duty: {}\nstage: building",
    "duty: {}\nwho: datas",
    "duty: {}\neach: change",
    "duty: {}\nbefore: acceptd",
    "duty: {}\nbefore: {event: acceptd}",
    "duty: {}\nwhen:",
    "duty: {}\nwhen: {}",
    "duty: {}\nwhen: []",
    "duty: {}\nwhen: classified",
    "duty: {}\nwhen: {investment.totl: 30万元}",
    "duty: {}\nwhen: {events.acceptd: true}",
    "duty: {}\nwhen: {documents.contrct: true}",
    "duty: {}\nwhen: {documents.contract.part: true}",
    "duty: {}\nwhen: {any: {classified: true}}",
    "duty: {}\nwhen: {any: []}",
    "duty: {}\nwhen: {not: {investment.totl: 30万元}}",
    "duty: {}\nwhen: {any: [{classified: true}, {clasified: true}]}",
    "duty: {}\nwhen: {investment.total: {at_leest: 30万元}}",
    "duty: {}\nwhen: {investment.total: {}}",
    "duty: {}\nwhen: {investment.total: 30}",
    "duty: {}\nwhen: {investment.total: {at_least: 30}}",
    "duty: {}\nwhen: {investment.total: {between: [30万元]}}",
    "duty: {}\nwhen: {investment.total: {in: []}}",
    "duty: {}\nwhen: {investment.total: {in: 30万元}}",
    "duty: {}\nwhen: {investment.total: {includes: 30万元}}",
    "duty: {}\nwhen: {investment.total: {at_most: {fact: investment.estmate}}}",
    "duty: {}\nwhen: {investment.total: {at_most: {fact: security.level}}}",
    "duty: {}\nwhen: {classified: yes}",
    "duty: {}\nwhen: {classified: {at_least: true}}",
    "duty: {}\nwhen: {kind: new_build}",
    "duty: {}\nwhen: {kind: {in: [new_build]}}",
    "duty: {}\nwhen: {kind: {includes: newbuild}}",
    "duty: {}\nwhen: {applicant.level: [city, county]}",
    "duty: {}\nwhen: {stage: building}",
    "duty: {}\nwhen: {planning.plan_year: 26}",
    "duty: {}\nwhen: {security.level: high}",
    "duty: {}\nwhen: {events.accepted.date: {at_least: 2026}}",
    "duty: {}\nwhen: {facts.colour: {at_leest: 1}}",
    "duty: {met_wen: {classified: true}}",
    "document: {document: contrct}",
    "document: {document: contract, too: data}",
    "document: {document: contract, open: yes}",
    "document: {to: data}",
    "approval: {act: aprove, by: data, event: approved}",
    "approval: {act: approve, by: data}",
    "approval: {act: approve, by: data, event: aproved}",
    "approval: {act: approve, by: data, event: documents.contract}",
    "approval: {act: approve, by: data, event: documents.contrct.approved}",
    "approval: {act: approve, by: data, event: approved, of: projects}",
    "approval: {act: approve, by: data, event: approved, valid: {for: 2, used_by: contract_signed}}",
    "prohibition: {}",
    "prohibition: {event: accepted}",
    "prohibition: {without: accepted}",
    "prohibition: {violated_when: {classified: true}, event: accepted, without: approved}",
    "deadline: {event: contract_filed}",
    "deadline: {event: contract_filed, within: 10 days}",
    "deadline: {event: contract_filed, after: contract_signed, within: 10}",
    "deadline: {event: contract_filed, after: contract_signed, within: 10 working days}",
    "deadline: {event: contract_filed, after: contract_signd, within: 10 days}",
    "deadline: {event: contract_filed, after: contract_signed, within: 10 days, by: 11-30}",
    "deadline: {event: contract_filed, after: contract_signed, between: [10 days]}",
    "deadline: {event: contract_filed, by: 11-31, in: {year_before: planning.plan_year}}",
    "deadline: {event: contract_filed, by: 11-30, in: {year_befor: planning.plan_year}}",
    "deadline: {event: contract_filed, by: 11-30, in: {}}",
    "deadline: {event: contract_filed, by: 11-30, every: year}",
    "permission: {act: adjust, of: chnge}",
    "consequence: {effect: no_funds}",
    "consequence: {effect: no_om_funds, against: city}",
    "consequence: {effect: no_om_funds, of: {kinds: [dutys]}}",
    "competence: {authority: data, matter: plans}",
    "competence: {matter: planning}",
]


def loads(source: str) -> list[str]:
    """What the reader of rulesets has against a file."""
    try:
        read_ruleset(source.encode())
    except InvalidInput as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize("city", built_in())
def test_built_in_rulesets(city: str) -> None:
    source = (rules_home() / f"{city}.yaml").read_text(encoding="utf-8")
    assert source.startswith("# yaml-language-server: $schema=schema/ruleset.schema.json\n")
    assert faults("ruleset", as_editors_read(source)) == []


@pytest.mark.parametrize("body", RIGHT)
def test_right_rules_are_right_for_both(body: str) -> None:
    source = ruleset(body)
    assert loads(source) == []
    assert faults("ruleset", as_editors_read(source)) == []


@pytest.mark.parametrize("body", WRONG)
def test_wrong_rules_are_wrong_for_both(body: str) -> None:
    source = ruleset(body)
    assert faults("ruleset", as_editors_read(source)) != []
    assert loads(source) != []


TOP: dict[str, Callable[[dict[str, Any]], object]] = {
    "an unknown key": lambda made: made.update(rulez=[]),
    "no title": lambda made: made.pop("title"),
    "one language": lambda made: made["title"].pop("en"),
    "an unknown status": lambda made: made.update(status="valid"),
    "no rules": lambda made: made.update(rules=[]),
    "a stage too few": lambda made: made["stages"].pop(),
    "a stage twice": lambda made: made["stages"].__setitem__(0, "review"),
    "a stage that is none": lambda made: made["stages"].__setitem__(0, "change"),
    "a role unknown": lambda made: made["authorities"].update(datas={"zh": "局", "en": "bureau"}),
    "an article of no number": lambda made: made["register"].update(first={"gist": {"zh": "一", "en": "one"}}),
    "a fingerprint too short": lambda made: made["register"]["1"].update(fingerprint="abc"),
    "a reason for no place": lambda made: made["register"]["1"].update(no_rules={"first": {"zh": "一", "en": "one"}}),
    "a date that is none": lambda made: made["in_force"].update({"from": "2026-13-01"}),
    "no citation": lambda made: made["rules"][0].update(cite="28-1"),
    "a citation too deep": lambda made: made["rules"][0].update(cite="1.2.3.4.5"),
    "a topic unknown": lambda made: made["rules"][0].update(topic="contract.files"),
    "an id of two words": lambda made: made["rules"][0].update(id="two words"),
    "no id": lambda made: made["rules"][0].pop("id"),
    "a type unknown": lambda made: made["facts"]["extended"].update(type="day"),
    "words without options": lambda made: made["facts"]["colour"].pop("options"),
    "options without words": lambda made: made["facts"]["extended"].update(options={"red": {"zh": "红", "en": "red"}}),
    "a fact no one asks for": lambda made: made["facts"]["extended"].pop("ask"),
    "computed in two ways": lambda made: made["facts"]["in_use"]["is"].update(sum_of=["investment.total"]),
    "computed in no way": lambda made: made["facts"]["in_use"].update({"is": {}}),
    "the latest of no dates": lambda made: made["facts"]["in_use"]["is"].update(latest_of=["security.level"]),
}


@pytest.mark.parametrize("name", TOP)
def test_mistakes_around_the_rules(name: str) -> None:
    made = as_editors_read(ruleset("duty: {}"))
    assert faults("ruleset", made) == []
    TOP[name](made)
    assert faults("ruleset", made) != []


FLOW = """\
  - flow:
      id: steps
      topic: contract.filing
      when: {classified: false}
      then_before: construction_started
      steps:
        - id: first
          cite: [1.1, 12.10]
          title: {zh: 一, en: one}
          approval: {act: approve, by: data, event: approved}
"""


def test_flows() -> None:
    source = ruleset("duty: {}") + FLOW
    assert loads(source.replace("[1.1, 12.10]", "1.1")) == []
    assert faults("ruleset", as_editors_read(source)) == []
    for good, bad in (("event: approved", "event: aproved"), ("then_before: c", "then_before: d"), ("flow:", "flows:"),
                      ("topic: contract.filing\n      when", "when"), ("          approval:", "          aproval:")):  # fmt: skip
        assert good in source
        assert faults("ruleset", as_editors_read(source.replace(good, bad))) != [], bad


def test_a_message_names_the_fault_and_its_place() -> None:
    made = as_editors_read(ruleset("when: {investment.totl: 30万元}\nduty: {}"))
    (fault,) = faults("ruleset", made)
    assert fault.startswith("$.rules[0].when: ")
    assert "investment.totl" in fault


GROUPS = ("roles", "acts", "documents", "effects", "matters", "stages", "events", "topics")


@pytest.mark.parametrize("group", GROUPS)
def test_words_of_rules_are_those_of_the_vocabulary(group: str) -> None:
    made = schema("ruleset")["$defs"][group]
    words = getattr(vocabulary(), group)
    assert made["enum"] == list(words)
    assert made["enumDescriptions"] == [label_of(word) for word in words.values()]


def test_words_of_tables() -> None:
    made = schema("ruleset")["$defs"]
    assert made["kinds"]["enum"] == list(KINDS) == [way["required"][0] for way in made["RuleDoc"]["oneOf"]]
    assert made["forces"]["enum"] == list(FORCES)
    assert made["types"]["enum"] == list(TYPES)
    assert set(made["test"]["properties"]) == set(OPERATORS)
    assert set(made["subjects"]["enum"]) == {*vocabulary().documents, *vocabulary().matters}


@pytest.mark.parametrize("options", sorted({marker.options for marker in fact_fields().values() if marker.options}))
def test_words_of_guards_are_those_of_the_fields(options: str) -> None:
    assert schema("ruleset")["$defs"][f"word.{options}"]["enum"] == list(words_of(options))


def test_a_guard_reads_every_path() -> None:
    known = {*fact_fields(), *(path for path in vocabulary().facts if path.startswith("facts."))}
    known |= {f"events.{event}{part}" for event in vocabulary().events for part in ("", ".date")}
    parts = ("", ".date", ".approved", ".approved.date", ".sections", ".to")
    known |= {f"documents.{document}{part}" for document in vocabulary().documents for part in parts}
    assert set(schema("ruleset")["$defs"]["guard"]["properties"]) == {*known, "any", "all", "not", "unless"}


def test_patterns_are_those_of_lowering() -> None:
    from govproj_rules import lower

    for name in ("article", "cite", "fingerprint"):
        pattern = getattr(lower, f"_{name.upper()}").pattern
        assert PATTERNS[name] in (f"^{pattern}$", f"^({pattern})$")


def test_the_file_that_editors_use_is_fresh(tmp_path: Path) -> None:
    kept = RULES / "schema" / "ruleset.schema.json"
    advice = (
        "the vocabulary or the rule language changed; run: govproj schema ruleset > rules/schema/ruleset.schema.json"
    )
    assert kept.exists(), advice
    assert kept.read_bytes() == write(tmp_path).read_bytes(), advice


# --- reports ----------------------------------------------------------------------------------------

STATES: dict[str, Any] = {
    "nothing known": {},
    "an application": {
        "stage": "application", "kind": "new_build", "funding": {"sources": ["city_fiscal"]},
        "system_type": "key_business_system", "planning": {"in_plan": True, "superior_procedure": False},
        "investment": {"total": "62万元", "budget_reviewed": "58万元", "budget_arranged": "60万元"},
    },
    "a change, a waiver, an event": {
        "stage": "construction", "kind": ["upgrade"], "funding": {"sources": ["city_fiscal"]},
        "applicant": {"name": "市教育局"}, "system_type": "key_business_system", "security": {"level": 3},
        "investment": {"approved_estimate": "60万元"}, "works": {"civil": False},
        "documents": {"construction_scheme": {"date": "2026-01-05", "approved": "2026-02-01"}},
        "events": {"construction_completed": "2025-06-30", "construction_started": "2025-04-01", "approved": "2025-03-01"},
        "changes": [{"date": "2026-05-06", "amount": "9万元", "total_after": "60万元"}, {"amount": "1万元"}],
        "waivers": [{"rule": "project-proposal", "reason": "已同意", "expires": "2026-12-31"}],
    },
    "a ratio of nothing": {"investment": {"approved_estimate": "0元"}, "changes": [{"amount": "9万元"}]},
    "out of scope": {"funding": {"sources": ["county_fiscal"]}, "applicant": {"level": "county"}},
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("all_", [False, True])
@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 6, 30), date(2031, 1, 1)])
@pytest.mark.parametrize("name", STATES)
def test_reports(name: str, day: date, all_: bool, lang: str) -> None:
    project = Project.model_validate({"name": "项目", **STATES[name]})
    report = check(project, load_ruleset("langfang"), as_of=day, all=all_).to_dict(lang)
    assert faults("report", json.loads(json.dumps(report))) == []


def test_a_report_has_nothing_more_and_nothing_less() -> None:
    report = check(Project(name="项目"), load_ruleset("langfang"), as_of=date(2026, 6, 30)).to_dict()
    assert faults("report", report) == []
    views = ("findings", "questions", "approvals", "thresholds")
    report |= {view: report[view][:1] for view in views}  # the schema looks at one as at all
    for view in views:
        for key in report[view][0]:
            less = copy.deepcopy(report)
            del less[view][0][key]
            assert faults("report", less) != [], f"{view}: {key}"
        more = copy.deepcopy(report)
        more[view][0]["extra"] = 1
        assert faults("report", more) != [], view
    for key, value in {"verdict": "fine", "scope": "maybe", "version": 2, "as_of": "today", "extra": 1}.items():
        assert faults("report", {**report, key: value}) != [], key


# --- comparisons ------------------------------------------------------------------------------------

CITIES = ("langfang", "shizuishan", "dongying", "yunan", "lushan")


def comparisons() -> list[dict[str, Any]]:
    rulesets = [load_ruleset(city) for city in CITIES]
    project = load_project(ROOT / "examples" / "langfang-change.json")
    made = [compare(rulesets), compare_project(project, rulesets, as_of=date(2026, 6, 30))]
    return [json.loads(one.to_json()) for one in made]


def test_comparisons() -> None:
    for made in comparisons():
        assert faults("comparison", made) == []


def test_a_comparison_has_nothing_more_and_nothing_less() -> None:
    made = comparisons()[0]
    views = ("rulesets", "rows", "silences")
    made |= {view: made[view][:1] for view in views}  # the schema looks at one as at all
    assert faults("comparison", made) == []
    for view in views:
        for key in made[view][0]:
            less = copy.deepcopy(made)
            del less[view][0][key]
            assert faults("comparison", less) != [], f"{view}: {key}"
        more = copy.deepcopy(made)
        more[view][0]["more"] = 1
        assert faults("comparison", more) != [], view
    wrong = copy.deepcopy(made)
    wrong["rows"][0]["relations"][0]["relation"] = "alike"
    assert faults("comparison", wrong) != []


# --- the answers of a session -----------------------------------------------------------------------

LINES: list[Any] = [
    {"project": "A", "start": {"name": "a", **STATES["a change, a waiver, an event"]}},
    {"project": "B", "start": {"name": "b"}},
    {"project": "A", "set": {"stage": "operation", "works.civil": True}},
    {"project": "A", "event": "contract_signed", "date": "2026-06-29"},
    {"project": "B", "set": {"classified": True}},
    {"project": "A", "report": True},
    {"as_of": "2026-12-01"},
    {"snapshot": True},
    {"project": "A", "event": "contract_sined"},
    ["nonsense"],
    {"project": "A", "end": True},
]
ANSWERED = {"opened", "changes", "report", "projects", "restore", "snapshot", "problems", "ended"}


def lines_of_a_session(lang: str) -> list[dict[str, Any]]:
    stream = Stream(lambda _: load_ruleset("langfang"), as_of=date(2026, 6, 30))
    told = [answer for number, line in enumerate(LINES, 1) for answer in stream.read(json.dumps(line).encode(), number)]
    return [json.loads(as_line(answer, Look(lang))) for answer in told]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_answers_of_a_session(lang: str) -> None:
    made = lines_of_a_session(lang)
    assert [fault for line in made for fault in faults("session", line)] == []
    assert {key for line in made for key in line} >= ANSWERED


def test_an_answer_has_nothing_more_and_nothing_less() -> None:
    for line in lines_of_a_session("zh"):
        for key in line:
            less = {name: part for name, part in line.items() if name != key}
            assert faults("session", less) != [] or (key == "project" and "problems" in line), (key, line)
            if isinstance(line[key], dict):
                assert faults("session", {**line, key: {**line[key], "extra": 1}}) != [], key
        assert faults("session", {**line, "extra": 1}) != [], line


def test_words_of_reports() -> None:
    made, words = schema("report"), vocabulary().words
    finding = made["$defs"]["Finding"]["properties"]
    assert made["properties"]["scope"]["enum"] == list(words["scope"])
    assert made["properties"]["verdict"]["enum"] == list(words["verdict"])
    assert finding["status"]["enum"] == [*STATUSES, "not_applicable"]
    assert list(STATUSES) == [status for status in words["status"] if status != "not_applicable"]
    assert finding["kind"]["enum"] == list(KINDS) == list(words["kind"])
    assert finding["force"]["enum"] == list(FORCES) == list(words["force"])
    assert set(made["$defs"]["test"]["properties"]) == set(SHOWN.values())


def test_every_reason_of_an_unknown_is_listed() -> None:
    made = set()
    for path in (ROOT / "src" / "govproj_rules").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reason":
                made.add(ast.literal_eval(node.args[0]))
    assert made == set(REASONS)


@pytest.mark.parametrize("key", [7, "7", "annex1"])
def test_editors_may_read_the_number_of_an_article_as_a_number(key: int | str) -> None:
    """yaml-language-server holds the keys of the register as YAML types them, not as texts."""
    assert Draft202012Validator(schema("ruleset")["$defs"]["articles"]).is_valid(key)
