"""A ruleset held against the text of its regulation: what changed, and what of the text has no rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from govproj_rules.errors import Problem, quote
from govproj_rules.ir import Article, Label
from govproj_rules.lint.carried import Carried, Figures, said_in, told
from govproj_rules.lint.opened import Opened
from govproj_rules.lint.words import mentioned
from govproj_rules.regulation import ArticleText, figures
from govproj_rules.source import Keys
from govproj_rules.vocabulary import vocabulary

_VALIDITY = re.compile("施行|有效期")


def against(opened: Opened, texts: Iterable[ArticleText]) -> Iterator[Problem]:
    """Everything in which a ruleset and a text differ, in the order of the register."""
    by_number = {text.number: text for text in texts}
    register = opened.ruleset.register
    for number, article in register.items():
        if number not in by_number:
            said = f"article {number} is not in the text"
            yield opened.problem(
                ("register", number), "article-removed", said, "remove it with its rules, or check the text"
            )
            continue
        yield from _changed(opened, article, by_number[number])
        yield from _parts(opened, article, by_number[number])
        yield from _figures(opened, article, by_number[number])
    for number, text in by_number.items():
        if number not in register:
            said = f"the text has an article {number} that the register lacks"
            yield opened.problem(
                ("register",), "article-added", said, f"register it; its fingerprint is {text.fingerprint}"
            )


def _changed(opened: Opened, article: Article, text: ArticleText) -> Iterator[Problem]:
    keys: Keys = ("register", article.number, "fingerprint")
    help = f"read it again, then write `fingerprint: {text.fingerprint}`"
    if article.fingerprint is None:
        said = f"article {article.number} has no fingerprint, so that a change of it stays unseen"
        yield opened.problem(keys, "no-fingerprint", said, help)
    elif article.fingerprint != text.fingerprint:
        said = f"article {article.number} of the text is not the one that was encoded"
        yield opened.problem(keys, "article-changed", said, help)


def _within(place: str, other: str) -> bool:
    return place == other or place.startswith(f"{other}.")


def _covered(place: str, cites: Iterable[str]) -> bool:
    """Whether a part, or something in it, is cited; or what it lies in, unless others of its kind are cited apart."""
    cites = set(cites)
    if any(_within(cite, place) for cite in cites):
        return True
    parent = place.rpartition(".")[0]
    apart = any(cite != parent and _within(cite, parent) for cite in cites)
    return bool(parent) and not apart and _covered(parent, cites)


def _parts(opened: Opened, article: Article, text: ArticleText) -> Iterator[Problem]:
    """Parts of an article without rules or reason, and citations of parts that are not there."""
    number = article.number
    if number.startswith("annex"):
        return  # a form has no paragraphs
    places = [part.place for part in text.parts(opened.ruleset.inferred_paragraphs)]
    known = {f"{number}.1", *places, *(place.rsplit(".", 1)[0] for place in places)}
    cites = [(keys, cite) for keys, several in opened.cited() for cite in several if _within(cite, number)]
    reasons = [(("register", number, "no_rules", place), place) for place in article.no_rules]
    for keys, cite in (*cites, *reasons):
        if cite not in known:
            said = f"the text has no {quote(cite)}"
            yield opened.problem(keys, "no-such-part", said, f"it has {', '.join(places)}")
    covered = {cite for _, cite in (*cites, *reasons)}
    for place in places:
        if not _covered(place, covered):
            said = f"no rule cites {quote(place)}, and no reason says why"
            help = f'write its rules, or `no_rules: {{"{place}": …}}`'
            yield opened.problem(("register", number), "part-without-rule", said, help)


def _figures(opened: Opened, article: Article, text: ArticleText) -> Iterator[Problem]:
    """Figures of an article that none of the rules citing it carries, and explanations of figures that are not there."""
    own = _carried(opened, article, text)
    there: set[Carried] = set()
    explained = {told(figure): said for said in article.figures for figure in figures(said)}
    silent: set[Carried] = set()
    for part in text.parts(opened.ruleset.inferred_paragraphs):
        for figure in figures(part.text):
            key = told(figure)
            there.add(key)
            without_rules = any(_within(part.place, place) for place in article.no_rules)
            if not without_rules and key not in own and key not in explained and key not in silent:
                silent.add(key)
                said = f"article {article.number} says {quote(figure.said)}, and no rule that cites it does"
                help = "write it in a rule, or explain it under `figures` of its register entry"
                yield opened.problem(("register", article.number), "silent-figure", said, help)
    for key, said in explained.items():
        if key not in there:
            told_ = f"article {article.number} does not say {quote(said)}"
            yield opened.problem(
                ("register", article.number, "figures", said), "figure-not-there", told_, "remove its explanation"
            )


def _carried(opened: Opened, article: Article, text: ArticleText) -> set[Carried]:
    """The figures of everything that cites an article."""
    ruleset, has = opened.ruleset, Figures(opened.ruleset, vocabulary())

    def cites(cited: Iterable[str]) -> bool:
        return any(_within(cite, article.number) for cite in cited)

    own = has.of(rule for rule in ruleset.rules if cites(rule.cite))
    for regime in ruleset.regimes:
        if cites(regime.cite):
            own |= has.of_guard(regime.when)
    for name, fact in opened.source.data.get("facts", {}).items():
        if cites(ruleset.facts[f"facts.{name}"].cite):  # whatever rule reads it
            own.update(said_in(*(Label(word, word) for word in mentioned(fact))))
    return own | has.in_force if _VALIDITY.search(text.text) else own
