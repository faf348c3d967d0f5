"""Entry without a rule of selection: whatever is selected, the truth is in the region."""

import re

import numpy as np
import pytest

import strategic as st
from strategic.errors import MethodError
from strategic.estimation import draw, estimate
from strategic.estimation._entry_bounds import Selectionless
from strategic.estimation._entry_inequalities import Inequalities, instruments_of
from strategic.estimation.summary import sentences, summary
from strategic.reports.estimation import fitted
from strategic.reports.estimation._paper_table import paper_table
from strategic.reports.figures.estimates import draw_predictions

TEXT = """
title = "Firms"
kind = "game"
players = ["one", "two"]
actions = [["enter", "out"], ["enter", "out"]]
payoffs = [
    [["base_one + x_one + rival", "base_one + x_one"], [0, 0]],
    [["base_two + x_two + rival", 0], ["base_two + x_two", 0]],
]
[parameters]
base_one = { value = 0.5, bounds = [-9.0, 9.0] }
base_two = { value = 0.2, bounds = [-9.0, 9.0] }
rival = { value = -1.5, bounds = [-9.0, 9.0] }
x_one = { value = 0.0, bounds = [-9.0, 9.0] }
x_two = { value = 0.0, bounds = [-9.0, 9.0] }
"""
FIRMS = st.load(TEXT)
FREE = ("base_one", "base_two", "rival")
TRUTH = {"base_one": 0.5, "base_two": 0.2, "rival": -1.5}


def drawn(seed, size, share):
    truth = {**TRUTH, "selection": share}
    return draw(FIRMS, play="entry", truth=truth, size=size, seed=seed, covariates="x_one,x_two")


def likelihood_of(table):
    """The likelihood of these markets with any selection."""
    fit = estimate(FIRMS, table, play="entry", free=FREE[:1], selection="equal")
    (part,) = fit.parts.values()
    return part.likelihood


def judged(table, points):
    """Judge points of the first base alone."""
    likelihood = likelihood_of(table)
    limits = Selectionless(likelihood, complete=True, mixed=False, draws=64, seed=0)
    markets = likelihood.markets
    instruments = instruments_of(likelihood.features)
    return Inequalities(limits, markets.observed, markets.units, instruments).judge(points)


def test_the_truth_is_rarely_rejected_whatever_is_selected():
    """The confidence region holds the truth in at least 95% of samples, up to 4 errors."""
    held = [
        bool(judged(drawn(seed, 300, share), np.array([[0.5]])).inside[0])
        for share in (0.0, 1.0)
        for seed in range(30)
    ]
    assert np.mean(held) >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / len(held))


def test_values_far_from_the_truth_are_rejected():
    found = judged(drawn(1, 1_000, 1.0), np.array([[-0.6], [0.5], [1.6]]))
    assert found.inside.tolist() == [False, True, False]


def test_the_region_is_an_interval_for_every_number_and_holds_the_truth():
    fit = estimate(FIRMS, drawn(2, 400, 1.0), play="entry", free=FREE[:2], selection="none")
    for one in fit.parameters:
        assert one.status == "interval"
        assert one.low <= TRUTH[one.name] <= one.high
    assert "Nothing is assumed about selection" in fit.notes[0]


def test_a_region_is_told_as_one_and_has_no_likelihood():
    """No header speaks of a maximum, of errors from curvature, or of numbers that are NaN."""
    table = {**drawn(3, 60, 1.0), "market": [n // 3 for n in range(60)]}
    fit = estimate(
        FIRMS, table, play="entry", free=FREE[:1], selection="none", cluster="market"
    )  # fmt: skip
    for text in (summary(fit), " ".join(sentences(fit)), paper_table(fit)):
        assert "confidence region, clustered by market" in " ".join(text.split())
        for wrong in ("nan", "maximum", "curvature", "uniform", "no confidence interval"):
            assert wrong not in text.lower()


def test_the_fitted_file_says_intervals_where_there_are_no_errors(tmp_path):
    (tmp_path / "firms.toml").write_text(TEXT, encoding="utf-8")
    model = st.load(str(tmp_path / "firms.toml"))
    fit = estimate(model, drawn(3, 60, 1.0), play="entry", free=FREE[:1], selection="none")
    head = fitted(fit).model_file().partition("title")[0]
    assert "60 observations:" in head
    assert "nan" not in head
    assert re.search(r"base_one = \S+ \(\S+ to \S+, interval\)", head)


def test_points_of_the_figure_are_named_by_outcomes_alone():
    rows = [{"outcome": "in-out", "count": 3, "observed": 0.3, "predicted": 0.25,
             "lower": 0.2111111111, "upper": 0.3}]  # fmt: skip
    drawn_on = draw_predictions(rows)
    assert [text.get_text().strip() for text in drawn_on.texts] == ["in-out"]


def test_what_a_region_does_not_have_is_refused():
    table = drawn(3, 20, 1.0)
    with pytest.raises(MethodError, match="bootstrap: needs a rule of selection"):
        estimate(FIRMS, table, play="entry", free=FREE[:1], selection="none", bootstrap=50)


@pytest.mark.parametrize("draws", [0, "many", 10**9])
@pytest.mark.parametrize("selection", ["none", "share"])
def test_draws_are_checked_also_where_none_are_needed(draws, selection):
    table = drawn(3, 20, 1.0)
    with pytest.raises(MethodError, match="draws: must be"):
        estimate(FIRMS, table, play="entry", free=FREE[:1], selection=selection, draws=draws)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"selection": 3.0}, "selection: must be at least 0 and at most 1 .got 3.0"),
        ({"selection": float("nan")}, "selection: must be"),
        ({"rival": 99.0}, "rival: must be at least -9 and at most 9 .got 99.0"),
    ],
)
def test_nothing_is_drawn_from_a_truth_that_cannot_be(wrong, told):
    with pytest.raises(MethodError, match=told):
        draw(FIRMS, play="entry", truth={**TRUTH, "selection": 0.5, **wrong}, size=5)


def test_private_shocks_are_rejected_by_markets_of_firms_that_know_them():
    """Firms that avoid each other perfectly are not such whose shocks are private."""
    table = {"one": [1, 0] * 200, "two": [0, 1] * 200}
    options = {"selection": "none", "information": "incomplete"}
    fit = estimate(FIRMS, table, play="entry", free=["base_one", "base_two"], **options)
    assert {one.status for one in fit.parameters} == {"not_identified"}
    assert "Every point that was tried is rejected" in fit.notes[0]


def test_instruments_are_cells_or_halves():
    few = np.repeat([[0.0, 1.0], [1.0, 1.0]], 30, axis=0)
    assert instruments_of(few).sum(axis=0).tolist() == [60.0, 30.0, 30.0]
    many = np.random.default_rng(0).normal(size=(400, 2))
    found = instruments_of(many)
    assert found.shape[1] == 1 + 4 + 4
    assert set(np.unique(found)) == {0.0, 1.0}
