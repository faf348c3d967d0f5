"""Phase diagram: a measure over two parameters, regions named on the map, boundaries marked."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import SweepError
from strategic.reports.figures.style import INK, ON_PAPER, PALETTE, new_axes
from strategic.sweeps import UNDEFINED, meanings

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

    Array = np.ndarray[Any, Any]

_NAMED = 0.015
"""Share of the map a region needs to carry its name."""
_PAPER = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
"""White under a word, so that it can be read on any colour."""
_HATCHES = ("", "", "", "", "", "", "", "", "//", "\\\\", "..", "xx", "++", "oo", "--", "||")


def phase_diagram(
    dataset: xarray.Dataset,
    measure: str | None = None,
    ax: Axes | None = None,
    *,
    boundaries: xarray.Dataset | Sequence[xarray.Dataset] = (),
) -> Axes:
    """Draw a measure swept over two parameters.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep`, with two dimensions; the first one runs to the right.
    measure : str, optional
        Which one; the first by default. Labels become named regions, numbers a colour map with
        the line where they change sign.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    boundaries : xarray.Dataset or sequence of them, optional
        From `strategic.boundary` along one of the two parameters with a grid of the other (and the
        other way round, for upright lines): exact lines instead of the edges of the cells.

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
    from xarray import Dataset

    variable = chosen(dataset, measure)
    if variable.ndim != 2:
        raise SweepError(
            "a phase diagram needs two dimensions", where=str(variable.name), value=variable.dims
        )
    ax = new_axes(ax, width=7.2, height=4.8)
    x, y = (dataset[dim].values.astype(float) for dim in variable.dims)
    exact = [boundaries] if isinstance(boundaries, Dataset) else list(boundaries)
    star = _model_place(dataset, variable.dims)
    if meanings(variable):
        _draw_regions(ax, variable, x, y, exact=bool(exact), star=star)
    else:
        _draw_colours(ax, variable, x, y, exact=bool(exact))
    for lines in exact:
        _draw_exact(ax, lines, str(variable.dims[0]))
    ax.set(xlim=_ends(x), ylim=_ends(y))
    for axis, dim, values in (("x", variable.dims[0], x), ("y", variable.dims[1], y)):
        label_axis(ax, axis, dataset[dim], values)
    if star is not None:
        _mark_model(ax, star)
    ax.set_title(title_of(dataset, variable), loc="left", fontsize=10)
    return ax


def chosen(dataset: xarray.Dataset, measure: str | None) -> xarray.DataArray:
    """Find the measure to draw; the first one by default.

    Raises
    ------
    SweepError
        When the dataset has no such measure.
    """
    names = [str(name) for name in dataset.data_vars]
    name = names[0] if measure is None and names else measure
    if name not in names:
        raise SweepError("not in this sweep", where="measure", value=name, remedy=f"it has {names}")
    return dataset[name]


def title_of(dataset: xarray.Dataset, variable: xarray.DataArray) -> str:
    """Write the title of a figure: the model, and what is measured in words."""
    meaning = str(variable.attrs.get("long_name") or variable.name).rstrip(".")
    date = str(variable.name).partition("@")[2]
    meaning += f" ({date})" * bool(date)
    subject = str(dataset.attrs.get("title", ""))
    return textwrap.fill(f"{subject}: {meaning}" if subject else meaning, 70)


def label_axis(ax: Axes, which: str, coordinate: xarray.DataArray, values: Array) -> None:
    """Label an axis with meaning and name of its parameter; logarithmic where it is spaced so."""
    meaning = str(coordinate.attrs.get("long_name", "")).rstrip(".")
    unit = str(coordinate.attrs.get("units", "1"))
    shown = f"{coordinate.name}" + (f" [{unit}]" if unit not in ("1", "") else "")
    text = f"{textwrap.fill(meaning, 84 if which == 'x' else 52)}\n{shown}" if meaning else shown
    getattr(ax, f"set_{which}label")(text)
    if is_log(values):
        getattr(ax, f"set_{which}scale")("log")


def is_log(values: Array) -> bool:
    """Whether places are evenly spaced in the logarithm and not evenly themselves."""
    if len(values) < 3 or (values <= 0).any():
        return False
    steps = np.diff(np.log(values))
    return bool(
        np.allclose(steps, steps[0]) and not np.allclose(np.diff(values), values[1] - values[0])
    )


def colours_of(known: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """Give each label its colour and hatch; the same label always looks the same."""
    return {
        number: ("#ffffff", "xxx")
        if word == UNDEFINED
        else (PALETTE[number % len(PALETTE)], _HATCHES[number % len(_HATCHES)])
        for number, word in known.items()
    }


def edges(values: Array) -> Array:
    """Put cell edges half way between places (in the logarithm where they are spaced so)."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    scale = np.log(values) if is_log(values) else values
    middle = (scale[1:] + scale[:-1]) / 2
    first, last = scale[0] - (middle[0] - scale[0]), scale[-1] + (scale[-1] - middle[-1])
    found = np.concatenate([[first], middle, [last]])
    return np.exp(found) if is_log(values) else found


def _ends(values: Array) -> tuple[float, float]:
    if len(values) == 1:
        return float(values[0] - 0.5), float(values[0] + 0.5)
    return float(values.min()), float(values.max())


def _draw_regions(
    ax: Axes,
    variable: xarray.DataArray,
    x: Array,
    y: Array,
    *,
    exact: bool,
    star: tuple[float, float] | None,
) -> None:
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    known = meanings(variable)
    looks = colours_of(known)
    values = variable.values
    present = [number for number in known if (values == number).any()]
    place = np.searchsorted(np.array(present), values) if present else values
    colours = ListedColormap([looks[number][0] for number in present])
    ax.pcolormesh(
        edges(x),
        edges(y),
        place.T,
        cmap=colours,
        vmin=-0.5,
        vmax=len(present) - 0.5,
        alpha=0.85,
        rasterized=True,
    )
    if not exact:
        _draw_edges(ax, values, edges(x), edges(y))
    handles = [
        Patch(facecolor=looks[n][0], hatch=looks[n][1], edgecolor=INK, label=_spoken(known[n]))
        for n in present
    ]
    free = _away_from(star, x, y)
    for number in present:
        _name_region(ax, (values == number) & free, x, y, _spoken(known[number]))
    ax.figure.legend(
        handles=handles, loc="outside lower center", ncols=min(len(handles), 4), frameon=False
    )


def _away_from(star: tuple[float, float] | None, x: Array, y: Array) -> Array:
    """Mark the places where a name would not cover the model's mark."""
    if star is None:
        return np.ones((len(x), len(y)), dtype=bool)
    aside = np.abs(x - star[0]) > 0.1 * np.ptp(x)
    apart = np.abs(y - star[1]) > 0.08 * np.ptp(y)
    return np.asarray(aside[:, None] | apart[None, :])


def _draw_edges(ax: Axes, values: Array, x: Array, y: Array) -> None:
    """Draw the cell sides across which the label changes."""
    from matplotlib.collections import LineCollection

    i, j = np.nonzero(values[1:] != values[:-1])
    upright = np.stack([np.stack([x[i + 1], y[j]], -1), np.stack([x[i + 1], y[j + 1]], -1)], 1)
    i, j = np.nonzero(values[:, 1:] != values[:, :-1])
    level = np.stack([np.stack([x[i], y[j + 1]], -1), np.stack([x[i + 1], y[j + 1]], -1)], 1)
    lines = np.concatenate([upright, level])
    ax.add_collection(
        LineCollection(list(lines), colors=INK, linewidths=1.3, capstyle="projecting"),
        autolim=False,
    )


def _name_region(ax: Axes, inside: Array, x: Array, y: Array, word: str) -> None:
    """Write a region's name where it has most room, upright where only that fits."""
    from scipy.ndimage import distance_transform_edt

    if inside.mean() < _NAMED:
        return
    frame = ax.get_window_extent()
    width, height = frame.width / ax.figure.dpi, frame.height / ax.figure.dpi
    cell = (width / len(x), height / len(y))
    room = distance_transform_edt(np.pad(inside, 1), sampling=cell)[1:-1, 1:-1]
    held = np.argwhere(inside)
    away = np.abs((held - held.mean(axis=0)) * cell).sum(axis=1)
    order = np.lexsort((away, -room[inside].round(1)))  # roomy first, then near the middle
    places = held[order[:: len(order) // 200 + 1]]
    needed = 0.08 * len(word) + 0.05
    for turned in (0, 90):
        for i, j in places:
            line, at = (inside[i], j) if turned else (inside[:, j], i)
            if _clear(line, at) * (height if turned else width) >= needed:
                ax.annotate(
                    word, (x[i], y[j]), ha="center", va="center", fontsize=10, color=ON_PAPER,
                    bbox=_PAPER, rotation=turned,
                )  # fmt: skip
                return


def _clear(inside: Array, place: int) -> float:
    """Length of the stretch around a place, as far as its nearer end, as a share of the line."""
    outside = np.flatnonzero(~inside)
    before = place - outside[outside < place].max(initial=-1)
    after = outside[outside > place].min(initial=len(inside)) - place
    return float(2 * min(before, after) - 1) / len(inside)


def _draw_colours(ax: Axes, variable: xarray.DataArray, x: Array, y: Array, *, exact: bool) -> None:
    values = np.ma.masked_invalid(variable.values.astype(float))
    mesh = ax.pcolormesh(edges(x), edges(y), values.T, cmap="cividis", rasterized=True)
    bar = ax.figure.colorbar(mesh, ax=ax)
    unit = str(variable.attrs.get("units", "1"))
    bar.set_label(f"{variable.name}" + (f" [{unit}]" if unit not in ("1", "") else ""))
    ax.set_facecolor("#dddddd")  # undefined or infinite: neither end of the colours
    crosses = values.count() and values.min() < 0 < values.max()
    if crosses and not exact and min(values.shape) > 1:
        line = ax.contour(x, y, values.T, levels=[0.0], colors=["white"], linewidths=1.6)
        ax.clabel(line, fmt={0.0: "0"})


def _draw_exact(ax: Axes, boundaries: xarray.Dataset, right: str) -> None:
    """Draw where changes lie along one axis against the grid of the other, one line a kind."""
    moved = str(boundaries.attrs["parameter"])
    [other] = [dim for dim in boundaries["at"].dims if dim != "change"]
    held = boundaries[other].values
    for change in range(boundaries.sizes["change"]):
        here = boundaries.isel(change=change)
        kinds = np.stack([here["before"].values, here["after"].values], axis=-1)
        for kind in np.unique(kinds, axis=0):
            at = np.where((kinds == kind).all(axis=-1), here["at"].values, np.nan)
            if np.isfinite(at).any():
                pair = (at, held) if moved == right else (held, at)
                ax.plot(*pair, color=INK, linewidth=1.4, solid_capstyle="round")


def _model_place(dataset: xarray.Dataset, dims: tuple[Any, ...]) -> tuple[float, float] | None:
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
        textcoords="offset points", fontsize=8, color=ON_PAPER, bbox=_PAPER,
    )  # fmt: skip


def _spoken(word: str) -> str:
    return word.replace("_", " ")
