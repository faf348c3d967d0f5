"""Criteria and degrees of freedom count what the data tell, not every number that is free."""

import numpy as np
import pytest

import strategic as st
from strategic.estimation.comparison import likelihood_ratio
from strategic.estimation.likelihood import Differenced
from strategic.estimation.maximum import maximise

COUNTS = {
    "player": ["inspector", "inspector", "contractor", "contractor"],
    "action": ["inspect", "trust", "work", "shirk"],
    "count": [30, 20, 25, 25],
}


@pytest.fixture(scope="module")
def one():
    return st.estimate(st.load("inspection"), COUNTS, free=["rationality"])


@pytest.mark.parametrize(
    "more", [["pay", "cost"], pytest.param(["pay", "cost", "effort"], marks=pytest.mark.slow)]
)
def test_two_frequencies_tell_two_numbers_at_most(one, more):
    assert (one.free, one.identified) == (1, 1)
    fit = st.estimate(st.load("inspection"), COUNTS, free=["rationality", *more])
    assert (fit.free, fit.identified) == (1 + len(more), 2)
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(2 * np.log(100) - 2 * fit.log_likelihood)
    assert fit.document()["identified"] == 2
    said = f"AIC, BIC and comparisons count 2 of {fit.free} free numbers"
    assert said in " ".join(fit.summary().split())
    assert "AIC, BIC and" not in one.summary()
    assert likelihood_ratio(fit, one).freedom == 1


@pytest.mark.parametrize("width", [2, 3, 5])
def test_numbers_of_which_only_the_sum_matters_are_one(width):
    class Sum(Differenced):
        names, units = tuple("abcde"[:width]), 40
        bounds = np.tile([-np.inf, np.inf], (width, 1))
        uniform = saturated = 0.0

        def per_unit(self, points):
            data = np.linspace(-1.0, 2.0, self.units)
            return -((points.sum(axis=1, keepdims=True) - data) ** 2)

    found = maximise(Sum(), np.linspace(0.1, 0.7, width)[None])
    assert found.loose == width - 1
    assert set(found.statuses) == {"not_identified"}
