"""What must show in every format of every command that tells of a project: how much is unknown, and what is waived.

The project has seven unknown findings, one that is waived, one that no reason lifts, and one whose waiver has expired.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from test_ci_formats import WAIVERS
from typer.testing import CliRunner

from govproj_rules.cli import app
from govproj_rules.formats import FORMATS
from govproj_rules.formats.compared import COMPARED
from govproj_rules.formats.flips import FLIPS
from govproj_rules.formats.streamed import STREAMED
from govproj_rules.formats.tested import TESTED

DATA = Path(__file__).parent / "data"
MINI = str(DATA / "mini.yaml")
RAW: dict[str, Any] = json.loads((DATA / "mini.json").read_text(encoding="utf-8"))
COUNTS = {"unknown": 7, "waived": 1, "unlifted": 1, "expired": 1}
"""What is counted of the project, in the words of JSON."""
WORDS = {
    "zh": {"unknown": "待定 7", "waived": "已说明理由 1", "unlifted": "理由不能免除 1", "expired": "理由已过期 1"},
    "en": {"unknown": "unknown 7", "waived": "waived 1", "unlifted": "waivers that lift nothing 1", "expired": "waivers expired 1"},
}  # fmt: skip
NONE = {"zh": "待定 0", "en": "unknown 0"}
DAY = ("--as-of", "2026-06-30")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, a later edition under which a rule is another, a stream, and a case."""
    home = tmp_path_factory.mktemp("formats")
    project = RAW | {"waivers": WAIVERS}
    (home / "projects").mkdir()
    (home / "projects" / "p.json").write_text(json.dumps(project, ensure_ascii=False), encoding="utf-8")
    later = (DATA / "mini.yaml").read_text(encoding="utf-8")
    assert "within: 10 working_days" in later
    (home / "mini.yaml").write_text(
        later.replace("within: 10 working_days", "within: 5 working_days"), encoding="utf-8"
    )
    steps: list[dict[str, Any]] = [
        {"project": "A", "start": project},
        {"project": "A", "set": {"facts.separate_network": False}},
    ]
    steps += [{"project": "A", "report": True}, {"as_of": "2026-07-01"}]
    (home / "stream.jsonl").write_text("".join(json.dumps(one) + "\n" for one in steps), encoding="utf-8")
    (home / "cases").mkdir()
    expected = "[{cite: 6.2.1, kind: duty, status: unmet}, {cite: 6.2.2, kind: duty, status: unmet}]"
    case = (
        f"  - {{id: a, about: [6.2.1, 6.2.2], project: {json.dumps(project, ensure_ascii=False)}, expect: {expected}}}"
    )
    (home / "cases" / "mini.yaml").write_text(f"ruleset: mini\nas_of: 2026-06-30\ncases:\n{case}\n", encoding="utf-8")
    return home


def _calls() -> Iterator[Any]:
    """Every command that tells of projects, in every format it has."""
    one = ("projects/p.json", "--city", MINI, *DAY)
    for format in FORMATS:
        yield pytest.param(("check", *one, "--format", format), id=f"check {format}")
    yield pytest.param(("check", *one, "--all"), id="check all")
    yield pytest.param(("explain", "projects/p.json", "use-cloud", "--city", MINI, *DAY), id="explain")
    call: tuple[str, ...]
    for format in COMPARED:
        call = ("compare", MINI, "mini.yaml", "--project", "projects/p.json", *DAY, "--format", format)
        yield pytest.param(call, id=f"compare a project {format}")
    for format in FLIPS:
        call = ("compare", MINI, "mini.yaml", "--projects", "projects", *DAY, "--format", format)
        yield pytest.param(call, id=f"compare a portfolio {format}")
    for format in STREAMED:
        call = ("session", MINI, "--input", "stream.jsonl", *DAY, "--format", format)
        yield pytest.param(call, id=f"session {format}")
    for format in TESTED:
        yield pytest.param(("test", "cases/mini.yaml", "--format", format), id=f"test {format}")


CALLS = list(_calls())


def told(home: Path, call: tuple[str, ...], lang: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(home)
    made = CliRunner().invoke(app, [*call, "--lang", lang], env={"COLUMNS": "200"})
    assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
    return made.stdout


def every_count(data: Any) -> Iterator[dict[str, int]]:
    """Whatever counts there are in JSON."""
    if isinstance(data, dict):
        if isinstance(counts := data.get("counts"), dict):
            yield from (counts[side] for side in ("old", "new")) if "old" in counts else (counts,)
        for part in data.values():
            yield from every_count(part)
    elif isinstance(data, list):
        for part in data:
            yield from every_count(part)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("call", CALLS)
def test_unknown_and_waived_show_in_every_format(
    home: Path, call: tuple[str, ...], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = told(home, call, lang, monkeypatch)
    command, format = call[0], call[-1]
    if format in ("json", "sarif"):
        lines = [text] if format == "sarif" else text.splitlines()
        found = [counts for line in lines for counts in every_count(json.loads(line))]
        assert found
        wanted = COUNTS if command != "test" else {**COUNTS, "unknown": 0, "expired": 0}
        assert any({name: one[name] for name in COUNTS} == wanted for one in found)
        assert all(one.keys() >= COUNTS.keys() for one in found)
    elif format == "junit":
        said = {one.get("name"): one.get("value") for one in etree.fromstring(text.encode()).iter("property")}
        assert {name: said[f"count.{name}"] for name in COUNTS} == {name: str(n) for name, n in COUNTS.items()}
    else:
        shown = squeezed(re.sub(r"<[^>]*>", "", text) if format == "html" else text)
        words = WORDS[lang] if command != "test" else {"unknown": NONE[lang], **_only(lang, "waived", "unlifted")}
        for word in words.values():
            assert re.search(rf"{re.escape(squeezed(word))}(?!\d)", shown), f"{word} does not show"


def squeezed(text: str) -> str:
    """Without white space, since rows end anywhere; two numbers stay two."""
    return re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d)", "|", text))


def _only(lang: str, *names: str) -> dict[str, str]:
    return {name: WORDS[lang][name] for name in names}


@pytest.mark.parametrize("call", [call for call in CALLS if "test" not in str(call.id)])
def test_every_waiver_is_told_with_what_it_comes_to(
    home: Path, call: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that have expired, have nothing to justify, or are on no finding at all."""
    text = told(home, call, "zh", monkeypatch)
    if "--projects" in call:  # only what changes, with what its waiver comes to
        assert "理由已过期" in text or '"waiver": "expired"' in text
        return
    wanted = [one for one in WAIVERS if call[0] != "explain" or one["rule"] == "use-cloud"]
    literal = text.replace("\\", "")
    assert [one["reason"] for one in wanted if one["reason"] not in literal] == []


def test_a_portfolio_tells_how_many_are_undecided(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An unchanged project need not be a decided one."""
    for number in range(3):
        (tmp_path / f"{number}.json").write_text('{"name": "x"}', encoding="utf-8")
    call = ("compare", MINI, MINI, "--projects", str(tmp_path), *DAY, "--format")
    totals = json.loads(told(home, (*call, "json"), "zh", monkeypatch))["totals"]
    assert (totals["unchanged"], totals["undetermined_old"], totals["undetermined_new"]) == (3, 3, 3)
    for format in ("table", "markdown", "html"):
        assert "尚不能确定 3" in told(home, (*call, format), "zh", monkeypatch)


def test_a_day_tells_how_many_are_undecided(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = ("session", MINI, "--input", "stream.jsonl", *DAY, "--format")
    assert json.loads(told(home, (*call, "json"), "zh", monkeypatch).splitlines()[-1])["undetermined"] == 0
    assert told(home, (*call, "table"), "zh", monkeypatch).splitlines()[-1].endswith("尚不能确定 0")
