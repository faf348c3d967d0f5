"""Shares of strategies and the trembles of those who follow them, for many weightings at once."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.estimation._histories import Fits
from strategic.estimation._mixtures import Shares, fit_shares
from strategic.executors import each_in_order

MOST = 0.5
"""The largest tremble: whoever errs more often does the opposite."""
_SCAN = 65
_CROSS_SCAN = 25
_CYCLES = 20
_LEAST = 1e-9
_STILL = 1e-12
_GAIN = 1e-10
_MOST_STEPS = 400
_DOUBLINGS = 10
_SECANTS = 3
_ROUGH = 1e-6
_NEAR = 1e-7
"""Moves of trembles that count as none where a height is wanted, which they change by squares."""
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
    many = np.repeat(weights, possible.sum(), axis=0)
    shares = fit_shares(
        logs[possible], many, enough=_ROUGH
    )  # for which is best it need not be exact
    best = np.flatnonzero(possible)[int(shares.value.argmax())]
    return np.array(trembles[best : best + 1])


@dataclass(frozen=True, eq=False)
class Held:
    """Numbers that stay where they are, one row per weighting.

    Parameters
    ----------
    share : array of int (B,)
        Strategy whose share stays; -1 for none.
    value : array (B,)
        That share.
    tremble : array of bool (B, trembles)
        Trembles that stay.
    """

    share: Array
    value: Array
    tremble: Array


def refined(fits: Fits, weights: Array, tremble: Array, held: Held | None = None) -> Mixture:
    """Solve ``e = errors / rounds``, errors weighted with whose they are, by the secant method.

    The right-hand side is the step of the EM algorithm, which never lowers the likelihood; the
    secant of two steps only makes it faster, and is taken back wherever the likelihood falls.
    """
    share_of = weights / weights.sum(axis=1, keepdims=True)
    fit = _best_shares(fits, weights, tremble, held)
    before = after = None
    for _ in range(_MOST_STEPS):
        step = _step(fits, share_of, tremble, fit.shares)
        if held is not None:
            step = np.where(held.tremble, tremble, step)
        move = step - tremble
        still = np.abs(move) < (_STILL if held is None else _NEAR)
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
        leap = np.where(still, tremble, target)
        tremble, fit = _taken(fits, weights, (tremble, fit), (leap, step), held)
    return Mixture(fit.shares, tremble, fit)


def _best_shares(fits: Fits, weights: Array, tremble: Array, held: Held | None) -> Shares:
    """Maximise over shares; with one of them held, over how the others divide the rest."""
    logs = fits.logs(tremble)
    if held is None or (held.share < 0).all():
        return fit_shares(logs, weights)
    rows, own = np.arange(len(logs)), np.maximum(held.share, 0)
    value = np.where(held.share < 0, 0.0, held.value)[:, None, None]
    with np.errstate(divide="ignore"):
        mixed = np.logaddexp(np.log(value) + logs[rows, :, own][..., None], np.log1p(-value) + logs)
    mixed[rows[held.share >= 0], :, own[held.share >= 0]] = -np.inf
    fit = fit_shares(mixed, weights)
    shares = fit.shares * (1.0 - value[..., 0])
    shares[rows[held.share >= 0], own[held.share >= 0]] = held.value[held.share >= 0]
    return Shares(shares, fit.value, fit.gap, fit.derivatives)


def _taken(
    fits: Fits,
    weights: Array,
    here: tuple[Array, Shares],
    moves: tuple[Array, Array],
    held: Held | None,
) -> tuple[Array, Shares]:
    """Leap where that lowers no likelihood, else step."""
    (_, old), (leap, step) = here, moves
    tremble = np.where(leap < _LEAST, 0.0, np.clip(leap, 0.0, MOST))
    fit = _best_shares(fits, weights, tremble, held)
    worse = ~(fit.value >= old.value - _STILL * np.abs(old.value))
    if (worse & (leap != step).any(axis=1)).any():
        tremble = np.where(worse[:, None], np.where(step < _LEAST, 0.0, step), tremble)
        fit = _best_shares(fits, weights, tremble, held)
    return tremble, fit


def _step(fits: Fits, weights: Array, tremble: Array, shares: Array) -> Array:
    """Share of rounds in which subjects err, given whose strategy each may follow."""
    logs = fits.logs(tremble)
    top = logs.max(axis=2, keepdims=True)
    likely = np.exp(logs - np.where(np.isfinite(top), top, 0.0)) * shares[:, None, :]
    total = likely.sum(axis=2, keepdims=True)  # 0 of whoever was not drawn and is impossible
    whose = likely / np.where(total > 0.0, total, 1.0) * weights[..., None]
    errors, rounds = fits.errors(whose)
    there = rounds > 0  # a tremble of nobody stays as it is
    return np.where(there, np.clip(errors / np.where(there, rounds, 1.0), 0.0, MOST), tremble)


def resampled(
    fits: Fits, found: Mixture, weights: Array, executor: Executor | None = None
) -> Mixture:
    """Fit many weightings of the subjects ``(B, subjects)``, from the fit of all."""
    # A sample may need a tremble although the whole does not: nobody's choices are impossible then.
    start = np.where(found.tremble > 0, np.maximum(found.tremble, 1e-3), 0.0)
    blocks = (weights[at : at + _BLOCK] for at in range(0, len(weights), _BLOCK))
    parts = list(each_in_order(partial(_from_start, fits, start), blocks, executor=executor))
    if not parts:
        return Mixture(found.shares[:0], found.tremble[:0], found.fit)
    return Mixture(
        np.concatenate([part.shares for part in parts]),
        np.concatenate([part.tremble for part in parts]),
        found.fit,
    )


def _from_start(fits: Fits, start: Array, weights: Array) -> Mixture:
    return refined(fits, weights, np.repeat(start, len(weights), axis=0))


def held_at(fits: Fits, found: Mixture, which: Array, values: Array) -> tuple[Array, Mixture]:
    """Fit with one number held at a value, many times.

    Parameters
    ----------
    fits : Fits
    found : Mixture
        The fit of all with nothing held.
    which : array of int (B,)
        A strategy, whose share is held, or the number of strategies plus a tremble.
    values : array (B,)

    Returns
    -------
    heights : array (B,)
        Log likelihoods.
    mixture : Mixture
    """
    people, strategies = fits.mixed.shape
    held = Held(
        np.where(which < strategies, which, -1), values,
        which[:, None] == strategies + np.arange(fits.trembles),
    )  # fmt: skip
    # Without trembles somebody may be lost where others may not follow whom they would.
    start = np.where(found.tremble > 0, found.tremble, 1e-3)
    start = np.where(held.tremble, values[:, None], start)
    fitted = refined(fits, np.ones((len(which), people)), start, held)
    return fitted.fit.value * people, fitted


def reach(fits: Fits, found: Mixture, which: Array, *, lost: float) -> Array:
    """How high numbers that are 0 may be until so much log likelihood is lost: one each."""
    people, count = len(fits.mixed), len(which)
    top = float(found.fit.value[0]) * people - lost
    most = np.where(which < fits.mixed.shape[1], 1.0, MOST)
    # A subject more of a strategy that nobody follows costs about one half to one.
    ladder = np.minimum(lost / people * np.array([[1.0], [2.0], [4.0], [8.0]]), most)
    heights = held_at(fits, found, np.tile(which, 4), ladder.ravel())[0].reshape(4, count) - top
    ladder, heights = (
        np.vstack([np.zeros(count), ladder]),
        np.vstack([np.full(count, lost), heights]),
    )
    for _ in range(_DOUBLINGS):
        inside = heights[-1] > 0
        if not (inside & (ladder[-1] < most)).any():
            break
        far = np.minimum(2.0 * ladder[-1], most)
        ladder = np.vstack([ladder, far])
        heights = np.vstack([heights, held_at(fits, found, which, far)[0] - top])
    last = np.maximum((heights <= 0).argmax(axis=0), 1)  # the first that loses too much
    rows = np.arange(count)
    low, far = ladder[last - 1, rows], ladder[last, rows]
    left, right = heights[last - 1, rows], heights[last, rows]
    for _ in range(_SECANTS):
        middle = _crossing(low, far, left, right)
        height = held_at(fits, found, which, middle)[0] - top
        above = height > 0
        low, left = np.where(above, middle, low), np.where(above, height, left)
        far, right = np.where(above, far, middle), np.where(above, right, height)
    return np.where(inside, most, _crossing(low, far, left, right))


def _crossing(low: Array, far: Array, left: Array, right: Array) -> Array:
    """Find where the chord between two heights is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(np.isfinite(right) & (left > right), left / (left - right), 0.5)
    return np.asarray(low + np.clip(part, 0.0, 1.0) * (far - low))
