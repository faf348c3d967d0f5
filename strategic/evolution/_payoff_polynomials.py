"""Payoffs of populations as polynomials in the shares of all actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from math import prod
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import whole_payoffs
from strategic.evolution._polynomials import (
    NotRationalError,
    Rational,
    Terms,
    plus,
    rational,
    scaled,
    times,
    variable,
)
from strategic.evolution.payoff_formulas import PayoffFormulas
from strategic.evolution.populations import PopulationGame
from strategic.games import Game

_SHORT_BITS = 40

Exponents = tuple[tuple[int, ...], ...]
"""Of one monomial: by population and action."""


@dataclass(frozen=True, eq=False)
class PayoffPolynomials:
    """What actions earn, as ratios of polynomials with one bottom per population.

    Parameters
    ----------
    sizes : tuple of int
        Number of actions of each population.
    monomials : tuple of tuple of Exponents
        Per population: the monomials its payoffs consist of.
    tops : tuple of arrays ``(n_i, monomials, points)``
        Their coefficients: doubles, or fractions where there is one point and they are exact.
    bottoms : tuple of (tuple of Exponents, array ``(monomials, points)``) or None
        What the payoffs of a population are divided by.
    """

    sizes: tuple[int, ...]
    monomials: tuple[tuple[Exponents, ...], ...]
    tops: tuple[Array, ...]
    bottoms: tuple[tuple[tuple[Exponents, ...], Array] | None, ...]

    @classmethod
    def of(cls, game: PopulationGame) -> PayoffPolynomials | None:
        """Read the polynomials off a game; None where payoffs are none."""
        formulas, table = game.formulas, game.game
        if table is not None and (formulas is None or game.batch_shape or table.exact is not None):
            return cls._of_game(table)
        if game.matrix is not None and (formulas is None or game.batch_shape):
            return cls._of_matrix(game.matrix)
        if formulas is None:
            return None
        try:
            return cls._of_formulas(formulas, game.batch_shape)
        except (NotRationalError, ZeroDivisionError, ValueError, OverflowError):
            return None if table is None else cls._of_game(table)

    @property
    def defined(self) -> Array:
        """Whether the coefficients of each point are finite, bool ``(points,)``."""
        finite = np.ones(self.tops[0].shape[-1], dtype=bool)
        for top in self.tops:
            if top.dtype != object:
                finite &= np.isfinite(top).all(axis=(0, 1))
        return finite

    @classmethod
    def _of_game(cls, game: Game) -> PayoffPolynomials:
        single, points = not game.batch_shape, prod(game.batch_shape)
        tables = game.fractions() if single and game.is_complete else game.payoffs
        tops, monomials = [], []
        for player, (table, size) in enumerate(zip(tables, game.shape, strict=True)):
            flat = table.reshape(points, *game.shape)
            moved = np.moveaxis(np.moveaxis(flat, 0, -1), player, 0)
            tops.append(moved.reshape(size, prod(game.shape) // size, points))
            others = [range(n) if i != player else [-1] for i, n in enumerate(game.shape)]
            monomials.append(
                tuple(
                    tuple(
                        tuple(int(a == chosen) for a in range(n))
                        for n, chosen in zip(game.shape, profile, strict=True)
                    )
                    for profile in product(*others)
                )
            )
        return cls(game.shape, tuple(monomials), tuple(tops), (None,) * len(tops))

    @classmethod
    def _of_matrix(cls, matrix: Array) -> PayoffPolynomials:
        size = matrix.shape[-1]
        flat = np.moveaxis(matrix.reshape(prod(matrix.shape[:-2]), size, size), 0, -1)
        if not matrix.shape[:-2] and np.isfinite(flat).all():
            flat = fractions_of(flat)
        each = tuple((tuple(int(a == b) for a in range(size)),) for b in range(size))
        return cls((size,), (each,), (flat,), (None,))

    @classmethod
    def _of_formulas(cls, formulas: PayoffFormulas, batch: tuple[int, ...]) -> PayoffPolynomials:
        sizes, exact = formulas.sizes, not batch
        if exact:
            values: dict[str, Any] = {n: as_written(v) for n, v in formulas.values.items()}
        else:
            values = {n: np.broadcast_to(v, batch).ravel() for n, v in formulas.values.items()}
        places = share_terms(formulas)
        points = int(np.prod(batch, dtype=int))
        monomials, tops, bottoms = [], [], []
        for entries in formulas.payoffs:
            found = [
                rational(entry.tree, places, values, variables=sum(sizes), exact=exact)
                for entry in entries
            ]
            lifted, bottom = _over_one_bottom(found)
            names, table = _table(lifted, points, exact)
            monomials.append(_by_population(names, sizes))
            tops.append(table)
            below = None
            if bottom is not None:
                names, lines = _table([bottom], points, exact)
                below = (_by_population(names, sizes), lines[0])
            bottoms.append(below)
        return cls(sizes, tuple(monomials), tuple(tops), tuple(bottoms))

    @property
    def points(self) -> int:
        """Number of parameter points."""
        return int(self.tops[0].shape[-1])

    @property
    def exact(self) -> bool:
        """Whether coefficients are fractions."""
        return bool(self.tops[0].dtype == object)

    @property
    def of_others_only(self) -> bool:
        """Whether no payoff depends on the shares of the own population."""
        return all(not any(m[i]) for i, own in enumerate(self.monomials) for m in own) and not any(
            self.bottoms
        )

    def degrees(self) -> tuple[int, ...]:
        """Give the highest degree in the shares of each population."""
        return tuple(
            max((sum(m[j]) for own in self.monomials for m in own), default=0)
            for j in range(len(self.sizes))
        )

    def at(self, points: Array) -> PayoffPolynomials:
        """Take some of the points."""
        return PayoffPolynomials(
            self.sizes,
            self.monomials,
            tuple(top[..., points] for top in self.tops),
            tuple(below and (below[0], below[1][..., points]) for below in self.bottoms),
        )

    def in_whole_numbers(self, points: Array) -> Iterator[tuple[Array, PayoffPolynomials]]:
        """Scale the tops of some points to whole numbers, in at most two parts.

        Every population's payoffs are multiplied by a positive factor: in one part all numbers are
        below 2^40, in 64 bits; in the other one they are Python integers. Gives the places among
        these points, and their payoffs.
        """
        tops = [top[..., points] for top in self.tops]
        scaled, fits = [], np.full(len(points), not self.exact)
        for top in tops if not self.exact else ():
            _, power = np.frexp(np.abs(top).max(axis=(0, 1), initial=0.0))
            lines = np.ldexp(top, _SHORT_BITS - power)
            fits &= ((lines == np.rint(lines)) & ((lines != 0) | (top == 0))).all(axis=(0, 1))
            scaled.append(lines)
        short, rest = np.flatnonzero(fits), np.flatnonzero(~fits)
        if len(short):
            whole = [lines[..., short].astype(np.int64) for lines in scaled]
            yield short, replace(self, tops=tuple(_without_zeros_below(part) for part in whole))
        if len(rest):
            yield rest, replace(self, tops=tuple(whole_payoffs(top[..., rest]) for top in tops))


def _without_zeros_below(whole: Array) -> Array:
    """Divide numbers ``(.., points)`` by the largest power of two that divides all of a point."""
    bits = np.bitwise_or.reduce(whole, axis=(0, 1))
    return np.asarray(whole // np.where(bits == 0, 1, bits & -bits))


def fractions_of(numbers: Array) -> Array:
    """Take doubles for the fractions they are."""
    return np.asarray(np.frompyfunc(Fraction, 1, 1)(numbers), dtype=object)


def as_written(value: Any) -> Fraction:
    """Take a parameter for the decimal that was written."""
    return Fraction(repr(float(value)))


def share_terms(formulas: PayoffFormulas) -> dict[str, Terms]:
    """Give every named share as a polynomial in the shares of all actions."""
    total, starts = sum(formulas.sizes), np.cumsum([0, *formulas.sizes])
    return {
        name: variable(int(starts[population]) + action, total)
        for name, (population, action) in formulas.shares.items()
    }


def _over_one_bottom(found: Sequence[Rational]) -> tuple[list[Terms], Terms | None]:
    """Bring the payoffs of a population over one bottom."""
    if not any(entry.divides for entry in found):
        return [entry.top for entry in found], None
    unlike: list[Terms] = []
    for entry in found:
        if entry.divides and not any(_alike(entry.bottom, other) for other in unlike):
            unlike.append(entry.bottom)
    lifted = []
    for entry in found:
        missing = [other for other in unlike if not _alike(entry.bottom, other)]
        lifted.append(reduce(times, missing, entry.top))
    return lifted, reduce(times, unlike)


def _alike(left: Terms, right: Terms) -> bool:
    return not plus(left, scaled(right, -1))


def _table(found: Sequence[Terms], points: int, exact: bool) -> tuple[list[tuple[int, ...]], Array]:
    """Lay polynomials out by their monomials: ``(polynomials, monomials, points)``."""
    names = sorted({exponents for terms in found for exponents in terms})
    table = np.zeros((len(found), len(names), points), dtype=object if exact else float)
    if exact:
        table.fill(Fraction(0))
    for row, terms in enumerate(found):
        for exponents, value in terms.items():
            table[row, names.index(exponents)] = value
    return names, table


def _by_population(
    names: Sequence[tuple[int, ...]], sizes: tuple[int, ...]
) -> tuple[Exponents, ...]:
    ends = np.cumsum([0, *sizes])
    return tuple(tuple(exponents[low:high] for low, high in pairwise(ends)) for exponents in names)
