"""Whether 95% intervals hold the truth about as often as they say."""

import numpy as np
import pytest

WIDE, CLOSE = 0.03, 0.02
"""How far below and above 95% a share of 500 samples may be, but for its own simulation error."""


def samples(few):
    """Try a few samples in the suite, and 500 where slow tests are asked for."""
    return pytest.mark.parametrize("samples", [few, pytest.param(500, marks=pytest.mark.slow)])


def holds_its_rate(inside):
    """Check how often the intervals of every number, ``(samples, numbers)``, held the truth."""
    shares = np.mean(inside, axis=0)
    error = np.sqrt(0.95 * 0.05 / len(inside))
    assert (shares >= 0.95 - WIDE - 2.0 * error).all(), shares
    assert (shares <= 0.95 + CLOSE + 2.0 * error).all(), shares
    assert 0.95 - WIDE - error <= shares.mean() <= 0.95 + CLOSE + error, shares
