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
    # By sign and player: whether all that is tested has this sign.
    alike = np.empty((2, *found.shape[1:]), dtype=signs.dtype)
    np.bitwise_and.reduce(found, axis=0, out=alike[0])
    some = np.bitwise_or.reduce(found, axis=0)
    if certain:
        np.invert(some, out=alike[1])
    else:
        opposed = signs.take(static.opposed_tests, axis=0)
        np.bitwise_and.reduce(opposed, axis=0, out=alike[1])
    both = alike[:, None, 0] & alike[None, :, 1]
    accepted = both[0] | both[1, ::-1]  # plus and plus or minus and minus; and unlike signs
    open_games = _NOBODY
    if not certain:
        # Certain signs that differ refuse a pair whatever the other signs are.
        some &= np.bitwise_or.reduce(opposed, axis=0)
        settled = np.bitwise_and.reduce(some[0] | some[1] | accepted[0] | accepted[1], axis=0)
        doubtful = ~settled
        flag = np.unpackbits(doubtful, bitorder="little") if packed else doubtful
        open_games = flag[:games].nonzero()[0]
    keys, first = (_of_octets if packed else _of_flags)(accepted), 2 * len(static.size)
    keys.sort()
    if games == 1:
        return np.zeros(len(keys), dtype=np.intp), keys, open_games
    if games < minors.shape[1]:
        keys = keys[: keys.searchsorted(games * first)]
    number, place = np.divmod(keys, first)
    return number, place, open_games


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


def _of_flags(accepted: Array) -> Array:
    """Give ``2 * pairs`` times the game plus the place of flags ``(2, pairs, lanes)`` set."""
    _, pairs, lanes = accepted.shape
    found: Array = _keys(pairs, lanes).take(accepted.reshape(-1).nonzero()[0])
    return found


def _of_octets(accepted: Array) -> Array:
    """Do the same for octets."""
    _, pairs, octets = accepted.shape
    at = (accepted.reshape(-1) != 0).nonzero()[0]
    flags = np.unpackbits(accepted.reshape(-1).take(at), bitorder="little").view(bool)
    flag = flags.nonzero()[0]
    bit = flag & 7
    bit *= 2 * pairs
    bit += _keys(pairs, octets, 8).take(at).take(flag >> 3)
    return bit


@lru_cache(maxsize=16)  # up to 1 MB each
def _keys(pairs: int, lanes: int, games: int = 1) -> Array:
    """Give ``2 * pairs`` times the first game of each lane, plus the place."""
    unlike, pair, lane = np.indices((2, pairs, lanes)).reshape(3, -1)
    return 2 * pairs * games * lane + 2 * pair + unlike
