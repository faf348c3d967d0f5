"""Logit equilibria of many games at rationality 1, with derivatives by their payoffs.

Rationality, whether one number or one per player, is part of the payoffs here: whoever has
rationality ``t`` plays as with payoffs ``t`` times as large at rationality 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._small_systems import solve_together
from strategic.equilibria.quantal._system import ManyPlayers, added
from strategic.equilibria.quantal.logit import Logit
from strategic.equilibria.quantal.two_by_two import TwoByTwo
from strategic.games.game import Game
from strategic.status import Status

_ON_THE_WAY = np.r_[0.0, np.geomspace(0.02, 1.0, 40)]
"""Shares of the payoffs at which 2x2 games with three equilibria are looked at on the way."""
_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class LogitPlay:
    """Logit play of many games, and how it depends on the payoffs.

    Parameters
    ----------
    tables : tuple of arrays (n_1, ..., n_p, games)
        Payoffs times rationality.
    mixtures : tuple of arrays (n_i, games)
        NaN where the branch could not be followed.

    Examples
    --------
    >>> row = np.array([[9.0, 0], [0, 1]])[..., None]
    >>> play = LogitPlay.of([row, 1.0 - np.sign(row)])
    >>> play.mixtures[0].round(4).ravel()
    array([0.8936, 0.1064])
    """

    tables: tuple[Array, ...]
    mixtures: tuple[Array, ...]

    @classmethod
    def of(cls, tables: Sequence[Array]) -> LogitPlay:
        """Follow the principal branches to rationality 1."""
        shape = tables[0].shape[:-1]
        good = np.all([np.isfinite(t).reshape(-1, t.shape[-1]).all(axis=0) for t in tables], axis=0)
        clean = [np.where(good, table, 0.0) for table in tables]
        if shape == (2, 2):
            mixtures = _of_two_by_two(clean)
        else:
            game = Game(tuple(np.ascontiguousarray(np.moveaxis(t, -1, 0)) for t in clean))
            found = Logit(1.0).solve(game, workers=1)
            good &= found.status == Status.OK
            mixtures = [side.T for side in found.strategies]
        return cls(tuple(clean), tuple(np.where(good, side, np.nan) for side in mixtures))

    def scores(self) -> tuple[Array, ...]:
        """Compute what every action is expected to earn, times rationality: (n_i, games)."""
        return tuple(
            _earned(table, self.mixtures, player) for player, table in enumerate(self.tables)
        )

    def logs(self) -> tuple[Array, ...]:
        """Logarithms of choice probabilities, exact where probabilities are tiny."""
        return tuple(_log_softmax(scores) for scores in self.scores())

    def log_slopes(self, changes: Sequence[Array]) -> tuple[Array, ...]:
        """Differentiate the logarithms by numbers that payoffs depend on.

        Parameters
        ----------
        changes : sequence of arrays (numbers, n_1, ..., n_p, games)
            Derivatives of ``tables``, one array per player.

        Returns
        -------
        tuple of arrays (numbers, n_i, games)
        """
        numbers, games = changes[0].shape[0], changes[0].shape[-1]
        system = ManyPlayers(self.tables)
        w = np.concatenate([np.log(np.maximum(side[1:], _LEAST) / np.maximum(side[:1], _LEAST))
                            for side in self.mixtures])  # fmt: skip
        direct = [
            np.array([_earned(one, self.mixtures, player) for one in change])
            for player, change in enumerate(changes)
        ]
        gains = np.concatenate([side[:, 1:] - side[:, :1] for side in direct], axis=1)
        with np.errstate(all="ignore"):
            _, derivatives = system.equations(w, np.ones(games))
            size = len(w)
            solved, _ = solve_together(derivatives[:, :size].copy(), gains.swapaxes(0, 1).copy())
        turns = solved.swapaxes(0, 1)  # (numbers, unknowns, games)
        found = []
        for place, mixture in zip(system.places, self.mixtures, strict=True):
            whole = np.concatenate([np.zeros((numbers, 1, games)), turns[:, place]], axis=1)
            found.append(whole - (mixture * whole).sum(axis=1, keepdims=True))
        return tuple(found)


def _of_two_by_two(tables: Sequence[Array]) -> list[Array]:
    """Find the last principal equilibrium on the way from uniform play."""
    games = TwoByTwo(*tables)
    x = games.roots(np.ones((1, tables[0].shape[-1])))
    low, high = x[0, 0], x[2, 0]
    several = np.flatnonzero(low != high)
    first = low.copy()
    if len(several):
        some = games.keep(several)
        way = np.repeat(_ON_THE_WAY[:, None], len(several), axis=1)
        roots = some.roots(way)
        held = some.principal(way, roots)[:, -1]
        # Where all three are principal the branch has turned back; its first arm is the first met.
        arm = _first_arm(held, roots)
        first[several] = roots[arm, -1, np.arange(len(several))]
    y = games.keep(np.arange(len(first))).along(first, np.ones(len(first)))[0][1]
    y = np.where(games.flipped, -y, y)
    return [_pair(first), _pair(y)]


def _first_arm(held: Array, roots: Array) -> Array:
    """Choose the arm on which the branch first meets rationality 1."""
    arm = held.argmax(axis=0)
    turned = np.flatnonzero(held.all(axis=0) & (roots[0, -1] != roots[2, -1]))
    if len(turned):
        alone = roots[0][:, turned] == roots[2][:, turned]
        last = len(alone) - 1 - alone[::-1].argmax(axis=0)  # the last place with one root
        before, after = roots[0, last, turned], roots[:, last + 1, turned]
        arm[turned] = 2 * (np.abs(after[2] - before) < np.abs(after[0] - before))
    return np.asarray(arm)


def _pair(odds: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.array([1.0 / (1.0 + np.exp(-odds)), 1.0 / (1.0 + np.exp(odds))])


def _earned(table: Array, mixtures: Sequence[Array], player: int) -> Array:
    """Average a payoff table over everybody but one player."""
    for other in reversed(range(len(mixtures))):
        if other != player:
            later = (1,) * (table.ndim - other - 2)
            beside = mixtures[other].reshape(len(mixtures[other]), *later, -1)
            table = added(np.moveaxis(table * beside, other, 0))
    return table


def _log_softmax(scores: Array) -> Array:
    top = scores.max(axis=0)
    return np.asarray(scores - top - np.log(added(np.exp(scores - top))))
