"""Payoffs and regrets of listed pairs of vertices, from the payoffs alone: few actions are in use.

The numbers are those of `payoffs_and_regret_of_two` to the last bit: actions that are not in use
add zeros to its sums, and only these are left out. Payoffs of pure equilibria are looked up, and
none of these has a regret: each action is a best reply, in doubles as in exact numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import LEVEL, payoffs_and_regret_of_two
from strategic.equilibria.enumeration._equilibrium_blocks import TableLines
from strategic.equilibria.enumeration._few_payoffs import Replies, payoffs_and_regret_of_few
from strategic.equilibria.enumeration._vertex_pairs import Pairs

Lanes = slice | Array
_FEW = 100  # equilibria: of fewer, calls take longer than sums


def fill_payoffs_of_pairs(
    lines: TableLines, replies: tuple[Array, Array], pairs: Pairs, game: Array
) -> None:
    """Compute payoffs and regrets of pairs whose strategies are there.

    Parameters
    ----------
    lines : TableLines
        Filled in place.
    replies : arrays ``(m, n, games)``, ``(n, m, games)``, contiguous
        Payoffs of the row player, and of the column player transposed.
    pairs : Pairs
    game : array ``(E,)``
        The game of each among these payoffs.
    """
    found = _of_few(lines, replies, game) if len(game) <= _FEW else None
    if found is None:
        _add_up(lines, replies, pairs, game)
    else:
        lines.payoffs[:], lines.regret[:] = found
    of = pairs.lines
    pure = slice(0, pairs.mixed_x.start)
    actions = [of.action.take(s.take(pairs.line[pure])) for s in (of.support_x, of.support_y)]
    for payoffs, table, (own, other) in zip(
        lines.payoffs, replies, (actions, actions[::-1]), strict=True
    ):
        at = (own * table.shape[1] + other) * table.shape[2] + game[pure]
        payoffs[pure] = table.reshape(-1).take(at)  # negative zeros and all
    if found is None:
        _mend(lines, replies, game)


def _of_few(
    lines: TableLines, replies: tuple[Array, Array], game: Array
) -> tuple[Array, Array] | None:
    """Add up zeros as well, which takes fewer calls; unless a closer look is needed."""
    row, column = (table.take(game, axis=2)[:, :, None] for table in replies)
    x, y = lines.x[:, None], lines.y[:, None]
    sides = [Replies(row, x, y), Replies(column, y, x)]
    if len(x) == len(y):
        joined = zip(*sides, strict=True)
        sides = [Replies(*(np.concatenate(parts, axis=-2) for parts in joined))]
    return payoffs_and_regret_of_few(sides)


def _add_up(lines: TableLines, replies: tuple[Array, Array], pairs: Pairs, game: Array) -> None:
    """Add up payoffs over the actions in use, by how many the other player uses."""
    of, gains = pairs.lines, lines.regret
    gains[:] = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for player, (table, own, other, supports, mixed) in enumerate(
            (
                (replies[0], lines.x, lines.y, of.support_y, pairs.mixed_y),
                (replies[1], lines.y, lines.x, of.support_x, pairs.mixed_x),
            )
        ):
            games, support = table.shape[2], supports.take(pairs.line)
            start = np.arange(len(table))[:, None] * (table.shape[1] * games)
            for lanes, used in _by_size(support, mixed, table.shape[1], pairs.mixed_x.start):
                at = used[0] * games + game[lanes]
                reply = table.reshape(-1).take(start + at)
                if len(used) > 1:
                    shares = _shares(other, used, lanes)
                    reply *= shares[0]
                    for actions, share in zip(used[1:], shares[1:], strict=True):
                        at = actions * games + game[lanes]
                        reply += table.reshape(-1).take(start + at) * share
                best = reply.max(axis=0)
                reply *= own[:, lanes]
                earned = np.zeros(len(best))
                for share in reply:
                    earned += share
                lines.payoffs[player, lanes] = earned
                best -= earned
                gains[lanes] = np.maximum(gains[lanes], best)
    gains += 0.0  # no negative zeros


def _by_size(
    support: Array, mixed: slice, actions: int, first: int
) -> Iterator[tuple[Lanes, Array]]:
    """Go through pairs by how many actions the other player uses; give those actions.

    The ``first`` pairs, in which nobody mixes, are left out.
    """
    members = _members(actions)
    for pure in (slice(first, mixed.start), slice(mixed.stop, len(support))):
        if pure.start < pure.stop:
            yield pure, members[:1].take(support[pure], axis=1)
    own = support[mixed]
    size = _sizes(actions).take(own)
    for number in range(2, actions + 1):
        some = (size == number).nonzero()[0]
        if len(some):
            yield some + mixed.start, members[:number].take(own.take(some), axis=1)


def _shares(other: Array, used: Array, lanes: Lanes) -> Array:
    if isinstance(lanes, slice):
        lanes = np.arange(lanes.start, lanes.stop)
    found: Array = other.reshape(-1).take(used * other.shape[1] + lanes)
    return found


def _mend(lines: TableLines, replies: tuple[Array, Array], game: Array) -> None:
    """Do the few again in which sums overflow, or payoffs differ by far less than their size."""
    doubtful = lines.regret != 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        beyond = not np.isfinite(lines.payoffs.sum())
    if beyond:
        doubtful |= ~np.isfinite(lines.payoffs).all(axis=0)
    lanes = doubtful.nonzero()[0]
    unsure = ~np.isfinite(lines.payoffs.take(lanes, axis=1)).all(axis=0)
    unsure |= ~np.isfinite(lines.regret.take(lanes))
    for table in replies:
        # Corners that are near each other are rare, and others in between more so.
        first, last = (corner.take(game.take(lanes)) for corner in (table[0, 0], table[-1, -1]))
        with np.errstate(over="ignore"):
            near = (np.abs(first - last) < LEVEL * np.abs(first)).nonzero()[0]
            whole = table.take(game.take(lanes[near]), axis=2)
            spread = whole.max(axis=(0, 1)) - whole.min(axis=(0, 1))
        unsure[near] |= spread < LEVEL * np.abs(first[near])
    lanes = lanes[unsure]
    if len(lanes):
        row, column = (table.take(game.take(lanes), axis=2) for table in replies)
        lines.payoffs[:, lanes], lines.regret[lanes] = payoffs_and_regret_of_two(
            row, column, lines.x.take(lanes, axis=1), lines.y.take(lanes, axis=1)
        )


@lru_cache(maxsize=32)
def _members(actions: int) -> Array:
    """List the actions of each set, ascending, ``(actions, sets)``; the others after them."""
    sets = np.arange(1 << actions)[:, None] >> np.arange(actions) & 1
    return np.argsort(1 - sets, axis=1, kind="stable").T.copy()


@lru_cache(maxsize=32)
def _sizes(actions: int) -> Array:
    sizes: Array = (np.arange(1 << actions)[:, None] >> np.arange(actions) & 1).sum(axis=1)
    return sizes
