"""Correlated and coarse correlated equilibria of any number of players, by objective."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from strategic.arrays import Array
from strategic.blocks import available_cores, block_slices, map_blocks
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._exact_program import (
    GaveUp,
    best_mixture,
    in_whole_numbers,
)
from strategic.equilibria._two_players import exact_tables, with_one_axis
from strategic.equilibria.concepts._correlated_programs import best_devices
from strategic.equilibria.listing import payoff_line
from strategic.equilibria.method import Method
from strategic.equilibria.programs.written import as_written
from strategic.equilibria.solution import Solution, player_names
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.status import Status

BLOCK, LEAST = 32768, 2048
"""Games that are looked at together at most; and at least, if there are workers for more blocks."""
PAYOFFS = 1 << 23
"""Payoffs of the games that are looked at together."""
LARGEST, ALONE = 4000, 100
"""Profiles times actions up to which games are solved together, and one game sooner alone."""


@dataclass(frozen=True, eq=False, repr=False)
class CorrelatedEquilibria(Solution):
    """A distribution over profiles that nobody gains by disobeying, for each game of a batch.

    Parameters
    ----------
    games : Game
        What was solved.
    objective : str or int
        What is largest: ``"welfare"``, ``"egalitarian"``, or a player's payoff.
    probabilities : array ``(*batch, n_1, ..., n_p)``
        Probability of each profile; NaN where the program was too large.
    payoffs : array ``(*batch, players)``
        What each player expects.
    value : array ``(*batch,)``
        The objective at the optimum.
    gain : array ``(*batch,)``
        Largest expected gain from disobeying the exact distribution, which ``probabilities``
        rounds once; computed from the payoffs apart from the solver. Zero where the status is ok.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_finished``.
    method : str
        ``"correlated"``; or ``"coarse"``, where players decide before they see their
        recommendation.
    """

    games: Game
    objective: str | int
    probabilities: Array
    payoffs: Array
    value: Array
    gain: Array
    status: Array
    method: str

    def columns(self) -> dict[str, Any]:
        """One row per profile that has a chance: its game, actions and probability."""
        shape = self.games.shape
        chances = self.probabilities.reshape(-1, *shape)
        game, *cells = np.nonzero(chances > 0)
        columns: dict[str, Any] = {"game": game}
        columns |= dict(zip(player_names(self.games), cells, strict=True))
        return columns | {"probability": chances[(game, *cells)]}

    def rows(self) -> dict[str, Array]:
        """One row per profile that has a chance."""
        return self.columns()

    def by_game(self) -> dict[str, Array]:
        """Give the objective, what each player expects, and the largest gain from disobeying."""
        earned = self.payoffs.reshape(-1, len(self.games.shape)).T
        names = [f"payoff_{name}" for name in player_names(self.games)]
        columns = {"value": self.value.reshape(-1), **dict(zip(names, earned, strict=True))}
        return columns | {"gain": self.gain.reshape(-1)}

    def named_columns(self) -> dict[str, Any]:
        """Name players and actions."""
        columns, games = super().named_columns(), self.games.told_apart()
        named = zip(player_names(games), games.players, games.actions, strict=True)
        for name, player, actions in named:
            columns[player] = [actions[action] for action in columns.pop(name)]
        return columns | {"probability": columns.pop("probability")}  # last

    def details(self) -> dict[str, Any]:
        """Describe the distribution of a single game."""
        self._check_single()
        profiles = [
            {
                "profile": [names[a] for names, a in zip(self.games.actions, cell, strict=True)],
                "probability": float(self.probabilities[tuple(cell)]),
            }
            for cell in np.argwhere(self.probabilities > 0)
        ]
        named = isinstance(self.objective, str)
        return {
            "objective": self.objective if named else str(int(self.objective) + 1),
            "value": float(self.value),
            "profiles": profiles,
            "payoffs": self.payoffs.tolist(),
            "gain": float(self.gain),
        }

    def lines(self) -> list[str]:
        """Write the distribution of a single game, one profile per line."""
        self._check_single()
        found = self.details()
        return [
            f"{found['objective']} {number_text(found['value'])}",
            *(
                f"  {number_text(one['probability'])}  ({', '.join(one['profile'])})"
                for one in found["profiles"]
            ),
            f"payoffs {payoff_line(self.games, self.payoffs)}",
            f"gain from disobeying {found['gain']:.1g}",
        ]


@dataclass(frozen=True)
class Correlated(Method):
    """The correlated equilibrium that is best by an objective.

    Parameters
    ----------
    objective : {"welfare", "egalitarian"}, str or int, default "welfare"
        Largest sum of payoffs; largest payoff of the player who earns least; or largest payoff
        of the player with this name or number (from 0).

    Raises
    ------
    MethodError
        When the objective is none of these.

    Notes
    -----
    One linear program per game: probabilities ``p(a)`` with, for every player ``i`` and
    actions ``a_i, b``, ``sum_{a_-i} p(a) (u_i(a) - u_i(b, a_-i)) >= 0``; summed over ``a_i`` for
    the coarse kind. It is solved exactly, on the payoffs as written; all that is shown is rounded
    once. Cost grows with the number of profiles times the number of constraints. The status is
    ``ok``, or ``not_finished`` where the program is too large for exact arithmetic.

    The programs of many games are pivoted together. Payoffs that are whole numbers, decimals or
    fractions of few digits are pivoted in whole numbers. Others are pivoted in doubles, and what is
    found counts if error bounds prove that it is the only optimum: its shares are then refined in
    twice the precision and rounded once. The few games that remain, those with ties between
    payoffs of many digits, are solved one by one, and so are very large ones (from 13 actions
    each). Where several equilibria are best, the one shown
    is that of the dual simplex method in which the shortest row leaves, the cheapest variable
    enters, and ties go to the first. It never depends on the batch, its order or the workers.

    References
    ----------
    Aumann, R. J. (1974). Subjectivity and correlation in randomized strategies. Journal of
    Mathematical Economics 1, 67-96.

    Examples
    --------
    >>> chicken = Game.from_payoffs([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> Correlated().solve(chicken).probabilities.round(4)
    array([[0.5 , 0.25],
           [0.25, 0.  ]])
    >>> float(Correlated(objective="egalitarian").solve(chicken).value.round(6))
    5.25
    """

    objective: str | int = "welfare"
    rows_are: ClassVar[str] = "profiles"

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the entries of the program."""
        return 10.0 + math.prod(shape) ** 2

    def solve(self, games: Game, *, workers: int | None = None) -> CorrelatedEquilibria:
        """Solve one game or a batch; see the class."""
        return _best(games, self.objective, workers, coarse=False)


@dataclass(frozen=True)
class CoarseCorrelated(Method):
    """The coarse correlated equilibrium that is best by an objective; see `Correlated`.

    Players may only opt out before they see their recommendation.

    Parameters
    ----------
    objective : {"welfare", "egalitarian"}, str or int, default "welfare"
        As for `Correlated`.

    References
    ----------
    Moulin, H. and Vial, J.-P. (1978). Strategically zero-sum games: the class of games whose
    completely mixed equilibria cannot be improved upon. International Journal of Game Theory 7,
    201-221.

    Examples
    --------
    >>> chicken = Game.from_payoffs([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> float(CoarseCorrelated().solve(chicken).value.round(6))
    10.5
    """

    objective: str | int = "welfare"
    rows_are: ClassVar[str] = "profiles"

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the entries of the program."""
        return 10.0 + math.prod(shape) ** 2

    def solve(self, games: Game, *, workers: int | None = None) -> CorrelatedEquilibria:
        """Solve one game or a batch; see the class."""
        return _best(games, self.objective, workers, coarse=True)


def _best(
    games: Game, objective: str | int, workers: int | None, *, coarse: bool
) -> CorrelatedEquilibria:
    batch, players = games.batch_shape, len(games.shape)
    aim = objective
    if isinstance(objective, str) and objective in games.players:
        aim = games.players.index(objective)
    numbered = isinstance(aim, int) and not isinstance(aim, bool) and 0 <= aim < players
    if not numbered and aim not in ("welfare", "egalitarian"):
        raise MethodError(
            f"must be 'welfare', 'egalitarian', a player's name or a player's number below "
            f"{players} (on the command line: number 1 to {players})",
            where="objective",
            value=objective,
        )
    # Obedience is linear in the probabilities, so the best equilibrium is one linear program.
    flat, size = with_one_axis(games), math.prod(games.shape)
    count = len(flat.payoffs[0])
    found, left = np.empty((count, size + players + 2)), np.ones(count, dtype=bool)
    work = size * sum(games.shape)
    if work <= LARGEST and not (count == 1 and work <= ALONE):
        each = -(-count // (workers or available_cores()))
        block = max(min(each, BLOCK, PAYOFFS // (size * players)), LEAST)
        blocks = map_blocks(
            lambda part: best_devices(as_written(flat, part), aim, coarse=coarse),
            count,
            size=block,
            workers=workers,
        )
        for part, (rows, sure) in zip(block_slices(count, block), blocks, strict=True):
            found[part], left[part] = rows, ~sure
    doubtful = np.flatnonzero(left)
    exactly = map_blocks(
        lambda part: [
            _program(table, aim, coarse=coarse) for table in exact_tables(flat, doubtful[part])
        ],
        len(doubtful),
        size=64,
        workers=workers,
    )
    for number, row in zip(doubtful, (row for part in exactly for row in part), strict=True):
        found[number] = row
    probabilities, earned, (values, gains) = (
        found[:, :size],
        found[:, size : size + players],
        found[:, size + players :].T,
    )
    sure = np.isfinite(found).all(axis=1) & (gains <= 0.0)
    return CorrelatedEquilibria(
        games=games,
        objective=objective,
        probabilities=probabilities.reshape(*batch, *games.shape),
        payoffs=earned.reshape(*batch, players),
        value=values.reshape(batch),
        gain=gains.reshape(batch),
        status=np.where(sure, Status.OK, Status.NOT_FINISHED).astype(np.int8).reshape(batch),
        method="coarse" if coarse else "correlated",
    )


def _program(table: Array, aim: str | int, *, coarse: bool) -> Array:
    """Solve one game, payoffs ``(players, n_1, ..., n_p)`` in fractions.

    In one row: the probabilities, what each player expects, the objective, the gain from
    disobeying; each computed from the exact optimum and rounded once. NaN if the solver gave up.
    """
    payoffs, unit = in_whole_numbers(table)
    players, shape = len(payoffs), payoffs.shape[1:]
    utilities = payoffs.reshape(players, -1)
    limits = np.concatenate(list(_gains(payoffs, coarse=coarse)))
    aims = utilities if aim == "egalitarian" else utilities.sum(axis=0)[None]
    if isinstance(aim, int):
        aims = utilities[aim][None]
    try:
        best = best_mixture(aims, limits)
    except GaveUp:
        return np.full(utilities.shape[1] + players + 2, np.nan)
    if best is None:  # a finite game has a correlated equilibrium
        raise AssertionError
    chances, total = in_whole_numbers(best.mixture)
    earned = utilities @ chances
    # Not read off the program: the certificate is computed from the payoffs.
    gain = _gain(list(payoffs), chances.reshape(shape), 0, coarse=coarse)
    shown = [*earned.tolist(), (aims @ chances).min(), int(gain)]
    return nearest_doubles(
        np.concatenate([best.mixture, [Fraction(int(number), unit * total) for number in shown]])
    )


def _gains(utilities: Array, *, coarse: bool) -> Iterator[Array]:
    """Gains from playing one action whatever, or wherever another, was recommended."""
    for player, table in enumerate(utilities):
        actions = table.shape[player]
        for other in range(actions):
            gain = np.take(table, [other], axis=player) - table
            if coarse:
                yield gain.reshape(1, -1)
                continue
            told = np.zeros((actions, *table.shape), dtype=table.dtype)
            for action in range(actions):
                place = (slice(None),) * player + (action,)
                told[(action, *place)] = gain[place]
            yield np.delete(told, other, axis=0).reshape(-1, gain.size)


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
    >>> game = Game.from_payoffs([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> gain_from_disobeying(game, np.array([[1.0, 0.0], [0.0, 0.0]]))
    array(1.)
    """
    chances = np.asarray(probabilities)
    return np.asarray(_gain(games.payoffs, chances, len(games.batch_shape), coarse=coarse))


def _gain(tables: Sequence[Array], probabilities: Array, batch: int, *, coarse: bool) -> Any:
    """Compute the largest gain after so many batch axes, in the numbers given."""
    gains, players = [], len(tables)
    for player, table in enumerate(tables):
        axis = batch + player
        others = tuple(a for a in range(batch, batch + players) if a != axis)
        for other in range(table.shape[axis]):
            # Unconditional: what deviating adds to the expected payoff over all recommendations.
            gain = probabilities * (np.take(table, [other], axis=axis) - table)
            by_told = gain.sum(axis=others) if others else gain
            gains.append(by_told.sum(axis=-1) if coarse else by_told.max(axis=-1))
    gains.append(np.zeros_like(gains[0]))
    return np.array(gains, dtype=tables[0].dtype).max(axis=0)
