"""Logit quantal response equilibria on the principal branch at a given rationality."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.method import Method
from strategic.equilibria.quantal._system import (
    added,
    logit_system,
    scaled_tables,
    unique_below,
)
from strategic.equilibria.quantal._tracker import follow, polished
from strategic.equilibria.solution import Solution, game_columns, strategy_columns
from strategic.errors import ParameterError
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.status import Status

CACHED = 8192
"""Games per block of the first stride, whose few tables then fit the cache."""
BLOCK_NUMBERS = 1 << 17
RESIDUAL = 1e-9
AT_HAND = 1e-6
"""Distance to the target, as a share of it, from which Newton at the target may finish."""
MOST = 1e300


@dataclass(frozen=True, eq=False, repr=False)
class LogitEquilibria(Solution):
    """Logit equilibria of a game or batch, each at one rationality.

    Parameters
    ----------
    games : Game
        What was solved.
    rationality : array ``(*batch,)``
        Where the solution stands; the one asked for unless the status says otherwise.
    strategies : tuple of arrays ``(*batch, n_i)``
        One mixture per player.
    residual : array ``(*batch,)``
        Largest difference between a probability and the logit reply to the others.
    regret : array ``(*batch,)``
        Largest gain from deviating; falls to zero as rationality grows.
    steps : array of int ``(*batch,)``
        Steps taken along the branch.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_converged``.
    """

    games: Game
    rationality: Array
    strategies: tuple[Array, ...]
    residual: Array
    regret: Array
    steps: Array
    status: Array
    method: str = "logit"

    @property
    def row(self) -> Array:
        """Strategies of the first player, ``(*batch, m)``."""
        return self.strategies[0]

    @property
    def column(self) -> Array:
        """Strategies of the second player, ``(*batch, n)``."""
        return self.strategies[1]

    def columns(self) -> dict[str, Any]:
        """One row per game."""
        columns = game_columns(self.status)
        columns |= {"rationality": self.rationality.reshape(-1)}
        columns |= strategy_columns(self.games, self.strategies)
        measured = {"residual": self.residual, "regret": self.regret, "steps": self.steps}
        return columns | {name: values.reshape(-1) for name, values in measured.items()}

    def details(self) -> dict[str, Any]:
        """Describe the equilibrium of a single game."""
        self._check_single()
        return {
            "rationality": float(self.rationality),
            "strategies": [side.tolist() for side in self.strategies],
            "residual": float(self.residual),
            "regret": float(self.regret),
        }

    def lines(self) -> list[str]:
        """Write the equilibrium of a single game."""
        self._check_single()
        return [
            f"rationality {number_text(float(self.rationality))}",
            *mixture_lines(self.games, self.strategies, digits=12),
            f"residual {float(self.residual):.1g}, regret {float(self.regret):.3g}",
        ]


@dataclass(frozen=True, eq=False)
class Logit(Method):
    """The logit quantal response equilibrium on the principal branch.

    Parameters
    ----------
    rationality : array_like, broadcastable to ``(*batch,)``, default 1
        The logit parameter, at least 0: 0 is uniform play; the larger, the closer to best
        replies. Its unit is one over payoff.
    max_steps : int
        Cap on the steps along the branch.

    Raises
    ------
    ParameterError
        When the rationality is negative, NaN or infinite.

    Notes
    -----
    ``s_i(a) = exp(t u_i(a, s_-i)) / sum_b exp(t u_i(b, s_-i))`` for every player. The principal
    branch is the curve of solutions that starts at uniform play; it is followed in
    pseudo-arclength, all games together, each at its own step. Below ``t^2 R_1 R_2 = 16`` (two
    players; ``R_i`` the largest swing of a payoff difference) the logit reply is a contraction,
    the solution is unique, and one stride leads there.
    Cost: about a microsecond per game at small rationality, tens at large. The status is ``ok``,
    or ``not_converged`` when the cap on steps or the smallest step was reached.

    References
    ----------
    McKelvey, R. and Palfrey, T. (1995). Quantal response equilibria for normal form games. Games
    and Economic Behavior 10.
    Turocy, T. (2005). A dynamic homotopy interpretation of the logistic quantal response
    equilibrium correspondence. Games and Economic Behavior 51.

    Examples
    --------
    >>> found = Logit().solve(Game.from_payoffs([[9, 0], [0, 1]], [[0, 1], [1, 0]]))
    >>> found.row.round(4), found.status.item()
    (array([0.8936, 0.1064]), 6)
    """

    rationality: ArrayLike = 1.0
    max_steps: int = 1000

    def __post_init__(self) -> None:
        target = np.asarray(self.rationality, dtype=float)
        if not ((target >= 0.0) & np.isfinite(target)).all():
            raise ParameterError(
                "must be at least 0 and finite", where="rationality", value=self.rationality
            )

    def solve(self, games: Game, *, workers: int | None = None) -> LogitEquilibria:
        """Solve one game or a batch; see the class."""
        batch = games.batch_shape
        target = np.asarray(self.rationality, dtype=float)
        flat = np.broadcast_to(target, batch).reshape(-1)
        tables = [table.reshape(-1, *games.shape) for table in games.payoffs]
        found = _in_blocks(tables, flat, 0, size=CACHED, workers=workers)
        far = np.flatnonzero(~found[-1])  # those beyond the first stride go on in larger blocks
        size = min(max(BLOCK_NUMBERS // math.prod(games.shape), 512), 32768)
        beyond = [table[far] for table in tables]
        followed = _in_blocks(beyond, flat[far], self.max_steps, size=size, workers=workers)
        for whole, part in zip(found, followed, strict=True):
            whole[far] = part
        *strategies, where, residual, steps, reached = found
        _, regret = payoffs_and_regret(games, strategies, np.arange(len(flat)))
        good = reached & (residual <= RESIDUAL)
        return LogitEquilibria(
            games=games,
            rationality=where.reshape(batch),
            strategies=tuple(s.reshape(*batch, s.shape[1]) for s in strategies),
            residual=residual.reshape(batch),
            regret=regret.reshape(batch),
            steps=steps.reshape(batch),
            status=np.where(good, Status.OK, Status.NOT_CONVERGED).astype(np.int8).reshape(batch),
        )


def _in_blocks(
    tables: list[Array], target: Array, max_steps: int, *, size: int, workers: int | None
) -> list[Array]:
    """Mixtures of both players, rationality, residual, steps and whether the target was reached."""
    parts = map_blocks(
        lambda part: _block([table[part] for table in tables], target[part], max_steps),
        len(target),
        size=size,
        workers=workers,
    )
    none = np.zeros(0)
    mixtures = (np.zeros((0, n)) for n in tables[0].shape[1:])
    nothing = (*mixtures, none, none, none.astype(int), none.astype(bool))
    return [np.concatenate(side) for side in zip(*parts, nothing, strict=True)]


def _block(tables: list[Array], target: Array, max_steps: int) -> tuple[Array, ...]:
    """Newton from uniform play where the solution is unique; along the branch, if at all, else."""
    last, units = scaled_tables(np.ascontiguousarray(np.moveaxis(t, 0, -1)) for t in tables)
    system, swapped = logit_system(last)
    aim = np.minimum(units.scaled(target), MOST)
    unique = unique_below(last)
    reached = (aim <= unique) | (system.unknowns() == 0)
    where, steps = np.where(reached, aim, 0.0), np.ones(len(aim), dtype=int)
    w = np.zeros((system.unknowns(), len(aim)))
    if system.unknowns():
        near = np.flatnonzero(reached)
        # Below the bound there is one solution, so no step of Newton's can lead to another one.
        first = polished(system.keep(near), w[:, near], aim[near], farthest=50.0)
        w[:, near], reached[near] = first
        far = np.flatnonzero(~reached)
        w[:, far], where[far] = 0.0, 0.0
        if far.size and max_steps:
            left = system.keep(far)
            tracked = follow(left, aim[far], first=unique[far], max_steps=max_steps)
            where[far], steps[far], reached[far] = (
                tracked.rationality,
                tracked.steps,
                tracked.reached,
            )
            # Where the last steps only creep up to the target, Newton jumps: the residual decides.
            at_hand = far[aim[far] - tracked.rationality <= AT_HAND * aim[far]]
            where[at_hand], reached[at_hand] = aim[at_hand], True
            w[:, far], _ = polished(left, tracked.w, where[far])
    mixtures = system.strategies(w, where)
    mixtures = mixtures[::-1] if swapped else mixtures
    residual = _residual(last, mixtures, where)
    where = np.where(reached, target, units.original(where))
    return (*(mixture.T for mixture in mixtures), where, residual, steps, reached)


def _residual(tables: list[Array], mixtures: tuple[Array, ...], rationality: Array) -> Array:
    """Largest distance from the logit reply, from the payoffs and not the equations solved."""
    worst = np.zeros(len(rationality))
    for player, table in enumerate(tables):
        earned = table
        for other in reversed(range(len(tables))):
            if other != player:
                shape = (len(mixtures[other]), *(1,) * (earned.ndim - other - 2), len(rationality))
                earned = added(np.moveaxis(earned * mixtures[other].reshape(shape), other, 0))
        scores = rationality * (earned - earned.max(axis=0))
        weights = np.exp(np.maximum(scores, -745.0))
        reply = weights / added(weights)
        np.maximum(worst, np.abs(reply - mixtures[player]).max(axis=0), out=worst)
    return worst
