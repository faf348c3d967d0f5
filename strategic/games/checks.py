"""What payoffs and labels must be to make a game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import GameError
from strategic.games.number import as_fractions

ExactPayoffs = tuple[np.ndarray[Any, Any], ...]


def as_doubles(payoffs: ArrayLike, player: int) -> np.ndarray[Any, Any]:
    """Turn one player's payoffs into a read-only view of doubles, or say what is wrong."""
    where = f"payoffs[{player}]"
    try:
        array = np.asarray(payoffs)
        if array.dtype.kind not in "biufO":
            raise GameError(
                "must hold numbers", where=where, value=str(array.dtype), remedy="convert it first"
            )
        doubles = array.astype(np.float64, copy=False).view()
    except GameError:
        raise
    except (TypeError, ValueError, OverflowError) as problem:
        raise GameError(
            "must be a rectangular array of numbers", where=where, remedy=f"numpy says: {problem}"
        ) from None
    doubles.setflags(write=False)  # not copied: a batch may fill half the memory
    return doubles


def beyond_doubles(payoffs: Sequence[ArrayLike]) -> ExactPayoffs | None:
    """Keep payoffs as Fractions where doubles cannot hold them, else None."""
    try:
        arrays = tuple(np.asarray(p) for p in payoffs)
        if not any(_may_exceed_doubles(a) for a in arrays):
            return None
        exact = tuple(as_fractions(a) for a in arrays)
        doubles = [as_fractions(a.astype(np.float64)) for a in arrays]
    except (TypeError, ValueError, OverflowError):
        return None  # the check of the payoffs names what is wrong
    held = all((d == e).all() for d, e in zip(doubles, exact, strict=True))
    return None if held else exact


def _may_exceed_doubles(array: np.ndarray[Any, Any]) -> bool:
    if array.dtype.kind == "O" or (array.dtype.kind == "f" and array.dtype.itemsize > 8):
        return True
    longest = 2**53
    return array.dtype.kind in "iu" and bool((array > longest).any() or (array < -longest).any())


def checked_exact(
    exact: ExactPayoffs | None, payoffs: tuple[np.ndarray[Any, Any], ...]
) -> ExactPayoffs | None:
    """Check that the numbers as written have the shapes of the payoffs."""
    if exact is None:
        return None
    arrays = tuple(np.asarray(e, dtype=object) for e in exact)
    shapes = [a.shape for a in arrays]
    if shapes != [p.shape for p in payoffs]:
        raise GameError("must have the shapes of the payoffs", where="exact", value=shapes)
    return arrays


def checked_payoffs(payoffs: Sequence[ArrayLike]) -> tuple[np.ndarray[Any, Any], ...]:
    """Check that payoffs make a game: shapes, at least one action, finite numbers."""
    if not payoffs:
        raise GameError("a game needs at least one player", where="payoffs")
    arrays = tuple(as_doubles(p, i) for i, p in enumerate(payoffs))
    for player, array in enumerate(arrays):
        _check_array(array, arrays[0], player, len(arrays))
    return arrays


def _check_array(
    array: np.ndarray[Any, Any], first: np.ndarray[Any, Any], player: int, players: int
) -> None:
    where = f"payoffs[{player}]"
    if array.ndim < players:
        raise GameError(
            f"must have at least {players} axes, one a player", where=where, value=array.shape
        )
    if array.shape != first.shape:
        raise GameError(
            f"must have shape {first.shape} like payoffs[0]",
            where=where,
            value=array.shape,
            remedy="transpose it or swap the action lists",
        )
    if 0 in array.shape[array.ndim - players :]:
        raise GameError("every player needs at least one action", where=where, value=array.shape)
    if not np.isfinite(array).all():
        place = np.argwhere(~np.isfinite(array))[0]
        index = tuple(int(i) for i in place)
        raise GameError(
            "payoffs must be finite",
            where=f"{where}[{', '.join(map(str, index))}]",
            value=float(array[index]),
        )


def checked_players(players: Sequence[str], count: int) -> tuple[str, ...]:
    """Check the names of the players, or make some."""
    if not players:
        return tuple(f"player {i + 1}" for i in range(count))
    if len(players) != count:
        raise GameError(f"must name {count} players", where="players", value=tuple(players))
    return tuple(players)


def checked_actions(
    actions: Sequence[Sequence[str]], shape: tuple[int, ...]
) -> tuple[tuple[str, ...], ...]:
    """Check the names of the actions, or number them."""
    if not actions:
        return tuple(tuple(str(a + 1) for a in range(n)) for n in shape)
    counts = tuple(len(names) for names in actions)
    if counts != shape:
        raise GameError(
            f"must name {shape} actions, one list a player", where="actions", value=counts
        )
    return tuple(tuple(names) for names in actions)
