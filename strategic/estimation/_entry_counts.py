"""Entry seen by the number of entrants only: it is the same in all equilibria, so nothing selects.

If a player's gain depends on how many rivals enter, and falls with it, every equilibrium in pure
strategies has the same number of entrants, however unlike the players are: were there one with N
and one with more, a player who enters in the larger one and not in the smaller would gain by
entering in the smaller one too, where it meets no more rivals. Such equilibria exist (Milchtaich
1996). At least m enter exactly if at least m players gain when m - 1 rivals are in, and these are
independent events.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation._entry_likelihood import Chances, Tables
from strategic.estimation._entry_pairs import pair_chances
from strategic.estimation._markets import first_actions

_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class EntrantCounts:
    """Chances of the number of entrants; a `Rule` of `EntryLikelihood`.

    Parameters
    ----------
    players : tuple of str

    Notes
    -----
    Two players whose effects have opposite signs have a mixed equilibrium only, which is played.
    Where the number is not the same in all equilibria the chance is NaN.

    References
    ----------
    Bresnahan, T. F. and Reiss, P. C. (1991). Entry and competition in concentrated markets. Journal
    of Political Economy 99, 977-1009.
    Berry, S. T. (1992). Estimation of a model of entry in the airline industry. Econometrica 60,
    889-917.
    Milchtaich, I. (1996). Congestion games with player-specific payoff functions. Games and
    Economic Behavior 13, 111-124.
    """

    players: tuple[str, ...]
    names: tuple[str, ...] = ()
    needs_payoffs: bool = False
    selection: str = ""

    @property
    def bounds(self) -> Array:
        """No numbers of its own."""
        return np.zeros((0, 2))

    @property
    def starts(self) -> Array:
        """No numbers of its own."""
        return np.zeros(0)

    @property
    def labels(self) -> tuple[str, ...]:
        """Numbers of entrants."""
        return tuple(str(number) for number in range(len(self.players) + 1))

    def check(self, gains: Array) -> None:
        """Raise an error where gains depend on who the rivals are.

        Raises
        ------
        MethodError
            Names the player.
        """
        number = first_actions(np.arange(gains.shape[-1]), len(self.players) - 1).sum(axis=1)
        for i, name in enumerate(self.players):
            for count in range(len(self.players)):
                own = gains[..., i, number == count]
                if np.ptp(own, axis=-1).max() > _SAME * max(1.0, float(np.abs(own).max())):
                    rule = "depends on which rivals enter, so that the number of entrants may "
                    rule += "differ between equilibria"
                    remedy = "give one column per player instead of 'count'"
                    raise MethodError(rule, where=f"gain of {name}", remedy=remedy)

    def observed(
        self, gains: Array, own: Array, seen: Array, tables: Tables = None, *, slopes: bool = False
    ) -> Chances:
        """Give the chances of observed numbers, with derivatives."""
        del tables
        none = np.zeros((*gains.shape[:2], own.shape[1]))
        if len(self.players) == 2:
            found = [pair_chances(gains, cell, *_EVEN, slopes=slopes) for cell in _CELLS[:, seen]]
            chance = found[0].chance + np.where(seen == 1, found[1].chance, 0.0)
            by_gain = None
            if found[0].by_gain is not None and found[1].by_gain is not None:
                single = (seen == 1)[:, None, None]
                by_gain = found[0].by_gain + np.where(single, found[1].by_gain, 0.0)
            return Chances(np.where(_both_helped(gains), np.nan, chance), by_gain, none)
        chances, every = _many_counts(gains, len(self.players))
        rows = np.arange(len(seen))
        return Chances(chances[:, rows, seen], every[:, rows, seen], none)

    def every(self, gains: Array, own: Array, tables: Tables = None) -> Array:
        """Give the chances of all numbers, 0 first."""
        if len(self.players) > 2:
            return _many_counts(gains, len(self.players))[0]
        numbers = range(len(self.labels))
        rows = np.zeros(gains.shape[1], dtype=np.int64)
        return np.stack([self.observed(gains, own, rows + n, tables).chance for n in numbers], -1)

    def several(self, gains: Array) -> Array:
        """Give no market with several numbers: such numbers have no chance at all."""
        return np.zeros(gains.shape[:2])

    def proved(self, gains: Array) -> Array:
        """Know them all: the formulas do."""
        return np.ones(gains.shape[:2], dtype=bool)


_EVEN = np.array(0.5), np.array(0.0)
_CELLS = np.array([[3, 1, 0], [3, 2, 0]])
"""Cells of the game with 0, 1 and 2 entrants; two of them with one."""


def _both_helped(gains: Array) -> Array:
    """Tell where both or neither may enter."""
    return np.asarray((gains[..., 0] > gains[..., 1]).all(axis=-1))


def _many_counts(gains: Array, players: int) -> tuple[Array, Array]:
    """Find how many players gain when m - 1 rivals are in, for every m."""
    from scipy.special import ndtr

    rivals = first_actions(np.arange(gains.shape[-1]), players - 1).sum(axis=1)
    place = np.array([int(np.flatnonzero(rivals == count)[0]) for count in range(players)])
    own = gains[..., place]  # by number of rivals
    dense = np.exp(-0.5 * own**2) / np.sqrt(2.0 * np.pi)
    tail = np.ones((*gains.shape[:2], players + 2))  # at least m enter
    tail[..., players + 1] = 0.0
    rest = 1.0 - tail
    slope = np.zeros((*gains.shape[:2], players + 2, players, gains.shape[-1]))
    for m in range(1, players + 1):
        chance, other = ndtr(own[..., m - 1]), ndtr(-own[..., m - 1])
        exact = _numbers(chance, other)
        tail[..., m], rest[..., m] = exact[..., m:].sum(axis=-1), exact[..., :m].sum(axis=-1)
        for i in range(players):  # it decides where exactly m - 1 of the others gain
            left = [j for j in range(players) if j != i]
            decides = _numbers(chance[..., left], other[..., left])[..., m - 1]
            slope[..., m, i, place[m - 1]] = decides * dense[..., i, m - 1]
    # The difference of tails, or of their complements, whichever are small.
    upper, lower = tail[..., :-1] - tail[..., 1:], rest[..., 1:] - rest[..., :-1]
    found = np.where(tail[..., :-1] < 0.5, upper, lower)
    grows = np.asarray((np.diff(own, axis=-1) > 0.0).any(axis=(-2, -1)))[..., None]
    return np.where(grows, np.nan, np.maximum(found, 0.0)), slope[:, :, :-1] - slope[:, :, 1:]


def _numbers(chance: Array, other: Array) -> Array:
    """Distribute the number of independent events that happen: (..., n) to (..., n + 1)."""
    found = np.ones((*chance.shape[:-1], 1))
    for i in range(chance.shape[-1]):
        padded = np.zeros((*chance.shape[:-1], i + 2))
        padded[..., :-1] = found * other[..., [i]]
        padded[..., 1:] += found * chance[..., [i]]
        found = padded
    return found
