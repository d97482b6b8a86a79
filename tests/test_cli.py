"""The command line as its users meet it: exit codes, problems, streams."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"
MINI = str(DATA / "mini.yaml")
PROJECT = str(DATA / "mini.json")
DAY = ("--as-of", "2026-06-30")
SOURCE = str(Path(__file__).parent.parent / "src")


def run(*args: str, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> tuple[int, str, str]:
    """Exit code, output and problems of one call."""
    made = raw(*args, stdin=stdin, cwd=cwd, **env)
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    return made.returncode, made.stdout.decode(encoding), made.stderr.decode(encoding)


def raw(*args: str, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("GOVPROJ", "PYTHONIOENC", "COLUMNS", "PYTHONUTF8"))
    }
    return subprocess.run(
        [sys.executable, "-m", "govproj_rules", *args],
        input=stdin, capture_output=True, check=False, cwd=cwd, timeout=60, env=kept | {"PYTHONPATH": SOURCE} | env,
    )  # fmt: skip


def write(path: Path, **fields: object) -> str:
    path.write_text(json.dumps({"name": "样例", **fields}, ensure_ascii=False), encoding="utf-8")
    return str(path)


# --- check ------------------------------------------------------------------------------------------


def compliant() -> dict[str, object]:
    return {
        "stage": "planning",
        "classified": False,
        "funding": {"sources": ["city_fiscal"]},
        "investment": {"total": "50万元", "budget_reviewed": "10万元", "budget_arranged": "9万元"},
        "documents": [],
        "events": {},
        "changes": [],
        "security": {"level": 2},
        "facts": {"separate_network": False, "reuses_cloud": True, "hosting": "cloud", "grave": False},
    }


@pytest.mark.parametrize(
    ("fields", "code", "verdict"),
    [
        ({}, 0, "合规"),
        ({"classified": True}, 0, "不适用"),
        ({"facts": {"separate_network": True}}, 1, "不合规"),
        ({"facts": {}}, 3, "尚不能确定"),
        ({"funding": {}}, 3, "尚不能确定"),
    ],
)
def test_the_verdict_is_the_exit_code(tmp_path: Path, fields: dict[str, object], code: int, verdict: str) -> None:
    got, out, err = run("check", write(tmp_path / "p.json", **compliant() | fields), "--city", MINI, *DAY)
    assert (got, err) == (code, "")
    assert out.splitlines()[0].partition("：")[0].endswith(verdict)


def test_not_in_force_is_3(tmp_path: Path) -> None:
    code, out, _ = run("check", PROJECT, "--city", MINI, "--as-of", "2024-12-31")
    assert code == 3
    assert "不在施行期" in out


def test_of_several_projects_the_gravest_counts(tmp_path: Path) -> None:
    fine = write(tmp_path / "fine.json", **compliant())
    open_ = write(tmp_path / "open.json", **compliant() | {"facts": {}})
    bad = write(tmp_path / "bad.json", **compliant() | {"facts": {"separate_network": True}})
    assert run("check", fine, fine, "--city", MINI, *DAY)[0] == 0
    assert run("check", fine, open_, "--city", MINI, *DAY)[0] == 3
    assert run("check", open_, bad, fine, "--city", MINI, *DAY)[0] == 1
    assert run("check", bad, str(tmp_path / "none.json"), "--city", MINI, *DAY)[0] == 2


def test_json_is_one_object_per_line(tmp_path: Path) -> None:
    fine = write(tmp_path / "fine.json", **compliant())
    _, out, _ = run("check", fine, PROJECT, "--city", MINI, "--format", "json", *DAY)
    reports = [json.loads(line) for line in out.splitlines()]
    assert [one["verdict"] for one in reports] == ["compliant", "non_compliant"]


def test_every_problem_of_every_bad_file_and_the_good_ones_still_reported(tmp_path: Path) -> None:
    first = tmp_path / "first.json"
    first.write_text('{"name": "甲",\n "investmnt": {},\n "stage": "plan"}', encoding="utf-8")
    second = tmp_path / "second.json"
    second.write_text('{"name": "乙", }', encoding="utf-8")
    code, out, err = run("check", "first.json", PROJECT, "second.json", "--city", MINI, *DAY, cwd=tmp_path)
    assert code == 2
    assert out.startswith("✗ 不合规：市政务OA升级")
    told = [line for line in err.splitlines() if not line.startswith("  help: ")]
    shape = re.compile(r"(\w+\.json):\d+:\d+: [^A-Z].*[^.] \[([a-z0-9-]+)\]")
    found = [match.groups() for line in told if (match := shape.fullmatch(line))]
    assert len(found) == len(told)
    expected = [("first.json", "unknown-key"), ("first.json", "wrong-value"), ("second.json", "json-syntax")]
    assert found == expected
    assert "  help: did you mean `investment`?" in err


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({}, "no-city", "the project does not say its city"),
        ({"city": "nowhere"}, "unknown-city", "`nowhere`"),
        ({"city": "../data/mini.yaml"}, "unknown-city", "`../data/mini.yaml`"),
        ({"city": "langfang", "facts": {"no_such": True}}, "unknown-fact", "`no_such`"),
    ],
)
def test_problems_of_a_project_name_its_file(tmp_path: Path, fields: dict[str, object], code: str, said: str) -> None:
    got, out, err = run("check", write(tmp_path / "p.json", **fields), *DAY)
    assert (got, out) == (2, "")
    assert err.startswith(str(tmp_path / "p.json"))
    assert f"[{code}]" in err
    assert said in err


def test_a_project_names_its_own_city(tmp_path: Path) -> None:
    code, out, err = run("check", write(tmp_path / "p.json", city="langfang"), *DAY)
    assert (code, err) == (3, "")
    assert "廊坊市" in out


def test_a_bad_ruleset_is_told_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("ruleset: bad\n", encoding="utf-8")
    code, out, err = run("check", PROJECT, PROJECT, "--city", str(bad))
    assert (code, out) == (2, "")
    assert err
    assert len(err.splitlines()) == len(set(err.splitlines()))


def test_standard_input() -> None:
    code, out, _ = run("check", "-", "--city", MINI, *DAY, stdin=Path(PROJECT).read_bytes())
    assert code == 1
    assert "市政务OA升级" in out
    code, out, err = run("check", "-", "--city", MINI, stdin=b"{")
    assert (code, out) == (2, "")
    assert err.startswith("<stdin>:1:2: ")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe{\x00}\x00", b"[" * 100_000, b'{"name": "\\ud800"}', b"null", b'{"name": 1e999}', b"\x00"]
)
def test_no_input_gives_a_traceback(data: bytes) -> None:
    for format in ("table", "json", "markdown"):
        made = raw("check", "-", "--city", MINI, "--format", format, stdin=data)
        assert made.returncode in (2, 3)
        assert b"Traceback" not in made.stderr


def test_the_day_defaults_to_today_and_is_printed() -> None:
    before = date.today()
    _, out, _ = run("check", PROJECT, "--city", MINI)
    assert any(f"截至 {day}" in out for day in (before, date.today()))


def test_help_and_version() -> None:
    assert run("--version")[1].strip() == "0.1.0"
    code, out, _ = run("check", "--help")
    assert code == 0
    assert "table|json|markdown" in out
    assert "Check projects" in run("--help", GOVPROJ_LANG="en")[1]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("check",), "Missing argument 'FILE'"),
        (("check", "p.json", "--nope"), "No such option: --nope"),
        (("check", "p.json", "--as-of", "2026-02-30"), "`2026-02-30` is not a day of the calendar"),
        (("check", "p.json", "--as-of", "tomorrow"), "`tomorrow` is not a date"),
        (("check", "p.json", "--format", "xml"), "`xml` is not one of table, json, markdown"),
        (("check", "p.json", "--lang", "fr"), "`fr` is not one of zh, en"),
        (("nonsense",), "No such command 'nonsense'"),
        (("schema", "nonsense"), "`nonsense`"),
        (("show", MINI, "99"), "mini has no article `99` [unknown-article]"),
        (("show", MINI, "6.x"), "mini has no article `6.x` [unknown-article]"),
        (("show", "nowhere", "1"), "there is no ruleset `nowhere` [unknown-city]"),
        (("explain", PROJECT, "suprvision", "--city", MINI), "did you mean `supervision`?"),
        (("test", "no/such/cases.yaml"), "[no-such-file]"),
    ],
)
def test_wrong_calls_are_2(args: tuple[str, ...], said: str) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


# --- the other commands -----------------------------------------------------------------------------


def test_explain() -> None:
    code, out, _ = run("explain", PROJECT, "mini/use-cloud", "--city", MINI, *DAY)
    assert code == 0
    assert out.startswith("原则上使用政务云 第六条第二款第（一）项")
    assert "✗ 使用政务云为“是” → 否" in out


def test_rules_and_show() -> None:
    assert "langfang" in run("rules")[1]
    assert "第六条" in run("rules", MINI)[1]
    code, out, _ = run("show", MINI, "7.1", "--lang", "en")
    assert code == 0
    assert "change as a share of the approved estimate at most 15% (inclusive)" in out


def test_cases_pass_or_fail(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "mini.yaml").write_text(Path(MINI).read_text(encoding="utf-8"), encoding="utf-8")
    cases = tmp_path / "cases" / "mini.yaml"
    case = "  - {id: a, about: [6.1], project: {facts: {separate_network: true}}, expect: [{cite: 6.1, kind: prohibition, status: STATUS}, {cite: 6.1, kind: prohibition, status: unknown}]}\n"
    cases.write_text("ruleset: mini\nas_of: 2026-06-30\ncases:\n" + case.replace("STATUS", "unmet"), encoding="utf-8")
    code, out, _ = run("test", "mini.yaml", cwd=tmp_path)
    assert code == 0
    assert out.startswith("✓ mini：1例通过，0例失败")
    assert "还有结论未测试" in out
    cases.write_text("ruleset: mini\nas_of: 2026-06-30\ncases:\n" + case.replace("STATUS", "met"), encoding="utf-8")
    code, out, _ = run("test", "cases/mini.yaml", "--lang", "en", cwd=tmp_path)
    assert code == 1
    assert "cases/mini.yaml:4 a" in out
    assert "expected but missing: 6.1 prohibition met" in out


@pytest.mark.parametrize("name", ["project", "ruleset", "report", "record"])
def test_schema(name: str) -> None:
    code, out, _ = run("schema", name)
    assert code == 0
    assert json.loads(out)["$schema"]


# --- language and streams ---------------------------------------------------------------------------


def test_language() -> None:
    args = ("check", PROJECT, "--city", MINI, *DAY)
    assert "non-compliant" in run(*args, GOVPROJ_LANG="en")[1]
    assert "不合规" in run(*args, "--lang", "zh", GOVPROJ_LANG="en")[1]


def test_piped_output_is_utf8_without_colour() -> None:
    made = raw("check", PROJECT, "--city", MINI, *DAY, LC_ALL="C", PYTHONCOERCECLOCALE="0", TERM="xterm-256color")
    assert b"\x1b" not in made.stdout
    assert made.stdout.decode("utf-8").startswith("✗ 不合规")


def test_a_gbk_stream_gets_plain_marks() -> None:
    code, out, _ = run("check", PROJECT, "--city", MINI, *DAY, PYTHONIOENCODING="gbk")
    assert code == 1
    assert out.startswith("× 不合规：市政务OA升级")


def test_an_english_stream_is_made_utf8() -> None:
    made = raw("check", PROJECT, "--city", MINI, *DAY, PYTHONIOENCODING="ascii")
    assert made.stdout.decode("utf-8").startswith("✗ 不合规")


@pytest.mark.parametrize("columns", ["80", "120", "40"])
def test_the_width_of_the_terminal(columns: str) -> None:
    from rich.cells import cell_len

    _, out, _ = run("check", PROJECT, "--city", MINI, *DAY, COLUMNS=columns)
    assert max(map(cell_len, out.splitlines())) <= int(columns)


def test_a_closed_pipe_is_quiet() -> None:
    command = f'"{sys.executable}" -m govproj_rules check "{PROJECT}" --city "{MINI}" --all | head -n 1'
    env = os.environ | {"PYTHONPATH": SOURCE}
    made = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=env, timeout=60)
    assert made.stdout.count(b"\n") == 1
    assert made.stderr == b""


def test_a_full_disk_is_told() -> None:
    command = f'"{sys.executable}" -m govproj_rules check "{PROJECT}" --city "{MINI}" > /dev/full'
    env = os.environ | {"PYTHONPATH": SOURCE}
    made = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=env, timeout=60)
    assert made.returncode == 2
    assert made.stderr.decode().startswith("no room left to write the output [disk-full]\n")
    assert "Traceback" not in made.stderr.decode()


def test_starting_is_light() -> None:
    code = "import sys, govproj_rules.cli; print([m for m in ('pydantic', 'rich', 'yaml') if m in sys.modules])"
    made = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": SOURCE},
    )
    assert made.stdout.strip() == "[]"


def loaded_by(*args: str, **env: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    code = (
        "import atexit, gc, sys; from govproj_rules.__main__ import main; "
        "atexit.register(lambda: print(gc.get_freeze_count() > 0, *sys.modules, file=sys.stderr)); main()"
    )
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    made = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, check=False, env=kept | {"PYTHONPATH": SOURCE} | env
    )
    frozen, *modules = made.stderr.decode().split()
    assert frozen == "True", made.stderr.decode()
    return set(modules)


@pytest.mark.parametrize("format", ["json", "table"])
def test_a_check_loads_what_it_needs(format: str, tmp_path: Path) -> None:
    example = str(Path(__file__).parent.parent / "examples" / "langfang-application.json")
    call = ("check", example, "--as-of", "2026-06-30", "--format", format)
    loaded_by(*call, PYTHONPYCACHEPREFIX=str(tmp_path))  # keeps the rules beside the byte code
    loaded = loaded_by(*call, PYTHONPYCACHEPREFIX=str(tmp_path))
    others = {"yaml", "jinja2", "markupsafe", "dateutil", "durable", *(("rich",) if format == "json" else ())}
    assert not others & loaded
    assert "govproj_rules.checking" in loaded
    parts = (
        "cases",
        "comparing",
        "document",
        "lint",
        "lower",
        "possible",
        "recording",
        "regulation",
        "schema",
        "skeleton",
    )
    assert not {f"govproj_rules.{part}" for part in parts} & loaded


def test_hostile_names_of_files_and_keys() -> None:
    name = "\x1b[2J\u202e.json"
    code, out, err = run("check", name, "--city", MINI)
    assert (code, out) == (2, "")
    assert "\\x1b[2J\\u202e.json: there is no such file" in err
    code, _, err = run("check", "-", "--city", MINI, stdin=b'{"name": "x", "\\u001b[31m\\u202e": 1}')
    assert code == 2
    assert "\x1b" not in err
    assert "\u202e" not in err
