"""Games as a table of Arrow, whose schema carries the names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games.matrix import payoff_columns

if TYPE_CHECKING:
    import pyarrow as pa

LABELS = b"strategic"
"""Key of the schema's metadata under which the names stand, as JSON."""
_KEYS = ("title", "comment", "players", "actions", "decimal")


def games_arrow(
    numbers: Sequence[Array],
    payoffs: Sequence[Array],
    *,
    batch_shape: tuple[int, ...],
    labels: Mapping[str, Any],
) -> pa.Table:
    """Lay games out, one row per game; see `Game.to_arrow`.

    Parameters
    ----------
    numbers : sequence of arrays ``(*batch, n_1, ..., n_p)``
        What is written: doubles, or texts of exact numbers.
    payoffs : sequence of arrays, same shapes
        NaN where a payoff is missing.
    batch_shape : tuple of int
    labels : mapping
        Keywords of `Game`.
    """
    import pyarrow as pa

    from strategic.games.io.arrow_columns import arrow_column

    if len(numbers) < 2:
        raise GameError("a table holds games of two or more players", value="1 player")
    shape = numbers[0].shape[len(batch_shape) :]
    columns: dict[str, Any] = {}
    if len(batch_shape) > 1:
        places = np.indices(batch_shape).reshape(len(batch_shape), -1)
        columns |= {f"batch_{axis}": arrow_column(place) for axis, place in enumerate(places)}
    cells = [own.reshape(-1, prod(shape)).T for own in numbers]
    known = [own.reshape(-1, prod(shape)).T for own in payoffs]
    names = iter(payoff_columns(shape))
    for own, doubles in zip(cells, known, strict=True):
        for column, values in zip(own, doubles, strict=True):
            gaps = np.isnan(values)
            if column.dtype == np.float64:
                columns[next(names)] = arrow_column(column, gaps)
            else:
                columns[next(names)] = pa.array(column, pa.string(), mask=gaps)
    return pa.table(columns).replace_schema_metadata({LABELS: labels_text(labels)})


def labels_text(labels: Mapping[str, Any]) -> bytes:
    """Write the names of a game, and whether its numbers are decimals, as JSON.

    Examples
    --------
    >>> labels_text({"players": ("A", "B")})
    b'{"players": ["A", "B"]}'
    """
    return json.dumps({name: labels[name] for name in _KEYS if labels.get(name)}).encode()


def labels_of(metadata: Mapping[bytes, bytes] | None, shape: Sequence[int]) -> dict[str, Any]:
    """Read the names of games from the metadata of a schema, as keywords of `Game`.

    Parameters
    ----------
    metadata : mapping of bytes, optional
        Of the schema of an Arrow table or a file.
    shape : sequence of int
        Number of actions of each player, as the columns tell it.

    Returns
    -------
    dict
        Nothing where there are no names, or they are not those of games of this shape: the table
        may have been changed since they were written.

    Examples
    --------
    >>> labels_of({b"strategic": b'{"title": "Tiny", "players": ["A", "B"]}'}, (1, 2))
    {'title': 'Tiny', 'players': ('A', 'B')}
    >>> labels_of({b"strategic": b'{"players": ["A", "B", "C"]}'}, (1, 2)), labels_of(None, (1, 2))
    ({}, {})
    """
    try:
        found = json.loads((metadata or {}).get(LABELS, b"{}"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    labels: dict[str, Any] = {
        name: found[name] for name in ("title", "comment") if isinstance(found.get(name), str)
    }
    players: Any = found.get("players")
    actions: Any = found.get("actions")
    if _are_names(players, len(shape)):
        labels["players"] = tuple(players)
    listed = actions if isinstance(actions, list) else []
    if len(listed) == len(shape) and all(map(_are_names, listed, shape)):
        labels["actions"] = tuple(map(tuple, listed))
    if found.get("decimal") is True:
        labels["decimal"] = True
    fits = ("players" in labels or not players) and ("actions" in labels or not actions)
    return labels if fits else {}


def _are_names(names: Any, count: int) -> bool:
    is_list = isinstance(names, list) and len(names) == count
    return is_list and all(isinstance(name, str) for name in names)
