"""Workbooks: what spreadsheets read back, and nothing that runs."""

from xml.etree import ElementTree as ET
from zipfile import ZipFile

import numpy as np
import pytest

from strategic.games.io.workbook import write_workbook

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(file, number=1):
    with ZipFile(file) as archive:
        root = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - our own file
    read = []
    for row in root.iter(f"{SPACE}row"):
        found = []
        for cell in row:
            text, value = cell.find(f".//{SPACE}t"), cell.find(f"{SPACE}v")
            kind = cell.get("t", "n")
            found.append(
                text.text if kind == "inlineStr" else None if value is None
                else value.text == "1" if kind == "b" else float(value.text)
            )  # fmt: skip
        read.append(found)
    return read


def test_numbers_texts_truth_and_gaps_come_back(tmp_path):
    file = tmp_path / "a.xlsx"
    columns = {
        "n": [1, -2.5e-300, np.float64(0.1), None],
        "t & <s>": ["=1+1", "a\x07b", "ü\u202e", " x "],
        "b": [True, np.array([False])[0], float("nan"), float("inf")],
    }
    write_workbook(file, {"first": columns})
    head, *rows = cells(file)
    assert head == ["n", "t & <s>", "b"]
    assert [row[0] for row in rows] == [1, -2.5e-300, 0.1, None]
    assert [row[1] for row in rows][:2] == ["=1+1", r"a\x07b"]
    assert rows[3][1] == " x "
    assert [row[2] for row in rows] == [True, False, None, "inf"]


def test_the_same_tables_give_the_same_bytes(tmp_path):
    for name in "ab":
        write_workbook(tmp_path / f"{name}.xlsx", {"t": {"x": [1.5, 2.0]}})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_names_of_sheets_are_short_plain_and_different(tmp_path):
    file = tmp_path / "a.xlsx"
    sheets = ["a/b:c", "A b C", "x" * 40, "x" * 35, ""]
    write_workbook(file, {name: {"x": [1]} for name in sheets})
    with ZipFile(file) as archive:
        root = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - our own file
    names = [sheet.get("name") for sheet in root.iter(f"{SPACE}sheet")]
    assert len({name.lower() for name in names}) == len(sheets)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_another_reader_agrees(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    file = tmp_path / "a.xlsx"
    write_workbook(file, {"one": {"a": [1.5, 2.5], "b": ["=1", "y"]}, "two": {"c": [True]}})
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["one", "two"]
    assert [[c.value for c in row] for row in book["one"].rows] == [
        ["a", "b"], [1.5, "=1"], [2.5, "y"],
    ]  # fmt: skip
    assert book["one"]["B2"].data_type == "s"
