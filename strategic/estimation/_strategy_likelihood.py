"""The likelihood of a mixture of strategies, in coordinates that are free of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.estimation._histories import Fits
from strategic.estimation._mixtures import GAP, fit_shares
from strategic.estimation._strategy_mixtures import MOST, Mixture, held_at
from strategic.estimation.likelihood import Differenced
from strategic.estimation.maximum import Maximum


@dataclass(frozen=True, eq=False)
class StrategyLikelihood(Differenced):
    """Shares of all strategies but one, and trembles: ``sum_i log sum_k s_k L_ik(e)``.

    The share that is left out is 1 less the others: take the largest, so that the maximum is not
    where it is 0.

    Parameters
    ----------
    fits : Fits
    cluster : array of int (subjects,)
        The unit of every subject.
    units : int
    names : tuple of str
        Of the free numbers.
    rest : int
        The strategy whose share is left out.
    left_out : str
        The name of that share.
    uniform, saturated : float
    laid_out : callable
        From shares and trembles to rows of predicted and observed frequencies.
    """

    fits: Fits
    cluster: Array
    units: int
    names: tuple[str, ...]
    rest: int
    left_out: str
    uniform: float
    saturated: float
    laid_out: Callable[[Array, Array], Sequence[Mapping[str, Any]]]

    @property
    def bounds(self) -> Array:
        """From 0 to 1 for shares, to 1/2 for trembles: ``(K, 2)``."""
        free = self.fits.mixed.shape[1] - 1
        return np.array([[0.0, 1.0]] * free + [[0.0, MOST]] * self.fits.trembles)

    @property
    def expansion(self) -> Array:
        """How shares and trembles, all of them, move with the free numbers: one row each."""
        width = len(self.names)
        whole = np.insert(np.eye(width), self.rest, 0.0, axis=0)
        whole[self.rest, : width - self.fits.trembles] = -1.0  # 1 less the others
        return whole

    def point(self, shares: Array, tremble: Array) -> Array:
        """Write shares and trembles as free numbers, on the last axis."""
        return np.concatenate([np.delete(shares, self.rest, axis=-1), tremble], axis=-1)

    def parts(self, points: Array) -> tuple[Array, Array]:
        """Read all shares and the trembles of points ``(P, K)``."""
        free = self.fits.mixed.shape[1] - 1
        given = points[:, :free]
        shares = np.insert(given, self.rest, 1.0 - given.sum(axis=1), axis=1)
        # Shares that add up to 1 may miss it by rounding; less than nothing is impossible.
        return np.where(np.abs(shares) < 1e-15, 0.0, shares), points[:, free:]

    def per_unit(self, points: Array, /) -> Array:
        """Log likelihoods of the units: ``(P, units)``, minus infinity off the simplex."""
        shares, tremble = self.parts(points)
        logs = self.fits.logs(tremble)
        top = logs.max(axis=2)
        top = np.where(np.isfinite(top), top, 0.0)
        mixed = np.einsum("pik,pk->pi", np.exp(logs - top[..., None]), shares)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(mixed > 0, np.log(mixed) + top, -np.inf)
        found[(shares < 0).any(axis=1)] = -np.inf
        return self._by_unit(found)

    def _by_unit(self, of_subjects: Array) -> Array:
        if self.units == of_subjects.shape[1]:  # subjects are in the order of their units
            return of_subjects
        member = (self.cluster == np.arange(self.units)[:, None]).astype(float)
        return np.asarray(np.tensordot(of_subjects, member, (1, 1)).swapaxes(1, -1))

    def gradient(self, points: Array, /) -> Array:
        """Scores of the units: ``(P, units, K)``."""
        ratio, moved, _ = self._pieces(points)
        return self._by_unit(np.concatenate([self._against_rest(ratio), moved.sum(axis=2)], axis=2))

    def hessian(self, points: Array, weights: Array | None = None, /) -> Array:
        """Second derivatives of the sum over subjects, weighted by unit: ``(P, K, K)``."""
        _, tremble = self.parts(points)
        ratio, moved, bent = self._pieces(points)
        many = np.ones((1, len(self.cluster))) if weights is None else weights[:, self.cluster]
        many = np.broadcast_to(many, ratio.shape[:2])
        own, pull = self._against_rest(ratio), moved.sum(axis=2)
        free = own.shape[2]
        found = np.empty((len(points), free + pull.shape[2], free + pull.shape[2]))
        found[:, :free, :free] = -np.einsum("pi,pik,pil->pkl", many, own, own)
        slope = self.fits.slopes(tremble)[0]
        pulled = ratio[..., None] * slope
        pulled = np.delete(pulled, self.rest, axis=2) - pulled[:, :, self.rest, None]
        cross = np.einsum("pi,pikg->pkg", many, pulled - own[..., None] * pull[:, :, None])
        found[:, :free, free:], found[:, free:, :free] = cross, cross.transpose(0, 2, 1)
        own_bend = bent - pull[..., None] * pull[:, :, None]
        found[:, free:, free:] = np.einsum("pi,pigh->pgh", many, own_bend)
        return found

    def _against_rest(self, ratio: Array) -> Array:
        return np.delete(ratio, self.rest, axis=2) - ratio[:, :, self.rest, None]

    def _pieces(self, points: Array) -> tuple[Array, Array, Array]:
        """``L_ik/L_i``; what trembles move, by strategy; and how that bends, by subject."""
        shares, tremble = self.parts(points)
        logs = self.fits.logs(tremble)
        top = logs.max(axis=2, keepdims=True)
        likely = np.exp(logs - np.where(np.isfinite(top), top, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = likely / np.einsum("pik,pk->pi", likely, shares)[..., None]
        whose = ratio * shares[:, None, :]
        first, second = self.fits.slopes(tremble)
        moved = whose[..., None] * first
        bent = np.einsum("pikg,pikh->pigh", moved, first)
        bent += np.einsum("pik,pikg->pig", whose, second)[..., None] * np.eye(bent.shape[2])
        return ratio, moved, bent

    def predicted(self, point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies of the first action, by round."""
        shares, tremble = self.parts(np.asarray(point)[None])
        return self.laid_out(shares[0], tremble[0])

    def highest(self, maximum: Maximum, k: int, values: Array) -> tuple[Array, Array]:
        """Maximise with number k held at some values, globally over shares: heights and points.

        Instead of a climb, which knows bounds but not that shares add up to 1.
        """
        free = self.fits.mixed.shape[1] - 1
        which = k + (k >= self.rest or k >= free)
        shares, tremble = self.parts(maximum.point[None])
        everybody = np.ones((1, len(self.fits.mixed)))
        found = Mixture(shares, tremble, fit_shares(self.fits.logs(tremble), everybody))
        heights, mixture = held_at(self.fits, found, np.full(len(values), which), values)
        return heights, self.point(mixture.shares, mixture.tremble)

    def showing(self, name: str, maximum: Maximum) -> tuple[StrategyLikelihood, Maximum] | None:
        """Leave another share out, so that the one of this name is a free number."""
        names = list(self.names)
        if name != self.left_out:
            return None
        shares = self.parts(maximum.point[None])[0][0]
        other = int(np.where(np.arange(len(shares)) == self.rest, -1.0, shares).argmax())
        every = [*names[: self.rest], name, *names[self.rest :]]
        fresh = replace(self, rest=other, left_out=every[other],
                        names=tuple(n for n in every if n != every[other]))  # fmt: skip
        kept = np.delete(np.arange(len(every)), other)
        move = self.expansion[kept]  # from the old free numbers to the new ones
        back = np.linalg.inv(move)
        statuses = [*maximum.statuses[: self.rest], "ok", *maximum.statuses[self.rest :]]
        notes = [*maximum.notes[: self.rest], "", *maximum.notes[self.rest :]]
        spread = move @ maximum.covariance @ move.T
        whole = self.expansion @ maximum.point + np.eye(len(every))[self.rest]
        return fresh, replace(
            maximum, point=whole[kept], covariance=spread,
            hessian=back.T @ maximum.hessian @ back,
            statuses=tuple(statuses[k] for k in kept), notes=tuple(notes[k] for k in kept),
            scale=np.sqrt(np.maximum(np.diagonal(spread), 1e-12)),
        )  # fmt: skip


def described(
    likelihood: StrategyLikelihood, found: Mixture, statuses: Sequence[str], notes: Sequence[str]
) -> Maximum | None:
    """Describe the maximum for profiles and posteriors; none where a number has no value."""
    if "not_identified" in statuses:
        return None
    point = likelihood.point(found.shares[0], found.tremble[0])
    hessian = likelihood.hessian(point[None])[0]
    free = np.delete(np.array([status == "ok" for status in statuses]), likelihood.rest)
    spread = np.zeros_like(hessian)
    spread[np.ix_(free, free)] = np.linalg.pinv(-hessian[np.ix_(free, free)], hermitian=True)
    gap = float(max(found.fit.gap[0], 0.0))
    kept = [k for k in range(len(statuses)) if k != likelihood.rest]
    return Maximum(
        point, float(likelihood.per_unit(point[None]).sum()), gap, gap <= GAP, hessian, spread,
        tuple(statuses[k] for k in kept), tuple(notes[k] for k in kept), {},
        np.where(free, np.sqrt(np.maximum(np.diagonal(spread), 1e-12)), 1e-2), 1, 1,
    )  # fmt: skip
