"""What others do with the same data: Gambit, SciPy, statsmodels, and plain loops over numpy."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import expit, log_ndtr, ndtr

from strategic.arrays import Array
from strategic.modelling import Model

Columns = Mapping[str, Sequence[Any]]
PATIENCE = 5.0
"""Seconds after which a game is taken from Gambit, some of which do not end."""


def bracketed(table: Columns) -> float:
    """Fit the 2x2 game of Ochs: a bounded search over equilibria found by bisection."""
    counts = np.array(table["count"], float).reshape(2, 2)

    def height(rationality: float) -> float:
        def left(up: float) -> float:
            return float(expit(rationality * 1.1141 * (1 - 2 * up)))

        def miss(up: float) -> float:
            chance = left(up)
            return float(expit(rationality * (1.1141 * chance - 0.2785 * (1 - chance)))) - up

        up = brentq(miss, 0.0, 1.0, xtol=1e-14)
        first = np.array([up, left(up)])
        return -float((counts * np.log(np.stack([first, 1 - first], axis=1))).sum())

    minimize_scalar(height, bounds=(0.0, 20.0), method="bounded", options={"xatol": 1e-8})
    return 0


def gambit_fit(row: Any, column: Any, table: Columns) -> Callable[[], object] | None:
    """One fit by Gambit, its game made beforehand."""
    try:
        import pygambit
    except ImportError:
        return None
    counts = np.array(table["count"], float).reshape(2, 2).tolist()
    game = pygambit.Game.from_arrays(np.array(row, float), np.array(column, float))
    data = game.mixed_strategy_profile(counts)
    return lambda: pygambit.qre.logit_estimate(data) and None


def gambit_loop(payoffs: Array, counts: Array) -> Callable[[], float] | None:
    """Fit games one at a time in a process that is ended where one does not end.

    Returns the processor seconds of the games that ended; games that did not are counted with
    nothing, which favours the peer.
    """
    try:
        import pygambit  # noqa: F401 - whether it is there
    except ImportError:
        return None

    def loop() -> float:
        spent, first, left_out = 0.0, 0, 0
        while first < len(payoffs):
            ours, theirs = multiprocessing.Pipe()
            work = multiprocessing.Process(
                target=_gambit_games, args=(payoffs[first:], counts[first:], theirs)
            )
            work.start()
            while first < len(payoffs) and ours.poll(PATIENCE):
                spent += ours.recv()
                first += 1
            work.kill()
            work.join()
            left_out += first < len(payoffs)
            first += first < len(payoffs)
        if left_out:
            print(f"  Gambit did not end within {PATIENCE:.0f} s on {left_out} games")
        return spent

    return loop


def _gambit_games(payoffs: Array, counts: Array, pipe: Any) -> None:
    import pygambit

    for own, seen in zip(payoffs, counts, strict=True):
        game = pygambit.Game.from_arrays(*own)
        data = game.mixed_strategy_profile(seen.tolist())
        start = time.process_time()
        pygambit.qre.logit_estimate(data)
        pipe.send(time.process_time() - start)


def gambit_equilibria(tables: Sequence[Array], count: int) -> dict[str, Callable[[], object]]:
    """List equilibria of the first markets, each with shocks of its own, one at a time."""
    try:
        import pygambit
    except ImportError:
        return {}
    rng = np.random.default_rng(0)
    games = []
    for market in range(count):
        sides = [np.array(side[market]) for side in tables]
        for player, side in enumerate(sides):
            np.moveaxis(side, player, 0)[0] += rng.normal()
        games.append(pygambit.Game.from_arrays(*sides))

    def loop(solve: Callable[[Any], object]) -> None:
        for game in games:
            solve(game)

    solvers = {"pure": pygambit.nash.enumpure_solve, "all": pygambit.nash.enumpoly_solve}
    return {
        f"Gambit, {what} equilibria, {count} games": lambda solve=solve: loop(solve)
        for what, solve in solvers.items()
    }


STRATEGIES: dict[str, tuple[list[int], list[list[int]]]] = {
    "AllD": ([1], [[0] * 4]),
    "AllC": ([0], [[0] * 4]),
    "Grim": ([0, 1], [[0, 1, 1, 1], [1, 1, 1, 1]]),
    "TFT": ([0, 1], [[0, 1, 0, 1], [0, 1, 0, 1]]),
    "WSLS": ([0, 1], [[0, 1, 1, 0], [0, 1, 1, 0]]),
    "T2": ([0, 1, 1], [[0, 1, 1, 1], [2, 2, 2, 2], [0, 0, 0, 0]]),
}
"""Per state: its action (0 cooperates), and the next state by own and other choice."""


def counted(table: Columns) -> tuple[Array, Array]:
    """Count rounds, and mistakes under each strategy, per subject."""
    people: dict[Any, list[float]] = {}
    states: dict[tuple[Any, Any], list[int]] = {}
    for subject, match, choice, other in zip(
        table["subject"], table["match"], table["choice"], table["other"], strict=True
    ):
        one = people.setdefault(subject, [0.0] * (1 + len(STRATEGIES)))
        state = states.setdefault((subject, match), [0] * len(STRATEGIES))
        own, seen = (str(text).lower().startswith("d") for text in (choice, other))
        one[0] += 1
        for place, (actions, moves) in enumerate(STRATEGIES.values()):
            one[1 + place] += actions[state[place]] != own
            state[place] = moves[state[place]][2 * own + seen]
    rows = np.array(list(people.values()))
    return rows[:, :1], rows[:, 1:]


def mixture(matches: tuple[Array, Array], weights: Array) -> tuple[Array, float]:
    """Fit shares and a tremble by expectation and maximisation, from even shares."""
    rounds, mistakes = matches
    weight = weights[0][:, None]
    shares, tremble, before = np.full(mistakes.shape[1], 1 / mistakes.shape[1]), 0.1, -np.inf
    for _ in range(10_000):
        logs = mistakes * np.log(tremble) + (rounds - mistakes) * np.log1p(-tremble)
        top = logs.max(axis=1, keepdims=True)
        likely = np.exp(logs - top) * shares
        whole = likely.sum(axis=1, keepdims=True)
        value = float((weight * (np.log(whole) + top)).sum())
        if value - before < 1e-10:
            break
        whose = weight * likely / whole
        shares = whose.sum(axis=0) / weight.sum()
        tremble = float((whose * mistakes).sum() / (whose * rounds).sum())
        before = value
    return shares, before


def mixture_bootstrap(matches: tuple[Array, Array], samples: int) -> None:
    """Fit samples of subjects one after the other."""
    rng = np.random.default_rng(0)
    people = len(matches[0])
    for _ in range(samples):
        mixture(matches, rng.multinomial(people, np.full(people, 1 / people))[None].astype(float))


def leader_likelihood(
    table: Columns, names: Mapping[str, Sequence[str]]
) -> tuple[Array, Callable[[Array], float]]:
    """Make a start and the negative log likelihood of an offer that may be refused or accepted."""
    rows = len(table["outcome"])
    outcome = np.array([str(text) for text in table["outcome"]])
    kept = outcome == "keep"
    accepted = np.char.endswith(outcome, "accept")
    blocks = {
        name: np.column_stack([np.ones(rows), *(np.array(table[t], float) for t in terms[1:])])
        for name, terms in names.items()
    }
    ends = np.cumsum([block.shape[1] for block in blocks.values()])

    def height(point: Array) -> float:
        parts = np.split(point, ends[:-1])
        alone, shared, gain = (x @ own for x, own in zip(blocks.values(), parts, strict=True))
        accept = ndtr(gain / np.sqrt(2.0))
        offer = (accept * shared - alone) / np.sqrt(2.0)
        logs = np.where(kept, log_ndtr(-offer), log_ndtr(offer))
        logs += np.where(kept, 0.0, np.where(accepted, log_ndtr(gain / np.sqrt(2.0)),
                                             log_ndtr(-gain / np.sqrt(2.0))))  # fmt: skip
        return -float(logs.sum())

    return np.zeros(int(ends[-1])), height


def climbed(start: Array, height: Callable[[Array], float]) -> float:
    """Minimise by BFGS with differences for derivatives."""
    minimize(height, start, method="BFGS")
    return 0


def regressions(model: Model, table: Columns, names: Sequence[str]) -> dict[str, Callable[[], Any]]:
    """Logit regressions on the design that our engine makes of the histories."""
    from strategic.estimation import read_observations
    from strategic.families.relationship._trust_likelihood import TrustLikelihood
    from strategic.families.relationship._trust_observed import read_paths
    from strategic.families.relationship._trust_regression import fit_within
    from strategic.families.relationship._trust_trace import trace_of

    paths = read_paths(read_observations(dict(table)), model.path)
    units = np.arange(len(paths.names))
    likelihood = TrustLikelihood(trace_of(model, paths), tuple(names), units, (0, 1))
    made = fit_within(likelihood, *(found[0] for found in likelihood.columns())).design
    columns, chosen = made.columns, made.chosen.astype(float)
    sign = np.where(made.chosen, 1.0, -1.0)

    def scipy() -> None:
        def height(point: Array) -> tuple[float, Array]:
            odds = sign * (columns @ point + made.offset)
            return float(np.logaddexp(0, -odds).sum()), -(sign * expit(-odds)) @ columns

        minimize(height, np.zeros(columns.shape[1]), jac=True, method="BFGS")

    found: dict[str, Callable[[], Any]] = {"SciPy BFGS, design ready": scipy}
    try:
        from statsmodels.discrete.discrete_model import Logit
    except ImportError:
        return found

    def statsmodels() -> None:
        Logit(chosen, columns, offset=made.offset).fit(disp=0)

    return found | {"statsmodels Logit, design ready": statsmodels}
