"""What the columns of somebody's sheet mean: a map from their names to facts of a project, in YAML.

``docs/audit.md`` tells of it by example; ``govproj schema map`` prints its JSON Schema.
"""

from govproj_rules.mapping.model import IGNORE, MapDoc
from govproj_rules.mapping.reading import Changes, ColumnMap, Map, load_map, plain_map, read_map
from govproj_rules.mapping.targets import CHANGE, Target, Targets, plain

__all__ = [
    "CHANGE", "IGNORE", "Changes", "ColumnMap", "Map", "MapDoc", "Target", "Targets", "load_map", "plain", "plain_map",
    "read_map",
]  # fmt: skip
