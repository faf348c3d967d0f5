"""Extreme equilibria of thin and larger games in whole numbers: ties are normal here.

The walk of `_best_reply_walk`, one game at a time, in integers over one denominator. Ties are
broken as if reply j lost ``eps**(j + 1)``: then exactly ``d`` labels are tight at every vertex, and
as ``eps`` vanishes each goes to a vertex of the game itself, which may be the limit of several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import integer_pivot

MOST_BASES = 20_000
"""Of one polyhedron of one game; ties may make them very many."""


@dataclass(frozen=True)
class ExactVertex:
    """A mixture at a vertex, as one basis of the perturbed polyhedron shows it.

    Parameters
    ----------
    weights : tuple of int
        The mixture times the total of these.
    replies : tuple of int
        All best replies to it, ascending.
    basis : tuple of int
        Labels of the basis that are not used in the perturbed game: actions, then ``d + reply``.
    """

    weights: tuple[int, ...]
    replies: tuple[int, ...]
    basis: tuple[int, ...]

    @property
    def support(self) -> tuple[int, ...]:
        """The actions used, ascending."""
        return tuple(action for action, weight in enumerate(self.weights) if weight)


class TooManyBasesError(Exception):
    """The polyhedron has more bases than are worth visiting."""


def exact_walk(gains: Array) -> Iterator[ExactVertex]:
    """Visit all bases of a perturbed best-reply polyhedron.

    Parameters
    ----------
    gains : array ``(e, d)`` of Python int
        What each reply of the other player earns against each action of the player who mixes.

    Raises
    ------
    TooManyBasesError
        Beyond `MOST_BASES`.

    Examples
    --------
    >>> [vertex.weights for vertex in exact_walk(np.array([[2, 0], [0, 1]], dtype=object))]
    [(1, 0), (1, 2), (0, 1)]
    """
    start = _Dictionary.start(gains)
    seen, waiting = {frozenset(start.tight)}, [start]
    for here in waiting:
        yield here.vertex()
        for place in range(len(here.tight)):
            row = here.leaving(place)
            if row is None:
                continue
            after = frozenset(here.tight) - {here.tight[place]} | {here.loose[row]}
            if after not in seen:
                if len(seen) >= MOST_BASES:
                    raise TooManyBasesError
                seen.add(after)
                waiting.append(here.pivoted(row, place))
        here.table = here.table[:0]  # visited: the memory is better used by those to come


@dataclass(eq=False)
class _Dictionary:
    """Slacks of loose labels, in integers over ``denominator``; as `Level` for one vertex."""

    tight: list[int]
    loose: list[int]
    table: Array
    denominator: int
    actions: int

    @classmethod
    def start(cls, gains: Array) -> _Dictionary:
        """Play action 0 and its best reply; of several the last, which loses least."""
        e, d = gains.shape
        best = max(range(e), key=lambda j: (gains[j, 0], j))
        others = [j for j in range(e) if j != best]
        table = np.zeros((e, d + 1), dtype=object)
        table[0, 0], table[0, 1:-1] = 1, -1
        lost = gains[best] - gains[others]
        table[1:, 0], table[1:, 1:-1], table[1:, -1] = lost[:, 0], lost[:, 1:] - lost[:, :1], 1
        tight, loose = [*range(1, d), d + best], [0, *(d + j for j in others)]
        return cls(tight, loose, table, 1, d)

    def leaving(self, place: int) -> int | None:
        """Find the row whose slack vanishes first as one tight label is given up, if any does."""
        column = self.table[:, place + 1]
        rows = [row for row, slope in enumerate(column) if slope < 0]
        if not rows:
            return None
        # The slack of a reply gains eps**(j+1) itself, and loses that of the tight replies times
        # their coefficients: the powers are compared one after the other, the largest first.
        where = {label: k for k, label in enumerate(self.tight, start=1)}
        at = {label: row for row, label in enumerate(self.loose)}
        best = self._smallest(rows, self.table[:, 0], column)
        for label in range(self.actions, self.actions + len(self.loose)):
            if len(best) == 1:
                break
            if label in where:
                keys = -self.table[:, where[label]]
            else:
                keys = np.zeros(len(self.loose), dtype=object)
                keys[at[label]] = self.denominator
            best = self._smallest(best, keys, column)
        return best[0]

    @staticmethod
    def _smallest(rows: list[int], keys: Array, column: Array) -> list[int]:
        kept = rows[:1]
        for row in rows[1:]:
            # key / -slope compared crosswise: slopes are negative.
            one, other = keys[row] * column[kept[0]], keys[kept[0]] * column[row]
            if one > other:
                kept = [row]
            elif one == other:
                kept.append(row)
        return kept

    def pivoted(self, row: int, place: int) -> _Dictionary:
        """Exchange a loose label for a tight one."""
        column, old = place + 1, self.denominator
        line, entering = self.table[row].copy(), self.table[:, column].copy()
        (table,) = integer_pivot(self.table[None], row, column, np.array([old], dtype=object))
        table[:, column], table[row], denominator = entering, -line, line[column]
        table[row, column] = old
        if denominator < 0:
            table, denominator = -table, -denominator
        tight, loose = self.tight.copy(), self.loose.copy()
        tight[place], loose[row] = loose[row], tight[place]
        return _Dictionary(tight, loose, table, denominator, self.actions)

    def vertex(self) -> ExactVertex:
        """Read the mixture of the game itself, and all its best replies."""
        weights, replies = [0] * self.actions, [t for t in self.tight if t >= self.actions]
        for label, value in zip(self.loose, self.table[:, 0], strict=True):
            if label < self.actions:
                weights[label] = value
            elif value == 0:
                replies.append(label)
        return ExactVertex(
            tuple(weights),
            tuple(sorted(label - self.actions for label in replies)),
            tuple(sorted(self.tight)),
        )
