"""Problems: one record for anything wrong with a file somebody wrote.

Loading, linting and testing all report through :class:`Problem`, so that every message has the same
shape: ``file:line:col: message [code]`` and, where there is one, a ``help:`` line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from govproj_rules.light import dataclass

_LONGEST = 100
"""No word of ours is longer: what is, resembles none of them."""
_MOST, _CLOSEST, _ALIKE = 2_000, 30, 0.6
"""Words among which one is sought, those of them that are compared in full, and how alike two must be."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, and what to do about it.

    ``message`` is one sentence, lower case, without a final period; the author's own words stand in
    backticks. ``code`` is a stable kebab-case name for machines. ``line`` and ``column`` count from 1.
    """

    code: str
    message: str
    help: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None

    def at(self, file: str, line: int | None = None, column: int | None = None) -> Problem:
        """The same problem, placed in a file."""
        return replace(self, file=file, line=line, column=column)

    @property
    def place(self) -> str:
        """``file:line:col`` as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        tail = f"\n  help: {self.help}" if self.help else ""
        return f"{head}{self.message} [{self.code}]{tail}"


@dataclass(frozen=True, slots=True)
class Note(Problem):
    """Something that stops nothing, and that the officer who gave the input should know: ``zh`` is ``message`` in Chinese."""

    zh: str = ""

    def in_(self, lang: str) -> str:
        """What it says in ``lang`` (``zh`` or ``en``)."""
        return self.message if lang == "en" else self.zh


class InvalidInput(ValueError):
    """An input that cannot be used; carries every problem found, never only the first.

    Raised by :func:`govproj_rules.load_ruleset`, :func:`govproj_rules.load_project` and
    :func:`govproj_rules.check`.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Problem, ...]]]:
        return InvalidInput, (self.problems,)


def wrong(code: str, message: str, help: str | None = None, file: str | None = None) -> InvalidInput:
    """The input has one thing wrong; to be raised."""
    return InvalidInput([Problem(code, message, help, file)])


def quote(word: object, limit: int = 60) -> str:
    """An author's word in backticks, as the file has it: control characters made visible, overlong text cut."""
    text = visible((word if isinstance(word, str) else _written(word))[: limit + 1])
    return f"`{text if len(text) <= limit else text[: limit - 1] + '…'}`"


def visible(text: str) -> str:
    """A text with its control characters, and halves of characters, made visible."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _written(value: object) -> str:
    import json  # only errors pay for it

    return json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A help line naming the closest known word, or the choices where there are few."""
    choices = sorted(set(known))
    if len(word) <= _LONGEST and len(choices) <= _MOST and (close := _closest(word, choices)):
        return f"did you mean {quote(close)}?"
    if choices and len(choices) <= 14:
        return "one of " + ", ".join(quote(choice) for choice in choices)
    return None


def _closest(word: str, choices: Iterable[str]) -> str | None:
    """The word most like another. As `difflib.get_close_matches`, which compares all in full: names may be made to cost."""
    from difflib import SequenceMatcher
    from heapq import nlargest

    matcher = SequenceMatcher()
    matcher.set_seq2(word)
    rough: list[tuple[float, str]] = []
    for choice in choices:
        matcher.set_seq1(choice)
        if matcher.real_quick_ratio() >= _ALIKE and (score := matcher.quick_ratio()) >= _ALIKE:
            rough.append((score, choice))
    best: tuple[float, str] = (_ALIKE, "")
    for _, choice in nlargest(_CLOSEST, rough):
        matcher.set_seq1(choice)
        best = max(best, (matcher.ratio(), choice))
    return best[1] or None
