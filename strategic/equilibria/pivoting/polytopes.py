"""All equilibria of larger two-player games, from the vertices of both best-reply polytopes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import available_cores, block_slices
from strategic.equilibria._exact import exact_vertex, nearest_doubles, whole_payoffs
from strategic.equilibria._regret import LEVEL
from strategic.equilibria._two_players import check_two_players, with_one_axis
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting._dictionaries import positive
from strategic.equilibria.pivoting.single_equilibrium import One
from strategic.equilibria.result import Equilibria
from strategic.equilibria.sizes import MOST_VERTICES, advice, most_vertices
from strategic.errors import MethodError
from strategic.executors import local_executor
from strategic.games.game import Game
from strategic.status import Status

TIGHT = 1e-9
_PAIRS_AT_ONCE = 1 << 22
_LEAST, _ROUNDS = 32, 8
"""Games for which a process is started, and parts that each is given."""


@dataclass(frozen=True)
class Polytopes(Method):
    """Every equilibrium on the float vertices of both polytopes, each verified exactly.

    For games beyond the certified enumeration of method ``all``.

    Notes
    -----
    The mixtures of one player to which given actions of the other are best replies form a
    polytope, whose vertices Qhull computes in floats. A pair of vertices that carries every label
    is an extreme equilibrium. Each pair found is solved again in exact arithmetic, and dropped
    if it fails there, so everything listed is an equilibrium. Completeness rests on Qhull's floats
    and is not proved: the status is ``found_some``. Where nothing is left (never seen), one
    equilibrium by Lemke-Howson is listed, so that no answer is empty; if that fails too, the
    status is ``not_finished``.

    Qhull takes one game at a time, so games of a batch are shared out among processes. The number
    of vertices grows exponentially: about a second at 12x12, ten at 14x14, minutes at
    16x16; shapes whose polytopes may have more than a million vertices are refused.

    References
    ----------
    Avis, D., Rosenberg, G. D., Savani, R. and von Stengel, B. (2010). Enumeration of Nash
    equilibria for two-player games. Economic Theory 42, 9-37.

    Examples
    --------
    >>> import numpy as np
    >>> found = Polytopes().solve(Game.from_payoffs(np.eye(3), np.eye(3)))
    >>> len(found), int(found.status)
    (7, 5)
    """

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Count the vertices of the larger polytope, and their pairs with others."""
        vertices = most_vertices(shape)
        return 1000.0 + vertices * math.sqrt(vertices) / 12.0

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "polytopes")
        m, n = games.shape
        most = most_vertices(games.shape)
        if most > MOST_VERTICES:
            raise MethodError(
                f"method 'polytopes' takes polytopes of at most {MOST_VERTICES} vertices",
                where="method",
                value=f"{m}x{n}: up to {most}",
                remedy=advice(games.shape),
            )
        flat = with_one_axis(games)
        found = _one_by_one(lambda number: _listed(flat.of_batch(number)), len(flat.row), workers)
        status = np.array([Status.FOUND_SOME if len(x) else Status.NOT_FINISHED for x, _ in found])
        return Equilibria.verified(
            games,
            [
                np.concatenate([np.zeros((0, actions)), *(pair[player] for pair in found)])
                for player, actions in enumerate(games.shape)
            ],
            game=np.repeat(np.arange(len(found)), [len(x) for x, _ in found]),
            status=status.reshape(games.batch_shape),
            method="polytopes",
        )


def _one_by_one(
    solve: Callable[[int], tuple[Array, Array]], count: int, workers: int | None
) -> list[tuple[Array, Array]]:
    """Solve games one after the other, on processes if there are enough of them."""
    team = min(workers or available_cores(), count // _LEAST)
    if team <= 1:
        return [solve(number) for number in range(count)]
    parts = list(block_slices(count, max(1, count // (_ROUNDS * team))))

    def part(numbers: slice) -> list[tuple[Array, Array]]:
        return [solve(number) for number in range(numbers.start, numbers.stop)]

    with local_executor(part, team) as (executor, submitted):
        return [pair for found in executor.map(submitted, parts) for pair in found]


def _listed(game: Game) -> tuple[Array, Array]:
    """List the equilibria of one game; one by other means where the vertices show none."""
    written = game.payoffs if game.exact is None else game.fractions()
    found = polytope_equilibria(game.row, game.column, [whole_payoffs(t) for t in written])
    if len(found[0]):
        return found
    one = One().solve(game, workers=1)
    return one.row, one.column


def polytope_equilibria(row: Array, column: Array, whole: Sequence[Array]) -> tuple[Array, Array]:
    """List the extreme equilibria of one game that float vertices show and integers confirm.

    Parameters
    ----------
    row, column : array (m, n)
        Payoffs.
    whole : two arrays (m, n) of Python int
        The same payoffs, from `whole_payoffs`.

    Returns
    -------
    x, y : array (equilibria, m), (equilibria, n)
        In the order of their supports.
    """
    m, n = row.shape
    labels_x = _vertex_labels(positive(_apart(column.T)), range(m), range(m, m + n))
    labels_y = _vertex_labels(positive(_apart(row)), range(m, m + n), range(m))
    found: dict[tuple[Any, Any], tuple[Any, Any]] = {}
    for one, other in _fully_labelled(labels_x, labels_y):
        # The labels of both carry every action, so each is unused or a best reply: if the tight
        # actions of either vertex are best replies exactly, the pair is an equilibrium.
        mine, theirs = labels_x[one], labels_y[other]
        y = exact_vertex(whole[0], np.flatnonzero(theirs[:m]), np.flatnonzero(~theirs[m:]))
        x = exact_vertex(whole[1].T, np.flatnonzero(mine[m:]), np.flatnonzero(~mine[:m]))
        if x is not None and y is not None:
            found[tuple(x), tuple(y)] = x, y

    def by_supports(pair: tuple[Any, Any]) -> tuple[Any, ...]:
        supports = [[a for a, share in enumerate(side) if share] for side in pair]
        return (*((len(s), s) for s in supports), *(tuple(side) for side in pair))

    kept = sorted(found.values(), key=by_supports)
    x = np.array([pair[0] for pair in kept], dtype=object).reshape(-1, m)
    y = np.array([pair[1] for pair in kept], dtype=object).reshape(-1, n)
    return nearest_doubles(x), nearest_doubles(y)


def _apart(payoffs: Array) -> Array:
    """Take levels off columns ``(own, other)`` that differ by far more than own payoffs do.

    What the other's action is worth whatever one does changes no reply, and hides differences.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        apart = payoffs - payoffs.min(axis=0)
        return apart if apart.max() < LEVEL * np.ptp(payoffs) else payoffs


def _vertex_labels(matrix: Array, zero_labels: range, tight_labels: range) -> Array:
    """Labels (bool, one row per vertex) of ``{z >= 0, M z <= 1}`` but for the origin."""
    dimension = matrix.shape[1]
    points = _vertices(matrix)
    scale = np.maximum(points.max(axis=1, keepdims=True), 1e-300)
    labels = np.empty((len(points), sum(matrix.shape)), dtype=bool)
    labels[:, zero_labels] = points <= TIGHT * scale
    labels[:, tight_labels] = 1.0 - points @ matrix.T <= TIGHT
    real = labels.sum(axis=1) >= dimension
    real &= ~labels[:, zero_labels].all(axis=1)
    return np.unique(labels[real], axis=0)


def _vertices(matrix: Array) -> Array:
    from scipy.spatial import HalfspaceIntersection

    rows, dimension = matrix.shape
    if dimension == 1:
        return np.array([[1.0 / matrix.max()]])
    halfspaces = np.zeros((rows + dimension, dimension + 1))
    halfspaces[:dimension, :dimension] = -np.eye(dimension)
    halfspaces[dimension:, :dimension] = matrix
    halfspaces[dimension:, -1] = -1.0
    inside = np.full(dimension, 0.5 / matrix.sum(axis=1).max())
    points = HalfspaceIntersection(halfspaces, inside).intersections
    return np.asarray(points[np.isfinite(points).all(axis=1)])


def _fully_labelled(labels_x: Array, labels_y: Array) -> Iterator[tuple[int, int]]:
    """Go through the pairs of vertices that together carry every label."""
    # Labels that both lack, counted by one product of matrices per part.
    missing_x, missing_y = (~labels_x).astype(np.float32), (~labels_y).astype(np.float32)
    step = max(1, _PAIRS_AT_ONCE // max(len(labels_y), 1))
    for start in range(0, len(labels_x), step):
        unlabelled = missing_x[start : start + step] @ missing_y.T
        one, other = np.nonzero(unlabelled == 0)
        yield from zip((one + start).tolist(), other.tolist(), strict=True)
