"""Parameter values of one point or of a whole block of points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

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

    Examples
    --------
    >>> points = Points({"a": [1.0, 2.0], "b": 3.0})
    >>> points.shape, points.once(lambda p: p["a"] + p["b"])
    ((2,), array([4., 5.]))
    """

    def __init__(self, values: Mapping[str, ArrayLike], *, path: Timeline | None = None) -> None:
        self._values = {name: np.asarray(value, dtype=float) for name, value in values.items()}
        self._memory: dict[Callable[[Points], Any], Any] = {}
        self.path = path
        self.shape = np.broadcast_shapes(*(value.shape for value in self._values.values()))

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
        return Points({**self._values, **changes}, path=self.path)
