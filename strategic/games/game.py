"""A finite game in normal form, or a whole batch of games of one shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import GameError
from strategic.games.matrix import payoff_table
from strategic.games.number import (
    as_fractions,
    doubles_hold_decimals,
    format_double,
    format_number,
    shortest_decimals,
)
from strategic.markup import Table, escape_html

_MOST_PROFILES = 1024
ExactPayoffs = tuple[np.ndarray[Any, Any], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Game:
    """Payoffs of ``p`` players over the same actions, with leading batch axes.

    Parameters
    ----------
    payoffs : tuple of arrays, each ``(*batch, n_1, ..., n_p)``
        ``payoffs[i][..., a_1, ..., a_p]`` is what player ``i`` earns at the profile.
        Doubles; the numbers are taken as given, to the last bit.
    players : tuple of str, optional
        Names of the players.
    actions : tuple of tuple of str, optional
        Names of the actions, one tuple a player.
    title : str, optional
        What the game is called in reports.
    exact : tuple of object arrays, optional
        The numbers as written in a text file, where doubles cannot hold them; certificates then
        refer to these. Same shapes as ``payoffs``; entries are Fractions, or the texts themselves
        (a batch then costs nothing until `fractions` is asked for).
    decimal : bool, optional
        The numbers were written as decimals, and each is the shortest decimal that rounds to its
        double (any decimal of up to 15 digits is). Cheaper than ``exact`` for large batches.
    comment : str, optional
        Free text that belongs to the game.

    Raises
    ------
    GameError
        When shapes differ, a payoff is NaN or infinite, or labels do not match.

    Examples
    --------
    >>> dilemma = Game.of([[3, 0], [5, 1]], [[3, 5], [0, 1]], title="Prisoner's dilemma")
    >>> dilemma.shape, dilemma.batch_shape
    ((2, 2), ())
    """

    payoffs: tuple[np.ndarray[Any, Any], ...]
    players: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    title: str = ""
    exact: ExactPayoffs | None = field(default=None, repr=False)
    decimal: bool = False
    comment: str = ""

    def __post_init__(self) -> None:
        payoffs = _checked_payoffs(self.payoffs)
        shape = payoffs[0].shape[payoffs[0].ndim - len(payoffs) :]
        set_field = object.__setattr__  # the dataclass is frozen for everyone else
        set_field(self, "payoffs", payoffs)
        set_field(self, "players", _checked_players(self.players, len(payoffs)))
        set_field(self, "actions", _checked_actions(self.actions, shape))
        set_field(self, "exact", _checked_exact(self.exact, payoffs))

    @classmethod
    def of(cls, *payoffs: ArrayLike, **labels: Any) -> Game:
        """Make a game from one payoff array a player; keywords are those of the class.

        Fractions, and integers too long for a double, are kept in ``exact``.
        """
        labels.setdefault("exact", _beyond_doubles(payoffs))
        return cls(payoffs=tuple(_as_doubles(p, i) for i, p in enumerate(payoffs)), **labels)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return self._whole_shape[len(self._whole_shape) - len(self.payoffs) :]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch; ``()`` for a single game."""
        return self._whole_shape[: len(self._whole_shape) - len(self.payoffs)]

    @property
    def _whole_shape(self) -> tuple[int, ...]:
        return tuple(self.payoffs[0].shape)

    @property
    def row(self) -> np.ndarray[Any, Any]:
        """Payoffs of the first of two players."""
        return self.payoffs[0]

    @property
    def column(self) -> np.ndarray[Any, Any]:
        """Payoffs of the second of two players."""
        return self.payoffs[1]

    def of_batch(self, *index: int) -> Game:
        """Take one game (or a smaller batch) out of a batch."""
        return replace(
            self,
            payoffs=tuple(p[index] for p in self.payoffs),
            exact=None if self.exact is None else tuple(e[index] for e in self.exact),
        )

    @property
    def rounded(self) -> np.ndarray[Any, Any]:
        """Games whose numbers doubles may not hold, bool ``(*batch)``.

        Where False, the doubles are the exact payoffs; where True, each double is the one
        nearest to the exact payoff, and `fractions` gives that.
        """
        if self.exact is not None:
            return np.ones(self.batch_shape, dtype=bool)
        if not self.decimal:
            return np.zeros(self.batch_shape, dtype=bool)
        axes = tuple(range(-len(self.payoffs), 0))
        held = [doubles_hold_decimals(p).all(axis=axes) for p in self.payoffs]
        return np.asarray(~np.logical_and.reduce(held))

    def fractions(self) -> ExactPayoffs:
        """Payoffs as exact fractions: those written in the file, else the doubles themselves."""
        if self.exact is not None:
            return tuple(as_fractions(e) for e in self.exact)
        convert = shortest_decimals if self.decimal else as_fractions
        return tuple(convert(p) for p in self.payoffs)

    def texts(self) -> tuple[np.ndarray[Any, Any], ...]:
        """Payoffs as texts, same shapes: exact numbers exactly, doubles in shortest form."""
        if self.exact is None:
            write, numbers = np.frompyfunc(format_double, 1, 1), self.payoffs
        else:
            write, numbers = np.frompyfunc(format_number, 1, 1), self.fractions()
        return tuple(np.asarray(write(n), dtype=object) for n in numbers)

    def table(self) -> Table:
        """Lay a single game out as a table with best replies marked.

        Raises
        ------
        GameError
            When this is a batch.
        """
        if self.batch_shape:
            raise GameError(
                "a table shows one game",
                where="batch shape",
                value=self.batch_shape,
                remedy="take one with of_batch(number)",
            )
        payoffs = self.fractions() if self.rounded else self.payoffs
        return payoff_table(payoffs, players=self.players, actions=self.actions, title=self.title)

    def to_markdown(self) -> str:
        r"""Write a single game as a markdown table, best replies marked.

        Examples
        --------
        >>> print(Game.of([[3, 0], [5, 1]], [[3, 5], [0, 1]]).to_markdown())
        | player 1 \\ player 2 | 1 | 2 |
        |---|---:|---:|
        | 1 | 3, 3 | 0, 5\* |
        | 2 | 5\*, 0 | 1\*, 1\* |
        """
        return self.table().markdown()

    def to_latex(self) -> str:
        """Write a single game as a LaTeX table (booktabs), best replies marked."""
        return self.table().latex()

    def _repr_html_(self) -> str:
        return escape_html(repr(self)) if self._too_large else self.table().html()

    def _repr_latex_(self) -> str | None:
        return None if self._too_large else self.table().latex()

    @property
    def _too_large(self) -> bool:
        return bool(self.batch_shape) or self.payoffs[0].size > _MOST_PROFILES

    def __repr__(self) -> str:
        size = "x".join(map(str, self.shape))
        games = int(np.prod(self.batch_shape))
        what = f"{games} games {size}" if self.batch_shape else f"a {size} game"
        return f"<Game: {what}{', ' if self.title else ''}{self.title}>"


def _as_doubles(payoffs: ArrayLike, player: int) -> np.ndarray[Any, Any]:
    where = f"payoffs[{player}]"
    try:
        array = np.asarray(payoffs)
        if array.dtype.kind not in "biufO":
            raise GameError(
                "must hold numbers", where=where, value=str(array.dtype), remedy="convert it first"
            )
        doubles = array.astype(np.float64, copy=False).view()
        doubles.setflags(write=False)  # not copied: a batch may fill half the memory
        return doubles
    except GameError:
        raise
    except (TypeError, ValueError, OverflowError) as problem:
        raise GameError(
            "must be a rectangular array of numbers", where=where, remedy=f"numpy says: {problem}"
        ) from None


def _beyond_doubles(payoffs: Sequence[ArrayLike]) -> ExactPayoffs | None:
    try:
        arrays = tuple(np.asarray(p) for p in payoffs)
        if not any(_may_exceed_doubles(a) for a in arrays):
            return None
        exact = tuple(as_fractions(a) for a in arrays)
        doubles = [as_fractions(a.astype(np.float64)) for a in arrays]
    except (TypeError, ValueError, OverflowError):
        return None  # the check of the payoffs names what is wrong
    held = all((d == e).all() for d, e in zip(doubles, exact, strict=True))
    return None if held else exact


def _may_exceed_doubles(array: np.ndarray[Any, Any]) -> bool:
    if array.dtype.kind == "O":
        return True
    longest = 2**53
    return array.dtype.kind in "iu" and bool((array > longest).any() or (array < -longest).any())


def _checked_exact(
    exact: ExactPayoffs | None, payoffs: tuple[np.ndarray[Any, Any], ...]
) -> ExactPayoffs | None:
    if exact is None:
        return None
    arrays = tuple(np.asarray(e, dtype=object) for e in exact)
    shapes = [a.shape for a in arrays]
    if shapes != [p.shape for p in payoffs]:
        raise GameError("must have the shapes of the payoffs", where="exact", value=shapes)
    return arrays


def _checked_payoffs(payoffs: Sequence[ArrayLike]) -> tuple[np.ndarray[Any, Any], ...]:
    if not payoffs:
        raise GameError("a game needs at least one player", where="payoffs")
    arrays = tuple(_as_doubles(p, i) for i, p in enumerate(payoffs))
    for player, array in enumerate(arrays):
        _check_array(array, arrays[0], player, len(arrays))
    return arrays


def _check_array(
    array: np.ndarray[Any, Any], first: np.ndarray[Any, Any], player: int, players: int
) -> None:
    where = f"payoffs[{player}]"
    if array.ndim < players:
        raise GameError(
            f"must have at least {players} axes, one a player", where=where, value=array.shape
        )
    if array.shape != first.shape:
        raise GameError(
            f"must have shape {first.shape} like payoffs[0]",
            where=where,
            value=array.shape,
            remedy="transpose it or swap the action lists",
        )
    if 0 in array.shape[array.ndim - players :]:
        raise GameError("every player needs at least one action", where=where, value=array.shape)
    if not np.isfinite(array).all():
        place = np.argwhere(~np.isfinite(array))[0]
        index = tuple(int(i) for i in place)
        raise GameError(
            "payoffs must be finite",
            where=f"{where}[{', '.join(map(str, index))}]",
            value=float(array[index]),
        )


def _checked_players(players: Sequence[str], count: int) -> tuple[str, ...]:
    if not players:
        return tuple(f"player {i + 1}" for i in range(count))
    if len(players) != count:
        raise GameError(f"must name {count} players", where="players", value=tuple(players))
    return tuple(players)


def _checked_actions(
    actions: Sequence[Sequence[str]], shape: tuple[int, ...]
) -> tuple[tuple[str, ...], ...]:
    if not actions:
        return tuple(tuple(str(a + 1) for a in range(n)) for n in shape)
    counts = tuple(len(names) for names in actions)
    if counts != shape:
        raise GameError(
            f"must name {shape} actions, one list a player", where="actions", value=counts
        )
    return tuple(tuple(names) for names in actions)
