"""What the commands and their options are for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govproj_rules.ir import Label

HELP: Final[Mapping[str, Label]] = {
    "compare": Label("按含义比较各地办法：同、严于、宽于、不同、未规定；也可比较两个版本。", "Compare regulations by meaning: same, stricter, looser, different, silent; also two editions."),
    "compared_cities": Label("两个以上办法的代号或文件路径", "two or more rulesets, by id or path"),
    "topic": Label("只比较一个主题（change.limit，或其名称）或一组主题（change）", "one topic (change.limit, or its title) or one group of them (change)"),
    "all_topics": Label("两个版本比较时也列出没有变化的主题；组合检查时列出全部规则", "also the topics that two editions have alike; with --projects every rule"),
    "silent": Label("只列多数地方有规定而某地没有的事项", "only what most regulate and one does not"),
    "compared_project": Label("同一项目在各地办法下要做什么，可重复", "the same project under each ruleset; may be repeated"),
    "portfolio": Label("项目文件夹或 .jsonl，逐个在两个版本下检查，列出结论变化的项目", "a folder of projects or a .jsonl file, run through two editions; what changes is listed"),
    "app": Label("按各地政务信息化项目管理办法检查项目。", "Check government IT projects against local regulations."),
    "check": Label("检查项目：要交什么、谁审批、违反了什么、还缺什么。", "Check projects: what is owed to whom, what is broken, what is missing."),
    "explain": Label("说明一条规则为什么对项目得出这个结论。", "Why one rule comes out as it does for a project."),
    "rules": Label("列出各地办法，或一个办法的全部条文和规则。", "The rulesets, or all articles of one with their rules."),
    "show": Label("显示一条（或一款）的全部规则。", "Every rule of one article or paragraph."),
    "test": Label("运行规则的用例。", "Run the cases of the rules."),
    "lint": Label("检查规则文件：读不到的事实、永不适用的规则、与原文的出入。", "Check rulesets: unread facts, rules that never apply, what differs from the text."),
    "schema": Label("输出文件格式的 JSON Schema。", "The JSON Schema of a file format."),
    "new": Label("按办法的原文生成规则文件的骨架，不覆盖已有文件。", "A ruleset to start from, out of the plain text of a regulation; overwrites nothing."),
    "new_city": Label("新办法的代号，如 langfang", "id of the new ruleset, such as langfang"),
    "new_text": Label("办法的原文（UTF-8 纯文本）", "plain text of the regulation, in UTF-8"),
    "out": Label("写到哪个文件；不写则为 rules/CITY.yaml，没有 rules 文件夹则为 CITY.yaml", "the file to write; by default rules/CITY.yaml, without a folder rules CITY.yaml"),
    "coverage": Label("另列用例到达了哪些条文、结论和界限", "also tell which articles, statuses and bounds the cases reach"),
    "fail_under": Label("覆盖率低于此百分数时退出码为 1（含 --coverage）", "exit code 1 where less than this percentage is reached (implies --coverage)"),
    "files": Label("项目文件（JSON），- 为标准输入", "project files (JSON); - reads standard input"),
    "file": Label("项目文件（JSON），- 为标准输入", "project file (JSON); - reads standard input"),
    "city": Label("办法的代号或文件路径；不写则用项目文件的 city", "id or path of a ruleset; without it the project's own city counts"),
    "city_argument": Label("办法的代号或文件路径", "id or path of a ruleset"),
    "rule": Label("规则的代号", "id of the rule"),
    "article": Label("条款，如 28 或 28.1", "article, such as 28 or 28.1"),
    "paths": Label("规则或用例文件、文件夹；不写则用 ./rules 或内置规则", "rule or case files, or folders; by default ./rules, else the built-in ones"),
    "ruleset_paths": Label("规则文件、文件夹或办法代号；不写则用 ./rules 或内置规则", "ruleset files, folders or ids; by default ./rules, else the built-in ones"),
    "text": Label("办法的原文（纯文本），逐条核对；只能检查一个办法", "plain text of the regulation, compared article by article; with one ruleset only"),
    "unused_words": Label("另列词汇表中没有办法用到的词（不算问题）", "also list words of the vocabulary that no ruleset uses (no fault)"),
    "schema_name": Label("project、ruleset、report、comparison 或 map", "project, ruleset, report, comparison or map"),
    "as_of": Label("检查截至的日期（年-月-日），默认今天", "the day to check for (year-month-day); default: today"),
    "engine": Label("由谁判断条件：python 为本程序，durable 为 durable-rules；结果相同", "who decides the conditions: python, this program itself, or durable, the package durable-rules; the report is the same"),
    "session": Label("跟踪多个项目：逐行读入事实和事件（JSON），随即输出有变化的结论及理由。", "Follow projects over time: facts and events come in as JSON lines, what they change comes out at once, with reasons."),
    "stream_file": Label("要读的文件；默认 - 为标准输入", "the file to read; by default -, standard input"),
    "stream_format": Label("输出格式；在终端默认 table，否则默认 json（每行一个对象）", "output format; by default table on a terminal, else json (one object a line)"),
    "most": Label("最多同时跟踪多少个项目，默认 100000", "how many projects may be open at a time; by default 100000"),
    "audit": Label("一次读入多个项目（文件夹、JSON Lines、CSV、Excel、Parquet），逐条说明读不出的记录。", "Read many projects at once (folders, JSON lines, CSV, Excel, Parquet), and tell every record that cannot be read."),
    "audit_inputs": Label("项目文件夹，或 .json .jsonl .ndjson(.gz) .csv .tsv .xlsx .parquet 文件，可多个", "folders of projects, or .json .jsonl .ndjson(.gz) .csv .tsv .xlsx .parquet files; several may be given"),
    "map": Label("说明表格各列含义的文件（YAML）", "a file (YAML) that says what the columns of sheets mean"),
    "suggest_map": Label("为一个 .xlsx 或 .csv 生成各列含义的建议，核对后用于 --map", "propose what the columns of an .xlsx or .csv file mean; check it, then give it to --map"),
    "audit_out": Label("与 --suggest-map 同用：写到哪个文件，默认为标准输出", "with --suggest-map, the file to write; by default standard output"),
    "tables": Label("把读入的表（Parquet）和未读入的记录写到这个新文件夹", "a new folder to keep the tables (Parquet) and the rejected records in"),
    "format": Label("输出格式", "output format"),
    "lang": Label("语言", "language"),
    "all": Label("全部列出，含已满足和不适用的", "list everything, also what is met or does not apply"),
    "version": Label("显示版本", "show the version"),
}  # fmt: skip
