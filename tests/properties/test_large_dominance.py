"""Domination by mixtures in games of more than 200 gains: in bulk as one by one."""

import numpy as np
import pytest

from strategic.equilibria.concepts import _dominating


@pytest.mark.parametrize("kind", ["strict", "weak"])
def test_what_no_mixture_dominates_is_refuted_together(kind, monkeypatch):
    rng = np.random.default_rng(18)
    gains = rng.integers(-4, 4, (14, 15, 60))  # one action of a 15x15 game, against the others
    gains[:, :, ::5] += 2  # some mixture dominates
    gains[3, :, 1::5] = np.abs(gains[3, :, 1::5])  # a pure one does, weakly at least
    unit, every = np.ones(60, dtype=np.int64), np.arange(60)
    (which, weights, margins), gave_up = _dominating._one_by_one(gains, unit, kind, every)
    left = []

    def counted(*args):
        left.append(args[-1])
        return one_by_one(*args)

    one_by_one = _dominating._one_by_one
    monkeypatch.setattr(_dominating, "_one_by_one", counted)
    found = _dominating.dominating_mixtures(gains, unit, kind)
    for mine, theirs in zip(found, (which, weights, margins, gave_up), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert 10 < len(which) < 40
    assert set(which) <= set(left[0])
    assert len(left[0]) < len(which) + 10
