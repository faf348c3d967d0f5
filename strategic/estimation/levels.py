"""What players of a Poisson hierarchy play: each level replies best to the levels below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

LEVELS = 60
"""Levels of reasoning, level 0 among them: at a mean of 20 a share of 4e-13 is beyond."""
_LOST = 2.0**-55
"""Share of what is rarest below which a level is lost in rounding, and all higher ones with it."""
_TIE = 1e-12
"""Payoffs closer than this share of their range are a tie, and best replies split."""


@dataclass(frozen=True, eq=False)
class Levels:
    """What a Poisson hierarchy plays at many means.

    Parameters
    ----------
    played : tuple of arrays (points, n_i)
        Mixtures of the whole population, one per player.
    replies : array of bool (points, levels * actions)
        Which actions are best replies at which level: where a row differs, the likelihood may jump.
    """

    played: tuple[Array, ...]
    replies: Array


def play_by_levels(
    payoffs: Sequence[Array], tau: Array, rationality: Array | None = None
) -> Levels:
    """Compute what a Poisson hierarchy plays, game by game.

    Parameters
    ----------
    payoffs : sequence of arrays (n_1, ..., n_p) or (points, n_1, ..., n_p)
        One game, or one for every point.
    tau : array (points,)
        Means of the Poisson distribution of levels.
    rationality : array (points,), optional
        Replies are logit replies with it; best replies, ties split, without it.

    References
    ----------
    Camerer, C. F., Ho, T.-H. and Chong, J.-K. (2004). A cognitive hierarchy model of games.
    Quarterly Journal of Economics 119, 861-898.

    Examples
    --------
    >>> dilemma = [np.array([[3.0, 0], [5, 1]]), np.array([[3.0, 5], [0, 1]])]
    >>> play_by_levels(dilemma, np.array([0.0, 1.0])).played[0].round(4)
    array([[0.5   , 0.5   ],
           [0.1839, 0.8161]])
    """
    points, players = len(tau), len(payoffs)
    sizes = payoffs[0].shape[-players:]
    tables = [np.broadcast_to(table, (points, *sizes)).reshape(points, -1) for table in payoffs]
    near = [_TIE * np.maximum(np.ptp(table, axis=1), 1e-300) for table in tables]
    others = [[k for k in reversed(range(players)) if k != own] for own in range(players)]
    # Others' actions first, and points last and next to each other.
    tables = [
        table.T.reshape(*sizes, points).transpose(*them, own, players).copy()
        for own, (table, them) in enumerate(zip(tables, others, strict=True))
    ]
    weight = np.exp(-tau)
    lost = _LOST * weight / max(sizes)
    lower = [np.full((size, points), weight / size) for size in sizes]
    heard = weight.copy()
    chosen: list[Array] = []
    for level in range(1, LEVELS):
        weight = weight * tau / level
        believed = [side / heard for side in lower]
        replies = []
        for player, table in enumerate(tables):
            earned = _earned(table, [believed[other] for other in others[player]])
            top = earned.max(axis=0)
            best = earned >= top - near[player]
            odds = best if rationality is None else np.exp(rationality * (earned - top))
            replies.append(odds / odds.sum(axis=0))
            chosen.append(best)
        if bool(((weight < lost) & (level > tau)).all()):
            chosen += chosen[-players:] * (LEVELS - 1 - level)
            break
        lower = [side + weight * r for side, r in zip(lower, replies, strict=True)]
        heard = heard + weight
    played = tuple((side / heard).T.copy() for side in lower)
    return Levels(played, np.concatenate(chosen).T.copy())


def _earned(table: Array, believed: Sequence[Array]) -> Array:
    """Compute what every action earns against what others, in turn, are believed to play."""
    for chances in believed:
        total = table[0] * chances[0]
        for payoffs, chance in zip(table[1:], chances[1:], strict=True):
            total += payoffs * chance
        table = total
    return table
