"""Choose among equilibria: payoff and risk dominance, Pareto ranking, welfare, equality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game


@dataclass(frozen=True, eq=False)
class Coordination:
    """Which of the two diagonal equilibria of 2x2 games dominates.

    Parameters
    ----------
    coordinates : array of bool ``(*batch,)``
        Whether (first, first) and (second, second) are both strict equilibria.
    payoff : array of int ``(*batch,)``
        0 or 1: the action whose equilibrium gives every player at least as much and somebody
        more; -1 where there is none, or the game does not coordinate.
    risk : array of int ``(*batch,)``
        0 or 1: the action with the larger product of deviation losses; -1 for a tie, or where
        the game does not coordinate.
    products : array ``(*batch, 2)``
        The two products; NaN where the game does not coordinate.
    """

    coordinates: Array
    payoff: Array
    risk: Array
    products: Array


def coordination(*payoffs: Game | ArrayLike) -> Coordination:
    """Compare the diagonal equilibria of 2x2 games by payoff and by risk dominance.

    Parameters
    ----------
    *payoffs : Game, or two arrays ``(*batch, 2, 2)``
        The payoffs.

    Returns
    -------
    Coordination

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    MethodError
        When the games are not 2x2.

    Notes
    -----
    (1, 1) risk-dominates (2, 2) if ``(a11 - a21)(b11 - b12) > (a22 - a12)(b22 - b21)``
    (Harsanyi and Selten 1988). Games that coordinate off the diagonal are to be given with their
    columns exchanged.

    References
    ----------
    Harsanyi, J. C. and Selten, R. (1988). A General Theory of Equilibrium Selection in Games.

    Examples
    --------
    >>> hunt = coordination([[9, 0], [8, 7]], [[9, 8], [0, 7]])
    >>> int(hunt.payoff), int(hunt.risk), hunt.products
    (0, 1, array([ 1., 49.]))
    """
    games = _games(payoffs)
    if games.shape != (2, 2):
        raise MethodError("coordination compares 2x2 games", where="payoffs", value=games.shape)
    a, b = games.payoffs
    losses_first = (a[..., 0, 0] - a[..., 1, 0], b[..., 0, 0] - b[..., 0, 1])
    losses_second = (a[..., 1, 1] - a[..., 0, 1], b[..., 1, 1] - b[..., 1, 0])
    there = np.logical_and.reduce([loss > 0.0 for loss in (*losses_first, *losses_second)])
    with np.errstate(over="ignore", under="ignore"):
        products = np.stack(
            [losses_first[0] * losses_first[1], losses_second[0] * losses_second[1]], axis=-1
        )
    better = [
        (a[..., i, i] >= a[..., k, k])
        & (b[..., i, i] >= b[..., k, k])
        & ((a[..., i, i] > a[..., k, k]) | (b[..., i, i] > b[..., k, k]))
        for i, k in ((0, 1), (1, 0))
    ]
    risk = np.where(products[..., 0] > products[..., 1], 0, 1)
    risk = np.where(products[..., 0] == products[..., 1], -1, risk)
    return Coordination(
        coordinates=np.asarray(there),
        payoff=np.where(there & better[0], 0, np.where(there & better[1], 1, -1)),
        risk=np.where(there, risk, -1),
        products=np.where(there[..., None], products, np.nan),
    )


def best_by_welfare(found: Equilibria) -> Array:
    """Find the equilibrium with the largest sum of payoffs in every game.

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.

    Returns
    -------
    array of int, shape of the batch
        Row of ``found``; -1 where a game has none. Ties go to the first.

    Notes
    -----
    Sums of payoffs mean something only if the players' payoffs have a common unit.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> best_by_welfare(solve([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    array(0)
    """
    return _best(found, found.payoffs.sum(axis=1))


def best_by_equality(found: Equilibria) -> Array:
    """Find the equilibrium in which the worst-off player earns most, in every game.

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.

    Returns
    -------
    array of int, shape of the batch
        Row of ``found``; -1 where a game has none. Ties go to the first.

    References
    ----------
    Rawls, J. (1971). A Theory of Justice (the difference principle).

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> best_by_equality(solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    array(0)
    """
    return _best(found, found.payoffs.min(axis=1))


def pareto_undominated(found: Equilibria, *, tol: float = 1e-12) -> Array:
    """Mark the equilibria that no other equilibrium of the same game Pareto-dominates.

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.
    tol : float, default 1e-12
        Differences below this share of the largest payoff count as equal.

    Returns
    -------
    array of bool ``(E,)``
        False where another equilibrium gives nobody less and somebody more.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> pareto_undominated(solve([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    array([ True, False, False])
    """
    return np.asarray(pareto_rank(found, tol=tol) == 1)


def pareto_rank(found: Equilibria, *, tol: float = 1e-12) -> Array:
    """Rank the equilibria of each game: 1 undominated, 2 undominated once those are gone, ...

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.
    tol : float, default 1e-12
        Differences below this share of the largest payoff count as equal.

    Returns
    -------
    array of int ``(E,)``

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> pareto_rank(solve([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    array([1, 2, 3])
    """
    first, second = _pairs_of_a_game(found)
    margin = tol * np.maximum(np.abs(found.payoffs[first]), np.abs(found.payoffs[second]))
    difference = found.payoffs[first] - found.payoffs[second]
    beaten = (difference >= -margin).all(axis=1) & (difference > margin).any(axis=1)
    above, below = first[beaten], second[beaten]
    rank = np.ones(len(found), dtype=int)
    for _ in range(int(found.count.max(initial=0))):
        raised = rank.copy()
        np.maximum.at(raised, below, rank[above] + 1)
        if (raised == rank).all():
            break
        rank = raised
    return rank


def _games(payoffs: tuple[Game | ArrayLike, ...]) -> Game:
    first = payoffs[0] if payoffs else None
    return first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]


def _best(found: Equilibria, score: Array) -> Array:
    order = np.lexsort((np.arange(len(score)), -score, found.game))
    games, places = np.unique(found.game[order], return_index=True)
    best = np.full(found.count.size, -1)
    best[games] = order[places]
    return best.reshape(found.count.shape)


def _pairs_of_a_game(found: Equilibria) -> tuple[Array, Array]:
    """Every ordered pair of equilibria of the same game, as two arrays of rows."""
    counts = found.count.reshape(-1)
    repeats = counts[found.game]
    first = np.repeat(np.arange(len(found)), repeats)
    starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
    second = np.arange(len(first)) - starts + np.repeat(found.starts[found.game], repeats)
    return first, second
