"""From the YAML as written to the core: names resolved, types checked, sugar removed.

Either everything is right and a :class:`~govproj_rules.ir.RuleSet` comes out, or every problem does.
"""

from __future__ import annotations

import re
from datetime import date

from govproj_rules.document import ArticleDoc, RulesetDoc, Texts
from govproj_rules.errors import quote
from govproj_rules.ir import Article, Label, RuleSet
from govproj_rules.lower.rules import lower_regimes, lower_rules
from govproj_rules.lower.scope import Here, Scope, label, many, texts
from govproj_rules.lower.tiers import lower_tiers
from govproj_rules.regulation import figures
from govproj_rules.source import Source
from govproj_rules.values import Unreadable, parse_date
from govproj_rules.vocabulary import Vocabulary

_ARTICLE = re.compile(r"[1-9][0-9]{0,3}|annex[1-9][0-9]?")
_CITE = re.compile(r"([1-9][0-9]{0,3}|annex[1-9][0-9]?)(\.[1-9][0-9]{0,3}){0,3}")
_FINGERPRINT = re.compile(r"[0-9a-f]{12}")


def is_cite(text: str) -> bool:
    """Whether a text is a citation such as ``28.1.2``."""
    return _CITE.fullmatch(text) is not None


def lower(doc: RulesetDoc, source: Source, vocabulary: Vocabulary, sha256: str) -> RuleSet:
    """Give a ruleset its meaning; raises :class:`InvalidInput` with every problem found."""
    scope = Scope(doc, source, vocabulary)
    _check_words(scope)
    rules = tuple(lower_rules(scope))
    regimes = lower_regimes(scope)
    tiers = lower_tiers(scope)
    for name in doc.facts:  # also those no rule reads yet
        scope.resolve(f"facts.{name}", Here(("facts", name), each=True))
    start, end = _date(scope, doc.in_force.from_, "from"), _date(scope, doc.in_force.until, "until")
    if start and end and end < start:
        scope.refuse(
            Here(("in_force", "until")), "wrong-value", "the last day in force is before the first", "check both"
        )
    made = RuleSet(
        id=doc.ruleset, title=texts(doc.title), issuer=texts(doc.issuer), status=doc.status,
        in_force_from=start, in_force_until=end,
        stages=tuple(doc.stages), authorities={role: texts(name) for role, name in doc.authorities.items()},
        register={n: _article(n, article) for n, article in doc.register_.items()},
        regimes=regimes, facts=scope.infos, rules=rules, sha256=sha256, file=source.file,
        inferred_paragraphs=doc.paragraphs == "inferred", also_known_as=tuple(doc.also_known_as),
        tiers=tiers, city=label(doc.city), named=tuple(scope.named.values()),
    )  # fmt: skip
    _check_register(scope)
    if scope.problems:
        raise scope.refusal()
    return made


def _date(scope: Scope, raw: str | None, key: str) -> date | None:
    if raw is None:
        return None
    try:
        return parse_date(raw)
    except Unreadable as error:
        scope.refuse(Here(("in_force", key)), "wrong-value", str(error), error.help)
        return None


def _article(number: str, doc: ArticleDoc) -> Article:
    match doc.no_rules:
        case None:
            reasons: dict[str, Label | None] = {}
        case True:
            reasons = {number: None}
        case Texts():
            reasons = {number: label(doc.no_rules)}
        case parts:
            reasons = {place: label(texts) for place, texts in parts.items()}
    explained = {figure: texts(why) for figure, why in doc.figures.items()}
    return Article(number, texts(doc.gist), doc.fingerprint, reasons, explained, tuple(doc.topics))


def _check_words(scope: Scope) -> None:
    doc = scope.doc
    if not doc.rules:
        scope.refuse(
            Here(("rules",)), "no-rules", "there are no rules yet", "write the first one after `- ` under `rules`"
        )
    wanted = set(scope.vocabulary.stages) - {"change"}
    if set(doc.stages) != wanted or len(doc.stages) != len(wanted):
        all_of_them = [stage for stage in scope.vocabulary.stages if stage in wanted]
        missing, extra = sorted(wanted - set(doc.stages)), sorted(set(doc.stages) - wanted)
        said = f"lacks {quote(missing[0])}" if missing else f"has {quote(extra[0])}" if extra else "names one twice"
        scope.refuse(
            Here(("stages",)),
            "stages",
            f"the list of stages {said}",
            "in the order of this text, all of: " + ", ".join(all_of_them),
        )
    for role in doc.authorities:
        scope.word("roles", role, Here(("authorities", role)))


# --- the register -----------------------------------------------------------------------------------


def _check_register(scope: Scope) -> None:
    register = scope.doc.register_
    here = Here(("register",))
    for number, article in register.items():
        if not _ARTICLE.fullmatch(number):
            scope.refuse(here / number, "register", f"{quote(number)} is not the number of an article or annex")
        if article.fingerprint is not None and not _FINGERPRINT.fullmatch(article.fingerprint):
            scope.refuse(here / number / "fingerprint", "fingerprint", f"{quote(article.fingerprint)} is not a fingerprint",
                         "twelve digits and letters from a to f")  # fmt: skip
        for figure in article.figures:
            if len(figures(figure)) != 1:
                scope.refuse(here / number / "figures" / figure, "register", f"{quote(figure)} is not a figure",
                             "an amount, share, period or day as the text has it, such as 三年")  # fmt: skip
        scope.words("topics", article.topics, here / number / "topics")
        if article.topics and article.no_rules is None:
            said = f"article {quote(number)[1:-1]} has rules, and its rules have topics"
            scope.refuse(here / number / "topics", "register", said, "`topics` are for an article without rules")
    numbers = {int(number) for number in register if _ARTICLE.fullmatch(number) and number.isdigit()}
    gaps = set(range(1, max(numbers, default=0) + 1)) - numbers
    for missing in sorted(gaps):
        scope.refuse(
            here,
            "register-gap",
            f"article {missing} is not in the register",
            "list every article, with rules or a reason",
        )
    cited = _cited(scope)
    for cite, spot in cited:
        if not is_cite(cite):
            scope.refuse(
                spot, "cite", f"{quote(cite)} is not a citation", "write article.paragraph.item, such as 28.1.2"
            )
        elif (number := cite.split(".")[0]) not in register and not (number.isdigit() and int(number) in gaps):
            scope.refuse(spot, "cite", f"article {number} is not in the register", "add it there")
    if all(is_cite(cite) for cite, _ in cited):  # else rules that cite an article cannot be told
        with_rules: dict[str, set[str]] = {}
        for cite, _ in cited:
            with_rules.setdefault(cite.split(".")[0], set()).add(cite)
        for number, article in register.items():
            if _ARTICLE.fullmatch(number):
                _check_article(scope, number, article, with_rules.get(number, set()), here / number)


def _check_article(scope: Scope, number: str, article: ArticleDoc, own: set[str], here: Here) -> None:
    """``own``: what rules cite of the article."""
    match article.no_rules:
        case None:
            if not own:
                scope.refuse(here, "no-rule-no-reason", f"article {number} has neither rules nor a reason for having none",
                             "write its rules, or `no_rules:` with the reason")  # fmt: skip
        case dict() as reasons:
            for place in reasons:
                if place.split(".")[0] != number or not is_cite(place):
                    scope.refuse(
                        here / "no_rules" / place, "register", f"{quote(place)} is not a part of article {number}"
                    )
                elif place in own:
                    scope.refuse(
                        here / "no_rules" / place,
                        "register",
                        f"{quote(place)} is said to have no rules, yet rules cite it",
                    )
            if not own and number not in reasons:
                scope.refuse(
                    here,
                    "no-rule-no-reason",
                    f"article {number} has no rules at all",
                    "give the reason for the whole article",
                )
        case _:
            if own:
                scope.refuse(here / "no_rules", "register", f"article {number} is said to have no rules, yet rules cite it",
                             "remove `no_rules`, or name the paragraphs without rules")  # fmt: skip


def _cited(scope: Scope) -> list[tuple[str, Here]]:
    found: list[tuple[str, Here]] = []

    def note(cite: str | list[str] | None, here: Here) -> None:
        found.extend((one, here / i if isinstance(cite, list) else here) for i, one in enumerate(many(cite)))

    for place, entry in enumerate(scope.doc.rules):
        here = Here(("rules", place))
        if flow := getattr(entry, "flow", None):
            for i, step in enumerate(flow.steps):
                note(step.cite, here / "flow" / "steps" / i / "cite")
        else:
            note(getattr(entry, "cite", None), here / "cite")
    for place, regime in enumerate(scope.doc.regimes):
        note(regime.cite, Here(("regimes", place, "cite")))
    for name, fact in scope.doc.facts.items():
        note(fact.cite, Here(("facts", name, "cite")))
    return found
