"""Where along one parameter the equilibria of a game may change: all roots of its margins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.modelling.points import Points
from strategic.modelling.source import Source
from strategic.sweeps._margins import are_few, are_known, margins, most_factors
from strategic.sweeps._roots import bernstein, nodes, roots_in_unit_interval

PointsAt = Callable[[Array, Array], Points]
"""From the numbers of searches and a value for each to the points there."""
SMOOTH = 8
"""Degree of the polynomials that stand in for functions that are none, piece by piece."""
_DEEPEST = 26
"""How often a piece is halved before what is smooth nowhere is left alone."""
_LARGEST_POLYNOMIAL = 12
"""Largest degree of a margin in the parameter that is written as one polynomial."""
_MOST_EXACT = 1000
"""Margins of a game that are followed in fractions; beyond, in doubles."""
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Events:
    """Places at which something may change, and what is known between them.

    Parameters
    ----------
    search : array of int ``(events,)``
        Number of the search each belongs to.
    at : array ``(events,)``
        Where; ascending within a search.
    exact : array of object ``(events,)``
        The fraction it is, or None where that is not known.
    arithmetic : {"fractions", "doubles", "pieces", ""}
        How they were found; empty where they were not looked for.
    resolution : float
        Two of them closer together than this may be one.
    """

    search: Array
    at: Array
    exact: Array
    arithmetic: str = ""
    resolution: float = np.inf

    @property
    def is_exact(self) -> Array:
        """Which of them are known as fractions."""
        return np.array([entry is not None for entry in self.exact], dtype=bool)

    def joined(self, search: Array, at: Array) -> Events:
        """Add further places, of which only doubles are known."""
        both = np.concatenate([self.search, search]), np.concatenate([self.at, at])
        exact = np.concatenate([self.exact, np.full(len(at), None, dtype=object)])
        return _in_order(*both, exact, self.arithmetic, self.resolution)


def none_known() -> Events:
    """Give no events, as nothing is known of them."""
    return Events(np.empty(0, int), np.empty(0), np.empty(0, object))


def game_events(
    source: Source,
    points_at: PointsAt,
    searches: int,
    span: tuple[float, float],
    parameter: str = "",
    *,
    pure: bool = False,
) -> Events:
    """Find where the equilibria of a game may change, for every search at once.

    Parameters
    ----------
    source : Source
        The game.
    points_at : callable
        From searches and values of the parameter to points.
    searches : int
        How many there are.
    span : (low, high)
        Range of the parameter.
    parameter : str
        Its name, where it is a parameter of the game and nothing else depends on it.
    pure : bool, default False
        Whether only pure deviations matter.

    Returns
    -------
    Events
        Of infinite resolution where these margins do not tell all changes; none where there are
        too many.
    """
    shape = source.shape
    if not are_few(shape, pure=pure):
        return none_known()
    proved = source.degree(parameter) if source.degree and parameter else None
    function, found = _scaled_margins(source, points_at, pure=pure), None
    degree = None if proved is None else proved * most_factors(shape, pure=pure)
    if degree is not None and degree <= _LARGEST_POLYNOMIAL:
        if searches == 1 and source.single is not None:
            found = _exact_events(source, points_at, span, parameter, degree, pure=pure)
        if found is None:
            found = _in_doubles(function, searches, span, degree)
    else:
        found = smooth_events(function, searches, span)
    return found if are_known(shape, pure=pure) else replace(found, resolution=np.inf)


def _exact_events(
    source: Source,
    points_at: PointsAt,
    span: tuple[float, float],
    parameter: str,
    degree: int,
    *,
    pure: bool,
) -> Events | None:
    """Find the events of a single search in fractions; None where there are too many margins."""
    low, high = (Fraction(repr(float(end))) for end in span)
    places = np.array([low + (high - low) * node for node in nodes(degree)], dtype=object)
    at = places.astype(float)
    points = points_at(np.zeros(len(at), int), at).exactly({parameter: places})
    if not bool(points.once(source.defined).all()):
        return None
    exact_payoffs = source.single(points).fractions()  # type: ignore[misc]
    few = tuple(table[:1].astype(float) for table in exact_payoffs)
    if len(margins(few, pure=pure)) > _MOST_EXACT:
        return None
    values = _different(margins(exact_payoffs, pure=pure))
    coefficients = bernstein(values.T)
    owner, place, error = roots_in_unit_interval(coefficients, 0)
    found = [_root(coefficients[:, k], u) for k, u in zip(owner, place, strict=True)]
    width = high - low
    exact = [None if u is None else low + width * u for u in found]
    doubles = float(low) + float(width) * place
    at = np.array([t if r is None else float(r) for r, t in zip(exact, doubles, strict=True)])
    resolution = 4 * error * float(width)
    return _in_order(
        np.zeros(len(at), int), at, np.array([*exact, None], dtype=object)[:-1],
        "fractions", resolution,
    )  # fmt: skip


def _different(values: Array) -> Array:
    """Leave out polynomials that are zero everywhere, or multiples of one another."""
    kept: dict[tuple[Fraction, ...], Array] = {}
    for row in values:
        first = next((entry for entry in row if entry), None)
        if first is not None:
            kept.setdefault(tuple(entry / first for entry in row), row)
    return np.array(list(kept.values()), dtype=object).reshape(-1, values.shape[1])


def _root(coefficients: Array, near: float) -> Fraction | None:
    """Give the root of an exact polynomial near a place as a fraction, if it is one."""
    powers = _powers(coefficients)
    while len(powers) > 1 and not powers[-1]:
        powers.pop()
    if len(powers) == 2:
        return -powers[0] / powers[1]
    candidates = []
    if len(powers) == 3:
        c, b, a = powers
        square = b * b - 4 * a * c
        if square >= 0:
            top, bottom = isqrt(square.numerator), isqrt(square.denominator)
            if top**2 == square.numerator and bottom**2 == square.denominator:
                candidates = [(-b + sign * Fraction(top, bottom)) / (2 * a) for sign in (1, -1)]
    candidates += [Fraction(near).limit_denominator(10**k) for k in (2, 4, 6)]
    for candidate in candidates:
        value = Fraction(0)
        for power in reversed(powers):
            value = value * candidate + power
        if not value and abs(float(candidate) - near) < 1e-9:
            return candidate
    return None


def _powers(coefficients: Array) -> list[Fraction]:
    """Turn Bernstein coefficients into those of powers, by differences."""
    powers, row, factor = [], list(coefficients), Fraction(1)
    degree = len(row) - 1
    for k in range(degree + 1):
        powers.append(factor * row[0])
        row = [b - a for a, b in pairwise(row)]
        factor = factor * (degree - k) / (k + 1)
    return powers


def _scaled_margins(
    source: Source, points_at: PointsAt, *, pure: bool
) -> Callable[[Array, Array], Array]:
    """Make the function from searches and values to margins, of payoffs of size 1."""

    def values(search: Array, at: Array) -> Array:
        points = points_at(search, at)
        full = (len(at), *source.shape)
        tables = [np.broadcast_to(p, full).astype(float) for p in points.once(source.payoffs)]
        axes = tuple(range(1, len(full)))
        sizes = [np.abs(p).max(axis=axes) for p in tables]
        # One size for all of a search, or the margins would no longer be polynomials.
        size = np.zeros(int(search.max(initial=-1)) + 1)
        np.maximum.at(size, search, np.maximum.reduce(sizes))
        scale = np.where(size > 0, size, 1.0)[search].reshape(-1, *(1,) * len(axes))
        return margins([p / scale for p in tables], pure=pure)

    return values


def _in_doubles(
    function: Callable[[Array, Array], Array],
    searches: int,
    span: tuple[float, float],
    degree: int,
) -> Events:
    """Find the roots of polynomials of a proved degree in every search."""
    search, low, high = _whole(searches, span)
    share = np.array([float(node) for node in nodes(degree)])
    at = low[:, None] + (high - low)[:, None] * share
    values = function(np.repeat(search, len(share)), at.ravel())
    values = values.reshape(len(values), len(search), len(share))
    kept = np.asarray(np.isfinite(values).all(axis=-1))
    values = np.where(kept[..., None], values, 0.0).transpose(2, 0, 1)
    coefficients = bernstein(values).reshape(len(share), -1)
    largest = np.abs(values).max(axis=0).ravel()
    spread = float(np.abs(bernstein(np.eye(len(share)))).sum(axis=1).max())
    noise = 64 * _EPS * spread * np.maximum(largest, 1e-3)
    owner, place, error = roots_in_unit_interval(coefficients, noise)
    piece = owner % len(search)
    width = high - low
    return _in_order(
        search[piece], low[piece] + width[piece] * place, None, "doubles",
        4 * error * float(width.max(initial=0)),
    )  # fmt: skip


def smooth_events(
    function: Callable[[Array, Array], Array],
    searches: int,
    span: tuple[float, float],
    pieces: tuple[Array, Array, Array] | None = None,
    *,
    size: float = 1e-3,
) -> Events:
    """Find the roots of functions that polynomials approach piece by piece.

    Pieces are halved until polynomials agree with the functions at places between their nodes, up
    to rounding; where that never happens (a jump, a kink) a root is known to the width of a piece.

    Parameters
    ----------
    function : callable
        From searches ``(K,)`` and values ``(K,)`` to an array ``(functions, K)``.
    searches : int
        How many there are.
    span : (low, high)
        Range of the parameter.
    pieces : (search, low, high), optional
        Where to look; the whole range by default.
    size : float
        Of the quantities behind the functions: smaller ones are rounding, beyond 12 digits.
    """
    if pieces is None:
        pieces = _whole(searches, span)
    found: list[Events] = []
    share = np.array([float(node) for node in nodes(SMOOTH)])
    between = (share[1::3] + share[2::3]) / 2
    for depth in range(_DEEPEST + 1):
        search, low, high = pieces
        if not len(search):
            break
        both = np.concatenate([share, between])
        at = low[:, None] + (high - low)[:, None] * both
        values = function(np.repeat(search, len(both)), at.ravel())
        values = values.reshape(len(values), len(search), len(both))
        defined = np.asarray(np.isfinite(values).all(axis=-1))
        values = np.where(defined[..., None], values, 0.0)
        known = np.moveaxis(values[..., : len(share)], -1, 0)
        coefficients = bernstein(known)
        largest = np.abs(values).max(axis=-1)
        miss = np.abs(_at(coefficients, between) - np.moveaxis(values[..., len(share) :], -1, 0))
        partly = ~defined & np.isfinite(values).any(axis=-1) & (largest > 0)
        rough = (miss.max(axis=0) > 1e-12 * np.maximum(largest, size)) | partly
        split = rough.any(axis=0) & (depth < _DEEPEST)
        left = ~split
        noise = 1e-11 * np.maximum(largest, size) + 4 * miss.max(axis=0)
        owner, place, error = roots_in_unit_interval(
            coefficients[:, :, left].reshape(SMOOTH + 1, -1), noise[:, left].ravel()
        )
        piece = np.flatnonzero(left)[owner % max(int(left.sum()), 1)]
        width = high - low
        found.append(Events(
            search[piece], low[piece] + width[piece] * place, np.empty(0), "pieces",
            4 * error * float(width.max()),
        ))  # fmt: skip
        middle = (low + high)[split] / 2
        pieces = (
            np.tile(search[split], 2),
            np.concatenate([low[split], middle]),
            np.concatenate([middle, high[split]]),
        )
    return _in_order(
        np.concatenate([e.search for e in found]), np.concatenate([e.at for e in found]), None,
        "pieces", max((e.resolution for e in found), default=0.0),
    )  # fmt: skip


def _whole(searches: int, span: tuple[float, float]) -> tuple[Array, Array, Array]:
    """Give the whole range of every search as a piece."""
    low, high = (np.full(searches, float(end)) for end in span)
    return np.arange(searches), low, high


def _at(coefficients: Array, places: Array) -> Array:
    """Evaluate polynomials in Bernstein form, places first (de Casteljau)."""
    row = np.broadcast_to(coefficients[:, None], (len(coefficients), len(places),
                                                  *coefficients.shape[1:]))  # fmt: skip
    x = places.reshape(-1, *(1,) * (coefficients.ndim - 1))
    for _ in range(len(coefficients) - 1):
        row = row[:-1] * (1 - x) + row[1:] * x
    return np.asarray(row[0])


def _in_order(search: Array, at: Array, exact: Any, arithmetic: str, resolution: float) -> Events:
    """Sort events and join those that cannot be told apart, the exact ones kept."""
    exact = np.full(len(at), None, dtype=object) if exact is None else exact
    unknown = np.array([entry is None for entry in exact], dtype=bool)
    order = np.lexsort((unknown, at, search))
    search, at, exact, unknown = search[order], at[order], exact[order], unknown[order]
    near = resolution if np.isfinite(resolution) else 0.0
    # What is near an exact place is that place; what is near nothing else is one place.
    kept = np.ones(len(at), dtype=bool)
    for step in (1, -1):
        other = np.roll(np.arange(len(at)), step)
        same = (search == search[other]) & (np.abs(at - at[other]) <= near)
        inside = np.arange(len(at)) > 0 if step == 1 else np.arange(len(at)) < len(at) - 1
        kept &= ~(same & inside & unknown & ~unknown[other])
    search, at, exact = search[kept], at[kept], exact[kept]
    fresh = np.ones(len(at), dtype=bool)
    unknown = np.array([entry is None for entry in exact], dtype=bool)
    fresh[1:] = (search[1:] != search[:-1]) | (
        (np.diff(at) > near * unknown[1:]) & (np.diff(at) > 0)
    )
    return Events(search[fresh], at[fresh], exact[fresh], arithmetic, resolution)
