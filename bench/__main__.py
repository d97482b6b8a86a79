"""All measurements: prints their tables, and writes them to docs/performance.md.

python -m bench [--quick] [--only PART] [--output FILE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from bench import growth, memory, one_check, peers, portfolio, startup, stream
from bench.tables import Part, machine, page, plain, show

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
PARTS: Final[Mapping[str, Callable[[bool], Part]]] = {
    "peers": peers.part,
    "one_check": one_check.part,
    "growth": growth.part,
    "memory": memory.part,
    "stream": stream.part,
    "portfolio": portfolio.part,
    "startup": startup.part,
}


def _apart(measure: Callable[[bool], Part], quick: bool) -> Part:
    """One part in a process of its own: engines leave threads and memory behind, which the next would be charged for."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, quick).result()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few runs, to try it out; writes no page by itself")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part (may be given again); likewise")
    parser.add_argument("--output", type=Path, help="where to write the page (default: docs/performance.md)")
    arguments = parser.parse_args()
    print(plain(machine()), end="\n\n", flush=True)
    parts: list[Part] = []
    for name, measure in PARTS.items():
        if name in (arguments.only or PARTS):
            parts.append(_apart(measure, arguments.quick))
            show(parts[-1])
    whole = not arguments.quick and not arguments.only
    if output := arguments.output or (PAGE if whole else None):
        output.write_text(page(parts), encoding="utf-8")
        print(f"written: {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
