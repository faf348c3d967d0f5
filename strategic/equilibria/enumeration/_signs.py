"""Signs of minors as bits, 64 games a word, and the test of all supports at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import minors
from strategic.equilibria.enumeration._support_tables import (
    Layout,
    SignTests,
    bases_of,
    column_tests,
    row_tests,
)

WORD = 64
_BASES_AT_ONCE = 2048


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the signs say about every basis and game: arrays of words, games 64 a word.

    Parameters
    ----------
    accepted : array ``(bases, words)``
        All tests of both players have one certain sign each: an equilibrium.
    opposed : array ``(bases, words)``
        Whether those two signs differ.
    unsettled : array ``(words,)``
        Games in which some basis is neither accepted nor refused for certain.
    """

    accepted: Array
    opposed: Array
    unsettled: Array


def sign_planes(
    differences: Array,
    layout: Layout,
    bounds: Array,
    table: Array | None = None,
    widening: float | Array = 1.0,
) -> Array:
    """Compute all minors and pack their certain signs.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        Payoffs less those of row 0; the number of games is a multiple of 64.
    layout : Layout
        Where the minors stand.
    bounds : array ``(entries,)``
        What a minor must exceed for its sign to be certain.
    table : array ``(entries, games)``, optional
        Filled with the minors, except for entry 0.
    widening : float or array ``(games,)``, optional
        Factor on the bounds.

    Returns
    -------
    array ``(2 * entries, words)`` of uint64
        First whether each minor is certainly positive, then whether it is certainly negative.
    """
    games = differences.shape[2]
    packed = np.zeros((2, layout.entries, games // 8), dtype=np.uint8)
    packed[0, 0] = 255
    flags = np.empty((max((x.columns for x in layout.layers), default=1), games), dtype=bool)
    for entries, values in minors(differences, layout, table):
        room, bound = flags[: len(values)], bounds[entries.start] * widening
        np.greater(values, bound, out=room)
        packed[0, entries] = np.packbits(room, axis=-1, bitorder="little")
        np.less(values, -bound, out=room)
        packed[1, entries] = np.packbits(room, axis=-1, bitorder="little")
    return packed.view(np.uint64).reshape(2 * layout.entries, games // WORD)


def judge_supports(rows: int, columns: int, row_planes: Array, column_planes: Array) -> Verdict:
    """Test every basis of every game against the signs of both players' minors."""
    tests = row_tests(rows, columns), column_tests(rows, columns)
    bases, words = len(bases_of(rows, columns).size), row_planes.shape[1]
    accepted, opposed = np.empty((2, bases, words), dtype=np.uint64)
    unsettled = np.zeros(words, dtype=np.uint64)
    for start in range(0, bases, _BASES_AT_ONCE):
        part = slice(start, min(start + _BASES_AT_ONCE, bases))
        row_sign, row_open, row_known = agreement(row_planes, tests[0], part)
        column_sign, column_open, column_known = agreement(column_planes, tests[1], part)
        row_open &= column_open
        row_known &= column_known
        np.bitwise_and(row_open, row_known, out=accepted[part])
        np.bitwise_xor(row_sign, column_sign, out=opposed[part])
        row_open &= ~row_known
        unsettled |= np.bitwise_or.reduce(row_open, axis=0)
    return Verdict(accepted, opposed, unsettled)


def agreement(
    planes: Array, tests: SignTests, part: slice = slice(None)
) -> tuple[Array, Array, Array]:
    """Compare the signs of each basis with one another.

    Parameters
    ----------
    planes : array ``(2 * entries, words)``
        Signs of the minors as bits.
    tests : SignTests
        Which signs belong to which basis.
    part : slice, optional
        The bases to look at.

    Returns
    -------
    positive, possible, known : arrays ``(bases, words)`` of uint64
        Whether some sign is certainly positive; whether no two certain signs differ; whether all
        are certain.
    """
    plus, minus = (places[:, part] for places in _places(tests))
    any_plus, any_minus = planes.take(plus[0], axis=0), planes.take(minus[0], axis=0)
    known = any_plus | any_minus
    room, other = np.empty_like(known), np.empty_like(known)
    for test in range(1, len(plus)):
        planes.take(plus[test], axis=0, out=room, mode="clip")
        planes.take(minus[test], axis=0, out=other, mode="clip")
        any_plus |= room
        any_minus |= other
        room |= other
        known &= room
    any_minus &= any_plus
    np.bitwise_not(any_minus, out=any_minus)
    return any_plus, any_minus, known


def set_bits(words: Array) -> tuple[Array, Array]:
    """Find the set bits of ``(bases, words)``: the basis and the game of each, by basis.

    Examples
    --------
    >>> set_bits(np.array([[0], [5]], dtype=np.uint64))
    (array([1, 1]), array([0, 2]))
    """
    filled = np.flatnonzero(words)
    octets = words.reshape(-1).take(filled).view(np.uint8)
    octet = np.flatnonzero(octets != 0)
    place = np.flatnonzero(np.unpackbits(octets.take(octet), bitorder="little").view(bool))
    word = filled.take(octet >> 3)
    basis = word // words.shape[1]
    game = ((word - basis * words.shape[1]) << 6) + ((octet & 7) << 3)
    source = place >> 3
    place &= 7
    place += game.take(source)
    return basis.take(source), place


def bits_at(words: Array, line: Array, game: Array) -> Array:
    """Read single bits of ``(lines, words)``."""
    word = words.reshape(-1).take(line * words.shape[1] + (game >> 6))
    found: Array = (word >> (game & 63).astype(np.uint64)) & np.uint64(1) != 0
    return found


@lru_cache(maxsize=64)
def _places(tests: SignTests) -> Array:
    """Places in the planes of "positive" and "negative" after flips: ``(2, tests, bases)``."""
    entries = int(tests.minor.max()) + 1
    positive = tests.minor + entries * tests.flipped
    negative = tests.minor + entries * ~tests.flipped
    return np.ascontiguousarray(np.stack([positive.T, negative.T]))
