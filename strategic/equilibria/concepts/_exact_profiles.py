"""What doubles leave open about listed equilibria: exact strategies, and payoffs that compare."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import chain, combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import exact_payoffs, exact_vertex, whole_payoffs
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria._whole_games import SHORT, as_integers, occurring, sizes_of
from strategic.equilibria._whole_mixtures import listed_mixtures, whole_mixtures
from strategic.equilibria._whole_numbers import WholeNumbers, whole_numbers
from strategic.equilibria._whole_payoffs import whole_best_replies, whole_payoffs_and_gains
from strategic.equilibria.concepts._pairs_of_games import near_pairs
from strategic.equilibria.concepts._players_payoffs import (
    PlayersPayoffs,
    players_payoffs,
    ranked,
)
from strategic.equilibria.enumeration.players._exact import exact_findings
from strategic.equilibria.enumeration.players._findings import Findings, Profile
from strategic.equilibria.result import Equilibria
from strategic.games._numbers import as_fractions
from strategic.games.game import Game
from strategic.status import Status

_SURE = 1 << 60
"""How finely the payoffs of mixtures with irrational shares are compared."""
_NEAR = 1e-6
"""Share of the largest payoff that bounds the error of payoffs, and how near rounded shares are."""


def nondegenerate(found: Equilibria) -> Array:
    """Mark the equilibria of games that are proved to have no best reply too many: ``(E,)``."""
    complete = np.isin(found.status, (Status.COMPLETE, Status.COMPLETE_EXACT))
    return np.asarray((complete & ~found.degenerate).reshape(-1)[found.game])


def whole_profiles(found: Equilibria, games: Array) -> tuple[Array, tuple[WholeNumbers, ...]]:
    """Give the strategies of the equilibria of some games of two players in whole numbers.

    Parameters
    ----------
    found : Equilibria
        Equilibria of a batch.
    games : array of int
        Flat numbers of games.

    Returns
    -------
    rows : array of int
        The equilibria of these games.
    strategies : pair of WholeNumbers ``(rows, n_i)``
        The vertices that the doubles stand for; the doubles themselves where no two players'
        indifference equations determine one.
    """
    chosen = np.zeros(found.count.size, dtype=bool)
    chosen[games] = True
    rows, flat = np.flatnonzero(chosen[found.game]), with_one_axis(found.games)
    if found.method != "all":
        return rows, _of_any_list(found, flat, rows)
    if "_whole_strategies" in vars(found) or 2 * len(rows) > len(found):  # kept for the next use
        every = found.whole_strategies()
        return rows, tuple(
            WholeNumbers(side.numerators[rows], side.denominators[rows]) for side in every
        )
    sides = [side[rows] for side in found.strategies]
    return rows, listed_mixtures(flat, sides, found.game[rows])


def _of_any_list(found: Equilibria, flat: Game, rows: Array) -> tuple[WholeNumbers, ...]:
    """Solve for equilibria that may be rounded, and take what is an equilibrium near them."""
    mixtures, proved = whole_mixtures(flat, found.strategies, found.game, rows)
    some = np.flatnonzero(proved)
    solved = [WholeNumbers(m.numerators[some], m.denominators[some]) for m in mixtures]
    replies = whole_best_replies(flat, solved, found.game[rows[some]])
    for mixture, side, best in zip(solved, found.strategies, replies, strict=True):
        given = side[rows[some]]
        near = np.abs(mixture.doubles() - given) <= _NEAR
        proved[some] &= (near & (best | (given == 0.0))).all(axis=1)
    left = np.flatnonzero(~proved)
    alone = [as_fractions(side[rows[left]]) for side in found.strategies]
    for place, row in enumerate(rows[left].tolist()):
        profile = [side[row] for side in found.strategies]
        if not all((side == 1.0).any() for side in profile):
            game = flat.of_batch(int(found.game[row]))
            alone[0][place], alone[1][place] = _vertices_near(game, profile)
    if not left.size:
        return mixtures
    return tuple(
        mixture.replaced(left, whole_numbers(exact))
        for mixture, exact in zip(mixtures, alone, strict=True)
    )


def _vertices_near(game: Game, profile: Sequence[Array]) -> list[Array]:
    """Solve the indifference equations of two rounded strategies exactly."""
    row, column = game.fractions()
    vertices = []
    # Each strategy is held in place by the other player, who is indifferent.
    for mine, (table, exact) in enumerate(((game.column.T, column.T), (game.row, row))):
        strategy, played = profile[mine], profile[1 - mine] > 0.0
        replies = table @ strategy
        near = replies >= replies.max() - _NEAR * np.abs(table).max()
        spare, whole = np.flatnonzero(near & ~played), whole_payoffs(exact)
        vertices.append(as_fractions(strategy))
        # In a degenerate game the supports may need some of the other best replies.
        for more in chain.from_iterable(combinations(spare, k) for k in range(len(spare) + 1)):
            rows = np.sort(np.append(np.flatnonzero(played), more)).astype(np.intp)
            vertex = exact_vertex(whole, rows, np.flatnonzero(strategy))
            if vertex is not None and np.abs(vertex.astype(float) - strategy).max() <= _NEAR:
                vertices[-1] = vertex
                break
    return vertices


def compared(
    found: Equilibria,
    score: Callable[[Array], Array],
    *,
    sums: bool = False,
    best: bool = False,
) -> tuple[Array, Array]:
    """Score the payoffs of equilibria so that scores compare within each game.

    Parameters
    ----------
    found : Equilibria
        Equilibria of one game or of a batch.
    score : callable
        Takes payoffs ``(rows, players)`` to scores ``(rows, k)``: some of them, or their sum.
    sums : bool, default False
        Whether scores are sums, which round.
    best : bool, default False
        Whether all that matters is which equilibria are best by every score at once.

    Returns
    -------
    scores : array ``(E, k)``
        Scores of the payoffs; in games in which doubles do not settle their order, ranks.
    open : array of bool, one per game
        Whether the order is not known.

    Notes
    -----
    Exact where strategies are fractions: with two players, and in equilibria in which everyone's
    indifference has a rational solution that was found. The shares of other mixed equilibria of
    three and more players are irrational and known to 90 bits and more: scores that agree to
    2^-60 of the largest payoff count as equal.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        scores = score(found.payoffs)
        error = _payoff_error(found) + (_sum_error(found.payoffs) if sums else 0.0)
        doubt = (_doubtful_best if best else _doubtful_order)(found, scores, error)
    unknown = np.zeros(found.count.size, dtype=bool)
    games = np.flatnonzero(doubt)
    if len(games) and len(found.strategies) == 2:
        rows, mixtures = whole_profiles(found, games)
        flat = with_one_axis(found.games)
        scores[rows] = _comparable_in_games(flat, mixtures, found.game[rows], score)
    elif len(games):
        left = _ranked_in_bulk(found, games, score, scores, unknown)
        for number, exact in _exact_payoffs_of_many(found, left).items():
            unknown[number] = exact is None
            if exact is not None:
                own = slice(found.starts[number], found.starts[number + 1])
                scores[own] = _ranks(score(exact[0]), exact[1])
    return scores, unknown


def _ranked_in_bulk(
    found: Equilibria,
    games: Array,
    score: Callable[[Array], Array],
    scores: Array,
    unknown: Array,
) -> Array:
    """Score the payoffs in some games of three and more players, and list the games left.

    Games with mixed equilibria that doubles do not tell from others are marked in ``unknown``.
    """
    rows = np.flatnonzero(np.isin(found.game, games))
    near, _ = near_pairs([side[rows] for side in found.strategies], found.game[rows], within=_NEAR)
    unknown[found.game[rows[near]]] = True
    rows = rows[~unknown[found.game[rows]]]
    earned = _players_payoffs(found, rows)
    left = occurring(found.game[rows[~earned.known]], found.count.size)
    some = np.flatnonzero(~np.isin(found.game[rows], left))
    if some.size:
        scores[rows[some]] = ranked(earned.of_some(some), found.game[rows[some]], score)
    return left


def _players_payoffs(found: Equilibria, rows: Array) -> PlayersPayoffs:
    """Give the payoffs in some equilibria; what was computed is kept for the next score."""
    none = PlayersPayoffs.joined(len(found), len(found.strategies), [])
    kept: PlayersPayoffs
    kept, tried = vars(found).get("_players_payoffs", (none, np.zeros(len(found), dtype=bool)))
    new = rows[~tried[rows]]
    if new.size:
        sides = [side[new] for side in found.strategies]
        more = players_payoffs(with_one_axis(found.games), sides, found.game[new])
        old = np.flatnonzero(tried)
        parts = [(old, kept.of_some(old)), (new, more)]
        kept, tried = PlayersPayoffs.joined(len(found), len(found.strategies), parts), tried.copy()
        tried[new] = True
        vars(found)["_players_payoffs"] = kept, tried
    return kept.of_some(rows)


def _doubtful_order(found: Equilibria, scores: Array, error: Array) -> Array:
    """Mark the games in which rounding may hide the order of some score."""
    doubt = np.zeros(found.count.size, dtype=bool)
    for column in scores.T:
        order = np.lexsort((column, found.game))
        game, apart, off = found.game[order], np.diff(column[order]), error[order]
        # Of two scores that may be equal, at least one may equal its neighbour.
        both = off[1:] + off[:-1]
        unsure = (game[1:] == game[:-1]) & ~(apart > both) & ~(both == 0.0)
        doubt[game[1:][unsure]] = True
    return doubt


def _doubtful_best(found: Equilibria, scores: Array, error: Array) -> Array:
    """Mark the games in which rounding may hide which equilibria are best by every score."""
    count, game = found.count.size, found.game
    doubt, candidate = np.zeros(count, dtype=bool), np.ones(len(found), dtype=bool)
    for column in scores.T:
        surely = np.full(count, -np.inf)
        np.maximum.at(surely, game, column - error)
        could = ~(column + error < surely[game])
        candidate &= could
        several = np.bincount(game[could], minlength=count) > 1
        doubt |= several & (np.bincount(game[could & ~(error == 0.0)], minlength=count) > 0)
    return doubt & (np.bincount(game[candidate], minlength=count) > 0)


def _comparable_in_games(
    games: Game,
    mixtures: Sequence[WholeNumbers],
    game: Array,
    score: Callable[[Array], Array],
) -> Array:
    """Score the payoffs of two players exactly: quotients that compare, or ranks, game by game."""
    payoffs, _ = whole_payoffs_and_gains(games, mixtures, game)
    above, below = payoffs.numerators, payoffs.denominators
    with np.errstate(over="ignore", invalid="ignore"):  # what is infinite does not fit
        size = sizes_of(np.abs(above)).max(axis=1) * sizes_of(below).prod(axis=1)
    if above.dtype != object and not (size < SHORT).all():
        above, below = as_integers(above), as_integers(below)
    common = below.prod(axis=1)
    whole, exact = above * (common[:, None] // below), np.ones(len(common), dtype=bool)
    return ranked(PlayersPayoffs(whole, common, np.zeros_like(common), exact), game, score)


Exact = tuple[Array, Array]
"""Payoffs ``(rows, players)`` in fractions, and how far each row's may be off."""


def _exact_payoffs_of_many(found: Equilibria, games: Array) -> dict[int, Exact | None]:
    """Give the payoffs in some games of three or more players; None where they are not known.

    One by one, in fractions, for what could not be settled in bulk: what was computed is kept for
    the next score.
    """
    kept: dict[int, Exact | None] = vars(found).setdefault("_exact_payoffs_of_games", {})
    new = np.array([number for number in games.tolist() if number not in kept], dtype=int)
    if new.size:
        flat = with_one_axis(found.games).of_batch(new)  # type: ignore[arg-type]
        for number, findings in zip(new.tolist(), exact_findings(flat), strict=True):
            kept[number] = _exact_payoffs(found.of(number), findings)
    return {number: kept[number] for number in games.tolist()}


def _exact_payoffs(found: Equilibria, findings: Findings) -> Exact | None:
    """Give the payoffs in the equilibria of one game of three or more players; None if unknown."""
    shape, listed = found.games.shape, [profile for profile, _ in findings.profiles]
    profiles = []
    for row in range(len(found)):
        sides = [side[row] for side in found.strategies]
        if not all((side == 1.0).any() for side in sides):
            near = [profile for profile in listed if _is_near(profile, sides)]
            if len(near) != 1:  # not found, or not told from another
                return None
            profiles.append(near[0])
        else:
            profiles.append(tuple(tuple(map(Fraction, side.tolist())) for side in sides))
    strategies = [
        np.array([p[i] for p in profiles], dtype=object).reshape(-1, n) for i, n in enumerate(shape)
    ]
    one = with_one_axis(found.games)
    largest = max(Fraction(float(np.abs(table).max())) for table in found.games.payoffs)
    tables = [table[0] for table in one.fractions()]
    rough = [not _is_exact(tables, profile) for profile in profiles]
    errors = np.array([largest * len(shape) / _SURE if r else Fraction(0) for r in rough])
    return exact_payoffs(one, strategies, found.game), errors


def _ranks(scores: Array, errors: Array) -> Array:
    """Rank scores in fractions, column by column; those that may be equal count as equal."""
    ranks = np.empty(scores.shape)
    for place, column in enumerate(scores.T):
        order = np.argsort(column, kind="stable")
        higher = np.diff(column[order]) > errors[order[1:]] + errors[order[:-1]]
        ranks[order, place] = np.append(0, np.cumsum(higher.astype(bool)))
    return ranks


def _is_near(profile: Profile, sides: Sequence[Array]) -> bool:
    return all(
        np.abs(np.array(shares, dtype=float) - side).max() <= _NEAR
        for shares, side in zip(profile, sides, strict=True)
    )


def _is_exact(tables: Sequence[Array], profile: Profile) -> bool:
    """Whether every action in use earns exactly the same, so that the shares are not rounded."""
    for player, table in enumerate(tables):
        replies = np.moveaxis(table, player, 0)
        for other, shares in enumerate(profile):
            if other != player:  # the first axis left after the player's own
                replies = np.moveaxis(replies, 1, -1).dot(np.array(shares, dtype=object))
        if len({reply for reply, share in zip(replies, profile[player], strict=True) if share}) > 1:
            return False
    return True


def _payoff_error(found: Equilibria) -> Array:
    """Bound the error of the payoffs of each equilibrium: zero where they are entries of it."""
    largest = np.zeros(found.count.size)
    for table in found.games.payoffs:
        flat = np.abs(table).reshape(len(largest), math.prod(found.games.shape))
        np.maximum(largest, flat.max(axis=1), out=largest)
    pure = np.logical_and.reduce([(side > 0.0).sum(axis=1) == 1 for side in found.strategies])
    exact = pure & ~found.games.rounded.reshape(-1)[found.game]
    return np.where(exact, 0.0, _NEAR * largest[found.game])


def _sum_error(payoffs: Array) -> Array:
    """Bound the rounding of sums; zero if every partial sum is a double (two-sum, Knuth 1969)."""
    total, error = payoffs[:, 0], np.zeros(len(payoffs))
    for term in payoffs.T[1:]:
        after = total + term
        virtual = after - total
        error += np.abs((total - (after - virtual)) + (term - virtual))
        total = after
    return 2.0 * error
