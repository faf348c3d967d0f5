"""Payoffs of rows to be drawn: covariates from a table or at random, numbers from a known truth."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation.observations import Observations, read_observations
from strategic.estimation.payoffs_by_row import PayoffsByRow

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

_ROW = "row"


def drawn_payoffs(
    plan: Plan, rng: np.random.Generator, *, taken: Collection[str], own: Collection[str]
) -> tuple[dict[str, list[Any]], PayoffsByRow, tuple[Array, ...]]:
    """Give the covariates of every row, its payoffs as they depend on numbers, and at the truth.

    Parameters
    ----------
    plan : Plan
        Its options ``formulas`` and ``covariates``: a table whose rows are taken in turn, or names
        of columns to be drawn from the standard normal distribution (by default what formulas
        name).
    rng : numpy.random.Generator
    taken : collection of str
        Columns that mean something else.
    own : collection of str
        Numbers of the truth that are none of the payoffs.

    Returns
    -------
    tuple
        Columns, payoffs, and one array (R, *shape) per player.

    Raises
    ------
    MethodError
        When the truth names an unknown number, or lacks the coefficient of a formula.
    """
    formulas: Mapping[str, str] = plan.options.get("formulas") or {}
    table = _covariates(plan.options.get("covariates"), formulas, plan.size, rng)
    known = plan.model.family.parameters
    free = [name for name in plan.truth if name in known and name not in formulas]
    payoffs = PayoffsByRow.of(
        plan.model, table, free or ([] if formulas else [next(iter(known))]), formulas, taken=taken
    )
    for name in plan.truth:
        if name not in (*payoffs.names, *own):
            names = (*payoffs.names, *own)
            remedy = nearest(name, names) or f"one of {', '.join(names)}"
            raise MethodError("no such number", where="truth", value=name, remedy=remedy)
    point = [plan.take(name, bounds) if name in plan.truth or "." in name else start
             for name, start, bounds in zip(payoffs.names, payoffs.starts, payoffs.bounds,
                                            strict=True)]  # fmt: skip
    columns = {name: column.tolist() for name, column in table.columns.items() if name != _ROW}
    return columns, payoffs, tuple(side[0] for side in payoffs.at(np.array([point])))


def _covariates(
    asked: Any, formulas: Mapping[str, str], size: int, rng: np.random.Generator
) -> Observations:
    names = None
    if asked is None:
        names = _named_in(formulas)
    elif isinstance(asked, str) and not asked.endswith(".csv"):
        names = [name.strip() for name in asked.split(",") if name.strip()]
    elif isinstance(asked, list | tuple):
        names = [str(name) for name in asked]
    if names is None:
        table = read_observations(asked)
        return table.some(np.arange(size) % table.rows)
    if not names:
        return Observations({_ROW: np.arange(size)})
    return Observations({name: rng.normal(size=size) for name in names})


def _named_in(formulas: Mapping[str, str]) -> list[str]:
    """Name the columns of formulas, in the order in which they come."""
    if not formulas:
        return []
    from formulaic import Formula

    found: dict[str, None] = {}
    for text in formulas.values():
        places = {}
        for name in map(str, Formula(text).required_variables):
            written = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
            places[name] = written.start() if written else len(text)
        found |= dict.fromkeys(sorted(sorted(places), key=places.__getitem__))
    return list(found)
