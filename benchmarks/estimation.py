"""From observed behaviour to numbers: whole fits beside Gambit, SciPy and statsmodels.

Every case is a whole call of ``strategic.estimate``, table in, estimates with errors, statuses and
certificate out; the baselines fit and nothing else. All of a case run in turns, so that other work
on the machine hits them alike; processor time, median and range. Data are drawn from known truths,
since those of the articles are not part of the project. Peers that are not installed are left out;
figures of peers that exist for R only were measured elsewhere and are stated with their source.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

import strategic as st
from benchmarks import _estimation_peers as peers
from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Timed, Work
from strategic.arrays import Array
from strategic.estimation import WAYS, draw
from strategic.modelling import Model

Columns = dict[str, list[object]]
GAMBIT_LOOP = "Gambit, one game at a time"
OCHS: Columns = {
    "player": ["row", "row", "column", "column"],
    "action": ["up", "down", "left", "right"],
    "count": [67.456, 60.544, 46.848, 81.152],
}


@dataclass(frozen=True)
class Case:
    """One task, done by us and by others.

    ``scaled`` says how many times a peer's work has to be taken (it may do a part of it only).
    """

    name: str
    ours: Callable[[], object]
    others: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    scaled: Mapping[str, float] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()
    stated: str = ""
    runs: int = 3


def run(bench: Bench) -> None:
    bench.title("Whole fits, table in; estimates, errors, statuses and certificate out")
    for case in cases(quick=bench.quick):
        bench.race(
            case.name,
            {OURS: case.ours, **{name: _as_timed(work) for name, work in case.others.items()}},
            unit="ms per fit",
            items={name: 1 / times for name, times in case.scaled.items()},
            rounds=3 if bench.quick else case.runs,
            wanted=case.wanted,
            told=lambda _, case=case: {"stated": case.stated} if case.stated else {},
        )


def _as_timed(work: Callable[[], object]) -> Work:
    """Take the seconds a peer gives that measures itself, in a process of its own."""

    def timed() -> Timed:
        start = time.process_time()
        told = work()
        return Timed(told if isinstance(told, float) else time.process_time() - start)

    return timed


def cases(*, quick: bool) -> Iterator[Case]:
    """Yield every task; the ways of play that are not there are left out."""
    yield _one_game()
    yield from _many_games(100 if quick else 1000)
    yield from _repeated_game(samples=100 if quick else 1000)
    if "leader" in WAYS:
        yield _leader_and_follower(724 if quick else 7240)
    yield _trust()
    yield from _entry(quick=quick)


def _one_game() -> Case:
    model = st.load("ochs")
    others = {"SciPy, bracket over bisection": lambda: peers.bracketed(OCHS)}
    gambit = peers.gambit_fit([[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]], OCHS)
    if gambit:
        others["Gambit logit_estimate"] = gambit
    return Case(
        "logit, 2x2 game of Ochs: rationality, 95% interval by profile, certificate",
        lambda: st.estimate(model, OCHS), others, wanted=(Wanted(most=2),), runs=5,
    )  # fmt: skip


def _many_games(count: int) -> Iterator[Case]:
    for size in (2, 3):
        rng = np.random.default_rng([7, size])
        payoffs = rng.integers(-4, 5, (count, 2, size, size)).astype(float)
        counts = _logit_counts(payoffs, rng)
        games, table = _by_game(payoffs, counts)
        part = min(count, 200)
        looped = peers.gambit_loop(payoffs[:part], counts[:part])
        yield Case(
            f"logit, {count} random {size}x{size} games, each with its own rationality",
            lambda games=games, table=table: st.estimate(games, table, by="game"),
            {GAMBIT_LOOP: looped} if looped else {},
            scaled={GAMBIT_LOOP: count / part},
            wanted=(Wanted(faster=20, than=GAMBIT_LOOP),), runs=1,
        )  # fmt: skip


def _logit_counts(payoffs: Array, rng: np.random.Generator) -> Array:
    """Draw 100 choices per player of logit equilibria at rationalities from .2 to 1."""
    made = np.empty((*payoffs.shape[:2], payoffs.shape[2]))
    for number, (row, column) in enumerate(payoffs):
        rationality = float(rng.uniform(0.2, 1.0))
        sides = st.solve(row, column, method="logit", rationality=rationality).strategies
        for player, side in enumerate(sides):
            made[number, player] = rng.multinomial(100, np.asarray(side) / np.sum(side))
    return made


def _by_game(payoffs: Array, counts: Array) -> tuple[dict[str, Model], Columns]:
    from strategic.catalogue.custom import fixed
    from strategic.games import Game

    games, table = {}, {"game": [], "player": [], "action": [], "count": []}
    for number, (own, seen) in enumerate(zip(payoffs, counts, strict=True)):
        game = Game.from_payoffs(*own)
        games[f"g{number}"] = fixed(game)
        for player, actions, side in zip(game.players, game.actions, seen, strict=True):
            for action, chosen in zip(actions, side, strict=True):
                row = (f"g{number}", player, action, float(chosen))
                for column, value in zip(table.values(), row, strict=True):
                    column.append(value)
    return games, table


def _repeated_game(*, samples: int) -> Iterator[Case]:
    model = st.load("dal-bo-frechette")
    truth = {"share.AllD": 0.5, "share.AllC": 0.1, "share.TFT": 0.4, "tremble": 0.08}
    table = draw(model, play="strategies", truth=truth, size=46, seed=5, matches=8, rounds=4)
    matches = peers.counted(table)
    yield Case(
        "strategies, 46 subjects, six strategies: shares, tremble, certificate",
        lambda: st.estimate(model, table, play="strategies", bootstrap=0),
        {"EM in numpy, one start": lambda: peers.mixture(matches, np.ones((1, len(matches[0]))))},
        wanted=(Wanted(most=39),), runs=5,
        stated="stratEst 1.1.8 (R): 12 to 39 ms for a treatment of 38 to 50 subjects, stated",
    )  # fmt: skip
    yield Case(
        f"strategies, the same with a bootstrap of {samples} samples of subjects",
        lambda: st.estimate(model, table, play="strategies", bootstrap=samples),
        {"EM in numpy, 20 of the samples": lambda: peers.mixture_bootstrap(matches, 20)},
        scaled={"EM in numpy, 20 of the samples": samples / 20},
        wanted=(Wanted(most=11_800 / 3),) if samples == 1000 else (),
        stated="stratEst 1.1.8 (R): 11.8 s for the bootstrap of 1,000, stated", runs=2,
    )  # fmt: skip


LEADER = """
title = "Offer and answer"
kind = "game"
players = ["leader", "follower"]
actions = [["keep", "offer"], ["refuse", "accept"]]
payoffs = [[["alone", "alone"], [0, "shared"]], [[0, 0], [0, "gain"]]]
[parameters]
alone = { value = 0.0, bounds = [-20.0, 20.0] }
shared = { value = 0.0, bounds = [-20.0, 20.0] }
gain = { value = 0.0, bounds = [-20.0, 20.0] }
"""
FORMULAS = {
    "alone": "a + b + c + d",
    "shared": "e + f + g + h + i",
    "gain": "j + k + l + m + n + o + p",
}


def _leader_and_follower(rows: int) -> Case:
    """19 coefficients: 5, 6 and 8 with their constants; an offer that is refused is worth 0."""
    model = st.load(LEADER)
    rng = np.random.default_rng(11)
    names = {name: ["constant", *formula.split(" + ")] for name, formula in FORMULAS.items()}
    truth = {f"{name}.{term}": float(rng.normal(0, 0.5))
             for name, terms in names.items() for term in terms}  # fmt: skip
    drawn = draw(model, play="leader", truth=truth, size=rows, seed=12, formulas=FORMULAS)
    start, height = peers.leader_likelihood(drawn, names)
    return Case(
        f"leader and follower, {rows} rows, {len(truth)} coefficients, agent shocks",
        lambda: st.estimate(model, drawn, play="leader", formulas=FORMULAS),
        {"SciPy BFGS, numeric gradient": lambda: peers.climbed(start, height)},
        wanted=(Wanted(most=300),) if rows == 7240 else (),
        stated="games 1.1.2 (R), egame12: 1.85 s on the same size, stated", runs=1,
    )  # fmt: skip


def _trust() -> Case:
    truth = {"trust.government": 0.62, "trust.organisation": 0.45, "trust.noise": 0.6,
             "trust.ignored": 0.05, "trust.reporting": 0.1}  # fmt: skip
    model = st.load("ai-mier").change(truth)
    table = draw(model, play="trust", truth=truth, size=100, seed=3, periods=32)
    names = list(truth)
    others = peers.regressions(model, table, names)
    return Case(
        "trust, 100 relationships of 32 quarters: beliefs, steps, noise",
        lambda: st.estimate(model, table, play="trust", free=names), others,
        wanted=(Wanted(most=10),), runs=5,
    )  # fmt: skip


ALONE = "constant + pull * demand - cost_"
THREE_FIRMS = f"""
title = "Three firms"
kind = "game"
players = ["a", "b", "c"]
actions = [["enter", "stay"], ["enter", "stay"], ["enter", "stay"]]
payoffs = [
    [[["{ALONE}a + 2 * rival", "{ALONE}a + rival"], ["{ALONE}a + rival", "{ALONE}a"]],
     [[0, 0], [0, 0]]],
    [[["{ALONE}b + 2 * rival", "{ALONE}b + rival"], [0, 0]],
     [["{ALONE}b + rival", "{ALONE}b"], [0, 0]]],
    [[["{ALONE}c + 2 * rival", 0], ["{ALONE}c + rival", 0]],
     [["{ALONE}c + rival", 0], ["{ALONE}c", 0]]],
]
[parameters]
constant = {{ value = 0.4 }}
pull = {{ value = 0.7 }}
rival = {{ value = -0.8 }}
demand = {{ value = 0.0 }}
cost_a = {{ value = 0.0 }}
cost_b = {{ value = 0.0 }}
cost_c = {{ value = 0.0 }}
"""


def _entry(*, quick: bool) -> Iterator[Case]:
    """Three firms by simulation: every evaluation takes all equilibria of all drawn markets."""
    from strategic.estimation import read_observations
    from strategic.estimation._market_likelihood import SimulatedEntry
    from strategic.estimation._market_outcomes import drawn_outcomes
    from strategic.estimation._markets import Markets, profile_numbers
    from strategic.estimation.payoffs_by_row import PayoffsByRow

    markets, draws, evaluations = 500, 100, 50 if quick else 1000
    rng = np.random.default_rng(4)
    covariates = {name: rng.normal(size=markets).tolist()
                  for name in ("demand", "cost_a", "cost_b", "cost_c")}  # fmt: skip
    free = ["constant", "pull", "rival"]
    payoffs = PayoffsByRow.of(st.load(THREE_FIRMS), read_observations(covariates), free)
    tables = [side[0] for side in payoffs.at(payoffs.starts[None])]
    firms = ("a", "b", "c")
    first = drawn_outcomes(
        tables, players=firms, selection="welfare", value=1.0, mixed=False, rng=rng
    )
    seen = Markets(firms, payoffs, profile_numbers(first), np.arange(markets))
    likelihood = SimulatedEntry(seen, draws=draws, workers=1)
    points = likelihood.starts + rng.normal(0, 0.3, (evaluations, len(likelihood.names)))
    games = markets * draws * evaluations
    looped = peers.gambit_equilibria(tables, 200)
    yield Case(
        f"entry, {games:,} games: {evaluations} evaluations, {markets} markets of 3 firms, "
        f"{draws} draws",
        lambda: likelihood.per_unit(points), looped,
        scaled=dict.fromkeys(looped, games / 200), runs=1,
        wanted=(Wanted(most=100_000),) if evaluations == 1000 else (),
    )  # fmt: skip
    if "entry" in WAYS:
        model = st.load("entry-two-firms")
        yield Case(
            "entry, 600 markets of two firms: 4 coefficients and the selection, in closed form",
            lambda: st.estimate(model), runs=2,
        )  # fmt: skip
