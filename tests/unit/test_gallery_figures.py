"""Figures that users draw themselves show what was computed."""

import numpy as np
import pytest

import strategic as st
import strategic.repeated as rep
from strategic.errors import GameError, MeasureError
from strategic.families.relationship.reporting.figures import draw_belief_histograms
from strategic.reports import figures
from strategic.reports.figures import logit_branches

HUNT = ([[4, 0], [3, 3]], [[4, 3], [0, 3]])


def lines_of(ax, style):
    return [line for line in ax.lines if line.get_linestyle() == style and len(line.get_xdata())]


@pytest.mark.parametrize(
    "payoffs",
    [HUNT, ([[2, 0], [0, 1]], [[1, 0], [0, 2]]), ([[9, 0], [0, 1]], [[9, 0], [0, 1]])],
)
def test_every_drawn_point_is_a_logit_equilibrium(payoffs):
    ax = figures.draw_logit_branches(st.Game.from_payoffs(*payoffs))
    row, column = map(np.asarray, payoffs)
    drawn = [line.get_xydata() for line in (*lines_of(ax, "-"), *lines_of(ax, "--"))]
    assert len(lines_of(ax, "-")) == len(lines_of(ax, "--")) == 1  # two arms meet in a fold
    for rationality, share in np.concatenate(drawn)[::7]:
        if np.isnan(share):
            continue
        x = np.array([share, 1 - share])
        gains = rationality * (x @ column)  # what the other earns decides how the other plays
        y = np.exp(gains - gains.max())
        earned = rationality * (row @ (y / y.sum()))
        assert share == pytest.approx(1 / (1 + np.exp(earned[1] - earned[0])), abs=1e-9)
    [dots] = lines_of(ax, "None")
    ends = st.solve(*payoffs).row[:, 0]
    assert sorted(dots.get_ydata()) == pytest.approx(sorted(ends))


def test_larger_games_have_a_colour_for_each_action_of_the_player():
    rng = np.random.default_rng(4)
    game = st.Game.from_payoffs(*rng.random((2, 3, 4)))
    ax = figures.draw_logit_branches(game, 1)
    principal = np.array([line.get_ydata() for line in lines_of(ax, "-")])
    assert len(principal) == 4
    np.testing.assert_allclose(np.nansum(principal, axis=0)[~np.isnan(principal).any(axis=0)], 1)
    for bad in (2, -1):
        with pytest.raises(GameError, match="players 0 to 1"):
            figures.draw_logit_branches(game, bad)


def test_branches_that_end_together_are_one_line():
    main = np.full((4, 2), 0.5)
    gap = [np.nan, np.nan]
    fold = np.array([[gap, gap, [0.8, 0.2], [0.9, 0.1]], [gap, gap, [0.7, 0.3], [0.6, 0.4]]])
    [joined] = logit_branches._joined(fold, main)
    assert joined[:, 0].tolist() == [3, 2, 2, 3]
    assert logit_branches._joined(main[None], main) == []


def test_bars_are_the_shares_of_games_by_their_number_of_equilibria():
    rng = np.random.default_rng(2)
    found = st.solve(rng.random((2000, 3, 3)), rng.random((2000, 3, 3)))
    ax = figures.draw_counts(found)
    bars = {round(bar.get_x() + 0.4): bar.get_height() for bar in ax.patches}
    assert bars == {n: 100 * (found.count == n).mean() for n in np.unique(found.count).tolist()}


def test_rates_are_games_per_second():
    ax = figures.draw_rates([1, 10], {"2x2": [0.5, 1.0], "3x3": [1.0, 2.0]})
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2.0, 10.0], [1.0, 5.0]]


def test_the_ladder_is_stacked_to_one_and_tends_to_the_long_run():
    pair = rep.trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2, up=0.7)
    chain = rep.LadderChain(pair, 2)
    shares = chain.shares_over_time(300)
    np.testing.assert_allclose(shares.sum(axis=-1), 1)
    np.testing.assert_allclose(shares[-1], chain.rung_shares(), atol=1e-10)
    drawn = rep.simulate_ladder(pair, 2, paths=20_000, periods=7, seed=1)
    final = np.bincount(drawn.final_rung, minlength=5) / 20_000
    np.testing.assert_allclose(final, shares[7], atol=0.015)
    ax = figures.draw_ladder(chain, 50)
    assert len(ax.collections) == 5
    several = rep.trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=[0.1, 0.2])
    with pytest.raises(GameError, match="one ladder"):
        figures.draw_ladder(rep.LadderChain(several, 2))


def test_ladders_of_different_height_have_shares_of_their_own():
    pair = rep.trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2, rungs=[3, 5])
    shares = rep.LadderChain(pair, 1).shares_over_time(4)
    assert shares.shape == (2, 4, 5)
    assert np.isnan(shares[0, :, 3:]).all()
    np.testing.assert_allclose(np.nansum(shares, axis=-1), 1)


def test_histograms_of_beliefs_count_every_path():
    model = st.load("ai-mier")
    found = st.simulate(model, paths=300, seed=2)
    assert (found.belief_counts.sum(axis=-1) == 300).all()
    middle = (np.arange(20) + 0.5) / 20
    means = found.belief_counts @ middle / 300
    assert np.abs(means - found.trust_mean).max() <= 0.5 / 20 + 1e-12
    ax = draw_belief_histograms(found, [0, -1])
    assert [panel.get_title() for panel in ax.figure.axes] == [found.dates[0], found.dates[-1]]
    grid = st.simulate(st.relationship({"relation.alignment": [0.2, 0.8]}), paths=10)
    assert grid.belief_counts.size == 0
    for bad, periods in [(grid, ()), (found, [found.periods])]:
        with pytest.raises(MeasureError, match="draw_belief_histograms"):
            draw_belief_histograms(bad, periods)
