"""The figures of an analysis of populations, each drawn only where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.evolution import Paths, RestPoints, paths, velocities
from strategic.reports.blocks import Figure
from strategic.reports.evolution._names import UNSETTLED, end_names
from strategic.reports.figures.evolution._paths import DrawnPaths, Rest, share_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.reports.evolution._evolving import Evolution

_CELLS = 41
"""Starts along each side of a map of basins, and points of a map of two parameters."""


def path_figures(made: Evolution) -> list[Figure]:
    """Choose the portraits that the game's size allows, and shares over time."""
    sizes, stages = made.game.sizes, len(made.games) > 1
    count = len(made.starts[0])
    where = f"{count} starts" if count > 1 else "one start"
    named = {
        (2, 2, 2): ("cube", "Paths in the cube of shares", "One axis per population"),
        (2, 2): ("square", "Paths in the square of shares", "One axis per population"),
        (3,): ("triangle", "Paths in the triangle of shares", "One corner per action"),
        (2,): ("line", "How fast the share moves", "Above the line the share grows"),
    }
    figures = []
    if sizes in named and not (stages and sizes in ((2, 2), (2,))):
        name, title, reading = named[sizes]
        told = f"{reading}; {where}; marks are rest points, filled where stable."
        figures.append(Figure(name, title, told, partial(_draw_portrait, made)))
    if sizes == (2, 2, 2) and not stages:
        figures.append(
            Figure(
                "faces",
                "The faces of the cube",
                "Directions on each face, where one population keeps to one action.",
                partial(_draw_faces, made),
            )
        )
    figures.append(
        Figure("over-time", "Shares over time", f"From {where}.", partial(_draw_over_time, made))
    )
    return figures


def stage_figures(made: Evolution) -> list[Figure]:
    """Draw one path through all stages."""
    return [
        Figure(
            "stages",
            "One path through the stages",
            "From the first start; numbers are the stages of the table.",
            partial(_draw_stages, made),
        ),
        Figure(
            "stages-alone",
            "Each stage by itself",
            "From the first start anew in every stage.",
            partial(_draw_each_stage, made),
        ),
    ]


def basin_figures(made: Evolution) -> list[Figure]:
    """Map where starts lead, over the first two populations with two actions each."""
    pairs = [i for i, size in enumerate(made.game.sizes) if size == 2]
    ends = {path["at"] for path in made.document["paths"]} - {UNSETTLED}
    if len(pairs) < 2 or len(ends) < 2:
        return []
    others = len(made.game.sizes) > 2
    told = "All other populations start with equal shares." if others else "Over all starts."
    return [Figure("basins", "Where starts lead", told, partial(_draw_basins, made, *pairs[:2]))]


def sensitivity_figures(made: Evolution) -> list[Figure]:
    """Draw a fan of paths per parameter, and a map over the first two."""
    figures = [
        Figure(
            f"fan-{number}",
            f"Paths as {name} changes",
            "From the first start, all other parameters as they are.",
            partial(_draw_fan, made, name),
        )
        for number, name in enumerate(made.vary)
    ]
    if len(made.vary) > 1:
        first, second = list(made.vary)[:2]
        figures.append(
            Figure(
                "map",
                f"Stable corners over {first} and {second}",
                "All other parameters as they are; the star is the model.",
                partial(_draw_map, made, first, second),
            )
        )
    return figures


def rest_of(found: RestPoints) -> Rest:
    """Take what figures mark of rest points; of continua they would mark one member."""
    kept = np.asarray(found.kind) != "continuum"
    return Rest(
        tuple(own[kept] for own in found.shares), tuple(str(v) for v in found.verdict[kept])
    )


def _flow(made: Evolution) -> Callable[[Sequence[Array]], Sequence[Array]]:
    settings = made.settings
    noise = settings.noise if settings.dynamics == "logit" else None
    return partial(velocities, made.game, dynamics=settings.dynamics, noise=noise)


def _paths(made: Evolution, found: Paths, ended: Paths) -> DrawnPaths:
    """Name where paths end, for figures: what is drawn stops before the slowest have settled."""
    game = made.games[-1][1]
    ends = end_names(game, made.last_rest_points, ended.end, np.asarray(ended.settled))
    times, shares = np.asarray(found.times), found.shares or ()
    return DrawnPaths(game.players, game.actions, times, shares, tuple(ends))


def _draw_portrait(made: Evolution) -> Axes:
    from strategic.reports.figures import evolution as figures

    sizes, rest = made.game.sizes, rest_of(made.rest_points)
    paths = _paths(made, made.drawn, made.ended)
    if sizes == (2, 2, 2):
        return figures.draw_cube(paths, rest)
    if sizes == (2, 2):
        return figures.draw_square(paths, rest, _flow(made))
    if sizes == (3,):
        return figures.draw_triangle(paths, rest)
    return figures.draw_line(made.game.players[0], made.game.actions[0], rest, _flow(made))


def _draw_faces(made: Evolution) -> Axes:
    from strategic.reports.figures.evolution import draw_faces

    rest = rest_of(made.rest_points)
    return draw_faces(made.game.players, made.game.actions, rest, _flow(made))


def _draw_over_time(made: Evolution) -> Axes:
    from strategic.reports.figures.evolution import draw_over_time

    return draw_over_time(_paths(made, made.drawn, made.ended), stages=_stage_times(made))


def _draw_stages(made: Evolution) -> Axes:
    from strategic.reports.figures.evolution import draw_over_time

    start = [own[:1] for own in made.starts]
    paths = _paths(made, made.paths(start, times=made.moments), made.paths(start))
    return draw_over_time(paths, stages=_stage_times(made))


def _draw_each_stage(made: Evolution) -> Axes:
    from strategic.reports.figures.evolution import draw_stages

    game, start = made.game, [own[:1] for own in made.starts]
    begins = [since for since, _ in made.games]
    lengths = np.diff([*begins, made.moments[-1]])
    found = []
    for (_, played), length in zip(made.games, lengths, strict=True):
        times = np.linspace(0.0, float(length), 241)
        run = paths(
            played,
            start,
            times=times,
            dynamics=made.settings.dynamics,
            noise=made.settings.noise,
            seed=made.seed,
        )
        found.append(DrawnPaths(game.players, game.actions, times, run.shares or (), ("",)))
    unnamed = [""] * (len(begins) - len(made.settings.stages))
    names = [*unnamed, *(stage.name for stage in made.settings.stages)]
    return draw_stages(found, [name or f"stage {k}" for k, name in enumerate(names, start=1)])


def _stage_times(made: Evolution) -> list[float]:
    return [since for since, _ in made.games] if len(made.games) > 1 else []


def _draw_basins(made: Evolution, first: int, second: int) -> Axes:
    from strategic.reports.figures.evolution import draw_basins

    game = made.games[-1][1]
    shares = (np.arange(_CELLS) + 0.5) / _CELLS
    grid = np.stack(np.meshgrid(shares, shares, indexing="ij"), axis=-1).reshape(-1, 2)
    starts = [np.full((len(grid), size), 1 / size) for size in game.sizes]
    for column, population in enumerate((first, second)):
        own = grid[:, column]
        starts[population] = np.stack([own, 1 - own], axis=-1)
    found = made.paths(starts)
    ends = end_names(game, made.last_rest_points, found.end, np.asarray(found.settled))
    labels = [share_label(game.players[i], game.actions[i][0]) for i in (first, second)]
    held = [p for i, p in enumerate(game.players) if i not in (first, second)]
    title = f"{', '.join(held)}: equal shares at the start" if held else ""
    table = np.array(ends, dtype=object).reshape(_CELLS, _CELLS)
    return draw_basins(shares, table, *labels, title=title)


def _draw_fan(made: Evolution, name: str) -> Axes:
    from strategic.reports.figures.evolution import draw_fan

    values = made.vary[name]
    start = [own[:1] for own in made.starts]
    found = []
    for value in values:
        changed = made.changed(name, float(value))
        run = changed.paths(start, times=made.moments)
        found.append(_paths(changed, run, changed.paths(start)))
    return draw_fan(found, name, values, stages=_stage_times(made))


def _draw_map(made: Evolution, first: str, second: str) -> Axes:
    from strategic.reports.figures import phase_diagram
    from strategic.sweeps import sweep

    over = {
        name: f"{float(made.vary[name][0])!r}:{float(made.vary[name][-1])!r}:{_CELLS}"
        for name in (first, second)
    }
    return phase_diagram(sweep(made.model, over, "ess"), "ess")
