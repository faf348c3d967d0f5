"""Large batches are solved on forked processes: the same bits, and errors come back."""

import os

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.enumeration import _engine, _processes
from strategic.equilibria.enumeration._equilibrium_blocks import TableForm
from strategic.equilibria.enumeration._processes import map_on_processes
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria
from strategic.errors import WorkerError
from strategic.workers import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are forked on Linux only")


@pytest.fixture
def _always_fork(monkeypatch):
    monkeypatch.setattr(_engine, "_WORTH_FORKING", 0.0)


@pytest.mark.usefixtures("_always_fork")
@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("room", [32, 0])
def test_processes_change_no_bit(size, room, monkeypatch):
    monkeypatch.setattr(_processes, "_RESERVED_PER_GAME", room)  # 0: tables go through the pipe
    rng = np.random.default_rng(size)
    row, column = rng.integers(0, 9, (2, 1000, size, size)).astype(float)
    one = solve(row, column, workers=1)
    for workers in (2, 3):
        many = solve(row, column, method=AllEquilibria(block=64), workers=workers)
        for name in ("count", "status", "game", "row", "column", "payoffs", "index", "regret"):
            np.testing.assert_array_equal(getattr(one, name), getattr(many, name))


@pytest.mark.usefixtures("_always_fork")
def test_processes_change_no_bit_of_three_players():
    payoffs = np.random.default_rng(5).integers(0, 5, (3, 300, 2, 2, 2)).astype(float)
    one = solve(*payoffs, workers=1)
    many = solve(*payoffs, method=AllEquilibria(block=64), workers=2)
    for name in ("count", "status", "game", "payoffs", "index", "regret"):
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))


def test_an_error_in_a_process_is_raised_here():
    def block(part):
        raise ArithmeticError(part.start)

    with pytest.raises(ArithmeticError, match="0"):
        list(map_on_processes(block, 10, size=2, workers=2, form=TableForm(8)))


def test_a_process_that_dies_is_an_error_in_a_line():
    def block(part):  # noqa: ARG001
        os._exit(1)

    with pytest.raises(WorkerError, match="ended before its work was done"):
        list(map_on_processes(block, 10, size=2, workers=2, form=TableForm(8)))
