"""Products of lines cross where a line of one meets a line of the other."""

from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from strategic.equilibria.enumeration.players._crossings import crossings
from strategic.equilibria.enumeration.players._whole_polynomials import (
    form_multiplied,
    form_trimmed,
    put,
    trimmed,
)


def at(line, place):
    return line[0] + line[1] * place[0] + line[2] * place[1]


def meeting(one, other):
    """Where two lines ``a + b x + c y`` meet, if that is one place."""
    (a, b, c), (d, e, f) = one, other
    below = b * f - c * e
    return (Fraction(c * d - a * f, below), Fraction(a * e - b * d, below)) if below else None


def normed(line):
    scale = next(c for c in line[::-1] if c)
    return tuple(Fraction(c, scale) for c in line)


def multiplied_lines(lines):
    total = [[1]]
    for a, b, c in lines:
        total = form_multiplied(total, form_trimmed([trimmed([a, b]), trimmed([c])]))
    return total


def zero_at(point, form):
    return not point.root.sign(put([form], point.first, point.second)[0])


def check_lines(seed, count):
    rng, met = np.random.default_rng(seed), Counter()
    for _ in range(count):
        sides = []
        for size in rng.integers(1, 4, 2):
            lines = [(int(a), int(b), int(c)) for a, b, c in rng.integers(-2, 3, (size, 3))]
            sides.append([line for line in lines if any(line[1:])])
        if not all(sides):
            continue
        if rng.random() < 0.4:
            sides[1].append(sides[0][0])
        counts = [Counter(map(normed, side)) for side in sides]
        shared = counts[0] & counts[1]
        left = [own - shared for own in counts]
        places = {
            place
            for pair in product(*left)
            if (place := meeting(*pair)) is not None and min(place) > 0
        }
        found = crossings(*map(multiplied_lines, sides))
        mine = {}
        for point in found.points:
            x, y = (point.root.shares(own) for own in (point.first, point.second))
            mine[(x[1] / x[0], y[1] / y[0])] = point
        assert len(mine) == len(found.points)
        on_curves = {place for place in places if any(not at(line, place) for line in shared)}
        assert places - on_curves <= set(mine) <= places
        assert found.curve == any(min(line) < 0 < max(line) for line in shared)
        for place, point in mine.items():
            assert zero_at(point, found.factor) == (place in on_curves)
            once = all(sum(own[line] for line in own if not at(line, place)) == 1 for own in left)
            assert zero_at(point, found.slopes) != once
            met[once, place in on_curves] += 1
    assert len(met) >= 3


def test_products_of_lines_cross_where_lines_meet():
    check_lines(1, 150)


@pytest.mark.slow
def test_products_of_many_lines_cross_where_lines_meet():
    check_lines(2, 20_000)
