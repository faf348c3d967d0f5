"""Parameter values of one point or of a whole block of points."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import ParameterError
from strategic.modelling.timeline import Timeline

Value = TypeVar("Value")


class Points(Mapping[str, np.ndarray[Any, Any]]):
    """Parameter values by dotted name, broadcastable against each other.

    Values that do not vary stay scalars (0-d arrays), so nothing is computed twice for them, and
    an intermediate result that several measures need is computed once per point (`once`).

    Parameters
    ----------
    values : mapping of str to array_like
        One entry per parameter; all must broadcast together.
    path : Timeline, optional
        Dated events and horizon, for measures of a path.
    valid : array_like of bool, optional
        Which points keep every rule; all by default. Measures are undefined at the others, and
        never see them: see `selected`.
    parts : mapping of str to object, optional
        What the model holds beyond parameters, for the functions of its family.
    variants : mapping of str to Points, optional
        The points with some values of their own, which no later change reaches: see `own`.
    own : collection of str
        Names of the values that this variant has of its own.

    Examples
    --------
    >>> points = Points({"a": [1.0, 2.0], "b": 3.0})
    >>> points.shape, points.once(lambda p: p["a"] + p["b"])
    ((2,), array([4., 5.]))
    """

    def __init__(
        self,
        values: Mapping[str, ArrayLike],
        *,
        path: Timeline | None = None,
        valid: ArrayLike = True,
        parts: Mapping[str, Any] | None = None,
        variants: Mapping[str, Points] | None = None,
        own: Collection[str] = (),
    ) -> None:
        self._values = {name: np.asarray(value, dtype=float) for name, value in values.items()}
        self._memory: dict[Callable[[Points], Any], Any] = {}
        self.dtype: np.dtype[Any] = np.dtype(float)
        self.path = path
        self.parts, self.variants, self.own = parts or {}, variants or {}, own
        self.exact: dict[str, np.ndarray[Any, Any]] = {}
        self.valid = np.asarray(valid, dtype=bool)
        shapes = {self.valid.shape, *(value.shape for value in self._values.values())}
        self.shape = np.broadcast_shapes(*shapes) if len(shapes) > 1 else shapes.pop()

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def once(self, function: Callable[[Points], Value]) -> Value:
        """Return ``function(self)``, computed at most once for this point."""
        if function not in self._memory:
            self._memory[function] = function(self)
        result: Value = self._memory[function]
        return result

    def change(self, changes: Mapping[str, ArrayLike]) -> Points:
        """Return a point with some values replaced; nothing is checked here."""
        variants = {
            name: variant.change({k: v for k, v in changes.items() if k not in variant.own})
            for name, variant in self.variants.items()
        }
        return self._like({**self._values, **changes}, valid=self.valid, variants=variants)

    def but_where(self, kept: ArrayLike) -> Points:
        """Return the points with those marked invalid that do not keep one more rule."""
        return self._like(self._values, valid=self.valid & np.asarray(kept), variants=self.variants)

    def joined(self, parts: Mapping[str, Any], variants: Mapping[str, Points]) -> Points:
        """Return the points with parts and variants; valid where all variants are."""
        valid = self.valid
        for variant in variants.values():
            valid = valid & variant.valid
        return Points(self._values, path=self.path, valid=valid, parts=parts, variants=variants)

    def owning(self, names: Collection[str]) -> Points:
        """Return the points as a variant that has these values of its own."""
        return Points(self._values, path=self.path, valid=self.valid, own=frozenset(names))

    def along(self, path: Timeline | None) -> Points:
        """Return the points with another path."""
        return Points(
            self._values, path=path, valid=self.valid, parts=self.parts, variants=self.variants
        )

    def mapped(self, function: Callable[[np.ndarray[Any, Any]], ArrayLike]) -> Points:
        """Return the points with every value changed by a function, those of variants too."""
        values = {name: function(value) for name, value in self.items()}
        variants = {name: variant.mapped(function) for name, variant in self.variants.items()}
        return self._like(values, valid=True, variants=variants)

    def _like(
        self, values: Mapping[str, ArrayLike], *, valid: ArrayLike, variants: Mapping[str, Points]
    ) -> Points:
        made = Points(
            {} if self.dtype == object else values,
            path=self.path,
            valid=valid,
            parts=self.parts,
            variants=variants,
            own=self.own,
        )
        if self.dtype == object:  # doubles would lose what was written
            made.dtype = self.dtype
            made._values = {name: _decimals(value) for name, value in values.items()}
            made.shape = np.broadcast_shapes(
                self.shape, *(value.shape for value in made._values.values())
            )
        return made

    @property
    def selected(self) -> Points:
        """The valid points alone, in a row; these very points where all are valid.

        Whatever a function makes of an invalid point, even an error, cannot reach the others.
        """
        # Points that held themselves would outlive their block until the cycle is collected: a
        # sweep would keep the intermediate arrays of hundreds of blocks.
        return self if self.valid.all() else self._alone

    @cached_property
    def _alone(self) -> Points:
        return self.mapped(self.pick)

    def as_written(self, places: ArrayLike) -> Points:
        """Take the points at these flat positions, in a row, with decimals for doubles.

        Every number is the decimal that it is written as, the shortest text of its double; the
        arrays hold objects, so that formulas of sums and products are exact.

        Examples
        --------
        >>> Points({"a": [0.1, 0.5], "b": 0.2}).as_written([0])["a"] * 3
        array([Decimal('0.3')], dtype=object)
        """
        chosen = np.unravel_index(np.asarray(places), self.shape or (1,))
        written = Points({}, path=self.path)
        written.shape, written.dtype = chosen[0].shape, np.dtype(object)
        for name, value in self.items():
            some = np.broadcast_to(value, self.shape)[chosen] if value.ndim else value
            written._values[name] = _decimals(some)
        return written

    def exactly(self, values: Mapping[str, ArrayLike]) -> Points:
        """Return the points with some values known as fractions, for games that use them.

        Examples
        --------
        >>> from fractions import Fraction
        >>> thirds = Points({"a": [0.0], "b": 0.1}).exactly({"a": [Fraction(1, 3)]})
        >>> thirds["a"], thirds.fractions("a"), str(thirds.fractions("b"))
        (array([0.33333333]), array([Fraction(1, 3)], dtype=object), '1/10')
        """
        known = {name: np.asarray(value, dtype=object) for name, value in values.items()}
        nearest = {name: value.astype(float) for name, value in known.items()}
        made = self._like({**self._values, **nearest}, valid=self.valid, variants=self.variants)
        made.exact = known
        return made

    def fractions(self, name: str) -> np.ndarray[Any, Any]:
        """Give a value as fractions: as set by `exactly`, else the decimals that were written."""
        if name in self.exact:
            return self.exact[name]
        texts = map(repr, self[name].ravel().tolist())
        found = np.empty(self[name].size, dtype=object)
        found[:] = [Fraction(text) if np.isfinite(float(text)) else np.nan for text in texts]
        return found.reshape(self[name].shape)

    def pick(self, values: ArrayLike) -> np.ndarray[Any, Any]:
        """Take the entries of valid points from what broadcasts against the points."""
        array = np.asarray(values)
        if not array.ndim or self.valid.all():
            return array
        return np.asarray(
            np.broadcast_to(array, self.shape)[np.broadcast_to(self.valid, self.shape)]
        )

    def spread(self, values: ArrayLike, elsewhere: ArrayLike) -> np.ndarray[Any, Any]:
        """Put values of the valid points in their places, and something else in the others."""
        array = np.asarray(values)
        if self.valid.all():
            return array
        whole = np.array(np.broadcast_to(elsewhere, self.shape), dtype=array.dtype)
        whole[np.broadcast_to(self.valid, self.shape)] = array
        return whole


def _decimals(values: ArrayLike) -> np.ndarray[Any, Any]:
    """Write doubles as the shortest decimals that round to them; decimals stay as they are."""
    array = np.asarray(values)
    if array.dtype == object:
        return array
    texts = map(repr, array.astype(float).ravel().tolist())
    return np.array([Decimal(text) for text in texts], dtype=object).reshape(array.shape)


def check_shapes(values: Mapping[str, ArrayLike]) -> None:
    """Raise an error that names the first two values that do not broadcast together."""
    known: dict[tuple[int, ...], str] = {}
    for name, value in values.items():
        shape = np.shape(value)
        for other, first in known.items():
            try:
                np.broadcast_shapes(shape, other)
            except ValueError:
                rule = f"must broadcast against {first} of shape {other}"
                raise ParameterError(rule, where=name, value=shape) from None
        known.setdefault(shape, name)
