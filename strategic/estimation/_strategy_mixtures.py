"""Shares of strategies and the trembles of those who follow them, for many weightings at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation._histories import Fits
from strategic.estimation._mixtures import Shares, fit_shares

MOST = 0.5
"""The largest tremble: whoever errs more often does the opposite."""
_SCAN = 129
_CROSS_SCAN = 25
_CYCLES = 20
_LEAST = 1e-9
_STILL = 1e-12
_GAIN = 1e-10
_MOST_STEPS = 400
_BLOCK = 200


@dataclass(frozen=True, eq=False)
class Mixture:
    """Shares and trembles for many weightings of the subjects.

    Parameters
    ----------
    shares : array (B, K)
    tremble : array (B, trembles)
    fit : Shares
        The shares' certificate at the trembles.
    """

    shares: Array
    tremble: Array
    fit: Shares


def best_mixture(fits: Fits, weights: Array) -> Mixture:
    """Find shares and trembles for one weighting ``(1, subjects)``.

    Notes
    -----
    For given trembles the shares are a global maximum. One tremble is scanned from 0 to 1/2 and
    refined from the best value. Several start from the best common one; then each is scanned while
    the others stay, until no scan finds anything better, and all are refined together: a local
    maximum over the trembles.
    """
    grid = np.r_[0.0, np.geomspace(1e-5, MOST, _SCAN)]
    tremble = _scanned(fits, weights, np.repeat(grid[:, None], fits.trembles, axis=1))
    found = refined(fits, weights, tremble)
    if fits.trembles == 1:
        return found
    cross = np.r_[0.0, np.geomspace(1e-4, MOST, _CROSS_SCAN)]
    for _ in range(_CYCLES):
        before = float(found.fit.value[0])
        for one in range(fits.trembles):
            at = np.repeat(found.tremble, len(cross) + 1, axis=0)
            at[1:, one] = cross
            tremble = _scanned(fits, weights, at)
            if (tremble != found.tremble).any():
                found = refined(fits, weights, tremble)
        if found.fit.value[0] - before < _GAIN:
            break
    return found


def _scanned(fits: Fits, weights: Array, trembles: Array) -> Array:
    """Pick the best of several vectors of trembles: ``(1, trembles)``."""
    logs = fits.logs(trembles)
    possible = np.isfinite(logs.max(axis=2)).all(axis=1)  # without errors somebody may be lost
    shares = fit_shares(logs[possible], np.repeat(weights, possible.sum(), axis=0))
    best = np.flatnonzero(possible)[int(shares.value.argmax())]
    return np.array(trembles[best : best + 1])


def refined(fits: Fits, weights: Array, tremble: Array) -> Mixture:
    """Solve ``e = errors / rounds``, errors weighted with whose they are, by the secant method.

    The right-hand side is the step of the EM algorithm, which never lowers the likelihood; the
    secant of two steps only makes it faster, and is taken back wherever the likelihood falls.
    """
    share_of = weights / weights.sum(axis=1, keepdims=True)
    fit = fit_shares(fits.logs(tremble), weights)
    before = after = None
    for _ in range(_MOST_STEPS):
        step = _step(fits, share_of, tremble, fit.shares)
        move = step - tremble
        still = np.abs(move) < _STILL
        if still.all():
            break
        target = step
        if before is not None and after is not None:
            slope = (move - after) / np.where(tremble == before, 1.0, tremble - before)
            with np.errstate(divide="ignore", invalid="ignore"):
                leap = tremble - move / slope
            good = (slope < 0) & np.isfinite(leap) & (leap > 0) & (leap < MOST)
            target = np.where(good, leap, step)
        before, after = tremble, move
        tremble, fit = _taken(fits, weights, (tremble, fit), np.where(still, tremble, target), step)
    return Mixture(fit.shares, tremble, fit)


def _taken(
    fits: Fits, weights: Array, here: tuple[Array, Shares], leap: Array, step: Array
) -> tuple[Array, Shares]:
    """Leap where that lowers no likelihood, else step."""
    _, old = here
    tremble = np.where(leap < _LEAST, 0.0, np.clip(leap, 0.0, MOST))
    fit = fit_shares(fits.logs(tremble), weights)
    worse = ~(fit.value >= old.value - _STILL * np.abs(old.value))
    if (worse & (leap != step).any(axis=1)).any():
        tremble = np.where(worse[:, None], np.where(step < _LEAST, 0.0, step), tremble)
        fit = fit_shares(fits.logs(tremble), weights)
    return tremble, fit


def _step(fits: Fits, weights: Array, tremble: Array, shares: Array) -> Array:
    """Share of rounds in which subjects err, given whose strategy each may follow."""
    logs = fits.logs(tremble)
    likely = np.exp(logs - logs.max(axis=2, keepdims=True)) * shares[:, None, :]
    whose = likely / likely.sum(axis=2, keepdims=True) * weights[..., None]
    errors, rounds = fits.errors(whose)
    there = rounds > 0  # a tremble of nobody stays as it is
    return np.where(there, np.clip(errors / np.where(there, rounds, 1.0), 0.0, MOST), tremble)


def resampled(fits: Fits, found: Mixture, weights: Array) -> Mixture:
    """Fit many weightings of the subjects ``(B, subjects)``, from the fit of all."""
    # A sample may need a tremble although the whole does not: nobody's choices are impossible then.
    start = np.where(found.tremble > 0, np.maximum(found.tremble, 1e-3), 0.0)
    parts = [
        refined(fits, block, np.repeat(start, len(block), axis=0))
        for block in (weights[at : at + _BLOCK] for at in range(0, len(weights), _BLOCK))
    ]
    if not parts:
        return Mixture(found.shares[:0], found.tremble[:0], found.fit)
    return Mixture(
        np.concatenate([part.shares for part in parts]),
        np.concatenate([part.tremble for part in parts]),
        found.fit,
    )
