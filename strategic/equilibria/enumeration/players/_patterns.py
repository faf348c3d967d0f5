"""The supports of games of one shape, grouped by how many actions each player uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import prod

import numpy as np

from strategic.arrays import Array


@dataclass(frozen=True, eq=False)
class Pattern:
    """All supports in which every player uses a given number of actions.

    Parameters
    ----------
    sizes : tuple of int
        Actions in use, by player.
    actions : tuple of int arrays ``(n_i, supports)``
        Per player: the actions in use, ascending, the first of which is the reference to which
        the others are compared; then those not in use.
    subsets : int array ``(players, supports)``
        The number of each player's set of actions, bit ``a`` for action ``a``, less one.
    profiles : tuple of int arrays ``(n_i, k_1, .., 1, .., k_p, supports)``
        Per player: the flat number of the profile in which they choose an action of ``actions``
        and everyone else one in use. The axis of the player's own actions in use has length one,
        so axis ``1 + j`` belongs to player ``j`` whoever it is.
    """

    sizes: tuple[int, ...]
    actions: tuple[Array, ...]
    subsets: Array
    profiles: tuple[Array, ...]

    @property
    def mixers(self) -> tuple[int, ...]:
        """The players who use more than one action."""
        return tuple(i for i, size in enumerate(self.sizes) if size > 1)

    @property
    def is_regular(self) -> bool:
        """Whether there can be a regular equilibrium of this pattern.

        A player's indifference equations bind the others' mixtures alone: if there are more of
        them than the others have freedom, the Jacobian is singular.
        """
        free = sum(self.sizes) - len(self.sizes)
        return all(2 * (size - 1) <= free for size in self.sizes)

    def may_be_regular(self, gains: Sequence[Array]) -> bool:
        """Whether some equilibrium may be regular, nobody being indifferent throughout.

        ``gains`` are arrays ``(n_i - 1, k_1, .., 1, .., k_p)``, those of actions in use first.
        """
        return bool(self.regular_columns([table[..., None] for table in gains])[0])

    def regular_columns(self, gains: Sequence[Array]) -> Array:
        """Do the same for many columns, ``(n_i - 1, k_1, .., 1, .., k_p, E)``."""
        count = gains[0].shape[-1]
        fine = np.full(count, self.is_regular)
        for table, k in zip(gains, self.sizes, strict=True):
            for row in table[: k - 1]:
                fine &= (row != 0).any(axis=tuple(range(row.ndim - 1)))
        return fine


@lru_cache(maxsize=64)
def patterns(shape: tuple[int, ...]) -> tuple[Pattern, ...]:
    """List the patterns of games of ``shape``, pure profiles first, then by actions in use.

    Examples
    --------
    >>> [pattern.sizes for pattern in patterns((2, 2, 2))][:4]
    [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1)]
    """
    sizes = sorted(product(*(range(1, n + 1) for n in shape)), key=lambda k: (sum(k), k))
    return tuple(_pattern(shape, chosen) for chosen in sizes)


def support_pattern(support: tuple[tuple[int, ...], ...], shape: tuple[int, ...]) -> Pattern:
    """Make a pattern of one support alone, from the actions in use by player.

    Examples
    --------
    >>> support_pattern(((0, 1), (1,)), (2, 3)).actions[1].T.tolist()
    [[1, 0, 2]]
    """
    return _of_supports(shape, tuple(map(len, support)), [support])


def _pattern(shape: tuple[int, ...], sizes: tuple[int, ...]) -> Pattern:
    supports = product(*(combinations(range(n), k) for n, k in zip(shape, sizes, strict=True)))
    return _of_supports(shape, sizes, list(supports))


def _of_supports(
    shape: tuple[int, ...], sizes: tuple[int, ...], supports: Sequence[tuple[tuple[int, ...], ...]]
) -> Pattern:
    actions = tuple(
        np.array([(*s[i], *(a for a in range(n) if a not in s[i])) for s in supports]).T
        for i, n in enumerate(shape)
    )
    subsets = [[sum(1 << a for a in used) - 1 for used in support] for support in supports]
    strides = [prod(shape[i + 1 :]) for i in range(len(shape))]
    profiles = []
    for own, n in enumerate(shape):
        axes = (n, *(1 if i == own else k for i, k in enumerate(sizes)), len(supports))
        number = np.zeros(axes, dtype=np.int64)
        for i, k in enumerate(sizes):
            place = 0 if i == own else 1 + i
            chosen = actions[i] if i == own else actions[i][:k]
            along = [1] * len(axes)
            along[place], along[-1] = chosen.shape
            number += strides[i] * chosen.reshape(along)
        profiles.append(number)
    return Pattern(sizes, actions, np.array(subsets).T, tuple(profiles))
