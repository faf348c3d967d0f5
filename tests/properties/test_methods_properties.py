"""What every method must hold for any game."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from strategic.equilibria import solve
from strategic.equilibria.concepts.correlated import gain_from_disobeying
from strategic.equilibria.pivoting.lemke_howson import LemkeHowson
from strategic.equilibria.pivoting.zero_sum import zero_sum
from strategic.status import Status

SMALL = st.integers(-3, 3).map(float)
WIDE = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: v + 0.0)


@st.composite
def games(draw, numbers=SMALL | WIDE, most=4):
    shape = draw(st.tuples(st.integers(1, most), st.integers(1, most)))
    return draw(arrays(float, (2, *shape), elements=numbers))


def listed(found):
    return {tuple(e) for e in np.hstack([found.row, found.column]).round(7).tolist()}


@given(games(numbers=SMALL))
def test_what_is_found_is_an_extreme_equilibrium_whatever_the_ties(game):
    known = listed(solve(*game))
    assert listed(solve(*game, method="one")) <= known
    assert listed(solve(*game, method="polytopes")) == known
    for label in range(sum(game[0].shape)):
        assert listed(solve(*game, method=LemkeHowson(label=label))) <= known


@given(games(), st.sampled_from([1e-200, 2.0**-30, 1.0, 2.0**40, 1e200]))
def test_one_equilibrium_is_found_at_any_scale(game, scale):
    found = solve(*(game * scale), method="one")
    assert found.status == Status.FOUND
    assert found.regret[0] <= 1e-12 * np.abs(game * scale).max()


@given(games())
def test_what_both_players_guarantee_meets(game):
    solved = zero_sum(game[0])
    assert solved.status == Status.OK
    assert abs(solved.gap) <= 1e-12 * np.abs(game[0]).max()


@given(games(numbers=SMALL))
def test_a_mediator_reaches_every_equilibrium_and_the_leader_too(game):
    every = solve(*game)
    for x, y in every:
        assert gain_from_disobeying(every.games, np.outer(x, y)) < 1e-9
    mediated = solve(*game, method="correlated")
    assert mediated.gain < 1e-7
    assert mediated.value >= every.payoffs.sum(axis=1).max() - 1e-7
    leads = solve(*game, method="commitment")
    assert leads.payoffs[0] >= every.payoffs[:, 0].max() - 1e-7
    careful = solve(*game, pessimistic=True, method="commitment")
    assert every.payoffs[:, 0].min() - 1e-7 <= careful.payoffs[0] <= leads.payoffs[0] + 1e-7


@given(games(numbers=SMALL))
def test_elimination_keeps_every_equilibrium(game):
    reduced, every = solve(*game, method="dominance"), solve(*game)
    for player, strategies in enumerate(every.strategies):
        gone = np.setdiff1d(np.arange(strategies.shape[1]), reduced.kept[player])
        assert not strategies[:, gone].any()


@given(games(numbers=SMALL), st.floats(0.0, 20.0))
def test_logit_solves_its_own_equations(game, rationality):
    found = solve(*game, rationality=rationality, method="logit")
    assert found.status == Status.OK
    for own, mine, theirs in ((game[0], 0, 1), (game[1].T, 1, 0)):
        scores = rationality * own @ found.strategies[theirs]
        reply = np.exp(scores - scores.max())
        np.testing.assert_allclose(found.strategies[mine], reply / reply.sum(), atol=1e-9)
