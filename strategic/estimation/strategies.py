"""Strategies of repeated games from observed choices: a mixture of automata with trembles.

Every subject follows one of the listed strategies and errs in each round with a small probability.
The shares are a global maximum with proof for every tremble; the tremble is found by a scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, ParameterError
from strategic.estimation._histories import Fits, Histories, follow, read_histories
from strategic.estimation._mixtures import GAP, Shares, fit_shares
from strategic.estimation._ways import Request
from strategic.estimation.estimates import Estimate, Part
from strategic.repeated.strategies.automata import Automaton
from strategic.repeated.strategies.typed import typed_strategies

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

USUAL = "AllD,AllC,Grim,TFT,WSLS,T2"
"""The strategies of Dal Bo and Frechette (2011)."""
USUAL_SAMPLES = 1000
"""Bootstrap samples of subjects, if nothing else is asked."""
_SCAN = 129
_LEAST = 1e-9
_STILL = 1e-12
_MOST_STEPS = 200
_BLOCK = 200
_SUM = 1e-9


@dataclass(frozen=True, eq=False)
class Mixture:
    """Shares and tremble for many weightings of the subjects.

    Parameters
    ----------
    shares : array (B, K)
    tremble : array (B,)
    fit : Shares
        The shares' certificate at the tremble.
    """

    shares: Array
    tremble: Array
    fit: Shares


def estimate_strategies(
    histories: Histories, strategies: Sequence[Automaton], *, samples: int, seed: int, group: str
) -> Part:
    """Estimate the shares of strategies and their tremble.

    Parameters
    ----------
    histories : Histories
        Of one group of subjects.
    strategies : sequence of Automaton
        Two or more of different names, or one.
    samples, seed : int
        Bootstrap samples of subjects.
    group : str
        Name of the group.

    Notes
    -----
    ``sum_i log sum_k s_k (1-e)^(n_ik - m_ik) e^m_ik`` over subjects i, with m_ik the rounds in
    which strategy k was not followed; a round in which the strategy itself mixes counts with its
    own probability. For each tremble the shares are a global maximum (`fit_shares`), the tremble is
    scanned from 0 to 1/2 and refined from the best value; bootstrap samples start there.

    References
    ----------
    Dal Bo, P. and Frechette, G. (2011). The evolution of cooperation in infinitely repeated games.
    American Economic Review 101. Dvorak, F. (2023). stratEst: a software package for strategy
    frequency estimation. Journal of the Economic Science Association 9.
    """
    fits = follow(histories, strategies)
    people = len(histories.subjects)
    found = _scanned(fits, np.ones((1, people)))
    drawn = _bootstrapped(fits, found, samples, seed)
    logs = fits.logs(found.tremble)[0]
    top = logs.max(axis=1)
    per_subject = np.log(np.exp(logs - top[:, None]) @ found.shares[0]) + top
    names = [f"share.{one.name}" for one in strategies]
    numbers = np.r_[found.shares[0], found.tremble]
    table = np.column_stack([drawn.shares, drawn.tremble])
    estimates = tuple(
        _estimate(name, number, column, group, note)
        for name, number, column, note in zip(
            [*names, "tremble"], numbers, table.T, _notes(fits, found, strategies), strict=True
        )
    )
    gap = float(max(found.fit.gap[0], 0.0))
    return Part(
        estimates=estimates,
        log_likelihood=float(per_subject.sum()),
        uniform=float(-histories.observed.sum() * np.log(2.0)),
        saturated=_saturated(histories, strategies),
        per_cluster=per_subject,
        certificate={
            "kind": "no strategy's share can rise with profit, at the best tremble of a scan",
            "gap": gap,
            "holds": gap <= GAP,
        },
        observations=int(histories.observed.sum()),
        predicted=_predicted(histories, strategies, found),
        free=len(strategies),
    )


def _scanned(fits: Fits, weights: Array) -> Mixture:
    """Find the best tremble from 0 to 1/2 for one weighting, by a scan and then by refinement."""
    grid = np.r_[0.0, np.geomspace(1e-5, 0.5, _SCAN)]
    logs = fits.logs(grid)
    possible = np.isfinite(logs.max(axis=2)).all(axis=1)  # without errors somebody may be lost
    shares = fit_shares(logs[possible], np.repeat(weights, possible.sum(), axis=0))
    best = grid[possible][int(shares.value.argmax())]
    return _refined(fits, weights, np.full(len(weights), best))


def _refined(fits: Fits, weights: Array, tremble: Array) -> Mixture:
    """Solve ``e = errors / rounds``, errors weighted with whose they are, by the secant method.

    The right-hand side is the step of the EM algorithm, so it never lowers the likelihood; the
    secant of two steps only makes it faster.
    """
    share_of = weights / weights.sum(axis=1, keepdims=True)
    before = after = None
    for _ in range(_MOST_STEPS):
        fit = fit_shares(fits.logs(tremble), weights)
        step = _errors(fits, share_of, tremble, fit.shares)
        move = step - tremble
        if np.abs(move).max() < _STILL:
            break
        target = step
        if before is not None and after is not None:
            slope = (move - after) / np.where(tremble == before, 1.0, tremble - before)
            with np.errstate(divide="ignore", invalid="ignore"):
                leap = tremble - move / slope
            good = (slope < 0) & np.isfinite(leap) & (leap > 0) & (leap < 0.5)
            target = np.where(good, leap, step)
        before, after = tremble, move
        tremble = np.clip(np.where(np.abs(move) < _STILL, tremble, target), 0.0, 0.5)
        tremble = np.where(tremble < _LEAST, 0.0, tremble)
    return Mixture(fit.shares, tremble, fit)


def _errors(fits: Fits, weights: Array, tremble: Array, shares: Array) -> Array:
    """Share of rounds in which subjects err, given whose strategy each may follow: (B,)."""
    logs = fits.logs(tremble)
    likely = np.exp(logs - logs.max(axis=2, keepdims=True)) * shares[:, None, :]
    whose = likely / likely.sum(axis=2, keepdims=True) * weights[..., None]
    rounds = (whose * fits.rounds).sum(axis=(1, 2))
    errors = (whose * fits.mistakes).sum(axis=(1, 2))
    return np.asarray(np.clip(errors / np.where(rounds > 0, rounds, 1.0), 0.0, 0.5))


def _bootstrapped(fits: Fits, found: Mixture, samples: int, seed: int) -> Mixture:
    """Fit samples of subjects drawn with replacement, as weights on the subjects."""
    people = len(fits.mistakes)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(people, np.full(people, 1.0 / people), size=samples).astype(float)
    # A sample may need a tremble although the whole does not: nobody's choices are impossible then.
    start = np.maximum(found.tremble, 1e-3 if found.tremble[0] > 0 else 0.0)
    parts = [
        _refined(
            fits, weights[first : first + _BLOCK], np.repeat(start, len(weights[first:][:_BLOCK]))
        )
        for first in range(0, samples, _BLOCK)
    ]
    if not parts:
        return Mixture(np.zeros((0, fits.mistakes.shape[1])), np.zeros(0), found.fit)
    return Mixture(
        np.concatenate([part.shares for part in parts]),
        np.concatenate([part.tremble for part in parts]),
        found.fit,
    )


def _estimate(name: str, number: float, drawn: Array, group: str, note: str) -> Estimate:
    error = low = high = np.nan
    if len(drawn) > 1:
        error = float(drawn.std(ddof=1))
        low, high = (float(q) for q in np.quantile(drawn, [0.025, 0.975]))
    status = "ok"
    if note:
        status = "not_identified"
    elif number in (0.0, 1.0) or (name == "tremble" and number == 0.5):
        status = "at_bound"
    return Estimate(name, float(number), error, low, high, status, group, note)


def _notes(fits: Fits, found: Mixture, strategies: Sequence[Automaton]) -> list[str]:
    """Say which shares the choices cannot tell apart, and whether there is a tremble at all."""
    notes = [""] * (len(strategies) + 1)
    columns = np.concatenate([fits.mistakes, fits.rounds, fits.mixed])
    for k in range(len(strategies)):
        same = [
            other.name
            for n, other in enumerate(strategies)
            if n != k and (columns[:, n] == columns[:, k]).all()
        ]
        if same:
            listed = " and ".join(same)
            notes[k] = f"cannot be told from that of {listed}: they agree on every round observed"
    if not fits.rounds.any():
        notes[-1] = "does not matter: every strategy mixes in every round"
    elif not any(notes):
        for k, told in _loose(fits, found, strategies).items():
            notes[k] = told
    return notes


def _loose(fits: Fits, found: Mixture, strategies: Sequence[Automaton]) -> dict[int, str]:
    """Find shares that can move together without changing any subject's likelihood."""
    logs = fits.logs(found.tremble)[0]
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    free = found.fit.derivatives[0] > 1.0 - 1e-7
    if free.sum() < 2:
        return {}
    matrix = np.vstack([likely[:, free], np.ones(free.sum())])
    matrix = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    _, sizes, directions = np.linalg.svd(matrix)
    loose = directions[(np.r_[sizes, np.zeros(len(directions) - len(sizes))] < 1e-9)]
    moving = np.flatnonzero(free)[(np.abs(loose) > 1e-6).any(axis=0)] if len(loose) else []
    names = ", ".join(strategies[k].name for k in moving)
    return {int(k): f"can be traded against others among {names}" for k in moving}


def _saturated(histories: Histories, strategies: Sequence[Automaton]) -> float:
    """Log likelihood of each subject's own frequencies in each joint state of all strategies.

    No strategy of the list, nor any mixture of them, can do better.
    """
    seen = histories.observed
    joint = np.zeros_like(histories.own)
    for one in strategies:
        moves, state = np.array(one.following), np.zeros(len(seen), dtype=np.int64)
        for t in range(seen.shape[1]):
            joint[:, t] = joint[:, t] * one.states + state
            state = np.where(seen[:, t], moves[state, histories.outcome[:, t]], state)
        _, numbered = np.unique(joint, return_inverse=True)  # small numbers, whatever the list
        joint = numbered.reshape(joint.shape)
    whole = histories.subject[:, None] * (joint.max() + 1) + joint
    _, cells = np.unique(whole[seen], return_inverse=True)
    first = (histories.own == 0)[seen]
    counts = np.bincount(cells.ravel()).astype(float)
    firsts = np.bincount(cells.ravel(), weights=first)
    total = 0.0
    for share in (firsts, counts - firsts):
        there = share > 0
        total += float((share[there] * np.log(share[there] / counts[there])).sum())
    return total


def _predicted(
    histories: Histories, strategies: Sequence[Automaton], found: Mixture
) -> list[Mapping[str, Any]]:
    """Compare the first action's frequency by round with what the mixture predicts."""
    seen, e = histories.observed, float(found.tremble[0])
    rows: list[Mapping[str, Any]] = []
    states = [np.zeros(len(seen), dtype=np.int64) for _ in strategies]
    for t in range(min(seen.shape[1], 20)):
        here = seen[:, t]
        chance = np.zeros(here.sum())
        for k, one in enumerate(strategies):
            own = np.array(one.cooperation)[states[k][here]]
            erring = np.where((own == 0) | (own == 1), own * (1 - e) + (1 - own) * e, own)
            chance += found.shares[0, k] * erring
            moves = np.array(one.following)
            states[k] = np.where(here, moves[states[k], histories.outcome[:, t]], states[k])
        rows.append(
            {
                "round": t + 1,
                "matches": int(here.sum()),
                "observed": float((histories.own[here, t] == 0).mean()),
                "predicted": float(chance.mean()),
            }
        )
    return rows


def check_strategies(strategies: Sequence[Automaton]) -> None:
    """Raise an error where two strategies have one name."""
    names = [one.name for one in strategies]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ParameterError("is listed twice", where="strategies", value=twice[0])


def strategies_part(request: Request) -> Part:
    """Estimate what was asked of one group of subjects."""
    game = request.model.game()
    if game.shape != (2, 2):
        rule = "strategies of repeated games need a game of two players with two actions each"
        raise MethodError(rule, where="model", value=game.shape)
    strategies = typed_strategies(request.strategies or USUAL)
    check_strategies(strategies)
    samples = USUAL_SAMPLES if request.bootstrap is None else request.bootstrap
    histories = read_histories(request.table, game.actions[0])
    return estimate_strategies(
        histories, strategies, samples=samples, seed=request.seed, group=request.group
    )


def draw_matches(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw matches of subjects who each follow one strategy and err, against each other."""
    shares = {n.partition(".")[2]: v for n, v in plan.truth.items() if n.startswith("share.")}
    strategies = typed_strategies(",".join(shares)) if shares else []
    total = sum(shares.values())
    if abs(total - 1.0) > _SUM or min(shares.values(), default=0.0) < 0.0:
        raise MethodError("must be shares that sum to 1", where="share.STRATEGY", value=total)
    tremble, people = plan.take("tremble"), plan.size + plan.size % 2
    matches, rounds = (int(plan.options.get(n, 10)) for n in ("matches", "rounds"))
    whose = rng.choice(len(strategies), size=people, p=np.array([*shares.values()]) / total)
    most = max(one.states for one in strategies)
    chances = np.zeros((len(strategies), most))
    moves = np.zeros((len(strategies), most, 4), dtype=np.int64)
    for k, one in enumerate(strategies):
        chances[k, : one.states], moves[k, : one.states] = one.cooperation, one.following
    names = plan.model.game().actions[0]
    columns: dict[str, list[Any]] = {
        name: [] for name in ("subject", "match", "round", "choice", "other")
    }
    for match in range(matches):
        partner = np.empty(people, dtype=np.int64)
        pairs = rng.permutation(people).reshape(-1, 2)
        partner[pairs[:, 0]], partner[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
        state = np.zeros(people, dtype=np.int64)
        for turn in range(rounds):
            intended = rng.random(people) < chances[whose, state]
            certain = np.isin(chances[whose, state], (0.0, 1.0))
            own = intended != (certain & (rng.random(people) < tremble))
            other = own[partner]
            for name, values in (
                ("subject", np.arange(people)),
                ("match", np.full(people, match)),
                ("round", np.full(people, turn)),
            ):
                columns[name] += values.tolist()
            columns["choice"] += [names[int(not c)] for c in own]
            columns["other"] += [names[int(not c)] for c in other]
            state = moves[whose, state, 2 * ~own + ~other]
    return columns
