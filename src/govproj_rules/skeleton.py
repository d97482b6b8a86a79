"""A ruleset to start from: everything the plain text of a regulation gives, and a place for everything it does not.

The register is complete, with fingerprints; every amount, share, period and day stands there as a comment, beside the
way a rule would write it; names that look like authorities too. No sentence of the text is copied. Loading says only
that there are no rules yet, and which articles are still to do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from govproj_rules.errors import quote, visible, wrong
from govproj_rules.ir import Label
from govproj_rules.library import is_id
from govproj_rules.regulation import ArticleText, Figure, figures, read_regulation
from govproj_rules.source import decode, read_bytes
from govproj_rules.values import format_value
from govproj_rules.vocabulary import vocabulary
from govproj_rules.whole import write_whole

TO_WRITE: Final = "{zh: 待写, en: to write}"
SHOWN_PLACES: Final = 12

_NOTES: Final[Mapping[str, Label]] = {
    "head": Label("由 `govproj new` 按原文生成。凡写“待写 / to write”处都要填；填完一处，用 `govproj lint` 看还差什么。",
                  "Made by `govproj new`. Fill in whatever says `to write`; `govproj lint` tells what is still to do."),
    "status": Label("生效后改为 in_force", "once it is in force: in_force"),
    "in_force": Label("施行日，有失效日的加 until", "the first day; with `until`, the last"),
    "stages": Label("按本办法的先后排列", "in the order of this text"),
    "authorities": Label("原文中像部门的名称，右边是所在条款；核对后去掉 #", "names that look like authorities, and where they stand; check them and remove the #"),
    "authority": Label("角色名见词汇表 roles", "for the role see `roles` in the vocabulary"),
    "register": Label("每条一行；右边是可引用的款、项。没有规则的条文写 no_rules 和理由", "one line an article, with the parts one may cite; an article without rules says `no_rules` and why"),
    "regimes": Label("谁适用：从上往下，先成立的算数", "who is in: the first that holds"),
    "facts": Label("把 in_scope 换成适用范围的真实条件，写在上面的 when 里，然后删去本节", "replace in_scope by the real conditions of the scope, in `when` above; then remove this"),
    "figures": Label("原文中的数：条款「数」界限词（是否含本数）→ 规则中的写法。写进规则的删去", "figures of the text: place 「figure」 word of bound (is the number in?) → as a rule writes it; remove what is in a rule"),
    "in": Label("含", "included"),
    "out": Label("不含", "excluded"),
    "month_end": Label("月底", "end of the month"),
    "none": Label("没有", "none"),
}  # fmt: skip


def write_skeleton(city: str, text: str | Path, out: str | Path | None = None, lang: str = "zh") -> tuple[Path, int]:
    """Write the skeleton of ``city`` from the plain text in a file; gives the new file and the number of articles.

    Without ``out`` it goes to ``rules/CITY.yaml`` where there is a folder ``rules``, else to ``CITY.yaml``. Raises
    :class:`InvalidInput` where the text cannot be read, and where the new file is there already: nothing is overwritten.
    """
    if not is_id(city) or city == "vocabulary":
        help = "lower-case letters, digits, `-` and `_`, a letter first; such as `langfang`"
        raise wrong("wrong-name", f"{quote(city)} is no id of a ruleset", help)
    source = Path(text)
    articles, title = read_text(source)
    path = Path(out) if out is not None else (Path("rules") if Path("rules").is_dir() else Path()) / f"{city}.yaml"
    made = skeleton(city, title, articles, lang)
    write_whole(path, made.encode(), new=True)
    return path, len(articles)


def read_text(path: Path) -> tuple[list[ArticleText], str | None]:
    """The articles of a plain text, and its title where it can be told."""
    name = visible(str(path))
    text = decode(read_bytes(path), name)
    return read_regulation(text, name), title_of(text)


_TITLE = re.compile(r"\S{2,60}(?:办法|规定|细则|条例)(?:[（(][^（()）]{1,10}[)）])?")
_QUOTED = re.compile(r"《([^《》]{2,60}(?:办法|规定|细则|条例)(?:[（(][^（()）]{1,10}[)）])?)》")
_ISSUED = re.compile(r"关于印发《?([^《》]{2,60}?(?:办法|规定|细则|条例)(?:[（(][^（()）]{1,10}[)）])?)》?的通知")
_FIRST = re.compile(r"^[^\S\n]*第[一1]\s*条", re.MULTILINE)


def title_of(text: str) -> str | None:
    """The last line before article 1 that reads like a title, else what the notice issues, or names in 《》."""
    first = _FIRST.search(text)
    head = text[: first.start()] if first else ""
    lines = [line.strip().strip("《》") for line in head.splitlines()]
    own = [line for line in lines if _TITLE.fullmatch(line) and not set(line) & set("，,。：:")]
    named = _ISSUED.search(head) or _QUOTED.search(head)
    return own[-1] if own else named[1] if named else None


# --- the file ---------------------------------------------------------------------------------------


def skeleton(city: str, title: str | None, articles: list[ArticleText], lang: str = "zh") -> str:
    """The text of the new file; its comments are in ``lang``."""

    def note(key: str) -> str:
        return _NOTES[key].in_(lang)

    stages = ", ".join(stage for stage in vocabulary().stages if stage != "change")
    scope = next((one.number for one in articles if "适用" in one.text), "1")
    found = list(_figures(articles, lang)) or [note("none")]
    names = list(_authorities(articles, lang)) or [note("none")]
    return "\n".join([
        f"# {note('head')}",
        f"ruleset: {city}",
        f"title: {{zh: {_text(title or city)}, en: to write}}",
        f"issuer: {TO_WRITE}",
        f"status: draft  # {note('status')}",
        f"# in_force: {{from: 2026-01-01}}  # {note('in_force')}",
        f"stages: [{stages}]  # {note('stages')}",
        "",
        f"# {note('authorities')}",
        "# authorities:",
        *(f"#   {name}" for name in names),
        "",
        f"register:  # {note('register')}",
        *(_article(one) for one in articles),
        "",
        f"regimes:  # {note('regimes')}",
        f"  - {{id: full, cite: {scope}, presume: true, when: {{facts.in_scope: true}}}}",
        "",
        f"facts:  # {note('facts')}",
        f"  in_scope: {{type: yes_no, zh: 待写, en: to write, ask: {TO_WRITE}}}",
        "",
        f"# {note('figures')}",
        *(f"# {line}" for line in found),
        "",
        "rules: []",
        "",
    ])  # fmt: skip


def _text(raw: str) -> str:
    """A text as a YAML scalar, whatever stands in it."""
    return json.dumps(visible(raw), ensure_ascii=False)


def _article(article: ArticleText) -> str:
    line = f"  {article.number}: {{fingerprint: {article.fingerprint}, gist: {TO_WRITE}}}"
    places = [part.place for part in article.parts()]
    if len(places) == 1:
        return line
    more = f" … {places[-1]}" if len(places) > SHOWN_PLACES else ""
    return f"{line}  # {' '.join(places[:SHOWN_PLACES])}{more}"


# --- authorities ------------------------------------------------------------------------------------

_INSIDE: Final = "[^\\W\\d_由的对向报经及与会在按为]"
_BODY: Final = re.compile(
    rf"[省市县区州旗盟]委?(?:人民政府|政府办公[厅室]|{_INSIDE}{{1,7}}?(?:委员会|发改委|网信办|机要局|(?:[局办厅]|(?<![党管纪])委)(?!公)))"
    r"|审计机关|(?:财政|密码管理|保密|档案|公安|审计|审批|主管|牵头)(?:行政主管)?部门"
)
_ROLES: Final = (
    ("发改", "development_reform"), ("发展和改革", "development_reform"), ("网信", "cyberspace"), ("审批", "approval_service"),
    ("数据", "data"), ("财政", "finance"), ("公安", "public_security"), ("密码", "crypto"), ("机要", "crypto"),
    ("保密", "secrecy"), ("审计", "audit"), ("档案", "archives"), ("工业和信息化", "industry_it"), ("工信", "industry_it"),
    ("国资", "state_assets"), ("国有资产", "state_assets"), ("牵头", "lead_department"), ("主管", "competent_department"),
    ("政府", "government"),
)  # fmt: skip


def _authorities(articles: Iterable[ArticleText], lang: str) -> Iterator[str]:
    """One entry a role, to be uncommented, with the names that may mean it and where each stands."""
    places: dict[str, list[str]] = {}
    for article in articles:
        for name in dict.fromkeys(match[0] for match in _BODY.finditer(article.text)):
            places.setdefault(name, []).append(article.number)
    roles: dict[str, list[str]] = {}
    for name in places:
        role = next((role for word, role in _ROLES if word in name), None)
        roles.setdefault(role or "", []).append(name)
    unsure = roles.pop("", [])
    for role, names in roles.items():
        yield f"{role}: {{zh: {names[0]}, en: to write}}  # {_standing(names, places)}"
    for name in unsure:
        yield f"?: {{zh: {name}, en: to write}}  # {_standing([name], places)}; {_NOTES['authority'].in_(lang)}"


def _standing(names: Iterable[str], places: Mapping[str, list[str]]) -> str:
    return "; ".join(
        f"{name} {' '.join(places[name][:SHOWN_PLACES])}{' …' if len(places[name]) > SHOWN_PLACES else ''}"
        for name in names
    )


# --- figures ----------------------------------------------------------------------------------------

_BEFORE = re.compile("不超过|不得超过|不应超过|未超出|超过|不低于|低于|不足|不满|满|至少|不少于|达到")
_TESTS: Final = (
    (("不超过", "不得超过", "不应超过", "未超出", "以下", "以内"), "at_most"),
    (("不低于", "不少于", "至少", "以上", "达到"), "at_least"),
    (("低于", "不足", "不满"), "less_than"),
    (("超过", "以外"), "more_than"),
    (("满", "至"), "at_least"),
)
_WITH_NUMBER: Final = {"more_than": "at_least", "less_than": "at_most"}
"""What an explicit （含） makes of a word that leaves the number out."""


def _figures(articles: Iterable[ArticleText], lang: str) -> Iterator[str]:
    for article in articles:
        for part in article.parts():
            yield from dict.fromkeys(f"{part.place} {told(figure, lang)}" for figure in figures(part.text))


def told(figure: Figure, lang: str = "zh") -> str:
    """A figure as it stands in the text, whether the number is in, and how a rule writes it."""
    bound = figure.bound.replace("(", "（").replace(")", "）")
    before = _BEFORE.match(bound)
    head, tail = (before[0], bound[before.end() :]) if before else ("", bound)
    edge = {True: "in", False: "out", None: ""}[figure.inclusive]
    sharp = f"（{_NOTES[edge].in_(lang)}）" if edge and "含" not in bound else ""
    return f"{head}「{figure.said}」{tail}{sharp} → {_written(figure, bound, lang)}"


def _written(figure: Figure, bound: str, lang: str) -> str:
    if figure.kind == "month_day":
        return _day(figure, lang)
    value = format_value(figure.kind, figure.value)
    if figure.kind == "duration" and bound.endswith("内"):
        return f"within: {value}"
    test = next((test for words, test in _TESTS if any(word in bound for word in words)), None)
    if test is not None and figure.inclusive:
        test = _WITH_NUMBER.get(test, test)
    return f"{test}: {value}" if test else str(value)


_LAST_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day(figure: Figure, lang: str) -> str:
    assert isinstance(figure.value, tuple)
    month, day = figure.value
    if not 1 <= month <= 12:
        return _NOTES["none"].in_(lang)
    end = "" if day else f"（{_NOTES['month_end'].in_(lang)}）"
    return f"by: {month:02}-{day or _LAST_DAYS[month - 1]:02}{end}"
