"""Formulas of payoffs in LaTeX."""

from __future__ import annotations

import re
from fractions import Fraction

from strategic.games.formula import Tree, parse
from strategic.latex import symbol

_BINDS = {"+": 1, "-": 1, "negative": 2, "*": 2, "/": 4, "**": 3}
"""How strongly an operation binds; a fraction stands by itself."""
_WHOLE = 4
_SIGNS = {"+": " + ", "-": " - ", "*": r" \, "}


def formula_latex(tree: Tree) -> str:
    r"""Write a formula for LaTeX's mathematics.

    Examples
    --------
    >>> from strategic.games.formula import parse
    >>> print(formula_latex(parse("(a - C1) / 2 * alpha ** 2", ["a", "C1", "alpha"]).tree))
    \frac{a - C_{1}}{2} \, \alpha^{2}
    """
    return _written(tree, 0)


def condition_latex(condition: str) -> str:
    r"""Write a condition such as "F - C < 0" for LaTeX's mathematics.

    Examples
    --------
    >>> print(condition_latex("alpha * C1 - F < 0"))
    \alpha \, C_{1} - F < 0
    """
    formula = condition.removesuffix(" < 0")
    names = re.findall(r"[A-Za-z_]\w*", formula)
    try:
        written = formula_latex(parse(formula, names).tree)
    except ValueError:
        written = symbol(formula)
    return f"{written} < 0"


def _written(tree: Tree, least: int) -> str:
    """Write a tree; brackets where it binds less than ``least``."""
    operation, *parts = tree
    if operation == "parameter":
        return symbol(parts[0])
    if operation == "number":
        return _number(parts[0], least)
    if operation not in _BINDS:
        inner = ", ".join(_written(part, 0) for part in parts)
        return rf"\sqrt{{{inner}}}" if operation == "sqrt" else rf"\{operation}\left({inner}\right)"
    binds = _BINDS[operation]
    if operation == "/":
        return rf"\frac{{{_written(parts[0], 0)}}}{{{_written(parts[1], 0)}}}"
    if operation == "**":
        base = _written(parts[0], _WHOLE)
        base = _bracketed(base) if parts[0][0] == "/" else base
        text = f"{base}^{{{_written(parts[1], 0)}}}"
    elif operation == "negative":
        text = "-" + _written(parts[0], 2)
    elif operation == "*":
        # A sign may stand before a product, and nowhere inside it.
        inside = 3 if parts[1][0] == "negative" else 2
        text = _written(parts[0], 2) + _SIGNS["*"] + _written(parts[1], inside)
    else:
        least_right = 3 if parts[1][0] == "negative" else 2 if operation == "-" else 1
        text = _written(parts[0], 1) + _SIGNS[operation] + _written(parts[1], least_right)
    return _bracketed(text) if binds < least else text


def _number(number: Fraction, least: int) -> str:
    text = repr(float(number)) if number.denominator != 1 else str(number.numerator)
    return _bracketed(text) if number < 0 and least else text


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"
