"""Few games go through a kernel of their own; the one of many games must say the same."""

from fractions import Fraction

import numpy as np
import pytest

import strategic as st
from strategic.equilibria.enumeration._certified import certified_equilibria
from strategic.equilibria.enumeration._few_games import are_few, few_equilibria
from strategic.equilibria.enumeration._few_minors import fill, in_lanes, scaled, side_by_side
from strategic.equilibria.enumeration._few_tables import few_tables
from strategic.equilibria.enumeration._minors import minors
from strategic.equilibria.enumeration._mixtures import (
    _DIRECT,
    AROUND,
    SURE_SHARE,
    _by_elimination,
    equalising,
    padded_mixtures,
)
from strategic.equilibria.enumeration._plain_equilibria import mixture
from strategic.equilibria.enumeration._planes import scaled_differences
from strategic.equilibria.enumeration._support_tables import minor_layout

SHAPES = [(1, 1), (1, 3), (2, 3), (3, 2), (3, 3), (3, 4), (5, 3), (4, 4), (5, 5), (6, 6), (2, 6)]
KINDS = ["random", "tied", "whole", "near", "large", "small", "level", "wide", "signed zeros"]


def games_of(kind, games, shape, rng):
    row, column = rng.random((2, games, *shape))
    near = rng.choice([0.0, 1e-16, 1e-13, 1e-9], (2, games, *shape))
    wide = 10.0 ** rng.integers(-300, 300, (2, games, *shape))
    return {
        "random": (row, column),
        "tied": (np.floor(4 * row), np.floor(4 * column)),
        "whole": (np.floor(40 * row), np.floor(40 * column)),
        "near": (np.floor(3 * row) + near[0], np.floor(3 * column) - near[1]),
        "large": ((2 * row - 1) * 1.79e308, column * 1e300),
        "small": (row * 1e-300, (column - 0.5) * 1e-308),
        "level": (1e15 + row, 1e12 + 1e-3 * column),
        "wide": (row * wide[0], column * wide[1]),
        "signed zeros": (-np.floor(9 * row) * 0.1, np.where(column < 0.2, -0.0, column)),
    }[kind]


def bits(values):
    return np.ascontiguousarray(values).tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_both_kernels_settle_the_same_games_to_the_last_bit(shape, kind):
    rng = np.random.default_rng(5)
    row, column = games_of(kind, 77, shape, rng)
    assert are_few(len(row), shape)
    rounded = rng.random(len(row)) < 0.3
    for doubt in (np.zeros(len(row), dtype=bool), rounded):
        for want in (None, "strategies", "supports", "count"):
            few, left = few_equilibria(row, column, doubt, want)
            many, open_ = certified_equilibria(row, column, doubt, want)
            assert (left == open_).all()
            assert (few.count == many.count).all()
            assert bits(few.sorted().table) == bits(many.sorted().table)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 4), (5, 5)])
def test_a_game_alone_gets_the_answer_it_gets_among_many(shape, kind):
    games = 4000 if shape == (2, 2) else 3300 // max(shape)
    row, column = games_of(kind, games, shape, np.random.default_rng(6))
    assert not are_few(len(row), shape)
    many = st.solve(row, column, workers=1)
    for game in range(24 if shape == (2, 2) else 8):
        alone, among = st.solve(row[game], column[game]), many.of(game)
        assert alone.status == among.status
        for name in ("count", "row", "column", "payoffs", "index", "regret"):
            assert bits(getattr(alone, name)) == bits(getattr(among, name))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(1, 2), (4, 2), (3, 4), (4, 4), (6, 6)])
def test_minors_of_few_are_those_of_many(shape, kind):
    rng, static = np.random.default_rng(7), few_tables(*shape)
    for games in (1, 2, 9):
        row, column = games_of(kind, games, shape, rng)
        lanes = in_lanes(side_by_side(row, column), games + 1)
        with np.errstate(all="ignore"):
            few, _ = scaled(lanes, static)
            fill(few, static)
            for player, table in enumerate((row.transpose(1, 2, 0), column.transpose(2, 1, 0))):
                layout = minor_layout(*table.shape[:2])
                many = np.ones((layout.entries, games))
                for _ in minors(scaled_differences(table)[0], layout, many):
                    pass
                lines = static.line_of[player]
                assert bits(few[lines, :games]) == bits(many)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("most", [2, 3, 4])
def test_padded_mixtures_are_those_of_each_size(most, kind):
    rng, lanes = np.random.default_rng(8), 40
    for _ in range(20):
        tables = np.stack(games_of(kind, lanes, (most, most), rng)).transpose(2, 3, 0, 1).copy()
        size = rng.integers(1, most + 1, lanes)
        for k in range(1, most):
            tables[:, k:, :, size == k] = np.eye(most)[:, k:, None, None]
            tables[k:, :k, :, size == k] = tables[:1, :k, :, size == k]
        with np.errstate(all="ignore"):
            shares, _ = padded_mixtures(tables[:, AROUND] if most == 3 else tables, 2 * size.sum())
            for k in range(2, most + 1):
                own = tables[:k, :k, :, size == k]
                alone, sure = _DIRECT[k]((own[1:] - own[0]).reshape(k - 1, k, -1))
                sure &= (alone > SURE_SHARE).all(axis=0)
                assert bits(shares[:k, :, size == k].reshape(k, -1)[:, sure]) == bits(
                    alone[:, sure]
                )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_mixtures_in_plain_numbers_are_those_of_arrays(size, kind):
    rng = np.random.default_rng(9)
    table = games_of(kind, 300, (size, size), rng)[0].transpose(1, 2, 0).copy()
    with np.errstate(all="ignore"):
        many, sure = _DIRECT.get(size, _by_elimination)(table[1:] - table[0])
        sure &= (many > (SURE_SHARE if size > 2 else 0.0)).all(axis=0)
    for lane, certain in enumerate(sure):
        few = mixture(table[..., lane].tolist(), range(size), range(size))
        assert (few is not None) == certain
        assert few is None or bits(np.array(few)) == bits(many[:, lane])


@pytest.mark.parametrize("scale", [2.0**-545, 2.0**-360, 2.0**340])
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_mixtures_do_not_change_with_the_unit_of_payoffs(size, scale):
    row, column = np.random.default_rng(10).integers(0, 2**20, (2, 1000, size, size)) * 1.0
    for games in (5, 1000):
        plain, tiny = (st.solve(row[:games] * c, column[:games] * c) for c in (1.0, scale))
        assert (plain.count == tiny.count).all()
        for side, other in zip(plain.strategies, tiny.strategies, strict=True):
            assert np.abs(side - other).max() <= 1e-15


def exact_shares(table):
    """Solve by Cramer's rule in fractions."""
    rows = [
        [Fraction(x) - Fraction(y) for x, y in zip(row, table[0], strict=True)] for row in table[1:]
    ]
    signed = [
        (-1) ** skipped * determinant([row[:skipped] + row[skipped + 1 :] for row in rows])
        for skipped in range(len(rows) + 1)
    ]
    return [float(value / sum(signed)) for value in signed]


def determinant(rows):
    if not rows:
        return 1
    return sum(
        (-1) ** place * entry * determinant([row[:place] + row[place + 1 :] for row in rows[1:]])
        for place, entry in enumerate(rows[0])
    )


@pytest.mark.parametrize("size", [3, 4])
def test_where_digits_may_be_lost_mixtures_are_exact(size):
    """Rows that almost depend on each other, columns of unlike units, tiny shares and tiny rows."""
    rng, lanes = np.random.default_rng(11), 300
    shares = 10.0 ** rng.uniform(-8, 0, (size, lanes))
    gains = rng.random((size - 1, size, lanes)) - 0.5
    gains[-1] = gains[:-1].sum(axis=0) + gains[-1] * 10.0 ** rng.uniform(-4, 0, lanes)
    gains *= 10.0 ** rng.uniform(-3, 3, (1, size, lanes))
    gains[:, -1] = -(gains[:, :-1] * shares[:-1]).sum(axis=1) / shares[-1]
    table = np.concatenate([np.zeros((1, size, lanes)), gains])
    exact = np.array([exact_shares(lane.tolist()) for lane in table.transpose(2, 0, 1)]).T
    table, exact = table[..., (exact > 0).all(axis=0)], exact[:, (exact > 0).all(axis=0)]
    for unit in [(0, 0, 0), (-540, -540, -540), (-530, -530, 990), (-290, 480, 0)]:
        scaled = table * 2.0 ** np.array([0, *unit])[:size, None, None]
        with np.errstate(all="ignore"):
            many, sure = _DIRECT[size](scaled[1:] - scaled[0])
        sure &= (many > SURE_SHARE).all(axis=0)
        assert np.abs(many - exact)[:, sure].max(initial=0.0) < 1e-12
        assert (np.abs(equalising(scaled) - exact) < np.where(sure, 1e-12, 1e-14 * exact)).all()
        for lane, certain in enumerate(sure):
            few = mixture(scaled[..., lane].tolist(), range(size), range(size))
            assert (few is not None) == certain
            assert few is None or bits(np.array(few)) == bits(many[:, lane])
