"""What regulations mean side by side: every table of two or more tiny rulesets under ``comparing/``.

A table has rows; a row gives one ruleset under each of ``a``, ``b`` (and ``c`` … ``e``): a rule, a list of rules, or a
table with ``rules``. ``both`` holds keys that every rule of the table shares, ``facts`` and ``regimes`` those of every
ruleset; a rule's id is ``r`` and its topic ``T`` where none is written. ``editions`` gives all of them one id.

Expected of the topic: ``relation`` of ``a`` to ``b``; ``pairs`` (``r ~ r same``, ``r ~ . stricter``); ``on``, every
respect in which a pair differs with its effect (none is meant where it is not written; ``pairs: any`` asks for
neither); ``states`` of the cells and the ``words`` of those without norms; ``silent``, who is told to be silent. What
holds for ``b`` and ``a`` must be the inverse, whichever is named first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from strategies import text, written

from govproj_rules import Comparison, InvalidInput, RuleSet, compare
from govproj_rules.library import read_ruleset
from govproj_rules.source import parse_yaml

TABLES = Path(__file__).parent / "comparing"
T = "construction.management"
NAMES = ("a", "b", "c", "d", "e")
INVERSE = {"stricter": "looser", "looser": "stricter", "only_here": "silent", "silent": "only_here"}
ROW = {"name", *NAMES, "topic", "relation", "pairs", "on", "states", "silent", "words", "why", "cells"}
TABLE = {"about", "both", "facts", "regimes", "roles", "editions", "rows"}
FILLER = {"id": "filler", "topic": "competence.audit", "competence": {"authority": "audit", "matter": "audit"}}


@cache
def tables(file: Path) -> dict[str, Any]:
    read = parse_yaml(file.read_text("utf-8"), file.name).data
    assert isinstance(read, dict)
    return read


def all_rows() -> list[Any]:
    found: list[Any] = []
    for file in sorted(TABLES.glob("*.yaml")):
        for name, table in tables(file).items():
            assert not table.keys() - TABLE, f"{file.name} {name}: {table.keys() - TABLE}"
            for place, row in enumerate(table["rows"]):
                assert not row.keys() - ROW, f"{file.name} {name} {place}: {row.keys() - ROW}"
                found.append(pytest.param(table, row, id=f"{file.stem}/{name}/{row.get('name', place)}"))
    return found


def ruleset(table: Mapping[str, Any], row: Mapping[str, Any], name: str) -> RuleSet:
    """One ruleset of a row, filled in."""
    given = row[name]
    whole = dict(given) if isinstance(given, dict) and "rules" in given else {"rules": given}
    rules = whole["rules"] if isinstance(whole["rules"], list) else [whole["rules"]]
    whole["rules"] = [*(_rule(rule, table.get("both", {})) for rule in rules), FILLER]
    whole["facts"] = {**table.get("facts", {}), **whole.get("facts", {})}
    for key in ("regimes", "roles"):
        if key in table:
            whole.setdefault(key, table[key])
    head = {"ruleset": "tiny" if table.get("editions") else name, "title": text(name), "city": text(name)}
    whole["ruleset"] = {**head, **whole.get("ruleset", {})}
    return read_ruleset(written(whole), f"{name}.yaml")


def _rule(rule: Mapping[str, Any], both: Mapping[str, Any]) -> dict[str, Any]:
    if "flow" in rule:
        return {"flow": {"topic": T, **rule["flow"]}}
    return {"id": "r", "topic": T, **both, **rule}


def labels(table: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    named = [name for name in NAMES if name in row]
    return [f"{name}.yaml" for name in named] if table.get("editions") else named


@pytest.mark.parametrize(("table", "row"), all_rows())
def test_comparing(table: dict[str, Any], row: dict[str, Any]) -> None:
    given = [ruleset(table, row, name) for name in NAMES if name in row]
    named = labels(table, row)
    first, second = named[:2]
    topic = row.get("topic", T)
    found = compare(given)
    cells = {cell["ruleset"]: cell for cell in row_of(found, topic)["cells"]}
    if row.get("pairs") == "any":
        assert related(found, topic, first, second)[0] == row["relation"], told(found, topic, first, second)
    elif "relation" in row:
        assert related(found, topic, first, second) == expected(row), told(found, topic, first, second)
    if "why" in row:
        assert relation(found, topic, first, second)["why"]["zh"] == row["why"]
    if "states" in row:
        assert {name: cells[label]["state"] for name, label in zip(NAMES, named, strict=False)} == row["states"]
    if "words" in row:  # why a cell has no norms, and from which article
        assert {cell["why"]["zh"]: cell["cite"] for cell in cells.values() if cell["why"]} == row["words"]
    if "cells" in row:
        said = {
            name: [norm["says"]["zh"] for norm in cells[label]["norms"]]
            for name, label in zip(NAMES, named, strict=False)
        }
        assert said == row["cells"]
    if "silent" in row:
        told_silent = {one["ruleset"]: one["kind"] for one in found.to_dict()["silences"] if one["topic"] == topic}
        assert told_silent == row["silent"]


@pytest.mark.parametrize(("table", "row"), all_rows())
def test_the_other_way_round(table: dict[str, Any], row: dict[str, Any]) -> None:
    """How the second relates to the first is the inverse, in one comparison and in the one named backwards."""
    given = [ruleset(table, row, name) for name in NAMES if name in row]
    found, backwards = compare(given), compare(given[::-1])
    for one, other in permutations(labels(table, row), 2):
        for topic in {line["topic"] for line in found.to_dict()["rows"]}:
            there, back = related(found, topic, one, other), related(found, topic, other, one)
            assert there == (inverse(back) if regulated(found, topic) & {one, other} else ("silent", [], [])), topic
            assert related(backwards, topic, one, other) == there, topic
            assert counts(found, topic, one, other) == counts(backwards, topic, one, other), topic


@pytest.mark.parametrize(("table", "row"), all_rows())
def test_every_text_is_there(table: dict[str, Any], row: dict[str, Any]) -> None:
    given = [ruleset(table, row, name) for name in NAMES if name in row]
    found = compare(given)
    made = found.to_json()
    assert compare(given).to_json() == made
    assert json.loads(made) == found.to_dict()
    sound(found)


# --- reading a comparison ---------------------------------------------------------------------------


def row_of(found: Comparison, topic: str) -> dict[str, Any]:
    rows = [one for one in found.to_dict()["rows"] if one["topic"] == topic]
    assert len(rows) == 1, f"{topic} is not a row"
    return rows[0]  # type: ignore[no-any-return]


def regulated(found: Comparison, topic: str) -> set[str]:
    """Who has norms on a topic."""
    return {cell["ruleset"] for cell in row_of(found, topic)["cells"] if cell["state"] == "regulated"}


def relation(found: Comparison, topic: str, a: str, b: str) -> dict[str, Any]:
    (one,) = (one for one in row_of(found, topic)["relations"] if (one["a"], one["b"]) == (a, b))
    return one  # type: ignore[no-any-return]


def related(found: Comparison, topic: str, a: str, b: str) -> tuple[str, list[str], list[str]]:
    """A relation, its pairs, and in which respects they differ, as a table writes them."""
    one = relation(found, topic, a, b)
    pairs = sorted(f"{_name(pair['a'])} ~ {_name(pair['b'])} {pair['relation']}" for pair in one["pairs"])
    on = sorted(f"{each['on']} {each['effect']}" for pair in one["pairs"] for each in pair["differences"])
    return one["relation"], pairs, on


def counts(found: Comparison, topic: str, a: str, b: str) -> list[str]:
    """How many norms are said to be alike, to differ, to be in one text only."""
    why = relation(found, topic, a, b)["why"]
    return re.findall("(?:相同|有别|前者独有|后者独有)[0-9]+项", why["zh"]) if why else []


def _name(rule: str | None) -> str:
    return rule.partition("/")[2] if rule else "."


def expected(row: Mapping[str, Any]) -> tuple[str, list[str], list[str]]:
    known = row["relation"]
    pairs = row.get("pairs", [f"r ~ r {known}"] if known not in ("silent", "only_here") else [])
    on = row.get("on", {})
    listed = [f"{key} {effect}" for key, effect in on.items()] if isinstance(on, dict) else on
    return known, sorted(pairs), sorted(listed)


def inverse(one: tuple[str, list[str], list[str]]) -> tuple[str, list[str], list[str]]:
    known, pairs, on = one
    turned = []
    for pair in pairs:
        a, _, b, effect = pair.split()
        turned.append(f"{b} ~ {a} {INVERSE.get(effect, effect)}")
    return _inverse(known), sorted(turned), sorted(f"{key} {_inverse(effect)}" for key, effect in map(str.split, on))


def _inverse(known: str) -> str:
    return INVERSE.get(known, known)


def told(found: Comparison, topic: str, a: str, b: str) -> str:
    return json.dumps(relation(found, topic, a, b), ensure_ascii=False, indent=1)


def sound(found: Comparison) -> None:
    """Every text says something in both languages, and nothing of how it is made."""
    for label in _labels(found.to_dict()):
        for said in label.values():
            assert said.strip() == said, label
            assert said, label
            assert not any(bad in said for bad in ("None", "{", "}", "Label(", "  ", "（）", "()", "“”", "《》")), label


def _labels(part: Any) -> Iterator[dict[str, str]]:
    if isinstance(part, dict):
        if part.keys() == {"zh", "en"}:
            yield part
        else:
            for one in part.values():
                yield from _labels(one)
    elif isinstance(part, list):
        for one in part:
            yield from _labels(one)


# --- wrong calls ------------------------------------------------------------------------------------

ONE = {"id": "r", "topic": T, "duty": {"met_when": {"classified": True}}}


def small(name: str, **keys: Any) -> RuleSet:
    table = {"ruleset": {"ruleset": name, "title": text(name)}, "rules": [{**ONE, **keys}]}
    return read_ruleset(written(table), f"{name}.yaml")


@pytest.mark.parametrize(
    ("given", "topic", "code"),
    [
        ([], None, "compare"),
        ([small("a")], None, "compare"),
        ([small("a"), small("a")], None, "compare"),
        ([small("a"), small("b"), small("a")], None, "compare"),
        ([small("a"), small("b")], "construction.manager", "unknown-topic"),
        ([small("a"), small("b")], "construct", "unknown-topic"),
    ],
)
def test_wrong_calls(given: list[RuleSet], topic: str | None, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compare(given, topic=topic)
    assert {problem.code for problem in refused.value.problems} == {code}


def test_what_was_not_compared() -> None:
    found = compare([small("a"), small("b")], topic=T)
    with pytest.raises(KeyError, match=r"no relation of 'a' to 'c' on .*: compared were a, b, on their common topics"):
        found.relation(T, "a", "c")


def test_topics() -> None:
    two = [small("a"), small("b")]
    assert [row.topic for row in compare(two, topic=T).rows] == [T]
    assert [row.topic for row in compare(two, topic="construction").rows] == [T]
    assert [row.topic for row in compare(two, topic="项目管理").rows] == [T]
    assert [row.topic for row in compare(two).rows] == ["scope", T]
    assert compare(two, topic="termination").rows == []


def test_two_readings_of_one_file_are_told_apart() -> None:
    """The same path read twice, edited in between: the second must not stand for the first."""
    old, new = (
        read_ruleset(
            written({"rules": [{**ONE, "duty": {"met_when": {"facts.supervision_engaged": value}}}]}), "x.yaml"
        )
        for value in (True, False)
    )
    made = compare([old, new])
    assert len({column.label for column in made.rulesets}) == 2
    said = [cell["norms"][0]["says"]["zh"] for cell in row_of(made, T)["cells"]]
    assert len(set(said)) == 2
