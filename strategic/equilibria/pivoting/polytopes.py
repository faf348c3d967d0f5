"""All equilibria of larger two-player games, from the vertices of both best-reply polytopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting._dictionaries import positive
from strategic.equilibria.pivoting._integer_pivoting import as_integers, exact_vertex
from strategic.equilibria.pivoting.lemke_howson import check_two_players
from strategic.equilibria.pivoting.single_equilibrium import One
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

MOST_VERTICES = 1_000_000
TIGHT = 1e-9
_PAIRS_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Polytopes(Method):
    """Every equilibrium that two polytopes of float vertices show, each verified exactly.

    For games beyond the certified enumeration (more than 16 actions in all).

    Notes
    -----
    The mixtures of one player to which given actions of the other are best replies form a
    polytope; its vertices come from Qhull in floats. A pair of vertices that carries every label
    is an extreme equilibrium. Each pair found is solved again in exact arithmetic, and dropped
    if it fails there, so all that is listed is true. Completeness rests on Qhull's floats and is
    not proved: the status is ``found_some``. Where nothing is left (never seen), one equilibrium
    by Lemke-Howson is listed, so that an answer is never empty; if that fails too, the status
    is ``not_finished``.

    The number of vertices grows exponentially: about a second at 12x12, ten at 14x14, minutes at
    16x16; shapes whose polytopes may have more than a million vertices are refused.

    References
    ----------
    Avis, D., Rosenberg, G., Savani, R. and von Stengel, B. (2010). Enumeration of Nash equilibria
    for two-player games. Economic Theory 42.

    Examples
    --------
    >>> import numpy as np
    >>> found = Polytopes().solve(Game.of(np.eye(3), np.eye(3)))
    >>> len(found), int(found.status)
    (7, 5)
    """

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "polytopes")
        _check_size(*games.shape)
        found = [self._of(games, number) for number in range(int(np.prod(games.batch_shape)))]
        status = np.array([Status.FOUND_SOME if len(x) else Status.NOT_FINISHED for x, _ in found])
        for number in np.flatnonzero(status == Status.NOT_FINISHED):
            one = One().solve(_single(games, int(number)), workers=workers)
            found[number] = one.row, one.column
            status[number] = Status.FOUND_SOME if len(one) else Status.NOT_FINISHED
        return Equilibria.verified(
            games,
            [
                np.concatenate([np.zeros((0, n)), *(pair[player] for pair in found)])
                for player, n in enumerate(games.shape)
            ],
            game=np.repeat(np.arange(len(found)), [len(x) for x, _ in found]),
            status=status.reshape(games.batch_shape),
            method="polytopes",
        )

    def _of(self, games: Game, number: int) -> tuple[Array, Array]:
        game = _single(games, number)
        exact = [as_integers(table) for table in (game.exact or game.payoffs)]
        return polytope_equilibria(game.row, game.column, exact)


def polytope_equilibria(row: Array, column: Array, exact: Sequence[Array]) -> tuple[Array, Array]:
    """List the extreme equilibria of one game that float vertices show and integers confirm.

    Parameters
    ----------
    row, column : array (m, n)
        Payoffs.
    exact : two arrays (m, n) of int
        The same payoffs as integers.

    Returns
    -------
    x, y : array (equilibria, m), (equilibria, n)
        In the order of their supports.
    """
    m, n = row.shape
    labels_x = _vertex_labels(positive(column).T, range(m), range(m, m + n))
    labels_y = _vertex_labels(positive(row), range(m, m + n), range(m))
    pairs = _fully_labelled(labels_x, labels_y)
    found: dict[tuple[Any, Any], tuple[Any, Any]] = {}
    for one, other in pairs:
        pair = _verified(exact, labels_x[one], labels_y[other])
        if pair is not None:
            found[tuple(pair[0]), tuple(pair[1])] = pair
    kept = sorted(found.values(), key=_order)
    x = np.array([pair[0] for pair in kept], dtype=float).reshape(-1, m)
    return x, np.array([pair[1] for pair in kept], dtype=float).reshape(-1, n)


def _single(games: Game, number: int) -> Game:
    if not games.batch_shape:
        return games
    return games.of_batch(*(int(i) for i in np.unravel_index(number, games.batch_shape)))


def _check_size(m: int, n: int) -> None:
    most = max(_most_vertices(m, m + n), _most_vertices(n, m + n))
    if most > MOST_VERTICES:
        raise MethodError(
            f"method 'polytopes' takes polytopes of at most {MOST_VERTICES} vertices",
            where="method",
            value=f"{m}x{n}: up to {most}",
            remedy="use method='one', or lemke_howson from every label",
        )


def _most_vertices(dimension: int, facets: int) -> int:
    half = dimension // 2
    upper = comb(facets - (dimension + 1) // 2, facets - dimension)
    return upper + comb(facets - half - 1, facets - dimension)


def _vertex_labels(matrix: Array, zero_labels: range, tight_labels: range) -> Array:
    """Labels (bool, one row a vertex) of ``{z >= 0, M z <= 1}`` but for the origin."""
    dimension = matrix.shape[1]
    labels = np.zeros((0, len(zero_labels) + len(tight_labels)), dtype=bool)
    points = _vertices(matrix)
    scale = np.maximum(points.max(axis=1, keepdims=True), 1e-300)
    slack = 1.0 - points @ matrix.T
    labels = np.empty((len(points), labels.shape[1]), dtype=bool)
    labels[:, list(zero_labels)] = points <= TIGHT * scale
    labels[:, list(tight_labels)] = slack <= TIGHT
    real = labels.sum(axis=1) >= dimension
    real &= ~labels[:, list(zero_labels)].all(axis=1)
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


def _fully_labelled(labels_x: Array, labels_y: Array) -> list[tuple[int, int]]:
    missing_x, missing_y = (~labels_x).astype(np.float32), (~labels_y).astype(np.float32)
    step = max(1, _PAIRS_AT_ONCE // max(len(labels_y), 1))
    pairs = []
    for start in range(0, len(labels_x), step):
        unlabelled = missing_x[start : start + step] @ missing_y.T
        one, other = np.nonzero(unlabelled == 0)
        pairs += list(zip((one + start).tolist(), other.tolist(), strict=True))
    return pairs


def _verified(exact: Sequence[Array], labels_x: Array, labels_y: Array) -> Any:
    row, column = exact
    m = row.shape[0]
    y = exact_vertex(row, _places(labels_y[:m]), _places(~labels_y[m:]))
    x = exact_vertex(column.T, _places(labels_x[m:]), _places(~labels_x[:m]))
    if x is None or y is None:
        return None
    earned_row, earned_column = row @ np.array(y), np.array(x) @ column
    fits = all(earned_row[i] == earned_row.max() for i in range(m) if x[i])
    fits = fits and all(earned_column[j] == earned_column.max() for j in range(len(y)) if y[j])
    return (x, y) if fits else None


def _places(mask: Array) -> list[int]:
    return [int(place) for place in np.flatnonzero(mask)]


def _order(pair: tuple[Any, Any]) -> tuple[Any, ...]:
    supports = [[a for a, p in enumerate(side) if p] for side in pair]
    return (*((len(s), s) for s in supports), pair[0], pair[1])
