"""Formulas as polynomials in chosen names, with numbers or arrays over points as coefficients."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from strategic.games.formula import Formula, Tree

Terms = dict[tuple[int, ...], Any]
"""A polynomial: exponents of the variables, and the coefficient that belongs to them."""

_HIGHEST = 12
"""Powers beyond are not multiplied out."""
_MOST_TERMS = 4000


class NotRationalError(Exception):
    """A formula is no ratio of polynomials in the chosen names, or too long a one."""


@dataclass(frozen=True, eq=False)
class Rational:
    """A ratio of two polynomials in the same variables."""

    top: Terms
    bottom: Terms

    @property
    def divides(self) -> bool:
        """Whether the bottom is other than the number one."""
        return any(any(exponents) or _counts(v - 1) for exponents, v in self.bottom.items())


def one(variables: int) -> Terms:
    """Give the polynomial 1."""
    return {(0,) * variables: Fraction(1)}


def variable(number: int, variables: int) -> Terms:
    """Give the polynomial that is one of the variables."""
    return {tuple(int(i == number) for i in range(variables)): Fraction(1)}


def constant(value: Any, variables: int) -> Terms:
    """Give a polynomial of degree zero."""
    return {(0,) * variables: value} if _counts(value) else {}


def plus(left: Terms, right: Terms) -> Terms:
    """Add two polynomials."""
    total = dict(left)
    for exponents, value in right.items():
        total[exponents] = total[exponents] + value if exponents in total else value
    return {exponents: value for exponents, value in total.items() if _counts(value)}


def times(left: Terms, right: Terms) -> Terms:
    """Multiply two polynomials."""
    total: Terms = {}
    for mine, a in left.items():
        for yours, b in right.items():
            exponents = tuple(map(int.__add__, mine, yours))
            value = a * b
            total[exponents] = total[exponents] + value if exponents in total else value
    if len(total) > _MOST_TERMS:
        raise NotRationalError
    return {exponents: value for exponents, value in total.items() if _counts(value)}


def scaled(terms: Terms, factor: Any) -> Terms:
    """Multiply a polynomial by a number."""
    return {exponents: value * factor for exponents, value in terms.items()}


def rational(
    tree: Tree,
    places: Mapping[str, Terms],
    values: Mapping[str, Any],
    *,
    variables: int,
    exact: bool,
) -> Rational:
    """Multiply a formula out.

    Parameters
    ----------
    tree : Tree
        Of a `strategic.games.formula.Formula`.
    places : mapping of str to Terms
        The polynomial that stands for a name, such as one of the variables.
    values : mapping of str to number or array
        The numbers that stand for all other names.
    variables : int
        Number of variables.
    exact : bool
        Whether numbers are fractions rather than doubles.

    Raises
    ------
    NotRationalError
        When a function, or a power other than a whole number, is taken of a variable.

    Examples
    --------
    >>> from strategic.games.formula import parse
    >>> tree = parse("(1 - x) * c / 2", ["x", "c"]).tree
    >>> rational(tree, {"x": variable(0, 1)}, {"c": Fraction(3)}, variables=1, exact=True).top
    {(0,): Fraction(3, 2), (1,): Fraction(-3, 2)}
    """
    return _Expansion(places, values, exact, variables).of(tree)


@dataclass(frozen=True, eq=False)
class _Expansion:
    places: Mapping[str, Terms]
    values: Mapping[str, Any]
    exact: bool
    variables: int

    def of(self, tree: Tree) -> Rational:
        operation, *parts = tree
        if operation == "parameter" and parts[0] in self.places:
            return self.whole(self.places[parts[0]])
        if not names_of(tree) & self.places.keys():
            return self.whole(constant(self.number(tree), self.variables))
        if operation == "**":
            return self.power(self.of(parts[0]), parts[1])
        if operation not in _RULES:  # a function of a variable
            raise NotRationalError
        found: Rational = _RULES[operation](*map(self.of, parts))
        return found

    def whole(self, terms: Terms) -> Rational:
        return Rational(terms, one(self.variables))

    def number(self, tree: Tree) -> Any:
        """Evaluate what holds no variable."""
        if tree[0] == "number":
            return tree[1] if self.exact else float(tree[1])
        if tree[0] == "parameter":
            return self.values[tree[1]]
        formula = Formula("", frozenset(names_of(tree)), tree)
        if self.exact:
            return formula.exact(self.values)
        found = formula.evaluate(self.values)
        return found if found.shape else float(found)

    def power(self, base: Rational, exponent: Tree) -> Rational:
        if names_of(exponent) & self.places.keys():
            raise NotRationalError
        times_over = np.unique(np.asarray(self.number(exponent), dtype=float))
        if len(times_over) != 1 or times_over[0] % 1 or abs(times_over[0]) > _HIGHEST:
            raise NotRationalError
        count = int(times_over[0])
        if count < 0:
            base = Rational(base.bottom, base.top)
        return reduce(_product, [base] * abs(count), self.whole(one(self.variables)))


def names_of(tree: Tree) -> Collection[str] | Any:
    """Give the names a tree of operations uses."""
    operation, *parts = tree
    if operation == "parameter":
        return {parts[0]}
    if operation == "number":
        return set()
    return set().union(*map(names_of, parts))


def _sum(left: Rational, right: Rational) -> Rational:
    if _same(left.bottom, right.bottom):
        return Rational(plus(left.top, right.top), left.bottom)
    return Rational(
        plus(times(left.top, right.bottom), times(right.top, left.bottom)),
        times(left.bottom, right.bottom),
    )


def _negative(part: Rational) -> Rational:
    return Rational(scaled(part.top, -1), part.bottom)


def _product(left: Rational, right: Rational) -> Rational:
    return Rational(times(left.top, right.top), times(left.bottom, right.bottom))


def _ratio(left: Rational, right: Rational) -> Rational:
    if right.bottom.keys() == right.top.keys() and all(not any(key) for key in right.top):
        (number,) = right.top.values()  # nothing but a number: no bottom is needed
        with np.errstate(all="ignore"):
            return Rational({key: value / number for key, value in left.top.items()}, left.bottom)
    return Rational(times(left.top, right.bottom), times(left.bottom, right.top))


_RULES: dict[str, Any] = {
    "negative": _negative,
    "+": _sum,
    "-": lambda left, right: _sum(left, _negative(right)),
    "*": _product,
    "/": _ratio,
}


def _counts(value: Any) -> bool:
    """Tell whether a coefficient differs from zero, at some point at least."""
    differs = value != 0
    return bool(differs.any() if isinstance(differs, np.ndarray) else differs)


def _same(left: Terms, right: Terms) -> bool:
    if left.keys() != right.keys():
        return False
    return all(np.array_equal(value, right[key]) for key, value in left.items())
