"""One column of numbers, such as all payoffs of a long table, and how columns go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from strategic.arrays import Array
from strategic.games._numbers import as_fractions, shortest_decimals
from strategic.games.io.tables._numbers import numbers_of


@dataclass(frozen=True)
class Entries:
    """The numbers of one column.

    Parameters
    ----------
    doubles : array of float
        NaN where a number is missing or infinite.
    decimal : bool or None
        Whether each stands for the shortest decimal that rounds to it, or for itself; None where
        that is the same, as all are whole numbers.
    exact : object array or None
        Texts of the numbers, where doubles fall short of them; 0 where one is missing.
    """

    doubles: Array
    decimal: bool | None
    exact: Array | None = None

    def fractions(self) -> Array:
        """Give the exact numbers, or texts of them; 0 where one is missing."""
        if self.exact is not None:
            return self.exact
        known = np.where(np.isnan(self.doubles), 0.0, self.doubles)
        return shortest_decimals(known) if self.decimal else as_fractions(known)


def entries(column: pa.ChunkedArray, name: str, place: Callable[[int], str]) -> Entries:
    """Read a column of numbers, texts of numbers, and marks of what is missing.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
    name : str
    place : callable
        Names an entry in errors.

    Raises
    ------
    FileError
        When an entry is neither.
    """
    return Entries(*numbers_of(whole(column), name, place))


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Put the pieces of a column together."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def in_common(read: Sequence[Entries]) -> tuple[bool, list[Array] | None]:
    """Find the cheapest form that keeps the numbers of all columns.

    Returns
    -------
    bool
        Whether doubles stand for decimals.
    list of object arrays, or None
        Exact numbers, where doubles do not do.
    """
    kinds = {column.decimal for column in read} - {None}
    if len(kinds) < 2 and all(column.exact is None for column in read):
        return True in kinds, None
    return False, [column.fractions() for column in read]
