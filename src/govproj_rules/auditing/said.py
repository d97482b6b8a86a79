"""What rules, regimes and questions say, as tables that queries of an audit join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from govproj_rules.auditing.counting import member_of
from govproj_rules.auditing.deciding import Decided
from govproj_rules.intake.duck import Database, name_of, text_of
from govproj_rules.ir import Label
from govproj_rules.telling.cites import tell_cites
from govproj_rules.vocabulary import vocabulary

if TYPE_CHECKING:
    from govproj_rules.auditing.summary import City


def fill(db: Database, every: Sequence[Decided], cities: Sequence[City]) -> None:
    """Make the tables `told` (what rules say), `regimes`, and `questions`."""
    words = vocabulary()
    rows: list[tuple[object, ...]] = []
    for one in every:
        ruleset = one.ruleset
        for number, rule in enumerate(ruleset.rules, 1):
            who = ruleset.authorities.get(rule.who) or words.roles.get(rule.who) or Label(rule.who, rule.who)
            article = [tell_cites(rule.cite, lang, ruleset.inferred_paragraphs) for lang in ("zh", "en")]
            member = member_of(rule.element, ruleset) or (None, None)
            rows.append((
                ruleset.id, number, f"{ruleset.id}/{rule.id}", rule.element, rule.each is not None, rule.kind, rule.topic,
                rule.force, rule.who, rule.stage, ", ".join(rule.cite), *rule.title, *article, *who, *member,
            ))  # fmt: skip
    _said(db, "told", _RULE, rows)
    regimes = [(one.ruleset.id, regime.id, *regime.title) for one in every for regime in one.ruleset.regimes]
    _said(db, "regimes", {"city": "VARCHAR", "regime": "VARCHAR", "zh": "VARCHAR", "en": "VARCHAR"}, regimes)
    _said(db, "questions", _QUESTION, [
        (city.ruleset, place, one.fact, *one.ask, one.findings, one.alone, one.scopes, one.projects, city.sampled is not None)
        for city in cities for place, one in enumerate(city.missing)
    ])  # fmt: skip


_RULE: Final = {"city": "VARCHAR", "number": "INTEGER", "rule": "VARCHAR", "member": "VARCHAR", "each_change": "BOOLEAN"} | dict.fromkeys((
    "kind", "topic", "force", "who", "stage", "cite", "title_zh", "title_en", "article_zh", "article_en", "who_zh", "who_en",
    "member_zh", "member_en",
), "VARCHAR")  # fmt: skip
_QUESTION: Final = {
    "city": "VARCHAR", "place": "INTEGER", "fact": "VARCHAR", "ask_zh": "VARCHAR", "ask_en": "VARCHAR", "findings": "BIGINT",
    "alone": "BIGINT", "scopes": "BIGINT", "projects": "BIGINT", "estimated": "BOOLEAN",
}  # fmt: skip


def _said(db: Database, view: str, types: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
    """Rows that are known, to be read by queries; there may be none."""
    values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows or [[None] * len(types)])
    cells = ", ".join(f"CAST({name_of(name)} AS {type_}) AS {name_of(name)}" for name, type_ in types.items())
    only = "" if rows else " LIMIT 0"
    db.execute(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {cells} FROM (VALUES {values}) AS v({', '.join(map(name_of, types))}){only}"
    )


def _literal(value: object) -> str:
    if value is None or isinstance(value, (bool, int)):
        return "NULL" if value is None else str(value)
    return text_of(str(value))
