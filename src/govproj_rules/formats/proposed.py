"""A proposed map as YAML: a line for each column, with what a person should know of it in a comment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from govproj_rules.formats import Look
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import say

if TYPE_CHECKING:
    from govproj_rules.intake.suggest import Proposal, Proposed


def proposed_map(made: Proposed, look: Look, cities: Sequence[str]) -> str:
    """The map as a file that loads as it is; what was not matched is commented out."""
    lines = [f"# {clean(say(key, look.lang, file=made.file))}" for key in ("map_head", "map_marks")]
    if made.sheet is not None:
        lines.append(f"sheet: {_quoted(made.sheet)}")
    rows = ", ".join(map(str, made.header))
    lines.append(f"header: {rows if len(made.header) == 1 else f'[{rows}]'}")
    lines.append(f"# unreadable: unknown   # {say('map_unreadable', look.lang)}")
    if made.blank:
        lines.append(f"blank: {_list(made.blank)}   # {say('map_blank', look.lang)}")
    if not made.has_city:
        lines += [f"# {say('map_city', look.lang)}", f"# constants: {{city: {cities[0]}}}   # {', '.join(cities)}"]
    if not made.has_name:
        lines.append(f"# {say('map_no_name', look.lang)}")
    lines.append("columns:")
    for one in made.columns:
        lines += _column(one, look)
    if all(one.fact is None and not one.ignored for one in made.columns):  # a mapping without an entry is none
        lines.append(f"  {_quoted(made.columns[0].name)}: ignore")
    return "\n".join(lines) + "\n"


def _column(one: Proposal, look: Look) -> Iterator[str]:
    name = _quoted(one.name)
    if one.ignored:
        yield f"  {name}: ignore   # {say('map_ignored', look.lang)}"
    elif one.fact is None:
        near = "; ".join(f"{path} ({label.in_(look.lang)})" for path, label in one.nearest[:3])
        told = [say("map_none", look.lang), *([say("map_near", look.lang, facts=near)] if near else [])]
        yield f"  # {name}: ignore   # {one.letter}: {clean(_joined((*told, *_about(one, look)), look))}"
    else:
        assert one.label is not None
        told = [say(f"map_{one.trust}", look.lang), one.label.in_(look.lang), *_about(one, look)]
        yield f"  {name}: {_meaning(one)}   # {one.letter}: {clean(_joined(told, look))}"


def _about(one: Proposal, look: Look) -> Iterator[str]:
    for key, text in one.remarks:
        yield say(f"map_remark_{key}", look.lang, text=text)
    if one.trust != "certain" and one.samples:
        yield say("map_samples", look.lang, text=" | ".join(sample[:24] for sample in one.samples[:3]))


def _meaning(one: Proposal) -> str:
    assert one.fact is not None
    parts = [f"fact: {one.fact}"]
    if one.unit:
        parts.append(f"unit: {_quoted(one.unit) if one.unit == '%' else one.unit}")
    parts += [f"{key}: {_list(texts)}" for key in ("yes", "no", "blank", "none") if (texts := getattr(one, key))]
    if one.words:
        parts.append("words: {" + ", ".join(f"{_quoted(cell)}: {word}" for cell, word in one.words.items()) + "}")
    return one.fact if len(parts) == 1 else "{" + ", ".join(parts) + "}"


def _joined(parts: Sequence[str], look: Look) -> str:
    return say("map_between", look.lang).join(parts)


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _quoted(text: str) -> str:
    """A text as YAML reads it, whatever is in it: what JSON escapes, YAML unescapes."""
    return json.dumps("".join(c if c.isprintable() else " " for c in text), ensure_ascii=False)
