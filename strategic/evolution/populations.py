"""A game played by populations: what each action earns, given the shares of all actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.evolution._payoff_sources import ByFunction, Formulas, Multilinear, Within
from strategic.evolution.payoff_formulas import (
    PayoffFormulas,
    formulas_of_advantages,
    formulas_of_cells,
    share_names,
)
from strategic.games import Game
from strategic.games.game import games_text

Shares = tuple[Array, ...]
"""One array ``(*batch, ..., n_i)`` per population."""


class Payoffs(Protocol):
    """Where payoffs come from. Points last: ``shares[i]`` has shape ``(n_i, *points)``."""

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Axes before the points."""
        ...

    def payoffs(self, shares: Sequence[Array], /) -> list[Array]:
        """Payoffs of the actions of each population, ``(n_i, *points)``."""
        ...

    def jacobians(self, shares: Sequence[Array], /) -> list[list[Array]]:
        """Their derivatives by every share, ``(n_i, n_j, *points)``."""
        ...

    def at(self, index: Any, /) -> Payoffs:
        """Take some of the batch."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class PopulationGame:
    """Populations whose members earn by their action and by the shares of all actions.

    Made by `of`, `one_population`, `from_formulas`, `from_advantages` or `from_function`.

    Attributes
    ----------
    players : tuple of str
        Names of the populations.
    actions : tuple of tuple of str
        Names of each population's actions.
    game : Game or None
        The game, one or a batch, where each population plays the part of one of its players and
        payoffs do not depend on shares otherwise.
    matrix : ndarray, shape ``(*batch, n, n)``, or None
        Payoff of the row action against the column action, where ONE population plays a symmetric
        game against itself.
    formulas : PayoffFormulas or None
        The payoffs as formulas, where they came as such.

    Examples
    --------
    >>> hawk_dove = PopulationGame.one_population([[-0.5, 2], [0, 1]], actions=["hawk", "dove"])
    >>> [payoff.tolist() for payoff in hawk_dove.payoffs_at([[0.5, 0.5]])]
    [[0.75, 0.5]]
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    source: Payoffs = field(repr=False)
    game: Game | None = None
    matrix: Array | None = None
    formulas: PayoffFormulas | None = None
    title: str = ""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of actions of each population."""
        return tuple(map(len, self.actions))

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch; ``()`` for a single game."""
        return self.source.batch_shape

    @property
    def flat(self) -> PopulationGame:
        """The same games with one batch axis; a single game is itself."""
        if len(self.batch_shape) <= 1:
            return self
        return self.at(np.unravel_index(np.arange(np.prod(self.batch_shape)), self.batch_shape))

    @classmethod
    def of(cls, game: Game | PopulationGame, /) -> PopulationGame:
        """Let every player of a game be a population; a population game is taken as it is.

        Examples
        --------
        >>> PopulationGame.of(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
        <PopulationGame: 2 populations, 2x2>
        """
        if isinstance(game, PopulationGame):
            return game
        source = Multilinear(game.payoffs)
        return cls(game.players, game.actions, source, game=game, title=game.title)

    @classmethod
    def one_population(
        cls,
        payoffs: ArrayLike | Game,
        /,
        *,
        player: str = "population",
        actions: Sequence[str] = (),
    ) -> PopulationGame:
        """Let one population play a symmetric two-player game against itself.

        Parameters
        ----------
        payoffs : array_like ``(*batch, n, n)``, or Game
            Payoff of the row action against the column action, or the symmetric game.
        player : str
            Name of the population.
        actions : sequence of str
            Names of its actions; the game's own, or numbers, by default.

        Raises
        ------
        GameError
            When the matrix is not square or the game not symmetric.
        """
        title = ""
        if isinstance(payoffs, Game):
            if len(payoffs.payoffs) != 2 or not np.array_equal(
                payoffs.row, np.swapaxes(payoffs.column, -1, -2), equal_nan=True
            ):
                rule = "one population needs a symmetric game: the column player's payoffs are "
                raise GameError(f"{rule}the row player's, transposed", where="payoffs")
            actions, title = tuple(actions) or payoffs.actions[0], payoffs.title
            payoffs = payoffs.row
        matrix = np.asarray(payoffs, float)
        if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
            raise GameError("needs a square matrix", where="payoffs", value=matrix.shape)
        names = _labels(actions, matrix.shape[-1], "actions")
        return cls((player,), (names,), Within(matrix), matrix=matrix, title=title)

    @classmethod
    def from_formulas(
        cls,
        payoffs: Sequence[Any],
        /,
        *,
        values: Mapping[str, ArrayLike] | None = None,
        shares: Mapping[str, tuple[int, int]] | Sequence[str] = (),
        players: Sequence[str] = (),
        actions: Sequence[Sequence[str]] = (),
    ) -> PopulationGame:
        """Make a game of payoff tables whose cells are formulas, in which shares may occur.

        Parameters
        ----------
        payoffs : sequence of nested sequences
            One table ``[a_1]...[a_p]`` per player of formulas (texts, or `Formula`) or numbers.
        values : mapping of str to array_like
            Values of the parameters; arrays that broadcast together make a batch.
        shares : sequence of str, or mapping of str to (population, action)
            Names of the shares: of each population's first action, or of all its actions but one.
        players, actions : sequences of str, optional
            Names.

        Raises
        ------
        FormulaError, GameError
            When a formula or a table does not fit.

        Examples
        --------
        >>> game = PopulationGame.from_formulas(
        ...     [[["b", 0], [0, 1]], [["1 - f * x", 0], [0, 1]]],
        ...     values={"b": 2, "f": 1}, shares=["x", "y"],
        ... )
        >>> [p.tolist() for p in game.payoffs_at([[0.5, 0.5], [0.25, 0.75]])]
        [[0.5, 0.75], [0.25, 0.5]]
        >>> game.formulas.payoffs[1][0].text
        'x * (1 - f * x)'
        """
        values = values or {}
        sizes = _table_shape(payoffs)
        names = share_names(shares, sizes, tuple(values))
        formulas, tables = formulas_of_cells(payoffs, names, values)
        players, labels = _all_labels(players, actions, sizes)
        if any(name in names for table in tables for cell in table.flat for name in cell.names):
            return cls(players, labels, Formulas.of(formulas), formulas=formulas)
        batch = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
        arrays = [
            np.stack(
                [np.broadcast_to(cell.evaluate(values), batch) for cell in table.flat], axis=-1
            ).reshape(*batch, *sizes)
            for table in tables
        ]
        game = Game(tuple(arrays), players, labels)
        return replace(cls.of(game), formulas=formulas)

    @classmethod
    def from_advantages(
        cls,
        advantages: Sequence[Any],
        /,
        *,
        shares: Mapping[str, tuple[int, int]] | Sequence[str],
        values: Mapping[str, ArrayLike] | None = None,
        players: Sequence[str] = (),
        actions: Sequence[Sequence[str]] = (),
    ) -> PopulationGame:
        """Make a game of two actions per population from what the first earns over the second.

        Parameters
        ----------
        advantages : sequence
            One formula in parameters and shares per population.
        shares : sequence of str
            Name of the share of each population's FIRST action.
        values, players, actions
            As for `from_formulas`.

        Examples
        --------
        >>> game = PopulationGame.from_advantages(
        ...     ["v * y - c", "1 - 2 * x"], shares=["x", "y"], values={"v": 3, "c": 1}
        ... )
        >>> [p.tolist() for p in game.payoffs_at([[0.5, 0.5], [1.0, 0.0]])]
        [[2.0, 0.0], [0.0, 0.0]]
        """
        sizes = (2,) * len(advantages)
        names = share_names(shares, sizes, tuple(values or {}))
        formulas = formulas_of_advantages(advantages, names, values or {})
        players, labels = _all_labels(players, actions, sizes)
        return cls(players, labels, Formulas.of(formulas), formulas=formulas)

    @classmethod
    def from_function(
        cls,
        payoffs: Callable[[Shares], Sequence[ArrayLike]],
        /,
        *,
        players: Sequence[str] = (),
        actions: Sequence[Sequence[str]],
        jacobians: Callable[[Shares], Sequence[Sequence[ArrayLike]]] | None = None,
    ) -> PopulationGame:
        """Make a game of a Python function.

        Parameters
        ----------
        payoffs : callable
            From one array ``(..., n_i)`` of shares per population to one array ``(..., n_i)`` of
            payoffs per population; it must take whatever axes come first.
        jacobians : callable, optional
            From the same to ``[i][j]``, ``(..., n_i, n_j)``; by central differences otherwise.
        players, actions : sequences of str
            Names.
        """
        sizes = tuple(map(len, actions))
        players, labels = _all_labels(players, actions, sizes)
        return cls(players, labels, ByFunction(payoffs, sizes, jacobians))

    def payoffs_at(self, shares: Sequence[ArrayLike], /) -> Shares:
        """Compute what every action earns.

        Parameters
        ----------
        shares : sequence of array_like, each ``(*batch, ..., n_i)``
            Shares of each population's actions. Axes between the batch's and the last are free,
            such as starts.

        Returns
        -------
        tuple of ndarray, each ``(*batch, ..., n_i)``

        Raises
        ------
        GameError
            When shapes do not fit.
        """
        arrays, spread = self._spread(shares)
        return tuple(np.moveaxis(found, 0, -1) for found in spread.payoffs(arrays))

    def jacobians_at(self, shares: Sequence[ArrayLike], /) -> tuple[Shares, ...]:
        """Compute how what every action earns changes with every share.

        Parameters
        ----------
        shares : sequence of array_like, each ``(*batch, ..., n_i)``
            As for `payoffs_at`.

        Returns
        -------
        tuple of tuple of ndarray
            ``[i][j]`` has shape ``(*batch, ..., n_i, n_j)``: the derivative of the payoff of an
            action of population i by the share of an action of population j. Shares sum to one,
            so that only differences along a row matter.
        """
        arrays, spread = self._spread(shares)
        return tuple(
            tuple(np.moveaxis(block, (0, 1), (-2, -1)) for block in row)
            for row in spread.jacobians(arrays)
        )

    def at(self, index: Any, /) -> PopulationGame:
        """Take some points of a batch, by any numpy index of its axes."""
        if not self.batch_shape:
            return self
        moved = self.formulas and replace(
            self.formulas,
            values={
                name: np.broadcast_to(value, self.batch_shape)[index]
                for name, value in self.formulas.values.items()
            },
        )
        game = self.game
        if game is not None:
            entry = index if isinstance(index, tuple) else (index,)
            game = game.of_batch(*entry)
        matrix = self.matrix if self.matrix is None else self.matrix[index]
        return replace(self, source=self.source.at(index), game=game, matrix=matrix, formulas=moved)

    def _spread(self, shares: Sequence[ArrayLike]) -> tuple[list[Array], Payoffs]:
        """Put the actions first, and give the batch of payoffs as many axes as shares have."""
        arrays = [np.asarray(share, float) for share in shares]
        if tuple(a.shape[-1] if a.ndim else 0 for a in arrays) != self.sizes:
            rule = f"needs one array per population, with {self.sizes} shares on the last axis"
            raise GameError(rule, where="shares", value=[array.shape for array in arrays])
        points = np.broadcast_shapes(*(array.shape[:-1] for array in arrays))
        batch = self.batch_shape
        free = max(len(points) - len(batch), 0)
        source = self.source.at((..., *(None,) * free)) if free else self.source
        full = np.broadcast_shapes(points, batch + (1,) * free)
        moved = [np.moveaxis(np.broadcast_to(a, (*full, a.shape[-1])), -1, 0) for a in arrays]
        return moved, source

    def __repr__(self) -> str:
        count = len(self.players)
        what = "1 population" if count == 1 else f"{count} populations"
        games = f"{games_text(int(np.prod(self.batch_shape)))} of " if self.batch_shape else ""
        size = "x".join(map(str, self.sizes))
        named = f" {self.title}" if self.title else ""
        return f"<PopulationGame: {games}{what}, {size}{named}>"


def _table_shape(payoffs: Sequence[Any]) -> tuple[int, ...]:
    shape, node = [], payoffs[0] if len(payoffs) else []
    while isinstance(node, list | tuple | np.ndarray) and len(node):
        shape.append(len(node))
        node = node[0]
    return tuple(shape)


def _labels(names: Sequence[str], count: int, where: str) -> tuple[str, ...]:
    labels = tuple(names) or tuple(str(number + 1) for number in range(count))
    if len(labels) != count:
        raise GameError(f"needs {count} names", where=where, value=list(labels))
    return labels


def _all_labels(
    players: Sequence[str], actions: Sequence[Sequence[str]], sizes: tuple[int, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    count = len(sizes)
    names = tuple(players) or tuple(f"player {number + 1}" for number in range(count))
    if len(names) != count:
        raise GameError(f"needs {count} names", where="players", value=list(names))
    given = tuple(actions) or ((),) * count
    if len(given) != count:
        raise GameError(f"needs {count} lists of names", where="actions", value=len(given))
    return names, tuple(
        _labels(entry, size, f"actions of {name}")
        for name, entry, size in zip(names, given, sizes, strict=True)
    )
