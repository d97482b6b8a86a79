"""What ``govproj session`` does: lines in, answers out, each as soon as it is there."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from govproj_rules.cli.inputs import load_city, opened, ruleset_of, shown_name
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
    name = visible(shown_name(place))
    with opened(place) as lines:
        for number, line in read_lines(lines):
            for answer in stream.read(line, number, name):
                sys.stdout.write(STREAMED[shown](answer, look))
                sys.stdout.flush()
                if shown == "table" and isinstance(answer.told, Refused):
                    print_problems(answer.told.problems)
    return not stream.refused
