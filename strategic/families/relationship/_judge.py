"""How the verdict on a relationship is computed, from the measures and the replayed path."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from strategic.families.relationship import _trust as trust
from strategic.families.relationship._bargaining import dependence
from strategic.families.relationship._base_game import (
    RISK_DOMINANT,
    BaseTerms,
    base_terms,
    risk_dominant,
    threshold_belief,
    threshold_log_odds,
)
from strategic.families.relationship._candidates import BLOCKED, candidacy
from strategic.families.relationship._choices import OUTCOMES, choices_payoffs
from strategic.families.relationship._foresight import trust_terms
from strategic.families.relationship._leadership import KINDS, LEADERS, PLACES, outcome
from strategic.families.relationship._repetition import discounts, repetition
from strategic.families.relationship._robustness import robustness_once
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._turns import turns_of
from strategic.families.relationship._verdict import (
    Candidates,
    Commitment,
    Constraint,
    Dependent,
    Incident,
    Needed,
    OneShot,
    Organisations,
    Path,
    PerSide,
    Repeated,
    Robust,
    Trust,
    Verdict,
)
from strategic.families.relationship.measures import MEASURES
from strategic.families.relationship.measures import _verdict as labels
from strategic.modelling import Event, Model, Points, Timeline
from strategic.status import Status

_MOST_INCIDENTS = 20
"""Incidents in a row that are tried on departments; who survives them is told to survive any."""


def verdict(model: Model, *, seed: int = 0) -> Verdict:
    """Sum a single relationship up; computed once per model and seed.

    Parameters
    ----------
    model : Model
        A single relationship.
    seed : int
        Seed of the points nearby that robustness tries.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> verdict(relationship({"relation.alignment": 0.9, "relation.payment": 0.1})).trust.status
    'missing'
    """
    made = model.points.once(_by_seed)
    if seed not in made:
        made[seed] = _judge(model, seed)
    return made[seed]


def _by_seed(_points: Points) -> dict[int, Verdict]:
    return {}


def _judge(model: Model, seed: int) -> Verdict:
    # Payoffs that overflow are an error: nothing can be said of them. One organisation stands for
    # as many as there are players, who may be more than a normal form has room for.
    single = model.change({"relation.candidates": 1})
    for game in model.family.games:
        single.game(game)
    points = model.points
    repeated, trusting = _repetition(points), _trust(points)
    return Verdict(
        constraint=_constraint(points, repeated, trusting),
        one_shot=_one_shot(points),
        trust=trusting,
        repetition=repeated,
        commitment=_commitment(points),
        path=None if points.path is None else path_of(points),
        incident=_incident(points),
        dependence=_dependence(points),
        n=_organisations(points),
        candidates=_candidates(points),
        robustness=_robustness(model, seed),
    )


def _value(points: Points, name: str) -> Any:
    measure = MEASURES[name]
    return measure.decode(measure.compute(points))


def _per_side(values: Any) -> PerSide:
    return {side: float(value) for side, value in zip(SIDES, values, strict=True)}


def _unless(never: Any, values: Any) -> Needed:
    return {
        side: None if none else float(value)
        for side, value, none in zip(SIDES, values, never, strict=True)
    }


def _those(chosen: Any) -> tuple[str, ...]:
    return tuple(side for side, holds in zip(SIDES, chosen, strict=True) if holds)


def _one_shot(points: Points) -> OneShot:
    gains, dominant = points.once(base_terms).incentive, int(risk_dominant(points))
    return OneShot(
        equilibrium="CC, DD" if (gains >= 0).all() else "DD",
        strict=bool((gains > 0).all()),
        risk_dominant=RISK_DOMINANT[dominant] if dominant >= 0 else None,
        blocked_by=_those(gains < 0),
    )


def _trust(points: Points) -> Trust:
    ends = {f: trust_terms(points, f) for f in (0.0, 1.0)}
    odds, thresholds = trust.initial_log_odds(points), trust.trust_thresholds(points)
    switch = trust.foresight_to_start(points)
    return Trust(
        status=_label(labels.TRUST, labels.trust_status(points)),
        missing=_those(odds < thresholds),
        never=_those(np.isposinf(thresholds)),
        foresight=float(points["trust.foresight"]),
        belief=_per_side(trust.initial_beliefs(points)),
        needed=_beliefs(points.once(trust_terms)),
        this_period=_label(labels.TRUST, labels.status_of_trust(points, 0.0)),
        needed_this_period=_beliefs(ends[0.0]),
        all_periods=_label(labels.TRUST, labels.status_of_trust(points, 1.0)),
        needed_all_periods=_beliefs(ends[1.0]),
        foresight_to_start=None if np.isinf(switch).any() else float(np.max(switch)),
        foresight_to_start_of=_unless(np.isinf(switch), switch),
    )


def _beliefs(terms: BaseTerms) -> Needed:
    return _unless(np.isposinf(threshold_log_odds(terms)), threshold_belief(terms))


def _label(names: tuple[str, ...], code: Any) -> str:
    return names[int(code)] if int(code) >= 0 else "undefined"


def _repetition(points: Points) -> Repeated:
    found, status = points.once(repetition), _value(points, "repetition_role")
    worthless = points.once(base_terms).reward <= 0
    fails = (found.sides.status == Status.UNENFORCEABLE) | (found.sides.status == Status.NO_VALUE)
    if status == "cannot carry it" and not fails.any():
        fails = worthless  # a punishment the other needs would be a reward to this side
    return Repeated(
        status=status or "undefined",
        binding=_value(points, "binding_side"),
        reason=_value(points, "binding_constraint") if status == "cannot carry it" else "",
        blocked_by=_those(fails),
        worthless_to=_those(worthless),
        discount=_per_side(discounts(points)),
        critical_discount=_per_side(found.sides.critical_discount),
    )


def _constraint(points: Points, repeated: Repeated, trusting: Trust) -> Constraint:
    kind = _value(points, "binding_constraint") or "undefined"
    if kind in ("none", "undefined"):
        return Constraint(kind, ())
    if kind in ("trust", "foresight"):
        return Constraint(kind, trusting.missing)
    return Constraint(kind, repeated.blocked_by or trusting.never)


def _commitment(points: Points) -> Commitment:
    found = points.once(outcome)
    place, led = PLACES[int(found.cell)], bool(points["relation.leader"] != 0)
    settled = place in OUTCOMES
    row, column = points.once(choices_payoffs)
    i, j = divmod(int(found.cell), row.shape[-1]) if settled else (0, 0)
    stable = row[i, j] >= row[:, j].max() and column[i, j] >= column[i].max()
    return Commitment(
        leader=LEADERS[int(points["relation.leader"])],
        holds=float(points["relation.commitment"]),
        cell=place if settled else None,
        outcome=OUTCOMES[place][0] if settled else f"{place} equilibria",
        type=KINDS[int(found.type)],
        margin=_value(points, "commitment_margin") if led else None,
        cooperation_margin=_value(points, "cooperation_margin") if led else None,
        equilibrium_too=bool(settled and stable),
    )


def path_of(points: Points) -> Path:
    """Sum the replayed path of a single point up."""
    played, turns = points.once(trust.replay), turns_of(points)
    together = played.regimes == trust.COOPERATION
    *_, last = trust.dated_points(points, points.path) if points.path else (points,)
    dates = [date for date, both in zip(played.dates, together, strict=True) if both]
    if turns:
        cause, sides = turns[-1].cause, turns[-1].sides
    else:
        cause, sides = _never(played)
    return Path(
        periods=len(together),
        cooperation=int(together.sum()),
        share=float(together.mean()),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        breakdowns=sum(turn.kind == "breakdown" for turn in turns),
        cooperates_at_end=bool(together[-1]),
        cause=cause,
        sides=sides,
        foresight=float(last["trust.foresight"]),
        turns=turns,
    )


def _never(played: trust.TrustPath) -> tuple[str, tuple[str, ...]]:
    """Say why nobody has ever met the other's cooperation, as the path ends."""
    hopeless = np.isposinf(played.thresholds[:, -1])
    short = played.log_odds[:, -1] < played.thresholds[:, -1]
    if hopeless.any():
        return "no belief suffices", _those(hopeless)
    if short.any():
        return "too little trust", _those(short)
    return "hostile official", (SIDES[0],)


def _incident(points: Points) -> Incident:
    kind, absorbed = _departments_struck(points) if points.variants else _struck(points)
    return Incident(
        risk=float(points["relation.incident_risk"]),
        limit=_value(points, "incident_limit"),
        now=kind,
        absorbed=absorbed,
    )


def _struck(points: Points) -> tuple[str, float | None]:
    """Say what one incident does after the last period, and how many in a row trust survives."""
    now, odds, opposed = points, trust.initial_log_odds(points), False
    if points.path is not None:
        played = points.once(trust.replay)
        *_, now = trust.dated_points(points, points.path)
        odds, opposed = played.final, bool(played.hostile[-1])
    margin, drop = odds - trust.trust_thresholds(now), trust.incident_drop(now)
    kind = _label(labels.INCIDENT, labels.effect_of_incident(margin, drop))
    if opposed or kind == "nothing to end":
        return "nothing to end", None
    if kind == "absorbed":
        with np.errstate(all="ignore"):
            return kind, float(np.floor(margin[0] / drop))
    return kind, math.inf if kind == "no news" else 0.0


def _departments_struck(points: Points) -> tuple[str, float | None]:
    """Say the same of departments, each of which reads incidents its own way, by trying them."""
    path = points.path or Timeline("0001Q1", 0)
    after = replace(path, periods=path.periods + 1)
    incident = Event(after.dates[-1], effects={"incident": True})

    def goes_on(incidents: int) -> bool:
        events = (*path.events, *(incident,) * incidents)
        played = trust.replay(points.along(replace(after, events=events)))
        return bool(played.regimes[-1] == trust.COOPERATION)

    if not goes_on(0):
        return "nothing to end", None
    absorbed = next((n for n in range(_MOST_INCIDENTS) if not goes_on(n + 1)), math.inf)
    return "absorbed" if absorbed else "ends cooperation", float(absorbed)


def _dependence(points: Points) -> Dependent:
    power = points.once(dependence)
    more = None if power.degree[0] == power.degree[1] else SIDES[int(np.argmax(power.degree))]
    return Dependent(
        binds=_value(points, "binding_side"),
        more_dependent=more,
        share=_per_side(power.share),
    )


def _organisations(points: Points) -> Organisations:
    count, bound = float(points["relation.organisations"]), _value(points, "partners_bound")
    status = "no bound" if math.isinf(bound) else "within" if count <= bound else "beyond"
    return Organisations(count, bound, status)


def _candidates(points: Points) -> Candidates:
    found, count = points.once(candidacy), int(points["relation.candidates"])
    blocked, working = int(found.blocked_by), found.working
    who = BLOCKED[blocked] if blocked > 0 else None
    return Candidates(count, int(np.nan_to_num(working)), who)


def _robustness(model: Model, seed: int) -> Robust:
    found = robustness_once(model, seed)
    others = {name: share for name, share in found.types.items() if name != found.type}
    most = max(others, key=lambda name: others[name]) if others else None
    return Robust(
        same_type=found.same_type,
        error=found.errors["same_type"],
        spread=found.spread,
        points=found.points,
        next_type=most,
        same_path=found.same_path,
        same_end=found.same_end,
        turned_by=found.turned_by,
    )
