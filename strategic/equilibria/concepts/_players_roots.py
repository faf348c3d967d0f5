"""Mixtures of three and more players that are no fractions, to some hundred bits, in bulk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers, sizes_of

_NO_INVERSE = 2.0**200
SURE = 60
"""Bits to which payoffs of mixtures whose shares are no fractions are compared."""
_BITS = 128
"""After the point, of the shares."""
_MOST_STEPS = 12
_SETTLED = 2.0**-108
_LARGEST_INVERSE = 2.0**20
"""Of the Jacobian, so that shares are right to 80 bits and more where equations hold to 108."""


def deviations(own: Array, weights: Sequence[Array], *kept: int) -> Array:
    """Give what a player earns if everyone but some plays by weights.

    Parameters
    ----------
    own : array ``(n_1, .., n_p, E)``
        Payoffs of the player.
    weights : sequence of arrays ``(n_i, E)``
    *kept : int
        Who chooses an action: the axes of the result, in this order.

    Returns
    -------
    array ``(n_kept, .., E)``
        Payoffs times the totals of the weights.
    """
    earned = np.moveaxis(own, kept, range(len(kept)))
    for other in reversed(range(len(weights))):
        if other not in kept:
            earned = (earned * weights[other]).sum(axis=-2)
    return earned


def near_roots(tables: Array, sides: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Find the solutions of the equations of supports near doubles, and what everyone earns.

    Parameters
    ----------
    tables : object array ``(players, n_1, .., n_p, E)``
        Payoffs as Python integers.
    sides : sequence of arrays ``(n_i, E)``
        Mixtures, rounded.

    Returns
    -------
    payoffs : object array ``(players, E)``
        Times the denominators.
    denominators : object array ``(E,)``
    proved : array ``(E,)`` of bool
        Whether there is exactly one solution near the doubles, payoffs are right to 2^-`SURE` of
        the largest one of the game and more, and no action gains more than that.

    Notes
    -----
    Newton's method with the Jacobian at the doubles, in whole numbers over 2^128. With ``K`` a
    bound on the inverse of the Jacobian, ``L`` one on how fast it changes, and ``F`` what is left
    of the equations, there is exactly one solution within ``1 / (K L)``, and it is within ``2 K F``
    (Kantorovich 1948).

    References
    ----------
    Kantorovich, L. V. (1948). Functional analysis and applied mathematics. Uspekhi Matematicheskikh
    Nauk 3(6), 89-185.
    """
    largest = np.abs(tables).reshape(-1, tables.shape[-1]).max(axis=0)
    scale = sizes_of(largest)
    proved = np.isfinite(scale) & (scale > 0.0)
    scale[~proved] = 1.0
    used = np.concatenate(sides) > 0.0
    doubles = np.where(proved, sizes_of(tables), 0.0) / scale  # nothing that overflows
    inverse, bound = _inverse(_jacobian(doubles, sides, used))
    proved &= bound < _LARGEST_INVERSE
    shares = _whole(np.concatenate(sides))
    rest = _equations(tables, _split(shares, sides), used, scale)
    for _ in range(_MOST_STEPS):
        wrong = proved & (np.abs(rest) > _SETTLED).any(axis=0)
        if not wrong.any():
            break
        step = np.einsum("eij,je->ie", inverse, np.where(wrong, rest, 0.0))
        proved &= (np.abs(step) < 1.0).all(axis=0)
        shares = shares - _whole(np.where(proved, step, 0.0))
        rest = _equations(tables, _split(shares, sides), used, scale)
    moved = np.abs(sizes_of(shares) * 2.0**-_BITS - np.concatenate(sides)).max(axis=0)
    # Payoffs are at most one, so that no sum of a line of the Jacobian changes by more than twice
    # the sum of the changes of all shares, times as many as there are.
    rate = 2.0 * len(used) ** 2
    proved &= (np.abs(rest) <= _SETTLED).all(axis=0) & (2.0 * bound * rate * moved < 1.0)
    proved &= ((shares > 0) == used).all(axis=0)
    payoffs, product, gains = _earned(tables, _split(shares, sides))
    proved &= (gains << SURE <= largest * product).all(axis=0).astype(bool)
    return payoffs, np.where(proved, product, 1), proved


def _whole(shares: Array) -> Array:
    return as_integers(np.rint(np.ldexp(shares, _BITS)))


def _split(lines: Array, sides: Sequence[Array]) -> list[Array]:
    return np.split(lines, np.cumsum([len(side) for side in sides[:-1]]))


def _equations(tables: Array, shares: Sequence[Array], used: Array, scale: Array) -> Array:
    """Say how far shares are from a solution: doubles ``(n, E)``, a line per action.

    The first action in use of each player stands for the sum of the shares, the others in use for
    what they earn more than the first one, those not in use for their own share.
    """
    lines = []
    for player, (own, mask) in enumerate(zip(tables, _split(used, shares), strict=True)):
        replies = deviations(own, shares, player)
        first = mask.argmax(axis=0)[None]
        more = replies - np.take_along_axis(replies, first, axis=0)
        mine = sizes_of(more >> _BITS * (len(shares) - 2)) / scale
        np.put_along_axis(mine, first, sizes_of(shares[player].sum(axis=0) - (1 << _BITS))[None], 0)
        lines.append(np.where(mask, mine, sizes_of(shares[player])))
    return np.concatenate(lines) * 2.0**-_BITS


def _jacobian(tables: Array, sides: Sequence[Array], used: Array) -> Array:
    """Give the derivatives of `_equations`: array ``(E, n, n)``."""
    starts = np.cumsum([0, *map(len, sides)])
    found = np.zeros((used.shape[1], len(used), len(used)))
    for player, (own, mask) in enumerate(zip(tables, _split(used, sides), strict=True)):
        first, lines = mask.argmax(axis=0), slice(starts[player], starts[player + 1])
        for other in range(len(sides)):
            if other != player:
                replies = deviations(own, sides, player, other)
                more = replies - np.take_along_axis(replies, first[None, None], axis=0)
                columns = slice(starts[other], starts[other + 1])
                found[:, lines, columns] = np.moveaxis(more * mask[:, None], -1, 0)
        # The line of the first action is the sum; lines of actions not in use have their own share.
        found[:, lines, lines] = np.moveaxis(~mask[:, None] * np.eye(len(mask))[..., None], -1, 0)
        found[np.arange(len(first)), starts[player] + first, lines] = 1.0
        others = [c for c in range(len(used)) if not lines.start <= c < lines.stop]
        found[np.arange(len(first))[:, None], (starts[player] + first)[:, None], others] = 0.0
    return found


def _inverse(matrices: Array) -> tuple[Array, Array]:
    """Invert matrices, and give the norms of the inverses; huge where there is none."""
    found, bound = np.zeros_like(matrices), np.full(len(matrices), _NO_INVERSE)
    some = np.flatnonzero(np.linalg.det(matrices) != 0.0)
    found[some] = np.linalg.inv(matrices[some])
    bound[some] = np.abs(found[some]).sum(axis=2).max(axis=1)
    return found, np.where(bound < _NO_INVERSE, bound, _NO_INVERSE)


def _earned(tables: Array, shares: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Payoffs ``(players, E)`` times the product of the totals, that product, and gains."""
    totals = [share.sum(axis=0) for share in shares]
    payoffs, gains = [], []
    for player, own in enumerate(tables):
        replies = deviations(own, shares, player)
        payoffs.append((replies * shares[player]).sum(axis=0))
        gains.append(replies.max(axis=0) * totals[player] - payoffs[-1])
    return np.array(payoffs), np.multiply.reduce(totals), np.array(gains)
