"""Levels of reasoning from observed choices: a Poisson hierarchy, whose mean is to be found.

A player of level 0 plays anything; one of level k replies best to what lower levels play, in the
shares that a Poisson distribution gives them. Best replies change at once when the mean passes
certain values, so the likelihood jumps, and only a scan of all pieces finds its maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import replies_to
from strategic.errors import MethodError
from strategic.estimation._choices import Choices, Counted, Predicted, counted, read_choices
from strategic.estimation._ways import Request
from strategic.estimation.likelihood import Differenced
from strategic.estimation.maximum import Maximum, maximise
from strategic.estimation.parts import Estimate, Part
from strategic.estimation.profiles import HALF
from strategic.estimation.uncertainty import part_of

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

Look = Callable[[Array], tuple[Array, Array]]
"""From means to log likelihoods and to who replies how."""
TAU, RATIONALITY = "tau", "rationality"
_LEVELS = 60
_LARGEST = 20.0
_SCAN = np.linspace(0.0, _LARGEST, 2001)
_TIE = 1e-12
"""Payoffs closer than this share of their range are a tie, and best replies split."""
_TOLD = 3
"""Further local maxima that are told."""
_STARTS = ((0.5, 1.5, 4.0), (0.3, 1.0, 4.0, 15.0))
"""Where climbs start: mean levels, and rationality in units of one over the payoff range."""


@dataclass(frozen=True, eq=False)
class Levels:
    """What a Poisson hierarchy plays at many means.

    Parameters
    ----------
    played : tuple of arrays (points, n_i)
        Mixtures of the whole population, one per player.
    replies : array of bool (points, levels * actions)
        Which actions are best replies at which level: where a row differs, the likelihood may jump.
    """

    played: tuple[Array, ...]
    replies: Array


def play_by_levels(
    payoffs: Sequence[Array], tau: Array, rationality: Array | None = None
) -> Levels:
    """Compute what a Poisson hierarchy plays, game by game.

    Parameters
    ----------
    payoffs : sequence of arrays (n_1, ..., n_p) or (points, n_1, ..., n_p)
        One game, or one for every point.
    tau : array (points,)
        Means of the Poisson distribution of levels.
    rationality : array (points,), optional
        Replies are logit replies with it; best replies, ties split, without it.

    References
    ----------
    Camerer, C., Ho, T.-H. and Chong, J.-K. (2004). A cognitive hierarchy model of games. Quarterly
    Journal of Economics 119.

    Examples
    --------
    >>> dilemma = [np.array([[3.0, 0], [5, 1]]), np.array([[3.0, 5], [0, 1]])]
    >>> play_by_levels(dilemma, np.array([0.0, 1.0])).played[0].round(4)
    array([[0.5   , 0.5   ],
           [0.1839, 0.8161]])
    """
    points, players = len(tau), len(payoffs)
    sizes = payoffs[0].shape[-players:]
    tables = [np.broadcast_to(table, (points, *sizes)) for table in payoffs]
    near = [_TIE * np.maximum(np.ptp(t.reshape(points, -1), axis=1), 1e-300) for t in tables]
    weight = np.exp(-tau)
    lower = [np.full((points, size), weight[:, None] / size) for size in sizes]
    heard = weight.copy()
    chosen = []
    for level in range(1, _LEVELS):
        weight = weight * tau / level
        believed = [side / heard[:, None] for side in lower]
        replies = []
        for player, table in enumerate(tables):
            earned = replies_to(table, believed, player)
            top = earned.max(axis=1, keepdims=True)
            best = earned >= top - near[player][:, None]
            odds = (
                best * 1.0 if rationality is None else np.exp(rationality[:, None] * (earned - top))
            )
            replies.append(odds / odds.sum(axis=1, keepdims=True))
            chosen.append(best)
        lower = [side + weight[:, None] * r for side, r in zip(lower, replies, strict=True)]
        heard = heard + weight
    return Levels(tuple(side / heard[:, None] for side in lower), np.concatenate(chosen, axis=1))


@dataclass(eq=False)
class LevelsLikelihood(Counted, Differenced):
    """Counts of one group, as a function of the mean level and, if asked, of rationality.

    Parameters
    ----------
    choices : Choices
    group : int
    clustered : bool
        Whether units are clusters; else they are the observed actions of every game.
    quantal : bool
        Whether replies are logit replies whose rationality is free.
    """

    choices: Choices
    group: int = 0
    clustered: bool = False
    quantal: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The mean level, and rationality."""
        return (TAU, RATIONALITY) if self.quantal else (TAU,)

    @property
    def bounds(self) -> Array:
        """Mean levels up to 20."""
        return np.array([[0.0, _LARGEST], [0.0, np.inf]][: len(self.names)])

    @cached_property
    def tables(self) -> list[tuple[Array, list[Array]]]:
        """Games of one shape together: their numbers and payoffs (games, ...)."""
        found = []
        for which in self.shapes():
            games = [self.choices.games[place].payoffs for place in which.tolist()]
            players = range(len(games[0]))
            found.append((which, [np.array([g[i] for g in games], float) for i in players]))
        return found

    def look(self, points: Array) -> tuple[Array, Array]:
        """Logarithms of play (points, cells), and who replies how (points, ...)."""
        logs = np.zeros((len(points), int(self.choices.offsets[-1])))
        chosen = []
        for which, tables in self.tables:
            size = (len(points), len(which))
            every = [np.broadcast_to(t, (len(points), *t.shape)).reshape(-1, *t.shape[1:])
                     for t in tables]  # fmt: skip
            numbers = [np.repeat(column, len(which)) for column in points.T]
            found = play_by_levels(every, *numbers)
            with np.errstate(divide="ignore"):
                flat = np.log(np.concatenate(found.played, axis=1)).reshape(*size, -1)
            logs[:, self.choices.cells(which)] = flat.swapaxes(1, 2)
            chosen.append(found.replies.reshape(len(points), -1))
        return logs, np.concatenate(chosen, axis=1)

    def per_unit(self, points: Array, /) -> Array:
        """Compute log likelihoods: (points, units)."""
        return self.summed(self.look(points)[0])

    def predicted(self, point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies."""
        return Predicted(self.choices, np.exp(self.look(point[None])[0][0]), self.games)


def hierarchy_part(request: Request) -> Part:
    """Estimate the mean level of a Poisson hierarchy, and rationality if it is free.

    Notes
    -----
    The likelihood of best replies is scanned from 0 to 20; values of tau where some best reply
    changes are found to rounding, and each piece between them is refined by itself. Low and high
    bound all values whose likelihood is within half the 95% quantile of chi-square of the maximum.
    With rationality the likelihood is smooth, and climbed from a dozen starts.
    """
    others = [name for name in request.free if name not in (TAU, RATIONALITY)]
    if others:
        rule = "has only tau and rationality to estimate"
        raise MethodError(rule, where="free", value=", ".join(others))
    choices = read_choices(request.models, request.table, None, request.cluster)
    quantal = RATIONALITY in request.free
    likelihood = LevelsLikelihood(choices, 0, bool(request.cluster), quantal)
    return _quantal(request, likelihood) if quantal else _scanned(request, likelihood)


def _quantal(request: Request, likelihood: LevelsLikelihood) -> Part:
    """Climb in the mean level and in rationality, and list other local maxima."""
    width = max(float(np.ptp(t)) for _, own in likelihood.tables for t in own) or 1.0
    starts = np.array([(tau, rate / width) for tau in _STARTS[0] for rate in _STARTS[1]])
    maximum = maximise(likelihood, starts)
    if maximum is None:
        raise MethodError("no start gives the choices a likelihood", where="hierarchy")
    part = part_of(
        likelihood, maximum, observations=likelihood.observed, group=request.group,
        clustered=likelihood.clustered, samples=request.bootstrap or 0, seed=request.seed,
        notes=likelihood.missing,
    )  # fmt: skip
    return replace(part, repeats=likelihood.repeats)


def _scanned(request: Request, likelihood: LevelsLikelihood) -> Part:
    """Scan all pieces on which nobody's best reply changes."""

    def look(tau: Array) -> tuple[Array, Array]:
        logs, replies = likelihood.look(tau[:, None])
        return likelihood.summed(logs).sum(axis=1), replies

    scan = np.unique(np.concatenate([_SCAN, _jumps(look, _SCAN)]))
    values, replies = look(scan)
    peaks = sorted(_peaks(look, scan, values, replies), key=lambda peak: -peak[1])
    at, height = peaks[0]
    inside = scan[values >= height - HALF]
    further = [f"{t:.4g} ({h - height:.4g})" for t, h in peaks[1 : 1 + _TOLD]]
    note = f"has other local maxima, at {', '.join(further)} in log likelihood" if further else ""
    status = "at_bound" if at in (0.0, _LARGEST) else "ok"
    low, high = min(float(inside.min()), at), max(float(inside.max()), at)
    estimate = Estimate(TAU, at, float("nan"), low, high, status, request.group, note)
    point, nothing = np.array([at]), np.full((1, 1), np.nan)
    scale = np.array([max(0.5 * (high - low), 1e-3)])
    return Part(
        estimates=(estimate,),
        log_likelihood=height,
        uniform=likelihood.uniform,
        saturated=likelihood.saturated,
        per_cluster=likelihood.per_unit(point[None])[0],
        certificate={
            "kind": f"highest of {len(peaks)} local maxima of a scan of all pieces up to "
            f"{_LARGEST:g}",
            "gap": 0.0,
            "holds": at < _LARGEST,
        },
        observations=likelihood.observed,
        predicted=likelihood.predicted(point),
        free=1,
        likelihood=likelihood,
        maximum=Maximum(
            point, height, 0.0, at < _LARGEST, nothing, nothing, (status,), (note,), {}, scale,
            len(peaks), 1,
        ),
        covariance=nothing,
        repeats=likelihood.repeats,
        notes=likelihood.missing,
    )  # fmt: skip


def _jumps(look: Look, scan: Array) -> Array:
    """Find both sides of every value at which a best reply changes: neighbouring doubles."""
    _, replies = look(scan)
    changes = np.flatnonzero((replies[1:] != replies[:-1]).any(axis=1))
    left, right = scan[changes], scan[changes + 1]
    before = replies[changes]
    for _ in range(60):
        middle = 0.5 * (left + right)
        if not len(middle) or ((middle <= left) | (middle >= right)).all():
            break
        same = (look(middle)[1] == before).all(axis=1)
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    return np.concatenate([left, right])


def _peaks(look: Look, scan: Array, heights: Array, replies: Array) -> list[tuple[float, float]]:
    """List the local maxima: of the pieces between jumps, refined, and at their ends."""
    same = np.r_[False, (replies[1:] == replies[:-1]).all(axis=1), False]
    known = np.where(np.isnan(heights), -np.inf, heights)
    padded = np.r_[-np.inf, known, -np.inf]
    left = ~same[:-1] | (padded[1:-1] >= padded[:-2])
    right = ~same[1:] | (padded[1:-1] >= padded[2:])
    inner = left & right & same[:-1] & same[1:]
    ends = left & right & ~inner & np.isfinite(known)
    # An end of a piece counts only where the piece beyond the jump does not start higher.
    beyond = np.maximum(
        np.where(same[:-1], -np.inf, padded[:-2]), np.where(same[1:], -np.inf, padded[2:])
    )
    found = [(float(scan[k]), float(known[k])) for k in np.flatnonzero(ends & (known >= beyond))]
    for k in np.flatnonzero(inner):
        low, high = float(scan[k - 1]), float(scan[k + 1])
        for _ in range(40):
            points = np.linspace(low, high, 9)
            values = look(points)[0]
            best = int(values.argmax())
            low, high = float(points[max(best - 1, 0)]), float(points[min(best + 1, 8)])
            if high - low <= 1e-9:
                break
        found.append((float(points[best]), float(values[best])))
    return found


def draw_counts(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw counts of choices from a Poisson hierarchy, whose replies are logit if that is asked."""
    game = plan.model.game()
    payoffs = [np.asarray(table, float) for table in game.payoffs]
    rate = np.array([plan.take(RATIONALITY)]) if RATIONALITY in plan.truth else None
    played = play_by_levels(payoffs, np.array([plan.take(TAU)]), rate).played
    return counted(game, [side[0] for side in played], plan.size, rng)
