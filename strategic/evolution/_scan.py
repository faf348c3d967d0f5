"""Rest points found by Newton's method from many starts: a list that is not proved complete."""

from __future__ import annotations

from itertools import combinations, product
from math import comb
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.evolution._supports import Support
from strategic.evolution.populations import Payoffs

_STEPS = 60
_MOST_STARTS = 600
_CLOSE = 1e-12
_SAME = 1e-6
_INTERIOR = 1e-9
_FLAT = 1e-7
"""Singular values, relative to the largest, at which a point is one of a curve."""


def scanned_roots(
    source: Payoffs, sizes: tuple[int, ...], support: Support, starts: int = _MOST_STARTS
) -> tuple[list[Array], Array]:
    """Look for the rest points of one game that use exactly the given actions.

    Parameters
    ----------
    source : Payoffs
        Of one game, without batch axes.
    sizes : tuple of int
        Number of actions of each population.
    support : Support
    starts : int
        Starts at most.

    Returns
    -------
    shares : list of arrays ``(n_i, roots)``
        One member only of a family.
    isolated : array ``(roots,)`` of bool
    """
    grid = lattice(tuple(map(len, support)), starts)
    shares = [_placed(part, used, n) for part, used, n in zip(grid, support, sizes, strict=True)]
    size = np.zeros(shares[0].shape[1])
    moving = np.arange(len(size))
    for _ in range(_STEPS):
        before = [part[:, moving] for part in shares]
        moved, size[moving] = _step(source, before, support)
        for part, new in zip(shares, moved, strict=True):
            part[:, moving] = new
        active = np.isfinite(size)
        if not active.any() or (size[active] < 1e-15).all():
            break
        # Where nothing changes, nothing ever will.
        changed = [(new != old).any(axis=0) for new, old in zip(moved, before, strict=True)]
        moving = moving[np.any(changed, axis=0)]
        if not moving.size:
            break
    values, slopes, scale = _equations(source, shares, support)
    with np.errstate(all="ignore"):
        good = active & (np.abs(values).max(axis=0) <= _CLOSE * scale)
    for part, used in zip(shares, support, strict=True):
        good &= (part[list(used)] > _INTERIOR).all(axis=0)
    shares, slopes = [part[:, good] for part in shares], slopes[..., good]
    singular = np.linalg.svd(np.moveaxis(slopes, -1, 0), compute_uv=False)
    isolated = singular[:, -1] > _FLAT * np.maximum(singular[:, 0], 1e-300)
    kept = _representatives(shares, isolated)
    return [part[:, kept] for part in shares], isolated[kept]


def lattice(sizes: tuple[int, ...], most: int) -> list[Array]:
    """Give shares on a lattice in the interior, about ``most`` in all: ``(n_i, starts)`` each.

    Examples
    --------
    >>> lattice((2, 1), 3)[0].tolist()
    [[0.25, 0.5, 0.75], [0.75, 0.5, 0.25]]
    """
    mixers = sum(size > 1 for size in sizes)
    free = [_of_one(size, max(most ** (1 / max(mixers, 1)), 2.0)) for size in sizes]
    return [np.array(part).T for part in zip(*product(*free), strict=True)]


def _of_one(size: int, most: float) -> Array:
    if size == 1:
        return np.ones((1, 1))
    steps = size
    while comb(steps, size - 1) <= most:  # the points of a lattice of one step more
        steps += 1
    inner = combinations(range(1, steps), size - 1)
    ends = np.array([(0, *chosen, steps) for chosen in inner])
    return np.asarray(np.diff(ends, axis=1) / steps)


def _placed(part: Array, used: tuple[int, ...], actions: int) -> Array:
    whole = np.zeros((actions, part.shape[1]))
    whole[list(used)] = part
    return whole


def _step(source: Payoffs, shares: list[Array], support: Support) -> tuple[list[Array], Array]:
    """Take the shortest step that solves the linearised equations, within the interior."""
    values, slopes, _ = _equations(source, shares, support)
    finite = np.isfinite(values).all(axis=0) & np.isfinite(slopes).all(axis=(0, 1))
    safe = np.where(finite, slopes, 0.0)
    inverse = np.linalg.pinv(np.moveaxis(safe, -1, 0), rcond=1e-10)
    change = -np.einsum("nuv,vn->un", inverse, np.where(finite, values, 0.0))
    moved, ratio, row = [], np.ones(values.shape[1]), 0
    changes: list[Any] = []
    for part, used in zip(shares, support, strict=True):
        free = change[row : row + len(used) - 1]
        whole = np.concatenate([-free.sum(axis=0)[None], free])
        row += len(used) - 1
        changes.append(whole)
        with np.errstate(all="ignore"):
            room = np.where(whole < 0, -part[list(used)] / whole, np.inf).min(axis=0)
        ratio = np.minimum(ratio, 0.9 * room)
    for part, used, whole in zip(shares, support, changes, strict=True):
        new = part.copy()
        new[list(used)] += ratio * whole
        moved.append(new)
    size = np.where(finite, np.abs(change).max(axis=0, initial=0.0), np.nan)
    return moved, size


def _equations(
    source: Payoffs, shares: list[Array], support: Support
) -> tuple[Array, Array, Array]:
    """Give payoff differences of the actions in use, their slopes, and the size of both."""
    payoffs, jacobians = source.payoffs(shares), source.jacobians(shares)
    values, slopes = [], []
    scale = np.zeros(shares[0].shape[1])
    for own, row, used in zip(payoffs, jacobians, support, strict=True):
        scale = np.maximum(scale, np.abs(own).max(axis=0))
        for block in row:
            scale = np.maximum(scale, np.abs(block).max(axis=(0, 1)))
        for action in used[1:]:
            values.append(own[action] - own[used[0]])
            slopes.append(
                [
                    difference[b] - difference[others[0]]
                    for block, others in zip(row, support, strict=True)
                    for difference in [block[action] - block[used[0]]]
                    for b in others[1:]
                ]
            )
    return np.array(values), np.array(slopes), np.maximum(scale, 1e-300)


def _representatives(shares: list[Array], isolated: Array) -> Array:
    """Keep every isolated root once, and of all others the one nearest to the centre."""
    flat = np.concatenate(shares)
    kept: list[int] = []
    spread = np.where(flat > 0, flat, np.inf).min(axis=0)
    families = np.flatnonzero(~isolated)
    for root in np.flatnonzero(isolated):
        if all(np.abs(flat[:, root] - flat[:, other]).max() > _SAME for other in kept):
            kept.append(int(root))
    if len(families):
        kept.append(int(families[np.argmax(spread[families])]))
    return np.array(kept, dtype=np.int64)
