"""The tables of a stored batch, opened as data sets of Arrow that are read when they are used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.batches._manifest import FILE
from strategic.batches._parts import GAMES, tally_in
from strategic.batches._summary import Tally
from strategic.errors import FileError, StrategicError
from strategic.games.io.parquet_files import SUMS_CHECKED
from strategic.status import Status

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

_ROWS = ("equilibria", "solutions")
_FORMS = {".parquet": "parquet", ".feather": "ipc", ".arrow": "ipc", ".csv": "csv"}
_LONGEST = 200
_REMEDY = "name what 'strategic batch -o' wrote"


@dataclass(frozen=True)
class Tables:
    """The tables of a batch.

    Parameters
    ----------
    rows : pyarrow.dataset.Dataset or None
        One row per equilibrium; None where only counts were wanted.
    games : pyarrow.dataset.Dataset
        One row per game: its number, further columns, count and status.
    manifest : dict
        What was asked for, where a folder says so.
    """

    rows: ds.Dataset | None
    games: ds.Dataset
    manifest: dict[str, Any] = field(default_factory=dict)


def is_batch(path: Path) -> bool:
    """Tell results of a batch from tables of games, by the names of columns and folders.

    Examples
    --------
    >>> is_batch(Path("no-such-file.parquet"))
    False
    """
    if path.is_dir():
        return (path / FILE).is_file()
    if not path.is_file() or path.suffix.lower() not in (*_FORMS, ".npz"):
        return False
    try:
        names = set(_names(path))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no batch
        return False
    return {"count", "status"} <= names or (
        "game" in names and _games_beside(path).is_file() and path.name != GAMES
    )


def _names(path: Path) -> list[str]:
    if path.suffix.lower() == ".npz":
        with path.open("rb") as file, np.load(file) as archive:
            return list(archive.files)
    return list(_dataset([path]).schema.names)


def opened_tables(path: Path) -> Tables:
    """Open the tables of a batch.

    Raises
    ------
    FileError
        When there is no such file or folder, or it is none that a batch wrote.
    """
    if not path.exists():
        raise FileError("no such file or folder").in_file(path)
    with damage_told(path):
        if path.is_dir():
            return _of_folder(path)
        if path.suffix.lower() == ".npz":
            return _of_archive(path)
        if path.suffix.lower() not in _FORMS:
            rule = f"results of a batch end in {', '.join((*_FORMS, '.npz'))}, or are a folder"
            raise FileError(rule, value=path.suffix, remedy=_REMEDY)
        return _of_file(path)


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Say in one line that a file is damaged, whatever that makes other packages raise.

    Raises
    ------
    FileError
        In place of their errors; ours get the name of the file.
    """
    try:
        yield
    except StrategicError as problem:
        raise problem.in_file(path) from None
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - any of zip, numpy, Arrow and the system
        told = " ".join(str(problem).split())[:_LONGEST]
        raise FileError(f"cannot be read: {told}", remedy=_REMEDY).in_file(path) from None


@dataclass(frozen=True)
class Fates:
    """What a batch says of its games, in arrays.

    Parameters
    ----------
    game : array ``(games,)`` of int64
        Numbers, ascending.
    count : array ``(games,)`` of int32
    status : array ``(games,)`` of int8
    """

    game: Array
    count: Array
    status: Array


def fates_of(games: ds.Dataset, wanted: Any = None) -> Fates:
    """Read numbers, counts and statuses of games, batch by batch: texts never pile up.

    Raises
    ------
    FileError
        When one is missing, or the numbers do not ascend.
    """
    import pyarrow as pa

    kinds = pa.schema({"game": pa.int64(), "count": pa.int32(), "status": pa.string()}.items())
    parts: list[tuple[Array, ...]] = []
    for batch in games.to_batches(columns=list(kinds.names), filter=wanted):
        told = batch.cast(kinds)
        if any(column.null_count for column in told.columns):
            raise FileError("must say number, count and status of every game")
        numbers = (told.column(k).to_numpy() for k in (0, 1))
        parts.append((*numbers, _codes(told.column(2))))
    if not parts:
        parts = [(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int8))]
    found = Fates(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    if not (np.diff(found.game) > 0).all():
        raise FileError("must hold games in the order of their numbers")
    return found


def _codes(labels: pa.Array) -> Array:
    texts = labels.dictionary_encode()
    known = {status.label: int(status) for status in Status}
    listed = texts.dictionary.to_pylist()
    unknown = [label for label in listed if label not in known]
    if unknown:
        raise FileError("no such status", value=unknown[0])
    codes: Array = np.array([known[label] for label in listed], dtype=np.int8)
    taken: Array = codes[texts.indices.to_numpy()]
    return taken


def tally_of(games: ds.Dataset) -> Tally | None:
    """Sum up what the footers of parquet files tell; None where there are others."""
    import pyarrow.parquet as pq

    total = Tally()
    try:
        for file in games.files:
            total += tally_in(pq.read_metadata(file).metadata)
    except (AttributeError, KeyError, ValueError, TypeError, OSError):  # no parquet, or no tally
        return None
    return total


def _of_folder(folder: Path) -> Tables:
    try:
        manifest = json.loads((folder / FILE).read_text("utf-8"))
        if manifest["format"] != "batch":
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise FileError("is no folder that a batch wrote", remedy=_REMEDY) from None
    done = sorted((folder / GAMES).glob("part-*.parquet"))  # written last: the others are there
    if not done:
        raise FileError("holds no finished part yet", remedy="continue it with --resume")
    name = next((name for name in _ROWS if (folder / name).is_dir()), None)
    rows = None if name is None else _dataset([folder / name / part.name for part in done])
    return Tables(rows, _dataset(done), manifest)


def _of_file(path: Path) -> Tables:
    first = _dataset([path])
    if {"count", "status"} <= set(first.schema.names):
        rows = _rows_beside(path)
        return Tables(None if rows is None else _dataset([rows]), first)
    beside = _games_beside(path)
    if "game" not in first.schema.names:
        raise FileError("holds no results of a batch", remedy=_REMEDY)
    if not beside.is_file():
        rule = f"needs the counts and statuses in {beside.name}, which is not there"
        raise FileError(rule, remedy="put it beside again")
    return Tables(first, _dataset([beside]))


def _games_beside(path: Path) -> Path:
    return path.with_suffix(f".{GAMES}{path.suffix}")


def _rows_beside(path: Path) -> Path | None:
    """Find the rows that belong to a table of games, ``OUT.games.parquet``."""
    if not path.stem.endswith(f".{GAMES}"):
        return None
    rows = path.with_name(path.stem.removesuffix(f".{GAMES}") + path.suffix)
    return rows if rows.is_file() else None


def _dataset(files: list[Path]) -> ds.Dataset:
    import pyarrow.dataset as ds

    form: Any = _FORMS[files[0].suffix.lower()]
    if form == "parquet":
        options = ds.ParquetFragmentScanOptions(**SUMS_CHECKED)
        form = ds.ParquetFileFormat(default_fragment_scan_options=options)
    return ds.dataset([str(file.absolute()) for file in files], format=form)


def _of_archive(path: Path) -> Tables:
    """Take the arrays before ``count`` as those of the equilibria, the others as those of games."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    if not {"count", "status", "status_labels"} <= set(arrays):
        raise FileError("holds no results of a batch", remedy=_REMEDY)
    size = len(arrays["count"])
    place = list(arrays).index("count")
    # further columns of games stand before their counts, under names that begin with games_
    names = [
        name for k, name in enumerate(arrays)
        if not name.endswith("_labels") and (k >= place or name.startswith(f"{GAMES}_"))
    ]  # fmt: skip
    games = {"game": pa.array(np.arange(size))}
    for name in names:
        games[name.removeprefix(f"{GAMES}_")] = _column(arrays, name)
    own = [name for name in arrays if name not in names and not name.endswith("_labels")]
    rows = {name: _column(arrays, name) for name in own}
    listed = ds.dataset(pa.table(rows)) if "game" in rows else None
    return Tables(listed, ds.dataset(pa.table(games)))


def _column(arrays: dict[str, Any], name: str) -> pa.Array:
    import pyarrow as pa

    array = arrays[name]
    if f"{name}_labels" in arrays:
        return pa.array(arrays[f"{name}_labels"].tolist()).take(pa.array(array))
    gaps = np.isnan(array) if name == "index" else None
    made = pa.array(array, mask=gaps)
    return made.cast(pa.int32()) if gaps is not None else made
