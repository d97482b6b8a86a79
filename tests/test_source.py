"""Reading files: nothing changes on the way in, and everything has its place."""

import difflib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.source import Keys, Source, locate_json, parse_json, parse_yaml

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)
indents = st.sampled_from([None, 0, 1, 4])


@given(values, indents, st.booleans())
def test_json_is_read_as_it_is(value: Any, indent: int | None, plain: bool) -> None:
    assert parse_json(json.dumps(value, indent=indent, ensure_ascii=plain), "x") == value


def places(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    yield keys, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*keys, key))


@given(values, indents)
def test_every_place_of_a_json_text_is_found(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    wanted = dict(places(value))
    where = locate_json(text, wanted)
    assert where.keys() == wanted.keys()
    lines = text.split("\n")
    for keys, (line, column) in where.items():
        rest = lines[line - 1][column - 1 :]
        part: Any = wanted[keys]
        if keys and isinstance(keys[-1], str):
            assert rest.startswith(json.dumps(keys[-1]))
        elif isinstance(part, (dict, list)):
            assert rest[0] == ("{" if isinstance(part, dict) else "[")
        else:
            assert rest.startswith(json.dumps(part))


def test_a_text_that_looks_like_structure_is_one_text() -> None:
    text = '{"a": "}{][,:\\"", "b": {}, "c": [{}, [], {"d": "\\\\"}]}'
    data = parse_json(text, "x")
    assert locate_json(text, [("b",), ("c", 2, "d")]) == {("b",): (1, 19), ("c", 2, "d"): (1, 43)}
    assert data["c"][2]["d"] == "\\"


def problems(read: Callable[[str, str], object], text: str) -> tuple[Problem, ...]:
    try:
        read(text, "x")
    except InvalidInput as error:
        return error.problems or (Problem("none", "refused without a reason"),)
    return ()


@given(st.text(max_size=30), st.sampled_from([parse_json, parse_yaml]))
def test_any_text_is_read_or_refused_with_its_problems(text: str, read: Callable[[str, str], object]) -> None:
    for problem in problems(read, text):
        assert problem.file == "x"
        assert problem.message.isprintable()


SCALARS = {
    "12.10": "12.10",
    "no": "no",
    "yes": "yes",
    "on": "on",
    "010": "010",
    "1:30": "1:30",
    "1e3": "1e3",
    "0x10": "0x10",
    "2026-03-16": "2026-03-16",
    "null": "null",
    "~": "~",
    "True": "True",
    "true": True,
    "false": False,
    '"true"': "true",
    "'no'": "no",
    '""': "",
    "": None,
    "=": "=",
    "１": "１",
    "|\n  a\n  b": "a\nb\n",
    ">-\n  a\n  b": "a b",
}


@pytest.mark.parametrize(("written", "read"), SCALARS.items())
def test_yaml_scalars_are_read_as_written(written: str, read: object) -> None:
    assert parse_yaml(f"a: {written}\n", "x").data == {"a": read}


plain = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])) | st.booleans()
short = st.text('ab: #-"\\\x85\ufeff甲', max_size=20)


@given(st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(short, inner), max_leaves=10))
def test_json_is_yaml(value: Any) -> None:
    """Of texts and truths, that is, and in ASCII: YAML does not take every character, nor the escapes of rare ones."""
    assert parse_yaml(json.dumps(value), "x").data == value


def test_places_in_yaml() -> None:
    source = parse_yaml("a:\n  b: [x, {c: y}]\nd: z\n", "x")
    assert source.where == {
        (): (1, 1),
        ("a",): (1, 1),
        ("a", "b"): (2, 3),
        ("a", "b", 0): (2, 7),
        ("a", "b", 1): (2, 10),
        ("a", "b", 1, "c"): (2, 11),
        ("d",): (3, 1),
    }


def test_a_problem_stands_at_the_nearest_place_there_is() -> None:
    source = Source("x", {}, {(): (1, 1), ("a",): (2, 3)})
    assert str(source.problem(("a", "b", 7), "code", "said", "do")) == "x:2:3: said [code]\n  help: do"
    assert str(source.problem(("z",), "code", "said")) == "x:1:1: said [code]"


def test_words_are_quoted_visibly() -> None:
    assert quote("a\x1b[31m\n\u202e\ud800") == "`a\\x1b[31m\\n\\u202e\\ud800`"
    assert quote("x" * 100) == f"`{'x' * 59}…`"
    assert [quote(raw) for raw in (True, None, 1.5, ["甲"], {"a": None})] == [
        "`true`", "`null`", "`1.5`", '`["甲"]`', '`{"a": null}`',
    ]  # fmt: skip


@given(st.text(max_size=20))
def test_nothing_quoted_reaches_a_terminal_raw(word: str) -> None:
    assert quote(word).isprintable()


def test_suggestions() -> None:
    assert did_you_mean("constructon", ["construction", "operation"]) == "did you mean `construction`?"
    assert did_you_mean("zzz", ["b", "a"]) == "one of `a`, `b`"
    assert did_you_mean("zzz", [f"word{n}" for n in range(20)]) is None
    assert did_you_mean("zzz", []) is None
    assert did_you_mean("x" * 10_000_000, ["a", "b"]) == "one of `a`, `b`"


words = st.text("abcd_", min_size=1, max_size=12)


@given(words, st.lists(words, max_size=25))
def test_the_word_suggested_is_the_one_most_like(word: str, known: list[str]) -> None:
    """As difflib finds it, which looks at every word in full."""
    close = difflib.get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    made = did_you_mean(word, known) or ""
    assert made == f"did you mean {quote(close[0])}?" if close else not made.startswith("did you mean")


def test_among_very_many_words_none_is_suggested() -> None:
    assert did_you_mean("word1", [f"word{n}" for n in range(2_001)]) is None


def test_a_problem_without_a_place() -> None:
    assert str(Problem("code", "said")) == "said [code]"
    assert Problem("code", "said").at("x", 1).place == "x:1"
