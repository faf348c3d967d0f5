"""The one verb: from payoffs to equilibria."""

from __future__ import annotations

from importlib import import_module

from numpy.typing import ArrayLike

from strategic.equilibria.method import Method
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError, nearest
from strategic.games.game import Game

METHODS = {
    "all": ("strategic.equilibria.enumeration.all_equilibria", "AllEquilibria"),
    "one": ("strategic.equilibria.pivoting.single_equilibrium", "One"),
    "pure": ("strategic.equilibria.concepts.pure_method", "Pure"),
    "zero_sum": ("strategic.equilibria.pivoting.zero_sum", "ZeroSum"),
    "lemke_howson": ("strategic.equilibria.pivoting.lemke_howson", "LemkeHowson"),
    "lemke_howson_all": ("strategic.equilibria.pivoting.lemke_howson", "LemkeHowsonAll"),
    "polytopes": ("strategic.equilibria.pivoting.polytopes", "Polytopes"),
}
"""Module and class of every method by its name; loaded when it is first asked for."""


def solve(
    *payoffs: Game | ArrayLike, method: str | Method = "all", workers: int | None = None
) -> Equilibria:
    """Find equilibria of one game or of a batch of games.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` a player
        The payoffs; leading axes are a batch.
    method : str or Method, default "all"
        A method, or the name of one with its default options.
        ``"all"``: every equilibrium of two players with at most 16 actions in all, proved;
        ``"polytopes"``: the same for more actions, each verified but completeness not proved;
        ``"one"``: one equilibrium of each game, for large games and large batches;
        ``"pure"``: all pure equilibria of any number of players;
        ``"zero_sum"``: optimal strategies of zero-sum games;
        ``"lemke_howson"``, ``"lemke_howson_all"``: from the first label, or from every label.
    workers : int, optional
        Threads; all available cores by default. The answer does not depend on it.

    Returns
    -------
    Equilibria
        One row an equilibrium, one status a game.

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    MethodError
        When the method does not exist or does not fit the game.

    Examples
    --------
    >>> solve([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    <Equilibria: 1 equilibrium of a 2x2 game (complete), regret at most 0>
      (0, 1)  (0, 1)  index +1
    """
    first = payoffs[0] if payoffs else None
    games = first if isinstance(first, Game) else Game.of(*payoffs)  # type: ignore[arg-type]
    return method_of(method).solve(games, workers=workers)


def method_of(method: str | Method) -> Method:
    """Look a method up by its name; a method object is handed back as it is.

    Examples
    --------
    >>> method_of("all")
    AllEquilibria(block=None)
    """
    if isinstance(method, Method):
        return method
    if method not in METHODS:
        raise MethodError(
            "no such method", where="method", value=method, remedy=nearest(method, METHODS)
        )
    module, name = METHODS[method]
    made: Method = getattr(import_module(module), name)()
    return made
