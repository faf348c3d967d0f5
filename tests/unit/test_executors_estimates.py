"""Bootstrap samples, groups, posterior draws and recoveries are the same wherever they are made."""

import os
import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import strategic as st
from strategic.errors import WorkerError
from strategic.estimation import draw, recover
from strategic.estimation import likelihood as likelihoods
from strategic.executors import NothingSent
from strategic.families.relationship import relationship

ENTRY = """
title = "Firms"
kind = "game"
players = ["one", "two"]
actions = [["enter", "out"], ["enter", "out"]]
payoffs = [[["base + x_one - 1", "base + x_one"], [0, 0]],
           [["base + x_two - 1", 0], ["base + x_two", 0]]]
[parameters]
base = { value = 0.0, bounds = [-9.0, 9.0] }
x_one = { value = 0.0, bounds = [-30.0, 30.0] }
x_two = { value = 0.0, bounds = [-30.0, 30.0] }
"""
TRUST = relationship({
    "relation.alignment": 0.9, "relation.payment": 0.08, "relation.incident_risk": 0.03,
    "trust.incident_if_hostile": 0.25, "trust.government": 0.61, "trust.organisation": 0.48,
    "trust.ignored": 0.05, "trust.reporting": 0.1, "trust.noise": 0.6,
})  # fmt: skip
WAYS = {
    "logit": ("inspection", {"rationality": 1.5}, {}, {}),
    "strategies": (
        "prisoners-dilemma", {"share.TFT": 0.5, "share.AllD": 0.5, "tremble": 0.1}, {},
        {"strategies": "TFT,AllD"},
    ),
    "entry": (
        ENTRY, {"base": 0.4, "selection": 0.7}, {"covariates": "x_one,x_two"}, {"free": ["base"]},
    ),
    "trust": (
        TRUST, {}, {"periods": 20}, {"free": ["trust.government", "trust.noise"]},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2) as pool:
        yield pool


def same(one, other):
    """Compare estimates to the bit, NaN with NaN."""
    assert len(one.parameters) == len(other.parameters) > 0
    for mine, yours in zip(one.parameters, other.parameters, strict=True):
        assert repr(mine) == repr(yours)


@pytest.mark.parametrize("play", WAYS)
def test_bootstrap_samples_are_the_same_in_other_processes(processes, play):
    model, truth, options, asked = WAYS[play]
    model = st.load(model) if isinstance(model, str) else model
    data = draw(model, play=play, truth=truth, size=60, seed=2, **options)
    given = {"play": play, "bootstrap": 300, "seed": 5, **asked}
    here = st.estimate(model, data, **given)
    same(here, st.estimate(model, data, executor=processes, **given))
    assert any(np.isfinite(one.error) for one in here.parameters)


def test_groups_are_the_same_in_other_processes_and_their_parts_whole(processes):
    model, truth, _, asked = WAYS["strategies"]
    model = st.load(model)
    data = draw(model, play="strategies", truth=truth, size=30, seed=2)
    data["treatment"] = ["short" if int(str(one)[-1]) % 2 else "long" for one in data["subject"]]
    given = {"play": "strategies", "by": "treatment", "bootstrap": 50, **asked}
    here = st.estimate(model, data, **given)
    there = st.estimate(model, data, executor=processes, **given)
    same(here, there)
    for name in ("long", "short"):
        assert there.parts[name].predicted == here.parts[name].predicted
        profiles = [fit.profile("share.TFT", group=name).heights for fit in (here, there)]
        np.testing.assert_array_equal(*profiles)


def test_draws_of_a_posterior_are_the_same_in_other_processes(processes, monkeypatch):
    model = st.load("inspection")
    data = draw(model, play="logit", truth={"rationality": 1.5}, size=40, seed=1)
    found = st.estimate(model, data)
    monkeypatch.setattr(likelihoods, "_BLOCK", 4096)  # so that there are many blocks
    prior = {"rationality": "lognormal(0, 1)"}
    here = found.posterior(prior, draws=3000)
    there = found.posterior(prior, draws=3000, executor=processes)
    np.testing.assert_array_equal(here.draws, there.draws)
    np.testing.assert_array_equal(here.weights, there.weights)


def test_a_recovery_is_the_same_in_other_processes(processes):
    asked = {"truth": {"rationality": 1.0}, "samples": 12, "size": 20, "seed": 3}
    told = []
    here = recover(st.load("inspection"), **asked)
    there = recover(
        st.load("inspection"), executor=processes, progress=lambda *now: told.append(now), **asked
    )
    assert repr(here.rows()) == repr(there.rows())
    np.testing.assert_array_equal(here.estimates, there.estimates)
    assert told == [(n + 1, 12) for n in range(12)]


def test_a_single_fit_says_that_nothing_was_sent(processes):
    model = st.load("inspection")
    data = draw(model, play="logit", truth={"rationality": 1.5}, size=40, seed=1)
    with pytest.warns(NothingSent, match="a fit is one search"):
        st.estimate(model, data, executor=processes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        st.estimate(model, data, executor=processes, bootstrap=10)
        st.estimate(model, data)


class Dying:
    """A truth that ends the process it is read in."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_lost_process_ends_a_recovery_in_one_line():
    with (
        ProcessPoolExecutor(1) as pool,
        pytest.raises(WorkerError, match=r"workers: .*; nothing is kept: run it again$"),
    ):
        recover(st.load("inspection"), truth={"rationality": Dying()}, samples=3, executor=pool)
