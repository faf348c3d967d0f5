"""How measures of the two sides are declared together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from strategic.arrays import Array
from strategic.modelling import Measure, Points
from strategic.status import Status

Pair = tuple[Array, Array]
SIDES = ("government", "organisation")
NO_YES = ("no", "yes")
"""Vocabulary of measures that answer a question."""
STATUSES = tuple(status.label for status in Status)
"""Vocabulary of measures that give a status."""


def per_side(
    stem: str, function: Callable[[Points], Pair], meaning: str, **rest: Any
) -> Iterable[Measure]:
    """Declare one measure a side; ``{side}`` and ``{other}`` in the meaning name the sides.

    Examples
    --------
    >>> pair = per_side("double", lambda p: (2 * p["a"], 0 * p["a"]), "Of the {side}.")
    >>> [(measure.name, measure.meaning) for measure in pair]
    [('double_government', 'Of the government.'), ('double_organisation', 'Of the organisation.')]
    """
    for number, side in enumerate(SIDES):
        yield Measure(
            f"{stem}_{side}",
            partial(_side_of, function, number),
            meaning.format(side=side, other=SIDES[1 - number]),
            **rest,
        )


def _side_of(function: Callable[[Points], Pair], number: int, points: Points) -> Array:
    return points.once(function)[number]


def by_name(*groups: Measure | Iterable[Measure]) -> dict[str, Measure]:
    """Collect measures, and pairs of them, by name."""
    found: dict[str, Measure] = {}
    for group in groups:
        for measure in (group,) if isinstance(group, Measure) else group:
            found[measure.name] = measure
    return found
