"""One self-contained HTML page from a template: its style and script inside, and a policy that lets nothing else in.

A page NAME is ``templates/NAME.html.j2``, which extends ``base.html.j2``, with ``NAME.css`` and ``NAME.js`` beside it;
those of ``base`` come first. Everything a template prints is escaped; templates get labels, never markup.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from govproj_rules.formats import Look
from govproj_rules.ir import Label
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import said

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"
LANGS: Final = (("zh", "中文"), ("en", "English"))


def render(page: str, look: Look, title: Label, **context: object) -> str:
    """The page as one text, in both languages; ``look.lang`` is the one shown first."""
    from markupsafe import Markup

    style, script = (_both(page, ending) for ending in ("css", "js"))
    return (
        _environment()
        .get_template(f"{page}.html.j2")
        .render(
            page=page,
            title=title,
            lang="en" if look.lang == "en" else "zh",
            langs=LANGS,
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 - our own files, shipped with the package
            script=Markup(script),  # noqa: S704
            **context,
        )
    )


def _both(page: str, ending: str) -> str:
    files = (TEMPLATES / f"{name}.{ending}" for name in ("base", page))
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


def _policy(style: str, script: str) -> str:
    """Nothing is fetched and nothing runs but this very style and script."""

    def only(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {only(style)}; script-src {only(script)}; base-uri 'none'; form-action 'none'"
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["clean"] = clean
    made.globals["said"] = said
    return made
