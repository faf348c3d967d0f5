"""Connected components of an equilibrium set, and the maximal Nash subsets they consist of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria.enumeration.exact_fallback import exact_extremes
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status


@dataclass(frozen=True)
class Subset:
    """A maximal Nash subset: every mixture of ``rows`` against every mixture of ``columns``.

    Parameters
    ----------
    rows, columns : tuple of tuple of float, or of Fraction
        Extreme strategies of each player; all pairs of them are equilibria.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> found = solve([[0, 0], [0, 1]], [[0, 0], [0, 1]]).components()
    >>> found[0].subsets
    (Subset(rows=((1.0, 0.0),), columns=((1.0, 0.0),)),)
    """

    rows: tuple[tuple[float | Fraction, ...], ...]
    columns: tuple[tuple[float | Fraction, ...], ...]


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
        The maximal Nash subsets whose union it is; none with three and more players.
    index : int
        Its index; those of all components of a game add up to one.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> [first, second] = solve([[0, 0], [0, 1]], [[0, 0], [0, 1]]).components()
    >>> first.equilibria, first.index, second.equilibria, second.index
    ((0,), 0, (1,), 1)
    """

    game: int
    equilibria: tuple[int, ...]
    subsets: tuple[Subset, ...]
    index: int


def components_of(games: Game, starts: Array, *, exact: bool = False) -> list[Component]:
    """Find the components of every game; equilibria are numbered from ``starts``.

    Strategies are doubles, or Fractions where ``exact``.
    """
    found = []
    # By way of fractions, so that every share is the double nearest to it.
    for numbers, extremes in exact_extremes(games, fractions=True):
        sides = extremes.x.T, extremes.y.T
        rows, columns = sides if exact else map(nearest_doubles, sides)
        for number, part in _runs(numbers):
            first = int(starts[number])
            pairs = list(zip(extremes.x_vertex[part], extremes.y_vertex[part], strict=True))
            x, y, index = rows[part], columns[part], extremes.index[part]
            found += [
                Component(
                    game=number,
                    equilibria=tuple(first + e for e in members),
                    subsets=_subsets([pairs[e] for e in members], x[members], y[members]),
                    index=int(index[members].sum()),
                )
                for members in _connected(pairs)
            ]
    return sorted(found, key=lambda component: component.equilibria)


def isolated_components(status: Array, game: Array, index: Array) -> list[Component]:
    """Make a component of every equilibrium of three and more players, where all are isolated.

    Raises
    ------
    MethodError
        When the list of some game is not proved complete.
    """
    known = (Status.COMPLETE, Status.COMPLETE_EXACT, Status.INVALID)
    open_games = np.flatnonzero(~np.isin(status.reshape(-1), known))
    if len(open_games):
        raise MethodError(
            "components of three and more players are known where the list is complete",
            where=f"game {open_games[0]}" if status.ndim else "",
            value=Status(int(status.reshape(-1)[open_games[0]])).label,
            remedy="equilibria with an index are isolated: use those",
        )
    pairs = enumerate(zip(game.tolist(), index.tolist(), strict=True))
    return [Component(number, (e,), (), int(sign)) for e, (number, sign) in pairs]


def _runs(numbers: Array) -> Iterator[tuple[int, slice]]:
    """Cut an ascending array into its different numbers and their slices."""
    different, start = np.unique(numbers, return_index=True)
    for number, begin, end in zip(different, start, [*start[1:], len(numbers)], strict=True):
        yield int(number), slice(int(begin), int(end))


def _connected(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Group pairs of vertices that share a strategy, directly or through others."""
    group = list(range(len(pairs)))
    for e, (x, y) in enumerate(pairs):
        for f in range(e):
            if pairs[f][0] == x or pairs[f][1] == y:
                low, high = sorted((group[e], group[f]))
                group = [low if g == high else g for g in group]
    return [[e for e, g in enumerate(group) if g == label] for label in sorted(set(group))]


def _subsets(pairs: Sequence[tuple[int, int]], x: Array, y: Array) -> tuple[Subset, ...]:
    """Find the maximal bicliques of the graph of compatible strategies.

    The maximal Nash subsets are the maximal products of strategies all of whose pairs are
    equilibria (Jansen 1981): their column sides are the intersections of the columns compatible
    with single rows, and the row sides what is compatible with all of these.
    """
    rows = {a: tuple(mixture) for (a, _), mixture in zip(pairs, x.tolist(), strict=True)}
    columns = {b: tuple(mixture) for (_, b), mixture in zip(pairs, y.tolist(), strict=True)}
    partners = {a: frozenset(b for c, b in pairs if c == a) for a in rows}
    closed: set[frozenset[int]] = set()
    for mine in partners.values():
        closed |= {mine} | {mine & other for other in closed}
    found = []
    for shared in closed - {frozenset()}:
        left = [a for a in rows if shared <= partners[a]]
        right = [b for b in columns if b in shared]
        order = list(rows).index(left[0]), list(columns).index(right[0]), -len(left)
        found.append(
            (order, Subset(tuple(rows[a] for a in left), tuple(columns[b] for b in right)))
        )
    return tuple(subset for _, subset in sorted(found, key=lambda item: item[0]))
