"""Dominated actions: by pure and mixed strategies, strictly and weakly, once and iterated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._exact import as_fraction, nearest_doubles, ordinal_payoffs
from strategic.equilibria._exact_program import GaveUp, best_mixture, in_whole_numbers
from strategic.equilibria.concepts._reduction import Elimination, Kind, Reduction
from strategic.equilibria.method import Method, check_single, games_from
from strategic.games._numbers import as_fractions
from strategic.games.game import Game
from strategic.status import Status

SMALL = 200
"""Gains up to which exact pivoting is faster than doubles that need exact confirmation."""
DUST = 1e-12
_LARGEST = float(np.finfo(np.float64).max)


def undominated(
    *payoffs: Game | ArrayLike, kind: Kind = "strict", iterated: bool = True
) -> tuple[Array, ...]:
    """Find the actions that no pure action dominates, in every game of a batch.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` per player
        The payoffs, of any number of players.
    kind : {"strict", "weak"}, default "strict"
        Strict: worse against everything the others may do. Weak: nowhere better, somewhere
        worse; then all weakly dominated actions of everybody go in the same round.
    iterated : bool, default True
        Whether to go on in the game that is left until nothing more goes.

    Returns
    -------
    tuple of arrays of bool ``(*batch, n_i)``
        One mask per player: True for an action that is left.

    Raises
    ------
    GameError
        When the payoffs do not make a game.

    Notes
    -----
    Payoffs are only compared, so the answer is exact. A round costs ``n_i^2`` comparisons of all
    profiles of the others. The order of strict elimination does not matter (Gilboa, Kalai and
    Zemel 1990); the order of weak elimination does, hence the rule that all go together.

    References
    ----------
    Luce, R. D. and Raiffa, H. (1957). Games and Decisions.

    Examples
    --------
    >>> rows, columns = undominated([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> rows, columns
    (array([False,  True]), array([False,  True]))
    """
    games = games_from(*payoffs)
    batch, shape = games.batch_shape, games.shape
    tables = [np.moveaxis(t.reshape(-1, *shape), 0, -1) for t in ordinal_payoffs(games)]
    left = [np.ones((n, tables[0].shape[-1]), dtype=bool) for n in shape]
    while True:
        after = [_survivors(tables[i], left, i, kind) for i in range(len(shape))]
        changed = any((new != old).any() for new, old in zip(after, left, strict=True))
        left = after
        if not (iterated and changed):
            return tuple(mask.T.reshape(*batch, len(mask)) for mask in left)


@dataclass(frozen=True)
class Dominance(Method):
    """Iterated elimination of dominated actions of one game, round by round.

    Parameters
    ----------
    weak : bool, default False
        Whether weakly dominated actions go too; see `undominated`. Strict elimination keeps every
        equilibrium; weak elimination keeps at least one, and its result may depend on the order
        (here: all of a round together).
    mixed : bool, default True
        Whether mixtures dominate too, not just pure actions.
    rounds : int, optional
        Stop after so many rounds; until nothing more goes by default.

    Notes
    -----
    A pure dominator is looked for first, by comparison. An action that is a best reply to some
    profile needs no more; for each other action one exact linear program maximises the least gain
    (strict) or the sum of the gains (weak) over the others' profiles. So every claim holds for the
    payoffs as written. The status is ``ok``, or ``not_finished`` where a program is too large for
    exact arithmetic; the rounds before it are listed.

    References
    ----------
    Luce, R. D. and Raiffa, H. (1957). Games and Decisions.
    Pearce, D. (1984). Rationalizable strategic behavior. Econometrica 52, lemmas 3 and 4.

    Examples
    --------
    >>> game = Game.from_payoffs([[3, 0], [0, 3], [1, 1]], [[1, 0], [0, 1], [0, 2]])
    >>> found = Dominance().solve(game)
    >>> [(e.round, e.player, e.action, e.dominator.tolist()) for e in found.eliminations]
    [(1, 0, 2, [0.5, 0.5, 0.0])]
    """

    weak: bool = False
    mixed: bool = True
    rounds: int | None = None

    def solve(self, games: Game, *, workers: int | None = None) -> Reduction:
        """Reduce one game; see the class. For batches there is `undominated`."""
        del workers  # one round after the other
        check_single(games, "dominance", instead="use undominated for batches, or ")
        kind: Kind = "weak" if self.weak else "strict"
        tables = games.fractions() if games.rounded else games.payoffs
        kept = [np.arange(n) for n in games.shape]
        done: list[Elimination] = []
        number, last = 0, math.inf if self.rounds is None else self.rounds
        status = Status.OK
        while number < last:
            number += 1
            try:
                found = self._round(number, tables, kept, kind)
            except GaveUp:
                status = Status.NOT_FINISHED
                break
            if not found:
                break
            done += found
            for player, actions in enumerate(kept):
                gone = [e.action for e in found if e.player == player]
                kept[player] = actions[~np.isin(actions, gone)]
        code = np.asarray(status, dtype=np.int8)
        return Reduction(games, tuple(kept), tuple(done), kind, code)

    def _round(
        self, number: int, tables: tuple[Array, ...], kept: list[Array], kind: Kind
    ) -> list[Elimination]:
        """Find all of a round before any goes, so the order inside a round is moot."""
        found = []
        for player, table in enumerate(tables):
            own = np.moveaxis(table[np.ix_(*kept)], player, 0).reshape(len(kept[player]), -1)
            for place, action in enumerate(kept[player].tolist()):
                better = _dominator(own, place, kind, self.mixed)
                if better is not None:
                    weights = np.zeros(table.shape[player])
                    weights[kept[player]] = better[0]
                    found.append(Elimination(number, player, action, weights, kind, better[1]))
        return found


def dominating_mixture(gains: Array, *, kind: Kind = "strict") -> tuple[Array, float] | None:
    """Find a mixture of rows that dominates zero: ``weights @ gains`` positive everywhere.

    Parameters
    ----------
    gains : array (actions, profiles)
        What each action earns more than the one (or the mixture) in question; doubles or
        fractions, taken exactly.
    kind : {"strict", "weak"}, default "strict"
        Positive in every profile, or nowhere negative and somewhere positive.

    Returns
    -------
    weights, margin : array (actions,), float; or None
        The mixture and its least gain; None is proved as well.

    Examples
    --------
    >>> dominating_mixture(np.array([[2.0, -1.0], [-1.0, 2.0]]))
    (array([0.5, 0.5]), 0.5)
    """
    whole, unit = in_whole_numbers(gains)
    decided, weights = _proposed(whole, kind) if whole.size > SMALL else (False, None)
    if not decided:
        if kind == "strict":
            found = best_mixture(whole.T)
        else:  # the largest sum of gains, none of them negative
            found = best_mixture(whole.sum(axis=1)[None], -whole.T)
        weights = None if found is None or found.value <= 0 else found.mixture
    if weights is None:
        return None
    margin = nearest_doubles(np.array([(weights @ whole).min() / unit]))
    return nearest_doubles(weights), min(float(margin[0]), _LARGEST)


def _proposed(whole: Array, kind: Kind) -> tuple[bool, Array | None]:
    """Let doubles propose a mixture or a belief that excludes one; take what whole numbers confirm.

    Gives whether the question is decided, and the mixture if there is one.
    """
    from scipy.optimize import linprog

    actions, profiles = whole.shape
    scaled = np.asarray(whole / max(int(np.abs(whole).max()), 1), dtype=np.float64)
    # The largest v with every gain at least v; its dual is a belief to which no mixture gains more.
    rows = np.hstack([-scaled.T, np.ones((profiles, 1))])
    solved = linprog(
        np.append(np.zeros(actions), -1.0),
        A_ub=rows,
        b_ub=np.zeros(profiles),
        A_eq=np.append(np.ones(actions), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * actions + [(None, None)],
        method="highs-ds",
    )
    if not solved.success:
        return False, None
    belief, shares = (
        in_whole_numbers(np.where(numbers > DUST, numbers, 0.0))[0]
        for numbers in (-solved.ineqlin.marginals, solved.x[:actions])
    )
    if (whole @ belief < 0).all():
        return True, None
    gained = shares @ whole
    if not ((gained > 0).all() if kind == "strict" else (gained >= 0).all() and gained.any()):
        return False, None
    return True, np.asarray(as_fraction(shares, int(shares.sum())))


def _survivors(table: Array, left: list[Array], player: int, kind: Kind) -> Array:
    """Actions of one player that no other action dominates, ``(n_player, games)``."""
    own = np.moveaxis(table, player, 0)
    matters = np.ones(own.shape[1:], dtype=bool)  # profiles of the others' actions that are left
    others = [i for i in range(len(left)) if i != player]
    for axis, other in enumerate(others):
        before, after = (1,) * axis, (1,) * (len(others) - axis - 1)
        matters &= left[other].reshape(*before, len(left[other]), *after, own.shape[-1])
    flat = own.reshape(len(own), math.prod(own.shape[1:-1]), own.shape[-1])
    matters = matters.reshape(flat.shape[1:])
    kept = left[player].copy()
    for action in range(len(flat)):
        for other in range(len(flat)):
            if other != action:
                gains = flat[other] > flat[action]
                better = gains if kind == "strict" else flat[other] >= flat[action]
                better = (better | ~matters).all(axis=0)
                if kind == "weak":
                    better &= (gains & matters).any(axis=0)
                kept[action] &= ~(better & left[player][other])
    return kept


def _dominator(own: Array, place: int, kind: Kind, mixed: bool) -> tuple[Array, float] | None:
    """Best pure dominator by its least gain; a mixture only where no pure action dominates.

    The payoffs are doubles, or fractions where doubles cannot hold them.
    """
    # Every gain is the double nearest to it, with its sign kept: least gains are exact as well.
    with np.errstate(over="ignore"):
        gains = own - own[place]
    if own.dtype == object:
        gains = nearest_doubles(gains)
    pure = (gains > 0.0).all(axis=1) if kind == "strict" else (gains >= 0.0).all(axis=1)
    pure &= (gains > 0.0).any(axis=1)
    if pure.any():
        best = int(np.flatnonzero(pure)[gains[pure].min(axis=1).argmax()])
        return np.eye(len(own))[best], min(float(gains[best].min()), _LARGEST)
    if not mixed or len(own) < 3:  # a mixture needs two other actions
        return None
    others = [a for a in range(len(own)) if a != place]
    most = gains[others].max(axis=0)
    if (most <= 0.0 if kind == "strict" else most < 0.0).any():
        return None  # it is a best reply to some profile
    exact = as_fractions(own)
    found = dominating_mixture(exact[others] - exact[place], kind=kind)
    return None if found is None else (np.insert(found[0], place, 0.0), found[1])
