"""Records as plain JSON data, and as JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from govproj_rules.ir import Label
from govproj_rules.writing import BOTH_LANGUAGES, Text


def plain(value: Any, lang: str | None = None, name: str = "") -> Any:
    """Records as plain JSON data; texts in ``lang``, or (None) in both languages."""
    match value:
        case None | bool() | int() | str():
            return value
        case Label():
            return value._asdict() if lang is None or name in BOTH_LANGUAGES else value.in_(lang)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [plain(one, lang, name) for one in value]
        case Mapping():
            return {key: plain(one, lang, key) for key, one in value.items()}
        case _:
            return {one.name.rstrip("_"): plain(getattr(value, one.name), lang, one.name) for one in fields(value)}


def as_json(value: Any, lang: str | None = None, indent: int | None = None) -> str:
    """What :func:`plain` gives as JSON text. Without ``indent`` the text is put together directly, as it is large."""
    if indent is None:
        return Text(lang).of(value)
    import json

    return json.dumps(plain(value, lang), ensure_ascii=False, indent=indent)
