"""The schema of a decision record: its model, with the words that an answer is told in."""

from __future__ import annotations

from govproj_rules.checking import STATUSES
from govproj_rules.engines import ENGINES
from govproj_rules.outcomes import FORCES, KINDS
from govproj_rules.recorded import VERSION, Record
from govproj_rules.schema import words
from govproj_rules.schema.records import DATE, SHA256, TEXT, counts, enum
from govproj_rules.schema.report import report_parts
from govproj_rules.schema.words import Schema, nullable, ref
from govproj_rules.vocabulary import vocabulary


def record_schema() -> Schema:
    """The JSON Schema of one record; nothing in it is optional, and nothing else is in it."""
    made = words.tidy(Record.model_json_schema(by_alias=True), words.flat_null)
    defs: dict[str, Schema] = {**made["$defs"], **report_parts()}
    known = vocabulary().words
    made["properties"] |= {
        "version": {"const": VERSION},
        "as_of": DATE,
        "project": {"type": "object", "required": ["name"], "description": "项目文件的内容（见 schema project）"},
        "source_sha256": {**nullable(SHA256), "description": "项目文件字节的 SHA-256；没有文件则为 null"},
        "vocabulary_sha256": SHA256,
        "calendar_sha256": SHA256,
        "sha256": {**SHA256, "description": "本记录其余内容（规范 JSON）的 SHA-256"},
        "scope": enum(known["scope"]),
        "verdict": enum(known["verdict"]),
        "counts": counts(),
    }
    defs["InForce"]["properties"] |= {"from": nullable(DATE), "until": nullable(DATE)}
    defs["Edition"]["properties"] |= {"status": enum(known["ruleset_status"]), "sha256": SHA256}
    defs["Decider"]["properties"] |= {"name": enum(ENGINES)}
    defs["Reason"]["properties"] |= {"test": ref("test"), "value": ref("value")}
    defs["RecordedFinding"]["properties"] |= {
        "kind": enum(KINDS),
        "status": enum(STATUSES),
        "force": enum(FORCES),
        "due": nullable(DATE),
        "unknown": {"type": "array", "items": {"anyOf": [TEXT, ref("reason")]}},
    }
    return words.document("决定记录 record", made, defs, "一个结论及其全部依据：可据以重新得出同一结论")
