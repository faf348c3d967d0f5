"""Data drawn from a known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np

from strategic.errors import MethodError, nearest
from strategic.estimation._ways import way_of
from strategic.modelling import Model
from strategic.whole_numbers import check_whole

Columns = dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be drawn.

    Parameters
    ----------
    model : Model
        The game.
    truth : mapping of str to float
        The numbers by the names that estimates have.
    size : int
        Choices per player, subjects or histories.
    options : mapping
        Options of one way of play, such as ``matches`` and ``rounds``.
    """

    model: Model
    truth: Mapping[str, float]
    size: int
    options: Mapping[str, Any]

    def take(self, name: str, bounds: Sequence[float] = (-inf, inf)) -> float:
        """Return one number of the truth.

        Raises
        ------
        MethodError
            When it is missing, no finite number, or outside its bounds.
        """
        if name in self.truth:
            value, (low, high) = float(self.truth[name]), bounds
            if not (isfinite(value) and low <= value <= high):
                edges = [f"at least {low:g}"] * isfinite(low) + [f"at most {high:g}"] * isfinite(
                    high
                )
                rule = f"must be {' and '.join(edges) or 'a finite number'}"
                raise MethodError(rule, where=name, value=value)
            return value
        given = nearest(name, self.truth)
        raise MethodError("needs its true value", where=name, remedy=given or f"{name}=VALUE")

    def only(self, *known: str) -> None:
        """Raise an error where the truth has a number of another name, or part before its dot."""
        for name, value in self.truth.items():
            if name not in known and name.partition(".")[0] not in known:
                remedy = nearest(name, known) or f"one of {', '.join(known)}"
                raise MethodError("no such number", where=f"truth: {name}", value=value,
                                  remedy=remedy)  # fmt: skip


def draw(
    model: Model,
    *,
    play: str = "logit",
    truth: Mapping[str, float],
    size: int = 100,
    seed: int = 0,
    **options: Any,
) -> Columns:
    """Draw the table that `estimate` reads, from a known truth.

    Parameters
    ----------
    model : Model
        The game.
    play : str
        The way of play.
    truth : mapping of str to float
        ``rationality``, ``tau``, ``share.TFT`` and ``tremble``, or parameters of the model.
    size : int
        Choices per player (``logit``, ``hierarchy``), subjects (``strategies``) or histories.
    seed : int
        Of the random numbers.
    **options
        ``matches`` and ``rounds`` for strategies, ``periods`` for trust.

    Returns
    -------
    dict of str to list
        The columns.

    Examples
    --------
    >>> import strategic as st
    >>> table = draw(st.load("matching-pennies"), truth={"rationality": 1.0}, size=50)
    >>> sum(table["count"]), list(table)
    (100, ['player', 'action', 'count'])
    """
    check_whole(size=size, seed=seed)
    way = way_of(play, model.family)
    if size < 1:
        raise MethodError("must be at least 1", where="size", value=size)
    return way.drawn()(Plan(model, truth, size, options), np.random.default_rng(seed))
