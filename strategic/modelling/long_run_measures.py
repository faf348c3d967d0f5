"""Measures of where populations go: the end of a path, when it is settled, and basins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.modelling.measure import Measure, MeasureGroup
from strategic.modelling.points import Points
from strategic.modelling.populations import evolution_settings

if TYPE_CHECKING:
    from strategic.evolution.populations import PopulationGame
    from strategic.evolution.trajectories import Paths

Populations = Callable[[Points], "PopulationGame"]
Places = Mapping[str, tuple[int, int]]
"""Population and action by the name of a share."""
STARTS = "random:200"
"""Starts whose ends make a basin, as a measure."""
STEPS = 1000
"""Steps after which a path without a horizon that has not settled is taken to go on for ever."""

_LONG_RUN = r"\xi_i(a_i, \infty)"
_BASIN = r"\Pr \left( \lim_{t \to \infty} \xi(t) = a \right), \quad \xi(0) \text{ uniform}"


def path_measures(
    populations: Populations, places: Places, corners: tuple[str, ...]
) -> tuple[Measure, tuple[MeasureGroup, ...]]:
    """Make the measures that follow paths.

    Parameters
    ----------
    populations : callable
        From `Points` to the game.
    places : mapping of str to (int, int)
        Population and action of each ``PLAYER.ACTION``.
    corners : tuple of str
        Names of corners, in row-major order.

    Returns
    -------
    Measure
        ``settling_time``.
    tuple of MeasureGroup
        ``long_run.PLAYER.ACTION`` and ``basin.CORNER``.
    """
    run, basins = partial(_run, populations), partial(_basins, populations)
    settling = Measure(
        "settling_time",
        partial(_settling_time, run),
        "Time until play from the model's first start stays near where it ends; undefined where "
        "it has not settled by the last time.",
        unit="time",
        formula=r"\min \{ t \mid \xi \text{ stays near } \xi(\infty) \text{ from } t \text{ on} \}",
    )
    long_run = MeasureGroup(
        "long_run",
        "PLAYER.ACTION",
        "Share of an action at the end of the path from the model's first start.",
        tuple(places),
        partial(_share_measure, run, places),
        formula=_LONG_RUN,
    )
    basin = MeasureGroup(
        "basin",
        "CORNER",
        "Share of starts, drawn evenly, that lead to a corner.",
        corners,
        partial(_basin_measure, basins, corners),
        formula=_BASIN,
    )
    return settling, (long_run, basin)


def _run(populations: Populations, points: Points) -> tuple[Paths, Array]:
    """Follow one path per point through all stages; also, which points have payoffs."""
    from strategic.evolution import paths

    settings = evolution_settings(points)
    staged = settings.staged(points)
    games = [populations(changed) for _, changed in staged]
    options: dict[str, Any] = {"dynamics": settings.dynamics, "noise": settings.noise}
    if settings.horizon is None:
        options["max_steps"] = STEPS
    else:
        options["horizon"] = settings.horizon
    later = [(since, game) for (since, _), game in zip(staged[1:], games[1:], strict=True)]
    starts = [np.array([own]) for own in settings.start(games[0])]
    # Threads belong to the verbs: a sweep has its own.
    found = paths(games[0], starts, stages=later, workers=1, **options)
    return found, np.asarray(found.status[..., 0])


def _settling_time(run: Callable[[Points], tuple[Paths, Array]], points: Points) -> Array:
    found, _ = points.once(run)
    return _spread(found.settled_at[..., 0], points)


def _share_measure(
    run: Callable[[Points], tuple[Paths, Array]], places: Places, name: str
) -> Measure:
    player, _, action = name.partition(".")
    meaning = f"Share of {action} in {player} at the end of the path from the first start."
    function = partial(_share, run, *places[name])
    return Measure(f"long_run.{name}", function, meaning, unit="share", formula=_LONG_RUN)


def _share(
    run: Callable[[Points], tuple[Paths, Array]], player: int, action: int, points: Points
) -> Array:
    from strategic.status import Status

    found, status = points.once(run)
    share = np.where(status == Status.INVALID, np.nan, found.end[player][..., 0, action])
    return _spread(share, points)


def _spread(values: Array, points: Points) -> Array:
    """Give one value per point where a game does not depend on the points at all."""
    return np.broadcast_to(values, points.shape) if values.shape != points.shape else values


def _basins(populations: Populations, points: Points) -> Array:
    """Estimate the share of starts that lead to each corner, ``(*points.shape, corners)``."""
    from strategic.evolution import basins

    settings = evolution_settings(points)
    game = populations(settings.staged(points)[-1][1])
    found = basins(
        game, STARTS, dynamics=settings.dynamics, noise=settings.noise, max_steps=STEPS, workers=1
    )
    return np.asarray(found.share.reshape(*game.batch_shape, -1))


def _basin_measure(basins: Callable[[Points], Array], names: tuple[str, ...], name: str) -> Measure:
    place = names.index(name)
    meaning = f"Share of starts, drawn evenly, that lead to {name}."
    function = partial(_basin, basins, place)
    return Measure(f"basin.{name}", function, meaning, unit="share", formula=_BASIN)


def _basin(basins: Callable[[Points], Array], place: int, points: Points) -> Array:
    return _spread(points.once(basins)[..., place], points)
