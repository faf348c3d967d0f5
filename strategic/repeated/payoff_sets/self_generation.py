"""The Abreu-Sannikov operator and its largest fixed point, in normalised payoffs.

A payoff of an action profile is supported by tomorrow's payoffs that keep both players from
deviating. Where the profile itself does so it may be repeated for ever; otherwise only the at most
four points matter at which an incentive binds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from strategic.repeated.payoff_sets.polygon import Points, Polygon, Sections, between, excess, hull

SLACK = 1e-13
"""Rounding allowed in an incentive, in units of the payoff range."""
FLAT = 1e-15
"""Height below which a corner of an iterate is rounding."""
PLAIN_STEPS = 64
"""Steps before extrapolation is first tried; four times as many before each further attempt."""
JUMP_STEPS = 200
"""Steps an extrapolation may take."""
REST_STEPS = 12
"""Steps between two extrapolations."""


@dataclass(frozen=True)
class Profile:
    """One action profile: its payoffs, and what each player gains by deviating once."""

    payoffs: Points
    gains: Points


@dataclass(frozen=True)
class FixedPoint:
    """The largest self-generating set, how it was reached and how far it may still be."""

    polygon: Polygon
    steps: int
    residual: float
    converged: bool


def largest_fixed_point(
    profiles: Sequence[Profile], *, discount: float, floor: Points, tol: float, max_steps: int
) -> FixedPoint:
    """Iterate the operator from the feasible set down to the equilibrium payoffs.

    Parameters
    ----------
    profiles : sequence of Profile
        All action profiles, payoffs of order 1.
    discount : float
        Discount factor in (0, 1).
    floor : (float, float)
        Payoffs below which no player can be held (pure minmax).
    tol : float
        Largest distance to the limit, estimated from the shrinking steps.
    max_steps : int
        Operator applications before giving up.

    Notes
    -----
    The iterates shrink onto the set of equilibrium payoffs. Where they shrink slowly along one
    direction the limit is extrapolated; it counts only if it is a fixed point from which slightly
    larger sets shrink back, else the plain iteration goes on.
    """
    operator = _Operator(tuple(profiles), discount, floor)
    outer = hull(profile.payoffs for profile in profiles)
    done, spell = 0, PLAIN_STEPS
    while True:
        plain = _iterate(operator, outer, tol=tol, max_steps=min(spell, max_steps - done))
        done, outer, spell = done + plain.steps, plain.polygon, 4 * spell
        if plain.converged or done >= max_steps:
            return replace(plain, steps=done)
        jumped = _iterate(operator, outer, tol=tol, max_steps=JUMP_STEPS, extrapolate=True)
        if jumped.converged and _shrinks_onto(operator, outer, jumped.polygon, tol):
            return replace(jumped, steps=done + jumped.steps)


@dataclass(frozen=True)
class _Operator:
    profiles: tuple[Profile, ...]
    discount: float
    floor: Points

    def __call__(self, polygon: Polygon) -> Polygon:
        xs, ys = [p[0] for p in polygon], [p[1] for p in polygon]
        lowest, highest = (min(xs), min(ys)), (max(xs), max(ys))
        threat = (max(self.floor[0], lowest[0]), max(self.floor[1], lowest[1]))
        upright, level = Sections(polygon, 0, slack=SLACK), Sections(polygon, 1, slack=SLACK)
        price = (1 - self.discount) / self.discount
        points: list[Points] = []
        for profile in self.profiles:
            need = (
                threat[0] + price * profile.gains[0],
                threat[1] + price * profile.gains[1],
            )
            if profile.payoffs[0] >= need[0] - SLACK and profile.payoffs[1] >= need[1] - SLACK:
                points.append(profile.payoffs)
            elif need[0] <= highest[0] + SLACK and need[1] <= highest[1] + SLACK:
                need = (min(need[0], highest[0]), min(need[1], highest[1]))
                points += self._mixed(profile, _binding(upright, level, need, lowest))
        return hull(points, flat=FLAT)

    def _mixed(self, profile: Profile, continuations: list[Points]) -> list[Points]:
        """Today's payoffs and tomorrow's, weighed by the discount factor."""
        today = 1 - self.discount
        x, y = today * profile.payoffs[0], today * profile.payoffs[1]
        return [(x + self.discount * a, y + self.discount * b) for a, b in continuations]


def _binding(upright: Sections, level: Sections, need: Points, lowest: Points) -> list[Points]:
    """Collect the extreme continuation payoffs at which at least one incentive binds."""
    points: list[Points] = []
    if need[0] >= lowest[0] - SLACK:
        low, high = upright.at(need[0])
        if high >= need[1] - SLACK:
            points.append((need[0], max(low, need[1])))
            points.append((need[0], max(high, need[1])))
    if need[1] >= lowest[1] - SLACK:
        low, high = level.at(need[1])
        if high >= need[0] - SLACK:
            points.append((max(low, need[0]), need[1]))
            points.append((max(high, need[0]), need[1]))
    return points


def _iterate(
    operator: _Operator, start: Polygon, *, tol: float, max_steps: int, extrapolate: bool = False
) -> FixedPoint:
    polygon, moved_before, rested = start, inf, 0
    trail: list[Polygon] = [start]
    for step in range(1, max_steps + 1):
        image = operator(polygon)
        if not image:
            return FixedPoint([], step, 0.0, converged=True)
        moved = _movement(polygon, image)
        remaining = _remaining(moved, moved_before)
        polygon, moved_before, rested = image, moved, rested + 1
        if remaining <= tol:
            return FixedPoint(polygon, step, remaining, converged=True)
        trail = [*trail[-2:], polygon]
        if extrapolate and rested >= REST_STEPS:
            polygon, moved_before, rested = _extrapolated(trail), inf, 0
    return FixedPoint(polygon, max_steps, remaining, converged=False)


def _movement(polygon: Polygon, image: Polygon) -> float:
    if len(polygon) == len(image):
        moved = max(
            max(abs(p[0] - q[0]), abs(p[1] - q[1])) for p, q in zip(polygon, image, strict=True)
        )
        if moved < 1e-3:
            return moved
    return max(excess(polygon, image), excess(image, polygon))


def _remaining(moved: float, moved_before: float) -> float:
    """Bound the distance still to go if every step shrinks like the last one."""
    if moved <= FLAT:
        return moved
    if moved >= moved_before:
        return inf
    return moved * moved_before / (moved_before - moved)


def _extrapolated(trail: Sequence[Polygon]) -> Polygon:
    """Jump to the limit of the slowest direction; stay where the iterates do not line up."""
    first, second, third = trail
    if not len(first) == len(second) == len(third):
        return third
    step = [b[i] - a[i] for a, b in zip(first, second, strict=True) for i in (0, 1)]
    next_step = [b[i] - a[i] for a, b in zip(second, third, strict=True) for i in (0, 1)]
    squared = sum(a * a for a in step)
    if squared == 0:
        return third
    rate = sum(a * b for a, b in zip(step, next_step, strict=True)) / squared
    off = sum((b - rate * a) ** 2 for a, b in zip(step, next_step, strict=True))
    if not 0 < rate < 1 or off > 1e-4 * squared * (1 - rate) ** 2:
        return third
    reach = rate / (1 - rate)
    jump = zip(third, next_step[::2], next_step[1::2], strict=True)
    return hull((p[0] + reach * x, p[1] + reach * y) for p, x, y in jump)


def _shrinks_onto(operator: _Operator, outer: Polygon, inner: Polygon, tol: float) -> bool:
    """Check that sets between the outer bound and the limit shrink towards the limit."""
    if len(inner) != len(outer) or excess(inner, outer) > tol:
        return False
    reach, share = excess(outer, inner), 1.0
    while share * reach > 1e3 * tol:
        middle = between(inner, outer, share)
        image = operator(middle)
        if excess(inner, image) > 10 * tol or excess(image, middle) > 10 * tol:
            return False
        if excess(image, inner) >= share * reach - 10 * FLAT:
            return False
        share /= 2
    return True
