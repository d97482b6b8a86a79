"""Sheets: what each cell says, what is wrong with a map or a file, and a workbook as an office keeps it."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from intake.asked import fetched, write
from intake.messy import TWINS, WRONG, write_messy
from openpyxl import Workbook
from openpyxl.styles import NamedStyle
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from typer.testing import CliRunner

from govproj_rules.cli import app
from govproj_rules.errors import InvalidInput
from govproj_rules.formats import Look
from govproj_rules.formats.proposed import proposed_map
from govproj_rules.intake import take_in
from govproj_rules.intake.cells import BLANK, looks_like_yuan, read_cell
from govproj_rules.intake.contents import Measured, Share, Spoilt, Value
from govproj_rules.intake.suggest import suggest_map
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.mapping import Targets, plain, read_map
from govproj_rules.mapping.names import synonyms, unit_in
from govproj_rules.schema import schema
from govproj_rules.source import parse_yaml
from govproj_rules.values import Unreadable

TARGETS = Targets([load_ruleset(city) for city in built_in()])
COLUMNS = {
    "name": "name", "wan": {"fact": "investment.total", "unit": "万元"}, "bare": "investment.estimate", "day": "change.date",
    "when": "events.accepted", "there": {"fact": "documents.budget", "yes": "有", "no": "无"}, "secret": "classified",
    "kind": {"fact": "kind", "words": {"新": "new_build", "改扩建": ["rebuild", "expansion"]}, "none": "无"},
    "system": "system_type", "grade": "security.level", "year": "planning.plan_year", "delay": "facts.progress_delay",
    "months": {"fact": "facts.service_term", "unit": "个月"}, "parts": {"fact": "components", "split": "+"}, "city": "city",
    "none": {"fact": "changes", "none": ["无", "没有"]}, "paid": {"fact": "investment.settlement", "unit": "元"},
    "mixed": {"fact": "investment.contract_price", "unit": "万元", "yuan_from": 100000},
    "serial": {"fact": "events.tendered", "day_numbers": 1900}, "mac": {"fact": "events.initiated.date", "day_numbers": 1904},
}  # fmt: skip


def written(columns: dict[str, Any], **keys: Any) -> bytes:
    return yaml.safe_dump({"columns": columns, **keys}, allow_unicode=True, sort_keys=False).encode()


MAP = read_map(written({key: one for key, one in COLUMNS.items() if key != "day"}, blank=["-", "待定"]), "map", TARGETS)

CELLS: list[tuple[str, Value, Any]] = [
    ("wan", 62, "62万元"), ("wan", 62.5, "62.5万元"), ("wan", 0.1 + 0.2, "0.3万元"), ("wan", "62", "62万元"),
    ("wan", "5000元", "5000元"), ("wan", Measured(5000, "元"), "5000元"), ("wan", "1,200", "1200万元"), ("wan", "６２", "62万元"),
    ("wan", -5, "-5万元"), ("wan", 1e-7, "0.0000001万元"), ("wan", None, BLANK), ("wan", " \u3000", BLANK), ("wan", "-", BLANK),
    ("wan", "待定", BLANK), ("wan", True, "`True` is no number"), ("wan", Share(0.5), "is shown with a unit"),
    ("wan", datetime(2026, 3, 2), "`2026-03-02` is no number"), ("wan", Spoilt("#REF!", "the cell holds the error `#REF!`", "x"), "the error"),
    ("bare", 62, "the amount `62` has no unit"), ("bare", "62", "the amount `62` has no unit"), ("bare", "62万元", "62万元"),
    ("when", datetime(2026, 3, 2), "2026-03-02"), ("when", date(2026, 3, 2), "2026-03-02"), ("when", "2026年3月2日", "2026-03-02"),
    ("wan", "12,00", "12,00"), ("wan", "12,00000", "12,00000"), ("wan", "1,234.5.6", "1,234.5.6"), ("wan", "1,2345万元", "1,2345万元"), ("wan", "1,234,56", "1,234,56"), ("wan", "1 200", "1 200"), ("wan", " 62 万元", "62万元"), ("when", "2026.3 .2", "2026-03-02"),
    ("when", "2026.1 1.2", "neither"), ("when", "2026 3 2", "neither"), ("when", "2026-03-02  10:30", "2026-03-02"), ("wan", "1,234,567.5", "1234567.5万元"), ("wan", "1,200万", "1200万元"), ("wan", "６２ 万", "62万元"),
    ("wan", "3亿", "3亿元"), ("wan", "¥62", "¥62"), ("wan", "￥62万", "62万元"), ("paid", "¥1,200.5", "1200.5元"), ("wan", "约62万元", "约62万元"),
    ("wan", "−5", "-5万元"), ("mixed", "−5", "-5万元"), ("mixed", "－５", "-5万元"), ("mixed", "٣", "٣"), ("mixed", "1" * 400, "1" * 400 + "元"),
    ("mixed", 99999, "99999万元"), ("mixed", 100000, "100000元"), ("mixed", "１００，０００.５", "100000.5元"), ("mixed", "100000万元", "100000万元"),
    ("mixed", Measured(100000, "万元"), "100000万元"), ("when", 20260302, "2026-03-02"), ("when", "20260302", "2026-03-02"),
    ("when", "２０２６．３．２", "2026-03-02"), ("when", "2026 年 3 月 2 日", "2026-03-02"), ("when", 20261302, "2026-13-02"), ("when", "26.3.2", "neither"),
    ("grade", "等保三级", 3), ("grade", "三 级", 3), ("grade", "S3A2G3", 3), ("grade", "S3A2G2", "not a protection grade"),
    ("year", "２０２６", "2026"), ("year", "2026年第二批", "2026"), ("secret", "Y", True), ("secret", "☒", False), ("there", "n", False),
    ("when", "2026/3/2", "2026-03-02"), ("when", "2026.3.2", "2026-03-02"), ("when", "2026-03-02 00:00:00", "2026-03-02"),
    ("when", "2026-02-30", "2026-02-30"), ("when", "2026.3.2、2026年4月1日", ["2026-03-02", "2026-04-01"]), ("when", "是", True),
    ("when", "否", False), ("when", True, True), ("when", 46083, "`46083` is a plain number, not a date"),
    ("when", "2026-3/2", "neither a date nor yes or no"), ("when", "2026年3月", "neither a date nor yes or no"),
    ("there", "有", True), ("there", "无", False), ("there", "√", True), ("there", "齐", "neither a date nor yes or no"),
    ("secret", "是", True), ("secret", "NO", False), ("secret", 1, "`1` is neither yes nor no"), ("secret", "有", "neither yes nor no"),
    ("kind", "新", ["new_build"]), ("kind", "新建", ["new_build"]), ("kind", "new_build", ["new_build"]), ("kind", "无", []),
    ("kind", "升级改造、新", ["upgrade", "new_build"]), ("kind", "改扩建；新建", ["rebuild", "expansion", "new_build"]),
    ("kind", "新建、翻修", "`翻修` is not one of the words for this"), ("kind", "new build", ["new_build"]),
    ("system", "国家、省项目的本级配套", "higher_programme_counterpart"), ("system", "门户", "is not one of the words"),
    ("grade", 3, 3), ("grade", "三级", 3), ("grade", "第2级", 2), ("grade", "六级", "not a protection grade"), ("grade", 2.5, "`2.5` is not"),
    ("year", 2026, "2026"), ("year", "2026年度", "2026"), ("year", 26, "26"),
    ("delay", "3个月", "3个月"), ("delay", 3, "the period `3` has no unit"), ("months", 3, "3个月"), ("months", "2 years", "2years"),
    ("parts", "机房+网络", ["machine_room", "network"]), ("parts", "机房、网络", "`机房、网络` is not one of the words"),
    ("name", 20260001, "20260001"), ("name", 1.0, "1"), ("name", 10**17, "more digits than a sheet keeps"), ("name", 2.5, "is no text"),
    ("serial", 43754, "2019-10-16"), ("serial", 43754.5, "2019-10-16"), ("serial", "43754", "2019-10-16"), ("serial", 61, "a plain number"),
    ("serial", 20260302, "2026-03-02"), ("serial", "43754、2026-03-02", ["2019-10-16", "2026-03-02"]), ("serial", 437540, "a plain number"),
    ("serial", -43754, "a plain number"), ("serial", True, True), ("serial", Share(43754), "is not a date"), ("mac", 42292, "2019-10-16"),
    ("when", "43754", "neither a date nor yes or no"),
    ("city", "郁南", "yunan"), ("city", "nowhere", "nowhere"), ("none", "没有", []), ("none", "两次", "does not say that there are none"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "expected"), CELLS, ids=[f"{one[0]} {one[1]!r}" for one in CELLS])
def test_a_cell_says(column: str, value: Value, expected: Any) -> None:
    said = told(value, column)
    assert said is expected or said == expected or (isinstance(said, Unreadable) and expected in str(said))


def told(value: Value, column: str) -> Any:
    """What a cell says, or why it says nothing."""
    try:
        return read_cell(value, MAP.columns[column])
    except Unreadable as error:
        return error


# --- maps ---------------------------------------------------------------------------------------------

MAPS: list[tuple[str, dict[str, Any], str]] = [
    ("an unknown fact", {"columns": {"名称": "nmae"}}, "there is no fact `nmae` for a column"),
    ("a unit of another kind", {"columns": {"金额": {"fact": "investment.total", "unit": "千元"}}}, "`千元` is no unit of `investment.total`"),
    ("yuan without a unit", {"columns": {"金额": {"fact": "investment.total", "yuan_from": 100000}}}, "`yuan_from` is for a column in 万元"),
    ("yuan of a day", {"columns": {"日": {"fact": "events.accepted", "yuan_from": 1}}}, "`yuan_from` means nothing for `events.accepted`"),
    ("half a yuan", {"columns": {"金额": {"fact": "investment.total", "unit": "万元", "yuan_from": 0.5}}}, "`0.5` is no whole number from 1 up"),
    ("numbers of days for an amount", {"columns": {"金额": {"fact": "investment.total", "day_numbers": 1900}}}, "`day_numbers` means nothing"),
    ("another year of days", {"columns": {"日": {"fact": "events.accepted", "day_numbers": 1970}}}, "day_numbers"),
    ("what to do with cells", {"columns": {"甲": "name"}, "unreadable": "ignore"}, "unreadable"),
    ("a unit for a word", {"columns": {"阶段": {"fact": "stage", "unit": "元"}}}, "`unit` means nothing for `stage`"),
    ("an unknown word", {"columns": {"性质": {"fact": "kind", "words": {"新": "newbuild"}}}}, "there is no word `newbuild` for `kind`"),
    ("one fact twice", {"columns": {"甲": "name", "乙": "name"}}, "`name` stands in `甲` and in `乙`"),
    ("one text, two meanings", {"columns": {"甲": {"fact": "classified", "yes": "有", "no": "有"}}}, "`有` stands under `yes` and under `no`"),
    ("a column twice", {"columns": {"甲": "name", "甲 ": "ignore"}}, "the column `甲 ` stands here twice"),
    ("no columns", {"columns": {}}, "`columns` is empty"),
    ("an unknown key", {"columns": {"甲": "name"}, "colums": {}}, "there is no key `colums` in the map"),
    ("a constant that is wrong", {"columns": {"甲": "name"}, "constants": {"stage": "begun"}}, "stage: `begun` is not one of the words"),
    ("a constant beside its column", {"columns": {"甲": "name", "乙": "stage"}, "constants": {"stage": "review"}}, "`stage` stands in a column too"),
    ("documents in two ways", {"columns": {"甲": "name", "乙": "documents", "丙": "documents.budget"}}, "documents are listed, and told one by one too"),
    ("a row of none", {"columns": {"甲": "name"}, "header": 0}, "`0` is no whole number from 1 up"),
    ("changes in two ways", {"columns": {"甲": "name", "乙": "changes[0].date"},
                             "changes": {"sheet": "x", "project": "y", "columns": {"z": "date"}}}, "in a sheet of their own too"),
    ("a fact of projects in changes", {"columns": {"甲": "name"}, "changes": {"sheet": "x", "project": "y", "columns": {"z": "stage"}}},
     "there is no fact `stage` for a column"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "said"), [case[1:] for case in MAPS], ids=[case[0] for case in MAPS])
def test_a_wrong_map_is_told(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_map(yaml.safe_dump(keys, allow_unicode=True, sort_keys=False).encode(), "map.yaml", TARGETS)
    assert said in str(caught.value)
    assert all(problem.line for problem in caught.value.problems)


def test_every_synonym_means_a_fact_and_one_only() -> None:
    table = synonyms()
    for paths in (table.sure, table.maybe):
        assert not [path for path in paths if TARGETS.find(path) is None and TARGETS.find(path, of_change=True) is None]
    names = [plain(name) for path, names in table.sure.items() if not path.startswith("change.") for name in names]
    assert len(names) == len(set(names))


# --- whole sheets -------------------------------------------------------------------------------------


def book(path: Path, sheets: dict[str, list[list[Any]]], arrange: Callable[[Workbook], None] | None = None) -> Path:
    made = Workbook()
    assert made.active is not None
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if arrange:
        arrange(made)
    made.save(path)
    return path


def took(file: Path, tmp_path: Path, keys: dict[str, Any] | None, city: str | None = "yunan") -> dict[str, Any]:
    """What was accepted, by key, as its cells have it; and what was said of the rest."""
    map_ = tmp_path / "map.yaml"
    if keys is not None:
        map_.write_text(yaml.safe_dump(keys, allow_unicode=True, sort_keys=False), encoding="utf-8")
    made = take_in([file], tmp_path / "out", city=city, map=map_ if keys is not None else None)
    rejects = [json.loads(line) for line in made.rejects.read_text(encoding="utf-8").splitlines()]
    found: dict[str, Any] = {
        "said": [
            (one["line"], problem["column"], problem["message"]) for one in rejects for problem in one["problems"]
        ],
        "notes": [note.message for note in made.notes],
        "skipped": made.skipped,
        "rows": [],
        "changes": [],
    }
    for one in made.cities:
        for table, key in (("projects", "rows"), ("changes", "changes")):
            columns, rows = fetched(one.relation(table))
            for cells in rows:
                stated = {name: cell for name, cell in zip(columns, cells, strict=True) if cell is not None}
                found[key].append({name: cell for name, cell in stated.items() if name not in ("file", "line", "name")})
    return found


def test_changes_of_a_sheet_of_their_own(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {
        "项目": [["编号", "名称", "概算(万元)"], ["A", "甲", 100], ["B", "乙", 50], ["C", "丙", 20]],
        "变更": [["编号", "日期", "金额(万元)", "备案"], ["A", "2026-01-05", 3, "是"], ["B", "2026-03-02", 1, None],
                 ["A", "2026-02-01", 4, "2026-02-09"], ["B", "2026-03-01", 1, None]],
    })  # fmt: skip
    keys = {
        "sheet": "项目", "columns": {"编号": "id", "名称": "name", "概算(万元)": {"fact": "investment.approved_estimate", "unit": "万元"}},
        "changes": {"sheet": "变更", "project": "编号", "complete": True, "columns": {
            "日期": "date", "金额(万元)": {"fact": "amount", "unit": "万元"}, "备案": "filed"}},
    }  # fmt: skip
    found = took(file, tmp_path, keys, "langfang")
    assert found["said"] == [(3, 2, "`日期`: changes[1].date: the change of `2026-03-01` stands after a later one")]
    assert [(row["project"], row["changes"]) for row in found["rows"]] == [("A", 2), ("C", 0)]
    assert [row["change.amount"] for row in found["changes"]] == [3_000_000, 4_000_000]


def test_changes_in_columns_and_documents_in_parts(tmp_path: Path) -> None:
    columns = {
        "名称": "name", "一日期": "changes[0].date", "一金额": "changes[0].amount", "二备案日": "changes[1].filed.date",
        "二备案": "changes[1].filed", "可研": "documents.feasibility_study", "可研日": "documents.feasibility_study.date",
        "批": "documents.feasibility_study.approved",
    }  # fmt: skip
    file = book(tmp_path / "a.xlsx", {"x": [
        list(columns), ["甲", "2026/1/5", "3万元", None, None, "是", "2026/1/1", "2026/2/1"], ["乙", *[None] * 7],
        ["丙", None, None, "2026/1/9", "否", None, None, None], ["丁", None, None, None, None, "否", "2026/1/1", None],
    ]})  # fmt: skip
    found = took(file, tmp_path, {"columns": columns}, "langfang")
    assert [message for _, _, message in found["said"]] == [
        "`二备案日` and `二备案` contradict each other", "`可研日` and `可研` contradict each other",
    ]  # fmt: skip
    first, second = found["rows"]
    assert first["changes"] == 1
    assert first["documents.feasibility_study.date"] == date(2026, 1, 1)
    assert second == {"project": "乙"}


HEADER = ["名称", "总投资"]
PLAIN = {"columns": {"名称": "name", "总投资": {"fact": "investment.total", "unit": "万元"}}}


def _hide(made: Workbook) -> None:
    made.create_sheet("别的").sheet_state = "hidden"
    made["x"].row_dimensions[2].hidden = True


def _percent(made: Workbook) -> None:
    made["x"]["B2"].number_format = '0.00"元"'
    made["x"]["B3"].number_format = '0!.0,"万元"'


SHEETS: list[tuple[str, list[list[Any]], Callable[[Workbook], None] | None, list[tuple[int, int | None, str]], list[str]]] = [
    ("a title above", [["台账"], [], HEADER, ["甲", 1]], None, [], ["甲"]),
    ("a total below", [HEADER, ["甲", 1], [], ["合 计：", 1]], None, [], ["甲"]),
    ("a total that ends with the word", [HEADER, ["甲", 1], ["2021年及以前小计", 1]], None, [], ["甲"]),
    ("a total that is a project", [HEADER, ["合计管理系统", 1]], None, [], ["合计管理系统"]),
    ("hidden rows are rows", [HEADER, ["甲", 1]], _hide, [], ["甲"]),
    ("a formula never computed", [HEADER, ["甲", "=1+1"]], None, [(2, 2, "`总投资`: the cell holds a formula that was never computed")], []),
    ("an error", [HEADER, ["甲", "#REF!"]], None, [(2, 2, "`总投资`: the cell holds the error `#REF!`")], []),
    ("no name", [HEADER, [None, 1]], None, [(2, None, "the project lacks the key `name`")], []),
    ("a stray cell", [HEADER, ["甲", 1, "x"]], None, [(2, 3, "`x` stands in column C, which has no name")], []),
    ("a format with a unit", [HEADER, ["甲", 620000], ["乙", 620000]], _percent,
     [(3, 2, '`总投资`: the format `0!.0,"万元"` of the cell shows another number than it holds')], ["甲"]),
    ("twins", [HEADER, ["甲", 1], ["甲", 1]], None,
     [(2, None, "the project `甲` is there more than once"), (3, None, "the project `甲` is there more than once")], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "arrange", "said", "kept"), [case[1:] for case in SHEETS], ids=[case[0] for case in SHEETS]
)
def test_a_sheet(
    rows: list[list[Any]], arrange: Callable[[Workbook], None] | None, said: list[tuple[int, int | None, str]],
    kept: list[str], tmp_path: Path,
) -> None:  # fmt: skip
    found = took(book(tmp_path / "a.xlsx", {"x": rows}, arrange), tmp_path, PLAIN)
    assert found["said"] == said
    assert [row["project"] for row in found["rows"]] == kept


def test_a_column_without_a_name_is_called_by_its_letter(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {"x": [["名称", None, "总投资"], ["甲", "某公司", 1]]})
    assert took(file, tmp_path, {"columns": {**PLAIN["columns"], "[B]": "ignore"}})["rows"][0]["project"] == "甲"
    (one,) = [one for one in suggest_map(file, TARGETS).columns if one.name.startswith("[")]
    assert (one.name, one.letter, one.samples) == ("[B]", "B", ["某公司"])


def test_cells_that_cannot_be_read_may_count_as_unknown(tmp_path: Path) -> None:
    """But for what a record cannot do without: a change that is not told would be none."""
    columns = {
        "名称": "name", "总投资": {"fact": "investment.total", "unit": "万元"}, "验收": "events.accepted",
        "一金额": {"fact": "changes[0].amount", "unit": "万元"},
    }  # fmt: skip
    rows: list[list[Any]] = [
        list(columns),
        ["甲", "约5", "2026-02-30", None],
        ["乙", -5, "问老王", None],
        ["丙", 5, None, "约1"],
    ]
    file = book(tmp_path / "a.xlsx", {"x": rows})
    found = took(file, tmp_path, {"columns": columns, "unreadable": "unknown"}, "langfang")
    assert found["rows"] == [{"project": "甲"}, {"project": "乙"}]
    assert found["said"] == [(4, 4, "`一金额`: `约1` is not an amount of money")]
    assert found["notes"] == [
        "`总投资`: cells that cannot be read count as not stated: 2, row 2, 3: 约5、-5",
        "`验收`: cells that cannot be read count as not stated: 2, row 2, 3: 2026-02-30、问老王",
    ]


@pytest.mark.parametrize(
    ("value", "like"),
    [("−5", False), ("１０００００", True), (10**400, True), (float("inf"), False), (float("nan"), False), (True, False),
     ("12,00000", False), ("100000元", False), (Measured(10**6, "万元"), False), (None, False)],
)  # fmt: skip
def test_what_looks_like_yuan(value: Value, like: bool) -> None:
    assert looks_like_yuan(value, MAP.columns["wan"]) is like


def test_numbers_that_look_like_yuan_are_told(tmp_path: Path) -> None:
    file = book(
        tmp_path / "a.xlsx", {"x": [HEADER, ["甲", 99_999], ["乙", 100_000], ["丙", "500,000"], ["丁", "100000万元"]]}
    )
    assert took(file, tmp_path, PLAIN)["notes"] == [
        "`总投资`: numbers come to 10亿元 or more, as if they were in 元: 2, row 3, 4"
    ]
    columns = {"名称": "name", "总投资": {"fact": "investment.total", "unit": "万元", "yuan_from": 100_000}}
    shutil.rmtree(tmp_path / "out")
    found = took(file, tmp_path, {"columns": columns})
    assert found["notes"] == []
    assert [row["investment.total"] // 100 for row in found["rows"]] == [999_990_000, 100_000, 500_000, 1_000_000_000]


@pytest.mark.parametrize("value", [43754, "43754", 43754.25])
def test_what_to_do_about_a_number_that_may_be_a_day(value: Value) -> None:
    assert "say `day_numbers: 1900` for the column in the map" in (getattr(told(value, "when"), "help", "") or "")
    assert "day_numbers" not in (getattr(told("11000000", "when"), "help", "") or "")


def test_the_year_from_which_days_count(tmp_path: Path) -> None:
    """A workbook says it; a map that says another one is refused, since all days would be four years off."""
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    for row in (["名称", "验收"], ["甲", 42292]):
        made.active.append(row)  # type: ignore[union-attr]
    made.save(tmp_path / "a.xlsx")
    columns = {"名称": "name", "验收": {"fact": "events.accepted", "day_numbers": 1900}}
    with pytest.raises(InvalidInput, match="the numbers of days count from 1904 in this workbook"):
        took(tmp_path / "a.xlsx", tmp_path, {"columns": columns})
    columns["验收"] = {"fact": "events.accepted", "day_numbers": 1904}
    (row,) = took(tmp_path / "a.xlsx", tmp_path, {"columns": columns})["rows"]
    assert row["events.accepted.date"] == date(2019, 10, 16)


def test_days_kept_as_numbers_are_proposed(tmp_path: Path) -> None:
    file = book(
        tmp_path / "a.xlsx", {"x": [["项目名称", "验收日期"], *([f"甲{one}", 43750 + one] for one in range(9))]}
    )
    text = proposed_map(suggest_map(file, TARGETS), Look("en"), list(built_in()))
    assert "days kept as their numbers: 43750、43751、43752、43753; with day_numbers: 1900 they are read" in text


UNITS = [
    ("总投资（万元）", "万元"), ("资金（万元） / 合同额（元）", "元"), ("资金（万元） / 合同额", "万元"), ("增减额（万元，减填负数）", "万元"),
    ("金额（单位：万元）", "万元"), ("金额(亿元)", "亿元"), ("总额万元", "万元"), ("支付进度(%)", "%"), ("单元（个）", None), ("万元以上项目（数量）", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "unit"), UNITS)
def test_the_unit_in_a_name(name: str, unit: str | None) -> None:
    assert unit_in(name) == unit


TEXTS: list[tuple[str, bytes, dict[str, Any] | None, list[str], str]] = [
    ("utf-8 with a mark", "\ufeff名称,总投资\n甲,1\n".encode(), PLAIN, ["甲"], ""),
    ("gb18030 is said", "名称;总投资\n甲;1\n".encode("gb18030"), PLAIN, ["甲"], "read as GB18030"),
    ("tabs", "名称\t总投资\n甲\t1\n".encode(), PLAIN, ["甲"], ""),
    ("a quoted line end", '名称,总投资\n"甲\n乙",1\n'.encode(), PLAIN, ["甲\n乙"], ""),
    ("a merged header", ",投资,\n名称,总,备注\n甲,1,x\n".encode(),
     {"header": [1, 2], "columns": {"名称": "name", "投资 / 总": {"fact": "investment.total", "unit": "万元"}, "投资 / 备注": "ignore"}}, ["甲"], ""),
    ("paths for names", "name,investment.total\n甲,1万元\n".encode(), None, ["甲"], ""),
    ("percent and money with words", "名称,总投资\n甲,1万元\n".encode(), PLAIN, ["甲"], ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "keys", "kept", "note"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS]
)
def test_a_file_of_text(data: bytes, keys: dict[str, Any] | None, kept: list[str], note: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(data)
    found = took(file, tmp_path, keys)
    assert [row["project"] for row in found["rows"]] == kept
    assert found["said"] == []
    assert bool(note) is bool(found["notes"])
    assert note in "".join(found["notes"])


# --- bad input ----------------------------------------------------------------------------------------


def _zip(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def _workbook(rows: list[list[Any]], replaced: dict[str, bytes] | None = None) -> bytes:
    made = Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    made.add_named_style(NamedStyle("x"))
    data = io.BytesIO()
    made.save(data)
    if not replaced:
        return data.getvalue()
    with zipfile.ZipFile(data) as archive:
        return _zip({name: replaced.get(name, archive.read(name)) for name in archive.namelist()})


ENDLESS = b"".join(b'<c t="inlineStr"><is><t>%d</t></is></c>' % number for number in range(300_000))
SHEET1 = "xl/worksheets/sheet1.xml"
BAD: list[tuple[str, str, bytes, dict[str, Any] | None, str]] = [
    ("missing columns", "a.csv", "名称,总投姿\n".encode(), PLAIN, "there is no column `总投资` [missing-column]\n  help: did you mean `总投姿`?"),
    ("unmapped columns", "a.csv", "名称,总投资,甲,乙\n".encode(), PLAIN, "column 4 `乙` is not in the map"),
    ("a name twice", "a.csv", "名称,总投资,名称\n".encode(), PLAIN, "`名称` is the name of column 1 and of column 3"),
    ("no header", "a.csv", b"1,2\n3,4\n", PLAIN, "none of the first 2 rows has a column that the map names"),
    ("no map", "a.csv", "名称\n甲\n".encode(), None, "there is no fact `名称` for a column"),
    ("no name", "a.csv", b"id\n1\n", None, "no column is mapped to `name`"),
    ("mixed encodings", "a.csv", "名称,总投资\n".encode() + "智慧政务平台,1\n".encode() + "智慧城市,2\n".encode("gbk"), PLAIN,
     "the file mixes encodings: line 1 is UTF-8, line 3 is not"),
    ("no encoding", "a.csv", b"\xff\xff\xff,1\n", PLAIN, "the line is neither UTF-8 nor GB18030"),
    ("utf-16", "a.csv", "名称\n".encode("utf-16"), PLAIN, "the file is UTF-16"),
    ("nul", "a.csv", b"a,b\n\0,1\n", PLAIN, "the line holds a NUL character"),
    ("an open quote", "a.csv", '名称,总投资\n"甲,1\n'.encode(), PLAIN, "a quoted cell begins here that does not end"),
    ("an empty file", "a.csv", b"\n", PLAIN, "the file is empty"),
    ("a million columns", "a.csv", b"," * 1_000_000 + "\n名称".encode(), PLAIN, "columns"),
    ("an empty sheet", "a.xlsx", _workbook([]), PLAIN, "the sheet is empty"),
    ("no workbook", "a.xlsx", b"PK nonsense", PLAIN, "this is no workbook, or it is damaged"),
    ("an archive", "a.xlsx", _zip({"x.txt": b"x"}), PLAIN, "this is no workbook, or it is damaged"),
    ("half a workbook", "a.xlsx", _workbook([HEADER])[:3000], PLAIN, "this is no workbook, or it is damaged"),
    ("half a sheet", "a.xlsx", _workbook([HEADER], {SHEET1: b"<worksheet><sheetData><row>"}), PLAIN, "this is no workbook, or it is damaged"),
    ("packed as zipfile cannot unpack", "a.xlsx", re.sub(rb"(?s)(PK\x01\x02.{6})\x08\0", b"\\1\x09\0", _workbook([HEADER])), PLAIN,
     "this is no workbook, or it is damaged"),
    ("a password", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"), PLAIN,
     "the workbook is protected by a password"),
    ("an old workbook", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, PLAIN, "a workbook of an old kind (.xls)"),
    ("a bomb", "a.xlsx", _workbook([HEADER], {SHEET1: b"<worksheet>" + b" " * 40_000_000}), PLAIN, "unpacks to 40 MB"),
    ("an endless row", "a.xlsx", _workbook([HEADER], {SHEET1: b"<worksheet><sheetData><row>" + ENDLESS}), PLAIN,
     "a row of the sheet is over 10 MB"),
    ("a document type", "a.xlsx", _workbook([HEADER], {SHEET1: b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"}), PLAIN, "a document type"),
    ("no such sheet", "a.xlsx", _workbook([HEADER]), {**PLAIN, "sheet": "台账"}, "there is no sheet `台账`"),
    ("a sheet of a csv", "a.csv", b"a\n1\n", {**PLAIN, "sheet": "台账"}, "the map says `sheet:`"),
    ("another kind", "a.doc", b"x", None, "projects are not read from files of this kind"),
    ("an old kind", "a.xls", b"x", None, "workbooks of this kind are not read"),
    ("no gzip", "a.jsonl.gz", b"x", None, "the file is no gzip file, or it is damaged"),
    ("half a gzip", "a.jsonl.gz", gzip.compress(b'{"name": "x"}\n' * 999)[:60], None, "the file is no gzip file, or it is damaged"),
    ("no lines", "a.jsonl", b"\n", None, "there is no project in it"),
    ("no parquet", "a.parquet", b"PAR1 nonsense", None, "this is no Parquet file, or it is damaged"),
    ("a map for nothing", "a.jsonl", b'{"name": "x"}\n', PLAIN, "the map is for sheets, and none is given"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "keys", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_is_told(name: str, data: bytes, keys: dict[str, Any] | None, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    arguments = ["audit", str(tmp_path / name), "--city", "yunan", "--tables", str(tmp_path / "out")]
    if keys is not None:
        (tmp_path / "map.yaml").write_text(yaml.safe_dump(keys, allow_unicode=True, sort_keys=False), encoding="utf-8")
        arguments += ["--map", str(tmp_path / "map.yaml")]
    before = set(tmp_path.iterdir())
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 2, run.output
    assert said in run.output
    assert set(tmp_path.iterdir()) == before, "something was left behind"


def test_a_folder_without_projects(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    run = CliRunner().invoke(
        app, ["audit", str(tmp_path / "in"), str(tmp_path / "none.csv"), "--tables", str(tmp_path / "out")]
    )
    assert run.exit_code == 2
    assert "there is no such file or folder" in run.output
    run = CliRunner().invoke(app, ["audit", str(tmp_path / "in"), "--tables", str(tmp_path / "out")])
    assert run.exit_code == 2
    assert "there is no project in it" in run.output
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"name": "x", "city": "yunan"}\n', encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept").touch()
    run = CliRunner().invoke(app, ["audit", str(tmp_path / "a.jsonl"), "--tables", str(tmp_path / "out")])
    assert run.exit_code == 2
    assert "this is there already" in run.output
    run = CliRunner().invoke(
        app, ["audit", str(tmp_path / "a.jsonl"), "--tables", str(tmp_path / "out" / "kept" / "in")]
    )
    assert run.exit_code == 2
    assert "a file stands where it is to be [unwritable-file]" in run.output


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"name": "x", "city": "yunan"}\n', encoding="utf-8")

    def stop(total: int | None, done: int) -> None:
        assert total == 1
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in([tmp_path / "a.jsonl"], tmp_path / "out", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_a_full_disk_leaves_nothing(name: str, tmp_path: Path) -> None:
    """The first is written by Python, the second by DuckDB."""
    if name == "a.jsonl":
        line = '{"name": "%d", "city": "yunan", "events": {"accepted": "2026-03-02"}}'
        (tmp_path / name).write_text("\n".join(line % number for number in range(300)), encoding="utf-8")
    else:
        rows = "SELECT md5(n::VARCHAR) AS project, 'yunan' AS city, 1::INTEGER AS \"investment.total\" FROM range(9_000) AS t(n)"
        write(rows, tmp_path / name)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))"
    call = (
        f"import sys; sys.argv[1:] = ['audit', '{name}', '--tables', 'out']; from govproj_rules.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", f"{limit}; {call}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2, run.stderr
    assert "no room left to write the tables [disk-full]" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


# --- a workbook by another hand -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("messy") / "台账.xlsx"
    write_messy(path, rows=1_200)
    return path


def test_a_proposal_needs_a_small_edit_and_reads(messy: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["audit", "--suggest-map", str(messy), "-o", str(tmp_path / "map.yaml")])
    assert run.exit_code == 0, run.output
    text = (tmp_path / "map.yaml").read_text(encoding="utf-8")
    assert "header: [3, 4]" in text
    assert "未识别" not in text.split("columns:")[1]
    edited = text.replace("# constants: {city: dongying}", "constants: {city: yunan}").replace(
        "events.initiated ", "events.approved "
    )
    (tmp_path / "map.yaml").write_text(edited, encoding="utf-8")
    run = CliRunner().invoke(
        app, ["audit", str(messy), "--map", str(tmp_path / "map.yaml"), "--tables", str(tmp_path / "out")]
    )
    assert run.exit_code == 2, run.output
    assert (
        f"读入{1_200 - len(WRONG) - len(TWINS)}个项目，{len(WRONG) + len(TWINS)}条记录未能读入，2行不是项目"
        in run.output
    )
    rejects = [
        json.loads(line) for line in (tmp_path / "out" / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {one["line"] for one in rejects} == {number + 5 for number in (*WRONG, *TWINS)}
    for one in rejects:
        column = WRONG.get(one["line"] - 5, ("", None))[0].replace("\n", " ")
        assert any(column in problem["message"] or not problem["column"] for problem in one["problems"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_proposal_loads_as_it_is(lang: str, messy: Path, tmp_path: Path) -> None:
    odd = book(
        tmp_path / "odd.xlsx",
        {"x": [["项目名称", 'a"b: #c', "金额", "=x", "可研批复日期"], ["甲", "…", 3, "x", "2026-01-01"]]},
    )
    for file in (messy, odd):
        text = proposed_map(suggest_map(file, TARGETS), Look(lang), list(built_in()))
        assert read_map(text.encode(), "map.yaml", TARGETS).columns
        jsonschema.validate(parse_yaml(text, "map.yaml").data, schema("map"))
