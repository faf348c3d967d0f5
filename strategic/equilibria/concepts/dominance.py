"""Dominated actions: by pure and mixed strategies, strictly and weakly, once and iterated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._exact import ordinal_payoffs
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.concepts._elimination import Rounds, Rule, eliminated
from strategic.equilibria.concepts._one_elimination import reduced
from strategic.equilibria.concepts._reduction import Kind, Reduction, Reductions
from strategic.equilibria.method import Method, games_from
from strategic.games.game import Game
from strategic.status import Status


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
    Luce, R. D. and Raiffa, H. (1957). Games and Decisions: Introduction and Critical Survey. Wiley.

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
    """Iterated elimination of dominated actions, round by round, of one game or of a batch.

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
    payoffs as written. A batch gives `Reductions`, arrays of what went in each game.
    The status is ``ok``, or ``not_finished`` where a program is too large for
    exact arithmetic; the rounds before it are listed.

    References
    ----------
    Luce, R. D. and Raiffa, H. (1957). Games and Decisions: Introduction and Critical Survey. Wiley.
    Pearce, D. G. (1984). Rationalizable strategic behavior and the problem of perfection.
    Econometrica 52, 1029-1050. Lemmas 3 and 4.

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
    rows_are: ClassVar[str] = "dominated actions"

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the entries of the programs."""
        return 10.0 + 0.5 * math.prod(shape) ** 2

    def solve(self, games: Game, *, workers: int | None = None) -> Reduction | Reductions:
        """Reduce one game, or every game of a batch; see the class."""
        del workers  # one round after the other
        if not games.batch_shape:
            return self.reduction(games)
        kind: Kind = "weak" if self.weak else "strict"
        done = eliminated(with_one_axis(games), Rule(kind, self.mixed), rounds=self.rounds)
        return _gathered(games, done, kind)

    def reduction(self, game: Game) -> Reduction:
        """Reduce one game; see the class."""
        kind: Kind = "weak" if self.weak else "strict"
        return reduced(game, kind, mixed=self.mixed, rounds=self.rounds)


def _gathered(games: Game, done: Rounds, kind: Kind) -> Reductions:
    """Put the eliminations of all games in order: by game, round, player and action."""
    parts = [
        (game, np.full(len(game), number), np.full(len(game), player), action)
        for game, number, player, action, _, _ in done.found
    ]
    none = np.empty((4, 0), dtype=int)
    numbers = np.concatenate([none, *(np.stack(part) for part in parts)], axis=1)
    order = np.lexsort(numbers[[3, 2, 1, 0]])
    widest = max(games.shape)
    weights = [
        np.pad(weights, ((0, 0), (0, widest - weights.shape[1]))) for *_, weights, _ in done.found
    ]
    missing = ~with_one_axis(games).defined
    status = np.where(done.gave_up, Status.NOT_FINISHED, Status.OK)
    status = np.where(missing, Status.INVALID, status).astype(np.int8)
    batch = games.batch_shape
    return Reductions(
        games=games,
        left=tuple(mask.reshape(*batch, mask.shape[1]) for mask in done.kept),
        game=numbers[0, order],
        round=numbers[1, order],
        player=numbers[2, order],
        action=numbers[3, order],
        dominator=np.concatenate([np.empty((0, widest)), *weights])[order],
        margin=np.concatenate([np.empty(0), *(part[5] for part in done.found)])[order],
        kind=kind,
        status=status.reshape(batch),
    )


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
