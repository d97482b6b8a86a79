"""Files of text with a delimiter: which encoding, which delimiter, and their rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from govproj_rules.errors import InvalidInput, Note, Problem, visible
from govproj_rules.intake.sheets import Numbered, Sheet
from govproj_rules.source import MAX_BYTES, open_bytes

DELIMITERS: Final = (",", ";", "\t")
_FIRST: Final = 20
"""Lines the delimiter is told by."""
_SURELY: Final = 4
"""Chinese characters in a line that is UTF-8 by chance: with as many, it is no chance."""
_CHINESE: Final = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_QUOTED: Final = re.compile(r'"[^"]*"')


class Encoding(NamedTuple):
    name: str
    note: Note | None


def open_delimited(path: Path, delimiter: str | None) -> tuple[Sheet, Note | None]:
    """The rows of a file, and what is to be told of its encoding.

    UTF-8 with or without a mark, or GB18030 (with it GBK and GB2312); the whole file is looked at before a row is read,
    so that one that mixes them is refused rather than misread. Without ``delimiter``, the one of ``, ; tab`` that stands
    most often in the first lines. Raises :class:`InvalidInput`.
    """
    shown = visible(str(path))
    with open_bytes(path) as stream:
        encoding = _encoding(stream, shown)
    chosen = delimiter or _delimiter(path, encoding.name)
    return Sheet(shown, _rows(path, encoding.name, chosen, shown)), encoding.note


def _encoding(stream: BinaryIO, shown: str) -> Encoding:
    """Which encoding every line of a file is in."""
    chinese = other = wrong = number = 0  # the first line that surely is UTF-8, that is not, that is neither
    empty = True
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InvalidInput([Problem("not-utf8", "the file is UTF-16", "save it as CSV UTF-8", shown)])
        if len(line) > MAX_BYTES:
            said = "the line is over 10 MB"
            raise InvalidInput([Problem("too-large", said, "one line holds one project", shown, number)])
        if b"\0" in line:
            said = "the line holds a NUL character"
            raise InvalidInput([Problem("not-text", said, "save the sheet as CSV again", shown, number)])
        empty = empty and not line.strip()
        if line.isascii():
            continue
        if (text := _decoded(line, "utf-8")) is not None:
            chinese = chinese or (number if len(_CHINESE.findall(text)) >= _SURELY else 0)
        else:
            other = other or number
            wrong = wrong or (0 if _decoded(line, "gb18030") is not None else number)
        if other and (chinese or wrong):
            break
    if empty:
        raise InvalidInput([Problem("empty-file", "the file is empty", None, shown)])
    help = "save the whole file as CSV UTF-8"
    if other and chinese:
        said = f"the file mixes encodings: line {chinese} is UTF-8, line {other} is not"
        raise InvalidInput([Problem("not-utf8", said, help, shown, max(chinese, other))])
    if wrong:
        raise InvalidInput([Problem("not-utf8", "the line is neither UTF-8 nor GB18030", help, shown, wrong)])
    if other:
        said = "the file is read as GB18030 (GBK): it is not UTF-8"
        zh = "按GB18030（GBK）读取：不是UTF-8"
        return Encoding("gb18030", Note("encoding", said, "to be sure of it, save it as CSV UTF-8", shown, zh=zh))
    return Encoding("utf-8-sig", None)


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _delimiter(path: Path, encoding: str) -> str:
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        first = _QUOTED.sub("", "".join(line for line, _ in zip(text, range(_FIRST), strict=False)))
    return max(DELIMITERS, key=first.count)


def _rows(path: Path, encoding: str, delimiter: str, shown: str) -> Iterator[Numbered]:
    csv.field_size_limit(MAX_BYTES)
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            said = "a quoted cell begins here that does not end, or goes on after its end"
            help = 'a quote inside a cell is written twice: ""'
            raise InvalidInput([Problem("csv-syntax", said, help, shown, line)]) from None
        except UnicodeDecodeError:
            raise InvalidInput([Problem("not-utf8", f"the line is not {encoding}", None, shown, line)]) from None
