"""Mechanisms: what could be done to a relationship, as operators on its parameters.

Each is the identity at intensity 0 and acts in full at 1; they compose in the order given.
The sources name the mechanisms and the direction of their effect (M1 to M18); the operators are
ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import ParameterError
from strategic.families.relationship.bargaining import prices
from strategic.families.relationship.trust import log_odds, logistic
from strategic.modelling import Mechanism, Points

Changes = Mapping[str, Array]
Operator = Callable[[Points, Array], Changes]


def _raised(points: Points, name: str, intensity: Array) -> Array:
    """Move a share towards 1."""
    return np.asarray(points[name] + intensity * (1 - points[name]))


def _lowered(points: Points, name: str, intensity: Array) -> Array:
    """Move an amount towards 0."""
    return np.asarray(points[name] * (1 - intensity))


def _raise_all(*names: str) -> Operator:
    return lambda points, intensity: {name: _raised(points, name, intensity) for name in names}


def _lower_all(*names: str) -> Operator:
    return lambda points, intensity: {name: _lowered(points, name, intensity) for name in names}


def _scale_up(name: str) -> Operator:
    return lambda points, intensity: {name: np.asarray(points[name] * (1 + intensity))}


def _disclose(points: Points, intensity: Array) -> Changes:
    return {
        "relation.information_sharing": _raised(points, "relation.information_sharing", intensity),
        "organisation.cost_partner": _lowered(points, "organisation.cost_partner", intensity / 2),
    }


def _share_information(points: Points, intensity: Array) -> Changes:
    reports = 0.25 * intensity
    return {
        "trust.reporting": points["trust.reporting"] + reports,
        "trust.reporting_outside": points["trust.reporting_outside"] + reports,
        "government.cost_cooperate": _lowered(points, "government.cost_cooperate", intensity / 2),
        "organisation.cost_partner": _lowered(points, "organisation.cost_partner", intensity / 2),
    }


def _allocate(points: Points, intensity: Array) -> Changes:
    payment = points["relation.payment"]
    agreed = points.once(prices).agreed
    return {"relation.payment": np.asarray((1 - intensity) * payment + intensity * agreed)}


def _hold_forum(points: Points, intensity: Array) -> Changes:
    losses = ("government.rebuff_loss", "organisation.rebuff_loss")
    return {
        **{name: _lowered(points, name, intensity) for name in losses},
        "relation.alignment": _raised(points, "relation.alignment", intensity),
        "relation.bargaining_equality": _raised(points, "relation.bargaining_equality", intensity),
    }


def _relate(points: Points, intensity: Array) -> Changes:
    belief = points["trust.government"]
    convinced = np.maximum(logistic(log_odds(belief) + 3 * intensity), belief)
    convinced = np.minimum(convinced, np.nextafter(1.0, 0.0))
    return {
        "trust.government": np.where(intensity == 0, belief, convinced),
        "government.public_weight": np.asarray(
            points["government.public_weight"] * (1 + intensity / 5)
        ),
        "organisation.alternatives": _raised(points, "organisation.alternatives", intensity),
    }


def _legitimise(points: Points, intensity: Array) -> Changes:
    name = "organisation.legitimacy_gain"
    return {name: np.asarray(points[name] + 0.1 * intensity)}


def _mechanism(
    name: str, operator: Operator, meaning: str, *claims: str, last: bool = False
) -> Mechanism:
    def operate(points: Points, intensity: ArrayLike) -> Changes:
        return operator(points, checked_intensity(name, intensity))

    return Mechanism(name, operate, meaning, claims=claims, last=last)


def checked_intensity(mechanism: str, intensity: ArrayLike) -> Array:
    """Check that intensities are numbers between 0 and 1.

    Raises
    ------
    ParameterError
        Naming the mechanism and the first bad intensity.
    """
    try:
        checked = np.asarray(intensity, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(
            "intensity must be a number", where=mechanism, value=intensity
        ) from None
    bad = ~((checked >= 0) & (checked <= 1))
    if bad.any():
        raise ParameterError(
            "intensity must be at least 0 and at most 1",
            where=mechanism,
            value=float(checked[bad].flat[0]),
        )
    return checked


_ALL = (
    _mechanism(
        "information_disclosure",
        _disclose,
        "Disclose information: joint production can use it, partnering costs less",
        "M1",
    ),
    _mechanism(
        "information_sharing",
        _share_information,
        "Share information on a platform: reports build trust in and outside cooperation",
        "M2",
        "M15",
    ),
    _mechanism(
        "interest_allocation",
        _allocate,
        "Move the payment towards the bargained price; acts after all others",
        "M3",
        last=True,
    ),
    _mechanism(
        "performance_evaluation",
        _lower_all("relation.advance", "government.performance_competition"),
        "Pay by results and settle whose credit is whose",
        "M4",
    ),
    _mechanism(
        "risk_management",
        _lower_all(
            "relation.incident_risk", "government.incident_loss", "organisation.incident_loss"
        ),
        "Assess and forecast risks: incidents become rarer and cost less",
        "M5",
    ),
    _mechanism(
        "collaborative_forum",
        _hold_forum,
        "Meet and discuss as equals: targets align, refusals hurt less, shares even out",
        "M6",
        "M7",
    ),
    _mechanism(
        "control_emphasis",
        _raise_all("government.control_preference"),
        "Insist on control over resources (a negative lever)",
        "M8",
    ),
    _mechanism(
        "internal_supervision",
        _raise_all("relation.internal_supervision"),
        "Supervise from within; works only with external supervision",
        "M9",
    ),
    _mechanism(
        "external_supervision",
        _raise_all("relation.external_supervision"),
        "Supervise from outside",
        "M10",
    ),
    _mechanism(
        "delegation",
        _lower_all("government.control_preference", "organisation.autonomy_loss"),
        "Let go of business and personnel, keep supervision and guidance",
        "M11",
    ),
    _mechanism(
        "evaluated_competition",
        _scale_up("relation.organisations"),
        "Let organisations compete and survive by evaluated performance",
        "M12",
    ),
    _mechanism(
        "capacity_building",
        _scale_up("organisation.technology"),
        "Build the organisation's professional capacity",
        "M13",
    ),
    _mechanism(
        "mobilisation_building",
        _scale_up("organisation.mobilisation"),
        "Build the organisation's own resources (a mechanism of ours)",
        "D16",
    ),
    _mechanism(
        "public_relations",
        _relate,
        "Win recognition: the government's initial trust, public opinion and other supporters",
        "M14",
        "M16",
    ),
    _mechanism(
        "mutual_understanding",
        _raise_all("officials.supportive"),
        "Change officials' views of the work",
        "M16",
    ),
    _mechanism(
        "non_distribution",
        _lower_all("organisation.diversion"),
        "Forbid the distribution of surpluses",
        "M17",
    ),
    _mechanism("legitimacy", _legitimise, "Authorise entry into fields controlled so far", "M18"),
)

MECHANISMS: Mapping[str, Mechanism] = {mechanism.name: mechanism for mechanism in _ALL}
