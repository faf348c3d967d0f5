"""The principal branch of logit equilibria of one game, point by point, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import exact_mixtures, whole_payoffs
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.method import Method, check_single
from strategic.equilibria.quantal._system import logit_system, scaled_tables, unique_below
from strategic.equilibria.quantal._tracker import follow
from strategic.equilibria.solution import Solution, strategy_columns
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.status import Status

NEARLY_NASH = 1e-7
"""Regret, as a share of the payoff range, at which the limit is close enough to be rounded."""
PLAYED = 1e-3
"""Probability above which an action belongs to the support of the limit."""
FARTHEST = 1e6
STRIDE = 0.5
SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class LogitBranch(Solution):
    """Points of the principal branch from uniform play towards an equilibrium.

    Parameters
    ----------
    games : Game
        The one game.
    rationality : array (points,)
        Not always rising: the branch may turn back.
    strategies : tuple of arrays (points, n_i)
        One mixture per player.
    regret : array (points,)
        Largest gain from deviating at each point.
    limit : tuple of arrays (n_i,)
        The Nash equilibrium at the end; empty if none was verified.
    status : array of int8
        ``found``: the limit was verified exactly to be an equilibrium; ``ok``: the branch reached
        the rationality asked for; ``not_converged``: the path ended first, or what it approaches
        could not be verified.
    """

    games: Game
    rationality: Array
    strategies: tuple[Array, ...]
    regret: Array
    limit: tuple[Array, ...]
    status: Array
    method: str = "logit_path"

    def columns(self) -> dict[str, Any]:
        """One row per point."""
        columns = {"rationality": self.rationality}
        columns |= strategy_columns(self.games, self.strategies)
        return columns | {"regret": self.regret}

    def details(self) -> dict[str, Any]:
        """Describe every point and the limit."""
        return {
            "rationality": self.rationality.tolist(),
            "strategies": [side.tolist() for side in self.strategies],
            "regret": self.regret.tolist(),
            "limit": [side.tolist() for side in self.limit] or None,
        }

    def lines(self) -> list[str]:
        """Write a dozen points and the limit."""
        last = len(self.rationality) - 1
        lines = []
        for k in sorted({int(k) for k in np.linspace(0, last, min(last + 1, SHOWN))}):
            mixtures = mixture_lines(self.games, [side[k] for side in self.strategies], digits=4)
            lines.append(f"rationality {number_text(self.rationality[k])}: {'; '.join(mixtures)}")
        if self.limit:
            lines.append("limit, verified to be an equilibrium:")
            lines += mixture_lines(self.games, self.limit)
        return lines


@dataclass(frozen=True)
class LogitPath(Method):
    """The principal branch of one game, and the equilibrium that it selects.

    Parameters
    ----------
    rationality : float, optional
        Logit parameter at which to stop; by default the path goes on until its regret is a
        ten-millionth of the payoff range.
    max_steps : int
        Cap on steps.

    Notes
    -----
    See `strategic.equilibria.quantal.logit.Logit` for the equations.
    The limit of the branch is a Nash equilibrium, the *logit selection* (McKelvey and
    Palfrey 1995, theorem 3). What the end of the path approaches is rounded
    to its support and called Nash only after an exact check:
    the indifference equations of two players, comparisons for pure limits of more. Mixed limits
    of three and more players are left unverified; `Game.to_gambit` hands them over.

    References
    ----------
    McKelvey, R. and Palfrey, T. (1995). Quantal response equilibria for normal form games. Games
    and Economic Behavior 10.
    Turocy, T. (2005). A dynamic homotopy interpretation of the logistic quantal response
    equilibrium correspondence. Games and Economic Behavior 51.

    Examples
    --------
    >>> path = LogitPath().solve(Game.of([[9, 0], [0, 1]], [[9, 0], [0, 1]]))
    >>> [side.tolist() for side in path.limit], path.status.item() == Status.FOUND
    ([[1.0, 0.0], [1.0, 0.0]], True)
    """

    rationality: float | None = None
    max_steps: int = 2000

    def solve(self, games: Game, *, workers: int | None = None) -> LogitBranch:
        """Trace the branch of one game; see the class."""
        del workers  # one step after the other
        check_single(games, "logit_path", instead="use logit for batches, or ")
        until = self.rationality
        points, scale = self._points(games)
        with np.errstate(over="ignore"):
            rationality = np.array([t for t, _ in points]) / scale
        strategies = tuple(np.array(side) for side in zip(*(s for _, s in points), strict=True))
        _, regret = payoffs_and_regret(games, strategies, np.zeros(len(points), dtype=np.intp))
        limit = () if until is not None else _verified_limit(games, [s[-1] for s in strategies])
        done = bool(limit) or (until is not None and rationality[-1] >= until * (1.0 - 1e-12))
        status = Status.FOUND if limit else Status.OK if done else Status.NOT_CONVERGED
        return LogitBranch(
            games, rationality, strategies, regret, limit, np.asarray(status, dtype=np.int8)
        )

    def _points(self, game: Game) -> tuple[list[tuple[float, list[Array]]], float]:
        """Points of the branch of scaled payoffs, and the scale."""
        until = self.rationality
        last, scales = scaled_tables(table[..., None] for table in game.payoffs)
        system, swapped = logit_system(last)
        scale = float(scales[0])
        points = [(0.0, [np.full(n, 1.0 / n) for n in game.shape])]

        # Close to Nash the branch is flat in log-odds and steps grow: regret tells when to stop.
        def watch(w: Array, rationality: Array) -> bool:
            mixtures = [mixture[:, 0] for mixture in system.strategies(w, rationality)]
            points.append((float(rationality[0]), mixtures[::-1] if swapped else mixtures))
            shown = [mixture[None] for mixture in points[-1][1]]
            _, regret = payoffs_and_regret(game, shown, np.zeros(1, dtype=np.intp))
            return until is None and bool(regret[0] <= NEARLY_NASH * scale)

        target = np.array([FARTHEST if until is None else until * scale])
        start = np.minimum(unique_below(last), STRIDE)
        follow(system, target, first=start, max_steps=self.max_steps, watch=watch, largest=FARTHEST)
        return points, scale


def _verified_limit(game: Game, end: list[Array]) -> tuple[Array, ...]:
    """Round the end of a path to its support, and keep it if it is exactly an equilibrium."""
    # Rounding decides nothing: what is rounded is proved by exact arithmetic or left out.
    supports = [np.flatnonzero(mixture > PLAYED) for mixture in end]
    if all(len(support) == 1 for support in supports):
        cell = tuple(int(support[0]) for support in supports)
        for player, table in enumerate(game.fractions()):
            line: Any = (*cell[:player], slice(None), *cell[player + 1 :])
            if table[cell] != max(table[line]):
                return ()
        return tuple(np.eye(n)[a] for n, a in zip(game.shape, cell, strict=True))
    if len(supports) != 2 or len(supports[0]) != len(supports[1]):
        return ()
    row, column = (whole_payoffs(table) for table in game.fractions())
    pair = exact_mixtures(row, column, supports[0].tolist(), supports[1].tolist())
    return () if pair is None else tuple(np.array(side, dtype=float) for side in pair)
