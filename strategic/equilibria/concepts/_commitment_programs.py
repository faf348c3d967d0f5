"""The leader's best mixed commitments in many games at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._exact_program import (
    BestMixture,
    GaveUp,
    best_mixture,
    in_whole_numbers,
)
from strategic.equilibria.programs.mixtures import BestMixtures, Programs, best_mixtures
from strategic.equilibria.programs.twofold import exact_difference, exact_product
from strategic.equilibria.programs.written import Written
from strategic.status import Status


def best_commitments(
    written: Written, pure: tuple[Array, Array], *, pessimistic: bool
) -> tuple[Array, Array]:
    """Find the best mixed commitment in every game, as exact arithmetic would.

    Parameters
    ----------
    written : Written
        Payoffs of a block of games.
    pure : two arrays of int ``(games,)``
        The best pure commitment and its reply, by exact comparisons.
    pessimistic : bool
        Whether the follower breaks ties against the leader.

    Returns
    -------
    found : array ``(games, m + 3)``
        The leader's mixture, the reply, and what both earn; each rounded once.
    sure : array of bool ``(games,)``
        Which of these are the exact answers; the others mean nothing.
    """
    own, theirs = written.payoffs
    m, _, games = own.shape
    numbers, sure = np.arange(games), written.held.copy()
    kept = own[(*pure, numbers)]
    programs = _programs_of_replies(written, kept, pessimistic=pessimistic)
    chosen = _best_programs(programs, theirs, kept, sure, pessimistic=pessimistic)
    found = np.zeros((m + 3, games))
    found[:m], found[m] = np.arange(m)[:, None] == pure[0], pure[1]
    for row, table in enumerate(written.payoffs, start=m + 1):
        found[row] = table[(*pure, numbers)] / written.unit
    some = np.flatnonzero(chosen >= 0)  # a pure commitment is shown where no mixture earns more
    best, reply = programs.best.of(chosen[some]), programs.least[chosen[some]]
    found[:m, some], right = best.shares()
    found[m, some] = reply
    for row, table in enumerate(written.payoffs, start=m + 1):
        found[row, some], fine = best.rounded_mean(table[:, reply, some], written.unit[some])
        right &= fine
    sure[some] &= right
    return found.T, sure


@dataclass(frozen=True, eq=False)
class _Value:
    """What a mixture earns: a quotient of whole numbers, or a sum of two doubles with an error."""

    numerator: Array
    denominator: Array
    whole: Array
    high: Array
    low: Array
    error: Array

    @classmethod
    def of(cls, best: BestMixtures, earned: Array) -> _Value:
        high, low, error = best.mean(earned, np.ones(earned.shape[1]))
        total = (earned * best.high).sum(axis=0)
        mixed = cls(total, best.total, best.whole, high, low, error)
        alone = (best.high > 0.0).sum(axis=0) == 1
        action = best.high.argmax(axis=0)
        return cls.of_whole(earned[action, np.arange(len(action))]).where(alone, mixed)

    @classmethod
    def of_whole(cls, number: Array) -> _Value:
        zero, one = np.zeros_like(number), np.ones_like(number)
        return cls(number, one, one == 1.0, number.copy(), zero, zero.copy())  # all can be put in

    def where(self, chosen: Array, other: _Value) -> _Value:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Value(*(np.where(chosen, mine, theirs) for mine, theirs in pairs))

    def at(self, places: Array) -> _Value:
        return _Value(*(part[places] for part in vars(self).values()))

    def put(self, places: Array, other: _Value) -> None:
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine[places] = theirs


def _compared(one: _Value, other: _Value) -> tuple[Array, Array]:
    """Give the signs of the differences of values, and tell which are known."""
    with np.errstate(all="ignore"):
        mine = exact_product(one.numerator, other.denominator)
        theirs = exact_product(other.numerator, one.denominator)
        exact = np.where(mine[0] != theirs[0], mine[0] - theirs[0], mine[1] - theirs[1])
        difference = (one.high - other.high) + (one.low - other.low)
        # A few roundings of the low parts, and of a difference that is not cancelled.
        error = one.error + other.error + 2.0**-100 * (np.abs(one.high) + np.abs(other.high))
        error += 2.0**-50 * np.abs(difference)
        whole = one.whole & other.whole
        known = whole | (np.abs(difference) > error)
        return np.sign(np.where(whole, exact, difference)), known


@dataclass(frozen=True, eq=False)
class _Programs:
    """Programs solved, one per reply and game, sorted by reply.

    Parameters
    ----------
    reply, game : arrays of int ``(programs,)``
    same : array of bool ``(n, programs)``
        Which replies are the same to the follower, whatever the leader does.
    least : array of int ``(programs,)``
        Against which of these the leader earns least.
    best : BestMixtures
    value : _Value
    """

    reply: Array
    game: Array
    same: Array
    least: Array
    best: BestMixtures
    value: _Value


def _programs_of_replies(written: Written, kept: Array, *, pessimistic: bool) -> _Programs:
    """Solve the programs of the replies that may earn the leader more than is ``kept`` anyway.

    The mixtures are those to which the reply is a best one, and they earn the least against
    the replies that are the same to the follower.
    """
    own, theirs = written.payoffs
    m, n, games = own.shape
    dominated = (theirs[:, :, None] < theirs[:, None]).all(axis=0).any(axis=1)
    asked = (own.max(axis=0) > kept) & ~dominated
    alike = np.eye(n, dtype=bool)[:, :, None] & np.ones(games, dtype=bool)
    if pessimistic:
        alike = (theirs[:, :, None] == theirs[:, None]).all(axis=0)
        for later in range(1, n):  # a reply like one before it has the same program
            asked[later] &= ~alike[later, :later].any(axis=0)
    reply, game = np.nonzero(asked)
    same = np.ascontiguousarray(alike[reply, :, game].T)
    others = np.arange(n - 1)[:, None] + (np.arange(n - 1)[:, None] >= reply)
    rows = np.zeros((n, m, reply.size))
    rows[0], chosen = own[:, reply, game], theirs[:, reply, game]
    low = None if written.whole.all() else np.zeros_like(rows)
    for row, other in enumerate(others, start=1):
        if low is None:
            np.subtract(theirs[:, other, game], chosen, out=rows[row])
        else:
            rows[row], low[row] = exact_difference(theirs[:, other, game], chosen)
    whole, steps = written.whole[game], 4 * (n + m)
    best = best_mixtures(Programs(rows, low, 1, whole), bounded=True, most_steps=steps)
    least, several = reply.copy(), np.flatnonzero(same.sum(axis=0) > 1)
    if several.size:
        # One aim per reply; that of the reply itself where another is not the same.
        aims = np.where(
            same[:, None, several], own[:, :, game[several]].swapaxes(0, 1), rows[0][:, several]
        )
        more = np.concatenate([aims, rows[1:, :, several]])
        lost = None if low is None else np.concatenate([0.0 * aims, low[1:, :, several]])
        programs = Programs(more, lost, n, whole[several])
        again = best_mixtures(programs, bounded=True, most_steps=steps)
        best.put(several, again)
        first = again.first
        # The aims of replies that are the same to the follower come after the reply itself.
        least[several] = np.where(same[first, several], first, reply[several])
    value = _Value.of(best, own[:, least, game])
    return _Programs(reply, game, same, least, best, value)


def _best_programs(
    programs: _Programs, theirs: Array, kept: Array, sure: Array, *, pessimistic: bool
) -> Array:
    """Find the first program of every game that is worth most; -1 where none beats what is kept.

    Games of which that is not known for sure are marked so.
    """
    best, counts = programs.best, programs.best.proved.copy()
    open_ones = ~best.proved & ~best.infeasible
    clear = ~counts & ~open_ones | (not pessimistic)
    chosen, known = np.full(kept.size, -1), np.ones(kept.size, dtype=bool)
    games = np.arange(kept.size)
    while games.size:
        value = _Value.of_whole(kept.copy())
        chosen[games], known[games] = -1, True
        redone = np.isin(programs.game, games)
        for reply in np.unique(programs.reply).tolist():
            some = np.flatnonzero((programs.reply == reply) & counts & redone)
            at, here = programs.game[some], programs.value.at(some)
            sign, told = _compared(here, value.at(at))
            known[at] &= told
            better = sign > 0
            value.put(at[better], here.at(better))
            chosen[at[better]] = some[better]
        high, error = value.high[programs.game], value.error[programs.game]
        above = open_ones & redone & ~(best.upper < high - np.abs(high) * 2.0**-50 - error)
        # A reply that is best only on the edge of a region can never be counted on.
        asked = above.copy()
        asked[chosen[games][chosen[games] >= 0]] = True
        doubtful = np.flatnonzero(asked & ~clear)
        edge, decided = _on_the_edge(programs, theirs, doubtful)
        clear[doubtful] = True
        known[programs.game[above]] = False
        sure[programs.game[doubtful[~decided]]] = False
        gone = doubtful[edge]
        counts[gone] = open_ones[gone] = False
        games = np.unique(programs.game[gone])
    sure &= known
    return chosen


def _on_the_edge(programs: _Programs, theirs: Array, some: Array) -> tuple[Array, Array]:
    """Tell which replies are nowhere better than others that are not the same; and if known."""
    reply, game, same = programs.reply[some], programs.game[some], programs.same[:, some]
    m, n, _ = theirs.shape
    edge, known = np.zeros(some.size, dtype=bool), np.ones(some.size, dtype=bool)
    chosen = theirs[:, reply, game]
    others = np.where(same, -np.inf, theirs[:, :, game])
    left = np.flatnonzero(~((chosen > others.max(axis=1)).any(axis=0) | same.all(axis=0)))
    if left.size:
        # Replies that are the same are left out: another that is not takes their place.
        instead = np.where(same, same.argmin(axis=0), np.arange(n)[:, None])[:, left]
        at = reply[left], game[left]
        rows, low = exact_difference(
            np.broadcast_to(theirs[:, at[0], at[1]], (n, m, left.size)),
            theirs[:, instead, at[1]].swapaxes(0, 1),
        )
        best = best_mixtures(
            Programs(rows, low, n, programs.best.whole[some[left]]),
            bounded=True,
            most_steps=4 * (n + m),
        )
        with np.errstate(all="ignore"):
            # Any mixture tells that a reply is best somewhere, if it is so beyond rounding.
            shares = np.maximum(best.high, 0.0)
            worth = (rows * shares).sum(axis=1)
            bound = (m + 4) * 2.0**-52 * (np.abs(rows) * shares).sum(axis=1)
            bound[:, best.whole] = 0.0
            inside = (worth > bound).all(axis=0)
        edge[left] = np.where(best.whole, ~inside, best.upper <= 0.0)
        known[left] = best.whole | inside | (best.upper <= 0.0)
    return edge, known


def exact_commitment(own: Array, theirs: Array, pure: Sequence[int], *, pessimistic: bool) -> Array:
    """Solve one game in fractions by one program per reply of the follower.

    Takes the best pure commitment and the reply to it. In one row: the leader's mixture, the reply,
    what both earn, and the status.
    """
    mine, unit = in_whole_numbers(own)
    other, _ = in_whole_numbers(theirs)
    nothing = np.array([*[np.nan] * len(own), -1, np.nan, np.nan, Status.NOT_FINISHED])
    best: BestMixture | None = None
    chosen = np.zeros(0, dtype=np.intp)
    for action in range(own.shape[1]):
        losses = np.asarray((other - other[:, [action]]).T)
        same = np.arange(len(losses)) == action
        try:
            if pessimistic:
                same = (losses == 0).all(axis=1)
                # A reply that is best only on the edge of a region can never be counted on.
                ahead = best_mixture(-losses[~same]) if not same.all() else None
                if same[:action].any() or (ahead is not None and ahead.value <= 0):
                    continue
            # The reply is a best one, and the leader earns at least the value against each of
            # those that are the same to the follower.
            found = best_mixture(mine[:, same].T, losses[~same])
        except GaveUp:
            return nothing
        if found is not None and (best is None or found.value > best.value):
            best, chosen = found, np.flatnonzero(same)
    if best is None:
        return nothing
    mixture, reply = best.mixture, int(chosen[(best.mixture @ mine[:, chosen]).argmin()])
    if mine[*pure] >= best.value:
        mixture = np.array([Fraction(int(row == pure[0])) for row in range(len(own))])
        reply = pure[1]
    earned = [mixture @ mine[:, reply] / unit, mixture @ theirs[:, reply]]
    shown = nearest_doubles(np.array([*mixture, *earned], dtype=object))
    status = Status.OK if np.isfinite(shown).all() else Status.NOT_FINISHED
    return np.array([*shown[: len(own)], reply, *shown[len(own) :], status])
