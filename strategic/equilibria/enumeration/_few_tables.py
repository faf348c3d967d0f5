"""Static tables for a few games of one shape: where everything stands, for both players at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._mixtures import AROUND
from strategic.equilibria.enumeration._planes import ENTRY_ERROR, PRECISIONS
from strategic.equilibria.enumeration._support_tables import (
    MinorLayout,
    SupportPairs,
    minor_layout,
    sign_tests,
    support_pairs,
    without_each,
)

_UNIT = PRECISIONS[np.float64]
_TOGETHER = 4  # actions: mixtures over as many or fewer are computed in one go


@dataclass(frozen=True, eq=False)
class FewLayer:
    """Which products add up to the minors of one size, and which of these to those without row 0.

    ``parents`` and ``factors``, ``(size, minors)``, are lines of the layer below and differences;
    ``terms``, ``(size + 1, minors)``, are lines of this layer; each from the first term on, and
    every second one is taken off. Where players stand abreast, a line here is that of both.
    """

    with_row_0: slice
    without_row_0: slice
    parents: Array
    factors: Array
    terms: Array


@dataclass(frozen=True, eq=False)
class Side:
    """Where the replies of a player stand, or of both if their numbers of actions are equal.

    ``cells``, ``(actions, actions of the other, players, 1)``, are places among the payoffs of a
    game; ``own`` and ``other``, ``(actions, players)``, lines of a table of equilibria.
    """

    cells: Array
    own: Array
    other: Array


@dataclass(frozen=True, eq=False)
class FewTables:
    """Static tables of one shape.

    The payoffs of a game are ``2 m n + 2`` numbers: both players' in turn, zero and one.

    Parameters
    ----------
    shape : tuple of int
    tables : tuple of arrays ``(m, n)``, ``(n, m)`` of int
        Places of each player's payoffs, their own actions first.
    replies, first_replies : arrays ``(D,)`` of int
        Places of all payoffs but those of action 0, and of the replies with action 0.
    of_column, column_of : arrays ``(., m + n)``, ``(D,)`` of int
        Which of these differences are replies to each action of the other, and the other way round.
    abreast : int
        2 where both players have as many actions, so that each minor of the row player is followed
        by the same one of the column player, and one place serves both; else 1.
    layers : tuple of FewLayer
    lines : int
        Number of lines of both players' minors; the first ``abreast`` are the number one.
    line_of : tuple of arrays ``(entries,)`` of int
        Where the entries of each player's `MinorLayout` stand.
    signed : int
        How many of them have a sign: all but ``abreast``, which are zero.
    bounds : array ``(lines,)``
        On the error of each line.
    most : float
        The largest of them.
    player : array ``(lines,)`` of int
        Whose minor it is.
    tests, opposed_tests : arrays ``(tests, 2, pairs)`` of int
        For each test, player and pair of supports the line, ``lines`` more if it is reversed; and
        the other way round.
    size : array ``(pairs,)``
        How many actions supports have.
    index : array ``(2 * pairs,)``
        Of equilibria in which both players' signs are alike, and are not, in turn.
    first : array
        Where the pairs of each size begin.
    cells : dict of array ``(k, k, 2, pairs)`` of int
        By size of the supports, places of the payoffs cut to the supports, for the row player and,
        transposed, the column player.
    cell_lines : dict of array ``(k, 2, pairs)`` of int
        The lines of a table where the mixtures stand that make these rows equal.
    small_cells, small_lines : arrays ``(K, K or 4, 2, pairs)``, ``(K, 2, pairs)`` of int
        The same for all pairs, as for `padded_mixtures`; K is four, or the fewest actions.
    sides : tuple of Side
    """

    shape: tuple[int, int]
    tables: tuple[Array, Array]
    replies: Array
    first_replies: Array
    of_column: Array
    column_of: Array
    abreast: int
    layers: tuple[FewLayer, ...]
    lines: int
    line_of: tuple[Array, ...]
    signed: int
    bounds: Array
    most: float
    player: Array
    tests: Array
    opposed_tests: Array
    size: Array
    index: Array
    first: Array
    cells: dict[int, Array]
    cell_lines: dict[int, Array]
    small_cells: Array
    small_lines: Array
    sides: tuple[Side, ...]


@lru_cache(maxsize=64)
def few_tables(m: int, n: int) -> FewTables:
    """Make the tables of one shape."""
    pairs, layouts = support_pairs(m, n), (minor_layout(m, n), minor_layout(n, m))
    place = np.arange(2 * m * n).reshape(2, m, n)
    tables = place[0], place[1].T
    abreast = 2 if m == n else 1
    layers, line, lines = _layers(layouts[: 3 - abreast])
    lines *= abreast
    line_of = tuple(
        np.array([line[who, *key] for key in layout.place])[-layout.entries :]
        for who, layout in enumerate(layouts[: 3 - abreast])
    )
    if abreast == 2:
        line_of = 2 * line_of[0], 2 * line_of[0] + 1
    bounds, player = np.zeros(lines), np.zeros(lines, dtype=np.intp)
    tests = np.empty((max(m, n), 2, len(pairs.size)), dtype=np.intp)
    for who, (layout, signs) in enumerate(zip(layouts, sign_tests(m, n), strict=True)):
        at = line_of[who]
        bounds[at], player[at] = error_bounds(layout, _UNIT, ENTRY_ERROR * _UNIT), who
        stands = (at.take(signs.minor) + lines * signs.flipped).T
        tests[:, who] = stands[0]  # once more does no harm
        tests[: len(stands), who] = stands
    cells, cell_lines = _cells(place, pairs)
    small_cells, small_lines = _small(cells, cell_lines, pairs, (m, n))
    return FewTables(
        shape=(m, n),
        tables=tables,
        **_differences(tables, abreast),
        abreast=abreast,
        layers=layers,
        lines=lines,
        line_of=line_of,
        signed=lines - abreast,
        bounds=bounds,
        most=float(bounds.max()),
        player=player,
        tests=tests,
        opposed_tests=(tests + lines) % (2 * lines),
        size=pairs.size,
        # The index is (-1)**(k+1) times the signs of both players' minors (Shapley 1974).
        index=np.multiply.outer(np.where(pairs.size % 2 == 0, -1.0, 1.0), [1.0, -1.0]).reshape(-1),
        first=pairs.first,
        cells=cells,
        cell_lines=cell_lines,
        small_cells=small_cells,
        small_lines=small_lines,
        sides=_sides(tables),
    )


def _layers(layouts: Sequence[MinorLayout]) -> tuple[tuple[FewLayer, ...], dict[Any, int], int]:
    """Spell out how `minors` expands each minor; give their lines, and how many there are."""
    keys = [(who, *key) for who, layout in enumerate(layouts) for key in layout.place]
    line, end, layers = {key: 0 for key in keys if not key[2]}, 1, []
    before = [0, (layouts[0].rows - 1) * layouts[0].columns]
    for size in range(1, max(1, *(len(layout.layers) for layout in layouts)) + 1):
        here = [key for key in keys if len(key[2]) == size]
        plain, summed = ([k for k in here if (k[1][0] == 0) == first] for first in (True, False))
        middle = end + len(plain) + (size == 1)  # where one difference is zero less zero
        last = middle + len(summed)
        line |= {key: end + number for number, key in enumerate(plain)}
        line |= {key: middle + number for number, key in enumerate(summed)}
        parents, factors = [], []
        for who, rows, used in plain:
            rest = [(0, *others) for others in without_each(rows[1:])[::-1]]
            parents.append([line[who, others, used[:-1]] for others in rest])
            starts = [before[who] + (row - 1) * layouts[who].columns for row in rows[:0:-1]]
            factors.append([start + used[-1] for start in starts])
        terms = [  # det[1 | A_IK], expanded along the column of ones
            [line[who, (0, *others), used] for others in without_each(rows)]
            for who, rows, used in summed
        ]
        by_term = (np.array(of, dtype=np.intp).T.copy() for of in (parents, factors, terms))
        layers.append(FewLayer(slice(end, middle), slice(middle, last), *by_term))
        end = last
    return tuple(layers), line, end


def _differences(tables: Sequence[Array], abreast: int) -> dict[str, Array]:
    """Say which payoffs less which are the differences, and which columns they form.

    One more, for columns that have none, is zero less zero; where players stand abreast, two.
    """

    def lined_up(sides: Sequence[Array], spare: int) -> Array:
        if abreast == 2:
            sides = [np.stack(sides, axis=1)]
        return np.concatenate([*map(np.ravel, sides), [spare] * abreast])

    zero, columns = tables[0].size * 2, sum(tables[0].shape)
    ends = tables[0].shape[1], columns
    column = lined_up(
        [
            np.tile(np.arange(end - table.shape[1], end), len(table) - 1)
            for table, end in zip(tables, ends, strict=True)
        ],
        0,
    )
    spare = len(column) - abreast
    of_column = np.full((max(1, *tables[0].shape) - 1 or 1, columns), spare)
    for number in range(columns):
        places = (column[:spare] == number).nonzero()[0]
        of_column[: len(places), number] = places
    return {
        "replies": lined_up([table[1:].reshape(-1) for table in tables], zero),
        "first_replies": lined_up(
            [table[:1].repeat(len(table) - 1, 0).reshape(-1) for table in tables], zero
        ),
        "of_column": of_column,
        "column_of": column,
    }


def _cells(place: Array, pairs: SupportPairs) -> tuple[dict[int, Array], dict[int, Array]]:
    """Say by size of the supports where the payoffs and the mixtures stand."""
    m, cells, lines = place.shape[1], {}, {}
    for k, rows in pairs.row_lanes.items():
        columns = pairs.column_lanes[k]
        own, other = (table[rows[:, None], columns] for table in place)
        cells[k] = np.stack([own, other.swapaxes(0, 1)], axis=2)
        lines[k] = np.stack([columns + m, rows], axis=1)
    return cells, lines


def _small(
    cells: dict[int, Array], lines: dict[int, Array], pairs: SupportPairs, shape: tuple[int, int]
) -> tuple[Array, Array]:
    """Widen small supports by actions that get no share; see `padded_mixtures`.

    Those get a line that is zero: of an action which is not in use. Of larger supports the first
    action gets all, for the time being.
    """
    (m, n), most = shape, min(_TOGETHER, *shape)
    zero, number = 2 * m * n, len(pairs.size)
    widened = np.full((most, most, 2, number), zero)
    widened[range(1, most), range(1, most)] = zero + 1
    stands = np.empty((most, 2, number), dtype=np.intp)
    for k, places in cells.items():
        some = slice(pairs.first[k], pairs.first[k + 1])
        if k > most:
            stands[:, :, some] = lines[k][:most]
            continue
        widened[:k, :k, :, some] = places
        widened[k:, :k, :, some] = places[0]
        stands[:k, :, some] = lines[k]
        for pair in range(some.start, some.stop):
            for side, actions in enumerate((range(m, m + n), range(m))):
                idle = sorted(set(actions) - set(stands[:k, side, pair].tolist()))
                stands[k:, side, pair] = idle[: most - k]
    if most == len(AROUND) - 1:
        widened = np.ascontiguousarray(widened[:, AROUND])  # else all is copied whenever some is
    return widened, stands


def _sides(tables: tuple[Array, Array]) -> tuple[Side, ...]:
    """Lay out the replies of both players, side by side where they have equally many."""
    m, n = tables[0].shape
    x, y = np.arange(m)[:, None], np.arange(m, m + n)[:, None]
    sides = Side(tables[0][..., None], x, y), Side(tables[1][..., None], y, x)
    if m == n:
        both = zip(*([side.cells, side.own, side.other] for side in sides), strict=True)
        sides = (Side(*(np.concatenate(parts, axis=-1) for parts in both)),)  # type: ignore[assignment]
    return tuple(Side(side.cells[..., None], side.own, side.other) for side in sides)
