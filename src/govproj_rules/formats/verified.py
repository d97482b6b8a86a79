"""What ``verify`` says. :data:`VERIFIED` is the only list of its formats; the module stays cheap to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from govproj_rules.formats import Look, draw
from govproj_rules.telling.safe import clean, json_text
from govproj_rules.telling.words import say

if TYPE_CHECKING:
    from govproj_rules.formats.page import Line, Page
    from govproj_rules.recording import Difference, FindingDifference, Verification

Verified = Sequence[tuple[str, "Verification"]]
"""Each record by its place (``file``, or ``file:line``)."""

_SHOWN_DIGITS: Final = 12


def table(verified: Verified, look: Look) -> str:
    """For a person at a terminal."""
    return draw([_page(place, made, look) for place, made in verified], look)


def json(verified: Verified, look: Look) -> str:
    """For other systems: one object a record, on one line."""
    from govproj_rules.records import as_json

    made = (as_json({"record": place} | _fields(one)) for place, one in verified)
    return "".join(json_text(text, look.encoding) + "\n" for text in made)


VERIFIED: Final[Mapping[str, Callable[[Verified, Look], str]]] = {"table": table, "json": json}


def _fields(made: Verification) -> dict[str, Any]:
    from dataclasses import fields

    return {one.name: getattr(made, one.name) for one in fields(made)}


def _page(place: str, made: Verification, look: Look) -> Page:
    from govproj_rules.formats.page import Page, Section

    tell = _Tell(look.lang)
    id = f" ({clean(made.project.id)})" if made.project.id else ""
    title = tell.say(_summed_up(made), project=clean(made.project.name) + id)
    page = Page(title, "met" if made.reproduced else "unmet")
    page.facts = [
        tell.say("verified_place", place=clean(place), ruleset=clean(made.ruleset), day=made.as_of),
        tell.say("verified_sha256", sha256=made.sha256),
    ]
    page.lines = [tell.difference(one) for one in made.differences]
    if made.findings:
        lines = [tell.finding(one) for one in made.findings]
        page.sections = [Section(tell.say("verified_findings", count=len(lines)), lines)]
    elif made.held:
        page.facts.append(tell.say("verified_same"))
    elif made.held is None:
        page.facts.append(tell.say("verified_unmade"))
    return page


def _summed_up(made: Verification) -> str:
    """The gravest that is to be said."""
    parts = {one.part for one in made.differences} - {"engine"}
    if "record" in parts:
        return "verified_record_not"
    if made.held and parts == {"project"}:
        return "verified_project_not"
    return "verified" if made.reproduced else "verified_held" if made.held else "verified_not"


class _Tell:
    """Says what differs, in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, key: str, **values: object) -> str:
        return say(key, self.lang, **values)

    def difference(self, one: Difference) -> Line:
        from govproj_rules.formats.page import Line

        lead = self.say(f"verified_{one.part}")
        status = "info" if one.part == "engine" else "unmet"
        text = self.say(f"verified_{one.part}_{one.how}", **self.sides(one))
        return Line(text, status, lead, details=[clean(str(problem)) for problem in one.problems])

    def sides(self, one: Difference) -> dict[str, str]:
        if one.part == "answer" and one.how == "counts":
            both = [(key, one.recorded.get(key), one.found.get(key)) for key in (one.recorded | one.found)]
            told = (self.count(key, self.say("step_move", old=old, new=new)) for key, old, new in both if old != new)
            return {"counts": self.say("list").join(told)}
        if one.part == "ruleset" and one.how == "edition":
            return {"old": self.edition(one.recorded), "new": self.edition(one.found)}
        words = one.how if one.part == "answer" and one.how in ("verdict", "scope") else None
        old, new = (self.word(words, side) if words and side else _shown(side) for side in (one.recorded, one.found))
        return {"old": old, "new": new, "path": clean(one.path or "")}

    def edition(self, edition: Any) -> str:
        days = edition["in_force"]
        span = (self.say(key, day=clean(str(days[key]))) for key in ("from", "until") if days[key])
        return self.say("comma").join([self.word("ruleset_status", edition["status"]), *span])

    def finding(self, one: FindingDifference) -> Line:
        from govproj_rules.formats.page import Line

        old, new = (self.word("status", side) if side else self.say("verified_none") for side in (one.old, one.new))
        title = clean(one.title.in_(self.lang)) if one.title else ""
        name = clean(one.rule) + (f" ({clean(one.for_)})" if one.for_ else "")
        status = one.new if one.new in ("met", "unmet", "upcoming", "unknown", "info") else "not_applicable"
        moved = old if old == new else self.say("step_move", old=old, new=new)
        keys = self.say("list").join(self.say(f"verified_key_{key}") for key in one.differs)
        return Line(title, status, moved, aside=name, details=[self.say("verified_differs", keys=keys)] if keys else [])

    def word(self, group: str, word: str) -> str:
        """A word of a report; one that this edition does not know as it stands."""
        from govproj_rules.vocabulary import vocabulary

        return clean(vocabulary().label(group, word).in_(self.lang))

    def count(self, key: str, count: str) -> str:
        if key in ("warnings", "waived"):
            return self.say(key, count=count)
        return self.say("counted", word=self.word("status", key), count=count)


def _shown(side: Any) -> str:
    """A value as it stands in a file; of a SHA-256 the first digits."""
    from json import dumps

    if isinstance(side, str) and len(side) == 64 and set(side) <= set("0123456789abcdef"):
        return side[:_SHOWN_DIGITS]
    if isinstance(side, str):
        return clean(side)
    return "-" if side is None else clean(dumps(side, ensure_ascii=False))
