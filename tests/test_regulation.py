"""The plain text of a regulation: articles, parts, annexes, fingerprints, figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from govproj_rules.errors import InvalidInput
from govproj_rules.regulation import figures, normalised, numeral, read_regulation
from govproj_rules.values import Duration

HEAD = "小城办法\n\n2025年3月19日\n\n第一章 总则\n\n"


def numbers(text: str) -> list[str]:
    return [article.number for article in read_regulation(text, "x")]


def places(text: str, sentences: bool = False) -> list[str]:
    return [part.place for article in read_regulation(text, "x") for part in article.parts(sentences)]


# --- articles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("第一条 为了管理。\n第二条 适用。\n第三条 施行。", id="one line each"),
        pytest.param("第一条　为了管理。\n\n　　第二条　适用。\n\n　　第三条　施行。", id="wide spaces"),
        pytest.param("第一条为了管理。第二条适用。第三条施行。", id="one line for all"),
        pytest.param("第1条 为了管理。\n第2条 适用。\n第3条 施行。", id="digits"),
        pytest.param("第１条 为了管理。\n第２条 适用。\n第３条 施行。", id="wide digits"),
        pytest.param(
            "第一条 为了管理。\n第二章 范围\n第二条 适\n用。\n附则\n第三条 施行。", id="chapters and broken lines"
        ),
        pytest.param("第一条 按第二条至第九条管理。\n第二条 适用。\n第三条 依照第一条施行。", id="references inside"),
        pytest.param(
            "第一条 按\n第九章第五条管理，见第三条。\n第二条 适用。\n第三条 施行。",
            id="references at the start of a line",
        ),
    ],
)
def test_three_articles(text: str) -> None:
    assert numbers(HEAD + text) == ["1", "2", "3"]


def test_a_title_with_articles_of_its_own_is_no_article() -> None:
    assert numbers("通知第一条：请执行。\n\n办法\n\n第一条 为了管理。\n第二条 适用。") == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("第一条 为了。\n第二条 适用。\n第四条 施行。", "article-gap", "article 4 stands where article 3 should"),
        ("第一条 为了。\n第二条 适用。\n第二条 施行。", "article-gap", "article 2 stands where article 3 should"),
        ("第一条 为了。\n第一一条 适用。", "article-gap", "article `一一` stands where article 2 should"),
        (
            "第一条 为了。\n第" + "1" * 5_000 + "条 适用。",
            "article-gap",
            f"article `{'1' * 59}…` stands where article 2",
        ),
        ("第二条 适用。", "no-articles", "there is no article 1 in the text"),
        ("没有条文。", "no-articles", "there is no article 1 in the text"),
        ("第一條 為規範項目設計，發展圖書門戶。", "traditional-script", "the text is in traditional script"),
    ],
)
def test_what_is_refused(text: str, code: str, said: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_regulation(HEAD + text, "x")
    (problem,) = error.value.problems
    assert (problem.code, problem.message[: len(said)]) == (code, said)


def test_a_gap_has_its_line() -> None:
    with pytest.raises(InvalidInput) as error:
        read_regulation("第一条 为了。\n\n第三条 施行。", "x")
    assert error.value.problems[0].place == "x:3:1"


def test_a_chapter_is_no_part_of_an_article() -> None:
    first, second = read_regulation("第一条 为了管理。\n第二章 建设和资金管理\n第二条 适用。\n", "x")
    assert (first.text, second.text) == ("为了管理。", "适用。")


@pytest.mark.parametrize("end", ["政策解读：《办法》", "相关链接：无", "扫一扫", "附：说明"])
def test_what_a_web_page_adds_is_left_out(end: str) -> None:
    assert read_regulation(f"第一条 为了。\n第二条 施行。\n{end}\n更多", "x")[-1].text == "施行。"


# --- annexes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("附件1\n申报表\n附件2\n审查表", {"annex1": "申报表", "annex2": "审查表"}, id="numbered"),
        pytest.param(
            "附件 1：申报表\n名称\n附件 2：审查表\n名称",
            {"annex1": "申报表\n名称", "annex2": "审查表\n名称"},
            id="titles beside",
        ),
        pytest.param("附件一\n申报表\n附件二\n审查表", {"annex1": "申报表", "annex2": "审查表"}, id="Chinese numbers"),
        pytest.param("附件１\n申报表", {"annex1": "申报表"}, id="wide digits"),
        pytest.param(
            "附件：1。申报表\n2。审查表\n\n附件 1\n申报表\n附件 2\n审查表",
            {"annex1": "申报表", "annex2": "审查表"},
            id="a list before",
        ),
        pytest.param(
            "附件1：申报表\n附件2：审查表\n\n附件1\n甲\n附件2\n乙",
            {"annex1": "甲", "annex2": "乙"},
            id="a numbered list before",
        ),
        pytest.param("附件1\n申报表\n附件: 编制依据", {"annex1": "申报表\n附件: 编制依据"}, id="a word inside"),
        pytest.param("附件\n申报表", {"annex1": "申报表"}, id="the only one"),
        pytest.param("附件：1.申报表 2.审查表", {}, id="only a list"),
    ],
)
def test_annexes(text: str, expected: dict[str, str]) -> None:
    articles = read_regulation(f"第一条 为了。\n第二条 见附件1。\n{text}", "x")
    assert {one.number: one.text for one in articles[2:]} == expected
    assert articles[1].text == "见附件1。"


# --- parts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("一段。", ["1"], id="one paragraph"),
        pytest.param("一段。\n\n二段。", ["1.1", "1.2"], id="two paragraphs"),
        pytest.param("一段被\n折断。\n二段。", ["1.1", "1.2"], id="a line broken by hand"),
        pytest.param("符合下列情形：\n（一）甲；\n（二）乙。", ["1", "1.1.1", "1.1.2"], id="items"),
        pytest.param("符合下列情形：(一)甲;(二)乙。", ["1", "1.1.1", "1.1.2"], id="items on one line"),
        pytest.param("情形：\n（一）甲；\n（二）乙。\n另有规定。", ["1.1", "1.1.1", "1.1.2", "1.2"], id="a paragraph after items"),
        pytest.param("情形：\n（１）甲；\n（２）乙。", ["1", "1.1.1", "1.1.2"], id="wide digits in brackets"),
        pytest.param("备案：\n（一）期限。\n（二）内容：\n1.甲\n2.乙", ["1", "1.1.1", "1.1.2", "1.1.2.1", "1.1.2.2"], id="items of items"),
        pytest.param("备案：\n（一）内容：\n\n1。甲。\n\n2。乙。", ["1", "1.1.1", "1.1.1.1", "1.1.1.2"], id="items with a full stop"),
        pytest.param("按（三）执行（含）2.5倍。", ["1"], id="no items"),
    ],
)  # fmt: skip
def test_parts(text: str, expected: list[str]) -> None:
    assert places(f"第一条 {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。", ["1"]),
        ("甲。乙。丙。", ["1.1", "1.2", "1.3"]),
        ("符合下列情形之一的，可以：(一)甲；(二)乙。不符合的，不可。", ["1.1", "1.1.1", "1.1.2", "1.2"]),
        ("流程：(一)申报。单位申报。(二)审核。部门审核。", ["1", "1.1.1", "1.1.2"]),
        ("先说。再列：(一)甲；(二)乙。", ["1.1", "1.2", "1.2.1", "1.2.2"]),
    ],
)
def test_sentences_where_paragraphs_are_lost(text: str, expected: list[str]) -> None:
    assert places(f"第一条{text}", sentences=True) == expected


def test_parts_hold_the_text() -> None:
    (article,) = read_regulation("第一条 情形：\n（一）甲；\n（二）乙。\n另有规定。", "x")
    assert [part.text for part in article.parts()] == ["情形：", "甲；", "乙。", "另有规定。"]


# --- fingerprints -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "第一条 投资50万元以上（含）,调整15%。",
        "第1条　投资５０万元以上(含)，调整１５％",
        "第一条投资50万元，\n以上“含”；调整15%。",
    ],
)
def test_fingerprints_do_not_see_punctuation(text: str) -> None:
    (article,) = read_regulation(text, "x")
    assert article.fingerprint == "bd0022c6c96f"


@pytest.mark.parametrize("text", ["投资50万元以下", "投资60万元以上", "投资5.0万元以上", "投资50%以上"])
def test_fingerprints_see_what_is_said(text: str) -> None:
    (one,), (other,) = read_regulation("第一条 投资50万元以上", "x"), read_regulation(f"第一条 {text}", "x")
    assert one.fingerprint != other.fingerprint


def test_normalised() -> None:
    assert normalised("１.５％，（含）A、b。3.a . 4") == "1.5%含Ab3a4"


# --- numbers and figures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("四十五", 45), ("一百", 100), ("一百零五", 105), ("两", 2),
        ("三千五百", 3500), ("12", 12), ("１２", 12), ("〇", 0), ("二〇二五", None), ("十十", None), ("甲", None), ("", None),
        ("9" * 20, 10**20 - 1), ("9" * 21, None), ("1" * 5_000, None),
    ],
)  # fmt: skip
def test_numeral(text: str, number: int | None) -> None:
    assert numeral(text) == number


def months(count: int) -> Duration:
    return Duration(count, "months")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("总投资50万元以上", [50_000_000]),
        ("总投资 500 万 元以上", [500_000_000]),
        ("总投资５０万元", [50_000_000]),
        ("0.5亿元、62.5万元和800元", [5_000_000_000, 62_500_000, 80_000]),
        ("五十万元以上、三千万元以下", [50_000_000, 3_000_000_000]),
        ("10万元（含）至50万元", [10_000_000, 50_000_000]),
        ("10至50万元", [10_000_000, 50_000_000]),
        ("不超过15%、２０％、百分之五", [Fraction(15, 100), Fraction(20, 100), Fraction(5, 100)]),
        ("5%-10%", [Fraction(5, 100), Fraction(10, 100)]),
        ("10个工作日内，30日内，三天", [Duration(10, "working_days"), Duration(30, "days"), Duration(3, "days")]),
        ("十五个工作日", [Duration(15, "working_days")]),
        ("12至24个月内", [months(12), months(24)]),
        ("半年内、一年以上、两年、六个月", [months(6), Duration(1, "years"), Duration(2, "years"), months(6)]),
        ("每半年一次，每3年一次", [months(6), Duration(3, "years")]),
        ("每年年底前，8月底前，11月30日前", [(12, 0), (8, 0), (11, 30)]),
        ("十一月底前，第三季度结束前", [(11, 0), (9, 0)]),
        ("2025年3月19日起至2027年10月28日，2024—2026年，二〇二五年三月一日", []),
        ("冀政办字〔2020〕48号、(2021)3号、国务院令第427号", []),
        ("20   年   月   日", []),
        (
            "超过" + " " * 500 + "50 " * 2 + " " * 500 + "万元，" + "1" * 5_000 + "元，" + "九" * 500 + "元",
            [50_000_000],
        ),
        ("1元" * 3, [100] * 3),
        ("上半年、下半年、当年、次年、下一年度、第一年、三年行动计划", []),
        ("第三级以上、三类、五个部门、7项信息、IPv6", []),
    ],
)
def test_figures(text: str, values: list[object]) -> None:
    assert [figure.value for figure in figures(text)] == values


@pytest.mark.parametrize(
    ("text", "bound", "inclusive"),
    [
        ("50万元以上的", "以上", True),
        ("50万元以上（含）的", "以上(含)", True),
        ("60万元（含）以上", "(含)以上", True),
        ("超过60万元（含）的", "超过(含)", True),
        ("超过60万元的", "超过", False),
        ("低于60万元", "低于", False),
        ("不满50万元", "不满", False),
        ("不足1500万元", "不足", False),
        ("不得超过15%", "不得超过", True),
        ("不超过概算总投资15%", "不超过", True),
        ("至少三年", "至少", True),
        ("10个工作日内", "内", None),
        ("三年", "", None),
    ],
)
def test_bounds(text: str, bound: str, inclusive: bool | None) -> None:
    (figure,) = figures(text)
    assert (figure.bound, figure.inclusive) == (bound, inclusive)
