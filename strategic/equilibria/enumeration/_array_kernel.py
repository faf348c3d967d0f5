"""Signs of minors on arrays of any library that keeps to the Python array API standard.

The same sums in the same order with the same error bounds as `_minors` and `_signs`, so the same
proofs, in few operations on long arrays: where those hand out slabs that fit the cache, these
gather whole layers, and signs are small integers rather than bits. So a graphics processor, where
starting an operation is dear and threads are many, can do them; on a processor they are slower.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._minors import error_bounds
from strategic.equilibria.enumeration._planes import (
    ENTRY_ERROR,
    PRECISIONS,
    SMALLEST_SCALE,
    widened,
)
from strategic.equilibria.enumeration._support_tables import (
    MinorLayer,
    MinorLayout,
    colex,
    minor_layout,
    sign_tests,
)

_CELLS = 1 << 24  # signs gathered at once


@dataclass(frozen=True, eq=False)
class ArrayKernel:
    """Tests all pairs of supports of two players on the arrays of one library.

    Parameters
    ----------
    xp : module
        A namespace of the array API standard.
    device : object, optional
        Where its arrays live; what the library takes by default.
    host : object, optional
        The device that numpy reads from; None if it reads from all.
    """

    xp: Any
    device: Any = None
    host: Any = None
    _kept: dict[tuple[int, int], list[Any]] = field(default_factory=dict, repr=False)
    _sides: dict[tuple[int, int], list[list[Any]]] = field(default_factory=dict, repr=False)

    def settled(
        self, row: Array, column: Array, rounded: Array, precision: type[np.floating]
    ) -> tuple[Array, Array, Array, Array]:
        """Find the pairs of supports whose signs are all certain and agree.

        Parameters
        ----------
        row, column : arrays ``(games, m, n)``
            Payoffs.
        rounded : array ``(games,)`` of bool
            Games whose payoffs as written are only nearest to these doubles.
        precision : type
            One of `PRECISIONS`.

        Returns
        -------
        pair, game : arrays ``(E,)``
            The equilibria: pair of supports, ascending, and game.
        opposed : array ``(E,)`` of bool
            Whether the signs of both players' minors differ.
        left : array ``(games,)`` of bool
            Games with a sign in doubt that matters.
        """
        xp, games = self.xp, len(row)
        sides = (row.transpose(1, 2, 0), column.transpose(2, 1, 0))
        with np.errstate(all="ignore"):  # of libraries that compute with numpy
            signs = [self._signs(side, rounded, precision) for side in sides]
        tests = self._tests(*row.shape[1:])
        left = xp.zeros((games,), dtype=xp.bool, device=self.device)
        step, found = max(_CELLS // games, 1), []
        pairs = tests[0][0].shape[0]
        for start in range(0, pairs, step):
            part = slice(start, min(start + step, pairs))  # the standard allows no more
            (low, high), (other_low, other_high) = (
                self._range(of, test, part) for of, test in zip(signs, tests, strict=True)
            )
            plus, other_plus = low > 0, other_low > 0
            agreed = (plus | (high < 0)) & (other_plus | (other_high < 0))
            # A conflict of certain signs refuses a pair whatever the other signs are.
            refused = ((low < 0) & (high > 0)) | ((other_low < 0) & (other_high > 0))
            left = left | xp.any(~(agreed | refused), axis=0)
            pair, game = xp.nonzero(agreed)
            opposed = (plus != other_plus)[agreed]
            found.append([self.fetched(values) for values in (pair + start, game, opposed)])
        pair, game, opposed = (np.concatenate(parts) for parts in zip(*found, strict=True))
        open_ = self.fetched(left)
        kept = ~open_[game]
        return pair[kept], game[kept], opposed[kept], open_

    def _signs(self, payoffs: Array, rounded: Array, precision: type[np.floating]) -> Any:
        """Give the certain signs of all minors, and these reversed: ``(2 * entries, games)``.

        1, -1, and 0 where the sign is in doubt.
        """
        xp, unit = self.xp, PRECISIONS[precision]
        layout = minor_layout(*payoffs.shape[:2])
        entry = ENTRY_ERROR * unit
        given = self._sent(payoffs)
        differences = given[1:, :, :] - given[:1, :, :]
        # Each column by its own largest: a positive factor on a column of a determinant.
        least = xp.full(given.shape[1:], SMALLEST_SCALE, dtype=given.dtype, device=self.device)
        for line in range(len(payoffs) - 1):
            least = xp.maximum(least, xp.abs(differences[line, :, :]))
        differences = differences / least
        dtype = getattr(xp, np.dtype(precision).name)
        table = self._minors(xp.astype(differences, dtype), layout)
        bounds = self._sent(error_bounds(layout, unit, entry)[1:, None].astype(precision))
        if rounded.any():
            widening = widened(payoffs, self.fetched(least), rounded, entry)
            bounds = bounds * self._sent(widening.astype(precision)[None])
        signs = xp.astype(table > bounds, xp.int8) - xp.astype(table < -bounds, xp.int8)
        one = xp.ones((1, signs.shape[1]), dtype=xp.int8, device=self.device)
        return xp.concat([one, signs, -one, -signs], axis=0)

    def _minors(self, differences: Any, layout: MinorLayout) -> Any:
        """Compute the table of minors ``(entries, games)`` but for entry 0, which is one."""
        xp, parts = self.xp, []
        below = flat = xp.reshape(differences, (-1, differences.shape[2]))
        for layer, (factors, parents, terms) in zip(
            layout.layers, self._places(layout), strict=True
        ):
            here = xp.take(flat, factors[-1], axis=0)
            if layer.size > 1:
                here = here * xp.take(below, parents[-1], axis=0)
                for place in range(layer.size - 2, -1, -1):
                    term = xp.take(flat, factors[place], axis=0)
                    term = term * xp.take(below, parents[place], axis=0)
                    here = here + term if (layer.size - 1 - place) % 2 == 0 else here - term
            parts.append(here)
            if terms:
                total = xp.take(here, terms[0], axis=0) - xp.take(here, terms[1], axis=0)
                for place, term in enumerate(terms[2:]):
                    added = xp.take(here, term, axis=0)
                    total = total + added if place % 2 == 0 else total - added
                parts.append(total)
            below = here
        # A player with one action has no minors but the first.
        return xp.concat(parts, axis=0) if parts else below

    def _places(self, layout: MinorLayout) -> list[tuple[list[Any], list[Any], list[Any]]]:
        """Send the static tables of a shape to the device, once."""
        shape = layout.rows, layout.columns
        if shape not in self._kept:
            self._kept[shape] = [
                tuple(
                    [self._sent(line) for line in lines]
                    for lines in _gathered(layer, layout.columns)
                )
                for layer in layout.layers
            ]
        return self._kept[shape]

    def _tests(self, rows: int, columns: int) -> list[list[Any]]:
        """Send, once, where the signs stand that must agree, for either player."""
        shape = rows, columns
        if shape not in self._sides:
            self._sides[shape] = [
                [self._sent(line) for line in tests.positive] for tests in sign_tests(*shape)
            ]
        return self._sides[shape]

    def _range(self, signs: Any, tests: list[Any], part: slice) -> tuple[Any, Any]:
        """Give the least and the largest sign of each pair of supports ``(pairs, games)``."""
        xp = self.xp
        low = high = xp.take(signs, tests[0][part], axis=0)
        for line in tests[1:]:
            here = xp.take(signs, line[part], axis=0)
            low, high = xp.minimum(low, here), xp.maximum(high, here)
        return low, high

    def _sent(self, values: Array) -> Any:
        # PyTorch warns of memory that is not to be written to.
        return self.xp.asarray(np.require(values, requirements=["C", "W"]), device=self.device)

    def fetched(self, values: Any) -> Array:
        """Bring an array of the library to numpy."""
        from array_api_compat import to_device

        return np.asarray(values if self.host is None else to_device(values, self.host))


@cache
def _gathered(layer: MinorLayer, columns: int) -> tuple[list[Array], ...]:
    """Say which entries the sums of a layer are made of, term by term.

    Returns the differences and the minors of the layer below that are multiplied, for each place
    of a row; and the minors of this layer that add up to those without row 0.
    """
    sets = colex(columns, layer.size)
    below = {subset: number for number, subset in enumerate(colex(columns, layer.size - 1))}
    last = np.array([subset[-1] for subset in sets])
    inner = np.array([below[subset[:-1]] for subset in sets])
    factors, parents = [], []
    for place in range(layer.size):
        row = np.array([subset[place] - 1 for subset in layer.rows])
        parent = np.array([numbers[place] for numbers in layer.parents])
        factors.append((row[:, None] * columns + last).reshape(-1))
        parents.append((parent[:, None] * len(below) + inner).reshape(-1))
    every = np.arange(layer.columns)
    terms = [
        (np.array(numbers)[:, None] * layer.columns + every).reshape(-1)
        for numbers in zip(*layer.sums, strict=True)
    ]
    return factors, parents, terms
