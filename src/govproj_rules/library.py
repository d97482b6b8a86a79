"""Finding and loading rulesets: built-in ones by id, others by path."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from govproj_rules.compiled import kept
from govproj_rules.errors import InvalidInput, did_you_mean, quote, wrong
from govproj_rules.ir import RuleSet
from govproj_rules.source import MAX_BYTES, decode, parse_yaml, read_bytes, too_large
from govproj_rules.vocabulary import rules_home, vocabulary

_ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")


def built_in() -> tuple[str, ...]:
    """The ids of the built-in rulesets, in alphabetical order."""
    return tuple(sorted(path.stem for path in rules_home().glob("*.yaml") if path.stem != "vocabulary"))


def is_path(name: str) -> bool:
    """Whether a name given for a city is a path to a file rather than an id."""
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def is_id(name: str) -> bool:
    """Whether a name can be the id of a ruleset."""
    return _ID.fullmatch(name) is not None


def load_ruleset(name: str | Path) -> RuleSet:
    """A ruleset, by the id of a built-in one (``langfang``) or by the path of a file.

    Load once and share: a ruleset is immutable. Raises :class:`InvalidInput` with every problem of the
    file; a ruleset with a problem is never returned.
    """
    if isinstance(name, Path) or is_path(name):
        return _load(Path(name))
    if name not in built_in() or not is_id(name):
        known = built_in()
        help = did_you_mean(name, known) or "known: " + ", ".join(known)
        raise wrong("unknown-city", f"there is no ruleset {quote(name)}", help)
    return _built_in(name)


def ruleset_named(city: str | None) -> RuleSet:
    """The ruleset a project names itself; only a built-in one, since a file must not choose paths.

    Raises :class:`InvalidInput` where it names none, or one that is not there.
    """
    if city is None:
        said = "the project does not say its city"
        raise wrong("no-city", said, "add `city` to the file, or call with --city")
    if is_path(city):
        said = f"there is no ruleset {quote(city)}"
        raise wrong("unknown-city", said, "known: " + ", ".join(built_in()))
    return load_ruleset(city)


@cache
def _built_in(name: str) -> RuleSet:
    path = rules_home() / f"{name}.yaml"
    data = read_bytes(path)
    return kept(name, data + f"{vocabulary().sha256} {path}".encode(), lambda: read_ruleset(data, str(path)))


def _load(path: Path) -> RuleSet:
    return read_ruleset(read_bytes(path), str(path))


def read_ruleset(data: bytes, file: str = "<ruleset>") -> RuleSet:
    """A ruleset from the bytes of a YAML file. Raises :class:`InvalidInput` with every problem."""
    from govproj_rules.document import read_document  # a kept ruleset needs neither of them
    from govproj_rules.lower import lower

    if len(data) > MAX_BYTES:
        raise InvalidInput([too_large(file)])
    source = parse_yaml(decode(data, file), file)
    document = read_document(source)
    return lower(document, source, vocabulary(), hashlib.sha256(data).hexdigest())
