"""Changes of the data of an input, so that what comes out is mostly read: values at bounds, parts moved and doubled."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

Place = tuple[Any, int | str]
"""A list or mapping, and where in it."""

WORDS: Final[Sequence[Any]] = (
    "0元", "0.01元", "99999.99元", "100万元", "1000000.01元", "100000000000000000元", "1000000000亿元", "９万元", "1e5元", "-1元",
    "0%", "15%", "15.0001%", "100%", "100.000000000001%", "999999999%",
    "1900-01-01", "2199-12-31", "2024-02-29", "2023-02-29", "2026-06-30", "2027-01-04", "9999-12-31", "0000-01-01",
    "0 days", "1 working_day", "99999 working_days", "99999 days", "99999 months", "99999 years", "10个工作日", "12 months",
    "02-28", "12-31", "02-29", "00-00", "0", "1", "2.5", "999999999999999", "0.000000000001", "1900", "2199", "2200",
    True, False, None, "", " ", "true", "null", "yes", [], {}, 0, 1, 5, 6, -1, 2026, 10**14, 10**15, 1.5, -0.0, 1e308,
    "x" * 81, "甲" * 2001, "\x1b[31m", "\u202e", "\ud800", "[/x]", "<script>", "| a |", "=1+1", "\\", "`", "a\nb", "：", "％",
    "*", "a.b", "../x", "facts.a", "facts.", "change.amount", "change.ratio", "events.accepted.date", "documents.budget.to",
    "events.", "documents.budget.approved", "changes", "accepted", "data", "owner", "any", "construction", "x", "y", "r0",
    {"fact": "facts.sum"}, {"fact": "investment.total"}, {"fact": "change.amount"}, ["x"], [True], [[]], [{}], {"zh": "甲", "en": "a"},
)  # fmt: skip
"""Values that something turns on, or that once were taken for something else."""
_KEYS: Final = (
    "when",
    "unless",
    "any",
    "not",
    "all",
    "is",
    "in",
    "each",
    "at_least",
    "less_than",
    "zh",
    "of",
    "then",
    "date",
)
_DEEPEST: Final = 12
_LARGEST: Final = 4_000
"""Values of a document that still grows."""


def places(data: Any) -> Iterator[Place]:
    """Every place of a document."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(inner):
        yield data, key
        yield from places(value)


class Pool:
    """Parts of good documents by the key they stand at: what may stand there in another."""

    def __init__(self, documents: Sequence[Any]) -> None:
        self.parts: dict[int | str, list[Any]] = {}
        for inside, key in (place for document in documents for place in places(document)):
            self.parts.setdefault(0 if isinstance(key, int) else key, []).append(inside[key])
        self.every = [part for several in self.parts.values() for part in several]

    def like(self, key: int | str, dice: Random) -> Any:
        return copy.deepcopy(dice.choice(self.parts.get(0 if isinstance(key, int) else key) or self.every or [None]))


Edit = Callable[[Any, Any, Pool, Random], None]
"""Changes what stands at a place: container, key."""


def _bound(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    inside[key] = copy.deepcopy(dice.choice(WORDS))


def _like(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    inside[key] = pool.like(key, dice)


def _foreign(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    inside[key] = copy.deepcopy(dice.choice(pool.every or [None]))


def _gone(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    del inside[key]


def _again(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    """What stands here once more, or many times, under other names."""
    for number in range(dice.choice((1, 1, 1, 2, 30))):
        twin = copy.deepcopy(inside[key])
        if isinstance(twin, dict) and isinstance(twin.get("id"), str):
            twin["id"] += f"-{number}"
        if isinstance(inside, list):
            inside.insert(dice.randrange(len(inside) + 1), twin)
        else:
            inside[f"{key}{number}" if dice.random() < 0.5 else dice.choice((*_KEYS, *pool.parts))] = twin


def _near(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    """A number a little larger or smaller; a day beside it."""
    value = inside[key]
    if isinstance(value, bool):
        inside[key] = not value
    elif isinstance(value, int | float):
        inside[key] = value + dice.choice((-1, 1, 0.01, 10))
    elif isinstance(value, str) and (found := list(re.finditer("[0-9]+", value))):
        digits = dice.choice(found)
        number = max(int(digits[0][:30]) + dice.choice((-1, 1, 1, 10)), 0)
        inside[key] = value[: digits.start()] + str(number).zfill(len(digits[0])) + value[digits.end() :]
    else:
        _bound(inside, key, pool, dice)


def _wrapped(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    value = inside[key]
    for _ in range(dice.choice((1, 1, 2, 70))):
        value = dice.choice(([value], {"any": [value]}, {"not": value}, {"all": [value]}, {dice.choice(_KEYS): value}))
    inside[key] = value


def _renamed(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    if isinstance(inside, dict):
        name = dice.choice([str(one) for one in pool.parts] or [""])
        inside[dice.choice((name, f"{key}x", str(key)[:-1], f"{key}.date", "\x07"))] = inside.pop(key)


def _shuffled(inside: Any, key: Any, pool: Pool, dice: Random) -> None:
    if isinstance(inside[key], list):
        dice.shuffle(inside[key])
    elif isinstance(inside[key], dict):
        inside[key] = dict(dice.sample(list(inside[key].items()), len(inside[key])))


EDITS: Final[Mapping[Edit, int]] = {
    _like: 8, _near: 6, _bound: 5, _gone: 3, _again: 3, _foreign: 2, _wrapped: 1, _renamed: 1, _shuffled: 1
}  # fmt: skip
"""Each kind of change, and how often it is drawn."""


def changed(data: Any, pool: Pool, dice: Random) -> Any:
    """A copy of a document with a few changes."""
    made = copy.deepcopy(data)
    for _ in range(dice.choice((1, 1, 2, 3, 5))):
        every = list(places(made))
        if not every or len(every) > _LARGEST:
            break
        (edit,) = dice.choices(list(EDITS), list(EDITS.values()))
        edit(*dice.choice(every), pool, dice)
    return made


def crossed(one: Any, other: Any, dice: Random) -> Any:
    """A document with a part of another, at a like place."""
    made = copy.deepcopy(one)
    theirs: dict[Any, list[Any]] = {}
    for inside, key in places(other):
        theirs.setdefault(key, []).append(inside[key])
    if mine := [place for place in places(made) if place[1] in theirs]:
        inside, key = dice.choice(mine)
        inside[key] = copy.deepcopy(dice.choice(theirs[key]))
    return made


def written(data: Any) -> bytes:
    """A document as JSON, which is YAML too; halves of characters stay escapes."""
    text = json.dumps(data, ensure_ascii=False)
    return text.encode() if text.isprintable() else json.dumps(data).encode()
