"""Sizes and units at the edge of doubles: every method and concept answers, without a warning."""

import numpy as np
import pytest

import strategic as st
from strategic.equilibria.concepts.choice import RULES, choose
from strategic.equilibria.concepts.welfare_in_bulk import deviation_gains, welfares
from strategic.errors import StrategicError

UNITS = [1.0, 1e300, 1e-300, 1e16, 4e307, 1e-310]
METHODS = [
    "correlated", "coarse", "dominance", "selection", "all", "one", "pure", "lemke_howson",
    "lemke_howson_all", "commitment", "symmetric",
]  # fmt: skip


def batches(seed, count):
    """Batches of three games of one to three players, a third of them of whole numbers."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        players = int(rng.integers(1, 4)) if number % 2 else 2
        shape = (3, *rng.integers(1, 4, players).tolist())
        unit = UNITS[number % len(UNITS)]
        for_whole = number % 3
        yield [
            (rng.integers(-3, 4, shape) if for_whole else rng.uniform(-3, 3, shape)) * unit
            for _ in range(players)
        ]


def told(call, *arguments, **options):
    """Call it: whether it answered, and what it said where it refused."""
    try:
        call(*arguments, **options)
    except StrategicError as problem:
        return False, str(problem)
    return True, ""


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_or_refuses_in_one_line(method):
    games = [some for tables in batches(3, 60) for some in (tables, [t[0] for t in tables])]
    answers = [told(st.solve, *some, method=method) for some in games]
    assert sum(answered for answered, _ in answers) > 5
    assert not any("\n" in refusal for _, refusal in answers)


def test_every_concept_answers_or_refuses_in_one_line():
    for tables in batches(4, 60):
        if len(tables) == 1:
            continue
        found = st.solve(*tables)
        assert (found.count > 0).all()
        deviation_gains(found.games)
        if len(tables) == 2:
            found.components(), found.exact(), found.fractions()
            welfares(found)
        assert not any("\n" in told(choose, found, rule)[1] for rule in RULES)
