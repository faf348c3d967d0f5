"""A sweep as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.sweeps import UNDEFINED, meanings, summarise, texts

if TYPE_CHECKING:
    import xarray

LARGEST_SHOWN = 100_000
"""Points up to which the document holds every value."""


def sweep_document(
    dataset: xarray.Dataset, *, out: Path | None = None, seconds: float | None = None
) -> dict[str, Any]:
    """Describe a sweep: axes, a summary of each measure, and the values of a small grid.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep`.
    out : path, optional
        Where it was written; the document then holds no values.
    seconds : float, optional
        How long it took.
    """
    points = int(np.prod(list(dataset.sizes.values())))
    document = {
        "title": dataset.attrs.get("title", ""),
        "points": points,
        "dims": list(map(str, dataset.sizes)),
        "axes": {str(dim): _axis(dataset, dim) for dim in dataset.sizes},
        "measures": summarise(dataset),
        "provenance": provenance(dataset),
    }
    if seconds is not None:
        document["seconds"] = seconds
        document["points_per_second"] = points / max(seconds, 1e-9)
    if out is not None:
        document["out"] = str(out)
    elif points <= LARGEST_SHOWN:
        document["values"] = {str(name): values_of(v) for name, v in dataset.data_vars.items()}
        document["columns"] = {
            str(name): values_of(c)
            for name, c in dataset.coords.items()
            if name not in dataset.dims
        }
    return document


def provenance(dataset: xarray.Dataset) -> dict[str, Any]:
    """Say where a result comes from: version, model, its hash and parameters, seed."""
    told = ("strategic_version", "family", "model", "model_hash", "seed", "axes")
    kept: dict[str, Any] = {name: dataset.attrs[name] for name in told if name in dataset.attrs}
    for name in ("axes", "base_parameters", "mechanisms"):
        if name in dataset.attrs:
            kept[name] = json.loads(dataset.attrs[name])
    return kept


def values_of(variable: xarray.DataArray) -> Any:
    """Write the values of a variable as nested lists; labels as words, undefined as None."""
    if not meanings(variable):
        return variable.values.tolist()
    words = texts(variable)
    words[words == UNDEFINED] = None
    return words.tolist()


def _axis(dataset: xarray.Dataset, dim: Any) -> Any:
    values = dataset[dim].values
    return values.tolist() if len(values) <= LARGEST_SHOWN else {"size": len(values)}
