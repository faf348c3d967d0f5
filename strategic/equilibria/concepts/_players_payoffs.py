"""Exact payoffs in listed equilibria of three and more players, for whole batches.

Payoffs that people type lead to shares of small denominators, which their doubles tell: whether
they are right is checked in whole numbers, in 64 bits where these suffice. Shares that are no
fractions are known to some hundred bits, see `_players_roots`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._near_fractions import near_fractions
from strategic.equilibria._whole_games import (
    SHORT,
    WholeGames,
    as_integers,
    occurring,
    sizes_of,
    whole_games,
)
from strategic.equilibria._whole_numbers import WholeNumbers, whole_numbers
from strategic.equilibria.concepts._players_linear import linear_weights
from strategic.equilibria.concepts._players_roots import SURE, deviations, near_roots
from strategic.games.game import Game

_AT_ONCE = 4096
"""Equilibria whose payoffs fit the cache."""
_FINE = 192
"""Least number of bits after the point in which scores are compared, where some are not exact."""
_MANTISSA = 51
_TOLD = 2.0**23
"""Two fractions of smaller denominators are further apart than their doubles are off."""
_FACTORIALS = np.cumprod([1.0, *range(1, 100)])


@dataclass(frozen=True, eq=False)
class PlayersPayoffs:
    """Payoffs in equilibria, as whole numbers over one denominator per equilibrium.

    Parameters
    ----------
    numerators : array ``(E, players)``
        Payoffs times the unit of their game (see `WholeGames`) and times ``denominators``; of
        int64 where all of them fit, else of Python int.
    denominators : array ``(E,)``
        Positive.
    errors : array ``(E,)``
        How far payoffs times the unit may be off, times 2^`SURE`: zero where shares are fractions.
    known : array ``(E,)`` of bool
    """

    numerators: Array
    denominators: Array
    errors: Array
    known: Array

    def of_some(self, rows: Array) -> PlayersPayoffs:
        """Take some rows."""
        numbers = self.numerators[rows], self.denominators[rows], self.errors[rows]
        return PlayersPayoffs(*numbers, self.known[rows])

    @classmethod
    def joined(
        cls, count: int, players: int, parts: Iterable[tuple[Array, PlayersPayoffs]]
    ) -> PlayersPayoffs:
        """Put parts in their rows; nothing is known of the others."""
        placed = list(parts)
        long = any(part.numerators.dtype == object for _, part in placed)
        kind = object if long else np.int64
        whole = cls(
            np.zeros((count, players), dtype=kind),
            np.ones(count, dtype=kind),
            np.zeros(count, dtype=kind),
            np.zeros(count, dtype=bool),
        )
        for rows, part in placed:
            for name in ("numerators", "denominators", "errors", "known"):
                numbers = getattr(part, name)
                long_here = long and name != "known"
                getattr(whole, name)[rows] = as_integers(numbers) if long_here else numbers
        return whole


Weights = Sequence[Array]
"""Whole weights ``(n_i, E)`` of each player."""


def players_payoffs(games: Game, strategies: Sequence[Array], game: Array) -> PlayersPayoffs:
    """Give the payoffs in equilibria.

    Parameters
    ----------
    games : Game
        Of one batch axis.
    strategies : sequence of arrays ``(E, n_i)``
        Equilibria, rounded.
    game : array ``(E,)`` of int

    Returns
    -------
    PlayersPayoffs
        Known where the fractions of small denominators near them, or the solution of the equations
        of three and more mixing players near them, are proved to be equilibria.
    """
    parts = []
    for part, number, rows in _blocks(games, game):
        sides = [np.ascontiguousarray(side[rows].T) for side in strategies]
        left = np.ones(len(rows), dtype=bool)
        for lanes, _, earned in _of_fractions(part, number, sides):
            left[lanes] = False
            parts.append((rows[lanes], earned))
        lanes = np.flatnonzero(left)
        if lanes.size:
            earned = _of_roots(
                _long_tables(part, number[lanes]), [side[:, lanes] for side in sides]
            )
            parts.append((rows[lanes], earned))
    return PlayersPayoffs.joined(len(game), len(games.shape), parts)


def players_fractions(
    games: Game, strategies: Sequence[Array], game: Array
) -> tuple[tuple[Array, ...], Array]:
    """Give equilibria as fractions, as far as these are found in bulk.

    Returns
    -------
    strategies : tuple of object arrays ``(E, n_i)`` of Fraction
    known : array ``(E,)`` of bool
        Where they are proved to be equilibria.
    """
    found = tuple(np.full(side.shape, Fraction(0), dtype=object) for side in strategies)
    known = np.zeros(len(game), dtype=bool)
    for part, number, rows in _blocks(games, game):
        sides = [np.ascontiguousarray(side[rows].T) for side in strategies]
        for lanes, weights, _ in _of_fractions(part, number, sides):
            known[rows[lanes]] = True
            for side, weight in zip(found, weights, strict=True):
                side[rows[lanes]] = WholeNumbers(weight.T, weight.sum(axis=0)).fractions()
    return found, known


def payoffs_of_fractions(
    games: Game, strategies: Sequence[Array], game: Array
) -> tuple[Array, Array]:
    """Give the payoffs ``(E, players)`` and the regrets ``(E,)`` of profiles as fractions.

    Parameters
    ----------
    games : Game
        Of one batch axis.
    strategies : sequence of object arrays ``(E, n_i)`` of Fraction
    game : array ``(E,)`` of int
    """
    payoffs = np.full((len(game), len(games.shape)), Fraction(0), dtype=object)
    gains = payoffs.copy()
    for part, number, rows in _blocks(games, game):
        weights = [whole_numbers(side[rows]).numerators.T for side in strategies]
        totals = [weight.sum(axis=0) for weight in weights]
        below = np.multiply.reduce(totals) * as_integers(part.unit[number])
        for player, own in enumerate(_long_tables(part, number)):
            replies = deviations(own, weights, player)
            earned = (replies * weights[player]).sum(axis=0)
            lost = replies.max(axis=0) * totals[player] - earned
            payoffs[rows, player] = WholeNumbers(earned[:, None], below).fractions()[:, 0]
            gains[rows, player] = WholeNumbers(lost[:, None], below).fractions()[:, 0]
    return payoffs, gains.max(axis=1)


def _blocks(games: Game, game: Array) -> Iterator[tuple[WholeGames, Array, Array]]:
    """Go through equilibria by blocks: their games, the place of each game there, and the rows."""
    for part in whole_games(games, occurring(game, len(games.payoffs[0]))):
        rows, number = part.lanes_of(game)
        for block in block_slices(len(rows), _AT_ONCE):
            yield part, number[block], rows[block]


def _long_tables(part: WholeGames, number: Array) -> Array:
    """Payoffs ``(players, n_1, .., n_p, E)`` as Python integers."""
    return as_integers(np.moveaxis(part.tables[:, number], 1, -1))


def _of_fractions(
    part: WholeGames, number: Array, sides: Sequence[Array]
) -> Iterator[tuple[Array, Weights, PlayersPayoffs]]:
    """Find the equilibria of a block that are fractions: lanes, weights and payoffs."""
    fractions = [near_fractions(side) for side in sides]
    weights, totals = [w for w, _, _ in fractions], [total for _, total, _ in fractions]
    small = np.logical_and.reduce([fine for _, _, fine in fractions])
    largest = np.abs(part.tables).swapaxes(0, 1).reshape(len(part.games), -1).max(axis=1)
    # A piece of equilibria holds other fractions than its ends. These solve equations in as many
    # shares as are free, so that their denominators are minors, and too short for another to be
    # that near.
    free = np.sum([(side > 0.0).sum(axis=0) - 1 for side in sides], axis=0)
    free = np.minimum(free, len(_FACTORIALS) - 1)
    with np.errstate(over="ignore"):
        small &= _FACTORIALS[free] * (2.0 * part.ranges[number]) ** free < _TOLD
        product = np.prod([total.astype(np.float64) for total in totals], axis=0)
        short = part.short & (2.0 * sizes_of(largest)[number] * product < SHORT)
    left = np.ones(len(number), dtype=bool)
    for convert, chosen in ((np.asarray, small & short), (as_integers, small & ~short)):
        lanes = np.flatnonzero(chosen)
        if lanes.size:
            tables = convert(np.moveaxis(part.tables[:, number[lanes]], 1, -1))
            some = [convert(weight[:, lanes]) for weight in weights]
            earned = _earned(tables, some)
            left[lanes] = ~earned.known
            yield _known(lanes, some, earned)
    lanes = np.flatnonzero(left)
    if lanes.size:
        tables = _long_tables(part, number[lanes])
        some, found = linear_weights(tables, [side[:, lanes] for side in sides])
        earned = _earned(tables, [np.where(found, weight, 1) for weight in some])
        yield _known(lanes, some, replace(earned, known=earned.known & found))


def _known(
    lanes: Array, weights: Weights, earned: PlayersPayoffs
) -> tuple[Array, Weights, PlayersPayoffs]:
    at = np.flatnonzero(earned.known)
    return lanes[at], [weight[:, at] for weight in weights], earned.of_some(at)


def _earned(tables: Array, weights: Weights) -> PlayersPayoffs:
    """Give the payoffs of profiles of whole weights, and which are equilibria."""
    totals = [weight.sum(axis=0) for weight in weights]
    product = np.multiply.reduce(totals)
    known = np.ones(len(product), dtype=bool)
    numerators = np.empty((len(product), len(tables)), dtype=product.dtype)
    for player, own in enumerate(tables):
        replies = deviations(own, weights, player)
        best = replies.max(axis=0)
        known &= ((replies == best) | (weights[player] == 0)).all(axis=0)
        numerators[:, player] = best * totals[player]
    return PlayersPayoffs(numerators, product, np.zeros_like(product), known)


def _of_roots(tables: Array, sides: Sequence[Array]) -> PlayersPayoffs:
    payoffs, product, proved = near_roots(tables, sides)
    largest = np.abs(tables).reshape(-1, tables.shape[-1]).max(axis=0)
    return PlayersPayoffs(payoffs.T, product, largest * len(sides), proved)


def ranked(earned: PlayersPayoffs, game: Array, score: Callable[[Array], Array]) -> Array:
    """Score payoffs so that scores compare within each game.

    Parameters
    ----------
    earned : PlayersPayoffs
        All known.
    game : array ``(E,)`` of int
        Ascending.
    score : callable
        Takes payoffs ``(rows, players)`` to scores ``(rows, k)``: some of them, or their sum.

    Returns
    -------
    array ``(E, k)``
        Scores that differ by no more than the errors of both count as equal.
    """
    above, below = earned.numerators, earned.denominators
    sizes = sizes_of(below)
    with np.errstate(over="ignore", invalid="ignore"):
        size = above.shape[1] * sizes_of(np.abs(above)).max(axis=1) * sizes
        # Fractions n/d with n d below 2^51 that differ at all differ as quotients, rounded once.
        short = (size * sizes < 2.0**_MANTISSA) & (earned.errors == 0)
    long_games = occurring(game[~short], int(game[-1]) + 1)
    long = np.flatnonzero(np.isin(game, long_games))
    some = np.flatnonzero(~np.isin(game, long_games))
    scored = [np.asarray(score(above[some]) / below[some, None], dtype=np.float64)]
    scores = np.empty((len(game), scored[0].shape[1]))
    scores[some] = scored[0]
    if long.size:
        totals = as_integers(below[long])
        # Two fractions that differ at all differ by one over the product of their denominators.
        bits = max(_FINE, 2 * int(totals.max()).bit_length() + 1)
        exact = (as_integers(score(as_integers(above[long]))) << bits) // totals[:, None]
        errors = (as_integers(earned.errors[long]) << bits) >> SURE
        for place, column in enumerate(exact.T):
            scores[long, place] = _places(column, errors, as_integers(game[long]))
    return scores


def _places(column: Array, errors: Array, game: Array) -> Array:
    """Count, of each score, those below it that differ from their neighbours; games apart."""
    bits = max(int(column.max()).bit_length(), int(column.min()).bit_length()) + 2
    order = np.argsort((game << bits) + column, kind="stable")
    high, low = order[1:], order[:-1]
    higher = (column[high] - column[low] > errors[high] + errors[low]) & (game[high] == game[low])
    places = np.empty(len(column))
    places[order] = np.append(0, np.cumsum(higher.astype(np.int64)))
    return places
