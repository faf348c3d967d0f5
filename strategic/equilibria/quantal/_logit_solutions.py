"""Logit equilibria of games: each at one rationality, or at several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._labelled import solution_dataset
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.solution import (
    Solution,
    WithSides,
    game_columns,
    strategy_columns,
)
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.status import Status

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False, repr=False)
class _LogitSolution(WithSides, Solution):
    """What is told of every logit equilibrium, whichever axes stand before those of actions."""

    games: Game
    rationality: Array
    strategies: tuple[Array, ...]
    residual: Array
    regret: Array
    steps: Array

    def _found(self) -> dict[str, Any]:
        """Give the columns behind that of the game, one row per equilibrium."""
        columns = {"rationality": self.rationality.reshape(-1)}
        columns |= strategy_columns(self.games, self.strategies)
        for name in ("residual", "regret", "steps"):
            columns[name] = getattr(self, name).reshape(-1)
        return columns


@dataclass(frozen=True, eq=False, repr=False)
class LogitEquilibria(_LogitSolution):
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
        Steps taken along the branch, rejected ones included; 1 where the solution was looked up.
    status : array of int8 ``(*batch,)``
        ``ok``, or ``not_converged``.
    """

    status: Array
    method: str = "logit"

    def columns(self) -> dict[str, Any]:
        """One row per game."""
        columns = game_columns(self.status)
        return columns | self._found()

    def rows(self) -> dict[str, Array]:
        """One row per game that was solved."""
        return _where(self.columns(), self.status == Status.OK)

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


@dataclass(frozen=True, eq=False, repr=False)
class LogitSeries(_LogitSolution):
    """Logit equilibria of a game or batch, each game at several rationalities.

    Parameters
    ----------
    games : Game
        What was solved.
    rationality : array ``(*batch, several)``
        Where each solution stands; the one asked for unless it is not ``solved``.
    strategies : tuple of arrays ``(*batch, several, n_i)``
        One mixture per player.
    residual, regret, steps : arrays ``(*batch, several)``
        As in `LogitEquilibria`.
    solved : array of bool ``(*batch, several)``
        Whether the branch was followed to the rationality asked for.
    status : array of int8 ``(*batch,)``
        ``ok`` where all are solved, else ``not_converged``.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> hunt = [[9, 0], [8, 7]], [[9, 8], [0, 7]]
    >>> found = solve(*hunt, method="logit", rationality=[0, 0.5, 1])
    >>> found.row.round(3).tolist()
    [[0.5, 0.5], [0.033, 0.967], [0.001, 0.999]]
    """

    solved: Array
    status: Array
    method: str = "logit"

    def columns(self) -> dict[str, Any]:
        """One row per game and rationality."""
        several = self.rationality.shape[-1]
        failed = np.where(self.status == Status.OK, Status.NOT_CONVERGED, self.status)
        columns = game_columns(np.where(self.solved, Status.OK, failed[..., None]))
        columns["game"] //= max(several, 1)
        return columns | self._found()

    def to_xarray(self) -> xr.Dataset:
        """Give a dataset with an axis ``several`` behind those of the batch."""
        labelled = solution_dataset(self, further={"several": self.solved.shape[-1]})
        return labelled.assign(solved=(labelled["rationality"].dims, self.solved))

    def rows(self) -> dict[str, Array]:
        """One row per game and rationality that were solved."""
        return _where(self.columns(), self.solved)

    def details(self) -> dict[str, Any]:
        """Describe the equilibria of a single game."""
        self._check_single()
        return {
            "rationality": self.rationality.tolist(),
            "strategies": [
                [side[k].tolist() for side in self.strategies] for k in range(len(self.rationality))
            ],
            "residual": self.residual.tolist(),
            "regret": self.regret.tolist(),
            "solved": self.solved.tolist(),
        }

    def lines(self) -> list[str]:
        """Write the equilibria of a single game, a line each."""
        self._check_single()
        lines = []
        for k, rationality in enumerate(self.rationality.tolist()):
            mixtures = mixture_lines(self.games, [side[k] for side in self.strategies], digits=4)
            ended = "" if self.solved[k] else " (the branch ended there)"
            regret = f"regret {float(self.regret[k]):.3g}{ended}"
            lines.append(f"rationality {number_text(rationality)}: {'; '.join(mixtures)}; {regret}")
        return [*lines, f"residual at most {float(self.residual.max(initial=0.0)):.1g}"]


def _where(columns: dict[str, Any], there: Array) -> dict[str, Array]:
    """Keep the rows that are answers, and leave their status out."""
    kept = there.reshape(-1)
    return {name: column[kept] for name, column in columns.items() if name != "status"}
