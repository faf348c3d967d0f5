"""A finite game in normal form, or a whole batch of games of one shape."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games._checks import (
    MOST_PLAYERS,
    ExactPayoffs,
    as_doubles,
    beyond_doubles,
    checked_at_once,
    checked_exact,
    checked_labels,
    too_many_players,
)
from strategic.games._faces import Faces
from strategic.games._numbers import (
    as_fractions,
    doubles_hold_decimals,
    format_double,
    format_number,
    shortest_decimals,
)
from strategic.games._rational import rational_numbers, typed_numbers
from strategic.games.matrix import MOST_PROFILES, payoff_table, payoff_tables
from strategic.games.names import distinct
from strategic.markup import Table, escape_html


@dataclass(frozen=True, eq=False, repr=False)
class Game(Faces):
    """Payoffs of ``p`` players by action profile, with leading batch axes.

    Parameters
    ----------
    payoffs : tuple of arrays, each ``(*batch, n_1, ..., n_p)``
        ``payoffs[i][..., a_1, ..., a_p]`` is the payoff of player ``i`` at the profile.
        Doubles; the numbers are taken as given, to the last bit. In a batch, NaN stands for a
        payoff that is missing, and an infinite one becomes NaN: the game is invalid, and every
        other one is solved.
    players : tuple of str, optional
        Names of the players.
    actions : tuple of tuple of str, optional
        Names of the actions, one tuple per player.
    title : str, optional
        Name of the game in reports.
    exact : tuple of object arrays, optional
        The numbers as written in a text file, where doubles cannot hold them; certificates then
        refer to these. Same shapes as ``payoffs``; entries are Fractions, or the texts themselves
        (which cost nothing until `fractions` parses them).
    decimal : bool, optional
        The numbers were written as decimals, and each is the shortest decimal that rounds to its
        double (any decimal of up to 15 digits is). Cheaper than ``exact`` for large batches.
    comment : str, optional
        Free text that belongs to the game.

    Raises
    ------
    GameError
        When shapes differ, a payoff of a single game is NaN or infinite, or labels do not match.

    Examples
    --------
    >>> dilemma = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]], title="Prisoner's dilemma")
    >>> dilemma.shape, dilemma.batch_shape
    ((2, 2), ())
    """

    payoffs: tuple[Array, ...]
    players: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    title: str = ""
    exact: ExactPayoffs | None = field(default=None, repr=False)
    decimal: bool = False
    comment: str = ""

    def __post_init__(self) -> None:
        set_field = object.__setattr__  # the dataclass is frozen for everyone else
        payoffs, complete = checked_at_once(self.payoffs)
        shape = payoffs[0].shape[payoffs[0].ndim - len(payoffs) :]
        set_field(self, "payoffs", payoffs)
        if complete:  # else the property looks closer
            set_field(self, "is_complete", complete)
        players, actions = checked_labels(self.players, self.actions, shape)
        set_field(self, "players", players)
        set_field(self, "actions", actions)
        set_field(self, "exact", checked_exact(self.exact, payoffs))

    @classmethod
    def from_payoffs(cls, *payoffs: ArrayLike, **labels: Any) -> Game:
        """Make a game from one payoff array per player; keywords are those of the class.

        Fractions, and integers too long for a double, are kept in ``exact``.
        """
        if len(payoffs) > MOST_PLAYERS:
            raise too_many_players(len(payoffs))
        labels.setdefault("exact", beyond_doubles(payoffs))
        return cls(payoffs=payoffs, **labels)  # type: ignore[arg-type]  # checked there

    of = from_payoffs  # its name in version 0.1; elsewhere ``of`` selects

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        shape: tuple[int, ...] = self.payoffs[0].shape
        return shape[len(shape) - len(self.payoffs) :]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Shape of the batch; ``()`` for a single game."""
        shape: tuple[int, ...] = self.payoffs[0].shape
        return shape[: len(shape) - len(self.payoffs)]

    @cached_property
    def defined(self) -> Array:
        """Whether every payoff of a game is there, bool ``(*batch,)``."""
        axes = tuple(range(-len(self.payoffs), 0))
        return np.asarray(np.logical_and.reduce([~np.isnan(p).any(axes) for p in self.payoffs]))

    @cached_property
    def is_complete(self) -> bool:
        """Whether every payoff of every game is there."""
        # NaN survives sums, which need no memory; infinities are not in a game.
        with np.errstate(over="ignore", invalid="ignore"):
            suspect = any(np.isnan(p.sum()) for p in self.payoffs)
        return not suspect or bool(self.defined.all())

    @property
    def row(self) -> Array:
        """Payoffs of the first of two players."""
        return self.payoffs[0]

    @property
    def column(self) -> Array:
        """Payoffs of the second of two players."""
        return self.payoffs[1]

    def of_batch(self, *index: int) -> Game:
        """Take one game, or a smaller batch, out of a batch; what is missing stays NaN."""
        taken = object.__new__(type(self))  # all was checked when the batch was made
        values = {name: self.__dict__[name] for name in _FIELDS}
        values["payoffs"] = tuple(as_doubles(p[index], i) for i, p in enumerate(self.payoffs))
        values["exact"] = self.exact and tuple(np.asarray(e[index], object) for e in self.exact)
        taken.__dict__.update(values)
        return taken

    def told_apart(self) -> Game:
        """Give the game for reading: equal and empty names are told apart by numbers.

        Examples
        --------
        >>> unclear = Game.from_payoffs([[1, 0]], [[0, 1]], actions=(("",), ("up", "up")))
        >>> unclear.told_apart().actions
        (('(1)',), ('up (1)', 'up (2)'))
        """
        players, actions = distinct(self.players), tuple(map(distinct, self.actions))
        if (players, actions) == (self.players, self.actions):
            return self
        return replace(self, players=players, actions=actions)

    @property
    def rounded(self) -> Array:
        """Whether doubles may fall short of the exact payoffs, bool ``(*batch)``.

        Where False, the doubles are the exact payoffs; where True, each is the double nearest to
        the exact payoff, which `fractions` gives.
        """
        if self.exact is not None:
            return np.ones(self.batch_shape, dtype=bool)
        if not self.decimal:
            return np.zeros(self.batch_shape, dtype=bool)
        axes = tuple(range(-len(self.payoffs), 0))  # the game, whatever the batch
        held = [doubles_hold_decimals(p).all(axis=axes) for p in self.payoffs]
        return np.asarray(~np.logical_and.reduce(held))

    def fractions(self) -> ExactPayoffs:
        """Payoffs as exact fractions: as written in the file, else the doubles themselves.

        What is missing is NaN, which is no fraction.
        """
        convert = shortest_decimals if self.decimal and self.exact is None else as_fractions
        if self.is_complete:
            return tuple(convert(p) for p in self.exact or self.payoffs)
        found = []
        for given, doubles in zip(self.exact or self.payoffs, self.payoffs, strict=True):
            known = ~np.isnan(doubles)
            numbers = np.full(doubles.shape, np.nan, dtype=object)
            numbers[known] = convert(given[known])
            found.append(numbers)
        return tuple(found)

    def as_typed(self) -> ExactPayoffs:
        """Payoffs as they may have been typed: `fractions`, but doubles as shortest decimals."""
        written = self.exact is not None or self.decimal
        return self.fractions() if written else tuple(map(typed_numbers, self.payoffs))

    def rationalised(self, largest: int) -> Game:
        """Put fractions in the place of decimals that were rounded from them.

        A decimal is replaced if exactly one fraction with a denominator of at most ``largest``
        (from 1 to a million) lies within half a unit of its last digit, as is so for fractions
        written with enough digits: ``10**digits > largest**2``. It stays if its own denominator
        is as small. `rationalise` tells which were replaced.

        Examples
        --------
        >>> thirds = Game.from_payoffs([[0.3333, 0.5]], [[0.6667, 1.0]]).rationalised(9)
        >>> [str(payoff) for table in thirds.fractions() for payoff in table[0]]
        ['1/3', '1/2', '2/3', '1']
        """
        exact = tuple(rational_numbers(numbers, largest) for numbers in self.as_typed())
        doubles = tuple(as_doubles(table, i) for i, table in enumerate(exact))
        kept = beyond_doubles(exact) if self.is_complete else exact
        return replace(self, payoffs=doubles, exact=kept, decimal=False)

    def _as_written(self) -> tuple[Array, ...]:
        return self.fractions() if self.rounded.any() else self.payoffs

    def _check_single(self, rule: str) -> None:
        if self.batch_shape:
            remedy = "take one out with of_batch(number)"
            raise GameError(rule, where="batch shape", value=self.batch_shape, remedy=remedy)

    def texts(self) -> tuple[Array, ...]:
        """Payoffs as texts of the same shapes: exact numbers in full, doubles in shortest form."""
        write = format_double if self.exact is None else format_number
        one = np.frompyfunc(lambda number, gap: "nan" if gap else write(number), 2, 1)
        numbers = self.payoffs if self.exact is None else self.fractions()
        return tuple(
            np.asarray(one(n, np.isnan(doubles)), dtype=object)
            for n, doubles in zip(numbers, self.payoffs, strict=True)
        )

    def table(self, *, exact: bool = False) -> Table:
        """Show a single game as a table with best replies marked.

        Parameters
        ----------
        exact : bool, default False
            Whether exact decimals are shown as fractions.

        Raises
        ------
        GameError
            When this is a batch.
        """
        self._check_single("a table shows one game")
        payoffs = self.fractions() if exact else self._as_written()
        told, title = self.told_apart(), self.title
        return payoff_table(
            payoffs, players=told.players, actions=told.actions, title=title, exact=exact
        )

    def tables(self, *, exact: bool = False) -> list[Table]:
        r"""Show a single game of three or more players slice by slice; see `table`.

        Examples
        --------
        >>> import numpy as np
        >>> game = Game.from_payoffs(*np.zeros((3, 2, 2, 2)), players=("Ann", "Bob", "Cy"))
        >>> [table.header[0] for table in game.tables()]
        ['Ann \\ Bob (Cy: 1)', 'Ann \\ Bob (Cy: 2)']
        """
        self._check_single("tables show one game")
        payoffs = self.fractions() if exact else self._as_written()
        told, title = self.told_apart(), self.title
        return payoff_tables(
            payoffs, players=told.players, actions=told.actions, title=title, exact=exact
        )

    def to_markdown(self) -> str:
        r"""Write a single game as a markdown table, best replies marked.

        Examples
        --------
        >>> print(Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]]).to_markdown())
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
        return bool(self.batch_shape) or self.payoffs[0].size > MOST_PROFILES

    def __repr__(self) -> str:
        size = size_text(self.shape)
        games = int(np.prod(self.batch_shape))
        what = f"{games_text(games)} {size}" if self.batch_shape else f"a {size} game"
        return f"<Game: {what}{', ' if self.title else ''}{self.title}>"


_FIELDS = tuple(entry.name for entry in fields(Game))


def games_text(count: int) -> str:
    """Say how many games there are.

    Examples
    --------
    >>> games_text(1), games_text(2000)
    ('1 game', '2000 games')
    """
    return "1 game" if count == 1 else f"{count} games"


def size_text(shape: tuple[int, ...]) -> str:
    """Name the size of a game.

    Examples
    --------
    >>> size_text((2, 3)), size_text((4,))
    ('2x3', '4-action')
    """
    return "x".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]}-action"
