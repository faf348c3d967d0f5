"""The principal branch of logit equilibria of one game, point by point, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import exact_mixtures, nearest_doubles, whole_payoffs
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.method import Method, check_single
from strategic.equilibria.quantal._system import Units, logit_system, scaled_tables, unique_below
from strategic.equilibria.quantal._tracker import follow
from strategic.equilibria.solution import Solution, strategy_columns
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.status import Status

NEARLY_NASH = 1e-7
"""Regret, as a share of the payoff range, at which the limit is close enough to be rounded."""
REACHED = 1e-6
"""Regret, as a share of the payoff range, at which the path counts as having come to its end."""
PLAYED = 1e-3
"""Probability above which an action belongs to the support of the limit."""
NEARBY, LARGEST_DENOMINATOR = 1e-4, 24
"""Distance and denominators of the fractions tried where a path leads into a continuum."""
MOST_CHECKED = 100_000
"""Profiles of the largest game whose limit is checked in fractions."""
FARTHEST = 1e6
STRIDE = 0.5
_LARGEST = float(np.finfo(np.float64).max)
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
        ``found``: the limit was verified exactly to be an equilibrium; ``reached``: the path came
        to its end, where its regret is below a millionth of the payoff range, but what it
        approaches was not verified exactly; ``ok``: the branch reached the rationality asked for;
        ``not_converged``: the path ended before any of these.
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

    def rows(self) -> dict[str, Array]:
        """One row per point."""
        return {"game": np.zeros(len(self.rationality), dtype=int), **self.columns()}

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
        regret = float(self.regret[-1])
        share = (
            f" ({0.5 * regret / _half_span(self.games):.2g} of the payoff range)" if regret else ""
        )
        lines.append(f"regret at the end of the path {regret:.3g}{share}")
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
        ten-millionth of the payoff range, or, with payoffs below 1e-300, until no double is
        large enough for it (``not_converged``).
    max_steps : int
        Cap on steps.

    Notes
    -----
    See `strategic.equilibria.quantal.logit.Logit` for the equations.
    The limit of the branch is a Nash equilibrium, the *logit selection* (McKelvey and
    Palfrey 1995, theorem 3). What the end of the path approaches is rounded to its support and
    called Nash only after an exact check: of the indifference equations of two players, else of
    simple fractions near the end of the path (a continuum of equilibria leaves some room, so the
    limit may then lie up to 1e-4 from where the path leads). Where neither is an
    equilibrium, as with irrational mixtures of three and more players, the status is ``reached``
    and the regret says how close the path came; `Game.to_gambit` hands such games over.

    References
    ----------
    McKelvey, R. D. and Palfrey, T. R. (1995). Quantal response equilibria for normal form games.
    Games and Economic Behavior 10, 6-38.
    Turocy, T. L. (2005). A dynamic homotopy interpretation of the logistic quantal response
    equilibrium correspondence. Games and Economic Behavior 51, 243-263.

    Examples
    --------
    >>> path = LogitPath().solve(Game.from_payoffs([[9, 0], [0, 1]], [[9, 0], [0, 1]]))
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
        points, units, apart = self._points(games)
        rationality = np.minimum(units.original(np.array([t for t, _ in points])), _LARGEST)
        strategies = tuple(np.array(side) for side in zip(*(s for _, s in points), strict=True))
        _, regret = payoffs_and_regret(games, strategies, np.zeros(len(points), dtype=np.intp))
        if until is not None:
            limit: tuple[Array, ...] = ()
            arrived = rationality[-1] >= until * (1.0 - 1e-12)
            status = Status.OK if arrived else Status.NOT_CONVERGED
        elif apart <= REACHED:
            limit = _verified_limit(games, [side[-1] for side in strategies])
            status = Status.FOUND if limit else Status.REACHED
        else:
            limit, status = (), Status.NOT_CONVERGED
        return LogitBranch(
            games, rationality, strategies, regret, limit, np.asarray(status, dtype=np.int8)
        )

    def _points(self, game: Game) -> tuple[list[tuple[float, list[Array]]], Units, float]:
        """Points of the branch of scaled payoffs, their units, and the scaled regret at the end."""
        until = self.rationality
        last, units = scaled_tables(table[..., None] for table in game.payoffs)
        system, swapped = logit_system(last)
        scaled = Game(payoffs=tuple(table[..., 0] for table in last))
        first, regrets = np.zeros(1, dtype=np.intp), [np.inf]
        points = [(0.0, [np.full(n, 1.0 / n) for n in game.shape])]

        # Close to Nash the branch is flat in log-odds and steps grow: regret tells when to stop.
        def watch(w: Array, rationality: Array) -> bool:
            mixtures = [mixture[:, 0] for mixture in system.strategies(w, rationality)]
            points.append((float(rationality[0]), mixtures[::-1] if swapped else mixtures))
            shown = [mixture[None] for mixture in points[-1][1]]
            regrets.append(float(payoffs_and_regret(scaled, shown, first)[1][0]))
            return until is None and regrets[-1] <= NEARLY_NASH

        # In units of tiny payoffs no double is as large as the rationality that the end needs.
        farthest = np.minimum(FARTHEST, units.scaled(_LARGEST))
        target = farthest if until is None else units.scaled(until)
        start = np.minimum(unique_below(last), STRIDE)
        follow(system, target, first=start, max_steps=self.max_steps, watch=watch, largest=FARTHEST)
        return points, units, regrets[-1]


def _half_span(game: Game) -> float:
    """Give half the largest payoff range of a player, which cannot overflow."""
    return max(float(0.5 * table.max() - 0.5 * table.min()) for table in game.payoffs)


def _verified_limit(game: Game, end: list[Array]) -> tuple[Array, ...]:
    """Round the end of a path to its support, and keep it if it is exactly an equilibrium."""
    # Rounding decides nothing: what is rounded is proved by exact arithmetic or left out.
    supports = [np.flatnonzero(mixture > PLAYED) for mixture in end]
    sizes = [len(support) for support in supports]
    if len(sizes) == 2 and sizes[0] == sizes[1] > 1:
        row, column = (whole_payoffs(table) for table in game.fractions())
        pair = exact_mixtures(row, column, supports[0].tolist(), supports[1].tolist())
        if pair is not None:
            return tuple(nearest_doubles(side) for side in pair)
    simple = [_simple_fractions(mixture) for mixture in end]
    if any(mixture is None for mixture in simple) or game.payoffs[0].size > MOST_CHECKED:
        return ()
    if not _is_equilibrium(game.fractions(), [np.asarray(mixture) for mixture in simple]):
        return ()
    return tuple(np.array(mixture, dtype=float) for mixture in simple)


def _simple_fractions(mixture: Array) -> Array | None:
    """Give the mixture with the smallest denominator near this one, if there is one."""
    for denominator in range(1, LARGEST_DENOMINATOR + 1):
        parts, near = np.rint(mixture * denominator), NEARBY if denominator > 1 else PLAYED
        if parts.sum() == denominator and np.abs(parts / denominator - mixture).max() <= near:
            return np.array([Fraction(int(part), denominator) for part in parts], dtype=object)
    return None


def _is_equilibrium(tables: Sequence[Array], mixtures: list[Array]) -> bool:
    """Check in fractions that nobody plays an action that is no best reply."""
    for player, table in enumerate(tables):
        earned = table
        for other in reversed(range(len(tables))):
            if other != player:
                used = np.flatnonzero(mixtures[other] != 0)  # payoffs that do not count stay out
                moved = np.moveaxis(earned, other, -1)[..., used]
                earned = moved @ mixtures[other][used]
        if (earned[mixtures[player] != 0] != earned.max()).any():
            return False
    return True
