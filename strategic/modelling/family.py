"""Families of games: declared parameters, the games they give, measures and mechanisms."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.errors import MeasureError, ParameterError, Problem, nearest
from strategic.games import Game
from strategic.modelling.measure import Measure
from strategic.modelling.mechanism import Mechanism
from strategic.modelling.points import Points
from strategic.modelling.timeline import Timeline


@dataclass(frozen=True)
class Parameter:
    """One number a model depends on: its name, range, default, unit and meaning.

    Parameters
    ----------
    name : str
        Dotted name, such as ``relation.alignment``.
    default : float
        NaN means "unset"; only allowed where ``optional``.
    lower, upper : float
        Bounds; ``open_lower`` and ``open_upper`` exclude the bound itself. An infinite value is
        an error unless ``infinite`` allows that bound.
    integer, optional, infinite : bool
        Whole numbers only; may be unset (NaN); may be infinite at a closed infinite bound.
    unit, meaning, symbol : str
        For tables and reports.
    claims : tuple of str
        Claims of the sources the parameter stands for.
    """

    name: str
    default: float
    meaning: str
    lower: float = -np.inf
    upper: float = np.inf
    open_lower: bool = False
    open_upper: bool = False
    integer: bool = False
    optional: bool = False
    infinite: bool = False
    unit: str = ""
    symbol: str = ""
    claims: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The range in words, such as ``must be at least 0 and below 1``."""
        parts = []
        if np.isfinite(self.lower):
            parts.append(f"{'above' if self.open_lower else 'at least'} {self.lower:g}")
        if np.isfinite(self.upper):
            parts.append(f"{'below' if self.open_upper else 'at most'} {self.upper:g}")
        number = "a whole number" if self.integer else "" if parts else "a number"
        if not self.infinite and not parts:
            number = f"{number or 'a'} finite".replace("a number finite", "a finite number")
        return "must be " + " and ".join(part for part in [number, *parts] if part)

    def problems(self, value: ArrayLike) -> Iterable[Problem]:
        """Say what is wrong with a value (or the first bad entry of an array of them)."""
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            yield Problem("must be a number", self.name, value)
            return
        bad = ~self.allowed(array)
        if bad.any():
            first = float(array[bad].flat[0])
            unbounded = np.isinf(first) and first in (self.lower, self.upper)
            finite = " and finite" if unbounded and "finite" not in self.rule else ""
            yield Problem(self.rule + finite, self.name, first)

    def allowed(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Mark the values of an array that the parameter may take."""
        above = array > self.lower if self.open_lower else array >= self.lower
        below = array < self.upper if self.open_upper else array <= self.upper
        allowed = above & below
        if not self.infinite:
            allowed &= np.isfinite(array)
        if self.integer:
            allowed &= array == np.floor(array)
        return allowed | np.isnan(array) if self.optional else allowed


@dataclass(frozen=True, eq=False, repr=False)
class Family:
    """A parameterised game, or several of the same parameters.

    Parameters
    ----------
    name, title : str
        Short name, and what reports call it.
    parameters : mapping of str to Parameter
        Every parameter by its dotted name.
    games : mapping of str to callable
        From a `Points` to a `Game` with the point's shape as batch; the first is the default.
    measures : mapping of str to Measure
        Everything that can be measured.
    mechanisms : mapping of str to Mechanism
        Everything that can be done to a model.
    rule : callable, optional
        From a `Points` to the problems between its parameters, where no point of it is valid.
    home : str, optional
        Where a module holds this very family, as ``module:NAME``. Other processes then look it up
        there instead of receiving a copy, which functions without a name would not survive.
    """

    name: str
    title: str
    parameters: Mapping[str, Parameter]
    games: Mapping[str, Callable[[Points], Game]]
    measures: Mapping[str, Measure] = field(default_factory=dict)
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    rule: Callable[[Points], Iterable[Problem]] | None = None
    home: str = ""

    def __reduce__(self) -> str | tuple[Any, ...]:
        if self.home and _look_up(self.home) is self:  # not a changed copy that kept the address
            return _look_up, (self.home,)
        fields = (getattr(self, name) for name in self.__dataclass_fields__)
        return Family, tuple(fields)

    def __repr__(self) -> str:
        counts = {
            "parameters": len(self.parameters),
            "games": len(self.games),
            "measures": len(self.measures),
            "mechanisms": len(self.mechanisms),
        }
        held = ", ".join(f"{count} {what}" for what, count in counts.items())
        return f"<Family {self.name}: {held}>"

    def points(self, values: Mapping[str, ArrayLike], *, path: Timeline | None = None) -> Points:
        """Fill in the defaults and check every value.

        Raises
        ------
        ParameterError
            Naming every unknown or out-of-range parameter, its rule and its value.
        """
        self.check(values)
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        _check_shapes(values)
        points = Points({**defaults, **values}, path=path)
        problems = list(self.rule(points)) if self.rule else []
        if problems:
            raise ParameterError.of(problems)
        return points

    def check(self, values: Mapping[str, ArrayLike]) -> None:
        """Raise one error that names every bad or unknown parameter."""
        problems = [problem for name, value in values.items() for problem in self._bad(name, value)]
        if problems:
            raise ParameterError.of(problems)

    def _bad(self, name: str, value: ArrayLike) -> Iterable[Problem]:
        if name in self.parameters:
            return self.parameters[name].problems(value)
        return [Problem("no such parameter", name, value, nearest(name, self.parameters))]

    def measure(self, name: str) -> Measure:
        """Find a measure by name; a dated one may carry its date, ``regime_at@2014Q3``."""
        stem, _, date = name.partition("@")
        found = self.measures.get(stem)
        if found is None or (date and not found.dated):
            raise MeasureError(
                f"no such measure of {self.name}",
                where="measure",
                value=name,
                remedy=nearest(stem, self.measures),
            )
        return found.at(date) if date else found

    def mechanism(self, name: str) -> Mechanism:
        """Find a mechanism by name."""
        if name not in self.mechanisms:
            raise MeasureError(
                f"no such mechanism of {self.name}",
                where="mechanism",
                value=name,
                remedy=nearest(name, self.mechanisms),
            )
        return self.mechanisms[name]


def _check_shapes(values: Mapping[str, ArrayLike]) -> None:
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


def _look_up(home: str) -> Family:
    module, _, name = home.partition(":")
    found = getattr(importlib.import_module(module), name)
    if not isinstance(found, Family):
        raise MeasureError("is no family", where="home", value=home)
    return found
