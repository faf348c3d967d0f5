"""Equilibria of which only a part was wanted: their number, their supports, or their mixtures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.listing import equilibria_counted, games_line
from strategic.equilibria.solution import (
    Solution,
    WithSides,
    game_columns,
    player_names,
    strategy_columns,
)
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

WANTS = ("count", "supports", "strategies")
"""What may be wanted instead of everything, each with what stands before it."""
_HELD = {"count": 0, "game": 1, "supports": 1, "strategies": 2, "row": 2, "column": 2}
_TWO = 2
_OF_TWO, _OF_MORE = int(Status.COMPONENTS), int(Status.FOUND_SOME)
_FRACTIONS = "fractions", "has_fractions", "fraction_payoffs", "exact"
_WHOLE = ("payoffs", "index", "regret", "components", *_FRACTIONS)


def tied(shape: tuple[int, ...], status: Array) -> Array:
    """Tell by status which games have ties that matter, of what method ``all`` found."""
    # The ends of what is tied are all extreme equilibria of two players; of more, there may be
    # others.
    return np.asarray(status == (_OF_TWO if len(shape) == _TWO else _OF_MORE))


class NotWantedError(MethodError, AttributeError):
    """A part of the equilibria that was not asked for; the message says how to ask for it.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solve([[2, 0], [0, 1]], [[1, 0], [0, 2]], want="supports").payoffs
    Traceback (most recent call last):
    strategic.equilibria.partial.NotWantedError: payoffs: not computed with want='supports'; \
solve with want=None (the default)
    """


@dataclass(frozen=True, eq=False, repr=False)
class PartialEquilibria(WithSides, Solution):
    """What was wanted of the equilibria of one game or a batch, proved like a whole list.

    Parameters
    ----------
    games : Game
        The game or batch that was solved.
    count, status : arrays, shape of the batch
        As in `Equilibria`.
    want : str
        ``"count"``, ``"supports"`` or ``"strategies"``.
    numbers : array ``(E,)`` of int, optional
        What `game` gives.
    flags : tuple of arrays ``(E, n_i)`` of bool, optional
        What `supports` gives.
    mixtures : tuple of arrays ``(E, n_i)``, optional
        What `strategies` gives.

    Raises
    ------
    NotWantedError
        When a part is read that was not wanted.

    Notes
    -----
    Counts and statuses, one per game, are written into arrays of one's own with ``out``
    (`strategic.solve`), also into a ``numpy.memmap``; how long a list of equilibria will be is
    known only when it is there. Games beyond memory may be memory maps too, or are made and solved
    a block at a time, as below.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> found = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]], want="count")
    >>> found
    <PartialEquilibria: 3 equilibria of a 2x2 game (complete); want='supports' gives supports, \
want='strategies' mixtures, want=None everything>
    >>> solve([[2, 0], [0, 1]], [[1, 0], [0, 2]], want="supports").supports[0].astype(int)
    array([[1, 0],
           [0, 1],
           [1, 1]])

    By blocks of 250 games (of 100,000 where there are millions):

    >>> games, counts = np.random.default_rng(1).random((2, 1000, 2, 2)), np.empty(1000, np.int8)
    >>> for start in range(0, 1000, 250):
    ...     part = slice(start, start + 250)
    ...     _ = solve(*games[:, part], want="count", out=counts[part])
    >>> np.bincount(counts)
    array([  0, 869,   0, 131])
    """

    games: Game
    count: Array
    status: Array
    want: str
    numbers: Array | None = None
    flags: tuple[Array, ...] | None = None
    mixtures: tuple[Array, ...] | None = None
    method: str = "all"

    @cached_property
    def degenerate(self) -> Array:
        """Whether a game has ties that matter, as in `Equilibria`."""
        return tied(self.games.shape, self.status)

    @property
    def game(self) -> Array:
        """Flat number of the game each equilibrium belongs to; ascending."""
        return self._not_wanted("game") if self.numbers is None else self.numbers

    @cached_property
    def supports(self) -> tuple[Array, ...]:
        """Which actions each equilibrium uses: bool ``(E, n_i)`` per player."""
        if self.flags is not None:
            return self.flags
        return tuple(side > 0 for side in self.mixtures or self._not_wanted("supports"))

    @property
    def strategies(self) -> tuple[Array, ...]:
        """One mixed strategy per player and equilibrium: ``(E, n_i)``."""
        return self._not_wanted("strategies") if self.mixtures is None else self.mixtures

    def __getattr__(self, name: str) -> NoReturn:
        if name in _HELD or name in _WHOLE:
            self._not_wanted(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _not_wanted(self, name: str) -> NoReturn:
        asking = repr(WANTS[_HELD[name]]) if name in _HELD else "None (the default)"
        rule, remedy = f"not computed with want={self.want!r}", f"solve with want={asking}"
        raise NotWantedError(rule, where=name, remedy=remedy)

    def __len__(self) -> int:
        return int(self.count.sum())

    def columns(self) -> dict[str, Any]:
        """Columns of batch files: one row per equilibrium, or per game where counts were wanted."""
        if self.want == "count":
            return game_columns(self.status) | {"count": self.count.reshape(-1)}
        sides = self.supports if self.want == "supports" else self.strategies
        return {"game": self.game, **strategy_columns(self.games, sides)}

    def rows(self) -> dict[str, Array]:
        """One row per equilibrium, where more than counts were wanted; 1 for an action in use."""
        if self.want == "count":
            return {}
        found = self.columns().items()
        return {name: part.astype(np.int8) if part.dtype == bool else part for name, part in found}

    def details(self) -> dict[str, Any]:
        """Describe what was wanted of the equilibria of a single game."""
        self._check_single()
        found: dict[str, Any] = {"degenerate": bool(self.degenerate), "count": int(self.count)}
        if self.want == "supports":
            sides = zip(*self.supports, strict=True)
            listed = [[np.flatnonzero(side).tolist() for side in profile] for profile in sides]
        elif self.want == "strategies":
            listed = [[side.tolist() for side in e] for e in zip(*self.strategies, strict=True)]
        else:
            return found
        return found | {self.want: listed}

    def lines(self) -> list[str]:
        """Say how many equilibria a single game has, and what was wanted of them."""
        self._check_single()
        lines = [f"{self._number()} ({Status(int(self.status)).label})"]
        names, labels = player_names(self.games), self.games.actions
        for profile in zip(*self.supports, strict=True) if self.want != "count" else ():
            sides = zip(names, labels, profile, strict=True)
            used = (f"{name} {', '.join(np.array(of)[on])}" for name, of, on in sides)
            lines.append("; ".join(used))
        return lines

    def _number(self) -> str:
        extreme = len(self.games.shape) == 2 and bool(self.degenerate.any())
        return equilibria_counted(len(self), extreme=extreme)

    def __repr__(self) -> str:
        more = {"supports": "supports", "strategies": "mixtures"}
        later = WANTS[WANTS.index(self.want) + 1 :]
        told = [f"want={want!r} gives {more[want]}" for want in later][:1]
        told += [f"want={want!r} {more[want]}" for want in later[1:]]
        told.append("want=None everything" if told else "want=None gives everything")
        line = games_line(self.games, self.status)
        return f"<{type(self).__name__}: {self._number()} of {line}; {', '.join(told)}>"
