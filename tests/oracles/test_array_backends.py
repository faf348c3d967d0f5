"""Other array libraries prove what numpy proves, to the bit; numpy is the reference."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.enumeration import _backends, _certified
from strategic.equilibria.enumeration._array_kernel import ArrayKernel
from strategic.equilibria.enumeration._backends import array_kernel
from strategic.errors import MethodError
from strategic.games import Game
from strategic.status import Status

SHAPES = [(1, 1), (1, 3), (3, 1), (2, 2), (2, 5), (5, 2), (3, 3), (4, 4), (3, 6), (6, 5)]
# The second device of array_api_strict refuses arrays of the first, as a graphics processor does.
DEVICES = [None, "device1"]


def drawn(kind, shape):
    rng = np.random.default_rng([*shape, len(kind)])
    row, column = rng.random((2, 60, *shape))
    if kind == "ties":
        return tuple(rng.integers(0, 4, (2, 60, *shape)).astype(float))
    if kind == "near ties":
        return np.round(3 * row) + 2.0**-45 * column, np.round(3 * column) + 2.0**-45 * row
    if kind == "mixed sizes":
        return row * 10.0 ** rng.integers(-9, 9, row.shape), column
    if kind == "huge":
        return row * 1e308, column - 1e9
    return row, column


def test_two_by_two_games_written_as_decimals_are_the_same_as_well():
    tables = np.random.default_rng(4).integers(0, 11, (2, 200, 2, 2)) / 10
    games = Game.from_payoffs(*tables, decimal=True)
    same(solve(games, backend="array_api_strict"), solve(games))


def same(one, other):
    for name in ("count", "status", "degenerate", "game", "payoffs", "index", "regret"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "index")
    for mine, theirs in zip(one.strategies, other.strategies, strict=True):
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("kind", ["plain", "ties", "near ties", "mixed sizes", "huge"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_strict_library_gives_the_same_to_the_bit(shape, kind, device):
    row, column = drawn(kind, shape)
    same(solve(row, column, backend="array_api_strict", device=device), solve(row, column))


@pytest.mark.parametrize("shape", [(7, 7), (4, 9), (8, 8)])
def test_larger_tables_are_the_same_as_well(shape):
    row, column = np.random.default_rng(shape).random((2, 12, *shape))
    same(solve(row, column, backend="array_api_strict"), solve(row, column))


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("kind", ["plain", "ties", "near ties", "mixed sizes", "huge"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_library_itself_settles_what_numpy_settles(shape, kind, precision):
    row, column = drawn(kind, shape)
    rounded = np.arange(60) % 3 == 0
    mine = array_kernel("array_api_strict", None).settled(row, column, rounded, precision)
    theirs = _certified._by_tables(row, column, rounded, precision)
    order = np.lexsort(theirs[1::-1])  # by pair of supports, then by game
    theirs = (*(part[order] for part in theirs[:3]), theirs[3])
    for one, other in zip(mine, theirs, strict=True):
        assert np.array_equal(one, other)
    assert kind != "plain" or not mine[3][~rounded].any()


def test_pairs_are_looked_at_in_parts_where_games_are_many(monkeypatch):
    from strategic.equilibria.enumeration import _array_kernel

    row, column = drawn("plain", (4, 4))
    whole = solve(row, column, backend="array_api_strict")
    monkeypatch.setattr(_array_kernel, "_CELLS", 500)
    same(solve(row, column, backend="array_api_strict"), whole)


def test_the_library_does_the_work(monkeypatch):
    games = []
    settled = ArrayKernel.settled

    def counted(self, row, *others):
        games.append(len(row))
        return settled(self, row, *others)

    monkeypatch.setattr(ArrayKernel, "settled", counted)
    row, column = drawn("plain", (3, 3))
    solve(row, column, backend="array_api_strict", block=20)
    assert games == [20, 20, 20]
    solve(row, column)
    assert len(games) == 3


def test_decimals_as_written_are_settled_or_left_to_fractions():
    tenths = np.frompyfunc(lambda number: Fraction(int(number), 10), 1, 1)
    payoffs = tenths(np.random.default_rng(5).integers(0, 30, (2, 40, 3, 4)))
    payoffs[0, :, 0] += Fraction(1, 3 * 10**17)  # no double tells it from a tie
    games = Game.from_payoffs(*payoffs)
    assert games.rounded.any()
    found = solve(games, backend="array_api_strict")
    same(found, solve(games))
    assert len(np.unique(found.status)) > 1


def test_torch_gives_the_same_to_the_bit_where_it_is_installed():
    pytest.importorskip("torch")
    for shape in [(2, 2), (3, 5), (6, 6)]:
        for kind in ("plain", "near ties", "mixed sizes"):
            row, column = drawn(kind, shape)
            same(solve(row, column, backend="torch", device="cpu"), solve(row, column))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"backend": "tensorflow"}, "backend: must be one of numpy, torch, cupy, jax"),
        ({"backend": "torhc"}, "did you mean 'torch'"),
        ({"device": "cuda"}, "device: numpy has no devices"),
        ({"backend": "array_api_strict", "device": "moon"}, "device: array_api_strict has no"),
    ],
)
def test_what_is_not_there_is_told(options, words):
    with pytest.raises(MethodError) as error:
        solve([[1, 0], [0, 1]], [[1, 0], [0, 1]], **options)
    assert words in str(error.value)


@pytest.mark.parametrize("missing", ["array_api_compat", "array_api_strict"])
def test_a_missing_package_is_named(missing, monkeypatch):
    _backends.array_kernel.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MethodError, match=f"needs the package {missing}") as error:
        solve([[1, 0], [0, 1]], [[1, 0], [0, 1]], backend="array_api_strict")
    assert "pip install 'strategic[arrays]'" in str(error.value)
    _backends.array_kernel.cache_clear()


def test_libraries_without_doubles_are_refused(monkeypatch):
    import array_api_strict

    _backends.array_kernel.cache_clear()
    asarray = array_api_strict.asarray
    monkeypatch.setattr(
        array_api_strict,
        "asarray",
        lambda values, device=None: asarray(values.astype(np.float32), device=device),
    )
    with pytest.raises(MethodError, match="must compute in double precision"):
        solve([[1, 0], [0, 1]], [[1, 0], [0, 1]], backend="array_api_strict")
    _backends.array_kernel.cache_clear()


@pytest.mark.parametrize("shape", [(9, 9), (2, 2, 2)])
def test_games_without_tables_of_minors_are_refused(shape):
    payoffs = [np.zeros(shape) for _ in shape]
    with pytest.raises(MethodError, match="two players with at most 16 actions in all") as error:
        solve(*payoffs, backend="array_api_strict")
    assert "leave backend out" in str(error.value)


def test_numpy_needs_no_other_library():
    code = (
        "import sys, strategic as st; st.solve([[1, 0], [0, 1]], [[1, 0], [0, 1]]); "
        "assert not {'torch', 'array_api_compat', 'array_api_strict'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_games_are_settled_by_the_library():
    row, column = drawn("plain", (5, 5))
    found = solve(row, column, backend="array_api_strict")
    assert (found.status == Status.COMPLETE).all()


def test_a_file_of_games_is_solved_by_another_library(tmp_path):
    from strategic.cli import main

    row, column = drawn("plain", (3, 3))
    np.savez(tmp_path / "games.npz", row=row, column=column)
    for name, flags in (("one", []), ("other", ["--backend", "array_api_strict"])):
        out = str(tmp_path / f"{name}.npz")
        assert main(["batch", str(tmp_path / "games.npz"), "-o", out, *flags]) == 0
    one, other = (np.load(tmp_path / f"{name}.npz") for name in ("one", "other"))
    assert one.files == other.files
    assert all(np.array_equal(one[name], other[name]) for name in one.files)
    flags = ["--backend", "array_api_strict", "--device", "moon"]
    assert main(["batch", str(tmp_path / "games.npz"), "-o", out, *flags]) == 2
