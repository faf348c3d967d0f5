"""The verb `sensitivity`: which parameters a measure depends on, together and one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Measure, Model
from strategic.papers import references
from strategic.sobol import sobol_points
from strategic.sweeps._axes import Over, Range, ranges_of
from strategic.sweeps._evaluate import evaluate
from strategic.sweeps._grid import Grid
from strategic.sweeps._layout import measure_attributes
from strategic.sweeps._levers import check_values, current, lever, single
from strategic.sweeps._provenance import described
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import xarray

DRAWS = 4096
_RESAMPLES = 200
_SHAKE = 2.0**-40
"""How far parameters are shaken to see rounding at work, relative to their values."""
_MARGIN = 8.0
_FLAT = 1e-12
"""Variance relative to the mean square, below which a resample is constant but for rounding."""
ALONG = 33
"""Values of each parameter in the one-at-a-time study; the ends of its range among them."""


def sensitivity(
    model: Model, over: Over, measure: str, *, draws: int = DRAWS, seed: int = 0
) -> xarray.Dataset:
    """Study how a measure depends on parameters over stated ranges.

    Parameters
    ----------
    model : Model
        A single model; what the ranges do not move keeps its values.
    over : mapping or sequence of str
        Ranges by parameter name: ``(low, high)`` or texts ``"LO:HI"``, ``"LO:HI:log"``; or
        ``NAME=LO:HI`` texts.
    measure : str
        A label measure is studied through the indicator of each of its values.
    draws : int
        Sobol points, a power of two; the measure is evaluated ``draws * (parameters + 2)`` times.
    seed : int
        Of the random shift of the points and of the bootstrap.

    Returns
    -------
    xarray.Dataset
        Along ``parameter`` and ``output`` (the measure, or its labels): Sobol indices ``first`` and
        ``total`` with bootstrap standard errors ``first_error`` and ``total_error``; ``mean`` and
        ``variance`` of each output, and whether it is ``constant`` but for rounding:
        its variance is then 0 and there are no shares of it. Along ``parameter`` alone, one at a
        time: the measure at the ends of each range (``low``, ``high``) with the others held, its
        ``smallest`` and ``largest`` value in between, and ``changed``, the share of the range where
        it differs from ``base``, the model itself.
        The attribute ``finite`` is the share of draws with a defined and finite value; below 1 the
        indices of a number are undefined, and an undefined label counts as none of the labels.

    Raises
    ------
    SweepError, MeasureError
        When names, ranges or the number of draws do not fit.

    References
    ----------
    Saltelli, A., Annoni, P., Azzini, I., Campolongo, F., Ratto, M. and Tarantola, S. (2010).
    Variance based sensitivity analysis of model output: design and estimator for the total
    sensitivity index. Computer Physics Communications 181, 259-270.

    Examples
    --------
    >>> import strategic as st
    >>> found = sensitivity(
    ...     st.load("ai-mier"),
    ...     {"relation.alignment": (0, 1), "relation.penalty": (0, 1)},
    ...     "surplus",
    ...     draws=256,
    ... )
    >>> found["total"].sel(output="surplus", parameter="relation.alignment").round(1).item()
    0.4
    """
    check_whole(draws=draws, seed=seed)
    import xarray

    if draws < 2 or draws & (draws - 1):
        raise SweepError("must be a power of two, at least 2", where="draws", value=draws)
    ranges = ranges_of(over)
    if not ranges:
        raise SweepError("nothing to vary", where="over", remedy="name at least one parameter")
    check_values(single(model), [(moved.name, (moved.lower, moved.upper)) for moved in ranges])
    studied = model.family.measure(measure)
    outputs, finite, shares = _sobol(model, studied, ranges, draws=draws, seed=seed)
    alone = _one_at_a_time(model, studied, ranges)
    if studied.kind != "label" and shares["constant"][1].all():
        alone["changed"] = "parameter", np.zeros(len(ranges))
    data = shares | alone
    coordinates: dict[str, Any] = {
        "parameter": [moved.name for moved in ranges],
        "output": list(outputs),
        "lower": ("parameter", [moved.lower for moved in ranges]),
        "upper": ("parameter", [moved.upper for moved in ranges]),
        "current": ("parameter", [current(model, moved.name) for moved in ranges]),
    }
    spans = {m.name: f"{m.lower:g} to {m.upper:g}{' (log)' * m.log}" for m in ranges}
    attributes = described(Grid(model, ()), [measure], seed, axes=spans)
    used = references(model.family.measure(measure), sensitivity, sobol_points)
    attributes["references"] = " ".join(used.keys)
    attributes |= {"measure": measure, "draws": draws, "finite": finite}
    return xarray.Dataset(data, coordinates, attributes)


def _sobol(
    model: Model, measure: Measure, ranges: Sequence[Range], *, draws: int, seed: int
) -> tuple[tuple[str, ...], float, dict[str, Any]]:
    """Estimate Sobol indices; give the outputs, the share of finite draws, and the columns.

    Saltelli's first-order and Jansen's total estimator on Sobol points with a random shift
    (Saltelli et al. 2010, Variance based sensitivity analysis of model output).
    """
    from scipy.stats import sobol_indices as estimate

    designs = list(_designs(len(ranges), draws, seed))
    values = [_numbers(model, measure, _at_shares(model, ranges, design)) for design in designs]
    finite = float(np.mean([np.isfinite(v).mean() for v in values]))
    power = 0
    if measure.kind == "label":
        every = np.concatenate(values)
        present = np.unique(every[np.isfinite(every)])  # "undefined" is no label
        outputs = tuple(measure.labels[int(number)] for number in present)
        tables = [(v[None, :] == present[:, None]).astype(float) for v in values]
    else:
        # In a unit in which squares neither underflow nor overflow.
        every = np.concatenate(values)
        power = int(np.frexp(np.abs(every[np.isfinite(every)]).max(initial=0.0))[1])
        outputs, tables = (measure.name,), [np.ldexp(v, -power)[None, :] for v in values]
    # Outputs first, points last; ``ab`` has one more leading axis, the parameter taken from ``b``.
    a, b, ab = tables[0], tables[1], np.stack(tables[2:])
    # scipy fails on the scalar that one output of one parameter becomes: every output stands twice.
    twice = {n: np.concatenate([t, t], axis=-2) for n, t in (("f_A", a), ("f_B", b), ("f_AB", ab))}
    both = np.concatenate([a, b], axis=1)
    with np.errstate(all="ignore"):  # outputs that do not vary give 0/0: undefined, as they are
        found = estimate(func=twice, n=draws) if outputs else None
        errors = _errors(a, b, ab, seed)
        spread = np.ptp(np.concatenate([both, *ab], axis=1), axis=1)
        rounding = _rounding(model, measure, ranges, designs[0], values)
        constant = spread <= np.ldexp(rounding, -power)
        mean, variance = both.mean(axis=1), np.where(constant, 0.0, both.var(axis=1))
    varies = np.isfinite(variance) & (variance > 0)
    estimates = (*((found.first_order, found.total_order) if found else errors), *errors)
    indices = {"first": "first-order Sobol index", "total": "total Sobol index"}
    names = {**indices, "first_error": "standard error", "total_error": "standard error"}
    columns: dict[str, Any] = {}
    for name, table in zip(names, estimates, strict=True):
        rows = np.reshape(table, (-1, len(ranges)))[: len(outputs)]
        shares = np.where(varies[:, None], rows, np.nan)
        columns[name] = ("output", "parameter"), shares, {"long_name": names[name], "units": "1"}
    with np.errstate(over="ignore", under="ignore"):
        mean, variance = np.ldexp(mean, power), np.ldexp(variance, 2 * power)
    moments = {"mean": mean, "variance": variance, "constant": constant}
    return outputs, finite, columns | {name: ("output", row) for name, row in moments.items()}


def _numbers(model: Model, measure: Measure, changes: dict[str, Array]) -> Array:
    """Measure points as doubles, NaN where the measure is undefined, whatever its kind."""
    return measure.numbers(evaluate(model, [measure], changes)[0][measure.name])


def _rounding(
    model: Model, measure: Measure, ranges: Sequence[Range], shares: Array, values: Sequence[Array]
) -> float:
    """Bound by how much rounding alone may move a measure.

    The last digits of the parameters are shaken, which draws every rounding error anew. A measure
    that varies at all over its ranges moves far less under this than over the ranges; one that
    is constant moves as much. No bound relative to the values would do: differences of large
    numbers may be noise around zero.
    """
    if measure.kind != "float":
        return 0.0
    here = _at_shares(model, ranges, shares)
    shaken = {}
    for moved in ranges:
        inwards = np.where(here[moved.name] > (moved.lower + moved.upper) / 2, -1, 1)
        inwards *= np.where(here[moved.name] < 0, -1, 1)
        whole = lever(model.family, moved.name).integer
        shaken[moved.name] = here[moved.name] * (1 + (0.0 if whole else _SHAKE) * inwards)
    change = np.abs(_numbers(model, measure, shaken) - values[0]).max()
    last_digits = np.finfo(float).eps * np.abs(np.concatenate(values)).max()
    return _MARGIN * float(max(change, last_digits))


def _at_shares(model: Model, ranges: Sequence[Range], shares: Array) -> dict[str, Array]:
    """Turn shares in [0, 1), one row per range, into values of the levers.

    A whole number takes each value of its range equally often.
    """
    values = {}
    for moved, share in zip(ranges, shares, strict=True):
        if lever(model.family, moved.name).integer:
            count = np.floor(moved.upper) - np.ceil(moved.lower) + 1
            values[moved.name] = np.ceil(moved.lower) + np.floor(share * count)
        else:
            values[moved.name] = moved.at(share)
    return values


def _designs(count: int, draws: int, seed: int) -> Iterator[Array]:
    """Make the two samples, then the first with each row taken from the second in turn."""
    plain = sobol_points(draws, 2 * count)
    # A random shift (Cranley and Patterson 1976) keeps the even spread, and each point is uniform.
    shift = np.random.Generator(np.random.PCG64(seed)).random(2 * count)
    both = ((plain + shift) % 1.0).T
    a, b = both[:count], both[count:]
    yield a
    yield b
    for row in range(count):
        yield np.concatenate([a[:row], b[row : row + 1], a[row + 1 :]])


def _errors(a: Array, b: Array, ab: Array, seed: int) -> tuple[Array, Array]:
    """Estimate standard errors by drawing the points again with replacement."""
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    middle = np.concatenate([a, b], axis=1).mean(axis=1, keepdims=True)
    a, b, ab = a - middle, b - middle, ab - middle
    # Both estimators are ratios of means over the points, so a resample is a vector of weights.
    value, square = (a + b) / 2, (a**2 + b**2) / 2
    explained, left = b * (ab - a), 0.5 * (a - ab) ** 2  # Saltelli 2010; Jansen 1999
    draws = a.shape[1]
    first, total = [], []
    for _ in range(_RESAMPLES):
        weight = np.bincount(rng.integers(draws, size=draws), minlength=draws) / draws
        variance = square @ weight - (value @ weight) ** 2
        # A resample may miss every draw of a rare label: it says nothing about shares of variance.
        variance = np.where(variance > _FLAT * (square @ weight), variance, np.nan)
        first.append(explained @ weight / variance)
        total.append(left @ weight / variance)
    return _deviation(first), _deviation(total)


def _deviation(resampled: list[Array]) -> Array:
    """Take the standard deviation over the resamples that say something; NaN where none does."""
    drawn = np.array(resampled)
    said = np.isfinite(drawn)
    count = said.sum(axis=0)
    mean = np.where(said, drawn, 0).sum(axis=0) / count
    square = np.where(said, (drawn - mean) ** 2, 0).sum(axis=0) / count
    return np.asarray(np.sqrt(square).T)


def _one_at_a_time(model: Model, measure: Measure, ranges: Sequence[Range]) -> dict[str, Any]:
    """Measure the model along each range, the other parameters held (a tornado)."""

    def measured(name: str, values: Array) -> Array:
        return evaluate(model, [measure], {name: values})[0][measure.name]

    base = measured(ranges[0].name, np.array([current(model, ranges[0].name)]))[0]
    rows = []
    for moved in ranges:
        values = moved.at(np.linspace(0, 1, ALONG))
        if lever(model.family, moved.name).integer:
            values = np.clip(np.round(values), np.ceil(moved.lower), np.floor(moved.upper))
        rows.append(measured(moved.name, values))
    along = np.array(rows)
    numbers, own = measure.numbers(along), measure.numbers(base)
    with np.errstate(invalid="ignore"):
        close = np.abs(numbers - own) <= _SHAKE * np.maximum(np.abs(numbers), np.abs(own))
    same = (along == base) | (np.isnan(numbers) & np.isnan(own))
    if measure.kind == "float":
        same |= close & np.isfinite(numbers)
    if measure.kind == "label":
        numbers = np.full(along.shape, np.nan)
    attrs = measure_attributes(measure)
    return {
        "base": ((), base, attrs),
        "low": ("parameter", along[:, 0], attrs),
        "high": ("parameter", along[:, -1], attrs),
        "smallest": ("parameter", numbers.min(axis=1)),
        "largest": ("parameter", numbers.max(axis=1)),
        "changed": ("parameter", 1 - same.mean(axis=1)),
    }
