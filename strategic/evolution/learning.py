"""How two players learn a single game: fictitious play."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.evolution.logit import logit_choice
from strategic.whole_numbers import check_whole


def fictitious_play(
    row: ArrayLike,
    column: ArrayLike,
    periods: int,
    /,
    *,
    seed: int = 0,
    logit: float | None = None,
) -> tuple[Array, Array]:
    """Let both players answer the other's past frequencies of play, period by period.

    Parameters
    ----------
    row, column : array_like, shape (m, n)
        Payoffs of the two players in one game.
    periods : int
        Periods of play.
    seed : int, default 0
        Seed of the random choices among best replies, and of the draws below.
    logit : float, optional
        Answer with the logit choice of this noise (stochastic fictitious play) instead of a best
        reply.

    Returns
    -------
    tuple of ndarray, shapes (periods, m) and (periods, n)
        Frequencies of play of both players after each period.

    Raises
    ------
    MethodError
        When there is nothing to play or the noise is not positive.

    Notes
    -----
    In zero-sum games, 2x2 games and potential games the frequencies converge to equilibria. Best
    replies are played by nashpy. In the first period others are taken to mix evenly.

    References
    ----------
    Fudenberg, D. and Levine, D. K. (1998). The Theory of Learning in Games. MIT Press.
    Robinson, J. (1951). An iterative method of solving a game. Annals of Mathematics 54, 296-301.
    Knight, V. and Campbell, J. (2018). Nashpy: a Python library for the computation of Nash
    equilibria. Journal of Open Source Software 3, 904.

    Examples
    --------
    >>> dilemma = [[3.0, 0.0], [5.0, 1.0]]
    >>> ours, _ = fictitious_play(dilemma, np.transpose(dilemma), 20)
    >>> float(ours[-1, 1]) > 0.9
    True
    """
    check_whole(periods=periods, seed=seed)
    A, B = np.asarray(row, float), np.asarray(column, float)
    if periods < 1 or A.ndim != 2 or A.shape != B.shape:
        raise MethodError("needs one game and at least one period", where="fictitious_play")
    if logit is not None and not logit > 0.0:
        raise MethodError("must be positive", where="logit", value=logit)
    if logit is not None:
        return _stochastic(A, B, periods, seed, logit)
    import nashpy

    # nashpy draws from numpy's global generator: seed it, and put its state back afterwards.
    before = np.random.get_state()  # noqa: NPY002 - the only generator nashpy knows
    np.random.seed(seed)  # noqa: NPY002 - the same
    try:
        counts = list(nashpy.Game(A, B).fictitious_play(iterations=periods))
    finally:
        np.random.set_state(before)  # noqa: NPY002 - the same
    elapsed = np.arange(1.0, periods + 1)[:, None]
    ours, theirs = (np.array([count[side] for count in counts[1:]]) for side in (0, 1))
    return ours / elapsed, theirs / elapsed


def _stochastic(
    row: Array, column: Array, periods: int, seed: int, noise: float
) -> tuple[Array, Array]:
    """Answer past frequencies with draws from the logit choice, in any unit of payoffs."""
    draws = np.random.default_rng(seed).random((periods, 2))
    tables = row, column.T
    shares = [np.full(len(table), 1.0 / len(table)) for table in tables]
    counts = [np.zeros((periods, len(table))) for table in tables]
    for period, drawn in enumerate(draws):
        choices = [
            logit_choice(table @ other, 1.0 / noise)
            for table, other in zip(tables, shares[::-1], strict=True)
        ]
        for side, (choice, number) in enumerate(zip(choices, drawn, strict=True)):
            action = int((np.add.accumulate(choice)[:-1] <= number).sum())
            counts[side][period] = counts[side][period - 1]
            counts[side][period, action] += 1.0
            shares[side] = counts[side][period] / (period + 1)
    elapsed = np.arange(1.0, periods + 1)[:, None]
    return counts[0] / elapsed, counts[1] / elapsed
