"""The chance of what was observed in each market, and how it changes with the payoffs.

The profile that was played is an equilibrium with a probability known in closed form, that of its
box of shocks. What is averaged over draws is only the chance that it is selected, which is 1
wherever it is the only equilibrium. So the average is far steadier than a share of draws, never 0,
and smooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from strategic.arrays import Array
from strategic.estimation._market_cells import Cells, Design, cut
from strategic.estimation._markets import first_actions, members

_LOG_ROOT = 0.5 * np.log(2 * np.pi)
_FAR = 1e150
"""Shocks beyond are as improbable as infinite ones, but games with them can still be solved."""
_NOTHING = 1e-200
"""Draws of a smaller weight are as good as none: places within their cells may be no numbers."""
_LARGEST = 700.0
"""Exponents beyond are as good as infinite."""


@dataclass(frozen=True, eq=False)
class Games:
    """B markets before shocks, and how one of several equilibria is selected.

    Parameters
    ----------
    gains : array (players, A, B)
        From `entry_gains`.
    scores : array (2^players, B), optional
        What makes a profile likely to be selected, before shocks; none where all are alike.
    parts : array (players,)
        With which weight the shock of a player that takes the first action adds to the score.
    selection : array (B,)
        Log odds per unit of score.
    """

    gains: Array
    scores: Array | None
    parts: Array
    selection: Array

    def some(self, block: slice) -> Games:
        """Take a block of the markets."""
        scores = None if self.scores is None else self.scores[:, block]
        return Games(self.gains[..., block], scores, self.parts, self.selection[block])


@dataclass(frozen=True, eq=False)
class Several:
    """The draws in which the observed profile is not the only equilibrium, J of L equilibria.

    Parameters
    ----------
    draw, market : arrays of int (J,)
    x : array (players, J)
        Shocks, in the coordinate of `Cells`.
    group, profile : arrays of int (L,)
        To which of the J draws a pure equilibrium belongs, and its number.
    score, chance : arrays (L,)
        By how much its score exceeds the observed profile's; the chance to be selected.
    selected : array (J,)
        Chance of the observed profile.
    """

    draw: Array
    market: Array
    x: Array
    group: Array
    profile: Array
    score: Array
    chance: Array
    selected: Array


@dataclass(frozen=True, eq=False)
class Chances:
    """Log chance of the observed profile in B markets, with all that led to it.

    Parameters
    ----------
    games : Games
    profile : array of int (B,)
    cells : Cells
    cell : array of int, as of a `Design`
    place : array (players, R, B)
    mass : array (players, R, B)
        Probability of each draw's cell, given the box.
    inverse : array (R, B), or 1
        One over the probability with which the cell was drawn.
    sets : array of uint64 (R, B)
        Pure equilibria.
    """

    games: Games
    profile: Array
    cells: Cells
    cell: Array
    place: Array
    mass: Array
    inverse: Array
    sets: Array

    @classmethod
    def of(cls, games: Games, profile: Array, design: Design, market: Array) -> Chances:
        """Look at games of some markets through a design.

        Parameters
        ----------
        games : Games
        profile : array of int (B,)
        design : Design
        market : array of int (B,)
            Number in the design of each.
        """
        cells = cut(games.gains, profile)
        seen = design.of(market)
        mass = taken(np.diff(cells.share, axis=1), seen.cell)
        sets = reduce(np.bitwise_and, taken(cells.sets, seen.cell))
        return cls(games, profile, cells, seen.cell, seen.place, mass, seen.weight, sets)

    @cached_property
    def weight(self) -> Array:
        """How much each draw counts: array (R, B)."""
        return np.asarray(self.mass.prod(axis=0) * self.inverse)

    @cached_property
    def several(self) -> Several:
        """Where there is something to select, and how."""
        batch = len(self.profile)
        observed = np.uint64(1) << self.profile.astype(np.uint64)
        places = np.flatnonzero((self.sets != observed) & (self.weight > _NOTHING))
        draw, market = np.divmod(places, batch)
        x = self.shocks(draw, market)
        players = len(x)
        group, number = np.nonzero(members(self.sets.ravel()[places], players))
        at = market[group]
        score = np.zeros(len(group))
        if self.games.scores is not None:
            mine = self.profile[at]
            score = self.games.scores[number, at] - self.games.scores[mine, at]
            for player, differs in enumerate(self._differs(number ^ mine)):
                score += differs * x[player, group]
        height = np.exp(np.clip(self.games.selection[at] * score, -_LARGEST, _LARGEST))
        total = np.bincount(group, height, len(places))
        return Several(draw, market, x, group, number, score, height / total[group], 1.0 / total)

    @cached_property
    def selected(self) -> Array:
        """Chance that the observed profile is selected: array (R, B)."""
        chance = np.ones_like(self.weight)
        chance[self.several.draw, self.several.market] = self.several.selected
        return chance

    @cached_property
    def log(self) -> Array:
        """Log chance of the observed profile: array (B,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            average = (self.weight * self.selected).sum(axis=0) / self.weight.sum(axis=0)
            return np.asarray(self.cells.log_box + np.log(average))

    @property
    def effective(self) -> Array:
        """Effective share of the draws, between 0 and 1: array (B,)."""
        total = self.weight.sum(axis=0)
        return np.asarray(total**2 / (self.weight**2).sum(axis=0) / len(self.weight))

    @property
    def covered(self) -> Array:
        """Share of the box that the draws stand for, about 1: array (B,)."""
        return np.asarray(self.weight.mean(axis=0))

    def slopes(self) -> tuple[Array, Array, Array]:
        """Differentiate the log chances by gains, scores and selection.

        Returns
        -------
        arrays (players, A, B), (2^players, B), (B,)
        """
        players, cells, batch = self.cells.edges.shape
        several, games = self.several, self.games
        total, hit = self.weight.sum(axis=0), (self.weight * self.selected).sum(axis=0)
        # By the probabilities of cells: each draw's weight is a product of one of each player.
        pull = (self.selected / hit - 1.0 / total) * self.inverse
        share = np.zeros((players, cells + 1, batch))
        for player in range(players):
            rest = np.delete(self.mass, player, axis=0).prod(axis=0)
            by_cell = self._summed(player, rest * pull, cells)
            share[player, 1:] += by_cell
            share[player, :-1] -= by_cell
        # By selection and scores, which move with the shocks as well.
        at = several.market[several.group]
        weight = self.weight[several.draw, several.market] * several.selected / hit[several.market]
        force = -(weight[several.group] * several.chance)
        selection = np.bincount(at, force * several.score, batch)
        scores = np.zeros((1 << players, batch))
        log_below = np.zeros_like(self.cells.log_below)
        if games.scores is not None:
            force *= games.selection[at]
            mine = self.profile[at]
            for number, push in ((several.profile, force), (mine, -force)):
                scores += np.bincount(number * batch + at, push, scores.size).reshape(scores.shape)
            self._by_shocks(force, share, log_below)
        # From shares below the edges of cells to log probabilities, edges and gains.
        pulled = share[:, 1:] * self.cells.share[:, 1:]
        log_below += pulled
        log_below[:, -1] += 1.0 - pulled.sum(axis=1)
        edges = log_below * _hazard(self.cells.edges, self.cells.log_below)
        cut_off = np.where(self.cells.free, 0.0, edges).sum(axis=1)
        edges = np.where(self.cells.free, edges, 0.0)
        edges[:, -1] += cut_off
        gains = np.empty_like(edges)
        np.put_along_axis(gains, self.cells.order, edges, axis=1)
        return self.cells.sign[:, None] * gains, scores, selection

    def _by_shocks(self, force: Array, share: Array, log_below: Array) -> None:
        """Add what scores change because shocks move with their cells."""
        several, batch = self.several, len(self.profile)
        ends = self.cells.share
        differs = self._differs(several.profile ^ self.profile[several.market[several.group]])
        for player, x in enumerate(several.x):
            push: Array = np.bincount(several.group, force * differs[player], len(x))
            cell = _cell_of(self.cell[player], several.draw, several.market)
            lower, upper = (ends[player, cell + k, several.market] for k in (0, 1))
            place = self.place[player, several.draw, several.market]
            middle = lower + place * (upper - lower)
            log_chance = np.log(middle) + self.cells.log_below[player, -1, several.market]
            push = push / _hazard(x, log_chance)
            log_below[player, -1] += np.bincount(several.market, push, batch)
            low = cell * batch + several.market
            size, shape = share[player].size, share[player].shape
            down, up = push * (1.0 - place) / middle, push * place / middle
            share[player] += np.bincount(low, down, size).reshape(shape)
            share[player] += np.bincount(low + batch, up, size).reshape(shape)

    def shocks(self, draw: Array, market: Array) -> Array:
        """Shocks of some draws, in the coordinate of `Cells`: array (players, J)."""
        return shocks_at(self.cells, self.cell, self.place, draw, market)

    def _differs(self, changed: Array) -> Array:
        """Weight of the shock of each player whose action differs: array (players, L)."""
        differs = ~first_actions(np.arange(1 << len(self.cell)), len(self.cell))
        return np.asarray((differs * self.games.parts)[changed].T)

    def _summed(self, player: int, values: Array, cells: int) -> Array:
        """Sum over the draws of each cell: (R, B) to (cells, B)."""
        own, batch = self.cell[player], values.shape[1]
        if own.ndim == 1:
            return np.asarray((own == np.arange(cells)[:, None]).astype(float) @ values)
        flat = (own * batch + np.arange(batch)).ravel()
        return np.bincount(flat, values.ravel(), cells * batch).reshape(cells, batch)


def shocks_at(cells: Cells, cell: Array, place: Array, draw: Array, market: Array) -> Array:
    """Find the shocks of J draws, in the coordinate of `Cells`.

    Parameters
    ----------
    cells : Cells
    cell, place : arrays
        As of a `Design`, for these markets.
    draw, market : arrays of int (J,)

    Returns
    -------
    array (players, J)
    """
    from scipy.special import ndtri_exp

    x = np.empty((len(cell), len(draw)))
    for player, share in enumerate(cells.share):
        number = _cell_of(cell[player], draw, market)
        lower, upper = share[number, market], share[number + 1, market]
        below = np.log(lower + place[player, draw, market] * (upper - lower))
        x[player] = ndtri_exp(below + cells.log_below[player, -1, market])
    return np.clip(x, -_FAR, _FAR)


def _cell_of(cell: Array, draw: Array, market: Array) -> Array:
    return np.asarray(cell[draw] if cell.ndim == 1 else cell[draw, market])


def taken(table: Array, cell: Array) -> Array:
    """Look tables (players, C, B) up at the cells of draws: (players, R, B)."""
    if cell.ndim == 2:
        return np.stack([own[row] for own, row in zip(table, cell, strict=True)])
    return np.take_along_axis(table, cell, axis=1)


def _hazard(x: Array, log_below: Array) -> Array:
    """Differentiate the log of the normal distribution function."""
    return np.asarray(np.exp(-0.5 * x * x - _LOG_ROOT - log_below))
