"""Logit equilibria at several rationalities: one branch, and what each would be alone."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import MethodError, ParameterError
from strategic.status import Status

RATIONALITY = np.array([3.0, 0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 60.0, 3.0])
SHAPES = [(1, 1), (1, 3), (2, 2), (3, 3), (3, 2), (2, 4), (4, 4), (2, 2, 2), (2, 3, 2)]


def games(rng, shape, kind, count=40):
    tables = [rng.random((count, *shape)) for _ in shape]
    if kind != "random":
        tables = [rng.integers(0, 4, (count, *shape)).astype(float) for _ in shape]
    if kind == "symmetric" and len(shape) == 2 and shape[0] == shape[1]:
        tables[1] = tables[0].swapaxes(1, 2)
    return tables


@pytest.mark.parametrize("kind", ["random", "tied", "symmetric"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("max_steps", [1000, 12])
def test_each_is_what_it_is_alone(shape, kind, max_steps):
    rng = np.random.default_rng([*shape, max_steps])
    payoffs = games(rng, shape, kind)
    found = st.solve(*payoffs, method="logit", rationality=RATIONALITY[None], max_steps=max_steps)
    assert found.rationality.shape == (40, 9)
    for k, rationality in enumerate(RATIONALITY):
        alone = st.solve(*payoffs, method="logit", rationality=rationality, max_steps=max_steps)
        np.testing.assert_array_equal(found.solved[:, k], alone.status == Status.OK)
        np.testing.assert_array_equal(found.rationality[:, k], alone.rationality)
        for several, one in zip(found.strategies, alone.strategies, strict=True):
            np.testing.assert_allclose(several[:, k], one, rtol=0, atol=1e-14)
        np.testing.assert_allclose(found.regret[:, k], alone.regret, rtol=0, atol=1e-13)
    assert ((found.status == Status.OK) == found.solved.all(axis=1)).all()
    assert max_steps > 12 or shape != (4, 4) or (found.status == Status.NOT_CONVERGED).any()


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (2, 3), (3, 3), (2, 2, 2)])
def test_in_bulk_they_are_those_of_a_few_to_the_last_bit(shape):
    rng = np.random.default_rng(list(shape))
    payoffs = [rng.normal(size=(1100, *shape)) for _ in shape]
    asked = {"method": "logit", "rationality": [[4.0, 0.2, 1.0, 10.0]]}
    bulk = st.solve(*payoffs, **asked)
    for part in (slice(0, 30), slice(1085, 1100)):
        few = st.solve(*(table[part] for table in payoffs), **asked)
        for name in ("rationality", "residual", "regret", "steps", "solved"):
            np.testing.assert_array_equal(getattr(bulk, name)[part], getattr(few, name))
        for many, some in zip(bulk.strategies, few.strategies, strict=True):
            np.testing.assert_array_equal(many[part], some)
    for k, rationality in enumerate(asked["rationality"][0]):
        alone = st.solve(*payoffs, method="logit", rationality=rationality)
        for many, some in zip(bulk.strategies, alone.strategies, strict=True):
            np.testing.assert_allclose(many[:, k], some, rtol=0, atol=1e-11)


def test_several_of_each_game_and_of_each_its_own():
    rng = np.random.default_rng(0)
    payoffs = games(rng, (3, 3), "random", 4)
    own = rng.random((4, 3)) * 9
    found = st.solve(*payoffs, method="logit", rationality=own)
    for number in range(4):
        one = st.solve(*(p[number] for p in payoffs), method="logit", rationality=own[number])
        np.testing.assert_array_equal(one.row, found.row[number])
        assert one.row.shape == (3, 3)
        assert one.status == Status.OK
    single = st.solve(*payoffs, method="logit", rationality=own[:, 0])
    np.testing.assert_array_equal(single.row, found.row[:, 0])
    with pytest.raises(ParameterError, match=r"shape \(5,\).*give shape \(1, 5\) for all of them"):
        st.solve(*payoffs, method="logit", rationality=np.ones(5))
    with pytest.raises(ParameterError, match="one number or more"):
        st.solve(*payoffs, method="logit", rationality=[[]])
    with pytest.raises(MethodError, match="at least 0 and finite"):
        st.solve(*payoffs, method="logit", rationality=[[1.0, np.nan]])


def test_rows_go_by_game_and_leave_out_what_has_no_answer():
    rng = np.random.default_rng(2)
    payoffs = games(rng, (3, 3), "tied", 30)
    payoffs[0][4, 0, 0] = np.nan
    found = st.solve(*payoffs, method="logit", rationality=[[0.0, 1.0, 40.0]], max_steps=12)
    rows, table = found.rows(), found.to_pandas()
    assert found.status[4] == Status.INVALID
    assert not np.isin(rows["game"], 4).any()
    assert (np.diff(rows["game"]) >= 0).all()
    assert len(rows["game"]) == found.solved.sum() < 87
    assert list(rows) == [name for name in table if name != "status"]
    assert len(table) == 90
    assert set(table["status"]) == {"ok", "not_converged", "invalid"}
    assert set(table["status"][table["game"] == 4]) == {"invalid"}
    one = st.solve(*(p[0] for p in payoffs), method="logit", rationality=2.0)
    assert list(one.rows()) == list(rows)


def test_labelled_arrays_have_an_axis_of_rationalities():
    payoffs = games(np.random.default_rng(3), (3, 2), "random", 5)
    found = st.solve(*payoffs, method="logit", rationality=[[0.5, 1.0]])
    labelled = found.to_xarray()
    assert labelled["strategy_row"].dims == ("batch_0", "several", "action_row")
    np.testing.assert_array_equal(labelled["strategy_row"], found.row)
    np.testing.assert_array_equal(labelled["solved"], found.solved)
    assert labelled["status"].dims == ("batch_0",)
    assert found.to_arrow().num_rows == 10


def test_a_single_game_tells_of_all():
    found = st.solve([[9, 0], [8, 7]], [[9, 8], [0, 7]], method="logit", rationality=[0.5, 1])
    document = found.document()
    assert document["rationality"] == [0.5, 1.0]
    assert len(document["strategies"]) == 2
    assert document["solved"] == [True, True]
    assert sum(line.startswith("rationality") for line in found.lines()) == 2
    assert "rationality" in found.to_markdown()
