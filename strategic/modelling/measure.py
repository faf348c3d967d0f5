"""A measure: a named, vectorised function of a point, with unit, meaning and vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import MeasureError, nearest
from strategic.modelling.own_code import told_as
from strategic.modelling.points import Points
from strategic.papers import Cited, reached

Kind = Literal["float", "integer", "label"]
_DTYPES = {"float": np.float64, "integer": np.int64, "label": np.int16}

IN_ONE = "in the only equilibrium, or in the one that @SELECTION names"
"""What measures of one equilibrium say in their meaning; `Measure.at` says which one."""


@dataclass(frozen=True)
class Measure(Cited):
    """One quantity of a family that can be reported, swept, bounded, claimed and drawn.

    Parameters
    ----------
    name : str
        The name users type.
    function : callable
        From a `Points` to an array that broadcasts to ``points.shape``. A label measure returns
        positions in ``labels``; -1 is "undefined". A measure of a date (``dated``) takes the point
        and the text after the ``@`` of its name.
    meaning : str
        One line in plain words.
    kind : {"float", "integer", "label"}
        Undefined floats are NaN.
    labels : tuple of str
        The fixed vocabulary of a label measure.
    unit : str
        Empty for a pure number.
    claims : tuple of str
        Claims and propositions the measure serves, such as ``("K5", "P10")``.
    of_path : bool
        Whether the measure needs dated events and a horizon.
    dated : bool
        Whether the name may carry a date, as in ``regime_at@2014Q3``.
    selections : tuple of str
        Which equilibria the name may ask for, as in ``payoff.row@best-welfare``; ``function``
        takes the point and one of them, and without an ``@`` the first one that it has by default.
    of_data : bool
        Whether it is estimated from the observed behaviour that the model's file holds: one value
        per model, which no grid has. The name may carry a part of the data, as in
        ``estimate.rationality@late``.
    game : strategic.modelling.source.Source, optional
        The game it reads, where all of it depends on that game.
    reads : tuple of str
        What of that game: ``"pure"`` for gains of pure deviations, ``"all"`` for all equilibria,
        and the selections that compare them. Boundaries look for changes of these.
    formula : str
        Its definition in LaTeX, where one line says it; see `strategic.latex`.

    Examples
    --------
    >>> double = Measure("double", lambda points: 2 * points["a"], "Twice a.")
    >>> double.compute(Points({"a": [1.0, 2.0]}))
    array([2., 4.])
    """

    name: str
    function: Callable[..., ArrayLike]
    meaning: str
    kind: Kind = "float"
    labels: tuple[str, ...] = ()
    unit: str = ""
    claims: tuple[str, ...] = ()
    of_path: bool = False
    dated: bool = False
    selections: tuple[str, ...] = ()
    of_data: bool = False
    game: Any = None
    reads: tuple[str, ...] = ()
    formula: str = ""

    def behind(self) -> list[Any]:
        """Name what its function calls."""
        return reached(self.function)

    @property
    def listed_as(self) -> str:
        """The name with what it may or must carry: ``regime_at@DATE``, ``regret[@SELECTION]``."""
        return f"{self.name}{'@DATE' * self.dated}{'[@SELECTION]' * bool(self.selections)}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of computed values; labels are small integers."""
        return np.dtype(_DTYPES[self.kind])

    @property
    def undefined(self) -> float | int:
        """The value that stands for "undefined": NaN, or -1 for labels and integers."""
        return np.nan if self.kind == "float" else -1

    def compute(self, points: Points) -> np.ndarray[Any, Any]:
        """Evaluate over every point; labels come as positions in ``labels``.

        At points that are not valid a measure is undefined; its function never sees them.

        Raises
        ------
        MeasureError
            When the measure's function raises, or does not return one value per point.
        """
        if self.of_data and points.shape:
            rule = "is estimated from data, once per model; no parameter moves it"
            remedy = "sweep the fitted model: strategic estimate MODEL -o FITTED.toml"
            raise MeasureError(rule, where=f"measure '{self.name}'", remedy=remedy)
        if not points.valid.any():
            return np.full(points.shape, self.undefined, self.dtype)
        # What overflows float64 is infinite, and what has no value is NaN, as documented.
        where, chosen = f"measure '{self.name}'", points.selected
        silent = np.errstate(over="ignore", invalid="ignore")
        with told_as(MeasureError, where), silent:
            values = np.asarray(self.function(chosen), dtype=self.dtype)
        try:
            np.broadcast_to(values, chosen.shape)
        except ValueError:
            rule = f"must return one value per point, shape {chosen.shape}"
            raise MeasureError(rule, where=where, value=values.shape) from None
        return np.broadcast_to(points.spread(values, self.undefined), points.shape)

    def numbers(self, values: ArrayLike) -> np.ndarray[Any, Any]:
        """Turn computed values into doubles: NaN where undefined, whatever the kind."""
        array = np.asarray(values)
        return np.where(array == self.undefined, np.nan, array.astype(float))

    def at(self, which: str) -> Measure:
        """Return the measure of one date, or of one selection of equilibria.

        Raises
        ------
        MeasureError
            When there is no such selection.
        """
        if self.selections and which not in self.selections:
            remedy = nearest(which, self.selections) or f"one of {', '.join(self.selections)}"
            where, value = f"measure '{self.name}'", f"{self.name}@{which}"
            raise MeasureError("no such selection", where=where, value=value, remedy=remedy)
        reads = tuple(dict.fromkeys((*self.reads, which))) if self.selections else self.reads
        return replace(
            self,
            name=f"{self.name}@{which}",
            meaning=self.meaning.replace(IN_ONE, f"in the {which} equilibrium"),
            function=partial(_of, self.function, which),
            selections=(),
            reads=reads,
        )

    def decode(self, values: ArrayLike) -> Any:
        """Turn computed values into what users read: label texts, Python scalars or arrays.

        An undefined label or whole number is None alone; in an array it is the empty text or -1.
        """
        array = np.asarray(values)
        if array.ndim == 0 and self.kind != "float" and array == self.undefined:
            return None
        if self.kind == "label":
            names = np.array([*self.labels, ""], dtype=object)  # -1 reads the empty last one
            array = np.asarray(names[array], dtype=object)
        return array.item() if array.ndim == 0 else array


@dataclass(frozen=True)
class MeasureGroup:
    """Measures whose names go on after a dot with what they are about, such as ``stable.CORNER``.

    Listings show the group as one line; each of its measures is made when it is asked for.

    Parameters
    ----------
    name, suffix : str
        What stands before the dot, and what users are told to put after it.
    meaning : str
        One line in plain words.
    known : tuple of str
        What may stand after the dot.
    make : callable
        From what stands there to the `Measure`.
    open : bool
        Whether anything may stand there, because the model does not know what.
    formula : str
        What all of them are, in LaTeX.

    Examples
    --------
    >>> def power(name):
    ...     return Measure(f"power.{name}", lambda points: points["a"] ** int(name), "A power.")
    >>> group = MeasureGroup("power", "N", "A power of a.", ("2", "3"), power)
    >>> group.make("3").compute(Points({"a": 2.0}))
    array(8.)
    """

    name: str
    suffix: str
    meaning: str
    known: tuple[str, ...]
    make: Callable[[str], Measure]
    open: bool = False
    formula: str = ""

    def find(self, rest: str) -> Measure | None:
        """Make the measure of what stands after the dot; None where there is none."""
        known = bool(rest) if self.open else rest in self.known
        return self.make(rest) if known else None


def _of(function: Callable[..., ArrayLike], which: str, points: Points) -> ArrayLike:
    return function(points, which)
