"""What an error advises does not refuse the same game."""

import re

import numpy as np
import pytest

from strategic.equilibria import METHODS, solve
from strategic.equilibria.sizes import MOST_VERTICES, most_vertices
from strategic.errors import MethodError
from strategic.reports.solution import solution_answer

SHAPES = [
    (3,),
    (2, 2, 2),
    (2, 3),
    (8, 8),
    (9, 8),
    (3, 40),
    (12, 12),
    (17, 17),
    (16, 22),
    (22, 16),
    (1, 60),
    (60, 60),
]
NAMED = re.compile(r"'(\w+)'")


def game(shape):
    return [np.random.default_rng(1).integers(-9, 9, size=shape) for _ in shape]


def slow(shape):
    """Tell the shapes whose polytopes would take minutes."""
    return 0.02 * MOST_VERTICES < most_vertices(shape) <= MOST_VERTICES


def advised(payoffs, method):
    """Name the methods that an error advises; there is some advice in every one."""
    try:
        solve(*payoffs, method=method)
    except MethodError as problem:
        remedy = problem.problems[0].remedy
    else:
        return set()
    named = {name for name in NAMED.findall(remedy) if name in METHODS}
    assert named
    return named


@pytest.mark.parametrize("shape", SHAPES)
def test_no_advice_leads_to_another_refusal(shape):
    payoffs, followed = game(shape), set()
    for method in ("all", "polytopes", "one", "lemke_howson", "lemke_howson_all", "zero_sum"):
        if method != "polytopes" or not slow(shape):
            followed |= advised(payoffs, method)
    if "polytopes" in followed:
        assert most_vertices(shape) <= MOST_VERTICES
    for method in followed:
        if method != "polytopes" or not slow(shape):
            assert solve(*payoffs, method=method).document()


def test_a_16x22_game_is_not_sent_to_polytopes():
    with pytest.raises(MethodError, match="use method 'one'") as caught:
        solve(*game((16, 22)), method="all")
    assert "polytopes" not in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "method"), [((17, 17), "one"), ((2, 2, 2), "pure"), ((3, 3), "one")]
)
def test_fractions_are_not_promised_where_there_are_none(shape, method):
    with pytest.raises(MethodError) as caught:
        solution_answer(solve(*game(shape), method="logit"), exact=True)
    says = str(caught.value)
    if shape == (3, 3):
        assert "solve with method 'all'" in says
    else:
        assert "only method 'all' gives them" in says
    with pytest.raises(MethodError, match="method 'all'"):
        solve(*game(shape), method=method).components()
