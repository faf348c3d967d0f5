"""Symmetric equilibria of symmetric games in whole numbers, where error bounds leave them open."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers, whole_games
from strategic.equilibria._whole_numbers import WholeNumbers
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration.symmetric._cell_search import roots_of
from strategic.equilibria.enumeration.symmetric._lasting_ties import lasting_ties
from strategic.equilibria.enumeration.symmetric._listed import Rows, index_sums, listed_block
from strategic.equilibria.enumeration.symmetric._systems import Systems, systems_of
from strategic.equilibria.enumeration.symmetric._whole_shares import by_number, whole_shares
from strategic.games.game import Game
from strategic.status import Status


def exact_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Find the symmetric equilibria of games in whole numbers.

    Parameters
    ----------
    games : Game
        As for `_certified.certified_equilibria`; payoffs are taken as written.

    Returns
    -------
    block : EquilibriumBlock
    status : array ``(games,)`` of int8
        ``found_some`` where the equations of three and more actions have ties that cells cannot
        settle.
    """
    count = len(games.payoffs[0])
    status, rows = np.empty(count, dtype=np.int8), []
    for part in whole_games(games):
        table = np.moveaxis(part.tables[0], 0, -1)
        found, status[part.games] = _of_whole(table, part.unit)
        rows += [(part.games[game], mixtures, index) for game, mixtures, index in found]
    return listed_block(games, rows, np.zeros(count, dtype=bool)), status


def _of_whole(table: Array, unit: Array) -> tuple[Rows, Array]:
    """List the equilibria of games by set size, and say what is known of each game."""
    n, count = len(table), table.shape[-1]
    rows: Rows = []
    segments, unsettled = np.zeros((2, count), dtype=bool)
    for k in range(1, n + 1):
        systems = systems_of(table, k)
        if k == 1:
            place, shares, index = _pure(systems)
        elif k == 2:
            gains = by_number(systems.gains)
            segments[systems.game[~(gains[0] != 0).any(axis=0)]] = True
            found = whole_shares(gains)
            place, shares, index = found.place, found.shares, found.index
        else:
            place, shares, index, open_ = _of_many(systems, unit)
            unsettled[systems.game[open_]] = True
        rows.append((systems.game[place], systems.placed(place, shares), index))
    total = index_sums(rows, count)
    tied = np.isnan(total)
    status = np.where(tied | (total == 1), Status.COMPLETE_EXACT, Status.NOT_FINISHED)
    status[segments] = Status.COMPONENTS if n == 2 else Status.FOUND_SOME
    status[unsettled] = Status.FOUND_SOME
    return rows, status.astype(np.int8)


def _pure(systems: Systems) -> tuple[Array, Array, Array]:
    gains = systems.gains.reshape(-1, len(systems.game))
    place = np.flatnonzero((gains <= 0).all(axis=0))
    index = np.where((gains[:, place] < 0).all(axis=0), 1.0, np.nan)
    return place, np.ones((1, len(place))), index


def _of_many(systems: Systems, unit: Array) -> tuple[Array, Array, Array, Array]:
    """Enclose the roots of three and more actions: in whole numbers where bounds do not do."""
    gains, count = systems.gains, len(unit)
    tied = lasting_ties(gains)
    flat = gains.reshape(-1, gains.shape[-1]).T
    whole = WholeNumbers(flat, unit[systems.game])
    rounded = whole.doubles().T.reshape(gains.shape)
    axes = tuple(range(gains.ndim - 1))
    scale = np.abs(rounded).max(axis=axes).reshape(-1, count).max(axis=0)
    scale = np.where(scale == 0.0, 1.0, scale)[systems.game]
    some = np.flatnonzero(~tied)
    place, shares, index, unsettled = roots_of(rounded[..., some] / scale[some])
    known = ~unsettled[place]
    first = some[place[known]], shares[:, known], index[known]
    # An action that always earns the same as the first leaves curves, which cells never settle.
    always = ~(gains[: gains.shape[1] - 1] != 0).any(axis=axes[1:]).all(axis=0)
    some = some[unsettled]
    tied[some] = always[some]
    some = some[~always[some]]
    place, shares, index, unsettled = roots_of(
        as_integers(gains[..., some]), as_integers(unit[systems.game[some]])
    )
    tied[some[unsettled]] = True
    return (
        np.concatenate([first[0], some[place]]),
        np.concatenate([first[1], shares], axis=1),
        np.concatenate([first[2], index]),
        tied,
    )
