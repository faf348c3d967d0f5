"""All extreme equilibria of a few games with ties, in as few calls as possible.

What `listed_extremes` finds of many games as bits, 64 games a word, is found here from lists of
vertices and bases, each with its game: calls, not sums, take the time. Payoffs are whole numbers,
or eighths of such, so small that doubles hold all minors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import (
    COUNT,
    SUPPORTS,
    EquilibriumBlock,
    TableForm,
)
from strategic.equilibria.enumeration._few_labels import FewLabels, few_labels
from strategic.equilibria.enumeration._few_minors import differences, fill, in_lanes, side_by_side
from strategic.equilibria.enumeration._few_payoffs import payoffs_of_few
from strategic.equilibria.enumeration._few_tables import FewTables, few_tables
from strategic.equilibria.enumeration._support_tables import prunes
from strategic.status import Status

_MOST = 450  # games times actions: of more, bits of 64 games take less time, from 3x3 to 6x6
_STATUS = np.array([Status.COMPLETE, Status.COMPONENTS, Status.NOT_FINISHED], dtype=np.int8)


def few_tied_equilibria(
    row: Array, column: Array, want: str | None = None
) -> tuple[EquilibriumBlock, Array] | None:
    """Enumerate all extreme equilibria of a few games exactly.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs, as they were written.
    want : {"count", "supports", "strategies"}, optional
        What is to be in the table; everything by default.

    Returns
    -------
    block : EquilibriumBlock
    status : array ``(games,)`` of int8
        None instead of both where games are many, or payoffs are no small whole numbers or eighths.
    """
    games, m, n = row.shape
    if games * max(m, n) > _MOST or prunes((m, n)):
        return None
    static, labels = few_tables(m, n), few_labels(m, n)
    payoffs = side_by_side(row, column)
    whole = _whole(payoffs, labels.widest)
    if whole is None:
        return None
    minors = _minors(whole, static)
    bases = _bases(minors, static, labels)
    vertices = _vertices(bases, labels, (m, n))
    pairs = _pairs(vertices, labels, (m, n))
    perturbed = _perturbed(bases, vertices, static, labels)
    sound = np.bincount(perturbed.game, weights=perturbed.sign, minlength=games) == 1.0
    degenerate = np.zeros(games, dtype=bool)
    degenerate[pairs.game.take(pairs.tied.nonzero()[0])] = True
    status = _STATUS.take(np.where(sound, degenerate, 2))
    order, game = pairs.key.argsort(), pairs.game  # in order already
    count, form = np.bincount(game, minlength=games), TableForm.of((m, n), want)
    if want == COUNT:
        return EquilibriumBlock(count, form.empty(len(game))), status
    shares = _shares(minors, vertices, labels, max(m, n))
    x, y = pairs.x.take(order), pairs.y.take(order)
    table = np.empty((m + n + 4, len(game)))
    table[:m], table[m : m + n] = shares[:m].take(x, axis=1), shares[:n].take(y, axis=1)
    if want == SUPPORTS:
        return EquilibriumBlock(count, table[: m + n] > 0.0), status
    if want is None:
        table[-2] = _indices(pairs, perturbed).take(order)
        table[-4:-2], table[-1] = payoffs_of_few(table, payoffs, static, game * payoffs.shape[1])
    return EquilibriumBlock(count, table[: form.lines]), status


def _whole(payoffs: Array, widest: float) -> Array | None:
    """Make payoffs whole, or eight times as much, if they are small then."""
    for times in (1.0, 8.0):
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is not equal
            scaled = payoffs * times
            whole = scaled.astype(np.int16)
        exact = whole.astype(np.float64)
        # Negative zeros are not equal either: answers would have to keep their signs.
        if np.array_equal(exact.view(np.int64), scaled.view(np.int64)):
            low, high = np.minimum.reduce(whole, axis=None), np.maximum.reduce(whole, axis=None)
            return exact if int(high) - int(low) <= widest else None
    return None


def _minors(whole: Array, static: FewTables) -> Array:
    minors, _ = differences(in_lanes(whole, len(whole)), static)
    fill(minors, static)
    return minors


class _Bases(NamedTuple):
    """Signs of the minors of both players, and what they say of each basis and game.

    Parameters
    ----------
    signs : array ``(tests, 2, pairs, games)`` of int8
        Those that must agree.
    zero : array, same shape, of bool
    common : array ``(2, pairs, games)`` of int8
        The sign of all that are not zero, if they agree; else zero.
    sums : array ``(2, pairs, games)`` of int8
        The same of the weights alone, which is the sign of their sum.
    vertex : array ``(2, pairs, games)`` of bool
        Whether the basis holds a vertex in place: no weight is zero, and no slack is negative.
    """

    signs: Array
    zero: Array
    common: Array
    sums: Array
    vertex: Array


def _bases(minors: Array, static: FewTables, labels: FewLabels) -> _Bases:
    planes = np.empty((2, *minors.shape), dtype=np.int8)
    np.sign(minors, out=planes[0], casting="unsafe")
    np.negative(planes[0], out=planes[1])
    signs = planes.reshape(2 * len(minors), -1).take(static.tests, axis=0)
    zero, weight = signs == 0, labels.weight[..., None]
    common, sums = _common(signs), _common(signs & weight)
    idle = np.bitwise_or.reduce(zero.view(np.int8) & weight, axis=0)
    return _Bases(signs, zero, common, sums, (common != 0) > idle)


def _common(signs: Array) -> Array:
    """Give the sign of all that are not zero along the first axis, if they agree; else zero."""
    found: Array = np.maximum.reduce(signs, axis=0)
    found += np.minimum.reduce(signs, axis=0)
    return found


class _Vertices(NamedTuple):
    """The vertices of all games: those that the row player's payoffs hold come first.

    Parameters
    ----------
    key : array ``(V,)`` of int
        Player and game above the code, ascending.
    basis : array ``(V,)`` of int
        The number of one of its bases, of those of both players.
    lane, code : arrays ``(V,)`` of int
        Player and game, and the code.
    games : int
    first : int
        How many there are of the row player's payoffs: mixtures of columns.
    """

    key: Array
    basis: Array
    lane: Array
    code: Array
    games: int
    first: int


def _vertices(bases: _Bases, labels: FewLabels, shape: tuple[int, int]) -> _Vertices:
    """Find each vertex once, by its code."""
    games, width = bases.vertex.shape[2], sum(shape)
    place = bases.vertex.reshape(-1).nonzero()[0]
    basis, lane = np.divmod(place, games)
    more = labels.bits.take(basis, axis=1)
    more *= bases.zero.reshape(len(more), -1).take(place, axis=1)
    key = labels.whole.take(basis)
    key += np.add.reduce(more, axis=0)
    lane += games * (basis >= bases.vertex.shape[1])
    key += lane << width
    order = key.argsort(kind="stable")
    key = key.take(order)
    new = np.empty(len(key), dtype=bool)
    new[0] = True
    np.not_equal(key[1:], key[:-1], out=new[1:])
    some = new.nonzero()[0]
    key = key.take(some)
    lane = key >> width
    first = int(lane.searchsorted(games))
    return _Vertices(
        key, basis.take(order.take(some)), lane, key & ((1 << width) - 1), games, first
    )


class _Pairs(NamedTuple):
    """Pairs of vertices that are equilibria.

    Parameters
    ----------
    number : array ``(E,)`` of int
        Of the vertices, ascending: what orders them here.
    x, y, game : arrays ``(E,)`` of int
        The vertices of both players' mixtures, and the game.
    key : array ``(E,)`` of int
        What they are to be listed by.
    tied : array ``(E,)`` of bool
        Whether some best reply is not used.
    """

    number: Array
    x: Array
    y: Array
    game: Array
    key: Array
    tied: Array


def _pairs(vertices: _Vertices, labels: FewLabels, shape: tuple[int, int]) -> _Pairs:
    """Pair vertices of one game of which each support is within the best replies to the other."""
    (m, n), first = shape, vertices.first
    of_y, of_x = vertices.code[:first], vertices.code[first:]
    games_y, games_x = vertices.lane[:first], vertices.lane[first:] - vertices.games
    as_x = (of_y & ((1 << m) - 1)) << n | of_y >> m  # the other way round: untied ones are equal
    here = np.bincount(games_y, minlength=vertices.games)
    times = here.take(games_x)
    x = np.arange(len(of_x)).repeat(times)
    starts = (np.cumsum(here) - here).take(games_x) + times - np.cumsum(times)
    y = np.arange(len(x)) + starts.repeat(times)
    # Used and no best reply, and the other way round: at no action.
    outside = (of_x ^ ((1 << n) - 1)).take(x) & (as_x ^ (((1 << m) - 1) << n)).take(y)
    found = (outside == 0).nonzero()[0]
    x, y = x.take(found), y.take(found)
    game = games_x.take(x)
    key = (game << (2 * (m + n))) + labels.of_rows.take(of_x).take(x)
    key += labels.of_columns.take(of_y).take(y)
    tied = of_x.take(x) != as_x.take(y)
    return _Pairs(x * first + y, x + first, y, game, key, tied)


class _Perturbed(NamedTuple):
    """Equilibria of the perturbed games: their games, indices and limits, as pairs are numbered."""

    game: Array
    sign: Array
    limit: Array


def _perturbed(
    bases: _Bases, vertices: _Vertices, static: FewTables, labels: FewLabels
) -> _Perturbed:
    """Find the equilibria of the perturbed games; see `perturbed_signs`."""
    tests, _, pairs, games = bases.signs.shape
    likely = np.logical_and.reduce((bases.common != 0) & (bases.sums != 0), axis=0)
    place = likely.reshape(-1).nonzero()[0]
    signs = bases.signs.reshape(tests, 2, -1).take(place, axis=2)
    pair, game = np.divmod(place, games)
    zero = signs == 0
    tied = zero.reshape(-1).nonzero()[0]
    if len(tied):
        test, at = np.divmod(tied, len(place))
        line = static.tests.reshape(-1).take(test * pairs + pair.take(at))
        sums = np.zeros((4 * pairs + 1, games), dtype=np.int8)
        sums[: 2 * pairs] = bases.sums.reshape(-1, games)
        np.negative(sums[: 2 * pairs], out=sums[2 * pairs : -1])
        steps = labels.slopes.take(line, axis=0)
        steps *= games
        steps += game.take(at)[:, None]
        decided = sums.reshape(-1).take(steps)
        one = (decided != 0).argmax(axis=1)
        one += np.arange(0, decided.size, decided.shape[1])
        signs.reshape(-1)[tied] = decided.reshape(-1).take(one)
    most = np.maximum.reduce(signs, axis=0)
    both = (most == np.minimum.reduce(signs, axis=0)) & (most != 0)
    some = (both[0] & both[1]).nonzero()[0]
    pair, game, most = pair.take(some), game.take(some), most.take(some, axis=1)
    sign = most[0] * most[1] * labels.parity.take(pair)
    # A column whose weight is zero is not in use; a row without slack is one more best reply.
    codes = []
    for player in (0, 1):
        basis = pair + player * pairs
        changed = labels.bits.take(basis, axis=1)
        changed *= zero[:, player].take(some, axis=1)
        codes.append(labels.whole.take(basis) ^ np.add.reduce(changed, axis=0))
    width = sum(static.shape)
    y = vertices.key.searchsorted(game << width | codes[0])
    x = vertices.key.searchsorted((game + games) << width | codes[1])
    return _Perturbed(game, sign, (x - vertices.first) * vertices.first + y)


def _indices(pairs: _Pairs, perturbed: _Perturbed) -> Array:
    """Add up the indices of perturbed equilibria by their limits; NaN where a vertex is shared."""
    limit = pairs.number.searchsorted(perturbed.limit)
    index = np.bincount(limit, weights=perturbed.sign, minlength=len(pairs.x))
    shared = np.bincount(pairs.x).take(pairs.x) > 1
    shared |= np.bincount(pairs.y).take(pairs.y) > 1
    index[shared] = np.nan
    return index


def _shares(minors: Array, vertices: _Vertices, labels: FewLabels, most: int) -> Array:
    """Give the shares of each action at each vertex: weights over their sum, ``(actions, V)``."""
    basis, number = vertices.basis, len(vertices.basis)
    place = labels.lines.take(basis, axis=1)
    place *= vertices.games
    place += vertices.lane % vertices.games
    label = labels.label.take(basis, axis=1)
    weights = np.abs(minors.reshape(-1).take(place))
    weights *= label < most
    weights /= np.add.reduce(weights, axis=0)
    shares = np.zeros((most + 1) * number)
    label *= number
    label += np.arange(number)
    shares[label] = weights
    return shares.reshape(-1, number)
