"""Mixtures of actions that dominate others: one exact linear program per action, many at a time."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import as_fraction, nearest_doubles
from strategic.equilibria._exact_program import GaveUp, best_mixture, in_whole_numbers
from strategic.equilibria._whole_games import SHORT, as_integers, sizes_of
from strategic.equilibria._whole_numbers import WholeNumbers
from strategic.equilibria.concepts._reduction import Kind
from strategic.equilibria.programs.mixtures import BestMixtures, Programs, best_mixtures

SMALL = 200
"""Gains up to which exact pivoting is faster than doubles that need exact confirmation."""
DUST = 1e-12
LARGEST = float(np.finfo(np.float64).max)
_HELD = 2.0**53
_SHORT = 2.0**24
"""Whole numbers above it soon become too large for doubles as they are pivoted."""
_SURE = 1e-12


_Mixtures = tuple[Array, Array, Array]
"""Numbers of programs, the mixtures that dominate there, and their least gains."""


def dominating_mixtures(gains: Array, unit: Array, kind: Kind) -> tuple[Array, Array, Array, Array]:
    """Find mixtures of actions that dominate, as `dominating_mixture` does one by one.

    Parameters
    ----------
    gains : array ``(actions, profiles, L)``
        What each action earns more than the one in question, in whole numbers.
    unit : array ``(L,)``
        What the gains are times.
    kind : {"strict", "weak"}

    Returns
    -------
    which : array of int
        The programs in which some mixture dominates.
    weights, margins : arrays ``(which, actions)``, ``(which,)``
        The mixtures and their least gains.
    gave_up : array of int
        The programs that are too large for exact arithmetic.

    Notes
    -----
    Whole numbers below 2^53 are pivoted in bulk by the steps of `best_mixture`. Of longer ones, and
    of more than `SMALL`, a bound on the least gain of any mixture refutes nearly all; what is left
    is solved one by one.
    """
    actions, profiles, count = gains.shape
    open_programs = ~_refuted_by_two(sizes_of(gains))
    found: _Mixtures = np.empty(0, dtype=int), np.empty((0, actions)), np.empty(0)
    if actions * profiles <= SMALL:
        largest = sizes_of(np.abs(gains).max(axis=(0, 1)))
        held = largest * max(profiles, 1) < _SHORT
        settled = [np.flatnonzero(lanes & open_programs) for lanes in (held, ~held)]
        for whole, lanes in zip((True, False), settled, strict=True):
            if not lanes.size:
                continue
            rows = sizes_of(gains if len(lanes) == count else gains[..., lanes])
            if whole:
                solved = _best(rows, kind)
                more, known = _read(gains[..., lanes], unit[lanes], solved, kind)
                found = lanes[more[0]], *more[1:]
            else:
                more, known = _in_doubles(gains[..., lanes], rows, unit[lanes], kind)
                found = _both(found, (lanes[more[0]], *more[1:]))
            open_programs[lanes] = ~known
    elif open_programs.any():
        lanes = np.flatnonzero(open_programs)
        open_programs[lanes] = ~_largest_least_gain(sizes_of(gains[..., lanes]))[1]
    rest = np.flatnonzero(open_programs)
    if rest.size:
        more, decided = _by_signs(gains[..., rest], unit[rest], kind)
        found, rest = _both(found, (rest[more[0]], *more[1:])), rest[~decided]
    if not rest.size:
        return *found, rest
    more, gave_up = _one_by_one(gains, unit, kind, rest)
    return *_both(found, more), gave_up


def _both(some: _Mixtures, others: _Mixtures) -> _Mixtures:
    which, weights, margins = map(np.concatenate, zip(some, others, strict=True))
    return which, weights, margins


def _refuted_by_two(gains: Array) -> Array:
    """Tell where a belief on two profiles surely costs every action: then no mixture dominates.

    With two actions to mix such a belief exists wherever nothing dominates, but for ties (Helly).
    """
    count = gains.shape[1]
    refuted = np.zeros(gains.shape[2], dtype=bool)
    with np.errstate(all="ignore"):
        for one in range(count):
            for other in range(one):
                a, c = gains[:, one], gains[:, other]
                # The share of the first profile at which each action breaks even.
                even = c / (c - a)
                least = np.where(a < 0.0, np.where(c < 0.0, 0.0, even), -np.inf).max(axis=0)
                most = np.where(a < 0.0, 1.0, np.where(c < 0.0, even, -np.inf)).min(axis=0)
                refuted |= least + _SURE < most
    return refuted


def _by_signs(gains: Array, unit: Array, kind: Kind) -> tuple[_Mixtures, Array]:
    """Settle programs in which losses leave at most one action to mix; see `_read`.

    Where nobody gains, whoever loses cannot be mixed, which leaves fewer to gain elsewhere.
    """
    gained, lost = (gains > 0).astype(bool), (gains < 0).astype(bool)
    left = np.ones((len(gains), gains.shape[2]), dtype=bool)
    while True:
        hopeless = ~(gained & left[:, None]).any(axis=0)
        fewer = left & ~(lost & hopeless).any(axis=1)
        if (fewer == left).all():
            break
        left = fewer
    useful = left & gained.any(axis=1)
    none = hopeless.any(axis=0) if kind == "strict" else ~useful.any(axis=0)
    # Alone, an action that may be mixed loses nowhere, or it would have been struck. Of two that
    # are opposite, as of mixtures of both actions of a player, mixing takes from what one gains.
    others = left & (gained | lost).any(axis=1)
    opposite = (others.sum(axis=0) == 2) & ((gains * others[:, None]).sum(axis=0) == 0).all(axis=0)
    none |= opposite & (useful.sum(axis=0) == 2)
    alone = ~none & (opposite | (others.sum(axis=0) == 1))
    which = np.flatnonzero(alone)
    actions = useful[:, which].argmax(axis=0)
    least = gains.min(axis=1)[actions, which]
    return (which, np.eye(len(gains))[actions], nearest_margins(least, unit[which])), none | alone


def _best(rows: Array, kind: Kind) -> BestMixtures:
    """Solve for the largest least gain, or the largest sum of gains of which none is negative."""
    matrix = np.ascontiguousarray(rows.swapaxes(0, 1))
    aims = len(matrix)
    if kind == "weak":
        matrix, aims = np.concatenate([rows.sum(axis=1)[None], -matrix]), 1
    whole = np.ones(rows.shape[2], dtype=bool)
    return best_mixtures(Programs(np.ascontiguousarray(matrix), None, aims, whole))


def _read(gains: Array, unit: Array, best: BestMixtures, kind: Kind) -> tuple[_Mixtures, Array]:
    """Tell what solved programs prove: which dominate, by what; and which are decided."""
    shares, sure = best.shares()
    solved = best.whole & best.proved & sure & (best.total < _HELD)
    some = np.flatnonzero(solved)
    high, total = best.high[:, some].astype(np.int64), best.total[some].astype(np.int64)
    part = gains[..., some]
    size = sizes_of(np.abs(part).max(axis=(0, 1), initial=0))
    with np.errstate(over="ignore", invalid="ignore"):  # a unit may be beyond all doubles
        long = ~(size * best.total[some] * sizes_of(unit[some]) < SHORT)
    if long.any() or part.dtype == object:
        high, total, part = (as_integers(numbers) for numbers in (high, total, part))
    gained = (part * high[:, None]).sum(axis=0)
    fine = (gained > 0).all(axis=0) if kind == "strict" else (gained > 0).any(axis=0)
    chosen = np.flatnonzero(fine.astype(bool))
    below = total[chosen] * unit[some[chosen]]
    margins = nearest_margins(gained.min(axis=0)[chosen], below)
    at = some[chosen]
    return (at, shares.T[at], margins), solved | (best.whole & best.infeasible)


def _in_doubles(gains: Array, rows: Array, unit: Array, kind: Kind) -> tuple[_Mixtures, Array]:
    """Settle programs with long numbers, as far as doubles prove the answer; see `_read`."""
    strict, refuted = _largest_least_gain(rows)
    matrix = np.ascontiguousarray(rows.swapaxes(0, 1))
    held = _is_held(gains, rows) & _is_held(unit, sizes_of(unit)) & ~refuted
    some = np.flatnonzero(held)
    empty = np.empty(0, dtype=int), np.empty((0, len(rows))), np.empty(0)
    if not some.size:
        return empty, refuted
    divisor = sizes_of(unit[some])
    if kind == "strict":
        best = strict.of(some)
        least = np.take_along_axis(matrix[..., some], best.first[None, None], axis=0)[0]
        margin, right = best.rounded_mean(least, divisor)
        fine = margin > 0.0
    else:
        sums = gains[..., some].sum(axis=1)
        high = sums.astype(np.float64)
        low = (sums - high.astype(np.int64)).astype(np.float64) if sums.dtype != object else None
        if low is None:
            return empty, refuted
        limits = np.concatenate([high[None], -matrix[..., some]])
        short = np.concatenate([low[None], np.zeros_like(matrix[..., some])])
        best = best_mixtures(Programs(limits, short, 1, np.zeros(some.size, bool)))
        # No pure action dominates, so the vertex mixes, and with a single aim that takes some
        # limit that is tight: the least gain is zero.
        margin, right = np.zeros(some.size), (best.high > 0.0).sum(axis=0) > 1
        value, left, error = best.mean(high, divisor)
        fine = value + left > error + np.abs(value) * 2.0**-50
        right &= fine
    shares, sure = best.shares()
    known = best.proved & sure & right
    chosen = np.flatnonzero(known & fine)
    refuted[some[known]] = True
    at = some[chosen]
    return (at, shares.T[chosen], np.minimum(margin[chosen], LARGEST)), refuted


def _largest_least_gain(rows: Array) -> tuple[BestMixtures, Array]:
    """Find the mixtures whose least gain is largest; tell where all of them surely lose somewhere.

    Nothing dominates there, not weakly either.
    """
    matrix, none = np.ascontiguousarray(rows.swapaxes(0, 1)), np.zeros(rows.shape[2], dtype=bool)
    best = best_mixtures(Programs(matrix, None, len(matrix), none), bounded=True)
    return best, best.upper < -np.abs(rows).max(axis=(0, 1)) * 2.0**-50


def _is_held(numbers: Array, doubles: Array) -> Array:
    """Tell, along the last axis, which whole numbers doubles hold."""
    if numbers.dtype == object:
        return np.zeros(numbers.shape[-1], dtype=bool)
    same = (doubles.astype(np.int64) == numbers) & (np.abs(doubles) < SHORT)
    return np.asarray(same.reshape(-1, numbers.shape[-1]).all(axis=0))


def _one_by_one(gains: Array, unit: Array, kind: Kind, rest: Array) -> tuple[_Mixtures, Array]:
    which, weights, margins, gave_up = [], [], [], []
    for lane in rest.tolist():
        try:
            exact = np.asarray(as_fraction(as_integers(gains[..., lane]), int(unit[lane])))
            found = dominating_mixture(exact, kind=kind)
        except GaveUp:
            gave_up.append(lane)
            continue
        if found is not None:
            which.append(lane)
            weights.append(found[0])
            margins.append(found[1])
    mixtures = np.array(weights).reshape(len(which), len(gains))
    return (np.array(which, dtype=int), mixtures, np.array(margins)), np.array(gave_up, dtype=int)


def nearest_margins(above: Array, below: Array) -> Array:
    """Round quotients of whole numbers once; what is beyond the doubles is the largest double."""
    return np.minimum(WholeNumbers(above, below).doubles(), LARGEST)


def dominating_mixture(gains: Array, *, kind: Kind = "strict") -> tuple[Array, float] | None:
    """Find a mixture of rows that dominates zero: ``weights @ gains`` positive everywhere.

    Parameters
    ----------
    gains : array (actions, profiles)
        What each action earns more than the one (or the mixture) in question; doubles or
        fractions, taken exactly.
    kind : {"strict", "weak"}, default "strict"
        Positive in every profile, or nowhere negative and somewhere positive.

    Returns
    -------
    weights, margin : array (actions,), float; or None
        The mixture and its least gain; None is proved as well.

    Examples
    --------
    >>> dominating_mixture(np.array([[2.0, -1.0], [-1.0, 2.0]]))
    (array([0.5, 0.5]), 0.5)
    """
    whole, unit = in_whole_numbers(gains)
    decided, weights = _proposed(whole, kind) if whole.size > SMALL else (False, None)
    if not decided:
        if kind == "strict":
            found = best_mixture(whole.T)
        else:  # the largest sum of gains, none of them negative
            found = best_mixture(whole.sum(axis=1)[None], -whole.T)
        weights = None if found is None or found.value <= 0 else found.mixture
    if weights is None:
        return None
    margin = nearest_doubles(np.array([(weights @ whole).min() / unit]))
    return nearest_doubles(weights), min(float(margin[0]), LARGEST)


def _proposed(whole: Array, kind: Kind) -> tuple[bool, Array | None]:
    """Let doubles propose a mixture or a belief that excludes one; take what whole numbers confirm.

    Gives whether the question is decided, and the mixture if there is one.
    """
    from scipy.optimize import linprog

    actions, profiles = whole.shape
    scaled = np.asarray(whole / max(int(np.abs(whole).max()), 1), dtype=np.float64)
    # The largest v with every gain at least v; its dual is a belief to which no mixture gains more.
    rows = np.hstack([-scaled.T, np.ones((profiles, 1))])
    solved = linprog(
        np.append(np.zeros(actions), -1.0),
        A_ub=rows,
        b_ub=np.zeros(profiles),
        A_eq=np.append(np.ones(actions), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * actions + [(None, None)],
        method="highs-ds",
    )
    if not solved.success:
        return False, None
    belief, shares = (
        in_whole_numbers(np.where(numbers > DUST, numbers, 0.0))[0]
        for numbers in (-solved.ineqlin.marginals, solved.x[:actions])
    )
    if (whole @ belief < 0).all():
        return True, None
    gained = shares @ whole
    if not ((gained > 0).all() if kind == "strict" else (gained >= 0).all() and gained.any()):
        return False, None
    return True, np.asarray(as_fraction(shares, int(shares.sum())))
