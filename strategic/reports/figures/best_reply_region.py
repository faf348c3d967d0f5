"""Best replies of one player of a 2x2x2 game, over the mixtures of the other two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, solve
from strategic.games import Game
from strategic.reports.figures._gains import Gain, gain_of
from strategic.reports.figures.style import BLUE, FAINT, INK, ON_PAPER, new_axes, shortened, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRID = 201
_COARSE = 33
_ROOM = 0.15
"""Half the width of a word, as a share of the square."""
_BESIDE = 0.065
"""How far the number of a dot stands from it."""


@styled
def draw_best_reply_region(
    game: Game, player: int, ax: Axes | None = None, *, found: Equilibria | None = None
) -> Axes:
    """Draw where each of one player's two actions is best, and the equilibria.

    Parameters
    ----------
    game : Game
        A single 2x2x2 game.
    player : int
        Number of the player whose replies are drawn, from 0.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    found : Equilibria, optional
        Equilibria of the game, where they are known.

    Returns
    -------
    matplotlib.axes.Axes
        Across and up: the probabilities with which the other two play their first actions. The
        player's first action is best in the hatched region; on the line the player is indifferent.

    Raises
    ------
    GameError
        When the game is not a single 2x2x2 game.

    Examples
    --------
    >>> game = Game.from_payoffs(*[[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3)
    >>> draw_best_reply_region(game, 0).get_xlabel()
    'probability that player 2 plays 1'
    """
    gain = gain_of(game, player)
    ax = new_axes(ax, width=3.4, height=3.4)
    others = [i for i in range(3) if i != player]
    found = solve(game) if found is None else found
    places = np.stack([found.strategies[i][:, 0] for i in others], axis=1)
    _shade(ax, game, player, gain, places)
    for curve in gain.curves():
        ax.plot(*curve.T, color=BLUE, linewidth=2.2, zorder=3, clip_on=False)
    known = numbered(places)
    for ((x, y), numbers), where in zip(known, _beside([place for place, _ in known]), strict=True):
        ax.scatter([x], [y], s=38, color=INK, zorder=6, clip_on=False)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
        words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "zorder": 5}
        ax.text(*where, numbers, color=ON_PAPER, bbox=ground, **words)
    across, up = (
        f"probability that {shortened(game.players[i])} plays {shortened(game.actions[i][0])}"
        for i in others
    )
    title = f"best replies of {shortened(game.players[player])}"
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel=across, ylabel=up, title=title)
    return ax


def _beside(places: Sequence[tuple[float, ...]]) -> list[tuple[float, float]]:
    """Find room for the number of each dot: beside it, inside the square, away from the others."""
    angles = np.arange(8) * np.pi / 4 + np.pi / 4
    around = _BESIDE * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    dots = np.reshape(places, (-1, 2))
    found: list[tuple[float, float]] = []
    for number, dot in enumerate(dots):
        tried = dot + around
        taken = np.concatenate([np.delete(dots, number, axis=0), np.reshape(found, (-1, 2))])
        outside = (np.abs(tried - 0.5) > 0.46).any(axis=1)  # or on the frame
        room = np.full(len(tried), 1.0)
        if len(taken):
            room = np.linalg.norm(tried[:, None] - taken[None], axis=2).min(axis=1).clip(max=0.15)
        best = tried[int((room - outside).argmax())]
        found.append((float(best[0]), float(best[1])))
    return found


def numbered(places: Array) -> list[tuple[tuple[float, ...], str]]:
    """Join the numbers of equilibria that are drawn at one place.

    Examples
    --------
    >>> numbered(np.array([[0.0, 1.0], [0.5, 0.5], [0.0, 1.0]]))
    [((0.0, 1.0), '0, 2'), ((0.5, 0.5), '1')]
    """
    found: dict[tuple[float, ...], list[str]] = {}
    for number, place in enumerate(places.round(6).tolist()):
        found.setdefault(tuple(place), []).append(str(number))
    return [
        (place, ", ".join(numbers[:4]) + ", ..." * (len(numbers) > 4))
        for place, numbers in found.items()
    ]


def _shade(ax: Axes, game: Game, player: int, gain: Gain, taken: Array) -> None:
    """Hatch where the first action is best, and name the best action in each region."""
    first, second = map(shortened, game.actions[player])
    if gain.nothing:
        _name(ax, (0.5, 0.5), f"{first} and {second}\nearn the same")
        return
    shares = np.linspace(0, 1, _GRID)
    heights = gain.at(shares[None, :], shares[:, None])
    if (heights > 0).any():
        region = (shares, shares, heights, [0, 2 * float(heights.max())])
        ax.contourf(*region, colors=[BLUE], alpha=0.16)
        hatched = ax.contourf(*region, colors="none", hatches=["///"])
        hatched.set_edgecolor(FAINT)  # the fill's opacity would hide the hatching
        hatched.set_linewidth(0)
    for action, sign in ((first, 1), (second, -1)):
        place = _inmost(gain, sign, taken)
        if place is not None:
            _name(ax, place, f"{action} is best")


def _inmost(gain: Gain, sign: int, taken: Array) -> tuple[float, float] | None:
    """Find the point of a region that is farthest from its border and from what is drawn there.

    None where no word would fit.
    """
    shares = (np.arange(_COARSE) + 0.5) / _COARSE
    x, y = (part.ravel() for part in np.meshgrid(shares, shares))
    inside = sign * gain.at(x, y) > 0
    if not inside.any():
        return None
    room = np.minimum.reduce([x, 1 - x, 2 * y, 2 * (1 - y)])[inside]  # words are wide
    here = np.stack([x, y], axis=1)[inside]
    for points in (np.stack([x, y], axis=1)[~inside], taken):
        if len(points):
            apart = here[:, None] - points[None]
            room = np.minimum(room, np.hypot(apart[..., 0], 2 * apart[..., 1]).min(axis=1))
    best = int(room.argmax())
    return (float(here[best, 0]), float(here[best, 1])) if room[best] > _ROOM else None


def _name(ax: Axes, place: tuple[float, float], text: str) -> None:
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
    ax.text(*place, text, ha="center", va="center", fontsize=8, color=ON_PAPER, bbox=ground)
