"""Refine equilibria: strict, quasi-strict, admissible (perfect), evolutionarily stable."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._exact import ordinal_payoffs
from strategic.equilibria._exact_program import in_whole_numbers
from strategic.equilibria._regret import replies_to
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria._whole_games import SHORT, WholeGames, as_integers, occurring, whole_games
from strategic.equilibria._whole_payoffs import whole_best_replies
from strategic.equilibria.concepts._dominating import dominating_mixtures
from strategic.equilibria.concepts._evolutionary import stable_strategies
from strategic.equilibria.concepts._exact_profiles import nondegenerate, whole_profiles
from strategic.equilibria.result import Equilibria
from strategic.errors import GameError, MethodError
from strategic.games.game import Game

NEAR = 1e-9
RATHER_TIED = 1e-9
"""Share of the largest payoff within which expected payoffs in doubles may be tied."""


def strict(found: Equilibria) -> Array:
    """Mark the equilibria at which every deviation loses (they are pure).

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch, any number of players.

    Returns
    -------
    array of bool ``(E,)``
        Exact: payoffs are compared as written.

    References
    ----------
    Harsanyi, J. C. (1973). Oddness of the number of equilibrium points: a new proof. International
    Journal of Game Theory 2, 235-250.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> strict(solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    array([ True, True, False])
    """
    pure = np.logical_and.reduce([(side > 0.0).sum(axis=1) == 1 for side in found.strategies])
    rows = np.flatnonzero(pure)
    fine = np.zeros(len(found), dtype=bool)
    fine[rows] = True
    for strategy, best in zip(found.strategies, _replies_to_pure(found, rows), strict=True):
        fine[rows] &= (best == (strategy[rows] > 0.0)).all(axis=1)
    return fine


def quasi_strict(found: Equilibria) -> Array:
    """Mark the equilibria in which every best reply is played with positive probability.

    Parameters
    ----------
    found
        As for `strict`.

    Returns
    -------
    array of bool ``(E,)``
        Exact for equilibria of two players, see `best_replies`.

    References
    ----------
    Harsanyi, J. C. (1973). Oddness of the number of equilibrium points: a new proof. International
    Journal of Game Theory 2, 235-250.
    Norde, H. (1999). Bimatrix games have quasi-strict equilibria. Mathematical Programming 85,
    35-49.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> quasi_strict(solve([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    array([ True, False])
    """
    used = [
        (best <= (strategy > 0.0)).all(axis=1)
        for strategy, best in zip(found.strategies, best_replies(found), strict=True)
    ]
    return np.asarray(np.logical_and.reduce(used))


def admissible(found: Equilibria) -> Array:
    """Mark the equilibria in which nobody uses a weakly dominated strategy.

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch, any number of players.

    Returns
    -------
    array of bool ``(E,)``
        Exact for the payoffs as written; False as well where the linear program is too large for
        exact arithmetic.

    Notes
    -----
    A mixed strategy is tested as a whole, against all mixtures. It is undominated if and only if
    it is a best reply to a belief with full support (Pearce 1984, lemma 4), so it depends on the
    actions played and not on their shares: one exact linear program per support. Where every
    reply too many is ruled out (no degenerate game) nothing is dominated. With two players an
    equilibrium is (trembling hand) perfect if and only if it is admissible (van Damme 1991,
    theorem 3.2.2); with more players admissible is only necessary.

    References
    ----------
    Selten, R. (1975). Reexamination of the perfectness concept for equilibrium points in extensive
    games. International Journal of Game Theory 4, 25-55.
    van Damme, E. (1991). Stability and Perfection of Nash Equilibria, second edition. Springer.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> admissible(solve([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    array([ True, False])
    """
    fine = np.ones(len(found), dtype=bool)
    # A sole best reply is dominated by nothing, nor is a strategy of a regular equilibrium.
    rows = np.flatnonzero(~(nondegenerate(found) | strict(found)))
    game = found.game[rows]
    for part in whole_games(with_one_axis(found.games), occurring(game, found.count.size)):
        lanes, number = part.lanes_of(game)
        for player, strategies in enumerate(found.strategies):
            played = strategies[rows[lanes]] > 0.0
            fine[rows[lanes]] &= ~_dominated_supports(part, player, number, played)
    return fine


def _dominated_supports(part: WholeGames, player: int, number: Array, played: Array) -> Array:
    """Tell which sets of actions ``(E, n)`` are weakly dominated as mixtures of equal shares.

    Each set of a game is looked at once. Where exact arithmetic gives up they count as dominated.
    """
    keys = np.packbits(played, axis=1)
    order = np.lexsort((*keys.T, number))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(number[order]) != 0) | (keys[order[1:]] != keys[order[:-1]]).any(axis=1)
    one = order[new]
    own = np.moveaxis(part.tables[player], 1 + player, 0)
    own = own.reshape(len(own), len(part.games), -1)[:, number[one]].swapaxes(1, 2)
    used = played[one].T[:, None]
    if part.short and (part.ranges.max(initial=0.0) * 2.0 * len(own) >= SHORT):
        own = as_integers(own)
    first = own[:1]
    gains = (own - first) * used.sum(axis=0) - ((own - first) * used).sum(axis=0)
    which, _, _, gave_up = dominating_mixtures(gains, part.unit[number[one]], "weak")
    bad = np.zeros(len(one), dtype=bool)
    bad[which] = bad[gave_up] = True
    dominated = np.empty(len(order), dtype=bool)
    dominated[order] = bad[np.cumsum(new) - 1]
    return dominated


def evolutionarily_stable(payoffs: ArrayLike, strategy: ArrayLike, /, *, tol: float = NEAR) -> bool:
    """Say whether a strategy of a symmetric two-player game is evolutionarily stable.

    Parameters
    ----------
    payoffs : array_like (n, n)
        What a row action earns against a column action; doubles or fractions, taken exactly.
    strategy : array_like (n,)
        A mixture.
    tol : float, default 1e-9
        How far the doubles may be from the mixture that their support determines.

    Returns
    -------
    bool
        True if it is a best reply to itself, and does better against every other best reply to
        it than that reply does against itself.

    Raises
    ------
    GameError
        When the matrix is not square or the strategy does not fit.

    Notes
    -----
    With ``B`` the best replies, ``S`` the support and any ``k`` in ``S``, the strategy is stable
    if and only if the matrix of the quadratic form ``-z'Az`` over ``z`` with sum zero, supported
    on ``B`` and nonnegative outside ``S``, written without coordinate ``k``, is strictly
    copositive in that sense (Haigh 1975, Abakuks 1980). Positive definiteness decides the
    coordinates in ``S``, which then determine the mixture, so all is decided in whole numbers;
    subsets decide the others, and the cost grows as ``2^|B - S|``.

    References
    ----------
    Maynard Smith, J. and Price, G. R. (1973). The logic of animal conflict. Nature 246, 15-18.
    Haigh, J. (1975). Game theory and evolution. Advances in Applied Probability 7, 8-11.
    Abakuks, A. (1980). Conditions for evolutionarily stable strategies. Journal of Applied
    Probability 17, 559-562.

    Examples
    --------
    >>> hawk_dove = [[-1, 4], [0, 2]]
    >>> evolutionarily_stable(hawk_dove, [2 / 3, 1 / 3]), evolutionarily_stable(hawk_dove, [1, 0])
    (True, False)
    """
    table, x = np.asarray(payoffs), np.asarray(strategy, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or x.shape != table.shape[:1]:
        raise GameError(
            "needs a square matrix and one probability per row",
            where="payoffs",
            value=(table.shape, x.shape),
        )
    whole = in_whole_numbers(table)[0][None]
    return bool(stable_strategies(whole, np.zeros(1, dtype=int), x[None], tol=tol)[0])


def evolutionarily_stable_set(found: Equilibria) -> Array:
    """Mark the symmetric equilibria of symmetric games that are evolutionarily stable.

    Parameters
    ----------
    found : Equilibria
        Equilibria of two-player games whose column payoffs are the row payoffs transposed.

    Returns
    -------
    array of bool ``(E,)``
        False for equilibria in which the players differ.

    Raises
    ------
    MethodError
        When a game is not symmetric.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> evolutionarily_stable_set(solve([[-1, 4], [0, 2]], [[-1, 0], [4, 2]]))
    array([False, False,  True])
    """
    if not are_symmetric(found.games):
        raise MethodError(
            "evolutionary stability needs symmetric games of two players",
            where="payoffs",
            remedy="the column player's matrix must be the row player's transposed",
        )
    return stable_in_symmetric(found, np.ones(found.count.shape, dtype=bool))


def stable_in_symmetric(found: Equilibria, symmetric: Array) -> Array:
    """Do the same for the games of a batch that are symmetric; the others have none that is marked.

    Parameters
    ----------
    found : Equilibria
        Of two-player games with as many actions of either.
    symmetric : array of bool, shape of the batch
        Which games are.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> stable_in_symmetric(solve([[-1, 4], [0, 2]], [[-1, 0], [4, 2]]), np.array(True))
    array([False, False,  True])
    """
    stable = np.zeros(len(found), dtype=bool)
    # Of a stable strategy the support determines the shares, so both players' agree with it.
    same = ((found.row > 0.0) == (found.column > 0.0)).all(axis=1)
    alike = np.flatnonzero(same & symmetric.reshape(-1)[found.game])
    game = found.game[alike]
    for part in whole_games(with_one_axis(found.games), occurring(game, found.count.size)):
        lanes, number = part.lanes_of(game)
        rows = alike[lanes]
        stable[rows] = stable_strategies(part.tables[0], number, found.row[rows], tol=NEAR)
    return stable


def are_symmetric(games: Game) -> bool:
    """Say whether all games are of two players whose roles can be exchanged, as written.

    Examples
    --------
    >>> are_symmetric(Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    True
    """
    if len(games.shape) != 2 or games.shape[0] != games.shape[1]:
        return False
    row, column = games.payoffs if games.exact is None else games.fractions()
    return bool((row == column.swapaxes(-1, -2)).all())


def best_replies(found: Equilibria) -> tuple[Array, ...]:
    """Mark every player's best replies to each profile: one array of bool ``(E, n_i)`` per player.

    Exact where the opponents play pure actions, and in equilibria of two players, whose mixtures
    are solved for exactly where doubles leave doubt. Against mixtures of two and more opponents
    payoffs that differ by no more than their rounding count as tied.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> best_replies(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))[0]
    array([[False,  True]])
    """
    games, sides = found.games, found.strategies
    compared = _replies_to_pure(found, np.arange(len(found)))
    pure = [(side > 0.0).sum(axis=1) == 1 for side in sides]
    settled, masks, doubt = nondegenerate(found), [], np.zeros(len(found), dtype=bool)
    for player, table in enumerate(games.payoffs):
        own, shares = table.reshape(-1, *games.shape)[found.game], sides[player] > 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            replies = replies_to(own, sides, player)
            near = ~(replies < (replies.max(axis=1) - _slack(own))[:, None])
        by_comparison = np.ones(len(found), dtype=bool)  # of one player nobody else mixes
        for other in (p for i, p in enumerate(pure) if i != player):
            by_comparison &= other
        mask = np.where(by_comparison[:, None], compared[player], near)
        mask[settled] = shares[settled]  # in a game that is not degenerate
        masks.append(mask)
        doubt |= ~(by_comparison | settled) & (mask != shares).any(axis=1)
    if len(sides) == 2 and doubt.any():
        rows, mixtures = whole_profiles(found, np.unique(found.game[doubt]))
        exact = whole_best_replies(with_one_axis(games), mixtures, found.game[rows])
        for mask, best in zip(masks, exact, strict=True):
            mask[rows] = best
    return tuple(masks)


def _replies_to_pure(found: Equilibria, rows: Array) -> list[Array]:
    """Best replies by comparison, for profiles in which the others play pure actions."""
    shape, sides = found.games.shape, [side[rows] > 0.0 for side in found.strategies]
    masks = []
    for player, table in enumerate(ordinal_payoffs(found.games)):
        with np.errstate(over="ignore", invalid="ignore"):  # of mixed profiles, not meant here
            replies = replies_to(table.reshape(-1, *shape)[found.game[rows]], sides, player)
        masks.append(replies == replies.max(axis=1, keepdims=True))
    return masks


def _slack(own: Array) -> Array:
    """Bound the rounding of expected payoffs, one number per profile."""
    size = np.abs(own).reshape(len(own), math.prod(own.shape[1:])).max(axis=1, initial=0.0)
    return np.asarray(RATHER_TIED * size)
