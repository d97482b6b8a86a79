"""Citations as each language writes them: ``28.1.2`` is 第二十八条第一款第（二）项, art. 28(1)(2)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from govproj_rules.telling.words import say

_DIGITS = "零一二三四五六七八九"
Place = tuple[str, ...]


def chinese(number: int) -> str:
    """A number from 1 to 9999 as Chinese writes it."""
    said, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += (
                ("零" if zero and said else "")
                + ("" if digit == 1 and unit == 10 and not said else _DIGITS[digit])
                + name
            )
        zero = digit == 0 if said else False
    return said


def tell_cites(cites: Iterable[str], lang: str, inferred: bool = False) -> str:
    """Several places of one regulation as one citation: items of one paragraph together, an article named once."""
    places = list(dict.fromkeys(tuple(cite.split(".")) for cite in cites))
    kept = [one for one in places if not any(other != one and other[: len(one)] == one for other in places)]
    parts: list[str] = []
    article = ""
    for (_, parent), group in groupby(kept, key=lambda place: (len(place), place[:-1])):
        for leaves in _together(parent, [place[-1] for place in group], lang):
            head = (parent or leaves)[0]
            told = _tail(parent, leaves, lang, inferred)
            named = lang == "zh" and head == article and told
            parts.append(told if named else _article(head, lang, article.isdigit()) + told)
            article = head
    return say("list", lang).join(parts)


def _together(parent: Place, leaves: list[str], lang: str) -> list[list[str]]:
    """Which last parts are told as one: Chinese joins those of one parent, English only an unbroken run."""
    return [leaves] if parent and (lang == "zh" or _is_run(leaves)) else [[leaf] for leaf in leaves]


def _is_run(leaves: list[str]) -> bool:
    numbers = [int(leaf) for leaf in leaves]
    return len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))


def _tail(parent: Place, leaves: list[str], lang: str, inferred: bool) -> str:
    """What follows the article."""
    if not parent:
        return ""
    head = _tail(parent[:-1], [parent[-1]], lang, inferred)
    numbers = [int(leaf) for leaf in leaves]
    run = _is_run(leaves)
    level = min(len(parent), 3)
    if lang == "en":
        told = [f" s.{n}" if inferred and level == 1 else f"({n})" for n in numbers]
        return head + (f"{told[0]}–{told[-1]}" if run else told[0])
    unit = ("句" if inferred else "款", "项", "目")[level - 1]
    told = [f"（{chinese(n)}）" if unit == "项" else str(n) if unit == "目" else chinese(n) for n in numbers]
    return f"{head}第{told[0]}至{told[-1]}{unit}" if run else f"{head}第{'、'.join(told)}{unit}"


def _article(number: str, lang: str, further: bool = False) -> str:
    if number.startswith("annex"):
        return say("annex", lang, number=number.removeprefix("annex"))
    if lang == "zh":
        return say("article", lang, number=chinese(int(number)))
    return number if further else say("article", lang, number=number)
