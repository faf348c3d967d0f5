"""Why an equilibrium is one: what every action earns against the others' play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._regret import replies_to, without_level
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game

ROUNDING = 1e-9
"""Share of the spread of a player's payoffs below which computed payoffs count as equal."""

_DUST = 1e-13
"""The same for payoffs that count as zero."""


@dataclass(frozen=True)
class Reason:
    """Why one player's part of an equilibrium is a best reply to the others' parts.

    Parameters
    ----------
    equilibrium, player : int
        Which equilibrium of the list, and whose part.
    weights : tuple
        Probability of each action.
    payoffs : tuple of Fraction or float
        What each action earns against the others' play: Fractions where that is known exactly.
    earned : Fraction or float
        What the player earns in the equilibrium.
    losses : tuple of Fraction or float
        What each action earns less. Computed losses within rounding of zero are zero, so an
        action out of use with no loss is a tie.
    exact : bool
        Whether the payoffs are exact.
    """

    equilibrium: int
    player: int
    weights: tuple[Fraction | float, ...]
    payoffs: tuple[Fraction | float, ...]
    earned: Fraction | float
    losses: tuple[Fraction | float, ...]
    exact: bool

    @property
    def used(self) -> tuple[int, ...]:
        """The actions in use."""
        return tuple(a for a, weight in enumerate(self.weights) if weight)

    @property
    def ties(self) -> tuple[int, ...]:
        """The actions out of use that earn as much as those in use."""
        return tuple(a for a, loss in enumerate(self.losses) if not (loss or self.weights[a]))


def reasons(found: Equilibria, *, most: int | None = None) -> list[Reason]:
    """Say why each equilibrium of a single game is one, player by player.

    Parameters
    ----------
    found : Equilibria
        Equilibria of a single game.
    most : int, optional
        Number of equilibria to explain, from the first; all by default.

    Returns
    -------
    list of Reason
        In the order of the equilibria, and of the players in each.

    Notes
    -----
    A profile is an equilibrium if and only if every action in use earns the same against the
    others' play, and no other action earns more (Nash 1951). Payoffs are exact at pure profiles,
    and at all equilibria of two players that the method ``all`` lists.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> found = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> [reason.earned for reason in reasons(found)[4:]]
    [Fraction(2, 3), Fraction(2, 3)]
    >>> reasons(found)[0].losses
    (Fraction(0, 1), Fraction(2, 1))
    """
    game, count = found.games, len(found) if most is None else min(most, len(found))
    tables, exact = game.fractions(), exact_mixtures(found)
    told: list[Reason] = []
    for e in range(count):
        sides = [side[e] for side in (exact or found.strategies)]
        if all(np.count_nonzero(side) == 1 for side in sides):
            profile = tuple(int(side.argmax()) for side in sides)
            told += reasons_at(tables, profile, equilibrium=e)
        else:
            explain = partial(_mixed_exactly, tables, sides) if exact else partial(_nearly, found)
            told += (explain(e, player) for player in range(len(sides)))
    return told


def reasons_at(
    tables: Sequence[Array], profile: tuple[int, ...], *, equilibrium: int = 0
) -> list[Reason]:
    """Say what every action earns against a profile of pure actions, exactly.

    Parameters
    ----------
    tables : sequence of object arrays ``(n_1, ..., n_p)`` of Fraction
        The payoffs, from `Game.fractions`.
    profile : tuple of int
        The action of every player.
    equilibrium : int
        Number of the profile in a list.

    Examples
    --------
    >>> dilemma = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> [list(map(int, reason.losses)) for reason in reasons_at(dilemma.fractions(), (1, 1))]
    [[1, 0], [1, 0]]
    """
    told = []
    for player, table in enumerate(tables):
        action = profile[player]
        payoffs = np.moveaxis(table, player, -1)[profile[:player] + profile[player + 1 :]]
        weights = tuple(Fraction(int(a == action)) for a in range(len(payoffs)))
        told.append(_exactly(equilibrium, player, weights, payoffs))
    return told


def exact_mixtures(found: Equilibria) -> tuple[Array, ...] | None:
    """Give the strategies as fractions, where the method knows them: all of two players."""
    two = len(found.games.shape) == 2
    if found.in_fractions:
        return found.strategies if two else found.fractions()
    return found.fractions() if found.method == "all" and two else None


def _mixed_exactly(
    tables: Sequence[Array], sides: Sequence[Array], equilibrium: int, player: int
) -> Reason:
    own = np.moveaxis(tables[player], player, 0)
    for other in (i for i in range(len(sides)) if i != player):
        # The first axis left after the player's own is that of the other.
        used = np.flatnonzero(sides[other]).tolist()
        own = sum(
            (own[:, a] * sides[other][a] for a in used[1:]), own[:, used[0]] * sides[other][used[0]]
        )
    return _exactly(equilibrium, player, tuple(sides[player]), own)


def _exactly(
    equilibrium: int, player: int, weights: tuple[Fraction, ...], payoffs: Array
) -> Reason:
    earned = sum((p * w for p, w in zip(payoffs, weights, strict=True)), Fraction(0))
    losses = tuple(earned - payoff for payoff in payoffs)
    return Reason(equilibrium, player, weights, tuple(payoffs), earned, losses, exact=True)


def _nearly(found: Equilibria, equilibrium: int, player: int) -> Reason:
    """Compute the same in doubles, scaled so that sums of the largest payoffs do not overflow."""
    table = found.games.payoffs[player]
    scale = int(np.frexp(np.abs(table).max())[1])
    own, level = without_level(np.ldexp(table, -scale)[..., None])
    sides = [side[equilibrium : equilibrium + 1] for side in found.strategies]
    payoffs = replies_to(np.moveaxis(own, -1, 0), sides, player)[0]
    weights = found.strategies[player][equilibrium]
    earned = payoffs @ weights
    losses = earned - payoffs
    losses[(np.abs(losses) <= ROUNDING * np.ptp(own)) | (weights > 0)] = 0.0
    parts = [payoffs + level, earned + level, losses]
    with np.errstate(over="ignore"):  # what rounding leaves of zero is zero
        sizes = [np.where(np.abs(p) <= _DUST * np.ptp(own), 0.0, np.ldexp(p, scale)) for p in parts]
    payoffs, earned, losses = (np.nan_to_num(part) + 0.0 for part in sizes)
    return Reason(
        equilibrium,
        player,
        tuple(weights.tolist()),
        tuple(payoffs.tolist()),
        float(np.squeeze(earned)),
        tuple(losses.tolist()),
        exact=False,
    )


@dataclass(frozen=True)
class Deviation:
    """What one player gains by leaving a profile of pure actions alone.

    Parameters
    ----------
    profile : tuple of int
        The action of every player.
    player, action : int
        Who leaves it, for which best reply (the first of several).
    gain : Fraction
        What the player then earns more; positive.
    """

    profile: tuple[int, ...]
    player: int
    action: int
    gain: Fraction


def deviations(game: Game) -> list[Deviation]:
    """List who gains by leaving each profile of pure actions of a single game, exactly.

    Returns
    -------
    list of Deviation
        In row-major order of the profiles; a profile that does not occur is a pure equilibrium.

    Examples
    --------
    >>> dilemma = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> [(d.profile, d.player, d.action, int(d.gain)) for d in deviations(dilemma)][:2]
    [((0, 0), 0, 1, 2), ((0, 0), 1, 1, 2)]
    """
    tables = game.fractions()
    best = [table.max(axis=player, keepdims=True) for player, table in enumerate(tables)]
    replies = [
        (table == top).argmax(axis=player)
        for player, (table, top) in enumerate(zip(tables, best, strict=True))
    ]
    gains = [top - table for table, top in zip(tables, best, strict=True)]
    found = []
    for profile in np.ndindex(*game.shape):
        for player, gain in enumerate(gains):
            if gain[profile]:
                others = profile[:player] + profile[player + 1 :]
                action = int(replies[player][others])
                found.append(Deviation(profile, player, action, gain[profile]))
    return found


def as_double(number: Fraction | float) -> float:
    """Round a fraction once; infinite where doubles end.

    Examples
    --------
    >>> as_double(Fraction(1, 3)), as_double(Fraction(10) ** 400)
    (0.3333333333333333, inf)
    """
    if not isinstance(number, Fraction):
        return float(number)
    return float(nearest_doubles(np.array([number], dtype=object))[0])
