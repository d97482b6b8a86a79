"""The formats: golden outputs of one project, alignment, and hostile text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from govproj_rules import __version__
from govproj_rules.checking import check
from govproj_rules.formats import FORMATS, Look, draw
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.formats.rules import article_page, explain_page, ruleset_page
from govproj_rules.formats.terminal import wrap
from govproj_rules.ir import RuleSet
from govproj_rules.library import load_ruleset, read_ruleset
from govproj_rules.outcomes import KINDS
from govproj_rules.project import Project, load_project
from govproj_rules.recording import HOW
from govproj_rules.report import Report
from govproj_rules.telling.cites import chinese, tell_cites
from govproj_rules.telling.safe import MARKS, clean, markdown, marks
from govproj_rules.telling.words import TABLES, WORDS

DATA = Path(__file__).parent / "data"
FORMATS_HOME = Path(__file__).parent.parent / "src" / "govproj_rules" / "formats"
DAY = date(2026, 6, 30)
HOSTILE = "[/x][bold]\x1b[31m红\u202e反\u2066\r\n|`<script>alert(1)</script>\x9b2J\x07&_*#"


@pytest.fixture(scope="module")
def mini() -> RuleSet:
    return load_ruleset(DATA / "mini.yaml")


def report_of(ruleset: RuleSet, everything: bool = False, **fields: object) -> Report:
    project = load_project(DATA / "mini.json")
    if fields:
        project = Project.model_validate(json.loads((DATA / "mini.json").read_text(encoding="utf-8")) | fields)
    return check(project, ruleset, as_of=DAY, all=everything)


def shown(ruleset: RuleSet, format: str = "table", report: Report | None = None, **look: object) -> str:
    made = report or report_of(ruleset, everything=bool(look.get("all")))
    return FORMATS[format]([made], Look(rulesets={ruleset.sha256: ruleset}, **look))  # type: ignore[arg-type]


# --- golden -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("format", "ending"), [("table", "txt"), ("markdown", "md"), ("json", "json"), ("junit", "xml"), ("sarif", "sarif")]
)
def test_a_report_in_every_format(
    mini: RuleSet, golden: Callable[[str, str], None], format: str, ending: str, lang: str
) -> None:
    text = re.sub(mini.sha256, "0" * 64, shown(mini, format, lang=lang))
    golden(f"mini.{lang}.{ending}", text.replace(f'"version": "{__version__}"', '"version": "0.0.0"'))


def test_everything_in_the_table(mini: RuleSet, golden: Callable[[str, str], None]) -> None:
    golden("mini.zh.all.txt", shown(mini, all=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_about_rules(mini: RuleSet, golden: Callable[[str, str], None], lang: str) -> None:
    look = Look(lang=lang)
    articles = [article_page(place, mini, look) for place in ("2", "5.1", "6", "7.1", "8", "9", "annex1")]
    golden(f"mini.rules.{lang}.txt", draw([ruleset_page(mini, look), *articles], look))


@pytest.mark.parametrize("rule", ["contract-filing", "self-adjust", "use-cloud", "crypto", "criticism"])
def test_a_rule_explained(mini: RuleSet, golden: Callable[[str, str], None], rule: str) -> None:
    look, report = Look(), report_of(mini, everything=True)
    rules = [one for one in mini.rules if one.base_id == rule]
    golden(f"mini.explain.{rule}.txt", draw([explain_page(report, rules, mini, look)], look))


def test_the_sample_has_every_kind(mini: RuleSet) -> None:
    assert {rule.kind for rule in mini.rules} == set(KINDS)


# --- notices that must not be missed ----------------------------------------------------------------


def edited(mini: RuleSet, old: str, new: str) -> RuleSet:
    text = (DATA / "mini.yaml").read_text(encoding="utf-8")
    assert old in text
    return read_ruleset(text.replace(old, new).encode())


def test_every_format_says_that_a_text_is_a_draft(mini: RuleSet) -> None:
    other = edited(mini, "status: in_force", "status: draft")
    for format in FORMATS:
        assert "草案" in shown(other, format) or '"status": "draft"' in shown(other, format)


@pytest.mark.parametrize("format", ["table", "markdown"])
@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        ("status: in_force", "status: draft", "本规定是草案", "is a draft"),
        ("status: in_force", "status: repealed", "已废止", "has been repealed"),
        (
            "from: 2025-01-01",
            "from: 2027-01-01",
            "不在施行期内（自2027-01-01起至2029-12-31）",
            "outside the time in force",
        ),
    ],
)
def test_the_state_of_a_regulation_is_loud(mini: RuleSet, format: str, old: str, new: str, zh: str, en: str) -> None:
    other = edited(mini, old, new)
    for lang, said in (("zh", zh), ("en", en)):
        head = shown(other, format, lang=lang).splitlines()[:4]
        assert said in "\n".join(head)


def test_a_presumed_scope_asks_first_what_decides_it(mini: RuleSet) -> None:
    report = check(Project(name="x"), mini, as_of=DAY)
    text = shown(mini, report=report)
    assert "按“市级项目”推定" in text.splitlines()[1]
    first = text[text.index("先回答") : text.index("一、")]
    assert "funding.sources" in first
    assert "决定是否适用" in first


def test_out_of_scope_says_what_applies_instead(mini: RuleSet) -> None:
    report = report_of(mini, classified=True)
    text = shown(mini, report=report)
    assert "不适用于该项目：涉密项目" in text
    assert "按涉密规定办理" in text
    assert "一、" not in text


def test_the_first_screen_holds_what_matters(mini: RuleSet) -> None:
    screen = shown(mini).splitlines()[:24]
    assert screen[0].startswith("✗ 不合规")
    assert "截至 2026-06-30" in "".join(screen)
    assert any("必须解决" in row for row in screen)
    assert any("没有《项目建设方案》" in row for row in screen)
    assert any("→ 市发改委、市数据局" in row for row in screen)


def test_paragraphs_that_were_inferred_are_called_sentences(mini: RuleSet) -> None:
    other = edited(mini, "issuer:", "paragraphs: inferred\nissuer:")
    assert "第六条第一句" in shown(other)
    assert "款" not in re.sub("条款|贷款", "", "".join(re.findall(r"第.条第.(?:句|款)", shown(other))))


# --- citations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cites", "zh", "en"),
    [
        (["28.1.2"], "第二十八条第一款第（二）项", "art. 28(1)(2)"),
        (["18.1.2.1"], "第十八条第一款第（二）项第1目", "art. 18(1)(2)(1)"),
        (["annex1"], "附件1", "annex 1"),
        (["4.1", "annex1"], "第四条第一款、附件1", "art. 4(1), annex 1"),
        (["28.1", "28.1.1", "28.1.2", "28.1.3"], "第二十八条第一款第（一）至（三）项", "art. 28(1)(1)–(3)"),
        (["7.1.1", "7.1.3"], "第七条第一款第（一）、（三）项", "art. 7(1)(1), 7(1)(3)"),
        (["28.1.1", "28.2"], "第二十八条第一款第（一）项、第二款", "art. 28(1)(1), 28(2)"),
        (["5", "6"], "第五条、第六条", "art. 5, 6"),
    ],
)
def test_citations(cites: list[str], zh: str, en: str) -> None:
    assert tell_cites(cites, "zh") == zh
    assert tell_cites(cites, "en") == en


def test_inferred_citations() -> None:
    assert tell_cites(["12.2"], "zh", inferred=True) == "第十二条第二句"
    assert tell_cites(["12.2"], "en", inferred=True) == "art. 12 s.2"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (1010, "一千零一十")],
)
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese(number) == said


# --- width ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_row_is_wider_than_the_terminal(mini: RuleSet, width: int, lang: str) -> None:
    for everything in (False, True):
        rows = shown(mini, lang=lang, width=width, all=everything).splitlines()
        assert max(map(cell_len, rows)) <= width


def test_articles_end_at_the_right_edge(mini: RuleSet) -> None:
    cited = [row for row in shown(mini).splitlines() if re.search(r"  \S*第.条\S*$|款$", row)]
    assert len(cited) > 20
    assert {cell_len(row) for row in cited} == {80}


def test_leads_of_one_section_are_aligned() -> None:
    lines = [Line("甲", "met", "市发改委 审批"), Line("z", "met", "abc"), Line("丙", "met", "市数据局")]
    rows = draw([Page("t", sections=[Section("s", lines)])], Look()).splitlines()[-3:]
    starts = {cell_len(row[: row.index(text)]) for row, text in zip(rows, ("甲", "z", "丙"), strict=True)}
    assert starts == {18}


def test_wrapping_keeps_words_and_amounts_whole() -> None:
    rows = list(wrap("预算不得超过评审结果金额一百二十万 construction_scheme（118万元），须说明", 24, 2))
    assert "".join(row.strip() for row in rows).replace(" ", "") == (
        "预算不得超过评审结果金额一百二十万construction_scheme（118万元），须说明"
    )
    assert any("construction_scheme" in row for row in rows)
    assert any("118万元" in row for row in rows)
    assert not any(row.strip()[0] in "，。）" for row in rows)
    assert max(map(cell_len, rows)) <= 24


def test_an_endless_word_is_cut() -> None:
    rows = list(wrap("x" * 100, 30, 4))
    assert max(map(len, rows)) <= 30
    assert "".join(row.strip() for row in rows) == "x" * 100


# --- what a stream can show -------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "place"), [("utf-8", 0), ("gbk", 1), ("ascii", 2), ("nonsense", 2)])
def test_marks_fit_the_stream(encoding: str, place: int) -> None:
    assert marks(encoding) == MARKS[place]


def test_a_chinese_table_survives_gbk(mini: RuleSet) -> None:
    text = shown(mini, encoding="gbk")
    assert text.encode("gbk").decode("gbk") == text
    assert "× 不得另建专网" in text


def test_json_that_cannot_be_encoded_is_escaped(mini: RuleSet) -> None:
    report = report_of(mini, name="✗ 𠮷 项目")
    text = shown(mini, "json", report, encoding="gbk")
    assert text.isascii()
    assert json.loads(text)["project"]["name"] == "✗ 𠮷 项目"


def test_colour_only_where_it_is_wanted(mini: RuleSet) -> None:
    assert "\x1b[" not in shown(mini)
    coloured = shown(mini, colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(mini)


# --- hostile text -----------------------------------------------------------------------------------


def hostile(mini: RuleSet) -> Report:
    waiver = {"rule": "supervision", "reason": HOSTILE, "authority": HOSTILE, "document": HOSTILE}
    return report_of(mini, name=HOSTILE, id=HOSTILE, applicant={"name": HOSTILE}, waivers=[waiver])


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("colour", [False, True])
def test_nothing_in_a_project_reaches_the_terminal_raw(mini: RuleSet, format: str, colour: bool) -> None:
    text = shown(mini, format, hostile(mini), colour=colour)
    if colour and format == "table":
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_markup_is_shown_as_written(mini: RuleSet) -> None:
    assert "[/x][bold]\\x1b[31m红\\u202e反" in shown(mini, report=hostile(mini), width=120)


def test_json_keeps_hostile_text_exactly(mini: RuleSet) -> None:
    assert json.loads(shown(mini, "json", hostile(mini)))["project"]["name"] == HOSTILE


def test_markdown_escapes() -> None:
    assert markdown("a|b`c[d](e)<f>\n# g_h*i&amp;") == "a\\|b\\`c\\[d\\](e)&lt;f&gt; \\# g\\_h\\*i&amp;amp;"


def test_markdown_holds_no_html_or_links(mini: RuleSet) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(shown(mini, "markdown", hostile(mini)))
    assert "<script" not in html
    assert "<a " not in html
    assert html.count("<h1>") == 1


def test_clean_keeps_one_line() -> None:
    assert clean(" a\r\n\tb\u3000c\u2028d ") == "a b c d"
    assert clean("\ud800\x00") == "\\ud800\\x00"


# --- tables are complete ----------------------------------------------------------------------------


def test_every_word_is_used() -> None:
    files = [
        path
        for path in FORMATS_HOME.parent.rglob("*.*")
        if path.suffix in (".py", ".j2") and "words" not in (path.parent.name, path.stem)
    ]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    composed = re.compile(
        r"(event|document)_(yes|no|unknown)|reason_\w+|fold_\w+|(working_)?days|months|years"
        r"|(force|granted|respect|relation|state|reading|only|one|count|all|pairs|between|group)_\w+"
        r"|page_(same|different|stricter|looser|only_here|silent|not_comparable)(_two)?|page_legend_\w+|norm_(request|opinion|effect|result)(_by)?"
        rf"|verified_({'|'.join([*HOW, *(f'{part}_{how}' for part, hows in HOW.items() for how in hows)])})"
    )
    families = (
        "audit_column_question_",
        "audit_column_",
        "audit_sheet_",
        "audit_",
        "map_remark_",
        "map_",
        "verified_key_",
        "waiver_",
    )
    quoted = set(re.findall(r"""["'](\w+)["']""", source))
    told = {f"{family}{last}" for family in families for last in quoted}  # put together from the last part
    unused = [key for key in WORDS if key not in quoted | told and not composed.fullmatch(key)]
    assert not unused


def test_no_word_stands_in_two_tables() -> None:
    assert sum(map(len, TABLES)) == len(WORDS)


def test_every_word_is_in_both_languages() -> None:
    for key, label in WORDS.items():
        blanks = [set(re.findall(r"{(\w+)}", text)) for text in label]
        assert blanks[0] == blanks[1], key
        assert all(label), key
