"""Lemke-Howson for one game: from one label or from every label, with verified ends."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.equilibria._exact import exact_mixtures, nearest_doubles, whole_payoffs
from strategic.equilibria._two_players import check_two_players, with_one_axis
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting._dictionaries import best_response_dictionaries
from strategic.equilibria.pivoting._integer_pivoting import exact_path
from strategic.equilibria.pivoting._lemke_howson_bulk import different_ends
from strategic.equilibria.pivoting._support_check import NINE_DIGITS, mixtures_on
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

Actions = tuple[int, ...]
BLOCK = 2048
TOGETHER = 40
"""Actions up to which games are pivoted together."""
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
    identity : tuple
        Equal for the same equilibrium however it was proved, different for different ones.
    """

    x: Array
    y: Array
    label: int
    pivots: int
    status: Status
    exact: bool = False
    identity: tuple[Hashable, ...] = ()


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
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423.
    von Stengel, B. (2002). Computing equilibria for two-person games. In Handbook of Game Theory
    with Economic Applications, volume 3, 1723-1759. Elsevier.

    Examples
    --------
    >>> sexes = np.array([[2.0, 0.0], [0.0, 1.0]])
    >>> end = lemke_howson_path(sexes, sexes.T[::-1, ::-1], label=1)
    >>> end.x, end.y, end.status.label
    (array([0., 1.]), array([0., 1.]), 'found')
    """
    return _Paths(row, column, exact_payoffs).follow(label, max_pivots)


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
    paths, cap, spent = _Paths(row, column, exact_payoffs), first_cap, 0
    while True:
        for label in range(sum(row.shape)):
            end = paths.follow(label, min(cap, max_pivots - spent))
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
    Many games make one pivot at a time, up to 40 actions in all. Where rows are equally good on the
    way, payoffs that are whole numbers but for a power of two are pivoted in whole numbers, by the
    lexicographic rule exactly; games with other ties follow the same path one by one in whole
    numbers of any length, and those in which rounding spoils a path follow `lemke_howson_path`.
    What is found depends neither on the batch nor on the unit of payoffs.

    The status is ``found`` (one label), ``found_some`` (every label), or ``not_finished`` where no
    path ended under the cap.

    References
    ----------
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423.
    von Stengel, B. (2002). Computing equilibria for two-person games. In Handbook of Game Theory
    with Economic Applications, volume 3, 1723-1759. Elsevier.

    Examples
    --------
    >>> len(LemkeHowson(label=None).solve(Game.from_payoffs(np.eye(2), np.eye(2))))
    2
    """

    label: int | None = 0
    max_pivots: int = 1_000_000

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "lemke_howson")
        flat, actions = with_one_axis(games), sum(games.shape)
        count, labels = len(flat.row), range(actions)
        if self.label is not None:
            _check_label(self.label, actions)
            labels = range(self.label, self.label + 1)
        found, left, tied = [], np.arange(count), np.zeros(count, dtype=bool)
        if actions <= TOGETHER:
            solved = np.zeros(count, dtype=bool)
            blocks = map_blocks(
                lambda part: different_ends(flat, part, labels, self.max_pivots),
                count,
                size=BLOCK,
                workers=workers,
            )
            for part, (x, y, kept, ended, even) in zip(
                block_slices(count, BLOCK), blocks, strict=True
            ):
                number, place = np.nonzero((kept & ended).T)
                found.append((x[place, number], y[place, number], number + part.start))
                solved[part], tied[part] = ended, even
            left = np.flatnonzero(~solved)
        ends = [self._ends(flat.of_batch(int(n)), tied=bool(tied[n])) for n in left]
        alone = [end for one in ends for end in one]
        sides = [[end.x for end in alone], [end.y for end in alone]]
        more = [np.array(side).reshape(-1, n) for side, n in zip(sides, games.shape, strict=True)]
        found.append((more[0], more[1], np.repeat(left, [len(one) for one in ends])))
        x, y, number = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(number, kind="stable")
        done = Status.FOUND if self.label is not None else Status.FOUND_SOME
        there = np.bincount(number, minlength=count) > 0
        return Equilibria.verified(
            games,
            (x[order], y[order]),
            game=number[order],
            status=np.where(there, done, Status.NOT_FINISHED).reshape(games.batch_shape),
            method="lemke_howson",
        )

    def _ends(self, game: Game, *, tied: bool) -> list[PathEnd]:
        """Follow the paths of one game, exactly where there are ties; keep the different ends."""
        labels = range(sum(game.shape)) if self.label is None else (self.label,)
        paths = _Paths(game.row, game.column, None if game.exact is None else game.fractions())
        found: dict[tuple[Hashable, ...], PathEnd] = {}
        for end in (paths.follow(label, self.max_pivots, tied=tied) for label in labels):
            if end.status == Status.FOUND:
                found.setdefault(end.identity, end)
        return list(found.values())


@dataclass(frozen=True)
class LemkeHowsonAll(LemkeHowson):
    """Lemke-Howson from every label; see `LemkeHowson`.

    References
    ----------
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423.
    von Stengel, B. (2002). Computing equilibria for two-person games. In Handbook of Game Theory
    with Economic Applications, volume 3, 1723-1759. Elsevier.

    Examples
    --------
    >>> LemkeHowsonAll().solve(Game.from_payoffs(np.eye(2), np.eye(2))).count.item()
    2
    """

    label: None = field(default=None, init=False)


def _check_label(label: int, labels: int) -> None:
    if not 0 <= label < labels:
        raise MethodError(
            f"must be a label from 0 to {labels - 1} (on the command line: 1 to {labels})",
            where="label",
            value=label,
        )


class _Paths:
    """The Lemke-Howson paths of one game; what its bases prove is kept from path to path."""

    def __init__(self, row: Array, column: Array, exact_payoffs: Sequence[Array] | None) -> None:
        self.row, self.column, self.exact = row, column, exact_payoffs
        self.proofs: dict[tuple[Actions, Actions], PathEnd | None] = {}

    @cached_property
    def whole(self) -> tuple[Array, Array]:
        row, column = self.exact or (self.row, self.column)
        return whole_payoffs(row), whole_payoffs(column)

    def follow(self, label: int, max_pivots: int, *, tied: bool = False) -> PathEnd:
        """Follow one path; see `lemke_howson_path`. With ties that matter, in whole numbers."""
        labels, pivots = sum(self.row.shape), 0
        _check_label(label, labels)
        # Fast pivoting first; where it gets stuck or errs, again with lexicographic tie-breaking.
        for lexicographic in () if tied else (False, True):
            basis, steps = self._walk(label, max_pivots - pivots, lexicographic)
            pivots += steps
            if basis is not None and basis not in self.proofs:
                self.proofs[basis] = self._proof(*basis)
            end = None if basis is None else self.proofs[basis]
            if end is not None:
                return replace(end, label=label, pivots=pivots)
            if pivots >= max_pivots:
                break
        if labels > EXACT_ACTIONS or pivots >= max_pivots:
            return PathEnd(np.empty(0), np.empty(0), label, pivots, Status.NOT_FINISHED)
        rows, columns, steps = exact_path(*self.whole, label)
        end = self._exact_end(tuple(rows), tuple(columns))
        if end is None:  # pragma: no cover - the theorem forbids it
            raise AssertionError("an exact Lemke-Howson path must end in an equilibrium")
        return replace(end, label=label, pivots=pivots + steps)

    def _proof(self, rows: Actions, columns: Actions) -> PathEnd | None:
        """Prove the equilibrium of a basis, if it is one."""
        if self.exact is None:
            x, y, sure = mixtures_on(
                self.row[None],
                self.column[None],
                np.array([rows]),
                np.array([columns]),
                accuracy=NINE_DIGITS,
            )
            if sure[0]:
                return PathEnd(x[0], y[0], 0, 0, Status.FOUND, identity=(rows, columns))
        return self._exact_end(rows, columns)

    def _exact_end(self, rows: Actions, columns: Actions) -> PathEnd | None:
        pair = exact_mixtures(*self.whole, rows, columns)
        if pair is None:
            return None
        # Supports that determine both mixtures name the equilibrium; in a degenerate game
        # several may have the same supports, and the mixtures themselves tell them apart.
        used: list[Actions] = [tuple(np.flatnonzero(side).tolist()) for side in pair]
        sole = len(used[0]) == len(used[1])
        if sole and used != [rows, columns]:
            sole = exact_mixtures(*self.whole, *used) is not None
        x, y = (nearest_doubles(side) for side in pair)
        identity = tuple(used) if sole else tuple(tuple(side) for side in pair)
        return PathEnd(x, y, 0, 0, Status.FOUND, exact=True, identity=identity)

    def _walk(
        self, label: int, cap: int, lexicographic: bool
    ) -> tuple[tuple[Actions, Actions] | None, int]:
        """Follow a path in floats: its basis, None where it is spoilt or cut, and the pivots.

        A path comes to no basis twice, so one that does is spoilt, by ties or by rounding. Bases
        are compared with one that is kept, and replaced after 1, 2, 4, ... pivots (Brent 1980).
        """
        kept, replaced = None, 1
        m, pair = self.row.shape[0], best_response_dictionaries(self.row, self.column)
        turn, entering = (0 if label < m else 1), label
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for pivots in range(1, cap + 1):
                entering = pair[turn].pivot(entering, lexicographic=lexicographic)
                if entering == label:
                    rows = tuple(sorted(found for found in pair[0].basic if found < m))
                    columns = tuple(sorted(found - m for found in pair[1].basic if found >= m))
                    sound = rows and len(rows) == len(columns)
                    return ((rows, columns) if sound else None), pivots
                here = entering, turn, tuple(pair[0].basic), tuple(pair[1].basic)
                if entering < 0 or here == kept:
                    return None, pivots
                if pivots == replaced:
                    kept, replaced = here, 2 * replaced
                turn = 1 - turn
        return None, cap
