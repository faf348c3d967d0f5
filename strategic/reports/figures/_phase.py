"""Phase diagram: a measure over two parameters, regions named on the map, boundaries marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.reports.figures import _swept
from strategic.reports.figures._legend import PAPER, add_legend
from strategic.reports.figures.style import INK, ON_PAPER, new_axes, styled
from strategic.reports.looks import UNDEFINED_LOOK, Look
from strategic.reports.words import spoken
from strategic.sweeps import UNDEFINED, Regions, meanings, numbers

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

_NAMED = 0.015
"""Share of the map a region needs to carry its name."""
_FEW, _STEPS = 8, 12
"""Whole numbers that are shown as regions, and steps of colour for more of them."""
NOWHERE = "#dddddd"
"""Undefined or infinite: neither end of a scale of colours."""


@styled
def phase_diagram(
    dataset: xarray.Dataset | Regions,
    measure: str | None = None,
    ax: Axes | None = None,
    *,
    boundaries: xarray.Dataset | Sequence[xarray.Dataset] | Regions = (),
) -> Axes:
    """Draw a measure swept over two parameters.

    Parameters
    ----------
    dataset : xarray.Dataset or Regions
        From `strategic.sweep` with two dimensions, the first of which runs to the right; or from
        `strategic.sweeps.regions`, with exact borders.
    measure : str, optional
        Which one; the first by default. Labels become named regions, and so do few whole numbers;
        many of them become steps of colour, other numbers a colour map with the line where they
        change sign.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    boundaries : Regions, xarray.Dataset or sequence of datasets, optional
        Exact borders instead of the edges of the cells: from `strategic.sweeps.regions`, or from
        `strategic.boundary` along one of the two parameters with a grid of the other (and the other
        way round, for upright lines).

    Returns
    -------
    matplotlib.axes.Axes
        With the model's own place marked by a star where it lies on the map.

    Raises
    ------
    SweepError
        When there are not two dimensions.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": "0:1:5", "relation.penalty": "0:1:5"}
    >>> result = st.sweep(st.load("ai-mier"), over, "surplus")
    >>> phase_diagram(result).get_xlabel().splitlines()[-1]
    'relation.alignment'
    """
    if isinstance(dataset, Regions):
        dataset, boundaries = dataset.dataset, boundaries or dataset
    variable = _swept.chosen(dataset, measure)
    if variable.ndim != 2:
        raise SweepError(
            "a phase diagram needs two dimensions", where=str(variable.name), value=variable.dims
        )
    ax = new_axes(ax, width=7.2, height=4.8)
    right, up = (variable[dim] for dim in variable.dims)
    x, y = right.values.astype(float), up.values.astype(float)
    found, lines = (boundaries, []) if isinstance(boundaries, Regions) else (None, boundaries)
    lines = list(lines) if isinstance(lines, Sequence) else [lines]
    star = model_place(dataset, variable.dims)
    named = _named_values(variable, str(dataset.attrs.get("family", "")))
    if named:
        if found:
            _fill_exactly(ax, found, named)
        else:
            _fill_cells(ax, variable.values, named, x, y)
        if not found and not lines:
            _draw_edges(ax, variable.values, x, y)
        _name_regions(ax, variable.values, named, x, y, star=star)
    elif _swept.is_whole(variable):
        _draw_steps(ax, variable, x, y)
    else:
        _draw_colours(ax, variable, x, y, exact=bool(lines))
    for line in lines:
        _draw_exact(ax, line, str(right.name))
    ends = (_swept.edges(v) if len(v) == 1 else v for v in (x, y))
    ax.set(**{f"{which}lim": (v.min(), v.max()) for which, v in zip("xy", ends, strict=True)})
    _swept.label_axis(ax, "x", right)
    _swept.label_axis(ax, "y", up)
    if star is not None:
        _mark_model(ax, star)
    ax.set_title(_swept.title_of(dataset, variable), loc="left", fontsize=10)
    return ax


def _named_values(variable: xarray.DataArray, kind: str) -> dict[int, tuple[str, Look]]:
    """Give each value that occurs its word and look; empty for what is not a label or a few."""
    if known := meanings(variable):
        looks = _swept.looks(variable, kind)
        return {n: (spoken(known[n]), looks[n]) for n in known if (variable.values == n).any()}
    found = np.unique(variable.values)
    if not _swept.is_whole(variable) or len(found) > _FEW:
        return {}
    counted = found[found != variable.attrs.get("undefined")].tolist()
    named = {
        n: (str(n), Look(shade)) for n, shade in zip(counted, _shades(len(counted)), strict=True)
    }
    undefined = {n: (UNDEFINED, UNDEFINED_LOOK) for n in found.tolist() if n not in named}
    return named | undefined


def _shades(count: int) -> list[str]:
    """Take evenly spaced colours from a scale that runs from dark to light."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(colour) for colour in colormaps["cividis"](np.linspace(0.1, 1, count))]


def _fill_cells(
    ax: Axes, values: Array, named: Mapping[int, tuple[str, Look]], x: Array, y: Array
) -> None:
    from matplotlib.colors import ListedColormap

    present = np.array(sorted(named))
    ax.pcolormesh(
        _swept.edges(x),
        _swept.edges(y),
        np.searchsorted(present, values).T if named else values.T,
        cmap=ListedColormap([named[number][1].colour for number in present.tolist()]),
        vmin=-0.5,
        vmax=len(present) - 0.5,
        rasterized=True,
    )
    for number, (_, look) in named.items():
        if look.hatch and min(values.shape) > 1:
            ax.contourf(x, y, (values == number).T, levels=[0.5, 1], colors="none",
                        hatches=[look.hatch])  # fmt: skip


def _name_regions(
    ax: Axes,
    values: Array,
    named: Mapping[int, tuple[str, Look]],
    x: Array,
    y: Array,
    *,
    star: tuple[float, float] | None,
) -> None:
    """Explain the colours, and write words where they fit."""
    longest = max(len(word) for word, _ in named.values())
    add_legend(ax, dict(named.values()), max(1, min(len(named), 4, 90 // (longest + 6))))
    free = np.ones(values.shape, dtype=bool)
    if star is not None:  # where a name would not cover the model's mark
        aside, apart = np.abs(x - star[0]) > 0.1 * np.ptp(x), np.abs(y - star[1]) > 0.08 * np.ptp(y)
        free = aside[:, None] | apart
    for number, (word, _) in named.items():
        _name_region(ax, (values == number) & free, x, y, word)


def _draw_edges(ax: Axes, values: Array, x: Array, y: Array) -> None:
    """Draw the sides of cells across which the value changes."""
    right, top = _swept.edges(x), _swept.edges(y)
    i, j = np.nonzero(values[1:] != values[:-1])
    upright = [np.stack([right[i + 1], top[j + k]], -1) for k in (0, 1)]
    i, j = np.nonzero(values[:, 1:] != values[:, :-1])
    level = [np.stack([right[i + k], top[j + 1]], -1) for k in (0, 1)]
    _draw_segments(ax, np.concatenate([np.stack(upright, 1), np.stack(level, 1)]))


def _draw_segments(ax: Axes, segments: Array) -> None:
    """Draw all borders in one stroke: where pieces meet, no dot shows."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if not len(segments):
        return
    codes = np.tile([Path.MOVETO, Path.LINETO], len(segments))
    path = Path(segments.reshape(-1, 2), codes)
    drawn = PathPatch(path, fill=False, edgecolor=INK, linewidth=1.3, capstyle="projecting")
    ax.add_patch(drawn).set_gid("borders")


def _fill_exactly(ax: Axes, found: Regions, named: Mapping[int, tuple[str, Look]]) -> None:
    """Fill every region to its border, as one path: no seam shows between its pieces."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for label in found.pieces:
        look = named[label][1] if label in named else UNDEFINED_LOOK
        loops = (Path(np.vstack([p, p[:1]]), closed=True) for p in found.outlines(label))
        whole = Path.make_compound_path(*loops)
        filled = PathPatch(whole, facecolor=look.colour, edgecolor=look.colour, linewidth=0.4)
        ax.add_patch(filled).set_gid(f"region-{label}")
        if look.hatch:
            ax.add_patch(PathPatch(whole, fill=False, edgecolor=INK, linewidth=0, hatch=look.hatch))
    _draw_segments(ax, found.borders)


def _draw_steps(ax: Axes, variable: xarray.DataArray, x: Array, y: Array) -> None:
    """Draw whole numbers in steps of colour, each of as many numbers as the next."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    values = np.ma.masked_invalid(numbers(variable))
    low, high = int(values.min()), int(values.max())
    width = -(-(high - low + 1) // _STEPS)
    starts = np.arange(low, high + width + 1, width)
    mesh = ax.pcolormesh(
        _swept.edges(x), _swept.edges(y), values.T, rasterized=True,
        cmap=ListedColormap(_shades(len(starts) - 1)),
        norm=BoundaryNorm(starts - 0.5, len(starts) - 1),
    )  # fmt: skip
    bar = ax.figure.colorbar(mesh, ax=ax, ticks=starts[:-1] + (width - 1) / 2, drawedges=True)
    ends = [(start, start + width - 1) for start in starts[:-1]]
    bar.ax.set_yticklabels([f"{a}" if a == b else f"{a} to {b}" for a, b in ends])
    bar.set_label(_swept.named(variable))
    ax.set_facecolor(NOWHERE)


def _name_region(ax: Axes, inside: Array, x: Array, y: Array, word: str) -> None:
    """Write a region's name where it has most space, upright where only that fits."""
    if inside.mean() < _NAMED:
        return
    frame = ax.get_window_extent()
    width, height = frame.width / ax.figure.dpi, frame.height / ax.figure.dpi
    cell = (width / len(x), height / len(y))
    space = _space(inside, cell)
    held = np.argwhere(inside)
    away = np.abs((held - held.mean(axis=0)) * cell).sum(axis=1)
    order = np.lexsort((away, -space[inside].round(1)))  # most space first, then near the middle
    needed = 0.08 * len(word) + 0.05
    for turned in (0, 90):
        for i, j in held[order[:: len(order) // 200 + 1]]:
            line, at = (inside[i], j) if turned else (inside[:, j], i)
            outside = np.flatnonzero(~line)
            before = at - outside[outside < at].max(initial=-1)
            after = outside[outside > at].min(initial=len(line)) - at
            # Centred there, a name has twice the way to the nearer end of the stretch.
            share = (2 * min(before, after) - 1) / len(line)
            if share * (height if turned else width) >= needed:
                ax.annotate(
                    word, (x[i], y[j]), ha="center", va="center", fontsize=10, color=ON_PAPER,
                    bbox=PAPER, rotation=turned,
                )  # fmt: skip
                return


def _space(inside: Array, cell: tuple[float, float]) -> Array:
    """Measure how far each cell of a region is from the nearest outside of it or of the map.

    Along one axis first, then, of all cells of the other axis, the nearest in the plane; the one
    function that does so, in `scipy.ndimage`, takes longer to load than all names to be placed.
    """
    marked, (width, height) = np.pad(inside, 1), cell
    places = np.arange(marked.shape[1])
    last = np.maximum.accumulate(np.where(marked, -1, places), axis=1)
    ahead = np.where(marked, 2 * len(places), places)[:, ::-1]
    following = np.minimum.accumulate(ahead, axis=1)[:, ::-1]
    within = (np.minimum(places - last, following - places) * height) ** 2
    nearest = np.full(marked.shape, np.inf)
    across = np.arange(marked.shape[0])
    for row, squares in enumerate(within):
        nearest = np.minimum(nearest, ((across - row) * width)[:, None] ** 2 + squares)
    return np.asarray(np.sqrt(nearest)[1:-1, 1:-1])


def _draw_colours(ax: Axes, variable: xarray.DataArray, x: Array, y: Array, *, exact: bool) -> None:
    values = np.ma.masked_invalid(numbers(variable))
    mesh = ax.pcolormesh(
        _swept.edges(x), _swept.edges(y), values.T, cmap="cividis", rasterized=True
    )
    bar = ax.figure.colorbar(mesh, ax=ax)
    bar.set_label(_swept.named(variable))
    ax.set_facecolor(NOWHERE)
    crosses = values.count() and values.min() < 0 < values.max()
    if crosses and not exact and min(values.shape) > 1:
        line = ax.contour(x, y, values.T, levels=[0.0], colors=["white"], linewidths=1.6)
        ax.clabel(line, fmt={0.0: "0"})


def _draw_exact(ax: Axes, boundaries: xarray.Dataset, right: str) -> None:
    """Draw where changes lie along one axis against the grid of the other, one line per kind."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=3.4, foreground="white")]  # colours below may be as dark
    moved = str(boundaries.attrs["parameter"])
    [other] = [dim for dim in boundaries["at"].dims if dim != "change"]
    held = boundaries[other].values
    for change in range(boundaries.sizes["change"]):
        here = boundaries.isel(change=change)
        kinds = np.stack([here["before"].values, here["after"].values], axis=-1).astype(str)
        for kind in np.unique(kinds, axis=0):
            at = np.where((kinds == kind).all(axis=-1), here["at"].values, np.nan)
            if np.isfinite(at).any():
                pair = (at, held) if moved == right else (held, at)
                ax.plot(*pair, color=INK, linewidth=1.4, solid_capstyle="round", path_effects=halo)


def model_place(dataset: xarray.Dataset, dims: tuple[Any, ...]) -> tuple[float, float] | None:
    """Find the model on the map; None where it lies outside."""
    base = json.loads(dataset.attrs.get("base_parameters", "{}"))
    place = [base.get(str(dim)) for dim in dims]
    inside = [
        isinstance(at, int | float) and dataset[dim].min() <= at <= dataset[dim].max()
        for at, dim in zip(place, dims, strict=True)
    ]
    return (float(place[0]), float(place[1])) if all(inside) else None


def _mark_model(ax: Axes, place: tuple[float, float]) -> None:
    ax.plot(
        *place, marker="*", markersize=13, color="white", markeredgecolor=INK, linestyle="",
        clip_on=False, zorder=5,
    )  # fmt: skip
    across = ax.transAxes.inverted().transform(ax.transData.transform(place))[0]
    left = across > 0.8  # the words would leave the map on the right
    ax.annotate(
        "the model", place, xytext=(-9 if left else 9, 6), ha="right" if left else "left",
        textcoords="offset points", fontsize=8, color=ON_PAPER, bbox=PAPER,
    )  # fmt: skip
