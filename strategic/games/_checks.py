"""What payoffs and labels must be to make a game."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games._numbers import as_fractions

ExactPayoffs = tuple[Array, ...]
MOST_PLAYERS = 32
_DOUBLES = np.dtype(np.float64)
_LARGEST_SURE = 2**53
"""Integers up to this size are doubles; beyond, not all are."""


def checked_payoffs(payoffs: Sequence[ArrayLike]) -> tuple[Array, ...]:
    """Turn payoffs into read-only doubles of one shape: at least one action, finite numbers.

    In a batch, NaN stands for a payoff that is missing, and infinite ones become NaN.
    """
    return checked_at_once(payoffs)[0]


def checked_at_once(payoffs: Sequence[ArrayLike]) -> tuple[tuple[Array, ...], bool]:
    """Do the same, and tell whether it showed in passing that no payoff is missing."""
    if not payoffs:
        raise GameError("a game needs at least one player", where="payoffs")
    players = len(payoffs)
    if players > MOST_PLAYERS:
        raise too_many_players(players)
    arrays: list[Array] = []
    complete = True
    with np.errstate(over="ignore", invalid="ignore"):
        for player, entries in enumerate(payoffs):
            array = as_doubles(entries, player)
            arrays.append(array)
            shape = array.shape
            if len(shape) < players or 0 in shape[-players:] or shape != arrays[0].shape:
                raise _wrong_shape(shape, arrays[0].shape, player, players)
            total = np.add.reduce(array, axis=None)
            if math.isfinite(total):  # then all payoffs are, and sums need no memory
                continue
            complete = False
            if len(shape) > players:  # in a batch a game may lack payoffs and harms no other
                arrays[player] = _without_infinities(array)
                continue
            finite = np.isfinite(array)
            if not finite.all():
                index = tuple(int(i) for i in np.argwhere(~finite)[0])
                place = f"payoffs[{player}][{', '.join(map(str, index))}]"
                raise GameError("payoffs must be finite", where=place, value=float(array[index]))
    return tuple(arrays), complete


def _wrong_shape(
    shape: tuple[int, ...], first: tuple[int, ...], player: int, players: int
) -> GameError:
    where = f"payoffs[{player}]"
    if len(shape) < players:
        rule = f"must have at least {players} axes, one per player"
        return GameError(rule, where=where, value=shape)
    if shape == first:
        return GameError("every player needs at least one action", where=where, value=shape)
    remedy = "transpose it or swap the action lists"
    rule = f"must have shape {first} like payoffs[0]"
    return GameError(rule, where=where, value=shape, remedy=remedy)


def _without_infinities(payoffs: Array) -> Array:
    """Put NaN in the place of infinite payoffs, in a copy if there are any."""
    infinite = np.isinf(payoffs)
    if not infinite.any():
        return payoffs
    doubles: Array = np.where(infinite, np.nan, payoffs)
    doubles.setflags(write=False)
    return doubles


def too_many_players(players: int) -> GameError:
    """Say that arrays have fewer axes than this game has players."""
    return GameError(
        f"must be at most {MOST_PLAYERS}, or their profiles fit no memory",
        where="players",
        value=players,
    )


def as_doubles(payoffs: ArrayLike, player: int) -> Array:
    """Turn the payoffs of one player into a read-only view of doubles."""
    if type(payoffs) is np.ndarray and payoffs.dtype == _DOUBLES:
        return _read_only(payoffs)
    try:
        array = np.asarray(unmasked(payoffs))
        if array.dtype.kind not in "biufO":
            where = f"payoffs[{player}]"
            raise GameError(
                "must hold numbers", where=where, value=str(array.dtype), remedy="convert it first"
            )
        doubles = array.astype(np.float64, copy=False)
    except GameError:
        raise
    except (TypeError, ValueError, OverflowError, RuntimeError) as problem:
        where = f"payoffs[{player}]"
        raise GameError(
            "must be a rectangular array of numbers", where=where, remedy=f"numpy says: {problem}"
        ) from None
    return _read_only(doubles)


def unmasked(payoffs: ArrayLike) -> ArrayLike:
    """Put NaN where an entry of a masked array of numpy is masked: a payoff that is missing.

    Examples
    --------
    >>> unmasked(np.ma.array([1, 2], mask=[False, True]))
    array([1, nan], dtype=object)
    """
    # Loading the module takes longer than solving a game, and without it there are no such arrays.
    if "numpy.ma" not in sys.modules or not isinstance(payoffs, np.ma.MaskedArray):
        return payoffs
    if not np.ma.is_masked(payoffs):
        return payoffs.data
    numbers = np.array(payoffs.data, dtype=None if payoffs.dtype.kind == "f" else object)
    numbers[np.ma.getmaskarray(payoffs)] = np.nan
    return numbers


def _read_only(payoffs: Array) -> Array:
    if payoffs.flags.writeable:
        payoffs = payoffs.view()  # not copied: a batch may fill half the memory
        payoffs.setflags(write=False)
    return payoffs


def beyond_doubles(payoffs: Sequence[ArrayLike]) -> ExactPayoffs | None:
    """Keep payoffs as Fractions where doubles cannot hold them, else None."""
    for table in payoffs:
        if not (type(table) is np.ndarray and table.dtype == _DOUBLES):
            break
    else:
        return None
    try:
        arrays = tuple(np.asarray(unmasked(p)) for p in payoffs)
        # Fractions cost a thousand times a double, so only what may exceed doubles becomes some.
        if not any(
            a.dtype.kind == "O"
            or (a.dtype.kind == "f" and a.dtype.itemsize > 8)
            or (a.dtype.kind in "iu" and ((a > _LARGEST_SURE) | (a < -_LARGEST_SURE)).any())
            for a in arrays
        ):
            return None
        doubles = [a.astype(np.float64) for a in arrays]
        known = [np.isfinite(d) for d in doubles]  # what is missing is no fraction
        exact = [as_fractions(a[there]) for a, there in zip(arrays, known, strict=True)]
        rounded = [as_fractions(d[there]) for d, there in zip(doubles, known, strict=True)]
    except GameError:
        raise
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None  # the check of the payoffs names what is wrong
    if all((r == e).all() for r, e in zip(rounded, exact, strict=True)):
        return None
    kept = tuple(np.full(d.shape, np.nan, dtype=object) for d in doubles)
    for whole, there, numbers in zip(kept, known, exact, strict=True):
        whole[there] = numbers
    return kept


def checked_exact(
    exact: Sequence[ArrayLike] | None, payoffs: tuple[Array, ...]
) -> ExactPayoffs | None:
    """Check that the numbers as written have the shapes of the payoffs."""
    if exact is None:
        return None
    arrays = tuple(np.asarray(e, dtype=object) for e in exact)
    shapes = [a.shape for a in arrays]
    if shapes != [p.shape for p in payoffs]:
        raise GameError("must have the shapes of the payoffs", where="exact", value=shapes)
    return arrays


def checked_labels(
    players: Sequence[str], actions: Sequence[Sequence[str]], shape: tuple[int, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Check the names of players and actions, or number those that are not named."""
    if not players and not actions:
        return _numbered_labels(shape)
    players = players or numbered(len(shape), "player ")
    actions = actions or [numbered(n) for n in shape]
    if len(players) != len(shape):
        raise GameError(f"must name {len(shape)} players", where="players", value=tuple(players))
    counts = tuple(len(names) for names in actions)
    if counts != shape:
        rule = f"must name {shape} actions, one list per player"
        raise GameError(rule, where="actions", value=counts)
    return tuple(players), tuple(tuple(names) for names in actions)


@lru_cache(maxsize=256)
def _numbered_labels(shape: tuple[int, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return numbered(len(shape), "player "), tuple(map(numbered, shape))


@lru_cache(maxsize=256)
def numbered(count: int, before: str = "") -> tuple[str, ...]:
    """Name what has no names.

    Examples
    --------
    >>> numbered(3)
    ('1', '2', '3')
    """
    return tuple(f"{before}{i + 1}" for i in range(count))
