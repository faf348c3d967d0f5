"""Basins: which share of starts ends at each corner, counted, and certified without integration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks, seed_streams
from strategic.errors import MethodError
from strategic.evolution._payoff_polynomials import PayoffPolynomials
from strategic.evolution._payoff_sources import Multilinear, Within
from strategic.evolution._starts import Lanes, Starts, read_starts
from strategic.evolution.populations import PopulationGame
from strategic.evolution.trajectories import Paths, paths
from strategic.games import Game
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

_BLOCK = 4096
_CORNER = 1e-6
"""A path that has settled within this of a corner has settled at it."""
_CLEAR = 1e-12
"""Signs of gains smaller than this, relative to the largest payoff, certify nothing."""
_DIGITS = 6
"""Of shares, by which mixed ends are told apart."""


@in_one_line
@dataclass(frozen=True, eq=False)
class Basins(Cited):
    """Where starts lead; axes are those of the batch, then one per population for its action.

    Attributes
    ----------
    share : ndarray, shape ``(*batch, n_1, ..., n_p)``
        Share of the starts whose paths settle at each corner.
    error : ndarray, same shape
        Its standard error, ``sqrt(share (1 - share) / starts)``, for starts drawn at random.
    certified : ndarray, same shape
        Share of the starts that lie in a box around the corner in which its actions are best
        everywhere: they end there, whatever the integration. NaN where payoffs are not
        multilinear, or under logit dynamics.
    elsewhere : ndarray, shape ``(*batch,)``
        Share of the starts that settle at a mixed rest point.
    moving : ndarray, shape ``(*batch,)``
        Share of the starts whose paths did not settle.
    starts : int
        Number of starts.
    paths : Paths
        All paths.
    certificates : ndarray, shape ``(*batch, N)``
        Corner at which each start is certified to end, numbered in the order of ``share``'s last
        axes, or -1.

    Examples
    --------
    >>> stag_hunt = Game.from_payoffs([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    >>> found = basins(stag_hunt, "random:2000", seed=1)
    >>> found.share.round(2), found.certified.round(2)
    (array([[0.16, 0.  ],
           [0.  , 0.84]]), array([[0.05, 0.  ],
           [0.  , 0.57]]))
    """

    share: Array
    error: Array
    certified: Array
    elsewhere: Array
    moving: Array
    starts: int
    paths: Paths = field(repr=False)
    certificates: Array = field(repr=False)

    def behind(self) -> list[str]:
        """Name the dynamic, and what follows it."""
        return self.paths.behind()

    @cached_property
    def ends(self) -> list[tuple[tuple[Array, ...], float]]:
        """Rest points of a single game at which paths settle, the most frequent first.

        Each is one array of shares per population, and the share of the starts.

        Raises
        ------
        MethodError
            When this is a batch of games.
        """
        if self.elsewhere.ndim:
            raise MethodError("rest points are listed for one game", where="basins")
        settled = self.paths.settled
        if not settled.any():
            return []
        rows = np.concatenate([end[settled] for end in self.paths.end], axis=1)
        found, counts = np.unique(rows.round(_DIGITS) + 0.0, axis=0, return_counts=True)
        cuts = np.cumsum([end.shape[-1] for end in self.paths.end])[:-1]
        order = np.argsort(-counts, kind="stable")
        return [(tuple(np.split(found[k], cuts)), float(counts[k] / self.starts)) for k in order]


def basins(
    game: Game | PopulationGame,
    starts: str | int | Sequence[ArrayLike] = "random:1000",
    /,
    *,
    seed: int = 0,
    workers: int | None = None,
    **options: Any,
) -> Basins:
    """Follow many starts, and count where they end.

    Parameters
    ----------
    game : Game or PopulationGame
        One game or a batch.
    starts : str, int or sequence of array_like
        ``"random:N"``: N starts spread evenly over all mixtures. An integer: about so many on a
        grid. Or the starts themselves, as for `paths`.
    seed : int, default 0
        Of random starts.
    workers : int, optional
        Threads; all available cores by default. Results do not depend on it.
    **options
        As for `paths`: ``dynamics``, ``noise``, ``horizon``, ``rtol``, ``max_steps``.

    Returns
    -------
    Basins

    Raises
    ------
    MethodError, GameError
        When options or starts do not fit.

    Notes
    -----
    The certificate: take the box of all mixtures in which every population plays the corner's
    action at least as often as at the start. Payoff differences are multilinear, so that they are
    smallest at a vertex of the box. Where the corner's action is strictly best at every vertex,
    its share rises everywhere in the box, which is therefore never left: the start ends at the
    corner under the replicator, best-response, Smith and Brown-von Neumann-Nash dynamics alike.

    Examples
    --------
    >>> both = Game.from_payoffs([[3, 0], [0, 1]], [[3, 0], [0, 1]])
    >>> found = basins(both, 100)
    >>> found.share.tolist(), found.certified.tolist()
    ([[0.84, 0.0], [0.0, 0.16]], [[0.49, 0.0], [0.0, 0.04]])
    """
    check_whole(starts=starts, seed=seed, workers=workers)
    played = PopulationGame.of(game)
    chosen = starts_of(played.sizes, starts, seed=seed)
    followed = paths(played, chosen, workers=workers, **options)
    flat = played.flat
    given = read_starts(chosen, [played])
    count = given.count // given.games
    corners = int(np.prod(played.sizes))
    ended = _corner_reached(followed, played.sizes)
    sign_preserving = options.get("dynamics", "replicator") != "logit"
    if sign_preserving and not options.get("noise"):
        certificates = certified_corners(flat, given, workers=workers)
    else:
        certificates = np.full(given.count, -2)
    shape = (*followed.status.shape[: len(played.batch_shape)], count)
    batch = shape[:-1]
    ended, certificates = ended.reshape(-1, count), certificates.reshape(-1, count)
    share = np.stack([(ended == corner).mean(axis=1) for corner in range(corners)], axis=-1)
    proved = np.stack([(certificates == c).mean(axis=1) for c in range(corners)], axis=-1)
    proved[certificates[:, 0] == -2] = np.nan
    settled = followed.settled.reshape(-1, count)
    return Basins(
        share=share.reshape(*batch, *played.sizes),
        error=np.sqrt(share * (1.0 - share) / count).reshape(*batch, *played.sizes),
        certified=proved.reshape(*batch, *played.sizes),
        elsewhere=(settled & (ended < 0)).mean(axis=1).reshape(batch),
        moving=(~settled).mean(axis=1).reshape(batch),
        starts=count,
        paths=followed,
        certificates=np.maximum(certificates, -1).reshape(shape),
    )


def starts_of(
    sizes: Sequence[int], starts: str | int | Sequence[ArrayLike], *, seed: int = 0
) -> list[Array]:
    """Make starts: at random, on a grid, or as given.

    Parameters
    ----------
    sizes : sequence of int
        Number of actions of each population.
    starts : str, int or sequence of array_like
        As for `basins`.
    seed : int
        Of random starts.

    Returns
    -------
    list of ndarray, each (N, n_i)

    Raises
    ------
    MethodError
        When the text or the number makes no sense.

    Examples
    --------
    >>> [start[:, 0].tolist() for start in starts_of((2, 2), 4)]
    [[0.25, 0.25, 0.75, 0.75], [0.25, 0.75, 0.25, 0.75]]
    """
    check_whole(starts=starts, seed=seed)
    if isinstance(starts, str):
        kind, _, number = starts.partition(":")
        if kind != "random" or not number.isdigit() or not int(number):
            rule = "must be a number of starts on a grid, or random:N"
            raise MethodError(rule, where="starts", value=starts)
        streams = seed_streams(seed, int(number))
        widths = [min(4096, int(number) - 4096 * k) for k in range(len(streams))]
        drawn = [
            [stream.standard_exponential((width, size)) for size in sizes]
            for stream, width in zip(streams, widths, strict=True)
        ]
        whole = [np.concatenate(parts) for parts in zip(*drawn, strict=True)]
        return [x / x.sum(axis=1, keepdims=True) for x in whole]
    if isinstance(starts, int | np.integer):
        if starts < 1:
            raise MethodError("needs at least one start", where="starts", value=starts)
        free = sum(size - 1 for size in sizes)
        levels = max(1, round(float(starts) ** (1.0 / free))) if free else 1
        grids = [_simplex_grid(size, levels) for size in sizes]
        places = np.indices([len(grid) for grid in grids]).reshape(len(grids), -1)
        return [grid[place] for grid, place in zip(grids, places, strict=True)]
    return [np.asarray(start, float) for start in starts]


def _simplex_grid(size: int, levels: int) -> Array:
    """Midpoints of ``levels`` parts of a line; for more actions a lattice inside the simplex."""
    if size == 1:
        return np.ones((1, 1))
    if size == 2:
        share = (np.arange(levels) + 0.5) / levels
        return np.stack([share, 1.0 - share], axis=1)
    counts = np.indices((levels,) * size).reshape(size, -1).T
    inside = counts[counts.sum(axis=1) == levels - 1]
    return np.asarray((inside + 0.5) / (levels - 1 + 0.5 * size))


def _corner_reached(followed: Paths, sizes: Sequence[int]) -> Array:
    """Give the number of the corner at which each path settled, or -1."""
    places = [end.argmax(axis=-1) for end in followed.end]
    near = [end.max(axis=-1) >= 1.0 - _CORNER for end in followed.end]
    found = np.ravel_multi_index(places, tuple(sizes))
    return np.where(followed.settled & np.logical_and.reduce(near), found, -1).reshape(-1)


def certified_corners(
    game: PopulationGame, starts: Starts, /, *, workers: int | None = None
) -> Array:
    """Find the corner at which each start is certified to end, or -1; -2 where nothing can be."""
    source = game.source
    within = isinstance(source, Within)
    if isinstance(source, Within):
        tables: Sequence[Array] | None = (source.matrix,)
    elif isinstance(source, Multilinear):
        tables = source.tables
    else:
        tables = _tables_of_formulas(game)
    if tables is None:
        return np.full(starts.count, -2)
    own = game.batch_shape != ()
    moved = [np.moveaxis(t, 0, -1) if own else t[..., None] for t in tables]

    def part(block: slice) -> Array:
        lanes = starts.lanes(block)
        here = [t[..., lanes.game] for t in moved] if own else moved
        found = np.full(len(lanes.numbers), -1)
        for number, corner in enumerate(np.ndindex(*game.sizes)):
            found[_trapped(here, lanes, corner, within=within)] = number
        return found

    return np.concatenate(list(map_blocks(part, starts.count, size=_BLOCK, workers=workers)))


def _tables_of_formulas(game: PopulationGame) -> tuple[Array, ...] | None:
    """Tabulate payoffs of formulas at the corners, where that says all: linear in every share."""
    read = PayoffPolynomials.of(game)
    if read is None or not read.of_others_only:
        return None
    if any(sum(own) > 1 for terms in read.monomials for term in terms for own in term):
        return None
    profiles = np.indices(game.sizes).reshape(len(game.sizes), -1)
    corners = [
        np.broadcast_to(np.eye(size)[chosen], (*game.batch_shape, len(chosen), size))
        for size, chosen in zip(game.sizes, profiles, strict=True)
    ]
    earned = game.payoffs_at(corners)
    places = np.arange(profiles.shape[1])
    return tuple(
        payoffs[..., places, chosen].reshape(*game.batch_shape, *game.sizes)
        for payoffs, chosen in zip(earned, profiles, strict=True)
    )


def _trapped(tables: list[Array], lanes: Lanes, corner: tuple[int, ...], *, within: bool) -> Array:
    """Whether the corner's actions are best at every vertex of the box that the start spans."""
    safe = np.ones(len(lanes.numbers), dtype=bool)
    for x, action in zip(lanes.shares, corner, strict=True):
        safe &= x[action] > 0.0
    for player, table in enumerate(tables):
        turned = np.moveaxis(table, player, 0)
        mine = corner[player]
        gains = turned[mine] - np.delete(turned, mine, axis=0)
        others = [k for k in range(len(corner)) if k != player or within]
        for axis, other in enumerate(others, start=1):
            # vertices of a population: the corner's action alone, or with as much of another
            # action as all others have at the start
            rest = 1.0 - lanes.shares[other][corner[other]]
            at_corner = np.take(gains, [corner[other]], axis=axis)
            gains = at_corner + rest * (gains - at_corner)
        size = np.abs(table).max(axis=tuple(range(table.ndim - 1)))
        least = gains.min(axis=tuple(range(gains.ndim - 1)), initial=np.inf)
        safe &= least > _CLEAR * size
    return safe
