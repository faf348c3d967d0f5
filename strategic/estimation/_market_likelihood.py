"""Entry games of two to six players from all their equilibria, by simulated likelihood.

Payoffs are known but for one standard normal shock per player, to the payoff of its first action.
Shocks are drawn once, as places in cells within which pure equilibria stay the same: every
combination of cells where the draws suffice for it (two and three players), else cells drawn at
one point of the numbers and weighted at others by how much more probable they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.errors import MethodError
from strategic.estimation._market_cells import Design, cut, drawn, strata
from strategic.estimation._market_chances import Chances, Games
from strategic.estimation._market_mixtures import (
    Bounds,
    always_pure,
    log_with_mixtures,
    look_everywhere,
    pure_everywhere,
)
from strategic.estimation._market_outcomes import SELECTION, games_of, selection_of
from strategic.estimation._markets import Markets, first_actions
from strategic.estimation.likelihood import Differenced, of_frequencies

DRAWS = 128
"""Draws per market unless asked for otherwise."""
_BLOCK = 512
"""Markets at once: their draws fit the second-level cache."""
_POINTS = 1 << 14
"""Markets whose payoffs are computed at once."""
_WIDE = 0.05
_NARROW = 1e-5
"""Steps of differences, beside the size of a number: over many of the edges at which mixed
equilibria of three players begin, or none."""


Look = Callable[[Games, slice], Array]
"""From games and their places in a chunk to what is found in each."""


@dataclass(eq=False)
class SimulatedEntry(Differenced):
    """Likelihood of entry with complete information, from all equilibria of simulated markets.

    Parameters
    ----------
    markets : Markets
    selection : str
        What makes one of several equilibria likely to be played: ``welfare`` (the sum of payoffs),
        ``payoff.PLAYER``, or ``equal`` (nothing). The number ``selection`` is the log odds per
        unit.
    mixed : bool
        Whether mixed equilibria count beside pure ones. Where there is no pure one they always do.
    draws : int
        Draws of shocks per market.
    seed : int
        Of the shocks.
    centre : array (K,), optional
        Where cells are drawn: the starts of the payoffs unless told otherwise.
    workers : int, optional
        Threads; all available cores by default.

    Notes
    -----
    Shocks are multiples of the powers of the generalised golden ratio, shifted at random market by
    market, half of them mirror images. Draws are weighted as in Ackerberg (2009), who needs a shock
    for every number; here cells move instead, so that rivals' effects, which have none, can be
    estimated too.

    References
    ----------
    Ackerberg, D. A. (2009). A new use of importance sampling to reduce computational burden in
    simulation estimation. Quantitative Marketing and Economics 7, 343-376.
    Bajari, P., Hong, H. and Ryan, S. P. (2010). Identification and estimation of a discrete game of
    complete information. Econometrica 78, 1529-1568.
    """

    markets: Markets
    selection: str = "welfare"
    mixed: bool = False
    draws: int = DRAWS
    seed: int = 0
    centre: Array | None = None
    workers: int | None = None

    def __post_init__(self) -> None:
        selection_of(self.selection, self.markets.players)
        if self.draws < 1:
            raise MethodError("must be at least 1", where="draws", value=self.draws)
        own, rows = self.markets.payoffs, len(self.markets.observed)
        free = [[-np.inf, np.inf]] * self.selects
        self.names: tuple[str, ...] = (*own.names, *([SELECTION] * self.selects))
        self.bounds: Array = np.array([*np.reshape(own.bounds, (-1, 2)), *free])
        self.units: int = int(self.markets.units.max()) + 1
        self.uniform: float = float(-rows * len(self.markets.players) * np.log(2.0))
        self.saturated: float = self._saturated()

    @property
    def selects(self) -> bool:
        """Whether the selection has a free number."""
        return self.selection != "equal"

    @cached_property
    def starts(self) -> Array:
        """The model's own values, and even odds: array (K,)."""
        return np.concatenate([self.markets.payoffs.starts, [0.0] * self.selects])

    @cached_property
    def sizes(self) -> Array:
        """How large each number is that changes gains or scores about as much as a shock does."""
        own = self.markets.payoffs
        changes = self._changes(self.starts[None])
        spread = np.sqrt((changes[:, : -(1 << len(self.markets.players))] ** 2).mean(axis=(1, 2)))
        size = 1.0 / np.where(spread > 0, spread, 1.0)
        return np.concatenate([size[: len(own.names)], [1.0] * self.selects])

    def per_unit(self, points: Array) -> Array:
        """Compute log likelihoods: ``(P, K)`` to ``(P, U)``."""
        return self.markets.by_unit(self.per_market(points))

    def per_market(self, points: Array) -> Array:
        """Compute the log chance of what was observed in each market: ``(P, K)`` to ``(P, R)``."""
        found = np.empty((len(points), len(self.markets.observed)))
        for some, games in self._chunks(points):
            self._by_blocks(self._logs, games, found[some].reshape(-1))
        return found

    def gradient(self, points: Array) -> Array:
        """Compute scores: ``(P, K)`` to ``(P, U, K)``."""
        found = np.empty((len(points), len(self.markets.observed), len(self.names)))
        for some, games in self._chunks(points):
            if self._mixing(games):
                found[some] = self._differences(points[some])
                continue
            change = self._changes(points[some])

            def scores(games: Games, block: slice, change: Array = change) -> Array:
                market = self._market(block)
                own = change[..., market if self.markets.payoffs.affine else block]
                return self._scores(games, market, own)

            self._by_blocks(scores, games, found[some].reshape(-1, len(self.names)))
        return np.moveaxis(self.markets.by_unit(np.moveaxis(found, 2, 1)), 1, 2)

    def rough(self, points: Array) -> bool:
        """Tell whether the likelihood jumps, as mixed equilibria begin and end within cells."""
        if len(self.markets.players) == 2:  # they do so at the ends of cells
            return False
        return any(self._mixing(games) for _, games in self._chunks(points))

    def effective(self, point: Array) -> tuple[Array, Array]:
        """Tell how good the draws are far from where they were drawn.

        Returns
        -------
        arrays (R,)
            Effective share of the draws of each market, and the share of its box of shocks that
            they stand for, about 1.
        """
        ((_, games),) = self._chunks(point[None])
        found = self._chances(games, np.arange(len(self.markets.observed)))
        return found.effective, found.covered

    def everywhere(self, point: Array) -> Bounds:
        """Look at all outcomes of all markets at one point, not only the observed ones."""
        ((_, games),) = self._chunks(point[None])
        return look_everywhere(games, self._whole, mixed=self.mixed)

    def predicted(self, point: Array) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies of all outcomes."""
        rows, players = len(self.markets.observed), len(self.markets.players)
        expected = self.everywhere(point).chance.sum(axis=0)
        counts = np.bincount(self.markets.observed, minlength=1 << players)
        actions = self.markets.payoffs.model.game().actions
        first = first_actions(np.arange(1 << players), players)
        return [
            {
                "outcome": "-".join(
                    own[0 if enters else 1] for own, enters in zip(actions, one, strict=True)
                ),
                "count": int(count),
                "observed": float(count / rows),
                "predicted": float(share / rows),
            }
            for one, count, share in zip(first, counts, expected, strict=True)
        ]

    @cached_property
    def _box(self) -> Design:
        """Draws from the shocks for which what was observed is an equilibrium."""
        return self._drawn(whole=False)

    @cached_property
    def _whole(self) -> Design:
        """Draws from all shocks."""
        return self._drawn(whole=True)

    @cached_property
    def everything(self) -> bool:
        """Whether the draws suffice for every combination of cells."""
        return self._box.everything

    def _saturated(self) -> float:
        """Log likelihood of the frequencies among markets with the same payoffs."""
        own = self.markets.payoffs
        rng = np.random.default_rng(0)
        near = own.starts + 0.01 * rng.random((2, len(own.starts)))
        tables = own.at(np.clip(near, *np.transpose(own.bounds)))
        rows = np.concatenate([side.reshape(2, own.rows, -1) for side in tables], axis=2)
        _, kind = np.unique(np.hstack([*rows]).round(12), axis=0, return_inverse=True)
        return of_frequencies(kind.ravel(), self.markets.observed)

    def _drawn(self, *, whole: bool) -> Design:
        players, rows = len(self.markets.players), len(self.markets.observed)
        cells = (1 << (players - 1)) + whole
        found = strata(players, cells, markets=rows, draws=self.draws, seed=self.seed)
        if found is None:
            centre = self.starts if self.centre is None else self.centre
            ((_, games),) = self._chunks(centre[None])
            profile = self.markets.observed * (not whole)
            found = drawn(cut(games.gains, profile, whole=whole), draws=self.draws, seed=self.seed)
        return found

    def _chunks(self, points: Array) -> Iterator[tuple[slice, Games]]:
        """Compute payoffs of all markets at some points at a time."""
        rows, width = len(self.markets.observed), len(self.markets.payoffs.names)
        for some in block_slices(len(points), max(1, _POINTS // rows)):
            tables = self.markets.payoffs.at(points[some, :width])
            flat = [table.reshape(-1, *table.shape[2:]) for table in tables]
            odds = points[some, -1] if self.selects else np.zeros(len(points[some]))
            yield some, games_of(flat, self.selection, np.repeat(odds, rows), self.markets.players)

    def _by_blocks(self, look: Look, games: Games, found: Array) -> None:
        """Fill what is found in all markets of a chunk, block by block."""

        def fill(block: slice) -> None:
            found[block] = look(games.some(block), block)

        for _ in map_blocks(fill, len(found), size=_BLOCK, workers=self.workers):
            pass

    def _market(self, block: slice) -> Array:
        """Which rows of the table the markets of a block are."""
        return np.arange(block.start, block.stop) % len(self.markets.observed)

    def _chances(self, games: Games, market: Array) -> Chances:
        return Chances.of(games, self.markets.observed[market], self._box, market)

    def _logs(self, games: Games, block: slice) -> Array:
        market = self._market(block)
        found = self._chances(games, market)
        if not self.mixed and pure_everywhere(games.gains):
            return found.log
        return log_with_mixtures(found, self._whole, market, mixed=self.mixed)

    def _mixing(self, games: Games) -> bool:
        """Whether mixed equilibria are played anywhere."""
        there = np.zeros(games.gains.shape[2], dtype=bool)
        if not self.mixed:
            self._by_blocks(self._pure, games, there)
        return not there.all()

    def _pure(self, games: Games, block: slice) -> Array:
        """Whether there is a pure equilibrium in all draws of a market: array of bool (B,)."""
        market = self._market(block)
        if pure_everywhere(games.gains):
            return np.ones(len(market), dtype=bool)
        return always_pure(games, self._whole, market)

    def _scores(self, games: Games, market: Array, change: Array) -> Array:
        """Chain derivatives by gains and scores with theirs by the numbers: array (B, K)."""
        gains, scores, selection = self._chances(games, market).slopes()
        force = np.concatenate([gains.reshape(-1, len(market)), scores])
        found = np.einsum("fb,kfb->bk", force, change)
        return np.column_stack([found, selection]) if self.selects else found

    def _changes(self, points: Array) -> Array:
        """Differentiate gains and scores by the payoffs' numbers: array (K, features, markets)."""
        own = self.markets.payoffs
        if own.affine:
            return self._slopes
        found = []
        for k in range(len(own.names)):
            step = np.zeros(points.shape[1])
            step[k] = _NARROW
            up, down = (np.clip(points + way * step, *self.bounds.T) for way in (1, -1))
            width = np.repeat((up - down)[:, k], own.rows)
            ends = [own.at(there[:, : len(own.names)]) for there in (up, down)]
            high, low = (self._features([t.reshape(-1, *t.shape[2:]) for t in end]) for end in ends)
            found.append((high - low) / width)
        return np.stack(found)

    @cached_property
    def _slopes(self) -> Array:
        """Derivatives of gains and scores where they are the same everywhere."""
        slopes = self.markets.payoffs.slopes
        return np.stack([self._features(tables) for tables in zip(*slopes, strict=True)])

    def _features(self, tables: Sequence[Array]) -> Array:
        """Give what chances depend on: gains and scores of payoffs (B, 2, ..., 2)."""
        players = self.markets.players
        games = games_of(tables, self.selection, np.zeros(len(tables[0])), players)
        scores = np.zeros((1 << len(players), len(tables[0])))
        gains = games.gains.reshape(-1, len(tables[0]))
        return np.concatenate([gains, scores if games.scores is None else games.scores])

    def _differences(self, points: Array) -> Array:
        """Differentiate where mixed equilibria are played: array (P, R, K).

        With three players and more they begin and end within cells, draw by draw, so that steps
        have to be wide enough for many draws to pass such an edge.
        """
        size = _WIDE if len(self.markets.players) > 2 else _NARROW
        found = []
        for k in range(points.shape[1]):
            step = np.zeros(points.shape)
            step[:, k] = size * self.sizes[k]
            up, down = (np.clip(points + way * step, *self.bounds.T) for way in (1, -1))
            rise = self.per_market(up) - self.per_market(down)
            found.append(rise / (up - down)[:, k, None])
        return np.stack(found, axis=2)
