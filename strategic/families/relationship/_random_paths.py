"""Random paths of some points: incidents, turnover of officials and noisy behaviour drawn."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._seats import HOSTILE, SUPPORTIVE, Seats
from strategic.families.relationship._sides import both
from strategic.families.relationship._trust import (
    COOPERATION,
    REGIMES,
    Choice,
    TrustPath,
    by_threshold,
    dated_points,
    play,
)
from strategic.modelling import Points, Timeline


class RandomPaths(NamedTuple):
    """Random paths of a block of points, the paths on the last axis; sides first.

    ``regimes`` and ``incidents`` have shape ``(periods, points, paths)``, ``beliefs`` (at the
    moment of choice) and ``payoff`` (over acting alone) ``(2, periods, points, paths)``;
    ``successors`` and ``hostile`` are shaped as the regimes, ``willing`` has a row per department.
    """

    regimes: Array
    incidents: Array
    beliefs: Array
    payoff: Array
    successors: Array
    hostile: Array
    willing: Array


def draw_paths(points: Points, path: Timeline, paths: int, rng: np.random.Generator) -> RandomPaths:
    """Draw paths of some points, of shape ``(points, 1)`` or single numbers, from one stream.

    The numbers of the stream are used in a fixed order: incidents first, behaviour if it is noisy.
    Turnover has a stream of its own, so that nothing else depends on whether it is above 0.
    """
    shape = (points.shape[0] if points.shape else 1, paths)
    dated, seats = list(dated_points(points, path)), Seats(points, len(shape))
    risk = [np.broadcast_to(now["relation.incident_risk"], (shape[0], 1)) for now in dated]
    struck = rng.random((path.periods, *shape)) < np.stack(risk)
    choose: Choice = by_threshold
    if any((seats.each(now, "trust.noise") > 0).any() for now in dated):
        chance = rng.random((path.periods, seats.count, *shape))

        def by_noise(period: int, odds: Array, thresholds: Array) -> Array:
            noise = seats.each(dated[period], "trust.noise")
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                likely = logistic((odds - thresholds) / noise)
            # A threshold of -inf is met by every belief, -inf among them.
            likely = np.where(np.isneginf(thresholds), 1.0, likely)
            return np.where(noise > 0, chance[period] < likely, odds >= thresholds)

        choose = by_noise

    turns = _turnover(dated, shape, rng.spawn(1)[0])
    played = play(points, path, choose=choose, incidents=struck, successors=turns, shape=shape)
    return RandomPaths(
        played.regimes,
        played.incidents,
        played.beliefs,
        _payoffs(dated, played, shape),
        played.successors,
        played.hostile,
        played.votes.willing,
    )


def _turnover(
    dated: list[Points], shape: tuple[int, ...], rng: np.random.Generator
) -> Array | None:
    """Draw who takes office in every period but the first; None where nobody ever does."""
    chances = [now["officials.turnover"] for now in dated]
    if not any((chance > 0).any() for chance in chances):
        return None
    drawn = np.zeros((len(dated), *shape), dtype=np.int8)
    for period, (now, chance) in enumerate(zip(dated, chances, strict=True)):
        draw = rng.random(shape)
        against = chance * (1 - now["officials.supportive"])
        code = np.where(draw < against, HOSTILE, np.where(draw < chance, SUPPORTIVE, 0))
        drawn[period] = code if period else 0  # the model's own official opens the path
    return drawn


def _payoffs(dated: list[Points], played: TrustPath, shape: tuple[int, ...]) -> Array:
    """Pay both sides for every period of every path, incidents when they happen."""
    payoff = np.empty((2, len(dated), *shape))
    for _, spell in groupby(range(len(dated)), key=lambda period: id(dated[period])):
        # Parameters stay the same for a spell: one table of payoffs by regime, looked up at once.
        periods = list(spell)
        when, now = slice(periods[0], periods[-1] + 1), dated[periods[0]]
        regimes, terms = played.regimes[when], now.once(base_terms)
        loss_G = now["exposure.cooperate_shelter"] * now["government.incident_loss"]
        loss = both(now, loss_G, now["organisation.incident_loss"])
        # R_i holds the expected incident; here incidents cost when they happen, not on average.
        spared = terms.reward + loss * now["relation.incident_risk"]
        (b_G, b_O), (c_G, c_O) = terms.temptation, terms.loss
        by_regime = both(now, b_G, -c_O), both(now, -c_G, b_O)
        table = np.stack([np.zeros_like(loss), *by_regime, spared], axis=-1).reshape(2, -1)
        cells = len(REGIMES) * np.arange(shape[0])[:, None] + regimes
        hits = played.incidents[when] & (regimes == COOPERATION)
        for side in (0, 1):
            np.take(table[side], cells, out=payoff[side, when])
            payoff[side, when] -= loss[side] * hits
    return payoff
