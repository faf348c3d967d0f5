"""All branches of logit equilibria of one game, over the rationality of its players."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.equilibria.quantal.other_branches import logit_equilibria_from
from strategic.errors import GameError
from strategic.games import Game
from strategic.reports.figures.style import FAINT, INK, PALETTE, new_axes, shortened, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 300
_FROM, _TO = 0.2, 60.0
"""Rationality over which branches are drawn, in units of one over the largest payoff range."""
_APART = 1e-4
"""Difference of probabilities that the eye may see."""


@styled
def draw_logit_branches(game: Game, player: int = 0, ax: Axes | None = None) -> Axes:
    """Draw what one player does in every logit equilibrium, over the rationality of all players.

    Parameters
    ----------
    game : Game
        A single game whose equilibria can all be listed.
    player : int, default 0
        Whose probabilities are drawn; of two actions only that of the first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        Thick lines are the principal branch, which begins at uniform play; it jumps where it would
        turn back. Thin dashed ones are the other logit equilibria, dots on the right the Nash
        equilibria to which they lead.

    Raises
    ------
    GameError
        When there are several games or no such player.

    References
    ----------
    McKelvey, R. D. and Palfrey, T. R. (1995). Quantal response equilibria for normal form games.
    Games and Economic Behavior 10, 6-38.

    Examples
    --------
    >>> ax = draw_logit_branches(Game.from_payoffs([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    >>> ax.get_xlabel()
    'rationality'
    """
    if game.batch_shape or not 0 <= player < len(game.shape):
        rule = f"needs a single game, and one of its players 0 to {len(game.shape) - 1}"
        raise GameError(rule, where="draw_logit_branches", value=player)
    span = max(float(np.ptp(table)) for table in game.payoffs) or 1.0
    along = np.geomspace(_FROM, _TO, _POINTS) / span
    main = _principal(game, along)[player]
    others = logit_equilibria_from(game, along[::-1])[player][:, ::-1]
    ax = new_axes(ax, width=6.4, height=3.6)
    names, ends = game.actions[player], solve(game).strategies[player]
    shown = range(1 if len(names) == 2 else len(names))
    for action, colour in zip(shown, PALETTE, strict=False):
        ax.plot(along, _broken(main[:, action]), color=colour, linewidth=2.6)
        for branch in _joined(others, main):
            at, share = along[branch[:, 0].astype(int)], branch[:, 1 + action]
            ax.plot(at, share, color=colour, linewidth=1.3, linestyle="--")
        ax.plot(np.full(len(ends), along[-1]), ends[:, action], "o", color=colour, markersize=6,
                clip_on=False, zorder=4)  # fmt: skip
    ax.set(xscale="log", xlim=(along[0], along[-1]), ylim=(-0.02, 1.02))
    ax.set_xlabel("rationality")
    first = f"plays {shortened(names[0])}" if len(names) == 2 else "plays each action"
    ax.set_ylabel(f"probability that {shortened(game.players[player])}\n{first}")
    ax.grid(color=FAINT, alpha=0.2)
    _explain(ax, [shortened(names[action]) for action in shown] if len(names) > 2 else [])
    return ax


def _principal(game: Game, along: Array) -> list[Array]:
    """Find the principal branch at every rationality: that of games with payoffs as much larger."""
    scale = along.reshape(-1, *(1 for _ in game.shape))
    larger = Game.from_payoffs(*(scale * table for table in game.payoffs))
    return list(solve(larger, method="logit", rationality=1.0).strategies)


def _joined(branches: Array, main: Array) -> list[Array]:
    """Give branches as rows of (place, shares), two that end in the same fold as one."""
    rows = []
    for branch in branches:
        off = np.flatnonzero(np.abs(branch - main).max(axis=1) > _APART)  # NaN is not
        if off.size:
            rows.append(np.column_stack([off, branch[off]]))
    found: list[Array] = []
    while rows:
        one = rows.pop(0)
        twins = [k for k, row in enumerate(rows) if row[0, 0] == one[0, 0] > 0]
        if len(twins) == 1:
            one = np.concatenate([one[::-1], rows.pop(twins[0])])
        found.append(one)
    return found


def _explain(ax: Axes, actions: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    kinds = [
        Line2D([], [], color=INK, linewidth=2.6, label="principal branch"),
        Line2D([], [], color=INK, linewidth=1.3, linestyle="--", label="other logit equilibria"),
        Line2D([], [], color=INK, marker="o", linestyle="", label="Nash equilibria"),
    ]
    colours = [Line2D([], [], color=colour, linewidth=2.6, label=name)
               for name, colour in zip(actions, PALETTE, strict=False)]  # fmt: skip
    ax.figure.legend(
        handles=[*kinds, *colours], loc="outside lower center", ncols=3, fontsize=8, frameon=False
    )


def _broken(shares: Array) -> Array:
    """Leave a gap where a branch jumps, which a line would cross."""
    jumps = np.abs(np.diff(shares, prepend=shares[0])) > 0.05
    return np.where(jumps, np.nan, shares)
