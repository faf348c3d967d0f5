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
    best, reply = _best_reply_programs(written, sure, pessimistic=pessimistic)
    against = own[:, reply, numbers], theirs[:, reply, numbers]
    # A pure commitment is shown where no mixture earns more.
    kept = own[(*pure, numbers)]
    alone = (best.high > 0.0).sum(axis=0) == 1
    value = _Value.of(best, against[0])
    at_vertex = _Value.of_whole(np.where(alone, against[0][best.high.argmax(axis=0), numbers], 0.0))
    above = np.where(alone, _compared(_Value.of_whole(kept), at_vertex)[0], 0)
    compared, known = _compared(_Value.of_whole(kept), value)
    at_least = np.where(alone, above >= 0, compared >= 0)
    sure &= known | alone
    shares, right = best.shares()
    found = np.zeros((m + 3, games))
    found[:m], found[m] = np.where(at_least, np.arange(m)[:, None] == pure[0], shares), reply
    found[m] = np.where(at_least, pure[1], reply)
    sure &= right | at_least
    for row, (table, mixed) in enumerate(zip(written.payoffs, against, strict=True), start=m + 1):
        earned, right = best.rounded_mean(mixed, written.unit)
        found[row] = np.where(at_least, table[(*pure, numbers)] / written.unit, earned)
        sure &= right | at_least
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
        return cls(total, best.total, best.whole, high, low, error)

    @classmethod
    def of_whole(cls, number: Array) -> _Value:
        nothing = np.zeros_like(number)
        return cls(number, nothing + 1.0, nothing == 0.0, number, nothing, nothing)

    def where(self, chosen: Array, other: _Value) -> _Value:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Value(*(np.where(chosen, mine, theirs) for mine, theirs in pairs))


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


def _best_reply_programs(
    written: Written, sure: Array, *, pessimistic: bool
) -> tuple[BestMixtures, Array]:
    """Solve the programs of all replies; give the best mixture of every game, and the reply.

    Games whose best program is not known for sure are marked as not sure.
    """
    own, theirs = written.payoffs
    _, n, games = own.shape
    same = np.eye(n, dtype=bool)[:, :, None] & np.ones(games, dtype=bool)
    skipped = np.zeros((n, games), dtype=bool)
    if pessimistic:
        same = (theirs[:, :, None] == theirs[:, None]).all(axis=0)
        skipped, known = _never_alone(theirs, same, written.whole)
        sure &= known
    solved = _programs_of_replies(written, same, skipped)
    chosen, replies = np.zeros(games, dtype=np.intp), np.zeros(games, dtype=np.intp)
    value = _Value.of_whole(np.full(games, -np.inf))
    numbers = np.arange(games)
    for reply in range(n):
        one = solved.of(reply * games + numbers)
        # The aims of replies that are the same to the follower come after the reply itself.
        least = np.where(same[reply][one.first, numbers], one.first, reply)
        here = _Value.of(one, own[:, least, numbers])
        sign, known = _compared(here, value)
        counts = one.proved & ~skipped[reply]
        first = counts & np.isneginf(value.high)
        sure &= known | first | ~counts
        better = first | (counts & (sign > 0))
        value = here.where(better, value)
        chosen, replies = np.where(better, reply, chosen), np.where(better, least, replies)
    for reply in range(n):  # what is not proved must at least be worth less
        one = solved.of(reply * games + numbers)
        open_ones = ~one.proved & ~one.infeasible & ~skipped[reply]
        below = one.upper < value.high - np.abs(value.high) * 2.0**-50 - value.error
        sure &= ~open_ones | below
    sure &= np.isfinite(value.high)
    return solved.of(chosen * games + numbers), replies


def _programs_of_replies(written: Written, same: Array, skipped: Array) -> BestMixtures:
    """Solve one program per reply and game, the replies one after the other.

    The mixtures are those to which the reply is a best one, and they earn the least against
    the replies that are the same to the follower.
    """
    own, theirs = written.payoffs
    m, n, games = own.shape
    rows = np.zeros((1 + n, m, n, games))
    rows[0] = own
    low = None if written.whole.all() else np.zeros_like(rows)
    for other in range(n):
        if low is None:
            np.subtract(theirs[:, other, None], theirs, out=rows[1 + other])
        else:
            rows[1 + other], low[1 + other] = exact_difference(theirs[:, other, None], theirs)
    flat = (1 + n, m, n * games)
    whole = np.tile(written.whole, n)
    rows, low = rows.reshape(flat), None if low is None else low.reshape(flat)
    steps = 4 * (n + m)
    several = np.flatnonzero((same.sum(axis=1) > 1) & ~skipped)
    found = best_mixtures(Programs(rows, low, 1, whole), bounded=True, most_steps=steps)
    if several.size:
        # One aim per reply; that of the reply itself where another is not the same.
        reply, game = several // games, several % games
        aims = np.where(
            same[reply, :, game][:, :, None], own[:, :, game].T, own[:, reply, game].T[:, None]
        )
        aims = np.moveaxis(aims, 0, -1)
        more = np.concatenate([aims, rows[1:, :, several]])
        lost = None if low is None else np.concatenate([0.0 * aims, low[1:, :, several]])
        programs = Programs(more, lost, n, whole[several])
        found.put(several, best_mixtures(programs, bounded=True, most_steps=steps))
    return found


def _never_alone(theirs: Array, same: Array, whole: Array) -> tuple[Array, Array]:
    """Tell which replies are best only on the edge of a region, or like one before them.

    The first can never be counted on, the second need not be looked at: ``(n, games)``; and
    tell for which games this is known.
    """
    m, n, games = theirs.shape
    repeated = np.array([same[reply, :reply].any(axis=0) for reply in range(n)])
    ahead = theirs[:, :, None] - theirs[:, None]  # of a reply over another
    lost = exact_difference(theirs[:, :, None], theirs[:, None])[1]
    # Replies that are the same are left out: another that is not takes their place.
    instead = np.broadcast_to(same.argmin(axis=1)[:, None], same.shape)
    index = np.where(same, instead, np.arange(n)[:, None])[None]
    rows, low = (
        np.moveaxis(np.take_along_axis(side, np.broadcast_to(index, side.shape), axis=2), 2, 0)
        for side in (ahead, lost)
    )
    flat = (n, m, n * games)
    programs = Programs(rows.reshape(flat), low.reshape(flat), n, np.tile(whole, n))
    best = best_mixtures(programs, bounded=True, most_steps=4 * (n + m))
    with np.errstate(all="ignore"):
        # Any mixture tells that a reply is best somewhere, if it is so beyond rounding.
        shares = np.maximum(best.high, 0.0)
        worth = (programs.rows * shares).sum(axis=1)
        bound = (m + 4) * 2.0**-52 * (np.abs(programs.rows) * shares).sum(axis=1)
        bound[:, best.whole] = 0.0
        inside = (worth > bound).all(axis=0)
    edge = np.where(best.whole, ~inside, best.upper <= 0.0).reshape(n, games)
    known = (best.whole | inside | (best.upper <= 0.0)).reshape(n, games)
    alone = same.all(axis=1)
    return repeated | (edge & ~alone), (known | repeated | alone).all(axis=0)


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
