"""docs/add-a-city.md is followed to the letter: every block is applied, every command run, its output compared.

`pytest --update-golden` writes the real outputs, and the finished files in docs/add-a-city, anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOC = ROOT / "docs" / "add-a-city.md"
DONE = ROOT / "docs" / "add-a-city"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"^(?:# )?([a-z_]+):", re.MULTILINE)


class Desk:
    """A drafter's folder, and the exit code of the last command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = 0

    def run(self, command: str) -> str:
        """The output of a command, problems included."""
        words = shlex.split(command)
        match words:
            case ["govproj", *args]:
                env = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "PYTHONIOENCODING")}
                env |= {"PYTHONPATH": str(ROOT / "src"), "GOVPROJ_LANG": "en", "PYTHONUNBUFFERED": "1"}
                made = subprocess.run(
                    [sys.executable, "-m", "govproj_rules", *args], cwd=self.folder, env=env, check=False, timeout=60,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                )  # fmt: skip
                self.code = made.returncode
                return made.stdout.decode("utf-8").replace(os.linesep, "\n")
            case ["mkdir", *names]:
                for name in names:
                    (self.folder / name).mkdir()
                return ""
            case ["cat", name]:
                return (self.folder / name).read_text(encoding="utf-8")
            case ["echo", "$?"]:
                return f"{self.code}\n"
            case _:
                raise AssertionError(f"the tests cannot run {command!r}")

    def save(self, name: str, block: str) -> None:
        """What the document says to do with a block: a new file, a paragraph, a last line, more at the end."""
        path = self.folder / name
        if not path.exists():
            text = block
        elif block.startswith("  - "):
            text = path.read_text(encoding="utf-8") + block
        elif block.startswith(" "):
            *kept, _ = path.read_text(encoding="utf-8").splitlines(keepends=True)
            text = "".join([*kept, block])
        else:
            text = _put(path.read_text(encoding="utf-8"), block)
        path.write_text(text, encoding="utf-8", newline="\n")


def _put(text: str, block: str) -> str:
    """The block in place of the paragraph with the same words; one without words of its own goes with the next."""
    paragraphs: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if paragraphs and not KEY.search(paragraphs[-1]):
            paragraphs[-1] += f"\n\n{paragraph}"
        else:
            paragraphs.append(paragraph)
    words = set(KEY.findall(block))
    found = [place for place, paragraph in enumerate(paragraphs) if words & set(KEY.findall(paragraph))]
    assert len(found) == 1, f"{sorted(words)} stand in {len(found)} paragraphs"
    paragraphs[found[0]] = block.strip()
    return "\n\n".join(paragraphs) + "\n"


def _follow(document: str, desk: Desk) -> str:
    """The document as it must be: each block applied, each output the real one."""

    def block(match: re.Match[str]) -> str:
        kind, name, body = match.groups()
        if kind == "console":
            commands = [line for line in body.splitlines() if line.startswith("$ ")]
            body = "".join(f"{command}\n{desk.run(command[2:])}" for command in commands)
        elif kind in ("text", "json"):
            body = (DONE / name).read_text(encoding="utf-8")
            desk.save(name, body)
        else:
            assert kind == "yaml", kind
            desk.save(name, body)
        return f"```{kind}{f' {name}' if name else ''}\n{body}```"

    return BLOCK.sub(block, document)


FINISHED = {"rules/xinghe.yaml": "xinghe.yaml", "rules/cases/xinghe.yaml": "cases/xinghe.yaml"}


def test_the_document_is_what_happens(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    document = DOC.read_text(encoding="utf-8")
    real = _follow(document, Desk(tmp_path))
    if request.config.getoption("--update-golden"):
        DOC.write_text(real, encoding="utf-8", newline="\n")
        (DONE / "cases").mkdir(exist_ok=True)
        for made, kept in FINISHED.items():
            (DONE / kept).write_text((tmp_path / made).read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    assert real == DOC.read_text(encoding="utf-8")
    for made, kept in FINISHED.items():
        assert (tmp_path / made).read_text(encoding="utf-8") == (DONE / kept).read_text(encoding="utf-8")


def test_the_finished_files_pass_where_they_stand(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    out = desk.run(f"govproj test {shlex.quote(str(DONE))} --coverage --fail-under 100 --format json")
    assert desk.code == 0, out
    made = json.loads(out)
    assert (made["failed"], made["coverage"]["percent"]) == ([], "100%")
    desk.run(f"govproj lint {shlex.quote(str(DONE / 'xinghe.yaml'))} --text {shlex.quote(str(DONE / 'xinghe.txt'))}")
    assert desk.code == 0
