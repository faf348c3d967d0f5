"""Measures of who benefits: service to the public and the resources it takes."""

from __future__ import annotations

from strategic.arrays import Array
from strategic.families.relationship import _benefits as social
from strategic.families.relationship.measures._register import Measures
from strategic.modelling import Points

BENEFITS = Measures()
single = BENEFITS.single


@single("D2", "D13", "M8", unit="service")
def beneficiary_output(points: Points) -> Array:
    r"""Service that reaches the public in the outcome of the 4x4 game.

    .. math:: Y^* = c \mathcal{Y}(a^*, b) + (1 - c) \mathcal{Y}(r_G(b), b), \quad b = r_O(a^*)
    """
    return points.once(social.benefits).output


@single("K9", "M12", "K8", unit="payoff")
def resource_cost(points: Points) -> Array:
    r"""Resources used up in the outcome of the 4x4 game.

    .. math:: K^* = c \mathcal{K}(a^*, b) + (1 - c) \mathcal{K}(r_G(b), b), \quad b = r_O(a^*)

    Costs of both sides' actions, of conflict, of the contest of all organisations and of expected
    incidents; payments, sanctions and penalties only change hands.
    """
    return points.once(social.benefits).cost


@single("I1", "P19", "M12", unit="payoff")
def net_social_value(points: Points) -> Array:
    r"""Service to the public less the resources used up, in the outcome of the 4x4 game.

    .. math:: Y^* - K^*
    """
    return points.once(social.benefits).net
