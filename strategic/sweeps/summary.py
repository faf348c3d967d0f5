"""What a sweep found, in a few numbers a measure, however large the grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.sweeps.axes import Array
from strategic.sweeps.files import meanings

if TYPE_CHECKING:
    import xarray

_POINTS = 1_000_000


def summarise(dataset: xarray.Dataset) -> dict[str, dict[str, Any]]:
    """Count the labels and give the range of the numbers of every measure, piece by piece.

    Returns
    -------
    dict
        For a label measure ``counts`` by label; for a number ``smallest``, ``largest``, ``mean`` of
        the finite values (NaN if there are none) and the counts ``undefined`` and ``infinite``.

    Examples
    --------
    >>> import strategic as st
    >>> result = st.sweep(st.load("ai-mier"), {"relation.alignment": "0:1:3"}, "surplus")
    >>> summarise(result)["surplus"]["undefined"]
    0
    """
    return {str(name): _summary(variable) for name, variable in dataset.data_vars.items()}


def _summary(variable: xarray.DataArray) -> dict[str, Any]:
    known = meanings(variable)
    if not known:
        return _of_numbers(variable)
    counts: Counter[int] = Counter()
    for values in _pieces(variable):
        numbers, how_many = np.unique(values, return_counts=True)
        counts.update(dict(zip(numbers.tolist(), how_many.tolist(), strict=True)))
    return {"counts": {word: counts[number] for number, word in known.items() if counts[number]}}


def _of_numbers(variable: xarray.DataArray) -> dict[str, Any]:
    smallest, largest, total = np.inf, -np.inf, 0.0
    finite = undefined = infinite = 0
    for values in _pieces(variable):
        good = values[np.isfinite(values)]
        finite += good.size
        undefined += int(np.isnan(values).sum())
        infinite += int(np.isinf(values).sum())
        if good.size:
            smallest, largest = min(smallest, good.min()), max(largest, good.max())
            total += float(good.sum())
    return {
        "smallest": float(smallest) if finite else np.nan,
        "largest": float(largest) if finite else np.nan,
        "mean": total / finite if finite else np.nan,
        "undefined": undefined,
        "infinite": infinite,
    }


def _pieces(variable: xarray.DataArray) -> Iterator[Array]:
    """Read a variable in slabs of about a million points."""
    if variable.size <= _POINTS:
        yield np.asarray(variable.values)
        return
    length = variable.shape[0]
    step = length * _POINTS // variable.size
    if not step:  # one place of the leading axis is still too much
        for place in range(length):
            yield from _pieces(variable[place])
    for start in range(0, length if step else 0, max(step, 1)):
        yield np.asarray(variable[start : start + step].values)
