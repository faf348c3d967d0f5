"""Signs of the minors of a few games, and the test of all supports at once.

Where signs are many, they are packed into octets, a bit for each of eight games; else each keeps a
flag of its own, which takes fewer calls.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._few_tables import FewTables, few_tables

Bounds = tuple[Array, Array]
_FEWEST, _FLAGS = 5, 40_000  # from so many games and signs to compare on packing takes less time
_GATHERED = 32  # octets and fewer, by powers of two, are gathered without a loop over each
_NOBODY = np.empty(0, dtype=np.intp)


def are_packed(games: int, static: FewTables) -> bool:
    """Tell whether signs are packed; then minors have whole octets of lanes."""
    return games >= _FEWEST and games * static.tests.size >= _FLAGS


def lanes_of(games: int, static: FewTables) -> int:
    """Say how many lanes minors have: whole octets, or as many as are gathered at once."""
    if are_packed(games, static):
        return -(-games // 8) * 8
    return 1 << (games - 1).bit_length() if games <= _GATHERED else games


def judged(
    minors: Array, wide: Bounds | None, games: int, static: FewTables
) -> tuple[Array, Array, Array]:
    """Compare the signs of each pair of supports.

    Parameters
    ----------
    minors : array ``(lines, lanes)``
        Those of both players; past the last game those of it once more.
    wide : two arrays ``(lines, lanes)``, optional
        Bounds on their errors, and the negatives of these, if payoffs were rounded to doubles.
    games : int
    static : FewTables

    Returns
    -------
    number, place : arrays ``(E,)`` of int
        The game of each equilibrium, in this order, and twice the pair of supports, plus one where
        the players' signs are unlike.
    open_games : array of int
        Games in which some pair is neither accepted nor refused for certain.
    """
    flags = np.empty((2, *minors.shape), dtype=bool)
    # Nearly always all are beyond the largest bound, so that one number is compared with.
    certain = _are_certain(minors, wide or (static.most, -static.most), flags, static)
    if not certain and wide is None:
        bounds = _bounds_in_lanes(static.shape, minors.shape[1])
        certain = _are_certain(minors, bounds, flags, static)
    signs: Array = flags.reshape(2 * len(minors), -1)
    packed = are_packed(games, static)
    if packed:
        signs = np.packbits(signs.reshape(-1), bitorder="little").reshape(len(signs), -1)
    found = signs.take(static.tests, axis=0)
    # By player: whether all that is tested is plus, and whether it has one sign.
    plus, some = np.bitwise_and.reduce(found, axis=0), np.bitwise_or.reduce(found, axis=0)
    if certain:
        alike = ~some
    else:
        opposed = signs.take(static.opposed_tests, axis=0)
        alike = np.bitwise_and.reduce(opposed, axis=0)
    alike |= plus
    accepted, unlike = alike[0] & alike[1], plus[0] ^ plus[1]
    open_games = _NOBODY
    if not certain:
        # Certain signs that differ refuse a pair whatever the other signs are.
        some &= np.bitwise_or.reduce(opposed, axis=0)
        settled = np.bitwise_and.reduce(some[0] | some[1] | accepted, axis=0)
        open_games = _flags(~settled, packed)[:games].nonzero()[0]
    at = _flags(accepted, packed).nonzero()[0]
    lanes, first = minors.shape[1], 2 * len(static.size)
    keys = _keys(len(static.size), lanes).take(at)
    keys += _flags(unlike, packed).take(at)
    if games == 1:
        return np.zeros(len(keys), dtype=np.intp), keys, open_games
    keys.sort()
    if games < lanes:
        keys = keys[: keys.searchsorted(games * first)]
    number, place = np.divmod(keys, first)
    return number, place, open_games


def _flags(signs: Array, packed: bool) -> Array:
    """Give a flag for each of them, one after the other."""
    if packed:
        return np.unpackbits(signs, bitorder="little").view(bool)
    return signs.reshape(-1)


def _are_certain(
    minors: Array, bounds: Bounds | tuple[float, float], flags: Array, static: FewTables
) -> bool:
    """Flag what is certainly positive and what negative; tell whether all that has a sign is."""
    np.greater(minors, bounds[0], out=flags[0])
    np.less(minors, bounds[1], out=flags[1])
    certain: bool = np.count_nonzero(flags) == static.signed * minors.shape[1]
    return certain


@lru_cache(maxsize=4)  # 15 MB each for 500 games of 6x6
def _bounds_in_lanes(shape: tuple[int, int], lanes: int) -> Bounds:
    """Repeat the bounds for each lane: lines of one number would be compared one by one."""
    wide = few_tables(*shape).bounds[:, None].repeat(lanes, axis=1)
    return wide, -wide


@lru_cache(maxsize=8)  # 4 MB each for 500 games of 6x6
def _keys(pairs: int, lanes: int) -> Array:
    """Give ``2 * pairs`` times the lane plus twice the pair, for all pairs and lanes."""
    return (2 * np.arange(pairs)[:, None] + 2 * pairs * np.arange(lanes)).reshape(-1)
