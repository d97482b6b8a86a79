"""Lines of JSON as the world writes them: most of them right, and each kind of slip in many of the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from govproj_rules.ir import RuleSet
from govproj_rules.project import fact_fields, words_of
from govproj_rules.vocabulary import vocabulary

_ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, 3, -1, 2.5, 3.0, 1e20, "", " ", "true", "false", "1", "否", "62", "62万元", "0.5亿元", "0.001元",
    " 62万元 ", "６２万元", "1,2元", "99999999999万元", "0.0000001亿元", "15%", "15", "2026", 2026, 1899, "2026-03-02", "2026-3-2",
    "2026-03-2 ", " 026-03-02", "2026/03/02", "2026-02-30", "1800-01-01", "infinity", "2026-03-02 (BC)", "10 working_days", "2年", "12 months", "x", "upgrade", "data",
    [], {}, [None], [1], ["upgrade"], ["upgrade", "upgrade"], ["upgrade", None], ["data"], [["upgrade"]], [{"a": 1}], {"a": 1},
    {"date": "2026-03-02"}, {"date": None}, {"approved": ["2026-03-02", "2026-01-05"], "to": ["data", "data"]}, {"dat": "2026-03-02"},
    ["2026-03-02"], ["2026-03-02", "2025-12-31", "2025-12-31"], ["2026-03-02", "2026-02-30"], ["2026-03-02", True], '"', "\\", "a:b",
    "甲，乙", "a,b", "\u0000", "\n", "…", "5",
)  # fmt: skip
"""Values that belong nowhere, or somewhere else."""


def lines(ruleset: RuleSet, count: int, seed: int) -> Iterator[bytes]:
    """Lines without their ends, the same for the same seed; keys of projects differ, but for a few."""
    random = Random(seed)
    for number in range(count):
        project = _project(ruleset, number, random)
        for _ in range(random.choice((0, 0, 1, 1, 2))):
            random.choice(_SLIPS)(project, random)
        yield _written(project, random)


def _project(ruleset: RuleSet, number: int, random: Random) -> dict[str, Any]:
    def day() -> str:
        return (date(2024, 1, 1) + timedelta(days=random.randrange(900))).isoformat()

    def happened() -> Any:
        return random.choice((True, False, day(), day(), [day()], [day(), day()]))

    def value(type_: str, words: list[str]) -> Any:
        match type_:
            case "yes_no":
                return random.random() < 0.5
            case "money":
                return f"{random.choice(('12', '0.5', '100.25', '0', '007.10'))}{random.choice(('元', '万元', '亿元'))}"
            case "percent":
                return random.choice(("15%", "15.0001%", "0%"))
            case "number":
                return random.choice((3, "3", 2.5, "2.50", 0))
            case "year":
                return random.choice((2026, "2026"))
            case "date":
                return day()
            case "duration":
                return random.choice(("10 working_days", "30天", "2 years", "6 个月", "1 day"))
            case "one_of":
                return random.choice(words)
            case _:
                return random.sample(words, random.randrange(min(3, len(words)) + 1))

    made: dict[str, Any] = {
        "id": f"P-{number}",
        "name": random.choice(("市政务平台", "协同办公（二期）")),
        "city": ruleset.id,
    }
    for path, marker in fact_fields().items():
        if not path.startswith("change.") and random.random() < 0.2:
            *outer, name = path.split(".")
            inside = made
            for key in outer:
                inside = inside.setdefault(key, {})
            said = value(marker.type, list(words_of(marker.options)) if marker.options else [])
            inside[name] = random.randrange(1, 6) if path == "security.level" else said
    if random.random() < 0.5:
        made["documents"] = random.sample(list(vocabulary().documents), random.randrange(5))
    elif random.random() < 0.7:
        made["documents"] = {
            name: _state(happened, day, random) for name in random.sample(list(vocabulary().documents), 3)
        }
    if random.random() < 0.7:
        made["events"] = {name: happened() for name in random.sample(list(vocabulary().events), random.randrange(6))}
    infos = {**vocabulary().facts, **ruleset.facts}
    facts = [one for path, one in infos.items() if path.startswith("facts.") and not one.computed]
    plain = random.sample(facts, min(len(facts), random.randrange(6)))
    rare = [one for one in facts if one.type != "yes_no" and random.random() < 0.3]
    if plain or rare:
        made["facts"] = {one.path.removeprefix("facts."): value(one.type, list(one.options)) for one in (*plain, *rare)}
    if random.random() < 0.5:
        days = sorted(day() for _ in range(random.randrange(3)))
        made["changes"] = [_change(one, happened, random) for one in days]
    if random.random() < 0.3:
        made["applicant"] = {**made.get("applicant", {}), "name": "市教育局"}
    return made


def _state(happened: Callable[[], Any], day: Callable[[], str], random: Random) -> Any:
    if random.random() < 0.5:
        return random.choice((True, False, day()))
    whole = {"date": day(), "approved": happened(), "sections": ["necessity"], "to": ["data", "finance"]}
    return {key: whole[key] for key in random.sample(list(whole), random.randrange(1, 5))}


def _change(day: str, happened: Callable[[], Any], random: Random) -> dict[str, Any]:
    whole = {
        "amount": "180万元", "total_after": "1200.5万元", "goals_unchanged": True, "main_content": False, "necessary": True,
        "grounds": ["superior_decision", "business_development"], "filed": happened(), "reapproved": happened(),
    }  # fmt: skip
    return {"date": day, **{key: whole[key] for key in random.sample(list(whole), random.randrange(5))}}


def tricks(city: str) -> list[bytes]:
    """Lines that hold as many marks as something right would, or nearly."""
    head = f'"city":"{city}"'
    return [
        text.replace("$", head).encode()
        for text in (
            '{$,"name":5,"id":6,"x":7}', '{$,"name":"甲","id":5,"x":1}', '{$,"name":"乙","applicant":5}', '{$,"name":"丙","applicant":[1]}',
            '{$,"name":"丁","documents":{"budget":{"date":"2026-01-01"},"budget":{"date":"2026-01-02"}}}',
            '{$,"name":"戊","documents":{"budget":true,"budget":"2026-01-01"}}', '{$,"name":"己","documents":["budget","budget"]}',
            '{$,"name":"庚","events":{"accepted":true,"accepted":"2026-01-01"}}', '{$,"name":"辛","events":{"accepted":"true"}}',
            '{$,"name":"壬","events":"{\\"accepted\\":true}"}', '{$,"name":"癸","kind":"[\\"upgrade\\"]"}', '{$,"name":"子","changes":[1,2]}',
            '{$,"name":"丑","changes":[{}]}', '{$,"name":"寅","changes":[{"date":"2026-02-01"},{"date":"2026-01-01"}]}',
            '{$,"name":"卯\\u003a\\u002c","x":1}', '{$,"name":"辰","security":{"level":"3"}}', '{$,"name":"巳","planning":{"plan_year":2026.0}}',
            '{$,"name":"午","classified":1}', '{$,"name":"未","facts":{}}', '{$,"name":"申",}', '{$,"name":"酉","kind":["upgrade",]}',
            '{$,"name":"戌","investment":{"fees":{}}}', '{$,"name":"亥","investment":{"fees":{"testing":"1元"}},"waivers":[]}',
        )
    ]  # fmt: skip


# --- slips ------------------------------------------------------------------------------------------


def _objects(made: Any) -> list[dict[str, Any]]:
    found = [made] if isinstance(made, dict) else []
    for inner in made.values() if isinstance(made, dict) else made if isinstance(made, list) else ():
        found += _objects(inner)
    return found


def _another_value(project: dict[str, Any], random: Random) -> None:
    inside = random.choice(_objects(project))
    if inside:
        inside[random.choice(list(inside))] = random.choice(_ODD)


def _another_key(project: dict[str, Any], random: Random) -> None:
    key = random.choice(("x", "nmae", "total", "date", "waivers", "city", "contract_signed", "有", "a b"))
    random.choice(_objects(project))[key] = random.choice(_ODD)


def _no_key(project: dict[str, Any], random: Random) -> None:
    inside = random.choice(_objects(project))
    if inside:
        del inside[random.choice(list(inside))]


def _of_another_city(project: dict[str, Any], random: Random) -> None:
    project["city"] = random.choice(("langfang", "yunan", "nowhere", "rules/yunan.yaml"))


def _one_key_twice(project: dict[str, Any], random: Random) -> None:
    project["id"] = f"twin-{random.randrange(3)}"


def _marked_key(project: dict[str, Any], random: Random) -> None:
    """The text is made wrong once it is written: see :func:`_written`."""
    random.choice(_objects(project))["\u2020"] = random.choice(("again", "comma", "nan", "space", "array"))


def _same_key(project: dict[str, Any], random: Random) -> None:
    """A key that stands twice, with another value or the same; the mark goes once it is written."""
    inside = random.choice(_objects(project))
    if inside:
        key = random.choice(list(inside))
        inside[f"{key}\u2021"] = random.choice((inside[key], inside[key], *_ODD))


_SLIPS: Final[tuple[Callable[[dict[str, Any], Random], None], ...]] = (
    _another_value, _another_value, _another_value, _another_key, _no_key, _of_another_city, _one_key_twice, _marked_key, _same_key,
)  # fmt: skip


def _written(project: dict[str, Any], random: Random) -> bytes:
    separators = random.choice(((", ", ": "), (",", ":"), (" , ", " : ")))
    text = json.dumps(project, ensure_ascii=random.random() < 0.3, separators=separators)
    comma, colon = separators
    for dagger in ('"\u2020"', '"\\u2020"'):
        text = text.replace(f'{dagger}{colon}"again"', f'"name"{colon}"x"')
        text = text.replace(f'{comma}{dagger}{colon}"comma"', ",").replace(f'{dagger}{colon}"nan"', f'"id"{colon}NaN')
        text = text.replace(f'{dagger}{colon}"space"', f'"stage"  {colon}\t"review"').replace(
            f'{dagger}{colon}"array"', f'"kind"{colon}[1]'
        )
    text = text.replace("\u2021", "").replace("\\u2021", "")
    kind = random.randrange(60)
    if kind == 0:
        return text[: random.randrange(len(text))].encode()
    if kind == 1:
        return random.choice(
            (b"", b"  ", b"[]", b"5", b"null", b'"x"', b"[1]", b"{}", b'{"name": "\xff"}', b'{"name": "\\ud800"}')
        )
    return text.encode()
