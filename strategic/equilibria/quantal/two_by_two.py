"""Every logit equilibrium of many 2x2 games at many rationalities, and which are principal.

With ``x`` and ``y`` the log-odds of the first actions, ``x = t (a + A q)`` and ``y = t (b + B p)``.
Where ``A B <= 0`` the first equation, with ``y`` put in, has one root. Else it has one or three:
its right side is a rising curve with one turning point, since ``2 sinh x + t B tanh(y / 2) = 0``,
where it turns, has one root. Newton's method from either end then finds the outer roots without
passing them, and whatever lies between.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from strategic.arrays import Array

_STEPS, _STILL = 200, 4e-15
_DROPPED, _MANY = 0.2, 300
"""Share of finished points from which on they are dropped, and of how many points at least: to
leave a few out would take longer than to take them along."""
_APART = 1e-8
"""Outer roots no farther apart, as a share of their size, are one."""
_ALIKE = 1e-12
"""Share of the payoffs up to which two numbers are the same."""
_HALVINGS = 45
SETTLING, SETTLED = 12, 1e-8
_CLEAR = 0.25
"""A root this near to where the branch leads, as a share of the distance of the outer ones, is the
branch's."""


class TwoByTwo:
    """The logit equations of many 2x2 games.

    Parameters
    ----------
    row, column : arrays (2, 2, games)

    Examples
    --------
    >>> game = TwoByTwo(np.array([[9.0, 0], [0, 1]])[..., None],
    ...                 np.array([[0.0, 1], [1, 0]])[..., None])
    >>> x = game.roots(np.array([[1.0]]))[0]
    >>> (1 / (1 + np.exp(-x))).round(4).ravel()
    array([0.8936])
    """

    def __init__(self, row: Array, column: Array) -> None:
        a, b = row[0, 1] - row[1, 1], column[1, 0] - column[1, 1]
        slope_a, slope_b = row[0, 0] - row[1, 0] - a, column[0, 0] - column[0, 1] - b
        # Both falling is both rising once the second player's actions change places.
        self.flipped = (slope_a < 0.0) & (slope_b < 0.0)
        sign = np.where(self.flipped, -1.0, 1.0)
        a, slope_a = np.where(self.flipped, a + slope_a, a), sign * slope_a
        b, slope_b = sign * b, sign * slope_b
        self.terms = np.array([a, slope_a, b, slope_b])
        self.rising = (slope_a > 0.0) & (slope_b > 0.0)

    @cached_property
    def mirrored(self) -> Array:
        """Whose branch stays between the other roots, as exchanging the players changes nothing."""
        a, slope_a, b, slope_b = self.terms
        size = _ALIKE * np.maximum(np.abs(a), np.abs(slope_a))
        alike = (np.abs(slope_a - slope_b) <= size) & (np.abs(a + b + slope_b) <= size)
        uniform = (2.0 * a + slope_a == 0.0) & (2.0 * b + slope_b == 0.0)  # at every rationality
        return np.asarray(self.rising & (alike | uniform))

    def roots(self, rationality: Array, *, still: float = _STILL) -> Array:
        """Find every logit equilibrium at these rationalities.

        Parameters
        ----------
        rationality : array (points, games)
        still : float
            How short the last step to a root that is alone must be, as a share of one plus its
            size; it leaves about the square of that.

        Returns
        -------
        array (3, points, games)
            Log-odds of the first player: the lowest root, the one between, and the highest; one
            number three times where there is one only.
        """
        terms = rationality * self.terms[:, None]
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            if self.rising.all():
                return three_roots(terms)
            if not self.rising.any():
                return np.broadcast_to(single_root(terms, still), (3, *rationality.shape))
            found = np.empty((3, *rationality.shape))
            found[:, :, self.rising] = three_roots(terms[:, :, self.rising])
            found[:, :, ~self.rising] = single_root(terms[:, :, ~self.rising], still)
            return found

    def principal(self, rationality: Array, roots: Array) -> Array:
        """Say which roots lie on the curve that starts at uniform play.

        Parameters
        ----------
        rationality : array (points, games)
            Rising from 0, where there is one root.
        roots : array (3, points, games)
            Of `roots`.

        Returns
        -------
        array of bool (3, points, games)

        Notes
        -----
        The curve meets every rationality, so it holds each root that is alone. Where a second and a
        third one appear, at a fold, it goes on along the outer root that they are not next to;
        where two of three vanish, it comes from the one that is left. If these differ, the curve
        turns back in between and holds all three.
        """
        alone = roots[0] == roots[2]
        held = np.broadcast_to(alone, roots.shape).copy()
        several = ~alone
        begins, games = np.nonzero(several[1:] & alone[:-1])
        if not len(games):
            return held
        first = self._going_on(rationality, roots, begins, begins + 1, games)
        # A run of points with three roots ends where the next one has one, if at all.
        order = np.arange(len(alone))[:, None, None]
        later = alone[:, games][:, None] & (order[..., 0] > begins)[:, None]
        ends = np.where(later.any(axis=0), later.argmax(axis=0), len(alone))[0]
        last = first.copy()
        over = ends < len(alone)
        if over.any():
            last[over] = self._going_on(rationality, roots, ends[over], ends[over] - 1, games[over])
        for run, game in enumerate(games):
            inside = slice(begins[run] + 1, ends[run])
            chosen = slice(None) if last[run] != first[run] else first[run]
            held[chosen, inside, game] = True
        return held

    def _going_on(
        self, rationality: Array, roots: Array, one: Array, three: Array, games: Array
    ) -> Array:
        """Find to which root of point ``three`` the only root of the point ``one`` leads."""
        near, far = rationality[one, games], rationality[three, games]
        start, ends = roots[0, one, games], roots[:, three, games]
        found, left = np.zeros(len(games), dtype=np.int64), np.arange(len(games))
        found[self.mirrored[games]] = 1
        left = left[~self.mirrored[games]]
        near, far, start, ends = near.copy(), far.copy(), start.copy(), ends.copy()
        for halving in range(_HALVINGS + 1):
            if not len(left):
                break
            some = self.keep(games[left])
            led = start[left] + some.slope(start[left], near[left]) * (far[left] - near[left])
            away = np.abs(ends[:, left] - led)
            found[left] = away.argmin(axis=0)
            width = np.abs(ends[2, left] - ends[0, left])
            clear = (away.min(axis=0) <= _CLEAR * width) & (found[left] != 1)
            left = left[~clear]
            if halving == _HALVINGS or not len(left):
                break
            middle = 0.5 * (near[left] + far[left])
            at = self.keep(games[left]).roots(middle[None])[:, 0]
            lonely = at[0] == at[2]
            near[left] = np.where(lonely, middle, near[left])
            start[left] = np.where(lonely, at[0], start[left])
            far[left] = np.where(lonely, far[left], middle)
            ends[:, left] = np.where(lonely, ends[:, left], at)
        return found

    def along(self, x: Array, rationality: Array) -> tuple[Array, Array, Array]:
        """Both players' log-odds, and their first and second derivatives along the curve.

        Parameters
        ----------
        x, rationality : arrays (..., games)

        Returns
        -------
        odds, first, second : arrays (2, ..., games)
            Derivatives are by rationality.
        """
        odds, other, direct, gain = self._spread(x, rationality)
        turn = rationality * gain
        whole = 1.0 - turn[0] * turn[1]
        first = (direct + turn * direct[::-1]) / whole
        # Once more: x = t (a + A q) twice by t, with q'' = q (1 - q) (y'' + (1 - 2 q) y'^2).
        beside = first[::-1]
        direct = (2.0 * gain + turn * (1.0 - 2.0 * other) * beside) * beside
        return odds, first, (direct + turn * direct[::-1]) / whole

    def slope(self, x: Array, rationality: Array) -> Array:
        """Differentiate the first player's log-odds by rationality, along the curve."""
        a, slope_a, b, slope_b = self.terms
        with np.errstate(over="ignore", under="ignore"):
            p = logistic(x)
            gain = b + slope_b * p
            q = logistic(rationality * gain)
        turn = rationality * (slope_a * q * (1.0 - q))
        other = rationality * (slope_b * p * (1.0 - p))
        return np.asarray((a + slope_a * q + turn * gain) / (1.0 - turn * other))

    def answered(self, x: Array, slope: Array, rationality: Array) -> tuple[Array, Array]:
        """Both players' log-odds and their slopes along the curve, from those of the first."""
        _, _, b, slope_b = self.terms
        odds, slopes = np.empty((2, 2, *x.shape))
        odds[0], slopes[0] = x, slope
        with np.errstate(over="ignore", under="ignore"):
            p = logistic(x)
        gain = b + slope_b * p
        odds[1] = rationality * gain
        slopes[1] = gain + rationality * (slope_b * p * (1.0 - p)) * slope
        return odds, slopes

    def _spread(self, x: Array, rationality: Array) -> tuple[Array, Array, Array, Array]:
        """Log-odds, beliefs about the other, what log-odds gain by rationality, and by the other's.

        All (2, ..., games); the other's log-odds turn what is gained per unit of rationality.
        """
        a, slope_a, b, slope_b = self.terms
        odds, other, direct, gain = np.empty((4, 2, *x.shape))
        with np.errstate(over="ignore", under="ignore"):
            other[1] = logistic(x)
            direct[1] = b + slope_b * other[1]
            odds[0], odds[1] = x, rationality * direct[1]
            other[0] = logistic(odds[1])
        direct[0] = a + slope_a * other[0]
        np.multiply(other, 1.0 - other, out=gain)
        gain[0] *= slope_a
        gain[1] *= slope_b
        return odds, other, direct, gain

    def settle(self, x: Array, rationality: Array) -> tuple[Array, Array]:
        """Newton's method from near a root: where it led, and whether nothing moved any more."""
        terms = rationality * self.terms
        with np.errstate(all="ignore"):
            for _ in range(SETTLING):
                value, slope = equation(x, terms)
                step = value / slope
                x = x - step
                still = np.abs(step) <= SETTLED * (1.0 + np.abs(x))
                if still.all():
                    break
        return x, still

    def keep(self, chosen: Array) -> TwoByTwo:
        """Keep the chosen games."""
        kept = object.__new__(TwoByTwo)
        kept.flipped, kept.rising = self.flipped[chosen], self.rising[chosen]
        kept.terms = self.terms[:, chosen]
        return kept


def equation(x: Array, terms: Array) -> tuple[Array, Array]:
    """Value and slope of ``x - t (a + A q)`` at log-odds ``x``; terms are ``t (a, A, b, B)``."""
    a, slope_a, b, slope_b = terms
    p = logistic(x)
    q = logistic(b + slope_b * p)
    gain = slope_a * q
    return x - a - gain, 1.0 - gain * (1.0 - q) * slope_b * p * (1.0 - p)


def single_root(terms: Array, still: float = _STILL) -> Array:
    """Solve increasing equations, between bounds."""
    a, slope_a, b, slope_b = terms
    ends = a, a + slope_a
    low, high = np.minimum(*ends), np.maximum(*ends)
    # For large rationality the root is near the mixture that leaves the other indifferent.
    indifferent = logit(-b / slope_b)
    first = np.minimum(np.maximum(indifferent, low), high)
    first = np.where(np.isfinite(indifferent), first, 0.5 * (low + high))
    value, slope = equation(first, terms)
    guess = first - value / slope
    # There one step goes farther for the same equation solved the other way round, which is flat
    # where this one is steep: x = logit(p), t (b + B p) = logit(q), t (a + A q) = x.
    q = (indifferent - a) / slope_a
    p = (logit(q) - b) / slope_b
    steep = np.abs(slope_a * q * (1.0 - q) * slope_b * p * (1.0 - p))
    turned = logit(p)
    turned -= (turned - indifferent) / (1.0 + steep)
    good = (turned > low) & (turned < high) & (steep > 1.0)
    guess = np.where(good, turned, np.minimum(np.maximum(guess, low), high))
    return _between(guess, (low, high), terms, 1.0, still)


def _between(
    x: Array, bounds: tuple[Array, Array], terms: Array, sign: float, shortest: float = _STILL
) -> Array:
    """Newton's method, halved where it would leave its bounds or the slope is of another sign.

    ``sign`` is that of the slope at the root: the equation is that positive at ``high``.
    """
    shape, found = x.shape, np.empty(x.size)
    x, (low, high), terms = x.ravel(), (end.ravel() for end in bounds), terms.reshape(4, -1)
    left, earlier, last = np.arange(x.size), high - low, high - low
    over = np.zeros(x.size, dtype=bool)
    for _ in range(_STEPS):
        value, slope = equation(x, terms)
        above = sign * value > 0.0
        high, low = np.where(above, x, high), np.where(above, low, x)
        moved = x - value / slope
        # Steps must halve every second time, else Newton's method might go round in circles.
        good = (moved >= low) & (moved <= high) & (sign * slope > 0.0)
        good &= 2.0 * np.abs(moved - x) <= earlier
        moved = np.where(good | (value == 0.0), moved, 0.5 * (low + high))
        earlier, last = last, np.abs(moved - x)
        # Who has arrived stays there, however long the others of a batch go on.
        still, x = last <= shortest * (1.0 + np.abs(moved)), np.where(over, x, moved)
        over |= still
        ended = np.count_nonzero(over)
        if ended == len(x):
            break
        if len(x) > _MANY and ended > _DROPPED * len(x):
            found[left[over]], go = x[over], ~over
            left, x, low, high, terms = left[go], x[go], low[go], high[go], terms[:, go]
            earlier, last, over = earlier[go], last[go], over[go]
    found[left] = x
    return found.reshape(shape)


def three_roots(terms: Array) -> Array:
    """Solve equations with one or three roots; both slopes are positive."""
    ends = np.array([terms[0], terms[0] + terms[1]])
    direction = np.repeat([1.0, -1.0], ends.size // 2)
    found = inwards(ends, np.broadcast_to(terms[:, None], (4, *ends.shape)), direction)
    lost = np.isnan(found)
    low, high = np.where(lost, found[::-1], found)
    both = np.isnan(low)
    if both.any():  # rounding at a fold: any root will do
        first, last = ends[0, both], ends[1, both]
        low[both] = high[both] = _between(0.5 * (first + last), (first, last), terms[:, both], 1.0)
    several = ~lost.any(axis=0) & (high - low > _APART * (1.0 + np.abs(low) + np.abs(high)))
    low, middle = np.where(several, low, 0.5 * (low + high)), 0.5 * (low + high)
    high = np.where(several, high, low)
    if several.any():
        guess = middle[several]
        outer = low[several], high[several]
        middle[several] = _between(guess, outer, terms[:, several], -1.0)
    return np.array([low, middle, high])


def inwards(ends: Array, terms: Array, direction: Array) -> Array:
    """Newton's method from outer ends: never past the outer root; NaN where the slope turns."""
    shape, found = ends.shape, np.full(ends.size, np.nan)
    x, terms, left = ends.ravel(), terms.reshape(4, -1), np.arange(ends.size)
    lost, over = np.zeros((2, x.size), dtype=bool)
    for _ in range(_STEPS):
        value, slope = equation(x, terms)
        step = -value / slope
        x = np.where(over, x, x + step)  # who has arrived stays there, whatever the others do
        size, turned = _STILL * (1.0 + np.abs(x)), ~(slope > 0.0)
        # A short step backwards is rounding: the root has been reached.
        still = (np.abs(step) <= size) | ((step * direction < 0.0) & (np.abs(step) <= 1e4 * size))
        lost |= turned & ~over
        over |= turned | still
        ended = np.count_nonzero(over)
        if ended == len(x):
            break
        if len(x) > _MANY and ended > _DROPPED * len(x):
            reached, go = over & ~lost, ~over
            found[left[reached]] = x[reached]
            x, left, terms, direction = x[go], left[go], terms[:, go], direction[go]
            lost, over = lost[go], over[go]
    reached = over & ~lost
    found[left[reached]] = x[reached]
    return found.reshape(shape)


def logistic(x: Array) -> Array:
    """Turn log-odds into a chance."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def logit(p: Array) -> Array:
    """Turn a chance into log-odds; NaN for what is none."""
    return np.asarray(np.log(p / (1.0 - p)))
