"""Connected components of an equilibrium set, and the maximal Nash subsets they consist of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._connected import connected, equal_rows, maximal_products
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.enumeration.exact_fallback import exact_extremes
from strategic.errors import MethodError
from strategic.papers import Cited
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.result import Equilibria

_COMPLETE = Status.COMPLETE, Status.COMPLETE_EXACT, Status.INVALID
"""Lists of three and more players whose equilibria all are isolated."""


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
class Component(Cited):
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

    made_by = (
        "strategic.equilibria._connected:maximal_products",
        "strategic.equilibria.enumeration._perturbation:perturbed_signs",
    )

    game: int
    equilibria: tuple[int, ...]
    subsets: tuple[Subset, ...]
    index: int


@dataclass(frozen=True, eq=False, repr=False)
class Components(Cited, Sequence[Component]):
    """The components of a whole batch, in arrays; each `Component` is made when it is asked for.

    Parameters
    ----------
    games : array ``(C,)`` of int
        Flat number of the game of each component, ascending.
    indices : array ``(C,)`` of int
        Its index.
    sizes : array ``(C,)`` of int
        How many extreme equilibria it has.
    component : array ``(E,)`` of int
        The component of each equilibrium of the list; -1 where it is not `known`.
    found : Equilibria
        The list.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> parts = solve([[[0, 0], [0, 1]]] * 2, [[[0, 0], [0, 1]]] * 2).components()
    >>> len(parts), parts.games.tolist(), parts.indices.tolist(), parts[3].equilibria
    (4, [0, 0, 1, 1], [0, 1, 0, 1], (3,))
    """

    games: Array
    indices: Array
    sizes: Array
    component: Array
    found: Equilibria

    made_by = Component.made_by

    def __len__(self) -> int:
        return len(self.games)

    @overload
    def __getitem__(self, place: int) -> Component: ...
    @overload
    def __getitem__(self, place: slice) -> list[Component]: ...
    def __getitem__(self, place: int | slice) -> Component | list[Component]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        number = range(len(self))[place]
        members = self.members[self.first[number] : self.first[number + 1]]
        return Component(
            game=int(self.games[number]),
            equilibria=tuple(members.tolist()),
            subsets=self._subsets_of(number),
            index=int(self.indices[number]),
        )

    def __iter__(self) -> Iterator[Component]:
        return (self[number] for number in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    @cached_property
    def known(self) -> Array:
        """Whether the components of each game are known: bool, shape of the batch.

        Those of three and more players are where the list is proved complete.
        """
        if len(self.found.games.shape) > 2:
            return np.isin(self.found.status, _COMPLETE)
        return np.ones(self.found.status.shape, dtype=bool)

    @cached_property
    def members(self) -> Array:
        """The equilibria of all components, component after component."""
        return np.argsort(self.component, kind="stable")[np.count_nonzero(self.component < 0) :]

    @cached_property
    def first(self) -> Array:
        """Where the equilibria of each component begin among `members`: ``(C + 1,)``."""
        return np.concatenate([[0], np.cumsum(self.sizes)])

    @cached_property
    def subsets(self) -> Subsets:
        """The maximal Nash subsets of all components of two players, in arrays."""
        return _maximal_subsets(self)

    def _subsets_of(self, number: int) -> tuple[Subset, ...]:
        if len(self.found.games.shape) > 2:
            return ()
        parts, made = self.subsets, []
        for place in range(int(parts.first[number]), int(parts.first[number + 1])):
            sides = [
                tuple(tuple(shares) for shares in side.vertices_of(place).tolist())
                for side in parts.sides
            ]
            made.append(Subset(*sides))
        return tuple(made)


@dataclass(frozen=True, eq=False)
class SubsetSide:
    """One player's extreme strategies of many maximal Nash subsets.

    Parameters
    ----------
    strategies : array ``(E, n)``
        Of the equilibria of the list.
    row : array ``(V,)`` of int
        For each vertex of each subset, an equilibrium in which it is played.
    first : array ``(subsets + 1,)`` of int
        Where the vertices of each subset begin.
    """

    strategies: Array
    row: Array
    first: Array

    def vertices_of(self, place: int) -> Array:
        """Give the vertices of one subset, ``(vertices, n)``."""
        rows = self.row[int(self.first[place]) : int(self.first[place + 1])]
        return np.asarray(self.strategies[rows])


@dataclass(frozen=True, eq=False)
class Subsets:
    """Maximal Nash subsets of a batch: those of component ``c`` are ``first[c]:first[c + 1]``."""

    first: Array
    sides: tuple[SubsetSide, SubsetSide]


def components_of(found: Equilibria) -> Components:
    """Find the components of every game of a proved list of extreme equilibria of two players.

    Notes
    -----
    Two extreme equilibria of a game are connected if they share a strategy, directly or through
    others. Where no reply ties each is alone. Indices of equilibria that are not alone are not
    listed; a game's indices add up to one, so they are computed anew only where two components of
    one game are larger.
    """
    status = found.status.reshape(-1)
    tied = found.degenerate.reshape(-1) | (status == Status.NOT_FINISHED)
    label, some = np.arange(len(found)), np.flatnonzero(tied[found.game])
    if some.size:
        label[some] = some[connected(*_strategy_numbers(found, some))]
    head, component, count = np.unique(label, return_inverse=True, return_counts=True)
    index = np.where(count == 1, found.index[head], np.nan)
    game = found.game[head]
    games = len(status)
    unknown = np.isnan(index)
    if unknown.any():
        lacking = np.bincount(game[unknown], minlength=games)
        known = np.bincount(game, weights=np.where(unknown, 0.0, index), minlength=games)
        lacking[(status == Status.NOT_FINISHED) & (lacking > 0)] = 2
        alone = unknown & (lacking[game] == 1)
        index[alone] = 1.0 - known[game[alone]]
        again = np.flatnonzero(lacking > 1)
        if again.size:
            rows = np.flatnonzero(lacking[found.game] > 1)
            sums = np.zeros(len(head))
            np.add.at(sums, component[rows], _indices(found, again))
            several = lacking[game] > 1
            index[several] = sums[several]
    return Components(game, index.astype(np.int64), count, component, found)


def _strategy_numbers(found: Equilibria, some: Array) -> tuple[Array, Array]:
    """Give the strategies of each player numbers, equal ones where they are equal."""
    sides = found.whole_strategies()
    x, y = (equal_rows(found.game[some], side.numerators[some]) for side in sides)
    return x, y


def _indices(found: Equilibria, games: Array) -> Array:
    """Sum the indices of the perturbed games that each equilibrium of some games stands for."""
    some = with_one_axis(found.games).of_batch(games)  # type: ignore[arg-type]
    number, index = [], []
    for game, extremes in exact_extremes(some):
        number.append(game)
        index.append(extremes.index)
    order = np.argsort(np.concatenate(number), kind="stable")
    return np.concatenate(index)[order]


def isolated_components(found: Equilibria) -> Components:
    """Make a component of every equilibrium of three and more players, where all are isolated.

    Raises
    ------
    MethodError
        When the list of a single game is not proved complete.
    """
    complete = np.isin(found.status, _COMPLETE).reshape(-1)
    if not found.games.batch_shape and not complete[0]:
        raise MethodError(
            "components of three and more players are known where the list is complete",
            value=Status(int(found.status)).label,
            remedy="equilibria with an index are isolated: use those",
        )
    rows = np.flatnonzero(complete[found.game])
    component = np.full(len(found), -1)
    component[rows] = np.arange(len(rows))
    index = found.index[rows].astype(np.int64)
    return Components(found.game[rows], index, np.ones_like(rows), component, found)


def _maximal_subsets(parts: Components) -> Subsets:
    """Find the maximal Nash subsets: the maximal products of strategies that are all equilibria."""
    found = parts.found
    if found.in_fractions:
        sides = found.strategies
    else:  # every share the double nearest to it
        sides = tuple(side.doubles() for side in found.whole_strategies())
    several = np.flatnonzero(parts.sizes[parts.component] > 1)
    single = np.flatnonzero(parts.sizes == 1)
    heads = parts.members[parts.first[:-1]]
    owner, rows = [single], [(heads[single], heads[single])]
    sizes = [(np.ones(len(single), dtype=int),) * 2]
    if several.size:
        x, y = _strategy_numbers(found, several)
        products = maximal_products(parts.component[several], x, y)
        owner.append(products.owner)
        rows.append((several[products.rows], several[products.columns]))
        sizes.append((products.row_counts, products.column_counts))
    owners = np.concatenate(owner)
    order = np.argsort(owners, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(parts)))])
    made = []
    for player, side in enumerate(sides):
        count = np.concatenate([size[player] for size in sizes])
        start = np.cumsum(count) - count
        flat = np.concatenate([row[player] for row in rows])
        moved = count[order]
        ends = np.concatenate([[0], np.cumsum(moved)])
        step = np.arange(int(ends[-1])) - np.repeat(ends[:-1], moved)
        made.append(SubsetSide(side, flat[np.repeat(start[order], moved) + step], ends))
    return Subsets(first, (made[0], made[1]))
