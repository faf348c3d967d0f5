"""What the players of many games get together, and what deviating from each profile gains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria._whole_games import SHORT, WholeGames, as_integers, sizes_of, whole_games
from strategic.equilibria._whole_numbers import WholeNumbers
from strategic.equilibria.method import games_from
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game
from strategic.papers import Cited

_LARGEST = float(np.finfo(np.float64).max)
_CELLS_AT_ONCE = 1 << 15


@dataclass(frozen=True, eq=False)
class Welfares(Cited):
    """Outcomes of the games of a batch compared by what the players get; see `Welfare`.

    Parameters
    ----------
    best : array ``(*batch,)``
        Largest sum of payoffs of any outcome; NaN where payoffs are missing.
    best_profiles, efficient : arrays of bool ``(*batch, n_1, ..., n_p)``
        The pure outcomes that reach it, and those that are Pareto efficient among the pure ones.
    sums : array ``(E,)``
        Sum of payoffs in each equilibrium.
    improved : array of int ``(E, players)``
        A pure outcome in which every player earns more; -1 where there is none.
    prices : array ``(*batch, 2)``
        Price of anarchy and of stability; NaN where there is no equilibrium, or the sum of the
        worst one is not positive.
    """

    made_by = ("welfares",)

    best: Array
    best_profiles: Array
    efficient: Array
    sums: Array
    improved: Array
    prices: Array


def welfares(found: Equilibria) -> Welfares:
    """Compare outcomes and equilibria of two-player games, each exactly, for a whole batch.

    Parameters
    ----------
    found : Equilibria
        From the method ``all``.

    Returns
    -------
    Welfares
        What `strategic.equilibria.concepts.welfare.welfare` gives of each game, in doubles:
        compared exactly, rounded once.

    Raises
    ------
    MethodError
        When the list is not one of all equilibria of two players.

    References
    ----------
    Koutsoupias, E. and Papadimitriou, C. (1999). Worst-case equilibria. In Symposium on Theoretical
    Aspects of Computer Science (STACS), 404-413. Springer.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> facts = welfares(solve([[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]))
    >>> facts.best, facts.improved, facts.prices
    (array([6.]), array([[0, 0]]), array([[3., 3.]]))
    """
    payoffs, _ = found.whole_payoffs()
    games, batch, shape = with_one_axis(found.games), found.games.batch_shape, found.games.shape
    count = len(games.payoffs[0])
    best, prices = np.full(count, np.nan), np.full((count, 2), np.nan)
    masks = np.zeros((2, count, *shape), dtype=bool)
    sums, improved = np.empty(len(found)), np.full(len(found), -1)
    for whole in whole_games(games):
        for part in _blocks(whole, shape):
            lanes, number = part.lanes_of(found.game)
            total, marks = _outcomes(part)
            best[part.games] = WholeNumbers(total.max(axis=1), part.unit).doubles()
            masks[:, part.games] = marks.reshape(2, len(part.games), *shape)
            earned = WholeNumbers(payoffs.numerators[lanes], payoffs.denominators[lanes])
            sums[lanes], prices[part.games] = _prices(total.max(axis=1), part.unit, earned, number)
            improved[lanes] = _improved(part, total, earned, number)
    place = np.stack(np.unravel_index(np.maximum(improved, 0), shape), axis=1)
    return Welfares(
        best=best.reshape(batch),
        best_profiles=masks[0].reshape(*batch, *shape),
        efficient=masks[1].reshape(*batch, *shape),
        sums=sums,
        improved=np.where(improved[:, None] < 0, -1, place),
        prices=prices.reshape(*batch, 2),
    )


def _blocks(part: WholeGames, shape: tuple[int, ...]) -> list[WholeGames]:
    """Cut games into blocks whose pairs of outcomes fit the cache; sums must not overflow."""
    large = part.short and np.abs(part.tables).max(initial=0) >= SHORT / 8.0
    tables = as_integers(part.tables) if large else part.tables
    size = max(_CELLS_AT_ONCE // int(np.prod(shape)), 1)
    return [
        WholeGames(part.games[block], tables[:, block], part.unit[block])
        for block in block_slices(len(part.games), size)
    ]


def _outcomes(part: WholeGames) -> tuple[Array, Array]:
    """Give the sums of payoffs ``(games, outcomes)``; mark the best and the efficient outcomes."""
    lines = part.tables.reshape(len(part.tables), len(part.games), -1)
    total = lines.sum(axis=0)
    flat = np.ascontiguousarray(lines.swapaxes(1, 2))  # games last
    beaten = np.zeros(flat.shape[1:], dtype=bool)
    for one in range(1, len(beaten)):
        more = (flat[:, one, None] >= flat[:, :one]).astype(bool).all(axis=0)
        less = (flat[:, one, None] <= flat[:, :one]).astype(bool).all(axis=0)
        beaten[:one] |= more & ~less
        beaten[one] |= (less & ~more).any(axis=0)
    return total, np.stack([(total == total.max(axis=1, keepdims=True)).astype(bool), ~beaten.T])


def _common(earned: WholeNumbers) -> tuple[Array, Array]:
    """Add the payoffs of both players over one denominator."""
    above, below = earned.numerators, earned.denominators
    if above.dtype != object:
        sizes = [sizes_of(np.abs(part)).max(axis=1, initial=0.0) for part in (above, below)]
        if (sizes[0] * sizes[1]).max(initial=0.0) * 4.0 >= SHORT or _long(below):
            above, below = as_integers(above), as_integers(below)
    return above[:, 0] * below[:, 1] + above[:, 1] * below[:, 0], below[:, 0] * below[:, 1]


def _long(below: Array) -> bool:
    return bool(sizes_of(below).prod(axis=1).max(initial=0.0) >= SHORT)


def _prices(best: Array, unit: Array, earned: WholeNumbers, number: Array) -> tuple[Array, Array]:
    """Sum what is earned in each equilibrium, and compare it with the best sum of its game."""
    above, below = _common(earned)
    sums = np.clip(WholeNumbers(above, below).doubles(), -_LARGEST, _LARGEST)
    prices = np.full((len(best), 2), np.nan)
    worst, most = np.full(len(best), -np.inf), np.full(len(best), np.inf)
    # Sums of one game in order: the quotient best / sum, each rounded once, has its order.
    good = np.flatnonzero((above > 0).astype(bool))
    top, scale = as_integers(best[number[good]]), as_integers(unit[number[good]])
    ratio = WholeNumbers(top * as_integers(below[good]), scale * as_integers(above[good])).doubles()
    ratio = np.maximum(ratio, 1.0)
    np.minimum.at(most, number[good], ratio)
    np.maximum.at(worst, number[good], ratio)
    bad = np.zeros(len(best), dtype=bool)
    bad[number[(above <= 0).astype(bool)]] = True
    listed = ~bad & (worst > 0.0)
    prices[listed] = np.stack([worst, most], axis=1)[listed]
    return sums, prices


def _improved(part: WholeGames, total: Array, earned: WholeNumbers, number: Array) -> Array:
    """Find the pure outcome everybody prefers with the largest sum; -1 where there is none."""
    lines = part.tables.reshape(len(part.tables), len(part.games), -1)
    better = np.ones((len(number), total.shape[1]), dtype=bool)
    unit, received = part.unit[:, None], earned.doubles()
    for player, line in enumerate(lines):
        # Rounding once keeps the order, so only equal doubles are compared exactly.
        offered = WholeNumbers(line, unit).doubles()[number]
        mine = received[:, player, None]
        equal, outcome = np.nonzero(better & (offered == mine))
        better &= offered > mine
        above, below = (
            as_integers(side[equal, player]) for side in (earned.numerators, earned.denominators)
        )
        exact = as_integers(line[number[equal], outcome]) * below
        better[equal, outcome] = exact > above * as_integers(part.unit[number[equal]])
    found = better.argmax(axis=1)
    several = np.flatnonzero(better.sum(axis=1) > 1)
    found[several] = _largest_sum(lines, total, better[several], number[several])
    return np.where(better.any(axis=1), found, -1)


def _largest_sum(lines: Array, total: Array, better: Array, number: Array) -> Array:
    """Choose among outcomes: of equal sums that whose payoffs occur last, of equals the first."""
    sums = total[number]
    if total.dtype == object:
        sums = np.unique(total, return_inverse=True)[1].reshape(total.shape)[number]
    sums = np.where(better, sums, np.iinfo(np.int64).min)
    top = better & (sums == sums.max(axis=1, keepdims=True))
    found = top.argmax(axis=1)
    several = np.flatnonzero(top.sum(axis=1) > 1)
    same = np.ones((len(several), total.shape[1], total.shape[1]), dtype=bool)
    for line in lines:
        payoffs = line[number[several]]
        same &= (payoffs[:, :, None] == payoffs[:, None]).astype(bool)
    first, last = same.argmax(axis=2), total.shape[1] - 1 - same[:, :, ::-1].argmax(axis=2)
    chosen = np.where(top[several], last, -1).argmax(axis=1)
    found[several] = first[np.arange(len(several)), chosen]
    return np.asarray(found)


def deviation_gains(*payoffs: Game | ArrayLike) -> tuple[Array, Array]:
    """Say what players gain by leaving each profile of pure actions alone, and by which reply.

    Parameters
    ----------
    *payoffs : Game, or one array ``(*batch, n_1, ..., n_p)`` per player

    Returns
    -------
    gains : array ``(players, *batch, n_1, ..., n_p)``
        The largest gain, the exact one rounded once; zero for a best reply, NaN where payoffs are
        missing.
    replies : array of int, same shape
        The first best reply.

    Examples
    --------
    >>> gains, replies = deviation_gains([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> gains[0].tolist(), replies[0].tolist()
    ([[2.0, 1.0], [0.0, 0.0]], [[1, 1], [1, 1]])
    """
    games = games_from(*payoffs)
    flat, shape = with_one_axis(games), games.shape
    players, count = len(shape), len(flat.payoffs[0])
    gains = np.full((players, count, *shape), np.nan)
    replies = np.full((players, count, *shape), -1)
    for part in whole_games(flat):
        unit = part.unit.reshape(-1, *(1,) * players)
        for player, table in enumerate(part.tables):
            axis = 1 + player
            best = table.argmax(axis=axis)
            top = np.take_along_axis(table, np.expand_dims(best, axis), axis=axis)
            lost = WholeNumbers(top - table, np.broadcast_to(unit, table.shape)).doubles()
            gains[player, part.games] = np.minimum(lost, _LARGEST)
            replies[player, part.games] = np.broadcast_to(np.expand_dims(best, axis), table.shape)
    form = players, *games.batch_shape, *shape
    return gains.reshape(form), replies.reshape(form)
