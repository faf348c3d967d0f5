"""The one verb: from payoffs to a solution."""

from __future__ import annotations

from typing import Any, Literal, overload

from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._outputs import Outputs
from strategic.equilibria.method import Method, games_from
from strategic.equilibria.methods import method_record
from strategic.equilibria.partial import PartialEquilibria
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.whole_numbers import is_whole

_Listing = Literal[
    "all", "polytopes", "one", "pure", "symmetric", "lemke_howson", "lemke_howson_all"
]


@overload
def solve(
    *payoffs: Game | ArrayLike,
    method: Literal["all"] = "all",
    want: Literal["count", "supports", "strategies"],
    workers: int | None = None,
    out: Array | tuple[Array | None, Array | None] | None = None,
    **options: Any,
) -> PartialEquilibria: ...


@overload
def solve(
    *payoffs: Game | ArrayLike,
    method: _Listing = "all",
    workers: int | None = None,
    out: Array | tuple[Array | None, Array | None] | None = None,
    **options: Any,
) -> Equilibria: ...


@overload
def solve(
    *payoffs: Game | ArrayLike,
    method: str | Method,
    workers: int | None = None,
    out: Array | tuple[Array | None, Array | None] | None = None,
    **options: Any,
) -> Any: ...


def solve(
    *payoffs: Game | ArrayLike,
    method: str | Method = "all",
    workers: int | None = None,
    out: Array | tuple[Array | None, Array | None] | None = None,
    **options: Any,
) -> Any:
    """Solve one game or a batch of games.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` per player
        The payoffs; leading axes are a batch.
    method : str or Method, default "all"
        The name of a method (`strategic.equilibria.METHODS`, ``strategic solve
        --list-methods``), or a method object with its options.
        ``"all"``: every equilibrium of two players (up to 16x16, 10x26, 4x629 or 2x199,998), or of
        more with at most 7,000 combinations of sets of actions (4x4x4, 2^8), proved;
        ``"polytopes"``: the same for more actions, each verified but completeness not proved;
        ``"one"``: one equilibrium per game, for large games and large batches;
        ``"pure"``: all pure equilibria of any number of players;
        ``"symmetric"``: all symmetric equilibria of symmetric games;
        ``"lemke_howson"``, ``"lemke_howson_all"``: from one label, or from every label;
        ``"zero_sum"``: value and optimal strategies of zero-sum games;
        ``"correlated"``, ``"coarse"``: the best (coarse) correlated equilibrium;
        ``"logit"``, ``"logit_path"``: logit quantal response equilibrium, and its branch;
        ``"commitment"``: Stackelberg, in mixed and in pure strategies;
        ``"dominance"``: iterated elimination of dominated actions;
        ``"selection"``: equilibria ranked and refined.
    workers : int, optional
        Threads; all available cores by default. The answer does not depend on it.
    out : array or (array, array), optional
        Of method ``"all"``: where the number of equilibria of each game is written, and, of two,
        its status; None for a new one. Arrays of the shape of the batch; of whole numbers that hold
        what a game of this shape may have at most (int8 up to 3x3, int16 up to 6x6, int64 always),
        and int8 for statuses. The solution's ``count`` and ``status`` are these arrays.
    **options
        Options of the named method, such as ``rationality=2.0`` for ``"logit"`` (of one game
        ``[0.5, 1, 2]``, of a batch ``[[0.5, 1, 2]]`` for several of each game); of ``"all"``,
        ``want="count"``, ``"supports"`` or ``"strategies"`` computes and keeps no more than that.

    Returns
    -------
    Equilibria
        One row per equilibrium, one status per game; `PartialEquilibria` with ``want``. Other
        methods return their own kind of `strategic.equilibria.Solution`.

    Raises
    ------
    GameError
        When the payoffs do not make a game.
    MethodError
        When the method or an option does not exist, or the method does not fit the game; when an
        option, ``workers`` or ``out`` is not of its kind.

    Examples
    --------
    >>> solve([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    <Equilibria: 1 equilibrium of a 2x2 game (complete), regret at most 0>
      (0, 1)  (0, 1)  index +1
    >>> solve([[9, 0], [0, 1]], [[0, 1], [1, 0]], method="logit", rationality=0.5).row.round(4)
    array([0.8307, 0.1693])

    Counts written into an array of your own, one byte each:

    >>> import numpy as np
    >>> games, counts = np.random.default_rng(1).random((2, 1000, 2, 2)), np.empty(1000, np.int8)
    >>> found = solve(*games, want="count", out=counts)
    >>> np.bincount(counts), found.count is counts
    (array([  0, 869,   0, 131]), True)
    """
    chosen = method_of(method, **options)
    if workers is not None and not (is_whole(workers) and workers >= 1):
        raise MethodError("must be a whole number of at least 1", where="workers", value=workers)
    games = games_from(*payoffs)
    if out is None:
        return chosen.solve(games, workers=workers)
    if not chosen.takes_out:
        raise MethodError("only method 'all' takes it", where="out", remedy="leave it out")
    return chosen.solve(games, workers=workers, out=Outputs.of(out, games))  # type: ignore[call-arg]


def method_for_batches(method: str | Method, **options: Any) -> Method:
    """Make a method for batches with one axis: several numbers of an option are for every game.

    Raises
    ------
    MethodError
        When there is no such method or option, or the method takes one game only.

    Examples
    --------
    >>> method_for_batches("logit", rationality=[0.5, 1])
    Logit(rationality=[[0.5, 1]], max_steps=1000)
    """
    if isinstance(method, Method):
        return method_of(method, **options)
    return method_record(method).made_for_batches(**options)


def method_of(method: str | Method, **options: Any) -> Method:
    """Make a method from its name and options; a method object is handed back as it is.

    Examples
    --------
    >>> method_of("all")
    AllEquilibria(block=None, backend='numpy', device=None, want=None)
    """
    if isinstance(method, str):
        return method_record(method).made(**options)
    if isinstance(method, Method):
        if options:
            raise MethodError(
                "a method object has its options already",
                where="method",
                value=sorted(options),
                remedy=f"give them to {type(method).__name__}(...)",
            )
        return method
    return method_record(method).made(**options)
