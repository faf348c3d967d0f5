"""A parameter: one number a model depends on, its range and its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import Problem
from strategic.games.matrix import number_text
from strategic.latex import plain


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
    unit, meaning : str
        For tables and reports.
    symbol : str
        Its letter in formulas, in LaTeX.
    claims : tuple of str
        Claims of the sources the parameter stands for.

    Examples
    --------
    >>> Parameter("market.slope", 1.0, "Slope of demand.", lower=0.0, open_lower=True).rule
    'must be above 0'
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
        parts, lower, upper = [], number_text(float(self.lower)), number_text(float(self.upper))
        if np.isfinite(self.lower):
            parts.append(f"{'above' if self.open_lower else 'at least'} {lower}")
        if np.isfinite(self.upper):
            parts.append(f"{'below' if self.open_upper else 'at most'} {upper}")
        number = "a whole number" if self.integer else "" if parts else "a number"
        if not self.infinite and not parts:
            number = f"{number or 'a'} finite".replace("a number finite", "a finite number")
        return "must be " + " and ".join(part for part in [number, *parts] if part)

    @property
    def letter(self) -> str:
        """The symbol in one line of text; as it is where it is no LaTeX."""
        try:
            return plain(self.symbol)
        except ValueError:
            return self.symbol

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

    def allowed(self, array: Array) -> Array:
        """Mark the values of an array that the parameter may take."""
        above = array > self.lower if self.open_lower else array >= self.lower
        below = array < self.upper if self.open_upper else array <= self.upper
        allowed = above & below
        if not self.infinite:
            allowed &= np.isfinite(array)
        if self.integer:
            allowed &= array == np.floor(array)
        return allowed | np.isnan(array) if self.optional else allowed
