"""How much an answer depends on the exact numbers, all of which are ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._base_game import cooperation_is_equilibrium
from strategic.families.relationship._candidates import OF_ORGANISATIONS
from strategic.families.relationship._leadership import KINDS, relationship_type
from strategic.families.relationship._parameters import PARAMETERS
from strategic.families.relationship._trust import replay
from strategic.modelling import Model, Parameter, Points
from strategic.papers import Cited
from strategic.sobol import sobol_points
from strategic.whole_numbers import check_whole

SCRAMBLINGS = 8
"""Independent scramblings of the sequence; their scatter is the standard error."""
_UNREAD = ("ladder",)
"""Tables of parameters that no answer here reads."""
_TURNED = 128
"""Turned points that are looked into, at most."""
_NAMED = 5


@dataclass(frozen=True)
class Robustness(Cited):
    """Shares of nearby parameter points at which an answer holds.

    Parameters
    ----------
    points : int
        Number of points tried.
    moved : int
        Number of parameters moved, all at once.
    spread : float
        How far each parameter was moved at most: this much, or this share of a value above 1.
    seed : int
        Seed of the scrambled Sobol sequences.
    type : str
        Relationship type of the model itself.
    same_type : float
        Share of points that keep the type.
    cooperation_is_equilibrium : float
        Share of points at which (C, C) is an equilibrium of the base game.
    both : float
        Share of points at which both hold.
    same_path, same_end : float or None
        Share of points whose replay has the model's regime in every period, and in the last one;
        None where the model has no dated path.
    errors : dict of str to float
        Standard errors of these shares, by their names.
    types : dict of str to float
        Share of points of every type that occurs, the most frequent first.
    turned_by : dict of str to float
        Parameters that most often turn the type: the share of the points with another type at
        which this parameter alone, set back to its value, brings the model's type back.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = robustness(relationship({"government.cost_capture": 0.3}), points=64)
    >>> found.points, max(found.types, key=found.types.get)
    (64, 'cooperation')
    """

    made_by = ("robustness",)

    points: int
    moved: int
    spread: float
    seed: int
    type: str
    same_type: float
    cooperation_is_equilibrium: float
    both: float
    same_path: float | None
    same_end: float | None
    errors: dict[str, float]
    types: dict[str, float]
    turned_by: dict[str, float]


def robustness(
    model: Model, *, points: int = 4096, spread: float = 0.1, seed: int = 0
) -> Robustness:
    """Move all parameters at once, each on its own scale, and see which answers stay.

    Parameters
    ----------
    model : Model
        A single model; its mechanisms are applied first.
    points : int
        Points of scrambled Sobol sequences; a power of 2, at least 16, keeps them balanced.
    spread : float
        Largest move of each parameter (see Notes).
    seed : int
        Seed of the sequences.

    Returns
    -------
    Robustness
        Shares that keep the type and the path, and at which CC is an equilibrium of the base game.

    Notes
    -----
    Shares, probabilities, beliefs, discount factors and payoffs have a natural unit (the value of
    one standard unit of service), on which the smallest change worth a word is about a tenth:
    they move by ``spread`` up and down, zeros included.  What is larger than 1 moves by that share
    of its value.  A move stops at the parameter's bound, so that a zero is a zero at half of the
    points.  What stays: who leads, an infinite rho, a single organisation, and discount factors
    left unset, which follow the common one.  A contest keeps its equilibrium (e at most n/(n-1)).

    A share near 1 says that the answer does not depend on the exact numbers near the model's; it
    says nothing about numbers far away.
    The standard error is that of the mean of independently scrambled sequences.

    References
    ----------
    Sobol', I. M. (1967). On the distribution of points in a cube and the approximate evaluation of
    integrals. USSR Computational Mathematics and Mathematical Physics 7, 86-112.
    Owen, A. B. (1997). Scrambled net variance for integrals of smooth functions. Annals of
    Statistics 25, 1541-1562. On scrambling.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = robustness(relationship({"government.cost_capture": 0.3}), points=256)
    >>> found.type, found.same_type > 0.5
    ('cooperation', True)
    """
    check_whole(points=points, seed=seed)
    centre = model.points
    nearby = _nearby(centre, points // SCRAMBLINGS, spread, seed)
    tried = SCRAMBLINGS * (points // SCRAMBLINGS)
    shaken = centre.change(nearby)
    own, types = int(relationship_type(centre)), relationship_type(shaken)
    same = types == own
    holds = np.broadcast_to(cooperation_is_equilibrium(shaken), tried)
    answers = {"same_type": same, "cooperation_is_equilibrium": holds, "both": same & holds}
    answers |= _same_path(centre, shaken)
    shares = {name: float(answer.mean()) for name, answer in answers.items()}
    count = np.bincount(types, minlength=len(KINDS)) / tried
    order = np.argsort(-count, kind="stable")
    return Robustness(
        points=tried,
        moved=len(nearby),
        spread=spread,
        seed=seed,
        type=KINDS[own],
        same_type=shares["same_type"],
        cooperation_is_equilibrium=shares["cooperation_is_equilibrium"],
        both=shares["both"],
        same_path=shares.get("same_path"),
        same_end=shares.get("same_end"),
        errors={name: _standard_error(answer) for name, answer in answers.items()},
        types={KINDS[i]: float(count[i]) for i in order if count[i] > 0},
        turned_by=_turned_by(centre, nearby, np.flatnonzero(~same), own),
    )


def robustness_once(model: Model, seed: int) -> Robustness:
    """Compute the robustness that a verdict and a report share, once per model and seed."""
    found = model.points.once(_by_seed)
    if seed not in found:
        found[seed] = robustness(model, seed=seed)
    return found[seed]


def _by_seed(_points: Points) -> dict[int, Robustness]:
    return {}


def _nearby(centre: Points, count: int, spread: float, seed: int) -> dict[str, Array]:
    """Draw every parameter that moves, one scrambling after the other."""
    # One column per parameter, in the order of the table: the draws depend on it.
    varied = [parameter for name, parameter in PARAMETERS.items() if _moves(name, centre)]
    streams = (np.random.default_rng([seed, number]) for number in range(SCRAMBLINGS))
    shares = np.concatenate([sobol_points(count, len(varied), rng=rng) for rng in streams])
    nearby = {}
    for share, parameter in zip(shares.T, varied, strict=True):
        value = centre[parameter.name]
        moved = value + spread * np.maximum(1.0, np.abs(value)) * (2 * share - 1)
        nearby[parameter.name] = np.clip(moved, *_bounds(parameter))
    exponent, rivals = "relation.contest_exponent", nearby.get("relation.organisations", 1.0)
    with np.errstate(divide="ignore"):
        nearby[exponent] = np.minimum(nearby[exponent], rivals / (np.asarray(rivals) - 1))
    return nearby


def _moves(name: str, centre: Points) -> bool:
    value, parameter = centre[name], PARAMETERS[name]
    unread = name.partition(".")[0] in _UNREAD or name in OF_ORGANISATIONS
    if parameter.integer or unread or not np.isfinite(value):
        return False
    return bool(name != "relation.organisations" or value > 1)


def _bounds(parameter: Parameter) -> tuple[float, float]:
    lower = np.nextafter(parameter.lower, np.inf) if parameter.open_lower else parameter.lower
    upper = np.nextafter(parameter.upper, -np.inf) if parameter.open_upper else parameter.upper
    return float(lower), float(upper)


def _same_path(centre: Points, shaken: Points) -> dict[str, Array]:
    if centre.path is None:
        return {}
    own, others = replay(centre).regimes, replay(shaken).regimes
    same = own[:, None] == others
    return {"same_path": same.all(axis=0), "same_end": same[-1]}


def _standard_error(answer: Array) -> float:
    means = answer.reshape(SCRAMBLINGS, -1).mean(axis=1)
    return float(means.std(ddof=1) / np.sqrt(SCRAMBLINGS))


def _turned_by(
    centre: Points, nearby: Mapping[str, Array], turned: Array, own: int
) -> dict[str, float]:
    """Set one parameter back at a time where the type turned, and see whether it turns back."""
    some = turned[np.linspace(0, len(turned) - 1, min(len(turned), _TURNED)).astype(int)]
    if not some.size:
        return {}
    # Rows: the parameter that is set back; columns: the points.
    back = np.eye(len(nearby), dtype=bool)
    moved = {
        name: np.where(back[:, [row]], centre[name], values[some])
        for row, (name, values) in enumerate(nearby.items())
    }
    returned = (relationship_type(centre.change(moved)) == own).mean(axis=1)
    order = np.argsort(-returned, kind="stable")[:_NAMED]
    names = list(nearby)
    return {names[row]: float(returned[row]) for row in order if returned[row] > 0}
