"""Work in blocks gives the same numbers wherever it is done, and says in one line what stops it."""

import copy
import os
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

import strategic as st
from strategic.errors import MeasureError, WorkerError
from strategic.executors import map_slices, places, run_blocks, run_in_order
from strategic.executors._pickling import pickled
from strategic.executors._sent import Sent, _Received
from strategic.repeated import simulate_ladder, strategy, trust_ladder
from strategic.repeated.strategies.simulated_matches import simulate_matches

MODEL = st.load("cooperation")


class Plain(Executor):
    """The least that an executor may be: one thread per task, and nothing to say about itself."""

    def __init__(self):
        self.threads, self.most = [], 0

    def submit(self, function, /, *given, **named):
        future = Future()

        def work():
            try:
                future.set_result(function(*given, **named))
            except BaseException as problem:  # noqa: BLE001
                future.set_exception(problem)

        self.threads.append(threading.Thread(target=work))
        self.threads[-1].start()
        self.most = max(self.most, sum(thread.is_alive() for thread in self.threads))
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        del cancel_futures
        for thread in self.threads if wait else ():
            thread.join()


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(params=["processes", "threads", "plain"])
def executor(request):
    if request.param == "processes":
        yield request.getfixturevalue("processes")
        return
    with ThreadPoolExecutor(3) if request.param == "threads" else Plain() as made:
        yield made


def squared(add, number):
    return number**2 + add


def ends(number):
    if number == 2:
        os._exit(3)
    return number


def test_results_come_in_order_and_blocks_in_hand_are_bounded():
    tasks_made = []

    def tasks():
        for number in range(20):
            tasks_made.append(number)
            yield number

    with Plain() as plain:
        found = run_in_order(partial(squared, 1), tasks(), executor=plain, workers=3)
        first = next(found)
        assert len(tasks_made) <= 6
        assert [first, *found] == [n**2 + 1 for n in range(20)]
        assert plain.most <= 3


def test_an_executor_says_how_much_it_takes():
    with ThreadPoolExecutor(3) as threads, Plain() as plain:
        assert places(threads) == 3
        assert places(plain) >= 1


def test_a_process_that_ends_is_one_line_with_the_remedy_of_the_caller():
    with ProcessPoolExecutor(2) as pool:
        blocks = run_blocks(ends, enumerate(range(9)), executor=pool, remedy="go home")
        with pytest.raises(WorkerError, match=r"workers: a worker process ended .*; go home$"):
            list(blocks)


def test_work_that_cannot_travel_is_one_line():
    with ProcessPoolExecutor(1) as pool:
        lock = threading.Lock()
        with pytest.raises(WorkerError, match="cannot be sent to another process") as told:
            list(run_in_order(squared, [lock], executor=pool))
    assert "\n" not in str(told.value)


def test_what_only_a_script_knows_travels_by_its_content(processes):
    pytest.importorskip("cloudpickle")
    found = run_in_order(lambda number: number + 1, range(4), executor=processes)
    assert list(found) == [1, 2, 3, 4]


def test_a_worker_of_another_version_is_one_line():
    received = copy.copy(Sent(squared))
    assert received.opened() is squared
    with pytest.raises(
        WorkerError, match=r"a worker: has version .* and this process version 0\.0"
    ):
        _Received(pickled(squared), b"", "0.0").opened()


def test_shared_data_are_pickled_once_and_opened_once():
    class Counted:
        pickled = 0

        def __reduce__(self):
            Counted.pickled += 1
            return int, ()

    sent = Sent(Counted())
    first, second = copy.copy(sent), copy.copy(sent)
    assert Counted.pickled <= 2  # the second time by value, as the class is of a test
    assert first.opened_once() == second.opened_once() == 0


def test_arrays_keep_their_layout_on_the_way():
    whole = np.arange(60.0).reshape(3, 4, 5)
    views = [
        whole, whole.T, whole[:, 1:3], whole[::2, :, ::2], whole.transpose(1, 0, 2)[:, ::3],
        np.broadcast_to(whole[0, 0], (7, 5)), whole[::-1, :2], whole[:0, 1:3],
        np.array([["a", 1], [2, 3]], dtype=object)[:, :1],
    ]  # fmt: skip
    for view in views:
        come = copy.copy(Sent(view)).opened()
        assert come.dtype == view.dtype
        np.testing.assert_array_equal(come, view)
        if min(view.strides) >= 0 and view.size and view.dtype != object:
            assert [s for s, n in zip(come.strides, view.shape, strict=True) if n > 1] == [
                s for s, n in zip(view.strides, view.shape, strict=True) if n > 1
            ]
    few = np.zeros((1000, 1000))[:, :1]
    assert sum(len(memoryview(b)) for b in pickled(few)[1]) < 20_000  # the gaps are closed


def test_arrays_arrive_to_be_written_to(processes):
    (found,) = run_in_order(_doubled_in_place, [np.arange(9.0)[::2]], executor=processes)
    np.testing.assert_array_equal(found, [0, 4, 8, 12, 16])


def _doubled_in_place(values):
    values *= 2
    return values


def test_slices_keep_their_order_whatever_travels_together(executor):
    found = list(map_slices(_bounds, 11, size=2, executor=executor, workers=2))
    assert found == list(map_slices(_bounds, 11, size=2))
    assert found[-1] == (10, 11)


def _bounds(part):
    return part.start, part.stop


def same(one, other):
    for name, value in vars(one).items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, vars(other)[name], err_msg=name)
        elif name in ("survival", "by_successor"):
            assert repr(value) == repr(vars(other)[name])
        elif name != "by_department":
            assert value == vars(other)[name], name


def test_paths_of_a_model_are_the_same_wherever_they_are_drawn(executor):
    here = st.simulate(MODEL, paths=20_000, periods=6, seed=3)
    there = st.simulate(MODEL, paths=20_000, periods=6, seed=3, executor=executor)
    same(here, there)


def test_paths_of_a_grid_are_the_same_wherever_they_are_drawn(executor):
    grid = MODEL.change({"relation.alignment": np.linspace(0.1, 0.9, 30)})
    here = st.simulate(grid, paths=2000, periods=5, workers=1)
    same(here, st.simulate(grid, paths=2000, periods=5, executor=executor))


def test_paths_of_a_ladder_and_matches_are_the_same_wherever_they_are_drawn(executor):
    ladder = trust_ladder(1.0, 1.0, 1.0, 0.9, incident_risk=np.array([0.0, 0.1, 0.2]))
    drawn = {"paths": 5000, "periods": 20, "seed": 4}
    here = simulate_ladder(ladder, 2, **drawn)
    same(here, simulate_ladder(ladder, 2, executor=executor, **drawn))
    pairs = [(strategy("TFT"), strategy("AllD")), (strategy("WSLS"), strategy("TFT"))]
    played = {"turns": 20, "noise": 0.1, "repetitions": 3000, "seed": 5}
    np.testing.assert_array_equal(
        simulate_matches(pairs, **played), simulate_matches(pairs, executor=executor, **played)
    )


def test_a_sweep_is_the_same_on_any_executor(executor, tmp_path):
    over = {"relation.alignment": "0:1:40"}
    here = st.sweep(MODEL, over, "surplus,relationship_type", block=7)
    there = st.sweep(
        MODEL, over, "surplus,relationship_type", block=7, executor=executor,
        out=tmp_path / "there.zarr",
    )  # fmt: skip
    for name in ("surplus", "relationship_type"):
        assert here[name].values.tobytes() == there[name].values.tobytes()


def test_an_error_of_the_work_stays_what_it_is(executor):
    wrong = partial(_wrong, "where it broke")
    with pytest.raises(MeasureError, match="where it broke: cannot be"):
        list(run_in_order(wrong, range(3), executor=executor))


def _wrong(where, number):
    raise MeasureError("cannot be", where=where, value=number)
