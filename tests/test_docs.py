"""What the documents show is what the tool does: every example in them is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from govproj_rules import compare, load_ruleset
from govproj_rules.cases import run_cases
from govproj_rules.document import FactDoc, RegimeDoc, RuleDoc, RulesetDoc
from govproj_rules.formats import Look
from govproj_rules.formats.compared import markdown
from govproj_rules.library import read_ruleset
from govproj_rules.operators import OPERATORS
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.project import read_project
from govproj_rules.sessions import VERBS
from govproj_rules.values import TYPES

ROOT = Path(__file__).parent.parent
LANGUAGE = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", LANGUAGE, re.DOTALL)

AROUND = """
ruleset: example
title: {zh: 示例办法, en: example measures}
issuer: {zh: 市政府, en: city}
status: in_force
stages: [planning, application, review, approval, budget, procurement, construction, acceptance, operation, evaluation]
authorities:
  development_reform: {zh: 市发改委, en: commission}
  data: {zh: 市数据局, en: data bureau}
  finance: {zh: 市财政局, en: finance bureau}
  audit: {zh: 市审计局, en: audit bureau}
  government: {zh: 市政府, en: city government}
"""
REGISTER = "register:\n  1: {gist: {zh: 示例, en: example}}\n"
REGIMES = "regimes:\n  - {id: full, cite: 1.1, presume: true, when: {funding.sources: {includes: city_fiscal}}}\n"


@pytest.mark.parametrize("block", [block for block in BLOCKS if not block.startswith("# cases")])
def test_rule_examples_load(block: str) -> None:
    text = AROUND + "".join(part for part in (REGISTER, REGIMES) if part.split("\n")[0] not in block) + block
    assert read_ruleset(text.encode()).rules


def test_case_example_passes(tmp_path: Path) -> None:
    block = next(block for block in BLOCKS if block.startswith("# cases"))
    path = tmp_path / "example.yaml"
    path.write_text(block, encoding="utf-8")
    run = run_cases(path)
    assert [result.differences for result in run.results] == [[]]


def _told(name: str) -> bool:
    return re.search(rf"`{re.escape(name)}`|[`\s|{{]{re.escape(name)}[`\s,:]", LANGUAGE) is not None


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(tuple(OPERATORS), id="operators"),
        pytest.param(tuple(KINDS), id="kinds"),
        pytest.param(FORCES, id="forces"),
        pytest.param(TYPES, id="types"),
        pytest.param(tuple(RuleDoc.model_fields), id="rule keys"),
        pytest.param(tuple(field.alias or name for name, field in RulesetDoc.model_fields.items()), id="file keys"),
        pytest.param(tuple(RegimeDoc.model_fields), id="regime keys"),
        pytest.param(tuple(field.alias or name for name, field in FactDoc.model_fields.items()), id="fact keys"),
    ],
)
def test_every_word_of_the_language_is_told(names: tuple[str, ...]) -> None:
    untold = [name for name in names if not _told(name) and name not in ("also_known_as",)]
    assert not untold, f"docs/rule-language.md does not mention {untold}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/decision-records.md"])
def test_python_examples_run(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python blocks of a document, one after the other; a ``# → text`` comment is what the line before prints."""
    monkeypatch.chdir(ROOT)
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(textwrap.dedent(block), name, "exec"), {})
        expected = [line.split("# → ", 1)[1] for line in block.splitlines() if "# → " in line]
        assert capsys.readouterr().out.splitlines() == expected


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_report_shown_is_the_report_given(name: str) -> None:
    """What a README shows of `make demo` is how that really begins."""
    shown = re.search(r"```text\n(.*?)\n…\n```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    call = [sys.executable, "-m", "govproj_rules", "check", "examples/langfang-change.json", "--as-of", "2026-06-30"]
    env = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "GOVPROJ_LANG": "zh"}
    given = subprocess.run(call, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False)
    assert given.stdout.startswith(shown[1])


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_comparison_shown_is_the_one_given(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.search(r"```text\n\$ govproj (compare .*)\n((?:.*\n)*?)```", text)
    assert shown
    env = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "GOVPROJ_LANG": "zh"}
    call = [sys.executable, "-m", "govproj_rules", *shown[1].split()]
    given = subprocess.run(call, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False)
    assert given.stdout == shown[2]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_stream_shown_is_the_one_given(name: str) -> None:
    """``…`` stands for lines left out."""
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.search(r"```text\n\$ govproj (session .*)\n((?:.*\n)*?)```", text)
    lines = re.search(r"```jsonl\n((?:.*\n)*?)```", text)
    assert shown
    assert lines
    call = shown[1].split()
    assert (ROOT / call[-1]).read_text(encoding="utf-8") == lines[1]
    env = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "GOVPROJ_LANG": "zh"}
    given = subprocess.run(
        [sys.executable, "-m", "govproj_rules", *call],
        cwd=ROOT,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert re.fullmatch(r"(?:.*\n)*".join(map(re.escape, shown[2].split("…\n"))), given.stdout)
    assert all(f'"{verb}": ' in text for verb in VERBS)


def test_the_records_shown_are_the_ones_given(tmp_path: Path) -> None:
    """The calls of a document, one after the other in one folder; ``…`` stands for anything on a line, or for lines."""
    text = (ROOT / "docs" / "decision-records.md").read_text(encoding="utf-8")
    shown = "".join(re.findall(r"```text\n(.*?)```", text, re.DOTALL))
    for name in ("examples", "rules"):
        (tmp_path / name).symlink_to(ROOT / name)
    script = f'govproj() {{ "{sys.executable}" -m govproj_rules "$@"; }}\n'
    for line in re.findall(r"^\$ (.*)$", shown, re.MULTILINE):
        script += f"echo '$ {line}'\n{line}\n"
    env = {
        **os.environ,
        "COLUMNS": "80",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": str(ROOT / "src"),
        "GOVPROJ_LANG": "zh",
    }
    given = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert given.stderr == ""
    pattern = re.sub(r"^…\\\n", r"(?:(?!\\$ ).*\\n)*", re.escape(shown), flags=re.MULTILINE).replace("…", ".*")
    assert re.fullmatch(pattern, given.stdout), given.stdout


def test_the_comparison_of_the_cities_is_fresh() -> None:
    cities = ["langfang", "shizuishan", "dongying", "yunan", "lushan"]
    made = markdown([compare([load_ruleset(city) for city in cities])], Look())
    assert (ROOT / "docs" / "compare.md").read_text(encoding="utf-8") == made, "the rules changed; run: make docs"


def test_the_project_shown_can_be_read() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        for block in re.findall(r"```json\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL):
            assert read_project(block).city == "langfang"
