"""Games with ties: which have any, and which have so many that exact arithmetic takes them."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

_FEW = 3  # payoffs so far apart take four values


def tied(row: Array, column: Array) -> Array:
    """Tell in which games two replies to an action earn the same.

    In these zeros are many: single precision settles nothing, and vertices are not certain.
    """
    equal = np.zeros(len(row), dtype=bool)
    for payoffs in (row, column.swapaxes(1, 2)):
        for apart in range(1, payoffs.shape[1]):
            left = (~equal).nonzero()[0]
            # Where most are tied, the first replies show it; else nothing is worth copying.
            part = slice(None) if 2 * len(left) > len(equal) else left
            own = payoffs[part]
            equal[part] |= (own[:, apart:] == own[:, :-apart]).any(axis=(1, 2))
    return equal


def crowded(row: Array, column: Array) -> Array:
    """Tell which games of small whole numbers have as many ties as actions, or few payoffs.

    Most of these are degenerate, so that they go to exact arithmetic at once, which takes doubles
    for whole numbers.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``, contiguous
        Payoffs.
    """
    games, m, n = row.shape
    found = np.zeros(games, dtype=bool)
    # Payoffs that are not whole show at once.
    some = (row[:, 0, 0] == np.rint(row[:, 0, 0])).nonzero()[0]
    if not len(some):
        return found
    part = slice(None) if len(some) == games else some
    tables = row[part], column[part]
    with np.errstate(invalid="ignore"):  # what is too large is not small
        short = [payoffs.astype(np.int8) for payoffs in tables]
    if not all((own == payoffs).all() for own, payoffs in zip(short, tables, strict=True)):
        small = np.ones(len(some), dtype=bool)
        for own, payoffs in zip(short, tables, strict=True):
            small &= (own == payoffs).all(axis=(1, 2))
        some = some[small]
        short = [own[small] for own in short]
    if all(own.max(initial=0) <= int(own.min(initial=127)) + _FEW for own in short):
        found[some] = True
        return found
    ties, few = np.zeros(len(some), dtype=np.uint16), np.ones(len(some), dtype=bool)
    for own, order in zip(short, ((1, 2, 0), (2, 1, 0)), strict=True):
        replies = np.ascontiguousarray(own.transpose(order))
        few &= replies.max(axis=(0, 1)) <= replies.min(axis=(0, 1)).astype(np.int16) + _FEW
        for first, reply in enumerate(replies):
            for other in replies[:first]:
                ties += np.add.reduce(reply == other, axis=0, dtype=np.uint8)
    found[some[few | (ties >= max(m, n))]] = True
    return found
