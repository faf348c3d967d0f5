"""Rest points of the replicator dynamics: all shares at which nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.evolution._evolutionary_stability import resists_mutants
from strategic.evolution._interior import Members, members_of, placed
from strategic.evolution._payoff_polynomials import PayoffPolynomials
from strategic.evolution._scan import scanned_roots
from strategic.evolution._supports import Pattern, Support, bottoms_keep_sign, patterns
from strategic.evolution.corner_table import corners
from strategic.evolution.populations import Payoffs, PopulationGame
from strategic.evolution.stability import (
    ESS,
    NON_HYPERBOLIC,
    STABLE,
    TIED_ESS,
    VERDICTS,
    replicator_eigenvalues,
    verdicts,
)
from strategic.games import Game
from strategic.papers import Cited
from strategic.status import Status

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("corner", "edge", "face", "interior", "continuum")
"""Where it lies: one action each; one free share; more; all in use; in a family of one support."""

_MOST_SUPPORTS = 20_000
_BLOCK = 8192
"""Points handled at once."""
_NASH_SLACK = 1e-9
"""What an action may earn more than those in use at a mixed rest point, relative to payoffs."""


@dataclass(frozen=True, eq=False, repr=False)
class RestPoints(Cited):
    """Rest points of one game of populations or of a batch: one row per rest point.

    Attributes
    ----------
    game : PopulationGame
        The game or batch.
    point : int array (E,)
        Flat number of the point of the batch each belongs to; ascending.
    shares : tuple of arrays (E, n_i)
        Shares of the actions, one array per population.
    support : tuple of bool arrays (E, n_i)
        Which actions are in use.
    kind : str array (E,)
        One of `KINDS`. Of a continuum one member is listed for each support: where equations are
        linear the most even one, whose smallest share is largest, then the second smallest.
    eigenvalues : complex array (E, m)
        Of the Jacobian in the m free shares: of changes within the support first; then, by
        population and action, what actions not in use earn more than their population's mean.
    verdict : str array (E,)
        One of `strategic.evolution.stability.VERDICTS`. In several populations "ESS" stands
        exactly at strict corners; in one it is what Maynard Smith called so, mixed or not.
    nash : bool array (E,)
        Whether no action earns more than those in use.
    residual : array (E,)
        The largest change of a share per unit of time, which should be zero.
    complete : bool array, shape of the batch
        Whether all isolated rest points are proved to be listed, and all others to belong to the
        continua listed.
    status : int8 array, shape of the batch
        Values of :class:`strategic.status.Status`: complete, found_some or invalid.

    Examples
    --------
    >>> found = rest_points(Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    >>> found.verdict.tolist()
    ['ESS', 'unstable', 'unstable', 'ESS', 'saddle']
    >>> found.shares[0][-1]
    array([0.66666667, 0.33333333])
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    game: PopulationGame
    point: Array
    shares: tuple[Array, ...]
    support: tuple[Array, ...]
    kind: Array
    eigenvalues: Array
    verdict: Array
    nash: Array
    residual: Array
    complete: Array
    status: Array

    def __len__(self) -> int:
        return len(self.point)

    @property
    def count(self) -> Array:
        """Number of rest points listed, shape of the batch."""
        batch = self.game.batch_shape
        total = int(np.prod(batch, dtype=int))
        return np.bincount(self.point, minlength=total).reshape(batch)

    def of(self, *point: int) -> RestPoints:
        """Take the rest points of one point: a flat number, or one number per batch axis."""
        batch = self.game.batch_shape
        number = point[0] if len(point) == 1 else int(np.ravel_multi_index(point, batch))
        number = range(int(np.prod(batch, dtype=int)))[number]
        place = tuple(int(i) for i in np.unravel_index(number, batch)) if batch else ()
        rows = slice(*np.searchsorted(self.point, [number, number + 1]).tolist())
        return replace(
            self.where(rows),
            game=self.game.at(place) if batch else self.game,
            point=np.zeros(rows.stop - rows.start, dtype=self.point.dtype),
            complete=self.complete[place],
            status=self.status[place],
        )

    def where(self, rows: Any, /) -> RestPoints:
        """Keep some of the rows, by any numpy index."""
        return replace(
            self,
            point=self.point[rows],
            shares=tuple(share[rows] for share in self.shares),
            support=tuple(used[rows] for used in self.support),
            **{name: getattr(self, name)[rows] for name in _PER_ROW},
        )

    def columns(self) -> dict[str, Array]:
        """Give the table's columns, one row per rest point."""
        columns: dict[str, Array] = {"point": self.point}
        for player, actions, share in zip(
            self.game.players, self.game.actions, self.shares, strict=True
        ):
            columns |= {f"{player}: {a}": share[:, k] for k, a in enumerate(actions)}
        for number in range(self.eigenvalues.shape[1]):
            columns[f"eigenvalue {number + 1}"] = self.eigenvalues[:, number]
        return columns | {name: getattr(self, name) for name in _PER_ROW if name != "eigenvalues"}

    def to_pandas(self) -> pd.DataFrame:
        """Give the table as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.columns())

    def __repr__(self) -> str:
        points = int(np.prod(self.game.batch_shape, dtype=int))
        whole = "" if self.complete.all() else "; not all proved to be listed"
        games = "" if points == 1 else f" of {points} games"
        lines = [f"<RestPoints: {len(self)}{games}{whole}>"]
        for row in range(min(len(self), 10)):
            shares = "  ".join(
                "(" + ", ".join(f"{value:.4g}" for value in share[row]) + ")"
                for share in self.shares
            )
            lines.append(f"  {shares}  {self.kind[row]}, {self.verdict[row]}")
        if len(self) > 10:
            lines.append(f"  ... {len(self) - 10} more")
        return "\n".join(lines)


_PER_ROW = ("kind", "eigenvalues", "verdict", "nash", "residual")


def rest_points(game: Game | PopulationGame, /) -> RestPoints:
    """Find the rest points of the replicator dynamics, on all supports.

    Parameters
    ----------
    game : Game or PopulationGame
        One or a batch.

    Returns
    -------
    RestPoints

    Raises
    ------
    GameError
        When there are more than 20,000 supports.

    Notes
    -----
    At a rest point all actions in use earn the same in their population. Where payoffs are ratios
    of polynomials in the shares (those of any game are), the equations are solved by subdivision
    in the Bernstein basis with a proof for every root and every gap; linear ones that are
    singular, in whole numbers. Where payoffs are none, and where an equation that is not linear
    has curves or multiple roots, Newton's method from many starts finds rest points: `complete`
    is then False. This goes game by game, and is left out in batches of more than 1,000 points;
    in those of more than 20,000, so are roots on the boundary of equations that are not linear.

    Examples
    --------
    >>> stone = PopulationGame.one_population([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    >>> rest_points(stone).of(0).verdict.tolist()
    ['saddle', 'saddle', 'saddle', 'centre']
    """
    populations = PopulationGame.of(game)
    sizes = populations.sizes
    supports = int(np.prod([2**n - 1 for n in sizes], dtype=object))
    if supports > _MOST_SUPPORTS:
        rule = f"rest points are searched on at most {_MOST_SUPPORTS:,} supports"
        raise GameError(rule, where="actions", value=f"{supports:,}", remedy="leave actions out")
    points = int(np.prod(populations.batch_shape, dtype=int))
    polynomials = PayoffPolynomials.of(populations)
    search = _Search(populations, polynomials, points)
    for start in range(0, max(points, 1), _BLOCK):  # an empty batch has an empty table
        search.block(np.arange(start, min(start + _BLOCK, points)))
    return search.result()


class _Rows(NamedTuple):
    point: Array
    order: int
    shares: tuple[Array, ...]
    support: Support
    continuum: Array
    eigenvalues: Array
    code: Array
    nash: Array
    residual: Array


class _Search:
    """Rows found so far, and which points are settled."""

    def __init__(
        self, game: PopulationGame, polynomials: PayoffPolynomials | None, points: int
    ) -> None:
        self.game, self.polynomials = game, polynomials
        self.unsettled = np.zeros(points, dtype=bool)
        self.invalid = np.zeros(points, dtype=bool)
        self.rows: list[_Rows] = []
        self.corners = corners(game)

    def block(self, points: Array) -> None:
        """Find the rest points of some of the points."""
        payoffs = self.polynomials
        if payoffs is not None:
            defined = payoffs.at(points).defined
            self.invalid[points[~defined]] = True
            points = points[defined]
            payoffs = payoffs.at(points)
            self.unsettled[points[~bottoms_keep_sign(payoffs)]] = True
        else:
            self.unsettled[points] = True
        for order, pattern in enumerate(patterns(self.game.sizes)):
            if not pattern.mixers:
                found: Iterable[Members] = _corner_members(pattern, self.game.sizes, len(points))
            elif not len(points):
                found = ()
            elif payoffs is None:
                found = self._scanned(pattern, points)
            else:
                unsettled = np.zeros(len(points), dtype=bool)
                source_at, batch = partial(self._source_of, points), len(self.unsettled)
                found = list(members_of(payoffs, pattern, source_at, unsettled, batch=batch))
                self.unsettled[points[unsettled]] = True
            for members in found:
                self._add(order, members, points)

    def at_corner(self, support: Support) -> Array:
        """Give the eigenvalues of a corner, ``(points, m)``."""
        table = self.corners.eigenvalues
        profile = tuple(used[0] for used in support)
        number = np.ravel_multi_index(profile, self.game.sizes)
        return np.asarray(table.reshape(len(self.unsettled), *table.shape[-2:])[:, number])

    def _scanned(self, pattern: Pattern, points: Array) -> Iterator[Members]:
        for support in pattern.supports:
            for number in range(len(points)):
                source = self._source_of(points, number)
                shares, isolated = scanned_roots(source, self.game.sizes, support)
                if len(isolated):
                    point = np.full(len(isolated), number)
                    yield Members(support, point, tuple(shares), isolated)

    def _source_of(self, points: Array, number: int) -> Payoffs:
        """Give the payoffs of one point, with one axis of points for any number of shares."""
        return self._source_at(points[[number]])

    def _source_at(self, points: Array) -> Payoffs:
        batch = self.game.batch_shape
        place = np.unravel_index(points, batch) if batch else (None,)
        return self.game.source.at(place)

    def _add(self, order: int, members: Members, points: Array) -> None:
        """Compute eigenvalues and verdicts of rest points of one support."""
        at, support = points[members.point], members.support
        source, shares = self._source_at(at), members.shares
        with np.errstate(all="ignore"):
            payoffs, jacobians = source.payoffs(shares), source.jacobians(shares)
            inside, outside = replicator_eigenvalues(
                shares, payoffs, jacobians, support, members.isolated
            )
            if not inside.shape[1]:
                outside = self.at_corner(support)[at]
            slopes = [block.max(axis=(0, 1)) for row in jacobians for block in map(np.abs, row)]
            size = np.max([*(np.abs(own).max(axis=0) for own in payoffs), *slopes], axis=0)
            speed = [x * (u - (x * u).sum(axis=0)) for x, u in zip(shares, payoffs, strict=True)]
            residual = np.max([np.abs(change).max(axis=0) for change in speed], axis=0)
        eigenvalues = np.concatenate([inside, outside], axis=1)
        codes = [
            verdicts(
                eigenvalues,
                inside=inside.shape[1],
                balanced=self.polynomials is not None and self.polynomials.of_others_only,
                size=size,
                isolated=isolated,
            )
            for isolated in (True, False)
        ]
        slack = (_NASH_SLACK * size if inside.shape[1] else np.zeros_like(size))[:, None]
        nash = (outside <= slack).all(axis=1)
        code = np.where(members.isolated, codes[0], codes[1])
        if len(shares) == 1:
            tied = np.abs(outside) <= slack
            code = _in_one_population(code, nash, jacobians[0][0], tied, used=support[0])
        self.rows.append(
            _Rows(at, order, shares, support, ~members.isolated, eigenvalues, code, nash, residual)
        )

    def result(self) -> RestPoints:
        """Put the rows in order."""
        sizes, rows = self.game.sizes, self.rows
        counts = [len(part.point) for part in rows]
        point = np.concatenate([part.point for part in rows])
        pattern = np.repeat([part.order for part in rows], counts)
        order = np.lexsort((np.arange(len(point)), pattern, point))
        shares = tuple(
            np.concatenate([part.shares[i] for part in rows], axis=1).T[order]
            for i in range(len(sizes))
        )
        support = tuple(
            np.repeat([[a in part.support[i] for a in range(n)] for part in rows], counts, axis=0)[
                order
            ]
            for i, n in enumerate(sizes)
        )
        kind = np.concatenate(
            [np.where(part.continuum, "continuum", _kind(part.support, sizes)) for part in rows]
        )
        status = np.where(self.unsettled, Status.FOUND_SOME, Status.COMPLETE)
        status = np.where(self.invalid, Status.INVALID, status).astype(np.int8)
        batch = self.game.batch_shape
        return RestPoints(
            game=self.game,
            point=point[order],
            shares=shares,
            support=support,
            kind=kind[order],
            eigenvalues=np.concatenate([part.eigenvalues for part in rows])[order],
            verdict=np.array(VERDICTS)[np.concatenate([part.code for part in rows])[order]],
            nash=np.concatenate([part.nash for part in rows])[order],
            residual=np.concatenate([part.residual for part in rows])[order],
            complete=(~self.unsettled & ~self.invalid).reshape(batch)[()],
            status=status.reshape(batch)[()],
        )


def _in_one_population(
    code: Array, nash: Array, slopes: Array, outside: Array, *, used: Sequence[int]
) -> Array:
    """Name the rest points of one population that are evolutionarily stable."""
    found, size = code.copy(), len(slopes)
    tied = np.zeros((size, len(code)), dtype=bool)
    tied[[a for a in range(size) if a not in used]] = outside.T
    asked = np.flatnonzero(nash & np.isin(code, [STABLE, NON_HYPERBOLIC]))
    slopes = np.broadcast_to(slopes, (size, size, len(code)))[..., asked]
    stable = asked[resists_mutants(slopes, tuple(used), tied[:, asked])]
    found[stable] = np.where(code[stable] == STABLE, ESS, TIED_ESS)
    return found


def _kind(support: Support, sizes: tuple[int, ...]) -> str:
    """Name where the rest points of a support lie."""
    free = sum(map(len, support)) - len(support)
    if not free:
        return "corner"
    if tuple(map(len, support)) == sizes:
        return "interior"
    return "edge" if free == 1 else "face"


def _corner_members(pattern: Pattern, sizes: tuple[int, ...], points: int) -> Iterator[Members]:
    for support in pattern.supports:
        shares = placed((), support, sizes, points)
        yield Members(support, np.arange(points), shares, np.ones(points, dtype=bool))
