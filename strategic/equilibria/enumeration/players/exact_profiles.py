"""Equilibria of three and more players in fractions, where they are fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import whole_payoffs
from strategic.equilibria.concepts._pairs_of_games import near_pairs
from strategic.equilibria.concepts._players_payoffs import players_fractions
from strategic.equilibria.enumeration.players._exact_cell import along_axis
from strategic.equilibria.enumeration.players._exact_search import ExactSearch
from strategic.equilibria.enumeration.players._exact_supports import (
    MOST_CELLS_OF_A_GAME,
    solve_support,
)
from strategic.equilibria.enumeration.players._findings import Findings, Profile
from strategic.equilibria.enumeration.players._patterns import Pattern, support_pattern
from strategic.errors import MethodError
from strategic.games.game import Game

_NEAR = 1e-6
_LARGEST = 1 << 32
"""Denominators that are looked for."""
_DIGITS = 10**15


@dataclass(frozen=True, eq=False)
class ExactProfiles:
    """Equilibria in exact numbers, as far as they are fractions.

    Parameters
    ----------
    strategies : tuple of object arrays ``(E, n_i)``
        Fractions; NaN where an equilibrium is not known as fractions.
    known : array ``(E,)`` of bool
        Where it is.
    problem : MethodError, optional
        What there is to say of the first that is not.
    """

    strategies: tuple[Array, ...]
    known: Array
    problem: MethodError | None = None


def exact_profiles(games: Game, strategies: Sequence[Array], game: Array) -> ExactProfiles:
    """Give equilibria as exact fractions.

    Parameters
    ----------
    games : Game
        A batch with one axis.
    strategies : sequence of arrays ``(E, n_i)``
        Equilibria, rounded.
    game : int array ``(E,)``
        The game of each.

    Returns
    -------
    ExactProfiles
        Every action in use earns exactly the same. The problem names the least interval known to
        hold a share that is no fraction.
    """
    found, known = players_fractions(games, strategies, game)
    known[np.concatenate(near_pairs(strategies, game, within=_NEAR))] = False  # not told apart
    problem = None
    for row in np.flatnonzero(~known).tolist():  # which mostly are no fractions
        profile = [side[row] for side in strategies]
        try:
            exact = _exact_profile(games, int(game[row]), row, profile)
        except MethodError as error:
            problem = problem or error
            for side in found:
                side[row] = np.nan
            continue
        known[row] = True
        for side, mixture in zip(found, exact, strict=True):
            side[row] = mixture
    return ExactProfiles(found, known, problem)


def _exact_profile(games: Game, number: int, row: int, profile: Sequence[Array]) -> Profile:
    """Solve the support of one equilibrium, and take the fractions that are near."""
    pattern = support_pattern(
        tuple(tuple(np.flatnonzero(side > 0)) for side in profile), games.shape
    )
    gains = _gains(games, number, pattern)
    used = [
        side[actions[:k, 0]]
        for side, actions, k in zip(profile, pattern.actions, pattern.sizes, strict=True)
    ]
    near = [
        shares
        for shares, _ in solve_support(
            Findings(), ExactSearch(MOST_CELLS_OF_A_GAME), pattern, gains
        )
        if all(
            np.abs(np.array(mine, dtype=np.float64) - side).max() < _NEAR
            for mine, side in zip(shares, used, strict=True)
        )
    ]
    if len(near) != 1:
        raise MethodError(
            "the equations of an equilibrium have no single solution near it",
            where=f"equilibrium {row}",
            remedy="use its doubles: it is one of a continuum, or too close to another",
        )
    for shares in (near[0], _simplest(near[0])):
        if _holds(shares, gains, pattern.sizes):
            return _of_all_actions(shares, pattern, games.shape)
    raise _no_fractions(near[0], pattern, row, games)


def _gains(games: Game, number: int, pattern: Pattern) -> list[Array]:
    one = games.of_batch(number)
    written = one.fractions() if one.rounded else one.payoffs
    gains = []
    for table, profiles in zip(written, pattern.profiles, strict=True):
        earned = whole_payoffs(table.reshape(1, -1))[0][profiles[..., 0]]
        gains.append(earned[1:] - earned[0])
    return gains


def _simplest(shares: Profile) -> Profile:
    """Round shares that are known to many digits to fractions of small denominators."""
    simple = []
    for mixture in shares:
        rounded = [share.limit_denominator(_LARGEST) for share in mixture]
        simple.append(tuple(rounded) if sum(rounded) == 1 else mixture)
    return tuple(simple)


def _holds(shares: Profile, gains: Sequence[Array], sizes: tuple[int, ...]) -> bool:
    """Whether all actions in use earn the same, and no other earns more."""
    for table, k in zip(gains, sizes, strict=True):
        for action, row in enumerate(table):
            gain = row
            for player, mixture in enumerate(shares):
                gain = along_axis(gain, player, np.array(mixture, dtype=object)[:, None])
            value = gain.reshape(-1)[0]
            if value > 0 or (value < 0 and action < k - 1):
                return False
    return True


def _of_all_actions(shares: Profile, pattern: Pattern, shape: tuple[int, ...]) -> Profile:
    profile = []
    for mixture, actions, n in zip(shares, pattern.actions, shape, strict=True):
        full = [Fraction(0)] * n
        for share, action in zip(mixture, actions[: len(mixture), 0].tolist(), strict=True):
            full[action] = share
        profile.append(tuple(full))
    return tuple(profile)


def _no_fractions(shares: Profile, pattern: Pattern, row: int, games: Game) -> MethodError:
    """Say between which numbers one of the shares lies."""
    places = [(i, a) for i, mixture in enumerate(shares) for a in range(len(mixture))]
    player, place = max(places, key=lambda at: shares[at[0]][at[1]].denominator > _LARGEST)
    low = min(int(shares[player][place] * _DIGITS), _DIGITS - 1)  # a share may be rounded up to one
    action = games.actions[player][int(pattern.actions[player][place, 0])]
    return MethodError(
        f"has shares that are no fractions with denominators up to 2^32: that of action {action!r} "
        f"of {games.players[player]!r} is between {low}/10^15 and {low + 1}/10^15",
        where=f"equilibrium {row}",
        remedy="use the doubles, which are right to 15 digits or so",
    )
