"""Prior distributions as users write them: ``"normal(0, 1)"``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest

DISTRIBUTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "normal": ("mean, standard deviation", ("", "+")),
    "halfnormal": ("standard deviation of the whole one", ("+",)),
    "lognormal": ("mean and standard deviation of the logarithm", ("", "+")),
    "student": ("degrees of freedom, centre, scale", ("+", "", "+")),
    "cauchy": ("centre, scale", ("", "+")),
    "uniform": ("lowest, highest", ("", "")),
    "beta": ("first and second exponent", ("+", "+")),
    "gamma": ("shape, scale", ("+", "+")),
    "exponential": ("mean", ("+",)),
}
"""Name, what its numbers are, and which of them must be above zero."""
_WRITTEN = re.compile(r"\s*([a-z]+)\s*\(([^()]*)\)\s*")


@dataclass(frozen=True, eq=False)
class Prior:
    """The prior distribution of one number.

    Parameters
    ----------
    text : str
        As written.
    log_density : callable
        From values to logarithms of the density, minus infinity outside its support.
    spread : float
        A scale: half the distance between its quartiles.
    centre : float
        Its median.

    Examples
    --------
    >>> prior = read_prior("rationality", "gamma(2, 1)")
    >>> prior.log_density(np.array([-1.0, 1.0])).tolist()
    [-inf, -1.0]
    """

    text: str
    log_density: Callable[[Array], Array]
    spread: float
    centre: float


def read_prior(name: str, text: str) -> Prior:
    """Read a distribution.

    Raises
    ------
    MethodError
        When it is not one of `DISTRIBUTIONS`, or its numbers are out of range.

    Examples
    --------
    >>> read_prior("tau", "normal(0)")
    Traceback (most recent call last):
    ...
    strategic.errors.MethodError: prior of 'tau': normal takes mean, standard deviation; ...
    """
    where = f"prior of '{name}'"
    written = _WRITTEN.fullmatch(str(text))
    if not written or written[1] not in DISTRIBUTIONS:
        known = nearest(written[1] if written else str(text), DISTRIBUTIONS)
        remedy = known or f"such as normal(0, 1); known are {', '.join(DISTRIBUTIONS)}"
        raise MethodError("must be a distribution", where=where, value=text, remedy=remedy)
    meaning, signs = DISTRIBUTIONS[written[1]]
    try:
        numbers = [float(part) for part in written[2].split(",") if part.strip()]
    except ValueError:
        numbers = []
    fits = len(numbers) == len(signs) and all(np.isfinite(numbers))
    fits = fits and all(x > 0 for x, sign in zip(numbers, signs, strict=True) if sign)
    if not fits or (written[1] == "uniform" and numbers[0] >= numbers[1]):
        positive = "; scales, exponents and degrees must be above 0" if "+" in signs else ""
        rule = f"{written[1]} takes {meaning}"
        raise MethodError(rule + positive, where=where, value=text)
    frozen = _frozen(written[1], numbers)
    quarter, half, three = (float(frozen.ppf(q)) for q in (0.25, 0.5, 0.75))
    return Prior(str(text), frozen.logpdf, 0.5 * (three - quarter), half)


def _frozen(name: str, numbers: list[float]) -> Any:
    from scipy import stats

    first, *rest = numbers
    made = {
        "normal": lambda: stats.norm(first, rest[0]),
        "halfnormal": lambda: stats.halfnorm(scale=first),
        "lognormal": lambda: stats.lognorm(rest[0], scale=np.exp(first)),
        "student": lambda: stats.t(first, rest[0], rest[1]),
        "cauchy": lambda: stats.cauchy(first, rest[0]),
        "uniform": lambda: stats.uniform(first, rest[0] - first),
        "beta": lambda: stats.beta(first, rest[0]),
        "gamma": lambda: stats.gamma(first, scale=rest[0]),
        "exponential": lambda: stats.expon(scale=first),
    }
    return made[name]()
