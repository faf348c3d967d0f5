"""Exact basins of the two-population replicator dynamics in 2x2 coordination games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

FIRST, SECOND, NEITHER, NO_COORDINATION = 0, 1, 2, -1
"""Basins: both end on the first actions, on the second, on neither (separatrix, corners); or the
game is no coordination game."""


@in_one_line
@dataclass(frozen=True)
class Coordination(Cited):
    """A 2x2 coordination game as the replicator dynamics see it; x, y are shares of first actions.

    ``x' = x(1-x)[(gain_x + risk_x) y - risk_x]`` and ``y' = y(1-y)[(gain_y + risk_y) x - risk_y]``.

    Attributes
    ----------
    gain_x, risk_x, gain_y, risk_y : ndarray, shape (...)
        What each side gains by the first action where the other takes it, and loses by it where
        the other does not. All are positive in a coordination game.

    Examples
    --------
    >>> coordination([[2, -1], [0, 0]], [[3, 0], [-1, 0]])
    <Coordination: gain_x 2, risk_x 1, gain_y 3, risk_y 1>
    """

    made_by = ("conserved",)

    gain_x: Array
    risk_x: Array
    gain_y: Array
    risk_y: Array

    @property
    def saddle(self) -> tuple[Array, Array]:
        """Shares at the mixed equilibrium; NaN outside coordination games."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x = self.risk_y / (self.gain_y + self.risk_y)
            y = self.risk_x / (self.gain_x + self.risk_x)
        return np.where(self.holds, x, np.nan), np.where(self.holds, y, np.nan)

    @property
    def holds(self) -> Array:
        """Where both pure profiles are strict equilibria."""
        strict_x = (self.gain_x > 0.0) & (self.risk_x > 0.0)
        return np.asarray(strict_x & (self.gain_y > 0.0) & (self.risk_y > 0.0))


def coordination(row: ArrayLike, column: ArrayLike, /) -> Coordination:
    """Read gains and risks off a 2x2 game.

    Parameters
    ----------
    row, column : array_like, shape (..., 2, 2)
        Payoffs of the two players.

    Returns
    -------
    Coordination
        The four differences the dynamics depend on.

    Raises
    ------
    GameError
        When a player has another number of actions.

    Examples
    --------
    >>> game = coordination([[2, -1], [0, 0]], [[3, 0], [-1, 0]])
    >>> [float(share) for share in game.saddle]
    [0.25, 0.3333333333333333]
    """
    A, B = np.asarray(row, float), np.asarray(column, float)
    for where, table in (("row", A), ("column", B)):
        if table.shape[-2:] != (2, 2):
            raise GameError("must hold 2x2 games", where=where, value=table.shape)
    return Coordination(
        gain_x=A[..., 0, 0] - A[..., 1, 0],
        risk_x=A[..., 1, 1] - A[..., 0, 1],
        gain_y=B[..., 0, 0] - B[..., 0, 1],
        risk_y=B[..., 1, 1] - B[..., 1, 0],
    )


def conserved(game: Coordination, x: ArrayLike, y: ArrayLike, /) -> Array:
    """Compute the quantity that the two-population replicator dynamics conserve.

    Parameters
    ----------
    game : Coordination
        The game.
    x, y : array_like
        Shares of first actions.

    Returns
    -------
    ndarray
        ``H = -risk_y ln x - gain_y ln(1-x) + risk_x ln y + gain_x ln(1-y)``.

    References
    ----------
    Hofbauer, J. and Sigmund, K. (1998). Evolutionary Games and Population Dynamics. Cambridge
    University Press. Chapter 10.

    Examples
    --------
    >>> game = coordination([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    >>> float(conserved(game, 0.5, 0.5))
    0.0
    """
    p, q = np.asarray(x, float), np.asarray(y, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        along_x = -game.risk_y * np.log(p) - game.gain_y * np.log1p(-p)
        along_y = game.risk_x * np.log(q) + game.gain_x * np.log1p(-q)
        return np.asarray(along_x + along_y)


def basin(game: Coordination, x: ArrayLike, y: ArrayLike, /) -> Array:
    """Tell where the two-population replicator dynamics of a coordination game end.

    Parameters
    ----------
    game : Coordination
        The game.
    x, y : array_like
        Shares of first actions at the start, in [0, 1].

    Returns
    -------
    ndarray of int
        `FIRST`, `SECOND`, `NEITHER` (on the separatrix, at the saddle or at a corner where the
        sides disagree) or `NO_COORDINATION`.

    Notes
    -----
    In closed form: the separatrix is the level of the conserved H through the saddle. Right of the
    saddle and below it the first profile wins iff H > H(saddle), left and above iff
    H < H(saddle).

    Examples
    --------
    >>> game = coordination([[2, -1], [0, 0]], [[2, 0], [-1, 0]])
    >>> basin(game, [0.9, 0.1, 0.9], [0.9, 0.1, 0.2]).tolist()
    [0, 1, 0]
    """
    p, q = np.asarray(x, float), np.asarray(y, float)
    x_s, y_s = game.saddle
    # Up-right and down-left of the saddle the end is plain (both shares move together); in the two
    # other quadrants the sign of H - H(saddle) says on which side of the separatrix a start lies.
    level = conserved(game, p, q) - conserved(game, x_s, y_s)
    with np.errstate(invalid="ignore"):
        right, above = p >= x_s, q >= y_s
        toward_first = np.where(right, level > 0.0, level < 0.0)
        toward_second = np.where(right, level < 0.0, level > 0.0)
        together = (p - x_s) * (q - y_s) >= 0.0
        first = np.where(together, right & above & ((p > x_s) | (q > y_s)), toward_first)
        second = np.where(together, (p <= x_s) & (q <= y_s) & ~first, toward_second)
        second &= ~((p == x_s) & (q == y_s))
    end = np.where(first, FIRST, np.where(second, SECOND, NEITHER))
    return np.where(game.holds, end, NO_COORDINATION)


def separatrix(game: Coordination, x: ArrayLike, /, *, steps: int = 200) -> Array:
    """Compute the share y at which play balances between the two profiles, for every share x.

    Parameters
    ----------
    game : Coordination
        The game.
    x : array_like
        Shares of first actions in the row population, in (0, 1).
    steps : int, default 200
        Halvings of the bracket at most; it stops where floats run out.

    Returns
    -------
    ndarray
        Shares of first actions in the column population; it falls in x. NaN outside coordination
        games.

    Examples
    --------
    >>> game = coordination([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    >>> separatrix(game, [0.2, 0.5, 0.8]).round(12)
    array([0.8, 0.5, 0.2])
    """
    check_whole(steps=steps)
    p = np.asarray(x, float)
    x_s, y_s = game.saddle
    goal = conserved(game, x_s, y_s)
    left = p < x_s
    low = np.where(left, y_s, 0.0) + 0.0 * p
    high = np.where(left, 1.0, y_s) + 0.0 * p
    for _ in range(steps):
        middle = 0.5 * (low + high)
        if ((middle == low) | (middle == high) | np.isnan(middle)).all():
            break
        excess = conserved(game, p, middle) > goal
        up = np.where(left, excess, ~excess)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return 0.5 * (low + high)


def basin_share(game: Coordination, /, *, nodes: int = 60) -> Array:
    """Compute the area of the starts from which both populations end on the first actions.

    Parameters
    ----------
    game : Coordination
        The game.
    nodes : int, default 60
        Quadrature nodes on either side of the saddle.

    Returns
    -------
    ndarray, shape (...)
        Share of the unit square, by tanh-sinh quadrature over the exact separatrix; NaN outside
        coordination games.

    Examples
    --------
    >>> float(basin_share(coordination([[1, 0], [0, 1]], [[1, 0], [0, 1]])).round(12))
    0.5
    """
    check_whole(nodes=nodes)
    # The separatrix has vertical tangents at the ends of the square; tanh-sinh nodes crowd there,
    # where their weights vanish doubly exponentially.
    angle = np.linspace(-3.2, 3.2, nodes)
    stretch = np.pi / 2 * np.sinh(angle)
    place = 0.5 * (1.0 + np.tanh(stretch))
    weight = (angle[1] - angle[0]) * np.pi / 4 * np.cosh(angle) / np.cosh(stretch) ** 2
    holds = game.holds
    x_s = np.asarray(game.saddle[0])[holds]
    differences = (game.gain_x, game.risk_x, game.gain_y, game.risk_y)
    wide = Coordination(
        *(np.broadcast_to(values, holds.shape)[holds][..., None] for values in differences)
    )
    below = (weight * separatrix(wide, x_s[..., None] * place)).sum(axis=-1) * x_s
    beyond = separatrix(wide, 1.0 - (1.0 - x_s[..., None]) * (1.0 - place))
    share = np.full(holds.shape, np.nan)
    share[holds] = 1.0 - below - (weight * beyond).sum(axis=-1) * (1.0 - x_s)
    return share
