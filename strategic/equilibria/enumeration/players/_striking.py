"""Supports struck by comparing payoffs, which rounding cannot touch."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations, product
from math import prod

import numpy as np

from strategic.arrays import Array

_WORD = 64


def surviving_supports(payoffs: Array, shape: tuple[int, ...]) -> Array:
    """Mark the supports that interior dominance leaves.

    Parameters
    ----------
    payoffs : array ``(players, profiles, games)``
        Payoffs as given; they are compared and nothing else.
    shape : tuple of int
        Actions of each player.

    Returns
    -------
    array of bool ``(2**n_1 - 1, .., 2**n_p - 1, games)``
        Axes by the set of actions in use, bit ``a`` for action ``a``, less one.

    Notes
    -----
    If all others use every action of their supports, an action that earns no more than another
    against all their profiles, and less against one, earns less: no equilibrium has this support.
    So a pure profile survives if and only if it is an equilibrium, and a support with exactly one
    player who mixes survives only where payoffs are tied.

    Examples
    --------
    >>> coordinate = np.zeros((3, 8, 1))
    >>> coordinate[:, [0, 7]] = 1.0
    >>> np.flatnonzero(surviving_supports(coordinate, (2, 2, 2))).tolist()
    [0, 13, 26]
    """
    games = payoffs.shape[2]
    alive = np.ones((*(2**n - 1 for n in shape), games), dtype=bool)
    for player, own in enumerate(shape):
        table = payoffs[player].reshape(*shape, games)
        lines = np.moveaxis(table, player, 0).reshape(own, -1, games)
        masks = _masks(tuple(n for i, n in enumerate(shape) if i != player))
        undominated = _undominated(lines, masks)
        used = [np.logical_and.reduce(undominated[_members(s)]) for s in range(1, 2**own)]
        others = tuple(2**n - 1 for i, n in enumerate(shape) if i != player)
        held = np.stack(used).reshape(2**own - 1, *others, games)
        alive &= np.moveaxis(held, 0, player)
    return alive


def _members(subset: int) -> list[int]:
    return [a for a in range(subset.bit_length()) if subset >> a & 1]


def _undominated(lines: Array, masks: Array) -> Array:
    """Tell which actions no other dominates inside each product of the others' supports.

    ``lines`` is ``(n, profiles of the others, games)``, ``masks`` ``(supports, words)``.
    """
    own, games = len(lines), lines.shape[2]
    wins = {}
    for better, worse in permutations(range(own), 2):
        somewhere = np.zeros((len(masks), games), dtype=bool)
        ahead = lines[better] > lines[worse]
        for word, mask in enumerate(masks.T):
            bits = _packed(ahead[word * _WORD : (word + 1) * _WORD], masks.dtype)
            somewhere |= (mask[:, None] & bits) != 0
        wins[better, worse] = somewhere
    undominated = np.ones((own, len(masks), games), dtype=bool)
    for action, other in permutations(range(own), 2):
        undominated[action] &= wins[action, other] | ~wins[other, action]
    return undominated


def _packed(flags: Array, dtype: np.dtype[np.unsignedinteger]) -> Array:
    """Pack flags ``(profiles, games)`` into one word per game."""
    word = np.zeros(flags.shape[1], dtype=dtype)
    for place, flag in enumerate(flags):
        word |= np.left_shift(flag.astype(dtype), dtype.type(place))
    return word


@lru_cache(maxsize=64)
def _masks(others: tuple[int, ...]) -> Array:
    """Mark the profiles of every product of supports of the others, as words of bits."""
    profiles = prod(others)
    inside = []
    for subsets in product(*(range(1, 2**n) for n in others)):
        flags = np.ones((), dtype=bool)
        for n, subset in zip(others, subsets, strict=True):
            used = np.array([subset >> a & 1 for a in range(n)], dtype=bool)
            flags = np.logical_and.outer(flags, used)
        inside.append(flags.reshape(-1))
    width = next(w for w in (8, 16, 32, _WORD) if profiles <= w or w == _WORD)
    dtype = np.dtype(f"u{width // 8}")
    parts = [
        np.array([_packed(flags[i : i + _WORD, None], dtype)[0] for flags in inside])
        for i in range(0, profiles, _WORD)
    ]
    return np.stack(parts, axis=1)
