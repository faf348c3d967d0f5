"""Best replies of any 2x2 game: two curves that cross at the equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.equilibria import solve
from strategic.errors import GameError
from strategic.games import Game
from strategic.reports.figures.style import BLUE, FAINT, INK, VERMILION, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def draw_best_replies(game: Game, ax: Axes | None = None) -> Axes:
    """Draw each player's best reply to every mixture of the other, and the equilibria.

    Parameters
    ----------
    game : Game
        A single 2x2 game.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        Across: the probability of the row player's first action; up: of the column player's.

    Raises
    ------
    GameError
        When the game is not 2x2.

    Examples
    --------
    >>> ax = draw_best_replies(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    >>> len(ax.collections)
    1
    """
    if game.shape != (2, 2) or game.batch_shape:
        raise GameError("must be a single 2x2 game", where="game", value=game.shape)
    ax = new_axes(ax, width=3.6, height=3.6)
    A, B = game.row, game.column
    slope_row, level_row = A[0, 0] - A[1, 0] - A[0, 1] + A[1, 1], A[0, 1] - A[1, 1]
    slope_column, level_column = B[0, 0] - B[0, 1] - B[1, 0] + B[1, 1], B[1, 0] - B[1, 1]
    row, column = game.players
    up, across = _reply(slope_row, level_row)
    ax.plot(across, up, color=BLUE, linewidth=2.4, label=f"best reply of {row}")
    across, up = _reply(slope_column, level_column)
    ax.plot(across, up, color=VERMILION, linewidth=1.8, linestyle="--", label=f"of {column}")
    found = solve(game)
    ax.scatter(found.row[:, 0], found.column[:, 0], s=46, color=INK, zorder=5, clip_on=False)
    _label(ax, game)
    return ax


def _reply(slope: float, level: float) -> tuple[list[float], list[float]]:
    """Return the curve of a best reply: the other's probability, then one's own.

    The first action is better where ``slope q + level > 0``.
    """
    if slope == 0:
        if level == 0:
            return [0, 1, 1, 0, 0], [0, 0, 1, 1, 0]  # every reply is best
        return [0, 1], [float(level > 0)] * 2
    turn = -level / slope
    low, high = (0.0, 1.0) if slope > 0 else (1.0, 0.0)
    if turn < 0:
        return [0, 1], [high, high]
    if turn > 1:
        return [0, 1], [low, low]
    return [0, turn, turn, 1], [low, low, high, high]


def _label(ax: Axes, game: Game) -> None:
    (row, column), (rows, columns) = game.players, game.actions
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    ax.set_xlabel(f"probability that {row} plays {rows[0]}")
    ax.set_ylabel(f"probability that {column} plays {columns[0]}")
    ax.grid(color=FAINT, alpha=0.2)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=1, fontsize=8)
