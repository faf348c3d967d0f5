"""Blocks of points are gone once they are measured: a sweep keeps one block, not all of them."""

import gc
import weakref

import numpy as np
import pytest

from strategic import load


@pytest.fixture
def without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("slug", ["ai-mier", "sector-growth", "stag-hunt"])
def test_no_measure_holds_on_to_its_points(slug, broken):
    model = load(slug)
    parameter = next(iter(model.points))
    values = np.full(3, float(model.points[parameter]))
    for name in model.family.measures:
        measure = model.family.measures[name]
        if measure.dated or (measure.of_path and model.path is None):
            continue
        points = model.points.change({parameter: values}).but_where([True, not broken, True])
        measure.compute(points)
        seen = weakref.ref(points)
        del points
        assert seen() is None, name
