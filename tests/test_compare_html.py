"""The page of a comparison as text: well formed, closed to the network, and harmless whatever the files say.

What it does in a browser is tested in ``tests/browser``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from itertools import combinations, product
from pathlib import Path

import pytest
from comparisons import CITIES, HOSTILE, QUOTED, SCRIPT, TABLE, comparison, hostile
from hypothesis import given
from hypothesis import strategies as st

from govproj_rules.comparing import compare
from govproj_rules.comparison import STATES, Asked, Cell, Comparison, ProjectView, Relation, Row, Under
from govproj_rules.formats import Look
from govproj_rules.formats.compare_html import write
from govproj_rules.formats.related import SHOWN, chips_of
from govproj_rules.formats.web import TEMPLATES
from govproj_rules.ir import Label
from govproj_rules.library import load_ruleset
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import WORDS
from govproj_rules.vocabulary import vocabulary

VOID = {"meta", "input", "br", "img", "link", "hr"}
FETCHING = {"src", "srcset", "href", "action", "formaction", "poster", "background", "ping", "data", "xlink:href"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", **wanted: str) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                classes = child.attributes.get("class", "").split()
                matched = all(
                    value in classes if name == "class_" else child.attributes.get(name.replace("_", "-")) == value
                    for name, value in wanted.items()
                )
                if matched and tag in ("", child.tag):
                    yield child
                yield from child.all(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Element:
        (found,) = self.all(tag, **wanted)
        return found

    def text(self, lang: str | None = None) -> str:
        """All text, or only what is shown in one language."""
        if self.tag == "span" and lang and self.attributes.get("lang", lang) != lang:
            return ""
        return "".join(one if isinstance(one, str) else one.text(lang) for one in self.children)


class Tree(HTMLParser):
    """Parses and refuses what a browser would mend in silence."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>"
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment in a page: {data}")


def parsed(text: str) -> Element:
    tree = Tree()
    tree.feed(text)
    tree.close()
    assert tree.open == [tree.root], "everything is closed"
    return tree.root


def page(made: Comparison | None = None, lang: str = "zh") -> Element:
    return parsed(write(made or comparison(), Look(lang=lang)))


@pytest.fixture(scope="module")
def plain() -> Element:
    return page()


@pytest.fixture(scope="module")
def bad() -> Element:
    return page(hostile())


# --- form -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [comparison, hostile])
def test_it_is_well_formed_and_every_id_is_there_once(made: object) -> None:
    root = page(made())  # type: ignore[operator]
    ids = [one.attributes["id"] for one in root.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    named = [one.attributes["aria-labelledby"] for one in root.all() if "aria-labelledby" in one.attributes]
    assert named
    assert set(named) <= set(ids)


def test_every_control_has_a_label(plain: Element) -> None:
    labelled = {id(box) for label in plain.all("label") if label.text("zh").strip() for box in label.all("input")}
    assert all(id(box) in labelled for box in plain.all("input"))
    assert all(button.text().strip() for button in plain.all("button"))


def test_the_first_language_is_the_one_asked_for() -> None:
    assert page(lang="zh").one("html").attributes["lang"] == "zh"
    english = page(lang="en")
    assert english.one("html").attributes["lang"] == "en"
    assert english.one("title").text().startswith("Regulations compared: Langfang, Shizuishan")


def test_both_languages_are_there(plain: Element) -> None:
    def beside(element: Element) -> Iterator[tuple[int, int]]:
        langs = [
            one.attributes.get("lang") for one in element.children if isinstance(one, Element) and one.tag == "span"
        ]
        yield langs.count("zh"), langs.count("en")
        for one in element.children:
            if isinstance(one, Element):
                yield from beside(one)

    assert all(zh == en for zh, en in beside(plain))
    for label, about, _ in TABLE.values():
        for lang in ("zh", "en"):
            shown = plain.one("body").text(lang)
            assert label.in_(lang) in shown
            assert about.in_(lang) in shown
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert set(chinese.findall(plain.one("main").text("en"))) == set("万元"), "but for sums of money"


# --- closed to the outside ----------------------------------------------------------------------------


@pytest.mark.parametrize("made", [comparison, hostile])
def test_nothing_is_fetched_and_nothing_else_runs(made: object) -> None:
    text = write(made(), Look())  # type: ignore[operator]
    root = parsed(text)
    for one in root.all():
        assert not FETCHING & one.attributes.keys(), one
        assert not [name for name in one.attributes if name.startswith("on") or name == "style"], one
        assert one.tag not in {"link", "base", "iframe", "object", "embed", "form", "svg", "img", "a"}, one
    assert not re.search(r"https?:|url\(|@import|sourceMappingURL", text)
    assert sum(1 for _ in root.all("script")) == sum(1 for _ in root.all("style")) == 1


@pytest.mark.parametrize("made", [comparison, hostile])
def test_the_policy_allows_this_style_and_this_script_only(made: object) -> None:
    root = page(made())  # type: ignore[operator]
    policy = root.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))

    def allowed(tag: str) -> str:
        return f"'sha256-{b64encode(sha256(root.one(tag).text().encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'", "base-uri": "'none'", "form-action": "'none'",
        "style-src": allowed("style"), "script-src": allowed("script"),
    }  # fmt: skip
    head = [one.tag for one in root.one("head").children if isinstance(one, Element)]
    assert head.index("meta") < head.index("style"), "the policy comes first"


def test_style_and_script_are_the_same_whatever_is_compared(plain: Element, bad: Element) -> None:
    for tag in ("style", "script"):
        assert plain.one(tag).text() == bad.one(tag).text()


def test_scripts_make_no_markup() -> None:
    for file in TEMPLATES.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|fetch|import\(",
            file.read_text("utf-8"),
        )
    for file in TEMPLATES.glob("*.j2"):
        assert "|safe" not in file.read_text("utf-8").replace(" ", "")


def test_text_of_strangers_stands_there_as_text(bad: Element) -> None:
    shown = bad.one("body").text("zh")
    for one in (*HOSTILE, "{{ 7 * 7 }}"):
        assert clean(one) in shown
    assert "49" not in row_of(bad, f"{SCRIPT}.{QUOTED}").text("zh")
    assert SCRIPT in bad.one("h1").text("zh")
    assert SCRIPT in next(bad.all("th", class_="city")).text("zh")


def test_control_and_bidi_characters_are_shown_as_escapes() -> None:
    made = comparison()
    made.rows[0].cells[0].norms[0].says = Label("红\u202e\x1b[31m\x00\r\n色", "red\u2066")
    text = write(made, Look())
    assert "红\\u202e\\x1b[31m\\x00 色" in text
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", text)


# --- what is told -----------------------------------------------------------------------------------


def row_of(root: Element, topic: str) -> Element:
    return root.one("tbody", data_topic=topic)


def chips(row: Element, lang: str = "zh") -> list[str]:
    return [
        " ".join(part.text(lang) for part in chip.children if isinstance(part, Element))
        for chip in row.all("span", class_="chip")
    ]


def test_the_head_names_every_ruleset(plain: Element) -> None:
    head = plain.one("header").text("zh")
    for column in comparison().rulesets:
        assert column.title.zh in head
        assert column.sha256[:12] in head
    assert "草案（送审稿）" in head
    assert "自2024-10-29起至2027-10-28" in head
    assert "未定施行日期" in head


def test_a_norm_has_condition_words_force_and_article_with_a_card(plain: Element) -> None:
    cell = row_of(plain, "construction.supervision").one("td", data_city="yunan")
    assert [one.text("zh").strip() for one in cell.all("p", class_="when")] == [
        "当 项目总投资不低于100万元（含）",
        "当 项目总投资低于100万元（不含）",
    ]
    assert [one.text("zh").strip() for one in cell.all("p", class_="says")] == ["应：已委托工程监理", "可委托工程监理"]
    assert [one.text("zh") for one in cell.all("span", class_="force")] == ["应当", "可以"]
    card = next(cell.all("details", class_="article"))
    assert card.one("summary").text("zh") == "第16条第1.1款"
    for part in ("yunan/construction-supervision-0", "义务", "应当", "项目建设单位", "16.1.1"):
        assert part in card.one("dl").text("zh")


def test_a_hint_is_marked_in_words(plain: Element) -> None:
    hint = row_of(plain, "construction.supervision").one("div", class_="hint")
    assert "提示（原文未写）" in hint.text("zh")
    assert "监理资质以现行规定为准" in hint.text("zh")


@pytest.mark.parametrize(
    ("topic", "city", "told"),
    [
        ("construction.supervision", "shizuishan", [WORDS["state_silent"].zh]),
        ("construction.testing", "shizuishan", [WORDS["state_elsewhere"].zh, "自治区另有办法", "第二十九条"]),
        ("budget.cap", "langfang", [WORDS["state_without_rules"].zh, "仅重申上级要求", "第二十九条"]),
    ],
)
def test_cells_without_norms_say_why(plain: Element, topic: str, city: str, told: list[str]) -> None:
    cell = row_of(plain, topic).one("td", data_city=city)
    paragraphs = [one.text("zh").strip() for one in cell.all("p") if one.attributes["class"] != "city-name"]
    assert paragraphs == told


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("intensive.cloud", ["相同 廊坊 石嘴山 东营 庐山", "廊坊石嘴山东营庐山 严于 郁南"]),
        ("construction.supervision", ["相同 廊坊 东营", "廊坊东营 严于 郁南庐山", "不同 郁南 庐山", "廊坊东营郁南庐山 有 石嘴山 无"]),
        ("plan.off_plan", ["东营庐山 有 廊坊石嘴山郁南 无", "不可比 东营 庐山"]),
        ("budget.cap", ["郁南 有 廊坊石嘴山东营庐山 无"]),
    ],
)  # fmt: skip
def test_relations_in_few_chips(plain: Element, topic: str, told: list[str]) -> None:
    assert chips(row_of(plain, topic)) == told


def test_reasons_name_the_respect_both_sides_and_who_is_stricter(plain: Element) -> None:
    reasons = {
        (one.attributes["data-a"], one.attributes["data-b"]): one
        for one in row_of(plain, "change.limit").all("li", class_="reason")
    }
    assert set(reasons) == set(combinations(("langfang", "dongying", "yunan"), 2))
    lines = [
        [cell.text("zh") for cell in line.children if isinstance(cell, Element)]
        for line in reasons["langfang", "dongying"].one("tbody").all("tr")
    ]
    assert lines == [
        ["规定", "可自行调整", "可自行调整", "廊坊更严"],
        ["适用条件", "调整额不超过概算10%（含）", "调整额不超过概算15%（含）", "廊坊更严"],
    ]


def test_what_most_regulate_and_one_does_not(plain: Element) -> None:
    part = plain.one("section", class_="silences")
    own = {one.attributes["data-city"]: one.text("zh") for one in part.all("section")}
    assert set(own) == set(CITIES)
    assert "有规定的：廊坊、东营、郁南、庐山" in own["shizuishan"]
    none = page(replace(comparison(), silences=[])).one("section", class_="silences")
    assert all("没有" in one.text("zh") for one in none.all("section"))


def test_two_editions_of_one_city_are_told_apart() -> None:
    made = comparison()
    made.rulesets[3] = replace(made.rulesets[3], name=made.rulesets[2].name, label="yunan")
    heading = page(made).one("h1").text("zh")
    assert heading == "廊坊、石嘴山、东营：dongying、东营：yunan、庐山"


def test_silences_alone() -> None:
    root = page(replace(comparison(), rows=[]))
    assert not list(root.all("table"))
    assert not list(root.all("input"))
    assert len(list(root.one("section", class_="silences").all("section"))) == len(CITIES)


def test_projects_stand_under_each_other() -> None:
    def of(name: str) -> Comparison:
        made = comparison()
        under = [
            Under(city, "non_compliant", "applies", Label("一般项目", "full"), None, {"unmet": 2, "met": 5}, [], [])
            for city in CITIES
        ]
        under[0].only_here = [Asked("facts.x", Label("是否涉密？", "classified?"), 3)]
        for row in made.rows:
            row.relations, row.reason = [], Label("廊坊：总投资：80万元", "Langfang: total: 80")
            for cell in row.cells:
                cell.norms = [
                    replace(norm, status="unmet", due=date(2026, 3, 1), for_="changes[1]") for norm in cell.norms
                ]
                cell.state = "nothing_asked" if cell.state == "silent" else cell.state
        return replace(made, silences=[], project=ProjectView("P-1", name, date(2026, 2, 1), under))

    root = parsed(write([of("甲"), of(SCRIPT)], Look()))
    assert [one.text() for one in root.all("h2") if "P-1" in one.text()] == ["甲 P-1", f"{SCRIPT} P-1"]
    assert sum(1 for _ in root.all("table", class_="board")) == 2
    assert sum(1 for _ in root.all("li", class_="leaf")) == len(TABLE), "one list of topics filters both"
    first = next(root.all("p", class_="says")).text("zh")
    assert re.sub(r"\s+", " ", first) == "✗ 未满足 第2次变更 适用：资金来源包含市级财政资金（2026-03-01前）"
    assert "区别在：廊坊：总投资：80万元" in root.text("zh")
    assert "是否涉密？" in root.text("zh")


def test_the_five_cities() -> None:
    """The real comparison: every text in its place, and no word missing."""
    made = compare([load_ruleset(city) for city in CITIES])
    root = page(made)
    found = {one.attributes["data-topic"]: one for one in root.all("tbody", class_="row")}
    assert found.keys() == {row.topic for row in made.rows}
    for row in made.rows:
        shown = found[row.topic]
        for cell in row.cells:
            told = [one.text("zh").strip() for one in shown.one("td", data_city=cell.ruleset).all("p", class_="says")]
            always_first = sorted(cell.norms, key=lambda norm: norm.when is not None)
            assert told == [clean(norm.says.zh) for norm in always_first]


# --- chips ------------------------------------------------------------------------------------------

LABELS = "abcdef"


@given(st.data())
def test_chips_say_every_relation_and_no_other(data: st.DataObject) -> None:
    labels = LABELS[: data.draw(st.integers(2, len(LABELS)))]
    directed = ["same", "different", "not_comparable", "stricter", "looser", "only_here", "silent"]
    given_ = {two: data.draw(st.sampled_from(directed)) for two in combinations(labels, 2)}
    cells = [Cell(label, "regulated", []) for label in labels]
    row = Row("x", Label("", ""), Label("", ""), cells, [Relation(a, b, one, None) for (a, b), one in given_.items()])
    told = [
        (chip.relation, a, b)
        for chip in chips_of(row, {label: Label(label, label) for label in labels})
        for one, other in combinations(chip.sides, 2)
        for a, b in product(one, other)
    ]
    expected = set()
    for (a, b), one in given_.items():
        turned = {"looser": "stricter", "silent": "only_here"}.get(one)
        expected.add((turned, b, a) if turned else (one, a, b))
    mutual = {"same", "different", "not_comparable"}
    assert {(r, *(sorted((a, b)) if r in mutual else (a, b))) for r, a, b in told} == expected


# --- words, and how it is shipped ---------------------------------------------------------------------


def test_every_word_is_there() -> None:
    groups = {topic.partition(".")[0] for topic in vocabulary().topics}
    wanted = [*(f"group_{one}" for one in groups), *(f"state_{one}" for one in STATES if one != "regulated")]
    wanted += [name for one in SHOWN for name in (f"page_{one}", f"page_{one}_two", f"page_legend_{one}")]
    assert not [name for name in wanted if name not in WORDS]


def test_jinja_loads_late() -> None:
    code = (
        "import sys, govproj_rules.cli, govproj_rules.formats.compare_html as page;"
        "print([m for m in ('jinja2', 'markupsafe') if m in sys.modules])"
    )
    path = str(Path(__file__).parent.parent / "src")
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    assert made.stdout.strip() == "[]"
