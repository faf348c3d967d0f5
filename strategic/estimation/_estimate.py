"""The one entry: from models and a table of observed behaviour to estimates."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

from strategic.blocks import keep_freed_memory
from strategic.errors import MethodError
from strategic.estimation._ways import Request, Way, way_of
from strategic.estimation.estimates import Estimates
from strategic.estimation.observations import Data, read_observations
from strategic.estimation.parts import Part
from strategic.estimation.study import completed
from strategic.executors import NothingSent, runs_on
from strategic.modelling import Model
from strategic.whole_numbers import check_whole

_INPUTS = ("free", "formulas", "strategies")
"""What only some ways of play read."""


def estimate(
    model: Model | Mapping[str, Model],
    data: Data = None,
    *,
    play: str | None = None,
    free: Sequence[str] | None = None,
    by: str | None = None,
    cluster: str | None = None,
    bootstrap: int | None = None,
    seed: int | None = None,
    strategies: str | None = None,
    formulas: Mapping[str, str] | None = None,
    executor: Executor | None = None,
    **options: Any,
) -> Estimates:
    """Estimate the numbers of a model from observed behaviour.

    What is not given is as the ``[estimate]`` block of the model's file states it, if it has one.

    Parameters
    ----------
    model : Model, or mapping of str to Model
        The game that was played; several by the names that the column ``game`` has.
    data : csv file, data frame, or mapping of columns
        One row per choice or count; see `strategic.estimation.WAYS` for the columns.
    play : str
        The way of play: ``logit`` (the default), ``strategies``, ...
    free : sequence of str
        Parameters of the model to be estimated besides.
    by : str, optional
        Column by which the data are divided; each part gets numbers of its own.
    cluster : str, optional
        Column of independent units, such as subjects or sessions.
    bootstrap, seed : int
        Bootstrap samples of units, and their seed.
    strategies : str
        For ``strategies``: names as in tournaments, separated by commas.
    formulas : mapping of str to str, optional
        Parameters that are linear predictors of columns, such as ``{"base": "income + size"}``.
    executor : concurrent.futures.Executor, optional
        Where bootstrap samples, or groups, are fitted, such as what `strategic.cluster` opens; the
        numbers are the same. A single fit is one search, which is not divided: a warning says so.
    **options
        Options of the way of play; see ``WAYS[play].options``.

    Returns
    -------
    Estimates

    Raises
    ------
    FileError
        When the data lack a column, or an entry cannot be read.
    MethodError
        When the way of play is unknown or does not fit the model.

    Examples
    --------
    >>> import strategic as st
    >>> counts = {"player": ["row", "column"] * 2, "action": ["1", "1", "2", "2"],
    ...           "count": [70, 40, 30, 60]}
    >>> found = estimate(st.load("matching-pennies"), counts, play="strategies")
    Traceback (most recent call last):
    ...
    strategic.errors.FileError: data: needs a column 'subject' or 'id'; ...
    """
    check_whole(bootstrap=bootstrap, seed=seed)
    keep_freed_memory()  # tables of a megabyte come and go
    models = dict(model) if isinstance(model, Mapping) else {"": model}
    if not models:
        raise MethodError("needs at least one game", where="model")
    models, asked = completed(
        models, data=data, play=play, free=free, by=by, cluster=cluster, bootstrap=bootstrap,
        seed=seed, strategies=strategies, formulas=formulas, options=options,
    )  # fmt: skip
    play, by, table = asked.pop("play"), asked.pop("by"), read_observations(asked.pop("data"))
    way = way_of(play, next(iter(models.values())).family)
    way.check(asked["options"], **{name: asked[name] for name in _INPUTS})
    if asked["bootstrap"] is not None and (asked["bootstrap"] < 0 or asked["bootstrap"] == 1):
        rule = "must be 0, or at least 2 samples"
        raise MethodError(rule, where="bootstrap", value=asked["bootstrap"])
    request = Request(models, table, **{**asked, "free": tuple(asked["free"])}, executor=executor)
    used = runs_on(executor)
    parts = way.groups(request, by)
    if executor is not None and runs_on(executor) == used:
        told = "nothing was sent away: a fit is one search; bootstrap samples and groups are apart"
        warnings.warn(told, NothingSent, stacklevel=2)
    told = next((part.errors for part in parts.values() if part.errors), "")
    return Estimates(
        play,
        parts,
        told or _errors(way, request.cluster, request.bootstrap),
        _settings(request, by),
        models,
        _pool(request, by, way, parts),
        table.guesses(),
    )


def _pool(
    request: Request, by: str | None, way: Way, parts: Mapping[str, Part]
) -> Callable[[], Estimates] | None:
    """Make what fits all groups together, where their likelihood ratio is a test."""
    if by is None or not way.regular or len(parts) < 2 or request.cluster:
        return None
    whole = replace(request, bootstrap=None, executor=None)
    return lambda: Estimates(way.name, way.groups(whole, None), way.errors, {}, request.models)


def _errors(way: Way, cluster: str | None, bootstrap: int | None) -> str:
    if bootstrap:
        return f"bootstrap of {cluster or 'units'}, {bootstrap} samples"
    usual = way.plain if way.plain and bootstrap == 0 else way.errors
    if cluster and way.plain and bootstrap is None:
        return f"bootstrap of {cluster}"
    return f"clustered by {cluster}" if cluster else usual


def _settings(request: Request, by: str | None) -> dict[str, Any]:
    chosen = {
        "by": by,
        "cluster": request.cluster,
        "bootstrap": request.bootstrap,
        "seed": request.seed,
        "strategies": request.strategies or None,
        "free": list(request.free) or None,
        "formulas": dict(request.formulas) or None,
        **request.options,
    }
    return {name: value for name, value in chosen.items() if value is not None}
