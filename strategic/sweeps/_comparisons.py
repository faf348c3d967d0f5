"""What selections of equilibria compare: payoffs, welfare and entropy, two equilibria at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria
from strategic.equilibria.concepts._entropy import entropy
from strategic.equilibria.concepts._most_mixed import mixed_members
from strategic.modelling import Points
from strategic.modelling.source import Source
from strategic.status import Status

COMPARED = {"only", "payoff-dominant", "best-welfare", "maximum-entropy"}
"""Selections that change only where two equilibria tie in payoffs, welfare or entropy."""
_MOST_COMPARED = 24
"""Equilibria per game that are compared pair by pair."""


def comparisons(
    source: Source, points: Callable[[Array, Array], Points], reads: set[str]
) -> Callable[[Array, Array], Array]:
    """Make the function to the differences of any two equilibria, in what selections compare."""

    def differences(number: Array, at: Array) -> Array:
        here = points(number, at)
        found, defined = here.once(source.found), here.once(source.defined)
        if found is None:
            return np.full((1, len(at)), np.nan)
        tables = []
        if reads & {"payoff-dominant", "best-welfare"}:
            tables.append((*_ranked(found.game, found.strategies), _worth(found, reads)))
        if "maximum-entropy" in reads:
            game, sides = _most_mixed(found)
            amounts = np.sum([entropy(side) for side in sides], axis=0)
            tables.append((*_ranked(game, sides), amounts[:, None]))
        told = [_pairwise(*table, defined) for table in tables]
        return np.concatenate(told) if told else np.full((1, len(at)), np.nan)

    return differences


def _pairwise(game: Array, rank: Array, worth: Array, defined: Array) -> Array:
    """Subtract what candidates of one game are worth, pair by pair; NaN where there is none."""
    most = min(int(rank.max(initial=-1)) + 1, _MOST_COMPARED)
    table = np.full((int(defined.sum()), most, worth.shape[1]), np.nan)
    kept = rank < most
    table[game[kept], rank[kept]] = worth[kept]
    whole = np.full((len(defined), *table.shape[1:]), np.nan)
    whole[defined] = table
    pairs = [whole[:, e] - whole[:, f] for e, f in combinations(range(most), 2)]
    return np.concatenate(pairs, axis=1).T if pairs else np.full((1, len(defined)), np.nan)


def _most_mixed(found: Equilibria) -> tuple[Array, tuple[Array, ...]]:
    """Give all that may have the largest entropy: equilibria, of components the most mixed ones."""
    spread = np.flatnonzero(found.status == Status.COMPONENTS)
    if len(found.strategies) > 2 or not len(spread):
        return found.game, found.strategies
    alone = ~np.isin(found.game, spread)
    game, sides, _ = mixed_members(found, found.status == Status.COMPONENTS)
    both = zip(found.strategies, sides, strict=True)
    every = tuple(np.concatenate([side[alone], more]) for side, more in both)
    return np.concatenate([found.game[alone], game]), every


def _worth(found: Equilibria, reads: set[str]) -> Array:
    """Give the payoffs that selections compare of every equilibrium, in numbers of size 1."""
    size = max(float(np.abs(found.payoffs).max(initial=0.0)), 1e-290)
    columns = []
    if "payoff-dominant" in reads:
        columns.append(found.payoffs / size)
    if "best-welfare" in reads:
        columns.append(found.payoffs.sum(axis=1, keepdims=True) / size)
    return np.concatenate(columns, axis=1)


def _ranked(game: Array, strategies: Sequence[Array]) -> tuple[Array, Array]:
    """Rank the candidates of each game by their supports, the same on a whole piece."""
    used = np.concatenate([side > 0 for side in strategies], axis=1)
    order = np.lexsort((*used.T, game))
    rank = np.empty(len(order), dtype=int)
    counts = np.bincount(game)
    rank[order] = np.arange(len(order)) - (np.cumsum(counts) - counts)[game[order]]
    return game, rank
