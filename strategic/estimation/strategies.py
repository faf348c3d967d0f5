"""Strategies of repeated games from observed choices: a mixture of automata with trembles.

Every subject follows one of the listed strategies and errs in each round with a small probability.
The shares are a global maximum with proof for every tremble; the tremble is found by a scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, MethodError, ParameterError, nearest
from strategic.estimation._histories import Fits, Histories, follow, read_histories, states_along
from strategic.estimation._mixtures import GAP
from strategic.estimation._strategy_likelihood import StrategyLikelihood
from strategic.estimation._strategy_mixtures import MOST, Mixture, best_mixture, resampled
from strategic.estimation._ways import Request
from strategic.estimation.observations import Observations
from strategic.estimation.parts import Estimate, Part
from strategic.games import Game
from strategic.repeated.strategies.automata import Automaton
from strategic.repeated.strategies.tables import automata_of_tables
from strategic.repeated.strategies.typed import typed_strategies

USUAL = "AllD,AllC,Grim,TFT,WSLS,T2"
"""The strategies of Dal Bo and Frechette (2011)."""
USUAL_SAMPLES = 1000
"""Bootstrap samples of subjects, if nothing else is asked."""
TREMBLES = {
    "one": "of everybody",
    "strategy": "of the followers of each strategy",
    "sample": "of each part of the data that the column 'sample' names",
}
"""Whose chance of erring is a number of its own."""
_ROUNDS_SHOWN = 20
_MANY = 1 << 30
"""Joint states are numbered anew from here on, lest they overflow."""
_ALONE = "has no error, nor has any other number: there is only one independent unit"
_WIDE = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Play:
    """What is estimated from what: histories, strategies, and who is independent of whom.

    Parameters
    ----------
    histories : Histories
    strategies : sequence of Automaton
        Of different names.
    tremble : str
        One of `TREMBLES`.
    cluster : array of int (subjects,)
        Independent unit of every subject, numbered as they come.
    group : str
        Name of the part of the data.
    """

    histories: Histories
    strategies: Sequence[Automaton]
    tremble: str
    cluster: Array
    group: str = ""

    @cached_property
    def states(self) -> list[Array]:
        """The state of every strategy before every round: ``(matches, rounds)`` each."""
        return [states_along(self.histories, one) for one in self.strategies]

    @property
    def names(self) -> list[str]:
        """Names of the shares and the trembles."""
        shares = [f"share.{one.name}" for one in self.strategies]
        if self.tremble == "one":
            return [*shares, "tremble"]
        whose = [one.name for one in self.strategies]
        whose = [*self.histories.samples] if self.tremble == "sample" else whose
        return [*shares, *(f"tremble.{name}" for name in whose)]


def estimate_strategies(play: Play, *, samples: int, seed: int) -> Part:
    """Estimate the shares of strategies and the trembles of their followers.

    Parameters
    ----------
    play : Play
    samples, seed : int
        Bootstrap samples of independent units; with 0 the errors are those of the sandwich.

    Notes
    -----
    ``sum_i log sum_k s_k (1-e)^(n_ik - m_ik) e^m_ik`` over subjects i, with m_ik the rounds in
    which strategy k was not followed; a round in which the strategy itself mixes counts with its
    own probability. See `best_mixture`; bootstrap samples start from its result.

    References
    ----------
    Dal Bo, P. and Frechette, G. (2011). The evolution of cooperation in infinitely repeated games.
    American Economic Review 101. Dvorak, F. (2023). stratEst: a software package for strategy
    frequency estimation. Journal of the Economic Science Association 9.
    """
    histories = play.histories
    fits = follow(histories, play.strategies, tremble=play.tremble, states=play.states)
    found = best_mixture(fits, np.ones((1, len(histories.subjects))))
    likelihood = _likelihood(play, fits, found)
    point = likelihood.point(found.shares[0], found.tremble[0])
    per_unit = likelihood.per_unit(point[None])[0]
    notes = _notes(play, fits, found)
    if samples and likelihood.units > 1:
        drawn = _bootstrapped(fits, found, play.cluster, samples, seed)
        table = np.column_stack([drawn.shares, drawn.tremble])
        covariance = np.cov(table.T) if samples > 1 else np.full((table.shape[1],) * 2, np.nan)
        low, high = np.quantile(table, [0.025, 0.975], axis=0)
    else:
        covariance = _sandwich(likelihood, point, np.array([bool(note) for note in notes]))
        low = high = np.full(len(notes), np.nan)
    estimates = _estimates(
        play, found, notes=notes, covariance=covariance, ends=(low, high), units=likelihood.units
    )
    gap = float(max(found.fit.gap[0], 0.0))
    return Part(
        estimates=estimates,
        log_likelihood=float(per_unit.sum()),
        uniform=likelihood.uniform,
        saturated=likelihood.saturated,
        per_cluster=per_unit,
        certificate=_certificate(fits.trembles, gap),
        observations=int(histories.observed.sum()),
        predicted=likelihood.predicted(point),
        free=len(point),
    )


def _certificate(trembles: int, gap: float) -> dict[str, Any]:
    if trembles == 1:
        told = "no strategy's share can rise with profit, at the best tremble of a scan"
    else:
        told = "no strategy's share can rise with profit at these trembles, and no scan of one "
        told += "tremble finds a better one: over several at once the maximum is a local one"
    scope = "global" if trembles == 1 else "local"
    return {"kind": told, "gap": gap, "holds": gap <= GAP, "scope": scope}


def _likelihood(play: Play, fits: Fits, found: Mixture) -> StrategyLikelihood:
    rest = int(found.shares[0].argmax())
    names = [name for k, name in enumerate(play.names) if k != rest]

    def laid_out(shares: Array, tremble: Array) -> list[Mapping[str, Any]]:
        return _predicted(play, fits, shares, tremble)

    return StrategyLikelihood(
        fits, play.cluster, int(play.cluster.max()) + 1, tuple(names), rest,
        float(-play.histories.observed.sum() * np.log(2.0)),
        _saturated(play), laid_out,
    )  # fmt: skip


def _bootstrapped(fits: Fits, found: Mixture, cluster: Array, samples: int, seed: int) -> Mixture:
    """Fit samples of independent units drawn with replacement, as weights on the subjects."""
    units = int(cluster.max()) + 1
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(units, np.full(units, 1.0 / units), size=samples).astype(float)
    return resampled(fits, found, weights[:, cluster])


def _sandwich(likelihood: StrategyLikelihood, point: Array, unknown: Array) -> Array:
    """Covariance of all shares and trembles by units; NaN at bounds and where nothing is known."""
    units, bounds = likelihood.units, likelihood.bounds
    back = likelihood.expansion
    spread = np.full((len(back), len(back)), np.nan)
    inside = (point > bounds[:, 0]) & (point < bounds[:, 1]) & ~np.delete(unknown, likelihood.rest)
    if units < 2 or not inside.any():
        return spread
    scores = likelihood.gradient(point[None])[0][:, inside]
    hessian = likelihood.hessian(point[None])[0][np.ix_(inside, inside)]
    bread = np.linalg.pinv(-hessian, hermitian=True)
    own = bread @ (scores.T @ scores) @ bread * units / (units - 1)
    whole = back[:, inside] @ own @ back[:, inside].T
    kept = np.insert(inside, likelihood.rest, ~unknown[likelihood.rest])
    spread[np.ix_(kept, kept)] = whole[np.ix_(kept, kept)]
    return spread


def _estimates(
    play: Play,
    found: Mixture,
    *,
    notes: Sequence[str],
    covariance: Array,
    ends: tuple[Array, Array],
    units: int,
) -> tuple[Estimate, ...]:
    numbers, made = np.r_[found.shares[0], found.tremble[0]], []
    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    for k, (name, note) in enumerate(zip(play.names, notes, strict=True)):
        number, error, (low, high) = float(numbers[k]), float(errors[k]), (end[k] for end in ends)
        top = 1.0 if name.startswith("share.") else MOST
        status = "not_identified" if note else "at_bound" if number in (0.0, top) else "ok"
        if status == "not_identified":
            error = low = high = np.nan
            number = np.nan if note.startswith("does not matter") else number
        elif np.isnan(low):
            low, high = np.clip([number - _WIDE * error, number + _WIDE * error], 0.0, top)
        told = note or _ALONE * (units < 2 and k == 0)
        made.append(
            Estimate(name, number, error, float(low), float(high), status, play.group, told)
        )
    return tuple(made)


def _notes(play: Play, fits: Fits, found: Mixture) -> list[str]:
    """Say which shares the choices cannot tell apart, and which trembles do not matter."""
    strategies, shares = play.strategies, found.shares[0]
    people = len(fits.mixed)
    columns = np.concatenate(
        [fits.mistakes.transpose(0, 2, 1).reshape(-1, len(strategies)),
         fits.rounds.transpose(0, 2, 1).reshape(-1, len(strategies)), fits.mixed]
    )  # fmt: skip
    alike = (columns[:, :, None] == columns[:, None, :]).all(axis=0)
    notes = [""] * len(strategies)
    for k, same in enumerate(alike):
        if same.sum() > 1:
            others = [one.name for n, one in enumerate(strategies) if same[n] and n != k]
            listed = " and ".join(others)
            notes[k] = f"cannot be told from that of {listed}: they agree on every round observed; "
            notes[k] += f"only their sum, {shares[same].sum():.6g}, is told"
    if people and not any(notes):
        for k, told in _loose(fits, found, strategies).items():
            notes[k] = told
    return [*notes, *_idle(fits, shares)]


def _idle(fits: Fits, shares: Array) -> list[str]:
    """Say which trembles nothing depends on."""
    told = []
    for tremble in range(fits.trembles):
        where = fits.tremble_of == tremble
        rounds = fits.rounds.sum(axis=0) * where
        note = ""
        if not rounds.any():
            note = "does not matter: whom it concerns mixes in every round"
        elif not rounds[shares > 0].any():
            note = "does not matter: nobody follows this strategy"
        told.append(note)
    return told


def _loose(fits: Fits, found: Mixture, strategies: Sequence[Automaton]) -> dict[int, str]:
    """Find shares that can move together without changing any subject's likelihood."""
    logs = fits.logs(found.tremble)[0]
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    free = found.fit.derivatives[0] > 1.0 - 1e-7
    if free.sum() < 2:
        return {}
    matrix = np.vstack([likely[:, free], np.ones(free.sum())])
    matrix = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    _, sizes, directions = np.linalg.svd(np.linalg.qr(matrix, mode="r"))
    loose = directions[(np.r_[sizes, np.zeros(len(directions) - len(sizes))] < 1e-9)]
    moving = np.flatnonzero(free)[(np.abs(loose) > 1e-6).any(axis=0)] if len(loose) else []
    names = ", ".join(strategies[k].name for k in moving)
    return {int(k): f"can be traded against others among {names}" for k in moving}


def _saturated(play: Play) -> float:
    """Log likelihood of each subject's own frequencies in each joint state of all strategies.

    No strategy of the list, nor any mixture of them, can do better.
    """
    histories, seen = play.histories, play.histories.observed
    joint = np.zeros_like(histories.own)
    for one, states in zip(play.strategies, play.states, strict=True):
        joint = joint * one.states + states
        if joint.max() >= _MANY:  # small numbers, whatever the list
            joint = np.unique(joint, return_inverse=True)[1].reshape(joint.shape)
    joint = np.unique(joint, return_inverse=True)[1].reshape(joint.shape)
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


def _predicted(play: Play, fits: Fits, shares: Array, tremble: Array) -> list[Mapping[str, Any]]:
    """Compare the first action's frequency by round with what the mixture predicts."""
    histories = play.histories
    seen = histories.observed[:, :_ROUNDS_SHOWN]
    sample = np.minimum(histories.sample, fits.tremble_of.shape[1] - 1)
    chance = np.zeros(histories.own.shape)
    for k, (one, states) in enumerate(zip(play.strategies, play.states, strict=True)):
        own = np.array(one.cooperation)[states]
        e = tremble[fits.tremble_of[k]][sample]
        certain = (own == 0) | (own == 1)
        chance += shares[k] * np.where(certain, own * (1 - e) + (1 - own) * e, own)
    return [
        {
            "round": t + 1,
            "matches": int(here.sum()),
            "observed": float((histories.own[here, t] == 0).mean()),
            "predicted": float(chance[here, t].mean()),
        }
        for t, here in enumerate(seen.T)
    ]


def check_strategies(strategies: Sequence[Automaton]) -> None:
    """Raise an error where two strategies have one name."""
    names = [one.name for one in strategies]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ParameterError("is listed twice", where="strategies", value=twice[0])


def chosen_strategies(game: Game, text: str, options: Mapping[str, Any]) -> list[Automaton]:
    """Read strategies as typed; own automata go by their names, and follow the usual ones.

    Raises
    ------
    MethodError
        When the game is not one of two players with two actions each.
    GameError
        When a strategy is unknown, or a table does not make one.
    """
    if game.shape != (2, 2):
        rule = "strategies of repeated games need a game of two players with two actions each"
        raise MethodError(rule, where="model", value=game.shape)
    own = automata_of_tables(options.get("automata") or (), where="automata")
    text = text or ",".join([USUAL, *(one.name for one in own)])
    # Zero-determinant strategies depend on R, S, T and P: those of the first player.
    payoffs = np.asarray(game.payoffs[0], dtype=float).reshape(-1)
    strategies = typed_strategies(text, payoffs, own=own)
    check_strategies(strategies)
    return strategies


def strategies_part(request: Request) -> Part:
    """Estimate what was asked of one group of subjects."""
    game, tremble = request.model.game(), str(request.options.get("tremble") or "one")
    strategies = chosen_strategies(game, request.strategies, request.options)
    if tremble not in TREMBLES:
        remedy = nearest(tremble, TREMBLES) or f"one of {', '.join(TREMBLES)}"
        raise MethodError("no such kind", where="tremble", value=tremble, remedy=remedy)
    if tremble == "sample":
        request.table.need("sample")
    histories = read_histories(request.table, game.actions[0])
    cluster = _clusters(request.table, request.cluster, histories)
    samples = USUAL_SAMPLES if request.bootstrap is None else request.bootstrap
    play = Play(histories, strategies, tremble, cluster, request.group)
    return estimate_strategies(play, samples=samples, seed=request.seed)


def _clusters(table: Observations, column: str | None, histories: Histories) -> Array:
    """Find every subject's independent unit: itself, or what a column names."""
    people = len(histories.subjects)
    if column is None:
        return np.arange(people)
    table.need(column)
    units, names = table.codes(column)
    subjects, _ = table.codes(table.first("subject", "id"))
    cluster = np.full(people, len(names))
    np.minimum.at(cluster, subjects, units)
    several = np.flatnonzero(units != cluster[subjects])
    if len(several):
        row = int(several[0])
        rule = "must be one and the same for all rows of a subject"
        raise FileError(rule, where=table.place(column, row), value=names[units[row]])
    return np.asarray(np.unique(cluster, return_inverse=True)[1])
