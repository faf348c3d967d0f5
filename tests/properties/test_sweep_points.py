"""A sweep says of a point what that point is alone, whatever block, order, worker or neighbour."""

import itertools

import numpy as np
import pytest
from seeds import seeds

import strategic as st
from strategic.errors import ParameterError
from strategic.modelling import Family, Measure, Mechanism, Model, Parameter, Rule
from strategic.status import Status

ROUNDS = seeds(8, 80)


def rules(points):
    yield Rule("a", "must be at most b", points["a"] <= points["b"], "b is {:g}", points["b"])
    yield Rule("c", "must not be 3 where a is 0", (points["c"] != 3) | (points["a"] != 0))


def strict(points):
    """Refuse what breaks a rule, as the code of another package may."""
    a, b, c = np.broadcast_arrays(points["a"], points["b"], points["c"])
    if (a > b).any() or ((c == 3) & (a == 0)).any() or (a > 4).any():
        raise ArithmeticError
    return a, b, c


def number(points):
    a, b, c = strict(points)
    return np.sin(1e3 * a) * np.exp(b) / np.where(c == 1, np.nan, c + 0.1)


FAMILY = Family(
    "ruled",
    "",
    {
        "a": Parameter("a", 1.0, "", 0, 4),
        "b": Parameter("b", 2.0, "", 0, 8),
        "c": Parameter("c", 2.0, "", 0, 9, integer=True),
    },
    games={},
    measures={
        "number": Measure("number", number, ""),
        "count": Measure("count", lambda p: np.floor(number(p)) % 7 - 1, "", kind="integer"),
        "word": Measure(
            "word", lambda p: strict(p)[2] % 3 - 1, "", kind="label", labels=("one", "two")
        ),
    },
    mechanisms={
        "more": Mechanism("more", lambda p, e: {"a": p["a"] * (1 + 2 * np.asarray(e))}, ""),
        "less": Mechanism("less", lambda p, e: {"b": strict(p)[1] * (1 - np.asarray(e))}, ""),
    },
    rule=rules,
)
MEASURES = list(FAMILY.measures)
VALUES = {
    "a": np.linspace(0, 4, 9), "b": np.linspace(0, 8, 9), "c": np.arange(10.0),
    "mechanism.more": np.linspace(0, 1, 5), "mechanism.less": np.linspace(0, 1, 5),
}  # fmt: skip


def model_and_axes(rng):
    """Draw a model and some axes; the model itself may break a rule."""
    start = {name: float(rng.choice(VALUES[name])) for name in "abc"}
    model = Model(FAMILY, start, mechanisms=(("more", 0.25),) * int(rng.integers(2)))
    names = rng.permutation(list(VALUES))[: rng.integers(1, 4)]
    return model, {
        str(n): rng.choice(VALUES[n], rng.integers(1, len(VALUES[n]) + 1), replace=False)
        for n in names
    }


def at_one(model, values):
    """Measure one point as a model of its own; None where it is refused."""
    mechanisms = dict(model.mechanisms)
    mechanisms |= {n.partition(".")[2]: e for n, e in values.items() if "." in n}
    changes = {name: value for name, value in values.items() if "." not in name}
    one = Model(FAMILY, {**model.values, **changes}, mechanisms=tuple(mechanisms.items()))
    try:
        return {name: FAMILY.measure(name).compute(one.points) for name in MEASURES}
    except ParameterError:
        return None


def swept(model, over, **options):
    """Sweep; refused where what does not vary breaks a rule by itself."""
    try:
        return st.sweep(model, over, MEASURES, **options)
    except ParameterError:
        return None


def content(found):
    """Everything measured, as bytes, with a status whether or not the sweep has one."""
    status = found.get("status", np.full(found["number"].shape, int(Status.OK)))
    tables = [np.asarray(found[name].values) for name in MEASURES] + [np.asarray(status)]
    return [table.astype(float).tobytes() for table in tables]


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_point_is_what_it_is_alone(seed):
    rng = np.random.default_rng(seed)
    model, over = model_and_axes(rng)
    found = swept(model, over, workers=1)
    for place in itertools.product(*(range(len(values)) for values in over.values())):
        values = {n: float(v[i]) for (n, v), i in zip(over.items(), place, strict=True)}
        want = at_one(model, values)
        if found is None or want is None:
            assert want is None
            assert found is None or found["status"].values[place] == Status.INVALID
        for name in MEASURES if found is not None else ():
            value = FAMILY.measure(name).undefined if want is None else want[name]
            assert (
                found[name].values[place].tobytes()
                == np.asarray(value, found[name].dtype).tobytes()
            )
        if found is not None and want is not None and "status" in found:
            assert found["status"].values[place] == Status.OK


@pytest.mark.parametrize("seed", ROUNDS)
def test_neither_blocks_nor_workers_nor_the_order_of_axes_nor_neighbours_matter(seed, tmp_path):
    rng = np.random.default_rng(seed)
    model, over = model_and_axes(rng)
    whole = swept(model, over, workers=1)
    if whole is None:
        assert swept(model, over, block=1, workers=1) is None
        return
    want = content(whole)
    options = {"block": int(rng.integers(1, 9)), "workers": int(rng.integers(1, 4))}
    assert content(swept(model, over, **options)) == want
    stored = swept(model, over, out=tmp_path / "out.zarr", **options)
    assert content(stored) == want
    assert ("status" in stored) == ("status" in whole)
    order = rng.permutation(list(over))
    turned = swept(model, {str(name): over[name] for name in order}, **options)
    assert content(turned.transpose(*whole.dims)) == want
    # A part of the grid on its own, its neighbours gone: the same values.
    part = {n: np.sort(rng.choice(len(v), rng.integers(1, len(v) + 1), replace=False))
            for n, v in over.items()}  # fmt: skip
    alone = swept(model, {n: over[n][part[n]] for n in over}, block=options["block"])
    assert content(alone) == content(whole.isel(part))


@pytest.mark.parametrize("block", [None, 1000, 77])
@pytest.mark.parametrize("turned", [False, True])
def test_the_contest_of_a_joint_rule_is_swept_in_any_order_and_block(block, turned):
    over = {"relation.organisations": "1:4:61", "relation.contest_exponent": "1.6:3:60"}
    if turned:
        over = dict(reversed(over.items()))
    found = st.sweep(st.load("ai-mier"), over, "contest_effort", block=block)
    n, e = found["relation.organisations"], found["relation.contest_exponent"]
    with np.errstate(divide="ignore"):
        kept = (e <= n / (n - 1)).transpose(*found.dims).values
    assert (np.isfinite(found["contest_effort"].values) == kept).all()
    assert ((found["status"].values == Status.OK) == kept).all()
    assert 0 < kept.mean() < 1


def test_a_boundary_runs_through_points_that_break_a_joint_rule():
    model = st.load("ai-mier").change({"relation.organisations": 3.0})
    found = st.boundary(model, "relation.contest_exponent", "contest_effort", over=(0.5, 3))
    np.testing.assert_allclose(found["at"].values, [1.5], atol=2e-10)
    assert found["after"].values.tolist() == ["undefined"]
