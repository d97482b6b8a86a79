"""Audits: many projects come out as one by one, in every file that is written; and what may go wrong on the way."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import duckdb
import openpyxl
import pytest
from many import Many
from test_cli import SOURCE, run

from govproj_rules import Project, Report, check
from govproj_rules.auditing import Audit, Wanted, asking, audit, deciding, running
from govproj_rules.auditing import workbook as workbooks
from govproj_rules.auditing.asking import Waiting
from govproj_rules.cases import merged, numbers
from govproj_rules.cases.written import read_cases
from govproj_rules.checking import read_facts
from govproj_rules.errors import InvalidInput
from govproj_rules.evaluate import find_scope
from govproj_rules.facts import Facts
from govproj_rules.intake import duck, taking
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.source import parse_yaml
from govproj_rules.vocabulary import vocabulary

ROOT = Path(__file__).parent.parent
DAY = date(2026, 6, 30)
GENERATED = 6
HOSTILE = ('=cmd|"/c calc"!A1', "+1", "-1+1", "@SUM(A1)", "\t=1", '红"绿,\n蓝')


class Portfolio(NamedTuple):
    """Projects as they were written, with the report of each by its key; and what an audit of them wrote."""

    reports: dict[str, Report]
    projects: dict[str, Project]
    made: Audit
    folder: Path

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return duckdb.connect().execute(f"FROM '{self.folder}/{table}.parquet'").fetchall()


def written() -> Iterator[tuple[str, dict[str, Any]]]:
    """All shipped cases, all examples, and generated projects on and beside every bound."""
    for city in built_in():
        path = ROOT / "rules" / "cases" / f"{city}.yaml"
        doc = read_cases(parse_yaml(path.read_text(encoding="utf-8"), path.name))
        for case in doc.cases:
            data = case.project if case.bare else merged(doc.base, case.project)
            yield f"{city}-case-{case.id}", {**numbers({"name": case.id, **data}), "city": city}
        many = Many(load_ruleset(city), DAY)
        for place in range(GENERATED):
            yield f"{city}-{place}", {**many.project(Random(f"{city} {place}")), "city": city}
    for path in sorted((ROOT / "examples").glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def some(portfolio: Portfolio, keys: list[str], path: Path) -> None:
    """The lines of some projects as a file of their own."""
    lines = (portfolio.folder.parent / "all.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    wanted = set(keys)
    path.write_text(
        "".join(one for key, one in zip(portfolio.projects, lines, strict=True) if key in wanted), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    folder = tmp_path_factory.mktemp("audit")
    records = {key: {**data, "id": key} for key, data in written()}
    (folder / "all.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in records.values()), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "EVERY", 0)
        patch.setattr(asking, "ASKED", 5)
        made = audit([folder / "all.jsonl"], Wanted(DAY, out=str(folder / "out")))
    projects = {key: Project.model_validate(data) for key, data in records.items()}
    reports = {
        key: check(project, load_ruleset(str(project.city)), as_of=DAY)
        for key, project in projects.items()
    }  # fmt: skip
    return Portfolio(reports, projects, made, folder / "out")


# --- as check says ----------------------------------------------------------------------------------


def test_where_each_project_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of lines that is understood as a whole is not copied; its rows are told by their lines all the same."""
    file = tmp_path / "a.jsonl"
    file.write_text("".join(f'{{"name": "x{place}", "city": "lushan"}}\n' for place in range(3)), encoding="utf-8")
    monkeypatch.setattr(taking, "LEAST", 0)
    audit([file], Wanted(DAY, out=str(tmp_path / "out"), format="parquet"))
    found = duckdb.connect().execute(f"SELECT project, file, line FROM '{tmp_path}/out/projects.parquet'").fetchall()
    assert sorted(found) == [(f"x{place}", str(file), place + 1) for place in range(3)]


def test_whoever_watches_sees_every_project_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("".join(f'{{"name": "x{place}", "city": "yunan"}}\n' for place in range(300)), encoding="utf-8")
    monkeypatch.setattr(duck, "_LOOK", 1e-4)  # as often as can be
    seen: Counter[str] = Counter()
    audit([file], Wanted(DAY), lambda what, _, done: seen.update({what: done}))
    assert seen["deciding"] == 300


def test_findings_are_those_of_check(portfolio: Portfolio) -> None:
    wanted = Counter(
        (key, one.rule, one.for_, one.status, one.late, one.checked)
        for key, report in portfolio.reports.items()
        for one in report.findings
    )
    found = Counter(tuple(row[:6]) for row in portfolio.rows("findings"))
    assert sorted((found - wanted).elements(), key=str)[:5] == []
    assert sorted((wanted - found).elements(), key=str)[:5] == []


def test_verdicts_and_counts_are_those_of_check(portfolio: Portfolio) -> None:
    names = [
        row[0] for row in duckdb.connect().execute(f"DESCRIBE FROM '{portfolio.folder}/projects.parquet'").fetchall()
    ]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in portfolio.rows("projects")}
    assert rows.keys() == portfolio.reports.keys()
    for key, report in portfolio.reports.items():
        row = rows[key]
        assert (row["verdict"], row["scope"], row["regime"]) == (report.verdict, report.scope, report.regime), key
        for status in ("unmet", "unknown", "upcoming", "met", "info"):
            assert row[status] == report.counts[status], (key, status)


def test_the_summary_adds_up(portfolio: Portfolio) -> None:
    made, reports = portfolio.made, list(portfolio.reports.values())
    assert (made.projects, made.rejected) == (len(reports), 0)
    assert made.verdicts == Counter(report.verdict for report in reports)
    for city in made.cities:
        mine = [report for report in reports if report.ruleset.id == city.ruleset]
        findings = [one for report in mine for one in report.findings]
        assert city.verdicts == Counter(report.verdict for report in mine)
        for status in ("unmet", "unknown", "upcoming", "met", "info"):
            assert getattr(city.findings, status) == sum(one.status == status for one in findings), (
                city.ruleset,
                status,
            )
        assert city.findings.late == sum(one.late for one in findings)
        unmet = Counter(one.rule for one in findings if one.status == "unmet")
        by_rule: Counter[str] = Counter()
        for one in city.rules:
            by_rule[one.rule] += one.findings.unmet
        assert +by_rule == unmet


def test_missing_facts_are_those_reports_wait_for(portfolio: Portfolio, tmp_path: Path) -> None:
    keys = [key for key in portfolio.projects if key.startswith("yunan")][::8]
    some(portfolio, keys, tmp_path / "some.jsonl")
    (city,) = audit([tmp_path / "some.jsonl"], Wanted(DAY)).cities
    ruleset, waiting = load_ruleset(city.ruleset), Waiting()
    for key in keys:
        report, project = portfolio.reports[key], portfolio.projects[key]
        if any(one.status == "unknown" for one in report.findings):
            facts = Facts(project, read_facts(project, ruleset), DAY, ruleset.stages, vocabulary())
            waiting.add(report, find_scope(ruleset, facts).missing)
    assert city.sampled is None
    assert city.missing == waiting.ranked(ruleset)
    asked = {question.fact for key in keys for question in portfolio.reports[key].questions}
    assert {one.fact for one in city.missing if not one.fact.startswith("change.")} <= asked


def test_of_many_undecided_projects_some_are_asked(portfolio: Portfolio) -> None:
    for city in portfolio.made.cities:
        assert city.sampled == 5


def test_deadlines_are_those_of_reports(portfolio: Portfolio) -> None:
    """A report has no last day where a fact is missing, although it would change nothing; an audit has."""
    rows = portfolio.rows("deadlines")
    found = {row[:3]: row[3] for row in rows}
    assert len(found) == len(rows)
    with_days = dict.fromkeys(row[0] for row in rows)
    some_keys = [*list(with_days)[::4], *list(portfolio.reports)[::12]]
    views = {(key, one.rule, one.for_): one for key in some_keys for one in portfolio.reports[key].deadlines}
    wanted = {name: one.due for name, one in views.items() if one.status == "upcoming"}
    assert [(one, due) for one, due in wanted.items() if due is not None and found.get(one) != due] == []
    assert [one for one in found if one[0] in some_keys and one not in wanted] == []
    soon = sum(due <= DAY + timedelta(30) for due in found.values())
    assert sum(city.deadlines_ahead for city in portfolio.made.cities) == soon


def test_pieces_make_the_whole(portfolio: Portfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many projects are decided piece by piece: that shows nowhere."""
    some(
        portfolio,
        [key for key in portfolio.projects if portfolio.projects[key].city == "yunan"],
        tmp_path / "some.jsonl",
    )
    monkeypatch.setattr(deciding, "CHUNK", 100)
    made = audit([tmp_path / "some.jsonl"], Wanted(DAY, out=str(tmp_path / "out")))
    assert [made.cities[0].findings] == [one.findings for one in portfolio.made.cities if one.ruleset == "yunan"]
    rows = duckdb.connect().execute(f"FROM '{tmp_path}/out/findings.parquet'").fetchall()
    assert sorted(rows, key=str) == sorted(
        (row for row in portfolio.rows("findings") if row[0].startswith("yunan")), key=str
    )


# --- what is written --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few projects whose names mean harm, and a record that cannot be read."""
    folder = tmp_path_factory.mktemp("hostile")
    lines = []
    for place, name in enumerate(HOSTILE):
        stated = {
            "stage": "procurement",
            "classified": False,
            "investment": {"total": "120万元"},
            "events": {"procurement_started": "2026-03-02"},
        }
        lines.append({"id": f"={place}+1", "name": name, "city": "yunan", "applicant": {"name": name}, **stated})
    lines.append({"id": "bad", "name": "坏", "city": "yunan", "stage": "nowhere"})
    (folder / "in.jsonl").write_text(
        "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in lines), encoding="utf-8"
    )
    return folder


def call(folder: Path, *args: str) -> tuple[int, str, str]:
    return run("audit", "in.jsonl", "--as-of", "2026-06-30", *args, cwd=folder)


@pytest.fixture(scope="module")
def workbook(hostile: Path) -> Path:
    code, out, err = call(hostile, "-o", "out.xlsx")
    assert (code, err) == (2, "")
    assert "另有1条记录未能读取" in out
    assert "全部记录及原因：out.xlsx.rejects.jsonl" in out
    return hostile / "out.xlsx"


def test_a_workbook_is_for_an_officer(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["汇总", "项目", "结论", "期限", "待补事实"]
    assert "审核6个项目" in str(book["汇总"]["A1"].value)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert str(sheet.auto_filter.ref).startswith("A1:")
        assert sheet.column_dimensions["A"].width > 5
    assert [cell.value for cell in book["项目"][1]][:6] == [
        "项目编号",
        "项目名称",
        "申报单位",
        "办法",
        "结论",
        "是否适用",
    ]
    assert {row[2].value for row in book["结论"].iter_rows(min_row=2)} <= {"未满足", "逾期完成", "待定", "未到期"}
    assert json.loads((workbook.parent / "out.xlsx.rejects.jsonl").read_text(encoding="utf-8"))["line"] == 7


def test_nothing_in_a_workbook_is_a_formula(workbook: Path) -> None:
    cells = [cell for sheet in openpyxl.load_workbook(workbook).worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    texts = [str(cell.value) for cell in cells if cell.value]
    assert [text for text in texts if text.startswith(("=", "+", "-", "@", "\t"))] == []
    assert "'@SUM(A1)" in texts


def test_nothing_in_a_csv_file_is_a_formula(hostile: Path) -> None:
    code, _, err = call(hostile, "-o", "out.csv", "--all", "--lang", "en")
    assert (code, err) == (2, "")
    assert (hostile / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (hostile / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:4] == ["project", "name", "status", "rule"]
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t")) or "\n" in cell] == []
    assert {"met", "for information", "unmet"} & {row[2] for row in rows[1:]}


def test_lines_hold_every_finding_as_it_is(hostile: Path) -> None:
    code, _, _ = call(hostile, "-o", "out.jsonl", "--city", "yunan")
    rows = [json.loads(line) for line in (hostile / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert code == 2
    assert {row["project"] for row in rows} == {f"={place}+1" for place in range(len(HOSTILE))}
    assert {"rule", "for", "status", "late", "checked", "cite", "title_zh"} <= rows[0].keys()


def test_the_same_gives_the_same_bytes_and_replaces_what_was_there(hostile: Path) -> None:
    folder = hostile / "tables"
    seen = []
    for _ in range(2):
        code, _, err = call(hostile, "-o", "tables", "--format", "csv")
        assert (code, err) == (2, "")
        seen.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert seen[0] == seen[1]
    assert sorted(seen[0]) == [
        "audit.json",
        "deadlines.csv",
        "findings.csv",
        "projects.csv",
        "questions.csv",
        "rejects.jsonl",
    ]
    assert list(hostile.glob(".govproj*")) == []


def test_a_summary_for_programs(hostile: Path) -> None:
    code, out, err = call(hostile, "--format", "json")
    made = json.loads(out)
    assert (code, err, made["projects"], made["rejected"]) == (2, "", 6, 1)
    assert made["cities"][0]["name"] == {"zh": "郁南", "en": "Yunan"}
    assert made["examples"][0]["code"] == "unknown-word" or made["examples"][0]["message"]


def test_the_exit_code_is_the_gravest(tmp_path: Path) -> None:
    broken = json.loads((ROOT / "examples" / "yunan-fees-over-threshold.json").read_text(encoding="utf-8"))
    excluded = {"name": "密", "city": "yunan", "classified": True}
    (tmp_path / "in.jsonl").write_text(f"{json.dumps(broken)}\n{json.dumps(excluded)}\n", encoding="utf-8")
    code, out, err = call(tmp_path)
    assert (code, err) == (1, "")
    assert "等谁办" in out
    (tmp_path / "in.jsonl").write_text(json.dumps(excluded), encoding="utf-8")
    assert call(tmp_path)[0] == 0


# --- what may go wrong ------------------------------------------------------------------------------

WRONG_CALLS = (
    (["-o", "out.docx"], "nothing is written in files that end in `.docx`"),
    (["-o", "nowhere/out.xlsx"], "nowhere/out.xlsx: its folder is not there [unwritable-file]"),
    (["-o", "mine"], "mine: this folder holds something other than an audit [file-exists]"),
    (["-o", "mine", "--format", "xlsx"], "mine: this is a folder, and a file is to be written [file-exists]"),
    (
        ["-o", "in.jsonl", "--format", "parquet"],
        "in.jsonl: this is a file, and a folder is to be written [file-exists]",
    ),
    (["--format", "csv"], "--format csv says how -o is written: it needs -o"),
    (["--format", "pdf"], "`pdf` is not one of table, json, parquet, jsonl, csv, xlsx"),
    (["--tables", "t", "-o", "x.csv"], "--tables does not go with --out"),
    (["--city", "nowhere"], "there is no ruleset `nowhere`"),
)


@pytest.mark.parametrize(("args", "said"), WRONG_CALLS, ids=[" ".join(one[0]) for one in WRONG_CALLS])
def test_wrong_calls_are_told(args: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "photo.jpg").write_bytes(b"x")
    (tmp_path / "in.jsonl").write_text('{"name": "x", "city": "yunan"}\n', encoding="utf-8")
    code, out, err = call(tmp_path, *args)
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.jsonl", "mine"]


@pytest.mark.parametrize("package", ["duckdb", "sqlglot"])
def test_a_missing_package_is_told_with_its_extra(package: str, tmp_path: Path) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("raise ImportError", encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"name": "x", "city": "yunan"}\n', encoding="utf-8")
    code, out, err = run(
        "audit", "in.jsonl", "--as-of", "2026-06-30", cwd=tmp_path, PYTHONPATH=os.pathsep.join((str(tmp_path), SOURCE))
    )
    assert (code, out) == (2, "")
    assert f"needs the package {package}, which is not installed [not-installed]" in err
    assert "pip install 'govproj-rules[audit]'" in err


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (OSError(28, "No space left on device"), 2, "no room left to write the output [disk-full]"),
        (duckdb.IOException('Could not write file "x": No space left on device'), 2, "[disk-full]"),
        (duckdb.OutOfMemoryException("failed to allocate"), 2, "[out-of-memory]"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["disk", "disk of DuckDB", "memory", "interrupted"],
)
def test_what_stops_a_run_leaves_what_was_there(
    raised: BaseException, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    from typer.testing import CliRunner

    from govproj_rules.cli import app

    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(running, "write_tables", fail)
    monkeypatch.setattr("govproj_rules.cli.exits.close_quietly", lambda: None)
    (tmp_path / "in.jsonl").write_text('{"name": "x", "city": "lushan"}\n', encoding="utf-8")
    (tmp_path / "out.csv").write_text("old", encoding="utf-8")
    made = CliRunner().invoke(app, ["audit", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.csv")])
    assert made.exit_code == code
    assert said in made.output + made.stderr
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.jsonl", "out.csv"]


def test_too_many_rows_for_a_workbook_are_refused(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "ROWS", 10)
    with pytest.raises(InvalidInput) as caught:
        audit([hostile / "in.jsonl"], Wanted(DAY, out=str(hostile / "long.xlsx"), all=True))
    assert "a workbook is given up to 30" in caught.value.problems[0].message
    assert not (hostile / "long.xlsx").exists()
    monkeypatch.setattr(workbooks, "SHEETS", 1000)
    audit([hostile / "in.jsonl"], Wanted(DAY, out=str(hostile / "long.xlsx"), all=True))
    names = openpyxl.load_workbook(hostile / "long.xlsx").sheetnames
    assert names[:4] == ["项目", "结论", "结论 2", "结论 3"]


@pytest.mark.parametrize("end", ["", ".parquet", ".csv", ".xlsx"])
def test_nothing_to_tell_is_written_too(end: str, portfolio: Portfolio, tmp_path: Path) -> None:
    """No project could be read; or no regulation is in force."""
    (tmp_path / "a.jsonl").write_text('{"id": "a", "name": "a", "city": "nowhere"}\n', encoding="utf-8")
    made = audit([tmp_path / "a.jsonl"], Wanted(DAY, out=str(tmp_path / f"out{end}")))
    assert (made.projects, made.rejected) == (0, 1)
    some(portfolio, [key for key in portfolio.projects if "case" in key][:2], tmp_path / "b.jsonl")
    made = audit([tmp_path / "b.jsonl"], Wanted(date(1990, 1, 1), out=str(tmp_path / f"out{end}")))
    assert made.verdicts == {"not_in_force": 2}
    assert (tmp_path / f"out{end}").exists()
