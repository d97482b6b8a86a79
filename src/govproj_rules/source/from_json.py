"""JSON: one value, with nothing in it that another reader would take for something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.source.files import MAX_DEPTH, MAX_PROBLEMS, MAX_VALUES, Keys


def parse_json(text: str, file: str) -> Any:
    """Read one JSON value; raises :class:`InvalidInput` for a syntax error, or for all of what is refused:
    duplicate keys, ``NaN``, ``Infinity``, numbers no computer keeps, half characters, great depth and
    great numbers of values.
    """
    import json

    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise wrong("empty-file", "the file is empty", None, file)
    if (opened := text.count("{") + text.count("[")) > MAX_DEPTH or opened + text.count(",") > MAX_VALUES:
        _bound(text, file)
    suspect = False

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal suspect
        made = dict(found)
        suspect = suspect or len(made) < len(found)
        return made

    def number(digits: str) -> Any:
        nonlocal suspect
        if len(digits) < 16 and digits.isdecimal():  # nearly every number, and a computer keeps it
            return int(digits)
        if _unkept(digits):
            suspect = True
            return None
        return float(digits) if set(digits) & set(".eE") else int(digits)

    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=number, parse_float=number, parse_int=number)
    except json.JSONDecodeError as error:
        raise InvalidInput([_syntax(text, error.msg, error.pos, file)]) from None
    if suspect or _has_half(text):
        if problems := list(islice(_refused(text, file), MAX_PROBLEMS)):
            raise InvalidInput(problems)
    return data


_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _has_half(text: str) -> bool:
    """Whether half a character may stand in a text, as it is or as an escape; UTF-8 has none, which is quick to ask."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\\" in text and _HALF.search(text) is not None


_JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
"""A text that does not end is one too: to look for its end again from every quote inside would take the square."""


def _unkept(number: str) -> str | None:
    """Why a number of a JSON text is refused, if it is."""
    from decimal import Decimal, InvalidOperation

    if number.lstrip("-") in ("NaN", "Infinity"):
        return f"{quote(number)} is not a value"
    try:
        exact = Decimal(number)
    except InvalidOperation:  # an exponent of twenty digits
        exact = Decimal("Infinity")
    if not exact.copy_abs() < 10**15:
        return f"the number {quote(number)} is out of range"
    if set(number) & set(".eE") and Decimal(repr(float(number))) != exact:
        return f"the number {quote(number)} has too many digits"
    return None


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _bound(text: str, file: str) -> None:
    """Refuse what is nested too deep or holds too many values, before anything is made of it."""
    depth = values = 0
    for match in _JSON_TOKEN.finditer(text):
        token = match[0]
        depth += (token in ("{", "[")) - (token in ("}", "]"))
        values += token in (",", "{", "[")
        if depth > MAX_DEPTH or values > MAX_VALUES:
            problem = Problem("too-deep", f"nested more than {MAX_DEPTH} deep")
            if depth <= MAX_DEPTH:
                problem = Problem("too-large", f"the file holds more than {MAX_VALUES} values", "split it")
            raise InvalidInput([problem.at(file, *_place(text, match.start()))])


_WORD = re.compile(r"\s*(\w+|\S|\Z)")


def _syntax(text: str, said: str, offset: int, file: str) -> Problem:
    """A syntax error in our words: the parser's own differ from one Python to the next."""
    if said.startswith("Illegal trailing comma"):
        offset += 1
    found = _WORD.match(text, offset)
    assert found is not None
    word, help = found[1], None
    if said.startswith("Unterminated"):
        message, help = "the text that starts here does not end", "close it with a double quote"
    elif said.startswith("Invalid control"):
        message, help = "a text holds a line end or a control character", r"write \n or \t in its place"
    elif "escape" in said:
        message, help = "this backslash means nothing", r"write \\ for a backslash"
    elif not word:
        message, help = "the file ends too early", "close every quote and bracket"
    elif word in ("/", "#"):
        message, help = f"{quote(word)} cannot stand here", "JSON has no comments"
    elif said.startswith("Extra data"):
        message, help = f"{quote(word)} stands after the end", "one file holds one project"
    elif word in ("}", "]"):
        message, help = f"{quote(word)} cannot stand here", "remove the comma before it, or give the value"
    elif word == '"':
        message = "a comma or colon is missing before this text"
    elif word.isidentifier():
        message, help = f"{quote(word)} cannot stand here", 'texts stand in "…"; else write true, false or null'
    else:
        message, help = f"{quote(word)} cannot stand here", 'texts stand in "…", punctuation is half-width'
    if not said.startswith("Invalid"):
        offset = found.start(1)
    return Problem("json-syntax", f"not valid JSON: {message}", help, file, *_place(text, offset))


def _refused(text: str, file: str) -> Iterator[Problem]:
    import json

    seen: list[set[str]] = []
    for path, token, offset, is_key in _walk_json(text):
        said: tuple[str, str, str | None] | None = None
        del seen[sum(isinstance(key, str) for key in path) :]
        if token == "{":
            seen.append(set())
        if token[0] == '"':
            word = json.loads(token)
            if any("\ud800" <= c <= "\udfff" for c in word):
                said = "half-character", f"{quote(word)} holds half of a character", "remove it"
            elif is_key and word in seen[-1]:
                said = "duplicate-key", f"the key {quote(word)} stands here twice", "remove or rename one"
            if is_key:
                seen[-1].add(word)
        elif token not in ("{", "[", "true", "false", "null") and (why := _unkept(token)):
            said = "json-number", why, "write a plain number; money is a text with its unit"
        if said:
            yield Problem(*said, file, *_place(text, offset))


def locate_json(text: str, wanted: Iterable[Keys]) -> dict[Keys, tuple[int, int]]:
    """Where the wanted values of a valid JSON text stand, a member by its key; only problems pay for this."""
    where: dict[Keys, tuple[int, int]] = {}
    sought = set(wanted)
    for path, _, offset, _ in _walk_json(text):
        if (keys := tuple(path)) in sought and keys not in where:
            where[keys] = _place(text, offset)
            if len(where) == len(sought):
                break
    return where


def _walk_json(text: str) -> Iterator[tuple[list[str | int], str, int, bool]]:
    """Every key and every value of a valid JSON text: its path (reused), token and offset, and whether it is a key."""
    import json

    path: list[str | int] = []
    expect_key = False
    for match in _JSON_TOKEN.finditer(text):
        token = match[0]
        match token:
            case "}" | "]":
                path.pop()
                expect_key = False
            case ",":
                expect_key = isinstance(path[-1], str)
                if isinstance(path[-1], int):
                    path[-1] += 1
            case ":":
                expect_key = False
            case _ if expect_key:
                path[-1] = json.loads(token)
                yield path, token, match.start(), True
            case _:
                yield path, token, match.start(), False
                if token in ("{", "["):
                    path.append("" if token == "{" else 0)
                    expect_key = token == "{"
