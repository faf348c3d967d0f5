"""How two players learn a single game: fictitious play, as nashpy plays it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import MethodError
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
    In zero-sum games, 2x2 games and potential games the frequencies converge to equilibria.

    References
    ----------
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
    import nashpy

    A, B = np.asarray(row, float), np.asarray(column, float)
    if periods < 1 or A.ndim != 2 or A.shape != B.shape:
        raise MethodError("needs one game and at least one period", where="fictitious_play")
    if logit is not None and not logit > 0.0:
        raise MethodError("must be positive", where="logit", value=logit)
    game = nashpy.Game(A, B)
    # nashpy draws from numpy's global generator: seed it, and put its state back afterwards.
    before = np.random.get_state()  # noqa: NPY002 - the only generator nashpy knows
    np.random.seed(seed)  # noqa: NPY002 - the same
    try:
        if logit is None:
            counts = list(game.fictitious_play(iterations=periods))
        else:
            drawn = game.stochastic_fictitious_play(iterations=periods, etha=logit)
            counts = [count for count, _ in drawn]
    finally:
        np.random.set_state(before)  # noqa: NPY002 - the same
    elapsed = np.arange(1.0, periods + 1)[:, None]
    ours, theirs = (np.array([count[side] for count in counts[1:]]) for side in (0, 1))
    return ours / elapsed, theirs / elapsed
