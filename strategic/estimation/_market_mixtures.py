"""All equilibria, pure and mixed, of markets with shocks: chances, bounds, and what is selected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import solve
from strategic.estimation._market_cells import Cells, Design, cut
from strategic.estimation._market_chances import Chances, Games, shocks_at, taken
from strategic.estimation._markets import first_actions, members, pure_equilibria, rivals_of

_CLOSE = 1e-12
"""What rounding leaves of effects that are equal."""
_LITTLE = 1e-14
"""Draws of a smaller share of their market are as good as none, and are not solved."""


@dataclass(frozen=True, eq=False)
class Listed:
    """Equilibria of J markets with shocks, E in all.

    Parameters
    ----------
    group : array of int (E,)
        Which of the J markets each belongs to.
    first : array (players, E)
        Probability that each player takes the first action.
    pure : int
        So many are pure; they are listed first.
    chance : array (E,)
        Of being selected.
    """

    group: Array
    first: Array
    pure: int
    chance: Array

    def outcomes(self) -> Array:
        """Chance of every profile in every equilibrium: array (2^players, E)."""
        found = np.ones((1, len(self.group)))
        for first in self.first:
            both = np.stack([found * first, found * (1.0 - first)], axis=1)
            found = both.reshape(2 * len(found), len(self.group))
        return found

    def played(self, profile: Array) -> Array:
        """Chance of one profile in each equilibrium: array (E,)."""
        found = np.ones(len(self.group))
        for first, enters in zip(
            self.first, first_actions(profile, len(self.first)).T, strict=True
        ):
            found *= np.where(enters, first, 1.0 - first)
        return found


@dataclass(frozen=True, eq=False)
class Bounds:
    """What can be said of B markets without a rule of selection.

    Parameters
    ----------
    lower, upper : arrays (B, 2^players)
        Smallest and largest chance of every profile, over all rules of selection.
    chance : array (B, 2^players)
        Its chance under the rule of the games.
    several : array (B,)
        Chance that there are several equilibria.
    """

    lower: Array
    upper: Array
    chance: Array
    several: Array


def list_equilibria(games: Games, market: Array, shocks: Array, *, mixed: bool) -> Listed:
    """List the equilibria of markets with shocks, and how likely each is selected.

    Parameters
    ----------
    games : Games
    market : array of int (J,)
        Which of the games.
    shocks : array (players, J)
    mixed : bool
        Whether mixed equilibria count beside pure ones; where there is no pure one they always do.
    """
    players = len(shocks)
    gains = games.gains[..., market] + shocks[:, None]
    sets = pure_equilibria(gains)
    group, number = np.nonzero(members(sets, players))
    wanted = np.flatnonzero(_may_mix(gains) if mixed else sets == 0)
    at, mixtures = _mixed_equilibria(gains[..., wanted])
    first = np.concatenate([first_actions(number, players).T.astype(float), mixtures], axis=1)
    group = np.concatenate([group, wanted[at]])
    found = Listed(group, first, len(number), np.ones(len(group)))
    if games.scores is not None:
        own = market[group]
        mixing = Listed(group[len(number) :], mixtures, 0, np.ones(len(at))).outcomes()
        mixing *= games.scores[:, own[len(number) :]]
        score = np.concatenate([games.scores[number, own[: len(number)]], mixing.sum(axis=0)])
        for weight, side, shock in zip(games.parts, first, shocks, strict=True):
            score += weight * side * shock[group]
        score *= games.selection[own]
        top = np.full(len(market), -np.inf)
        np.maximum.at(top, group, score)
        found.chance[:] = np.exp(score - top[group])
    found.chance[:] /= np.bincount(group, found.chance, len(market))[group]
    return found


def _may_mix(gains: Array) -> Array:
    """Whether at least two players have no dominant action; else nobody mixes."""
    open_to = (gains.min(axis=1) <= 0) & (gains.max(axis=1) >= 0)
    return np.asarray(open_to.sum(axis=0) >= 2)


def _mixed_equilibria(gains: Array) -> tuple[Array, Array]:
    """List the equilibria in which somebody mixes: whose they are, and chances of first actions."""
    players, _, count = gains.shape
    if players == 2:  # both mix, each so that the other one is indifferent
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (gains[:, 1] / (gains[:, 1] - gains[:, 0]))[::-1]
        where = np.flatnonzero(((first > 0) & (first < 1)).all(axis=0))
        return where, first[:, where]
    if not count:
        return np.zeros(0, dtype=int), np.zeros((players, 0))
    shape = (count,) + (2,) * players
    tables = []
    for player, rivals in enumerate(rivals_of(players)):
        first = first_actions(np.arange(1 << players), players)[:, player]
        tables.append(np.where(first, gains[player][rivals].T, 0.0).reshape(shape))
    found = solve(*tables, workers=1)
    first = np.stack([np.asarray(side[:, 0], float) for side in found.strategies])
    mixed = ((first > 0) & (first < 1)).any(axis=0)
    return found.game[mixed], first[:, mixed]


def pure_everywhere(gains: Array) -> bool:
    """Tell whether a theorem promises a pure equilibrium, whatever the shocks, in all markets.

    One does where entry of a rival never lowers a gain (Topkis 1979), and where it never raises one
    and only the number of the rivals that enter matters (Milchtaich 1996).
    """
    enters, stays, entrants = _neighbours(len(gains))
    effects = gains[:, enters] - gains[:, stays]
    if (effects >= 0).all():
        return True
    if not (effects <= _CLOSE).all():
        return False
    groups = [gains[:, entrants == number] for number in range(len(gains))]
    return all(bool((one.max(axis=1) - one.min(axis=1) <= _CLOSE).all()) for one in groups)


@cache
def _neighbours(players: int) -> tuple[Array, Array, Array]:
    """Pair choices of the rivals that differ in one rival, which enters in the first of each pair.

    Returns both numbers of each pair, and how many rivals enter in every choice.
    """
    numbers = np.arange(1 << (players - 1))
    bits = 1 << np.arange(players - 1)
    enters, place = np.nonzero((numbers[:, None] & bits) == 0)
    entrants = first_actions(numbers, players - 1).sum(axis=1)
    return enters, enters | bits[place], entrants


def look_everywhere(games: Games, design: Design, *, mixed: bool) -> Bounds:
    """List all equilibria for shocks from the whole line.

    Parameters
    ----------
    games : Games
    design : Design
        Over whole lines, of the same B markets in the same order.
    mixed : bool
        Whether mixed equilibria count beside pure ones.
    """
    players, _, batch = games.gains.shape
    whole = _Whole.of(games, design, np.arange(batch))
    draw, market = np.nonzero(whole.share > _LITTLE)
    found = list_equilibria(games, market, whole.shocks(draw, market), mixed=mixed)
    share = whole.share[draw, market]
    low, high, chance = np.zeros((3, 1 << players, batch))
    for profile, played in enumerate(found.outcomes()):
        least, most = np.full(len(market), np.inf), np.zeros(len(market))
        np.minimum.at(least, found.group, played)
        np.maximum.at(most, found.group, played)
        low[profile] = np.bincount(market, share * least, batch)
        high[profile] = np.bincount(market, share * most, batch)
        weight = share[found.group] * found.chance * played
        chance[profile] = np.bincount(market[found.group], weight, batch)
    several = np.bincount(found.group, minlength=len(market)) > 1
    return Bounds(low.T, high.T, chance.T, np.bincount(market, share * several, batch))


def log_with_mixtures(box: Chances, design: Design, market: Array, *, mixed: bool) -> Array:
    """Log chance of the observed profiles where mixed equilibria matter: array (B,).

    Parameters
    ----------
    box : Chances
        Of the profiles as pure equilibria.
    design : Design
        Over whole lines.
    market : array of int (B,)
        Number in the design of each market.
    mixed : bool
        Whether mixed equilibria count beside pure ones.
    """
    games, profile, selected = box.games, box.profile, box.selected
    if mixed:
        # In its box the profile is an equilibrium, but mixed ones may be selected instead.
        known = box.weight > _LITTLE * box.weight.sum(axis=0)
        draw, at = np.nonzero(known & (sum(k > 0 for k in _columns(box.cell)) >= 2))
        shocks = -box.cells.sign[:, at] * box.shocks(draw, at)
        found = list_equilibria(games, at, shocks, mixed=True)
        mine = np.flatnonzero(found.played(profile[at[found.group]])[: found.pure] == 1.0)
        selected = selected.copy()
        selected[draw[found.group[mine]], at[found.group[mine]]] = found.chance[mine]
    whole = _Whole.of(games, design, market)
    draw, at = np.nonzero((whole.share > _LITTLE) & whole.open_to(mixed=mixed))
    found = list_equilibria(games, at, whole.shocks(draw, at), mixed=mixed)
    at, draw = at[found.group], draw[found.group]
    played = found.played(profile[at]) * found.chance * whole.share[draw, at]
    mixtures = np.bincount(at[found.pure :], played[found.pure :], len(profile))
    with np.errstate(divide="ignore", invalid="ignore"):
        average = (box.weight * selected).sum(axis=0) / box.weight.sum(axis=0)
        return np.asarray(np.logaddexp(box.cells.log_box + np.log(average), np.log(mixtures)))


def always_pure(games: Games, design: Design, market: Array) -> Array:
    """Tell whether every draw from whole lines has a pure equilibrium: array of bool (B,)."""
    whole = _Whole.of(games, design, market)
    return np.asarray(~((whole.sets == 0) & (whole.share > _LITTLE)).any(axis=0))


@dataclass(frozen=True, eq=False)
class _Whole:
    """Draws from whole lines of shocks, with the share of each draw in its market."""

    cells: Cells
    cell: Array
    place: Array
    share: Array
    sets: Array

    @classmethod
    def of(cls, games: Games, design: Design, market: Array) -> _Whole:
        cells = cut(games.gains, np.zeros(len(market), dtype=int), whole=True)
        seen = design.of(market)
        weight = taken(np.diff(cells.share, axis=1), seen.cell).prod(axis=0) * seen.weight
        sets = reduce(np.bitwise_and, taken(cells.sets, seen.cell))
        with np.errstate(invalid="ignore"):  # where no draw stands for anything
            share = weight / weight.sum(axis=0)
        return cls(cells, seen.cell, seen.place, share, sets)

    def open_to(self, *, mixed: bool) -> Array:
        """Where mixed equilibria may be played: array of bool (R, B)."""
        if not mixed:
            return np.asarray(self.sets == 0)
        last = self.cells.edges.shape[1] - 1
        return np.asarray(sum((k > 0) & (k < last) for k in _columns(self.cell)) >= 2)

    def shocks(self, draw: Array, market: Array) -> Array:
        return np.asarray(-shocks_at(self.cells, self.cell, self.place, draw, market))


def _columns(cell: Array) -> Array:
    """Give cells of draws a last axis of markets."""
    return cell[..., None] if cell.ndim == 2 else cell
