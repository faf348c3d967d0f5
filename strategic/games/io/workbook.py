"""Tables as an .xlsx workbook, one sheet per table: Office Open XML, the same bytes every time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from strategic.games.io.files import written_whole
from strategic.printable import printable

Columns = Mapping[str, Sequence[Any]]
"""A table: columns of one length by their titles; None and NaN leave a cell empty."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = f"Relation{'ship'}"
"""What the format calls links between its parts; as one word a family is called so here."""
_LINKS = f"http://schemas.openxmlformats.org/officeDocument/2006/{_LINK.lower()}s"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME, LONGEST_CELL = 31, 32_767
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def write_workbook(path: Path, sheets: Mapping[str, Columns]) -> None:
    """Write tables to an .xlsx file that spreadsheets open: numbers as numbers, texts as texts.

    Texts are stored as texts whatever they begin with, so that none of them runs as a formula.

    Parameters
    ----------
    path : pathlib.Path
        Written beside and then renamed.
    sheets : mapping of str to columns
        Tables by the names of their sheets.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "prices.xlsx"
    ...     write_workbook(file, {"prices": {"good": ["fish"], "price": [2.5]}})
    ...     b"<v>2.5</v>" in ZipFile(file).read("xl/worksheets/sheet1.xml")
    True
    """
    names = _names(sheets)
    parts = {
        "[Content_Types].xml": _content_types(len(names)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(names),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)}
            | {f"rId{len(names) + 1}": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _STYLES,
    }
    for number, columns in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = "".join(_sheet(columns))
    with written_whole(path) as beside, ZipFile(beside, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(ZipInfo(name), text.encode(), compress_type=ZIP_DEFLATED)


def _names(sheets: Mapping[str, Columns]) -> list[str]:
    """Shorten names of sheets to what spreadsheets take, and keep them different."""
    names: list[str] = []
    for name in sheets:
        short = _FORBIDDEN.sub(" ", printable(name))[:_LONGEST_NAME] or "table"
        known, count, base = {n.lower() for n in names}, 2, short
        while short.lower() in known:
            short = f"{base[: _LONGEST_NAME - 4]} {count}"
            count += 1
        names.append(short)
    return names


def _content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.{_LINK.lower()}s+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{sheets}</Types>'
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<{_LINK} Id="{key}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    space = f"{_PACKAGE}/{_LINK.lower()}s"
    return f'{_HEAD}<{_LINK}s xmlns="{space}">{listed}</{_LINK}s>'


def _workbook(names: Sequence[str]) -> str:
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    spaces = f'xmlns="{_MAIN}" xmlns:r="{_LINKS}"'
    return f"{_HEAD}<workbook {spaces}><sheets>{listed}</sheets></workbook>"


def _sheet(columns: Columns) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols>'
    for number, (title, values) in enumerate(columns.items(), start=1):
        longest = max([len(str(title)), *(len(_shown(value)) for value in values)])
        width = min(60, longest + 2)
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield f"<row>{''.join(_cell(title, 1) for title in columns)}</row>"
    for row in zip(*columns.values(), strict=True):
        yield f"<row>{''.join(_cell(value) for value in row)}</row>"
    yield "</sheetData></worksheet>"


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _cell(value: Any, style: int = 0) -> str:
    styled = f' s="{style}"' if style else ""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return f'<c t="b"{styled}><v>{int(value)}</v></c>'
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return f"<c{styled}/>"
    if isinstance(value, int | float) and math.isfinite(value):
        return f"<c{styled}><v>{value!r}</v></c>"
    text = escape(printable(str(value))[:LONGEST_CELL])
    return f'<c t="inlineStr"{styled}><is><t xml:space="preserve">{text}</t></is></c>'
