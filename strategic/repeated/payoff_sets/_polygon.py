"""Convex polygons in the plane, down to segments and points.

A polygon is a list of its vertices, counterclockwise; a segment has two, a point one.
Plain floats: the polygons here have a handful of vertices, where array calls cost more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from math import hypot, inf

Points = tuple[float, float]
Polygon = list[Points]


def hull(points: Iterable[Points], *, flat: float = 0.0) -> Polygon:
    """Find the convex hull, counterclockwise from the leftmost point.

    Parameters
    ----------
    points : iterable of (x, y)
        At least one point.
    flat : float, default 0
        A vertex nearer than this to the line between its neighbours is left out.

    Returns
    -------
    list of (x, y)

    References
    ----------
    Andrew, A. M. (1979). Another efficient algorithm for convex hulls in two dimensions.
    Information Processing Letters 9, 216-219.

    Examples
    --------
    >>> hull([(0, 0), (2, 0), (1, 0), (0, 2), (0.5, 0.5)])
    [(0, 0), (2, 0), (0, 2)]
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    corners = _chain(ordered)[:-1] + _chain(ordered[::-1])[:-1]
    return corners if flat == 0 else _without_flat_corners(corners, flat)


class Sections:
    """Lines of one direction through a polygon, prepared once for many of them.

    Parameters
    ----------
    polygon : sequence of (x, y)
        Counterclockwise vertices.
    axis : int
        Coordinate that is the same all along a line.
    slack : float, default 0
        A vertex within it of the level counts as on the line, so that an edge along the line stays
        one when its ends are rounded differently.

    Examples
    --------
    >>> Sections([(0, 0), (2, 0), (0, 2)], 0).at(1)
    (0.0, 1.0)
    """

    def __init__(self, polygon: Sequence[Points], axis: int, *, slack: float = 0.0) -> None:
        levels = [vertex[axis] for vertex in polygon]
        others = [vertex[1 - axis] for vertex in polygon]
        # Between its lowest and its highest vertex a convex polygon has two monotone chains; a
        # bisection in each finds where a line crosses.
        count, low, high = len(levels), levels.index(min(levels)), levels.index(max(levels))
        there = [(low + k) % count for k in range((high - low) % count + 1)]
        back = [(low - k) % count for k in range((low - high) % count + 1)]
        self._chains = tuple(
            ([levels[k] for k in chain], [others[k] for k in chain]) for chain in (there, back)
        )
        self._slack = slack

    def at(self, level: float) -> Points:
        """Find the lowest and highest other coordinate on a line, ``(inf, -inf)`` if it misses."""
        lowest, highest = inf, -inf
        for levels, others in self._chains:
            first = bisect_left(levels, level - self._slack)
            after = bisect_right(levels, level + self._slack)
            if first < after:
                on_line = others[first:after]
                lowest, highest = min(lowest, *on_line), max(highest, *on_line)
            elif 0 < first < len(levels):
                share = (level - levels[first - 1]) / (levels[first] - levels[first - 1])
                height = (1 - share) * others[first - 1] + share * others[first]
                lowest = min(lowest, height)
                highest = max(highest, height)
        return lowest, highest


def distance(point: Points, polygon: Sequence[Points]) -> float:
    """Find how far a point lies outside a polygon; 0 inside.

    Examples
    --------
    >>> distance((3, 0), [(0, 0), (2, 0), (0, 2)]), distance((0.5, 0.5), [(0, 0), (2, 0), (0, 2)])
    (1.0, 0.0)
    """
    nearest, outside = inf, len(polygon) < 3
    before = polygon[-1]
    for vertex in polygon:
        if _turn(before, vertex, point) < 0:
            outside = True
        nearest = min(nearest, _distance_to_segment(point, before, vertex))
        before = vertex
    return nearest if outside else 0.0


def excess(outer: Sequence[Points], inner: Sequence[Points]) -> float:
    """Find how far the first polygon reaches beyond the second.

    Examples
    --------
    >>> excess([(0, 0), (3, 0)], [(0, 0), (2, 0), (0, 2)])
    1.0
    """
    return max(distance(vertex, inner) for vertex in outer)


def simplify(polygon: Sequence[Points], tol: float) -> Polygon:
    """Leave out vertices that lie within a tolerance of the polygon of the others.

    Examples
    --------
    >>> simplify([(0, 0), (1, -1e-14), (2, 0), (0, 2)], 1e-12)
    [(0, 0), (2, 0), (0, 2)]
    """
    kept = list(polygon)
    index = 0
    while index < len(kept) and len(kept) > 1:
        others = kept[:index] + kept[index + 1 :]
        if distance(kept[index], others) <= tol:
            kept = others
        else:
            index += 1
    return kept


def between(first: Sequence[Points], second: Sequence[Points], share: float) -> Polygon:
    """Move every vertex of one polygon a share of the way to the same vertex of another.

    Examples
    --------
    >>> between([(0.0, 0.0), (2.0, 0.0)], [(0.0, 0.0), (4.0, 0.0)], 0.5)
    [(0.0, 0.0), (3.0, 0.0)]
    """
    rest = 1 - share
    pairs = zip(first, second, strict=True)
    return hull((rest * a + share * c, rest * b + share * d) for (a, b), (c, d) in pairs)


def _chain(ordered: Sequence[Points]) -> Polygon:
    chain: Polygon = []
    for point in ordered:
        x, y = point
        while len(chain) > 1:  # the turn is spelt out: this loop is where the time goes
            (a, b), (c, d) = chain[-2], chain[-1]
            if (c - a) * (y - b) - (d - b) * (x - a) > 0:
                break
            chain.pop()
        chain.append(point)
    return chain


def _without_flat_corners(corners: Polygon, flat: float) -> Polygon:
    """Drop corners near the line between their neighbours, but keep the tip of a thin spike."""
    kept: Polygon = []
    for index, corner in enumerate(corners):
        first, last = kept[-1] if kept else corners[-1], corners[(index + 1) % len(corners)]
        length = abs(last[0] - first[0]) + abs(last[1] - first[1])
        onward = (corner[0] - first[0]) * (last[0] - corner[0])
        upward = (corner[1] - first[1]) * (last[1] - corner[1])
        if _turn(first, corner, last) > flat * length or onward + upward < 0:
            kept.append(corner)
    return kept


def _turn(first: Points, second: Points, third: Points) -> float:
    """Twice the signed area of a triangle: positive where it turns left."""
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (
        third[0] - first[0]
    )


def _distance_to_segment(point: Points, start: Points, end: Points) -> float:
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up
    share = 0.0
    if length > 0:
        share = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length
        share = min(max(share, 0.0), 1.0)
    return hypot(point[0] - start[0] - share * across, point[1] - start[1] - share * up)
