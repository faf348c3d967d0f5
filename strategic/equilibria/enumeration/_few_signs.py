"""Signs of the minors of a few games, and the test of all supports at once.

Where signs are many, they are packed into octets, a bit for each of eight games; else each keeps a
flag of its own, which takes fewer calls.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._few_tables import FewTables

_FEWEST, _FLAGS = 5, 40_000  # from so many games and signs to compare on packing takes less time
_MASKS = np.array([255, 1, 3, 7, 15, 31, 63, 127], dtype=np.uint8)
_NOBODY = np.empty(0, dtype=np.intp)


def are_packed(games: int, static: FewTables) -> bool:
    """Tell whether signs are packed; then minors have whole octets of lanes."""
    return games >= _FEWEST and games * static.tests.size >= _FLAGS


def judged(
    minors: Array, bounds: tuple[Array, Array], games: int, static: FewTables
) -> tuple[Array, Array, Array]:
    """Compare the signs of each pair of supports.

    Parameters
    ----------
    minors : array ``(lines, lanes)``
        Those of both players; zeros past the last game.
    bounds : two arrays ``(lines, lanes)``
        On their errors, and the negatives of these.
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
    np.greater(minors, bounds[0], out=flags[0])
    np.less(minors, bounds[1], out=flags[1])
    certain = np.count_nonzero(flags) == static.signed * games
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
        if games % 8 and packed:
            last = alike[1, ..., -1]
            np.bitwise_and(last, _MASKS[games % 8], out=last)  # of the last octet games only
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
        flag = np.unpackbits(doubtful, bitorder="little")[:games] if packed else doubtful
        open_games = flag.nonzero()[0]
    number, place = (_of_octets if packed else _of_flags)(accepted)
    return number, place, open_games


def _of_flags(accepted: Array) -> tuple[Array, Array]:
    """Give game and place of flags ``(2, pairs, games)`` that are set, in this order."""
    number, place = np.divmod(accepted.T.reshape(-1).nonzero()[0], 2 * accepted.shape[1])
    return number, place


def _of_octets(accepted: Array) -> tuple[Array, Array]:
    """Do the same for octets."""
    _, pairs, octets = accepted.shape
    at = (accepted.reshape(-1) != 0).nonzero()[0]
    flags = np.unpackbits(accepted.reshape(-1).take(at), bitorder="little").view(bool)
    flag = flags.nonzero()[0]
    bit = flag & 7
    bit *= 2 * pairs
    bit += _first_keys(pairs, octets).take(at).take(flag >> 3)
    bit.sort()
    number, place = np.divmod(bit, 2 * pairs)
    return number, place


@lru_cache(maxsize=64)
def _first_keys(pairs: int, octets: int) -> Array:
    """Give ``2 * pairs`` times the first game of each octet, plus the place."""
    unlike, pair, octet = np.indices((2, pairs, octets)).reshape(3, -1)
    return 16 * pairs * octet + 2 * pair + unlike
