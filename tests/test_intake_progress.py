"""How far an intake is, for whoever watches: about as many as there are, told before, and all of them in the end."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from intake.asked import write
from intake.lines import lines, tricks
from openpyxl import Workbook

from govproj_rules.intake import duck, take_in, taking
from govproj_rules.intake.duck import open_duck
from govproj_rules.intake.inputs import find_inputs
from govproj_rules.intake.sizes import how_many
from govproj_rules.library import load_ruleset

COUNT = 300
PROJECTS = [f'{{"name": "x{place}", "city": "yunan"}}\n' for place in range(COUNT)]


def folder(place: Path) -> list[Path]:
    (place / "a").mkdir()
    for number, project in enumerate(PROJECTS):
        (place / "a" / f"{number}.json").write_text(project, encoding="utf-8")
    return [place / "a"]


def plain(place: Path) -> list[Path]:
    (place / "a.jsonl").write_text("".join(PROJECTS), encoding="utf-8")
    return [place / "a.jsonl"]


def packed(place: Path) -> list[Path]:
    (place / "a.jsonl.gz").write_bytes(gzip.compress("".join(PROJECTS).encode()))
    return [place / "a.jsonl.gz"]


def text(place: Path) -> list[Path]:
    (place / "a.csv").write_text("name,city\n" + "".join(f"x{one},yunan\n" for one in range(COUNT)), encoding="utf-8")
    return [place / "a.csv"]


def workbook(place: Path) -> list[Path]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("项目")
    sheet.append(["name", "city"])
    for one in range(COUNT):
        sheet.append([f"x{one}", "yunan"])
    book.create_sheet("空").sheet_state = "hidden"
    book.save(place / "a.xlsx")
    return [place / "a.xlsx"]


def columnar(place: Path) -> list[Path]:
    cities = "CASE WHEN range < 100 THEN 'yunan' WHEN range < 200 THEN 'lushan' ELSE 'dongying' END"
    write(f"SELECT 'x' || range AS project, {cities} AS city, 1 AS changes FROM range({COUNT})", place / "a.parquet")
    write(f"SELECT 'x' || range AS project, 0 AS change FROM range({COUNT})", place / "b.parquet")
    return [place / "a.parquet", place / "b.parquet"]


def several(place: Path) -> list[Path]:
    (place / "one.json").write_text(PROJECTS[0].replace("x0", "one"), encoding="utf-8")
    return [place / "one.json", *text(place)]


KINDS: list[tuple[Callable[[Path], list[Path]], int, int]] = [
    (folder, 300, 300), (plain, 300, 300), (packed, 300, 300), (text, 301, 300), (workbook, 301, 300),
    (columnar, 300, 300), (several, 302, 301),
]  # fmt: skip


@pytest.mark.parametrize(("make", "about", "records"), KINDS)
def test_what_is_told(
    make: Callable[[Path], list[Path]], about: int, records: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "_LOOK", 1e-4)  # as often as can be
    told: list[tuple[int | None, int]] = []
    made = take_in(make(tmp_path), tmp_path / "out", progress=lambda total, more: told.append((total, more)))
    assert told[0] == (about, 0)  # seen before the first record is read
    assert {total for total, _ in told} == {about}
    assert sum(more for _, more in told) == made.accepted + made.rejected == records


@pytest.mark.parametrize("clean", [True, False])
def test_lines_read_by_duckdb(clean: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where some are to be read one by one, the file is gone through once more, and so is the bar."""
    file = tmp_path / "a.jsonl"
    made = [one.encode().strip() for one in PROJECTS] if clean else [*lines(load_ruleset("yunan"), COUNT, 1)]
    file.write_bytes(b"\n".join(made if clean else [*tricks("yunan"), *made]) + b"\n")
    monkeypatch.setattr(duck, "_LOOK", 1e-4)
    monkeypatch.setattr(taking, "LEAST", 0)
    so_far, most, least = 0, 0, 0

    def tell(total: int | None, more: int) -> None:
        nonlocal so_far, most, least
        so_far += more
        assert total is not None
        most, least = max(most, so_far - total), min(least, so_far)

    taken = take_in([file], tmp_path / "out", progress=tell)
    assert so_far == taken.accepted + taken.rejected
    assert most <= 0 == least


def test_what_cannot_be_read_is_not_counted(tmp_path: Path) -> None:
    """What is wrong with it is told by whoever reads it."""
    files = {
        "a.jsonl.gz": b"no gzip",
        "a.xlsx": b"PK no zip",
        "a.parquet": b"PAR1 no",
        "b.xlsx": b"",
        "b.jsonl.gz": b"",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "huge.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"<row " + b" " * 20_000_000)
    with open_duck(tmp_path) as db:
        counts = {one.path.name: how_many([one], db) for one in find_inputs(sorted(tmp_path.glob("*.*")))}
    assert counts == {**dict.fromkeys(files), "huge.xlsx": None, "b.jsonl.gz": 0}
