"""How the payoffs of a family's games are written as formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Equations:
    """Payoffs as formulas, and the measures that stand beside them as thresholds.

    What the formulas are made of, letters and measures of the family define: those whose formula
    starts with the symbol.

    Parameters
    ----------
    payoffs : mapping of str to tuples
        By the name of the game: for every player, what each profile pays, in row-major order, as
        LaTeX or as `strategic.games.formula.Formula`; or for every player one equation in LaTeX.
    sides : tuple of str
        What the indices i and j of formulas stand for: i for any of them, and j of two for the
        other.
    thresholds : tuple of str
        Measures.

    Examples
    --------
    >>> Equations({"game": (("a", "0"), ("0", "a"))}).payoffs["game"][0]
    ('a', '0')
    """

    payoffs: Mapping[str, Sequence[Sequence[Any] | str]] = field(default_factory=dict)
    sides: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()
