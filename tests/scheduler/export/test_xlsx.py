import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from scheduler.export.report import Report
from scheduler.export.xlsx import write_workbook
from scheduler.schedule import Shift

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def parts(path: Path) -> dict[str, str]:
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def cells(path: Path, sheet: int) -> list[list[str]]:
    """Text and numbers of a sheet, as written."""
    found = parts(path)
    shared = [
        "".join(item.itertext())
        for item in ElementTree.fromstring(found["xl/sharedStrings.xml"]).findall("m:si", SPACE)
    ]
    rows = []
    for row in ElementTree.fromstring(found[f"xl/worksheets/sheet{sheet}.xml"]).iter(
        f"{{{SPACE['m']}}}row"
    ):
        values = []
        for cell in row:
            value = cell.find("m:v", SPACE)
            text = "" if value is None or value.text is None else value.text
            values.append(shared[int(text)] if cell.get("t") == "s" else text)
        rows.append(values)
    return rows


def test_sheets_have_their_names(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "a.xlsx")

    names = re.findall(r'<sheet name="([^"]+)"', parts(tmp_path / "a.xlsx")["xl/workbook.xml"])
    assert names == ["Shifts", "Coverage", "Hours", "Understaffing"]


def test_no_cell_is_a_live_formula(make_report: Callable[..., Report], tmp_path: Path) -> None:
    queues = ("=1+1", "@SUM(A1)")
    shifts = (Shift(600, 840, "=HYPERLINK(1)", queues[0], "four", 6200),)
    report = make_report(shifts, ("=HYPERLINK(1)", "w2"), {"=HYPERLINK(1)": "+1"}, queues)

    write_workbook(report, tmp_path / "a.xlsx")

    sheets = [text for name, text in parts(tmp_path / "a.xlsx").items() if "worksheets/" in name]
    assert len(sheets) == 4
    assert not any("<f>" in text or "<f " in text or "<hyperlink" in text for text in sheets)
    assert cells(tmp_path / "a.xlsx", 1)[1][1:4] == ["=HYPERLINK(1)", "+1", "=1+1"]


def test_times_are_local_and_the_zone_stands_beside(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "a.xlsx")

    rows = cells(tmp_path / "a.xlsx", 1)
    start, zone = rows[0].index("start"), rows[0].index("zone")
    half_past_two = [(row[start], row[zone]) for row in rows[3:]]
    assert [zone for _, zone in half_past_two] == ["UTC+02:00", "UTC+01:00"]
    # 25 October 2026 02:30 in days since 30 December 1899, twice.
    assert [round(float(moment), 6) for moment, _ in half_past_two] == [46320.104167] * 2


def test_hours_list_everybody(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "a.xlsx")

    assert cells(tmp_path / "a.xlsx", 3)[1:] == [
        ["w1", "Åsa Öberg", "2", "8", "124"],
        ["w2", "", "1", "4", "62"],
        ["w3", "", "1", "4", "62"],
    ]


def test_understaffing_adds_up_to_its_cost(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "a.xlsx")

    rows = cells(tmp_path / "a.xlsx", 4)
    cost = rows[0].index("cost")
    total = sum(float(row[cost]) for row in rows[1:])
    assert round(100 * total) == report.schedule.costs["understaffing"]


def test_the_header_is_frozen(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "a.xlsx")

    assert 'state="frozen"' in parts(tmp_path / "a.xlsx")["xl/worksheets/sheet1.xml"]


def test_the_same_report_gives_the_same_bytes(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "a.xlsx")
    write_workbook(report, tmp_path / "b.xlsx")

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
