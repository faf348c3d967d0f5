"""What must hold of all paths: the same bits in every block, stages, errors that say what to do."""

from __future__ import annotations

import numpy as np
import pytest

from strategic.errors import StrategicError
from strategic.evolution import (
    DYNAMICS,
    PopulationGame,
    _dormand_prince,
    basins,
    paths,
    trajectories,
)
from strategic.games import Game
from strategic.status import Status

PENNIES = Game.from_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def options_of(name):
    return {"dynamics": name} | ({"noise": 0.4} if name == "logit" else {})


@pytest.mark.parametrize("name", [*DYNAMICS, "white noise"])
@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2)])
def test_blocks_order_and_workers_do_not_change_a_bit(monkeypatch, name, sizes):
    rng = np.random.default_rng(6)
    game = Game(tuple(rng.normal(size=(3, *sizes)) for _ in sizes))
    count = 11 if name == "best-response" else 41
    starts = [rng.dirichlet(np.ones(size), count) for size in sizes]
    options = ({"noise": 0.3, "horizon": 4.0} if name == "white noise" else options_of(name)) | {
        "times": [0.0, 0.7, 2.0],
        "horizon": 60.0 if name == "replicator" else 2.0,
    }
    whole = paths(game, starts, workers=1, **options)
    for block, workers in ((7, 1), (16, 2)):
        if name == "white noise" and block != 16:
            continue
        monkeypatch.setattr(trajectories, "_FEWEST", 1)
        monkeypatch.setattr(trajectories, "BLOCK", block)
        parts = paths(game, starts, workers=workers, **options)
        for ours, theirs in zip(
            (*whole.end, *whole.shares, whole.time, whole.status),
            (*parts.end, *parts.shares, parts.time, parts.status),
            strict=True,
        ):
            np.testing.assert_array_equal(ours, theirs)
    if name != "white noise":
        order = rng.permutation(count)
        turned = paths(game, [start[order] for start in starts], **options)
        for ours, theirs in zip(whole.end, turned.end, strict=True):
            np.testing.assert_array_equal(ours[:, order], theirs)
        alone = paths(game.of_batch(1), [start[3] for start in starts], **options)
        for ours, theirs in zip(whole.end, alone.end, strict=True):
            np.testing.assert_array_equal(ours[1, 3], theirs)


@pytest.mark.parametrize("name", DYNAMICS)
def test_stages_continue_where_the_one_before_ended(name):
    rng = np.random.default_rng(7)
    first, second = (Game(tuple(rng.normal(size=(2, 3)) for _ in range(2))) for _ in range(2))
    starts = [rng.dirichlet(np.ones(2), 9), rng.dirichlet(np.ones(3), 9)]
    options = options_of(name)
    whole = paths(
        first, starts, stages=[(2.0, second)], horizon=5.0, times=[1.0, 2.0, 4.0], **options
    )
    half = paths(first, starts, horizon=2.0, **options)
    rest = paths(second, half.end, horizon=3.0, times=[2.0], **options)
    for number in range(2):
        np.testing.assert_allclose(whole.shares[number][:, 1], half.end[number], atol=1e-6)
        np.testing.assert_allclose(whole.shares[number][:, 2], rest.shares[number][:, 0], atol=1e-6)
        np.testing.assert_allclose(whole.end[number], rest.end[number], atol=1e-6)


def test_a_share_that_has_nearly_gone_comes_back_in_a_later_stage():
    good, bad = (
        PopulationGame.from_advantages(["g"], shares=["x"], values={"g": g}) for g in (1.0, -1.0)
    )
    found = paths(good, [[0.5, 0.5]], stages=[(100.0, bad)], horizon=220.0, times=[100.0, 200.0])
    np.testing.assert_allclose(found.shares[0][:, 0], [1.0, 0.5], atol=1e-4)
    assert found.end[0][0] < 1e-8


def test_paths_at_rest_in_an_early_stage_wait_for_the_next_one(monkeypatch):
    """Near a focus that turns fast, steps stay short however little is left to go."""
    fast = Game(([[30.0, -20], [-40, 50]], [[-10.0, 20], [30, -40]]))
    other = Game(tuple(-0.5 * t for t in fast.payoffs))
    options = {"dynamics": "logit", "noise": 1.0, "stages": [(60.0, other)], "horizon": 61.0}
    options["times"] = [50.0, 60.5]
    starts = [[[0.6, 0.4], [0.9, 0.1]], [[0.5, 0.5], [0.2, 0.8]]]
    found = paths(fast, starts, **options)
    monkeypatch.setattr(_dormand_prince, "LOOK_EVERY", 10**9)
    followed = paths(fast, starts, **options)
    assert (found.steps < 0.7 * followed.steps).all()
    for ours, theirs in zip(
        (*found.shares, *found.end), (*followed.shares, *followed.end), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)
    assert (found.time == followed.time).all()


@pytest.mark.parametrize(
    ("gain", "status"),
    [(1e-13, Status.UNDECIDED), (0.0, Status.AT_REST), (-1e-13, Status.AT_REST)],
)
def test_growth_that_may_be_rounding_is_not_called_rest(gain, status):
    """A share of 1e-10 that grows by 1e-13 is as small at time 1e6, and most of all at 1e15."""
    game = PopulationGame.from_advantages(["y - 1 + g", "1"], shares=["x", "y"], values={"g": gain})
    start = [[1e-10, 1 - 1e-10], [1.0, 0.0]]
    found = paths(game, start, times=np.logspace(0, 6, 60))  # so that it is looked at on the way
    assert found.status == status
    assert found.settled == (status == Status.AT_REST)
    if gain > 0:
        assert paths(game, start, horizon=1e15).end[0][0] == pytest.approx(1.0)
        assert np.isnan(found.settled_at)


def test_paths_that_never_settle_say_so():
    starts = [[0.9, 0.1], [0.2, 0.8]]
    cycle = paths(PENNIES, starts, max_steps=500)
    assert cycle.status == Status.NOT_FINISHED
    assert not cycle.settled
    assert np.isnan(cycle.settled_at)
    assert paths(PENNIES, starts, horizon=5.0).status == Status.MOVING
    middle = paths(PENNIES, [[0.5, 0.5], [0.5, 0.5]])
    assert (middle.status, middle.settled_at) == (Status.AT_REST, 0.0)


def test_one_bad_game_of_a_batch_harms_no_other():
    tables = np.array([[[2.0, 0], [0, 1]], [[np.nan, 0], [0, 1]], [[2.0, 0], [0, 1]]])
    for name in DYNAMICS:
        found = paths(
            Game((tables, tables)), [[0.6, 0.4], [0.6, 0.4]], **options_of(name), horizon=50.0
        )
        assert (found.status == Status.INVALID).tolist() == [False, True, False], name
        assert np.isnan(found.end[0]).all(axis=-1).tolist() == [False, True, False], name


def test_a_slow_way_past_a_saddle_is_no_rest():
    """Starts a hair off the stable manifold of the mixed equilibrium stay near it for long."""
    both = Game.from_payoffs([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    gap = 10.0 ** -np.arange(3, 15)
    first = np.stack([0.3 + gap, 0.7 - gap], axis=-1)
    second = np.broadcast_to([0.7, 0.3], first.shape)
    found = paths(both, [first, second])
    assert (found.end[0] == [1, 0]).all()
    assert (found.status == Status.SETTLED).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dynamics": "replicater"}, "dynamics: no such dynamics (got 'replicater'); did you mean"),
        ({"dynamics": "logit"}, "the logit dynamics need noise above 0"),
        ({"dynamics": "smith", "noise": 0.1}, "the smith dynamics take no noise"),
        ({"noise": -1.0}, "noise: must be finite and at least 0"),
        ({"noise": 0.1}, "horizon: must be finite under noise"),
        ({"times": [2.0, 1.0]}, "times: needs finite times"),
        ({"times": [2.0], "horizon": 1.0}, "must not lie beyond the horizon"),
        ({"horizon": -1.0}, "horizon: must be at least 0"),
        ({"rtol": 0.0}, "rtol: must lie between 0 and 1"),
        ({"stages": [(0.0, PENNIES)]}, "stages[0]: must begin after the one before"),
    ],
)
def test_options_that_do_not_fit_are_told(change, words):
    with pytest.raises(StrategicError) as problem:
        paths(PENNIES, [[0.5, 0.5], [0.4, 0.6]], **change)
    assert words in str(problem.value)


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        ([[0.5, 0.5]], "starts: needs one array per population, 2 in all"),
        ([[0.5, 0.5], [0.5, 0.6]], "starts[1]: shares must be at least 0 and sum to 1"),
        ([[0.5, 0.5], [0.2, 0.3, 0.5]], "starts[1]: needs 2 shares on its last axis"),
        ([[0.5, 0.5], ["a", "b"]], "starts[1]: must be an array of shares"),
        ([np.full((3, 2), 0.5), np.full((2, 2), 0.5)], "every population needs as many starts"),
        ([np.full((4, 3, 2), 0.5)] * 2, "axes before the starts must be those of the batch"),
    ],
)
def test_starts_that_do_not_fit_are_told(starts, words):
    with pytest.raises(StrategicError) as problem:
        paths(PENNIES, starts)
    assert words in str(problem.value)


@pytest.mark.parametrize(
    "game",
    [
        PopulationGame.one_population([[0, -2, 1], [1, 0, -2], [-2, 1, 0]]),
        PopulationGame.from_advantages(
            ["y - 0.5 + 0.2 * (x - 0.5)", "0.5 - x + 0.2 * (y - 0.5)"], shares=["x", "y"]
        ),
    ],
)
def test_paths_that_go_round_corners_never_settle(game):
    # every corner is a saddle and play spirals out: shares fall below the smallest number, and grow
    rng = np.random.default_rng(4)
    found = paths(game, [rng.dirichlet(np.ones(size), 20) for size in game.sizes])
    assert (found.status == Status.NOT_FINISHED).all()
    assert all(np.isfinite(end).all() for end in found.end)


def test_best_responses_that_lead_straight_to_a_corner_settle_there():
    game = Game.from_payoffs([[3, 0], [2, 2]], [[3, 2], [0, 2]])
    found = paths(game, [[[0.9, 0.1], [0.1, 0.9]]] * 2, dynamics="best-response")
    assert (found.status == Status.SETTLED).all()
    assert np.isfinite(found.time).all()
    assert found.end[0].tolist() == [[1, 0], [0, 1]]
    shares = basins(game, "random:200", dynamics="best-response")
    assert shares.share.sum() == 1.0
    assert (shares.share >= shares.certified).all()


@pytest.mark.parametrize("least", [1e-3, 1e-5])
def test_best_responses_circle_into_equilibria_with_small_shares(least):
    """The second player is indifferent where the first one's first action has the least share."""
    columns = [[least - 1.0, 0.0], [0.0, -least]]
    tables = [np.array([table] * 2) for table in ([[1.0, 0.0], [0.0, 1.0]], columns)]
    found = paths(Game.from_payoffs(*tables), [[0.3, 0.7], [0.6, 0.4]], dynamics="best-response")
    assert (found.status == Status.SETTLED).all()
    assert found.end[0] == pytest.approx(np.array([[least, 1.0 - least]] * 2), abs=1e-12)
    assert found.end[1] == pytest.approx(np.full((2, 2), 0.5), abs=1e-12)
