"""Symmetric equilibria of a block of symmetric games of three and more players."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._regret import payoffs_and_regret_of_many
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    profile_lines,
    table_height,
)
from strategic.equilibria.enumeration.symmetric._cells import roots_of
from strategic.equilibria.enumeration.symmetric._polynomial import is_zero, shares_of_two
from strategic.equilibria.enumeration.symmetric._systems import systems_of
from strategic.games.game import Game
from strategic.status import Status

Rows = list[tuple[Array, Array, Array]]
"""Per set size: numbers of games, common mixtures ``(n, rows)``, and their symmetric indices."""


def certified_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Find the symmetric equilibria of games in which error bounds settle everything.

    Parameters
    ----------
    games : Game
        A batch with one axis, of symmetric games.

    Returns
    -------
    block : EquilibriumBlock
        All symmetric equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is listed for them.
    """
    n, count = games.shape[0], len(games.payoffs[0])
    table = np.moveaxis(games.payoffs[0], 0, -1)
    left = games.rounded.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.abs(table).max(axis=tuple(range(table.ndim - 1)))
        left |= ~((size < 2.0**1000) & (size > 2.0**-900))
        scaled = np.ldexp(np.where(left, 0.0, table), -np.frexp(np.where(left, 1.0, size))[1])
    rows: Rows = []
    for k in range(1, n + 1):
        systems = systems_of(scaled, k)
        if k == 1:
            gains = systems.gains.reshape(n - 1, len(systems.game))
            kept = np.flatnonzero((gains < 0.0).all(axis=0) & ~left[systems.game])
            left[systems.game[(gains == 0.0).any(axis=0) & (gains <= 0.0).all(axis=0)]] = True
            place, shares, index = kept, np.ones((1, len(kept))), np.ones(len(kept))
        else:
            some = np.flatnonzero(~left[systems.game])
            place, shares, index, unsettled = roots_of(systems.gains[..., some])
            place = some[place]
            left[systems.game[some[unsettled]]] = True
        mixtures = np.zeros((n, len(place)))
        np.put_along_axis(mixtures, systems.actions[:k, place], shares, axis=0)
        rows.append((systems.game[place], mixtures, index))
    total = np.zeros(count)
    for game, _, index in rows:
        np.add.at(total, game, index)
    left |= total != 1
    status = np.where(left, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    return _block(games, rows, left), status


def exact_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Find the symmetric equilibria of games in fractions, one game after the other.

    Parameters
    ----------
    games : Game
        As for `certified_equilibria`; payoffs are taken as written.

    Returns
    -------
    block : EquilibriumBlock
    status : array ``(games,)`` of int8
        ``found_some`` where the equations of three and more actions have ties that cells cannot
        settle.
    """
    count = len(games.payoffs[0])
    tables = np.moveaxis(games.fractions()[0], 0, -1)
    status, rows = np.empty(count, dtype=np.int8), []
    for number in range(count):
        found, status[number] = _of_one(tables[..., number : number + 1])
        rows += [(np.full(len(index), number), mixtures, index) for mixtures, index in found]
    return _block(games, rows, np.zeros(count, dtype=bool)), status


def _of_one(table: Array) -> tuple[list[tuple[Array, Array]], Status]:
    """List the equilibria of one game by set size, and say what is known."""
    n, found = len(table), []
    settled, segments, tied = True, False, False
    for k in range(1, n + 1):
        systems = systems_of(table, k)
        if k > 2:
            place, shares, index, unsettled = _of_many(systems.gains)
            settled &= not unsettled
        else:
            solve = _pure if k == 1 else _of_two
            listed = [solve(systems.gains[..., s]) for s in range(len(systems.game))]
            segments |= k == 2 and any(
                is_zero(_by_number(systems.gains[..., s])[0]) for s in range(len(systems.game))
            )
            place = np.repeat(np.arange(len(listed)), [len(part) for part in listed])
            flat = [pair for part in listed for pair in part]
            shares = np.array([share for share, _ in flat], dtype=float).reshape(-1, k).T
            index = np.array([np.nan if i is None else i for _, i in flat], dtype=float)
        mixtures = np.zeros((n, len(place)))
        np.put_along_axis(mixtures, systems.actions[:k, place], shares, axis=0)
        found.append((mixtures, index))
        tied |= bool(np.isnan(index).any())
    total = sum(float(index.sum()) for _, index in found)
    if not settled or (segments and n > 2):
        return found, Status.FOUND_SOME
    if segments:
        return found, Status.COMPONENTS
    return found, Status.COMPLETE_EXACT if tied or total == 1 else Status.NOT_FINISHED


def _of_many(gains: Array) -> tuple[Array, Array, Array, bool]:
    """Enclose the roots of sets of three and more actions: in fractions where bounds do not do."""
    rounded = nearest_doubles(gains)
    scale = np.abs(rounded).max(initial=0.0)
    place, shares, index, unsettled = roots_of(rounded / (scale or 1.0))
    k, some = gains.shape[1], np.flatnonzero(unsettled)
    # An action that always earns the same as the first leaves curves, which cells never settle.
    axes = tuple(range(1, gains.ndim - 1))
    largest = np.asarray(np.abs(rounded[: k - 1]).max(axis=axes).min(axis=0))
    hopeless = largest[some] == 0.0
    known = ~unsettled[place]
    again = some[~hopeless]
    more = roots_of(gains[..., again])
    return (
        np.concatenate([place[known], again[more[0]]]),
        np.concatenate([shares[:, known], more[1]], axis=1),
        np.concatenate([index[known], more[2]]),
        bool(hopeless.any() or more[3].any()),
    )


def _pure(gains: Array) -> list[tuple[list[Fraction], int | None]]:
    others = gains.reshape(-1).tolist()
    if any(gain > 0 for gain in others):
        return []
    return [([Fraction(1)], 1 if all(gain < 0 for gain in others) else None)]


def _of_two(gains: Array) -> list[tuple[list[Fraction], int | None]]:
    gain, *others = _by_number(gains)
    return [([1 - s.second, s.second], s.index) for s in shares_of_two(gain, others)]


def _by_number(gains: Array) -> list[list[Any]]:
    """Give gains by how many opponents use the second of two actions."""
    degree = gains.ndim - 1
    return [[row[(1,) * j + (0,) * (degree - j)] for j in range(degree + 1)] for row in gains]


def _block(games: Game, rows: Rows, left: Array) -> EquilibriumBlock:
    """Write out what was found, with the indices that equilibria have in the game itself.

    The Jacobian at a symmetric profile is a Kronecker product of the game's, ``B`` per opponent,
    with the matrix that has zeros on its diagonal and ones elsewhere.
    """
    shape, count = games.shape, len(left)
    players = len(shape)
    game = np.concatenate([part[0] for part in rows]).astype(np.int64)
    mixtures = np.concatenate([part[1] for part in rows], axis=1)
    index = np.concatenate([part[2] for part in rows])
    order = np.flatnonzero(~left[game])
    order = order[np.argsort(game[order], kind="stable")]
    game, mixtures, index = game[order], mixtures[:, order], index[order]
    parity = ((mixtures > 0.0).sum(axis=0) - 1) * (players - 1) % 2
    table = np.empty((table_height(shape), len(game)))
    lines = profile_lines(table, shape)
    for strategy in lines.strategies:
        strategy[:] = mixtures
    lines.index[:] = index**players * (1 - 2 * parity)
    own = np.stack([np.moveaxis(payoffs[game], 0, -1) for payoffs in games.payoffs])
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_many(own, lines.strategies)
    return EquilibriumBlock(np.bincount(game, minlength=count), table)
