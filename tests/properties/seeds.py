"""How many seeds are tried in the suite, and how many where slow tests are asked for."""

import pytest


def seeds(few, many, step=1):
    """List seeds for `parametrize`: below ``few`` in the suite, the others for slow tests."""
    slow = (pytest.param(seed, marks=pytest.mark.slow) for seed in range(few, many, step))
    return [*range(0, few, step), *slow]
