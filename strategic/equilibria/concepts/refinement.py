"""Refine equilibria: strict, quasi-strict, admissible (perfect), evolutionarily stable."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria.concepts.dominance import dominating_mixture
from strategic.equilibria.result import Equilibria
from strategic.errors import GameError, MethodError

TIE = 1e-10


def strict(found: Equilibria, *, tol: float = TIE) -> Array:
    """Mark the equilibria at which every deviation loses (they are pure).

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch, any number of players.
    tol : float, default 1e-10
        Payoff differences below this share of the player's largest payoff count as ties.

    Returns
    -------
    array of bool ``(E,)``

    References
    ----------
    Harsanyi, J. C. (1973). Oddness of the number of equilibrium points. IJGT 2.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> strict(solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    array([ True,  True, False])
    """
    sole = [
        (best.sum(axis=1) == 1) & ((strategy > 0.0) <= best).all(axis=1)
        for strategy, best in zip(found.strategies, best_replies(found, tol=tol), strict=True)
    ]
    return np.asarray(np.logical_and.reduce(sole))


def quasi_strict(found: Equilibria, *, tol: float = TIE) -> Array:
    """Mark the equilibria in which every best reply is played with positive probability.

    Parameters
    ----------
    found, tol
        As for `strict`.

    Returns
    -------
    array of bool ``(E,)``

    References
    ----------
    Harsanyi, J. C. (1973). Oddness of the number of equilibrium points. IJGT 2.
    Norde, H. (1999). Bimatrix games have quasi-strict equilibria. Mathematical Programming 85.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> quasi_strict(solve([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    array([ True, False])
    """
    used = [
        (best <= (strategy > 0.0)).all(axis=1)
        for strategy, best in zip(found.strategies, best_replies(found, tol=tol), strict=True)
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

    Notes
    -----
    A mixed strategy is tested as a whole, against all mixtures, by one linear program; margins
    below 1e-9 of the payoff range count as none. With two players an equilibrium is (trembling
    hand) perfect if and only if it is admissible (van Damme 1991, theorem 3.2.2); with more
    players admissible is only necessary.

    References
    ----------
    Selten, R. (1975). Reexamination of the perfectness concept. IJGT 4.
    van Damme, E. (1991). Stability and Perfection of Nash Equilibria, second edition.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> admissible(solve([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    array([ True, False])
    """
    # Equilibria of one game share strategies: each is tested once, by its bits.
    fine = np.ones(len(found), dtype=bool)
    for player, table in enumerate(found.games.payoffs):
        tables = table.reshape(-1, *found.games.shape)
        known: dict[tuple[int, bytes], bool] = {}
        for row, (game, strategy) in enumerate(
            zip(found.game, found.strategies[player], strict=True)
        ):
            key = (int(game), strategy.tobytes())
            if key not in known:
                own = np.moveaxis(tables[game], player, 0).reshape(len(strategy), -1)
                known[key] = dominating_mixture(own - strategy @ own, kind="weak") is None
            fine[row] &= known[key]
    return fine


def evolutionarily_stable(payoffs: ArrayLike, strategy: ArrayLike, /, *, tol: float = TIE) -> bool:
    """Say whether a strategy of a symmetric two-player game is evolutionarily stable.

    Parameters
    ----------
    payoffs : array_like (n, n)
        What a row action earns against a column action.
    strategy : array_like (n,)
        A mixture.
    tol : float, default 1e-10
        Payoff differences below this share of the largest payoff count as ties.

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
    coordinates in ``S``; subsets decide the others, so the cost grows as ``2^|B - S|``.

    References
    ----------
    Maynard Smith, J. and Price, G. R. (1973). The logic of animal conflict. Nature 246.
    Haigh, J. (1975). Game theory and evolution. Advances in Applied Probability 7.
    Abakuks, A. (1980). Conditions for evolutionarily stable strategies. J. Applied Probability 17.

    Examples
    --------
    >>> hawk_dove = [[-1, 4], [0, 2]]
    >>> evolutionarily_stable(hawk_dove, [2 / 3, 1 / 3]), evolutionarily_stable(hawk_dove, [1, 0])
    (True, False)
    """
    A, x = np.asarray(payoffs, dtype=float), np.asarray(strategy, dtype=float)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or x.shape != A.shape[:1]:
        raise GameError(
            "needs a square matrix and one probability per row",
            where="payoffs",
            value=(A.shape, x.shape),
        )
    scale = max(float(np.abs(A).max()), 1e-300)
    earned = A @ x
    best = np.flatnonzero(earned >= earned.max() - tol * scale)
    support = np.flatnonzero(x > tol)
    if not set(support) <= set(best):
        return False  # no best reply to itself
    # Mutants are x + z with sum z = 0: coordinate ``anchor`` is eliminated, so that the form is
    # in the other best replies, free in sign inside the support and nonnegative outside it.
    anchor, inside = support[0], support[1:]
    outside = np.array([a for a in best if a not in support], dtype=int)
    others = np.concatenate([inside, outside]).astype(int)
    moved = A[np.ix_(others, others)] - A[anchor, others] - A[others, anchor][:, None]
    moved = -(moved + A[anchor, anchor]) / scale
    return _copositive(moved + moved.T, free=len(inside), tol=tol)


def evolutionarily_stable_set(found: Equilibria, *, tol: float = TIE) -> Array:
    """Mark the symmetric equilibria of symmetric games that are evolutionarily stable.

    Parameters
    ----------
    found : Equilibria
        Equilibria of two-player games whose column payoffs are the row payoffs transposed.
    tol : float, default 1e-10
        See `evolutionarily_stable`.

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
    games = found.games
    symmetric = len(games.shape) == 2 and games.shape[0] == games.shape[1]
    if not symmetric or not np.array_equal(games.row, games.column.swapaxes(-1, -2)):
        raise MethodError(
            "evolutionary stability needs symmetric games of two players",
            where="payoffs",
            remedy="the column player's matrix must be the row player's transposed",
        )
    tables = games.row.reshape(-1, *games.shape)
    return np.array(
        [
            bool(np.abs(x - y).max() <= tol) and evolutionarily_stable(tables[game], x, tol=tol)
            for game, x, y in zip(found.game, found.row, found.column, strict=True)
        ],
        dtype=bool,
    )


def best_replies(found: Equilibria, *, tol: float = TIE) -> tuple[Array, ...]:
    """Mark every player's best replies to each profile: one array of bool ``(E, n_i)`` per player.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> best_replies(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))[0]
    array([[False,  True]])
    """
    masks = []
    for player, table in enumerate(found.games.payoffs):
        own = table.reshape(-1, *found.games.shape)[found.game]
        scale = np.abs(own).reshape(len(own), -1).max(axis=1, initial=0.0)
        for other in reversed(range(len(found.strategies))):
            if other != player:
                axis = 1 + other
                weights = found.strategies[other]
                shape = [len(own), *(1,) * (own.ndim - 1)]
                shape[axis] = weights.shape[1]
                own = (own * weights.reshape(shape)).sum(axis=axis)
        masks.append(own >= own.max(axis=1, keepdims=True) - tol * scale[:, None])
    return tuple(masks)


def _copositive(form: Array, *, free: int, tol: float) -> bool:
    """Positive for all vectors that are nonnegative beyond the first ``free`` entries."""
    if not len(form):
        return True
    # Minimising over the free entries leaves their Schur complement on the others.
    if free:
        inner = form[:free, :free]
        if np.linalg.eigvalsh(inner)[0] <= tol:
            return False
        across = form[:free, free:]
        form = form[free:, free:] - across.T @ np.linalg.solve(inner, across)
    return all(
        _positive_inside(form[np.ix_(chosen, chosen)], tol)
        for size in range(1, len(form) + 1)
        for chosen in combinations(range(len(form)), size)
    )


def _positive_inside(form: Array, tol: float) -> bool:
    # Strictly copositive unless some principal matrix has a positive eigenvector for a value <= 0
    # (Kaplan 2000, Linear Algebra and its Applications 313).
    values, vectors = np.linalg.eigh(form)
    if values[0] > tol:
        return True
    for value, vector in zip(values, vectors.T, strict=True):
        signed = vector if vector.sum() > 0 else -vector
        if value <= tol and (signed > tol).all():
            return False
    return True
