"""Bayesian equilibria of two-action games with private normal shocks: all, by exclusion.

Player i takes its first action with chance ``x_i = Phi(g_i(x))``, where ``g_i`` is the expected
gain, multilinear in the others' chances. All solutions are found by branch and prune: a box of
chances is shrunk by the exact range of ``g`` over it, dropped where nothing is left, accepted where
one solution is proved, else halved. Two proofs are used: the map contracts the whole box (in some
weighted maximum norm), or Krawczyk's operator maps the box into itself. All of this is in doubles,
with room for rounding but no bound on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

_ROUNDS = 60
_MOST_BOXES = 500
"""Boxes per game: with more left, the search ends and nothing is proved."""
_WIDTH = 1e-6
"""Boxes as narrow as this that are neither dropped nor accepted hold (nearly) double solutions."""
_SAME = 1e-7
_RESIDUAL = 1e-12
_STEPS = 60
_SINGULAR = 1e-14


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Bayesian equilibria of many games.

    Parameters
    ----------
    game : array of int (E,)
        Ascending.
    chances : array (E, n)
        Chance that each player takes its first action.
    index : array (E,)
        1, or -1 for those between others, which correspond to mixed equilibria.
    proved : array of bool (G,)
        Whether the list of a game is proved complete.
    """

    game: Array
    chances: Array
    index: Array
    proved: Array


def all_beliefs(gains: Array) -> Beliefs:
    """Find all Bayesian equilibria.

    Parameters
    ----------
    gains : array (G, n, 2**(n - 1))
        Gain of the first action over the second at the rivals' actions, in C order.

    Returns
    -------
    Beliefs

    References
    ----------
    Krawczyk, R. (1969). Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken.
    Computing 4, 187-201.
    Seim, K. (2006). An empirical model of firm entry with endogenous product-type choices. RAND
    Journal of Economics 37, 619-640.

    Examples
    --------
    >>> found = all_beliefs(np.array([[[2.0, -2.0], [2.0, -2.0]]]))  # each wants to do as the other
    >>> found.chances[:, 0].round(3), found.index, found.proved
    (array([0.97, 0.5 , 0.03]), array([ 1., -1.,  1.]), array([ True]))
    """
    games, players = gains.shape[:2]
    which = np.arange(games)
    low, high = np.zeros((games, players)), np.ones((games, players))
    proved = np.ones(games, dtype=bool)
    found: list[tuple[Array, Array]] = []
    for round_ in range(_ROUNDS):
        for _ in range(2):
            low, high, kept = _shrunk(gains[which], low, high)
            which, low, high = which[kept], low[kept], high[kept]
        if not len(which):
            break
        table = gains[which]
        narrow = (high - low).max(axis=1, initial=0.0) < _WIDTH
        low, high, single, none = _judged(table, low, high, whole=round_ == 0)
        found.append((which[single], 0.5 * (low + high)[single]))
        rest = ~single & ~none
        which, low, high = which[rest], low[rest], high[rest]
        stuck = narrow[rest]
        if len(which) > _MOST_BOXES * games + 10 * _MOST_BOXES or round_ == _ROUNDS - 1:
            stuck[:] = True
        proved[which[stuck]] = False
        found.append((which[stuck], 0.5 * (low + high)[stuck]))
        if stuck.all():
            break
        which, low, high = _halved(which[~stuck], low[~stuck], high[~stuck])
    game, starts = (np.concatenate(part) for part in zip(*found, strict=True))
    return _listed(gains, game, starts, proved)


def _shrunk(table: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Keep of every box what one application of the map can hit."""
    from scipy.special import ndtr

    if not len(low):
        return low, high, np.zeros(0, dtype=bool)

    least, most = _ranges(table, low, high)
    low, high = np.maximum(low, ndtr(least)), np.minimum(high, ndtr(most))
    kept = np.asarray((low <= high + 1e-14).all(axis=1))
    return low, np.maximum(low, high), kept


def _judged(
    table: Array, low: Array, high: Array, *, whole: bool
) -> tuple[Array, Array, Array, Array]:
    """Say of every box whether it has exactly one solution, or none; shrink the others."""
    players = low.shape[1]
    eye = np.eye(players)
    single = np.zeros(len(low), dtype=bool)
    if whole:  # the map leads into the box, so that contraction proves a solution too
        least, most = _jacobian_range(table, low, high)
        single = _contracts(np.maximum(np.abs(least), np.abs(most)))
    none = np.zeros(len(low), dtype=bool)
    rest = np.flatnonzero(~single)
    if not len(rest):
        return low, high, single, none
    # A little wider, so that a solution on the face between two boxes is inside both.
    margin = 1e-3 * (high - low)[rest] + 1e-10
    wide_low, wide_high = low[rest] - margin, high[rest] + margin
    middle, radius = 0.5 * (wide_low + wide_high), 0.5 * (wide_high - wide_low)
    least, most = _jacobian_range(table[rest], wide_low, wide_high)
    value, jacobian = value_and_jacobian(table[rest], middle)
    matrix = eye - jacobian
    regular = np.abs(np.linalg.det(matrix)) > 1e-12
    inverse = np.linalg.inv(np.where(regular[:, None, None], matrix, eye))
    centre, spread = 0.5 * (least + most), 0.5 * (most - least)
    size = np.abs(eye - inverse @ (eye - centre)) + np.abs(inverse) @ spread
    reach = (size @ radius[:, :, None])[..., 0] * (1 + 1e-12) + 1e-15
    point = middle - (inverse @ (middle - value)[:, :, None])[..., 0]
    inside = ((point - reach > wide_low) & (point + reach < wide_high)).all(axis=1) & regular
    cut_low = np.where(regular[:, None], np.maximum(low[rest], point - reach), low[rest])
    cut_high = np.where(regular[:, None], np.minimum(high[rest], point + reach), high[rest])
    empty = (cut_low > cut_high).any(axis=1) & ~inside
    single[rest], none[rest] = inside, empty
    low, high = low.copy(), high.copy()
    keep = ~inside & ~empty
    low[rest[keep]], high[rest[keep]] = cut_low[keep], cut_high[keep]
    # The solution itself is near the point that Newton's step leads to.
    aim = np.clip(point[inside], wide_low[inside], wide_high[inside])
    low[rest[inside]], high[rest[inside]] = aim, aim
    return low, high, single, none


def _contracts(bound: Array) -> Array:
    """Whether a nonnegative matrix has spectral radius below 1: (I - B) v = 1 has positive v."""
    players = bound.shape[-1]
    weights = solved(np.eye(players) - bound, np.ones((len(bound), players)))
    return np.asarray((weights > 0.0).all(axis=1))


def _halved(which: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    side = (high - low).argmax(axis=1)
    rows = np.arange(len(which))
    middle = 0.5 * (low[rows, side] + high[rows, side])
    upper_low, lower_high = low.copy(), high.copy()
    upper_low[rows, side], lower_high[rows, side] = middle, middle
    return (
        np.concatenate([which, which]),
        np.concatenate([low, upper_low]),
        np.concatenate([lower_high, high]),
    )


def _listed(gains: Array, game: Array, starts: Array, proved: Array) -> Beliefs:
    """Solve from every start, drop repetitions, and sort by game and player 1's chance."""
    chances, good = _solved(gains[game], starts)
    proved = proved.copy()
    proved[game[~good]] = False
    game, chances = game[good], chances[good]
    order = np.lexsort((*(-chances.T[::-1]), game))
    game, chances = game[order], chances[order]
    fresh = np.ones(len(game), dtype=bool)
    for back in range(1, min(len(game), 8)):  # a solution on a corner of boxes is in several
        same = game[back:] == game[:-back]
        near = np.abs(chances[back:] - chances[:-back]).max(axis=1) < _SAME
        fresh[back:] &= ~(same & near)
    game, chances = game[fresh], chances[fresh]
    _, jacobian = value_and_jacobian(gains[game], chances)
    index = np.sign(np.linalg.det(np.eye(chances.shape[1]) - jacobian))
    return Beliefs(game, chances, index, proved)


def _solved(table: Array, starts: Array) -> tuple[Array, Array]:
    """Apply the map a few times less than Newton's method: both stay near their solution."""
    x = starts.copy()
    eye = np.eye(x.shape[1])
    open_ = np.arange(len(x))
    good = np.zeros(len(x), dtype=bool)
    for step in range(_STEPS):
        value, jacobian = value_and_jacobian(table[open_], x[open_])
        gap = np.abs(value - x[open_]).max(axis=1, initial=0.0)
        done = gap < _RESIDUAL
        good[open_[done]] = True
        if step == _STEPS - 1:
            break
        step_of_map = value - x[open_]
        newton = solved(eye - jacobian, step_of_map)
        move = np.where(np.isnan(newton), step_of_map, newton)
        x[open_] = np.clip(x[open_] + move, 0.0, 1.0)
        open_ = open_[~done]  # with one step more than was needed
        if not len(open_):
            break
    return x, good


def solved(matrix: Array, right: Array) -> Array:
    """Solve many small systems (B, n, n), (B, n); NaN where one is singular."""
    players = right.shape[1]
    if players == 2:  # several times faster than a call per system
        (a, b), (c, d) = matrix[:, 0].T, matrix[:, 1].T
        size = a * d - b * c
        safe = np.where(np.abs(size) > _SINGULAR, size, 1.0)
        found = np.stack([d * right[:, 0] - b * right[:, 1], a * right[:, 1] - c * right[:, 0]], 1)
        return np.where(np.abs(size)[:, None] > _SINGULAR, found / safe[:, None], np.nan)
    regular = np.abs(np.linalg.det(matrix)) > _SINGULAR
    safe = np.where(regular[:, None, None], matrix, np.eye(players))
    found = np.linalg.solve(safe, right[:, :, None])[..., 0]
    return np.where(regular[:, None], found, np.nan)


def value_and_jacobian(table: Array, x: Array) -> tuple[Array, Array]:
    """Apply the map ``Phi(g(x))``: its values (B, n), and derivatives (B, n, n)."""
    from scipy.special import ndtr

    players = x.shape[1]
    gain = np.empty_like(x)
    slope = np.zeros((*x.shape, players))
    for i in range(players):
        rivals = [j for j in range(players) if j != i]
        sides = [x[:, j] for j in rivals]
        gain[:, i] = expected(table[:, i], sides)
        for place, j in enumerate(rivals):
            slope[:, i, j] = expected(table[:, i], sides, slope_of=place)
    dense = np.exp(-0.5 * gain**2) / np.sqrt(2.0 * np.pi)
    return ndtr(gain), dense[:, :, None] * slope


def expected(table: Array, sides: Sequence[Array], slope_of: int | None = None) -> Array:
    """Average a table (B, 2**r) over r rivals' chances, or its derivative by one of them."""
    for place, chance in enumerate(sides):
        half = table.reshape(len(table), 2, -1)
        difference = half[:, 0] - half[:, 1]
        table = difference if place == slope_of else half[:, 1] + chance[:, None] * difference
    return np.asarray(table[:, 0])


def _ranges(table: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Bound expected gains over boxes: multilinear functions are extreme at corners."""
    least, most = np.empty_like(low), np.empty_like(high)
    for i in range(low.shape[1]):
        rivals = [j for j in range(low.shape[1]) if j != i]
        least[:, i], most[:, i] = _corners(table[:, i], low[:, rivals], high[:, rivals])
    return least, most


def _corners(
    table: Array, low: Array, high: Array, slope_of: int | None = None
) -> tuple[Array, Array]:
    values = table[:, None, :]
    for place in range(low.shape[1]):
        half = values.reshape(len(table), values.shape[1], 2, -1)
        difference = half[:, :, 0] - half[:, :, 1]
        if place == slope_of:
            values = difference
        else:
            ends = [half[:, :, 1] + end[:, place, None, None] * difference for end in (low, high)]
            values = np.concatenate(ends, axis=1)
    values = values[..., 0]
    return values.min(axis=1), values.max(axis=1)


def _jacobian_range(table: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Bound every derivative of the map over boxes."""
    players = low.shape[1]
    least, most = np.zeros((*low.shape, players)), np.zeros((*low.shape, players))
    bottom, top = _ranges(table, low, high)
    near = np.where((bottom < 0.0) & (top > 0.0), 0.0, np.minimum(np.abs(bottom), np.abs(top)))
    far = np.maximum(np.abs(bottom), np.abs(top))
    thick, thin = (np.exp(-0.5 * at**2) / np.sqrt(2.0 * np.pi) for at in (near, far))
    for i in range(players):
        rivals = [j for j in range(players) if j != i]
        for place, j in enumerate(rivals):
            down, up = _corners(table[:, i], low[:, rivals], high[:, rivals], slope_of=place)
            least[:, i, j] = np.where(down < 0.0, thick[:, i], thin[:, i]) * down
            most[:, i, j] = np.where(up > 0.0, thick[:, i], thin[:, i]) * up
    return least, most
