"""Packages that only some commands need: found when they are first used, or a problem that says how to get them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from govproj_rules.errors import wrong


def need(package: str, extra: str, what: str) -> Any:
    """The module of ``package``; raises :class:`InvalidInput` that names the ``extra`` where it is not installed.

    ``what`` is what needs it, as the message begins: "reading a workbook".
    """
    try:
        return import_module(package)
    except ImportError:
        said = f"{what} needs the package {package}, which is not installed"
        raise wrong("not-installed", said, f"pip install 'govproj-rules[{extra}]'") from None
