"""Lemke-Howson for one game: from one label or from every label, with verified ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._two_players import check_two_players, with_one_axis
from strategic.equilibria.exact import exact_mixtures, whole_payoffs
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting._dictionaries import best_response_dictionaries
from strategic.equilibria.pivoting._integer_pivoting import exact_path
from strategic.equilibria.pivoting._support_check import mixtures_on
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

EXACT_ACTIONS = 60
"""Actions in all up to which a path is followed in integers, whose digits grow with the game."""


@dataclass(frozen=True)
class PathEnd:
    """The end of a Lemke-Howson path.

    Parameters
    ----------
    x, y : array (m,), (n,)
        The mixtures; empty when the path was cut short.
    label : int
        The label dropped first.
    pivots : int
        Pivots made, failed tries included.
    status : Status
        ``FOUND`` (proved), or ``NOT_FINISHED`` when the cap on pivots was reached.
    exact : bool
        Whether exact arithmetic had to decide.
    """

    x: Array
    y: Array
    label: int
    pivots: int
    status: Status
    exact: bool = False


def lemke_howson_path(
    row: Array,
    column: Array,
    *,
    label: int = 0,
    max_pivots: int = 1_000_000,
    exact_payoffs: tuple[Array, Array] | None = None,
) -> PathEnd:
    """Follow the Lemke-Howson path that starts by dropping one label.

    Parameters
    ----------
    row, column : array (m, n)
        Payoffs of one game.
    label : int
        0..m-1 for a row, m..m+n-1 for a column.
    max_pivots : int
        Cap on the pivots of the path.
    exact_payoffs : pair of object arrays of Fraction, optional
        The payoffs as written, where doubles cannot hold them; the doubles by default.

    Returns
    -------
    PathEnd
        With ``Status.FOUND`` the end is proved to be an equilibrium: by float error bounds if
        the game allows, by exact arithmetic otherwise.

    Raises
    ------
    MethodError
        When the game has no such label.

    Notes
    -----
    A pivot costs ``m n`` operations; typical paths are short, the worst grow exponentially
    (Savani and von Stengel 2006), hence the cap. Degenerate games are pivoted by the
    lexicographic rule, so no path cycles; a path that rounding spoils is walked again on
    integers when the game has at most 60 actions in all.

    References
    ----------
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of SIAM.
    von Stengel, B. (2002). Computing equilibria for two-person games. Handbook of Game Theory 3.

    Examples
    --------
    >>> sexes = np.array([[2.0, 0.0], [0.0, 1.0]])
    >>> end = lemke_howson_path(sexes, sexes.T[::-1, ::-1], label=1)
    >>> end.x, end.y, end.status.label
    (array([0., 1.]), array([0., 1.]), 'found')
    """
    m, n = row.shape
    if not 0 <= label < m + n:
        raise MethodError(f"must be a label from 0 to {m + n - 1}", where="label", value=label)
    written, pivots = exact_payoffs or (row, column), 0
    whole = cache(lambda: (whole_payoffs(written[0]), whole_payoffs(written[1])))
    # Fast pivoting first; where it gets stuck or errs, again with lexicographic tie-breaking.
    for lexicographic in (False, True):
        basis, steps = _walk(row, column, label, max_pivots - pivots, lexicographic)
        pivots += steps
        if basis is not None:
            if exact_payoffs is None:
                supports = (np.array([actions]) for actions in basis)
                x, y, sure = mixtures_on(row[None], column[None], *supports)
                if sure[0]:
                    return PathEnd(x[0], y[0], label, pivots, Status.FOUND)
            pair = exact_mixtures(*whole(), *basis)
            if pair is not None:
                x, y = (side.astype(float) for side in pair)
                return PathEnd(x, y, label, pivots, Status.FOUND, exact=True)
        if pivots >= max_pivots:
            break
    if m + n > EXACT_ACTIONS or pivots >= max_pivots:
        return PathEnd(np.empty(0), np.empty(0), label, pivots, Status.NOT_FINISHED)
    rows, columns, steps = exact_path(*whole(), label)
    pair = exact_mixtures(*whole(), rows, columns)
    if pair is None:  # pragma: no cover - the theorem forbids it
        raise AssertionError("an exact Lemke-Howson path must end in an equilibrium")
    x, y = (side.astype(float) for side in pair)
    return PathEnd(x, y, label, pivots + steps, Status.FOUND, exact=True)


def lemke_howson_restarts(
    row: Array,
    column: Array,
    *,
    first_cap: int = 64,
    max_pivots: int = 1_000_000,
    exact_payoffs: tuple[Array, Array] | None = None,
) -> PathEnd:
    """Find one equilibrium by short tries from every label, doubling the cap each round.

    The paths from some labels of a large game are very long while others are short; trying all
    with a small cap first finds a short one (Codenotti, De Rossi and Pagan 2008).

    Parameters
    ----------
    row, column, exact_payoffs
        As in `lemke_howson_path`.
    first_cap : int
        Pivots per label in the first round.
    max_pivots : int
        Pivots in all.

    Returns
    -------
    PathEnd
        ``Status.NOT_FINISHED`` when every try ran out.

    Examples
    --------
    >>> lemke_howson_restarts(np.eye(3), np.eye(3)).x
    array([1., 0., 0.])
    """
    cap, spent = first_cap, 0
    while True:
        for label in range(sum(row.shape)):
            end = lemke_howson_path(
                row,
                column,
                label=label,
                max_pivots=min(cap, max_pivots - spent),
                exact_payoffs=exact_payoffs,
            )
            spent += max(end.pivots, 1)
            if end.status == Status.FOUND or spent >= max_pivots:
                return replace(end, pivots=spent)
        cap *= 2


@dataclass(frozen=True)
class LemkeHowson(Method):
    """Lemke-Howson from one label or from every label, as a solution method.

    Parameters
    ----------
    label : int or None, default 0
        The label dropped first: 0..m-1 a row, m..m+n-1 a column; None for every label in turn,
        with each different end listed once.
    max_pivots : int, default 1_000_000
        Cap on the pivots of a path.

    Notes
    -----
    See `lemke_howson_path`. Games are solved one by one: for many games use method ``one``. The
    status is ``found`` (one label), ``found_some`` (every label), or ``not_finished`` where no
    path ended under the cap.

    Examples
    --------
    >>> len(LemkeHowson(label=None).solve(Game.of(np.eye(2), np.eye(2))))
    2
    """

    label: int | None = 0
    max_pivots: int = 1_000_000

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Solve one game or a batch; see the class."""
        del workers  # a path is one pivot after another
        check_two_players(games, "lemke_howson")
        m, n = games.shape
        flat = with_one_axis(games)
        ends = [self._ends(flat.of_batch(number)) for number in range(len(flat.row))]
        done = Status.FOUND if self.label is not None else Status.FOUND_SOME
        status = np.array([done if found else Status.NOT_FINISHED for found in ends])
        return Equilibria.verified(
            games,
            (
                np.array([e.x for found in ends for e in found]).reshape(-1, m),
                np.array([e.y for found in ends for e in found]).reshape(-1, n),
            ),
            game=np.repeat(np.arange(len(ends)), [len(found) for found in ends]),
            status=status.reshape(games.batch_shape),
            method="lemke_howson",
        )

    def _ends(self, game: Game) -> list[PathEnd]:
        exact: tuple[Array, Array] | None = None
        if game.exact is not None:
            row, column = game.fractions()
            exact = row, column
        labels = range(sum(game.shape)) if self.label is None else (self.label,)
        found: dict[tuple[bytes, bytes], PathEnd] = {}
        for label in labels:
            end = lemke_howson_path(
                game.row,
                game.column,
                label=label,
                max_pivots=self.max_pivots,
                exact_payoffs=exact,
            )
            if end.status == Status.FOUND:
                found.setdefault((end.x.round(9).tobytes(), end.y.round(9).tobytes()), end)
        return list(found.values())


@dataclass(frozen=True)
class LemkeHowsonAll(LemkeHowson):
    """Lemke-Howson from every label; see `LemkeHowson`.

    Examples
    --------
    >>> LemkeHowsonAll().solve(Game.of(np.eye(2), np.eye(2))).count.item()
    2
    """

    label: None = field(default=None, init=False)


def _walk(
    row: Array, column: Array, label: int, cap: int, lexicographic: bool
) -> tuple[tuple[list[int], list[int]] | None, int]:
    """Follow a path in floats: the final basis, None where it is spoilt or cut, and the pivots."""
    m, pair = row.shape[0], best_response_dictionaries(row, column)
    turn, entering = (0 if label < m else 1), label
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for pivots in range(1, cap + 1):
            entering = pair[turn].pivot(entering, lexicographic=lexicographic)
            if entering == label:
                rows = sorted(found for found in pair[0].basic if found < m)
                columns = sorted(found - m for found in pair[1].basic if found >= m)
                sound = rows and len(rows) == len(columns)
                return ((rows, columns) if sound else None), pivots
            if entering < 0:
                return None, pivots
            turn = 1 - turn
    return None, cap
