"""Columns of Arrow turned into payoffs, each in the cheapest form that keeps what is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.errors import FileError, GameError
from strategic.games._numbers import as_fractions, parse_number
from strategic.games.game import Game
from strategic.games.io.arrow_columns import array_of, arrow_column

MISSING = (
    *("", "nan", "na", "n/a", "#n/a", "null", "none", ".", "-", "?"),
    *("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "+∞", "-∞"),
    *("+nan", "-nan", "<na>", "nat"),
)
"""Words, in any case, that say a payoff is missing or infinite; the game is then invalid."""
_DECIMAL = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_FRACTION = r"^[+-]?\d{1,15}/\d{1,15}$"
_AT_HAND = 2**16
_SURE_LENGTH = 15
_SMALLEST_SURE = 1e-300  # below, doubles hold fewer than 15 digits
_LARGEST_SURE = 2**53  # beyond, not every integer is a double


class _Numbers(Enum):
    """What the doubles of a column say of the numbers in the file."""

    DOUBLES = auto()
    WHOLE = auto()  # integers that doubles hold
    DECIMALS = auto()  # each is the shortest decimal that rounds to its double
    BEYOND = auto()


def games_of_columns(
    batch: pa.RecordBatch,
    names: Sequence[str],
    shape: tuple[int, ...],
    *,
    first: int = 0,
    decimal_comma: bool = False,
    labels: Mapping[str, Any] | None = None,
) -> Game:
    """Make games of the columns of payoffs, one per row.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
    names : sequence of str
        The columns of payoffs, those of the first player first.
    shape : tuple of int
    first : int, optional
        Number of the first game, for errors.
    decimal_comma : bool, optional
        Whether texts write ``1,5`` for one and a half.
    labels : mapping, optional
        Further keywords of `Game`; ``decimal`` says that doubles stand for decimals.

    Returns
    -------
    Game
        NaN where a payoff is missing or infinite.

    Raises
    ------
    FileError
        When an entry is neither a number nor a mark of what is missing.
    """
    columns = [_plain(batch.column(name), name) for name in names]
    if decimal_comma:
        columns = [
            _with_points(column, name, first) for column, name in zip(columns, names, strict=True)
        ]
    places = [partial(_place, name, first) for name in names]
    read = [_doubles(column, place) for column, place in zip(columns, places, strict=True)]
    size = math.prod(shape)

    def payoffs(numbers: list[Array]) -> tuple[Array, ...]:
        sides = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        return tuple(_side_by_side(side).reshape(-1, *shape) for side in sides)

    doubles = payoffs([numbers for numbers, _ in read])
    kinds = {kind for _, kind in read} - {_Numbers.WHOLE}
    kept = dict(labels or {})
    decimal = kept.pop("decimal", False)
    if kinds <= {_Numbers.DOUBLES} or kinds == {_Numbers.DECIMALS}:
        return Game(payoffs=doubles, decimal=decimal or _Numbers.DECIMALS in kinds, **kept)
    exact = [_exact(c, ~np.isfinite(n)) for c, (n, _) in zip(columns, read, strict=True)]
    return Game(payoffs=doubles, exact=payoffs(exact), **kept)


def _side_by_side(columns: list[Array]) -> Array:
    """Write columns of one kind into rows, as many at a time as a processor has at hand."""
    rows = np.empty((len(columns[0]), len(columns)), dtype=columns[0].dtype)
    for part in block_slices(len(rows), _AT_HAND // len(columns) + 1):
        for place, column in enumerate(columns):
            rows[part, place] = column[part]
    return rows


def numbers_of(
    column: pa.Array, name: str, place: Callable[[int], str]
) -> tuple[Array, bool | None, Array | None]:
    """Read one column of numbers.

    Parameters
    ----------
    column : pyarrow.Array
    name : str
    place : callable
        Names an entry in errors.

    Returns
    -------
    array of float
        NaN where a number is missing or infinite.
    bool or None
        Whether each stands for the shortest decimal that rounds to it; None for whole numbers.
    object array or None
        The numbers as texts where doubles fall short of them; 0 where one is missing.
    """
    column = _plain(column, name)
    doubles, kind = _doubles(column, place)
    if np.isinf(doubles).any():
        doubles = np.where(np.isinf(doubles), np.nan, doubles)
    exact = _exact(column, np.isnan(doubles)) if kind is _Numbers.BEYOND else None
    return doubles, None if kind is _Numbers.WHOLE else kind is _Numbers.DECIMALS, exact


def _place(name: str, first: int, row: int) -> str:
    return f"game {first + row}, column {name}"


def _plain(column: pa.Array, name: str) -> pa.Array:
    """Bring a column to one of doubles, integers or texts."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.dictionary_decode(), name)
    if pa.types.is_float64(kind) or pa.types.is_integer(kind) or pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8())
    if pa.types.is_null(kind):
        return column.cast(pa.float64())
    if pa.types.is_decimal(kind) or is_text(kind):
        return column.cast(pa.string())
    rule, remedy = "must hold numbers", ""
    if pa.types.is_nested(kind):
        remedy = "write one number per column"
    raise FileError(rule, where=f"column {name}", value=str(kind), remedy=remedy)


def is_text(kind: pa.DataType) -> bool:
    """Tell the types of Arrow that hold texts."""
    named = ("string", "large_string", "string_view")
    return str(kind) in named


def _with_points(column: pa.Array, name: str, first: int) -> pa.Array:
    """Turn decimal commas into points; points beside them could be marks of thousands."""
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column
    wrong = pc.match_substring_regex(column, r"\d\.|\.\d")
    if pc.any(wrong).as_py():
        row = int(np.flatnonzero(array_of(wrong))[0])
        raise FileError(
            "a decimal point where other numbers have a decimal comma",
            where=f"game {first + row}, column {name}",
            value=column[row].as_py(),
            remedy="write all numbers with a point",
        )
    return pc.replace_substring(column, ",", ".")


def _exact(column: pa.Array, missing: Array) -> Array:
    """Numbers of a column as Fractions where it holds doubles, else as the texts written.

    What is missing is NaN among the doubles, and counts as 0 here.
    """
    if pa.types.is_floating(column.type):
        return as_fractions(np.where(missing, 0.0, array_of(column)))
    texts = np.array(column.cast(pa.string()).to_pylist(), dtype=object)
    texts[missing] = "0"
    return texts


def _doubles(column: pa.Array, place: Callable[[int], str]) -> tuple[Array, _Numbers]:
    """Doubles nearest to the numbers of a column, and what they say of these.

    Those of a column of doubles may be infinite, which says that a number is missing as NaN does.
    """
    kind = column.type
    if pa.types.is_floating(kind):
        return array_of(column), _Numbers.DOUBLES
    if pa.types.is_integer(kind):
        missing = array_of(column.is_null()) if column.null_count else None
        integers = array_of(column.fill_null(0) if column.null_count else column)
        held = bool(((integers <= _LARGEST_SURE) & (integers >= -_LARGEST_SURE)).all())
        numbers = integers.astype(np.float64)
        if missing is not None:
            numbers[missing] = np.nan
        return numbers, _Numbers.WHOLE if held else _Numbers.BEYOND
    return _doubles_of_texts(column, place)


def _doubles_of_texts(texts: pa.Array, place: Callable[[int], str]) -> tuple[Array, _Numbers]:
    import pyarrow.compute as pc

    try:
        numbers = array_of(pc.cast(texts, pa.float64()))
    except pa.ArrowInvalid:
        numbers = None
    if numbers is None or not np.isfinite(numbers).all():
        return _doubles_of_mixed_texts(texts, place)
    return numbers, _Numbers.DECIMALS if _are_shortest(texts, numbers) else _Numbers.BEYOND


def _doubles_of_mixed_texts(texts: pa.Array, place: Callable[[int], str]) -> tuple[Array, _Numbers]:
    """Read decimals, fractions and marks of what is missing; anything else is an error."""
    import pyarrow.compute as pc

    texts = pc.utf8_trim_whitespace(texts.fill_null(""))
    marks = pa.array(MISSING, pa.string())

    def rows(flags: pa.Array) -> Array:
        return array_of(flags)

    missing = rows(pc.is_in(pc.utf8_lower(texts), value_set=marks))
    decimal = rows(pc.match_substring_regex(texts, _DECIMAL)) & ~missing
    fraction = rows(pc.match_substring_regex(texts, _FRACTION)) & ~missing
    numbers = np.full(len(texts), np.nan)
    written = pc.replace_substring_regex(texts.filter(pa.array(decimal)), r"^\+", "")
    numbers[decimal] = array_of(pc.cast(written, pa.float64()))
    if fraction.any():
        halves = pc.split_pattern(texts.filter(pa.array(fraction)), "/")
        above, below = (
            array_of(
                pc.cast(
                    pc.replace_substring_regex(pc.list_element(halves, i), r"^\+", ""), pa.int64()
                )
            ).astype(np.float64)
            for i in (0, 1)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            numbers[fraction] = above / below  # both are exact, so that this is the nearest double
    # words, division by zero, numbers too large and fractions of many digits: one by one
    for row in np.flatnonzero(~missing & ~np.isfinite(numbers)):
        text = texts[row].as_py()
        try:
            numbers[row] = float(parse_number(text))
        except GameError as problem:
            rule = problem.problems[0].rule
            raise FileError(rule, where=place(int(row)), value=text) from None
    shortest = bool((decimal | missing).all()) and _are_shortest(written, numbers[decimal])
    return numbers, _Numbers.DECIMALS if shortest else _Numbers.BEYOND


def _are_shortest(texts: pa.Array, numbers: Array) -> bool:
    """Tell whether each decimal is the shortest that rounds to its double.

    One of at most 15 digits is, and a text is at least as long as its digits. Longer ones are
    compared with that shortest decimal, first as texts, and only those written otherwise (0.10,
    1e-1) as exact numbers.
    """
    import pyarrow.compute as pc

    lengths = array_of(pc.binary_length(texts))
    unsure = (lengths > _SURE_LENGTH) | (np.abs(numbers) < _SMALLEST_SURE)
    unsure &= ~((numbers == 0) & (lengths <= 1))
    rows = np.flatnonzero(unsure)
    written, doubles = texts.take(arrow_column(rows)), numbers[rows]
    shortest = pc.cast(arrow_column(doubles), pa.string())
    differ = np.flatnonzero(~array_of(pc.equal(written, shortest)))
    return all(
        parse_number(written[i].as_py()) == Fraction(repr(float(doubles[i]))) for i in differ
    )
