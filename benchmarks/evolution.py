"""Paths of three and four populations from many starts: speed and error beside SciPy's loops.

All methods follow the replicator dynamics of the same models in one run, and are interleaved.
Errors are against an integration in log-odds with a tolerance of 1e-12. Processor time counts, so
that other work on the machine changes little. The peers get right-hand sides in plain Python
numbers, which for three shares are faster than arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy.integrate import odeint, solve_ivp

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, one_by_one
from strategic.arrays import Array
from strategic.evolution import paths
from strategic.games import Game

HORIZON = 20.0
WANTED_TIME, WANTED_SOLVE_IVP, WANTED_ODEINT = 6.0, 300, 60
"""Microseconds per path of three populations; times as fast as a loop over each peer."""


@dataclass(frozen=True)
class Model:
    """A game of two actions per population, its starts and its gains by shares."""

    game: Game
    starts: list[Array]
    gains: list[Callable[..., float]]


def model(populations: int, count: int, seed: int) -> Model:
    """Draw payoffs of the size of published models, and starts in all mixtures."""
    rng = np.random.default_rng([seed, populations])
    shape = (2,) * populations
    game = Game(tuple(rng.uniform(-3, 3, shape) for _ in shape))
    first = rng.uniform(0.01, 0.99, (populations, count))
    return Model(
        game,
        [np.stack([x, 1 - x], axis=1) for x in first],
        [gain(game, i) for i in range(populations)],
    )


def gain(game: Game, player: int) -> Callable[..., float]:
    """Write the advantage of a population's first action as a Python function, as papers do."""
    table = np.moveaxis(game.payoffs[player], player, 0)
    difference = table[0] - table[1]
    others = [f"x{k}" for k in range(len(game.shape)) if k != player]
    terms = []
    for profile in product((0, 1), repeat=len(others)):
        factors = [
            name if a == 0 else f"(1 - {name})" for name, a in zip(others, profile, strict=True)
        ]
        terms.append(" * ".join([repr(float(difference[profile])), *factors]))
    names = ", ".join(f"x{k}" for k in range(len(game.shape)))
    return eval(f"lambda {names}: {' + '.join(terms)}")  # noqa: S307 - our own text


def in_shares(gains: list[Callable[..., float]]) -> Callable[..., list[float]]:
    def slope(_: float, x: Array) -> list[float]:
        values = x.tolist()
        return [v * (1.0 - v) * g(*values) for v, g in zip(values, gains, strict=True)]

    return slope


def reference(chosen: Model, number: int) -> Array:
    """End of a path, in log-odds with the tightest tolerance."""

    def slope(_: float, odds: Array) -> list[float]:
        shares = (1.0 / (1.0 + np.exp(-odds))).tolist()
        return [g(*shares) for g in chosen.gains]

    begin = [np.log(x[number, 0] / x[number, 1]) for x in chosen.starts]
    found = solve_ivp(slope, (0, HORIZON), begin, method="DOP853", rtol=1e-12, atol=1e-12)
    return np.asarray(1.0 / (1.0 + np.exp(-found.y[:, -1])))


def run(bench: Bench) -> None:
    starts, peers, seeds = (2_000, 5, 2) if bench.quick else (10_000, 40, 5)
    for populations in (3, 4):
        bench.title(f"Paths of {populations} populations, replicator dynamics")
        for seed in range(seeds):
            _race(bench, populations, seed, starts, peers)
        _all_models(bench, populations)


def _race(bench: Bench, populations: int, seed: int, starts: int, peers: int) -> None:
    chosen = model(populations, starts, seed)
    truth = np.stack([reference(chosen, k) for k in range(peers)], axis=1)
    slope = in_shares(chosen.gains)
    begin = np.stack([x[:, 0] for x in chosen.starts])[:, :peers].T

    def told(answers: dict[str, Any]) -> dict[str, str]:
        found = answers[OURS]
        ends = {**answers, OURS: [np.stack([end[k, 0] for end in found.end]) for k in range(peers)]}
        errors = {name: np.abs(np.stack(end, axis=1) - truth).max() for name, end in ends.items()}
        mean = {"mean steps": f"{found.steps.mean():.0f}"}
        return mean | {f"error, {name}": f"{error:.0e}" for name, error in errors.items()}

    bench.race(
        f"{populations} populations, model {seed}",
        {
            OURS: lambda: paths(chosen.game, chosen.starts, horizon=HORIZON, workers=1),
            "solve_ivp": one_by_one(
                lambda x: solve_ivp(slope, (0, HORIZON), x, rtol=1e-6, atol=1e-9).y[:, -1], begin
            ),
            "odeint": one_by_one(
                lambda x: odeint(slope, x, [0.0, HORIZON], tfirst=True)[-1], begin
            ),
        },
        unit="us per path",
        items={OURS: starts},
        told=told,
    )


def _all_models(bench: Bench, populations: int) -> None:
    """Take the model in the middle of all: models differ by how soon their paths settle."""
    lines = [line for line in bench.lines if line.case.startswith(f"{populations} populations, m")]
    some = f"{populations} populations, median model"
    three = populations == 3
    bench.value(
        some, float(np.median([line.spread().middle for line in lines])), unit="us per path",
        wanted=Wanted(most=WANTED_TIME) if three else (),
    )  # fmt: skip
    for peer, faster in (("solve_ivp", WANTED_SOLVE_IVP), ("odeint", WANTED_ODEINT)):
        ratio = float(np.median([line.ratio(peer).middle for line in lines]))
        bench.value(
            f"{some} beside {peer}", ratio, unit=f"times as fast as {peer}", better="higher",
            wanted=Wanted(least=faster) if three else (),
        )  # fmt: skip
