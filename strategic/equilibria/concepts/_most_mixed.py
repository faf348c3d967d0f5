"""Members of largest entropy of components of equilibria, for whole batches."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.components import Subsets
from strategic.equilibria.concepts._entropy import SAME_ENTROPY, entropy, largest_entropy
from strategic.equilibria.result import Equilibria


def mixed_members(
    found: Equilibria, games: Array | None = None
) -> tuple[Array, tuple[Array, Array], Array]:
    """Find the member of largest entropy of every maximal Nash subset of two-player games.

    Parameters
    ----------
    found : Equilibria
        All equilibria of games with one batch axis.
    games : array of bool, optional
        Which games; all by default.

    Returns
    -------
    game, (rows, columns), gap
        The number of the game each belongs to, both players' mixtures, and the most by which
        another member may exceed their entropy.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> game, (rows, _), _ = mixed_members(solve([[[1.0, 1], [1, 1]]], [[[1.0, 0], [1, 0]]]))
    >>> game.tolist(), rows.tolist()
    ([0], [[0.5, 0.5]])
    """
    subsets, game = _subsets(found)
    some = np.arange(len(game)) if games is None else np.flatnonzero(games[game])
    return _members(subsets, game, some)


def most_mixed_members(found: Equilibria, spread: Array) -> tuple[tuple[Array, Array], Array]:
    """Find the member of largest entropy of the equilibria of degenerate games.

    The entropies of both players add up, so that each maximal Nash subset, a product, is a problem
    for each player.
    """
    subsets, game = _subsets(found)
    some = np.flatnonzero(spread[game])
    # Only subsets that may have the largest: at most the entropy of all actions in use, at least
    # that of the mean of the vertices.
    low, high = np.zeros((2, len(some)))
    for side in subsets.sides:
        total = np.add.reduceat(side.strategies[side.row], side.first[:-1], axis=0)[some]
        low += entropy(total / np.diff(side.first)[some, None])
        high += np.log((total > 0.0).sum(axis=1))
    most = np.full(len(spread), -np.inf)
    np.maximum.at(most, game[some], low)
    some = some[high >= most[game[some]] - 4.0 * SAME_ENTROPY]
    game, (x, y), gap = _members(subsets, game, some)
    amounts = entropy(x) + entropy(y)
    most = np.full(len(spread), -np.inf)
    np.maximum.at(most, game, amounts)
    near = np.flatnonzero(amounts >= most[game] - SAME_ENTROPY)
    _, first = np.unique(game[near], return_index=True)
    rows = near[first]
    return (x[rows], y[rows]), gap[rows]


def _subsets(found: Equilibria) -> tuple[Subsets, Array]:
    """Give the maximal Nash subsets and the game of each."""
    parts = found.components()
    return parts.subsets, np.repeat(parts.games, np.diff(parts.subsets.first))


def _members(
    subsets: Subsets, game: Array, some: Array
) -> tuple[Array, tuple[Array, Array], Array]:
    """Find the members of largest entropy of some subsets."""
    (x, x_gap), (y, y_gap) = (
        largest_entropy(side.strategies, side.row, side.first, some) for side in subsets.sides
    )
    return game[some], (x, y), x_gap + y_gap
