"""Records read one by one by the library itself, in this process or in several: exact, explained, and not fast."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Final

from govproj_rules.intake.given import Given, Judged, judge

BATCH: Final = 500
"""Records that go to a process at a time."""
AHEAD: Final = 3
"""Batches waiting for each process: what is read ahead is bounded."""
FEW: Final = 2_000
"""Records that are judged here: starting a process takes longer."""


def judged(records: Iterable[Given], city: str | Path | None, processes: int = 1) -> Iterator[Judged]:
    """What :func:`judge` makes of each record, in their order; more than a few of them in ``processes``."""
    waiting = iter(records)
    if processes > 1:
        few = list(islice(waiting, FEW))
        if len(few) == FEW:
            yield from _in_processes(chain(few, waiting), city, processes)
            return
        waiting = iter(few)
    for one in waiting:
        yield judge(one, city)


def _in_processes(records: Iterator[Given], city: str | Path | None, processes: int) -> Iterator[Judged]:
    from multiprocessing import get_context

    running: deque[Future[list[Judged]]] = deque()
    with ExitStack() as stack:
        pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_deaf)
        stack.callback(_end, pool)
        work = partial(_judge_all, city=city)
        while batch := list(islice(records, BATCH)):
            running.append(pool.submit(work, batch))
            if len(running) > processes * AHEAD:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def _deaf() -> None:
    """Ctrl-C reaches every process of a terminal; only the first one has something to say about it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _judge_all(batch: list[Given], city: str | Path | None) -> list[Judged]:
    return [judge(one, city) for one in batch]


def _end(pool: Executor) -> None:
    """Whatever ended the run, nothing that is waiting is begun."""
    pool.shutdown(wait=True, cancel_futures=True)
