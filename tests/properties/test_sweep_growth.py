"""A store that has grown is, byte for byte, the one that a single run makes."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from seeds import seeds

import strategic as st
from strategic.modelling import Family, Measure, Mechanism, Model, Parameter, Rule

SEEN = []
"""Every point that a measure was computed at, by the measure."""


def seen(name, function, **options):
    def counted(points):
        rows = np.broadcast_arrays(*(points[p] for p in "abc"))
        SEEN.extend((name, *row) for row in zip(*(r.ravel().tolist() for r in rows), strict=True))
        return function(*rows)

    return Measure(name, counted, "", **options)


def waves(a, b, c):
    with np.errstate(divide="ignore"):
        return np.sin(1e3 * a) * np.exp(b) / np.where(a == 0, 1 / a, c + 0.1)


def rules(points):
    yield Rule("a", "must be at most b + 3", points["a"] <= points["b"] + 3)


FAMILY = Family(
    "counted",
    "",
    {
        "a": Parameter("a", 1.0, "", -4, 4),
        "b": Parameter("b", 2.0, "", 0, 8),
        "c": Parameter("c", 2.0, "", 0, 9, integer=True),
    },
    games={},
    measures={
        "wave": seen("wave", waves),
        "count": seen("count", lambda *abc: np.floor(9 * waves(*abc)) % 7 - 1, kind="integer"),
        "word": seen("word", lambda a, b, c: (a + b + c).astype(int) % 3 - 1, kind="label",
                     labels=("one", "two")),
    },
    mechanisms={"more": Mechanism("more", lambda p, e: {"b": p["b"] * (1 + np.asarray(e))}, "")},
    rule=rules,
)  # fmt: skip
MODEL = Model(FAMILY)
VALUES = {
    "a": [-4.0, -0.0, 0.0, 0.5, 1.0, 2.5, 3.75, 4.0],
    "b": [0.0, 0.25, 1.0, 3.0, 8.0],
    "c": [0.0, 1.0, 2.0, 5.0, 9.0],
    "mechanism.more": [0.0, 0.3, 1.0],
}


def content(path):
    files = (file for file in Path(path).rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def some(rng, values, least=1):
    """Draw values in an order of their own."""
    return list(rng.permutation(values)[: rng.integers(least, len(values) + 1)])


def larger(rng, values, all_values):
    """Put further values before, between and after those that are there."""
    bits = {np.float64(v).tobytes() for v in values}
    new = [v for v in all_values if np.float64(v).tobytes() not in bits]
    grown = list(values)
    for value in some(rng, new, 0) if new else ():
        grown.insert(int(rng.integers(len(grown) + 1)), value)
    return grown


@pytest.mark.parametrize("seed", seeds(6, 60))
def test_growing_again_and_again_is_one_run(tmp_path, seed):
    rng = np.random.default_rng(seed)
    names = [str(n) for n in rng.permutation(list(VALUES))[: rng.integers(1, 4)]]
    over = {name: some(rng, VALUES[name]) for name in names}
    measures = [str(m) for m in some(rng, list(FAMILY.measures))]
    grown, once = tmp_path / "grown.zarr", tmp_path / "once.zarr"
    known = Counter()
    for step in range(4):
        options = {"block": int(rng.integers(1, 30)), "workers": 1}
        SEEN.clear()
        st.sweep(MODEL, over, measures, out=grown, grow=True, **options)
        computed = list(SEEN)
        SEEN.clear()
        st.sweep(MODEL, over, measures, out=once, force=True, **options)
        assert content(grown) == content(once), step
        # Only what is new: what a single run computes but for what was there.
        all_points = Counter(map(repr, SEEN))
        assert Counter(map(repr, computed)) == all_points - known
        known = all_points
        over = {name: larger(rng, values, VALUES[name]) for name, values in over.items()}
        measures = list(dict.fromkeys([*measures, *map(str, some(rng, list(FAMILY.measures), 0))]))
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
