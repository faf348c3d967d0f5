"""One block of random paths: who cooperated, what was believed and earned, path by path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import groupby

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship.base_game import base_terms
from strategic.families.relationship.trust import (
    COOPERATION,
    REGIMES,
    Choice,
    by_threshold,
    logistic,
    play,
)
from strategic.modelling import Points, Timeline


@dataclass(frozen=True, eq=False)
class RandomPaths:
    """Paths drawn at some points, the paths on the last axis.

    Parameters
    ----------
    regimes : array of int8, (periods, points, paths)
        Positions in `REGIMES`.
    incidents : array of bool, (periods, points, paths)
        Where an incident happened.
    beliefs, payoff : array, (2, periods, points, paths)
        Belief at the moment of choice and payoff over acting alone, government first.
    """

    regimes: Array
    incidents: Array
    beliefs: Array
    payoff: Array

    def value(self, discount: Array) -> Array:
        """Average the payoffs with the sides' own discount factors, (2, points, paths)."""
        rate = discount.reshape(2, -1, 1)
        total, weights, weight = 0.0, np.zeros(rate.shape), np.ones(rate.shape)
        for payoff in np.moveaxis(self.payoff, 1, 0):
            total = total + weight * payoff
            weights += weight
            weight = weight * rate
        return np.asarray(total / weights)

    def first_spell(self) -> tuple[Array, Array]:
        """Find how long the first spell of cooperation lasted, and whether it ended."""
        lasted = np.zeros(self.regimes.shape[1:], dtype=np.intp)
        ended = np.zeros(lasted.shape, dtype=bool)
        for regime in self.regimes:
            together = regime == COOPERATION
            ended |= ~together & (lasted > 0)
            lasted += together & ~ended
        return lasted, ended

    def strips(self, count: int) -> tuple[str, ...]:
        """Write the first paths of the first point, one letter a period."""
        shown = self.regimes[:, 0, :count].T
        return tuple("".join(REGIMES[code] for code in path) for path in shown)


def joined(parts: Iterable[RandomPaths]) -> RandomPaths:
    """Put paths of the same points together."""
    all_parts = list(parts)
    if len(all_parts) == 1:
        return all_parts[0]
    return RandomPaths(
        *(
            np.concatenate([getattr(part, field.name) for part in all_parts], axis=-1)
            for field in fields(RandomPaths)
        )
    )


def draw_paths(points: Points, path: Timeline, paths: int, rng: np.random.Generator) -> RandomPaths:
    """Draw paths of some points from one stream.

    Parameters
    ----------
    points : Points
        Values of shape ``(points, 1)``, or single numbers.
    path : Timeline
        Horizon and dated events.
    paths : int
        Paths a point.
    rng : numpy.random.Generator
        Its numbers are used in a fixed order.
    """
    shape = (points.shape[0] if points.shape else 1, paths)
    dated = list(_dated(points, path))
    chance = rng.random((path.periods, *shape))
    struck = chance < np.stack(
        [np.broadcast_to(today["relation.incident_risk"], (shape[0], 1)) for today in dated]
    )
    noisy = any((today["trust.noise"] > 0).any() for today in dated)
    choose = _by_noise(dated, rng.random((path.periods, 2, *shape))) if noisy else by_threshold
    played = play(points, path, choose=choose, incidents=struck, shape=shape)
    payoff = _payoffs(dated, played.regimes, played.incidents)
    return RandomPaths(played.regimes, played.incidents, played.beliefs, payoff)


def _dated(points: Points, path: Timeline) -> Iterator[Points]:
    """Yield the parameters of every period, as events change them."""
    for period in range(path.periods):
        changes = {
            name: value
            for event in path.events
            if path.period(event.date) == period
            for name, value in event.set.items()
        }
        points = points.change(changes) if changes else points
        yield points


def _by_noise(dated: list[Points], chance: Array) -> Choice:
    def choose(period: int, beliefs: Array, thresholds: Array) -> Array:
        noise = dated[period]["trust.noise"]
        first, second = (
            np.where(
                noise > 0,
                chance[period, side] < _chance(beliefs[side], thresholds[side], noise),
                beliefs[side] >= thresholds[side],
            )
            for side in (0, 1)
        )
        return np.stack([first, second])

    return choose


def _chance(belief: Array, threshold: Array, noise: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        chance = logistic((belief - threshold) / noise)
    return np.where(np.isneginf(threshold), 1.0, chance)


def _payoffs(dated: list[Points], regimes: Array, struck: Array) -> Array:
    """Pay both sides in every period; incidents cost when they happen, not on average."""
    payoff = np.empty((2, *regimes.shape))
    rows = 4 * np.arange(regimes.shape[1])[:, None]
    for _, spell in groupby(range(len(dated)), key=lambda period: id(dated[period])):
        periods = list(spell)
        when, today = slice(periods[0], periods[-1] + 1), dated[periods[0]]
        cells = rows + regimes[when]
        hits = struck[when] & (regimes[when] == COOPERATION)
        for side in (0, 1):
            loss = _incident_loss(today, side)
            table = _pay_table(today, side, loss, regimes.shape[1])
            np.take(table, cells, out=payoff[side, when])
            payoff[side, when] -= loss * hits
    return payoff


def _incident_loss(today: Points, side: int) -> Array:
    if side == 1:
        return today["organisation.incident_loss"]
    return np.asarray(today["exposure.cooperate_shelter"] * today["government.incident_loss"])


def _pay_table(today: Points, side: int, loss: Array, points: int) -> Array:
    """Lay out what a side earns in each regime without an incident, four numbers a point."""
    terms = today.once(base_terms).sides()[side]
    spared = terms.reward + loss * today["relation.incident_risk"]
    alone = (terms.temptation, -terms.loss)
    cells = (0.0, alone[side], alone[1 - side], spared)
    return np.stack([np.broadcast_to(cell, (points, 1)) for cell in cells], axis=-1).ravel()
