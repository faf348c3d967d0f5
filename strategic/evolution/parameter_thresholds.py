"""Values of a parameter at which a corner gains or loses its stability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import ParameterError
from strategic.evolution._payoff_polynomials import as_written
from strategic.evolution._polynomials import (
    NotRationalError,
    Rational,
    Terms,
    names_of,
    one,
    rational,
    times,
    variable,
)
from strategic.evolution._real_roots import (
    between,
    exact_roots,
    places_between,
    real_roots,
    touching_roots,
)
from strategic.evolution.conditions import CornerCondition, corner_conditions
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.games.formula import Formula, Tree
from strategic.papers import Cited

_SCAN = 400
"""Places at which a condition that is no polynomial is tried."""
_REACH = 10.0
"""Such a condition is tried up to so many times the parameter's value, on either side of zero."""


@dataclass(frozen=True, eq=False)
class Threshold(Cited):
    """Where a condition changes in one parameter, all others fixed.

    Attributes
    ----------
    condition : CornerCondition
    parameter : str
    values : array ``(*batch, R)``
        Ascending; NaN where a point has fewer.
    holds : bool array ``(*batch, R + 1)``
        Whether the condition holds below the first value, between the values, above the last.
    exact : bool
        Whether these are all values at which the condition changes; False where it is no ratio of
        polynomials in the parameter and was tried at many places.
    touches : tuple of float
        Of a single point with an exact condition: values at which it fails by a tie only, and
        holds, or does not, on both sides.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F - C", "x - 2"], shares=["x", "y"], values={"F": 2.0, "C": 1.0}
    ... )
    >>> first = thresholds(game)[0]
    >>> first.parameter, first.values.tolist(), first.holds.tolist(), first.side
    ('F', [1.0], [False, True], 'above')
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    condition: CornerCondition
    parameter: str
    values: Array
    holds: Array
    exact: bool
    touches: tuple[float, ...] = ()

    @property
    def side(self) -> str:
        """Where the condition of a single point holds: "below", "above", "always", "never", ...

        With several values it lists the intervals.
        """
        return _in_words(self.values, self.holds)


@dataclass(frozen=True, eq=False)
class StableRange(Cited):
    """Where a corner is stable in one parameter, all others fixed: all its conditions together.

    Attributes
    ----------
    corner : int
        Number of the corner.
    name : str
        Its actions joined by "-".
    parameter : str
    values : array ``(*batch, R)``
        Where it gains or loses its stability; ascending, NaN where a point has fewer.
    holds : bool array ``(*batch, R + 1)``
        Whether it is stable below the first value, between the values, above the last.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F - C", "x - 2"], shares=["x", "y"], values={"F": 2.0, "C": 1.0}
    ... )
    >>> [(found.name, found.side) for found in stable_ranges(game, "F")]
    [('1-1', 'never'), ('1-2', 'above'), ('2-1', 'never'), ('2-2', 'below')]
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    corner: int
    name: str
    parameter: str
    values: Array
    holds: Array

    @property
    def side(self) -> str:
        """Where the corner of a single point is stable, as in `Threshold`."""
        return _in_words(self.values, self.holds)


def thresholds(
    game: Game | PopulationGame,
    /,
    *parameters: str,
    conditions: Sequence[CornerCondition] | None = None,
) -> list[Threshold]:
    """Find the values of parameters at which the corners' conditions change.

    Parameters
    ----------
    game : Game or PopulationGame
        One or a batch; there are thresholds where its payoffs came as formulas.
    *parameters : str
        Names of parameters; all by default.
    conditions : sequence of CornerCondition, optional
        Those of interest; all of the game by default.

    Returns
    -------
    list of Threshold
        For every condition and each of the parameters it depends on.

    Raises
    ------
    ParameterError
        When a parameter does not occur in the game.

    Notes
    -----
    Where a condition is linear in a parameter, the value is a ratio of two formulas, computed in
    fractions for a single point. Roots of higher polynomials are enclosed to one unit in the last
    place.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F + S - C1", "x - C2"], shares=["x", "y"],
    ...     values={"F": 0.1, "S": 0.2, "C1": 0.4, "C2": 0.5},
    ... )
    >>> [(t.condition.name, t.values.tolist(), t.side) for t in thresholds(game, "F")][0]
    ('1-1', [0.2], 'above')
    """
    populations = PopulationGame.of(game)
    found = []
    known = () if populations.formulas is None else tuple(populations.formulas.values)
    for name in parameters:
        if name not in known:
            rule = "no such parameter in the payoffs"
            remedy = f"one of {', '.join(known)}" if known else "payoffs must be formulas"
            raise ParameterError(rule, where="parameter", value=name, remedy=remedy)
    entries = corner_conditions(populations) if conditions is None else conditions
    values = _Values.of(populations)
    for entry in entries:
        used = used_parameters(entry)
        found += [_threshold(entry, name, values) for name in parameters or known if name in used]
    return found


def stable_ranges(game: Game | PopulationGame, /, *parameters: str) -> list[StableRange]:
    """Find the values of a parameter for which each corner is stable, all others fixed.

    Parameters
    ----------
    game, *parameters
        As for `thresholds`.

    Returns
    -------
    list of StableRange
        For every corner and each of the parameters.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F - C", "G - F"], shares=["x", "y"], values={"F": 2.0, "C": 1.0, "G": 4.0}
    ... )
    >>> [(found.name, found.values.tolist(), found.side) for found in stable_ranges(game, "F")][0]
    ('1-1', [1.0, 4.0], 'from 1 to 4')
    """
    populations = PopulationGame.of(game)
    conditions = corner_conditions(populations)
    found = thresholds(populations, *parameters, conditions=conditions)
    known = () if populations.formulas is None else tuple(populations.formulas.values)
    ranges = []
    for corner in range(1 + max(entry.corner for entry in conditions)):
        own = [entry for entry in conditions if entry.corner == corner]
        for name in parameters or known:
            moving = [t for t in found if t.parameter == name and t.condition in own]
            still = [e for e in own if all(t.condition is not e for t in moving)]
            values, holds = _together(moving, still, populations.batch_shape)
            ranges.append(StableRange(corner, own[0].name, name, values, holds))
    return ranges


def _together(
    moving: Sequence[Threshold], still: Sequence[CornerCondition], batch: tuple[int, ...]
) -> tuple[Array, Array]:
    """Give where several conditions, and others that do not change, hold at once."""
    points = int(np.prod(batch, dtype=int))
    known = [t.values.reshape(points, -1) for t in moving]
    values = np.sort(np.concatenate([np.empty((points, 0)), *known], axis=1), axis=1)
    places = places_between(values)
    holds = np.ones(places.shape, dtype=bool)
    for entry in still:
        holds &= (entry.value < 0).reshape(points, 1)
    for threshold, own in zip(moving, known, strict=True):
        below = (own[:, None, :] < places[:, :, None]).sum(axis=2)
        whole = threshold.holds.reshape(points, -1)
        holds &= np.take_along_axis(whole, below, axis=1)
    changes = (holds[:, 1:] != holds[:, :-1]) & np.isfinite(values)
    values = np.sort(np.where(changes, values, np.nan), axis=1)
    values = values[:, : int(changes.sum(axis=1).max(initial=0))]
    turns = np.arange(values.shape[1] + 1) % 2 == 1
    return values.reshape(*batch, -1), (holds[:, :1] ^ turns).reshape(*batch, -1)


def _in_words(values: Array, holds: Array) -> str:
    known = [value for value in np.ravel(values).tolist() if np.isfinite(value)]
    inside = np.ravel(holds)[: len(known) + 1].tolist()
    if len(known) == 1 and inside[0] != inside[1]:
        return "below" if inside[0] else "above"
    if all(inside) or not any(inside):
        return "always" if inside[0] else "never"
    ends = [f"{value:.6g}" for value in known]
    words = [
        f"below {ends[0]}",
        *(f"from {low} to {high}" for low, high in pairwise(ends)),
        f"above {ends[-1]}",
    ]
    return ", ".join(word for word, there in zip(words, inside, strict=True) if there)


def used_parameters(condition: CornerCondition) -> set[str]:
    """Give the parameters a condition depends on."""
    if condition.gain is not None:
        used = {
            number
            for terms in (condition.gain.top, condition.gain.bottom)
            for exponents in terms
            for number, power in enumerate(exponents)
            if power
        }
        return {condition.parameters[number] for number in used}
    return set() if condition.tree is None else set(names_of(condition.tree))


@dataclass(frozen=True, eq=False)
class _Values:
    """Values of the parameters: fractions of a single point, else arrays of the batch."""

    batch: tuple[int, ...]
    numbers: Mapping[str, Any]

    @classmethod
    def of(cls, game: PopulationGame) -> _Values:
        given = {} if game.formulas is None else game.formulas.values
        batch = game.batch_shape
        if batch:
            return cls(batch, {n: np.broadcast_to(v, batch).ravel() for n, v in given.items()})
        return cls(batch, {name: as_written(value) for name, value in given.items()})

    @property
    def exact(self) -> bool:
        return not self.batch


def _threshold(condition: CornerCondition, name: str, values: _Values) -> Threshold:
    terms = _in_one(condition, name, values)
    if terms is None:
        roots, holds = _scanned(condition, name, values)
    else:
        roots, holds = _polynomial_roots(terms, values)
    return Threshold(
        condition,
        name,
        roots.reshape(*values.batch, -1),
        holds.reshape(*values.batch, -1),
        exact=terms is not None,
        touches=tuple(touching_roots(terms)) if terms is not None and values.exact else (),
    )


def _in_one(condition: CornerCondition, name: str, values: _Values) -> list[Any] | None:
    """Give a polynomial in one parameter, the highest term last, that has the gain's sign."""
    if condition.gain is not None:
        number = condition.parameters.index(name)
        top, bottom = condition.gain.top, one(1)
        if condition.gain.divides:
            bottom = _coefficients(condition.gain.bottom, number, condition.parameters, values)
        ratio = Rational(_coefficients(top, number, condition.parameters, values), bottom)
    else:
        tree: Tree = condition.tree  # type: ignore[assignment] # one of the two is there
        places = {name: variable(0, 1)}
        try:
            ratio = rational(tree, places, values.numbers, variables=1, exact=values.exact)
        except (NotRationalError, ZeroDivisionError, ValueError, OverflowError):
            return None
    # a ratio changes sign at its poles as well
    terms = times(ratio.top, ratio.bottom) if ratio.divides else ratio.top
    degree = max((power for (power,) in terms), default=0)
    return [terms.get((power,), Fraction(0)) for power in range(degree + 1)]


def _coefficients(terms: Terms, number: int, names: tuple[str, ...], values: _Values) -> Terms:
    """Evaluate a polynomial in all parameters but one."""
    found: Terms = {}
    for exponents, value in terms.items():
        part = value if values.exact else float(value)
        for other, power in enumerate(exponents):
            if power and other != number:
                part = part * values.numbers[names[other]] ** power
        key = (exponents[number],)
        found[key] = found[key] + part if key in found else part
    return found


def _polynomial_roots(terms: list[Any], values: _Values) -> tuple[Array, Array]:
    """Give where a polynomial changes sign and where it is negative, ``(points, ..)``."""
    if values.exact:
        roots, negative = exact_roots(terms)
        return np.array([roots]).reshape(1, -1), np.array([negative])
    table = _columns(terms, int(np.prod(values.batch)))
    if len(table) <= 2:
        with np.errstate(all="ignore"):
            slope = table[1] if len(table) == 2 else np.zeros(table.shape[1])
            found = np.where(slope != 0, -table[0] / slope, np.nan)[:, None]
    else:
        found = real_roots(table)
    return found, between(table, found)


def _columns(terms: list[Any], points: int) -> Array:
    return np.array([np.broadcast_to(np.asarray(term, dtype=float), points) for term in terms])


def _scanned(condition: CornerCondition, name: str, values: _Values) -> tuple[Array, Array]:
    """Look for changes of sign over a wide range, and halve the gaps they are in."""
    tree: Tree = condition.tree  # type: ignore[assignment]
    formula = Formula("", frozenset(names_of(tree)), tree)
    given = {
        key: np.atleast_1d(np.asarray(value, dtype=float))[:, None]
        for key, value in values.numbers.items()
    }
    reach = _REACH * np.maximum(np.abs(given[name]), 0.1)
    places = reach * np.linspace(-1.0, 1.0, _SCAN + 1)

    def at(there: Array) -> Array:
        found = formula.evaluate({**given, name: there})
        return np.broadcast_to(found, there.shape)

    signs = at(places)
    changes = np.sign(signs[:, 1:]) * np.sign(signs[:, :-1]) < 0
    most = int(changes.sum(axis=1).max(initial=0))
    order = np.argsort(~changes, axis=1, kind="stable")[:, :most]
    low, high = (
        np.take_along_axis(part, order, axis=1) for part in (places[:, :-1], places[:, 1:])
    )
    there = np.take_along_axis(changes, order, axis=1)
    first = np.sign(at(low))
    for _ in range(1100):
        middle = (low + high) / 2
        if ((middle == low) | (middle == high) | ~there).all():
            break
        same = np.sign(at(middle)) == first
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    roots = np.where(there, low, np.nan)
    below = signs[:, :1] < 0
    turns = np.concatenate([np.zeros_like(below), np.cumsum(there, axis=1) % 2 == 1], axis=1)
    return roots, below ^ turns
