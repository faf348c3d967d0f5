"""What every solution method looks like: an object of options with one verb."""

from __future__ import annotations

from abc import ABC, abstractmethod

from strategic.equilibria.result import Equilibria
from strategic.games.game import Game


class Method(ABC):
    """A way to solve games; concrete methods are frozen dataclasses of their options."""

    @abstractmethod
    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
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
