"""Sessions: every operation, what it changes and what it refuses; and that nothing but the facts counts."""

from __future__ import annotations

import gc
import json
import re
import signal
import subprocess
import sys
import tracemalloc
import types
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import Levels, World, a_world, build, seeds, some_of, tables

from bench.stream import FIRST, differing, run, world
from govproj_rules import InvalidInput, Project, Report, RuleSet, Session, check, load_ruleset
from govproj_rules.facts import Facts
from govproj_rules.formats import Look
from govproj_rules.formats.steps import as_line, as_table
from govproj_rules.library import read_ruleset
from govproj_rules.sessions import VERBS, Answer, Changes, Ended, Refused, State, Stream
from govproj_rules.source import MAX_BYTES, parse_yaml

HERE = Path(__file__).parent
ROOT = HERE.parent
MINI = load_ruleset(HERE / "data" / "mini.yaml")
RAW: dict[str, Any] = json.loads((HERE / "data" / "mini.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = parse_yaml(
    (HERE / "data" / "sessions.yaml").read_text(encoding="utf-8"), "sessions.yaml"
).data
DAY = date(2026, 6, 30)
Row = tuple[str, bool, str | None]


# --- the table --------------------------------------------------------------------------------------


def moves(changes: Changes) -> dict[str, str]:
    """What changed, in a few words: ``{"verdict": "old → new", "rule[for]": "old → new"}``."""

    def told(outcome: Any) -> str:
        return (
            " ".join(
                (outcome.status, *(["late"] if outcome.late else []), *([str(outcome.due)] if outcome.due else []))
            )
            if outcome
            else "none"
        )

    made = {}
    for name in ("verdict", "scope", "regime"):
        move = getattr(changes, name)
        if move.old != move.new:
            made[name] = f"{move.old or 'none'} → {move.new or 'none'}"
    if len(changes.findings) > 12:
        gone, new = (sum(getattr(one, side) is None for one in changes.findings) for side in ("new", "old"))
        return {**made, "findings": f"{gone} gone, {new} new"}
    for one in changes.findings:
        for_ = f"[{one.finding.for_}]" if one.finding.for_ else ""
        made[one.finding.rule.removeprefix("mini/") + for_] = f"{told(one.old)} → {told(one.new)}"
    return made


def walked(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    session = Session(MINI, {"name": "x", **case["start"]}, as_of=date.fromisoformat(case.get("as_of", str(DAY))))
    made = []
    for step in case["steps"]:
        before = session.snapshot()
        try:
            made.append({"say": step["say"], "told": moves(session.apply(step["say"]))})
        except InvalidInput as error:
            made.append({"say": step["say"], "refused": [one.message for one in error.problems]})
            assert session.snapshot() == before
        assert session.statuses() == statuses(session.report())
    return made


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in CASES])
def test_what_each_step_changes(case: dict[str, Any]) -> None:
    assert walked(case) == case["steps"]


# --- exactly the difference of two fresh checks -----------------------------------------------------


def statuses(report: Report) -> dict[tuple[str, str | None], str]:
    return {(one.rule, one.for_): one.status for one in report.findings}


def rows(report: Report) -> dict[tuple[str, str | None], Row]:
    due = {(one.rule, one.for_): one.due.isoformat() if one.due else None for one in report.deadlines}
    return {(one.rule, one.for_): (one.status, one.late, due.get((one.rule, one.for_))) for one in report.findings}


def same(changes: Changes, old: Report, new: Report) -> None:
    """Holds the changes to the difference of two reports, with the reasons and rows of the second."""
    was, now = rows(old), rows(new)
    found = {
        (one.finding.rule, one.finding.for_): tuple(
            (state.status, state.late, state.due and state.due.isoformat()) if state else None
            for state in (one.old, one.new)
        )
        for one in changes.findings
    }
    assert found == {key: (was.get(key), now.get(key)) for key in (*was, *now) if was.get(key) != now.get(key)}
    for name in ("verdict", "scope", "regime"):
        move = getattr(changes, name)
        assert (move.old, move.new) == (getattr(old, name), getattr(new, name))
    assert changes.counts == new.counts
    reasons = {(one.rule, one.for_): one for one in new.findings}
    for one in changes.findings:
        if one.new is None:
            assert one.finding.status == "not_applicable"
        else:
            assert one.finding == reasons[one.finding.rule, one.finding.for_]
    for name in ("documents", "approvals", "deadlines"):
        listed = [view for view in getattr(new, name) if (view.rule, view.for_) in found]
        assert sorted(map(repr, getattr(changes, name))) == sorted(map(repr, listed))


def path_of(keys: tuple[str, ...]) -> str:
    return f"changes[{keys[1]}].{keys[2]}" if len(keys) == 3 and keys[0] == "changes" else ".".join(keys)


def step(session: Session, made: World, levels: Levels, dice: Random) -> Changes | None:
    """Say more, less or something else of one leaf of the world, or go on; None where nothing could be said."""
    if dice.random() < 0.15:
        return session.advance(session.as_of + timedelta(days=dice.choice((0, 1, 30, 200))))
    keys = dice.choice(sorted(made.leaves))
    ways = made.leaves[keys]
    old, levels[keys] = levels.get(keys, 0), dice.randrange(len(ways))
    value = ways[levels[keys]]
    if keys == ("changes",):
        value = made.project(levels).get("changes")
    elif keys[0] == "changes" and not levels.get(("changes",)):
        return None
    if value is None:
        return session.retract(path_of(keys))
    if keys[0] == "events" and isinstance(value, str) and not isinstance(ways[old], list) and dice.random() < 0.5:
        return session.event(keys[1], date.fromisoformat(value))
    return session.set(path_of(keys), value)


walks = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip


@walks
@given(tables(), seeds)
def test_after_every_step_a_session_is_a_fresh_check(table: dict[str, Any], seed: int) -> None:
    ruleset, dice = build(table), Random(seed)
    made = a_world(seed, DAY)
    levels = some_of(made, seed)
    session = Session(ruleset, made.project(levels), as_of=DAY)
    old = check(Project.model_validate(made.project(levels)), ruleset, as_of=DAY)
    assert session.statuses() == statuses(old)
    for _ in range(8):
        changes = step(session, made, levels, dice)
        project = Project.model_validate(made.project(levels))
        if changes is not None:
            new = check(project, ruleset, as_of=session.as_of)
            assert session.statuses() == statuses(new)
            assert bool(changes) == bool(moves(changes))
            same(changes, old, new)
            old = new
        again = Session.restore(ruleset, json.loads(json.dumps(session.snapshot())))
        assert (again.project, again.as_of, again.statuses()) == (project, session.as_of, session.statuses())


@settings(walks, max_examples=8)
@given(seeds)
def test_real_regulations_too(seed: int) -> None:
    made = world(projects=1, lines=12, seed=seed)
    (raw,) = made.started.values()
    ruleset = load_ruleset(raw["city"])
    session = Session(ruleset, raw, as_of=FIRST)
    for line in made.lines[1:]:
        old = session.report()
        same(session.apply({key: one for key, one in line.items() if key != "project"}), old, session.report())
    (final,) = made.projects.values()
    assert session.statuses() == statuses(check(Project.model_validate(final), ruleset, as_of=made.as_of))


# --- opening, saving and restoring ------------------------------------------------------------------


def test_a_session_opens_on_data_a_project_or_nothing() -> None:
    by_data, by_project = Session(MINI, RAW, as_of=DAY), Session(MINI, Project.model_validate(RAW), as_of=DAY)
    assert by_data.report() == by_project.report() == check(Project.model_validate(RAW), MINI, as_of=DAY)
    assert Session(MINI, as_of=DAY).statuses() == statuses(check(Project(name="-"), MINI, as_of=DAY))
    with pytest.raises(InvalidInput, match=r"did you mean `investment`"):
        Session(MINI, {"name": "x", "investmnt": {}}, as_of=DAY)
    with pytest.raises(InvalidInput, match="the project lacks the key `name`"):
        Session(MINI, {}, as_of=DAY)


def test_a_session_states_how_a_project_stands() -> None:
    session = Session(MINI, RAW, as_of=DAY)
    report = session.report()
    state = session.state()
    assert (state.verdict, state.scope, state.regime) == (report.verdict, report.scope, report.regime)
    assert state.counts == report.counts
    assert state.counts["waived"] == report.counts["waived"]
    assert session.verdict == "non_compliant"


def test_what_is_saved_is_what_was_stated() -> None:
    session = Session(MINI, RAW, as_of=DAY)
    saved = json.loads(json.dumps(session.snapshot()))
    assert Project.model_validate(saved["project"]) == Project.model_validate(RAW)
    assert saved["project"]["investment"]["total"] == "120万元"
    assert saved["project"]["documents"] == ["application_form", "investment_estimate"]
    saved["project"]["facts"]["separate_network"] = "changed by its reader"
    assert session.snapshot()["project"]["facts"]["separate_network"] is True


def test_stating_and_taking_back_leaves_no_trace() -> None:
    session = Session(MINI, {"name": "x"}, as_of=DAY)
    before = session.snapshot()
    for path, value in (
        ("investment.fees.testing", "5万元"), ("events.accepted", True), ("documents.contract", True), ("facts.grave", False),
        ("stage", "construction"), ("kind", "upgrade"), ("changes", []), ("applicant.name", "局"), ("waivers", []),
    ):  # fmt: skip
        session.set(path, value)
        assert session.snapshot() != before
        session.retract(path)
        assert session.snapshot() == before
        session.set(path, value)
        session.set(path, None)
        assert session.snapshot() == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ruleset": {"id": "langfang", "sha256": MINI.sha256}}, "made with the ruleset `langfang`, not with `mini`"),
        ({"ruleset": {"id": "mini", "sha256": "0"}}, "made with another edition of `mini`"),
        ({"ruleset": "mini"}, "made with the ruleset `null`, not with `mini`"),
        ({"version": 2}, "the version `2`"),
        ({"as_of": "tomorrow"}, "as_of: `tomorrow` is not a date"),
        ({"project": {"name": "x", "stage": "nowhere"}}, "stage: `nowhere` is not one of the words"),
        ({"project": []}, "the project must be a mapping, not a list"),
        ({"more": 1}, "there is no key `more` in a snapshot"),
    ],
)
def test_a_snapshot_that_cannot_be_restored(changed: dict[str, Any], said: str) -> None:
    saved = Session(MINI, RAW, as_of=DAY).snapshot()
    with pytest.raises(InvalidInput, match=re.escape(said)):
        Session.restore(MINI, {**saved, **changed})
    with pytest.raises(InvalidInput, match="lacks the key `project`"):
        Session.restore(MINI, {key: one for key, one in saved.items() if key != "project"})
    with pytest.raises(InvalidInput, match="must be a mapping"):
        Session.restore(MINI, [])  # type: ignore[arg-type]


def test_another_edition_is_not_taken_for_this_one() -> None:
    other = read_ruleset((HERE / "data" / "mini.yaml").read_bytes() + b"\n# another edition\n")
    with pytest.raises(InvalidInput, match="another edition of `mini`"):
        Session.restore(other, Session(MINI, RAW, as_of=DAY).snapshot())


def test_sessions_share_what_they_do_not_own() -> None:
    raw = (ROOT / "examples" / "langfang-change.json").read_text(encoding="utf-8")
    ruleset = load_ruleset("langfang")
    Session(ruleset, json.loads(raw), as_of=DAY)
    gc.collect()
    tracemalloc.start()
    try:
        kept = [Session(ruleset, json.loads(raw), as_of=DAY) for _ in range(50)]
        size = tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()
    assert size < 40_000, f"{size:.0f} bytes a session"


@pytest.mark.parametrize("city", ["dongying", "langfang", "yunan"])
def test_members_of_a_list_have_reasons_of_their_own(city: str) -> None:
    """One rule asks for several documents: each is a finding by the same name, and each is told why."""
    session = Session(load_ruleset(city), {"name": "x", "stage": "acceptance"}, as_of=DAY)
    changed = session.set("documents", []).findings
    fresh = {(one.rule, one.for_): one for one in session.report().findings}
    members = [one.finding for one in changed if one.new and one.finding.kind == "document"]
    assert members
    for one in members:
        assert (one.because, one.unknown) == (fresh[one.rule, one.for_].because, fresh[one.rule, one.for_].unknown)


# --- engines ----------------------------------------------------------------------------------------


def test_an_engine_that_is_not_there_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(InvalidInput) as raised:
        Session(MINI, RAW, as_of=DAY, engine="durable")
    assert [one.code for one in raised.value.problems] == ["no-durable-rules"]
    assert "pip install durable-rules==2.0.28" in str(raised.value)
    with pytest.raises(InvalidInput, match=r"there is no engine `python2`"):
        Session(MINI, RAW, as_of=DAY, engine="python2")  # type: ignore[arg-type]


def test_the_values_of_another_engine_are_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that finds everything as the definition does, but for one condition."""

    class Judged(dict[tuple[int, int | None], bool | None]):
        def __init__(self, facts: Facts, turned: int) -> None:
            super().__init__()
            self.facts, self.turned = facts, turned

        def __missing__(self, key: tuple[int, int | None]) -> bool | None:
            from govproj_rules.evaluate.logic import _answer

            if key[0] == self.turned:
                return False
            return _answer(by_id[key[0]], Where(self.facts, key[1]), True, False).value

    from govproj_rules.evaluate.logic import Where

    by_id = {id(expr): expr for expr in conditions(MINI)}
    cloud = next(rule for rule in MINI.rules if rule.id == "use-cloud")
    turned = [0]
    engine = types.SimpleNamespace(judge=lambda facts: Judged(facts, turned[0]))
    module = types.SimpleNamespace(to_durable=lambda _: engine, load_engine=lambda: None)
    monkeypatch.setitem(sys.modules, "govproj_rules.to_durable", module)
    assert walked_with("durable") == walked_with("python")
    session = Session(MINI, RAW, as_of=DAY, engine="durable")
    assert ("mini/use-cloud", None) in session.statuses()
    turned[0] = id(cloud.applies)
    session.retract("stage")
    assert ("mini/use-cloud", None) not in session.statuses()


def conditions(ruleset: RuleSet) -> list[Any]:
    made: list[Any] = [regime.when for regime in ruleset.regimes]
    for rule in ruleset.rules:
        made += [rule.applies, rule.done, *(way for way, _ in rule.done_dates)]
        if hasattr(rule.outcome, "due"):
            made.append(rule.outcome.due.moved_when)
    return [one for one in made if one is not None]


def walked_with(engine: Any) -> list[dict[str, str]]:
    session = Session(MINI, RAW, as_of=DAY, engine=engine)
    lines: list[dict[str, Any]] = [
        {"retract": ["stage", "facts"]}, {"set": {"changes[2]": {"amount": "1万元"}}}, {"event": "accepted"},
        {"set": {"funding.sources": ["county_fiscal"]}}, {"retract": "funding"}, {"as_of": "2031-01-01"},
    ]  # fmt: skip
    return [moves(session.apply(line)) for line in lines]


def test_durable_rules_says_the_same() -> None:
    assert walked_with("durable") == walked_with("python")


# --- a stream ---------------------------------------------------------------------------------------


def stream(**options: Any) -> Callable[..., list[Answer]]:
    made, numbers = Stream(lambda _: MINI, as_of=DAY, **options), count(1)
    return lambda line: list(made.read(line if isinstance(line, bytes) else json.dumps(line).encode(), next(numbers)))


def test_every_line_is_answered() -> None:
    say = stream()
    (opened,) = say({"project": "A", "start": RAW})
    assert isinstance(opened.told, State)
    assert opened.told.verdict == "non_compliant"
    say({"project": "B", "start": {"name": "b"}})
    (changed,) = say({"project": "A", "retract": ["facts.separate_network"]})
    assert isinstance(changed.told, Changes)
    assert changed.project == "A"
    assert changed.ruleset is MINI
    (same_day,) = say({"as_of": "2026-06-30"})
    assert (same_day.project, same_day.line) == (None, 4)
    (asked,) = say({"project": "B", "report": True})
    assert asked.told == check(Project(name="b"), MINI, as_of=DAY)
    (ended,) = say({"project": "B", "end": True})
    assert ended.told == Ended()
    (gone,) = say({"project": "B", "report": True})
    assert isinstance(gone.told, Refused)


def test_a_day_is_new_for_every_project() -> None:
    say = stream()
    say({"project": "A", "start": RAW})
    say({"project": "B", "start": {"name": "b", "classified": True}})
    say({"project": "C", "start": {"name": "c", "events": {"contract_signed": "2026-06-29"}, "stage": "procurement"}})
    told = say({"as_of": "2026-07-20"})
    assert [answer.project for answer in told] == ["C", None]
    assert isinstance(told[0].told, Changes)
    assert [(row.rule, str(row.due), row.status) for row in told[0].told.deadlines] == [
        ("mini/contract-filing", "2026-07-13", "unknown")
    ]
    assert json.loads(as_line(told[1], Look())) == {"line": 4, "as_of": "2026-07-20", "projects": 3, "changed": 1}


def test_a_snapshot_is_lines_to_read() -> None:
    say = stream()
    say({"project": "A", "start": RAW})
    say({"project": "B", "start": {"name": "b", "stage": "procurement", "events": {"contract_signed": "2026-06-29"}}})
    saved = [as_line(answer, Look()) for answer in say({"snapshot": True})]
    assert json.loads(saved[-1]) == {"snapshot": 2}
    later = Stream(lambda _: MINI, as_of=date(2026, 7, 20))
    told = [answer for number, line in enumerate(saved) for answer in later.read(line.encode(), number)]
    assert not later.refused
    kinds = [(answer.project, type(answer.told).__name__) for answer in told]
    assert kinds == [("A", "State"), ("B", "State"), ("B", "Changes"), (None, "Counted")]
    assert later.sessions["B"].as_of == date(2026, 7, 20)
    assert say({"as_of": "2026-07-20"})
    again = list(later.read(b'{"snapshot": true}', 9))
    assert [as_line(one, Look()) for one in again] == [as_line(one, Look()) for one in say({"snapshot": True})]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense", "not valid JSON"),
        (b"\xff\xfe{}", "UTF-16"),
        (b"[1]", "a line must be a mapping, not `[1]`"),
        (b"{}", "the line says nothing to do"),
        (b'{"project": "A"}', "the line says nothing to do"),
        (b'{"project": "A", "sett": {}}', "there is no key `sett` in a line"),
        (b'{"project": "A", "end": true, "report": true}', "a line does one thing, not `report` and `end`"),
        (b'{"project": "A", "end": 1}', "`end` must be `true`, not `1`"),
        (b'{"project": "A", "end": true, "date": "2026-01-01"}', "`date` does not go with `end`"),
        (b'{"end": true}', "lacks the key `project`"),
        (b'{"project": "", "end": true}', "is not the name of a project"),
        (b'{"project": 7, "end": true}', "`7` is not the name of a project"),
        (b'{"project": "A", "as_of": "2026-07-01"}', "`as_of` is about all projects"),
        (b'{"as_of": "2026-01-01"}', "the day `2026-01-01` is before `2026-06-30`"),
        (b'{"as_of": 7}', "as_of: `7` is not a date"),
        (b'{"snapshot": "x"}', "`snapshot` must be `true`"),
        (b'{"project": "Z", "report": true}', "there is no open project `Z`"),
        (b'{"project": "A", "start": {"name": "a"}}', "the project `A` is open already"),
        (b'{"project": "C", "start": {"name": "c"}}', "2 projects are open, and no more are taken"),
        (b'{"project": "A", "set": ["stage"]}', "`set` must be a mapping"),
        (b'{"project": "A", "set": {"stage": "a", "stage": "b"}}', "the key `stage` stands here twice"),
        (b'{"project": "A", "retract": {"stage": 1}}', "`retract` must be a list of paths"),
        (b'{"project": "A", "event": ["accepted"]}', "`event` must be the name of an event"),
        (b'{"project": "A", "event": "acepted"}', "there is no event `acepted`"),
        (b'{"project": "A", "event": "accepted", "date": false}', "`false` is no day"),
        (b'{"project": "A", "event": "accepted", "date": 7}', "`7` is neither a date nor true or false"),
        (b'{"project": "A", "restore": {}}', "is open already"),
    ],
)
def test_a_bad_line_is_told_and_stops_nothing(line: bytes, said: str) -> None:
    made = Stream(lambda _: MINI, as_of=DAY, most=2)
    for number, name in enumerate("AB", 1):
        list(made.read(json.dumps({"project": name, "start": RAW}).encode(), number))
    before = {name: (session.snapshot(), session.statuses()) for name, session in made.sessions.items()}
    (answer,) = made.read(line, 3)
    assert isinstance(answer.told, Refused)
    assert said in answer.told.problems[0].message
    assert {(one.file, one.line) for one in answer.told.problems} == {("<stdin>", 3)}
    assert made.refused == 1
    assert {name: (session.snapshot(), session.statuses()) for name, session in made.sessions.items()} == before
    (report,) = made.read(b'{"project": "A", "report": true}', 4)
    assert isinstance(report.told, Report)


def test_every_problem_of_a_line_is_told() -> None:
    say = stream()
    say({"project": "A", "start": {"name": "a"}})
    (answer,) = say({"project": "A", "set": {"a..b": 1, "investment.totl": 1, "stage": "x", "facts.nope": True}})
    assert isinstance(answer.told, Refused)
    codes = [one.code for one in answer.told.problems]
    assert codes == ["wrong-path", "wrong-value", "unknown-key"]
    (answer,) = say({"project": "A", "retract": [f"x{place}" for place in range(6000)]})
    assert "more than 5000 facts" in as_line(answer, Look())
    made = Stream(lambda _: MINI, as_of=DAY)
    for line in (None, b" " * (MAX_BYTES + 1)):
        (answer,) = made.read(line, 1)
        assert "the line is over 10 MB" in as_line(answer, Look())


def test_every_verb_is_tried() -> None:
    text = Path(__file__).read_text(encoding="utf-8") + (HERE / "data" / "sessions.yaml").read_text(encoding="utf-8")
    assert not [verb for verb in VERBS if f'"{verb}": ' not in text and f"{{{verb}: " not in text]


def test_hostile_names_are_harmless() -> None:
    say = stream()
    name = "\x1b[2J\u202e"
    answers = [*say({"project": name, "start": {"name": name}}), *say({"project": name, "set": {name: 1}})]
    answers += [*say({"project": name, "event": "accepted"}), *say({"project": name, "report": True})]
    answers += [*say({"snapshot": True}), *say({"project": name, "end": True})]
    for answer in answers:
        for write in (as_line, as_table):
            assert not {"\x1b", "\u202e"} & set(write(answer, Look()))
        json.loads(as_line(answer, Look()))


# --- for people -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table(lang: str, golden: Callable[[str, str], None]) -> None:
    say = stream()
    lines: list[dict[str, Any]] = [
        {"project": "A", "start": {"name": "a", "stage": "procurement", "funding": {"sources": ["city_fiscal"]}}},
        {"project": "A", "event": "contract_signed", "date": "2026-06-29"},
        {"project": "A", "set": {"facts.separate_network": True}},
        {"project": "A", "set": {"cross_department": True}},
        {"project": "A", "set": {"stage": "operation"}},
        {"as_of": "2026-08-01"},
        {"project": "A", "set": {"classified": True}},
        {"snapshot": 1},
        {"project": "A", "end": True},
    ]
    text = "".join(as_table(answer, Look(lang)) for line in lines for answer in say(line))
    golden(f"mini.session.{lang}.txt", text)


# --- the command ------------------------------------------------------------------------------------

COMMAND = [sys.executable, "-m", "govproj_rules", "session"]


def call(*args: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *args], input=text, capture_output=True, encoding="utf-8", check=False, cwd=ROOT, timeout=60
    )


def test_a_stream_ends_with_the_findings_of_fresh_checks() -> None:
    made = world(projects=100, lines=2_000)
    done = run(made)
    assert done.refused == 0
    assert done.changes > 2_000
    assert not list(differing(made, done))


def test_a_line_is_answered_before_the_next_is_written() -> None:
    command = [*COMMAND, str(HERE / "data" / "mini.yaml"), "--as-of", "2026-06-30"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line, wanted in (
            ({"project": "A", "start": RAW}, "opened"),
            ({"project": "A", "retract": ["stage"]}, "changes"),
            ({"project": "A", "retract": ["stge"]}, "problems"),
            ({"project": "A", "report": True}, "report"),
            ({"project": "A", "end": True}, "ended"),
        ):
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
            assert wanted in json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait(timeout=60) == 2


def test_ctrl_c_ends_it_quietly() -> None:
    command = [*COMMAND, str(HERE / "data" / "mini.yaml")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, encoding="utf-8", cwd=ROOT, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"project": "A", "start": RAW}) + "\n")
        process.stdin.flush()
        assert "opened" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")


def test_projects_name_their_own_city(tmp_path: Path) -> None:
    lines = [
        {"project": "A", "start": {"name": "a", "city": "langfang"}},
        {"project": "B", "start": {"name": "b", "city": "yunan"}},
        {"project": "C", "start": {"name": "c"}},
        {"project": "D", "start": {"name": "d", "city": "rules/yunan.yaml"}},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    made = call("--input", str(path), "--as-of", "2026-06-30")
    told = [json.loads(line) for line in made.stdout.splitlines()]
    assert [one["opened"]["ruleset"] for one in told[:2]] == ["langfang", "yunan"]
    assert [one["problems"][0]["code"] for one in told[2:]] == ["no-city", "unknown-city"]
    assert told[2]["problems"][0]["file"] == str(path)
    assert made.returncode == 2


def test_tables_have_their_problems_apart() -> None:
    lines = '{"project": "A", "start": {"name": "a"}}\n{"project": "A", "retract": ["stge"]}\n'
    made = call("yunan", "--format", "table", "--as-of", "2026-06-30", "--lang", "en", text=lines)
    assert made.returncode == 2
    assert made.stdout.startswith("? A (")
    assert (
        made.stderr == "<stdin>:2: there is no key `stge` in the project [unknown-key]\n  help: did you mean `stage`?\n"
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nowhere",), "there is no ruleset `nowhere`"),
        (("--input", "no/such.jsonl"), "there is no such file [no-such-file]"),
        (("--input", "tests"), "this is a folder, not a file [is-directory]"),
        (("--format", "xml"), "`xml` is not one of table, json"),
        (("--engine", "prolog"), "`prolog` is not one of python, durable"),
        (("--most", "0"), "Invalid value for '--most'"),
        (("--as-of", "today"), "`today` is not a date"),
    ],
)
def test_wrong_calls_are_2(args: tuple[str, ...], said: str) -> None:
    made = call(*args)
    assert (made.returncode, made.stdout) == (2, "")
    assert said in made.stderr
    assert "Traceback" not in made.stderr


def test_a_closed_pipe_and_the_end_are_quiet() -> None:
    assert call(text="").returncode == 0
    line = json.dumps({"project": "A", "start": {"name": "a", "city": "yunan"}})
    report = json.dumps({"project": "A", "report": True})
    script = f"(echo '{line}'; for i in 1 2 3 4 5 6 7 8; do echo '{report}'; done) | {' '.join(COMMAND)} | head -n 1"
    made = subprocess.run(["bash", "-c", script], capture_output=True, check=False, cwd=ROOT, timeout=60)
    assert made.stdout.count(b"\n") == 1
    assert made.stderr == b""
