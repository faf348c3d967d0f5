"""Correlated and coarse correlated equilibria of any number of players, by objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

Objective = Literal["welfare", "egalitarian"] | int


@dataclass(frozen=True, eq=False)
class Correlated:
    """A distribution over profiles that nobody gains by disobeying, for each game of a batch.

    Parameters
    ----------
    probabilities : array ``(*batch, n_1, ..., n_p)``
        Probability of each profile; NaN where the program failed.
    payoffs : array ``(*batch, players)``
        What each player expects.
    value : array ``(*batch,)``
        The objective at the optimum.
    gain : array ``(*batch,)``
        Largest expected gain from disobeying, recomputed from the payoffs; zero up to rounding.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_finished``.
    coarse : bool
        Whether players decide before they see their recommendation.
    """

    probabilities: Array
    payoffs: Array
    value: Array
    gain: Array
    status: Array
    coarse: bool


def correlated(
    *payoffs: Game | ArrayLike,
    objective: Objective = "welfare",
    coarse: bool = False,
    workers: int | None = None,
) -> Correlated:
    """Find the correlated equilibrium that is best by an objective.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` a player
        The payoffs, of any number of players.
    objective : {"welfare", "egalitarian"} or int, default "welfare"
        Largest sum of payoffs; largest payoff of the player who earns least; or largest payoff
        of the player with this number.
    coarse : bool, default False
        Coarse correlated equilibrium: players may only opt out before the recommendation.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    Correlated

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    MethodError
        When the objective is none of these.

    Notes
    -----
    One linear program a game (HiGHS): probabilities ``p(a)`` with, for every player ``i`` and
    actions ``a_i, b``, ``sum_{a_-i} p(a) (u_i(a) - u_i(b, a_-i)) >= 0``; summed over ``a_i`` for
    the coarse kind. Cost grows with the number of profiles times the number of constraints.
    The status is ``ok``, or ``not_finished`` where the solver of the program gave up.

    References
    ----------
    Aumann, R. J. (1974). Subjectivity and correlation in randomized strategies. Journal of
    Mathematical Economics 1.
    Moulin, H. and Vial, J.-P. (1978). Strategically zero-sum games. International Journal of
    Game Theory 7.

    Examples
    --------
    >>> chicken = correlated([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> chicken.probabilities.round(4)
    array([[0.5 , 0.25],
           [0.25, 0.  ]])
    >>> float(chicken.value.round(6))
    10.5
    """
    first = payoffs[0] if payoffs else None
    games = first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]
    _check_objective(objective, len(games.shape))
    tables = np.stack([p.reshape(-1, *games.shape) for p in games.payoffs], axis=1)
    solve_part = _Programs(games.shape, objective, coarse)
    parts = list(map_blocks(lambda p: solve_part(tables[p]), len(tables), size=64, workers=workers))
    found = np.concatenate(parts) if parts else np.zeros((0, *games.shape))
    return _result(games, tables, found, objective, coarse)


class _Programs:
    """The linear programs of games of one shape: the constraints' places are worked out once."""

    def __init__(self, shape: tuple[int, ...], objective: Objective, coarse: bool) -> None:
        self.shape, self.objective, self.coarse = shape, objective, coarse

    def __call__(self, tables: Array) -> Array:
        return np.stack([self._solved(table) for table in tables])

    def _solved(self, table: Array) -> Array:
        from scipy.optimize import linprog

        scale = max(float(np.abs(table).max()), 1e-300)
        low = (table / scale).min()
        utilities = (table / scale - low).reshape(len(table), -1)
        count = utilities.shape[1]
        losses = np.concatenate(list(self._gains(utilities)))
        cost, extra = self._cost(utilities)
        program = np.zeros((len(losses) + len(extra), len(cost)))
        program[: len(losses), :count] = losses
        program[len(losses) :] = extra
        equal = np.zeros((1, len(cost)))
        equal[0, :count] = 1.0
        solved = linprog(
            cost, A_ub=program, b_ub=np.zeros(len(program)), A_eq=equal, b_eq=[1.0], method="highs"
        )
        if not solved.success:
            return np.full(self.shape, np.nan)
        chances = np.maximum(solved.x[:count], 0.0)
        return np.asarray((chances / chances.sum()).reshape(self.shape))

    def _gains(self, utilities: Array) -> list[Array]:
        gains = []
        for player, actions in enumerate(self.shape):
            table = utilities[player].reshape(self.shape)
            for other in range(actions):
                gain = np.take(table, [other], axis=player) - table
                gains.append(self._by_recommendation(gain, player, other))
        return gains

    def _by_recommendation(self, gain: Array, player: int, other: int) -> Array:
        if self.coarse:
            return gain.reshape(1, -1)
        rows = []
        for told in range(self.shape[player]):
            if told != other:
                row = np.zeros(self.shape)
                place = (slice(None),) * player + (told,)
                row[place] = gain[place]
                rows.append(row.reshape(-1))
        return np.array(rows).reshape(-1, gain.size)

    def _cost(self, utilities: Array) -> tuple[Array, Array]:
        players, count = utilities.shape
        if self.objective == "egalitarian":
            worst = np.hstack([-utilities, np.ones((players, 1))])
            return np.append(np.zeros(count), -1.0), worst
        if self.objective == "welfare":
            return -utilities.sum(axis=0), np.zeros((0, count))
        return -utilities[int(self.objective)], np.zeros((0, count))


def gain_from_disobeying(games: Game, probabilities: Array, *, coarse: bool = False) -> Array:
    """Compute the largest expected gain any player has from disobeying a correlated device.

    Parameters
    ----------
    games : Game
        One game or a batch.
    probabilities : array ``(*batch, n_1, ..., n_p)``
        Distribution over profiles.
    coarse : bool, default False
        Whether a player may only opt out before the recommendation.

    Returns
    -------
    array ``(*batch,)``
        Zero at a correlated equilibrium; not divided by the chance of the recommendation.

    Examples
    --------
    >>> game = Game.of([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> gain_from_disobeying(game, np.array([[1.0, 0.0], [0.0, 0.0]]))
    array(1.)
    """
    batch, players = len(games.batch_shape), len(games.shape)
    gains = []
    for player, table in enumerate(games.payoffs):
        axis = batch + player
        others = tuple(a for a in range(batch, batch + players) if a != axis)
        for other in range(games.shape[player]):
            gain = probabilities * (np.take(table, [other], axis=axis) - table)
            by_told = gain.sum(axis=others)
            gains.append(by_told.sum(axis=-1) if coarse else by_told.max(axis=-1))
    return np.asarray(np.maximum(np.max(gains, axis=0), 0.0))


def _check_objective(objective: Objective, players: int) -> None:
    number = isinstance(objective, int) and not isinstance(objective, bool)
    if objective not in ("welfare", "egalitarian") and not (
        number and 0 <= int(objective) < players
    ):
        raise MethodError(
            f"must be 'welfare', 'egalitarian' or a player's number below {players}",
            where="objective",
            value=objective,
        )


def _result(
    games: Game, tables: Array, found: Array, objective: Objective, coarse: bool
) -> Correlated:
    batch, players = games.batch_shape, len(games.shape)
    axes = tuple(range(2, 2 + players))
    earned = (tables * found[:, None]).sum(axis=axes)
    if isinstance(objective, int):
        values = earned[:, objective]
    else:
        values = earned.sum(axis=1) if objective == "welfare" else earned.min(axis=1)
    failed = np.isnan(earned).any(axis=1)
    probabilities = found.reshape(*batch, *games.shape)
    return Correlated(
        probabilities=probabilities,
        payoffs=earned.reshape(*batch, players),
        value=np.reshape(values, batch),
        gain=gain_from_disobeying(games, probabilities, coarse=coarse),
        status=np.where(failed, Status.NOT_FINISHED, Status.OK).astype(np.int8).reshape(batch),
        coarse=coarse,
    )
