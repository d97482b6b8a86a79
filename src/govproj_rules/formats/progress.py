"""How far a long run is, for somebody who watches: a bar on standard error, and nothing where that is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from govproj_rules.telling.words import say

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")
Moving = Callable[[str, int | None, int], None]
"""Is told what is being done, of how many, and how many more are done."""


@contextmanager
def watched(
    records: Iterable[T], count: Callable[[], int], lang: str = "zh", stream: TextIO | None = None
) -> Iterator[Iterable[T]]:
    """The same records, with a bar that moves as they are taken; ``count`` is asked only where it is shown.

    The bar goes when the block is left, in whatever way, so that what is printed next stands alone.
    """
    out = sys.stderr if stream is None else stream
    if not _seen(out):
        yield records
        return
    with _bar(out, lang) as bar:
        yield bar.track(records, total=count(), description=say("progress_checked", lang))


@contextmanager
def moving(words: str, lang: str = "zh", stream: TextIO | None = None) -> Iterator[Moving | None]:
    """Bars for a run of several steps, one a step, each named ``words`` and what is being done; None where nobody watches.

    A step is done when another begins, however many it was thought to be of.
    """
    out = sys.stderr if stream is None else stream
    if not _seen(out):
        yield None
        return
    with _bar(out, lang) as bar:
        steps: dict[str, Any] = {}

        def move(what: str, total: int | None, done: int) -> None:
            if what not in steps:
                for step in steps.values():
                    made = bar.tasks[step].completed
                    bar.update(step, total=made, completed=made)
                steps[what] = bar.add_task(say(words + what, lang), total=total)
            bar.update(steps[what], total=total, advance=done)

        yield move


def _seen(out: TextIO) -> bool:
    return out.isatty() and os.environ.get("TERM") != "dumb"


def _bar(out: TextIO, lang: str) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Records a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(say("progress_rate", lang, rate=f"{speed:.1f}" if speed else "-"))

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Rate(),
        TextColumn(say("progress_left", lang), markup=False), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(file=out), transient=True, redirect_stdout=False, redirect_stderr=False)
