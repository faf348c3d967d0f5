"""What the explorer of a relationship is read for, in the words of the report."""

from __future__ import annotations

import math

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._repetition import ladder_equilibria
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust import (
    COOPERATION,
    REGIMES,
    STRONG_EVIDENCE,
    incident_drop,
    recorded_incidents,
    replay,
)
from strategic.families.relationship.measures import MEASURES
from strategic.modelling import Points
from strategic.reports.section import Reading
from strategic.reports.words import amount, chance, patience


def belief(value: float) -> str:
    """Write a belief that a side needs; from 1 on, as for none, no belief suffices.

    Examples
    --------
    >>> belief(0.5), belief(1.0), belief(float("inf"))
    ('0.50', 'never', 'never')
    """
    return chance(value) if value < 1 else "never"


def _foresight(value: float) -> str:
    return amount(value) if value <= 1 else "never"


def _absorbed(value: float) -> str:
    if math.isnan(value):
        return "trust is too low at the start"
    return "any number" if math.isinf(value) else amount(value)


def _trust(points: Points) -> Array:
    """Say whose initial belief suffices."""
    enough = [MEASURES[f"trust_margin_{side}"].compute(points) >= 0 for side in SIDES]
    words = {
        (True, True): "both believe enough",
        (False, True): f"the {SIDES[0]} believes too little",
        (True, False): f"the {SIDES[1]} believes too little",
        (False, False): "both believe too little",
    }
    found = np.empty(points.shape, dtype=object)
    for (first, second), text in words.items():
        found[(enough[0] == first) & (enough[1] == second)] = text
    return found


def _ladder(points: Points) -> Array:
    best = np.broadcast_to(points.once(ladder_equilibria).best, points.shape)
    rungs = np.broadcast_to(points["ladder.rungs"], points.shape)
    texts = np.array([f"from rung {rung} on" for rung in range(int(best.max(initial=0)) + 1)])
    return np.where(best < 0, "undefined", np.where(best >= rungs, "never", texts[best]))


def _cooperates(points: Points) -> Array:
    """Mark the periods of mutual cooperation, ``(periods, *points)``."""
    played: Array = np.equal(points.once(replay).regimes, COOPERATION)
    return np.broadcast_to(played, (len(played), *points.shape))


def _share(points: Points) -> Array:
    played = _cooperates(points)
    texts = np.array([f"{count} of {len(played)}" for count in range(len(played) + 1)])
    return np.asarray(texts[played.sum(axis=0)])


def _dated(points: Points, happens: Array, never: str) -> Array:
    """Date the first period in which something happens."""
    dates = np.array(points.once(replay).dates)
    return np.where(happens.any(axis=0), dates[happens.argmax(axis=0)], never)


def _first(points: Points) -> Array:
    return _dated(points, _cooperates(points), "never")


def _last(points: Points) -> Array:
    played = _cooperates(points)
    dates = np.array(points.once(replay).dates)[::-1]
    return np.where(played.any(axis=0), dates[played[::-1].argmax(axis=0)], "never")


def _breakdown(points: Points) -> Array:
    played = _cooperates(points)
    ended = np.zeros(played.shape, dtype=bool)
    ended[1:] = played[:-1] & ~played[1:]
    return _dated(points, ended, "none")


def _strip(points: Points) -> Array:
    """Write the regime of every period, one letter each."""
    regimes = np.asarray(points.once(replay).regimes)
    letters = np.array(REGIMES)[np.broadcast_to(regimes, (len(regimes), *points.shape))]
    joined = np.ascontiguousarray(np.moveaxis(letters, 0, -1)).view(f"<U{len(letters)}")
    return np.asarray(joined[..., 0])


def _record(points: Points) -> Array:
    """Say how telling the incidents on record are, the most telling one of each point."""
    on_record = [incident_drop(now) for _, now in recorded_incidents(points)]
    if not on_record:
        return np.full(points.shape, "none")
    drop = np.broadcast_to(np.maximum.reduce(on_record), points.shape)
    told = np.full(points.shape, "plausible", dtype=object)
    for value in np.unique(drop[drop > np.log(STRONG_EVIDENCE)]):
        ratio = f"{amount(np.exp(value))} times likelier if hostile"
        told[drop == value] = f"damning: {'proof of hostility' if np.isinf(value) else ratio}"
    return told


READINGS = (
    Reading("relationship_type", "relationship type"),
    Reading("binding_constraint", "what stands in the way of cooperation that lasts"),
    Reading("initial_trust", "initial trust", texts=_trust),
    Reading("cooperation", "quarters of mutual cooperation", texts=_share, of_path=True),
    Reading("first_cooperation", "first of them", texts=_first, of_path=True),
    Reading("last_cooperation", "last of them", texts=_last, of_path=True),
    Reading("breakdown", "first breakdown of cooperation", texts=_breakdown, of_path=True),
    Reading(
        "regimes", "who cooperates, quarter by quarter", texts=_strip, of_path=True, strip=True
    ),
    Reading("incident_on_record", "incident on record", texts=_record, of_path=True),
    Reading("joint_incentive", "gain of both from cooperating"),
    Reading("surplus", "surplus of cooperation"),
    *(Reading(f"belief_needed_{side}", f"belief the {side} needs", belief) for side in SIDES),
    Reading("foresight_to_start", "foresight from which initial trust suffices", _foresight),
    Reading("incidents_absorbed", "incidents in a row that initial trust survives", _absorbed),
    Reading("enforcement", "does repetition sustain cooperation?"),
    Reading("critical_discount", "critical discount factor", patience),
    Reading("incident_limit", "largest sustainable incident risk", amount),
    Reading("cooperation_share", "long-run share of time in cooperation"),
    Reading("trust_class", "trust that the repeated game needs"),
    Reading("ladder", "cooperation on the trust ladder", texts=_ladder),
)
