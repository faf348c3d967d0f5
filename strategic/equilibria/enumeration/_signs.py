"""Signs of minors as bits, 64 games per word, and the test of all supports at once.

A sign plane is a line of words with one bit per game. Each minor has two: "certainly positive" and
"certainly negative"; a sign in doubt has neither bit. So one instruction tests 64 games.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import minors
from strategic.equilibria.enumeration._support_tables import (
    MinorLayout,
    SignTests,
    sign_tests,
    support_pairs,
)

WORD = 64
_PAIRS_AT_ONCE = 2048
_TURNS = [
    (np.uint64(7), np.uint64(0x00AA00AA00AA00AA)),
    (np.uint64(14), np.uint64(0x0000CCCC0000CCCC)),
    (np.uint64(28), np.uint64(0x00000000F0F0F0F0)),
]
"""How far bits of a square move, and which: single ones, then squares of 2 by 2, then of 4 by 4."""


@dataclass(frozen=True, eq=False)
class Classification:
    """What the signs say about every pair of supports and game: arrays of words.

    Parameters
    ----------
    accepted : array ``(pairs, words)``
        All tests of both players have one certain sign each: an equilibrium.
    opposed : array ``(pairs, words)``
        Whether those two signs differ.
    undecided : array ``(words,)``
        Games in which some pair is neither accepted nor refused for certain.
    """

    accepted: Array
    opposed: Array
    undecided: Array


class SignComparison(NamedTuple):
    """How the signs of each pair of supports compare: arrays ``(pairs, words)`` of uint64.

    ``positive``: some sign is certainly positive. ``compatible``: no two certain signs differ.
    ``known``: all signs are certain.
    """

    positive: Array
    compatible: Array
    known: Array


def words_of(flags: Array) -> Array:
    """Pack flags ``(lines, games)`` into words ``(lines, words)``; bits past the last game are 0.

    Examples
    --------
    >>> words_of(np.array([[True, False, True]]))
    array([[5]], dtype=uint64)
    """
    games = flags.shape[1]
    packed = np.packbits(flags, axis=-1, bitorder="little")
    if games % WORD:
        padded = np.zeros((len(flags), -(-games // WORD) * 8), dtype=np.uint8)
        padded[:, : packed.shape[1]] = packed
        packed = padded
    return packed.view(np.uint64)


def sign_planes(
    differences: Array,
    layout: MinorLayout,
    bounds: Array,
    table: Array | None = None,
    widening: float | np.floating | Array = 1.0,
) -> Array:
    """Compute all minors and pack their certain signs.

    Parameters
    ----------
    differences : array ``(rows - 1, columns, games)``
        Payoffs less those of row 0.
    layout : MinorLayout
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
    words, used = -(-games // WORD), -(-games // 8)
    octets = np.zeros((2, layout.entries, words * 8), dtype=np.uint8)
    octets[0, 0, :used] = np.packbits(np.ones(games, dtype=bool), bitorder="little")
    flags = np.empty((max((x.columns for x in layout.layers), default=1), games), dtype=bool)
    for entries, values in minors(differences, layout, table):
        # The entries of a part have as many columns, and so the same bound.
        some, bound = flags[: len(values)], bounds[entries.start] * widening
        np.greater(values, bound, out=some)
        octets[0, entries, :used] = np.packbits(some, axis=-1, bitorder="little")
        np.less(values, -bound, out=some)
        octets[1, entries, :used] = np.packbits(some, axis=-1, bitorder="little")
    return octets.view(np.uint64).reshape(2 * layout.entries, words)


def classify_supports(
    rows: int, columns: int, row_planes: Array, column_planes: Array
) -> Classification:
    """Test every pair of supports in every game against the signs of both players' minors."""
    row_tests, column_tests = sign_tests(rows, columns)
    pairs, words = len(support_pairs(rows, columns).size), row_planes.shape[1]
    accepted, opposed = np.empty((2, pairs, words), dtype=np.uint64)
    undecided = np.zeros(words, dtype=np.uint64)
    for start in range(0, pairs, _PAIRS_AT_ONCE):
        part = slice(start, min(start + _PAIRS_AT_ONCE, pairs))
        row = compare_signs(row_planes, row_tests, part)
        column = compare_signs(column_planes, column_tests, part)
        compatible = np.bitwise_and(row.compatible, column.compatible, out=row.compatible)
        known = np.bitwise_and(row.known, column.known, out=row.known)
        np.bitwise_and(compatible, known, out=accepted[part])
        np.bitwise_xor(row.positive, column.positive, out=opposed[part])
        # A conflict of certain signs refuses a pair whatever the other signs are.
        doubtful = np.bitwise_and(compatible, ~known, out=compatible)
        undecided |= np.bitwise_or.reduce(doubtful, axis=0)
    return Classification(accepted, opposed, undecided)


def compare_signs(planes: Array, tests: SignTests, part: slice = slice(None)) -> SignComparison:
    """Compare the signs of each pair of supports with one another.

    Parameters
    ----------
    planes : array ``(2 * entries, words)``
        Signs of the minors as bits.
    tests : SignTests
        Which signs belong to which pair.
    part : slice, optional
        The pairs to look at.
    """
    positive, negative = tests.positive[:, part], tests.negative[:, part]
    return compared(planes, zip(positive, negative, strict=True))


def compared(planes: Array, lines: Iterable[tuple[Array, Array]]) -> SignComparison:
    """Compare signs by lines of the planes: for each test, where plus and where minus stands."""
    tests = iter(lines)
    positive, negative = next(tests)
    any_plus, any_minus = planes.take(positive, axis=0), planes.take(negative, axis=0)
    known = any_plus | any_minus
    plus, minus = np.empty_like(known), np.empty_like(known)
    for positive, negative in tests:
        planes.take(positive, axis=0, out=plus, mode="clip")
        planes.take(negative, axis=0, out=minus, mode="clip")
        any_plus |= plus
        any_minus |= minus
        plus |= minus
        known &= plus
    conflicting = np.bitwise_and(any_plus, any_minus, out=minus)
    compatible = np.bitwise_not(conflicting, out=plus)
    return SignComparison(any_plus, compatible, known)


def set_bits(words: Array) -> tuple[Array, Array]:
    """Find the set bits of ``(lines, words)``: the line and the game of each, by line.

    Examples
    --------
    >>> set_bits(np.array([[0], [5]], dtype=np.uint64))
    (array([1, 1]), array([0, 2]))
    """
    # Bits are few: words, then their octets, then bits, each time only those that are not zero.
    # Flags are searched several times as fast as words.
    filled = (words != 0).reshape(-1).nonzero()[0]
    octets = words.reshape(-1).take(filled).view(np.uint8)
    octet = (octets != 0).nonzero()[0]
    bit = np.unpackbits(octets.take(octet), bitorder="little").view(bool).nonzero()[0]
    start = (filled << 6).take(octet >> 3)
    start += (octet & 7) << 3
    place = start.take(bit >> 3)
    bit &= 7
    place += bit
    line = place // (words.shape[1] * WORD)
    place -= line * (words.shape[1] * WORD)
    return line, place


def bits_by_game(words: Array) -> tuple[Array, Array]:
    """Find the set bits of ``(lines, words)``: the line and the game of each, by game.

    Of few lines, where turning all bits around takes less time than sorting those that are set.

    Examples
    --------
    >>> bits_by_game(np.array([[4], [5]], dtype=np.uint64))
    (array([1, 0, 1]), array([0, 2, 2]))
    """
    lines, octets = len(words), words.shape[1] * 8
    parts = -(-lines // 8)
    squares = np.zeros((octets, parts * 8), dtype=np.uint8)  # an octet of games by eight lines
    squares[:, :lines] = words.view(np.uint8).T
    _turn(squares.view(np.uint64))
    of_games = np.ascontiguousarray(squares.reshape(octets, parts, 8).swapaxes(1, 2)).reshape(-1)
    octet = (of_games != 0).nonzero()[0]
    bit = np.unpackbits(of_games.take(octet), bitorder="little").view(bool).nonzero()[0]
    line = octet.take(bit >> 3)
    game = line // parts
    line -= game * parts
    line <<= 3
    bit &= 7
    line += bit
    return line, game


def _turn(squares: Array) -> None:
    """Turn around squares of 8 by 8 bits, a word each, in place: lines become places."""
    moved, swapped = np.empty((2, *squares.shape), dtype=np.uint64)
    for shift, kept in _TURNS:
        np.right_shift(squares, shift, out=moved)
        np.bitwise_xor(moved, squares, out=moved)
        np.bitwise_and(moved, kept, out=moved)
        np.left_shift(moved, shift, out=swapped)
        np.bitwise_xor(moved, swapped, out=moved)
        np.bitwise_xor(squares, moved, out=squares)


def bit_keys(parts: Iterable[Array], digits: int) -> Array:
    """Find the set bits of ``(lines, words)`` as numbers that sort by game, then by line.

    The last ``digits`` bits of each are its line, those above its game. Of at most 2^16 games, and
    as many lines.

    Parameters
    ----------
    parts : iterable of arrays ``(lines, words)``
        The words, some lines at a time.
    digits : int

    Returns
    -------
    array of uint32
        By line.

    Examples
    --------
    >>> bit_keys([np.array([[1], [5]], dtype=np.uint64)], 4)
    array([ 0,  1, 33], dtype=uint32)
    """
    first, filled, starts = 0, [], []
    for words in parts:
        some = (words != 0).reshape(-1).nonzero()[0]
        filled.append(words.reshape(-1).take(some))
        line = some // words.shape[1]
        some -= line * words.shape[1]
        some <<= digits + 6
        some += line
        some += first
        starts.append(some.astype(np.uint32))
        first += len(words)
    octets = np.concatenate(filled).view(np.uint8)
    octet = (octets != 0).nonzero()[0]
    bit = np.unpackbits(octets.take(octet), bitorder="little").view(bool).nonzero()[0]
    start = np.concatenate(starts).take(octet >> 3)
    octet &= 7
    octet <<= digits + 3
    start += octet.astype(np.uint32)
    keys: Array = start.take(bit >> 3)
    bit &= 7
    bit <<= digits
    keys += bit.astype(np.uint32)
    return keys


def games_in_order(game: Array) -> Array:
    """Find the order of games below 2^16; what is of the same game stays in its order.

    By counting, as of numbers of 16 bits: sorting takes several times as long on some processors.
    """
    return game.astype(np.uint16).argsort(kind="stable")


def bits_at(words: Array, line: Array, game: Array) -> Array:
    """Read single bits of ``(lines, words)``."""
    word = words.reshape(-1).take(line * words.shape[1] + (game >> 6))
    found: Array = (word >> (game & 63).astype(np.uint64)) & np.uint64(1) != 0
    return found
