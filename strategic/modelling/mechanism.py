"""A mechanism: an operator on parameters with an intensity, the identity at zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from strategic.modelling.points import Points


@dataclass(frozen=True)
class Mechanism:
    """One way to change a model, with an intensity between 0 (nothing) and 1 (in full).

    Parameters
    ----------
    name : str
        The name users type.
    operate : callable
        From a `Points` and an intensity (scalar or array) to the parameters that change.
    meaning : str
        One line in plain words.
    claims : tuple of str
        Claims the mechanism stands for.
    last : bool
        Whether it acts after all others because it does not commute with them.
    formula : str
        What it does to parameters, in LaTeX; see `strategic.latex`.

    Examples
    --------
    >>> from strategic.modelling.points import Points
    >>> tax = Mechanism("tax", lambda points, e: {"cost": points["cost"] + e}, "Adds to the cost.")
    >>> float(tax.operate(Points({"cost": 2.0}), 0.5)["cost"])
    2.5
    """

    name: str
    operate: Callable[[Points, ArrayLike], Mapping[str, ArrayLike]]
    meaning: str
    claims: tuple[str, ...] = ()
    last: bool = False
    formula: str = ""
