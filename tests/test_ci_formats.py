"""JUnit and SARIF: valid against their schemas, and saying what the report says; never green where it is not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import test_evaluate
from lxml import etree
from test_cli import raw, run

from govproj_rules import InvalidInput, Report, RuleSet, check, load_project, load_ruleset
from govproj_rules.formats import FORMATS, TELLS_PROBLEMS, Look
from govproj_rules.formats.sarif import KINDS, LEVELS
from govproj_rules.outcomes import BINDING
from govproj_rules.outcomes import KINDS as OUTCOMES
from govproj_rules.project import Project
from govproj_rules.waivers import mark_of

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE.parent / "examples").glob("*.json"))
MINI = load_ruleset(HERE / "data" / "mini.yaml")
RAW: dict[str, Any] = json.loads((HERE / "data" / "mini.json").read_text(encoding="utf-8"))
DAY = date(2026, 6, 30)
WAIVERS = [
    {"rule": "use-cloud", "reason": "专网延迟不满足"},
    {"rule": "supervision", "reason": "由上级统一监理"},
    {"rule": "contract-filing", "reason": "已补办", "expires": "2026-06-29"},
    {"rule": "crypto", "reason": "尚未定级"},
    {"rule": "self-adjust.then", "for": "changes[7]", "reason": "没有这项变更"},
]
Node = dict[str, Any]


@cache
def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(HERE / "data" / "junit-10.xsd")))


@cache
def sarif_schema() -> jsonschema.Draft4Validator:
    schema = json.loads((HERE / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema)


def junit_of(text: str) -> Any:
    """The document, valid, its numbers as many as its elements."""
    root = etree.fromstring(text.encode())
    xsd().assertValid(root)
    totals: Counter[str] = Counter()
    for suite in root:
        cases = suite.findall("testcase")
        found = Counter({"tests": len(cases), **{tag: len(suite.findall(f"testcase/{tag}")) for tag in ELEMENTS}})
        numbers = {name: int(suite.get(name, "")) for name in ("tests", *ELEMENTS.values())}
        assert numbers == {"tests": found["tests"], **{name: found[tag] for tag, name in ELEMENTS.items()}}
        assert all(len(case) <= 1 for case in cases)
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(set(names)) == len(names)
        totals.update(numbers)
    assert {name: int(root.get(name, "")) for name in ("tests", "failures", "errors")} == {
        name: totals[name] for name in ("tests", "failures", "errors")
    }
    return root


ELEMENTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def sarif_of(text: str) -> Node:
    """The log, valid also by what the standard says beyond its schema."""
    log: Node = json.loads(text)
    sarif_schema().validate(log)
    ids = [run["automationDetails"]["id"] for run in log["runs"] if "automationDetails" in run]
    assert len(set(ids)) == len(ids)
    for one in log["runs"]:
        rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
        assert len(set(rules)) == len(rules)
        assert len({"suppressions" in result for result in one["results"]}) <= 1  # in all results, or in none
        prints = [json.dumps(result["partialFingerprints"]) for result in one["results"][1:]]
        assert len(set(prints)) == len(prints)
        for result in one["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
            assert (result["level"] == "none") == (result["kind"] != "fail")
            for place in result.get("locations", ()):
                if "physicalLocation" in place:
                    artifact = place["physicalLocation"]["artifactLocation"]
                    assert one["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
    return log


def shown(report: Report, ruleset: RuleSet, format: str, **look: Any) -> str:
    return FORMATS[format]([report], Look(rulesets={ruleset.sha256: ruleset}, **look))


def mini(**fields: Any) -> Report:
    return check(Project.model_validate(RAW | fields), MINI, as_of=DAY)


# --- valid, and the same every time -----------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_example_is_valid(lang: str) -> None:
    rulesets: dict[str, RuleSet] = {}
    reports = []
    for path in EXAMPLES:
        project = load_project(path)
        ruleset = load_ruleset(str(project.city))
        rulesets[ruleset.sha256] = ruleset
        reports.append(check(project, ruleset, as_of=DAY, all=lang == "en"))
    look = Look(lang=lang, rulesets=rulesets, files=[f"examples/{path.name}" for path in EXAMPLES])
    root, log = junit_of(FORMATS["junit"](reports, look)), sarif_of(FORMATS["sarif"](reports, look))
    assert len(root) == len(log["runs"]) == len(reports)
    for report, suite, made in zip(reports, root, log["runs"], strict=True):
        assert len(suite.findall("testcase")) == len(made["results"]) == len(report.findings) + 1
    for format in TELLS_PROBLEMS:
        assert FORMATS[format](reports, look) == FORMATS[format](reports, look)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii"])
def test_a_stream_of_any_encoding_carries_the_same_document(encoding: str) -> None:
    for format, read in (("junit", _canonical), ("sarif", json.loads)):
        text = shown(mini(name="𠮷 项目"), MINI, format, encoding=encoding)
        assert read(text.encode(encoding)) == read(shown(mini(name="𠮷 项目"), MINI, format).encode())


def _canonical(data: bytes) -> bytes:
    return bytes(etree.tostring(etree.fromstring(data), method="c14n"))


# --- JUnit ------------------------------------------------------------------------------------------


def element(finding: Any) -> str:
    """What a finding must be in JUnit, from its status, force and kind."""
    counts = finding.force in BINDING and OUTCOMES[finding.kind].obligation
    if finding.status == "met":
        return "pass"
    return {"unmet": "failure", "unknown": "error"}.get(finding.status, "skipped") if counts else "skipped"


def elements(suite: Any) -> Counter[str]:
    return Counter(case[0].tag if len(case) else "pass" for case in suite.findall("testcase")[1:])


def test_only_what_is_met_passes() -> None:
    report = mini(waivers=WAIVERS)
    (suite,) = junit_of(shown(report, MINI, "junit"))
    assert elements(suite) == Counter(map(element, report.findings))
    assert elements(suite)["pass"] == report.counts["met"]
    said = {name.get("name"): name.get("value") for name in suite.iter("property")}
    assert {name: int(said[f"count.{name}"]) for name in report.counts} == report.counts
    assert (said["verdict"], said["as_of"], said["ruleset"]) == ("non_compliant", "2026-06-30", "mini")


def test_a_case_is_named_by_rule_and_title_and_says_why() -> None:
    (suite,) = junit_of(shown(mini(), MINI, "junit"))
    cases = {case.get("name").partition(" · ")[0]: case for case in suite.findall("testcase")}
    broken = cases["no-own-network"]
    assert (broken.get("classname"), broken.get("name")) == ("mini", "no-own-network · 不得另建专网")
    assert broken[0].get("message") == "未满足：不得另建专网（第六条第一款）"
    assert "原因：另建专网：是，须为“否”" in broken[0].text
    open_ = cases["reapprove changes[1]"]
    assert (open_[0].tag, open_[0].get("type")) == ("error", "unknown")
    assert "changes[1].reapproved" in open_[0].text


def test_waivers_are_counted_apart_in_junit() -> None:
    (suite,) = junit_of(shown(mini(waivers=WAIVERS), MINI, "junit"))
    cases = {case.get("name").partition(" · ")[0]: case for case in suite.findall("testcase")}
    assert (cases["use-cloud"][0].tag, cases["use-cloud"][0].get("type")) == ("skipped", "waived")
    assert "专网延迟不满足" in cases["use-cloud"][0].text
    assert cases["supervision"][0].tag == cases["contract-filing"][0].tag == "failure"
    said = [name.get("value") for name in suite.iter("property") if name.get("name").startswith("waiver.")]
    assert [one.partition(":")[0] for one in said] == ["waived", "unlifted", "expired", "idle", "unmatched"]
    assert all(waiver["reason"] in suite.findtext("system-out") for waiver in WAIVERS)


def rows() -> Iterable[Any]:
    seen: dict[tuple[str, str], Any] = {}
    for one in test_evaluate.all_rows():
        file, name, row = one.values
        if "refused" not in row:
            seen.setdefault((f"{file.name}/{name}", str(row)), one)
    return seen.values()


def test_red_exactly_where_the_exit_code_is_not_nought() -> None:
    """Over every meaning there is a table of: an undecided project is never green, a decided one never red."""
    from govproj_rules.cli.exits import VERDICT_CODES

    seen: Counter[str] = Counter()
    for one in rows():
        file, name, row = one.values
        project, day = test_evaluate.project_of(file, name, row)
        ruleset = test_evaluate.ruleset(file, name)
        try:
            report = check(project, ruleset, as_of=day)
        except InvalidInput:
            continue
        root = junit_of(shown(report, ruleset, "junit"))
        red = int(root.get("failures")) + int(root.get("errors")) > 0
        assert red == (VERDICT_CODES[report.verdict] != 0), (file.name, name, row)
        seen[report.verdict] += 1
    assert set(seen) == set(VERDICT_CODES)


# --- SARIF ------------------------------------------------------------------------------------------


def results(report: Report, **look: Any) -> tuple[Node, dict[str, Node]]:
    log = sarif_of(shown(report, MINI, "sarif", files=["项目/a b.json"], **look))
    (made,) = log["runs"]
    return made, {
        one["partialFingerprints"]["finding/v1"].removeprefix("mini/").removesuffix("#"): one
        for one in made["results"][1:]
    }


def test_a_result_for_every_finding() -> None:
    report = mini(waivers=WAIVERS)
    made, found = results(report)
    assert Counter(one["properties"]["status"] for one in found.values()) == Counter(f.status for f in report.findings)
    reminders = {f.rule for f in report.findings if f.kind == "duty" and f.status == "info"}
    for one in found.values():
        kind = KINDS[one["properties"]["status"]]
        assert one["kind"] == ("review" if one["ruleId"] in reminders else kind)
        assert one["level"] == (LEVELS[one["properties"]["force"]] if kind == "fail" else "none")
    assert found["keep-records"]["kind"] == "review"
    assert made["properties"]["counts"] == report.counts
    assert sum(one["kind"] == "open" for one in found.values()) == report.counts["unknown"] > 0
    assert made["properties"]["verdict"] == "non_compliant"
    assert made["language"] == "zh-CN"
    rule = next(one for one in made["tool"]["driver"]["rules"] if one["id"] == "mini/no-own-network")
    assert rule["shortDescription"]["text"] == "不得另建专网"
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_a_result_says_where() -> None:
    _, found = results(mini())
    (place,) = found["reapprove#changes[1]"]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "%E9%A1%B9%E7%9B%AE/a%20b.json"
    assert place["logicalLocations"] == [{"fullyQualifiedName": "changes[1]"}]
    assert "locations" not in sarif_of(shown(mini(), MINI, "sarif"))["runs"][0]["results"][1]


def test_only_a_waiver_that_justifies_something_suppresses() -> None:
    made, found = results(mini(waivers=WAIVERS))
    suppressed = {name: one["suppressions"] for name, one in found.items() if one["suppressions"]}
    accepted = {"kind": "external", "status": "accepted", "justification": "专网延迟不满足"}
    assert suppressed == {"use-cloud": [accepted]}
    assert found["use-cloud"]["kind"] == "fail"
    marks = {name: found[name]["properties"]["waiver"] for name in ("use-cloud", "supervision", "contract-filing")}
    assert marks == {"use-cloud": "waived", "supervision": "unlifted", "contract-filing": "expired"}
    assert [one["standing"] for one in made["properties"]["waivers"]] == [
        "waived", "unlifted", "expired", "idle", "unmatched",
    ]  # fmt: skip
    _, plain = results(mini(waivers=[]))
    assert not any("suppressions" in one for one in plain.values())


def test_marks_agree_with_the_counts() -> None:
    report = mini(waivers=WAIVERS)
    marks = Counter(mark for one in report.findings if (mark := mark_of(one, report.waivers)))
    assert marks == {name: report.counts[name] for name in ("waived", "unlifted", "expired")}


# --- whether it applies -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "day", "tag", "kind", "said"),
    [
        ({}, DAY, None, "pass", "适用"),
        ({"funding": None}, DAY, "error", "open", "推定"),
        ({"classified": True}, DAY, "skipped", "notApplicable", "不适用于该项目"),
        ({}, date(2024, 12, 31), "error", "open", "不在施行期内"),
    ],
)
def test_the_scope_is_a_case_of_its_own(
    fields: dict[str, Any], day: date, tag: str | None, kind: str, said: str
) -> None:
    report = check(Project.model_validate(RAW | fields), MINI, as_of=day)
    (suite,) = junit_of(shown(report, MINI, "junit"))
    scope = suite.find("testcase")
    assert scope.get("name") == "[scope] 是否适用"
    assert [one.tag for one in scope] == ([tag] if tag else [])
    (made,) = sarif_of(shown(report, MINI, "sarif"))["runs"]
    assert made["results"][0]["kind"] == kind
    assert said in made["results"][0]["message"]["text"]


# --- on the command line ----------------------------------------------------------------------------

CALL = ("--city", str(HERE / "data" / "mini.yaml"), "--as-of", "2026-06-30")


def test_a_file_that_cannot_be_checked_is_an_error_in_the_document(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"name": "x", "stge": "planning"}', encoding="utf-8")
    good = str(HERE / "data" / "mini.json")
    for files in (["bad.json"], [good, "bad.json", "none.json"]):
        code, out, err = run("check", *files, *CALL, "--format", "junit", cwd=tmp_path)
        assert code == 2
        assert "did you mean `stage`?" in err
        root = junit_of(out)
        assert len(root) == len(files)
        (case,) = root[files.index("bad.json")].findall("testcase")
        assert (case.get("name"), case[0].get("type")) == ("[input] bad.json", "unknown-key")
        assert "bad.json:1:15: there is no key `stge`" in case[0].text
        code, out, _ = run("check", *files, *CALL, "--format", "sarif", cwd=tmp_path)
        assert code == 2
        runs = sarif_of(out)["runs"]
        assert [one["invocations"][0]["executionSuccessful"] for one in runs].count(False) == len(files) - (
            good in files
        )
        made = runs[files.index("bad.json")]
        (note,) = made["invocations"][0]["toolConfigurationNotifications"]
        assert note["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 15}


def test_names_of_files_stay_as_they_were_given(tmp_path: Path) -> None:
    strange = "a b#%?:,文.json"
    (tmp_path / strange).write_bytes((HERE / "data" / "mini.json").read_bytes())
    _, out, _ = run("check", strange, *CALL, "--format", "sarif", cwd=tmp_path)
    uri = sarif_of(out)["runs"][0]["artifacts"][0]["location"]["uri"]
    assert uri == "a%20b%23%25%3F%3A%2C%E6%96%87.json"
    assert str(tmp_path) not in out
    _, out, _ = run("check", str(tmp_path / strange), *CALL, "--format", "sarif")
    assert sarif_of(out)["runs"][0]["artifacts"][0]["location"]["uri"].startswith("file:///")
    made = raw("check", "-", *CALL, "--format", "sarif", stdin=(HERE / "data" / "mini.json").read_bytes())
    assert sarif_of(made.stdout.decode())["runs"][0]["artifacts"][0]["location"]["uri"] == "%3Cstdin%3E"
