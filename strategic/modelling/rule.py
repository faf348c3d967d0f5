"""A rule between parameters, judged at every point by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import Problem
from strategic.modelling.points import Points


@dataclass(frozen=True, eq=False)
class Rule:
    """What several parameters must keep together, and at which points they do.

    Parameters
    ----------
    parameter : str
        The parameter that messages name.
    text : str
        The rule in words, such as ``"must be above both unit costs"``.
    kept : array_like of bool
        Whether each point keeps the rule; broadcasts against the points. A comparison of parameter
        arrays, such as ``points["market.demand"] > points["market.cost"]``, is all it takes.
    remedy : str
        What to do; a ``{:g}`` in it shows ``limit`` at the point that breaks the rule.
    limit : array_like
        The bound that the rule speaks of, where it differs between points.

    Examples
    --------
    >>> points = Points({"a": [1.0, 4.0], "b": 3.0})
    >>> rule = Rule("a", "must be at most b", points["a"] <= points["b"], "b is {:g}", points["b"])
    >>> print(rule.problem(points))
    a: must be at most b (got 4.0); b is 3
    """

    parameter: str
    text: str
    kept: ArrayLike
    remedy: str = ""
    limit: ArrayLike = np.nan

    def problem(self, points: Points) -> Problem:
        """Say what is wrong at the first point that breaks the rule."""
        value, limit, kept = np.broadcast_arrays(points[self.parameter], self.limit, self.kept)
        first = int(np.argmin(kept))
        remedy = self.remedy.format(float(limit.flat[first]))
        return Problem(self.text, self.parameter, float(value.flat[first]), remedy)
