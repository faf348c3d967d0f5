"""Levels of reasoning from observed choices: a Poisson hierarchy, whose mean is to be found.

A player of level 0 plays anything; one of level k replies best to what lower levels play, in the
shares that a Poisson distribution gives them. Best replies change at once when the mean passes
certain values, so the likelihood jumps, and only a scan of all pieces finds its maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import replies_to
from strategic.errors import MethodError
from strategic.estimation._logit_counts import (
    Counts,
    bounds,
    by_cluster,
    counted,
    frequencies,
    read_counts,
)
from strategic.estimation._logit_counts import log_likelihood as summed
from strategic.estimation._rationality import HALF
from strategic.estimation._ways import Request
from strategic.estimation.parts import Estimate, Part

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

Look = Callable[[Array], tuple[Array, Array]]
"""From means to log likelihoods and to who replies how."""
TAU = "tau"
_LEVELS = 60
_LARGEST = 20.0
_SCAN = np.linspace(0.0, _LARGEST, 2001)
_TIE = 1e-12
"""Payoffs closer than this share of their range are a tie, and best replies split."""
_TOLD = 3
"""Further local maxima that are told."""


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


def play_by_levels(payoffs: Sequence[Array], tau: Array) -> Levels:
    """Compute what a Poisson hierarchy of best repliers plays.

    Parameters
    ----------
    payoffs : sequence of arrays (n_1, ..., n_p)
        One game.
    tau : array (points,)
        Means of the Poisson distribution of levels.

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
    points, sizes = len(tau), payoffs[0].shape
    tables = [np.broadcast_to(table, (points, *sizes)) for table in payoffs]
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
            near = _TIE * max(float(np.ptp(payoffs[player])), 1e-300)
            best = earned >= earned.max(axis=1, keepdims=True) - near
            replies.append(best / best.sum(axis=1, keepdims=True))
            chosen.append(best)
        lower = [side + weight[:, None] * r for side, r in zip(lower, replies, strict=True)]
        heard = heard + weight
    return Levels(tuple(side / heard[:, None] for side in lower), np.concatenate(chosen, axis=1))


def estimate_hierarchy(names: Sequence[str], counts: Sequence[Counts], *, group: str) -> Part:
    """Estimate the mean level of a Poisson hierarchy.

    Notes
    -----
    The likelihood is scanned from 0 to 20; values of tau where some best reply changes are found to
    rounding, and each piece between them is refined by itself. Low and high bound all values whose
    likelihood is within half the 95% quantile of chi-square of the maximum.
    """
    games = [[np.asarray(p, float) for p in one.model.game().payoffs] for one in counts]

    def look(tau: Array) -> tuple[Array, Array]:
        found = [play_by_levels(game, tau) for game in games]
        heights = summed(counts, [one.played for one in found])
        return heights, np.concatenate([one.replies for one in found], axis=1)

    scan = np.unique(np.concatenate([_SCAN, _jumps(look, _SCAN)]))
    heights, replies = look(scan)
    peaks = sorted(_peaks(look, scan, heights, replies), key=lambda peak: -peak[1])
    at, height = peaks[0]
    inside = scan[heights >= height - HALF]
    played = [play_by_levels(game, np.array([at])).played for game in games]
    uniform, saturated = bounds(counts)
    further = [f"{t:.4g} ({h - height:.4g})" for t, h in peaks[1 : 1 + _TOLD]]
    note = f"has other local maxima, at {', '.join(further)} in log likelihood" if further else ""
    status = "at_bound" if at in (0.0, _LARGEST) else "ok"
    low, high = min(float(inside.min()), at), max(float(inside.max()), at)
    estimate = Estimate(TAU, at, float("nan"), low, high, status, group, note)
    return Part(
        estimates=(estimate,),
        log_likelihood=height,
        uniform=uniform,
        saturated=saturated,
        per_cluster=by_cluster(counts, played, 0),
        certificate={
            "kind": f"highest of {len(peaks)} local maxima of a scan of all pieces up to "
            f"{_LARGEST:g}",
            "gap": 0.0,
            "holds": at < _LARGEST,
        },
        observations=round(sum(float(own.sum()) for one in counts for own in one.counts)),
        predicted=frequencies(names, counts, played),
        free=1,
    )


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


def hierarchy_part(request: Request) -> Part:
    """Estimate what was asked of one group of counts."""
    if request.free:
        raise MethodError("has only tau to estimate", where="free", value=request.free)
    counts, _ = read_counts(request.models, request.table, request.cluster)
    return estimate_hierarchy(list(counts), list(counts.values()), group=request.group)


def draw_counts(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw counts of choices from a Poisson hierarchy."""
    game = plan.model.game()
    payoffs = [np.asarray(table, float) for table in game.payoffs]
    played = play_by_levels(payoffs, np.array([plan.take(TAU)])).played
    return counted(game, [side[0] for side in played], plan.size, rng)
