"""Strategies as they are typed, and what the zero-determinant families promise."""

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.repeated import generous, memory_payoffs, round_robin, strategy_names
from strategic.repeated.strategies.named import AXELROD_PAYOFFS
from strategic.repeated.strategies.typed import typed_strategies

R, S, T, P = AXELROD_PAYOFFS


def test_own_strategies_are_the_named_ones():
    own = "A:1,1,1,1, B:[0,0,0,0,0], C:1,0,1,0, D:[1,1/3,1,1/3], [1,0,0,1], E:1/2,.5,5e-1,0.5,1/2"
    players = typed_strategies(own)
    named = typed_strategies("AllC,AllD,TFT,GTFT,WSLS,Random")
    assert [one.name for one in players] == ["A", "B", "C", "D", "[1,0,0,1]", "E"]
    for noise in (0.0, 0.05):
        mine, known = round_robin(players, noise=noise), round_robin(named, noise=noise)
        np.testing.assert_array_equal(mine.payoffs, known.payoffs)


def test_every_way_of_separating_reads_the_same():
    rng = np.random.default_rng(0)
    pieces = [*strategy_names(), "X:1,0,1,0", "Y:[.1,.2,.3,.4,.5]", "[0,1,0,1]", "extortion(3,1/2)"]
    for _ in range(200):
        chosen = rng.choice(pieces, size=rng.integers(1, 8)).tolist()
        text = str(rng.choice([",", ", ", " , ", ",,"])).join(chosen)
        read = typed_strategies(text)
        assert [one.name for one in read] == [piece.partition(":")[0] for piece in chosen]


@pytest.mark.parametrize("factor", [1.0, 1.5, 3.0, 10.0])
def test_families_keep_their_promise_against_anyone(factor):
    rng = np.random.default_rng(1)
    others = rng.uniform(0.05, 0.95, size=(50, 4))
    for text, fixed in ((f"extortion({factor})", P), (f"generous({factor},3/4)", R)):
        rule = np.array(_vector(typed_strategies(text)[0]))
        mine, theirs = memory_payoffs(rule, others, AXELROD_PAYOFFS)
        np.testing.assert_allclose(mine - fixed, factor * (theirs - fixed), atol=1e-9)
    for target in (1.5, 2.5):
        rule = np.array(_vector(typed_strategies(f"equalizer({target})")[0]))
        theirs = memory_payoffs(rule, others, AXELROD_PAYOFFS)[1]
        np.testing.assert_allclose(theirs, target, atol=1e-9)


def _vector(automaton):
    return [automaton.cooperation[state] for state in automaton.following[0]]


def test_generous_strategies_over_grids():
    rule = generous(AXELROD_PAYOFFS, [[1.0], [2.0]], strength=[0.5, 1.0])
    assert rule.shape == (2, 2, 4)
    assert ((rule >= 0) & (rule <= 1)).all()
    assert np.isnan(generous(AXELROD_PAYOFFS, 0.9)).all()


def test_strategies_of_one_name_are_told_apart():
    assert round_robin(typed_strategies("TFT,TFT,AllD")).strategies == (
        "TFT (1)",
        "TFT (2)",
        "AllD",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs at least one strategy"),
        ("1,0,1,0", "own ones read NAME:1,0,1,0"),
        ("A:1,2,0,0", r"A: must be a probability, from 0 to 1 \(got 2.0\)"),
        ("A:1,0,1", "needs the probabilities of cooperating after CC, CD, DC and DD"),
        ("[1,0,1,0,0,0]", "needs the probabilities"),
        ("[1,0,1,x]", "must be a number"),
        ("A:nan,0,0,0", "is not a strategy"),
        ("extortion(.9)", "there is no strategy that takes FACTOR"),
        ("equaliser(4)", "there is no strategy that fixes"),
        ("extortion()", "must be a number"),
        ("extortion(2,0)", "strength above 0"),
        ("extortion(2,1,1)", "takes one number"),
        ("extort(2)", "is not a strategy"),
        ("TTF", "did you mean 'TFT'"),
        ("((((", "is not a strategy"),
        ("[" * 50, "is not a strategy"),
    ],
)
def test_what_is_no_strategy_is_named(text, says):
    with pytest.raises(GameError, match=says):
        typed_strategies(text)
