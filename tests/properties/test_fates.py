"""Games of every kind in one batch: each has the fate and the answer that it has alone."""

import warnings
from itertools import pairwise

import numpy as np
import pytest

import strategic as st
from strategic.equilibria import METHODS, method_for_batches
from strategic.errors import MethodError
from strategic.status import Status

SHAPES = ((1, 1), (1, 2), (2, 2), (3, 2), (1, 1, 1), (2, 1, 2), (2, 2, 2))


def _takes(name, shape):
    try:
        method_for_batches(name).check_shape(shape)
    except MethodError:
        return False
    return True


CASES = [(m.name, s) for m in METHODS.values() if not m.single for s in SHAPES if _takes(m.name, s)]


def odd_games(rng, shape):
    """Zeros, ties, duplicates, huge and tiny and uneven numbers, and three without payoffs."""
    zeros = [np.zeros(shape)] * len(shape)
    whole = [rng.integers(-2, 3, shape).astype(float) for _ in shape]
    twice = [np.take(own, [0] * shape[0], axis=0) for own in whole]
    uneven = [rng.random(shape) * 10.0 ** rng.integers(-200, 200, shape) for _ in shape]
    largest = [np.where(rng.random(shape) < 0.5, 1.7e308, -1.7e308) for _ in shape]
    opposed = [whole[0], -whole[0], *whole[2:]]
    games = [zeros, [own + 7.0 for own in zeros], whole, whole, twice, uneven, largest, opposed]
    games += [[own * unit for own in whole] for unit in (1e300, 1e-300, 5e-324)]
    games += [[own + 1e15 for own in whole], [0.1 * np.sign(own) for own in whole]]
    for player, gap in ((0, np.nan), (-1, np.inf), (0, -np.inf)):
        lacking = [own.copy() for own in whole]
        lacking[player].flat[-1] = gap
        games.append(lacking)
    return [np.stack(tables) for tables in zip(*games, strict=True)]


@pytest.mark.parametrize(("method", "shape"), CASES)
def test_every_game_has_the_fate_it_has_alone(method, shape):
    payoffs = odd_games(np.random.default_rng([*shape]), shape)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = st.solve(*payoffs, method=method, workers=1)
        rows = found.rows()
        found.by_game()
    assert (found.status[-3:] == Status.INVALID).all()
    assert not np.isin(rows["game"], np.arange(len(found.status))[-3:]).any()
    for number in range(len(found.status) - 3):
        try:
            alone = st.solve(*(p[number] for p in payoffs), method=method, workers=1)
        except MethodError:
            assert found.status[number] == Status.DOES_NOT_FIT
            continue
        assert alone.status == found.status[number]
        own = rows["game"] == number
        for name, column in alone.rows().items():
            mine, theirs = (
                np.ma.filled(np.ma.asarray(side).astype(float), np.nan)
                for side in (rows[name][own], column)
            )
            if name != "game":
                size = max(np.abs(np.nan_to_num(theirs)).max(initial=0.0), 1.0)
                np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-12 * size)


@pytest.mark.parametrize("kind", ["random", "tied"])
@pytest.mark.parametrize(("method", "shape"), [c for c in CASES if c[1] in {(2, 2), (3, 2)}])
def test_answers_do_not_depend_on_the_other_games(method, shape, kind):
    """Wherever a batch is cut into parts, the bits are the same, and so are those of files."""
    count = 40 if method == "polytopes" else 400
    rng = np.random.default_rng([*shape, len(kind)])
    row, column = rng.random((2, count, *shape))
    if kind == "tied":
        row, column = rng.integers(0, 4, (2, count, *shape)).astype(float)
    if method == "zero_sum":
        column = -row
    if method == "symmetric":
        column = row.swapaxes(1, 2)
    options = {"rationality": [0.3, 1, 7, 60]} if method == "logit" else {}
    chosen = method_for_batches(method, **options)
    whole = st.solve(row, column, method=chosen, workers=1)
    cuts = [0, 1, 3, 131 * count // 400, count]
    parts = [
        st.solve(row[start:stop], column[start:stop], method=chosen, workers=1)
        for start, stop in pairwise(cuts)
    ]
    for table in ("rows", "by_game"):
        pieces = [getattr(part, table)() for part in parts]
        for name, column_of_all in getattr(whole, table)().items():
            if name != "game":
                joined = np.ma.concatenate([np.ma.asarray(piece[name]) for piece in pieces])
                mine, theirs = (
                    np.ma.filled(np.ma.asarray(side).astype(float), -99.0)
                    for side in (column_of_all, joined)
                )
                np.testing.assert_array_equal(mine, theirs, err_msg=name)
