"""Keeps what was made from the built-in YAML files, as Python keeps its compiled modules.

The kept file lies beside the package's own byte code, is trusted exactly as far, and is used only while
the YAML, the code and the Python are the very same. Reading it takes a tenth of reading the YAML.
Nothing outside the package is ever read this way.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

from govproj_rules.errors import InvalidInput
from govproj_rules.whole import write_whole

S = TypeVar("S")
T = TypeVar("T")

_PACKAGE = Path(__file__).parent
_DIGEST = 32


def remembered(most: int) -> Callable[[Callable[[S], T]], Callable[[S], T]]:
    """For a function of an object that is large to compare: answers are kept for ``most`` objects, by identity.

    The object first asked after goes first. Two threads may both work an answer out; both get the one that is kept.
    There is no lock, which a process forked meanwhile would wait for without end.
    """

    def around(make: Callable[[S], T]) -> Callable[[S], T]:
        answers: dict[int, tuple[S, T]] = {}

        @wraps(make)
        def asked(of: S) -> T:
            found = answers.get(id(of))
            if found is None:
                made = of, make(of)
                while len(answers) >= most:
                    with suppress(RuntimeError):  # another thread has changed what is being looked through
                        answers.pop(next(iter(answers), 0), None)
                found = answers.setdefault(id(of), made)
            return found[1]

        return asked

    return around


_keys: dict[int, tuple[object, bytes]] = {}


def key_of(value: object) -> bytes | None:
    """What tells a value that was :func:`kept` from any other; None for every other object, be it an equal one."""
    found = _keys.get(id(value))
    return found[1] if found and found[0] is value else None


def kept(name: str, ingredients: bytes, make: Callable[[], T]) -> T:
    """What ``make`` makes from ``ingredients``: read back where it was kept, else made and kept."""
    value, key = _kept(name, ingredients, make)
    _keys[id(value)] = value, key
    return value


def _kept(name: str, ingredients: bytes, make: Callable[[], T]) -> tuple[T, bytes]:
    key = hashlib.sha256(_code() + ingredients).digest()
    path = Path(importlib.util.cache_from_source(str(_PACKAGE / f"{name}.rules"))).with_suffix(".rules")
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    body = data[2 * _DIGEST :]
    if data[:_DIGEST] == key and data[_DIGEST : 2 * _DIGEST] == hashlib.sha256(body).digest():
        value: T = pickle.loads(body)  # noqa: S301  # our own bytes, verified, from the package's own folder
        return value, key
    made = make()
    if not sys.dont_write_bytecode:
        _keep(path, key, pickle.dumps(made, protocol=5))
    return made, key


def _keep(path: Path, key: bytes, body: bytes) -> None:
    """Keep what was made; where the folder cannot be written, do without."""
    with suppress(OSError, InvalidInput):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, key + hashlib.sha256(body).digest() + body, lasting=False)


@cache
def _code() -> bytes:
    """Tells this code from any other: the version of Python, and name, size and time of every module."""
    found = []
    folders = [str(_PACKAGE)]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    state = entry.stat()
                    found.append(f"{entry.path} {state.st_size} {state.st_mtime_ns}")
                elif entry.name.isidentifier() and entry.is_dir() and entry.name != "__pycache__":
                    folders.append(entry.path)
    return hashlib.sha256("\n".join([sys.version, *sorted(found)]).encode()).digest()
