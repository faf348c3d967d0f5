"""Games as text, one row per game: numbers are the decimals or fractions written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io._profiles import are_profiles, parse_profiles
from strategic.games.io.files import read_text, reading
from strategic.games.io.table import GameReader, GameTable, HeldGames
from strategic.games.io.tables._arrow import DAMAGE, ArrowReader, without_numbering
from strategic.games.io.tables._columns import Layout, are_wide, layout_of
from strategic.games.io.tables._csv_index import row_places
from strategic.games.io.tables._csv_types import types_of_texts
from strategic.games.io.tables._long_columns import long_columns

_LEAST_BYTES, _MOST_BYTES = 2**22, 2**28
_LINES_AT_ONCE = 64
_LONGEST_SHOWN = 100_000
_LONGEST_HEADER = 2**26
_SAMPLE, _SAMPLE_LINES = 2**18, 1000
_NO_TEXT = "must be text in UTF-8 with a header"
_NUMBER_WITH = r"[+-]?\d*{}\d+([eE][+-]?\d+)?"
_MOST_SCANNED = 2**30
DECIMAL_COMMA = "numbers were read with a decimal comma"
"""What is noted of such a file."""
_NOT_SCANNED = "further columns come along as texts, as the file has more than 1 GB"
_EXPANSION = 8
"""Bytes of text per byte of a compressed file, at most as a rule."""
_ALL = Layout((), (), ("",))
"""Of a table whose columns are not known yet; texts may hold line breaks."""
_COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


@dataclass(frozen=True)
class CsvReader(ArrowReader):
    """Reads a file from its beginning; Arrow would round to doubles, so that all stays text."""

    path: Path | str
    names: tuple[str, ...]
    skipped: int
    separator: str
    line: int
    """Bytes of an average line."""
    decimal_comma: bool = False
    compression: str | None = None
    types: tuple[tuple[str, pa.DataType], ...] = ()
    """Of the columns that are carried along."""
    places: tuple[int, ...] = ()
    """Bytes at which rows begin, one in so many as ``together`` says; none if not looked for."""

    @property
    def seekable(self) -> bool:
        """Whether it is known where rows begin."""
        return bool(self.places)

    @property
    def together(self) -> int:
        """Rows between two places, of which all are read: as many as are read at one time."""
        return max(_LEAST_BYTES // max(self.line, 1), 1)

    def indexed(self) -> tuple[GameReader, int] | None:
        """Look for line breaks, which end rows where there are no quotation marks."""
        found = None
        if self.compression is None:
            found = row_places(self.path, self.skipped, self.together)
        return None if found is None else (replace(self, places=found[0]), found[1])

    def batches(self, size: int, start: int) -> tuple[int, Iterator[pa.RecordBatch]]:
        """Read from the last place before a row, if that is known, else from the beginning."""
        carried = set(self.layout.extra)
        types = {name: kind for name, kind in self.types if name in carried}
        del size  # read in pieces of one size, and cut anew
        wanted = dict.fromkeys(self.layout.columns, pa.string()) | types
        if not self.places:
            return start, self.columns(wanted)
        place = min(start // self.together, len(self.places) - 1)
        return start - place * self.together, self.columns(wanted, place)

    def columns(
        self, wanted: dict[str, pa.DataType], place: int | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read some columns, from the beginning or from one of the places."""
        ahead = self.skipped if place is None else 0
        options: dict[str, Any] = {
            "read_options": arrow_csv.ReadOptions(
                # no more at one time: until it is numbers, text takes several times its size
                block_size=min(max(_LINES_AT_ONCE * self.line, _LEAST_BYTES), _MOST_BYTES),
                use_threads=False,
                column_names=list(self.names),
                skip_rows=ahead,
            ),
            "parse_options": arrow_csv.ParseOptions(
                delimiter=self.separator, newlines_in_values=bool(self.layout.extra)
            ),
            "convert_options": arrow_csv.ConvertOptions(
                column_types=wanted,
                null_values=[""],
                strings_can_be_null=False,
                include_columns=list(wanted),
            ),
        }
        # opened here, because Arrow takes no name that is not UTF-8
        source = _opened(self.path, self.compression, 0 if place is None else self.places[place])
        try:
            with source, arrow_csv.open_csv(source, **options) as reader:
                yield from reader
        except pa.ArrowInvalid as problem:
            if "straddling" not in str(problem):
                before = 0 if place is None else self.skipped + place * self.together
                raise _counted_from(problem, before) from None
            rule = f"a row has more than {_LEAST_BYTES >> 20} MB"
            remedy = "is a quotation mark not closed?"
            raise FileError(rule, remedy=remedy) from None

    def typed_columns(self) -> pa.Table:
        """Read all columns as what Arrow takes them for: numbers, dates or texts."""
        with _opened(self.path, self.compression) as source:
            table = arrow_csv.read_csv(
                source,
                arrow_csv.ReadOptions(
                    use_threads=False,  # or errors name no row
                    column_names=list(self.names),
                    skip_rows=self.skipped,
                ),
                arrow_csv.ParseOptions(delimiter=self.separator),
                arrow_csv.ConvertOptions(decimal_point="," if self.decimal_comma else "."),
            )
        if self.names.count("") == 1:  # where R keeps the names of rows
            left = without_numbering(_ALL, lambda name: table.select([name]).to_batches())
            return table if left.extra else table.drop_columns([""])
        return table


def _counted_from(problem: pa.ArrowInvalid, before: int) -> pa.ArrowInvalid:
    """Let an error of Arrow number its row from the beginning of the file."""
    told = re.sub(r"Row #(\d+)", lambda found: f"Row #{int(found[1]) + before}", str(problem))
    return type(problem)(told)


def _opened(path: Path | str, compression: str | None, place: int = 0) -> Any:
    file = Path(path).open("rb")  # noqa: SIM115 - closed with what is given
    file.seek(place)
    binary = pa.PythonFile(file, mode="r")
    return pa.CompressedInputStream(binary, compression) if compression else binary


@dataclass(frozen=True)
class TextColumns:
    """Columns of a long table: those that are carried along by their types, the others as texts."""

    reader: CsvReader
    numbers: tuple[str, ...]

    def columns(self, wanted: list[str], size: int = 2**16) -> Iterator[pa.RecordBatch]:
        """Read some columns from the beginning, numbers with points."""
        del size  # as for `CsvReader`
        types = dict(self.reader.types)
        typed = {name: types.get(name, pa.string()) for name in wanted}
        for batch in self.reader.columns(typed):
            if not self.reader.decimal_comma:
                yield batch
                continue
            pointed = {
                name: pc.replace_substring(column, ",", ".") if name in self.numbers else column
                for name, column in zip(wanted, batch.columns, strict=True)
            }
            yield pa.RecordBatch.from_pydict(pointed)


def open_csv(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a csv file, compressed or not.

    Only the first lines are read, unless other columns come along: what these are shows at the
    end. In files of more than 1 GB they are texts.
    """
    with reading(path, *DAMAGE):
        return _open(path, names)


def _open(path: Path, names: Sequence[str] | None) -> GameTable:
    reader, body = _reader(path)
    columns = reader.names
    long = long_columns(columns, names or ())
    outcomes = are_profiles(columns) and not are_wide(columns, names)
    if outcomes and (long is None or long.game is None):
        return _of_profiles(path)
    layout = layout_of(columns, players=names) if long is None else _ALL
    payoffs = layout.columns if long is None else long.payoffs
    comma = _has_decimal_comma(body, reader.separator, columns, payoffs)
    notes = layout.notes + (DECIMAL_COMMA,) * comma
    reader = replace(reader, layout=layout, decimal_comma=comma)
    size = path.stat().st_size * (_EXPANSION if reader.compression else 1)
    if long is not None:
        from strategic.games.io.tables._long_reader import open_long

        carried = [name for name in (long.game, *long.further) if name is not None]
        texts = dict.fromkeys(carried, pa.string())
        types = types_of_texts(reader.columns(texts)) if texts else {}
        source = TextColumns(replace(reader, types=tuple(types.items())), payoffs)
        return open_long(source, long, path, names, size=size, header=True, notes=notes)
    if layout.extra:
        types = dict.fromkeys(layout.extra, pa.string())
        if size > _MOST_SCANNED:
            notes += (_NOT_SCANNED,)
        else:
            types = types_of_texts(reader.columns(types))
            layout = without_numbering(layout, lambda name: reader.columns({name: types[name]}))
        reader = replace(reader, layout=layout, types=tuple(types.items()))
    return GameTable(path, layout.shape, None, reader, layout.extra, notes, DAMAGE)


def reader_of(path: Path, are_numbers: Callable[[str], bool]) -> CsvReader:
    """Find how a file is written, and whether the columns of numbers have decimal commas."""
    reader, body = _reader(path)
    numbers = [name for name in reader.names if are_numbers(name)]
    comma = _has_decimal_comma(body, reader.separator, reader.names, numbers)
    return replace(reader, decimal_comma=comma)


def _reader(path: Path) -> tuple[CsvReader, str]:
    """Find how a file is written, and give its first lines."""
    with path.open("rb") as binary:
        magic = binary.read(4)
    compression = next((c for m, c in _COMPRESSIONS.items() if magic.startswith(m)), None)
    beginning = _beginning(path, compression)
    header, body, skipped, declared = _header(beginning)
    first = body.partition("\n")[0]
    separator = declared or _separator(header)
    if separator == " " and first.strip() and " " not in first.strip():
        separator = ","  # one column, of a name of several words
    columns = _cells(header, separator)
    cells = _cells(first, separator) if 0 < len(first.strip()) < _LONGEST_SHOWN else []
    if len(cells) == len(columns) + 1 and cells[-1]:
        columns = ["", *columns]  # R gives the names of rows no name
    line = len(beginning) // max(beginning.count("\n"), 1)
    reader = CsvReader(
        _ALL, path, tuple(columns), skipped, separator, line, compression=compression
    )
    return reader, body


def _header(beginning: str) -> tuple[str, str, int, str]:
    """Find the line of names, below blank lines and remarks (#), or in the last remark itself.

    Returns
    -------
    header, body : str
    skipped : int
        Lines before the games.
    separator : str
        What a line ``sep=;`` says, which Excel writes and reads; else nothing.
    """
    raw = beginning.split("\n")
    lines = [line.strip() for line in raw]
    aside = [not line or line.startswith("#") or _declared(line) != "" for line in lines]
    number = aside.index(False) if False in aside else 0
    separator = next(filter(None, map(_declared, lines[:number])), "")
    remark = next((r.lstrip("# ") for r in lines[:number][::-1] if r.startswith("#")), "")
    header = raw[number].removesuffix("\r")  # a tab at its beginning stands behind no name
    if remark and _names_games(remark, separator) and not _names_games(header, separator):
        header, number = remark, number - 1  # as numpy.savetxt writes it
    if "\ufffd" in header:
        where = f"line {number + 1}"
        raise FileError(_NO_TEXT, where=where, remedy="save it as UTF-8")
    return header, "\n".join(raw[number + 1 :]), number + 1, separator


def _declared(line: str) -> str:
    found = re.fullmatch(r"sep=(.)", line)
    return found[1] if found else ""


def _names_games(line: str, separator: str) -> bool:
    names = _cells(line, separator or _separator(line))
    return are_wide(names) or are_profiles(names) or long_columns(names, ()) is not None


def _beginning(path: Path, compression: str | None) -> str:
    """Read the header and some lines after it."""
    pieces: list[bytes] = []
    with _opened(path, compression) as stream:
        while len(pieces) * _SAMPLE < _LONGEST_HEADER:
            pieces.append(stream.read(_SAMPLE))
            if b"\n" in pieces[-1] or len(pieces[-1]) < _SAMPLE:
                break
    content = b"".join(pieces)
    header, line, body = content.partition(b"\n")
    try:
        if len(content) >= _LONGEST_HEADER and not line:
            raise FileError("must have a header of at most 64 MB", where="line 1")
        first = header.decode("utf-8-sig").removesuffix("\r")
    except UnicodeDecodeError:
        raise FileError(_NO_TEXT, where="line 1", remedy="save it as UTF-8") from None
    return f"{first}\n{body.decode(errors='replace')}"


def _separator(header: str) -> str:
    """Find what stands between the names, outside quotation marks and brackets."""
    bare = re.sub(r'"[^"]*"', "", header)
    bare = re.sub(r"\[[^\[\]]*\]|\([^()]*\)", "", bare) or bare
    if " " in bare and not set(bare) & set(",\t;|"):
        return " "  # as R's write.table does
    return next((mark for mark in "\t;|" if mark in bare), ",")


def _cells(line: str, separator: str) -> list[str]:
    try:
        read = csv.reader(io.StringIO(line), delimiter=separator, skipinitialspace=True)
        cells = next(read, [])
    except csv.Error:
        raise FileError(_NO_TEXT, where="line 1") from None
    if not cells:
        raise FileError("must name the columns", where="line 1")
    return [cell.strip() for cell in cells]


def _has_decimal_comma(
    body: str, separator: str, names: Sequence[str], payoffs: Sequence[str]
) -> bool:
    """Tell by the first lines whether numbers have a decimal comma, as in half of Europe."""
    if separator == ",":
        return False
    places = [names.index(name) for name in payoffs]
    lines = body.splitlines()[:_SAMPLE_LINES]
    rows = [line.split(separator) for line in lines]
    cells = [row[i].strip(' "') for row in rows if len(row) == len(names) for i in places]
    points = any(re.fullmatch(_NUMBER_WITH.format(r"\."), cell) for cell in cells)
    return not points and any(re.fullmatch(_NUMBER_WITH.format(","), cell) for cell in cells)


def _of_profiles(path: Path) -> GameTable:
    """Open a table of the outcomes of one game as that of a single game, with its names."""
    game = parse_profiles(read_text(path))
    tables = (np.asarray(table, dtype=object)[None] for table in game.fractions())
    batch = Game.from_payoffs(*tables, players=game.players, actions=game.actions)
    return GameTable(path, game.shape, 1, HeldGames(batch))
