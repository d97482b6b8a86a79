"""Files from strangers: read strictly, with the line and column of everything."""

from govproj_rules.source.files import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_PROBLEMS,
    MAX_VALUES,
    Keys,
    Source,
    decode,
    open_bytes,
    read_bytes,
    read_lines,
    too_large,
)
from govproj_rules.source.from_json import locate_json, parse_json
from govproj_rules.source.from_yaml import parse_yaml

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_PROBLEMS",
    "MAX_VALUES",
    "Keys",
    "Source",
    "decode",
    "locate_json",
    "open_bytes",
    "parse_json",
    "parse_yaml",
    "read_bytes",
    "read_lines",
    "too_large",
]
