"""A page as Markdown: a heading, notices as quotes, one list per section."""

from __future__ import annotations

from govproj_rules.formats import Look
from govproj_rules.formats.page import Line, Page
from govproj_rules.telling.safe import markdown as escape
from govproj_rules.telling.safe import marks


def write(page: Page, look: Look) -> str:
    """The page as Markdown text; everything from files is literal text in it."""
    shown = marks(look.encoding)
    rows = [f"# {_mark(page.status, shown)}{escape(page.title)}", ""]
    for notice in page.notices:
        rows += [f"> **{escape(notice)}**", ""]
    rows += [f"- {escape(fact, first=True)}" for fact in page.facts]
    if page.counts:
        rows.append("- " + " / ".join(f"{_mark(status, shown)}{escape(text)}" for status, text in page.counts))
    for section in page.sections:
        rows += ["", f"## {escape(section.title)}", ""]
        for line in section.lines:
            rows += _line(line, shown)
        for foot in section.foot:
            rows += ["", f"_{escape(foot)}_"]
    return "\n".join(rows) + "\n"


def _mark(status: str | None, shown: dict[str, str]) -> str:
    return f"{escape(shown[status], first=True)} " if status else ""  # "+" and "-" would begin a list


def _line(line: Line, shown: dict[str, str]) -> list[str]:
    lead = f"**{escape(line.lead)}** " if line.lead else ""
    head = f"{_mark(line.status, shown)}{lead}"
    parts = [f"{head}{escape(line.text, first=not head)}", escape(line.aside), escape(line.cite)]
    return [
        "- " + " — ".join(part for part in parts if part),
        *(f"  - {escape(detail, first=True)}" for detail in line.details),
    ]
