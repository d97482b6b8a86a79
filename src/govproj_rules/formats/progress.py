"""How far a long run is, for somebody who watches: a bar on standard error, and nothing where that is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from govproj_rules.telling.words import say

T = TypeVar("T")


@contextmanager
def watched(
    records: Iterable[T], count: Callable[[], int], lang: str = "zh", stream: TextIO | None = None
) -> Iterator[Iterable[T]]:
    """The same records, with a bar that moves as they are taken; ``count`` is asked only where it is shown.

    The bar goes when the block is left, in whatever way, so that what is printed next stands alone.
    """
    out = sys.stderr if stream is None else stream
    if not out.isatty() or os.environ.get("TERM") == "dumb":
        yield records
        return
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
    bar = Progress(*columns, console=Console(file=out), transient=True, redirect_stdout=False, redirect_stderr=False)
    with bar:
        yield bar.track(records, total=count(), description=say("progress_checked", lang))
