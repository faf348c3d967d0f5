"""What rest points and ends of paths are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.evolution import RestPoints
from strategic.evolution.corner_table import corner_name
from strategic.evolution.populations import PopulationGame

_NEAR = 1e-2
"""How near the end of a settled path lies to what it is named after."""
MIXED, UNSETTLED = "a mixture", "not settled"


def share_entries(game: PopulationGame, shares: Sequence[Array]) -> dict[str, dict[str, float]]:
    """Write shares, one array (n_i,) per population, as {player: {action: share}}."""
    return {
        player: dict(zip(actions, np.asarray(own, dtype=float).tolist(), strict=True))
        for player, actions, own in zip(game.players, game.actions, shares, strict=True)
    }


def corner_of(game: PopulationGame, shares: Sequence[Any]) -> str:
    """Name the corner that shares lie at, by the most frequent action of each population."""
    return corner_name(
        [names[int(np.argmax(own))] for names, own in zip(game.actions, shares, strict=True)]
    )


def point_names(game: PopulationGame, rest: RestPoints) -> list[str]:
    """Name rest points: corners by their actions, others by where they lie, counted if several."""
    kinds = [str(kind) for kind in rest.kind]
    names = []
    for row, kind in enumerate(kinds):
        if kind == "corner":
            names.append(corner_of(game, [own[row] for own in rest.shares]))
            continue
        same = kinds.count(kind)
        label = "interior point" if kind == "interior" else f"{kind} point"
        names.append(f"{label} {kinds[: row + 1].count(kind)}" if same > 1 else label)
    return names


def end_names(
    game: PopulationGame, rest: RestPoints, end: Sequence[Array], settled: Array
) -> list[str]:
    """Name where paths end: the rest point where they settled, or a stable one near the end.

    Parameters
    ----------
    game : PopulationGame
        Names of actions.
    rest : RestPoints
        Of the last stage.
    end : sequence of arrays (N, n_i)
        Shares at the end.
    settled : bool array (N,)
        Whether paths had settled there.
    """
    names = np.array([*point_names(game, rest), MIXED], dtype=object)
    found = np.full(len(settled), len(names) - 1)
    best = np.full(len(settled), _NEAR)
    for row in range(len(rest)):
        away = np.max(
            [
                np.abs(own - point[row]).max(axis=-1)
                for own, point in zip(end, rest.shares, strict=True)
            ],
            axis=0,
        )
        nearer = away < best
        found[nearer], best[nearer] = row, away[nearer]
    stable = np.array([*np.isin(rest.verdict, ["ESS", "non-hyperbolic, ESS", "stable"]), False])
    return [str(name) for name in np.where(settled | stable[found], names[found], UNSETTLED)]
