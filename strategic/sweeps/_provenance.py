"""Where the numbers of a sweep come from: model, version, grid, and what differs between two."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic._version import __version__
from strategic.errors import Problem, StrategicError
from strategic.modelling import Family, Model
from strategic.modelling.registry import ESTIMATE, look_up
from strategic.papers import references
from strategic.sweeps._axes import Axis
from strategic.sweeps._fingerprint import fingerprint
from strategic.sweeps._grid import Grid
from strategic.sweeps._levers import MECHANISM, current

if TYPE_CHECKING:
    import xarray


_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_ANEW = "make it anew with force"
_HASH_VERSION = 2
"""How code is hashed: stores without this number had hashes that held the package's folder."""
_REMEDIES = {"version": _ANEW}
GAPS = "gaps"
"""Attribute of a store that was merged with gaps: its points that have no value."""


def described(
    grid: Grid, measures: Sequence[str], seed: int, axes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Make the attributes of a result: enough to run it again and to see what differs."""
    model = grid.model
    base = {name: current(model, name) for name in model.family.parameters}
    mechanisms = [[name, float(np.asarray(intensity))] for name, intensity in model.mechanisms]
    return {
        "Conventions": "CF-1.11",
        "title": model.title or model.slug or model.family.title,
        "source": f"strategic {__version__}",
        "strategic_version": __version__,
        "python_version": _PYTHON,
        "family": model.family.name,
        "model": model.slug,
        "model_hash": _model_hash(model, base, mechanisms),
        "base_parameters": _canonical(base),
        "mechanisms": _canonical(mechanisms),
        "axes": _canonical(axes) if axes else axes_text(grid.axes),
        "measures": " ".join(measures),
        "references": " ".join(references(*map(model.family.measure, measures)).keys),
        "code_hash": _code_hash(grid, measures),
        "hash_version": _HASH_VERSION,
        "seed": seed,
    }


def axes_text(axes: Sequence[Axis]) -> str:
    """Tell axes in words, each with a hash of its values."""
    return _canonical({axis.name: _axis(axis) for axis in axes})


def _model_hash(model: Model, base: Mapping[str, float], mechanisms: list[list[Any]]) -> str:
    """Hash everything a model's numbers depend on, code and formulas included, comments not."""
    payoffs: dict[str, list[str]] = {}
    for name in model.family.games:
        try:
            tables = [np.ravel(table) for table in model.game(name).payoffs]
        except StrategicError:
            tables = [np.zeros(0)]
        # Payoffs at the model itself tell formulas apart; nine digits, as the last ones may
        # differ between machines.
        payoffs[name] = [f"{value:.9e}" for value in np.concatenate(tables)]
    content = {
        "family": model.family.name,
        "parameters": base,
        "mechanisms": mechanisms,
        "path": _path(model),
        "payoffs": payoffs,
        "code": _code_of(model),
    }
    # What is estimated from data is no measure of a grid, so a study changes no number of it.
    parts = {name: asdict(part) for name, part in model.parts.items() if name != ESTIMATE}
    if parts:
        content["parts"] = parts
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _code_of(model: Model) -> str:
    """Hash the games of a model, its rule between parameters, and its mechanisms."""
    family = model.family
    return _hash_of(family)(family, (), tuple(name for name, _ in model.mechanisms))


def _code_hash(grid: Grid, measures: Sequence[str]) -> str:
    """Hash the functions of the measures, and of the mechanisms that the grid moves."""
    family = grid.model.family
    levers = [name for axis in grid.axes for name in axis.levers if name.startswith(MECHANISM)]
    moved = tuple(name.removeprefix(MECHANISM) for name in levers)
    return _hash_of(family)(family, tuple(measures), moved)


def _hash_of(family: Family) -> Callable[[Family, tuple[str, ...], tuple[str, ...]], str]:
    # The code of this package stays as it is while it runs, and there is a lot of it.
    ours = family.home.startswith("strategic.") and look_up(family.home) is family
    return _kept_hash if ours else _hash


def _hash(family: Family, measures: tuple[str, ...], mechanisms: tuple[str, ...]) -> str:
    """Hash the functions of measures, or those of the games and the rule where none are named.

    It does not depend on the order of the measures.
    """
    functions = sorted(fingerprint(name, family.measure(name).function) for name in measures)
    base = () if measures else (dict(family.games), family.rule)
    return fingerprint(functions, base, [family.mechanism(m).operate for m in mechanisms])


_kept_hash = cache(_hash)


def _path(model: Model) -> dict[str, Any] | None:
    """Spell the dated events out, the flags of the family apart from effects of some size."""
    if model.path is None:
        return None
    flags = [field.name for field in model.family.event_fields if field.flag]
    path = asdict(model.path)
    for event in path["events"]:
        effects, values = event.pop("effects"), event.pop("set")
        event["effects"] = {name: size for name, size in effects.items() if name not in flags}
        event |= {**{flag: bool(effects.get(flag)) for flag in flags}, "set": values}
    return path


def provenance(dataset: xarray.Dataset) -> dict[str, Any]:
    """Say where a result comes from: version, model, its hash and parameters, seed, axes.

    Examples
    --------
    >>> import strategic as st
    >>> found = provenance(st.sweep(st.load("hawk-dove"), {"harm": "1:4:4"}, "equilibrium_count"))
    >>> found["model"], found["axes"], found["seed"]
    ('hawk-dove', {'harm': '4 from 1 to 4 (sha256 6f7123dd9506)'}, 0)
    """
    names = ("strategic_version", "family", "model", "model_hash", "seed", "axes")
    kept: dict[str, Any] = {name: dataset.attrs[name] for name in names if name in dataset.attrs}
    for name in ("axes", "base_parameters", "mechanisms"):
        if name in dataset.attrs:
            kept[name] = json.loads(dataset.attrs[name])
    return kept


def differences(old: Mapping[str, Any], new: Mapping[str, Any], file: str) -> list[Problem]:
    """Name what differs between the attributes of a store and those of the sweep at hand."""
    unequal = [
        (key.removeprefix("strategic_"), old.get(key), new[key])
        for key in ("strategic_version", "family", "measures", "seed", "block_shape")
        # The shape of blocks follows the axes: where these differ, it is no news.
        if old.get(key) != new[key] and (key != "block_shape" or old.get("axes") == new["axes"])
    ]
    for key in ("axes", "base_parameters", "mechanisms"):
        was, now = _parsed(old.get(key)), _parsed(new[key])
        for name in [*was, *(name for name in now if name not in was)]:
            pair = was.get(name, "nothing"), now.get(name, "nothing")
            if pair[0] != pair[1]:
                unequal.append((name, *pair))
    if gaps := old.get(GAPS):
        remedy = "fill them with grow"
        return [Problem(f"the store has no value at {gaps} points", remedy=remedy, file=file)]
    first, second = (list(_parsed(attributes.get("axes"))) for attributes in (old, new))
    if first != second and sorted(first) == sorted(second):
        unequal.append(("order of axes", first, second))
    if unequal:
        return [
            Problem(f"the store was made with {was}", name, now, _REMEDIES.get(name, ""), file)
            for name, was, now in unequal
        ]
    if old.get("hash_version") != new.get("hash_version"):
        rule = "the store was made when hashes of code depended on where the package is installed"
        return [Problem(rule, remedy=_ANEW, file=file)]
    made = "the store was made from another state of"
    states = {
        "model_hash": ("model", "the model's file, events, formulas or functions"),
        "code_hash": ("measures", "the functions that measure"),
    }
    found = [
        Problem(f"{made} {what}", where, new[key], _ANEW, file)
        for key, (where, what) in states.items()
        if old.get(key) != new[key]
    ]
    theirs, ours = old.get("python_version"), new.get("python_version")
    if found and theirs != ours:  # bytecode differs, whatever it computes
        rule = f"the store was made with Python {theirs}, whose functions are not told from ours"
        return [Problem(rule, "python", ours, f"use Python {theirs}", file=file)]
    return found


def _parsed(text: object) -> dict[str, Any]:
    """Read a mapping, or a list of pairs, that `_canonical` wrote."""
    return dict(json.loads(text)) if isinstance(text, str) else {}


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


def _canonical(content: Any) -> str:
    return json.dumps(_plain(content), sort_keys=False, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Replace what strict JSON lacks: NaN by null, infinities by text."""
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
