"""Paths of three and four populations from many starts: speed and error beside SciPy's loops.

All methods follow the replicator dynamics of the same models in one run, and are interleaved.
Errors are against an integration in log-odds with a tolerance of 1e-12. Processor time counts, so
that other work on the machine changes little. The peers get right-hand sides in plain Python
numbers, which for three shares are faster than arrays.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.integrate import odeint, solve_ivp

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


def compare(populations: int, seed: int, *, starts: int, peers: int) -> tuple[float, float, float]:
    """Print one model's line; give our microseconds per path, and both ratios."""
    chosen = model(populations, starts, seed)
    truth = np.stack([reference(chosen, k) for k in range(peers)], axis=1)
    slope = in_shares(chosen.gains)
    begin = np.stack([x[:, 0] for x in chosen.starts])
    best = {"ours": np.inf, "solve_ivp": np.inf, "odeint": np.inf}
    errors = {}
    for _ in range(3):
        clock = time.process_time()
        found = paths(chosen.game, chosen.starts, horizon=HORIZON, workers=1)
        best["ours"] = min(best["ours"], (time.process_time() - clock) / starts)
        ends = np.stack([end[:peers, 0] for end in found.end])
        errors["ours"] = np.abs(ends - truth).max()
        clock = time.process_time()
        theirs = [
            solve_ivp(slope, (0, HORIZON), begin[:, k], rtol=1e-6, atol=1e-9).y[:, -1]
            for k in range(peers)
        ]
        best["solve_ivp"] = min(best["solve_ivp"], (time.process_time() - clock) / peers)
        errors["solve_ivp"] = np.abs(np.stack(theirs, axis=1) - truth).max()
        clock = time.process_time()
        theirs = [odeint(slope, begin[:, k], [0.0, HORIZON], tfirst=True)[-1] for k in range(peers)]
        best["odeint"] = min(best["odeint"], (time.process_time() - clock) / peers)
        errors["odeint"] = np.abs(np.stack(theirs, axis=1) - truth).max()
    ratios = best["solve_ivp"] / best["ours"], best["odeint"] / best["ours"]
    print(
        f"{populations} populations, model {seed}: {1e6 * best['ours']:6.2f} us a path "
        f"({found.steps.mean():.0f} steps), error {errors['ours']:.0e}; "
        f"solve_ivp {1e6 * best['solve_ivp']:7.0f} us ({ratios[0]:5.0f}x), "
        f"error {errors['solve_ivp']:.0e}; "
        f"odeint {1e6 * best['odeint']:6.0f} us ({ratios[1]:4.0f}x), error {errors['odeint']:.0e}"
    )
    return 1e6 * best["ours"], *ratios


def run(*, quick: bool = False) -> None:
    """Compare three- and four-population models; wanted figures are for three."""
    starts, peers, seeds = (2_000, 5, 2) if quick else (10_000, 40, 5)
    for populations in (3, 4):
        lines = [compare(populations, s, starts=starts, peers=peers) for s in range(seeds)]
        ours, *ratios = (float(np.median(column)) for column in zip(*lines, strict=True))
        wanted = (
            f" (wanted: {WANTED_TIME:.0f} us, {WANTED_SOLVE_IVP}x, {WANTED_ODEINT}x)"
            if populations == 3
            else ""
        )
        print(
            f"median of {populations} populations: {ours:.2f} us, {ratios[0]:.0f}x solve_ivp, "
            f"{ratios[1]:.0f}x odeint{wanted}"
        )
