"""Blocks of points, and how numpy is run in them."""

import numpy as np

from strategic.blocks import short_buffers


def test_buffers_are_short_for_a_moment_only():
    before = np.getbufsize()
    with short_buffers():
        assert np.getbufsize() < before
    assert np.getbufsize() == before
