"""Exact enumeration of the games that error bounds leave open.

Ties rarely touch more than a few supports of a game. What comparisons, short whole numbers and
error bounds settle, for all games at once, is taken from them; the supports that are left are
solved one after the other in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._whole_numbers import whole_numbers
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration.players._certified import (
    ordered_payoffs,
    strict_equilibria,
    support_numbers,
)
from strategic.equilibria.enumeration.players._exact_search import ExactSearch
from strategic.equilibria.enumeration.players._exact_supports import (
    MOST_CELLS_OF_A_GAME,
    solve_support,
)
from strategic.equilibria.enumeration.players._findings import Findings, Profile
from strategic.equilibria.enumeration.players._found_profiles import FoundProfiles, block_of
from strategic.equilibria.enumeration.players._patterns import Pattern, patterns
from strategic.equilibria.enumeration.players._short_ties import (
    is_settled,
    settled_columns,
    short_payoffs,
)
from strategic.equilibria.enumeration.players._striking import surviving_supports
from strategic.equilibria.enumeration.players._tensors import Gains, ScaledGames, gathered
from strategic.games.game import Game

_FEW_CELLS = 16
"""In doubles, of a support that may be tied, times two for every free share."""


def exact_equilibria(games: Game, *, doubles: bool = True) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of a block of games, ties told exactly.

    Parameters
    ----------
    games : Game
        A batch with one axis. Doubles are taken as they are, rounded payoffs as written.
    doubles : bool, default True
        Whether supports may be settled in doubles where error bounds prove it; if not, all that
        comparing payoffs leaves is computed in whole numbers.

    Returns
    -------
    block : EquilibriumBlock
        The equilibria, numbered within the block.
    status : array ``(games,)`` of int8
        ``found_some`` marks degenerate games.
    """
    shape, count = games.shape, len(games.payoffs[0])
    payoffs = np.stack([table.reshape(count, -1).T for table in games.payoffs])
    columns = _surviving_columns(games)
    known = [Findings() for _ in range(count)]
    if doubles:
        _settle(columns, games, payoffs, known)
        _settle_long(columns, games, known)
    for settled in (one for part in columns for one in part.found):
        for number, index in zip(settled.game.tolist(), settled.index.tolist(), strict=True):
            known[number].add(None if np.isnan(index) else int(index))
    for part, listed in _solved_one_by_one(columns, games, known):
        part.list(
            np.array([column for column, _, _ in listed], dtype=np.int64),
            tuple(
                nearest_doubles(
                    np.array([shares[i] for _, shares, _ in listed], dtype=object).reshape(-1, k).T
                )
                for i, k in enumerate(part.pattern.sizes)
            ),
            np.array([np.nan if index is None else index for _, _, index in listed]),
        )
    found = [part.joined() for part in columns]
    status = np.array([one.status for one in known], dtype=np.int8)
    return block_of(found, payoffs, shape, np.ones(count, dtype=bool)), status


def exact_findings(games: Game) -> list[Findings]:
    """Find out about the equilibria of every game of a block, in whole numbers."""
    columns = _surviving_columns(games)
    known = [Findings() for _ in range(len(games.payoffs[0]))]
    for part, listed in _solved_one_by_one(columns, games, known):
        for column, shares, index in listed:
            found, support = known[int(part.game[column])], int(part.support[column])
            profile = []
            for used, actions in zip(shares, part.pattern.actions, strict=True):
                mixture = [Fraction(0)] * len(actions)
                for share, action in zip(used, actions[:, support].tolist(), strict=False):
                    mixture[action] = share
                profile.append(tuple(mixture))
            found.profiles.append((tuple(profile), index))
    return known


@dataclass
class _Columns:
    """The supports of one pattern that comparisons leave in the games of a block."""

    pattern: Pattern
    support: Array
    game: Array
    found: list[FoundProfiles] = field(default_factory=list)

    def keep(self, chosen: Array) -> None:
        """Go on with some of them."""
        self.support, self.game = self.support[chosen], self.game[chosen]

    def list(self, place: Array, shares: tuple[Array, ...], index: Array) -> None:
        """Note equilibria of the columns at ``place``."""
        support, game = self.support[place], self.game[place]
        self.found.append(FoundProfiles(self.pattern, support, game, shares, index))

    def joined(self) -> FoundProfiles:
        """Give all that was found as one."""
        none = np.empty(0, dtype=np.int64)
        sizes = self.pattern.sizes
        return FoundProfiles(
            self.pattern,
            np.concatenate([none, *(part.support for part in self.found)]),
            np.concatenate([none, *(part.game for part in self.found)]),
            tuple(
                np.concatenate([np.empty((k, 0)), *(part.shares[i] for part in self.found)], axis=1)
                for i, k in enumerate(sizes)
            ),
            np.concatenate([np.empty(0), *(part.index for part in self.found)]),
        )


def _settle(columns: list[_Columns], games: Game, payoffs: Array, known: list[Findings]) -> None:
    """Settle what takes no long numbers, and keep the rest of the columns."""
    scaled = ScaledGames.of(payoffs, games.shape, games.rounded)
    whole, fits = short_payoffs(games, scaled)
    for part in columns:
        left = np.ones(len(part.game), dtype=bool)
        short = np.flatnonzero(fits[part.game])
        tables = gathered(whole, part.pattern, part.support[short], part.game[short])
        settled = settled_columns(part.pattern, tables) if len(short) else None
        if settled is not None:
            part.list(short[settled.place], settled.shares, settled.index)
            left[short] = settled.left
            for number in part.game[short[settled.tied]].tolist():
                known[number].degenerate = True
        again = np.flatnonzero(left & scaled.sound[part.game])
        if len(again) and (settled is None or len(short) < len(left)):
            gains = Gains.of(scaled, part.pattern, part.support[again], part.game[again])
            roots, doubtful = strict_equilibria(gains, most=_FEW_CELLS)
            roots = roots.of_some(np.flatnonzero(~doubtful[roots.place]))
            part.list(again[roots.place], roots.shares, roots.index)
            left[again] = doubtful
        part.keep(np.flatnonzero(left))


def _settle_long(columns: list[_Columns], games: Game, known: list[Findings]) -> None:
    """Settle in Python integers what is left of supports that take no more than comparisons."""
    parts = [part for part in columns if len(part.game) and is_settled(part.pattern)]
    whole, place = _whole(games, parts)
    for part in parts:
        tables = gathered(whole, part.pattern, part.support, place[part.game])
        settled = settled_columns(part.pattern, tables)
        if settled is not None:
            part.list(settled.place, settled.shares, settled.index)
            for number in part.game[settled.tied].tolist():
                known[number].degenerate = True
            part.keep(np.flatnonzero(settled.left))


_Solved = list[tuple[int, Profile, int | None]]
"""Columns, mixtures of the actions in use and indices."""


def _solved_one_by_one(
    columns: list[_Columns], games: Game, known: list[Findings]
) -> Iterator[tuple[_Columns, _Solved]]:
    """Solve one column after the other in whole numbers.

    Where a player is indifferent throughout, there is no regular equilibrium; such supports come
    last, as they are searched only while nothing else shows that a game is tied.
    """
    whole, place = _whole(games, columns)
    searches = {number: ExactSearch(MOST_CELLS_OF_A_GAME) for number in np.flatnonzero(place >= 0)}
    every = [gathered(whole, part.pattern, part.support, place[part.game]) for part in columns]
    for last in (False, True):
        for part, tables in zip(columns, every, strict=True):
            listed: _Solved = []
            chosen = np.flatnonzero(part.pattern.regular_columns(tables) != last)
            for column, number in zip(chosen.tolist(), part.game[chosen].tolist(), strict=True):
                gains = [table[..., column] for table in tables]
                solved = solve_support(known[number], searches[number], part.pattern, gains)
                for shares, index in solved:
                    known[number].add(index)
                    listed.append((column, shares, index))
            yield part, listed


def _surviving_columns(games: Game) -> list[_Columns]:
    shape, count = games.shape, len(games.payoffs[0])
    alive = surviving_supports(ordered_payoffs(games), shape).reshape(-1, count)
    columns = []
    for pattern in patterns(shape):
        support, game = np.nonzero(alive[support_numbers(shape, pattern.sizes)])
        columns.append(_Columns(pattern, support, game))
    return columns


def _whole(games: Game, columns: list[_Columns]) -> tuple[Array, Array]:
    """Give the payoffs of the games of columns as Python integers, and the place of each game.

    Arrays ``(players, profiles, g)`` and ``(games,)``, -1 for games that have no column. Those of
    a player are over their common divisor, so that the unit of payoffs does not matter.
    """
    count = len(games.payoffs[0])
    place = np.full(count, -1)
    for part in columns:
        place[part.game] = 0
    numbers = np.flatnonzero(place == 0)
    place[numbers] = np.arange(len(numbers))
    some = games.of_batch(numbers)  # type: ignore[arg-type]
    written = some.fractions() if some.rounded.any() else some.payoffs
    flat = [table.reshape(len(numbers), prod(games.shape)) for table in written]
    lines = [whole_numbers(table).numerators for table in flat]
    divisors = [np.maximum(np.gcd.reduce(line, axis=1), 1) for line in lines]
    short = [line // by[:, None] for line, by in zip(lines, divisors, strict=True)]
    return np.stack([line.T for line in short]), place
