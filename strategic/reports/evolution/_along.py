"""Which corners are stable along each parameter: from threshold to threshold."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.evolution import corners
from strategic.games.matrix import number_text
from strategic.modelling import population_game

if TYPE_CHECKING:
    from strategic.reports.evolution._evolving import Evolution


def stable_along(made: Evolution) -> dict[str, list[dict[str, Any]]]:
    """Say for each parameter over which stretches of it which corners are stable.

    Only thresholds at which the set of stable corners changes end a stretch; a parameter that
    changes nothing alone is left out.

    Returns
    -------
    dict of str to list
        Per parameter, stretches in ascending order: ``from``, ``to`` and ``ess``. At the
        thresholds themselves a condition holds with equality, and stability is not decided.
    """
    found = {}
    for name, parameter in made.model.family.parameters.items():
        lower, upper = float(parameter.lower), float(parameter.upper)
        ends = sorted(
            value
            for value in {
                t for c in made.symbols.corners.values() for t in c["thresholds"].get(name, ())
            }
            if lower < value < upper
        )
        if not ends:
            continue
        with np.errstate(all="ignore"):
            points = made.model.points_at({name: _between(ends, lower, upper)})
            table = corners(population_game(made.model, points))
        names = np.array(table.names, dtype=object)
        sets = [names[stable].tolist() for stable in table.stable]
        stretches: list[dict[str, Any]] = []
        for start, end, ess in zip([lower, *ends], [*ends, upper], sets, strict=True):
            if stretches and stretches[-1]["ess"] == ess:
                stretches[-1]["to"] = end
            else:
                stretches.append({"from": start, "to": end, "ess": ess})
        if len(stretches) > 1:
            found[name] = stretches
    return found


def _between(ends: list[float], lower: float, upper: float) -> np.ndarray[Any, Any]:
    """Choose a value inside every stretch."""
    first = ends[0] - max(1.0, abs(ends[0]))
    last = ends[-1] + max(1.0, abs(ends[-1]))
    first = first if lower == -np.inf else (lower + ends[0]) / 2
    last = last if upper == np.inf else (ends[-1] + upper) / 2
    inside = [(a + b) / 2 for a, b in pairwise(ends)]
    return np.array([first, *inside, last])


def told_stretches(stretches: list[dict[str, Any]]) -> str:
    """Write stretches: below 0.3 none; from 0.3 to 0.8 A; above 0.8 A and B."""
    parts = []
    for number, stretch in enumerate(stretches):
        ess = " and ".join(stretch["ess"]) or "none"
        low, high = number_text(stretch["from"]), number_text(stretch["to"])
        if number == 0:
            parts.append(f"below {high}: {ess}")
        elif number == len(stretches) - 1:
            parts.append(f"above {low}: {ess}")
        else:
            parts.append(f"{low} to {high}: {ess}")
    return "; ".join(parts)
