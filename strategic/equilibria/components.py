"""Connected components of an equilibrium set, and the maximal Nash subsets they consist of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.exact import ExactGame, Vertex
from strategic.games.game import Game


@dataclass(frozen=True)
class Subset:
    """A maximal Nash subset: every mixture of ``rows`` against every mixture of ``columns``.

    Parameters
    ----------
    rows, columns : tuple of tuple of float
        Extreme strategies of each player; all pairs of them are equilibria.
    """

    rows: tuple[tuple[float, ...], ...]
    columns: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Component:
    """A connected set of equilibria of one game.

    Parameters
    ----------
    game : int
        Flat number of the game.
    equilibria : tuple of int
        Its extreme equilibria, as places in the result they were asked of.
    subsets : tuple of Subset
        The maximal Nash subsets whose union it is.
    index : int
        Its index; those of all components of a game add up to one.
    """

    game: int
    equilibria: tuple[int, ...]
    subsets: tuple[Subset, ...]
    index: int


def components_of(games: Game, starts: Array) -> list[Component]:
    """Find the components of every game; equilibria are numbered from ``starts``."""
    return [
        component
        for number, place in enumerate(np.ndindex(games.batch_shape))
        for component in _of_game(
            ExactGame.of(games.of_batch(*place)), number, first=int(starts[number])
        )
    ]


def _of_game(game: ExactGame, number: int, *, first: int) -> list[Component]:
    pairs, indices = game.equilibria, game.indices
    return [
        Component(
            game=number,
            equilibria=tuple(first + e for e in members),
            subsets=tuple(_subsets([pairs[e] for e in members])),
            index=sum(indices[pairs[e]] for e in members),
        )
        for members in _connected(pairs)
    ]


def _connected(pairs: list[tuple[Vertex, Vertex]]) -> list[list[int]]:
    """Group pairs that share a strategy, directly or through others."""
    group = list(range(len(pairs)))
    for e, (x, y) in enumerate(pairs):
        for f in range(e):
            if pairs[f][0] is x or pairs[f][1] is y:
                low, high = sorted((group[e], group[f]))
                group = [low if g == high else g for g in group]
    return [[e for e, g in enumerate(group) if g == label] for label in sorted(set(group))]


def _subsets(pairs: list[tuple[Vertex, Vertex]]) -> list[Subset]:
    """Find the maximal bicliques of the graph of compatible strategies."""
    rows = list(dict.fromkeys(x for x, _ in pairs))
    columns = list(dict.fromkeys(y for _, y in pairs))
    friends = {x: frozenset(y for a, y in pairs if a is x) for x in rows}
    closed: set[frozenset[Vertex]] = set()
    for x in rows:
        closed |= {friends[x]} | {friends[x] & other for other in closed}
    found = []
    for shared in closed - {frozenset()}:
        left = [x for x in rows if shared <= friends[x]]
        right = [y for y in columns if y in shared]
        found.append((rows.index(left[0]), columns.index(right[0]), -len(left), left, right))
    return [
        Subset(rows=_floats(left), columns=_floats(right))
        for *_, left, right in sorted(found, key=lambda item: item[:3])
    ]


def _floats(vertices: list[Vertex]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(p) for p in vertex.strategy) for vertex in vertices)
