"""Where along one parameter the equilibria of a game may change: all roots of its margins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import isqrt

import numpy as np

from strategic.arrays import Array
from strategic.modelling.points import Points
from strategic.modelling.source import Source
from strategic.sweeps._margins import are_few, are_known, margins, most_factors
from strategic.sweeps._roots import HALVINGS, bernstein, nodes, roots_in_unit_interval

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
    error : array ``(events,)``
        How far it may be from there; 0 where it is known as a fraction.
    arithmetic : {"fractions", "doubles", "pieces", ""}
        How they were found; empty where they were not looked for.
    resolution : float
        Two of them closer together than this may be one.
    """

    search: Array
    at: Array
    exact: Array
    error: Array
    arithmetic: str = ""
    resolution: float = np.inf

    @property
    def is_exact(self) -> Array:
        """Which of them are known as fractions."""
        return np.array([entry is not None for entry in self.exact], dtype=bool)

    def joined(self, other: Events) -> Events:
        """Add further events; of two that cannot be told apart the better known one is kept."""
        columns = (
            np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("search", "at", "exact", "error")
        )
        found = _in_order(*columns, arithmetic=other.arithmetic)
        return replace(found, resolution=max(self.resolution, other.resolution))


def none_known() -> Events:
    """Give no events, as nothing is known of them."""
    return Events(np.empty(0, int), np.empty(0), np.empty(0, object), np.empty(0))


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
    shares = [_root(coefficients[:, k], u) for k, u in zip(owner, place, strict=True)]
    width = high - low
    exact = [None if u is None else low + width * u for u in shares]
    doubles = float(low) + float(width) * place
    at = np.array([t if r is None else float(r) for r, t in zip(exact, doubles, strict=True)])
    numbers = np.full(len(at), None, dtype=object)
    numbers[:] = exact
    errors = np.where([r is None for r in exact], error * float(width), 0.0)
    least = 0.5**HALVINGS * float(width)
    found = _in_order(np.zeros(len(at), int), at, numbers, errors, arithmetic="fractions")
    return replace(found, resolution=max(found.resolution, least))


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
        largest = np.maximum.reduce(sizes)
        np.maximum.at(size, search, np.where(np.isfinite(largest), largest, 0.0))
        scale = np.where(size > 0, size, 1.0)[search].reshape(-1, *(1,) * len(axes))
        with np.errstate(over="ignore", invalid="ignore"):  # where payoffs are not finite
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
    noise = 16 * _EPS * spread * np.maximum(largest, 1e-3)
    owner, place, error = roots_in_unit_interval(coefficients, noise)
    piece = owner % len(search)
    width = high - low
    at, error = low[piece] + width[piece] * place, error * width[piece]
    return _in_order(search[piece], at, None, error, arithmetic="doubles")


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
    found: list[tuple[Array, Array, Array]] = []
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
        at = low[piece] + width[piece] * place
        found.append((search[piece], at, error * width[piece]))
        middle = (low + high)[split] / 2
        pieces = (
            np.tile(search[split], 2),
            np.concatenate([low[split], middle]),
            np.concatenate([middle, high[split]]),
        )
    numbers, places, errors = (np.concatenate(column) for column in zip(*found, strict=True))
    return _in_order(numbers, places, None, errors, arithmetic="pieces")


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


def _in_order(
    search: Array, at: Array, exact: Array | None, error: Array, *, arithmetic: str
) -> Events:
    """Sort events, and of two that cannot be told apart keep the better known one."""
    exact = np.full(len(at), None, dtype=object) if exact is None else exact
    resolution = 4 * float(error.max(initial=0.0))
    order = np.lexsort((error, at, search))
    search, at, exact, error = search[order], at[order], exact[order], error[order]
    while True:
        beside = (search[1:] == search[:-1])[:, None] & (
            np.diff(at)[:, None] <= np.stack([error[:-1], error[1:]], axis=1) * 2
        )
        worse = np.zeros(len(at), dtype=bool)
        worse[:-1] |= beside[:, 0] & (error[:-1] > error[1:])
        worse[1:] |= beside[:, 1] & (error[1:] >= error[:-1])
        worse[1:] |= (search[1:] == search[:-1]) & (at[1:] == at[:-1])
        if not worse.any():
            break
        search, at, exact, error = search[~worse], at[~worse], exact[~worse], error[~worse]
    return Events(search, at, exact, error, arithmetic, resolution)
