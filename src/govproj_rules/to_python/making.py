"""From the statements of a ruleset to a function Python can call."""

from __future__ import annotations

import ast
import linecache
import marshal
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from govproj_rules.compiled import kept, key_of
from govproj_rules.ir import RuleSet
from govproj_rules.light import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """One function as statements, and the objects its code names."""

    name: str
    parameters: tuple[str, ...]
    body: list[ast.stmt]
    constants: Mapping[str, object]


def compiled(write: Callable[[RuleSet], Written], ruleset: RuleSet, names: Mapping[str, Any]) -> Callable[..., Any]:
    """The function of a ruleset; it can name what is in ``names``, and nothing else.

    The code of a built-in ruleset is kept beside the package's own. A traceback shows the statement at fault.
    """
    file = f"rules of {ruleset.id}: {write.__name__}"

    def make() -> tuple[str, bytes, Mapping[str, object]]:
        written = write(ruleset)
        return written.name, marshal.dumps(compile(_module(written), file, "exec")), written.constants

    key = key_of(ruleset)
    name, code, constants = kept(f"{ruleset.id}.{write.__name__}", key, make) if key else make()
    linecache.cache[file] = (lambda: "\n".join(_lines(_module(write(ruleset)))),)
    space = {**names, **constants, "__builtins__": {}}
    exec(marshal.loads(code), space)  # noqa: S102, S302  # nodes we made ourselves; texts are constants in them
    made: Callable[..., Any] = space[name]
    return made


def _module(written: Written) -> ast.Module:
    """A module that defines the function, every statement on a line of its own."""
    arguments = ast.arguments([], [ast.arg(one) for one in written.parameters], None, [], [], None, [])
    module = ast.Module([ast.FunctionDef(written.name, arguments, written.body, [], None)], [])
    lines = count(1)
    for statement in module.body:
        _place(statement, 0, lines)
    return module


def _place(node: ast.AST, line: int, lines: Iterator[int]) -> None:
    if isinstance(node, ast.stmt):
        line = next(lines)
    if node._attributes:
        node.lineno = node.end_lineno = line  # type: ignore[attr-defined]
        node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]
    for field in node._fields:
        inner = getattr(node, field, None)
        if isinstance(inner, ast.AST):
            _place(inner, line, lines)
        elif isinstance(inner, list):
            for one in inner:
                if isinstance(one, ast.AST):
                    _place(one, line, lines)


def _lines(module: ast.Module) -> list[str]:
    """The statements as text, for whoever reads a traceback."""
    told: dict[int, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.stmt):
            told[node.lineno] = ast.unparse(node).partition("\n")[0]
    return [told[line] for line in sorted(told)]
