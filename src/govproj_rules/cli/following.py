"""What ``govproj session`` does: lines in, answers out, each as soon as it is there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from govproj_rules.cli.inputs import STDIN, load_city, ruleset_of
from govproj_rules.cli.streams import look_of, print_problems
from govproj_rules.errors import visible
from govproj_rules.formats.streamed import STREAMED

if TYPE_CHECKING:
    from govproj_rules.engines import Engine


def follow(
    city: str | None, place: str, day: date, engine: Engine, format: str | None, lang: str, most: int | None
) -> bool:
    """Answer every line of a stream; whether all of them could be carried out."""
    from govproj_rules.sessions import MOST, Refused, Stream
    from govproj_rules.source import read_lines

    ruleset, look = load_city(city), look_of(lang)
    stream = Stream(lambda project: ruleset or ruleset_of(project), as_of=day, engine=engine, most=most or MOST)
    shown = format or ("table" if sys.stdout.isatty() else "json")
    with _opened(place) as (name, lines):
        for number, line in read_lines(lines):
            for answer in stream.read(line, number, name):
                sys.stdout.write(STREAMED[shown](answer, look))
                sys.stdout.flush()
                if shown == "table" and isinstance(answer.told, Refused):
                    print_problems(answer.told.problems)
    return not stream.refused


@contextmanager
def _opened(place: str) -> Iterator[tuple[str, BinaryIO]]:
    """Standard input or a file, and its name."""
    from govproj_rules.source import open_bytes

    if place == "-":
        yield STDIN, sys.stdin.buffer
    else:
        with open_bytes(Path(place)) as stream:
            yield visible(place), stream
