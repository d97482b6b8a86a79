"""Audits: many projects come out as one by one, in every file that is written; and what may go wrong on the way."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
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
from govproj_rules.auditing import Audit, Wanted, asking, audit, deciding
from govproj_rules.auditing.asking import Waiting
from govproj_rules.cases import merged, numbers
from govproj_rules.cases.written import read_cases
from govproj_rules.checking import read_facts
from govproj_rules.evaluate import find_scope
from govproj_rules.facts import Facts
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.source import parse_yaml
from govproj_rules.vocabulary import vocabulary

ROOT = Path(__file__).parent.parent
DAY = date(2026, 6, 30)
GENERATED = 20
HOSTILE = ('=cmd|"/c calc"!A1', "+1", "-1+1", "@SUM(A1)", "\t=1", '红"绿,\n蓝')


class Portfolio(NamedTuple):
    """Projects as they were written, with the report of each by its key; and what an audit of them wrote."""

    reports: dict[str, Report]
    projects: dict[str, Project]
    made: Audit
    folder: Path

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return duckdb.sql(f"FROM '{self.folder}/{table}.parquet'").fetchall()


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
    path.write_text("".join(one for key, one in zip(portfolio.projects, lines, strict=True) if key in wanted), encoding="utf-8")


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
    names = [row[0] for row in duckdb.sql(f"DESCRIBE FROM '{portfolio.folder}/projects.parquet'").fetchall()]
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
    some(portfolio, [key for key in portfolio.projects if portfolio.projects[key].city == "yunan"], tmp_path / "some.jsonl")
    monkeypatch.setattr(deciding, "CHUNK", 100)
    made = audit([tmp_path / "some.jsonl"], Wanted(DAY, out=str(tmp_path / "out")))
    assert [made.cities[0].findings] == [one.findings for one in portfolio.made.cities if one.ruleset == "yunan"]
    rows = duckdb.sql(f"FROM '{tmp_path}/out/findings.parquet'").fetchall()
    assert sorted(rows, key=str) == sorted(
        (row for row in portfolio.rows("findings") if row[0].startswith("yunan")), key=str
    )
