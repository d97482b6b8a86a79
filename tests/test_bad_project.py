"""Wrong project files: every table of tests/bad/project, and what no table can hold."""

import pickle
import re
from pathlib import Path

import pytest
from bad.tables import READERS, Block, blocks

from govproj_rules import InvalidInput, load_project, read_project

BLOCKS = blocks("project")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_what_is_said(block: Block) -> None:
    assert block.said() == block.expected


def problems(data: bytes | str) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        read_project(data, "x")
    return [str(problem) for problem in error.value.problems]


BYTES = {
    "GBK": ('{"name": "政务信息化项目"}'.encode("gbk"), "x:1:1: the file looks like GBK, not UTF-8 [not-utf8]"),
    "GBK further down": ('{"id": "x",\n "name": "项目"}'.encode("gbk"), "x:2:1: the file looks like GBK, not UTF-8 [not-utf8]"),
    "neither": (b'{"name": "\xff\xfe"}', "x:1:1: the file is not UTF-8 [not-utf8]"),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), "x: the file is UTF-16 [not-utf8]"),
    "UTF-16 without a mark": ('{"name": "x"}'.encode("utf-16-le"), "x: the file is UTF-16 [not-utf8]"),
    "UTF-16, the other way round": ('{"name": "x"}'.encode("utf-16-be"), "x: the file is UTF-16 [not-utf8]"),
    "half a character": (b'{"name": "\xed\xa0\x80"}', "x:1:1: the file is not UTF-8 [not-utf8]"),
    "nothing": (b"", "x: the file is empty [empty-file]"),
    "a mark and nothing": (b"\xef\xbb\xbf", "x: the file is empty [empty-file]"),
    "blanks": (b" \r\n\t", "x: the file is empty [empty-file]"),
    "over 10 MB": (b" " * 10_000_001, "x: the file is over 10 MB [too-large]"),
    "10,000 deep": (b'{"name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "x:1:69: nested more than 60 deep [too-deep]"),
    "10,000 deep, unclosed": (b'{"a":' * 10_000, "x:1:301: nested more than 60 deep [too-deep]"),
    "a long name": (b'{"name": "' + b"x" * 2_001 + b'"}', "x:1:2: `name` is longer than 2000 characters [too-long]"),
    "many changes": (b'{"name": "x", "changes": [' + b"{}," * 200 + b"{}]}", "x:1:15: `changes` has more than 200 entries [too-long]"),
    "a long word": (b'{"name": "x", "kind": "' + b"y" * 9_000_000 + b'"}', f"x:1:15: kind: `{'y' * 59}…` is not one of the words for this [unknown-word]"),
    "a long number": (b'{"name": "x", "security": {"level": ' + b"9" * 9_000_000 + b"}}", f"x:1:37: the number `{'9' * 59}…` is out of range [json-number]"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), BYTES.values(), ids=BYTES.keys())
def test_what_is_said_of_bytes(data: bytes, expected: str) -> None:
    assert [said.split("\n")[0] for said in problems(data)] == [expected]


@pytest.mark.parametrize("data", [b'\xef\xbb\xbf{"name": "x"}', '\ufeff{"name": "x"}', '{"name": "x"}\r\n'])
def test_a_mark_and_line_ends_are_accepted(data: bytes | str) -> None:
    assert read_project(data).name == "x"


@pytest.mark.parametrize("text", ["\ud800", '{"name": "\ud800"}'])
def test_half_a_character_in_a_text_given_as_such(text: str) -> None:
    assert len(problems(text)) == 1


@pytest.mark.parametrize("place", ['"events"', '"documents"', '"facts"'])
def test_a_mapping_of_a_million_entries_is_refused_whole(place: str) -> None:
    entries = ",".join(f'"e{n}":1' for n in range(6_000))
    assert problems(f'{{"name": "x", {place}: {{{entries}}}}}') == [
        f"x:1:15: {place[1:-1]}: more than 5000 entries [wrong-value]\n  help: keep what is of this project"
    ]


def test_at_most_200_problems_are_listed() -> None:
    found = problems('{"name": "x", ' + ",".join(f'"k{n}": 1' for n in range(3_000)) + "}")
    assert len(found) == 200
    assert found[-1] == "x:1:1895: there is no key `k199` in the project [unknown-key]"


# --- files ------------------------------------------------------------------------------------------


def said_of(path: str | Path) -> list[tuple[str, str, str | None]]:
    with pytest.raises(InvalidInput) as error:
        load_project(path)
    return [(problem.code, problem.message, problem.file) for problem in error.value.problems]


def test_a_folder(tmp_path: Path) -> None:
    assert said_of(tmp_path) == [("is-directory", "this is a folder, not a file", str(tmp_path))]


def test_no_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    assert said_of(path) == [("no-such-file", "there is no such file", str(path))]


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000, "\udcff/x"])
def test_a_path_that_is_none(name: str) -> None:
    (found,) = said_of(name)
    assert found[0] in ("unreadable-file", "no-such-file")
    assert found[2] is not None
    assert found[2].isprintable()


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "x.json"
    path.write_text("{}")
    monkeypatch.setattr(Path, "open", refused)
    assert said_of(path) == [("unreadable-file", "the file may not be read", str(path))]


def test_a_file_over_10_mb(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("wb") as stream:
        stream.truncate(10_000_001)
    assert said_of(path) == [("too-large", "the file is over 10 MB", str(path))]


def test_the_problems_survive_pickling() -> None:
    with pytest.raises(InvalidInput) as error:
        read_project("{}")
    copy = pickle.loads(pickle.dumps(error.value))
    assert copy.problems == error.value.problems
    assert str(copy) == str(error.value)


# --- how it is said, in every table -----------------------------------------------------------------

PYTHON = re.compile(
    r"\b(str|int|float|dict|tuple|frozenset|bool|NoneType|None|True|False|Traceback|pydantic|validation)\b"
)
PROBLEM = re.compile(r"(\d+:\d+: )?(?P<message>.+) \[[a-z0-9-]+\]")


@pytest.mark.parametrize("block", [block for kind in READERS for block in blocks(kind)], ids=lambda block: block.name)
def test_a_message_is_one_plain_sentence(block: Block) -> None:
    for line in block.expected.splitlines():
        if line == "accepted" or line.startswith("  help: "):
            continue
        found = PROBLEM.fullmatch(line)
        assert found, f"no place or no code: {line}"
        own = re.sub(r"`[^`]*`", "`", found["message"])
        own = re.sub(r"^[a-z_]+(\[\d+\])?(\.[a-z_]+(\[\d+\])?)*: ", "", own).removeprefix("not valid JSON: ")
        assert own[0] == "`" or own[0].islower()
        assert not own.endswith(".")
        assert not PYTHON.search(own)
        assert ". " not in own
        assert line.isprintable()
