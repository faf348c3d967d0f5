"""Round-robin tournaments of strategies, exact or drawn at random, with incidents as noise."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, deviations, means
from strategic.errors import GameError
from strategic.games.names import distinct
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.strategies.automata import Automaton, automata_law
from strategic.repeated.strategies.memory import payoffs_of
from strategic.repeated.strategies.named import AXELROD_PAYOFFS, strategy
from strategic.repeated.strategies.simulated_matches import sampling_error, simulate_matches
from strategic.whole_numbers import check_whole


@in_one_line
@dataclass(frozen=True)
class Tournament(Cited):
    """Who earned what against whom.

    Attributes
    ----------
    strategies : tuple of str
        Names, in the order of all axes below.
    payoffs : ndarray, shape (..., n, n)
        Average payoff per period of the row strategy against the column strategy.
    cooperation : ndarray, shape (..., n, n)
        Share of periods in which the row strategy cooperated, as its actions came out.
    scores : ndarray, shape (..., n)
        Mean payoff of each strategy over all opponents, including self-play.
    spread : ndarray, shape (..., n)
        Standard deviation of its payoffs over opponents.
    order : ndarray of int, shape (..., n)
        Strategies from the best score to the worst; ties stay in the order given.
    error : ndarray, shape (..., n, n), or None
        Standard error of ``payoffs`` where matches were drawn at random.

    Examples
    --------
    >>> round_robin(["AllC", "AllD", "TFT"], noise=0.05).ranking
    ('AllD', 'TFT', 'AllC')
    """

    made_by = ("round_robin",)

    strategies: tuple[str, ...]
    payoffs: Array
    cooperation: Array
    scores: Array
    spread: Array
    order: Array
    error: Array | None = None

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names from the best score to the worst, at a single point."""
        if self.order.ndim != 1:
            raise GameError("is read point by point from `order`", where="ranking")
        return tuple(self.strategies[k] for k in self.order)


def round_robin(
    strategies: Sequence[str | Automaton],
    payoffs: ArrayLike = AXELROD_PAYOFFS,
    /,
    *,
    noise: ArrayLike = 0.0,
    discount: ArrayLike = 1.0,
    horizon: int | None = None,
) -> Tournament:
    """Let every strategy meet every other and itself, exactly.

    Parameters
    ----------
    strategies : sequence of str or Automaton
        Names of `strategic.repeated.strategies.named.strategy_names`, or automata.
    payoffs : array_like, shape (..., 4), default (3, 0, 5, 1)
        R, S, T and P.
    noise : array_like, default 0
        Probability of an incident: an action that comes out as its opposite; 0, or at least
        1e-100.
    discount : array_like, default 1
        1 gives long-run averages; below 1 discounted averages; 0, or at least 1e-100.
    horizon : int, optional
        Length of a match; for ever by default.

    Returns
    -------
    Tournament
        One point for each entry of the broadcast of payoffs, noise and discount; NaN where the
        noise or the discount is out of range.

    References
    ----------
    Axelrod, R. (1984). The Evolution of Cooperation. Basic Books.

    Examples
    --------
    >>> round_robin(["AllC", "AllD", "TFT", "WSLS"], noise=0.05).ranking
    ('AllD', 'WSLS', 'TFT', 'AllC')
    """
    check_whole(horizon=horizon)
    players = contestants(strategies)
    letters = np.asarray(payoffs, float)
    if letters.ndim == 0 or letters.shape[-1] != 4:
        raise GameError("needs R, S, T and P", where="payoffs", value=letters.shape)
    shape = np.broadcast_shapes(letters.shape[:-1], np.shape(noise), np.shape(discount))
    count = len(players)
    earned, friendly = np.empty((2, *shape, count, count))
    # Each pairing once: the column player's numbers are those of the mirrored pairing.
    for i, row in enumerate(players):
        for j, column in enumerate(players[i:], start=i):
            law = automata_law(row, column, noise=noise, discount=discount, horizon=horizon)
            earned[..., i, j], earned[..., j, i] = payoffs_of(law, letters)
            friendly[..., i, j] = law[..., 0] + law[..., 1]
            friendly[..., j, i] = law[..., 0] + law[..., 2]
    return _scored(players, earned, friendly, None)


def simulated_round_robin(
    strategies: Sequence[str | Automaton],
    payoffs: ArrayLike = AXELROD_PAYOFFS,
    /,
    *,
    turns: int = 200,
    noise: float = 0.0,
    repetitions: int = 10,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Tournament:
    """Let every strategy meet every other and itself in matches drawn at random.

    Parameters
    ----------
    strategies : sequence of str or Automaton
        Names of `strategic.repeated.strategies.named.strategy_names`, or automata.
    payoffs : array_like, shape (4,), default (3, 0, 5, 1)
        R, S, T and P.
    turns, repetitions : int, default 200, 10
        Length of a match, and matches per pairing.
    noise : float, default 0
        Probability of an incident: an action that comes out as its opposite.
    seed, workers : int
        Seed of the random numbers; threads, which never change the answer.
    executor : concurrent.futures.Executor, optional
        Where matches are played, such as what `strategic.cluster` opens; here by default.

    Returns
    -------
    Tournament
        With the standard error of every mean payoff.

    Examples
    --------
    >>> simulated_round_robin(["AllD", "TFT"], turns=10, repetitions=2).payoffs
    array([[1. , 1.4],
           [0.9, 3. ]])
    """
    check_whole(turns=turns, repetitions=repetitions, seed=seed, workers=workers)
    players = contestants(strategies)
    letters = np.asarray(payoffs, float)
    if letters.shape != (4,):
        raise GameError("needs R, S, T and P", where="payoffs", value=letters.shape)
    pairings = [(row, column) for i, row in enumerate(players) for column in players[i:]]
    counts = simulate_matches(
        pairings, turns=turns, noise=noise, repetitions=repetitions, seed=seed, workers=workers,
        executor=executor,
    )  # fmt: skip
    law = counts / turns
    pay = payoffs_of(law, letters)
    rows, columns = np.triu_indices(len(players))
    earned, friendly, error = np.empty((3, len(players), len(players)))
    for side, (here, there) in enumerate(((rows, columns), (columns, rows))):
        earned[here, there] = means(pay[side])
        error[here, there] = sampling_error(pay[side])
        friendly[here, there] = (law[..., 0] + law[..., 1 + side]).mean(axis=-1)
    return _scored(players, earned, friendly, error)


def contestants(strategies: Sequence[str | Automaton]) -> list[Automaton]:
    """Turn names into strategies.

    Parameters
    ----------
    strategies : sequence of str or Automaton
        At least one.

    Returns
    -------
    list of Automaton
        One each.

    Raises
    ------
    GameError
        When a name is unknown or there is nobody.

    Examples
    --------
    >>> [player.name for player in contestants(["tft", "ALLD"])]
    ['TFT', 'AllD']
    """
    if not strategies:
        raise GameError("needs at least one strategy", where="strategies")
    return [strategy(one) if isinstance(one, str) else one for one in strategies]


def _scored(
    players: list[Automaton], earned: Array, friendly: Array, error: Array | None
) -> Tournament:
    scores = means(earned)
    # Rank from the best; scores that differ by rounding alone tie, and ties keep their order.
    scale = np.fmax.reduce(np.abs(earned), axis=(-2, -1), initial=0.0)[..., None]
    steps = np.rint(scores / np.where(scale > 0.0, scale, 1.0) * 1e12)
    return Tournament(
        strategies=distinct([player.name for player in players]),
        payoffs=earned,
        cooperation=friendly,
        scores=scores,
        spread=deviations(earned),
        order=np.argsort(-steps, axis=-1, kind="stable"),
        error=error,
    )
