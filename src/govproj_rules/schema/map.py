"""The schema of a map: which column of a sheet says what, with every fact there is and its meaning."""

from __future__ import annotations

from typing import Final

from govproj_rules.library import built_in, load_ruleset
from govproj_rules.mapping import CHANGE, IGNORE, MapDoc, Targets
from govproj_rules.mapping.reading import UNITS
from govproj_rules.schema import words
from govproj_rules.schema.words import Schema, closed, document, ref

_ROW: Final[Schema] = {"type": ["integer", "string"], "minimum": 1, "pattern": "^[1-9][0-9]{0,5}$"}
_DESCRIBED: Final = {
    "sheet": "工作表名称；只有一个可见的表时可不写",
    "header": "表头所在行；两行表头写两个行号，列名写作“上 / 下”",
    "delimiter": "CSV 的分隔符",
    "blank": "各列中表示未填的写法",
    "totals": "合计行开头的字样，这些行不是项目",
    "unreadable": "读不出的单元格：reject 退回整条记录（默认），unknown 按未填处理并说明",
    "constants": "所有项目相同的事实",
    "columns": "列名 → 事实",
    "changes": "另一张表，每行一项变更",
    "unit": "单元格只有数字时的单位；单元格自带的单位优先",
    "yuan_from": "不小于此数的纯数字按元计：一列里混有元与万元时用",
    "day_numbers": "日期按序号存时从哪年数起：1900（一般）或 1904；43754 即 2019-10-16",
    "yes": "表示是的写法",
    "no": "表示否的写法",
    "words": "单元格写法 → 词",
    "none": "表示没有的写法",
    "split": "列举各项之间的分隔符",
    "fact": "事实的路径",
    "project": "变更所属项目的编号（没有编号列则为名称）所在列",
    "complete": "未列出变更的项目即没有变更",
}


def map_schema() -> Schema:
    """The JSON Schema of a map file, for the built-in rulesets."""
    made = words.tidy(MapDoc.model_json_schema(), _change)
    defs: dict[str, Schema] = {**made["$defs"], **_groups()}
    for model in (made, *defs.values()):
        for name, field in model.get("properties", {}).items():
            if name in _DESCRIBED:
                field["description"] = _DESCRIBED[name]
    return document("表格对照 map", made, defs, "表格的哪一列说明项目的哪一项事实")


def _change(made: Schema) -> Schema:
    made = words.without_null(made)
    if "x-words" in made:
        rest = {key: part for key, part in made.items() if key not in ("x-words", "type", "pattern")}
        return {**rest, **ref(made["x-words"])}
    if made.get("type") == "string" and not {"enum", "const", "pattern"} & made.keys():
        return {**made, "type": ["string", "number"]}
    return made


def _groups() -> dict[str, Schema]:
    """Every group a marker of :mod:`govproj_rules.mapping.model` names."""
    targets = Targets([load_ruleset(city) for city in built_in()])
    labels = {one.path: one.label for one in targets.project.values()}
    of_change = {one.path: one.label for one in targets.change.values()}
    short = {path.removeprefix(f"{CHANGE}."): label for path, label in of_change.items()}
    known = {**{path: label for path, label in short.items() if path not in labels}, **of_change, **labels}
    fields = "|".join(path.replace(".", r"\.") for path in short)
    listed = words.words_of(known)
    listed["enum"].append(IGNORE)
    listed["enumDescriptions"].append("不读这一列")
    numbered = {"type": "string", "pattern": rf"^changes\[[0-9]{{1,3}}\]\.({fields})$"}
    return {
        "facts": {"anyOf": [listed, numbered]},
        "units": {"enum": [unit for units in UNITS.values() for unit in units]},
        "rows": dict(_ROW),
        "constants": closed({path: {"description": label.zh} for path, label in labels.items()}),
    }
