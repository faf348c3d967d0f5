"""Strategies of repeated games from observed choices: a mixture of automata with trembles.

Every subject follows one of the listed strategies and errs in each round with a small probability.
At every tremble the shares are proved to be a global maximum; the tremble is found by a scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, ParameterError, nearest
from strategic.estimation._histories import Fits, follow, read_histories
from strategic.estimation._mixtures import GAP
from strategic.estimation._strategy_likelihood import StrategyLikelihood, described
from strategic.estimation._strategy_mixtures import MOST, Mixture, best_mixture, reach, resampled
from strategic.estimation._strategy_notes import notes_on
from strategic.estimation._strategy_play import TREMBLES, Play, predicted, saturated
from strategic.estimation._ways import Request
from strategic.estimation.parts import Estimate, Part
from strategic.estimation.profiles import HALF
from strategic.estimation.uncertainty import FEW_SAMPLES, WIDE
from strategic.games import Game
from strategic.repeated.strategies.automata import Automaton
from strategic.repeated.strategies.tables import automata_of_tables
from strategic.repeated.strategies.typed import typed_strategies

USUAL = "AllD,AllC,Grim,TFT,WSLS,T2"
"""The strategies of Dal Bo and Frechette (2011)."""
USUAL_SAMPLES = 1000
"""Bootstrap samples of subjects, if nothing else is asked."""
_ALONE = "There is only one independent unit: no number has an error."


def estimate_strategies(
    play: Play, *, samples: int, seed: int, executor: Executor | None = None
) -> Part:
    """Estimate the shares of strategies and the trembles of their followers.

    Parameters
    ----------
    play : Play
    samples, seed : int
        Bootstrap samples of independent units; with 0 the errors are those of the sandwich.
    executor : concurrent.futures.Executor, optional
        Where the samples are fitted.

    Notes
    -----
    ``sum_i log sum_k s_k (1-e)^(n_ik - m_ik) e^m_ik`` over subjects i, with m_ik the rounds in
    which strategy k was not followed; a round in which the strategy itself mixes counts with its
    own probability. See `best_mixture`; bootstrap samples start from its result.

    References
    ----------
    Dal Bó, P. and Fréchette, G. R. (2011). The evolution of cooperation in infinitely repeated
    games: experimental evidence. American Economic Review 101, 411-429.
    Dvorak, F. (2023). stratEst: a software package for strategy frequency estimation. Journal of
    the Economic Science Association 9, 337-349.
    """
    histories = play.histories
    fits = follow(histories, play.strategies, tremble=play.tremble, states=play.states)
    found = best_mixture(fits, np.ones((1, len(histories.subjects))))
    likelihood = _likelihood(play, fits, found)
    point = likelihood.point(found.shares[0], found.tremble[0])
    per_unit = likelihood.per_unit(point[None])[0]
    notes, loose = notes_on(play.strategies, fits, found)
    drawn = None
    if samples and likelihood.units > 1:
        found_again = _bootstrapped(fits, found, play.cluster, samples, seed, executor)
        drawn = np.column_stack([found_again.shares, found_again.tremble])
    unknown = np.array([bool(note) for note in notes])
    robust = _sandwich(likelihood, point, unknown)
    spread = robust if drawn is None else _spread(drawn)
    ends = _ends(found, fits, spread, drawn, lost=bool(likelihood.units < 2))
    estimates = _estimates(play, found, notes=notes, covariance=spread, ends=ends)
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
        loose=loose,
        likelihood=likelihood,
        maximum=described(likelihood, found, [one.status for one in estimates], notes),
        covariance=np.delete(np.delete(spread, likelihood.rest, 0), likelihood.rest, 1),
        notes=(_ALONE,) if likelihood.units < 2 else (),
    )


def _certificate(trembles: int, gap: float) -> dict[str, Any]:
    if trembles == 1:
        told = "no strategy's share can rise with profit, at the best tremble of a scan"
    else:
        told = "no strategy's share can rise with profit at these trembles, and no scan of one "
        told += "tremble finds a better one: over several at once the maximum is a local one"
    scope = "scan" if trembles == 1 else "local"
    return {"kind": told, "gap": gap, "holds": gap <= GAP, "scope": scope}


def _likelihood(play: Play, fits: Fits, found: Mixture) -> StrategyLikelihood:
    rest = int(found.shares[0].argmax())
    names = [name for k, name in enumerate(play.names) if k != rest]
    return StrategyLikelihood(
        fits, play.cluster, int(play.cluster.max()) + 1, tuple(names), rest, play.names[rest],
        float(-play.histories.observed.sum() * np.log(2.0)),
        saturated(play), partial(predicted, play, fits),
    )  # fmt: skip


def _bootstrapped(  # noqa: PLR0917 - made in one place
    fits: Fits,
    found: Mixture,
    cluster: Array,
    samples: int,
    seed: int,
    executor: Executor | None,
) -> Mixture:
    """Fit samples of independent units drawn with replacement, as weights on the subjects."""
    units = int(cluster.max()) + 1
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(units, np.full(units, 1.0 / units), size=samples).astype(float)
    return resampled(fits, found, weights[:, cluster], executor)


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


def _spread(drawn: Array) -> Array:
    """Covariance of bootstrap samples; NaN where there are too few to tell."""
    if len(drawn) < 2:
        return np.full((drawn.shape[1],) * 2, np.nan)
    return np.asarray(np.cov(drawn.T))


def _ends(
    found: Mixture, fits: Fits, spread: Array, drawn: Array | None, *, lost: bool
) -> tuple[Array, Array]:
    """Find ends of 95% intervals: quantiles, standard errors, or profiles where a number is 0.

    Subjects drawn again who do not follow a strategy never show it; the likelihood tells how many
    may have been missed.
    """
    numbers = np.r_[found.shares[0], found.tremble[0]]
    top = np.r_[np.ones(found.shares.shape[1]), np.full(fits.trembles, MOST)]
    if lost:
        return np.full(len(numbers), np.nan), np.full(len(numbers), np.nan)
    wide = WIDE * np.sqrt(np.maximum(np.diagonal(spread), 0.0))
    low, high = np.clip(numbers - wide, 0.0, top), np.clip(numbers + wide, 0.0, top)
    if drawn is not None:
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        if len(drawn) < FEW_SAMPLES:
            low, high = np.full((2, len(numbers)), np.nan)
    zero = np.flatnonzero(numbers == 0.0)
    if len(zero):
        low[zero] = 0.0
        high[zero] = np.fmax(high[zero], reach(fits, found, zero, lost=HALF))
    return low, high


def _estimates(
    play: Play,
    found: Mixture,
    *,
    notes: Sequence[str],
    covariance: Array,
    ends: tuple[Array, Array],
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
        made.append(
            Estimate(name, number, error, float(low), float(high), status, play.group, note)
        )
    return tuple(made)


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
    table = request.table
    owners, _ = table.codes(table.first("subject", "id"))
    cluster = table.units(request.cluster, owners, "subject")
    samples = USUAL_SAMPLES if request.bootstrap is None else request.bootstrap
    play = Play(histories, strategies, tremble, cluster, request.group)
    return estimate_strategies(play, samples=samples, seed=request.seed, executor=request.executor)
