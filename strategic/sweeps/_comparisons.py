"""What selections of equilibria compare: payoffs, welfare and entropy, two equilibria at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria
from strategic.equilibria.concepts._entropy import entropy
from strategic.modelling import Points
from strategic.modelling.source import Source

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
        game, rank = _ranked(found)
        most = min(int(found.count.max(initial=0)), _MOST_COMPARED)
        worth = _worth(found, reads)
        table = np.full((len(found.count), most, worth.shape[1]), np.nan)
        kept = rank < most
        table[game[kept], rank[kept]] = worth[kept]
        whole = np.full((len(at), *table.shape[1:]), np.nan)
        whole[defined] = table
        pairs = [whole[:, e] - whole[:, f] for e, f in combinations(range(most), 2)]
        return np.concatenate(pairs, axis=1).T if pairs else np.full((1, len(at)), np.nan)

    return differences


def _worth(found: Equilibria, reads: set[str]) -> Array:
    """Give what selections compare of every equilibrium, in numbers of size 1."""
    size = max(float(np.abs(found.payoffs).max(initial=0.0)), 1e-290)
    columns = []
    if "payoff-dominant" in reads:
        columns.append(found.payoffs / size)
    if "best-welfare" in reads:
        columns.append(found.payoffs.sum(axis=1, keepdims=True) / size)
    if "maximum-entropy" in reads:
        columns.append(np.sum([entropy(side) for side in found.strategies], axis=0)[:, None])
    return np.concatenate(columns, axis=1)


def _ranked(found: Equilibria) -> tuple[Array, Array]:
    """Rank the equilibria of each game by their supports, the same on a whole piece."""
    used = np.concatenate([side > 0 for side in found.strategies], axis=1)
    order = np.lexsort((*used.T, found.game))
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order)) - found.starts[found.game[order]]
    return found.game, rank
