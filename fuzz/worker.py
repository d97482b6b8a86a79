"""Fuzzes one target with Atheris for some seconds of the processor: python -m fuzz.worker TARGET SECONDS [flags of libFuzzer]."""

from __future__ import annotations

import os
import pkgutil
import random
import signal
import sys
import time
from importlib import import_module

import atheris

LIMIT = 5.0
"""Seconds of the processor that one input may take, instrumented as it is; what hangs, libFuzzer ends by the clock."""


def main() -> None:
    name, seconds, *flags = sys.argv[1:]
    with atheris.instrument_imports(include=["govproj_rules"]):
        import govproj_rules

        for module in pkgutil.walk_packages(govproj_rules.__path__, "govproj_rules."):
            if not module.name.endswith("__main__"):
                _load(module.name)
        from fuzz.targets import TARGETS, mutated, warmed

    target = TARGETS[name]
    warmed()

    until = time.process_time() + float(seconds)

    def run(data: bytes) -> None:
        start = time.process_time()
        target.run(data)
        spent = (now := time.process_time()) - start
        if now > until:
            os.kill(os.getpid(), signal.SIGUSR1)  # libFuzzer ends, and tells what it did
        if spent > LIMIT:
            raise TimeoutError(f"one input took {spent:.1f} s of the processor")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        if random.Random(seed).random() < 0.15:
            return bytes(atheris.Mutate(data, most))
        made = mutated(name, data, seed)
        return made if len(made) <= most else bytes(atheris.Mutate(data, most))

    atheris.Setup([sys.argv[0], f"-max_len={target.largest}", *flags], run, custom_mutator=mutate)
    atheris.Fuzz()


def _load(name: str) -> None:
    """Instrument a module; one that needs an extra is not there for what is fuzzed either."""
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("govproj_rules"):
            raise


if __name__ == "__main__":
    main()
