"""Histories of relationships drawn from known numbers of the trust engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust import play
from strategic.families.relationship._trust_likelihood import NOISE, RISK
from strategic.families.relationship._trust_trace import SOURCES
from strategic.modelling import Model, Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from strategic.estimation.drawing import Plan


def draw_paths(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw histories of relationships: logistic choices on the engine's beliefs, and incidents.

    Numbers of the truth are parameters of the model, and effects of its events,
    ``events.KEY.government`` and ``events.KEY.organisation``, or what they set,
    ``events.KEY.PARAMETER``.
    """
    model = _with_truth(plan.model, plan.truth)
    noise = float(model.points[NOISE])
    path = model.path or Timeline("2000Q1", int(plan.options.get("periods", 32)))
    shape = (path.periods, plan.size)
    struck = rng.random(shape) < float(model.points[RISK])
    uniform = rng.random((path.periods, 2, plan.size))

    def choose(period: int, beliefs: Array, thresholds: Array) -> Array:
        margin = beliefs - thresholds
        if noise == 0.0:
            return np.asarray(margin >= 0.0)
        return np.asarray(uniform[period] < logistic(margin / noise))

    played = play(model.points, path, choose=choose, incidents=struck, shape=(plan.size,))
    periods, which = np.indices(shape)
    words = np.array(["D", "C"])
    regimes = played.regimes.reshape(-1).astype(int)
    return {
        "relationship": which.reshape(-1).tolist(),
        "period": periods.reshape(-1).tolist(),
        "government": words[regimes // 2].tolist(),
        "organisation": words[regimes % 2].tolist(),
        "incident": played.incidents.reshape(-1).astype(int).tolist(),
    }


def _with_truth(model: Model, truth: Mapping[str, float]) -> Model:
    """Put true numbers into a model: its parameters, and what its events do."""
    known = model.family.parameters
    events = list(model.path.events) if model.path else []
    effects = {f"events.{event.key}.{side}": (k, side)
               for k, event in enumerate(events) for side in SIDES}  # fmt: skip
    settings = {f"events.{event.key}.{step}": (k, step)
                for k, event in enumerate(events) for step in event.set}  # fmt: skip
    for name, value in truth.items():
        if name in effects:
            k, side = effects[name]
            events[k] = replace(events[k], effects={**events[k].effects, side: float(value)})
        elif name in settings:
            k, step = settings[name]
            events[k] = replace(events[k], set={**events[k].set, step: float(value)})
        elif name in SOURCES and name not in known:
            rule = "follows from relation.incident_risk and trust.incident_if_hostile"
            raise MethodError(rule, where=name, remedy="state these")
        elif name not in known:
            remedy = nearest(name, (*known, *effects)) or "see 'strategic parameters'"
            raise MethodError("no such number of the model", where=name, remedy=remedy)
    changed = model.change({name: value for name, value in truth.items() if name in known})
    return (
        replace(changed, path=replace(model.path, events=tuple(events))) if model.path else changed
    )
