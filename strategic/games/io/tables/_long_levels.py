"""The players and actions that a column of a long table names, by numbers or by words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError

if TYPE_CHECKING:
    import pyarrow as pa

_EMPTY = ("", "na", "nan", "<na>", "#n/a", "null")
"""Texts of a key that is missing; other marks of what is missing, such as "none", may be names."""
_MOST = 10_000
"""Different players or actions; more are no names of actions."""


@dataclass(frozen=True)
class Levels:
    """The different entries of a column, in their order.

    Parameters
    ----------
    labels : tuple of str
    numbers : tuple of int or None
        The same as numbers, where all are whole numbers.

    Examples
    --------
    >>> Levels(("1", "2"), (1, 2)).counted, Levels(("up", "down")).counted
    (True, False)
    """

    labels: tuple[str, ...]
    numbers: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def numbered(self) -> bool:
        """Whether entries are whole numbers."""
        return self.numbers is not None

    @property
    def counted(self) -> bool:
        """Whether they count from 0 or from 1 without a gap."""
        if self.numbers is None:
            return False
        return self.numbers[0] in (0, 1) and self.numbers[-1] - self.numbers[0] == len(self) - 1

    def ordered(self, order: Sequence[int]) -> Levels:
        """Take the entries in another order."""
        numbers = None if self.numbers is None else tuple(self.numbers[k] for k in order)
        return Levels(tuple(self.labels[k] for k in order), numbers)


Place = Callable[[int], str]
"""Names a row of a table."""


def in_column(place: Place, name: str) -> Place:
    """Name the entries of one column."""
    return lambda row: f"{place(row)}, column {name}"


def after(place: Place, rows: int) -> Place:
    """Name rows of a piece that some rows stand before."""
    return lambda row: place(rows + row)


def levels(column: pa.ChunkedArray, name: str, place: Place) -> Levels:
    """Find the different entries: numbers in ascending order, words as they first come.

    False comes before true.

    Raises
    ------
    FileError
        When an entry is missing, or there are too many.
    """
    whole = whole_numbers(column, name, place)
    if whole is not None:
        values = np.unique(whole)
        _check_few(len(values), name)
        numbers = tuple(map(int, values))
        return Levels(tuple(map(str, numbers)), numbers)
    words = _words(column).unique()
    _check_few(len(words), name)
    return Levels(tuple(_ordered(words.to_pylist())))


def _ordered(words: list[str]) -> list[str]:
    """Put decimals in ascending order, and false before true; other words stay."""
    low = [word.lower() for word in words]
    if set(low) <= {"false", "true"}:
        return sorted(words, key=str.lower)
    try:
        numbers = list(map(float, words))
    except ValueError:
        return words
    return [words[k] for k in sorted(range(len(words)), key=numbers.__getitem__)]


def codes(column: pa.ChunkedArray, name: str, known: Levels, place: Place) -> Array:
    """Give the place of every entry among the levels; -1 where it is none of them."""
    if known.numbers is not None:
        whole = whole_numbers(column, name, place)
        if whole is None:  # words among numbers
            texts = _words(column)
            return _places(texts, Levels(known.labels))
        values = np.array(known.numbers)
        order = np.argsort(values)
        nearest = np.minimum(np.searchsorted(values[order], whole), len(values) - 1)
        found = order[nearest]
        return np.where(values[found] == whole, found, -1)
    return _places(_words(column), known)


def _places(words: pa.ChunkedArray, known: Levels) -> Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(words, value_set=pa.array(known.labels, words.type))
    return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


def whole_numbers(column: pa.ChunkedArray, name: str, place: Place) -> Array | None:
    """Read a column as whole numbers, or tell by None that it holds others or words.

    Raises
    ------
    FileError
        When an entry is missing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = plain(column)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.utf8_trim_whitespace(column)
        empty = pc.is_in(pc.utf8_lower(column), value_set=pa.array(_EMPTY, column.type))
        empty = pc.or_(empty, column.is_null())
        _check_there(empty, name, place)
        try:
            column = column.cast(pa.int64())
        except pa.ArrowInvalid:
            try:  # a column of whole numbers with a gap elsewhere was written as 1.0, 2.0
                column = column.cast(pa.float64())
            except pa.ArrowInvalid:
                return None
    _check_there(column.is_null(nan_is_null=True), name, place)
    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        doubles = column.cast(pa.float64()).to_numpy()
        fit = (doubles == np.floor(doubles)) & (np.abs(doubles) < 2**53)
        return doubles.astype(np.int64) if fit.all() else None
    if not pa.types.is_integer(column.type):
        return None
    try:
        return np.asarray(column.cast(pa.int64()).to_numpy())
    except pa.ArrowInvalid:  # beyond 64 bits with a sign
        return None


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write out categories, and texts that are kept as views."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        # taken piece by piece, because not every kind of text can be cast out of its codes
        named = [(_as_text(piece.dictionary), piece.indices) for piece in column.chunks]
        return pa.chunked_array(
            [names.take(places) for names, places in named],
            type=None if named else column.type.value_type,
        )
    return _as_text(column)


def _as_text(column: Any) -> Any:
    """Write texts of every kind as plain ones; what is no text stays."""
    import pyarrow as pa

    is_text = str(column.type) in ("string_view", "large_string")
    return column.cast(pa.string()) if is_text else column


def _words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = plain(column)
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        texts = texts.cast(pa.string())
    return pc.utf8_trim_whitespace(texts)


def numbers_as_such(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn texts into whole numbers where these would be written in the same way."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type):
        as_programs_write = pc.match_substring_regex(column, r"^(0|-?[1-9]\d{0,17})$")
        if pc.all(as_programs_write).as_py():
            return column.cast(pa.int64())
    return column


def _check_there(missing: pa.ChunkedArray, name: str, place: Place) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(missing).as_py():
        row = pc.index(missing, pa.scalar(value=True)).as_py()
        rule = "must not be empty: it says which payoff a row holds"
        raise FileError(rule, where=f"{place(row)}, column {name}")


def _check_few(count: int, name: str) -> None:
    if count > _MOST:
        rule = f"must name at most {_MOST:,} players or actions"
        raise FileError(rule, where=f"column {name}", value=count)
