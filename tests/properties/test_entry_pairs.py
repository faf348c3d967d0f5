"""Two players' entry in closed form: against every equilibrium of drawn markets, and quadrature."""

import numpy as np
import pytest
from scipy import integrate, stats

import strategic as st
from strategic.estimation._entry_pairs import pair_chances as chances_of

MARKETS = 20_000
SIGNS = {
    "rivals": (-1.0, -1.0),
    "partners": (1.0, 1.0),
    "hunter and hunted": (-1.0, 1.0),
    "hunted and hunter": (1.0, -1.0),
}


def pair_chances(gains, share, mixed, **options):
    """Chances of all four outcomes, on the last axis."""
    return chances_of(
        gains[..., None, :, :], np.arange(4), share[..., None], mixed[..., None], **options
    )


def gains_of(effects, rng):
    """Gains when the rival is in and out, of two players whose effects have these signs."""
    out = rng.normal(size=2)
    return np.stack([out + np.asarray(effects) * rng.uniform(0.3, 2.0, 2), out], axis=-1)


def drawn_markets(gains, rng):
    """Payoff tables of markets with shocks of both players."""
    shocks = rng.standard_normal((MARKETS, 2))
    one, two = np.zeros((MARKETS, 2, 2)), np.zeros((MARKETS, 2, 2))
    one[:, 0, :] = gains[0] + shocks[:, [0]]
    two[:, :, 0] = gains[1] + shocks[:, [1]]
    return one, two


def played(one, two, share, mixed):
    """Average play over markets, of all equilibria that are enumerated, selected one by one."""
    found = st.solve(one, two)
    games, first, second = found.game, found.strategies[0], found.strategies[1]
    joint = (first[:, :, None] * second[:, None, :]).reshape(-1, 4)
    pure = (joint.max(axis=1) > 1 - 1e-12).astype(float)
    several = np.bincount(games, minlength=MARKETS)[games] > 1
    lead = (first[:, 0] > 0.5).astype(float)
    weight = pure * (1 - mixed) * (lead * share + (1 - lead) * (1 - share)) + (1 - pure) * mixed
    weight = np.where(several, weight, 1.0)
    each = np.zeros((MARKETS, 4))
    np.add.at(each, games, weight[:, None] * joint)
    lowest, highest = np.ones((MARKETS, 4)), np.zeros((MARKETS, 4))
    np.minimum.at(lowest, games, joint)
    np.maximum.at(highest, games, joint)
    return each, lowest, highest, np.bincount(games, minlength=MARKETS) > 1


def agrees(mean, draws):
    """Whether a chance lies within five standard errors of its simulation."""
    error = draws.std(axis=0) / np.sqrt(len(draws))
    return bool((np.abs(draws.mean(axis=0) - mean) <= 5 * error + 1e-9).all())


@pytest.mark.parametrize("signs", SIGNS.values(), ids=SIGNS)
def test_outcomes_are_those_of_all_enumerated_equilibria(signs):
    rng = np.random.default_rng(5)
    for _ in range(3):
        gains, share, mixed = gains_of(signs, rng), rng.random(), rng.random()
        found = pair_chances(gains, np.array(share), np.array(mixed), mixed_counts=True)
        each, lowest, highest, several = played(*drawn_markets(gains, rng), share, mixed)
        np.testing.assert_allclose(each.sum(axis=1), 1.0)
        assert agrees(found.chance, each)
        assert agrees(found.lower, lowest)
        assert agrees(found.upper[found.upper < 1], highest[:, found.upper < 1])
        assert agrees(found.several[..., 0], several.astype(float))


def test_moments_of_the_mixed_equilibrium_are_those_of_quadrature():
    gains = np.array([[0.4, -0.7], [-0.9, 0.5]])  # player 1 is helped, player 2 is harmed
    (in_one, out_one), (in_two, out_two) = gains

    def chance_of_two(shock):  # makes player 1 indifferent
        return -(out_one + shock) / (in_one - out_one)

    def chance_of_one(shock):
        return -(out_two + shock) / (in_two - out_two)

    dense = stats.norm.pdf
    two = integrate.quad(lambda e: chance_of_two(e) * dense(e), -in_one, -out_one)[0]
    one = integrate.quad(lambda e: chance_of_one(e) * dense(e), -out_two, -in_two)[0]
    found = pair_chances(gains, np.array(0.3), np.array(0.0))
    cdf = stats.norm.cdf
    # Player 1 enters with the rival for certain where it always does and the rival does, ...
    sure = cdf(out_one) * cdf(in_two) + 0.0
    sure += (cdf(in_one) - cdf(out_one)) * cdf(in_two)  # ... or where it depends and is helped
    assert found.chance[0] == pytest.approx(sure + one * two, abs=1e-13)


def test_derivatives_are_those_of_differences():
    rng = np.random.default_rng(7)
    gains = rng.normal(size=(400, 2, 2))
    gains[:50, 0, 0] = gains[:50, 0, 1] + rng.normal(size=50) * 1e-2  # hardly an effect
    share, mixed, step = rng.random(400), rng.random(400), 1e-6
    found = pair_chances(gains, share, mixed, slopes=True)
    for player in range(2):
        for rival in range(2):
            move = np.zeros((2, 2))
            move[player, rival] = step
            ends = [pair_chances(gains + way * move, share, mixed).chance for way in (1, -1)]
            slope = (ends[0] - ends[1]) / (2 * step)
            np.testing.assert_allclose(found.by_gain[..., player, rival], slope, atol=1e-8)
    for name, moves in (("by_share", (step, 0.0)), ("by_mixed", (0.0, step))):
        more = pair_chances(gains, share + moves[0], mixed + moves[1]).chance
        less = pair_chances(gains, share - moves[0], mixed - moves[1]).chance
        np.testing.assert_allclose(getattr(found, name), (more - less) / (2 * step), atol=1e-8)


def test_chances_add_up_and_stay_positive_far_out():
    gains = np.random.default_rng(3).normal(size=(5_000, 2, 2)) * 6
    found = pair_chances(gains, np.full(5_000, 0.3), np.full(5_000, 0.2), mixed_counts=True)
    assert np.abs(found.chance.sum(axis=-1) - 1).max() < 1e-14
    assert found.chance.min() >= 0.0
    assert (found.lower <= found.chance * (1 + 1e-12)).all()
    assert (found.chance <= found.upper * (1 + 1e-12)).all()


def test_the_design_formula_holds_for_rivals():
    """P10 = F1 (1 - F2') - (1 - s) M, with M the chance that both are in and out by turns."""
    rng = np.random.default_rng(2)
    cdf = stats.norm.cdf
    for _ in range(20):
        gains, share = gains_of((-1.0, -1.0), rng), rng.random()
        (in_one, out_one), (in_two, out_two) = cdf(gains)
        several = (out_one - in_one) * (out_two - in_two)
        both, neither = in_one * in_two, (1 - out_one) * (1 - out_two)
        first = out_one * (1 - in_two) - (1 - share) * several
        second = (1 - in_one) * out_two - share * several
        found = pair_chances(gains, np.array(share), np.array(0.0))
        np.testing.assert_allclose(found.chance, [both, first, second, neither], atol=1e-14)
