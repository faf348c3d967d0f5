"""What the public changes between government and organisation: the one verdict of all reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import detection, produce
from strategic.families.tripartite._voice import SILENT, SPEAK, payoffs, silent, spoken
from strategic.modelling import Model, Points
from strategic.papers import Cited, reached
from strategic.whole_numbers import check_whole

ROLES = ("enabling", "missing", "preventing", "sparing", "witnessing", "powerless")
"""The public makes cooperation possible; could, but keeps silent; makes it impossible; could, but
keeps silent; changes nothing where cooperation holds anyway; or nothing where it never does."""
NO_YES = ("no", "yes")
SPEAKS = ("no", "yes", "tie")


@dataclass(frozen=True)
class Incentives:
    """What answering cooperation with cooperation is worth, per side: ``(2, *points)`` each.

    Parameters
    ----------
    silent, speaking : ndarray
        x_i = R_i - b_i while the public keeps silent, and while it speaks up.
    """

    silent: Array
    speaking: Array


def incentives(points: Points) -> Incentives:
    """Compare cooperating with withholding, where the other of the first two cooperates."""
    government, organisation, _ = points.once(payoffs)
    both = np.stack(
        [
            government[..., 0, 0, :] - government[..., 1, 0, :],
            organisation[..., 0, 0, :] - organisation[..., 0, 1, :],
        ]
    )
    return Incentives(both[..., SILENT], both[..., SPEAK])


def voice_gain(points: Points) -> Array:
    """Compare speaking up with silence, where government and organisation cooperate."""
    public = points.once(payoffs)[2]
    return np.asarray(public[..., 0, 0, SPEAK] - public[..., 0, 0, SILENT])


def voice_cost_limit(points: Points) -> Array:
    """Cost below which the public speaks up, where government and organisation cooperate.

    ``B + L_P (h - (1 - y) h')``, with h' = h + h_P (1 - h): what taking part is worth, and what
    incidents cost a silent public less what they cost one that speaks up.
    """
    quiet, loud = (points.once(state)["relation.incident_risk"] for state in (silent, spoken))
    losses = quiet - loud * (1 - points["public.redress"])
    benefit = points["public.participation_benefit"]
    return np.asarray(benefit + points["public.incident_loss"] * losses)


def speaks(points: Points) -> Array:
    """Whether the public speaks up where the others cooperate: position in `SPEAKS`."""
    gain = points.once(voice_gain)
    return np.where(gain == 0, 2, np.where(gain > 0, 1, 0))


def holds(points: Points) -> tuple[Array, Array]:
    """Whether the first two cooperate in an equilibrium of theirs, public silent and active."""
    found = points.once(incentives)
    return np.all(found.silent >= 0, axis=0), np.all(found.speaking >= 0, axis=0)


def role(points: Points) -> Array:
    """Say what the public does to cooperation: position in `ROLES`.

    Where speaking up and silence tie, the public is taken to speak.
    """
    quietly, loudly = points.once(holds)
    speaking = points.once(voice_gain) >= 0
    return np.select(
        [quietly & loudly, ~quietly & ~loudly, loudly & speaking, loudly, speaking],
        [4, 5, 0, 1, 2],
        default=3,
    )


def cooperation_is_equilibrium(points: Points) -> Array:
    """Whether government and organisation cooperate in an equilibrium of all three."""
    return np.asarray(points.once(cooperation_margin) >= 0)


def cooperation_margin(points: Points) -> Array:
    """Smaller of both incentives to cooperate, while the public does what it prefers.

    Where speaking up and silence tie, the larger of the two: either is an equilibrium's.
    """
    found, gain = points.once(incentives), points.once(voice_gain)
    quietly, loudly = found.silent.min(axis=0), found.speaking.min(axis=0)
    preferred = np.where(gain > 0, loudly, quietly)
    return np.asarray(np.where(gain == 0, np.maximum(quietly, loudly), preferred))


def synergy(points: Points) -> Array:
    """Subtract separate outputs from joint output: the public's stake in cooperation."""
    return np.asarray(points.once(silent).once(produce).synergy)


@dataclass(frozen=True)
class Sides:
    """One number for each of government and organisation."""

    government: float
    organisation: float


@dataclass(frozen=True)
class Moved:
    """One number while the public keeps silent, and while it speaks up."""

    silent: float
    speaking: float


@dataclass(frozen=True)
class Verdict(Cited):
    """What the public changes in a single model.

    Parameters
    ----------
    role : str
        One of `ROLES`.
    speaks : str
        Whether the public speaks up where the others cooperate: ``no``, ``yes`` or ``tie``.
    voice_gain, voice_cost, voice_cost_limit : float
        What speaking up is worth there, what it costs, and below which cost it pays.
    cooperation : bool
        Whether cooperation of the first two is part of an equilibrium of all three.
    margin : float
        Smaller of both incentives to cooperate, while the public does what it prefers.
    with_silent_public, with_active_public : bool
        Whether it is one of the first two alone, given what the public does.
    incentive_silent, incentive_speaking : Sides
        What answering cooperation with cooperation is worth.
    public_weight, detection, incident_risk : Moved
        What the public moves by speaking up: the government's weight of public value, the
        probability of detecting a deviation, the probability of an incident.

    Examples
    --------
    >>> from strategic.families.tripartite import tripartite
    >>> found = tripartite({"public.voice_cost": 0.3}).verdict()
    >>> found.speaks, found.role
    ('no', 'missing')
    """

    role: str
    speaks: str
    voice_gain: float
    voice_cost: float
    voice_cost_limit: float
    cooperation: bool
    margin: float
    with_silent_public: bool
    with_active_public: bool
    incentive_silent: Sides
    incentive_speaking: Sides
    public_weight: Moved
    detection: Moved
    incident_risk: Moved

    def behind(self) -> list[Any]:
        """Name what judges, and all that it uses."""
        return reached("strategic.families.tripartite._verdict:verdict")


def verdict(model: Model, *, seed: int = 0) -> Verdict:
    """Say what the public changes in a single model.

    Examples
    --------
    >>> from strategic.families.tripartite import tripartite
    >>> verdict(tripartite()).speaks
    'yes'
    """
    check_whole(seed=seed)
    del seed  # nothing here is random
    points = model.points
    quietly, loudly = holds(points)
    found = incentives(points)
    return Verdict(
        role=ROLES[int(role(points))],
        speaks=SPEAKS[int(speaks(points))],
        voice_gain=float(voice_gain(points)),
        voice_cost=float(points["public.voice_cost"]),
        voice_cost_limit=float(voice_cost_limit(points)),
        cooperation=bool(cooperation_is_equilibrium(points)),
        margin=float(cooperation_margin(points)),
        with_silent_public=bool(quietly),
        with_active_public=bool(loudly),
        incentive_silent=Sides(*map(float, found.silent)),
        incentive_speaking=Sides(*map(float, found.speaking)),
        public_weight=_moved(points, lambda state: state["government.public_weight"]),
        detection=_moved(points, detection),
        incident_risk=_moved(points, lambda state: state["relation.incident_risk"]),
    )


def _moved(points: Points, number: Callable[[Points], Array]) -> Moved:
    quiet, loud = (float(number(points.once(state))) for state in (silent, spoken))
    return Moved(quiet, loud)
