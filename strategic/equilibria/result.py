"""Lists of equilibria: one row per equilibrium, one status per game."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._from_table import FromTables
from strategic.equilibria._in_fractions import InFractions
from strategic.equilibria._labelled import batch_axes, label_coordinates, status_variable
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria.listing import (
    equilibria_counted,
    equilibria_rows,
    equilibria_table,
    games_line,
    signed,
    strategy_text,
)
from strategic.equilibria.sizes import advice, enumerations
from strategic.equilibria.solution import (
    MOST_ROWS,
    Solution,
    WithSides,
    place_of,
    player_names,
    strategy_columns,
)
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.markup import Table
from strategic.status import Status

if TYPE_CHECKING:
    import xarray as xr

    from strategic.equilibria.components import Components


@dataclass(frozen=True, eq=False, repr=False)
class Equilibria(FromTables, InFractions, WithSides, Solution):
    """Equilibria of one game or of a batch, each with its payoffs, index and regret.

    Parameters
    ----------
    games : Game
        The game or batch that was solved.
    count : array of int, shape of the batch
        Number of equilibria listed for each game.
    status : array of int8, shape of the batch
        What is known about each game; values of :class:`strategic.status.Status`.
    degenerate : array of bool, shape of the batch
        Whether some equilibrium has more best replies than actions in use; its equilibria may
        then form connected sets, and those listed are the extreme ones.
    game : array ``(E,)`` of int
        Flat number of the game each equilibrium belongs to; ascending.
    strategies : tuple of arrays ``(E, n_i)``
        One mixed strategy per player and equilibrium.
    payoffs : array ``(E, players)``
        What each player expects.
    index : array ``(E,)``
        Index of the equilibrium; NaN where it is not isolated, or not known.
    regret : array ``(E,)``
        Largest gain from deviating, recomputed from the payoffs.
    method : str
        Name of the method that found them.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> sexes = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> sexes.row
    array([[1.        , 0.        ],
           [0.        , 1.        ],
           [0.66666667, 0.33333333]])
    >>> sexes.index
    array([ 1.,  1., -1.])
    """

    games: Game
    count: Array
    status: Array
    degenerate: Array
    game: Array
    strategies: tuple[Array, ...]
    payoffs: Array
    index: Array
    regret: Array
    method: str = "all"
    per_row: ClassVar[tuple[str, ...]] = ("payoffs", "index", "regret")

    @classmethod
    def verified(
        cls,
        games: Game,
        strategies: Sequence[Array],
        *,
        game: Array,
        status: Array,
        index: Array | None = None,
        degenerate: Array | None = None,
        method: str,
    ) -> Self:
        """Make a result from profiles; counts, payoffs and regrets are computed here.

        Parameters
        ----------
        games : Game
            The game or batch.
        strategies : sequence of arrays ``(E, n_i)``
            One mixed strategy per player.
        game : array ``(E,)`` of int
            Flat number of the game of each profile, ascending.
        status : array of int, shape of the batch or scalar
            Values of :class:`strategic.status.Status`.
        index : array ``(E,)``, optional
            NaN by default.
        degenerate : array of bool, shape of the batch, optional
            False by default: not known.
        method : str
            Name of the method.
        """
        batch = games.batch_shape
        games_in_all = int(np.prod(batch, dtype=np.int64))
        payoffs, gains = payoffs_and_regret(games, strategies, game)
        return cls(
            games=games,
            count=np.bincount(game, minlength=games_in_all).reshape(batch),
            status=np.broadcast_to(np.asarray(status, dtype=np.int8), batch).copy(),
            degenerate=np.zeros(batch, dtype=bool) if degenerate is None else degenerate,
            game=game,
            strategies=tuple(strategies),
            payoffs=payoffs,
            index=np.full(len(game), np.nan) if index is None else index,
            regret=gains,
            method=method,
        )

    @cached_property
    def starts(self) -> Array:
        """Where the equilibria of each game begin: ``(games + 1,)``."""
        return np.concatenate([[0], np.cumsum(self.count.reshape(-1))])

    def of(self, *game: int) -> Self:
        """Take the equilibria of one game: a flat number, or one number per batch axis.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> rows = [[[1, 0], [0, 1]], [[1, 0], [2, 1]]]
        >>> batch = solve(rows, [[[1, 0], [0, 1]], [[1, 2], [0, 1]]])
        >>> batch.of(1).row
        array([[0., 1.]])
        """
        batch = self.games.batch_shape
        number, place = place_of(batch, game)
        return self._some(
            slice(int(self.starts[number]), int(self.starts[number + 1])),
            games=self.games.of_batch(*place) if batch else self.games,
            count=self.count[place],
            status=self.status[place],
            degenerate=self.degenerate[place],
            game=np.zeros(int(self.count[place]), dtype=self.game.dtype),
        )

    def components(self) -> Components:
        """Find the connected components of the equilibrium sets of all games.

        Returns
        -------
        Components
            A sequence of `Component`, made when asked for, over arrays of the whole batch.
            In the order of their first equilibrium; the indices of each game's add up to one.
            Strategies are Fractions where those of the equilibria are (see `exact`). With three and
            more players every equilibrium of a complete list is one, without subsets; games of a
            batch whose list is not proved complete (``found_some``, ``not_finished``) have none
            there, and are marked in `Components.known`.

        Raises
        ------
        MethodError
            When the result does not list all extreme equilibria of two players, or all equilibria
            of a single game of more.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> [c.index for c in solve([[0, 0], [0, 1]], [[0, 0], [0, 1]]).components()]
        [0, 1]
        """
        self._check_all("components")
        return self._components

    @cached_property
    def _components(self) -> Components:
        from strategic.equilibria.components import components_of, isolated_components

        return isolated_components(self) if len(self.games.shape) > 2 else components_of(self)

    def to_xarray(self) -> xr.Dataset:
        """Give a dataset with dimension ``equilibrium``, plus count and status of each game.

        Games have any number of equilibria, so these stand in one list, those of one game after
        those of another: the contiguous ragged array of the CF conventions of netCDF, with
        ``count`` as its lengths and ``game`` as the number of the game of each equilibrium.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> found = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).to_xarray()
        >>> dict(found.sizes)
        {'equilibrium': 3, 'action_row': 2, 'action_column': 2, 'player': 2}
        """
        import xarray as xr

        axes = batch_axes(self.games)
        data: dict[str, Any] = {
            f"strategy_{name}": (("equilibrium", f"action_{name}"), strategy)
            for name, strategy in zip(player_names(self.games), self.strategies, strict=True)
        }
        data |= {
            "game": ("equilibrium", self.game),
            "payoff": (("equilibrium", "player"), self.payoffs),
            "index": ("equilibrium", self.index),
            "regret": ("equilibrium", self.regret),
            "count": (axes, self.count, {"sample_dimension": "equilibrium"}),
            "status": status_variable(axes, self.status),
            "degenerate": (axes, self.degenerate),
        }
        coordinates = label_coordinates(self.games, data)
        return xr.Dataset(data, coords=coordinates, attrs={"method": self.method})

    def __len__(self) -> int:
        return len(self.game)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        """Go through the profiles: one tuple of strategies per equilibrium."""
        return zip(*self.strategies, strict=True)

    def columns(self) -> dict[str, Any]:
        """Columns named as in batch files, one row per equilibrium."""
        names = player_names(self.games)
        columns = {"game": self.game, **strategy_columns(self.games, self.strategies)}
        columns |= {f"payoff_{name}": self.payoffs[:, i] for i, name in enumerate(names)}
        return columns | {"index": self.index, "regret": self.regret}

    def rows(self) -> dict[str, Array]:
        """One row per equilibrium; an index that is not known is masked."""
        unknown = np.isnan(self.index)
        index = np.where(unknown, 0, self.index).astype(np.int32)
        return {**self.columns(), "index": np.ma.masked_array(index, unknown)}

    def details(self) -> dict[str, Any]:
        """Describe the equilibria of a single game and their components."""
        self._check_single()
        return {
            "degenerate": bool(self.degenerate),
            "equilibria": equilibria_rows(self),
            "components": [
                {"equilibria": list(members), "index": index}
                for members, index in self._known_components()
            ],
            "check": None,  # a cross-check, where one was asked for
        }

    def _known_components(self) -> list[tuple[tuple[int, ...], int]]:
        """Give members and index of every component, if all of them are known."""
        status = Status(int(self.status))
        if self.method != "all" or status.failed or status == Status.FOUND_SOME:
            return []
        if len(self.games.shape) == 2 and self.degenerate:
            return [(tuple(map(int, c.equilibria)), c.index) for c in self.components()]
        # Without ties, and in a complete list of more players, all equilibria are isolated.
        return [((e,), int(index)) for e, index in enumerate(self.index)]

    def lines(self) -> list[str]:
        """Say how many equilibria a single game has."""
        self._check_single()
        return [f"{self._number()} ({Status(int(self.status)).label})"]

    def tables(self) -> list[Table]:
        """List the equilibria of a single game, all of them."""
        return [equilibria_table(equilibria_rows(self), self.games)]

    def notes(self) -> list[str]:
        """Write out the components of a degenerate game; say what to do where nothing is proved."""
        self._check_single()
        if self.method != "all" or len(self.games.shape) != 2:
            return []
        if self.status == Status.NOT_FINISHED:
            more = "'polytopes' lists equilibria without one", "'one' finds one equilibrium"
            other = more["polytopes" not in enumerations(self.games.shape)]
            return [f"too many ties for a proof; method {other}"]
        if not bool(self.degenerate):
            return []
        notes, named = [], self.games.told_apart().actions
        for number, component in enumerate(self.components()):
            head = f"component {number}:"
            for subset in component.subsets:
                rows, columns = (
                    "; ".join(strategy_text(vertex, actions) for vertex in side)
                    for side, actions in zip((subset.rows, subset.columns), named, strict=True)
                )
                notes.append(f"{head} {{{rows}}} x {{{columns}}}")
                head = " " * len(head)
            notes.append(f"{head} index {signed(component.index)}")
        return notes

    def table(self) -> Table:  # one column per player, which reads better than one per action
        """Lay the equilibria out as a table; the first hundred of a long list."""
        batch = bool(self.games.batch_shape)
        rows = equilibria_rows(self._some(slice(MOST_ROWS)))
        left = len(self) - MOST_ROWS
        return equilibria_table(
            rows,
            self.games,
            caption=self._summary() + (f"; {left} more not shown" if left > 0 else ""),
            first="game" if batch else "",
            names=self.game[:MOST_ROWS].tolist() if batch else None,
        )

    def _summary(self) -> str:
        regret = self.regret
        if (self.status == Status.NO_FRACTIONS).any():
            regret = regret[self.has_fractions()]
        worst = f", regret at most {float(regret.max()):.2g}" if len(regret) else ""
        return f"{self._number()} of {games_line(self.games, self.status)}{worst}"

    def _number(self) -> str:
        extreme = len(self.games.shape) == 2 and bool(self.degenerate.any())
        symmetric = self.method == "symmetric"
        return equilibria_counted(len(self), extreme=extreme, symmetric=symmetric)

    def __repr__(self) -> str:
        lines = [f"<{type(self).__name__}: {self._summary()}>"]
        shown = min(len(self), 10)
        actions = self.games.told_apart().actions
        sides = list(zip(self._some(slice(shown)).strategies, actions, strict=True))
        for e in range(shown):
            mixtures = "  ".join(
                strategy_text(side[e], names, texts=[f"{float(p):.4g}" for p in side[e]])
                for side, names in sides
            )
            number = f"{self.game[e]}: " if self.games.batch_shape else ""
            tail = "" if np.isnan(self.index[e]) else f"  index {self.index[e]:+.0f}"
            lines.append(f"  {number}{mixtures}{tail}")
        if shown < len(self):
            lines.append(f"  ... {len(self) - shown} more")
        return "\n".join(lines)

    def _check_all(self, what: str) -> None:
        if self.method != "all":
            raise MethodError(
                f"{what} need all equilibria",
                value=self.method,
                remedy=advice(self.games.shape, proved=True),
            )
