"""Fingerprints and single matches against memory-one chains, counts and the definition."""

import numpy as np
import pytest

import strategic.repeated as rep
from strategic.errors import GameError

PAYOFFS = [3.0, 0.0, 5.0, 1.0]


def test_a_fingerprint_is_the_payoff_against_the_mixed_probe():
    rng = np.random.default_rng(1)
    shares = np.linspace(0, 1, 6)
    x, y = np.meshgrid(shares, shares, indexing="ij")
    for _ in range(30):
        own, probe = rng.uniform(0.05, 0.95, (2, 4))
        pair = rep.remembering("own", own, 0.3), rep.remembering("probe", probe, 1)
        found = rep.fingerprint(*pair, PAYOFFS, points=6)["payoff"]
        mixed = x[..., None] + (1 - x - y)[..., None] * probe
        expected = rep.memory_payoffs(own, mixed, PAYOFFS)[0]
        np.testing.assert_allclose(found.values, expected, rtol=1e-10)


@pytest.mark.parametrize("name", ["Grim", "TF2T", "2TFT", "Punish2"])
def test_beyond_memory_one_matches_of_finite_length_agree_with_drawn_ones(name):
    found = rep.fingerprint(name, "WSLS", PAYOFFS, points=3, horizon=40)["payoff"]
    probe = rep.strategy("WSLS")
    for i, x in enumerate(found.x.values):
        for j, y in enumerate(found.y.values):
            chances = tuple(x + (1 - x - y) * c for c in probe.cooperation)
            erring = rep.Automaton("erring", chances, probe.following)
            counts = rep.simulate_matches([(rep.strategy(name), erring)], turns=40,
                                          repetitions=400, seed=3)[0]  # fmt: skip
            drawn = counts @ np.array(PAYOFFS) / 40
            error = float(rep.sampling_error(drawn))
            assert abs(drawn.mean() - found.values[i, j]) <= 4.5 * error + 1e-12


def test_a_fingerprint_on_its_corners_is_known():
    found = rep.fingerprint("TFT", points=2)["payoff"]
    assert found.sel(x=1, y=0).item() == 3.0  # the probe always cooperates, and so does TFT
    assert found.sel(x=0, y=1).item() == 1.0
    assert found.sel(x=0, y=0).item() == 3.0  # TFT itself
    assert found.sel(x=1, y=1).item() == pytest.approx(2.25)  # the other's opposite: a cycle


@pytest.mark.parametrize(
    ("options", "place"), [({"points": 1}, "points"), ({"discount": 1.5}, "discount"),
                           ({"horizon": 0}, "horizon")]
)  # fmt: skip
def test_a_fingerprint_out_of_range_is_refused(options, place):
    with pytest.raises(GameError, match=place):
        rep.fingerprint("TFT", **options)


def test_one_match_is_played_turn_by_turn():
    assert rep.play_match("TFT", "AllD", turns=3) == ("CD", "DD", "DD")
    assert rep.play_match("STFT", "TFT", turns=4) == ("DC", "CD", "DC", "CD")
    assert rep.play_match("WSLS", rep.strategy("AllD"), turns=4) == ("CD", "DD", "CD", "DD")
    for bad, place in [({"turns": 0}, "turns"), ({"turns": 1, "noise": 2}, "noise")]:
        with pytest.raises(GameError, match=place):
            rep.play_match("TFT", "AllD", **bad)


def test_shares_of_a_long_match_are_those_of_the_chain():
    for seed, pair in enumerate([("GTFT", "WSLS"), ("TFT", "Random"), ("2TFT", "TF2T")]):
        played = rep.play_match(*pair, turns=40_000, noise=0.05, seed=seed)
        shares = [played.count(word) / len(played) for word in ("CC", "CD", "DC", "DD")]
        law = rep.automata_law(*map(rep.strategy, pair), noise=0.05)
        np.testing.assert_allclose(shares, law, atol=0.02)
    assert played == rep.play_match(*pair, turns=40_000, noise=0.05, seed=seed)
