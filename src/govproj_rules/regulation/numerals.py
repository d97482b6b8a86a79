"""Numbers as Chinese texts write them."""

from __future__ import annotations

import unicodedata
from typing import Final

_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}

LONGEST: Final = 20
"""Digits of a number; a longer run of them is none."""
NUMERAL: Final = "[零〇一二两三四五六七八九十百千0-9０-９]+"
"""A pattern for what :func:`numeral` may read."""


def numeral(text: str) -> int | None:
    """A number in Chinese numerals up to 9999, or in digits; None for anything else, such as 二〇二五."""
    text = unicodedata.normalize("NFKC", text)
    if len(text) > LONGEST:
        return None
    if text.isdecimal():
        return int(text)
    total, last, place = 0, None, 10_000
    for c in text:
        if c in _TENS and _TENS[c] < place and last != 0:
            place = _TENS[c]
            total += (1 if last is None else last) * place
            last = None
        elif c in _DIGITS and last in (None, 0):
            last = _DIGITS[c]
        else:
            return None
    return total + (last or 0) if text else None
