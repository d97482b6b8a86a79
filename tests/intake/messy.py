"""A workbook as an office keeps it: a title, a header of two lines, units in headers and in cells, dates in five forms,
blanks, words of its own, a total at the end, and a few rows nobody can read. The same numbers every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from openpyxl import Workbook

SHEET: Final = "2026年台账"
TITLE: Final = "XX县2026年度政务信息化项目管理台账（截至6月30日）"
HEADER: Final = (
    ("序号", ""), ("项目编号", ""), ("项目名称", ""), ("建设单位", "名称"), ("建设单位", "单位性质"),
    ("投资情况", "总投资\n（万元）"), ("投资情况", "批复概算（元）"), ("投资情况", "合同金额"), ("建设性质", ""), ("是否涉密", ""),
    ("资金来源", ""), ("等保级别", ""), ("时间节点", "立项批复日期"), ("时间节点", "合同签订时间"), ("时间节点", "开工日期"),
    ("时间节点", "竣工验收日期"), ("可研报告", ""), ("是否委托监理", ""), ("计划年度", ""), ("备注", ""),
)  # fmt: skip
WRONG: Final[dict[int, tuple[str, Any]]] = {
    7: ("合同金额", 88.5),  # no unit, and the header has none
    43: ("总投资\n（万元）", "约120万元"),
    101: ("立项批复日期", "2026年3月"),
    150: ("是否涉密", "待定密"),
    222: ("合同签订时间", "#REF!"),
    333: ("建设性质", "新建（二期）"),
    404: ("批复概算（元）", -5),
    505: ("等保级别", "六级"),
    606: ("项目名称", None),
    707: ("总投资\n（万元）", "12,00.5"),
    808: ("开工日期", 46083),
    909: ("竣工验收日期", "2026-02-30"),
}
"""Rows of projects, from 0, with the cell that makes them unreadable."""
TWINS: Final = (1000, 1001)
"""Rows with the same number of project."""


def write_messy(path: Path, rows: int = 5_000) -> None:
    """Write the workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    width = len(HEADER)
    sheet.append([TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.append(["填报单位：县政务和数据局", *[None] * (width - 3), "单位：见表头"])
    sheet.append(
        [upper if place == 0 or upper != HEADER[place - 1][0] else None for place, (upper, _) in enumerate(HEADER)]
    )
    sheet.append([lower or None for _, lower in HEADER])
    _merge_header(sheet)
    random = Random(20260630)
    for number in range(rows):
        sheet.append(_row(number, random))
        place = sheet.max_row
        if number % 5 == 0:
            sheet.cell(place, 13).number_format = "yyyy/m/d"
        if number % 11 == 3:
            sheet.cell(place, 8).number_format = '0.00"万元"'
        if number % 997 == 5:
            sheet.row_dimensions[place].hidden = True
    sheet.append([None] * width)
    sheet.append(["合计", None, None, None, None, 123456.78, 0, *[None] * (width - 7)])
    other = book.create_sheet("说明")
    other.append(["本台账由各单位自行填报，县政务和数据局汇总。"])
    other.sheet_state = "hidden"
    book.save(path)


def _merge_header(sheet: Any) -> None:
    start = 0
    for place in range(1, len(HEADER) + 1):
        if place == len(HEADER) or HEADER[place][0] != HEADER[start][0]:
            if not HEADER[start][1]:
                sheet.merge_cells(start_row=3, start_column=start + 1, end_row=4, end_column=start + 1)
            elif place - start > 1:
                sheet.merge_cells(start_row=3, start_column=start + 1, end_row=3, end_column=place)
            start = place


def _row(number: int, random: Random) -> list[Any]:
    signed = date(2025, 1, 1) + timedelta(days=random.randrange(500))
    approved = signed - timedelta(days=random.randrange(30, 90))
    started = signed + timedelta(days=10) if random.random() < 0.6 else None
    accepted = started + timedelta(days=200) if started and random.random() < 0.3 else None
    total = round(random.uniform(8, 900), 2)
    kinds = ("新建", "升级改造", "运行维护", "续建", "改建、扩建", "购买服务")
    cells = [
        number + 1, f"XM-{2025 + number % 2}-{number + 1:05d}", f"政务信息化项目{number + 1}",
        random.choice(("县教育局", "县卫健局", "县公安局", "县自然资源局")), random.choice(("政府部门", "事业单位", None)),
        total if number % 7 else f"{total}万元", round(total * 10_000) if number % 3 else None,
        _contract(number, round(total * 0.9, 2)), random.choice(kinds), random.choice(("是", "否", "否", "否", None)),
        random.choice(("县级财政资金", "县级财政资金；上级转移支付", "自筹资金", "-")), random.choice(("三级", "二级", 2, "第三级", None)),
        _day(approved, number, random), _day(signed, number + 1, random), _day(started, number + 2, random),
        _day(accepted, number + 3, random), random.choice(("有", "无", None)), random.choice(("是", "否", None)),
        random.choice((2025, "2026年", "2026", None)), random.choice((None, None, "抓紧推进")),
    ]  # fmt: skip
    if number in WRONG:
        column, value = WRONG[number]
        cells[[lower or upper for upper, lower in HEADER].index(column)] = value
    if number == TWINS[1]:
        cells[1] = f"XM-{2025 + TWINS[0] % 2}-{TWINS[0] + 1:05d}"
    return cells


def _contract(number: int, amount: float) -> Any:
    """The column has no unit: each cell has its own, or its format shows one."""
    if number % 11 == 3:
        return amount
    return (f"{amount}万元", f"{round(amount * 10_000)}元", None)[number % 3]


_FORMS: Final[tuple[Callable[[date], Any], ...]] = (
    lambda day: day,
    lambda day: day.isoformat(),
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
)


def _day(day: date | None, number: int, random: Random) -> Any:
    return None if day is None or random.random() < 0.1 else _FORMS[number % len(_FORMS)](day)


if __name__ == "__main__":
    write_messy(Path("messy.xlsx"))
