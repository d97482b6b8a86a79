"""Where ``govproj`` and ``python -m govproj_rules`` start."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command line, with a third off the start and end of a short command.

    Garbage is collected less often, and not looked for in what is left at the end: the process gives it all back. The
    plugins of pydantic are for programs that watch their models; looking for them reads about every installed package.
    """
    gc.set_threshold(200_000, 20, 100)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from govproj_rules.cli import main as run

        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
