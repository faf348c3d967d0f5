"""Where the numbers of a sweep come from: model, version, grid, and what differs between two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from strategic._version import __version__
from strategic.arrays import Array
from strategic.errors import Problem, StrategicError
from strategic.modelling import Model
from strategic.sweeps.axes import Axis
from strategic.sweeps.grid import Grid
from strategic.sweeps.levers import current


def model_hash(model: Model) -> str:
    """Hash everything a model's numbers depend on, its file's own hash included.

    The payoffs at the model itself stand for formulas that no name tells apart.
    """
    told = {
        "family": model.family.name,
        "parameters": base_parameters(model),
        "mechanisms": _mechanisms(model),
        "path": None if model.path is None else asdict(model.path),
        "payoffs": {name: _payoffs(model, name) for name in model.family.games},
        "file": model.origin.get("sha256", ""),
    }
    return hashlib.sha256(_canonical(told).encode()).hexdigest()


def base_parameters(model: Model) -> dict[str, float]:
    """Every parameter of a model before mechanisms act; NaN where it is unset."""
    return {name: current(model, name) for name in model.family.parameters}


def described(
    grid: Grid, measures: Sequence[str], seed: int, axes: Mapping[str, Any] | None = None
) -> dict[str, str | int]:
    """Make the attributes of a result: enough to run it again and to see what differs."""
    model = grid.model
    return {
        "Conventions": "CF-1.11",
        "title": model.title or model.slug or model.family.title,
        "source": f"strategic {__version__}",
        "strategic_version": __version__,
        "family": model.family.name,
        "model": model.slug,
        "model_hash": model_hash(model),
        "base_parameters": _canonical(base_parameters(model)),
        "mechanisms": _canonical(_mechanisms(model)),
        "axes": _canonical(axes or {axis.name: _axis(axis) for axis in grid.axes}),
        "measures": " ".join(measures),
        "seed": seed,
    }


def differences(old: Mapping[str, Any], new: Mapping[str, Any], file: str) -> list[Problem]:
    """Name what differs between the attributes of a store and those of the sweep at hand."""
    found = [
        Problem(f"the store was made with {was}", where, now, file=file)
        for where, was, now in _unequal(old, new)
    ]
    if not found and old.get("model_hash") != new["model_hash"]:
        rule = "the store was made from another state of the model's file, events or formulas"
        found = [Problem(rule, "model", new["model_hash"], file=file)]
    return found


def _unequal(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    shaped = ("block_shape",) if old.get("axes") == new["axes"] else ()  # it follows the axes
    for key in ("strategic_version", "family", "measures", "seed", *shaped):
        if old.get(key) != new[key]:
            yield key.removeprefix("strategic_"), old.get(key), new[key]
    for key in ("axes", "base_parameters", "mechanisms"):
        was, now = _parsed(old.get(key)), _parsed(new[key])
        for name in [*was, *(name for name in now if name not in was)]:
            if was.get(name, "nothing") != now.get(name, "nothing"):
                yield name, was.get(name, "nothing"), now.get(name, "nothing")
    axes = [list(_parsed(attributes.get("axes"))) for attributes in (old, new)]
    if axes[0] != axes[1] and sorted(axes[0]) == sorted(axes[1]):
        yield "order of axes", axes[0], axes[1]


def _parsed(text: object) -> dict[str, Any]:
    found = json.loads(text) if isinstance(text, str) else {}
    return found if isinstance(found, dict) else dict(found)


def _axis(axis: Axis) -> str:
    """Tell an axis in words, with a short hash of its values."""
    digest = hashlib.sha256()
    for name, values in axis.levers.items():
        digest.update(name.encode() + np.ascontiguousarray(values, dtype="<f8").tobytes())
    for name, column in axis.extra.items():
        digest.update(name.encode() + "\x1f".join(map(str, column)).encode())
    if list(axis.levers) == [axis.name]:
        values = axis.levers[axis.name]
        span = f"{axis.size} from {values[0]:.6g} to {values[-1]:.6g}"
    else:
        span = f"{axis.size} rows of {', '.join(axis.levers)}"
    return f"{span} (sha256 {digest.hexdigest()[:12]})"


def _mechanisms(model: Model) -> list[list[Any]]:
    return [[name, float(np.asarray(intensity))] for name, intensity in model.mechanisms]


def _payoffs(model: Model, name: str) -> list[str]:
    try:
        payoffs = model.game(name).payoffs
    except StrategicError:
        return []
    values: Array = np.concatenate([np.ravel(p) for p in payoffs])
    return [f"{value:.9e}" for value in values]


def _canonical(told: Any) -> str:
    return json.dumps(_plain(told), sort_keys=False, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Replace what strict JSON lacks: NaN by null, infinities by text."""
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
