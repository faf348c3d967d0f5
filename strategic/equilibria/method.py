"""What every solution method looks like: an object of options with one verb."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from strategic.equilibria._missing import around_missing
from strategic.equilibria.methods import check_options
from strategic.equilibria.solution import Solution
from strategic.errors import MethodError
from strategic.games.game import Game

REGRET = "strategic.equilibria._regret:regret"
"""Cites what an equilibrium is."""


class Method(ABC):
    """A way to solve games; concrete methods are frozen dataclasses of their options.

    Their ``solve`` never sees a game that lacks payoffs: such games of a batch are invalid in the
    solution, whatever the method.

    Examples
    --------
    >>> from strategic.equilibria import METHODS, method_of
    >>> method_of("logit", rationality=2.0)
    Logit(rationality=2.0, max_steps=1000)
    >>> isinstance(method_of("all"), Method), len(METHODS)
    (True, 15)
    """

    rows_are: ClassVar[str] = "equilibria"
    """What `Solution.rows` lists."""
    takes_out: ClassVar[bool] = False
    """Whether ``solve`` writes counts and statuses into arrays of the caller."""
    answers: ClassVar[int] = 1
    """How many answers a game has at least, for who chooses how many games to solve at a time."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "solve" in vars(cls):
            cls.solve = around_missing(cls.solve)  # type: ignore[method-assign]

    def __post_init__(self) -> None:
        """Check the options, however the method is made; methods with rules of their own add them.

        Raises
        ------
        MethodError
            When a value is not of its kind or too small.
        """
        check_options(self)

    @abstractmethod
    def solve(self, games: Game, *, workers: int | None = None) -> Solution:
        """Solve one game or a batch.

        Parameters
        ----------
        games : Game
            The game or batch.
        workers : int, optional
            Threads; all available cores by default.

        Raises
        ------
        MethodError
            When the method does not fit the games; the message names the limit.
        """

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Raise unless games of a shape can be solved; what depends on payoffs is each game's fate.

        Raises
        ------
        MethodError
            When they cannot, or an option does not fit.

        Examples
        --------
        >>> from strategic.equilibria import method_of
        >>> method_of("one").check_shape((2, 2, 2))
        Traceback (most recent call last):
        strategic.errors.MethodError: method: method 'one' is for two players (got '3 players'); \
use method 'all' for all equilibria, or 'pure' for those in pure strategies
        """
        nobody = np.zeros((0, *shape))
        self.solve(Game(payoffs=(nobody,) * len(shape)), workers=1)

    def microseconds(self, shape: tuple[int, ...]) -> float:
        """Say roughly what a game of a shape costs on one core, for who chooses parts and blocks.

        Tied games may cost several times as much, random ones less.

        Examples
        --------
        >>> from strategic.equilibria import method_of
        >>> [round(method_of(name).microseconds((3, 3))) for name in ("one", "polytopes")]
        [20, 1002]
        """
        return 2.0 * prod(shape) + 2.0

    @classmethod
    def behind(cls, _found: Solution) -> Iterable[Any]:
        """Name what was used to find a solution, for its references: the class, unless it varies.

        Functions and classes whose docstrings cite, or their addresses; see
        `strategic.papers.references`.
        """
        return (cls,)


def games_from(*payoffs: Game | ArrayLike) -> Game:
    """Take a game as it is, or make one from one payoff array per player."""
    first = payoffs[0] if payoffs else None
    return first if isinstance(first, Game) else Game.from_payoffs(*payoffs)  # type: ignore[arg-type]


def check_single(games: Game, method: str, *, instead: str = "") -> None:
    """Raise unless this is one game rather than a batch."""
    if games.batch_shape:
        raise MethodError(
            f"method '{method}' takes one game",
            value=f"a batch of shape {games.batch_shape}",
            remedy=f"{instead}take a game out of the batch with .of_batch(i)",
        )
