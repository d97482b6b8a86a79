"""What every output for people is made of: a page of sections of lines. Renderers know nothing of rules."""

from __future__ import annotations

from dataclasses import field

from govproj_rules.light import dataclass


@dataclass(slots=True)
class Line:
    """One thing said: a mark, what stands before the text, the text, its article, and more below it.

    ``aside`` is what an indented second line would say; it stays on the same line where there is room.
    """

    text: str
    status: str | None = None
    lead: str = ""
    cite: str = ""
    aside: str = ""
    details: list[str] = field(default_factory=list)
    loud: bool = False


@dataclass(slots=True)
class Section:
    """A titled list of lines; ``foot`` says what was left out."""

    title: str
    lines: list[Line] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    status: str | None = None


@dataclass(slots=True)
class Page:
    """A title with its status, notices that must not be missed, a few facts, and the sections."""

    title: str
    status: str | None = None
    notices: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    counts: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
