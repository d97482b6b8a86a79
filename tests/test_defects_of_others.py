"""What goes wrong in other systems, as tests of ours: one each, named for what it protects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from strategies import build
from test_ci_formats import elements, junit_of, sarif_of
from test_every_format import CALLS, every_count
from typer.testing import CliRunner

from govproj_rules import InvalidInput, Project, Report, RuleSet, Session, check, load_ruleset
from govproj_rules.cases import merged, numbers
from govproj_rules.cli import app
from govproj_rules.formats import FORMATS, Look
from govproj_rules.library import built_in
from govproj_rules.lint import lint

DATA = Path(__file__).parent / "data"
MINI = str(DATA / "mini.yaml")
RAW: dict[str, Any] = json.loads((DATA / "mini.json").read_text(encoding="utf-8"))
AS_OF = date(2026, 6, 30)
Table = Mapping[str, Any]


def report(table: Table, project: Mapping[str, Any] | None = None, as_of: date = AS_OF) -> Report:
    """A tiny ruleset on a project."""
    stated = numbers({"name": "p", **merged(table.get("project", {}), project or {})})
    return check(Project.model_validate(stated), build(table), as_of=as_of)


def statuses(table: Table, project: Mapping[str, Any] | None = None, as_of: date = AS_OF) -> dict[str, str]:
    return {one.rule.removeprefix("tiny/"): one.status for one in report(table, project, as_of).findings}


def govproj(*call: str) -> tuple[int, str, str]:
    made = CliRunner().invoke(app, list(call))
    assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
    return made.exit_code, made.stdout, made.stderr


def refused(made: Any) -> set[str]:
    with pytest.raises(InvalidInput) as error:
        made()
    return {problem.code for problem in error.value.problems}


# --- what is not known ------------------------------------------------------------------------------

SMALL: Table = {
    "rules": [
        {"id": "r", "when": {"investment.total": {"less_than": "10万元"}}, "duty": {"met_when": {"classified": False}}}
    ]
}


def test_omitted_and_zero_are_not_the_same() -> None:
    """OpenFisca takes an amount nobody stated for 0; here it is unknown, and only a stated 0 is 0."""
    assert statuses(SMALL) == {"r": "unknown"}
    assert statuses(SMALL, {"investment": {"total": "0元"}, "classified": True}) == {"r": "unmet"}
    assert statuses(SMALL, {"investment": {"total": "10万元"}}) == {}


def test_an_empty_list_and_none_are_not_the_same() -> None:
    """In JsonLogic a list that is not there has no members; here only `[]` says that there are none."""
    table: Table = {"rules": [{"id": "r", "unless": {"components": {"includes": "network"}}, "duty": {"met_when": {"classified": True}}}],
                    "project": {"classified": False}}  # fmt: skip
    assert statuses(table) == {"r": "unknown"}
    assert statuses(table, {"components": []}) == {"r": "unmet"}


@pytest.mark.parametrize("operator", ["is", "at_least", "at_most", "more_than", "less_than"])
def test_two_unknowns_are_never_equal(operator: str) -> None:
    """In DMN null = null is true; here two unknown amounts compare as nothing at all."""
    guard = {"investment.budget_arranged": {operator: {"fact": "investment.budget_reviewed"}}}
    for when in (guard, {"not": guard}):
        table: Table = {"rules": [{"id": "r", "duty": {"met_when": when}}]}
        assert statuses(table) == {"r": "unknown"}


@pytest.mark.parametrize(
    ("guard", "status"),
    [
        ({"any": [{"facts.a": True}, {"facts.b": True}]}, "unknown"),
        ({"any": [{"facts.a": True}, {"facts.yes": True}]}, "met"),
        ([{"facts.a": True}, {"facts.yes": True}], "unknown"),
        ([{"facts.a": True}, {"facts.no": True}], "unmet"),
        ({"not": {"facts.a": True}}, "unknown"),
        ({"not": {"any": [{"facts.a": True}, {"facts.yes": True}]}}, "unmet"),
        ({"not": [{"facts.a": True}, {"facts.no": True}]}, "met"),
        ({"facts.yes": True, "unless": {"facts.a": True}}, "unknown"),
        ({"facts.yes": True, "unless": [{"facts.a": True}, {"facts.no": True}]}, "met"),
        ({"facts.no": True, "unless": {"facts.a": True}}, "unmet"),
    ],
)
def test_unknown_stays_unknown_unless_something_else_decides(guard: Any, status: str) -> None:
    """In JsonLogic what is missing is falsy, so that its negation holds; here only a known operand decides."""
    facts = dict.fromkeys(("a", "b", "yes", "no"), "yes_no")
    table: Table = {"facts": facts, "rules": [{"id": "r", "duty": {"met_when": guard}}]}
    assert statuses(table, {"facts": {"yes": True, "no": False}}) == {"r": status}


@pytest.mark.parametrize("extra", [{}, {"when": {"facts.b": True}}, {"unless": {"facts.b": True}}])
def test_a_prohibition_that_cannot_be_decided_is_not_a_permission(extra: dict[str, Any]) -> None:
    """Cedar skips a forbid policy that errs, so that the request is allowed; here the answer stays open, and exit 3."""
    rule = {"id": "r", "prohibition": {"violated_when": {"facts.a": True}}, **extra}
    made = report({"facts": {"a": "yes_no", "b": "yes_no"}, "rules": [rule]})
    assert [one.status for one in made.findings] == ["unknown"]
    assert made.verdict == "undetermined"


def test_a_finding_does_not_need_the_values_its_words_name() -> None:
    """In Rego a message built from a value that is not there takes its whole rule away; here every finding is told."""
    made = check(Project(name="p"), load_ruleset(MINI), as_of=AS_OF)
    full = check(Project.model_validate(RAW | {"changes": None}), load_ruleset(MINI), as_of=AS_OF)
    assert {one.rule for one in full.findings} <= {one.rule for one in made.findings}
    look = Look(rulesets={made.ruleset.sha256: load_ruleset(MINI)}, all=True)
    for format, write in FORMATS.items():
        if format in ("json", "junit", "sarif"):
            text = write([made], look)
            assert not [one.rule for one in made.findings if one.rule.removeprefix("mini/") not in text], format


def test_a_due_day_that_is_not_known_leaves_the_deadline_there() -> None:
    """A timer that waits for a day nobody stated is simply not set elsewhere; here its row says what it waits for."""
    (row,) = report({"rules": [FILING]}).deadlines
    assert (row.do, row.due, row.status) == ("contract_filed", None, "unknown")


def test_unknown_is_counted_in_every_format() -> None:
    """A checker that counts passes and failures loses the rest; here every format of `check` has the number of unknowns."""
    made, ruleset = check(Project(name="p"), load_ruleset(MINI), as_of=AS_OF), load_ruleset(MINI)
    look = Look(rulesets={ruleset.sha256: ruleset})
    unknown = made.counts["unknown"]
    assert unknown > 9
    shown = {format: write([made], look) for format, write in FORMATS.items()}
    assert f"待定 {unknown}" in shown["table"]
    assert f"待定 {unknown}" in shown["markdown"]
    assert [one["unknown"] for one in every_count(json.loads(shown["json"]))] == [unknown]
    assert [one["unknown"] for one in every_count(sarif_of(shown["sarif"]))] == [unknown]
    assert elements(junit_of(shown["junit"])[0])["error"] > 0
    assert {call.values[0][-1] for call in CALLS} >= set(FORMATS)  # the other commands: test_every_format


# --- what is written wrong --------------------------------------------------------------------------


def test_a_misspelled_fact_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    """In OPA a misspelled attribute is undefined, and its rule silent; here project, case and session refuse it."""
    for stated in ({"facts": {"reuses_clod": True}}, {"investmnt": {"total": "1万元"}}):
        (tmp_path / "p.json").write_text(json.dumps({"name": "x", **stated}), encoding="utf-8")
        code, out, err = govproj("check", str(tmp_path / "p.json"), "--city", MINI)
        assert (code, out) == (2, "")
        assert "did you mean `" in err
        (tmp_path / "mini.yaml").write_text(Path(MINI).read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "cases").mkdir(exist_ok=True)
        case = {"id": "a", "about": ["6"], "project": stated, "expect": []}
        (tmp_path / "cases" / "mini.yaml").write_text(
            json.dumps({"ruleset": "mini", "as_of": "2026-06-30", "cases": [case]}), encoding="utf-8"
        )
        code, out, err = govproj("test", str(tmp_path / "cases" / "mini.yaml"))
        assert (code, out) == (2, "")
        assert "did you mean `" in err
    session = Session(load_ruleset(MINI), as_of=AS_OF)
    for path in ("facts.reuses_clod", "investment.totl", "events.acepted"):
        assert refused(lambda path=path: session.set(path, True)) <= {"unknown-fact", "unknown-key", "unknown-word"}
    assert refused(lambda: build({"rules": [{"id": "r", "when": {"clasified": True}, "duty": {}}]})) == {"unknown-fact"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    when: {classified: true}\n", "  when: {classified: true}\n"),
        ("    when: {classified: true}\n", "      when: {classified: true}\n"),
        ("    topic: competence.audit\n", "topic: competence.audit\n"),
        ("  - id: audit-supervises\n", " - id: audit-supervises\n"),
        ("    competence: {authority: audit", "    note: {zh: x, en: x}\n      competence: {authority: audit"),
        ("    topic: competence.audit\n", "\ttopic: competence.audit\n"),
    ],
)
def test_a_rule_that_is_indented_wrongly_stops_the_load(old: str, new: str, tmp_path: Path) -> None:
    """Checkov drops a policy that is indented wrongly and passes; here nothing of such a file is used."""
    text = Path(MINI).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "bad.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    code, out, err = govproj("check", str(DATA / "mini.json"), "--city", str(tmp_path / "bad.yaml"))
    assert (code, out) == (2, "")
    assert str(tmp_path / "bad.yaml") in err


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"investment": {"total": 62}}, "万元"),
        ({"investment": {"total": "62"}}, "has no unit"),
        ({"classified": "no"}, "true or false"),
        ({"security": {"level": "3"}}, "from 1 to 5"),
        ({"events": {"accepted": "30.06.2026"}}, "year-month-day"),
        ({"facts": {"reuses_cloud": 1}}, "true or false"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_is_expected(
    stated: dict[str, Any], said: str, tmp_path: Path
) -> None:
    """In durable-rules "6" is at least 5 and "abc" more than 3; here nothing is coerced, and the unit is named."""
    (tmp_path / "p.json").write_text(json.dumps({"name": "x", **stated}), encoding="utf-8")
    code, out, err = govproj("check", str(tmp_path / "p.json"), "--city", MINI)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("command", ["test", "lint"])
@pytest.mark.parametrize("files", [{}, {"mini.yaml": "ruleset: mini\nrules: []\n"}, {"cases/mini.yaml": "ruleset: mini\nas_of: 2026-06-30\ncases: []\n"},
                                   {"mini.yaml": "MINI", "cases/mini.yaml": "ruleset: mini\nas_of: 2026-06-30\ncases: []\n"}, {"mini.yaml": "MINI"}])  # fmt: skip
def test_nothing_to_check_is_no_success(command: str, files: dict[str, str], tmp_path: Path) -> None:
    """A runner that finds no policies reports no failures; here no rules and no cases are problems."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        whole = Path(MINI).read_text(encoding="utf-8") if text == "MINI" else text
        (tmp_path / name).write_text(whole, encoding="utf-8")
    code, _, err = govproj(command, str(tmp_path))
    if command == "lint" and files.get("mini.yaml") == "MINI":
        assert code == 0  # the rules are there: it is cases they lack
    else:
        assert code in ((1, 2) if command == "lint" else (2,))
        assert err or code == 1


def test_no_built_in_ruleset_is_without_cases() -> None:
    """A rule that nothing tests looks like one that passes; here every ruleset has its cases, and every rule rules."""
    from govproj_rules.cases import case_files
    from govproj_rules.vocabulary import rules_home

    assert [path.stem for path in case_files([rules_home()])] == list(built_in())
    assert {path.parent.name for path in case_files([rules_home()])} == {"cases"}


def test_ids_are_unique() -> None:
    """YAML readers let the second of two equal keys win; here two rules of one name are refused, as are equal keys."""
    twice = [{"id": "r", "duty": {}}, {"id": "r", "prohibition": {"violated_when": {"classified": True}}}]
    assert refused(lambda: build({"rules": twice})) == {"duplicate-id"}
    text = Path(MINI).read_text(encoding="utf-8")
    from govproj_rules.library import read_ruleset

    assert refused(lambda: read_ruleset((text + "status: draft\n").encode())) == {"duplicate-key"}
    for city in built_in():
        made = check(Project.model_validate({"name": "p", "changes": [{}, {}]}), load_ruleset(city), as_of=AS_OF)
        assert len({(one.rule, one.for_) for one in made.findings}) == len(made.findings)


# --- what is told -----------------------------------------------------------------------------------


def test_a_bound_behind_a_computed_fact_is_a_threshold_all_the_same() -> None:
    """Who lists the literals in a rule misses a bound behind a derived fact; here it shows with value and margin."""
    small = {"type": "yes_no", "is": {"when": {"investment.total": {"less_than": "10万元"}}}}
    smaller = {"type": "yes_no", "is": {"when": {"facts.small": True, "classified": False}}}
    rule = {"id": "r", "when": {"facts.smaller": True}, "duty": {}}
    made = report({"facts": {"small": small, "smaller": smaller}, "rules": [rule]}, {"investment": {"total": "12万元"}})
    told = [(one.fact, one.bound, str(one.value), str(one.margin), one.holds) for one in made.thresholds]
    assert told == [("investment.total", {"less_than": "10万元"}, "12万元", "-2万元", False)]


def test_before_entry_into_force_is_an_answer_of_its_own() -> None:
    """OpenFisca gives a variable its default before its formula begins; here nothing is checked, and it says so."""
    ruleset = load_ruleset(MINI)
    made = check(Project.model_validate(RAW), ruleset, as_of=date(2024, 12, 31))
    assert (made.verdict, made.findings, sum(made.counts.values())) == ("not_in_force", [], 0)
    call = ("check", str(DATA / "mini.json"), "--city", MINI, "--as-of", "2024-12-31")
    for format in FORMATS:
        code, out, _ = govproj(*call, "--format", format)
        assert code == 3
        assert "不在施行期内" in out or "not_in_force" in out


def test_what_is_waived_is_never_a_plain_result() -> None:
    """In Checkov a skipped check leaves the failures, and the run passes; here it stays unmet, marked, and counted apart."""
    rules = [{"id": "soft", "force": "in_principle", "duty": {"met_when": {"facts.a": True}}}]
    rules += [{"id": "hard", "duty": {"met_when": {"facts.a": True}}}]
    table: Table = {"facts": {"a": "yes_no"}, "rules": rules, "project": {"facts": {"a": False}}}
    waivers = [{"rule": "soft", "reason": "why"}, {"rule": "hard", "reason": "why"}]
    plain, waived = report(table), report(table, {"waivers": waivers})
    assert [one.status for one in waived.findings] == [one.status for one in plain.findings] == ["unmet", "unmet"]
    assert waived.verdict == plain.verdict == "non_compliant"
    assert [waived.counts[name] - plain.counts[name] for name in ("unmet", "waived", "unlifted")] == [0, 1, 1]
    assert [(one.rule, one.standing) for one in waived.waivers] == [("tiny/soft", "waived"), ("tiny/hard", "unlifted")]
    later = report(table, {"waivers": [{"rule": "soft", "reason": "why", "expires": "2026-06-29"}]})
    assert (later.counts["waived"], later.counts["expired"], later.waivers[0].standing) == (0, 1, "expired")


def test_a_change_tells_what_was_and_what_is() -> None:
    """A forward-chaining engine tells what fired now; here each change has the old and the new status, and the day."""
    session = Session(
        build({"rules": [FILING]}), {"name": "p", "events": {"contract_signed": "2026-03-02"}}, as_of=date(2026, 3, 2)
    )
    changes = session.event("contract_filed", date(2026, 3, 17))
    assert [
        (one.old and one.old.status, one.new and one.new.status, one.new and one.new.late, one.new and str(one.new.due))
        for one in session.advance(date(2026, 3, 17)).findings + changes.findings
    ] == [("upcoming", "unmet", True, "2026-03-16")]


def test_one_bad_record_stops_no_batch(tmp_path: Path) -> None:
    """A batch elsewhere ends at the first record that raises; here every good one is answered, and every bad one told."""
    bad = {
        "syntax.json": b"{", "empty.json": b"", "bytes.json": b"\xff\xfe", "type.json": b"[1]", "deep.json": b"[" * 50_000,
        "key.json": b'{"name": "x", "nam": 1}', "fact.json": b'{"name": "x", "facts": {"nope": 1}}',
        "waiver.json": b'{"name": "x", "waivers": [{"rule": "nope", "reason": "x"}]}', "number.json": b'{"name": 1e999}',
        "half.json": b'{"name": "\\ud800x", "stage": "x"}', "huge.json": b'{"name": "x", "investment": {"total": "9e999999\xe5\x85\x83"}}',
    }  # fmt: skip
    folder = tmp_path / "projects"
    folder.mkdir()
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    (folder / "link.json").symlink_to(tmp_path / "nowhere.json")
    for name in ("a.json", "z.json"):
        (folder / name).write_text(json.dumps(RAW), encoding="utf-8")
    count = len(bad) + 1
    later = tmp_path / "later.yaml"
    later.write_text(Path(MINI).read_text(encoding="utf-8").replace("10 working", "5 working"), encoding="utf-8")
    files = [str(path) for path in sorted(folder.iterdir())]
    code, out, err = govproj("check", *files, str(folder), "--city", MINI, "--format", "json")
    assert (code, len(out.splitlines())) == (2, 2)
    assert sum(f"{name}" in err for name in (*bad, "link.json")) == count
    code, out, _ = govproj("compare", MINI, MINI, "--projects", str(folder), "--format", "json")
    totals = json.loads(out)["totals"]
    assert (code, totals["projects"], totals["unchanged"], totals["rejected"]) == (2, count + 2, 2, count)
    code, out, err = govproj(
        "compare", MINI, str(later), *(part for file in files for part in ("--project", file)), "--format", "json"
    )
    assert (code, len(out.splitlines())) == (2, 2)
    lines = [
        b'{"project": "A", "start": ' + json.dumps(RAW).encode() + b"}",
        *bad.values(),
        b'{"project": "A", "report": true}',
    ]
    (tmp_path / "stream.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    code, out, _ = govproj("session", MINI, "--input", str(tmp_path / "stream.jsonl"), "--format", "json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, "opened" in answers[0], "report" in answers[-1]) == (2, True, True)
    assert sum("problems" in one for one in answers) >= len(bad) - 1  # an empty line says nothing


# --- days -------------------------------------------------------------------------------------------

FILING = {"id": "r", "deadline": {"event": "contract_filed", "after": "contract_signed", "within": "10 working_days"}}
MONTH = {"id": "r", "deadline": {"event": "contract_filed", "after": "contract_signed", "within": "1 months"}}


@pytest.mark.parametrize(
    ("signed", "due"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2024-01-31", "2024-02-29"),
        ("2026-03-31", "2026-04-30"),
        ("2026-02-28", "2026-03-28"),
    ],
)
def test_a_month_from_the_31st_ends_with_the_next_month(signed: str, due: str) -> None:
    """In JavaScript a month after 31 January is 3 March; here it is the last day of February, as the Civil Code has it."""
    table: Table = (
        {"ruleset": {"in_force": {"from": "2020-01-01"}}, "rules": [MONTH]} if signed < "2025" else {"rules": [MONTH]}
    )
    (row,) = report(table, {"events": {"contract_signed": signed}}, date.fromisoformat(signed)).deadlines
    assert str(row.due) == due


def test_a_year_the_calendar_does_not_know_is_unknown() -> None:
    """Packages of holidays guess years that are not announced yet; here the deadline is unknown, and says which year."""
    made = report(
        {"rules": [FILING]}, {"events": {"contract_signed": "2026-12-25", "contract_filed": False}}, date(2026, 12, 31)
    )
    assert [(one.status, one.unknown) for one in made.findings] == [("unknown", [{"reason": "calendar", "year": 2027}])]
    assert made.deadlines[0].due is None
    assert made.verdict == "undetermined"


def test_an_option_nobody_set_removes_no_deadline() -> None:
    """Where absent is false, a deadline that may be extended is gone or moved by silence; here it stands on its day."""
    moved = {"to": "facts.extended", "when": {"events.extension_granted": True}}
    rule = {
        "id": "r",
        "deadline": {"event": "accepted", "after": "construction_completed", "within": "6 months", "moved_to": moved},
    }
    table: Table = {
        "facts": {"extended": "date"},
        "rules": [rule],
        "project": {"events": {"construction_completed": "2025-12-31"}},
    }
    before = report(table, as_of=date(2026, 6, 1))
    assert [(str(one.due), one.status) for one in before.deadlines] == [("2026-06-30", "upcoming")]
    undone = report(table, {"events": {"accepted": False}}, as_of=date(2026, 7, 1))
    assert [one.status for one in undone.findings] == ["unknown"]
    assert (str(undone.deadlines[0].due), undone.verdict) == ("2026-06-30", "undetermined")
    settled = report(table, {"events": {"accepted": False, "extension_granted": False}}, as_of=date(2026, 7, 1))
    assert [one.status for one in settled.findings] == ["unmet"]


def test_duties_that_add_up_are_no_gap(tmp_path: Path) -> None:
    """Gap analysis takes every decision table for one that must cover all; here only declared tiers must."""
    text = (Path(__file__).parent / "lint" / "whole.yaml").read_text(encoding="utf-8")
    more = ""
    for number, bound in enumerate(("100万元", "500万元"), 1):
        title = f"title: {{zh: {bound}以上另加一次评审, en: 'From {bound[:-2]}0,000 yuan, one more review'}}"
        more += f"  - id: more-{number}\n    cite: 5\n    topic: review.technical\n    {title}\n"
        more += f"    when: {{investment.total: {{at_least: {bound}}}}}\n    approval: {{act: review, by: data, event: technical_reviewed}}\n"
    assert "\ntiers:" in text
    (tmp_path / "x.yaml").write_text(text.replace("\ntiers:", f"\n{more}tiers:"), encoding="utf-8")
    assert [one.code for one in lint(tmp_path / "x.yaml").problems] == []
    declared = text.replace("\ntiers:", f"\n{more}tiers:\n  - {{fact: investment.total, rules: [more-1, more-2]}}")
    (tmp_path / "y.yaml").write_text(declared, encoding="utf-8")
    assert {one.code for one in lint(tmp_path / "y.yaml").problems} == {"tier-gap", "tier-overlap"}


def test_what_a_ruleset_is_made_of_is_shared_and_never_changed() -> None:
    """Where one session's facts leak into the next, the second answer depends on the first; here a ruleset is frozen."""
    ruleset: RuleSet = load_ruleset(MINI)
    before = repr(ruleset)
    first = check(Project.model_validate(RAW), ruleset, as_of=AS_OF).to_json()
    check(Project(name="another"), ruleset, as_of=AS_OF).to_json()
    assert check(Project.model_validate(RAW), ruleset, as_of=AS_OF).to_json() == first
    assert repr(ruleset) == before
