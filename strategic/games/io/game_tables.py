"""Tables of games written block by block: a row or line per game, a row per payoff, arrays."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat
from math import prod
from numbers import Rational
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, GameError
from strategic.games._arrow import LABELS, games_arrow, labels_text
from strategic.games.game import Game
from strategic.games.io._json import json_document
from strategic.games.io.arrow_files import written_arrow
from strategic.games.io.columns import written_tables
from strategic.games.io.files import errors_named, written_whole
from strategic.games.io.formats import EXACT, FORMATS
from strategic.games.io.pictures import Blocks
from strategic.games.matrix import player_columns

if TYPE_CHECKING:
    import pyarrow as pa

_LETTERS = "ijklmnopqrstuvwxyz"
_OWN_KEYS = ("schema", "payoffs", "players", "actions")
_ALONE = (("row", "column"), ("row", "col"), ("r", "c"))
"""Names that say which player is the first, whatever their order."""


def write_wide(blocks: Blocks, path: Path) -> None:
    """Write a row per game: further columns, then ``row_I_J`` .., ``column_I_J`` .."""
    exact = EXACT in FORMATS[path.suffix.lower()].keeps
    with written_arrow(path) as table:
        for games, extra in blocks:
            table.append(_beside(_wide(games, exact=exact), extra))


def _wide(games: Game, *, exact: bool) -> pa.Table:
    flat = _flat(games)
    if exact or games.exact is None:
        return flat.to_arrow()
    return games_arrow(flat.payoffs, flat.payoffs, batch_shape=(1,), labels=_labels(flat))


def _labels(games: Game) -> dict[str, Any]:
    return {name: getattr(games, name) for name in ("title", "comment", "players", "actions")}


def _flat(games: Game) -> Game:
    """Give games one axis, whatever the axes of the batch."""
    _check_players(games)
    if len(games.batch_shape) == 1:
        return games
    return replace(
        games,
        payoffs=tuple(own.reshape(-1, *games.shape) for own in games.payoffs),
        exact=games.exact and tuple(own.reshape(-1, *games.shape) for own in games.exact),
    )


def _check_players(games: Game) -> None:
    if len(games.payoffs) < 2:
        rule = "a table holds games of two or more players"
        raise GameError(rule, where="players", value=len(games.payoffs))


def _beside(rows: pa.Table, extra: Any) -> pa.Table:
    """Put further columns in front, under names that the table does not use itself."""
    if extra is None:
        return rows
    taken = set(rows.column_names)
    for place, name in enumerate(extra.schema.names):
        free = f"input_{name}" if name in taken else name
        rows = rows.add_column(place, free, extra.column(place))
    return rows


def write_long(blocks: Blocks, path: Path) -> None:
    """Write a row per payoff: ``game``, ``player``, ``i``, ``j``, .., ``payoff``."""
    first = 0
    exact = EXACT in FORMATS[path.suffix.lower()].keeps
    with written_arrow(path) as table:
        for games, extra in blocks:
            flat = _flat(games)
            table.append(long_table(flat, extra, first=first, exact=exact))
            first += len(flat.payoffs[0])


def long_table(games: Game, extra: Any, *, first: int = 0, exact: bool = True) -> pa.Table:
    """Lay a batch out with a row per payoff.

    Parameters
    ----------
    games : Game
        A batch with one leading axis.
    extra : pyarrow.RecordBatch or None
        Further columns, one row per game.
    first : int
        Number of the first game.
    exact : bool
        Whether exact numbers are written as texts rather than rounded.

    Examples
    --------
    >>> games = Game.from_payoffs([[[1, 2]]], [[[3, 4]]], players=("Ann", "Bob"))
    >>> long_table(games, None).to_pylist()[3]
    {'game': 0, 'player': 'Bob', 'i': 0, 'j': 1, 'payoff': 4.0}
    """
    import pyarrow as pa

    players, actions = long_names(games)
    count, size = len(games.payoffs[0]), prod(games.shape)
    rows = count * len(players) * size
    profiles = np.indices(games.shape).reshape(len(games.shape), size)
    number = np.repeat(np.arange(first, first + count), len(players) * size)
    owner = np.tile(np.repeat(np.arange(len(players)), size), count)
    columns = {"game": pa.array(number), "player": _named(owner, players)}
    for name, own, names in zip(_action_columns(len(players)), profiles, actions, strict=True):
        columns[name] = _named(np.tile(own, count * len(players)), names)
    texts = exact and games.exact is not None
    numbers = games.texts() if texts else games.payoffs
    cells, known = (
        np.stack([own.reshape(count, size) for own in tables], axis=1).reshape(rows)
        for tables in (numbers, games.payoffs)
    )
    columns["payoff"] = pa.array(cells, pa.string() if texts else None, mask=np.isnan(known))
    if extra is not None:
        each = pa.array(number - first)
        for place, name in enumerate(extra.schema.names):
            free = f"input_{name}" if name in columns else name
            columns[free] = extra.column(place).take(each)
    return pa.table(columns)


def long_names(games: Game) -> tuple[Sequence[Any], tuple[Sequence[Any], ...]]:
    """Give players and actions as a long table names them: by name where names come back.

    Numbers count from 0. Names that a reader would take for numbers, or put in another order, are
    not written.
    """
    count = len(games.shape)
    players: Sequence[Any] = player_columns(2) if count == 2 else range(count)
    reserved = {*_action_columns(count), *(word for pair in _ALONE for word in pair)}
    lower = [name.lower() for name in games.players]
    counted = all(name[-1:].isdigit() for name in games.players)
    if _are_words(games.players) and not counted and not reserved & set(lower):
        players = games.players
    actions = tuple(own if _are_words(own) else range(len(own)) for own in games.actions)
    return players, actions


def _are_words(names: Sequence[str]) -> bool:
    """Whether names are told apart and read back as they are, and not all of them are numbers."""
    plain = all(name and name == name.strip() and name.isprintable() for name in names)
    return plain and len(set(names)) == len(names) and not all(map(_is_number, names))


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _action_columns(players: int) -> list[str]:
    if players <= len(_LETTERS):
        return list(_LETTERS[:players])
    return [f"action_{player}" for player in range(players)]


def _named(places: Array, names: Sequence[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(names)).take(pa.array(places))


def write_lines(blocks: Blocks, path: Path) -> None:
    """Write JSON Lines: each line is the JSON document of one game."""
    with written_whole(path) as target, errors_named(path, "write"), target.open("wb") as file:
        for games, extra in blocks:
            further: Iterable[dict[str, Any]] = repeat({}) if extra is None else extra.to_pylist()
            _check_players(games)
            for game, own in zip(_each(games), further, strict=False):
                document = json_document(game)
                told = {f"input_{n}" if n in _OWN_KEYS else n: _plain(v) for n, v in own.items()}
                file.write(json.dumps(document | told).encode() + b"\n")


def _plain(value: Any) -> Any:
    """Give an entry of a further column as JSON holds it; others than numbers as texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _each(games: Game) -> Iterator[Game]:
    if not games.batch_shape:
        yield games
        return
    for place in np.ndindex(*games.batch_shape):
        yield games.of_batch(*place)


def write_npz(blocks: Blocks, path: Path) -> None:
    """Write an array per player: ``row`` and ``column``, of more players ``player_0``, .."""
    with written_tables(path) as (table,):
        for games, _ in blocks:
            flat = _flat(games)
            names = player_columns(len(flat.payoffs))
            table.append(dict(zip(names, flat.payoffs, strict=True)))


def write_npy(blocks: Blocks, path: Path) -> None:
    """Write one array ``(N, players, n_1, .., n_p)``."""
    with (
        written_whole(path) as target,
        errors_named(path, "write"),
        tempfile.TemporaryFile(dir=target.parent) as spool,
    ):
        count, shape = 0, ()
        for games, _ in blocks:
            array = np.stack(_flat(games).payoffs, axis=1)
            count, shape = count + len(array), array.shape[1:]
            spool.write(np.ascontiguousarray(array).data)
        header = {"descr": "<f8", "fortran_order": False, "shape": (count, *shape)}
        with target.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            spool.seek(0)
            shutil.copyfileobj(spool, file, 2**20)


def write_netcdf(blocks: Blocks, path: Path) -> None:
    """Write the labelled array of `Game.to_xarray`; all games are in memory meanwhile."""
    listed = [games for games, _ in blocks]
    whole = listed[0]
    if len(listed) > 1:
        flat = [_flat(games) for games in listed]
        tables = zip(*(games.payoffs for games in flat), strict=True)
        whole = replace(flat[0], payoffs=tuple(map(np.concatenate, tables)), exact=None)
    array = whole.to_xarray()
    plain = [str(axis) for axis in array.coords if not all(map(_fits, array[axis].values.tolist()))]
    array = array.drop_vars(plain)
    array.attrs = {"title": array.attrs["title"]} if _fits(array.attrs["title"]) else {}
    array.attrs[LABELS.decode()] = labels_text(_labels(whole)).decode()
    write_dataset(array.to_dataset(), path)


def _fits(name: str) -> bool:
    """Whether a text comes back from netCDF: it is UTF-8, not empty, and ends in no null."""
    return bool(name) and "\0" not in name and not any("\ud800" <= c <= "\udfff" for c in name)


def write_dataset(dataset: Any, path: Path) -> None:
    """Write a dataset of xarray as netCDF 3, which needs no further package.

    Fractions become the nearest doubles: netCDF holds no others.

    Raises
    ------
    FileError
        When it does not fit, or cannot be written.
    """
    plain = {
        name: variable.copy(data=_without_objects(variable.to_numpy()))
        for name, variable in dataset.data_vars.items()
        if variable.dtype == object
    }
    dataset = dataset.assign(plain)
    with written_whole(path) as target, errors_named(path, "write"):
        try:
            dataset.to_netcdf(target, engine="scipy", format="NETCDF3_64BIT")
        except (ValueError, TypeError, OverflowError) as problem:
            rule = f"does not fit this kind of file: {problem}"
            raise FileError(rule, remedy="write .parquet").in_file(path) from None


def _without_objects(values: Array) -> Array:
    """Turn numbers of any kind into doubles, and anything else into texts."""
    if all(isinstance(value, Rational | float) for value in values.flat):
        return values.astype(np.float64)
    texts = ["" if value is None else str(value) for value in values.flat]
    return np.array(texts, dtype=str).reshape(values.shape)
