"""A comparison made by hand for the tests of its page: five cities, twenty topics, every state and relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Final

from govproj_rules.comparison import (
    Cell,
    Column,
    Comparison,
    Difference,
    Norm,
    Pair,
    Relation,
    Row,
    Silence,
    inverse,
)
from govproj_rules.ir import Label
from govproj_rules.report import Party

CITIES: Final = {
    "langfang": Label("廊坊", "Langfang"),
    "shizuishan": Label("石嘴山", "Shizuishan"),
    "dongying": Label("东营", "Dongying"),
    "yunan": Label("郁南", "Yunan"),
    "lushan": Label("庐山", "Lushan"),
}
OWNER = Party("owner", Label("项目建设单位", "project owner"))
FORCES: Final = {"应": "must", "不": "must_not", "可": "may", "原": "in_principle", "鼓": "encouraged"}
ALWAYS = Label("一律适用", "always")

Said = tuple[str, str, str, str, str]
"""What a norm says and when, zh and en each, and its article."""


def said(zh: str, en: str, article: str, when: str = "", if_: str = "") -> Said:
    return zh, en, when, if_, article


SUPERVISION = said("应：已委托工程监理", "must: supervision firm engaged", "24")
ELSEWHERE, WITHOUT = "elsewhere", "without_rules"

TABLE: Final[Mapping[str, tuple[Label, Label, Mapping[str, list[Said] | str]]]] = {
    "scope": (Label("适用范围", "scope"), Label("哪些项目受约束", "which projects are governed"), {
        "langfang": [said("适用：资金来源包含市级财政资金", "applies: city funds", "2")],
        "shizuishan": [said("适用：总投资60万元以上", "applies: total of 600,000 yuan and more", "4")],
        "dongying": [said("适用：市级部门的项目", "applies: projects of city bodies", "2.1")],
        "yunan": [said("适用：县级财政资金的项目", "applies: county funds", "2.1")],
        "lushan": [said("适用：智慧城市建设项目", "applies: smart city projects", "3")],
    }),
    "competence.data": (Label("数据管理职责", "competence for data"), Label("谁统筹数据", "who coordinates data"), {
        "langfang": [said("市数据局：统筹数据共享", "data bureau: sharing", "5")],
        "dongying": [said("市大数据局：统筹数据共享", "big data bureau: sharing", "5.1")],
        "shizuishan": ELSEWHERE,
    }),
    "competence.audit": (Label("审计职责", "competence for audit"), Label("谁实施审计", "who audits"), {
        city: [said("审计机关：审计监督", "audit office: audit", "26")] for city in ("langfang", "dongying", "yunan", "lushan")
    }),
    "plan.listing": (Label("列入规划计划", "listing in the plan"), Label("须列入哪些计划", "which plans list it"), {
        "dongying": [said("应列入年度计划", "must be listed in the annual plan", "6")],
        "yunan": [said("应列入项目库", "must be listed in the pool", "6.1")],
        "lushan": [said("应列入年度计划", "must be listed in the annual plan", "7")],
    }),
    "plan.off_plan": (Label("计划外项目", "off-plan projects"), Label("未列入的如何处理", "projects not listed"), {
        "dongying": [said("不得申报计划外项目", "must not apply off plan", "6.2")],
        "lushan": [said("可说明理由后申报", "may apply with reasons", "7.2", "属紧急事项", "urgent")],
    }),
    "application.documents": (Label("申报材料", "application documents"), Label("申报时提交什么", "what is handed in"), {
        "langfang": [said("应提交《建设方案》→ 市发改委", "must hand in “scheme” → commission", "9"),
                     said("应提交《信息资源目录》→ 市数据局", "must hand in “catalogue” → data bureau", "9")],
        "shizuishan": [said("应提交《建设方案》→ 市数据局", "must hand in “scheme” → data bureau", "15")],
        "yunan": [said("应提交《需求方案》→ 县政务和数据局", "must hand in “demand plan” → bureau", "7.1")],
    }),
    "review.technical": (Label("技术审查", "technical review"), Label("方案如何评审", "review of the scheme"), {
        "langfang": [said("应由市数据局审核", "must: review by data bureau", "11")],
        "dongying": [said("应由市大数据局审核", "must: review by big data bureau", "7.3", "总投资50万元以上", "total at least 500,000")],
        "lushan": [said("应由市智慧办评审", "must: review by smart office", "10")],
    }),
    "approval.validity": (Label("批复有效期", "validity of approval"), Label("批复多久有效", "how long it stays valid"), {
        "langfang": [said("应在24个月内开工", "must start within 24 months", "16")],
        "dongying": [said("应在12个月内采购", "must procure within 12 months", "10")],
    }),
    "budget.cap": (Label("预算上限", "budget cap"), Label("预算不得超过多少", "what may not be exceeded"), {
        "yunan": [said("不得超过评审额", "must not exceed the reviewed amount", "13")],
        "langfang": WITHOUT,
    }),
    "contract.filing": (Label("合同备案", "contract filing"), Label("签约后向谁备案", "filing of the contract"), {
        "dongying": [said("应于签约后10个工作日内备案", "must file within 10 working days", "12")],
        "yunan": [said("应于签约后10个工作日内备案", "must file within 10 working days", "15")],
        "lushan": [said("应于签约后1个月内备案", "must file within a month", "11")],
    }),
    "construction.supervision": (Label("工程监理", "construction supervision"), Label("何时须委托监理", "when a firm is required"), {
        "langfang": [SUPERVISION],
        "dongying": [said("应：已委托工程监理", "must: supervision firm engaged", "9")],
        "yunan": [
            said("应：已委托工程监理", "must: supervision firm engaged", "16.1.1", "项目总投资不低于100万元（含）", "total investment at least 100万元 (inclusive)"),
            said("可委托工程监理", "may engage a supervision firm", "16.1.1", "项目总投资低于100万元（不含）", "total investment less than 100万元 (exclusive)"),
        ],
        "lushan": [said("应：已委托工程监理", "must: supervision firm engaged", "12", "非“纯运维项目”", "not: maintenance only")],
    }),
    "construction.testing": (Label("第三方测试", "third-party testing"), Label("何时须做测试", "when tests are required"), {
        "yunan": [said("应：已做第三方测试", "must: third-party test made", "16.1.2", "应用软件开发费不低于100万元（含）", "software at least 100万元 (inclusive)")],
        "shizuishan": ELSEWHERE,
    }),
    "intensive.cloud": (Label("依托政务云", "government cloud"), Label("须使用统一资源", "shared resources"), {
        "langfang": [said("应使用政务云", "must use the cloud", "20")],
        "shizuishan": [said("应使用政务云", "must use the cloud", "11")],
        "dongying": [said("应使用政务云", "must use the cloud", "14")],
        "yunan": [said("原则上应使用政务云", "in principle: use the cloud", "18")],
        "lushan": [said("应使用政务云", "must use the cloud", "9")],
    }),
    "data.sharing": (Label("数据共享", "data sharing"), Label("数据汇聚和共享", "collecting and sharing"), {
        "langfang": [said("应共享数据", "must share data", "21")],
        "shizuishan": [said("应共享数据", "must share data", "12")],
        "dongying": [said("应共享数据", "must share data", "15")],
    }),
    "security.crypto": (Label("密码应用", "cryptography"), Label("密码应用评估", "assessment of cryptography"), {
        "langfang": [said("应做密码评估", "must assess cryptography", "38", "等级保护三级以上", "grade 3 and above")],
        "dongying": [said("应做密码评估", "must assess cryptography", "21", "等级保护三级以上", "grade 3 and above")],
        "lushan": WITHOUT,
    }),
    "change.limit": (Label("自行调整限度", "limit for own changes"), Label("可自行调整多少", "how far the owner may change"), {
        "langfang": [said("可自行调整", "may adjust", "27", "调整额不超过概算10%（含）", "change at most 10% (inclusive)")],
        "dongying": [said("可自行调整", "may adjust", "13.1", "调整额不超过概算15%（含）", "change at most 15% (inclusive)")],
        "yunan": [said("可自行调整", "may adjust", "19", "调整额不超过合同价10%（含）", "change at most 10% of the contract")],
    }),
    "acceptance.deadline": (Label("验收期限", "acceptance deadline"), Label("何时申请验收", "when acceptance is due"), {
        "langfang": [said("应于建成后3个月内申请验收", "must apply within 3 months", "28.1")],
        "dongying": [said("应于试运行后3个月内申请验收", "must apply within 3 months of trial", "22.1")],
        "yunan": [said("应于建成后6个月内验收", "must be accepted within 6 months", "20.1")],
    }),
    "acceptance.condition": (Label("验收条件", "acceptance conditions"), Label("验收的前提", "what it presupposes"), {
        "langfang": [said("不得未审先验", "must not accept without review", "29")],
        "shizuishan": [said("应先做安全评估", "must assess security first", "20")],
        "dongying": [said("不得未审先验", "must not accept without review", "23.2")],
        "yunan": [said("应先初验", "must accept preliminarily first", "20.2")],
        "lushan": [said("应由市智慧办组织", "must be held by the smart office", "14")],
    }),
    "evaluation.deadline": (Label("评价期限", "evaluation deadline"), Label("何时自评价", "when self-evaluation is due"), {
        "langfang": [said("应于验收后12至24个月内自评价", "must evaluate within 12 to 24 months", "35")],
        "dongying": [said("应于投用后12至24个月内自评价", "must evaluate within 12 to 24 months of use", "25.1")],
        "yunan": [said("鼓励开展自评价", "encouraged: evaluate", "23")],
    }),
    "breach.bar": (Label("限制申报", "bar on new projects"), Label("违规不得申报", "units that are barred"), {
        "langfang": [said("不得新建、改建、扩建", "no new projects", "41")],
        "shizuishan": [said("不得申报项目", "no applications", "26")],
    }),
}  # fmt: skip

STRICTER: Final = {
    ("construction.supervision", "langfang", "yunan"),
    ("construction.supervision", "langfang", "lushan"),
    ("construction.supervision", "dongying", "yunan"),
    ("construction.supervision", "dongying", "lushan"),
    ("intensive.cloud", "langfang", "yunan"),
    ("intensive.cloud", "shizuishan", "yunan"),
    ("intensive.cloud", "dongying", "yunan"),
    ("intensive.cloud", "lushan", "yunan"),
    ("contract.filing", "dongying", "lushan"),
    ("contract.filing", "yunan", "lushan"),
    ("change.limit", "langfang", "dongying"),
}
NOT_COMPARABLE: Final = {"plan.off_plan", "acceptance.condition"}
HINT = "lushan"


def comparison() -> Comparison:
    """The five cities as the tests know them."""
    rows = [_row(topic, label, about, told) for topic, (label, about, told) in TABLE.items()]
    return Comparison(1, [_column(city) for city in CITIES], rows, _silences(rows))


def _column(city: str) -> Column:
    name = CITIES[city]
    draft = city == "shizuishan"
    title = Label(f"{name.zh}市政务信息化项目管理办法", f"{name.en} Measures for Government IT Projects")
    span = {"from": None if draft else date(2024, 10, 29), "until": date(2027, 10, 28) if city == "dongying" else None}
    return Column(city, city, name, title, "draft" if draft else "in_force", span, (city.encode().hex() * 8)[:64])


def _row(topic: str, label: Label, about: Label, told: Mapping[str, list[Said] | str]) -> Row:
    cells = [_cell(topic, city, told.get(city)) for city in CITIES]
    relations = [_relation(topic, a, b) for a, b in combinations(cells, 2)]
    return Row(topic, label, about, cells, [*relations, *map(_turned, relations)])


def _cell(topic: str, city: str, told: list[Said] | str | None) -> Cell:
    if told is None:
        return Cell(city, "silent", [])
    if isinstance(told, str):
        why = (
            Label("自治区另有办法", "a regional measure")
            if told == ELSEWHERE
            else Label("仅重申上级要求", "repeats a higher rule")
        )
        return Cell(city, told, [], ["29"], Label("第二十九条", "art. 29"), why)
    norms = [_norm(topic, city, number, one) for number, one in enumerate(told)]
    if (topic, city) == ("construction.supervision", HINT):
        norms.append(
            replace(
                norms[0],
                rule=f"{city}/supervision-hint",
                says=Label("监理资质以现行规定为准", "see the rules in force on firms"),
                when=None,
                hint=True,
            )
        )
    return Cell(city, "regulated", norms)


def _norm(topic: str, city: str, number: int, one: Said) -> Norm:
    zh, en, when, if_, article = one
    chapter, _, paragraph = article.partition(".")
    told = Label(
        f"第{chapter}条" + (f"第{paragraph}款" if paragraph else ""),
        f"art. {chapter}" + (f"({paragraph})" if paragraph else ""),
    )
    kind = "permission" if zh.startswith("可") else "competence" if topic.startswith("competence") else "duty"
    return Norm(
        rule=f"{city}/{topic.replace('.', '-')}-{number}", kind=kind, force=FORCES.get(zh[0], "must"), who=OWNER,
        cite=[article], article=told, when=Label(when, if_) if when else None, says=Label(zh, en),
    )  # fmt: skip


def _relation(topic: str, a: Cell, b: Cell) -> Relation:
    if a.state != "regulated":
        return Relation(a.ruleset, b.ruleset, "silent", a.why)
    if b.state != "regulated":
        return Relation(a.ruleset, b.ruleset, "only_here", b.why)
    if topic in NOT_COMPARABLE:
        pairs = [Pair(a.norms[0].rule, None, "different"), Pair(None, b.norms[0].rule, "different")]
        return Relation(a.ruleset, b.ruleset, "not_comparable", Label("各管一面", "each regulates another side"), pairs)
    first, second = a.norms[0], b.norms[0]
    if (first.says, first.when) == (second.says, second.when):
        return Relation(a.ruleset, b.ruleset, "same", None, [Pair(first.rule, second.rule, "same")])
    effect = "different"
    if (topic, a.ruleset, b.ruleset) in STRICTER:
        effect = "stricter"
    elif (topic, b.ruleset, a.ruleset) in STRICTER:
        effect = "looser"
    on, x, y = (
        ("content", first.says, second.says)
        if first.says != second.says
        else ("condition", first.when or ALWAYS, second.when or ALWAYS)
    )
    why = Label(f"{x.zh} ↔ {y.zh}", f"{x.en} ↔ {y.en}")
    return Relation(
        a.ruleset, b.ruleset, effect, why, [Pair(first.rule, second.rule, effect, [Difference(on, x, y, effect)])]
    )


def _turned(one: Relation) -> Relation:
    pairs = [
        Pair(p.b, p.a, inverse(p.relation), [Difference(d.on, d.b, d.a, inverse(d.effect)) for d in p.differences])
        for p in one.pairs
    ]
    return Relation(one.b, one.a, inverse(one.relation), one.why, pairs)


def _silences(rows: list[Row]) -> list[Silence]:
    found = []
    for city in CITIES:
        for row in rows:
            own = next(cell for cell in row.cells if cell.ruleset == city)
            others = [cell.ruleset for cell in row.cells if cell is not own and cell.state == "regulated"]
            if own.state != "regulated" and len(others) > 2:
                found.append(Silence(city, row.topic, row.label, own.state, own.cite, own.article, own.why, others))
    return found


# --- text of strangers ------------------------------------------------------------------------------

SCRIPT = "<script>globalThis.broken = 1; alert(1)</script>"
IMAGE = "<img src=x onerror='globalThis.broken = 1; alert(2)'>"
QUOTED = '"\' autofocus onfocus="globalThis.broken = 1" x=\''
CLOSING = "</span></td></table></title></style></script><!-- ]]> {{ 7 * 7 }} {% raw %}"
HOSTILE: Final = (SCRIPT, IMAGE, QUOTED, CLOSING)


def hostile() -> Comparison:
    """The same with the worst of texts wherever a file may hold one."""
    made = comparison()
    bad = Label("".join(HOSTILE), "".join(reversed(HOSTILE)))
    label = f"rules/{QUOTED}{SCRIPT}.yaml"
    first = made.rulesets[0]
    first.label, first.name, first.title, first.sha256 = label, Label(SCRIPT, IMAGE), bad, QUOTED
    for row in made.rows:
        row.cells[0].ruleset = label
        for relation in row.relations:
            relation.a, relation.b = (label if one == "langfang" else one for one in (relation.a, relation.b))
    for silence in made.silences:
        silence.ruleset = label if silence.ruleset == "langfang" else silence.ruleset
        silence.others = [label if one == "langfang" else one for one in silence.others]
        silence.why, silence.article = bad, bad
    row = made.rows[0]
    row.topic, row.label, row.about = f"{SCRIPT}.{QUOTED}", bad, bad
    norm = row.cells[0].norms[0]
    norm.says, norm.when, norm.article, norm.rule, norm.cite = bad, bad, bad, SCRIPT, [IMAGE]
    norm.who, norm.kind, norm.force = Party(QUOTED, bad), IMAGE, QUOTED
    for relation in row.relations:
        relation.why = bad
        for pair in relation.pairs:
            pair.a = QUOTED
            pair.differences = [Difference(SCRIPT, bad, bad, IMAGE)]
    return made
