"""Two populations that learn: the replicator field of a 2x2 game and its basins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.equilibria import solve
from strategic.errors import GameError
from strategic.evolution.coordination_games import Coordination, coordination, separatrix
from strategic.evolution.replicator import two_population_field
from strategic.games import Game
from strategic.reports.figures.style import FAINT, GREEN, INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def draw_replicator(game: Game, ax: Axes | None = None) -> Axes:
    """Draw where two populations that imitate success are carried from every mixture.

    Parameters
    ----------
    game : Game
        A single 2x2 game.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        Across: share of the row population that plays its first action; up: of the column one.
        Where two pure equilibria share the square, the basin of the one with the row player's
        first action is shaded.

    Raises
    ------
    GameError
        When the game is not a single 2x2 game.

    Examples
    --------
    >>> ax = draw_replicator(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    >>> print(*ax.get_xlim())
    0.0 1.0
    """
    if game.shape != (2, 2) or game.batch_shape:
        raise GameError("must be a single 2x2 game", where="game", value=game.shape)
    ax = new_axes(ax, width=3.8, height=3.8)
    _shade_basin(ax, game)
    _draw_field(ax, game)
    found = solve(game)
    ax.scatter(found.row[:, 0], found.column[:, 0], s=46, color=INK, zorder=5, clip_on=False)
    (row, column), (rows, columns) = game.players, game.actions
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.set_xlabel(f"share of {row} that plays {rows[0]}")
    ax.set_ylabel(f"share of {column} that plays {columns[0]}")
    return ax


def shaded_end(game: Game) -> tuple[str, str] | None:
    """Name the actions at which the shaded region ends; None where there are no two basins.

    Examples
    --------
    >>> shaded_end(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    ('1', '1')
    """
    found = _basin(game)
    if found is None:
        return None
    rows, columns = game.actions
    return rows[0], columns[int(found[1])]


def _basin(game: Game) -> tuple[Coordination, bool] | None:
    """Find the coordination game, and whether the column player's actions had to be swapped."""
    for swapped in (False, True):
        step = -1 if swapped else 1
        pair = coordination(game.row[:, ::step], game.column[:, ::step])
        if pair.holds:
            return pair, swapped
    return None


def _shade_basin(ax: Axes, game: Game) -> None:
    found = _basin(game)
    if found is None:
        return
    pair, swapped = found
    shares = np.linspace(0.002, 0.998, 250)
    boundary = separatrix(pair, shares)
    if swapped:
        boundary = 1 - boundary
    ax.fill_between(shares, boundary, 0 if swapped else 1, color=GREEN, alpha=0.22, linewidth=0)
    ax.plot(shares, boundary, color=GREEN, linewidth=1.6)


def _draw_field(ax: Axes, game: Game) -> None:
    shares = np.linspace(0.06, 0.94, 12)
    x, y = np.meshgrid(shares, shares)
    slopes = two_population_field(
        game.row, game.column, np.stack([x, 1 - x], axis=-1), np.stack([y, 1 - y], axis=-1)
    )
    across, up = (slope[..., 0] for slope in slopes)
    length = np.hypot(across, up)
    length[length == 0] = 1
    ax.quiver(x, y, across / length, up / length, color=FAINT, scale=26, width=0.005)
