"""The best (coarse) correlated equilibria of many games at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.concepts._needed_actions import (
    needed_actions,
    smaller_games,
    whole_games,
)
from strategic.equilibria.pivoting._support_check import mixtures_on
from strategic.equilibria.programs.mixtures import HELD, BestMixtures, Programs, best_mixtures
from strategic.equilibria.programs.twofold import exact_difference, exact_sum
from strategic.equilibria.programs.vertices import Structure, sums_at
from strategic.equilibria.programs.written import Written

NUMBERS = 1 << 21
"""Numbers in programs that are solved together."""
_CACHED = 512
"""Games whose programs are written together."""


def best_devices(written: Written, aim: str | int, *, coarse: bool) -> tuple[Array, Array]:
    """Find the best correlated equilibrium of every game, as exact arithmetic would.

    Parameters
    ----------
    written : Written
        Payoffs of a block of games.
    aim : {"welfare", "egalitarian"} or int
        What is maximised, or whose payoff.
    coarse : bool
        Whether a player may only opt out before the recommendation.

    Returns
    -------
    found : array ``(games, profiles + players + 2)``
        The probabilities, what each player expects, the objective, and the gain from disobeying;
        each rounded once.
    sure : array of bool ``(games,)``
        Which of these are the exact answers; the others mean nothing.
    """
    players, *shape, games = written.payoffs.shape
    size, told = math.prod(shape), len(_deviations(shape, coarse=coarse))
    found, sure = np.zeros((games, size + players + 2)), np.zeros(games, dtype=bool)
    most = max(NUMBERS // (size * (told + players)), 64)
    kept = needed_actions(written, aim, coarse=coarse)
    for all_actions in (False, True):
        left = np.flatnonzero(~sure)
        parts = (
            whole_games(written, left, most)
            if all_actions
            else smaller_games(written, kept, left, most)
        )
        for one in parts:
            rows, only = _solved(one.written, aim, coarse=coarse, only=one.cut)
            cells = one.profiles.T
            found[one.games[:, None], cells] = rows[: -players - 2].T
            found[one.games, size:] = rows[-players - 2 :].T
            sure[one.games] = only
    return found, sure


def _solved(written: Written, aim: str | int, *, coarse: bool, only: bool) -> tuple[Array, Array]:
    """Solve one program per game; see `best_devices`. Games come last.

    Where actions are left out, what is found must be the only optimum, or what the whole program
    ends with may be another.
    """
    players, *shape, games = written.payoffs.shape
    profiles = math.prod(shape)
    utilities = written.payoffs.reshape(players, profiles, games)
    told = _deviations(shape, coarse=coarse)
    programs = _programs(written, aim, told)
    best = best_mixtures(programs, structure=_products(written, told, programs.aims))
    found = np.empty((profiles + players + 2, games))
    found[:profiles], sure = best.shares()
    earned = [best.mean(table, written.unit) for table in utilities]
    for player, mean in enumerate(earned):
        found[profiles + player], right = best.rounded(*mean)
        sure &= right
    if aim == "welfare":
        # Quotients by powers of two can be added as they are.
        plain = not best.whole.any() and (np.frexp(written.unit)[0] == 0.5).all()
        total = best.added(earned) if plain else best.mean(utilities, written.unit)
        found[-2], right = best.rounded(*total)
        sure &= right
    elif aim == "egalitarian":
        found[-2] = np.take_along_axis(found[profiles:-2], best.first[None], axis=0)[0]
    else:
        found[-2] = found[profiles + int(aim)]
    sure &= written.held & _nobody_gains(best, programs)
    if only:
        sure &= best.only[0]
    found[-1] = 0.0  # it is proved that nobody gains
    return found, sure


Deviation = tuple[int, int | None, int]
"""Whose it is, what was recommended (None: whatever it is), and what is played instead."""


def _deviations(shape: Sequence[int], *, coarse: bool) -> list[Deviation]:
    """List the deviations in the order of the program for one game."""
    return [
        (player, told, other)
        for player, actions in enumerate(shape)
        for other in range(actions)
        for told in ((None,) if coarse else range(actions))
        if told != other
    ]


def _programs(written: Written, aim: str | int, deviations: list[Deviation]) -> Programs:
    """Build one program per game: what is aimed at, and the gain from every deviation."""
    payoffs = written.payoffs
    players, shape = len(payoffs), payoffs.shape[1:]
    rounds = not written.whole.all()
    aims = players if aim == "egalitarian" else 1
    rows = np.zeros((aims + len(deviations), *shape))
    low = np.zeros_like(rows) if rounds else None
    for part in block_slices(shape[-1], _CACHED):
        parts = payoffs[..., part], rows[..., part], None if low is None else low[..., part]
        _write_aims(*parts, aim)
        _write_gains(*parts, aims, deviations)
    flat = (len(rows), -1, shape[-1])
    return Programs(
        rows.reshape(flat), None if low is None else low.reshape(flat), aims, written.whole
    )


def _write_aims(payoffs: Array, rows: Array, low: Array | None, aim: str | int) -> None:
    if aim == "egalitarian":
        rows[: len(payoffs)] = payoffs
    elif aim != "welfare":
        rows[0] = payoffs[int(aim)]
    else:
        rows[0] = payoffs[0]
        for table in payoffs[1:]:
            # Two payoffs are added exactly; what a sum of more loses is known well enough.
            rows[0], lost = exact_sum(rows[0], table)
            if low is not None:
                low[0] += lost


def _write_gains(
    payoffs: Array, rows: Array, low: Array | None, aims: int, deviations: list[Deviation]
) -> None:
    for row, (player, told, other) in enumerate(deviations, start=aims):
        place = (*(slice(None),) * player, slice(None) if told is None else slice(told, told + 1))
        instead = (*(slice(None),) * player, slice(other, other + 1))
        table = payoffs[player]
        if low is None:
            np.subtract(table[instead], table[place], out=rows[row][place])
        else:
            rows[row][place], low[row][place] = exact_difference(table[instead], table[place])


def _products(written: Written, deviations: list[Deviation], aims: int) -> Structure:
    """Tell which limits imply each other where only two players are told different things.

    Profiles in use that share an action of either with no other profile in use form a block. Where
    a block is square and full, and two mixtures on its rows and columns make each other's actions
    equally good, the shares may be a multiple of the product of these mixtures, and then nobody
    gains or loses by deviating within the block, whatever the multiple is: one unknown instead of
    one per profile, and no equation.
    """
    shape = written.payoffs.shape[1:-1]
    coarse = any(told is None for _, told, _ in deviations)

    def structure(numbers: Array, used: Array) -> tuple[Array, Array]:
        cells = used.reshape(*shape, -1)
        implied = np.zeros((aims + len(deviations), numbers.size), dtype=bool)
        saved = np.zeros(numbers.size, dtype=np.intp)
        told = [np.asarray(cells.any(axis=_all_but(p, shape))) for p in range(len(shape))]
        several = np.stack([np.asarray(side.sum(axis=0) > 1) for side in told])
        for pair in combinations(range(len(shape)), 2):
            some = np.flatnonzero(several.sum(axis=0) == several[list(pair)].sum(axis=0))
            some = some[several[pair[0], some] & several[pair[1], some]]
            if not some.size:
                continue
            fixed = [side[:, some].argmax(axis=0) for side in told]
            place = tuple(slice(None) if p in pair else fixed[p] for p in range(len(shape)))
            faces = [_faces(written.payoffs[p], place, numbers[some]) for p in pair]
            face = _faces(cells, place, some)
            for rows, columns, full in _blocks(face, faces, coarse=coarse):
                saved[some] += np.where(full, rows.sum(axis=0) ** 2 - 1, 0)
                one = np.flatnonzero(full)
                for row, (player, instead_of, other) in enumerate(deviations, start=aims):
                    if player in pair:
                        inside = (rows, columns)[pair.index(player)][:, one]
                        both = inside[other] & inside[other if instead_of is None else instead_of]
                        implied[row, some[one]] |= both
        return implied, saved

    return structure


def _all_but(player: int, shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(other for other in range(len(shape)) if other != player)


def _faces(table: Array, place: tuple[slice | Array, ...], numbers: Array) -> Array:
    """Fix the actions of all but two players, one profile per game: ``(m, n, games)``."""
    axes = [axis for axis, at in enumerate(place) if isinstance(at, slice)]
    first = np.moveaxis(table, axes, [-2, -1])  # others, games, the two players
    taken = first[(*(at for at in place if not isinstance(at, slice)), numbers)]
    return np.moveaxis(taken, 0, -1)


def _blocks(
    cells: Array, payoffs: Sequence[Array], *, coarse: bool
) -> Iterator[tuple[Array, Array, Array]]:
    """Go through the blocks of the profiles in use: rows, columns, and in which games it is one."""
    m = len(cells)
    joined = np.asarray((cells[:, None] & cells).any(axis=2))
    for _ in range(m.bit_length()):
        joined = np.asarray((joined[:, :, None] & joined).any(axis=1))
    first = joined.argmax(axis=0)  # the first row of the block of every row
    for block in range(m):
        rows = np.asarray((first == block) & cells.any(axis=1))
        inside = cells & rows[:, None]
        columns, size = np.asarray(inside.any(axis=0)), rows.sum(axis=0)
        full = (size > 1) & (size == columns.sum(axis=0)) & (inside.sum(axis=(0, 1)) == size**2)
        if coarse:  # a deviation is from all recommendations
            full &= cells.sum(axis=(0, 1)) == size**2
        if full.any():
            yield rows, columns, _balanced(payoffs, rows, columns, full)


def _balanced(payoffs: Sequence[Array], rows: Array, columns: Array, full: Array) -> Array:
    """Prove for some square blocks that two mixtures make each other's actions equally good."""
    balanced, sizes = np.zeros_like(full), rows.sum(axis=0) * full
    for size in np.unique(sizes[sizes > 0]).tolist():
        alike = np.flatnonzero(sizes == size)
        supports = [np.nonzero(side[:, alike].T)[1].reshape(-1, size) for side in (rows, columns)]
        places = supports[0][:, :, None], supports[1][:, None], alike[:, None, None]
        every = np.tile(np.arange(size), (alike.size, 1))
        balanced[alike] = mixtures_on(payoffs[0][places], payoffs[1][places], every, every)[2]
    return balanced


def _nobody_gains(best: BestMixtures, programs: Programs) -> Array:
    """Check the whole numbers; other vertices are proved with bounds on every limit."""
    fine, used = np.ones(len(best.whole), dtype=bool), (best.high > 0.0).sum(axis=0)
    limits = programs.rows[programs.aims :]
    some = np.flatnonzero(best.whole & (used > 1))
    gains, sizes, _ = sums_at(limits, best.high[:, some], best.error[:, some], numbers=some)
    fine[some] = ((sizes < HELD) & (gains <= 0.0)).all(axis=0)
    some = np.flatnonzero(best.whole & (used == 1))
    fine[some] = (limits[:, best.high[:, some].argmax(axis=0), some] <= 0.0).all(axis=0)
    return fine
