"""Text of strangers made harmless for where it goes."""

from __future__ import annotations

import re
from typing import Final

MARKS: Final = (
    {"met": "✓", "unmet": "✗", "upcoming": "…", "unknown": "?", "info": "·", "not_applicable": "-", "notice": "!"},
    {"met": "√", "unmet": "×", "upcoming": "…", "unknown": "?", "info": "·", "not_applicable": "-", "notice": "!"},
    {"met": "+", "unmet": "x", "upcoming": ">", "unknown": "?", "info": ".", "not_applicable": "-", "notice": "!"},
)  # fmt: skip
"""The marks of the statuses, the nicest first; the first set a stream can encode is used."""

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|#~&@]|/(?=/)|(?<=\bwww)\.", re.IGNORECASE)
_FIRST = re.compile(r"[-+=]|[0-9]{1,9}(?=[.)])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def marks(encoding: str) -> dict[str, str]:
    """The marks a stream of this encoding can show."""
    for row in MARKS:
        if encodable("".join(row.values()), encoding):
            return row
    return MARKS[-1]


def encodable(text: str, encoding: str) -> bool:
    """Whether a text survives the encoding of a stream."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def clean(text: str) -> str:
    """One line of plain text: white space as single spaces, control and bidi characters shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in " ".join(text.split()))


def markdown(text: str, first: bool = False) -> str:
    """A text as literal Markdown, on one line, safe inside a table cell; ``first``: a paragraph or item begins with it."""
    said = _MARKDOWN.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), clean(text))
    begins = _FIRST.match(said) if first else None  # a list, or the line under a heading
    if begins is None:
        return said
    end = begins.end() if begins[0].isdigit() else 0
    return f"{said[:end]}\\{said[end:]}"


def cell_text(text: str) -> str:
    """A text for a cell of a spreadsheet, on one line: what would begin a formula has an apostrophe before it."""
    plain = clean(text)
    return f"'{plain}" if plain.startswith(("-", "=", "+", "@")) else plain


def json_text(text: str, encoding: str) -> str:
    """JSON with what could harm a terminal, or cannot be encoded, written as escapes: the same data."""
    if not encodable(text, encoding):
        return "".join(c if ord(c) < 128 else _escaped(c) for c in text)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in text)


def _escaped(c: str) -> str:
    units = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
