"""Maxima, errors, profiles and posteriors of likelihoods whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, minimize

from strategic.estimation.climbing import climb
from strategic.estimation.likelihood import Differenced
from strategic.estimation.maximum import maximise
from strategic.estimation.posterior_draws import posterior
from strategic.estimation.profiles import profile
from strategic.estimation.uncertainty import bootstrap, covariance, part_of


class Regression(Differenced):
    """Logit regression, with scores or without."""

    uniform = saturated = 0.0

    def __init__(self, columns, chosen, *, scored=True, bounds=None):
        self.columns, self.signs, self.scored = columns, np.where(chosen, 1.0, -1.0), scored
        self.units, width = columns.shape
        self.names = tuple(f"b{k}" for k in range(width))
        free = np.tile([-np.inf, np.inf], (width, 1))
        self.bounds = free if bounds is None else np.asarray(bounds, dtype=float)

    def per_unit(self, points, /):
        return -np.logaddexp(0.0, -self.signs * (points @ self.columns.T))

    def gradient(self, points, /):
        if not self.scored:
            return None
        with np.errstate(over="ignore"):
            odds = np.exp(self.signs * (points @ self.columns.T))
        return (self.signs / (1.0 + odds))[:, :, None] * self.columns


class Normal(Differenced):
    """Mean and logarithm of the spread of a normal sample."""

    uniform = saturated = 0.0
    names = ("mean", "log_spread")
    bounds = np.tile([-np.inf, np.inf], (2, 1))

    def __init__(self, sample):
        self.sample, self.units = sample, len(sample)

    def per_unit(self, points, /):
        return stats.norm.logpdf(self.sample, points[:, :1], np.exp(points[:, 1:]))


class Coin(Differenced):
    """Heads among tosses."""

    uniform = saturated = 0.0
    names = ("chance",)
    bounds = np.array([[0.0, 1.0]])

    def __init__(self, heads, tosses):
        self.heads, self.tosses, self.units = heads, tosses, 1

    def per_unit(self, points, /):
        return stats.binom.logpmf(self.heads, self.tosses, points)


def regressions(seed, count):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        width = int(rng.integers(1, 5))
        columns = np.column_stack([np.ones(200), rng.normal(size=(200, width))])
        columns *= 10.0 ** rng.uniform(-3, 3, width + 1)  # units of the columns are anybody's
        odds = (columns / np.abs(columns).max(axis=0)) @ rng.normal(scale=2, size=width + 1)
        yield columns, rng.random(200) < 1 / (1 + np.exp(-odds))


@pytest.mark.parametrize("scored", [True, False])
def test_concave_maxima_are_those_of_scipy(scored):
    for columns, chosen in regressions(1, 25):
        likelihood = Regression(columns, chosen, scored=scored)
        found = maximise(likelihood, np.zeros((1, columns.shape[1])))
        size = np.abs(columns).max(axis=0)
        peer = minimize(
            lambda b, one=likelihood, size=size: -one.per_unit((b / size)[None]).sum(),
            np.zeros(columns.shape[1]), method="BFGS", options={"gtol": 1e-9},
        )  # fmt: skip
        assert found.holds
        assert set(found.statuses) == {"ok"}
        assert found.value >= -peer.fun - 1e-9
        weights = np.exp(-np.logaddexp(0, -(columns @ found.point)))
        curvature = (columns * (weights * (1 - weights))[:, None]).T @ columns
        errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
        assert np.allclose(np.sqrt(np.diag(found.covariance)), errors, rtol=1e-4)


@pytest.mark.parametrize("scored", [True, False])
def test_separated_and_collinear_columns_are_named(scored):
    for columns, chosen in regressions(2, 15):
        explained = np.arange(200) < 10
        size = np.abs(columns).max(axis=0)
        twice = columns[:, 0] / size[0] + columns[:, -1] / size[-1] * 3.0
        whole = np.column_stack([columns, twice, explained])
        likelihood = Regression(whole, chosen | explained, scored=scored)
        found = maximise(likelihood, np.zeros((1, whole.shape[1])))
        width = columns.shape[1]
        wanted = ["ok"] * width + ["not_identified", "infinite"]
        wanted[0] = wanted[width - 1] = "not_identified"
        assert list(found.statuses) == wanted
        assert found.endless == {width + 1: 1.0}


def test_bounds_are_kept_and_numbers_at_them_are_told():
    for columns, chosen in regressions(3, 15):
        width = columns.shape[1]
        free = maximise(Regression(columns, chosen), np.zeros((1, width)))
        cut = 0.5 * free.point[-1]
        bounds = np.tile([-np.inf, np.inf], (width, 1))
        bounds[-1] = sorted([0.0, cut])
        found = maximise(Regression(columns, chosen, bounds=bounds), np.zeros((1, width)))
        assert found.point[-1] == cut
        assert found.statuses[-1] == "at_bound"
        rest = Regression(columns[:, :-1], chosen)
        rest.per_unit = lambda points, c=columns, own=rest, cut=cut: (
            -np.logaddexp(0.0, -own.signs * (points @ own.columns.T + cut * c[:, -1]))
        )
        rest.scored = False
        alone = maximise(rest, np.zeros((1, width - 1)))
        assert found.value == pytest.approx(alone.value, abs=1e-8)


def test_a_ridge_is_told():
    class Product(Differenced):
        names, units = ("a", "b"), 1
        bounds = np.tile([-np.inf, np.inf], (2, 1))
        uniform = saturated = 0.0

        def per_unit(self, points, /):
            return -100 * (points[:, :1] * points[:, 1:] - 3.0) ** 2

    found = maximise(Product(), np.array([[1.0, 1.0], [2.0, 0.5]]))
    assert found.statuses == ("not_identified", "not_identified")


def test_the_highest_of_several_maxima_is_found():
    class Hills(Differenced):
        names, units = ("x",), 1
        bounds = np.array([[-10.0, 10.0]])
        uniform = saturated = 0.0

        def per_unit(self, points, /):
            return np.cos(3 * points) - 0.01 * (points - 2.0) ** 2

    found = maximise(Hills(), np.linspace(-9, 9, 15)[:, None])
    assert found.point[0] == pytest.approx(2.0943, abs=1e-3)
    assert 1 <= found.reached < found.starts == 15


def test_clustered_errors_are_the_sandwich():
    rng = np.random.default_rng(4)
    sample = rng.normal(size=60)
    likelihood = Normal(sample)
    found = maximise(likelihood, np.array([[0.0, 0.0]]))
    spread = covariance(likelihood, found, clustered=True)
    # For the mean the sandwich is the sample variance over n - 1.
    assert spread[0, 0] == pytest.approx(sample.var() / 59, rel=1e-6)
    assert covariance(likelihood, found)[0, 0] == pytest.approx(sample.var() / 60, rel=1e-6)


def test_bootstrap_samples_are_maxima_of_their_own():
    rng = np.random.default_rng(5)
    sample = rng.normal(2.0, 3.0, size=40)
    likelihood = Normal(sample)
    found = maximise(likelihood, np.array([[0.0, 0.0]]))
    drawn = bootstrap(likelihood, found, 50, 7)
    weights = np.random.default_rng(7).multinomial(40, np.full(40, 1 / 40), size=50)
    means = weights @ sample / 40
    spreads = np.sqrt((weights * (sample - means[:, None]) ** 2).sum(axis=1) / 40)
    assert np.allclose(drawn, np.column_stack([means, np.log(spreads)]), atol=1e-6)


def test_profiles_of_a_normal_mean_are_its_closed_form():
    rng = np.random.default_rng(6)
    sample = rng.normal(size=30)
    likelihood = Normal(sample)
    found = maximise(likelihood, np.array([[0.0, 0.0]]))
    seen = profile(likelihood, found, "mean")
    apart = ((sample - seen.values[:, None]) ** 2).mean(axis=1)
    closed = -15 * (np.log(2 * np.pi * apart) + 1)
    assert np.allclose(seen.heights, closed, atol=1e-9)
    # -n/2 ln(1 + (m - mean)^2 / var) = -half the chi-square quantile
    reach = np.sqrt(sample.var() * (np.exp(2 * 1.920729410347062 / 30) - 1))
    assert seen.low == pytest.approx(sample.mean() - reach, abs=1e-7)
    assert seen.high == pytest.approx(sample.mean() + reach, abs=1e-7)


@pytest.mark.parametrize(("heads", "tosses"), [(0, 20), (20, 20), (7, 20)])
def test_a_coin_at_a_bound_has_its_likelihood_interval(heads, tosses):
    likelihood = Coin(heads, tosses)
    found = maximise(likelihood, np.array([[0.4]]))
    part = part_of(likelihood, found, observations=tosses)
    (one,) = part.estimates
    assert one.estimate == pytest.approx(heads / tosses, abs=1e-8)
    assert one.status == ("ok" if 0 < heads < tosses else "at_bound")
    if one.status == "at_bound":
        level = stats.binom.logpmf(heads, tosses, heads / tosses) - 1.920729410347062

        def drop(chance):
            return stats.binom.logpmf(heads, tosses, chance) - level

        end = brentq(drop, 1e-9, 1 - 1e-9, xtol=1e-12)
        assert (one.low, one.high) == pytest.approx((0.0, end) if heads == 0 else (end, 1.0))


def test_only_numbers_that_must_grow_are_infinite():
    rng = np.random.default_rng(8)
    for _ in range(10):
        columns = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
        found = maximise(Regression(columns, np.ones(80, dtype=bool)), np.zeros((1, 3)))
        assert found.statuses == ("infinite", "not_identified", "not_identified")
        assert found.endless == {0: 1.0}


def test_what_rises_up_to_a_bound_is_at_it():
    columns, chosen = np.ones((12, 1)), np.ones(12, dtype=bool)
    likelihood = Regression(columns, chosen, bounds=[[-60.0, 60.0]])
    (one,) = part_of(likelihood, maximise(likelihood, np.zeros((1, 1))), observations=12).estimates
    assert (one.status, one.estimate, one.high) == ("at_bound", 60.0, 60.0)


def test_a_number_at_a_bound_that_does_not_matter_is_not_identified():
    rng = np.random.default_rng(3)
    columns = np.column_stack([np.ones(60), np.zeros(60)])
    likelihood = Regression(columns, rng.random(60) < 0.4, bounds=[[-9.0, 9.0], [0.0, 1.0]])
    found = maximise(likelihood, np.array([[0.0, 0.0], [0.0, 1.0]]))
    assert found.statuses == ("ok", "not_identified")


def test_intervals_beside_a_bound_know_that_a_number_may_be_away_from_it():
    class Sum(Differenced):
        names, units = ("a", "b"), 1
        bounds = np.array([[-np.inf, np.inf], [0.0, np.inf]])
        uniform = saturated = 0.0

        def per_unit(self, points, /):
            a, b = points[:, :1], points[:, 1:]
            return -50 * (a + b - 2.0) ** 2 - 2 * (b + 0.05) ** 2

    likelihood = Sum()
    a, b = part_of(
        likelihood, maximise(likelihood, np.array([[0.0, 0.5]])), observations=1
    ).estimates
    assert (a.status, b.status) == ("ok", "at_bound")
    assert a.error == pytest.approx(0.1, rel=1e-4)
    # b may be up to .93 away from its bound, and a gives way.
    away = minimize(
        lambda p: p[0], [2.0, 0.0], bounds=[(None, None), (0, None)], method="SLSQP",
        constraints={
            "type": "ineq",
            "fun": lambda p: likelihood.per_unit(p[None])[0, 0] + 0.005 + 1.920729410347062,
        },
    )  # fmt: skip
    assert a.low == pytest.approx(away.fun, abs=1e-4)
    assert a.low < 1.2


def test_an_interval_of_everything_tells_nothing():
    likelihood = Coin(1, 1)
    likelihood.per_unit = lambda points: -1e-3 * (points - 0.4) ** 2
    (one,) = part_of(likelihood, maximise(likelihood, np.array([[0.5]])), observations=1).estimates
    assert one.status == "not_identified"
    assert "any value" in one.note


def test_an_infinite_number_has_a_one_sided_interval():
    columns, chosen = np.ones((12, 1)), np.ones(12, dtype=bool)
    likelihood = Regression(columns, chosen)
    (one,) = part_of(likelihood, maximise(likelihood, np.zeros((1, 1))), observations=12).estimates
    least = np.exp(-1.920729410347062 / 12)
    assert (one.status, one.estimate, one.high) == ("infinite", np.inf, np.inf)
    assert one.low == pytest.approx(np.log(least / (1 - least)), abs=1e-6)


@pytest.mark.parametrize(("heads", "tosses"), [(0, 12), (5, 12), (900, 1000)])
def test_the_posterior_of_a_coin_is_beta(heads, tosses):
    likelihood = Coin(heads, tosses)
    found = maximise(likelihood, np.array([[0.4]]))
    seen = posterior(likelihood, found, {"chance": "beta(2, 3)"}, draws=4000, seed=1)
    exact = stats.beta(2 + heads, 3 + tosses - heads)
    assert seen.reliable
    assert abs(seen.mean[0] - exact.mean()) < 4 * seen.error[0]
    assert seen.deviation[0] == pytest.approx(exact.std(), rel=0.05)
    low, high = seen.quantiles([0.025, 0.975])[:, 0]
    assert np.allclose([low, high], exact.ppf([0.025, 0.975]), atol=0.15 * exact.std())
    evidence = stats.betabinom.logpmf(heads, tosses, 2, 3)
    assert abs(seen.log_evidence - evidence) < 4 * seen.evidence_error + 1e-3


def test_a_prior_makes_separated_choices_finite():
    columns = np.column_stack([np.ones(20), np.arange(20.0) - 9.5])
    likelihood = Regression(columns, columns[:, 1] > 0)
    found = maximise(likelihood, np.zeros((1, 2)))
    assert "infinite" in found.statuses
    seen = posterior(
        likelihood, found, {"b0": "normal(0, 2)", "b1": "normal(0, 2)"}, draws=8000, seed=2
    )
    grid = np.stack(np.meshgrid(np.linspace(-8, 8, 161), np.linspace(-6, 9, 301)), -1)
    points = grid.reshape(-1, 2)
    logs = likelihood.per_unit(points).sum(axis=1) + stats.norm(0, 2).logpdf(points).sum(axis=1)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    assert seen.reliable
    assert np.allclose(seen.mean, weights @ points, atol=5 * seen.error.max())


def test_climbs_are_the_same_alone_and_together():
    columns, chosen = next(regressions(9, 1))
    likelihood = Regression(columns, chosen)
    starts = np.random.default_rng(0).normal(size=(6, columns.shape[1]))
    together = climb(likelihood, starts, scale=np.ones(columns.shape[1]))
    for k in range(6):
        alone = climb(likelihood, starts[k : k + 1], scale=np.ones(columns.shape[1]))
        assert np.allclose(alone.points[0], together.points[k], rtol=1e-7)
