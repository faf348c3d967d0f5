"""Matches drawn at random, thousands at a time: incidents flip actions, automata answer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, deviations
from strategic.blocks import SEED_BLOCK, seed_stream
from strategic.errors import GameError
from strategic.executors import map_slices
from strategic.repeated.strategies.automata import Automaton, outcome_chances, product
from strategic.repeated.strategies.named import strategy
from strategic.whole_numbers import check_whole

OUTCOMES = ("CC", "CD", "DC", "DD")
"""What a turn comes to, row's action first."""
_DRAWN_AT_ONCE = 32
"""Turns of random numbers at a time; below 256, so that a byte counts them."""


@dataclass(frozen=True)
class _Table:
    """All pairings as one machine: a state is a pair of states of one pairing.

    Attributes
    ----------
    first : ndarray of int, shape (pairings,)
        State in which each pairing starts.
    limits : ndarray, shape (3, states)
        What a uniform draw must reach for the outcome to be at least CD, DC and DD.
    following : ndarray of int, shape (4 * states,)
        State after each outcome, the outcomes of a state side by side.
    """

    first: Array
    limits: Array
    following: Array


def simulate_matches(
    pairings: Sequence[tuple[Automaton, Automaton]],
    /,
    *,
    turns: int,
    noise: float = 0.0,
    repetitions: int = 1,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Array:
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
        Threads, or blocks in hand on the executor; all available cores by default.
    executor : concurrent.futures.Executor, optional
        Where matches are played, such as what `strategic.cluster` opens; here by default.

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
    >>> from strategic.repeated import strategy
    >>> simulate_matches([(strategy("TFT"), strategy("AllD"))], turns=10).tolist()
    [[[0, 1, 0, 9]]]
    """
    check_whole(turns=turns, repetitions=repetitions, seed=seed, workers=workers)
    if turns < 1 or repetitions < 1 or not pairings:
        raise GameError("needs at least one pairing, turn and repetition", where="matches")
    _check(turns, noise)
    table = _tabulate(pairings, noise)
    count = len(pairings) * repetitions
    play = partial(_play_block, table, repetitions, turns, seed)
    counts = list(map_slices(play, count, size=SEED_BLOCK, workers=workers, executor=executor))
    return np.concatenate(counts).reshape(len(pairings), repetitions, 4)


def play_match(
    row: str | Automaton,
    column: str | Automaton,
    /,
    *,
    turns: int,
    noise: float = 0.0,
    seed: int = 0,
) -> tuple[str, ...]:
    """Play one match and write down every turn.

    Parameters
    ----------
    row, column : str or Automaton
        Names of `strategic.repeated.strategies.named.strategy_names`, or automata.
    turns : int
        Length of the match.
    noise : float, default 0
        Probability that an action comes out as its opposite, each action on its own.
    seed : int, default 0
        Seed of the random numbers.

    Returns
    -------
    tuple of str
        ``"CC"``, ``"CD"``, ``"DC"`` or ``"DD"`` per turn, row's action first, as they came out.

    Raises
    ------
    GameError
        When there is no turn, the noise is no probability, or there is no such strategy.

    Examples
    --------
    >>> play_match("TFT", "AllD", turns=4)
    ('CD', 'DD', 'DD', 'DD')
    """
    check_whole(turns=turns, seed=seed)
    _check(turns, noise)
    players = [strategy(one) if isinstance(one, str) else one for one in (row, column)]
    table = _tabulate([(players[0], players[1])], noise)
    state, played = int(table.first[0]), []
    for draw in np.random.default_rng(seed).random(turns):
        outcome = int((draw >= table.limits[:, state]).sum())
        state = int(table.following[4 * state + outcome])
        played.append(OUTCOMES[outcome])
    return tuple(played)


def _check(turns: int, noise: float) -> None:
    if turns < 1:
        raise GameError("must be at least 1", where="turns", value=turns)
    if not 0.0 <= noise <= 1.0:
        raise GameError("must lie between 0 and 1", where="noise", value=noise)


def _tabulate(pairings: Sequence[tuple[Automaton, Automaton]], noise: float) -> _Table:
    first, limits, following, offset = [], [], [], 0
    for row, column in pairings:
        pair = product(row, column)
        cc, cd, dc, dd = outcome_chances(pair, np.array([noise]))[:, :, 0].T
        # An outcome of chance 0 must stay impossible whatever the sums round to: where nothing
        # beyond a bound is possible, the bound is 1, which no draw from [0, 1) reaches.
        to_dd = np.where(dd == 0.0, 1.0, cc + cd + dc)
        no_dc = (dd == 0.0) & (dc == 0.0)
        to_dc = np.where(no_dc, 1.0, np.minimum(cc + cd, to_dd))
        to_cd = np.where(no_dc & (cd == 0.0), 1.0, np.minimum(cc, to_dc))
        first.append(offset)
        limits.append([to_cd, to_dc, to_dd])
        following.append(pair.following + offset)
        offset += len(pair.pairs)
    return _Table(
        first=np.array(first, dtype=np.intp),
        limits=np.concatenate(limits, axis=1),
        following=np.concatenate(following).reshape(-1),
    )


def _play_block(table: _Table, repetitions: int, turns: int, seed: int, items: slice) -> Array:
    """Play one seed block of matches, here or anywhere."""
    which = np.arange(items.start, items.stop) // repetitions
    return _play(table, table.first[which], turns, seed_stream(seed, items.start // SEED_BLOCK))


def _play(table: _Table, state: Array, turns: int, stream: np.random.Generator) -> Array:
    """Play a block of matches turn by turn, all at once, and count the outcomes."""
    lanes, state = len(state), state.copy()
    limit, step = np.empty(lanes), np.empty(lanes, dtype=np.intp)
    outcome, passed = np.empty(lanes, np.uint8), np.empty((3, lanes), dtype=bool)
    bits = passed.view(np.uint8)
    recent, tally = np.zeros((3, lanes), dtype=np.uint8), np.zeros((3, lanes), dtype=np.int64)
    for start in range(0, turns, _DRAWN_AT_ONCE):
        recent[...] = 0
        for draw in stream.random((min(_DRAWN_AT_ONCE, turns - start), lanes)):
            # The bounds passed, one bit each, add up to the outcome's number: 0 is CC, 3 is DD.
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
    # Turns that reached at least CC, CD, DC, DD and beyond; their differences are the counts.
    reached = np.concatenate([np.full((1, lanes), turns), tally, np.zeros((1, lanes), np.int64)])
    return np.ascontiguousarray((reached[:-1] - reached[1:]).T.astype(np.intp))


def sampling_error(shares: ArrayLike, /) -> Array:
    """Estimate the standard error of a mean over repetitions.

    Parameters
    ----------
    shares : array_like, shape (..., repetitions)
        One number per repetition.

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
    return np.asarray(deviations(values, freedom=1) / np.sqrt(repetitions))
