"""Supports in which three players mix two actions each, and nobody else mixes."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._tensors import UNIT, Gains, Roots

_MOST_RADIUS = 2.0**-24
"""Of shares worth listing; a root less certain than that is computed exactly."""


def roots_of_three(gains: Gains) -> tuple[Roots, Array]:
    """Solve three bilinear equations by the quadratic that eliminating two unknowns leaves.

    Returns
    -------
    roots : Roots
    doubtful : array ``(E,)`` of bool
        Where rounding leaves the number of roots open.

    Notes
    -----
    Call the shares of the second actions x, y, z. The gain of the third player,
    (1 - x) C0(y) + x C1(y), gives 1 - x : x = C1 : -C0, that of the first likewise
    1 - z : z = A1 : -A0. Put into the gain of the second, with values b at the pure profiles, this
    leaves ``Q = C1 (b00 A1 - b01 A0) - C0 (b10 A1 - b11 A0)``, a quadratic in y. Its roots from 0
    to 1 are counted by the signs of its Bernstein coefficients and its discriminant (Descartes);
    a root is one of the game if C0, C1 and A0, A1 have opposite signs there. The slope of Q has
    the sign of the determinant of the negative Jacobian, hence the index.
    """
    first, second, third = gains.pattern.mixers
    tables, noise = [], np.zeros(len(gains.game))
    for player, others in (
        (first, (second, third)),
        (second, (first, third)),
        (third, (first, second)),
    ):
        table = gains.of_binary(player, *others)
        # A power of two, so that near ties are judged by their own size.
        _, exponent = np.frexp(np.abs(table).max(axis=(0, 1)))
        tables.append(np.ldexp(table, -exponent))
        noise = np.maximum(noise, np.ldexp(gains.noise[player], -exponent))
    a, b, c = tables
    off = UNIT + noise  # of every entry
    tied = (np.abs(np.stack(tables)).max(axis=(1, 2)) == 0).any(axis=0)
    lower = b[0, 0] * a[:, 1] - b[0, 1] * a[:, 0]  # at y = 0 and y = 1
    upper = b[1, 0] * a[:, 1] - b[1, 1] * a[:, 0]
    ends = c[1] * lower - c[0] * upper
    middle = 0.5 * (
        (c[1, 0] * lower[1] - c[0, 0] * upper[1]) + (c[1, 1] * lower[0] - c[0, 1] * upper[0])
    )
    quadratic = ends[0], middle, ends[1]
    # Entries are at most 1: the bound adds the errors of products and sums, none above 4.
    error = 40 * off
    count, doubtful = _count(quadratic, error)
    doubtful |= tied
    count[doubtful] = 0
    place = np.repeat(np.arange(len(count)), count)
    which = np.arange(len(place)) - (np.cumsum(count) - count).take(place)
    quadratic = tuple(q.take(place) for q in quadratic)
    y, radius, index, sure = _located(quadratic, which, error.take(place))
    x, x_off, x_inside = _other(c.take(place, axis=2), y, radius, off.take(place), own=0)
    z, z_off, z_inside = _other(a.take(place, axis=2), y, radius, off.take(place), own=1)
    refused = sure & ((x_inside < 0) | (z_inside < 0))
    kept = sure & (x_inside > 0) & (z_inside > 0)
    precise = np.maximum(np.maximum(x_off, z_off), radius) < _MOST_RADIUS
    doubtful[place[~(kept & precise | refused)]] = True
    listed = np.flatnonzero(kept & ~doubtful.take(place))
    shares = [np.ones((1, len(listed)))] * len(gains.tables)
    radii = np.zeros((len(gains.tables), len(listed)))
    for player, share, distance in ((first, x, x_off), (second, y, radius), (third, z, z_off)):
        shares[player], radii[player] = share.take(listed, axis=1), distance.take(listed)
    return Roots(place.take(listed), tuple(shares), radii, index.take(listed)), doubtful


def _count(quadratic: tuple[Array, Array, Array], error: Array) -> tuple[Array, Array]:
    """Count the roots of a quadratic from 0 to 1 by the signs of its Bernstein coefficients."""
    start, middle, end = quadratic
    sure = (np.abs(start) > error) & (np.abs(end) > error)
    change = (start > 0) ^ (end > 0)
    bent = ((middle > 0) ^ (start > 0)) & (np.abs(middle) > error)
    straight = ((start > 0) == (middle > 0)) & (np.abs(middle) > error)
    discriminant = middle * middle - start * end
    margin = 24 * error + 64 * UNIT  # coefficients are at most 4, and so is an error that decides
    two = bent & (discriminant > margin)
    none = straight | (discriminant < -margin)
    doubtful = ~sure | (~change & ~two & ~none)
    return np.where(change, 1, np.where(two, 2, 0)), doubtful


def _located(
    quadratic: tuple[Array, Array, Array], which: Array, error: Array
) -> tuple[Array, Array, Array, Array]:
    """Compute one root from 0 to 1 each, with a radius in which the sign changes.

    ``which`` numbers the roots of one quadratic, ascending. Gives the shares ``(2, R)``, radius,
    the sign of the slope, and whether the change of sign is sure.
    """
    start, middle, end = quadratic
    with np.errstate(all="ignore"):
        # In t = y / (1 - y): start + 2 middle t + end t**2. Both roots without cancellation.
        large = -(middle + np.copysign(np.sqrt(np.maximum(middle**2 - start * end, 0)), middle))
        pair = np.stack([large / end, start / large])
        change = (start > 0) ^ (end > 0)
        t = np.where(
            change, pair.max(axis=0), np.where(which == 0, pair.min(axis=0), pair.max(axis=0))
        )
        y = np.stack([1 / (1 + t), t / (1 + t)])
        slope = 2 * ((middle - start) * y[0] + (end - middle) * y[1])
        radius = 4 * (error + 32 * UNIT) / np.abs(slope) + 8 * UNIT
        below, above = (
            start * (y[0] - move) ** 2
            + 2 * middle * (y[0] - move) * (y[1] + move)
            + end * (y[1] + move) ** 2
            for move in (-radius, radius)
        )
        margin = error + 40 * UNIT
        inside = (radius < y[0]) & (radius < y[1])
        sure = inside & (np.abs(below) > margin) & (np.abs(above) > margin)
        sure &= (below > 0) ^ (above > 0)
        index = np.where(above > 0, 1.0, -1.0)
    return y, radius + 8 * UNIT, index, sure


def _other(
    table: Array, y: Array, radius: Array, off: Array, *, own: int
) -> tuple[Array, Array, Array]:
    """Compute the share of another player at a root: its value, its error and if it is one.

    ``table`` holds gains by this player's action and y's, in the order that ``own`` says. The last
    array is 1 where the share is surely from 0 to 1, -1 where it surely is not, else 0.
    """
    lines = table if own == 0 else table.swapaxes(0, 1)
    with np.errstate(all="ignore"):
        value = lines[:, 0] * y[0] + lines[:, 1] * y[1]
        slack = 2 * radius + 2 * off + 8 * UNIT
        size = np.abs(value)
        certain = (size > slack).all(axis=0)
        opposite = (value[0] > 0) ^ (value[1] > 0)
        total = size[0] + size[1]
        share = size[::-1] / total
        return share, 4 * slack / total + 8 * UNIT, certain * np.where(opposite, 1, -1)
