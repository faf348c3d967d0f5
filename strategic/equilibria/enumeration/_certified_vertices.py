"""Equilibria proved from the vertices of best-reply polytopes, or from the signs of minors."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._certified import certified_equilibria
from strategic.equilibria.enumeration._certified_walk import walked_supports
from strategic.equilibria.enumeration._equilibrium_blocks import Block, EquilibriumBlock
from strategic.equilibria.enumeration._few_games import are_few, few_equilibria
from strategic.equilibria.enumeration._matched_vertices import matched_supports
from strategic.equilibria.enumeration._pruned_vertices import pruned_vertices
from strategic.equilibria.enumeration._support_tables import minor_count
from strategic.equilibria.enumeration._supports import Supports, assembled
from strategic.equilibria.enumeration._tied_games import tied
from strategic.equilibria.sizes import MOST_PROVED_VERTICES, is_thin, walked_vertices
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.enumeration._array_kernel import ArrayKernel

Kernel = Callable[..., tuple[Block, Array]]

_OPEN = int(Status.NOT_FINISHED)
_MOST_JUDGED = 12  # actions: with more the minors of single supports are too many
_FEWEST_JUDGED = 8  # games: of fewer the second polytope takes fewer calls
_FEWEST_MINORS = 200  # of a player: with fewer the signs of minors are as quick for one game


def vertex_equilibria(
    row: Array, column: Array, rounded: Array, want: str | None = None
) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters and results are those of `certified_equilibria`.
    """
    shape = row.shape[1:]
    if is_thin(shape):
        return _wanted(row, column, walked_supports(row, column, rounded), want)
    ways = [pruned_vertices, matched_supports] if min(shape) <= _MOST_JUDGED else [matched_supports]
    if len(row) < _FEWEST_JUDGED:
        ways.reverse()
    if walked_vertices(shape) <= MOST_PROVED_VERTICES:
        # Pivoting has other rounding errors, and a bound of its own for each vertex.
        ways.append(walked_supports)
    found = ways[0](row, column, rounded)
    for way in ways[1:]:  # so no answer depends on how many games there are
        again = np.flatnonzero(found.left)
        if len(again):
            found = found.completed(again, way(row[again], column[again], rounded[again]))
    return _wanted(row, column, found, want)


def small_equilibria(
    row: Array, column: Array, rounded: Array, want: str | None = None
) -> tuple[Block, Array]:
    """Enumerate the equilibria of games with few actions, of which there may be many.

    Signs of minors serve many games; of few, vertices take a tenth of the time. What one way
    leaves open the other takes up, and what both settle is the same to the last bit: so no answer
    depends on how many games there are. Parameters and results are those of
    `certified_equilibria`.
    """
    games, few = len(row), are_few(len(row), row.shape[1:])
    by_signs: Kernel = few_equilibria if few else certified_equilibria
    minors = _minors_beside_vertices(row.shape[1:])
    if not minors:
        return by_signs(row, column, rounded, want)
    ways: list[Kernel] = [by_signs, _untied_equilibria]
    if games**2 <= minors and not few:
        ways.reverse()
    block, status = ways[0](row, column, rounded, want)
    again = (status == _OPEN).nonzero()[0]
    if len(again):
        part: slice | Array = again if len(again) < games else slice(None)
        late, status[again] = ways[1](row[part], column[part], rounded[part], want)
        block = block.sorted().completed(again, late.sorted())
    return block, status


@lru_cache(maxsize=64)
def _minors_beside_vertices(shape: tuple[int, int]) -> int:
    """Count the minors of a player where vertices are a way too; else give 0."""
    minors = minor_count(*shape)
    return 0 if is_thin(shape) or minors < _FEWEST_MINORS else minors


def array_equilibria(
    row: Array, column: Array, rounded: Array, want: str | None = None, *, kernel: ArrayKernel
) -> tuple[Block, Array]:
    """Let another array library compute the signs of minors; what it leaves open numpy takes up.

    Parameters and results are those of `certified_equilibria`.
    """
    block, status = certified_equilibria(row, column, rounded, want, kernel=kernel)
    again = (status == _OPEN).nonzero()[0]
    if len(again):
        late, status[again] = small_equilibria(row[again], column[again], rounded[again], want)
        block = block.sorted().completed(again, late.sorted())
    return block, status


def _untied_equilibria(
    row: Array, column: Array, rounded: Array, want: str | None = None
) -> tuple[EquilibriumBlock, Array]:
    """Enumerate by vertices where no payoffs are equal."""
    found = Supports.none(len(row), min(row.shape[1:]))
    some = np.flatnonzero(~tied(row, column))
    if len(some):
        found = found.completed(some, matched_supports(row[some], column[some], rounded[some]))
    return _wanted(row, column, found, want)


def _wanted(
    row: Array, column: Array, found: Supports, want: str | None
) -> tuple[EquilibriumBlock, Array]:
    block, status = assembled(row, column, found)
    return block.cut(row.shape[1:], want), status
