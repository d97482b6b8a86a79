"""Reads the tables of wrong inputs: one fault a block, with what must be said of it.

    === name of the block
    | a line of the input                  or, for a ruleset or a file of cases, an edit of the whole one:
    - the line of it that is taken out     (in a row, several lines)
    + what stands there instead            (with no `-`, it goes to the end)
    line:column: message [code]
      help: what to do

`accepted` in place of problems: this is no fault. To write anew what is said, for the author to judge:
`python -m bad.tables`, in tests/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from govproj_rules import InvalidInput, read_project
from govproj_rules.cases import run_cases
from govproj_rules.library import read_ruleset

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Block:
    kind: str
    name: str
    input: str
    expected: str

    def said(self) -> str:
        """What is said of the input: every problem, without the name of the file."""
        return said(self.kind, self.input)


def blocks(kind: str) -> list[Block]:
    """The blocks of all tables of one kind, each under a name of its own."""
    found = []
    for path in sorted((HERE / kind).glob("*.txt")):
        for name, lines in _split(path)[1]:
            expected = "\n".join(line for line in lines if not _of_input(line)).strip()
            found.append(Block(kind, f"{path.stem}: {name}", _input(lines, whole(kind)), expected))
    names = [block.name for block in found]
    assert len(set(names)) == len(names), "two blocks have one name"
    return found


def whole(kind: str) -> str:
    """The file without a fault that the blocks of a kind edit."""
    path = HERE / kind / "whole.yaml"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _split(path: Path) -> tuple[str, list[tuple[str, list[str]]]]:
    head, *texts = path.read_text(encoding="utf-8").split("=== ")
    return head, [(name, lines) for name, *lines in (text.rstrip("\n").split("\n") for text in texts)]


def _of_input(line: str) -> bool:
    return line.startswith(("| ", "- ", "+ ")) or line in ("|", "+", "-")


def _input(lines: list[str], text: str) -> str:
    if written := [line[2:] for line in lines if line.startswith("|")]:
        return "\n".join(written) + "\n"
    for out, put in _edits(lines):
        assert not out or text.count(f"\n{out}") == 1, f"not once in the whole: {out}"
        text = text.replace(f"\n{out}", f"\n{put}") if out else text + put
    return text


def _edits(lines: list[str]) -> Iterator[tuple[str, str]]:
    out = put = ""
    for line in lines:
        if line[:1] == "-":
            if put:
                yield out, put
                out = put = ""
            out += f"{line[2:]}\n"
        elif line[:1] == "+":
            put += f"{line[2:]}\n"
    yield out, put


# --- reading ----------------------------------------------------------------------------------------


def _cases(text: str) -> object:
    with TemporaryDirectory() as folder:
        (Path(folder) / "small.yaml").write_text(whole("ruleset"), encoding="utf-8")
        path = Path(folder) / "cases" / "small.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return run_cases(path)


READERS: dict[str, Callable[[str], object]] = {
    "project": lambda text: read_project(text.encode(), "x"),
    "ruleset": lambda text: read_ruleset(text.encode(), "x"),
    "cases": _cases,
}


def said(kind: str, text: str) -> str:
    try:
        READERS[kind](text)
    except InvalidInput as error:
        return "\n".join(str(one).removeprefix(f"{one.file}:").lstrip() for one in error.problems)
    return "accepted"


def write_anew() -> None:
    for kind in READERS:
        for path in sorted((HERE / kind).glob("*.txt")):
            head, texts = _split(path)
            made = [head]
            for name, lines in texts:
                kept = [line for line in lines if _of_input(line)]
                made.append("\n".join([f"=== {name}", *kept, said(kind, _input(lines, whole(kind))), "", ""]))
            path.write_text("".join(made).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_anew()
