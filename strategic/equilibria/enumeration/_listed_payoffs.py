"""Listed pairs of vertices written where they are to stand: strategies, payoffs, regrets.

Pure equilibria, which most are, are looked up. None of these has a regret: each action is a best
reply, in doubles as in exact numbers. Payoffs of the others are those of
`payoffs_and_regret_of_two` to the last bit: actions that are not in use add zeros to its sums, and
only these are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import LEVEL, payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import SUPPORTS, lines_of, tables_of
from strategic.equilibria.enumeration._extreme_equilibria import ListedExtremes
from strategic.equilibria.enumeration._few_payoffs import Replies, payoffs_and_regret_of_few
from strategic.equilibria.enumeration._vertex_labels import pure_shares, set_members, set_sizes

_FEW = 100  # equilibria: of fewer, calls take longer than sums
_OFTEN = 2  # actions in use: that many most mixtures have


@dataclass(frozen=True, eq=False)
class ListedTable:
    """What is wanted of listed pairs, to be written while their vertices are in memory.

    Parameters
    ----------
    found : ListedExtremes
    payoffs : arrays ``(games, m, n)``, contiguous
        Payoffs of the row player and of the column player.
    number : array, optional
        Which of these games each game of the pairs is; all of them by default.
    want : str, optional
        What is wanted of the equilibria; everything by default.
    """

    found: ListedExtremes
    payoffs: tuple[Array, Array]
    number: Array | None
    want: str | None

    def write_to(self, target: Array) -> None:
        """Write the lines that are wanted."""
        pairs, (m, n) = self.found.pairs, self.payoffs[0].shape[1:]
        supports = pairs.x >> n, pairs.y >> m
        of_sets = set_members if self.want == SUPPORTS else pure_shares
        tables = [*of_sets(m), *of_sets(n)]
        for place, (line, table) in enumerate(zip(target, tables, strict=False)):
            table.take(supports[place >= m], out=line, mode="clip")
        if self.want == SUPPORTS:
            return
        both = _mixes(m).take(supports[0])
        both |= _mixes(n).take(supports[1])
        mixed = both.nonzero()[0]
        strategies = self.found.strategies(mixed)
        for line, shares in zip(target, strategies, strict=False):
            line[mixed] = shares
        if self.want is not None:
            return
        lines = lines_of(target, (m, n))
        lines.index[:], lines.regret[:] = pairs.index, 0.0
        start = pairs.game if self.number is None else self.number.take(pairs.game)
        start = start * (m * n)
        cell = _actions(m, n).take(supports[0])
        cell += _actions(n, 1).take(supports[1])
        cell += start
        for line, table in zip(lines.payoffs, self.payoffs, strict=True):
            table.reshape(-1).take(cell, out=line, mode="clip")
        if len(mixed):
            own = tuple(support.take(mixed) for support in supports)
            payoffs, regret = _of_mixed(self.payoffs, strategies, own, start.take(mixed))
            for line, numbers in zip(lines.payoffs, payoffs, strict=True):
                line[mixed] = numbers
            lines.regret[mixed] = regret


def _of_mixed(
    payoffs: tuple[Array, Array], strategies: Array, supports: tuple[Array, ...], start: Array
) -> tuple[Array, Array]:
    """Compute payoffs ``(2, E)`` and regrets; payoffs of the game of each begin at ``start``."""
    m = payoffs[0].shape[1]
    x, y = strategies[:m], strategies[m:]
    if len(start) <= _FEW:
        found = _of_few(payoffs, x, y, start)
        if found is not None:
            return found
    earned, gains = np.empty((2, len(start))), np.zeros(len(start))
    with np.errstate(over="ignore", invalid="ignore"):
        for player, (own, other) in enumerate(((x, y), (y, x))):
            replies = _replies(payoffs[player], other, supports[1 - player], start, player)
            best = replies.max(axis=0)
            replies *= own
            total = np.add(replies[0], 0.0, out=earned[player])
            for reply in replies[1:]:
                total += reply
            best -= total
            np.maximum(gains, best, out=gains)
    gains += 0.0  # no negative zeros
    _mend(payoffs, strategies, start, earned, gains)
    return earned, gains


def _of_few(
    payoffs: tuple[Array, Array], x: Array, y: Array, start: Array
) -> tuple[Array, Array] | None:
    """Add up all zeros as well, which takes fewer calls; unless a closer look is needed."""
    game = start // payoffs[0][0].size
    row = payoffs[0].take(game, axis=0).transpose(1, 2, 0)[:, :, None]
    column = payoffs[1].take(game, axis=0).transpose(2, 1, 0)[:, :, None]
    x, y = x[:, None], y[:, None]
    sides = [Replies(row, x, y), Replies(column, y, x)]
    if len(x) == len(y):
        joined = zip(*sides, strict=True)
        sides = [Replies(*(np.concatenate(parts, axis=-2) for parts in joined))]
    with np.errstate(over="ignore", invalid="ignore"):
        return payoffs_and_regret_of_few(sides)


def _replies(payoffs: Array, other: Array, support: Array, start: Array, player: int) -> Array:
    """Add up what each reply earns over the actions that the other player uses."""
    (_, m, n), flat = payoffs.shape, payoffs.reshape(-1)
    # In the table of a game, the places of one own action and of one of the other player.
    step, apart = ((n, 1), (1, n))[player]
    every, members = np.arange(len(start)), _members(len(other))
    for place, actions in enumerate(members):
        if place < _OFTEN:  # a zero is added where there is no such action
            lanes, action, first = every, actions.take(support), start
        else:
            lanes = (set_sizes(len(other)).take(support) > place).nonzero()[0]
            if not len(lanes):
                break
            action, first = actions.take(support.take(lanes)), start.take(lanes)
        shares = other.reshape(-1).take(action * len(start) + lanes)
        action *= apart
        action += first
        terms = np.empty(((m, n)[player], len(lanes)))
        for term in terms:
            flat.take(action, out=term, mode="clip")
            action += step
        terms *= shares
        if place == 0:
            replies = terms
        elif place < _OFTEN:
            replies += terms
        else:
            for reply, term in zip(replies, terms, strict=True):
                reply[lanes] += term
    return replies


def _mend(
    payoffs: tuple[Array, Array], strategies: Array, start: Array, earned: Array, gains: Array
) -> None:
    """Do the few again in which sums overflow, or payoffs differ by far less than their size."""
    with np.errstate(over="ignore", invalid="ignore"):
        beyond = not np.isfinite(earned.sum())
    doubtful = gains != 0.0
    if beyond:
        doubtful |= ~np.isfinite(earned).all(axis=0)
    lanes = doubtful.nonzero()[0]
    unsure = ~np.isfinite(gains.take(lanes))
    if beyond:
        unsure |= ~np.isfinite(earned.take(lanes, axis=1)).all(axis=0)
    (_, m, n), first = payoffs[0].shape, start.take(lanes)
    for table in payoffs:
        # Corners that are near each other are rare, and others in between more so.
        flat, near = table.reshape(-1), np.arange(len(lanes))
        with np.errstate(over="ignore"):
            for place in (m * n - 1, n - 1):
                at = first.take(near)
                corner = flat.take(at)
                apart = np.abs(corner - flat.take(at + place))
                near = near[apart < LEVEL * np.abs(corner)]
            corner = np.abs(flat.take(first.take(near)))
            whole = table.take(first.take(near) // (m * n), axis=0)
            spread = whole.max(axis=(1, 2)) - whole.min(axis=(1, 2))
        unsure[near] |= spread < LEVEL * corner
    lanes = lanes[unsure]
    if len(lanes):
        game = start.take(lanes) // (m * n)
        row, column = (tables_of(table, game) for table in payoffs)
        x, y = np.split(strategies.take(lanes, axis=1), [m])
        earned[:, lanes], gains[lanes] = payoffs_and_regret_of_two(row, column.swapaxes(0, 1), x, y)


@lru_cache(maxsize=32)
def _members(actions: int) -> Array:
    """List the actions of each set, ascending, ``(actions, sets)``; the others after them."""
    members: Array = np.argsort(~set_members(actions), axis=0, kind="stable")
    return members


@lru_cache(maxsize=32)
def _mixes(actions: int) -> Array:
    """Tell which sets have several actions."""
    several: Array = set_sizes(actions) > 1
    return several


@lru_cache(maxsize=64)
def _actions(actions: int, step: int) -> Array:
    """Give the only action of each set times ``step``."""
    places: Array = pure_shares(actions).argmax(axis=0) * step
    return places
