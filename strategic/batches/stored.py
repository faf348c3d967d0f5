"""Results of a batch opened again: counts and statuses, equilibria that are read when used."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.batches._source import source_described
from strategic.batches._stored_files import (
    Fates,
    Tables,
    damage_told,
    fates_of,
    opened_tables,
    tally_of,
)
from strategic.batches._summary import Tally
from strategic.equilibria import METHODS, Equilibria
from strategic.errors import FileError
from strategic.games import Game, GameTable, open_games
from strategic.status import Status

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.dataset as ds
    import xarray as xr

_SHARE = re.compile(r"(row|column|player_\d+)_(\d+)")
_CODES = {status.label: int(status) for status in Status}


def open_batch(path: str | os.PathLike[str], *, games: Any = None) -> StoredBatch:
    """Open what a batch wrote: a folder of parts or a file.

    Parameters
    ----------
    path : path-like
        What `strategic.batch` was given as ``out``. Of a folder whose run was stopped the finished
        parts are opened.
    games : Game, or what `strategic.games.open_games` opens, optional
        The games that were solved, for `StoredBatch.of` and `StoredBatch.solution`. By default the
        file that the run read, if it is still where it was or beside the folder, and unchanged.

    Returns
    -------
    StoredBatch

    Raises
    ------
    FileError
        When there is no such file or folder, or it is none that a batch wrote.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     games = st.games.families.random_games((2, 2), 100, rng=0)
    ...     _ = st.games.write(games, f"{folder}/games.parquet")
    ...     _ = st.batch(f"{folder}/games.parquet", f"{folder}/found", part=40)
    ...     found = st.open_batch(f"{folder}/found")
    ...     found.count[:3].tolist(), found.statuses, len(found.of(2))
    ([1, 1, 3], {'complete': 100}, 3)
    """
    return StoredBatch(Path(path), opened_tables(Path(path)), games)


@dataclass(frozen=True, eq=False, repr=False)
class StoredBatch:
    """Results of a batch: what they say of each game, and the equilibria as a data set of Arrow.

    ``polars.DataFrame(found)``, ``pyarrow.table(found)`` and ``duckdb.sql("from found")`` take the
    equilibria as they are, part by part.

    Parameters
    ----------
    path : Path
    tables : Tables
    source : object
        The games, where the user gives them.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     games = st.games.families.random_games((2, 2), 9, rng=3)
    ...     _ = st.games.write(games, f"{folder}/games.csv")
    ...     _ = st.batch(f"{folder}/games.csv", f"{folder}/found.csv")
    ...     found = st.open_batch(f"{folder}/found.csv", games=games)
    ...     found, found.rows.count_rows(), len(found.solution())
    (<StoredBatch: 9 equilibria of 9 games (complete 9)>, 9, 9)
    """

    path: Path
    tables: Tables = field(repr=False)
    source: Any = None

    @property
    def rows(self) -> ds.Dataset:
        """The equilibria, one row each: a data set that reads what is asked for.

        Raises
        ------
        FileError
            When only counts were wanted.
        """
        if self.tables.rows is None:
            rule = "lists no equilibria: only counts were wanted"
            raise FileError(rule, remedy="run 'strategic batch' without --want count").in_file(
                self.path
            )
        return self.tables.rows

    @property
    def games(self) -> ds.Dataset:
        """One row per game: its number, further columns, count and status."""
        return self.tables.games

    @cached_property
    def _fates(self) -> Fates:
        with damage_told(self.path):
            return fates_of(self.games)

    @property
    def game(self) -> Array:
        """Numbers of the games in the file that was solved, int64 ``(games,)``."""
        return self._fates.game

    @property
    def count(self) -> Array:
        """Number of equilibria of each game, int32 ``(games,)``."""
        return self._fates.count

    @property
    def status(self) -> Array:
        """What is known of each game, int8 ``(games,)``: values of `strategic.status.Status`."""
        return self._fates.status

    @cached_property
    def _tally(self) -> Tally:
        """Footers of parquet files know the sums, however many games there are."""
        found = tally_of(self.games)
        if found is None:
            counts = np.bincount(self.status, minlength=len(Status))
            labels = {status.label: int(counts[status]) for status in Status if counts[status]}
            found = Tally(len(self.game), int(self.count.sum()), labels)
        return found

    @property
    def statuses(self) -> dict[str, int]:
        """How many games have each status, by its label."""
        return dict(self._tally.statuses)

    @property
    def method(self) -> str:
        """Name of the method, as far as the results tell: files alone are of method ``all``."""
        return str(self.tables.manifest.get("method", {}).get("name", "all"))

    def __len__(self) -> int:
        """Give the number of games."""
        return self._tally.games

    def rows_of(self, game: int) -> pa.Table:
        """Read the rows of one game, by its number in the file that was solved.

        Raises
        ------
        FileError
            When no such game was solved.
        """
        import pyarrow.dataset as ds

        self._status_of(game)
        return self._read(self.rows, filter=ds.field("game") == game)

    def of(self, game: int) -> Equilibria:
        """Give the equilibria of one game, by its number in the file that was solved.

        Payoffs and regrets are recomputed from the game.

        Raises
        ------
        FileError
            When no such game was solved, its payoffs are not there any more, or the method lists
            no equilibria: `rows_of` gives its rows.
        """
        self._check_listed()
        status, rows, own = self._status_of(game), self.rows_of(game), self._game(game)
        with damage_told(self.path):
            columns = {name: rows.column(name).to_pylist() for name in rows.column_names}
            numbers = np.zeros(rows.num_rows, dtype=np.int64)
            table = {**columns, "game": numbers, "index": _with_gaps(rows)}
            return Equilibria.from_table(own, table, status=status, method=self.method)

    def solution(self) -> Equilibria:
        """Read everything: the equilibria of all games as one solution, verified again.

        Raises
        ------
        FileError
            When the games are not there any more, or the method lists no equilibria.
        """
        self._check_listed()
        numbers = self.game
        games = self._all_games().of_batch(numbers)  # type: ignore[arg-type]
        rows = self.to_arrow()
        own = rows.column("game").to_numpy()
        places = np.minimum(np.searchsorted(numbers, own), len(numbers) - 1)
        if (numbers[places] != own).any():
            value = own[numbers[places] != own][0]
            raise FileError("no such game", where="game", value=value).in_file(self.path)
        with damage_told(self.path):
            columns = {name: rows.column(name).to_numpy() for name in rows.column_names}
            table = {**columns, "game": places, "index": _with_gaps(rows)}
            return Equilibria.from_table(games, table, status=self.status, method=self.method)

    def to_arrow(self) -> pa.Table:
        """Read the equilibria as a table of Arrow."""
        return self._read(self.rows)

    def __arrow_c_schema__(self) -> object:
        """Tell the columns without reading any: the other half of the interface."""
        return self.rows.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Stream the equilibria to any package that speaks the Arrow PyCapsule interface."""
        return self.rows.scanner().to_reader().__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """Read the equilibria as a data frame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Read the equilibria as a polars data frame."""
        import polars as pl

        return pl.DataFrame(self.to_arrow())

    def to_xarray(self) -> xr.Dataset:
        """Read everything as a labelled dataset, like that of `Equilibria.to_xarray`.

        Equilibria are one list, those of one game after those of another, with the number of the
        game beside each; ``count`` and ``status`` have an axis of games, which their numbers label.
        """
        import xarray as xr

        data: dict[str, Any] = {}
        if self.tables.rows is not None:
            with damage_told(self.path):
                data |= _variables(self.to_arrow())
        games = self._read(self.games)
        known = {"flag_values": np.array(list(_CODES.values()), dtype=np.int8)}
        known |= {"flag_meanings": " ".join(_CODES)}  # type: ignore[dict-item]
        for name in games.column_names:
            if name not in ("game", "status"):
                free = f"games_{name}" if name in data else name
                data[free] = ("batch_0", games.column(name).to_numpy())
        data["status"] = ("batch_0", self.status, known)
        return xr.Dataset(data, coords={"batch_0": self.game}, attrs={"method": self.method})

    def _read(self, table: ds.Dataset, **options: Any) -> pa.Table:
        with damage_told(self.path):
            return table.to_table(**options)

    def _check_listed(self) -> None:
        if "index" not in self.rows.schema.names:
            rule = "holds no equilibria with all that belongs to them"
            raise FileError(rule, remedy="use rows_of(game) or to_arrow()").in_file(self.path)

    def _status_of(self, game: int) -> str:
        """Find one game without reading what is said of the others."""
        import pyarrow.dataset as ds

        with damage_told(self.path):
            found = fates_of(self.games, ds.field("game") == game)
        if len(found.game) == 0:
            first, last = self.game[[0, -1]].tolist() if len(self.game) else (0, -1)
            rule = f"holds {len(self.game):,} games, numbered from {first} to {last}"
            raise FileError(rule, where="game", value=game).in_file(self.path)
        return Status(int(found.status[0])).label

    @cached_property
    def _opened(self) -> Game | GameTable:
        if isinstance(self.source, Game):
            return self.source
        names = self.tables.manifest.get("names")
        if self.source is not None:
            return open_games(self.source, names=names)
        return open_games(_unchanged(self.tables.manifest.get("source"), self.path), names=names)

    def _game(self, number: int) -> Game:
        opened = self._opened
        if isinstance(opened, Game):
            return self._read_as_solved(opened.of_batch(number) if opened.batch_shape else opened)
        block = next(iter(opened.parts(1, start=number, stop=number + 1)))
        return self._read_as_solved(block.games.of_batch(0))

    def _all_games(self) -> Game:
        opened = self._opened
        whole = opened if isinstance(opened, Game) else opened.read(missing=True)
        return self._read_as_solved(whole)

    def _read_as_solved(self, games: Game) -> Game:
        largest = self.tables.manifest.get("rationalise")
        return games if largest is None else games.rationalised(largest)

    def __repr__(self) -> str:
        statuses = ", ".join(f"{label} {count:,}" for label, count in self.statuses.items())
        record = METHODS.get(self.method)
        rows = "equilibria" if record is None else record.load().rows_are
        found = "" if self.tables.rows is None else f"{int(self.count.sum()):,} {rows} of "
        return f"<StoredBatch: {found}{len(self):,} game{'s' * (len(self) != 1)} ({statuses})>"


def _unchanged(source: Any, folder: Path) -> Path:
    """Find the one file that a run read, as it was then."""
    files: Sequence[Any] = (source or {}).get("files", ())
    if len(files) == 1:
        name = files[0]["name"]
        for path in (folder.parent / name, Path(name), folder.parent.parent / name):
            if path.is_file() and source_described(path, [path])["files"] == list(files):
                return path
    raise FileError(
        "does not say where the games are, or they have changed",
        remedy="name them: open_batch(path, games=FILE)",
    ).in_file(folder)


def _with_gaps(rows: pa.Table) -> Array:
    import pyarrow as pa

    return np.asarray(rows.column("index").cast(pa.float64()).to_numpy())


def _variables(rows: pa.Table) -> dict[str, Any]:
    """Label the columns of equilibria: shares by player and action, payoffs by player."""
    data: dict[str, Any] = {}
    shares: dict[str, list[Array]] = {}
    for name in rows.column_names:
        share = _SHARE.fullmatch(name)
        # further columns of the games stand before those of the equilibria
        if share and int(share[2]) == len(shares.get(share[1], ())):
            shares.setdefault(share[1], []).append(rows.column(name).to_numpy())
        elif name == "index":
            data[name] = ("equilibrium", _with_gaps(rows))
        else:
            data[name] = ("equilibrium", rows.column(name).to_numpy())
    for player, own in shares.items():
        data[f"strategy_{player}"] = (("equilibrium", f"action_{player}"), np.stack(own, axis=-1))
    return data
