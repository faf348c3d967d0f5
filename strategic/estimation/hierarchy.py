"""Levels of reasoning from observed choices: a Poisson hierarchy, whose mean is to be found.

A player of level 0 plays anything; one of level k replies best to what lower levels play, in the
shares that a Poisson distribution gives them. Best replies change at once when the mean passes
certain values, so the likelihood jumps, and a scan looks for the highest of its pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation._choices import Choices, counted, frequencies, read_choices
from strategic.estimation._counted import Counted
from strategic.estimation._level_pieces import Pieces
from strategic.estimation._ways import Request
from strategic.estimation.levels import LEVELS, play_by_levels
from strategic.estimation.likelihood import Differenced
from strategic.estimation.maximum import Maximum, maximise
from strategic.estimation.parts import Estimate, Part, Predicted
from strategic.estimation.profiles import HALF
from strategic.estimation.uncertainty import drawn_weights, part_of, redrawn

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan

TAU, RATIONALITY = "tau", "rationality"
_LARGEST = 20.0
_SCAN = np.linspace(0.0, _LARGEST, 2001)
_ALIKE = 1e-9
"""Share of the log likelihood by which it must fall somewhere for tau to matter."""
_IDLE = "does not matter: the likelihood is the same whatever it is"
_NO_ERROR = "none: nothing tells how much clusters differ"
_IMPOSSIBLE = -1e290
"""Log likelihood of choices that are never made: finite, so that no weight makes it a NaN."""
USUAL_SAMPLES = 1000
"""Samples of clusters where none are asked for."""
_BLOCK = 200
_TOLD = 3
"""Further local maxima that are told."""
_STARTS = ((0.5, 1.5, 4.0), (0.3, 1.0, 4.0, 15.0))
"""Where climbs start: mean levels, and rationality in units of one over the payoff range."""
_ZOOMS, _CLOSER = 5, 9
"""How often the best of a scan is looked at more closely, and at how many values."""


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

    def look(self, points: Array) -> tuple[list[Array], list[Array]]:
        """Compute play of every shape of games, and who replies how.

        Returns
        -------
        played : list of arrays (points, actions of all players, games)
        replies : list of arrays of bool (points, games, levels, actions of all players)
        """
        played, replies = [], []
        for which, tables in self.tables:
            size = (len(points), len(which))
            every = [np.broadcast_to(t, (len(points), *t.shape)).reshape(-1, *t.shape[1:])
                     for t in tables]  # fmt: skip
            numbers = [np.repeat(column, len(which)) for column in points.T]
            found = play_by_levels(every, *numbers)
            flat = np.concatenate(found.played, axis=1).reshape(*size, -1)
            played.append(flat.swapaxes(1, 2))
            replies.append(found.replies.reshape(*size, LEVELS - 1, flat.shape[2]))
        return played, replies

    def logs(self, points: Array) -> Array:
        """Logarithms of play: (points, cells); 0 for cells of other groups."""
        logs = np.zeros((len(points), int(self.choices.offsets[-1])))
        for (which, _), played in zip(self.tables, self.look(points)[0], strict=True):
            with np.errstate(divide="ignore"):
                logs[:, self.choices.cells(which)] = np.log(played)
        return logs

    def per_unit(self, points: Array, /) -> Array:
        """Compute log likelihoods: (points, units)."""
        return self.summed(self.logs(points))

    def highest(self, maximum: Maximum, k: int, values: Array) -> tuple[Array, Array]:
        """Find the best that the other number can do at each value of one: heights and points.

        All of its scan is looked at, and then closer and closer around the best of it: climbs
        would stay on the hill where they start.
        """
        if not self.quantal:
            points = values[:, None]
            return self._heights(points), points
        others = np.tile(
            np.unique(np.r_[self.scans[1 - k], maximum.point[1 - k]]), (len(values), 1)
        )
        for closer in range(_ZOOMS + 1):
            points = np.empty((*others.shape, 2))
            points[..., k], points[..., 1 - k] = values[:, None], others
            heights = self._heights(points)
            best = heights.argmax(axis=1)[:, None]
            if closer < _ZOOMS:
                sides = np.clip(best + np.array([-1, 1]), 0, others.shape[1] - 1)
                low, high = np.split(np.take_along_axis(others, sides, axis=1), 2, axis=1)
                others = low + (high - low) * np.linspace(0.0, 1.0, _CLOSER)
        rows = np.arange(len(values))
        return heights[rows, best[:, 0]], points[rows, best[:, 0]]

    def _heights(self, points: Array) -> Array:
        """Log likelihoods at points ``(..., K)``."""
        flat = self.per_unit(points.reshape(-1, points.shape[-1])).sum(axis=1)
        return np.asarray(flat.reshape(points.shape[:-1]))

    @cached_property
    def starts(self) -> tuple[Array, Array]:
        """Mean levels and rationalities from which climbs start."""
        width = max(float(np.ptp(t)) for _, own in self.tables for t in own) or 1.0
        return np.array(_STARTS[0]), np.array(_STARTS[1]) / width

    @cached_property
    def scans(self) -> tuple[Array, Array]:
        """Mean levels and rationalities at which profiles are looked at first."""
        unit = self.starts[1][0] / _STARTS[1][0]
        return np.r_[0.0, np.geomspace(0.05, _LARGEST, 30)], unit * np.r_[
            0.0, np.geomspace(0.02, 1e3, 30)
        ]

    def predicted(self, point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies."""
        return frequencies(self.choices, np.exp(self.logs(point[None])[0]), self.games)


def hierarchy_part(request: Request) -> Part:
    """Estimate the mean level of a Poisson hierarchy, and rationality if it is free."""
    (part,) = hierarchy_parts(request, None).values()
    return part


def hierarchy_parts(request: Request, by: str | None) -> dict[str, Part]:
    """Estimate one hierarchy for every group of a table.

    Parameters
    ----------
    request : Request
    by : str, optional
        Column that divides the data.

    Notes
    -----
    The likelihood of best replies is scanned from 0 to 20; values of tau where some best reply
    changes are found to rounding, and each piece between them is refined by itself. Low and high
    bound all values whose likelihood is within half the 95% quantile of chi-square of the maximum.
    With clusters, or a bootstrap, samples of units are fitted on the scan, and their quantiles
    bound tau. Groups that play the same games share the scan. With rationality the likelihood is
    smooth, and climbed from a dozen starts.

    References
    ----------
    Camerer, C. F., Ho, T.-H. and Chong, J.-K. (2004). A cognitive hierarchy model of games.
    Quarterly Journal of Economics 119, 861-898.
    """
    others = [name for name in request.free if name not in (TAU, RATIONALITY)]
    if others:
        rule = "has only tau and rationality to estimate"
        raise MethodError(rule, where="free", value=", ".join(others))
    choices = read_choices(request.models, request.table, by, request.cluster)
    quantal, known = RATIONALITY in request.free, dict[tuple[int, ...], Pieces]()
    parts = {}
    for number, name in enumerate(choices.groups):
        likelihood = LevelsLikelihood(choices, number, bool(request.cluster), quantal)
        group = name or request.group
        if quantal:
            parts[name] = _quantal(replace(request, group=group), likelihood)
            continue
        played = tuple(id(choices.games[place]) for place in likelihood.games.tolist())
        if played not in known:
            known[played] = _pieces(likelihood)
        parts[name] = _scanned(replace(request, group=group), likelihood, known[played])
    return parts


def _pieces(likelihood: LevelsLikelihood) -> Pieces:
    """Scan the games of a group, whatever was chosen in them."""
    shapes = [tables[0].shape[1:] for _, tables in likelihood.tables]
    return Pieces.of(lambda means: likelihood.look(means[:, None]), _SCAN, shapes)


def _quantal(request: Request, likelihood: LevelsLikelihood) -> Part:
    """Climb in the mean level and in rationality, and list other local maxima."""
    starts = np.stack(np.meshgrid(*likelihood.starts, indexing="ij"), axis=-1).reshape(-1, 2)
    maximum = maximise(likelihood, starts)
    if maximum is None:
        raise MethodError("no start gives the choices a likelihood", where="hierarchy")
    part = part_of(
        likelihood, maximum, observations=likelihood.observed, group=request.group,
        clustered=likelihood.clustered, samples=request.bootstrap or 0, seed=request.seed,
        executor=request.executor,
        notes=likelihood.missing, scans=likelihood.scans,
    )  # fmt: skip
    curved = not (likelihood.clustered or request.bootstrap)
    told = "curvature of the likelihood; intervals of its profile" if curved else ""
    return replace(part, repeats=likelihood.repeats, errors=told)


def _scanned(request: Request, likelihood: LevelsLikelihood, pieces: Pieces) -> Part:
    """Find the highest of all pieces on which nobody's best reply changes."""
    choices, scan = likelihood.choices, pieces.means
    counts = [choices.totals[choices.cells(which)] for which, _ in likelihood.tables]
    values, peaks = pieces.heights(counts), sorted(pieces.peaks(counts), key=lambda peak: -peak[1])
    at, height = peaks[0]
    inside = scan[values >= height - HALF]
    low, high = min(float(inside.min()), at), max(float(inside.max()), at)
    status = "at_bound" if at in (0.0, _LARGEST) else "ok"
    estimate = Estimate(TAU, at, np.nan, low, high, status, request.group, _note(peaks))
    if bool((values >= height - _ALIKE * max(1.0, abs(height))).all()):
        none, told = np.nan, ""
        estimate = Estimate(TAU, none, none, none, none, "not_identified", request.group, _IDLE)
    else:
        estimate, told = _resampled(estimate, request, likelihood, pieces)
    point, nothing = np.array([at]), np.full((1, 1), np.nan)
    scale = np.array([max(0.5 * (high - low), 1e-3)])
    return Part(
        estimates=(estimate,),
        log_likelihood=height,
        uniform=likelihood.uniform,
        saturated=likelihood.saturated,
        per_cluster=likelihood.per_unit(point[None])[0],
        certificate={
            "kind": f"mean levels up to {_LARGEST:g}, local maxima seen: {len(peaks)}",
            "gap": 0.0,
            "holds": at < _LARGEST,
            "scope": "scan",
        },
        observations=likelihood.observed,
        predicted=Predicted(partial(likelihood.predicted, point)),
        free=1,
        loose=int(estimate.status == "not_identified"),
        likelihood=likelihood,
        maximum=Maximum(
            point, height, 0.0, at < _LARGEST, nothing, nothing, (estimate.status,),
            (estimate.note,), {}, scale, len(peaks), 1,
        ),
        covariance=np.array([[estimate.error * estimate.error]]),
        repeats=likelihood.repeats,
        notes=likelihood.missing,
        errors=told,
    )  # fmt: skip


def _note(peaks: Sequence[tuple[float, float]]) -> str:
    """Name other local maxima, and say where the scan ended before the likelihood fell."""
    at, height = peaks[0]
    if at == _LARGEST:
        return f"is as large as is looked at: beyond {_LARGEST:g} the choices may be likelier still"
    further = [f"{t:.4g} ({h - height:.4g})" for t, h in peaks[1 : 1 + _TOLD]]
    return f"has other local maxima, at {', '.join(further)} in log likelihood" if further else ""


def _resampled(
    one: Estimate, request: Request, likelihood: LevelsLikelihood, pieces: Pieces
) -> tuple[Estimate, str]:
    """Take error and interval from samples of units, where clusters or samples are asked for.

    The likelihood jumps, so that it has no scores of which to make a sandwich.
    """
    usual = USUAL_SAMPLES if request.cluster else 0
    samples = usual if request.bootstrap is None else request.bootstrap
    if likelihood.clustered and (not samples or likelihood.units < 2):
        return replace(one, low=np.nan, high=np.nan), _NO_ERROR
    if not samples:
        return one, ""
    logs = np.zeros((len(pieces.means), int(likelihood.choices.offsets[-1])))
    for (which, _), own in zip(likelihood.tables, pieces.logs, strict=True):
        logs[:, likelihood.choices.cells(which)] = own
    units = np.maximum(likelihood.summed(logs), _IMPOSSIBLE)
    weights = drawn_weights(likelihood, samples, request.seed)
    blocks = [weights[at : at + _BLOCK] for at in range(0, samples, _BLOCK)]
    best = np.concatenate([(block @ units.T).argmax(axis=1) for block in blocks])
    told = f"bootstrap of {request.cluster or 'units'}, {samples} samples"
    return redrawn(one, pieces.means[best]), told


def draw_counts(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw counts of choices from a Poisson hierarchy, whose replies are logit if that is asked."""
    plan.only(TAU, RATIONALITY)
    game = plan.model.game()
    payoffs = [np.asarray(table, float) for table in game.payoffs]
    rate = np.array([plan.take(RATIONALITY)]) if RATIONALITY in plan.truth else None
    played = play_by_levels(payoffs, np.array([plan.take(TAU)]), rate).played
    return counted(game, [side[0] for side in played], plan.size, rng)
