"""What rules mean: every table of cases under ``meaning/``.

A table is a tiny ruleset (``facts``, ``rules``, ``regimes``; the rest is filled in) with rows. A row is a
project, a day, and everything that is found: ``findings`` maps ``RULE`` or ``RULE FOR`` to a status, or to
any keys of the finding and of its typed view; ``waivers`` says what each comes to, on how many findings. ``if_a: [when true, when unknown]`` stands for three rows,
with the fact ``a`` true, not stated, and false (then nothing is found).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from strategies import build

from govproj_rules import InvalidInput, Project, RuleSet, check
from govproj_rules.cases import merged, numbers
from govproj_rules.outcomes import KINDS, STATUS
from govproj_rules.source import parse_yaml

MEANING = Path(__file__).parent / "meaning"
AS_OF = "2026-06-30"
ROW = {"name", "project", "as_of", "findings", "if_a", "verdict", "scope", "regime", "questions", "thresholds", "counts",
       "instead", "refused", "all", "waivers"}  # fmt: skip
TABLE = {"about", "ruleset", "facts", "rules", "regimes", "project", "as_of", "rows"}


@cache
def tables(file: Path) -> dict[str, Any]:
    read = parse_yaml(file.read_text("utf-8"), file.name).data
    assert isinstance(read, dict)
    return read


@cache
def ruleset(file: Path, name: str) -> RuleSet:
    return build(tables(file)[name])


def expanded(row: dict[str, Any]) -> list[dict[str, Any]]:
    if "if_a" not in row:
        return [row]
    when_true, unknown = row["if_a"]
    plain = {key: value for key, value in row.items() if key != "if_a"}
    found: tuple[dict[str, Any], ...] = ({"r": when_true}, {"r": unknown}, {})
    stated: tuple[dict[str, bool], ...] = ({"a": True}, {}, {"a": False})
    return [
        {**plain, "project": merged(row.get("project", {}), {"facts": facts}), "findings": findings}
        for facts, findings in zip(stated, found, strict=True)
    ]


def all_rows() -> list[Any]:
    found: list[Any] = []
    for file in sorted(MEANING.glob("*.yaml")):
        for name, table in tables(file).items():
            assert not table.keys() - TABLE, f"{file.name} {name}: {table.keys() - TABLE}"
            rows = [one for row in table["rows"] for one in expanded(row)]
            for place, row in enumerate(rows):
                assert not row.keys() - ROW, f"{file.name} {name} {place}: {row.keys() - ROW}"
                found.append(pytest.param(file, name, row, id=f"{file.stem}/{name}/{row.get('name', place)}"))
    return found


def project_of(file: Path, name: str, row: dict[str, Any]) -> tuple[Project, date]:
    """The project of a row, and the day it is asked about."""
    table = tables(file)[name]
    stated = merged(table.get("project", {}), row.get("project", {}))
    day = date.fromisoformat(row.get("as_of") or table.get("as_of") or AS_OF)
    return Project.model_validate(numbers({"name": "p", **stated})), day


def report_of(file: Path, name: str, row: dict[str, Any]) -> dict[str, Any]:
    project, day = project_of(file, name, row)
    return check(project, ruleset(file, name), as_of=day, all=row.get("all", False)).to_dict("en")


@pytest.mark.parametrize(("file", "name", "row"), all_rows())
def test_meaning(file: Path, name: str, row: dict[str, Any]) -> None:
    if "refused" in row:
        with pytest.raises(InvalidInput) as refused:
            report_of(file, name, row)
        assert {problem.code for problem in refused.value.problems} == {row["refused"]}
        return
    report = report_of(file, name, row)
    if "findings" in row:
        assert findings(report, row["findings"]) == row["findings"]
    for key in row.keys() & {"verdict", "scope", "regime"}:
        assert report[key] == (None if row[key] == "none" else row[key])
    if "instead" in row:
        assert report["instead"]["en"] == row["instead"]
    if "questions" in row:
        asked = [one["fact"] + (f" from {one['stage']}" if one["stage"] else "") for one in report["questions"]]
        assert asked == row["questions"]
    if "waivers" in row:
        assert [f"{one['rule']} {one['standing']} {one['findings']}" for one in report["waivers"]] == row["waivers"]
    if "counts" in row:
        assert {key: str(report["counts"][key]) for key in row["counts"]} == row["counts"]
    if "thresholds" in row:
        assert [shown_threshold(one) for one in report["thresholds"]] == row["thresholds"]


def findings(report: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """All findings, told with the keys that are expected of each."""
    views = {(view["rule"], view["for"]): view for kind in KINDS.values() for view in report[kind.view]}
    told: dict[str, Any] = {}
    for finding in report["findings"]:
        name = finding["rule"].removeprefix("tiny/") + (f" {finding['for']}" if finding["for"] else "")
        assert name not in told
        wanted = expected.get(name)
        everything = {**views[finding["rule"], finding["for"]], **finding}
        assert everything["status"] == views[finding["rule"], finding["for"]]["status"]
        told[name] = (
            {key: plain(key, everything[key]) for key in wanted} if isinstance(wanted, dict) else finding["status"]
        )
    return told


def plain(key: str, value: Any) -> Any:
    """Values as a table writes them: words, and reasons as one line."""
    match key, value:
        case "because", list():
            return [shown_because(one) for one in value]
        case "unknown", list():
            return [one if isinstance(one, str) else " ".join(str(part) for part in one.values()) for one in value]
        case (("who" | "by" | "authority"), dict()):
            return value["role"]
        case (("to" | "with" | "or"), list()):
            return [one["role"] for one in value]
        case "waiver", dict():
            return f"{value['reason']} {value['standing']}"
        case (("note" | "title" | "until"), dict()):
            return value["en"]
        case _:
            return "none" if value is None else value if isinstance(value, bool | list | dict) else str(value)


def shown_because(one: dict[str, Any]) -> str:
    ((test, bound),) = one["test"].items()
    return f"{one['fact']} {test} {shown(bound)} → {shown(one['value'])} {shown(one['holds'])}"


def shown_threshold(one: dict[str, Any]) -> str:
    ((test, bound),) = one["bound"].items()
    element = f" for {one['for']}" if one["for"] else ""
    return f"{one['fact']} {test} {shown(bound)}{element} → {shown(one['value'])} {shown(one['holds'])} {shown(one['margin'])}"


def shown(value: Any) -> str:
    match value:
        case None:
            return "?"
        case bool():
            return "yes" if value else "no"
        case dict():
            return f"({value['fact']} {shown(value['value'])})"
        case _:
            return str(value)


def test_the_status_table_is_complete() -> None:
    ways, answers = {way for _, way, _ in STATUS}, (True, None, False)
    assert set(STATUS) == {(applies, way, due) for applies in (True, None) for way in ways for due in answers}
    assert set(STATUS.values()) == {"met", "unmet", "unknown", "upcoming"}
