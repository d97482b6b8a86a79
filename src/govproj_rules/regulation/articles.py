"""The articles of a regulation, their paragraphs, items and sub-items.

Reads 第…章, 第…条, （一）, 1. in full or half width, with articles on one line or many, and lines broken by
hand. A text whose articles do not number on without a gap is refused, as is one in traditional script.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.regulation.numerals import NUMERAL, numeral

_CHAPTER = re.compile(rf"^[^\S\n]*第{NUMERAL}[章节][^。]{{0,30}}$", re.MULTILINE)
_HEAD = re.compile(
    rf"(?:^[^\S\n]*第({NUMERAL})条|(?<=[。；;!！?？])[^\S\n]*第({NUMERAL})条(?![之的第、,，款项规和至]))[^\S\n]*",
    re.MULTILINE,
)
_ANNEX = re.compile(
    r"^[^\S\n]*附[^\S\n]*(?:件|表|图)[^\S\n]*([0-9０-９一二三四五六七八九十]*)[^\S\n]*(?:$|[:：.、．][^\S\n]*([^\n]*)|[^\S\n]([^\n]*))",
    re.MULTILINE,
)
_AFTERWORD = re.compile(r"^[^\S\n]*(?:政策解读|附[:：]|相关链接|扫一扫|关联稿件)", re.MULTILINE)
MAX_TEXT: Final = 200_000
"""Characters of a text: the longest regulation of a city has some twenty thousand."""
_ITEM = re.compile(rf"[（(]({NUMERAL})[）)]")
_SUBITEM = re.compile(r"(?<![0-9.])([1-9][0-9]?)[.．、](?![0-9])|(?:^|(?<=[。；;：:]))([1-9][0-9]?)。")
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_TRADITIONAL: Final = frozenset("條項辦應當設計發圖書門國務資訊網絡實驗審覈處與並為從時會產權總則規劃標準據庫關於監")
"""Characters every regulation has, in the script it should not be in."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, item or sub-item: ``place`` is its citation (``28.1.2``)."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article (or annex) of a text."""

    number: str
    text: str

    @property
    def fingerprint(self) -> str:
        """The first twelve hex digits of the SHA-256 of the text, whatever its punctuation and spacing."""
        return hashlib.sha256(normalised(self.text).encode()).hexdigest()[:12]

    def parts(self, sentences: bool = False) -> Iterator[Part]:
        """The paragraphs, then within them items and sub-items, in order; an article of one paragraph is itself.

        ``sentences``: the copy lost its paragraphs, and sentences count in their place.
        """
        paragraphs = _sentences(self.text) if sentences else _paragraphs(self.text)
        for place, text in enumerate(paragraphs, 1):
            own = self.number if len(paragraphs) == 1 else f"{self.number}.{place}"
            yield from _split(f"{self.number}.{place}", own, text)


def _split(inside: str, own: str, text: str) -> Iterator[Part]:
    first, items = _numbered(text, _ITEM)
    yield Part(own, first)
    for number, item in items:
        lead, subitems = _numbered(item, _SUBITEM)
        yield Part(f"{inside}.{number}", lead)
        for subnumber, subitem in subitems:
            yield Part(f"{inside}.{number}.{subnumber}", subitem)


def _numbered(text: str, mark: re.Pattern[str]) -> tuple[str, list[tuple[int, str]]]:
    """What stands before the first mark, and what follows each; only marks that count 1, 2, 3 … are taken."""
    starts: list[tuple[int, int, int]] = []
    for match in mark.finditer(text):
        if numeral(next(filter(None, match.groups()))) == len(starts) + 1:
            starts.append((len(starts) + 1, match.start(), match.end()))
    if not starts:
        return text, []
    ends = [start for _, start, _ in starts[1:]] + [len(text)]
    found = [(number, text[begin:end].strip()) for (number, _, begin), end in zip(starts, ends, strict=True)]
    return text[: starts[0][1]].strip(), found


def normalised(text: str) -> str:
    """Letters, digits and Chinese characters, ``%``, and a point between digits: what copies of a text share."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        c
        for i, c in enumerate(plain)
        if c.isalnum() or c == "%" or (c == "." and plain[i - 1 : i].isdigit() and plain[i + 1 : i + 2].isdigit())
    )


def read_regulation(text: str, file: str) -> list[ArticleText]:
    """The articles of a text in order, then its annexes. Raises :class:`InvalidInput` for gaps and wrong script."""
    if len(text) > MAX_TEXT:
        said = f"the text has more than {MAX_TEXT} characters"
        raise wrong("too-large", said, "keep the regulation, without what the page has around it", file)
    odd = sorted({c for c in text if c in _TRADITIONAL})
    if len(odd) > 5:
        shown = "".join(odd[:8])
        raise wrong("traditional-script", f"the text is in traditional script ({quote(shown)})",
                                    "convert it to simplified script first", file)  # fmt: skip
    body, annexes = _cut(text)
    heads = [(numeral(match[1] or match[2]), match) for match in _HEAD.finditer(body)]
    first = max((i for i, (number, _) in enumerate(heads) if number == 1), default=None)
    if first is None:
        raise wrong("no-articles", "there is no article 1 in the text", "articles start with 第一条", file)
    articles: list[tuple[int, re.Match[str]]] = []
    problems: list[Problem] = []
    for number, match in heads[first:]:
        wanted = len(articles) + 1
        if number == wanted:
            articles.append((wanted, match))
        elif match.start() == body.rfind("\n", 0, match.start()) + 1:  # a reference stands inside a line
            line = body.count("\n", 0, match.start()) + 1
            shown = quote(match[1] or match[2]) if number is None else str(number)
            said = f"article {shown} stands where article {wanted} should"
            problems.append(Problem("article-gap", said, "the articles must number on without a gap", file, line, 1))
            break
    if problems:
        raise InvalidInput(problems)
    ends = [match.start() for _, match in articles[1:]] + [len(body)]
    found = [
        ArticleText(str(number), _CHAPTER.sub("", body[match.end() : end]).strip())
        for (number, match), end in zip(articles, ends, strict=True)
    ]
    return [*found, *annexes]


def _cut(text: str) -> tuple[str, list[ArticleText]]:
    """The body, and the annexes that follow it; a mere list of annexes at the end of the body is neither."""
    last = 0
    for match in _HEAD.finditer(text):
        last = match.end()
    after = _AFTERWORD.search(text, last)
    whole = text[: after.start()] if after else text
    marks = [match for match in _ANNEX.finditer(whole) if match.start() >= last]
    if not marks:
        return whole, []
    heads: list[re.Match[str]] = []
    for match in marks:
        number = numeral(match[1]) if match[1] else None
        if number == 1:
            heads = [match]  # numbered from one again: what came before was the list
        elif number == len(heads) + 1:
            heads.append(match)
    if not heads:  # the only annex has no number
        heads = [match for match in marks if not match[1] and not (match[2] or match[3])][:1]
    ends = [match.start() for match in heads[1:]] + [len(whole)] * bool(heads)
    annexes = [
        ArticleText(f"annex{place}", f"{match[2] or match[3] or ''}{whole[match.end() : end]}".strip())
        for place, (match, end) in enumerate(zip(heads, ends, strict=True), 1)
    ]
    return whole[: marks[0].start()], [annex for annex in annexes if annex.text]


def _paragraphs(text: str) -> list[str]:
    """Lines joined where one was broken by hand; items belong to the paragraph before them."""
    paragraphs: list[list[str]] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        last = paragraphs[-1][-1][-1] if paragraphs else "。"
        if last not in "。！？!?：:" or (paragraphs and (_ITEM.match(line) or _SUBITEM.match(line))):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return ["".join(lines) for lines in paragraphs] or [""]


def _sentences(text: str) -> list[str]:
    """A text by its sentences; items belong to the sentence that leads to them.

    What follows the last item's first sentence is a sentence of its own, unless the other items have several too.
    """
    text = "".join(text.split())
    lead, items = _numbered(text, _ITEM)
    if not items:
        return _SENTENCE.findall(text) or [""]
    first = _SENTENCE.findall(lead) or [""]
    inner = [_SENTENCE.findall(item) for _, item in items]
    cut = len(text)
    if len(inner[-1]) > 1 and all(len(sentences) <= 1 for sentences in inner[:-1]):
        cut -= sum(map(len, inner[-1][1:]))
    return [*first[:-1], text[sum(map(len, first[:-1])) : cut], *_SENTENCE.findall(text[cut:])]
