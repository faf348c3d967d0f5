"""Prove in doubles that the vertex found for a program is its only optimum, and refine it.

An optimum is the only one if the multipliers of its tight constraints and the losses of all
variables outside its basis are positive. Then every way of solving the program ends in it, so it
is what exact pivoting would give, and its shares need only be known well enough to be rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._exact import solve_whole, whole_payoffs
from strategic.equilibria.pivoting._support_check import matrix_inverses
from strategic.equilibria.programs._pivoting import INFEASIBLE, OPTIMAL, Ends
from strategic.equilibria.programs.twofold import (
    Twofold,
    exact_difference,
    exact_sum,
    product_sum,
)

_UNIT = 2.0**-53
_USED = 1e-11
"""Shares that may be zero; a wrong guess costs time only."""
_ACCURATE = 2.0**-95
"""Errors of shares that are small enough to be left."""
_CACHED = 256
"""Programs whose sums fit the cache."""
_TOGETHER = 1024
"""Bases of one size refined together, so that they fit the cache."""
_EXACTLY = 64
"""Programs solved together in whole numbers."""


@dataclass(frozen=True, eq=False)
class Vertices:
    """Optimal mixtures of programs, in twice the precision of doubles.

    Parameters
    ----------
    high, low, error : arrays ``(variables, programs)``
        Shares as sums of two doubles, and bounds on their errors; zero where not used, exactly.
    first : array of int ``(programs,)``
        The first of the aims that are least.
    proved : array of bool ``(programs,)``
        Whether this is the only optimum.
    """

    high: Array
    low: Array
    error: Array
    first: Array
    proved: Array


Structure = Callable[[Array, Array], tuple[Array, Array]]
"""What is known of rows that depend on each other.

From numbers of programs and the variables in use ``(variables, programs)``: rows ``(aims + limits,
programs)`` that hold as equations for a family of shares, and how many fewer unknowns it has than
there are variables in use.
"""


@dataclass(frozen=True, eq=False)
class _Rows:
    """The constraints of some of many programs; ``aims`` of them are aims."""

    sides: Twofold
    aims: int
    numbers: Array

    def at(self, tight: Array, some: Array) -> Twofold:
        """Take one constraint per program, or several: their variables come last."""
        high, low = (side[tight, :, self.numbers[some]] for side in self.sides)
        return high, low

    def of(self, some: Array | slice) -> Twofold:
        """Take all constraints of some programs."""
        high, low = (side.take(self.numbers[some], axis=2) for side in self.sides)
        return high, low


def only_vertices(
    rows: Twofold,
    aims: int,
    ends: Ends,
    structure: Structure | None = None,
    *,
    numbers: Array | None = None,
) -> Vertices:
    """Prove and refine what pivoting has ends.

    Parameters
    ----------
    rows : two arrays ``(aims + limits, variables, programs)``
        The program: the least of the aims is as large as can be, no limit is positive.
    aims : int
    ends : Ends
    structure : function, optional
        See `Structure`.
    numbers : array of int, optional
        Which of the rows' programs ends are of; all of them by default.

    Notes
    -----
    The tight constraints and the sum of the shares are one square system ``B p = e_1``, with the
    differences of tight aims for all aims but the first. If ``R`` is a float inverse of ``B`` and
    ``c < 1`` the norm of ``I - R B``, then ``B`` is regular and the error of ``p`` is at most
    ``|R| |e_1 - B p|`` plus ``c / (1 - c)`` of its largest entry.

    References
    ----------
    Rump, S. M. (2010). Verification methods: rigorous results using floating-point arithmetic. Acta
    Numerica 19, 287-449.
    """
    variables, programs = ends.free.shape
    chosen = _Rows(rows, aims, np.arange(programs) if numbers is None else numbers)
    vertices = Vertices(
        high=np.zeros((variables, programs)),
        low=np.zeros((variables, programs)),
        error=np.zeros((variables, programs)),
        first=np.zeros(programs, dtype=np.intp),
        proved=np.zeros(programs, dtype=bool),
    )
    tight, used = _bases(ends)
    sizes = np.where(ends.state == OPTIMAL, tight.sum(axis=0), 0)
    sizes[(sizes != used.sum(axis=0)) | ~tight[:aims].any(axis=0)] = 0
    touched = np.zeros(tight.shape, dtype=bool)
    with np.errstate(all="ignore"):  # what overflows is not proved
        for size in np.unique(sizes[sizes > 0]).tolist():
            alike = np.flatnonzero(sizes == size)
            for start in range(0, alike.size, _TOGETHER):
                some = alike[start : start + _TOGETHER]
                bound, free = (
                    np.nonzero(mask[:, some].T)[1].reshape(-1, size).T for mask in (tight, used)
                )
                _price_and_refine(chosen, some, bound, free, vertices, touched)
        vertices.proved[:] &= _allowed(chosen, tight, touched, vertices, structure)
    return vertices


def _bases(ends: Ends) -> tuple[Array, Array]:
    """Mark the constraints that are tight and the variables that are in the basis."""
    variables = len(ends.free)
    labels = np.zeros((variables + len(ends.basic), ends.free.shape[1]), dtype=bool)
    np.put_along_axis(labels, ends.free.astype(np.intp), values=True, axis=0)
    return labels[variables:], ~labels[:variables]


def _price_and_refine(  # noqa: PLR0917
    rows: _Rows,
    some: Array,
    tight: Array,
    used: Array,
    vertices: Vertices,
    touched: Array,
) -> None:
    """Prove that programs with bases of one size, ``(k, programs)``, are optimal there alone.

    Marks the tight rows that contain a share which is not zero.
    """
    numbers = np.arange(some.size)
    first = rows.at(tight[0], some)
    base = first[0].T, first[1].T
    border = _bordered(rows, some, tight, base)
    columns = np.arange(len(tight))[:, None, None], used, numbers
    system = border[0][columns], border[1][columns]
    stacked = np.ascontiguousarray(system[0].transpose(2, 0, 1))
    inverse = matrix_inverses(stacked)
    gamma = (len(tight) + 6) * _UNIT
    miss = np.abs(np.eye(len(tight)) - inverse @ stacked)
    miss += gamma * (np.abs(inverse) @ np.abs(stacked))
    contraction = miss.sum(axis=2).max(axis=1) * (1.0 + gamma)
    spread = np.where(contraction < 0.5, contraction / (1.0 - contraction), np.inf)
    inverse = np.ascontiguousarray(inverse.transpose(1, 2, 0))
    proved = _strictly_priced(border[0], base, system[0], inverse, spread, rows.aims, tight, used)
    shares, error, contained, sure = _refined(system, inverse, spread)
    vertices.high[used, some], vertices.low[used, some] = shares
    vertices.error[used, some] = error
    vertices.first[some], vertices.proved[some] = tight[0], proved & sure
    touched[tight, some] = contained


def _bordered(rows: _Rows, some: Array, tight: Array, base: Twofold) -> Twofold:
    """Give the equations of tight constraints for all variables: ``(k, variables, programs)``."""
    high, low = (np.ascontiguousarray(side.swapaxes(1, 2)) for side in rows.at(tight, some))
    for place in range(1, min(len(tight), rows.aims)):  # the first aims of those that are tight
        both = np.flatnonzero(tight[place] < rows.aims)
        if both.size:
            # Several aims are doubles; a sum of payoffs is an only aim.
            high[place][:, both], low[place][:, both] = exact_difference(
                base[0][:, both], high[place][:, both]
            )
    high[0], low[0] = 1.0, 0.0
    return high, low


def _strictly_priced(  # noqa: PLR0917
    border: Array,
    base: Twofold,
    system: Array,
    inverse: Array,
    spread: Array,
    aims: int,
    tight: Array,
    used: Array,
) -> Array:
    """Whether every multiplier and every loss outside the basis is surely positive."""
    gamma = (len(tight) + 6) * _UNIT
    wanted = np.take_along_axis(base[0], used, axis=0)
    prices = np.einsum("kp,kjp->jp", wanted, inverse)
    off = np.abs(wanted - np.einsum("kp,kjp->jp", prices, system))
    off += np.take_along_axis(np.abs(base[1]), used, axis=0)  # much, where terms of sums cancel
    sizes = np.einsum("kp,kjp->jp", np.abs(prices), np.abs(system))
    off += gamma * (np.abs(wanted) + sizes)
    off += spread * off.sum(axis=0)
    error = np.einsum("kp,kjp->jp", off, np.abs(inverse)) * (1.0 + gamma)
    sure: Array = (prices[1:] > error[1:]).all(axis=0) & np.isfinite(error).all(axis=0)
    others = (tight < aims) & (np.arange(len(tight)) > 0)[:, None]
    sure &= 1.0 - (prices * others).sum(axis=0) > (error * others).sum(axis=0) + gamma
    losses = np.einsum("kp,kvp->vp", prices, border) - base[0]
    sizes = np.abs(border)
    weighed = np.einsum("kp,kvp->vp", np.abs(prices), sizes)
    bound = gamma * (weighed + np.abs(base[0])) + np.abs(base[1])
    bound += np.einsum("kp,kvp->vp", error, sizes) * (1.0 + gamma)
    losses[used, np.arange(used.shape[1])] = np.inf  # zero by construction
    return np.asarray(sure & (losses > bound).all(axis=0))


def _refined(system: Twofold, inverse: Array, spread: Array) -> tuple[Twofold, Array, Array, Array]:
    """Solve for the shares: these, bounds on errors, the rows that contain them, which are sure."""
    rough = inverse[:, 0]
    played = rough > _USED
    touched = ((system[0] != 0.0) & played).any(axis=1)
    high, low, error = np.where(played, rough, 0.0), np.zeros_like(rough), np.zeros_like(rough)
    alone = played.sum(axis=0) == 1
    high[:, alone] = np.where(played[:, alone], 1.0, 0.0)
    flipped = system[0].swapaxes(0, 1), system[1].swapaxes(0, 1)  # sums over the first axis
    left = np.flatnonzero(~alone)
    for _ in range(3):  # once is enough for all but ill-conditioned systems
        if not left.size:
            break
        rows = flipped[0].take(left, axis=-1), flipped[1].take(left, axis=-1)
        used, solver = played.take(left, axis=-1), inverse.take(left, axis=-1)
        rest, lost = _residual(rows, (high[:, left], low[:, left]))
        change = np.where(used, low[:, left] + np.einsum("jkp,kp->jp", solver, rest), 0.0)
        high[:, left], low[:, left] = exact_sum(high[:, left], change)
        # What the inverse is short of moves the shares by so much of the step, and every share
        # by the rounding of its own.
        sizes = np.abs(solver)
        step, missed = (np.einsum("jkp,kp->jp", sizes, part) for part in (np.abs(rest), lost))
        off = missed + (len(rest) + 6) * _UNIT * step + _UNIT * np.abs(change)
        off += spread[left] * (step + missed).max(axis=0)
        error[:, left] = np.where(used, off * (1.0 + 1e-9), 0.0)
        left = left[error[:, left].max(axis=0) > _ACCURATE]
    sure = np.where(played, high > 2.0 * error, True).all(axis=0)  # noqa: FBT003 - the filling
    return (high, low), error, np.asarray(touched), np.asarray(sure)


def _residual(flipped: Twofold, shares: Twofold) -> tuple[Array, Array]:
    high, low, error = product_sum(flipped, (shares[0][:, None], shares[1][:, None]))
    high[0] -= 1.0  # exact, for the sum of the shares is close to 1
    rest = -(high + low)
    return rest, error + _UNIT * np.abs(rest)


def _allowed(
    rows: _Rows,
    tight: Array,
    touched: Array,
    vertices: Vertices,
    structure: Structure | None,
) -> Array:
    """Whether the constraints that are not tight hold, and the shares that seem zero are."""
    shares = vertices.high
    aims = rows.aims
    gap, sizes, missed = sums_at(rows.sides[0], shares, vertices.error, numbers=rows.numbers)
    untouched = sizes == 0.0
    bound = (len(shares) + 6) * _UNIT * sizes + missed * (1.0 + 1e-9)
    numbers = np.arange(tight.shape[1])
    # Where several aims count, the others have to be above the first that is tight.
    gap[:aims] = gap[vertices.first, numbers] - gap[:aims]
    bound[:aims] += bound[vertices.first, numbers].copy() + 4.0 * _UNIT * sizes[:aims].max(axis=0)
    untouched[:aims] = False
    held = (gap < -bound) | untouched | tight
    # Shares that seem zero are zero if the others alone satisfy as many equations as there are
    # shares, and the remaining equations do not contain these: the system falls into two.
    spare = touched.sum(axis=0) - (shares > 0.0).sum(axis=0)
    left = np.flatnonzero(vertices.proved & ~(held.all(axis=0) & (spare == 0)))
    if structure is not None and left.size:
        # So it is for a family of shares that satisfies some equations whatever member is taken,
        # if its unknowns are as many as the equations left: the regular system has one solution.
        implied, saved = structure(left, shares[:, left] > 0.0)
        spare[left] += saved - (implied & touched[:, left]).sum(axis=0)
        held[:, left] |= implied
    allowed = held.all(axis=0) & (spare == 0)
    left = np.flatnonzero(vertices.proved & ~allowed & (held | (gap <= bound)).all(axis=0))
    for part in block_slices(left.size, _EXACTLY):
        allowed[left[part]] = _exactly_allowed(rows, left[part], tight, touched, vertices)
    return np.asarray(allowed)


def _exactly_allowed(
    rows: _Rows, some: Array, tight: Array, touched: Array, vertices: Vertices
) -> Array:
    """Solve for the shares in whole numbers: whether those that seem zero are, and all limits hold.

    What satisfies the equations that contain a share that is not zero satisfies all of them, which
    have one solution.
    """
    parts = whole_payoffs(np.concatenate(rows.of(some)))
    whole = parts[: len(tight)] + parts[len(tight) :]
    numbers, first = np.arange(some.size), vertices.first[some]
    whole[: rows.aims] = whole[first, :, numbers].T - whole[: rows.aims]  # at most 0, as limits are
    used, equations = vertices.high[:, some] > 0.0, touched[:, some] & tight[:, some]
    equations[first, numbers] = False
    allowed, sizes = np.zeros(some.size, dtype=bool), used.sum(axis=0)
    for size in np.unique(sizes).tolist():
        alike = np.flatnonzero(sizes == size)
        played = np.nonzero(used[:, alike].T)[1].reshape(-1, size)
        lines = whole[:, played.T, alike].transpose(2, 0, 1)
        systems = np.zeros((alike.size, 1 + len(tight), size + 1), dtype=object)
        systems[:, 0] = 1
        systems[:, 1:, :-1] = np.where(equations[:, alike].T[:, :, None], lines, 0)
        shares, total = solve_whole(systems)
        held = ((lines * shares[:, None]).sum(axis=2) <= 0).all(axis=1)
        allowed[alike] = (total > 0) & (shares > 0).all(axis=1) & held
    return allowed


def sums_at(
    rows: Array, shares: Array, errors: Array, *, numbers: Array | None = None
) -> tuple[Array, Array, Array]:
    """Sum rows ``(rows, variables, programs)`` at shares; of all programs, or those with numbers.

    Gives the sums, those of absolute values, and those with the errors in the place of the shares.
    """
    sums, sizes, missed = (np.zeros((len(rows), shares.shape[1])) for _ in range(3))
    with np.errstate(all="ignore"):
        for part in block_slices(shares.shape[1], _CACHED):
            block = rows[:, :, part] if numbers is None else rows.take(numbers[part], axis=2)
            mixed = np.ascontiguousarray(shares[:, part])
            np.einsum("rvp,vp->rp", block, mixed, out=sums[:, part])
            block, error = np.abs(block), errors[:, part]
            np.einsum("rvp,vp->rp", block, mixed, out=sizes[:, part])
            if error.any():
                np.einsum("rvp,vp->rp", block, error, out=missed[:, part])
    return sums, sizes, missed


def upper_bounds(rows: Array, aims: int, ends: Ends, factors: Array) -> Array:
    """Bound the value of every program from above, by the multipliers that pivoting ended with.

    ``factors`` ``(aims + limits, programs)`` are what the rows were multiplied with for pivoting.

    For weights ``w`` of the aims, which sum to 1, and multipliers ``l`` of the limits, none of
    them negative, no mixture is worth more than the largest entry of ``w aims - l limits``. A
    program without solution has multipliers that make this as low as one likes.
    """
    variables, programs = ends.free.shape
    numbers = np.arange(programs)
    with np.errstate(all="ignore"):
        stuck = ends.state == INFEASIBLE
        lines = np.maximum(np.where(stuck, -ends.line, ends.costs), 0.0)
        prices = np.zeros((variables + len(ends.basic), programs))
        np.put_along_axis(prices, ends.free.astype(np.intp), lines, axis=0)
        prices[ends.basic[ends.stuck, numbers][stuck], numbers[stuck]] = 1.0
        prices = prices[variables:] * factors
        prices /= prices[:aims].sum(axis=0)
        prices[aims:] *= -1.0
        largest = (prices[:, None] * rows).sum(axis=0)
        # Weights that sum to 1 but for rounding move the value by so much of the largest aim.
        gamma = (2 * len(prices) + 8) * _UNIT
        largest += gamma * (np.abs(prices)[:, None] * np.abs(rows)).sum(axis=0)
        bound = largest.max(axis=0) + gamma * np.abs(rows[:aims]).max(axis=(0, 1))
    return np.where(np.isnan(bound), np.inf, bound)
