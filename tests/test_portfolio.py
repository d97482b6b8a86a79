"""Portfolios: reading many projects, whose answers flip between two editions, and how that is told."""

from __future__ import annotations

import json
import os
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from rich.cells import cell_len
from strategies import a_world, build, seeds, some_of, tables

from govproj_rules.comparing import portfolio
from govproj_rules.comparing.flipped import Changed, Flips, Rejected
from govproj_rules.comparing.portfolio import Record, answers, count_records, flips, read_portfolio
from govproj_rules.errors import InvalidInput
from govproj_rules.formats import Look
from govproj_rules.formats.flips import FLIPS
from govproj_rules.formats.progress import watched
from govproj_rules.ir import RuleSet
from govproj_rules.library import load_ruleset
from govproj_rules.project import Project

DATA = Path(__file__).parent / "data"
RULES = Path(__file__).parent.parent / "rules"
EXAMPLES = Path(__file__).parent.parent / "examples"
DAY = date(2026, 6, 30)
HOSTILE = "[/x][bold]\x1b[31m红\u202e反\u2066\r\n|`<script>alert(1)</script>\x9b2J\x07&_*#"

# --- a pair of editions -----------------------------------------------------------------------------

MORE = """
  - id: cost-review
    cite: 5.1
    topic: review.fiscal
    stage: review
    title: {zh: "500万元以上的核定造价", en: "From 5 million yuan on the cost is reviewed"}
    when: {investment.total: {at_least: 500万元}}
    approval: {act: evaluate, by: finance, event: cost_reviewed}
"""
EDITS = (
    ("change.ratio: {at_most: 15%}", "change.ratio: {at_most: 10%}"),
    ("change.ratio: {more_than: 15%}", "change.ratio: {more_than: 10%}"),
    ("{investment.total: {at_least: 100万元}}\n    document", "{investment.total: {at_least: 50万元}}\n    document"),
    ("by: finance, event: cost_reviewed", "by: audit, event: cost_reviewed"),
    ("within: 10 working_days", "within: 5 working_days"),
    ("  grave: {", "  audited: {type: yes_no, zh: 已审计, en: audited, ask: {zh: 已审计？, en: Audited?}}\n  grave: {"),
)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[RuleSet, RuleSet]:
    """The sample regulation, and one with five changes and a new fact."""
    folder = tmp_path_factory.mktemp("editions")
    text = (DATA / "mini.yaml").read_text(encoding="utf-8") + MORE
    (folder / "old.yaml").write_text(text, encoding="utf-8")
    for old, new in EDITS:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    return load_ruleset(folder / "old.yaml"), load_ruleset(folder / "new.yaml")


# --- a portfolio ------------------------------------------------------------------------------------

BASE: dict[str, Any] = {
    "name": "不变", "stage": "construction", "classified": False, "applicant": {"name": "市教育局"},
    "funding": {"sources": ["city_fiscal"]}, "security": {"level": 2}, "changes": [],
    "investment": {"total": "40万元", "approved_estimate": "40万元", "budget_reviewed": "40万元", "budget_arranged": "40万元"},
    "documents": {"application_form": {"to": ["development_reform", "data"]},
                  "construction_scheme": {"to": ["development_reform", "data"]}, "investment_estimate": False},
    "events": {"technical_reviewed": "2025-09-01", "approved": "2025-11-01", "procurement_started": "2025-11-20",
               "construction_started": "2025-12-01", "contract_signed": False, "cost_reviewed": False,
               "construction_completed": False, "performance_reported": "2025-12-20"},
    "facts": {"separate_network": False, "reuses_cloud": True, "hosting": "cloud", "grave": False},
}  # fmt: skip


def project(name: str, **fields: Any) -> str:
    made = dict(BASE)
    for key, value in {"name": name, **fields}.items():
        made[key] = {**made[key], **value} if isinstance(made.get(key), dict) else value
    return json.dumps(made, ensure_ascii=False)


CHANGE = [{"amount": "4.8万元", "filed": True, "reapproved": False}]
WRITTEN: dict[str, str | bytes] = {
    "unchanged": project("不变"),
    "verdict": project("结论变", id="P-2", changes=CHANGE),
    "document": project("材料变", investment={"total": "60万元"}),
    "approver": project("审批变", investment={"total": "600万元"}, documents={"investment_estimate": True},
                        facts={"supervision_engaged": True}),
    "deadline": project("期限变", events={"contract_signed": "2026-03-02", "contract_filed": "2026-03-12"}),
    "new-fact": project("新事实", facts={"audited": True}),
    "broken-json": '{"name": "坏"',
    "wrong-field": project("错", kund="upgrade"),
    "unknown-fact": project("不知", facts={"seperate_network": True, "and_this": 1}),
    "not-utf8": "{\"name\": \"国标\"}".encode("gbk"),
    "huge": b'{"name": "' + b"x" * 10_000_001 + b'"}',
    "unchanged-again": project("还是不变"),
}  # fmt: skip
FIT = [name for name in WRITTEN if name not in ("broken-json", "wrong-field", "unknown-fact", "not-utf8", "huge")]


def as_folder(folder: Path) -> Path:
    """Each record a file; half of them below."""
    for place, text in enumerate(WRITTEN.values()):
        file = folder / f"{place // 6}" / f"{place:02}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "0" / "readme.txt").write_text("no project", encoding="utf-8")
    return folder


def as_lines(file: Path) -> Path:
    """Each record a line, with blank ones between, and no end to the last."""
    lines = [text if isinstance(text, bytes) else text.encode() for text in WRITTEN.values()]
    file.write_bytes(b"\xef\xbb\xbf\r\n" + b"\n  \n".join(lines[:6]) + b"\r\n" + b"\n".join(lines[6:]))
    return file


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_lines(tmp_path_factory.mktemp("lines") / "all.jsonl")


@pytest.fixture(scope="module")
def flipped(editions: tuple[RuleSet, RuleSet], lines: Path) -> Flips:
    return flips(*editions, read_portfolio(lines), DAY, ("旧版", "新版"))


def record(text: str | dict[str, Any], name: str = "p.json") -> Record:
    return Record(name, None, Project.model_validate(json.loads(text) if isinstance(text, str) else text))


# --- reading ----------------------------------------------------------------------------------------


def test_each_line_is_a_record_with_its_number(lines: Path) -> None:
    records = list(read_portfolio(lines))
    assert [one.line for one in records] == [2, 4, 6, 8, 10, 12, 13, 14, 15, 16, 17, 18]
    assert records[0].name == f"{lines}:2"
    wrong = {one.line: {problem.code for problem in one.problems} for one in records if one.problems}
    assert wrong == {13: {"json-syntax"}, 14: {"unknown-key"}, 16: {"not-utf8"}, 17: {"too-large"}}
    assert all((one.project is None) == bool(one.problems) for one in records)
    (wrong_field,) = records[7].problems
    assert (wrong_field.file, wrong_field.line) == (str(lines), 14)
    assert wrong_field.column == WRITTEN["wrong-field"].index('"kund"') + 1  # type: ignore[arg-type]
    assert records[10].problems[0].message == "the line is over 10 MB"


def test_each_file_is_a_record(tmp_path: Path) -> None:
    records = list(read_portfolio(as_folder(tmp_path)))
    assert [one.file for one in records] == [str(tmp_path / str(i // 6) / f"{i:02}.json") for i in range(12)]
    assert [one.project is not None for one in records] == [name in FIT or name == "unknown-fact" for name in WRITTEN]
    assert records[10].problems[0].code == "too-large"


@pytest.mark.parametrize("write", [as_folder, as_lines])
def test_counting_reads_nothing_and_agrees(tmp_path: Path, write: Any) -> None:
    place = write(tmp_path / "p.jsonl")
    assert count_records(place) == len(list(read_portfolio(place))) == len(WRITTEN)


def test_what_is_no_ordinary_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.json" / "A.JSON").write_text('{"name": "a"}', encoding="utf-8")
    (tmp_path / "circle.json").symlink_to("circle.json")
    (tmp_path / "gone.json").symlink_to("nowhere")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "link.json").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.json")
    records = {Path(one.file).name: one for one in read_portfolio(tmp_path)}
    assert {name: [problem.code for problem in one.problems] for name, one in records.items()} == {
        "circle.json": ["unreadable-file"],
        "A.JSON": [],
        "gone.json": ["no-such-file"],
        "pipe.json": ["unreadable-file"],
    }
    assert count_records(tmp_path) == 4


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.json").write_text('{"name": "b"}', encoding="utf-8")
    real = os.scandir

    def scandir(path: Path) -> Any:
        if path.name == "a":
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    closed, fine = read_portfolio(tmp_path)
    assert [str(problem) for problem in closed.problems] == [
        f"{tmp_path / 'a'}: the folder cannot be read [unreadable-file]\n  help: ask for permission to read it"
    ]
    assert fine.project is not None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nowhere", "no-such-file"),
        ("nowhere.jsonl", "no-such-file"),
        ("bad\0.jsonl", "no-such-file"),
        ("one.json", "no-portfolio"),
        ("pipe.jsonl", "no-portfolio"),
        ("empty", "empty-portfolio"),
        ("empty.jsonl", "empty-portfolio"),
    ],
)
def test_what_is_no_portfolio_is_refused_at_once(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "one.json").write_text('{"name": "a"}', encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "empty" / "below").mkdir(parents=True)
    (tmp_path / "empty.jsonl").write_text("\ufeff\n  \n\r\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        read_portfolio(tmp_path / name)
    (problem,) = raised.value.problems
    assert (problem.code, bool(problem.help)) == (code, True)
    assert problem.file is not None
    assert problem.file.isprintable()


def test_a_line_that_just_fits_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govproj_rules.source.files.MAX_BYTES", 14)
    file = tmp_path / "p.jsonl"
    file.write_text('{"name": "ab"}\n{"name": "abc"}\n{"name": "abcdefghijklmnopqrstuvwxyz"}\n{"name": "xy"}')
    assert [one.project and one.project.name for one in read_portfolio(file)] == ["ab", None, None, "xy"]


def test_memory_stays_bounded(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number in range(2_000):
            stream.write(json.dumps({"name": f"{number}" + "字" * 1_900}, ensure_ascii=False) + "\n")
    ruleset = build({"rules": [{"id": "r", "permission": {"act": "adjust", "of": "project"}}]})
    one = Record("p", None, Project(name="warm"))
    assert flips(ruleset, ruleset, [one], DAY).totals.unchanged == 1
    tracemalloc.start()
    try:
        assert sum(one.project is not None for one in read_portfolio(file)) == 2_000
        _, reading = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert flips(ruleset, ruleset, read_portfolio(file), DAY).totals.unchanged == 2_000
        _, checking = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.stat().st_size > 10_000_000
    assert max(reading, checking) < 1_500_000


# --- what flips -------------------------------------------------------------------------------------


def changed(flipped: Flips, name: str) -> Changed:
    (found,) = [one for one in flipped.changed if one.project.name == name]
    return found


def kinds(one: Changed) -> tuple[int, ...]:
    return len(one.documents), len(one.approvals), len(one.deadlines), len(one.findings)


def test_the_totals(flipped: Flips) -> None:
    totals = flipped.totals
    assert (totals.projects, totals.unchanged, totals.changed, totals.rejected) == (12, 3, 4, 5)
    assert [one.project.name for one in flipped.changed] == ["结论变", "材料变", "审批变", "期限变"]
    assert [(one.old, one.new, one.projects) for one in flipped.verdicts] == [("compliant", "non_compliant", 3)]
    assert (flipped.version, flipped.by_rule, flipped.as_of) == (1, True, DAY)
    assert (flipped.old.label, flipped.new.label, flipped.old.id, flipped.new.applied) == ("旧版", "新版", "mini", True)


def test_a_verdict_flips(flipped: Flips) -> None:
    one = changed(flipped, "结论变")
    assert (one.verdict.old, one.verdict.new, one.project.id) == ("compliant", "non_compliant", "P-2")
    (filing,) = one.approvals
    assert filing.old is not None
    assert (filing.act, filing.event, filing.for_, filing.new) == ("file", "change.filed", "changes[0]", None)
    assert (filing.old.status, filing.old.by.role, filing.old.of) == ("met", "data", "change")
    assert {(flip.rule, flip.old and flip.old.status, flip.new and flip.new.status) for flip in one.findings} == {
        ("mini/self-adjust", "info", None),
        ("mini/self-adjust.then", "met", None),
        ("mini/reapprove", None, "unmet"),
        ("mini/rectify", None, "info"),
    }
    elements = [filing.element, *(flip.element for flip in one.findings)]
    assert [one and one.zh for one in elements] == ["第1次变更"] * 4 + [None]


def test_a_document_appears(flipped: Flips) -> None:
    one = changed(flipped, "材料变")
    assert kinds(one) == (1, 0, 0, 2)
    (owed,) = one.documents
    assert owed.to is not None
    assert owed.new is not None
    assert (owed.document, owed.to.role, owed.old, owed.new.status) == ("investment_estimate", "development_reform", None, "unmet")  # fmt: skip
    assert (owed.new.rule, owed.new.cite, owed.new.article.zh) == ("mini/estimate", ["4.2"], "第四条第二款")


def test_an_approver_changes(flipped: Flips) -> None:
    one = changed(flipped, "审批变")
    assert (kinds(one), one.verdict.old == one.verdict.new) == ((0, 1, 0, 0), True)
    (flip,) = one.approvals
    assert flip.old is not None
    assert flip.new is not None
    assert (flip.old.by.role, flip.new.by.role, flip.old.status == flip.new.status) == ("finance", "audit", True)


def test_a_deadline_moves(flipped: Flips) -> None:
    one = changed(flipped, "期限变")
    assert kinds(one) == (0, 0, 1, 2)
    (flip,) = one.deadlines
    assert flip.old is not None
    assert flip.new is not None
    assert (flip.do, str(flip.old.due), str(flip.new.due)) == ("contract_filed", "2026-03-16", "2026-03-09")
    assert (flip.old.status, flip.new.status, flip.old.late, flip.new.late) == ("met", "unmet", False, True)


def test_rules_are_counted_by_project(editions: tuple[RuleSet, RuleSet]) -> None:
    twice = project("两次", changes=CHANGE * 2)
    both = project("两样", changes=[*CHANGE, {"amount": "4.8万元", "filed": False, "reapproved": True}])
    made = flips(*editions, [record(twice), record(both), record(str(WRITTEN["document"]))], DAY)
    told = {one.rule: (one.projects, [(way.old, way.new, way.projects) for way in one.moves]) for one in made.rules}
    assert told == {
        "mini/self-adjust": (2, [("info", None, 2)]),
        "mini/self-adjust.then": (2, [("met", None, 2), ("unmet", None, 1)]),
        "mini/reapprove": (2, [(None, "unmet", 2), (None, "met", 1)]),
        "mini/rectify": (2, [(None, "info", 2)]),
        "mini/estimate": (1, [(None, "unmet", 1)]),
    }
    assert [rule for rule in told if rule != "mini/estimate"] == list(told)[:-1]


def test_rejected_records_have_all_their_problems(flipped: Flips, lines: Path) -> None:
    found = {one.record: [(problem.code, problem.line) for problem in one.problems] for one in flipped.rejected}
    assert found == {
        f"{lines}:13": [("json-syntax", 13)],
        f"{lines}:14": [("unknown-key", 14)],
        f"{lines}:15": [("unknown-fact", 15), ("unknown-fact", 15)],
        f"{lines}:16": [("not-utf8", 16)],
        f"{lines}:17": [("too-large", 17)],
    }
    assert all(problem.file == str(lines) for one in flipped.rejected for problem in one.problems)


def test_what_only_one_edition_knows_is_read_there(editions: tuple[RuleSet, RuleSet], tmp_path: Path) -> None:
    old, new = editions
    text = Path(new.file).read_text(encoding="utf-8").replace("id: keep-records", "id: kept-records")
    (tmp_path / "next.yaml").write_text(
        text.replace("audited: {type: yes_no", "audited: {type: money"), encoding="utf-8"
    )
    later = load_ruleset(tmp_path / "next.yaml")
    waivers = [{"rule": rule, "reason": "x"} for rule in ("keep-records", "mini/kept-records")]
    (one,) = answers(old, later, [record(project("w", waivers=waivers, facts={"audited": "3万元"}))], DAY)
    assert isinstance(one, Changed)
    assert {flip.rule for flip in one.findings} == {"mini/keep-records", "mini/kept-records"}
    facts = {"audited": True, "nothing": 1}
    (refused,) = answers(new, later, [record(project("f", facts=facts))], DAY, ("a", "b"))
    assert isinstance(refused, Rejected)
    assert [problem.message.partition(":")[0] for problem in refused.problems] == ["there is no fact `nothing`", "under `b`"]  # fmt: skip
    assert {problem.place for problem in refused.problems} == {"p.json"}


def test_a_fault_of_ours_is_not_swallowed(editions: tuple[RuleSet, RuleSet], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("a fault")

    monkeypatch.setattr(portfolio, "check", broken)
    with pytest.raises(ValueError, match="a fault"):
        flips(*editions, [record(project("x"))], DAY)


def test_a_broken_ruleset_is_no_fault_of_the_project(
    editions: tuple[RuleSet, RuleSet], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        return load_ruleset(tmp_path / "none.yaml")

    monkeypatch.setattr(portfolio, "check", broken)
    with pytest.raises(InvalidInput, match=r"none.yaml: there is no such file"):
        flips(*editions, [record(project("x"))], DAY)


def test_a_folder_and_lines_give_the_same(editions: tuple[RuleSet, RuleSet], flipped: Flips, tmp_path: Path) -> None:
    other = flips(*editions, read_portfolio(as_folder(tmp_path)), DAY, ("旧版", "新版"))
    first, second = (bare(one.to_dict()) for one in (flipped, other))
    assert first.pop("rejected") != second.pop("rejected")  # the line, or the file, is over 10 MB
    assert first == second
    assert [[problem.code for problem in one.problems] for one in flipped.rejected] == [
        [problem.code for problem in one.problems] for one in other.rejected
    ]


def bare(value: Any) -> Any:
    """Without the places where records stand."""
    if isinstance(value, dict):
        return {key: bare(one) for key, one in value.items() if key not in ("record", "file", "line", "column")}
    return [bare(one) for one in value] if isinstance(value, list) else value


def test_the_same_bytes_twice_and_progress(editions: tuple[RuleSet, RuleSet], flipped: Flips, lines: Path) -> None:
    done: list[int] = []
    again = flips(*editions, read_portfolio(lines), DAY, ("旧版", "新版"), progress=done.append)
    assert again.to_json() == flipped.to_json()
    assert done == list(range(1, 13))


def test_labels_by_default(editions: tuple[RuleSet, RuleSet]) -> None:
    old, new = editions
    made = flips(old, new, [record(project("x"))], DAY)
    assert (made.old.label, made.new.label) == (old.file, new.file)
    made = flips(old, load_ruleset("langfang"), [record(project("x"))], DAY)
    assert (made.old.label, made.new.label) == ("mini", "langfang")


def test_scope_and_regime(editions: tuple[RuleSet, RuleSet], tmp_path: Path) -> None:
    old, _ = editions
    text = Path(old.file).read_text(encoding="utf-8")
    narrow = text.replace(
        "{funding.sources: {includes: city_fiscal}}\n", "{funding.sources: {includes: county_fiscal}}\n"
    )
    narrow = narrow.replace("{not: {funding.sources: {includes: city", "{not: {funding.sources: {includes: county")
    assert narrow != text
    (tmp_path / "narrow.yaml").write_text(narrow, encoding="utf-8")
    made = flips(old, load_ruleset(tmp_path / "narrow.yaml"), [record(project("x"))], DAY, ("甲", "乙"))
    (one,) = made.changed
    assert [(move.old, move.new) for move in (one.verdict, one.scope, one.regime)] == [
        ("compliant", "out_of_scope"), ("applies", "excluded"), ("full", "other"),
    ]  # fmt: skip
    assert len(one.findings) > 10
    text = FLIPS["table"](made, Look())
    assert "适用范围 适用 → 不适用" in text
    assert "适用类型 市级项目 → 其他资金项目" in text
    assert "其他变化由适用与否而来：材料 5、审批 2、期限 4" in text
    assert "《项目申报表》" not in text
    assert "《项目申报表》（交市数据局）" in FLIPS["table"](made, Look(all=True))


@pytest.mark.parametrize(
    ("old", "new", "said", "verdict"),
    [
        ("status: in_force", "status: draft", "乙：本规定是草案", "compliant"),
        ("status: in_force", "status: repealed", "乙：本规定已废止", "not_in_force"),
        (
            "until: 2029-12-31",
            "until: 2026-01-31",
            "乙：截止日不在施行期内（自2025-01-01起至2026-01-31）",
            "not_in_force",
        ),
    ],
)
def test_an_edition_that_does_not_bind_is_told(
    editions: tuple[RuleSet, RuleSet], tmp_path: Path, old: str, new: str, said: str, verdict: str
) -> None:
    text = Path(editions[0].file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "other.yaml").write_text(text.replace(old, new), encoding="utf-8")
    made = flips(editions[0], load_ruleset(tmp_path / "other.yaml"), [record(project("x"))], DAY, ("甲", "乙"))
    assert [one.verdict.new for one in made.changed] == [verdict] * (verdict == "not_in_force")
    assert made.new.applied == (verdict == "compliant")
    shown = FLIPS["table"](made, Look(width=120))
    assert said in shown
    assert "甲：本" not in shown
    assert ("没有项目有变" in shown) == (not made.changed)


# --- real rulesets ----------------------------------------------------------------------------------


def test_langfang_with_10_percent(tmp_path: Path) -> None:
    text = (RULES / "langfang.yaml").read_text(encoding="utf-8")
    assert text.count("at_most: 15%") == 2
    (tmp_path / "langfang.yaml").write_text(text.replace("at_most: 15%", "at_most: 10%"), encoding="utf-8")
    for name in ("change", "compliant", "application"):
        data = (EXAMPLES / f"langfang-{name}.json").read_bytes()
        (tmp_path / f"{name}.json").write_bytes(data)
    made = flips(load_ruleset("langfang"), load_ruleset(tmp_path / "langfang.yaml"), read_portfolio(tmp_path), DAY)
    (one,) = made.changed
    assert (one.record, made.totals.unchanged) == (str(tmp_path / "change.json"), 2)
    assert [rule.rule for rule in made.rules] == [
        "langfang/self-adjust", "langfang/self-adjust.then", "langfang/other-main-change",
    ]  # fmt: skip
    assert kinds(one) == (0, 1, 0, 3)
    assert max(map(cell_len, FLIPS["table"](made, Look()).splitlines())) <= 80


def test_two_cities_are_compared_without_their_rules() -> None:
    data = json.loads((EXAMPLES / "langfang-compliant.json").read_text(encoding="utf-8"))
    made = flips(load_ruleset("langfang"), load_ruleset("lushan"), [record(data)], DAY)
    (one,) = made.changed
    assert (made.by_rule, made.rules, one.findings) == (False, [], [])
    assert one.documents
    assert one.approvals
    keys = [(flip.document, flip.to and flip.to.role, flip.for_) for flip in one.documents]
    assert len(set(keys)) == len(keys)
    for lang, said in (("zh", "不是同一办法"), ("en", "not one regulation")):
        assert said in FLIPS["table"](made, Look(lang=lang))


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(tables(), seeds)
def test_nothing_flips_against_itself(table: dict[str, Any], seed: int) -> None:
    ruleset, again = build(table), build(table)
    worlds = [a_world(seed + place, DAY) for place in range(3)]
    records = [record(world.project(some_of(world, seed))) for world in worlds]
    made = flips(ruleset, again, records, DAY)
    assert (made.changed, made.verdicts, made.rules, made.totals.unchanged) == ([], [], [], 3)


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(tables(), tables(), seeds)
def test_the_other_way_round_is_the_mirror(first: dict[str, Any], second: dict[str, Any], seed: int) -> None:
    old, new = build(first), build(second)
    world = a_world(seed, DAY)
    records = [record(world.project(some_of(world, seed)))]
    there, back = flips(old, new, records, DAY), flips(new, old, records, DAY)
    assert [(one.old, one.new) for one in there.verdicts] == [(one.new, one.old) for one in back.verdicts]
    assert {one.rule: one.projects for one in there.rules} == {one.rule: one.projects for one in back.rules}
    for one, other in zip(there.changed, back.changed, strict=True):
        assert kinds(one) == kinds(other)
        seen = {(flip.rule, flip.for_, flip.old and flip.old.status, flip.new and flip.new.status) for flip in one.findings}  # fmt: skip
        assert seen == {(flip.rule, flip.for_, flip.new and flip.new.status, flip.old and flip.old.status) for flip in other.findings}  # fmt: skip


# --- formats ----------------------------------------------------------------------------------------

TEXT = {"type": "string"}
LABEL = {
    "type": "object",
    "properties": {"zh": TEXT, "en": TEXT},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
DATE = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
WORD = {"type": ["string", "null"]}
STATUS = {"enum": ["met", "unmet", "upcoming", "unknown", "info"]}
CITE = {"type": "array", "items": TEXT}
COUNT = {"type": "integer", "minimum": 0}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


PARTY = closed(role=TEXT, name=LABEL)
WAIVER = {"enum": ["waived", "unlifted", "expired"]}
STATE = {"rule": TEXT, "status": STATUS, "waiver": maybe(WAIVER), "cite": CITE, "article": LABEL}
MOVE = closed(old=WORD, new=WORD)
COUNTS = closed(**dict.fromkeys(
    ("met", "unmet", "upcoming", "unknown", "info", "warnings", "waived", "unlifted", "expired"), COUNT))  # fmt: skip
MOVES = closed(old=WORD, new=WORD, projects=COUNT)
EDITION = closed(
    label=TEXT, id=TEXT, title=LABEL, status=TEXT, in_force=closed(**{"from": DATE, "until": DATE}), sha256=TEXT,
    applied={"type": "boolean"}, regimes={"type": "object", "additionalProperties": LABEL},
)  # fmt: skip


def flip_schema(state: dict[str, Any], **keys: Any) -> dict[str, Any]:
    both = {"old": maybe(state), "new": maybe(state)}
    made = closed(**keys, **{"for": WORD}, label=LABEL, element=maybe(LABEL), **both)
    return several({**made, "not": {"properties": {"old": {"type": "null"}, "new": {"type": "null"}}}})


SCHEMA = closed(
    version={"const": 1}, old=EDITION, new=EDITION, as_of=DATE, by_rule={"type": "boolean"},
    totals=closed(
        projects=COUNT, unchanged=COUNT, changed=COUNT, rejected=COUNT, undetermined_old=COUNT, undetermined_new=COUNT,
    ),
    verdicts=several(MOVES),
    rules=several(closed(rule=TEXT, kind=TEXT, topic=TEXT, title=LABEL, cite=CITE, article=LABEL, projects=COUNT, moves=several(MOVES))),
    changed=several(closed(
        record=TEXT, project=closed(id=WORD, name=TEXT), verdict=MOVE,
        counts=closed(old=COUNTS, new=COUNTS), scope=MOVE, regime=MOVE,
        documents=flip_schema(closed(**STATE), document=TEXT, to=maybe(PARTY)),
        approvals=flip_schema(
            closed(**STATE, of=TEXT, by=PARTY, **{"with": several(PARTY), "or": several(PARTY)}, valid_until=DATE),
            act=TEXT, event=TEXT),
        deadlines=flip_schema(closed(**STATE, opens=DATE, due=DATE, late={"type": "boolean"}), do=TEXT),
        findings=flip_schema(closed(**STATE), rule=TEXT, kind=TEXT, topic=TEXT),
    )),
    rejected=several(closed(record=TEXT, problems=several(closed(
        code=TEXT, message=TEXT, help=WORD, file=WORD, line={"type": ["integer", "null"]}, column={"type": ["integer", "null"]})))),
)  # fmt: skip


def test_the_json_has_its_shape(flipped: Flips) -> None:
    made = json.loads(FLIPS["json"](flipped, Look()))
    jsonschema.validate(made, SCHEMA)
    assert made == flipped.to_dict()
    assert [len(made[key]) for key in ("verdicts", "rules", "changed", "rejected")] == [1, 6, 4, 5]


def test_the_json_of_two_cities_has_its_shape() -> None:
    data = json.loads((EXAMPLES / "lushan-application.json").read_text(encoding="utf-8"))
    made = flips(load_ruleset("lushan"), load_ruleset("langfang"), [record(data)], DAY)
    jsonschema.validate(json.loads(FLIPS["json"](made, Look())), SCHEMA)


def test_the_table(flipped: Flips, lines: Path) -> None:
    text = FLIPS["table"](flipped, Look(width=120)).replace(str(lines), "all.jsonl")
    for said in (
        "旧版 → 新版：12个项目中4个有变",
        "! 有变 4   ✓ 不变 3   ? 尚不能确定 0   ✗ 未能检查 5",
        "✗ 合规 → 不合规  3个项目",
        "结论变（P-2）：合规 → 不合规\n  · 记录 all.jsonl:4\n  ? 合计 待定 0\n",
        "· 审批 变更已备案（备案）（第1次变更）  市数据局：已满足 → 无",
        "✗ 义务 超过15%的变更须重新报批（第1次变更）  无 → 未满足",
        "✗ 材料 《投资概算》（交市发改委）  无 → 未满足",
        "市财政局 未满足 → 市审计局 未满足",
        "2026-03-16 已满足 → 2026-03-09 已做但逾期",
        "未能检查的记录（5）",
        "! all.jsonl:17: the line is over 10 MB [too-large]",
    ):
        assert said in text, said
    assert (
        text.index("结论的变化")
        < text.index("涉及项目最多的规则")
        < text.index("记录 all.jsonl:4")
        < text.index("未能检查的记录")
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_no_row_is_too_wide(flipped: Flips, width: int, lang: str) -> None:
    rows = FLIPS["table"](flipped, Look(width=width, lang=lang)).splitlines()
    assert max(map(cell_len, rows)) <= width


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Flips:
    """Everything a stranger may write: names, ids, labels, file names, and a ruleset's own words."""
    home = tmp_path_factory.mktemp("hostile")
    text = (DATA / "mini.yaml").read_text(encoding="utf-8")
    said = json.dumps(HOSTILE.replace("\r", "").replace("\x9b", "").replace("\x07", ""))
    text = text.replace('"不超过15%的变更可自行调整"', said).replace('"市数据局"', said).replace('"市级项目"', said)
    (home / "old.yaml").write_text(text, encoding="utf-8")
    (home / "new.yaml").write_text(text.replace(": 15%}", ": 10%}"), encoding="utf-8")
    folder = home / "folder"
    folder.mkdir()
    bad = project(HOSTILE, id=HOSTILE, changes=CHANGE, applicant={"name": HOSTILE})
    (folder / "\x1b[31m<script>|[x]\n.json").write_text(bad, encoding="utf-8")
    (folder / "wrong.json").write_text(project(HOSTILE, **{HOSTILE: 1}, facts={HOSTILE: 2}), encoding="utf-8")
    (folder / "wrong2.json").write_text(project("x", facts={HOSTILE: 2}), encoding="utf-8")
    rulesets = load_ruleset(home / "old.yaml"), load_ruleset(home / "new.yaml")
    return flips(*rulesets, read_portfolio(folder), DAY, (HOSTILE, HOSTILE))


@pytest.mark.parametrize("format", sorted(FLIPS))
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii"])
@pytest.mark.parametrize("colour", [False, True])
def test_nothing_reaches_the_terminal_raw(hostile: Flips, format: str, encoding: str, colour: bool) -> None:
    assert (hostile.totals.changed, hostile.totals.rejected) == (1, 2)
    text = FLIPS[format](hostile, Look(colour=colour, encoding=encoding))
    if colour and format == "table":
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_markup_is_shown_as_written(hostile: Flips) -> None:
    text = FLIPS["table"](hostile, Look(width=120))
    assert "[/x][bold]\\x1b[31m红\\u202e反" in text
    assert "\\x1b[31m<script>|[x]\\n.json" in text


def test_json_keeps_names_exactly(hostile: Flips) -> None:
    made = json.loads(FLIPS["json"](hostile, Look()))
    assert (made["changed"][0]["project"], made["old"]["label"]) == ({"id": HOSTILE, "name": HOSTILE}, HOSTILE)


def test_markdown_holds_no_html(hostile: Flips) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(FLIPS["markdown"](hostile, Look()))
    assert "<script" not in html
    assert "<a " not in html
    assert "<table" not in html
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == 4


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_html_holds_only_its_own(hostile: Flips) -> None:
    page = Tags(FLIPS["html"](hostile, Look()))
    assert (page.tags["script"], page.tags["style"], page.tags["h1"], page.tags["details"]) == (1, 1, 1, 1)
    assert not {"a", "img", "iframe", "link", "form", "input", "x"} & set(page.tags)
    assert not {name for name in page.attributes if name.startswith("on") or name in ("style", "src", "href")}
    assert "[/x][bold]\\x1b[31m红\\u202e反" in page.text
    assert "\\x1b[31m<script>|[x]\\n.json" in page.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_html_says_what_the_table_says(flipped: Flips, lang: str) -> None:
    html = FLIPS["html"](flipped, Look(lang=lang))
    assert f'<html lang="{lang}">' in html
    assert FLIPS["html"](flipped, Look(lang=lang)) == html
    page = Tags(html)
    assert (page.tags["details"], page.tags["h3"]) == (4, 4)
    for said in (
        "旧版 → 新版：12个项目中4个有变",
        "4 of 12 projects change",
        "《投资概算》（交市发改委）",
        "市财政局 未满足 → 市审计局 未满足",
        "there is no fact `and_this`",
    ):
        assert said in page.text, said


def test_the_html_without_a_change(editions: tuple[RuleSet, RuleSet]) -> None:
    made = flips(editions[0], editions[0], [record(project("x"))], DAY, ("甲", "甲"))
    page = Tags(FLIPS["html"](made, Look()))
    assert "没有项目有变" in page.text
    assert page.tags["details"] == 0


# --- progress ---------------------------------------------------------------------------------------


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def never() -> int:
    raise AssertionError("counted for nobody")


def test_no_bar_on_a_pipe() -> None:
    out, records = StringIO(), iter([1, 2])
    with watched(records, never, stream=out) as shown:
        assert shown is records
    assert out.getvalue() == ""


def test_no_bar_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    with watched([1], never, stream=out) as shown:
        assert list(shown) == [1]
    assert out.getvalue() == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bar_on_a_terminal_that_goes_in_the_end(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    with watched(iter(range(3)), lambda: 3, lang, out) as shown:
        assert list(shown) == [0, 1, 2]
    for said in {"zh": ("已检查", "3/3", "个/秒", "还需"), "en": ("checked", "3/3", "/s", "left")}[lang]:
        assert said in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K")


def test_the_cursor_comes_back_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()

    def stream() -> Iterator[int]:
        yield 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), watched(stream(), lambda: 2, stream=out) as shown:
        for _ in shown:
            pass
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")
