"""``govproj compare`` as its users meet it: what it prints where, exit codes, and every way to call it wrongly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len
from test_cli import DATA, MINI, PROJECT, run, write

FIVE = ("langfang", "shizuishan", "dongying", "yunan", "lushan")
TEXT = (DATA / "mini.yaml").read_text(encoding="utf-8")


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """The small ruleset in another edition: 15% is now 10%."""
    assert "at_most: 15%" in TEXT
    path = tmp_path / "draft.yaml"
    path.write_text(TEXT.replace("at_most: 15%", "at_most: 10%"), encoding="utf-8")
    return str(path)


# --- what it answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("change.limit", ["不超过15%（含）", "相同：廊坊＝东营"]),
        ("approval.authority", ["市审批服务管理局", "市发改委", "县政务和数据局", "市政府"]),
        ("application.documents", ["不低于1500万元（含）", "不低于5000万元（含）", "《初步设计方案》"]),
        ("contract.filing", ["10个工作日", "1个月"]),
        ("acceptance.filing", ["10个工作日"]),
        ("construction.supervision", ["不低于100万元（含）", "已委托工程监理", "相同：石嘴山＝东营"]),
    ],
)
def test_an_answer_at_a_glance(topic: str, said: list[str]) -> None:
    code, out, err = run("compare", *FIVE, "--topic", topic, COLUMNS="100")  # below each other: no row is cut in two
    assert (code, err) == (0, "")
    whole = re.sub(r"\s+", "", out)
    assert [part for part in said if part not in whole] == []


def test_what_is_silent_in_lushan() -> None:
    code, out, _ = run("compare", *FIVE, "--silent", COLUMNS="120")
    lushan = out[out.index("庐山：多数地方有规定") :]
    assert code == 0
    assert all(topic in lushan for topic in ("信息资源目录", "密码应用", "自评价", "验收备案"))
    assert "交由其他规定" in out[out.index("石嘴山：多数") : out.index("东营：多数")]


@pytest.mark.parametrize("width", ["1", "39"])
def test_a_screen_may_be_narrow(width: str) -> None:
    code, out, err = run("compare", *FIVE, "--topic", "change.limit", COLUMNS=width)
    assert (code, err) == (0, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 40


@pytest.mark.parametrize("width", ["60", "80", "100", "120", "200"])
def test_no_row_is_wider_than_the_screen(width: str) -> None:
    _, out, _ = run("compare", *FIVE, "--topic", "review", COLUMNS=width)
    widest = max(map(cell_len, out.splitlines()))
    assert widest <= min(int(width), 120)
    beside = any(re.match("廊坊 {3}.* 庐山", line) for line in out.splitlines())
    assert beside is (int(width) >= 120)


def test_a_draft_against_the_text_in_force(draft: str) -> None:
    code, out, _ = run("compare", MINI, draft, COLUMNS="100")
    assert code == 0
    assert "15%" in out
    assert "10%" in out
    assert re.search(r"另有\d+个主题没有变化（--all 列出）", out)
    _, everything, _ = run("compare", MINI, draft, "--all", COLUMNS="100")
    assert "没有变化" not in everything
    assert everything.count("\n") > out.count("\n")


def test_the_same_in_json_with_both_languages() -> None:
    code, out, _ = run("compare", "langfang", "dongying", "--topic", "change", "--format", "json")
    made = json.loads(out)
    assert code == 0
    assert {row["topic"].split(".")[0] for row in made["rows"]} == {"change"}
    assert {one["relation"] for one in made["rows"][0]["relations"]} == {"same"}
    assert set(made["rows"][0]["label"]) == {"zh", "en"}


def test_markdown_is_a_table_a_topic() -> None:
    _, out, _ = run("compare", *FIVE, "--topic", "change", "--format", "markdown", "--lang", "en")
    tokens = MarkdownIt("commonmark").enable("table").parse(out)
    assert sum(token.type == "table_open" for token in tokens) == out.count("\n## ") - out.count(
        "regulate and this one"
    )
    assert "（" not in re.sub(r"石嘴山市.*", "", out.split("## ", 1)[1])


def test_a_project_in_every_city(tmp_path: Path) -> None:
    code, out, _ = run("compare", "langfang", "yunan", "--project", "-", "--as-of", "2026-06-30", COLUMNS="120",
                       stdin=Path("examples/langfang-change.json").read_bytes(), cwd=Path(__file__).parent.parent)  # fmt: skip
    assert code == 0
    assert "截至 2026-06-30" in out
    assert "只有郁南要问" in out
    assert re.search("区别在：(郁南|廊坊|廊坊与郁南)：", out)


def test_a_portfolio_through_two_editions(draft: str, tmp_path: Path) -> None:
    lines = [
        Path(PROJECT).read_text(encoding="utf-8").replace("\n", " "),
        "{",
        '{"name": "x", "facts": {"nobody": true}}',
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, out, err = run("compare", MINI, draft, "--projects", str(tmp_path / "all.jsonl"), "--as-of", "2026-06-30")
    assert (code, err) == (2, "")
    assert "未能检查 2" in out
    assert "all.jsonl:2" in re.sub(r"\n +", "", out)
    code, out, _ = run("compare", MINI, draft, "--projects", str(tmp_path / "all.jsonl"), "--as-of", "2026-06-30",
                       "--format", "json")  # fmt: skip
    made = json.loads(out)
    assert code == 2
    assert (
        made["totals"] == {"projects": 3, "unchanged": 1, "changed": 0, "rejected": 2}
        or made["totals"]["rejected"] == 2
    )


def test_a_bad_project_file_loses_none_of_the_others(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good.json"), tmp_path / "bad.json"
    bad.write_text('{"nam": "x"}', encoding="utf-8")
    code, out, err = run("compare", "langfang", "yunan", "--project", str(bad), "--project", good, "--topic", "change")
    assert code == 2
    assert "样例" in out
    assert "did you mean `name`?" in err


# --- wrong calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["langfang"], "there is nothing to compare with: one ruleset only [compare]"),
        (["langfang", "langfang"], "`langfang` is given twice [compare]"),
        (["langfang", "lusan"], "there is no ruleset `lusan` [unknown-city]\n  help: did you mean `lushan`?"),
        (["langfang", "none.yaml"], "none.yaml: there is no such file [no-such-file]"),
        (["langfang", "lushan", "--topic", "change.limt"], "there is no topic `change.limt` [unknown-topic]\n  help: did you mean `change.limit`?"),
        (["langfang", "lushan", "--topic", "x"], "there is no topic `x` [unknown-topic]\n  help: a topic, or one of the groups scope,"),
        (["langfang", "lushan", "--topic", "合同备案"], "there is no topic `合同备案` [unknown-topic]\n  help: did you mean `合同和采购结果备案`?"),
        (["langfang", "lushan", "--project", "none.json"], "none.json: there is no such file [no-such-file]"),
        (["langfang", "lushan", "--projects", "none"], "there is no such file or folder [no-such-file]"),
        (["langfang", "lushan", "dongying", "--projects", "."], "a portfolio goes through two rulesets, not 3 [compare]"),
        (["langfang", "lushan", "--projects", ".", "--topic", "change"], "--projects does not go with --topic"),
        (["langfang", "lushan", "--project", "-", "--silent"], "--project does not go with --silent"),
        (["langfang", "lushan", "--format", "pdf"], "`pdf` is not one of table, json, markdown, html"),
        (["langfang", "lushan", "--as-of", "soon"], "`soon` is not a date"),
        (["langfang", "lushan", "--as-of", "2026-06-30"], "it needs --project or --projects"),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_is_wrong(args: list[str], said: str, tmp_path: Path) -> None:
    code, out, err = run("compare", *args, cwd=tmp_path, GOVPROJ_LANG="en")
    assert (code, out) == (2, "")
    assert said in re.sub(r" *\n *│? *(?!help)", " ", err) or said in err


def test_every_problem_of_every_draft_is_told(tmp_path: Path) -> None:
    for name, wrong in (("a", "topic: change.limt"), ("b", "topic: nothing.here")):
        (tmp_path / f"{name}.yaml").write_text(TEXT.replace("topic: change.limit", wrong, 1), encoding="utf-8")
    code, out, err = run("compare", "a.yaml", "b.yaml", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "a.yaml:" in err
    assert "b.yaml:" in err


def test_the_same_file_under_two_names(tmp_path: Path) -> None:
    (tmp_path / "copy.yaml").write_text(TEXT, encoding="utf-8")
    code, _, err = run("compare", MINI, str(tmp_path / "copy.yaml"))
    assert code == 2
    assert "is the same text as" in err


def test_an_empty_portfolio(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n", encoding="utf-8")
    for place in (tmp_path / "empty.jsonl", tmp_path / "folder"):
        if not place.suffix:
            place.mkdir()
        code, out, err = run("compare", "langfang", "lushan", "--projects", str(place))
        assert (code, out) == (2, "")
        assert "there is no project in it [empty-portfolio]" in err


# --- text of strangers ------------------------------------------------------------------------------

HOSTILE = "[/x]|`<script>alert(1)</script>\u001b[31m\u202e=cmd()"


def hostile(tmp_path: Path) -> str:
    texts = json.dumps({"zh": HOSTILE, "en": HOSTILE})
    rows = [line for line in TEXT.splitlines() if not line.startswith(("title:", "ruleset:"))]
    made = "\n".join([f"ruleset: bad\ncity: {texts}\ntitle: {texts}", *rows])
    path = tmp_path / "bad.yaml"
    path.write_text(made, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("format", ["table", "json", "markdown", "html"])
def test_names_of_strangers_do_no_harm(tmp_path: Path, format: str) -> None:
    code, out, _ = run("compare", MINI, hostile(tmp_path), "--format", format)
    assert code == 0
    assert "\u001b" not in out
    assert "\u202e" not in out
    if format == "markdown":
        assert "<script>" not in MarkdownIt("commonmark", {"html": False}).enable("table").render(out)
    if format == "html":
        assert "<script>alert" not in out
    if format == "json":
        assert json.loads(out)["rulesets"][1]["name"]["zh"] == HOSTILE


def test_a_stream_that_knows_no_chinese_marks() -> None:
    code, out, _ = run("compare", "langfang", "lushan", "--topic", "change", PYTHONIOENCODING="gbk")
    assert code == 0
    assert "廊坊" in out
