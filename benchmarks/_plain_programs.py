"""Answers of the methods that mix in plain exact arithmetic: an oracle that shares no code.

Short on purpose. One textbook simplex with two phases and Bland's rule, on rows of integers;
`strategic` brings every program to another form and pivots whole numbers by the dual method.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

Row = list[Fraction]
Table = Any  # nested lists of Fractions
ZERO, ONE = Fraction(0), Fraction(1)


def largest(cost: Row, limits: list[Row], equations: list[tuple[Row, Fraction]]) -> Any:
    """Maximise ``cost x`` over ``x >= 0`` with ``limits x <= 0`` and equations.

    The value and an optimal vertex; None where there is no solution. Every row of the table is
    kept as integers without a common divisor, for only its direction matters.
    """
    variables, slacks, made = len(cost), len(limits), len(equations)
    real, width = variables + slacks, variables + slacks + made
    rows = []
    for number, limit in enumerate(limits):
        rows.append(_integers([*limit, *_unit(number, slacks), *[ZERO] * made, ZERO]))
    for number, (row, right) in enumerate(equations):
        rows.append(_integers([*row, *[ZERO] * slacks, *_unit(number, made), right]))
    basic = list(range(variables, width))
    # Phase one: the artificial variables of the equations have to go to zero.
    rows.append([0] * real + [-1] * made + [0])
    for number in range(made):
        rows[-1] = _cleared(rows[-1], rows[slacks + number], real + number)
    _simplex(rows, basic, width)
    if any(label >= real and row[-1] for label, row in zip(basic, rows, strict=False)):
        return None
    for place, label in enumerate(basic):
        if label >= real and any(rows[place][:real]):
            _pivot(rows, basic, place, next(j for j in range(real) if rows[place][j]))
    rows[-1] = _integers([*cost, *[ZERO] * (slacks + made + 1)])
    for place, label in enumerate(basic):
        rows[-1] = _cleared(rows[-1], rows[place], label)
    _simplex(rows, basic, real)
    x = [ZERO] * width
    for label, row in zip(basic, rows, strict=False):
        x[label] = Fraction(row[-1], row[label])
    x = x[:variables]
    return sum((c * share for c, share in zip(cost, x, strict=True)), ZERO), x


def correlated(game: list[Table], shape: tuple[int, ...], aim: Any, *, coarse: bool) -> Fraction:
    """Compute the largest value of the aim over (coarse) correlated equilibria."""
    profiles = list(product(*(range(n) for n in shape)))
    payoffs = [[_at(table, profile) for profile in profiles] for table in game]
    limits = []
    for player, actions in enumerate(shape):
        for other in range(actions):
            gains = [
                _at(game[player], (*p[:player], other, *p[player + 1 :])) - u
                for p, u in zip(profiles, payoffs[player], strict=True)
            ]
            limits += [
                [
                    gain if told in (None, p[player]) else ZERO
                    for p, gain in zip(profiles, gains, strict=True)
                ]
                for told in ([None] if coarse else range(actions))
            ]
    mixture = ([ONE] * len(profiles), ONE)
    if aim == "egalitarian":
        return least_of(payoffs, limits)[0]
    if aim == "welfare":
        cost = [sum(column, ZERO) for column in zip(*payoffs, strict=True)]
    else:
        cost = payoffs[aim]
    return largest(cost, limits, [mixture])[0]


def least_of(aims: list[Row], limits: list[Row]) -> Any:
    """Maximise the least of several aims over mixtures with ``limits x <= 0``."""
    # The least is a difference of two variables that are not negative.
    wide = [[*limit, ZERO, ZERO] for limit in limits]
    wide += [[*(-a for a in aim), ONE, -ONE] for aim in aims]
    variables = len(aims[0])
    found = largest(
        [ZERO] * variables + [ONE, -ONE], wide, [([ONE] * variables + [ZERO, ZERO], ONE)]
    )
    return None if found is None else (found[0], found[1][:variables])


def zero_sum(row: Table) -> tuple[Fraction, bool, bool]:
    """Compute the value, and whether the row and the column player's optimum is the only one."""
    columns = [list(c) for c in zip(*row, strict=True)]
    value, _ = least_of(columns, [])
    minus = [[-a for a in line] for line in row]
    return value, _only(columns, value), _only(minus, -value)


def _only(aims: list[Row], value: Fraction) -> bool:
    """Whether every share is as large as it is small over all optimal mixtures."""
    limits, size = [[value - a for a in aim] for aim in aims], len(aims[0])
    for place in range(size):
        unit, minus = _unit(place, size), [-u for u in _unit(place, size)]
        mixture = [([ONE] * size, ONE)]
        if largest(unit, limits, mixture)[0] != -largest(minus, limits, mixture)[0]:
            return False
    return True


def commitment(own: Table, theirs: Table, *, pessimistic: bool) -> Fraction:
    """Compute what the leader's best mixed commitment earns."""
    best = None
    for reply in range(len(own[0])):
        losses = [[line[other] - line[reply] for line in theirs] for other in range(len(theirs[0]))]
        aims = [[line[reply] for line in own]]
        if pessimistic:
            apart = [loss for loss in losses if any(loss)]
            if apart and least_of([[-gap for gap in loss] for loss in apart], [])[0] <= 0:
                continue
            alike = [other for other, loss in enumerate(losses) if not any(loss)]
            aims = [[line[other] for line in own] for other in alike]
        found = least_of(aims, losses)
        if found is not None and (best is None or found[0] > best):
            best = found[0]
    assert best is not None  # noqa: S101 - some reply is best on a region
    return best


def pure_commitment(own: Table, theirs: Table, *, pessimistic: bool) -> Fraction:
    """Compute what the leader's best pure commitment earns."""
    choose = min if pessimistic else max
    return max(
        choose(a for a, b in zip(mine, other, strict=True) if b == max(other))
        for mine, other in zip(own, theirs, strict=True)
    )


def gain_from_disobeying(
    game: list[Table], shape: tuple[int, ...], shares: Row, *, coarse: bool
) -> Fraction:
    """Compute the largest gain from disobeying, all recommendations taken together."""
    profiles = list(product(*(range(n) for n in shape)))
    gains = [ZERO]
    for player, actions in enumerate(shape):
        for other in range(actions):
            by_told = [ZERO] * actions
            for p, share in zip(profiles, shares, strict=True):
                instead = _at(game[player], (*p[:player], other, *p[player + 1 :]))
                if share:
                    by_told[p[player]] += share * (instead - _at(game[player], p))
            gains += [sum(by_told, ZERO)] if coarse else by_told
    return max(gains)


def _at(table: Table, profile: tuple[int, ...]) -> Fraction:
    for action in profile:
        table = table[action]
    return table  # type: ignore[no-any-return]


def _unit(place: int, size: int) -> Row:
    return [ONE if other == place else ZERO for other in range(size)]


def _integers(row: Row) -> list[int]:
    unit = math.lcm(*(entry.denominator for entry in row))
    return _short([entry.numerator * (unit // entry.denominator) for entry in row])


def _short(row: list[int]) -> list[int]:
    divisor = math.gcd(*row)
    return [entry // divisor for entry in row] if divisor > 1 else row


def _cleared(row: list[int], line: list[int], column: int) -> list[int]:
    """Eliminate a column of a row by a line in which it is positive."""
    if not row[column]:
        return row
    pivot, factor = line[column], row[column]
    return _short([pivot * a - factor * b if b else pivot * a for a, b in zip(row, line)])  # noqa: B905


def _simplex(rows: list[list[int]], basic: list[int], allowed: int) -> None:
    """Pivot from a feasible basis to an optimal one; the last row is the aim.

    The largest gain enters (Dantzig); after many steps the first, which cannot cycle (Bland).
    """
    steps = 0
    while True:
        gains = [j for j in range(allowed) if rows[-1][j] > 0]
        if not gains:
            return
        steps += 1
        enters = max(gains, key=rows[-1].__getitem__) if steps < 2 * len(rows) else gains[0]
        ratios = [
            (Fraction(row[-1], row[enters]) if row[-1] else ZERO, label, place)
            for place, (label, row) in enumerate(zip(basic, rows, strict=False))
            if row[enters] > 0
        ]
        _pivot(rows, basic, min(ratios)[2], enters)


def _pivot(rows: list[list[int]], basic: list[int], place: int, enters: int) -> None:
    if rows[place][enters] < 0:  # only where the right-hand side is zero
        rows[place] = [-entry for entry in rows[place]]
    for other, row in enumerate(rows):
        if other != place:
            rows[other] = _cleared(row, rows[place], enters)
    basic[place] = enters
