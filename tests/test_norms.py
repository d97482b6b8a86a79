"""What cells say: every line of ``telling/norms.yaml``, and that no title is ever quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from strategies import written

from govproj_rules import Comparison, RuleSet, compare, compare_project, load_project, load_ruleset
from govproj_rules.ir import Label
from govproj_rules.library import built_in, read_ruleset
from govproj_rules.source import parse_yaml

HERE = Path(__file__).parent
TABLE = HERE / "telling" / "norms.yaml"
T = "construction.management"
AUTHORITIES = {
    "data": ("市数据局", "Municipal Data Bureau"), "finance": ("市财政局", "Municipal Finance Bureau"),
    "development_reform": ("市发改委", "Municipal Development and Reform Commission"), "government": ("市政府", "Municipal Government"),
    "unnamed": ("未写明的机关", "a body not named"),
}  # fmt: skip


def fact(type_: str, zh: str, en: str, **keys: Any) -> dict[str, Any]:
    return {"type": type_, "zh": zh, "en": en, **({} if "is" in keys else {"ask": {"zh": "？", "en": "?"}}), **keys}


FACTS = {
    "rules": fact("yes_no", "已建立管理制度", "management rules in place"),
    "trained": fact("yes_no", "人员已培训", "staff trained"),
    "hazard": fact("yes_no", "存在重大安全隐患", "major security hazard"),
    "shareable": fact("yes_no", "能够按要求共享信息", "able to share information as required"),
    "extended": fact("date", "获准的延期截止日", "extended due date"),
    "delay": fact("duration", "逾期时长", "length of the delay"),
    "in_use": fact("date", "投入使用之日", "day of first use", **{"is": {"latest_of": ["events.accepted", "events.in_operation"]}}),
    "small": fact("yes_no", "小额项目", "small project", **{"is": {"when": {"investment.total": {"less_than": "10万元"}}}}),
}  # fmt: skip


def lines() -> list[Any]:
    read = parse_yaml(TABLE.read_text("utf-8"), TABLE.name).data
    assert isinstance(read, dict)
    found = []
    for name, listed in read.items():
        for place, line in enumerate(listed):
            assert not line.keys() - {"rule", "when", "zh", "en", "has", "lacks", "why"}, (name, place)
            found.append(pytest.param(line, id=f"{name}/{place}"))
    return found


def ruleset(name: str, *rules: dict[str, Any]) -> RuleSet:
    named = {role: {"zh": zh, "en": en} for role, (zh, en) in AUTHORITIES.items()}
    made = [{"topic": T, "title": {"zh": "题", "en": "T"}, **rule} for rule in rules]
    return read_ruleset(written({"ruleset": {"ruleset": name, "authorities": named}, "facts": FACTS, "rules": made}))


OTHER = [
    {"id": "duty", "topic": "termination", "duty": {"met_when": {"facts.rules": True}}},
    {"id": "other", "topic": "termination", "duty": {"met_when": {"facts.trained": True}}},
    {"id": "hazard", "topic": "termination", "prohibition": {"violated_when": {"facts.hazard": True}}},
    {"id": "either", "topic": "termination", "prohibition": {"violated_when": {"facts.trained": True, "facts.rules": False}}},
    {"id": "filing", "topic": "termination", "approval": {"act": "file", "by": "data", "event": "contract_filed"}},
    {"id": "late", "topic": "termination", "deadline": {"event": "rectified", "by": "facts.extended"}},
    {"id": "paper", "topic": "termination", "document": {"document": ["budget", "contract"]}},
    {"id": "early", "topic": "termination", "prohibition": {"event": "accepted", "without": "archives_accepted"}},
    {"id": "opinion", "topic": "termination", "approval": {"act": "approve", "by": "data", "event": "initiated", "valid": {"for": "2 years", "used_by": "funds_requested"}}},
    {"id": "bad", "topic": "breach.accountability", "prohibition": {"violated_when": {"facts.shareable": True}}},
]  # fmt: skip


@pytest.mark.parametrize("line", lines())
def test_what_is_said(line: dict[str, Any]) -> None:
    rule = line.get("rule") or {"when": line["when"], "duty": {"of": "coordination"}}
    found = compare([ruleset("a", {"id": "r", **rule}, *OTHER), ruleset("b", *OTHER)], topic=rule.get("topic", T))
    (norm,) = found.rows[0].cells[0].norms
    said = norm.when if "when" in line else norm.says
    assert said is not None
    if "zh" in line:
        assert (said.zh, said.en) == (line["zh"], line["en"])
    assert [part for part in line.get("has", []) if part not in said.zh + said.en] == [], said
    assert [part for part in line.get("lacks", []) if part in said.zh + said.en] == [], (line.get("why"), said)


# --- the shipped rulesets ---------------------------------------------------------------------------

NO_LANGUAGE = (
    "于不晚于", "先已", "应应", "可可", "不得不", "的的", "，，", "；；", "直至直至", "“《", "““", "””", "  ", "1 requirements", "1 months", "1 years",
    "1 working days", "1 days", "until until", "(same year as)", "(year before)", "(year after)", "must: approve by", "must: review by",
)  # fmt: skip
"""What is in no sentence of either language."""


@cache
def shipped() -> Comparison:
    return compare([load_ruleset(name) for name in built_in()])


def texts(found: Comparison) -> Iterator[tuple[str, str]]:
    for row in found.rows:
        for cell in row.cells:
            for norm in cell.norms:
                for said in (norm.says, norm.when):
                    if said is not None and not norm.hint:
                        yield norm.rule, said.zh
                        yield norm.rule, said.en


@pytest.mark.parametrize("bad", NO_LANGUAGE)
def test_no_sentence_of_a_cell_is_broken(bad: str) -> None:
    found = shipped()
    assert sorted({rule for rule, said in texts(found) if bad in said}) == []


def test_whose_act_it_is_is_told() -> None:
    """An authority's own act, unless an approval or a competence names it anyway; the owner's goes without saying."""
    silent = set()
    for row in shipped().rows:
        for cell in row.cells:
            for norm in cell.norms:
                told = ("机关未写明" if norm.who.role == "unnamed" else norm.who.name.zh) in norm.says.zh
                named = norm.kind in ("approval", "competence", "consequence", "scope") or norm.hint
                if norm.who.role not in ("owner", "user", "digital_company") and not named and not told:
                    silent.add(norm.rule)
    assert sorted(silent) == []


def retitled(given: RuleSet) -> RuleSet:
    """The same ruleset with every title another."""
    rules = tuple(replace(rule, title=Label(f"改{place}", f"new {place}")) for place, rule in enumerate(given.rules))
    return replace(given, rules=rules)


def without_hints(found: Comparison) -> dict[str, Any]:
    made = found.to_dict()
    for row in made["rows"]:
        for cell in row["cells"]:
            cell["norms"] = [{**norm, "says": None} if norm["hint"] else norm for norm in cell["norms"]]
    return made


def test_no_title_is_ever_quoted() -> None:
    given = [load_ruleset(name) for name in built_in()]
    found, other = shipped(), compare([retitled(one) for one in given])
    assert without_hints(found) == without_hints(other)
    hints = [norm for row in other.rows for cell in row.cells for norm in cell.norms if norm.hint]
    assert hints
    assert all(re.fullmatch("改[0-9]+", norm.says.zh) for norm in hints)


def test_no_title_is_ever_quoted_for_a_project() -> None:
    given = [load_ruleset(name) for name in built_in()]
    for file in sorted((HERE.parent / "examples").glob("*.json"))[:2]:
        project, day = load_project(file), date(2026, 6, 30)
        found, other = (compare_project(project, each, as_of=day) for each in (given, [retitled(one) for one in given]))
        assert without_hints(found) == without_hints(other)
