"""Decision records: the same bytes for the same answer, reproduced where nothing changed, and telling what did."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from strategies import a_world, build, seeds, some_of, tables
from test_cli import MINI, PROJECT, run
from test_schema import GOOD

from govproj_rules import (
    InvalidInput,
    Project,
    RuleSet,
    Verification,
    check,
    load_ruleset,
    periods,
    record,
    verify,
    working_days,
)
from govproj_rules.library import read_ruleset
from govproj_rules.project import read_project, read_project_of
from govproj_rules.recorded import Record, canonical, content_sha256
from govproj_rules.schema import schema
from govproj_rules.to_python import ranges
from govproj_rules.vocabulary import rules_home, vocabulary

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
AS_OF = date(2026, 6, 30)
DAY = ("--as-of", "2026-06-30")
MINI_BYTES = Path(MINI).read_bytes()
SOURCE_BYTES = Path(PROJECT).read_bytes()

many = settings(
    max_examples=300, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
few = settings(many, max_examples=40)


@cache
def mini() -> RuleSet:
    return read_ruleset(MINI_BYTES, MINI)


def recorded(ruleset: RuleSet, project: Project, source: bytes | None = None, as_of: date = AS_OF) -> Record:
    return record(check(project, ruleset, as_of=as_of), project, source=source)


@cache
def line() -> bytes:
    """The record of the mini project."""
    return recorded(mini(), read_project(SOURCE_BYTES), SOURCE_BYTES).to_bytes()


def faults(raw: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(raw)]


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema("record"), format_checker=Draft202012Validator.FORMAT_CHECKER)


def said(made: Verification) -> list[tuple[str, str]]:
    return [(one.part, one.how) for one in made.differences]


# --- what a record holds ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))
def test_the_examples_are_recorded_and_reproduced(path: Path) -> None:
    source = path.read_bytes()
    project = read_project(source)
    assert project.city is not None
    made = recorded(load_ruleset(project.city), project, source)
    raw = json.loads(made.to_bytes())
    assert faults(raw) == []
    assert made.to_bytes() == canonical(raw) + b"\n"
    assert made.sha256 == content_sha256(raw)
    assert raw["source_sha256"] == hashlib.sha256(source).hexdigest()
    assert raw["vocabulary_sha256"] == hashlib.sha256((rules_home() / "vocabulary.yaml").read_bytes()).hexdigest()
    assert raw["calendar_sha256"] == hashlib.sha256(working_days._FILE.read_bytes()).hexdigest()
    assert raw["ruleset"]["sha256"] == hashlib.sha256((rules_home() / f"{project.city}.yaml").read_bytes()).hexdigest()
    for form in (made, made.to_bytes()):
        found = verify(form, project=source)
        assert (found.reproduced, found.held, found.differences, found.findings) == (True, True, [], [])


def test_what_the_record_of_the_mini_project_holds(golden: Callable[[str, str], None]) -> None:
    """Laid out to be read; hashes of files that change with every edit left out."""
    raw = json.loads(line())
    for key in ("vocabulary_sha256", "calendar_sha256", "sha256"):
        raw[key] = "0" * 64
    raw["ruleset"]["sha256"], raw["engine"]["version"] = "0" * 64, "…"
    raw["findings"] = [one for one in raw["findings"] if one["rule"] in ("mini/contract-filing", "mini/self-adjust")]
    golden("mini.record.json", json.dumps(raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


NO_RULESET_TAKES = {"a fact nobody declares", "a waiver without more"}  # a fact, and a rule, that none has


@pytest.mark.parametrize("name", [name for name in GOOD if name not in NO_RULESET_TAKES])
def test_the_project_reads_back_to_the_same(name: str) -> None:
    project = read_project_of({"name": "项目", **GOOD[name]})
    made = recorded(mini(), project)
    assert read_project_of(json.loads(made.to_bytes())["project"]) == project
    assert verify(made, mini(), project=canonical(made.project)).reproduced


def test_verdicts_without_findings() -> None:
    project = read_project(SOURCE_BYTES)
    early = recorded(mini(), project, as_of=date(2024, 12, 31))
    outside = recorded(mini(), project.model_copy(update={"classified": True}))
    assert [(one.verdict, one.findings) for one in (early, outside)] == [("not_in_force", []), ("out_of_scope", [])]
    assert all(verify(one, mini()).reproduced and not faults(one.to_dict()) for one in (early, outside))


def test_the_record_is_the_same_with_all_rules() -> None:
    project = read_project(SOURCE_BYTES)
    reports = [check(project, mini(), as_of=AS_OF, all=all) for all in (True, False)]
    assert len({record(report, project).to_bytes() for report in reports}) == 1


def test_the_same_inputs_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    made = set()
    for seed in ("1", "2"):
        out = tmp_path / seed
        call = ("check", PROJECT, str(EXAMPLES[0]), "--city", MINI, *DAY, "--record", str(out))
        assert run(*call, PYTHONHASHSEED=seed, GOVPROJ_LANG="en" if seed == "1" else "zh")[0] == 1
        made.add(out.read_bytes())
    (only,) = made
    assert only.splitlines(keepends=True)[0] == line()


@given(tables(), seeds, seeds)
@few
def test_generated_answers_are_reproduced(table: dict[str, Any], world: int, shown: int) -> None:
    ruleset, known = build(table), a_world(world, AS_OF)
    project = read_project_of(known.project(some_of(known, shown)))
    made = recorded(ruleset, project)
    raw = json.loads(made.to_bytes())
    assert faults(raw) == []
    assert read_project_of(raw["project"]) == project
    assert verify(made.to_bytes(), ruleset).reproduced


def test_a_report_of_another_project_is_refused() -> None:
    report = check(Project(name="甲"), mini(), as_of=AS_OF)
    with pytest.raises(ValueError, match="another project"):
        record(report, Project(name="乙"))


@pytest.mark.parametrize(
    ("value", "code"),
    [({1, 2}, "unwritable-fact"), (float("nan"), "unwritable-fact"), (10**30, "json-number"), (AS_OF, "unwritable-fact"),
     ("\ud800", "unwritable-fact"), (b"x", "unwritable-fact"), ({1: 2, "a": 1}, "unwritable-fact")],
)  # fmt: skip
def test_a_fact_that_no_file_can_hold_is_refused(value: object, code: str) -> None:
    """Facts that only other rulesets know are kept as they are given to the library."""
    project = Project(name="项目", facts={"elsewhere": value})
    report = check(Project(name="项目"), mini(), as_of=AS_OF)
    with pytest.raises(InvalidInput) as caught:
        record(report, project)
    assert [problem.code for problem in caught.value.problems] == [code]


# --- every bit that changes -------------------------------------------------------------------------


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


bits = st.integers(0, 10**9)


def detected(part: str, attempt: Callable[[], Verification]) -> None:
    """Either there is nothing to be read any more, or the part that changed is named."""
    try:
        made = attempt()
    except InvalidInput:
        return
    assert not made.reproduced
    assert part in {one.part for one in made.differences}


@given(bits)
@many
def test_every_bit_of_a_record(bit: int) -> None:
    detected("record", lambda: verify(flipped(line(), bit), mini()))


@given(bits, st.binary(max_size=1), st.booleans())
@few
def test_every_byte_put_in_or_left_out(place: int, byte: bytes, out: bool) -> None:
    place %= len(line())
    changed = line()[:place] + byte + line()[place + out :]
    if changed != line():
        detected("record", lambda: verify(changed, mini()))


@given(bits)
@many
def test_every_bit_of_a_project_file(bit: int) -> None:
    detected("project", lambda: verify(line(), mini(), project=flipped(SOURCE_BYTES, bit)))


@given(bits)
@few
def test_every_bit_of_a_ruleset_file(bit: int) -> None:
    detected("ruleset", lambda: verify(line(), read_ruleset(flipped(MINI_BYTES, bit))))


def _forget() -> None:
    """As if the process had just started; nothing is kept on the disk."""
    vocabulary.cache_clear()
    working_days._data.cache_clear()
    working_days._calendar.cache_clear()
    ranges._shifted.cache_clear()
    periods.add.cache_clear()


@pytest.fixture
def anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a calendar and rules that are used in place of the built-in ones."""
    mini()
    line()
    shutil.copy(rules_home() / "vocabulary.yaml", tmp_path)
    shutil.copy(working_days._FILE, tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr("govproj_rules.vocabulary.rules_home", lambda: tmp_path)
    monkeypatch.setattr(working_days, "_FILE", tmp_path / "calendar.json")
    _forget()
    yield tmp_path
    monkeypatch.undo()
    _forget()


@pytest.mark.parametrize(("file", "part"), [("vocabulary.yaml", "vocabulary"), ("calendar.json", "calendar")])
def test_every_bit_of_vocabulary_and_calendar(anew: Path, file: str, part: str) -> None:
    whole = (anew / file).read_bytes()

    @given(bits)
    @few
    def holds(bit: int) -> None:
        (anew / file).write_bytes(flipped(whole, bit))
        _forget()
        # the words of a ruleset are resolved with the vocabulary there is
        detected(part, lambda: verify(line(), mini() if part == "calendar" else read_ruleset(MINI_BYTES, MINI)))

    holds()
    (anew / file).write_bytes(whole)
    _forget()
    assert verify(line(), mini()).reproduced


# --- what is told of a change -----------------------------------------------------------------------


def forged(**changes: Any) -> bytes:
    """The record of the mini project with parts replaced, and a hash that fits."""
    raw = json.loads(line()) | changes
    raw["sha256"] = content_sha256(raw)
    return canonical(raw) + b"\n"


def with_findings(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    found = json.loads(line())["findings"]
    change(found)
    return forged(findings=found)


def filing(found: list[dict[str, Any]], **changes: Any) -> None:
    next(one for one in found if one["rule"] == "mini/contract-filing").update(changes)


RULESET = json.loads(line())["ruleset"]
CHANGED: Mapping[str, tuple[bytes, list[tuple[str, str]], bool | None]] = {
    "nothing": (forged(), [], True),
    "a version": (forged(engine={"name": "python", "version": "0.0.1"}), [("engine", "version")], True),
    "an engine": (forged(engine={"name": "other", "version": "0.1.0"}), [("engine", "name")], True),
    "the vocabulary": (forged(vocabulary_sha256="0" * 64), [("vocabulary", "bytes")], True),
    "the calendar": (forged(calendar_sha256="0" * 64), [("calendar", "bytes")], True),
    "a byte of the rules": (forged(ruleset=RULESET | {"sha256": "0" * 64}), [("ruleset", "bytes")], True),
    "a draft": (forged(ruleset=RULESET | {"status": "draft"}), [("ruleset", "edition")], True),
    "another day": (forged(ruleset=RULESET | {"in_force": {"from": "2023-01-01", "until": None}}), [("ruleset", "edition")], True),
    "another ruleset": (forged(ruleset=RULESET | {"id": "maxi"}), [("ruleset", "other")], None),
    "the verdict": (forged(verdict="compliant"), [("answer", "verdict")], False),
    "the scope": (forged(scope="presumed"), [("answer", "scope")], False),
    "the regime": (forged(regime=None), [("answer", "regime")], False),
    "a count": (forged(counts=json.loads(line())["counts"] | {"met": 99}), [("answer", "counts")], False),
    "the order": (with_findings(lambda found: found.reverse()), [("answer", "order")], False),
    "a finding twice": (with_findings(lambda found: found.append(found[0])), [("answer", "order")], False),
    "an unknown word": (forged(project={"name": "x", "stage": "somewhen"}), [("project", "unreadable")], None),
    "an unknown fact": (forged(project={"name": "x", "facts": {"nonsense": 1}}), [("answer", "unmade")], None),
    "white space": (line().replace(b":", b": "), [("record", "rewritten")], True),
    "no line end": (line().rstrip(), [("record", "rewritten")], True),
    "a line end of Windows": (line().rstrip() + b"\r\n", [("record", "rewritten")], True),
    "the hash": (line().replace(json.loads(line())["sha256"].encode(), b"0" * 64), [("record", "altered")], True),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_what_differs_is_named(name: str) -> None:
    data, wanted, held = CHANGED[name]
    made = verify(data, mini())
    assert (said(made), made.held, made.findings) == (wanted, held, [])
    assert made.reproduced is (all(part == "engine" for part, _ in wanted))
    problems = [problem.code for one in made.differences for problem in one.problems]
    assert problems == {"an unknown word": ["wrong-value"], "an unknown fact": ["unknown-fact"]}.get(name, [])


FINDINGS: Mapping[str, tuple[Callable[[list[dict[str, Any]]], object], tuple[object, ...] | None]] = {
    "another status": (lambda found: filing(found, status="met"),
                       ("mini/contract-filing", None, "met", "unmet", [])),
    "another day": (lambda found: filing(found, due="2026-03-20"),
                    ("mini/contract-filing", None, "unmet", "unmet", ["due"])),
    "1 is not true": (lambda found: filing(found, because=[
        {"fact": "events.contract_signed", "test": {"is": 1}, "value": True, "holds": True}]),
        ("mini/contract-filing", None, "unmet", "unmet", ["because"])),
    "one is gone": (lambda found: filing(found, rule="mini/unheard-of"), None),
}  # fmt: skip


@pytest.mark.parametrize("name", FINDINGS)
def test_which_findings_changed(name: str) -> None:
    change, wanted = FINDINGS[name]
    made = verify(with_findings(change), mini())
    told = [(one.rule, one.for_, one.old, one.new, one.differs) for one in made.findings]
    assert (made.reproduced, made.held) == (False, False)
    if wanted is None:
        assert told == [
            ("mini/unheard-of", None, "unmet", None, []),
            ("mini/contract-filing", None, None, "unmet", []),
        ]
    else:
        assert told == [wanted]


# --- project files ----------------------------------------------------------------------------------

PROJECTS: Mapping[str, tuple[Callable[[dict[str, Any]], object], list[tuple[str | None, object, object]]]] = {
    "a word": (lambda raw: raw.update(stage="acceptance"), [("stage", "construction", "acceptance")]),
    "inside": (lambda raw: raw["investment"].update(total="121万元"), [("investment.total", "120万元", "121万元")]),
    "taken back": (lambda raw: raw.pop("funding"), [("funding", {"sources": ["city_fiscal"]}, None)]),
    "of a change": (lambda raw: raw["changes"][0].update(amount="17万元"), [("changes[0].amount", "18万元", "17万元")]),
    "one more": (lambda raw: raw["changes"].append({"amount": "1元"}), [("changes[2]", None, {"amount": "1元"})]),
    "two": (lambda raw: raw.update(name="另一个", classified=True),
            [("classified", False, True), ("name", "市政务OA升级", "另一个")]),
    "the same otherwise written": (lambda raw: raw["investment"].update(total="1200000元"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_file_with_other_facts(name: str) -> None:
    change, wanted = PROJECTS[name]
    raw = json.loads(SOURCE_BYTES)
    change(raw)
    made = verify(line(), mini(), project=json.dumps(raw, ensure_ascii=False).encode())
    assert [(one.path, one.recorded, one.found) for one in made.differences if one.how == "fact"] == wanted
    assert [one.how for one in made.differences] == (["fact"] * len(wanted) or ["bytes"])
    assert made.held


def test_a_record_without_a_file_is_held_by_its_facts() -> None:
    made = recorded(mini(), read_project(SOURCE_BYTES))
    assert made.source_sha256 is None
    assert verify(made, mini(), project=SOURCE_BYTES + b" \n").reproduced
