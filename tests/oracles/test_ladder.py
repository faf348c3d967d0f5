"""The trust ladder against closed forms, dense linear algebra and code that shares nothing."""

import numpy as np
import pytest

from strategic.chains import discounted_values
from strategic.repeated import (
    LadderChain,
    descent_times,
    ladder_values,
    simulate_ladder,
    solve_ladder,
    survival_curve,
    trust_ladder,
)
from strategic.status import Status


def random_points(count, seed=7, **fixed):
    rng = np.random.default_rng(seed)
    values = {
        "dependence": rng.uniform(0.2, 4.0, (count, 2)).T,
        "temptation": rng.uniform(0.02, 1.5, (count, 2)).T,
        "loss": rng.uniform(0.0, 2.0, (count, 2)).T,
        "discount": rng.uniform(0.3, 0.99, (count, 2)).T,
        "incident_risk": rng.uniform(0.0, 0.4, count),
        "up": rng.uniform(0.2, 1.0, count),
        "down": rng.uniform(0.2, 1.0, count),
        "floor": rng.uniform(0.0, 1.0, count),
        "shock": rng.uniform(0.0, 0.4, count),
        "rungs": rng.integers(2, 7, count),
        "erosion": rng.integers(1, 4, count),
        "crash": rng.integers(1, 6, count),
        "shock_rungs": rng.integers(1, 3, count),
    }
    values.update(fixed)
    return values


def naive_chain(point, actions):
    """Transition matrix written from the words of the model, one rung and one event at a time."""
    top = point["rungs"] - 1
    matrix = np.zeros((top + 1, top + 1))
    h, rho = point["incident_risk"], point["shock"]
    for rung in range(top + 1):
        if actions[rung] == "CC":
            calm = [(min(rung + 1, top), point["up"]), (rung, 1 - point["up"])]
        else:
            calm = [(max(rung - point["erosion"], 0), point["down"]), (rung, 1 - point["down"])]
        first = [(max(rung - point["crash"], 0), h), *((k, (1 - h) * w) for k, w in calm)]
        for k, weight in first:
            matrix[rung, k] += weight * (1 - rho)
            matrix[rung, min(k + point["shock_rungs"], top)] += weight * rho
    return matrix


def naive_answer(point):
    """Equilibrium and reversion cutoffs of one point by dense solves and one-shot deviations."""
    rungs = point["rungs"]
    phi = point["floor"] + (1 - point["floor"]) * np.arange(rungs) / (rungs - 1)
    apart = naive_chain(point, ["DD"] * rungs)
    markov, reversion = [], []
    for cutoff in range(rungs + 1):
        chain = naive_chain(point, ["CC" if k >= cutoff else "DD" for k in range(rungs)])
        perfect = kept = True
        for side in range(2):
            D, g, loss, delta = (
                point[name][side] for name in ("dependence", "temptation", "loss", "discount")
            )
            pay = np.where(np.arange(rungs) >= cutoff, D * phi, 0.0)
            value = np.linalg.solve(np.eye(rungs) - delta * chain, (1 - delta) * pay)
            for k in range(rungs):
                once = D * phi[k] + g if k >= cutoff else -loss
                perfect &= value[k] >= (1 - delta) * once + delta * apart[k] @ value - 1e-12
                if k >= cutoff:
                    kept &= value[k] >= (1 - delta) * (D * phi[k] + g) - 1e-12
        markov.append(bool(perfect))
        reversion.append(bool(kept))
    return markov, reversion


def test_every_cutoff_agrees_with_one_shot_deviations_solved_densely():
    values = random_points(400)
    answer = solve_ladder(trust_ladder(**values))
    seen = set()
    for i in range(400):
        point = {name: value.T[i] for name, value in values.items()}
        markov, reversion = naive_answer(point)
        assert answer.equilibria[i, : len(markov)].tolist() == markov
        assert answer.reversion[i, : len(markov)].tolist() == reversion
        assert answer.best[i] == markov.index(True)
        assert answer.reversion_best[i] == reversion.index(True)
        seen.add((answer.rungs[i] - answer.best[i], answer.rungs[i] - answer.reversion_best[i]))
    assert len(seen) > 8


def test_the_pareto_best_cutoff_is_the_smallest():
    values = random_points(300, seed=8)
    ladder = trust_ladder(**values)
    best = np.full((2, 300), -np.inf)
    answer = solve_ladder(ladder)
    for cutoff in range(7):
        value = ladder_values(ladder, np.minimum(cutoff, answer.rungs))
        top = np.take_along_axis(value, answer.rungs[None, :, None] - 1, axis=-1)[..., 0]
        member = answer.equilibria[:, cutoff]
        best = np.where(member, np.maximum(best, top), best)
    np.testing.assert_allclose(answer.value, best, rtol=1e-12)


def test_elimination_agrees_with_dense_solve_to_1e12():
    rng = np.random.default_rng(3)
    for rungs in (2, 5, 11):
        chain = rng.dirichlet(np.full(rungs, 0.4), size=(500, rungs))
        reward, delta = rng.normal(size=(500, rungs)), rng.uniform(0.0, 0.999, 500)
        dense = np.linalg.solve(
            np.eye(rungs) - delta[:, None, None] * chain, ((1 - delta)[:, None] * reward)[..., None]
        )[..., 0]
        ours = discounted_values(np.moveaxis(chain, 0, -1), reward.T, delta)
        np.testing.assert_allclose(ours.T, dense, rtol=0, atol=1e-12)


def two_rungs(**values):
    return random_points(500, seed=9, rungs=2, crash=1, erosion=1, shock_rungs=1, **values)


def test_two_rungs_are_cooperation_and_crisis_with_repair():
    values = two_rungs()
    h, b, rho = (values[name] for name in ("incident_risk", "down", "shock"))
    p, q, r = h * (1 - rho), (h + b * (1 - h)) * (1 - rho), rho
    D, g, delta = (values[name] for name in ("dependence", "temptation", "discount"))
    ladder = trust_ladder(**values)
    answer = solve_ladder(ladder)
    value = ladder_values(ladder, 1)
    low = delta * r * D / (1 - delta * (1 - p - r))
    np.testing.assert_allclose(value[..., 0], low, rtol=1e-12)
    high = low + (1 - delta) * D / (1 - delta * (1 - p - r))
    np.testing.assert_allclose(value[..., 1], high, rtol=1e-12)
    needed = (q - p) * D + (1 - p - r) * g
    critical = np.where(needed > 0, g / np.where(needed > 0, needed, 1.0), np.inf)
    assert (answer.equilibria[:, 1] == (delta >= critical).all(axis=0)).all()
    assert 50 < answer.equilibria[:, 1].sum() < 450
    share = np.divide(rho, rho + p)
    np.testing.assert_allclose(LadderChain(ladder, 1).cooperation_share(), share, rtol=1e-12)


def test_two_rungs_without_incidents_are_grim():
    delta = np.linspace(0.01, 0.99, 99)
    pair = trust_ladder([2.0, 3.0], [2.0, 1.0], 1.0, delta[None], rungs=2, erosion=1, floor=0.3)
    assert (solve_ladder(pair).equilibria[:, 1] == (delta >= 0.5)).all()


def test_one_rung_under_reversion_is_grim_and_ties_count():
    delta = np.array([[0.3, 0.5, 0.7]])
    answer = solve_ladder(trust_ladder(2.0, 2.0, 1.0, delta, rungs=1))
    assert answer.reversion.tolist() == [[False, True], [True, True], [True, True]]


def test_rung_k_falls_one_rung_at_a_time():
    times = descent_times([0.3] * 10, [0.1] * 10)
    assert times[0] == pytest.approx(295240, rel=1e-12)
    assert times[-1] == pytest.approx(442810, rel=1e-12)
    rng = np.random.default_rng(5)
    rise, fall = rng.uniform(0.05, 0.4, (2, 6))
    terms = [
        1 / fall[j] + sum(np.prod(rise[j:i]) / np.prod(fall[j : i + 1]) for i in range(j + 1, 6))
        for j in range(6)
    ]
    np.testing.assert_allclose(descent_times(rise, fall), np.cumsum(terms), rtol=1e-12)


def test_hitting_times_are_the_descent_formula_where_moves_are_single_steps():
    h = np.array([0.05, 0.2])
    ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=h, up=0.4, crash=1, rungs=6)
    rise, fall = np.tile((1 - h) * 0.4, (5, 1)), np.tile(h, (5, 1))
    np.testing.assert_allclose(
        LadderChain(ladder, 0).hitting_times()[:, 1:], descent_times(rise, fall).T, rtol=1e-12
    )


def test_survival_of_a_crash_is_geometric():
    h = np.array([0.0, 0.05, 0.3, 1.0])
    ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=h)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(LadderChain(ladder, 2).mean_survival(), 1 / h, rtol=1e-12)
    np.testing.assert_allclose(
        LadderChain(ladder, 2).survival_curve(20), (1 - h[:, None]) ** np.arange(20), atol=1e-15
    )
    assert (LadderChain(ladder, 5).mean_survival() == 0).all()
    assert np.isinf(LadderChain(ladder, 0).mean_survival()).all()


def test_survival_curves_sum_to_the_mean():
    ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=[0.1, 0.3], crash=2, shock=0.1)
    curve = LadderChain(ladder, 3).survival_curve(3000)
    np.testing.assert_allclose(
        curve.sum(axis=-1), LadderChain(ladder, 3).mean_survival(), rtol=1e-10
    )


def test_shares_are_the_stationary_law_and_remember_the_start_where_trust_is_trapped():
    values = random_points(60, seed=4, shock=np.full(60, 0.2))
    shares = LadderChain(trust_ladder(**values), 1).rung_shares()
    for i in range(60):
        point = {name: value.T[i] for name, value in values.items()}
        chain = naive_chain(point, ["CC" if k >= 1 else "DD" for k in range(point["rungs"])])
        law = shares[i, : point["rungs"]]
        np.testing.assert_allclose(law @ chain, law, atol=1e-14)
        assert law.sum() == pytest.approx(1, abs=1e-14)
    quiet = trust_ladder(1.0, 1.0, 1.0, 0.9)
    assert LadderChain(quiet, 3).rung_shares().tolist() == [0, 0, 0, 0, 1]
    assert LadderChain(quiet, 3, start=2).rung_shares().tolist() == [1, 0, 0, 0, 0]


def test_scale_leaves_the_set_and_carries_the_value():
    values = random_points(200, seed=6)
    plain = solve_ladder(trust_ladder(**values))
    for scale in (1e-9, 1e9):
        scaled = {name: values[name] * scale for name in ("dependence", "temptation", "loss")}
        answer = solve_ladder(trust_ladder(**{**values, **scaled}))
        assert (answer.equilibria == plain.equilibria).all()
        assert (answer.reversion == plain.reversion).all()
        np.testing.assert_allclose(answer.value, plain.value * scale, rtol=1e-12)


def test_bad_points_have_a_status_and_harm_no_neighbour():
    columns = {
        "dependence": [3.0, 3.0, 0.0, -1.0, 3.0, 3.0, np.nan, 3.0, 3.0],
        "temptation": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0],
        "loss": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0],
        "discount": [0.9, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.0, 0.3],
    }
    h = [0.01, 0.01, 0.01, 0.01, 1.0, 0.01, 0.01, 0.01, 0.01]
    per_side = {name: np.array(column)[None] for name, column in columns.items()}
    answer = solve_ladder(trust_ladder(**per_side, incident_risk=h, floor=0.0))
    expected = [
        Status.OK,
        Status.INVALID,
        Status.NO_VALUE,
        Status.NO_VALUE,
        Status.UNENFORCEABLE,
        Status.SELF_ENFORCING,
        Status.INVALID,
        Status.UNENFORCEABLE,
        Status.NO_EQUILIBRIUM,
    ]
    assert answer.status.tolist() == expected
    alone = solve_ladder(trust_ladder(3.0, 1.0, 1.0, 0.9, incident_risk=0.01, floor=0.0))
    assert (answer.value[:, 0] == alone.value).all()
    assert np.isnan(answer.value[:, 1]).all()
    assert answer.best[1] == -1
    only_bad = solve_ladder(trust_ladder(3.0, 1.0, 1.0, [[1.0]]))
    assert only_bad.status.tolist() == [Status.INVALID]


def test_workers_and_blocks_never_change_a_bit():
    values = random_points(200, seed=2)
    ladder = trust_ladder(**values)
    cutoff = np.minimum(2, ladder.rungs)

    def everything(**how):
        answer = solve_ladder(ladder, **how)
        return [
            answer.equilibria,
            answer.reversion,
            answer.value,
            ladder_values(ladder, cutoff, **how),
            LadderChain(ladder, cutoff, **how).rung_shares(),
            LadderChain(ladder, cutoff, **how).hitting_times(),
            LadderChain(ladder, cutoff, **how).survival_curve(9),
        ]

    plain = everything(workers=1)
    for workers, size in ((2, 64), (7, 1), (7, 33)):
        for one, other in zip(plain, everything(workers=workers, size=size), strict=True):
            np.testing.assert_array_equal(one, other)


def test_random_paths_lie_within_four_standard_errors_of_the_exact_chain():
    h = np.array([0.02, 0.15])
    ladder = trust_ladder(
        [2.0, 3.0], 1.0, 1.0, [0.9, 0.8], incident_risk=h, shock=0.2, up=0.6, down=0.7, crash=3
    )
    drawn = simulate_ladder(ladder, 3, paths=20000, periods=60, seed=12)
    curve = LadderChain(ladder, 3).survival_curve(60)
    lasted = np.minimum(drawn.breakdown, 60).astype(int)
    band = survival_curve(lasted, drawn.breakdown < 60, horizon=60, z=4.0)
    estimate, lower, upper = (values[:60].T for values in (band.estimate, band.low, band.high))
    assert ((lower <= curve + 1e-15) & (curve <= upper + 1e-15)).all()
    error = np.sqrt(curve * (1 - curve) / 20000)
    assert (np.abs(estimate - curve) <= 4 * error + 1e-15).all()
    cooperation, payoff, final = exact_means(ladder, 3, 60)
    for mean, exact in ((drawn.cooperation, cooperation), (drawn.payoff, payoff)):
        error = mean.std(axis=-1, ddof=1) / np.sqrt(20000)
        assert (np.abs(mean.mean(axis=-1) - exact) <= 4 * error).all()
    frequency = np.stack([(drawn.final_rung == k).mean(axis=-1) for k in range(5)], axis=-1)
    assert (np.abs(frequency - final) <= 4 * np.sqrt(final * (1 - final) / 20000) + 1e-15).all()


def exact_means(ladder, cutoff, periods):
    """Expected share, discounted payoff and final law by carrying the law forward."""
    answers = []
    for i in range(2):
        point = {
            name: getattr(ladder, name)[i]
            for name in ("incident_risk", "shock", "up", "down", "crash", "erosion", "shock_rungs")
        }
        chain = naive_chain(
            {**point, "rungs": 5}, ["CC" if k >= cutoff else "DD" for k in range(5)]
        )
        phi, law = 0.2 + 0.8 * np.arange(5) / 4, np.eye(5)[4]
        share, payoff, total = 0.0, np.zeros(2), np.zeros(2)
        for period in range(periods):
            weight = np.array([0.9, 0.8]) ** period
            share += law[cutoff:].sum() / periods
            payoff += weight * np.array([2.0, 3.0]) * (law * phi)[cutoff:].sum()
            total += weight
            law = law @ chain
        answers.append((share, payoff / total, law))
    share, payoff, final = (np.array(column) for column in zip(*answers, strict=True))
    return share, payoff.T, final


def test_random_paths_do_not_depend_on_workers():
    ladder = trust_ladder(2.0, 1.0, 1.0, [[0.9, 1.0, 0.5]], incident_risk=0.1, shock=0.1)
    plain = simulate_ladder(ladder, 2, paths=3000, periods=12, seed=3, workers=1)
    for workers in (2, 7):
        other = simulate_ladder(ladder, 2, paths=3000, periods=12, seed=3, workers=workers)
        np.testing.assert_array_equal(plain.payoff, other.payoff)
        np.testing.assert_array_equal(plain.breakdown, other.breakdown)
    assert np.isnan(plain.cooperation[1]).all()
    assert not np.isnan(plain.cooperation[[0, 2]]).any()
    reseeded = simulate_ladder(ladder, 2, paths=3000, periods=12, seed=4)
    assert (plain.breakdown[0] != reseeded.breakdown[0]).any()


def test_recovery_is_the_wait_for_shocks():
    shock = np.array([0.0, 0.2])
    ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, shock=shock, rungs=3, erosion=2)
    times = LadderChain(ladder, 1).recovery_times()
    assert times[0].tolist() == [np.inf, 0, 0]
    assert times[1] == pytest.approx([5, 0, 0])
    slow = trust_ladder(1.0, 1.0, 1.0, 0.9, shock=0.2, rungs=3, down=0.0)
    patient = LadderChain(slow, 2).recovery_times()
    assert patient == pytest.approx([10, 5, 0])


def test_no_cutoff_is_undefined_everywhere():
    ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=[0.1, 0.1])
    cutoff = [-1, 2]
    answers = [
        ladder_values(ladder, cutoff)[1],
        LadderChain(ladder, cutoff).rung_shares(),
        LadderChain(ladder, cutoff).cooperation_share(),
        LadderChain(ladder, cutoff).hitting_times()[:, 1:],
        LadderChain(ladder, cutoff).recovery_times(),
        LadderChain(ladder, cutoff).mean_survival(),
        LadderChain(ladder, cutoff).survival_curve(4),
        simulate_ladder(ladder, cutoff, paths=3, periods=2).payoff[0],
    ]
    for answer in answers:
        assert np.isnan(answer[0]).all()
        assert not np.isnan(answer[1]).any()
