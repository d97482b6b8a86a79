"""``check --record`` and ``verify`` as their users meet them: what is told, exit codes, files that are no records."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from test_cli import MINI, PROJECT, SOURCE, raw
from test_recording import DAY, EXAMPLES, MINI_BYTES, SOURCE_BYTES, forged, line, mini, recorded
from typer.testing import CliRunner

from govproj_rules import load_ruleset
from govproj_rules.cli import app
from govproj_rules.project import read_project
from govproj_rules.recorded import canonical, content_sha256
from govproj_rules.recording import HOW
from govproj_rules.telling.words import WORDS
from govproj_rules.vocabulary import rules_home


def run(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Exit code, output and problems of one call in this process and folder."""
    made = CliRunner(env={"COLUMNS": "80"}).invoke(app, args, input=stdin)
    return made.exit_code, made.stdout, made.stderr


# --- the commands -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one is in, with a file of two records, one of one, and the files they were made of."""
    shutil.copy(MINI, tmp_path / "mini.yaml")
    shutil.copy(PROJECT, tmp_path / "project.json")
    (tmp_path / "mini.jsonl").write_bytes(line())
    lushan = next(path for path in EXAMPLES if path.name.startswith("lushan"))
    other = recorded(load_ruleset("lushan"), read_project(lushan.read_bytes()), lushan.read_bytes())
    (tmp_path / "both.jsonl").write_bytes(other.to_bytes() + line())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_check_writes_what_verify_reproduces(folder: Path) -> None:
    call = ("check", "project.json", "-", "--city", "mini.yaml", *DAY, "--record", "out")
    assert run(*call, stdin=SOURCE_BYTES)[0] == 1
    assert (folder / "out").read_bytes() == line() * 2
    code, out, err = run("verify", "out", "--city", "mini.yaml", "--lang", "en")
    assert (code, err) == (0, "")
    assert out.splitlines()[:4] == [
        "✓ reproduced: 市政务OA升级 (MN-2026-007)",
        "  out:1 · mini · as of 2026-06-30",
        f"  SHA-256 {json.loads(line())['sha256']}",
        "  every finding and reason is as recorded",
    ]
    assert run("verify", "-", "--city", "mini.yaml", stdin=line())[0] == 0


def test_projects_that_are_wrong_have_no_record(folder: Path) -> None:
    call = ("check", "none.json", "project.json", "--city", "mini.yaml", *DAY, "--record", "out")
    assert run(*call)[0] == 2
    assert (folder / "out").read_bytes() == line()
    assert run("check", "none.json", "--city", "mini.yaml", *DAY, "--record", "out")[0] == 2
    assert (folder / "out").read_bytes() == line()  # nothing was answered: the old file stays


@pytest.mark.parametrize("out", ["project.json", "link", "mini.yaml", "./mini.yaml"])
def test_what_is_read_is_not_replaced(folder: Path, out: str) -> None:
    (folder / "link").symlink_to("project.json")
    code, told, err = run("check", "project.json", "--city", "mini.yaml", *DAY, "--record", out)
    assert (code, told) == (2, "")
    read = "project.json" if out in ("project.json", "link") else "mini.yaml"
    assert f"--record would replace `{read}`, which is read here [replaces-input]" in err
    assert (folder / "project.json").read_bytes() == SOURCE_BYTES
    assert (folder / "mini.yaml").read_bytes() == MINI_BYTES


def test_each_record_is_held_against_its_own_edition(folder: Path) -> None:
    (folder / "older.yaml").write_bytes(MINI_BYTES + b"# another byte\n")
    call = ("verify", "both.jsonl", "--city", "older.yaml", "--city", "mini.yaml", "--format", "json")
    code, out, err = run(*call)
    assert (code, err) == (0, "")
    told = [json.loads(text) for text in out.splitlines()]
    assert [(one["record"], one["ruleset"], one["reproduced"]) for one in told] == [
        ("both.jsonl:1", "lushan", True),
        ("both.jsonl:2", "mini", True),
    ]
    code, out, err = run(*call[:4], "--format", "json")
    assert (code, err) == (1, "")
    second = json.loads(out.splitlines()[1])
    assert second["differences"] == [
        {
            "part": "ruleset", "how": "bytes", "recorded": mini().sha256, "path": None, "problems": [],
            "found": hashlib.sha256(MINI_BYTES + b"# another byte\n").hexdigest(),
        }
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_told_of_changes(folder: Path, golden: Callable[[str, str], None], lang: str) -> None:
    """Rules and project changed, and a record by hand."""
    rules = MINI_BYTES.replace(b"10 working_days", b"30 working_days").replace(
        b"until: 2029-12-31", b"until: 2030-12-31"
    )
    (folder / "mini.yaml").write_bytes(rules)
    (folder / "project.json").write_bytes(SOURCE_BYTES.replace("18万元".encode(), "19万元".encode()))
    (folder / "altered.jsonl").write_bytes(line().replace(b'"verdict":"non_compliant"', b'"verdict":"compliant"'))
    (folder / "spaced.jsonl").write_bytes(line().replace(b'","', b'", "'))
    shutil.copy(MINI, folder / "same.yaml")
    calls = (
        ("mini.jsonl", "--city", "mini.yaml", "--project", "project.json"),
        ("mini.jsonl", "--city", "same.yaml", "--project", "project.json"),
        ("altered.jsonl", "--city", "mini.yaml"),
        ("spaced.jsonl", "--city", "same.yaml"),
    )
    told = ""
    for call in calls:
        code, out, err = run("verify", *call, "--lang", lang)
        assert (code, err) == (1, "")
        told += out + "\n"
    hashes = {mini().sha256: "0", hashlib.sha256(rules).hexdigest(): "1", json.loads(line())["sha256"]: "2"}
    for sha256, digit in hashes.items():
        told = told.replace(sha256, digit * 64).replace(sha256[:12], digit * 12)
    found = content_sha256(json.loads(line()) | {"verdict": "compliant"})
    golden(f"mini.verify.{lang}.txt", told.replace(found[:12], "3" * 12))


def test_every_difference_has_its_words() -> None:
    keys = [f"verified_{part}" for part in HOW] + [f"verified_{part}_{how}" for part in HOW for how in HOW[part]]
    keys += [f"verified_key_{key}" for key in json.loads(line())["findings"][0] if key not in ("rule", "for", "status")]
    assert set(keys) <= set(WORDS)


RAW = json.loads(line())
WRONG: Mapping[str, tuple[bytes, list[str]]] = {
    "a project": (SOURCE_BYTES, ["mini.jsonl: this is no file of decision records [no-record]"]),
    "nothing": (b"", ["mini.jsonl: the file is empty [empty-file]"]),
    "no JSON": (b"# no record", ["mini.jsonl: this is no file of decision records [no-record]"]),
    "cut off": (line()[:-30], ["mini.jsonl:1:N: not valid JSON: the text that starts here does not end [json-syntax]"]),
    "another version": (canonical(RAW | {"version": 2}) + b"\n",
                        ["mini.jsonl:1: the record has the version `2`, which this program does not read [other-version]"]),
    "keys": (canonical({**{key: RAW[key] for key in RAW if key != "counts"}, "count": {}}) + b"\n",
             ["mini.jsonl:1: there is no key `count` in the record [unknown-key]"]),
    "shapes": (canonical(RAW | {"findings": "none", "sha256": "0" * 63, "as_of": "today", "counts": {"met": "1"}}) + b"\n", [
        "mini.jsonl:1: as_of: `today` is not a date [wrong-value]",
        f"mini.jsonl:1: sha256: `{'0' * 59}…` is not a SHA-256 [wrong-value]",
        "mini.jsonl:1: `findings` must be a list, not `none` [wrong-type]",
        "mini.jsonl:1: `met` must be a whole number, not `1` [wrong-type]",
    ]),
    "a project that is no mapping": (canonical(RAW | {"project": []}) + b"\n",
                                     ["mini.jsonl:1: `project` must be a mapping, not a list [wrong-type]"]),
    "a path for a ruleset": (forged(ruleset=RAW["ruleset"] | {"id": "../mini.yaml"}), [
        "mini.jsonl:1: the record rests on the ruleset `../mini.yaml`, which is not built in [unknown-city]"]),
    "two in one": (line().rstrip() + line(), ["mini.jsonl:1:N: not valid JSON: `{` stands after the end [json-syntax]"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_record_is_told(folder: Path, name: str) -> None:
    data, wanted = WRONG[name]
    (folder / "mini.jsonl").write_bytes(data)
    code, out, err = run("verify", "mini.jsonl")
    assert (code, out) == (2, "")
    told = [re.sub(r":1:\d+:", ":1:N:", text) for text in err.splitlines() if not text.startswith("  help: ")]
    assert sorted(told) == sorted(wanted)


CALLS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "no such file": (("none.jsonl",), "none.jsonl: there is no such file [no-such-file]"),
    "a folder": ((".",), ".: this is a folder, not a file [is-directory]"),
    "not built in": (("mini.jsonl",), "mini.jsonl:1: the record rests on the ruleset `mini`, which is not built in"),
    "no record of it": (("mini.jsonl", "--city", "mini.yaml", "--city", "yunan"), "no record rests on the ruleset `yunan`"),
    "a ruleset unknown": (("mini.jsonl", "--city", "minni"), "there is no ruleset `minni`"),
    "several records": (("both.jsonl", "--city", "mini.yaml", "--project", "project.json"), "--project goes with one record, and there are 2"),
    "no project": (("mini.jsonl", "--city", "mini.yaml", "--project", "mini.yaml"), "mini.yaml:1:1: not valid JSON"),
    "an engine unknown": (("mini.jsonl", "--engine", "fast"), "`fast` is not one of python, durable"),
    "a format unknown": (("mini.jsonl", "--format", "xml"), "`xml` is not one of table, json"),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_wrong_calls(folder: Path, name: str) -> None:
    args, wanted = CALLS[name]
    code, _, err = run("verify", *args)
    assert code == 2
    assert wanted in err
    assert "Traceback" not in err


def test_texts_of_a_record_are_shown_harmless(folder: Path) -> None:
    (folder / "mini.jsonl").write_bytes(
        forged(regime="\x1b[2J\u202e", scope="[/x]", project={"name": "\x1b[31m红\u202e[bold]", "id": "\x07"})
    )
    for format in ("table", "json"):
        code, out, _ = run("verify", "mini.jsonl", "--city", "mini.yaml", "--format", format)
        assert code == 1
        assert not {"\x1b", "\u202e", "\x07"} & set(out)


# --- files of an installation that change -----------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with its rules inside, as a wheel has it."""
    home = tmp_path_factory.mktemp("site")
    shutil.copytree(Path(SOURCE) / "govproj_rules", home / "govproj_rules", ignore=shutil.ignore_patterns("*.rules"))
    shutil.copytree(rules_home(), home / "govproj_rules" / "rules", ignore=shutil.ignore_patterns("cases"))
    return home


INSTALLED: Mapping[str, tuple[str, Callable[[bytes], bytes], int, list[str]]] = {
    "nothing": ("rules/lushan.yaml", lambda data: data, 0, ["✓ reproduced"]),
    "a ruleset": ("rules/lushan.yaml", lambda data: data + b"\n", 1, ["✗ ruleset its file has other bytes"]),
    "a broken ruleset": ("rules/lushan.yaml", lambda data: data.replace(b"rules:", b"rulez:"), 1,
                         ["✗ ruleset its file cannot be read", "`rulez`", "no answer could be made"]),
    "the vocabulary": ("rules/vocabulary.yaml", lambda data: data + b"#", 1, ["✗ vocabulary its file has other bytes"]),
    "a broken vocabulary": ("rules/vocabulary.yaml", lambda data: data + b"\x01", 1,
                            ["✗ vocabulary its file cannot be read", "no answer could be made"]),
    "the calendar": ("calendar.json", lambda data: data.replace(b"2026-10-01", b"2026-10-02"), 1,
                     ["✗ calendar its file has other bytes"]),
    "a broken calendar": ("calendar.json", lambda data: data[1:], 1,
                          ["✗ calendar its file has other bytes", "cannot be read", "the package again"]),
}  # fmt: skip


@pytest.mark.parametrize("name", INSTALLED)
def test_a_file_of_the_installation_that_changes(folder: Path, installed: Path, name: str) -> None:
    file, change, code, wanted = INSTALLED[name]
    path, record_of = installed / "govproj_rules" / file, folder / "lushan.jsonl"
    record_of.write_bytes((folder / "both.jsonl").read_bytes().splitlines(keepends=True)[0])
    whole = path.read_bytes()
    try:
        path.write_bytes(change(whole))
        call = ("verify", str(record_of), "--lang", "en")
        made = raw(*call, PYTHONPATH=str(installed), PYTHONDONTWRITEBYTECODE="1")
    finally:
        path.write_bytes(whole)
    assert (made.returncode, made.stderr) == (code, b"")
    assert [text for text in wanted if text not in made.stdout.decode()] == []
