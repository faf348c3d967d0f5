"""Mechanisms: what can be done about a relationship, as operators on its parameters.

Each is the identity at intensity e = 0 and acts in full at e = 1; they compose in the order given.
The sources name the mechanisms and the direction of their effect (M1 to M18); the operators are
ours.  The docstring of a mechanism is its meaning in lists and reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import getdoc

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.docstrings import formula_of
from strategic.errors import ParameterError
from strategic.families.relationship._bargaining import prices
from strategic.families.relationship._log_odds import log_odds, logistic
from strategic.modelling import Mechanism, Points

Changes = Mapping[str, Array]
Operator = Callable[[Points, Array], Changes]
MECHANISMS: dict[str, Mechanism] = {}
"""Every mechanism by name, in the order in which they are listed."""
TRACE = 2.0**-256
"""Share of a managed risk that is always left: at 0 its ratio to another risk would be lost."""


def mechanism(*claims: str, last: bool = False) -> Callable[[Operator], Operator]:
    """Declare a mechanism: a function from values and intensity to the parameters that change."""

    def declare(operator: Operator) -> Operator:
        name, meaning = operator.__name__, (getdoc(operator) or "").partition("\n")[0]

        def operate(points: Points, intensity: ArrayLike) -> Changes:
            return operator(points, checked_intensity(name, intensity))

        MECHANISMS[name] = Mechanism(
            name, operate, meaning.rstrip("."), claims=claims, last=last,
            formula=formula_of(operator),
        )  # fmt: skip
        return operator

    return declare


def checked_intensity(mechanism: str, intensity: ArrayLike) -> Array:
    """Check that intensities are numbers between 0 and 1.

    Raises
    ------
    ParameterError
        Naming the mechanism and the first bad intensity.

    Examples
    --------
    >>> checked_intensity("delegation", [0, 0.5])
    array([0. , 0.5])
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


def _raised(points: Points, e: Array, *names: str) -> Changes:
    """Move shares towards 1."""
    return {name: np.asarray(points[name] + e * (1 - points[name])) for name in names}


def _lowered(points: Points, e: Array, *names: str) -> Changes:
    """Move amounts towards 0."""
    return {name: np.asarray(points[name] * (1 - e)) for name in names}


def _scaled(points: Points, e: Array, *names: str) -> Changes:
    """Move amounts towards twice their value."""
    return {name: np.asarray(points[name] * (1 + e)) for name in names}


@mechanism("M1")
def information_disclosure(points: Points, e: Array) -> Changes:
    r"""Disclose information: joint production can use it, partnering costs less.

    .. math:: \iota \mapsto \iota + \epsilon (1 - \iota), \quad k_O \mapsto \left( 1 -
        \frac{\epsilon}{2} \right) k_O
    """
    return {
        **_raised(points, e, "relation.information_sharing"),
        **_lowered(points, e / 2, "organisation.cost_partner"),
    }


@mechanism("M2", "M15")
def information_sharing(points: Points, e: Array) -> Changes:
    r"""Share information on a platform: reports build trust in and outside cooperation.

    .. math:: \gamma_{\mathrm{rep}} \mapsto \gamma_{\mathrm{rep}} + \frac{\epsilon}{4}, \quad
        \gamma_{\mathrm{out}} \mapsto \gamma_{\mathrm{out}} + \frac{\epsilon}{4}, \quad k_C \mapsto
        \left( 1 - \frac{\epsilon}{2} \right) k_C, \quad k_O \mapsto \left( 1 - \frac{\epsilon}{2}
        \right) k_O
    """
    rates = ("trust.reporting", "trust.reporting_outside")
    return {
        **{rate: np.asarray(points[rate] + 0.25 * e) for rate in rates},
        **_lowered(points, e / 2, "government.cost_cooperate", "organisation.cost_partner"),
    }


@mechanism("M3", last=True)  # the bargained price depends on everything else: it acts last
def interest_allocation(points: Points, e: Array) -> Changes:
    r"""Move the payment towards the bargained price; acts after all others.

    .. math:: p \mapsto (1 - \epsilon) p + \epsilon p^*
    """
    payment, agreed = points["relation.payment"], points.once(prices).agreed
    return {"relation.payment": np.asarray((1 - e) * payment + e * agreed)}


@mechanism("M4")
def performance_evaluation(points: Points, e: Array) -> Changes:
    r"""Pay by results and settle whose credit is whose.

    .. math:: u \mapsto (1 - \epsilon) u, \quad \phi \mapsto (1 - \epsilon) \phi
    """
    return _lowered(points, e, "relation.advance", "government.performance_competition")


@mechanism("M5")
def risk_management(points: Points, e: Array) -> Changes:
    r"""Assess and forecast risks: incidents become rarer, with any partner, and cost less.

    .. math:: h \mapsto (1 - \epsilon) h, \quad h_D \mapsto (1 - f_D \epsilon) h_D, \quad L_G
        \mapsto (1 - \epsilon) L_G, \quad L_O \mapsto (1 - \epsilon) L_O

    The incident risk of a hostile partner falls by the share `trust.hostile_follows` of the fall
    with a cooperative one.  Where it does not follow, incidents become rarer and each more
    damning (P28): in the limit a single one proves hostility.
    """
    follows = points["trust.hostile_follows"]
    # Where it follows, trust reads the ratio of the two risks, which keeps its limit at e = 1 only
    # if neither is 0.
    left = np.where(follows > 0, np.maximum(1 - e, TRACE), 1 - e)
    left_if_hostile = np.maximum(1 - follows * e, TRACE)
    return {
        **_lowered(points, e, "government.incident_loss", "organisation.incident_loss"),
        "relation.incident_risk": np.asarray(points["relation.incident_risk"] * left),
        # Never 0, which is out of range: the smallest of doubles times a share would be.
        "trust.incident_if_hostile": np.maximum(
            points["trust.incident_if_hostile"] * left_if_hostile, np.nextafter(0.0, 1.0)
        ),
    }


@mechanism("M6", "M7")
def collaborative_forum(points: Points, e: Array) -> Changes:
    r"""Meet and discuss as equals: targets align, refusals hurt less, shares even out.

    .. math:: \alpha \mapsto \alpha + \epsilon (1 - \alpha), \quad \beta \mapsto \beta + \epsilon (1
        - \beta), \quad \zeta_G \mapsto (1 - \epsilon) \zeta_G, \quad \zeta_O \mapsto (1 - \epsilon)
        \zeta_O
    """
    return {
        **_lowered(points, e, "government.rebuff_loss", "organisation.rebuff_loss"),
        **_raised(points, e, "relation.alignment", "relation.bargaining_equality"),
    }


@mechanism("M8")
def control_emphasis(points: Points, e: Array) -> Changes:
    r"""Insist on control over resources (a negative lever).

    .. math:: \omega \mapsto \omega + \epsilon (1 - \omega)
    """
    return _raised(points, e, "government.control_preference")


@mechanism("M9")
def internal_supervision(points: Points, e: Array) -> Changes:
    r"""Supervise from within; works only with external supervision.

    .. math:: m_{\mathrm{int}} \mapsto m_{\mathrm{int}} + \epsilon (1 - m_{\mathrm{int}})
    """
    return _raised(points, e, "relation.internal_supervision")


@mechanism("M10")
def external_supervision(points: Points, e: Array) -> Changes:
    r"""Supervise from outside.

    .. math:: m_{\mathrm{ext}} \mapsto m_{\mathrm{ext}} + \epsilon (1 - m_{\mathrm{ext}})
    """
    return _raised(points, e, "relation.external_supervision")


@mechanism("M11")
def delegation(points: Points, e: Array) -> Changes:
    r"""Let go of business and personnel, keep supervision and guidance.

    .. math:: \omega \mapsto (1 - \epsilon) \omega, \quad \mathrm{aut} \mapsto (1 - \epsilon)
        \mathrm{aut}
    """
    return _lowered(points, e, "government.control_preference", "organisation.autonomy_loss")


@mechanism("M12")
def evaluated_competition(points: Points, e: Array) -> Changes:
    r"""Let organisations compete and survive by evaluated performance.

    .. math:: n \mapsto (1 + \epsilon) n, \quad v \mapsto v + \epsilon (1 - v)
    """
    return {
        **_scaled(points, e, "relation.organisations"),
        **_raised(points, e, "sector.evaluation"),
    }


@mechanism("M13")
def capacity_building(points: Points, e: Array) -> Changes:
    r"""Build the organisation's professional capacity.

    .. math:: T_O \mapsto (1 + \epsilon) T_O
    """
    return _scaled(points, e, "organisation.technology")


@mechanism("D16")
def mobilisation_building(points: Points, e: Array) -> Changes:
    r"""Build the organisation's own resources (a mechanism of ours).

    .. math:: M_O \mapsto (1 + \epsilon) M_O
    """
    return _scaled(points, e, "organisation.mobilisation")


@mechanism("M14", "M16")
def public_relations(points: Points, e: Array) -> Changes:
    r"""Win recognition: the government's initial trust, public opinion and other supporters.

    .. math:: \theta_G \mapsto \frac{1}{1 + \exp(-\Lambda_G - 3 \epsilon)}, \quad w_G \mapsto \left(
        1 + \frac{\epsilon}{5} \right) w_G, \quad a_O \mapsto a_O + \epsilon (1 - a_O)
    """
    belief = points["trust.government"]
    # Rounding may neither lower a belief nor make it certain, and e = 0 must leave it as it is.
    higher = np.maximum(logistic(log_odds(belief) + 3 * e), belief)
    convinced = np.where(e == 0, belief, np.minimum(higher, np.nextafter(1.0, 0.0)))
    return {
        "trust.government": convinced,
        **_scaled(points, e / 5, "government.public_weight"),
        **_raised(points, e, "organisation.alternatives"),
    }


@mechanism("M16")
def mutual_understanding(points: Points, e: Array) -> Changes:
    r"""Change officials' views of the work.

    .. math:: \pi \mapsto \pi + \epsilon (1 - \pi)
    """
    return _raised(points, e, "officials.supportive")


@mechanism("M17")
def non_distribution(points: Points, e: Array) -> Changes:
    r"""Forbid the distribution of surpluses.

    .. math:: d \mapsto (1 - \epsilon) d
    """
    return _lowered(points, e, "organisation.diversion")


@mechanism("M18")
def legitimacy(points: Points, e: Array) -> Changes:
    r"""Authorise entry into fields controlled so far.

    .. math:: \ell \mapsto \ell + \frac{\epsilon}{10}
    """
    gain = points["organisation.legitimacy_gain"]
    return {"organisation.legitimacy_gain": np.asarray(gain + 0.1 * e)}
