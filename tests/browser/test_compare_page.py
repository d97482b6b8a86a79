"""The page of a comparison in a real browser, opened from a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from comparisons import CITIES, HOSTILE, TABLE, comparison, hostile
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.keys import Keys

from govproj_rules.comparison import Comparison
from govproj_rules.formats import Look
from govproj_rules.formats.compare_html import write

from .conftest import Browser

ROWS = "tbody.row"
SHOWN = list(TABLE)
STRICTER = {"construction.supervision", "intensive.cloud", "contract.filing", "change.limit"}


def written(folder: Path, made: Comparison, lang: str = "zh") -> Path:
    path = folder / "比较 compare.html"
    path.write_text(write(made, Look(lang=lang)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("page"), comparison())


@pytest.fixture
def page(browser: Browser, file: Path) -> Browser:
    browser.open(file)
    return browser


def rows(page: Browser) -> list[str]:
    return page.values(ROWS, "data-topic")


def shows(page: Browser, topics: set[str]) -> None:
    """Waits until just these rows are there, and holds the count to them."""
    page.until(lambda: set(rows(page)) == topics)
    assert page.find("#shown").text == str(len(topics))


def tick(page: Browser, selector: str) -> None:
    page.find(selector).click()


def menu(page: Browser) -> None:
    page.find(".menu > summary").click()
    page.until(lambda: page.seen(".panel"))


def view(page: Browser) -> str:
    return str(page.run("return decodeURIComponent(location.hash)"))


# --- filters ----------------------------------------------------------------------------------------


def test_everything_is_shown_at_first(page: Browser) -> None:
    assert rows(page) == SHOWN
    assert page.texts("#count") == ["显示 20 ／ 20 行"]
    assert page.values("thead .city", "data-city") == list(CITIES)
    assert view(page) == ""
    assert page.find("#count").get_attribute("aria-live") == "polite"


def test_one_topic_and_a_whole_group(page: Browser) -> None:
    menu(page)
    tick(page, "[data-topic='change.limit'][type=checkbox]")
    shows(page, {"change.limit"})
    tick(page, "[data-group=acceptance][type=checkbox]")
    shows(page, {"change.limit", "acceptance.deadline", "acceptance.condition"})
    assert page.values("tbody.group", "data-group") == ["change", "acceptance"]
    assert view(page) == "#topic=change.limit&topic=acceptance.*"
    tick(page, "[data-topic='acceptance.deadline'][type=checkbox]")
    shows(page, {"change.limit", "acceptance.condition"})
    assert page.run("return document.querySelector('[data-group=acceptance][type=checkbox]').indeterminate")


def test_the_list_of_topics_is_searched(page: Browser) -> None:
    menu(page)
    page.find("#find").send_keys("验收期")
    page.until(lambda: page.texts(".leaf") == ["验收期限"])
    page.find("#find").clear()
    page.find("#find").send_keys("construction.")
    page.until(lambda: page.texts(".leaf") == ["工程监理", "第三方测试"])
    assert rows(page) == SHOWN


def test_a_hidden_city_takes_its_cells_relations_and_silences_along(page: Browser) -> None:
    before = page.values(".reason:not([hidden])", "data-a")
    tick(page, "#cities [value=yunan]")
    page.until(lambda: "yunan" not in page.values("[data-city]", "data-city"))
    assert page.values("thead .city", "data-city") == [city for city in CITIES if city != "yunan"]
    assert rows(page) == SHOWN, "only the column goes"
    assert not page.all(".reason[data-a=yunan]:not([hidden]), .reason[data-b=yunan]:not([hidden])")
    chips = page.texts("tbody[data-topic='intensive.cloud'] .chip")
    assert chips == ["相同 廊坊 石嘴山 东营 庐山"], before
    assert page.values("tbody[data-topic='budget.cap'] .chip", "class") == [], "no shown city regulates it"
    assert page.find("tbody.group th").get_attribute("colspan") == "5"
    assert view(page) == "#hide=yunan"


def test_hiding_all_cities_but_one_leaves_no_relations(page: Browser) -> None:
    for city in list(CITIES)[1:]:
        tick(page, f"#cities [value={city}]")
    page.until(lambda: not page.seen(".chip[data-relation]"))
    assert rows(page) == SHOWN
    tick(page, "#cities [value=langfang]")
    page.until(lambda: not page.seen("td.cell"))


def test_one_relation(page: Browser) -> None:
    tick(page, "#relations [value=stricter]")
    shows(page, STRICTER)
    tick(page, "#relations [value=not_comparable]")
    shows(page, STRICTER | {"plan.off_plan", "acceptance.condition"})


def test_a_relation_counts_between_shown_cities_only(page: Browser) -> None:
    tick(page, "#relations [value=stricter]")
    tick(page, "#cities [value=yunan]")
    shows(page, {"construction.supervision", "contract.filing", "change.limit"})
    tick(page, "#cities [value=dongying]")
    shows(page, {"construction.supervision"})


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("监理", {"construction.supervision"}),
        ("１００万元", {"construction.supervision", "construction.testing"}),
        ("yunan/ 第16条", {"construction.supervision", "construction.testing"}),
        ("更严 概算", {"change.limit"}),
        ("自治区", {"competence.data", "construction.testing"}),
        ("supervision firm engaged", set()),
        ("石嘴山  有 东营", set(SHOWN)),
    ],
)
def test_free_text(page: Browser, words: str, topics: set[str]) -> None:
    page.find("#text").send_keys(words)
    if topics != set(SHOWN):
        shows(page, topics)
    assert bool(page.seen("#none")) == (not topics)


def test_free_text_reads_the_language_shown_and_the_cities_shown(page: Browser) -> None:
    page.find("#text").send_keys("Supervision firm engaged")
    shows(page, set())
    tick(page, "[data-speak=en]")
    shows(page, {"construction.supervision"})
    page.find("#text").clear()
    page.find("#text").send_keys("pool")
    shows(page, {"plan.listing"})
    tick(page, "#cities [value=yunan]")
    shows(page, set())


def test_filters_combine_and_reset_undoes_all(page: Browser) -> None:
    menu(page)
    for group in ("construction", "change", "intensive"):
        tick(page, f"[data-group={group}][type=checkbox]")
    page.press(Keys.ESCAPE)
    tick(page, "#relations [value=stricter]")
    tick(page, "#cities [value=lushan]")
    page.find("#text").send_keys("100万")
    shows(page, {"construction.supervision"})
    assert page.values("thead .city", "data-city") == list(CITIES)[:-1]
    tick(page, "#reset")
    shows(page, set(SHOWN))
    assert page.values("thead .city", "data-city") == list(CITIES)
    assert view(page) == ""
    assert not page.all("#relations :checked, .menu :checked")
    assert page.find("#text").get_attribute("value") == ""


def test_a_link_brings_the_view_back(page: Browser, file: Path) -> None:
    tick(page, "[data-speak=en]")
    menu(page)
    tick(page, "[data-group=construction][type=checkbox]")
    page.press(Keys.ESCAPE)
    tick(page, "#relations [value=stricter]")
    tick(page, "#cities [value=lushan]")
    page.find("#text").send_keys("100万")
    shows(page, {"construction.supervision"})
    link = page.run("return location.hash")
    page.open(file, link)
    shows(page, {"construction.supervision"})
    assert page.values("thead .city", "data-city") == list(CITIES)[:-1]
    assert page.run("return document.documentElement.lang") == "en"
    assert page.find("#text").get_attribute("value") == "100万"
    page.driver.refresh()
    shows(page, {"construction.supervision"})


def test_another_link_in_the_same_page_is_followed(page: Browser) -> None:
    page.run("location.hash = 'topic=breach.bar&hide=lushan'")
    shows(page, {"breach.bar"})
    page.run("location.hash = 'topic=nothing&hide=nowhere&relation=none&lang=fr&text='")
    shows(page, set(SHOWN))


# --- language ---------------------------------------------------------------------------------------


def test_the_language_changes_without_a_reload(page: Browser) -> None:
    page.run("window.same = true")
    assert page.texts("h1") == ["廊坊、石嘴山、东营、郁南、庐山"]
    tick(page, "[data-speak=en]")
    page.until(lambda: page.run("return document.documentElement.lang") == "en")
    assert page.texts("h1") == ["Langfang, Shizuishan, Dongying, Yunan, Lushan"]
    assert page.driver.title.startswith("Regulations compared")
    assert page.texts("#count") == ["showing 20 of 20 rows"]
    assert page.texts("[aria-pressed=true]") == ["English"]
    assert view(page) == "#lang=en"
    shown = set(re.findall(r"[\u4e00-\u9fff]", page.find("main").text))
    assert shown <= set("万元")
    tick(page, "[data-speak=zh]")
    page.until(lambda: page.driver.title.startswith("各地办法比较"))
    assert view(page) == ""
    assert page.run("return window.same")


# --- cards, reasons, keys ---------------------------------------------------------------------------

ARTICLE = "tbody[data-topic='construction.supervision'] td[data-city=langfang] details.article"


def test_the_card_of_an_article_opens_by_click(page: Browser) -> None:
    assert not page.seen(f"{ARTICLE} .card")
    page.find(f"{ARTICLE} summary").click()
    page.until(lambda: page.seen(f"{ARTICLE} .card"))
    assert "langfang/construction-supervision-0" in page.texts(f"{ARTICLE} .card")[0]
    page.find("h1").click()
    page.until(lambda: not page.all(f"{ARTICLE}[open]"))


def test_the_card_of_an_article_opens_by_key(page: Browser) -> None:
    page.run("document.querySelector(arguments[0]).focus()", f"{ARTICLE} summary")
    page.press(Keys.ENTER)
    page.until(lambda: page.all(f"{ARTICLE}[open]") and page.seen(f"{ARTICLE} .card"))
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.all(f"{ARTICLE}[open]"))
    assert page.focused(f"{ARTICLE} summary")
    page.run("document.activeElement.blur()")
    page.until(lambda: not page.seen(f"{ARTICLE} .card"))


def test_the_card_of_an_article_opens_by_hovering(page: Browser) -> None:
    page.hover(page.find(f"{ARTICLE} summary"))
    page.until(lambda: page.seen(f"{ARTICLE} .card"))
    page.hover(page.find("tbody[data-topic='construction.supervision'] th.topic"))
    page.until(lambda: not page.seen(f"{ARTICLE} .card"))


def test_one_card_at_a_time(page: Browser) -> None:
    other = ARTICLE.replace("langfang", "lushan")
    for card in (ARTICLE, other):
        page.find(f"{card} summary").click()
    page.until(lambda: len(page.all("details.article[open]")) == 1)
    assert page.all(f"{other}[open]")


def test_reasons_unfold(page: Browser) -> None:
    row = "tbody[data-topic='change.limit']"
    assert not page.seen(f"{row} .reason")
    page.find(f"{row} .reasons > summary .open").click()
    page.until(lambda: len(page.seen(f"{row} .reason")) == 3)
    page.find(f"{row} .reason summary").click()
    page.until(lambda: page.seen(f"{row} .parts"))
    assert (
        page.texts(f"{row} .parts .respect")[0]
        == "适用条件 调整额不超过概算10%（含） 调整额不超过概算15%（含） 廊坊更严"
    )


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(page: Browser) -> None:
    order = ["[data-speak=zh]", "[data-speak=en]", ".legend > summary", "#text", ".menu > summary"]
    order += [f"#cities [value={city}]" for city in CITIES]
    order += [f"#relations [value={name}]" for name in ("same", "stricter", "different", "only_here", "not_comparable")]
    for selector in [*order, "#reset"]:
        page.press(Keys.TAB)
        assert page.focused(selector), selector
        drawn = "const one = document.activeElement.closest('.toggle') ?? document.activeElement; return getComputedStyle(one).outlineStyle"
        assert page.run(drawn) == "solid", selector
    page.back()
    page.press(Keys.SPACE)
    shows(page, {"plan.off_plan", "acceptance.condition"})


# --- strangers' text --------------------------------------------------------------------------------


def test_text_of_strangers_never_runs(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(tmp_path, hostile()))
    with pytest.raises(NoAlertPresentException):
        _ = browser.driver.switch_to.alert
    shown = browser.find("body").text
    for one in HOSTILE:
        assert one in shown
    for where in ("h1", "thead .city", ".says", "tbody th.topic"):
        assert HOSTILE[0] in browser.texts(where)[0], where
    tick(browser, "[data-speak=en]")
    browser.find("#text").send_keys("{{ 7 * 7 }}")
    browser.until(lambda: rows(browser) == [f"{HOSTILE[0]}.{HOSTILE[2]}"])
    browser.find("#cities input").click()
    browser.until(lambda: len(browser.values("thead .city", "data-city")) == 4)
    tick(browser, "#reset")
    assert browser.run("return [typeof globalThis.broken, document.images.length, document.scripts.length]") == [
        "undefined", 0, 1,
    ]  # fmt: skip


def test_the_policy_stops_what_would_get_in_anyway(browser: Browser, file: Path) -> None:
    browser.open(file)
    browser.run(
        """
        window.stopped = [];
        addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "globalThis.broken = 1";
        const image = document.createElement("img");
        image.src = "elsewhere.png";
        const style = document.createElement("style");
        style.textContent = "body { display: none }";
        document.body.append(script, image, style);
        """
    )
    browser.until(lambda: len(browser.run("return stopped")) == 3)
    assert set(browser.run("return stopped")) == {"script-src-elem", "img-src", "style-src-elem"}
    assert browser.run("return typeof globalThis.broken") == "undefined"
    browser.open(file)  # the console was told of the three


# --- screens and paper ------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [comparison, hostile])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_scrolls_down_only(browser: Browser, tmp_path: Path, made: object, lang: str) -> None:
    path = written(tmp_path, made(), lang)  # type: ignore[operator]
    browser.width(390)
    browser.open(path)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert browser.run("return document.documentElement.scrollWidth") == 390
    assert browser.run("return innerWidth") == 390
    cells = browser.seen("tbody.row:nth-of-type(4) td.cell")
    assert len({one.rect["x"] for one in cells}) == 1, "one city under the other"
    assert sorted(one.rect["y"] for one in cells) == [one.rect["y"] for one in cells]
    assert browser.seen(".city-name")


def test_head_row_and_topics_stay_in_sight(page: Browser) -> None:
    page.width(900, 700)
    page.run("scrollTo(150, 2500)")
    place = "const {left, top} = document.querySelector(arguments[0]).getBoundingClientRect(); return [left, top]"
    page.until(lambda: page.run("return scrollY") == 2500)
    assert page.run(place, "thead .city")[1] == 0
    assert page.run(place, "tbody.row th.topic")[0] == 0


def test_paper_has_no_controls_and_no_cut_rows(page: Browser) -> None:
    page.media("print")
    for gone in (".filters", ".languages", ".card", ".reasons .open"):
        assert not page.seen(gone), gone
    style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    assert page.run(style, "thead .city", "position") == "static"
    assert page.run(style, "th.topic", "position") == "static"
    assert page.run(style, ROWS, "breakInside") == "avoid"
    assert page.run(style, "thead", "display") == "table-header-group"
    made = page.pdf()
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) > 1


CONTRAST = """
const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = (one) => {
  for (; one; one = one.parentElement) {
    const [r, g, b, a = 1] = parts(getComputedStyle(one).backgroundColor);
    if (a === 1) return [r, g, b];
  }
  throw new Error("no ground");
};
return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility()).map((one) => {
  const [a, b] = [light(parts(getComputedStyle(one).color)), light(ground(one))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
});
"""
TEXTS = (
    ".says", ".when", ".about", ".force", ".article > summary", ".state", ".chip b", ".chip .member", ".status", ".mark",
    ".quiet", ".title", "code", ".open", ".toggle", ".why",
)  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "contrast", "least"),
    [("light", "no-preference", 4.5), ("dark", "no-preference", 4.5), ("light", "more", 7), ("dark", "more", 7)],
)
def test_every_text_stands_out(page: Browser, scheme: str, contrast: str, least: float) -> None:
    page.media(prefers_color_scheme=scheme, prefers_contrast=contrast)
    page.run("for (const one of document.querySelectorAll('.reasons, .reason details')) one.open = true")
    grounds = page.run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (sum(grounds) < 200) == (scheme == "dark")
    for selector in TEXTS:
        found = page.run(CONTRAST, selector)
        assert found, selector
        assert min(found) >= least, (selector, min(found))
