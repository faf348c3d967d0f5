"""Equilibria of a single game in plain numbers: a call of numpy takes longer than all their sums.

Operations and their order are those of `equalising` and `payoffs_and_regret_of_two`, so that the
answers are the same to the last bit. Shares of nought are left out: they change nothing but the
signs of zeros.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import LEVEL

SURE_PIVOT = 1e-5  # of the largest entry: less may have cost five digits
SURE_TOTAL = 1e-3  # of the sum of moduli: less may have cost three digits
SURE_SHARE = 1e-6  # below it the elimination has few digits of the share left
TINY = 1e-290  # added to a sum of moduli: products that underflow have lost digits

Lines = list[list[float]]
Actions = tuple[int, ...]


def plain_table(
    row: Array,
    column: Array,
    game: list[int],
    supports: list[tuple[Actions, Actions]],
    index: list[float],
) -> Array | None:
    """Compute a packed table of equilibria whose supports are proved.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
    game, supports, index : lists
        Of each equilibrium.

    Returns
    -------
    array ``(m + n + 4, E)``
        None where arrays have to take a closer look: digits may be lost, sums overflow, or payoffs
        differ by far less than their size.
    """
    found: list[float] = []
    tables = {number: (row[number].tolist(), column[number].T.tolist()) for number in set(game)}
    for number, (rows, columns), sign in zip(game, supports, index, strict=True):
        own, other = tables[number]
        profile = _profile(own, other, rows, columns)
        if profile is None:
            return None
        x, y, first, second, gain = profile
        for actions, support, shares in ((own, rows, x), (other, columns, y)):
            side = [0.0] * len(actions)
            for action, share in zip(support, shares, strict=True):
                side[action] = share
            found += side
        found += first, second, sign, gain
    return np.ascontiguousarray(np.array(found).reshape(-1, sum(row.shape[1:]) + 4).T)


def _profile(
    own: Lines, other: Lines, rows: Actions, columns: Actions
) -> tuple[list[float], list[float], float, float, float] | None:
    """Compute both mixtures, both payoffs and the regret; None if not sure."""
    if len(rows) == 1:  # strict, so without regret; and negative zeros and all
        (i,), (j,) = rows, columns
        return [1.0], [1.0], own[i][j], other[j][i], 0.0
    y, x = mixture(own, rows, columns), mixture(other, columns, rows)
    if y is None or x is None:
        return None
    first, second = _earned(own, rows, columns, x, y), _earned(other, columns, rows, y, x)
    if first is None or second is None:
        return None
    return x, y, first[0], second[0], max(0.0, first[1], second[1])


def mixture(table: Lines, rows: Sequence[int], columns: Sequence[int]) -> list[float] | None:
    """Solve as `equalising` does, for these rows and columns of a table; None if not sure."""
    base = table[rows[0]]
    if len(columns) == 2:
        (i, j), other = columns, table[rows[1]]
        return _of_two(other[i] - base[i], other[j] - base[j])
    others = [table[row] for row in rows[1:]]
    if len(columns) == 3:
        i, j, k = columns
        a, b, c = base[i], base[j], base[k]
        first, second = [[line[i] - a, line[j] - b, line[k] - c] for line in others]
        return _of_three(first, second)
    if len(columns) == 4:
        i, j, k, m = columns
        a, b, c, d = base[i], base[j], base[k], base[m]
        return _of_four(*([line[i] - a, line[j] - b, line[k] - c, line[m] - d] for line in others))
    return kernel([[line[column] - base[column] for column in columns] for line in others])


def _of_two(first: float, second: float) -> list[float] | None:
    total = second - first
    if not total:
        return None
    share, rest = second / total, first / -total
    return [share, rest] if 0.0 < share <= 1.0 and rest > 0.0 else None


def _of_three(first: list[float], second: list[float]) -> list[float] | None:
    (a, b, c), (d, e, f) = first, second
    p, q, r, s, t, u = b * f, c * e, c * d, a * f, a * e, b * d
    x, y, z = p - q, r - s, t - u
    total, size = x + y + z, TINY + abs(p) + abs(q) + abs(r) + abs(s) + abs(t) + abs(u)
    if not abs(total) > SURE_TOTAL * size:
        return None
    x, y, z = x / total, y / total, z / total
    return [x, y, z] if x > SURE_SHARE and y > SURE_SHARE and z > SURE_SHARE else None


def kernel(system: list[list[float]]) -> list[float] | None:
    """Find the kernel of one ``(k-1, k)`` matrix, normalised; None where digits are not sure."""
    last, scale = len(system), max(TINY, *(abs(entry) for line in system for entry in line))
    if not math.isfinite(scale):
        return None
    for step in range(last):
        sizes = [abs(line[step]) for line in system[step:]]
        if not max(sizes) > SURE_PIVOT * scale:
            return None
        largest = step + sizes.index(max(sizes))
        pivots = system[largest]
        system[largest], system[step] = system[step], pivots
        for line in system[step + 1 :]:
            factor = line[step] / pivots[step]
            for place in range(step + 1, last + 1):
                line[place] -= factor * pivots[place]
    kernel = [1.0] * (last + 1)
    for step in range(last - 1, -1, -1):
        line, total = system[step], system[step][last]
        for later in range(step + 1, last):
            total += line[later] * kernel[later]
        kernel[step] = -total / line[step]
    return _normalised(kernel)


def _of_four(first: list[float], second: list[float], third: list[float]) -> list[float] | None:
    (a, b, c, d), (e, f, g, h), (i, j, k, m) = first, second, third
    af, be, ag, ce, ah, de = a * f, b * e, a * g, c * e, a * h, d * e
    bg, cf, bh, df, ch, dg = b * g, c * f, b * h, d * f, c * h, d * g
    ab, ac, ad, bc, bd, cd = af - be, ag - ce, ah - de, bg - cf, bh - df, ch - dg
    x, y = j * cd - k * bd + m * bc, -(i * cd - k * ad + m * ac)
    z, w = i * bd - j * ad + m * ab, -(i * bc - j * ac + k * ab)
    total, i, j, k, m = x + y + z + w, abs(i), abs(j), abs(k), abs(m)
    size = TINY + (TINY + abs(af) + abs(be)) * (k + m) + (TINY + abs(ag) + abs(ce)) * (j + m)
    size = size + (TINY + abs(ah) + abs(de)) * (j + k) + (TINY + abs(bg) + abs(cf)) * (i + m)
    size = size + (TINY + abs(bh) + abs(df)) * (i + k) + (TINY + abs(ch) + abs(dg)) * (i + j)
    if not abs(total) > SURE_TOTAL * size:
        return None
    x, y, z, w = x / total, y / total, z / total, w / total
    return [x, y, z, w] if min(x, y, z, w) > SURE_SHARE else None


def _normalised(kernel: list[float]) -> list[float] | None:
    total = kernel[0]
    for share in kernel[1:]:
        total += share
    if not (total and math.isfinite(total)):
        return None
    shares = [share / total for share in kernel]
    return shares if min(shares) > SURE_SHARE else None


def _earned(
    table: Lines, rows: Actions, columns: Actions, own: list[float], other: list[float]
) -> tuple[float, float] | None:
    """Compute a player's payoff, and what the best reply gains; None if not sure."""
    first, level = table[0][0], abs(table[0][0]) * LEVEL
    if abs(table[-1][-1] - first) < level and abs(table[0][-1] - first) < level:
        return None
    replies = _replies(table, columns, other)
    earned = replies[rows[0]] * own[0]
    for row, share in zip(rows[1:], own[1:], strict=True):
        earned += replies[row] * share
    return (earned + 0.0, max(replies) - earned) if math.isfinite(earned) else None


def _replies(table: Lines, columns: Actions, shares: list[float]) -> list[float]:
    """Compute what each action earns, spelt out for the sizes that most supports have."""
    if len(columns) == 2:
        (i, j), (x, y) = columns, shares
        return [line[i] * x + line[j] * y for line in table]
    if len(columns) == 3:
        (i, j, k), (x, y, z) = columns, shares
        return [line[i] * x + line[j] * y + line[k] * z for line in table]
    replies = []
    for line in table:
        total = line[columns[0]] * shares[0]
        for column, share in zip(columns[1:], shares[1:], strict=True):
            total += line[column] * share
        replies.append(total)
    return replies
