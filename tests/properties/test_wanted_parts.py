"""Parts of the equilibria, asked for with ``want=``, against the whole lists; small batches."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import strategic as st
from strategic.equilibria import NotWantedError, PartialEquilibria
from strategic.errors import MethodError
from strategic.status import Status

SHAPES = [(2, 2), (1, 3), (2, 3), (3, 3), (4, 4), (6, 6), (2, 9), (9, 9), (2, 2, 2)]
KINDS = ["random", "integer", "decimal", "missing"]


def _games(shape: tuple[int, ...], kind: str, count: int) -> st.Game:
    rng = np.random.default_rng([len(kind), *shape])
    tables = rng.random((len(shape), count, *shape))
    if kind == "integer":
        tables = np.floor(tables * 3)
    if kind == "decimal":
        tables = np.round(tables, 1)
    if kind == "missing":
        tables[0, ::3] = np.nan
    return st.Game.from_payoffs(*tables, decimal=kind == "decimal")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_parts_are_those_of_the_whole_list(shape, kind):
    large = len(shape) > 2 or sum(shape) > 16
    if sum(shape) > 16 and kind in ("integer", "decimal"):
        pytest.skip("ties of large games take long")
    games = _games(shape, kind, 4 if large else 40)
    whole = st.solve(games, workers=1)
    for want in ("count", "supports", "strategies"):
        part = st.solve(games, want=want, workers=1)
        assert isinstance(part, PartialEquilibria)
        for name in ("count", "status", "degenerate"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name))
        assert len(part) == len(whole)
        if want == "count":
            continue
        np.testing.assert_array_equal(part.game, whole.game)
        for used, side in zip(part.supports, whole.strategies, strict=True):
            np.testing.assert_array_equal(used, side > 0)
        if want == "strategies":
            for mine, side in zip(part.strategies, whole.strategies, strict=True):
                np.testing.assert_array_equal(mine, side)


@pytest.mark.parametrize("workers", [1, 2])
def test_blocks_and_workers_change_no_part(workers):
    rng = np.random.default_rng(3)
    row, column = np.floor(rng.random((2, 30_000, 2, 2)) * 4)
    whole = st.solve(row, column, workers=1)
    for want in ("count", "supports", "strategies"):
        part = st.solve(row, column, want=want, workers=workers, block=1000)
        np.testing.assert_array_equal(part.count, whole.count)
        if want != "count":
            np.testing.assert_array_equal(part.supports[1], whole.column > 0)


def test_counts_of_two_by_two_games_against_plain_best_replies():
    """Pure profiles are compared one by one; without ties, none or two of them mean a mixed one."""
    rng = np.random.default_rng(5)
    row, column = rng.random((2, 2000, 2, 2))
    found = st.solve(row, column, want="count")
    for a, b, count in zip(row, column, found.count, strict=True):
        pure = sum(
            a[i, j] >= a[1 - i, j] and b[i, j] >= b[i, 1 - j] for i in range(2) for j in range(2)
        )
        assert count == {0: 1, 1: 1, 2: 3}[pure]
    assert (found.status == Status.COMPLETE).all()


@pytest.mark.parametrize("want", [None, "count", "strategies"])
def test_counts_and_statuses_are_written_into_arrays_of_the_caller(want):
    tables = np.floor(np.random.default_rng(7).random((2, 30, 4, 2, 2)) * 3)
    tables[0, 3, 1] = np.nan
    games = st.Game.from_payoffs(*tables)
    whole = st.solve(games)
    for kind in (np.int8, np.uint32, ">i4", np.int64):
        count, status = np.full((30, 4), 77, dtype=kind), np.full((30, 4), 77, dtype=np.int8)
        found = st.solve(games, want=want, out=(count, status), block=50)
        assert found.count is count
        assert found.status is status
        np.testing.assert_array_equal(count, whole.count)
        np.testing.assert_array_equal(status, whole.status)
        np.testing.assert_array_equal(found.degenerate, whole.degenerate)
    record = np.zeros(4, dtype=[("status", "i1"), ("count", "i2")])
    st.solve(games.of_batch(3), want=want, out=(record["count"], record["status"]))
    np.testing.assert_array_equal(record["count"], whole.count[3])
    np.testing.assert_array_equal(record["status"], whole.status[3])
    one = np.empty((), dtype=int)
    assert st.solve(games.of_batch(0, 0), want=want, out=(one, None)).count is one
    assert one == whole.count[0, 0]


@pytest.mark.parametrize("workers", [1, 3])
def test_counts_on_threads_with_games_left_for_exact_arithmetic(workers):
    rng = np.random.default_rng(9)
    row, column = np.round(rng.random((2, 3000, 2, 2)), 1) * 1e16 + 1e15
    games = st.Game.from_payoffs(row, column, decimal=True)
    whole = st.solve(games, workers=1)
    counts = np.empty(3000, dtype=np.int8)
    found = st.solve(games, want="count", block=100, workers=workers, out=counts)
    np.testing.assert_array_equal(counts, whole.count)
    np.testing.assert_array_equal(found.status, whole.status)


@pytest.mark.parametrize(
    ("out", "rule"),
    [
        ([1], "must be an array for the counts, or two"),
        ("count", r"out \(count\): must be an array of numpy"),
        (np.zeros(3, dtype=int), r"must have the shape of the batch, \(5, 4\) \(got \(3,\)\)"),
        (np.zeros((5, 4)), "must be whole numbers that hold 361"),
        (np.zeros((5, 4), dtype=np.int8), "int16 will do"),
        (np.zeros((5, 4), dtype=np.uint64), "must be whole numbers"),
        (np.zeros((4, 5), dtype=int).T, "must be contiguous, or have one axis"),
        (np.broadcast_to(1, (5, 4)), "must be writeable"),
        ((None, np.zeros((5, 4), dtype=int)), r"out \(status\): must be int8"),
    ],
)
def test_arrays_that_cannot_take_counts_are_refused(out, rule):
    with pytest.raises(MethodError, match=rule):
        st.solve(np.zeros((5, 4, 4, 4)), np.zeros((5, 4, 4, 4)), out=out)


def test_outputs_of_other_methods_and_shared_memory_are_refused():
    tables = np.zeros((2, 5, 2, 2))
    counts = np.zeros(5, dtype=np.int8)
    with pytest.raises(MethodError, match="out: only method 'all' takes it"):
        st.solve(*tables, method="pure", out=counts)
    with pytest.raises(MethodError, match="counts and statuses must not share memory"):
        st.solve(*tables, out=(counts, counts))
    with pytest.raises(MethodError, match="must not share memory with the payoffs"):
        st.solve(*tables, out=tables.view(np.int64)[0, :, 0, 0])


def test_what_was_not_wanted_says_how_to_get_it():
    found = st.solve([[2, 0], [0, 1]], [[1, 0], [0, 2]], want="count")
    with pytest.raises(NotWantedError) as told:
        _ = found.payoffs
    assert str(told.value) == (
        "payoffs: not computed with want='count'; solve with want=None (the default)"
    )
    with pytest.raises(NotWantedError, match="solve with want='supports'"):
        _ = found.supports
    with pytest.raises(NotWantedError, match="solve with want='strategies'"):
        _ = found.row
    assert not hasattr(found, "regret")
    assert not hasattr(found, "no such thing")
    assert copy.deepcopy(found).count == 3
    assert "\n" not in repr(found)
    assert "want='supports' gives supports" in repr(found)
    with pytest.raises(MethodError, match=r"want: must be 'count', .* \(got 'values'\)"):
        st.solve([[1]], [[1]], want="values")
    with pytest.raises(MethodError, match="no such option of method 'pure'"):
        st.solve([[1]], [[1]], method="pure", want="count")


def test_parts_are_shown_and_written_as_tables():
    sexes = [[2, 0], [0, 1]], [[1, 0], [0, 2]]
    supports = st.solve(*sexes, want="supports")
    assert supports.lines()[1:] == ["row 1; column 1", "row 2; column 2", "row 1, 2; column 1, 2"]
    assert supports.document()["supports"][2] == [[0, 1], [0, 1]]
    assert list(supports.to_pandas().columns) == ["game", "row_0", "row_1", "column_0", "column_1"]
    counts = st.solve([sexes[0]] * 2, [sexes[1]] * 2, want="count")
    assert counts.to_pandas()["count"].tolist() == [3, 3]
    assert st.solve(*sexes, want="count").document()["count"] == 3


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (3, 4), (4, 4), (5, 5), (6, 6)])
@pytest.mark.parametrize("kind", ["random", "integer", "near"])
def test_a_game_gets_the_same_answer_alone_and_in_any_batch(shape, kind):
    """Few games go through other kernels than many; to the last bit the answers are the same."""
    rng = np.random.default_rng(11)
    row, column = rng.random((2, 700, *shape))
    if kind != "random":
        row, column = np.floor(row * 5), np.floor(column * 5)
    if kind == "near":
        row += 2.0**-50 * rng.integers(-1, 2, row.shape)
    many = st.solve(row, column, workers=1)
    for few in (1, 2, 9, 60, 300):
        found = st.solve(row[:few], column[:few], workers=1)
        last = int(many.starts[few])
        np.testing.assert_array_equal(found.count, many.count[:few])
        np.testing.assert_array_equal(found.status, many.status[:few])
        for name in ("row", "column", "payoffs", "index", "regret"):
            np.testing.assert_array_equal(getattr(found, name), getattr(many, name)[:last])
