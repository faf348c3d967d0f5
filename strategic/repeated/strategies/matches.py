"""Matches drawn at random, thousands at a time: incidents flip actions, automata answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strategic.blocks import SEED_BLOCK, map_blocks, seed_streams
from strategic.errors import GameError
from strategic.repeated.strategies.automata import Automaton, outcome_chances, product

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_DRAWN_AT_ONCE = 32
"""Turns of random numbers at a time; below 256, so that a byte counts them."""


@dataclass(frozen=True)
class _Table:
    """All pairings as one machine: a state is a pair of states of one pairing.

    ``after_cc`` and so on are chances that the outcome is later in the order CC, CD, DC, DD.
    """

    first: IntArray
    limits: FloatArray
    following: IntArray


def simulate_matches(
    pairings: Sequence[tuple[Automaton, Automaton]],
    /,
    *,
    turns: int,
    noise: float = 0.0,
    repetitions: int = 1,
    seed: int = 0,
    workers: int | None = None,
) -> IntArray:
    """Play matches at random and count their outcomes.

    Parameters
    ----------
    pairings : sequence of pairs of Automaton
        Row and column of each match.
    turns : int
        Length of a match.
    noise : float, default 0
        Probability that an action comes out as its opposite, each action on its own.
    repetitions : int, default 1
        Matches per pairing.
    seed : int, default 0
        Seed of the random numbers. Every fixed block of matches has a stream of its own, so the
        number of workers never changes the answer.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    ndarray of int, shape (pairings, repetitions, 4)
        Turns that ended in CC, CD, DC and DD, row's action first.

    Raises
    ------
    GameError
        When there is nothing to play, or the noise is no probability.

    Examples
    --------
    >>> from strategic.repeated.strategies.named import strategy
    >>> simulate_matches([(strategy("TFT"), strategy("AllD"))], turns=10).tolist()
    [[[0, 1, 0, 9]]]
    """
    if turns < 1 or repetitions < 1 or not pairings:
        raise GameError("needs at least one pairing, turn and repetition", where="matches")
    if not 0.0 <= noise <= 1.0:
        raise GameError("must lie between 0 and 1", where="noise", value=noise)
    table = _tabulate(pairings, noise)
    count = len(pairings) * repetitions
    streams = seed_streams(seed, count)

    def play(items: slice) -> IntArray:
        which = np.arange(items.start, items.stop) // repetitions
        return _play(table, table.first[which], turns, streams[items.start // SEED_BLOCK])

    counts = list(map_blocks(play, count, size=SEED_BLOCK, workers=workers))
    return np.concatenate(counts).reshape(len(pairings), repetitions, 4)


def _tabulate(pairings: Sequence[tuple[Automaton, Automaton]], noise: float) -> _Table:
    first, limits, following, offset = [], [], [], 0
    for row, column in pairings:
        pair = product(row, column)
        chances = outcome_chances(pair, np.array([noise]))[:, :, 0]
        first.append(offset)
        limits.append(_limits(chances))
        following.append(pair.following + offset)
        offset += len(pair.pairs)
    return _Table(
        first=np.array(first, dtype=np.intp),
        limits=np.ascontiguousarray(np.concatenate(limits).T),
        following=np.ascontiguousarray(np.concatenate(following).reshape(-1)),
    )


def _limits(chances: FloatArray) -> FloatArray:
    """Bounds a uniform draw passes to reach CD, DC and DD; an impossible outcome stays so."""
    cc, cd, dc, dd = chances.T
    none_left = dd == 0.0
    to_dd = np.where(none_left, 1.0, cc + cd + dc)
    to_dc = np.where(none_left & (dc == 0.0), 1.0, np.minimum(cc + cd, to_dd))
    to_cd = np.where(none_left & (dc == 0.0) & (cd == 0.0), 1.0, np.minimum(cc, to_dc))
    return np.stack([to_cd, to_dc, to_dd], axis=1)


def _play(table: _Table, state: IntArray, turns: int, stream: np.random.Generator) -> IntArray:
    """Play a block of matches turn by turn, all at once."""
    lanes, state = len(state), state.copy()
    limit, step, outcome = (
        np.empty(lanes),
        np.empty(lanes, dtype=np.intp),
        np.empty(lanes, np.uint8),
    )
    passed = np.empty((3, lanes), dtype=bool)
    bits = passed.view(np.uint8)
    recent, tally = np.zeros((3, lanes), dtype=np.uint8), np.zeros((3, lanes), dtype=np.int64)
    for start in range(0, turns, _DRAWN_AT_ONCE):
        recent[...] = 0
        for draw in stream.random((min(_DRAWN_AT_ONCE, turns - start), lanes)):
            for bound in range(3):
                np.take(table.limits[bound], state, out=limit, mode="clip")
                np.greater_equal(draw, limit, out=passed[bound])
            recent += bits
            np.add(bits[0], bits[1], out=outcome)
            outcome += bits[2]
            np.multiply(state, 4, out=step)
            step += outcome
            np.take(table.following, step, out=state, mode="clip")
        tally += recent
    reached = np.concatenate([np.full((1, lanes), turns), tally, np.zeros((1, lanes), np.int64)])
    return np.ascontiguousarray((reached[:-1] - reached[1:]).T.astype(np.intp))


def sampling_error(shares: ArrayLike, /) -> FloatArray:
    """Estimate the standard error of a mean over repetitions.

    Parameters
    ----------
    shares : array_like, shape (..., repetitions)
        One number a repetition.

    Returns
    -------
    ndarray, shape (...)
        Standard error; NaN with fewer than two repetitions.

    Examples
    --------
    >>> float(sampling_error([1.0, 2.0, 3.0]).round(6))
    0.57735
    """
    values = np.asarray(shares, float)
    repetitions = values.shape[-1]
    if repetitions < 2:
        return np.full(values.shape[:-1], np.nan)
    spread: FloatArray = values.std(axis=-1, ddof=1)
    error: FloatArray = spread / np.sqrt(repetitions)
    return error
