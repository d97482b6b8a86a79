"""`govproj new`: the skeleton of a ruleset out of the plain text of a regulation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from test_cli import run

from govproj_rules import InvalidInput
from govproj_rules.document import read_document
from govproj_rules.library import read_ruleset
from govproj_rules.regulation import read_regulation
from govproj_rules.skeleton import skeleton, title_of, write_skeleton
from govproj_rules.source import parse_yaml
from govproj_rules.vocabulary import vocabulary

XINGHE = Path(__file__).parent.parent / "docs" / "add-a-city" / "xinghe.txt"
FIGURES = """样例市政务信息化项目管理办法

第一条 本办法适用于市级项目。
第二条 总投资50万元以上（含）的项目由市发改委审批；不满10万元的，由项目单位自行管理；超过60万元（含）的须评审。
调整金额不超过概算总投资15%的自行调整，低于5%的无须备案。
第三条 （一）合同签订后10个工作日内报市大数据局备案；（二）每年11月30日前申报下年度项目；（三）年底前总结。
第四条 验收后满2年的系统，运维期半年。市智慧办、省人民政府办公厅参照执行。
附件1：材料清单
一、申报表
"""
WRITTEN = [
    "# 2.1 「50万元」以上（含） → at_least: 50万元",
    "# 2.1 不满「10万元」（不含） → less_than: 10万元",
    "# 2.1 超过「60万元」（含） → at_least: 60万元",
    "# 2.2 不超过「15%」（含） → at_most: 15%",
    "# 2.2 低于「5%」（不含） → less_than: 5%",
    "# 3.1.1 「10个工作日」内 → within: 10 working_days",
    "# 3.1.2 「11月30日」前 → by: 11-30",
    "# 3.1.3 「年底」前 → by: 12-31（月底）",
    "# 4 「半年」 → 6 months",
]


def made(text: str, lang: str = "zh") -> str:
    return skeleton("sample", title_of(text), read_regulation(text, "x"), lang)


def problems(text: str) -> Counter[str]:
    with pytest.raises(InvalidInput) as error:
        read_ruleset(text.encode())
    return Counter(problem.code for problem in error.value.problems)


@pytest.mark.parametrize("line", WRITTEN)
def test_every_figure_stands_there_with_the_way_a_rule_writes_it(line: str) -> None:
    assert line in made(FIGURES).splitlines()


def test_a_period_reached_in_full_is_a_least_one() -> None:
    (line,) = (one for one in made(FIGURES).splitlines() if "「2年」" in one)
    assert line.endswith("at_least: 2 years")


@pytest.mark.parametrize("text", [FIGURES, XINGHE.read_text(encoding="utf-8")], ids=["figures", "xinghe"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_parses_and_only_the_rules_and_the_articles_are_missing(text: str, lang: str) -> None:
    written, articles = made(text, lang), read_regulation(text, "x")
    document = read_document(parse_yaml(written, "x"))
    assert {number: one.fingerprint for number, one in document.register_.items()} == {
        one.number: one.fingerprint for one in articles
    }
    assert {one.gist.zh for one in document.register_.values()} == {"待写"}
    scope = document.regimes[0].cite
    assert problems(written) == {
        "no-rules": 1,
        "no-rule-no-reason": len([one for one in articles if one.number != scope]),
    }


def test_the_article_that_says_applies_is_the_scope() -> None:
    assert "cite: 2," in made(XINGHE.read_text(encoding="utf-8"))
    assert "cite: 1," in made("第一条 甲。\n第二条 乙。")


@pytest.mark.parametrize("text", [FIGURES, XINGHE.read_text(encoding="utf-8")], ids=["figures", "xinghe"])
def test_no_sentence_of_the_text_is_copied(text: str) -> None:
    written = made(text)
    for article in read_regulation(text, "x"):
        for part in article.parts():
            runs = (part.text[i : i + 12] for i in range(len(part.text) - 11))
            assert not [run for run in runs if run in written], part


@pytest.mark.parametrize(
    "line",
    [
        "#   development_reform: {zh: 市发改委, en: to write}  # 市发改委 2",
        "#   data: {zh: 市大数据局, en: to write}  # 市大数据局 3",
        "#   ?: {zh: 市智慧办, en: to write}  # 市智慧办 4; 角色名见词汇表 roles",
        "#   government: {zh: 省人民政府, en: to write}  # 省人民政府 4",
    ],
)
def test_names_of_authorities_are_candidates_only(line: str) -> None:
    assert line in made(FIGURES).splitlines()


def test_roles_that_are_guessed_are_roles() -> None:
    from govproj_rules import skeleton as module

    assert {role for _, role in module._ROLES} <= set(vocabulary().roles)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (FIGURES, "样例市政务信息化项目管理办法"),
        ("某市人民政府关于印发某市项目管理办法的通知\n\n第一条 甲。", "某市项目管理办法"),
        ("现将《某市项目管理办法(试行)》印发给你们。\n第一条 甲。", "某市项目管理办法(试行)"),
        ("《某市项目管理规定》\n第一章 总则\n第一条 甲。", "某市项目管理规定"),
        ("第一条 甲。", None),
        ("无题\n第一条 甲。", None),
    ],
)
def test_the_title_is_read_where_it_can_be(text: str, title: str | None) -> None:
    assert title_of(text) == title
    document = read_document(parse_yaml(made(text), "x"))
    assert document.title.zh == (title or "sample")


@pytest.mark.parametrize("odd", ['"} x: [#', "\\n\\", "{{", "\x07\u202e", "' : -", "%TAG"])
def test_odd_characters_in_a_title_stay_text(odd: str) -> None:
    text = f"甲{odd}办法\n第一条 市{odd}局适用。"
    assert read_document(parse_yaml(made(text), "x")).register_.keys() == {"1"}


# --- the command ------------------------------------------------------------------------------------


def test_the_command_writes_where_it_says(tmp_path: Path) -> None:
    code, out, err = run("new", "xinghe", "--text", str(XINGHE), cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "xinghe.yaml" in out
    assert (tmp_path / "xinghe.yaml").is_file()
    (tmp_path / "rules").mkdir()
    assert run("new", "xinghe", "--text", str(XINGHE), cwd=tmp_path)[0] == 0
    assert (tmp_path / "rules" / "xinghe.yaml").read_bytes() == (tmp_path / "xinghe.yaml").read_bytes()
    assert run("new", "xinghe", "--text", str(XINGHE), "-o", "other.yaml", "--lang", "en", cwd=tmp_path)[0] == 0
    assert "to write" in (tmp_path / "other.yaml").read_text(encoding="utf-8")
    assert b"\r" not in (tmp_path / "other.yaml").read_bytes()


def test_lint_says_what_is_to_do_and_nothing_else(tmp_path: Path) -> None:
    run("new", "xinghe", "--text", str(XINGHE), cwd=tmp_path)
    code, out, err = run("lint", "xinghe.yaml", "--text", str(XINGHE), cwd=tmp_path)
    said = [line for line in (out + err).splitlines() if line.startswith("xinghe.yaml:")]
    assert code == 1
    assert [line.rsplit("[", 1)[1] for line in said] == ["no-rule-no-reason]"] * 7 + ["no-rules]"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "xinghe.yaml"
    path.write_bytes(b"mine")
    code, out, err = run("new", "xinghe", "--text", str(XINGHE), cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "[file-exists]" in err
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["Xinghe", "../xinghe", "vocabulary", "", "星河", "x" * 61, "a b"])
def test_the_id_must_be_one(tmp_path: Path, name: str) -> None:
    code, _, err = run("new", name, "--text", str(XINGHE), cwd=tmp_path)
    assert code == 2
    assert "[wrong-name]" in err
    assert not list(tmp_path.iterdir())


TEXTS = {
    "gap": ("第一条 甲。\n第三条 乙。".encode(), "article-gap"),
    "traditional": ("第一條 為規範項目應當審覈，設計發圖書。\n第一条 甲。".encode(), "traditional-script"),
    "no articles": ("通知全文".encode(), "no-articles"),
    "GBK": ("第一条 甲。".encode("gbk"), "not-utf8"),
    "empty": (b"", "empty-file"),
}


@pytest.mark.parametrize(("data", "code"), TEXTS.values(), ids=TEXTS)
def test_a_bad_text_is_told(tmp_path: Path, data: bytes, code: str) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes(data)
    with pytest.raises(InvalidInput) as error:
        write_skeleton("xinghe", text, tmp_path / "xinghe.yaml")
    assert [problem.code for problem in error.value.problems] == [code]
    assert not (tmp_path / "xinghe.yaml").exists()


def test_a_text_or_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for args, code in ((("--text", "no.txt"), "no-such-file"), (("--text", "."), "is-directory"),
                       (("--text", str(XINGHE), "-o", "no/such/x.yaml"), "unwritable-file")):  # fmt: skip
        got, _, err = run("new", "xinghe", *args, cwd=tmp_path)
        assert got == 2
        assert f"[{code}]" in err
    assert run("new", "xinghe", cwd=tmp_path)[0] == 2


def test_lines_of_windows_read_alike() -> None:
    assert made(FIGURES.replace("\n", "\r\n")) == made(FIGURES)
