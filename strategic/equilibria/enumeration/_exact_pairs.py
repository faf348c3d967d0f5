"""All extreme equilibria of thin and larger games in exact arithmetic, with their indices.

An extreme equilibrium is a pair of vertices, one of each best-reply polyhedron, in which each
support is within the best replies to the other. One polyhedron is walked whole. Of the other only
the faces are needed that its vertices point to: the mixtures of the best replies J to a vertex with
support I against which all of I are best replies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import (
    as_fraction,
    indifferent_mixtures,
    integer_pivot,
    kept_shares,
    solve_whole,
)
from strategic.equilibria.enumeration._exact_walk import ExactVertex, TooManyBasesError, exact_walk
from strategic.equilibria.enumeration._extreme_equilibria import ExtremeEquilibria
from strategic.equilibria.enumeration._verified_mixtures import bordered

Actions = tuple[int, ...]


class Mixture(NamedTuple):
    """A vertex by its labels, which decide it: the actions used and the best replies to them."""

    support: Actions
    replies: Actions


def walked_extremes(row: Array, column: Array, *, fractions: bool = False) -> ExtremeEquilibria:
    """Find all extreme equilibria of a block of games.

    Parameters
    ----------
    row, column : object arrays ``(m, n, games)`` of Python int
        Payoffs, from `whole_payoffs`.
    fractions : bool, default False
        Whether to give the strategies as Fractions.

    Notes
    -----
    A game whose ties give more bases than are worth visiting is not sound, and has none listed.
    """
    games = row.shape[2]
    degenerate, sound = np.zeros((2, games), dtype=bool)
    listed: list[tuple[int, Mixture, Mixture]] = []
    index: list[int] = []
    weights: tuple[list[Actions], list[Actions]] = ([], [])
    for game in range(games):
        try:
            found = _OneGame(row[:, :, game], column[:, :, game])
        except TooManyBasesError:
            continue
        sound[game], degenerate[game] = found.sound, found.degenerate
        for pair in sorted(found.pairs, key=_listed):
            listed.append((game, *pair))
            index.append(found.pairs[pair])
            for player in (0, 1):
                weights[player].append(found.weights[player][pair[player]])
    x, y = (_shares(weights[player], row.shape[player], fractions=fractions) for player in (0, 1))
    return ExtremeEquilibria(
        game=np.array([game for game, _, _ in listed], dtype=np.int64),
        x=x,
        y=y,
        x_vertex=_numbered([(game, mixture) for game, mixture, _ in listed]),
        y_vertex=_numbered([(game, mixture) for game, _, mixture in listed]),
        index=np.array(index, dtype=np.int64),
        degenerate=degenerate,
        sound=sound,
    )


class _OneGame:
    """The extreme equilibria of one game and what they add up to.

    ``pairs`` maps each pair of vertices, the row player's first, to its index; ``weights`` maps
    the vertices of each player to their whole weights.
    """

    def __init__(self, row: Array, column: Array) -> None:
        self.swapped = row.shape[0] > row.shape[1]
        # The player with fewer actions mixes; the other one replies.
        self.mixing, self.replying = (column.T, row.T) if self.swapped else (row, column)
        self.weights: tuple[dict[Mixture, Actions], ...] = ({}, {})
        self.pairs: dict[tuple[Mixture, Mixture], int] = {}
        self.walked: dict[Actions, list[ExactVertex]] = {}
        bases = list(exact_walk(np.ascontiguousarray(self.replying.T)))
        answers = self._answers(bases)
        for vertex, (_, _, regular) in zip(bases, answers, strict=True):
            mixture = Mixture(vertex.support, vertex.replies)
            if mixture not in self.weights[0]:
                self.weights[0][mixture] = vertex.weights
                simple = len(vertex.support) == len(vertex.replies) and regular
                ways = [] if simple else self._face(mixture)
                for other, weights in ways:
                    self.weights[1][other] = weights
                    self.pairs[mixture, other] = 0
        total = perturbed = 0
        for vertex, (weights, proved, _) in zip(bases, answers, strict=True):
            if not proved:
                continue
            mixture, other = Mixture(vertex.support, vertex.replies), self._labels(weights)
            if (mixture, other) not in self.pairs:
                self.weights[1][other] = weights
                self.pairs[mixture, other] = 0
            index = self._perturbed_index(vertex)
            self.pairs[mixture, other] += index
            total, perturbed = total + index, perturbed + (index != 0)
        self.sound = total == 1 and perturbed % 2 == 1
        self.degenerate = any(
            x.support != y.replies or x.replies != y.support for x, y in self.pairs
        )
        if self.swapped:
            self.pairs = {(y, x): index for (x, y), index in self.pairs.items()}
            self.weights = self.weights[::-1]

    def _sets(self, vertex: ExactVertex) -> tuple[Actions, Actions]:
        """Actions and replies of a basis, equally many."""
        d = len(vertex.weights)
        replies = tuple(label - d for label in vertex.basis if label >= d)
        return tuple(i for i in range(d) if i not in vertex.basis), replies

    def _answers(self, bases: Sequence[ExactVertex]) -> list[tuple[Actions, bool, bool]]:
        """Solve for the other player's mixture at every basis.

        Gives whole weights, whether they make a (weak) equilibrium, and whether they are unique.
        """
        by_size: dict[int, list[int]] = defaultdict(list)
        sets = [self._sets(vertex) for vertex in bases]
        for number, (rows, _) in enumerate(sets):
            by_size[len(rows)].append(number)
        found: list[tuple[Actions, bool, bool]] = [((), False, False)] * len(bases)
        for chosen in by_size.values():
            some = [sets[number] for number in chosen]
            best, mixed = (np.array([pair[side] for pair in some]) for side in (0, 1))
            payoffs = np.broadcast_to(self.mixing, (len(chosen), *self.mixing.shape))
            weights, total, proved = indifferent_mixtures(payoffs, best, mixed)
            for lane, number in enumerate(chosen):
                whole = dict(zip(some[lane][1], weights[lane].tolist(), strict=True))
                every = tuple(whole.get(j, 0) for j in range(self.mixing.shape[1]))
                found[number] = every, bool(proved[lane]), bool(total[lane] != 0)
        return found

    def _labels(self, weights: Actions) -> Mixture:
        earned = self.mixing @ np.array(weights, dtype=object)
        best = max(earned)
        used = tuple(j for j, weight in enumerate(weights) if weight)
        return Mixture(used, tuple(i for i, value in enumerate(earned) if value == best))

    def _face(self, mixture: Mixture) -> Iterator[tuple[Mixture, Actions]]:
        """List the vertices that answer a mixture: on its best replies, with its support best."""
        columns = np.array(mixture.replies)
        while columns.size:
            # No column is used in which a row of the support earns less than one that is nowhere
            # worse: nearly all faces are seen to be empty, or small, before they are walked.
            rows = self.mixing[:, columns]
            above = rows[:, None] - rows[list(mixture.support)]
            nowhere_worse = (above >= 0).all(axis=2, keepdims=True)
            unused = ((above > 0) & nowhere_worse).any(axis=(0, 1))
            if not unused.any():
                break
            columns = columns[~unused]
        face = tuple(columns.tolist())
        if face and face not in self.walked:
            self.walked[face] = list(exact_walk(np.ascontiguousarray(self.mixing[:, columns])))
        for vertex in self.walked.get(face, ()):
            if set(mixture.support) <= set(vertex.replies):
                whole = dict(zip(face, vertex.weights, strict=True))
                weights = tuple(whole.get(j, 0) for j in range(self.mixing.shape[1]))
                yield self._labels(weights), weights

    def _perturbed_index(self, vertex: ExactVertex) -> int:
        """Give the index of a basis in the perturbed game; 0 where it is no equilibrium of it."""
        rows, columns = (list(actions) for actions in self._sets(vertex))
        size, m = len(rows), len(self.mixing)
        mine = self.mixing[np.ix_(rows, columns)]
        (system,) = bordered(mine[None])
        # Row i loses eps**(i+1), so v - payoff = -eps**(i+1): one solution for the game itself,
        # and one per power.
        sides = -np.eye(size + 1, dtype=object)
        sides[0, 0] = 1
        systems = np.stack([np.column_stack([system, side]) for side in sides])
        solutions, _ = solve_whole(systems)
        shares, v = solutions[:, :size], solutions[:, size:]
        slacks = v - shares @ self.mixing[:, columns].T
        scale = abs(solutions[0, :size].sum())
        powers = {row: power for power, row in enumerate(rows, start=1)}
        for place in range(size):
            if not _first_sign([shares[0, place], *(shares[p, place] for p in range(1, size + 1))]):
                return 0
        for other in set(range(m)) - set(rows):
            own = [
                slacks[powers[i], other] if i in powers else scale * (i == other) for i in range(m)
            ]
            if not _first_sign([slacks[0, other], *own]):
                return 0
        theirs = self.replying[np.ix_(rows, columns)].T
        (transposed,) = bordered(theirs[None])
        signs = _determinant_sign(system) * _determinant_sign(transposed)
        return signs if size % 2 else -signs


def _first_sign(numbers: Iterable[int]) -> bool:
    """Whether the first number that is not zero is positive."""
    return next((number > 0 for number in numbers if number), False)


def _determinant_sign(matrix: Array) -> int:
    (table,), sign, previous = matrix[None].copy(), 1, 1
    for step in range(len(matrix)):
        row = step + next((r for r, entry in enumerate(table[step:, step]) if entry), 0)
        if not table[row, step]:
            return 0
        if row != step:
            table[[step, row]], sign = table[[row, step]], -sign
        pivot = table[step, step]
        (table,) = integer_pivot(table[None], step, step, np.array([previous], dtype=object))
        previous = pivot
    return sign if previous > 0 else -sign


def _listed(pair: tuple[Mixture, Mixture]) -> list[tuple[int, Actions]]:
    """Order by supports, then by best replies, each by size and actions."""
    x, y = pair
    return [(len(s), s) for s in (x.support, y.support, x.replies, y.replies)]


def _numbered(vertices: Sequence[tuple[int, Mixture]]) -> Array:
    number = {vertex: place for place, vertex in enumerate(dict.fromkeys(vertices))}
    return np.array([number[vertex] for vertex in vertices], dtype=np.int64)


def _shares(weights: Sequence[Actions], actions: int, *, fractions: bool) -> Array:
    table = np.array(weights, dtype=object).reshape(-1, actions).T
    total = table.sum(axis=0)
    return np.asarray(as_fraction(table, total)) if fractions else kept_shares(table, total)
