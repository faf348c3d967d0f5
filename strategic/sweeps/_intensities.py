"""Mechanisms over all their intensities: curves of measures, and where outcomes flip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import ParameterError
from strategic.modelling import Measure, Model, Points
from strategic.papers import Cited
from strategic.sweeps._bisection import Brackets, Sides, brackets_of, narrow_all
from strategic.sweeps._levers import single
from strategic.whole_numbers import check_whole

INTENSITIES = 21
"""Intensities tried by default, evenly spaced from 0 to 1."""
PRECISION = 1e-6
"""Largest error of the intensity of a flip."""


@dataclass(frozen=True)
class Flip:
    """An intensity at which a mechanism turns an outcome into another.

    Parameters
    ----------
    mechanism, measure : str
        Names.
    at : float
        The intensity, to within `PRECISION`.
    before, after : value
        The measure at intensities just below and just above, as users read it.

    Examples
    --------
    >>> print(Flip("delegation", "kind", 0.25, "capture", "cooperation"))
    delegation from 0.25: kind capture to cooperation
    """

    mechanism: str
    measure: str
    at: float
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.mechanism} from {self.at:.3g}: {self.measure} {self.before} to {self.after}"


@dataclass(frozen=True, eq=False, repr=False)
class Intensities(Cited):
    """Several mechanisms, each alone, at intensities from 0 to 1.

    Parameters
    ----------
    mechanisms : list of str
        Names.
    intensities : ndarray, ``(intensities,)``
        Those tried.
    allowed : ndarray of bool, ``(mechanisms, intensities)``
        Where the changed parameters are within their ranges and rules.
    curves : mapping of str to ndarray, ``(mechanisms, intensities)``
        Every measure by name, as computed; undefined where it is not allowed.
    flips : list of Flip
        By mechanism, measure and intensity.
    settings : list of mapping of str to ndarray, ``(intensities,)``
        For each mechanism the values of the parameters it sets.
    measures : tuple of Measure
        What the curves and flips are of.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> kind = model.family.measure("relationship_type")
    >>> along_intensities(model, ["collaborative_forum"], [kind], [kind])
    <Intensities: 1 mechanisms at 21 intensities, 2 flips>
    """

    mechanisms: list[str]
    intensities: Array
    allowed: Array
    curves: Mapping[str, Array]
    flips: list[Flip]
    settings: list[dict[str, Array]]
    measures: tuple[Measure, ...] = ()

    def behind(self) -> tuple[Measure, ...]:
        """Name the measures."""
        return self.measures

    def __repr__(self) -> str:
        tried = f"{len(self.mechanisms)} mechanisms at {len(self.intensities)} intensities"
        return f"<Intensities: {tried}, {len(self.flips)} flips>"

    def of(self, mechanism: str, measure: str) -> Array:
        """Return one curve."""
        return np.asarray(self.curves[measure][self.mechanisms.index(mechanism)])

    def flips_of(self, mechanism: str, *measures: str) -> list[Flip]:
        """Return the flips of one mechanism, of all measures or of those named."""
        return [
            flip
            for flip in self.flips
            if flip.mechanism == mechanism and (not measures or flip.measure in measures)
        ]


def along_intensities(
    model: Model,
    mechanisms: Sequence[str],
    measures: Sequence[Measure],
    outcomes: Sequence[Measure] = (),
    *,
    count: int = INTENSITIES,
) -> Intensities:
    """Apply every mechanism alone at intensities from 0 to 1, and find where outcomes flip.

    All intensities of all mechanisms are measured in one evaluation, and all flips bisected
    together.

    Parameters
    ----------
    model : Model
        A single model; its own mechanisms stay in force.
    mechanisms : sequence of str
        Names.
    measures : sequence of Measure
        What the curves are of.
    outcomes : sequence of Measure
        Labels and whole numbers whose flips are found. Two flips closer together than the
        intensities tried may both be missed.
    count : int
        Number of intensities.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> kind = model.family.measure("relationship_type")
    >>> found = along_intensities(model, ["collaborative_forum"], [kind], [kind])
    >>> [(round(flip.at, 3), flip.after) for flip in found.flips]
    [(0.273, 'capture'), (0.573, 'cooperation')]
    """
    check_whole(count=count)
    model, grid, base = single(model), np.linspace(0, 1, count), model.points
    parts, usable = [], np.ones(len(mechanisms), dtype=bool)
    for number, name in enumerate(mechanisms):
        try:
            parts.append(model.with_mechanism(name, grid).points)
        except ParameterError:  # it breaks a rule at every intensity
            parts.append(base)
            usable[number] = False
    points = _joined([*parts, base], [count] * len(parts) + [1])
    computed = {one.name: one.compute(points)[:-1] for one in [*measures, *outcomes]}
    shape = len(mechanisms), count
    curves = {name: values.reshape(shape) for name, values in computed.items()}
    allowed = points.valid[:-1].reshape(shape) & usable[:, None]
    watched = [Sides(one) for one in outcomes]
    flips = _flips(model, mechanisms, watched, _changes(watched, curves, grid, allowed))
    settings = [
        {
            parameter: np.broadcast_to(part[parameter], count)
            for parameter in model.family.mechanism(name).operate(base, 0.5)
        }
        for name, part in zip(mechanisms, parts, strict=True)
    ]
    measured = (*measures, *outcomes)
    return Intensities(list(mechanisms), grid, allowed, curves, flips, settings, measured)


def _joined(parts: Sequence[Points], counts: Sequence[int]) -> Points:
    """Put points in a row; a single one stands for as many as are counted."""
    first, values = parts[0], {}
    for name in first:
        columns = [part[name] for part in parts]
        same = all(
            not c.ndim and (c == first[name] or np.isnan([c, first[name]]).all()) for c in columns
        )
        # What does not vary stays a single number, and is computed only once.
        values[name] = first[name] if same else _row(columns, counts)
    return Points(
        values,
        path=first.path,
        valid=_row([part.valid for part in parts], counts),
        parts=first.parts,
        variants={
            name: _joined([part.variants[name] for part in parts], counts)
            for name in first.variants
        },
        own=first.own,
    )


def _row(columns: Sequence[Array], counts: Sequence[int]) -> Array:
    return np.concatenate([np.broadcast_to(c, n) for c, n in zip(columns, counts, strict=True)])


def _changes(
    watched: Sequence[Sides], curves: Mapping[str, Array], grid: Array, allowed: Array
) -> Brackets:
    """Bracket all changes of outcomes between neighbouring intensities that are allowed.

    The number of a search is that of its outcome times the number of mechanisms, plus its
    mechanism's.
    """
    if not watched:
        return brackets_of([], [], [], [], [])
    sides = np.array([one.read(curves[one.measure.name]) for one in watched])
    differs = (sides[..., 1:] != sides[..., :-1]) & allowed[:, 1:] & allowed[:, :-1]
    of, which, gap = np.nonzero(differs)
    ends = sides[of, which, gap], sides[of, which, gap + 1]
    return brackets_of(of * len(allowed) + which, grid[gap], grid[gap + 1], *ends)


def _flips(
    model: Model, mechanisms: Sequence[str], watched: Sequence[Sides], brackets: Brackets
) -> list[Flip]:
    """Bisect all changes of outcomes together."""
    size = len(mechanisms)

    def side_at(search: Array, intensity: Array) -> Array:
        of, which = divmod(search, size)
        used = np.unique(which)
        mine = [np.flatnonzero(which == number) for number in used]
        parts = [
            model.with_mechanism(mechanisms[number], intensity[rows]).points
            for number, rows in zip(used, mine, strict=True)
        ]
        points, rows = _joined(parts, list(map(len, mine))), np.concatenate(mine)
        found = np.empty(len(search), dtype=int)
        for number in np.unique(of):
            asked = of[rows] == number
            side = watched[number].read(watched[number].measure.compute(points))
            found[rows[asked]] = side[asked]
        return found

    found = narrow_all(brackets, side_at, PRECISION)
    flips = []
    for one in found[np.lexsort((found.near, found.search // size, found.search % size))]:
        measure, name = watched[one.search // size].measure, mechanisms[one.search % size]
        before, after = (measure.decode(np.asarray(side)) for side in (one.before, one.after))
        flips.append(Flip(name, measure.name, float(one.near + one.far) / 2, before, after))
    return flips
