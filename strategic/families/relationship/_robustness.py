"""How much an answer depends on the exact numbers, all of which are ours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.families.relationship._base_game import cooperation_is_equilibrium
from strategic.families.relationship._leadership import KINDS, relationship_type
from strategic.families.relationship._parameters import PARAMETERS
from strategic.modelling import Model

_SECTIONS_OF_PAYOFFS = ("government", "organisation", "relation", "exposure")


@dataclass(frozen=True)
class Robustness:
    """Shares of nearby parameter points at which an answer holds.

    Parameters
    ----------
    points : int
        Number of points tried.
    spread : float
        How far each parameter was moved, as a share of its value.
    seed : int
        Seed of the scrambled Sobol sequence.
    type : str
        Relationship type of the model itself.
    same_type : float
        Share of points that keep the type.
    cooperation_is_equilibrium : float
        Share of points at which (C, C) is an equilibrium of the base game.
    both : float
        Share of points at which both hold.
    types : dict of str to float
        Share of points of every type that occurs, the most frequent first.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = robustness(relationship({"government.cost_capture": 0.3}), points=64)
    >>> found.points, max(found.types, key=found.types.get)
    (64, 'cooperation')
    """

    points: int
    spread: float
    seed: int
    type: str
    same_type: float
    cooperation_is_equilibrium: float
    both: float
    types: dict[str, float]


def robustness(
    model: Model, *, points: int = 4096, spread: float = 0.2, seed: int = 0
) -> Robustness:
    """Move all parameters of the payoffs at once and see which answers stay.

    Parameters
    ----------
    model : Model
        A single model; its mechanisms are applied first.
    points : int
        Points of a scrambled Sobol sequence; a power of 2 keeps it balanced.
    spread : float
        Largest move of each parameter, as a share of its value; ranges are respected.
    seed : int
        Seed of the sequence.

    Returns
    -------
    Robustness
        Shares that keep the type, and at which CC is an equilibrium of the base game.

    Notes
    -----
    Parameters that are 0, infinite or unset do not move, nor does a single organisation.
    A share near 1 says that the answer does not depend on the exact numbers near the model's; it
    says nothing about numbers far away.

    References
    ----------
    Sobol (1967), On the distribution of points in a cube; Owen (1997), scrambling.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = robustness(relationship({"government.cost_capture": 0.3}), points=256)
    >>> found.type, found.same_type > 0.5
    ('cooperation', True)
    """
    from scipy.stats import qmc

    centre = model.points
    varied = [
        parameter
        for name, parameter in PARAMETERS.items()
        if name.partition(".")[0] in _SECTIONS_OF_PAYOFFS
        and not name.endswith((".discount", ".leader", ".commitment"))  # patience, rules of play
        and np.isfinite(centre[name])
        and centre[name] != 0
    ]
    # One column per parameter, in the order of the table: the draws depend on it.
    moves = 1 + spread * (2 * qmc.Sobol(len(varied), seed=seed).random(points) - 1)
    nearby = {}
    for moved, parameter in zip(moves.T, varied, strict=True):
        low, high = parameter.lower, parameter.upper
        low = np.nextafter(low, np.inf) if parameter.open_lower else low
        high = np.nextafter(high, -np.inf) if parameter.open_upper else high
        nearby[parameter.name] = np.clip(centre[parameter.name] * moved, low, high)
    if centre["relation.organisations"] == 1:
        del nearby["relation.organisations"]  # a single organisation has no fifth of a rival
    exponent, count = "relation.contest_exponent", nearby.get("relation.organisations", 1.0)
    with np.errstate(divide="ignore"):  # a contest of pure effort: e <= n/(n-1)
        nearby[exponent] = np.minimum(nearby[exponent], count / (np.asarray(count) - 1))
    shaken = centre.change(nearby)
    own = int(relationship_type(centre))
    types = relationship_type(shaken)
    # Shares over the sequence estimate the volume of the box at which the answer holds.
    same, holds = types == own, np.broadcast_to(cooperation_is_equilibrium(shaken), points)
    shares = np.bincount(types, minlength=len(KINDS)) / points
    order = np.argsort(-shares, kind="stable")
    return Robustness(
        points=points,
        spread=spread,
        seed=seed,
        type=KINDS[own],
        same_type=float(same.mean()),
        cooperation_is_equilibrium=float(holds.mean()),
        both=float((same & holds).mean()),
        types={KINDS[i]: float(shares[i]) for i in order if shares[i] > 0},
    )
