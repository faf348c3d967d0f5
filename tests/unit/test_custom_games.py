"""Games that users bring, as formulas or as a function: measured, swept and exact."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from strategic.catalogue import family, load
from strategic.errors import GameError, ParameterError
from strategic.games import Game
from strategic.modelling import Model, Parameter, measure
from strategic.modelling.games import pure_count, summarise

TIED = """
title = "ties in decimals"
kind = "game"
players = ["a", "b"]
actions = [["l", "r"], ["l", "r"]]
payoffs = [[[0.3, 0], [{other}, 1]], [[1, 0], [0, 1]]]
[parameters.x]
value = 0.1
"""


def hawk_dove(v, c):
    return [[(v - c) / 2, v], [0, v / 2]], [[(v - c) / 2, 0], [v, v / 2]]


def test_ties_in_decimals_are_ties():
    model = load(TIED.replace("{other}", '"0.1 + 0.2"'))
    assert 0.1 + 0.2 != 0.3
    assert model.game().exact[0][1, 0] == Fraction(3, 10)
    assert measure(model, "pure_count") == {"pure_count": 2}
    assert measure(model, "degenerate") == {"degenerate": "yes"}
    by_parameter = load(TIED.replace("{other}", '"3 * x"'))
    assert measure(by_parameter, "degenerate") == {"degenerate": "yes"}
    long = load(TIED.replace("{other}", "0.30000000000000000000001"))
    assert measure(long, "pure_count") == {"pure_count": 1}


def test_a_grid_is_one_batch_and_equals_its_points():
    model = load("hawk-dove")
    harms = np.array([[0.5, 1.5], [2.5, 4.0]])
    together = measure(model.change({"harm": harms}))
    assert model.change({"harm": harms}).game().batch_shape == (2, 2)
    for place in np.ndindex(harms.shape):
        alone = measure(model.change({"harm": harms[place]}))
        for name, values in together.items():
            missing = alone[name] is None  # a label or a count that is undefined
            assert missing == (values[place] == ("" if values.dtype == object else -1))
            if not missing:
                np.testing.assert_array_equal(values[place], alone[name])


def test_a_bad_point_of_a_grid_harms_no_other():
    text = TIED.replace("{other}", '"log(x)"')
    found = measure(load(text).change({"x": [-1.0, 0.0, 0.5, 3.0]}))
    np.testing.assert_array_equal(found["equilibrium_count"], [-1, -1, 3, 1])
    np.testing.assert_array_equal(found["pure_count"], [-1, -1, 2, 1])
    np.testing.assert_array_equal(np.isnan(found["best_welfare"]), [True, True, False, False])
    assert list(found["degenerate"]) == ["", "", "no", "no"]


def test_a_single_bad_point_is_an_error_that_names_the_payoff():
    model = load(TIED.replace("{other}", '"log(x)"'))
    with pytest.raises(GameError, match=r"payoffs\[0\]\[1\]\[0\]: has no finite value"):
        model.change({"x": 0.0}).game()


def test_a_function_is_a_family_like_the_file():
    hawks = family(
        hawk_dove,
        {"v": (2.0, 0.0, 10.0), "c": Parameter("c", 3.0, "harm", lower=0.0)},
        players=("first", "second"),
        actions=(("hawk", "dove"),) * 2,
    )
    grid = np.linspace(0.0, 4.0, 9)
    found = measure(Model(hawks, {"c": grid}))
    expected = measure(load("hawk-dove").change({"harm": grid}))
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)
    assert Model(hawks, {"c": grid[:, None], "v": grid}).game().batch_shape == (9, 9)
    with pytest.raises(ParameterError, match=r"c: must be at least 0 \(got -1\.0\)"):
        Model(hawks, {"c": -1.0}).points  # noqa: B018
    with pytest.raises(ParameterError, match=r"v: must be at least 0 and at most 10 \(got 20\.0\)"):
        family(hawk_dove, {"v": (20.0, 0.0, 10.0), "c": 3.0})


def test_a_function_may_return_arrays_and_have_three_players():
    def volunteers(cost):
        acts = np.indices((2, 2, 2))
        served = np.asarray(acts.any(axis=0), dtype=float)
        share = np.asarray(cost)[..., None, None, None]
        return [served - share * acts[player] for player in range(3)]

    dilemma = family(volunteers, {"cost": 0.5})
    found = measure(Model(dilemma, {"cost": [0.5, 1.5]}))
    np.testing.assert_array_equal(found["pure_count"], [3, 1])
    # One serves; or two mix while the third abstains, or all three mix (1 - cost**.5 serve).
    np.testing.assert_array_equal(found["equilibrium_count"], [7, 1])
    np.testing.assert_allclose(found["best_welfare"], [2.5, 0])


def test_a_ragged_function_is_an_error():
    with pytest.raises(GameError, match="rectangular"):
        family(lambda v: ([[v, 1], [2]], [[1, 2], [3, 4]]), {"v": 1.0})


def test_families_travel_between_processes():
    for made in (load("hawk-dove").family, family(hawk_dove, {"v": 2.0, "c": 3.0})):
        copy = pickle.loads(pickle.dumps(made))  # noqa: S301
        assert repr(measure(Model(copy))) == repr(measure(Model(made)))


def test_summaries_of_a_batch():
    row = np.array([[[3.0, 0], [5, 1]], [[2, 0], [0, 1]]])
    column = np.array([[[3.0, 5], [0, 1]], [[1, 0], [0, 2]]])
    summary = summarise(Game.from_payoffs(row, column))
    np.testing.assert_array_equal(summary.count, [1, 3])
    np.testing.assert_array_equal(summary.best_welfare, [2.0, 3.0])
    np.testing.assert_array_equal(pure_count((row, column), 2), [1, 2])
