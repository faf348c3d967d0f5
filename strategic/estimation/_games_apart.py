"""A rationality for every game: games have no number in common, so each is fitted alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.estimation._choices import Choices
from strategic.estimation._logit_likelihood import RATIONALITY, LogitLikelihood
from strategic.estimation._rationality import fit_groups
from strategic.estimation._rationality_parts import (
    BRANCH,
    bread_of,
    errors_of,
    families_of,
    logs_of,
    parts_of,
)
from strategic.estimation._ways import Request
from strategic.estimation.maximum import Maximum
from strategic.estimation.parts import Estimate, Part, Predicted
from strategic.estimation.uncertainty import (
    LONE_UNIT,
    drawn_weights,
    joined,
    redrawn,
    resampled,
)

_LONE = "has no standard error: a single cluster chose in this game"


def games_apart(request: Request, choices: Choices) -> dict[str, Part]:
    """Estimate a rationality for every game of every group, all games at once.

    Parameters
    ----------
    request : Request
    choices : Choices

    Notes
    -----
    The log likelihood is a sum over games, each with a number of its own: the maxima of the games
    are the joint maximum, and its second derivatives are those of the games on the diagonal and 0
    off it. Clusters that chose in several games fill the sandwich beside its diagonal.
    """
    apart = choices.apart
    families, widths = families_of(apart)
    fits = fit_groups(families, widths)
    logs, bread, owns = logs_of(apart, fits), bread_of(fits), _games_of(choices)
    errors = errors_of(apart, fits, logs, clustered=False)
    if request.cluster:
        units = [_Clusters.of(choices, number, own) for number, own in enumerate(owns)]
        spreads = [one.sandwich(logs[1], bread[own]) for one, own in zip(units, owns, strict=True)]
        errors = np.sqrt(np.concatenate([np.diagonal(spread) for spread in spreads]))
    alone, parts = parts_of(apart, fits, logs[0], errors, request), {}
    for number, (name, own) in enumerate(zip(choices.groups, owns, strict=True)):
        likelihood = LogitLikelihood(choices, number, per="game", clustered=bool(request.cluster))
        part, whose = _joined(alone[own], likelihood, name or request.group), _cells_of(alone[own])
        if request.cluster:
            part = _clustered(part, units[number], logs[0], spreads[number])
            whose = [np.flatnonzero(game) for game in units[number].chose.T]
        parts[name] = _redrawn(part, alone[own], whose, request)
    return parts


def _games_of(choices: Choices) -> list[slice]:
    """Say which of the games that are apart are those of every group."""
    first = np.searchsorted(choices.apart.group, np.arange(len(choices.apart.groups)))
    ends = np.searchsorted(choices.group[first], np.arange(len(choices.groups) + 1))
    return [slice(*pair) for pair in pairwise(ends.tolist())]


@dataclass(frozen=True, eq=False)
class _Clusters:
    """The clusters of one group that chose anything, and the games in which they did.

    Parameters
    ----------
    cell, count : arrays (entries,)
    place : array of int (entries,)
        Cluster times the number of games, plus the game.
    shape : tuple of int
        Numbers of clusters and games.
    """

    cell: Array
    count: Array
    place: Array
    shape: tuple[int, int]

    @classmethod
    def of(cls, choices: Choices, number: int, own: slice) -> _Clusters:
        """Read the entries of a group, whose games are ``own`` of those that are apart."""
        mine = (choices.owner[choices.unit] == number) & (choices.count > 0.0)
        found, cluster = np.unique(choices.unit[mine], return_inverse=True)
        game = choices.apart.owner[choices.apart.unit[mine]] - own.start
        shape = len(found), own.stop - own.start
        return cls(choices.cell[mine], choices.count[mine], cluster * shape[1] + game, shape)

    def added(self, values: Array) -> Array:
        """Add ``count * value`` up, from one value per cell: (clusters, games)."""
        terms, size = self.count * values[self.cell], self.shape[0] * self.shape[1]
        return np.bincount(self.place, terms, size).reshape(self.shape)

    def sandwich(self, slopes: Array, bread: Array) -> Array:
        """Covariance of the games' numbers from the scores of clusters: (games, games).

        NaN where one cluster chose alone, whose score is 0 at its own maximum.
        """
        scores, units = self.added(slopes) / bread, self.shape[0]
        scores[:, self.lone] = np.nan
        return np.asarray(scores.T @ scores * (units / max(units - 1, 1)))

    @cached_property
    def chose(self) -> Array:
        """Which clusters chose in which game: (clusters, games)."""
        found = np.zeros(self.shape, dtype=bool)
        found.flat[self.place] = True
        return found

    @cached_property
    def lone(self) -> Array:
        """In which games fewer than two clusters chose: (games,)."""
        return np.asarray(self.chose.sum(axis=0) < 2)


def _cells_of(alone: Sequence[Part]) -> list[Array]:
    """List the actions that were chosen in each game, among those of all."""
    ends = np.cumsum([0, *(len(part.per_cluster) for part in alone)])
    return [np.arange(*pair) for pair in pairwise(ends.tolist())]


def _joined(alone: Sequence[Part], likelihood: LogitLikelihood, group: str) -> Part:
    """Make one fit of the fits of games, each of which has a number."""
    estimates = [_named(one, group) for part in alone for one in part.estimates]
    maxima = [part.maximum for part in alone if part.maximum is not None]
    told = np.array([one.status == "ok" for one in estimates])
    spread = np.diag([one.error * one.error if one.status == "ok" else 0.0 for one in estimates])
    height = float(sum(part.log_likelihood for part in alone))
    gap = float(sum(maximum.gap for maximum in maxima))
    holds = all(part.certificate["holds"] for part in alone)
    notes = [note for part in alone for note in part.notes]
    maximum = Maximum(
        point=np.concatenate([one.point for one in maxima]),
        value=height,
        gap=gap,
        holds=holds,
        hessian=_diagonal([one.hessian for one in maxima]),
        covariance=_diagonal([one.covariance for one in maxima]),
        statuses=tuple(one.status for one in estimates),
        notes=tuple(one.note for one in estimates),
        endless={k: sign for k, one in enumerate(maxima) for sign in one.endless.values()},
        scale=np.concatenate([one.scale for one in maxima]),
        starts=1,
        reached=1,
        loose=sum(part.loose for part in alone),
    )
    return Part(
        estimates=tuple(estimates),
        log_likelihood=height,
        uniform=float(sum(part.uniform for part in alone)),
        saturated=float(sum(part.saturated for part in alone)),
        per_cluster=np.concatenate([part.per_cluster for part in alone]),
        certificate={"kind": _kind(alone), "gap": gap, "holds": holds, "scope": "scan"},
        observations=likelihood.observed,
        predicted=Predicted(partial(_rows, [part.predicted for part in alone])),
        free=len(estimates),
        loose=maximum.loose,
        likelihood=likelihood,
        maximum=maximum,
        covariance=np.where(told & told[:, None], spread, np.nan),
        repeats=likelihood.repeats,
        notes=tuple(notes),
    )


def _clustered(part: Part, clusters: _Clusters, logs: Array, spread: Array) -> Part:
    """Give a fit the likelihoods of clusters, and their covariance."""
    told = np.array([one.status == "ok" for one in part.estimates])
    estimates = [
        replace(one, note=joined(one.note, _LONE)) if one.status == "ok" and lone else one
        for one, lone in zip(part.estimates, clusters.lone.tolist(), strict=True)
    ]
    return replace(
        part, estimates=tuple(estimates), per_cluster=clusters.added(logs).sum(axis=1),
        covariance=np.where(told & told[:, None], spread, np.nan),
    )  # fmt: skip


def _named(one: Estimate, group: str) -> Estimate:
    """Name a rationality by the game, which was its group."""
    return replace(one, name=f"{RATIONALITY}.{one.group}", group=group)


def _diagonal(single: Sequence[Array]) -> Array:
    """Put 1x1 matrices on a diagonal; 0 where nothing is known."""
    return np.diag(np.nan_to_num(np.array(single)[:, 0, 0]))


def _kind(alone: Sequence[Part]) -> str:
    """Say what is known of the maxima of all games."""
    lost = sum(part.certificate["kind"] != BRANCH for part in alone)
    told = f"; in {lost} of {len(alone)} games the branch could not be followed everywhere"
    return f"{BRANCH}, game by game{told if lost else ''}"


def _rows(predicted: Sequence[Sequence[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    return [row for part in predicted for row in part]


def _redrawn(part: Part, alone: Sequence[Part], whose: Sequence[Array], request: Request) -> Part:
    """Take errors from samples of all units, where they are asked for: each game has its own."""
    likelihood = part.likelihood
    if likelihood is None or not (request.cluster or request.bootstrap):
        return part
    if likelihood.units < 2:
        return replace(part, notes=(*part.notes, LONE_UNIT))
    if not request.bootstrap:
        return part
    weights, estimates = drawn_weights(likelihood, request.bootstrap, request.seed), []
    for one, game, units in zip(part.estimates, alone, whose, strict=True):
        own, top, again = game.likelihood, game.maximum, one
        drawable = len(units) > 1 and one.status in ("ok", "at_bound")
        if drawable and own is not None and top is not None:
            drawn = resampled(own, top, weights[:, units], request.executor)
            again = redrawn(one, drawn[:, 0])
        estimates.append(again)
    return replace(part, estimates=tuple(estimates))
