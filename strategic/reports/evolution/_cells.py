"""Cells of the tables of rest points: shares, eigenvalues, conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from strategic.reports.words import amount

Data = Mapping[str, Any]


def shares_tuple(entry: Data) -> str:
    """Write the shares of all actions but the last of each population: (0, 0.25, 1)."""
    shares = (
        share
        for own in entry["shares"].values()
        for share in list(own.values())[: max(len(own) - 1, 1)]
    )
    return f"({', '.join(amount(share) for share in shares)})"


def eigenvalue_text(real: float, imaginary: float) -> str:
    """Write an eigenvalue: -0.5, or 0.1 + 0.3i.

    Examples
    --------
    >>> eigenvalue_text(-0.5, 0.0), eigenvalue_text(1e-17, -0.25)
    ('-0.5', '-0.25i')
    """
    if abs(imaginary) <= 1e-12 * (1 + abs(real)):
        return amount(real + 0.0)
    turning = f"{amount(abs(imaginary))}i"
    if abs(real) <= 1e-9 * abs(imaginary):
        return turning if imaginary > 0 else f"-{turning}"
    return f"{amount(real)} {'+' if imaginary > 0 else '-'} {turning}"


def told_conditions(conditions: Sequence[str]) -> str:
    """Write conditions in one line; those that always or never hold are no formulas to readers.

    Examples
    --------
    >>> told_conditions(["c - b < 0", "-1 < 0"]), told_conditions(["c < 0", "1 < 0"])
    ('c - b < 0', 'never')
    """
    open_ones = []
    for condition in conditions:
        try:
            gain = float(condition.removesuffix(" < 0"))
        except ValueError:
            open_ones.append(condition)
            continue
        if gain >= 0:
            return "never"
    return " and ".join(open_ones) or "always"
