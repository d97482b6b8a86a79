"""How a command ends: its exit code, what an error that ends it is shown as, and the gravest of several answers."""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Callable
from typing import Final, ParamSpec

import typer

from govproj_rules.cli.streams import choose_encoding, close_quietly, print_problems
from govproj_rules.errors import InvalidInput, Problem

FINE, FAILED, WRONG, OPEN = 0, 1, 2, 3
INTERRUPTED, PIPE_CLOSED = 130, 141
_GRAVEST: Final = (WRONG, FAILED, OPEN, FINE)
VERDICT_CODES: Final = {
    "compliant": FINE,
    "out_of_scope": FINE,
    "non_compliant": FAILED,
    "undetermined": OPEN,
    "not_in_force": OPEN,
}
P = ParamSpec("P")


def gravest(*codes: int) -> int:
    """The exit code that several answers have together."""
    return min(codes, key=_GRAVEST.index)


def command(run: Callable[P, int]) -> Callable[P, None]:
    """A command that returns its exit code; problems are listed, a closed pipe and Ctrl-C are quiet."""

    @functools.wraps(run)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        choose_encoding()
        try:
            code = run(*args, **kwargs)
            sys.stdout.flush()
        except InvalidInput as error:
            print_problems(error.problems)
            code = WRONG
        except KeyboardInterrupt:
            code = INTERRUPTED
        except BrokenPipeError:
            close_quietly()
            code = PIPE_CLOSED
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            close_quietly()
            print_problems(
                [Problem("disk-full", "no room left to write the output", "what was written so far is incomplete")]
            )
            code = WRONG
        raise typer.Exit(code)

    return ended
