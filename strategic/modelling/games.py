"""Measures of any game: how many equilibria, how many pure, the best of them, ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.equilibria.sizes import enumerations
from strategic.games import Game
from strategic.modelling.measure import Measure
from strategic.modelling.points import Points
from strategic.status import Status

MEASURES_OF_ANY_GAME = (
    "equilibrium_count",
    "pure_count",
    "best_welfare",
    "degenerate",
    "ess",
    "ess_count",
)
Payoffs = Callable[[Points], tuple[Array, ...]]
"""From a point to one array ``(*points.shape, n_1, ..., n_p)`` per player; NaN where undefined."""


@dataclass(frozen=True)
class Summary:
    """What the equilibria of each point's game have in common; one entry per point."""

    count: Array
    best_welfare: Array
    degenerate: Array


def game_measures(
    payoffs: Payoffs, shape: tuple[int, ...], *, single: Callable[[Points], Game] | None = None
) -> dict[str, Measure]:
    """Make the measures of a game from its payoffs.

    Parameters
    ----------
    payoffs : callable
        From `Points` to one payoff array per player.
    shape : tuple of int
        Number of actions of each player.
    single : callable, optional
        The game of a single point, where that is known more exactly than ``payoffs``.

    Returns
    -------
    dict of str to Measure
        ``pure_count`` for every game; ``equilibrium_count``, ``best_welfare`` and ``degenerate``
        where all equilibria can be enumerated. A point whose payoffs are not finite is undefined,
        and harms no other; so are count and welfare of a degenerate game of more than two players,
        of which not all equilibria are listed.
    """
    pure = Measure(
        "pure_count",
        partial(_pure_count, payoffs, single, len(shape)),
        "Number of equilibria in pure strategies.",
        kind="integer",
    )
    if "all" not in enumerations(shape):
        return {pure.name: pure}
    summary = partial(_summary, payoffs, single, len(shape))
    found = (
        Measure(
            "equilibrium_count",
            partial(_part, summary, "count"),
            "Number of equilibria; of extreme equilibria where the game is degenerate.",
            kind="integer",
        ),
        pure,
        Measure(
            "best_welfare",
            partial(_part, summary, "best_welfare"),
            "Largest sum of payoffs that an equilibrium gives.",
            unit="payoff",
        ),
        Measure(
            "degenerate",
            partial(_part, summary, "degenerate"),
            "Whether equilibria may form connected sets.",
            kind="label",
            labels=("no", "yes"),
        ),
    )
    return {measure.name: measure for measure in found}


def summarise(games: Game) -> Summary:
    """Solve a batch of games and summarise each game's equilibria.

    Examples
    --------
    >>> summary = summarise(Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> int(summary.count), float(summary.best_welfare), int(summary.degenerate)
    (1, 2.0, 0)
    """
    found = solve(games)
    best = np.full(found.count.size, -np.inf)
    np.maximum.at(best, found.game, found.payoffs.sum(axis=-1))
    solved = (found.count > 0) & (found.status != Status.NOT_FINISHED)
    listed = solved & (found.status != Status.FOUND_SOME)
    return Summary(
        np.where(listed, found.count, -1),
        np.where(listed, best.reshape(found.count.shape), np.nan),
        np.where(solved, found.degenerate.astype(np.int64), -1),
    )


def pure_count(payoffs: tuple[Array, ...], players: int) -> Array:
    """Count the equilibria in pure strategies of every game of a batch.

    Parameters
    ----------
    payoffs : tuple of arrays ``(*batch, n_1, ..., n_p)``
        One per player.
    players : int
        Number of players ``p``.

    Returns
    -------
    array of int, shape of the batch

    Examples
    --------
    >>> sexes = np.array([[2.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 2]])
    >>> int(pure_count(sexes, 2))
    2
    """
    axes = tuple(range(-players, 0))
    replies = (p == p.max(axis=axis, keepdims=True) for p, axis in zip(payoffs, axes, strict=True))
    return np.asarray(np.logical_and.reduce([*replies]).sum(axis=axes))


def _pure_count(
    payoffs: Payoffs, single: Callable[[Points], Game] | None, players: int, points: Points
) -> Array:
    arrays = points.once(payoffs)
    defined = _defined(arrays, players)
    if single is not None and not points.shape and defined:
        arrays = single(points).fractions()
    return np.where(defined, pure_count(arrays, players), -1)


def _summary(
    payoffs: Payoffs, single: Callable[[Points], Game] | None, players: int, points: Points
) -> Summary:
    """Solve the points whose payoffs are finite; the others are undefined."""
    arrays = points.once(payoffs)
    defined = _defined(arrays, players)
    if single is not None and not points.shape and defined:
        return summarise(single(points))
    solved = summarise(Game.from_payoffs(*(a[defined] for a in arrays))) if defined.any() else None
    return Summary(
        *(
            _scattered(defined, None if solved is None else getattr(solved, name), undefined)
            for name, undefined in (("count", -1), ("best_welfare", np.nan), ("degenerate", -1))
        )
    )


def _scattered(places: Array, values: Array | None, undefined: float) -> Array:
    whole = np.full(places.shape, undefined)
    if values is not None:
        whole[places] = values
    return whole


def _defined(arrays: tuple[Array, ...], players: int) -> Array:
    axes = tuple(range(-players, 0))
    return np.asarray(np.logical_and.reduce([np.isfinite(a).all(axis=axes) for a in arrays]))


def _part(summary: Callable[[Points], Summary], name: str, points: Points) -> Array:
    part: Array = getattr(points.once(summary), name)
    return part
