"""The rules between parameters of the relationship model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from strategic.modelling import Points, Rule


def joint_rules(points: Points) -> Iterator[Rule]:
    """Say which points keep the rules between parameters.

    A contest has an equilibrium in pure effort iff e <= n/(n-1) (Tullock; claim M12).
    """
    exponent, count = points["relation.contest_exponent"], points["relation.organisations"]
    with np.errstate(divide="ignore"):
        limit = count / (count - 1)
    yield Rule(
        "relation.contest_exponent",
        "must be at most n/(n-1), n = relation.organisations",
        kept=exponent <= limit,
        remedy="n/(n-1) is {:g} here",
        limit=limit,
    )
