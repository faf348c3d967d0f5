"""Elimination of dominated actions of one game, where arrays of one lane would cost more.

The same as `_elimination` does for many games, action by action: tests hold them equal.
"""

from __future__ import annotations

import math

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._exact_program import GaveUp
from strategic.equilibria.concepts._dominating import LARGEST, dominating_mixture
from strategic.equilibria.concepts._reduction import Elimination, Kind, Reduction
from strategic.games._numbers import as_fractions
from strategic.games.game import Game
from strategic.status import Status


def reduced(games: Game, kind: Kind, *, mixed: bool, rounds: int | None) -> Reduction:
    """Eliminate round by round; see `Dominance`."""
    tables = games.fractions() if games.rounded else games.payoffs
    kept = [np.arange(n) for n in games.shape]
    done: list[Elimination] = []
    number, last = 0, math.inf if rounds is None else rounds
    status = Status.OK
    while number < last:
        number += 1
        try:
            found = _round(number, tables, kept, kind, mixed=mixed)
        except GaveUp:
            status = Status.NOT_FINISHED
            break
        if not found:
            break
        done += found
        for player, actions in enumerate(kept):
            gone = [e.action for e in found if e.player == player]
            kept[player] = actions[~np.isin(actions, gone)]
    return Reduction(games, tuple(kept), tuple(done), kind, np.asarray(status, dtype=np.int8))


def _round(
    number: int, tables: tuple[Array, ...], kept: list[Array], kind: Kind, *, mixed: bool
) -> list[Elimination]:
    """Find all of a round before any goes, so the order inside a round is moot."""
    found = []
    for player, table in enumerate(tables):
        own = np.moveaxis(table[np.ix_(*kept)], player, 0).reshape(len(kept[player]), -1)
        for place, action in enumerate(kept[player].tolist()):
            better = _dominator(own, place, kind, mixed=mixed)
            if better is not None:
                weights = np.zeros(table.shape[player])
                weights[kept[player]] = better[0]
                found.append(Elimination(number, player, action, weights, kind, better[1]))
    return found


def _dominator(own: Array, place: int, kind: Kind, *, mixed: bool) -> tuple[Array, float] | None:
    """Best pure dominator by its least gain; a mixture only where no pure action dominates.

    The payoffs are doubles, or fractions where doubles cannot hold them.
    """
    # Every gain is the double nearest to it, with its sign kept: least gains are exact as well.
    with np.errstate(over="ignore"):
        gains = own - own[place]
    if own.dtype == object:
        gains = nearest_doubles(gains)
    pure = (gains > 0.0).all(axis=1) if kind == "strict" else (gains >= 0.0).all(axis=1)
    pure &= (gains > 0.0).any(axis=1)
    if pure.any():
        best = int(np.flatnonzero(pure)[gains[pure].min(axis=1).argmax()])
        return np.eye(len(own))[best], min(float(gains[best].min()), LARGEST)
    if not mixed or len(own) < 3:  # a mixture needs two other actions
        return None
    others = [a for a in range(len(own)) if a != place]
    most = gains[others].max(axis=0)
    if (most <= 0.0 if kind == "strict" else most < 0.0).any():
        return None  # it is a best reply to some profile
    exact = as_fractions(own)
    found = dominating_mixture(exact[others] - exact[place], kind=kind)
    return None if found is None else (np.insert(found[0], place, 0.0), found[1])
