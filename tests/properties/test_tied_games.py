"""Games with ties in bulk: against an exact walk of polytopes, and no bit depends on the batch."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria._exact import nearest_doubles, whole_payoffs
from strategic.equilibria._regret import payoffs_and_regret_of_pure, payoffs_and_regret_of_two
from strategic.equilibria.enumeration import _vertex_labels
from strategic.equilibria.enumeration._exact_minors import exact_minors
from strategic.equilibria.enumeration._exact_pairs import walked_extremes
from strategic.equilibria.enumeration._extreme_equilibria import extreme_equilibria
from strategic.equilibria.enumeration._minors import exact_range
from strategic.equilibria.enumeration._support_tables import minor_layout
from strategic.equilibria.enumeration._tied_games import crowded, tied
from strategic.equilibria.enumeration.exact_fallback import exact_extremes
from strategic.games import Game

SHAPES = [(1, 3), (2, 2), (2, 3), (3, 2), (3, 3), (2, 6), (4, 3), (4, 4), (3, 5), (5, 5), (6, 4)]


def drawn(shape, games, top, seed=0):
    return np.random.default_rng([seed, *shape, top]).integers(0, top + 1, (2, games, *shape))


def connected(pairs):
    """Group pairs that share a vertex, directly or through others."""
    groups = []
    for number, (x, y) in enumerate(pairs):
        near = [g for g in groups if any(pairs[e][0] == x or pairs[e][1] == y for e in g)]
        groups = [g for g in groups if g not in near]
        groups.append(sorted([number, *(e for g in near for e in g)]))
    return groups


def of_components(found):
    """The extreme equilibria of every component and its index, by game."""
    sets = set()
    for game in np.unique(found.game):
        part = np.flatnonzero(found.game == game)
        pairs = list(zip(found.x_vertex[part], found.y_vertex[part], strict=True))
        for members in connected(pairs):
            lanes = part[members]
            sets.add((int(game), tuple(lanes.tolist()), int(found.index[lanes].sum())))
    return sets


@pytest.mark.parametrize("by_supports", [False, True])
@pytest.mark.parametrize("top", [1, 3])
@pytest.mark.parametrize("shape", SHAPES)
def test_vertices_as_bits_are_those_of_an_exact_walk(shape, top, by_supports, monkeypatch):
    if by_supports:  # as where pairs of vertices are too many
        monkeypatch.setattr(_vertex_labels, "_MOST_LINES", 0)
    _vertex_labels.pair_lines.cache_clear()
    row, column = drawn(shape, 70 if shape[0] * shape[1] < 10 else 10, top)
    row, column = row.transpose(1, 2, 0), column.transpose(1, 2, 0)
    by_column = column.swapaxes(0, 1)
    for kind in (np.int16, object):
        differences = [(t[1:] - t[0]).astype(kind) for t in (row, by_column)]
        found = extreme_equilibria(*differences, fractions=True)
        walked = walked_extremes(*(whole_payoffs(t) for t in (row, column)), fractions=True)
        for name in ("game", "x", "y", "degenerate", "sound"):
            assert np.array_equal(getattr(found, name), getattr(walked, name)), name
        assert found.sound.all()
        assert np.array_equal(found.isolated_index, walked.isolated_index, equal_nan=True)
        assert of_components(found) == of_components(walked)
    _vertex_labels.pair_lines.cache_clear()


@pytest.mark.parametrize("by_supports", [False, True])
@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (4, 4), (5, 4)])
def test_equilibria_that_share_no_strategy_have_their_index(shape, by_supports, monkeypatch):
    if by_supports:
        monkeypatch.setattr(_vertex_labels, "_MOST_LINES", 0)
    _vertex_labels.pair_lines.cache_clear()
    row, column = drawn(shape, 300, 2) * 1.0
    row[::3] += np.random.default_rng(1).random(row[::3].shape)  # without ties in them
    found = solve(row, column, workers=1)
    parts = [(g, e.isolated_index) for g, e in exact_extremes(Game.from_payoffs(row, column))]
    game, isolated = (np.concatenate(lines) for lines in zip(*parts, strict=True))
    isolated = isolated[np.argsort(game, kind="stable")]
    assert np.array_equal(found.index, isolated, equal_nan=True)
    assert {-1.0, 0.0, 1.0} <= set(found.index[~np.isnan(found.index)])
    _vertex_labels.pair_lines.cache_clear()


@pytest.mark.parametrize(
    ("kind", "shape"),
    [(np.int8, shape) for shape in [(2, 3), (3, 3), (3, 5)]]
    + [(np.int16, shape) for shape in [(3, 3), (4, 4), (5, 3), (6, 6), (7, 7)]],
)
def test_short_whole_numbers_hold_all_minors(kind, shape):
    widest = int(exact_range(minor_layout(*shape), 8 * kind().itemsize - 1))
    rng = np.random.default_rng(shape)
    payoffs = rng.integers(0, 2, (*shape, 200)) * widest  # the corners, where minors are largest
    payoffs[..., 100:] = rng.integers(0, widest + 1, (*shape, 100))
    differences = payoffs[1:] - payoffs[0]
    short, long = (exact_minors(differences.astype(dtype)) for dtype in (kind, object))
    assert (short == long).all()
    assert np.abs(long).max() > np.iinfo(kind).max / 16


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (4, 4), (5, 5), (2, 7)])
@pytest.mark.parametrize("top", [2, 3, 9, 30])
def test_no_bit_depends_on_the_batch(shape, top):
    row, column = drawn(shape, 150, top).astype(float)
    row[::7, 0, 0] += 0.25  # not whole
    row[3], column[4] = row[3] * 1e12, column[4] * 2.0**-30
    whole = solve(row, column, workers=1)
    for game in range(0, 150, 5):
        alone, among = solve(row[game], column[game]), np.flatnonzero(whole.game == game)
        assert np.array_equal(alone.status, whole.status[game])
        for mine, theirs in zip(
            (*alone.strategies, alone.payoffs, alone.index, alone.regret),
            (*whole.strategies, whole.payoffs, whole.index, whole.regret),
            strict=True,
        ):
            assert np.array_equal(mine, theirs[among], equal_nan=True)


@pytest.mark.parametrize("shape", [(3, 3), (4, 5)])
def test_only_small_whole_numbers_with_ties_are_crowded(shape):
    row, column = drawn(shape, 400, 9).astype(float)
    row[::3] += 0.5
    column[1::3] *= 1000
    found = crowded(row, column)
    assert 0 < found.sum() < 400
    assert not found[::3].any()
    assert not found[1::3][column[1::3].max(axis=(1, 2)) > 127].any()
    assert tied(row, column)[found].all()
    assert not crowded(row + 0.25, column).any()
    assert not crowded(np.full((1, *shape), np.inf), column[:1]).any()


@pytest.mark.parametrize("top", [2, 9, 200])  # nearly all tied, some, and hardly any
@pytest.mark.parametrize("shape", [(1, 2), (3, 3), (4, 6)])
def test_games_in_which_two_replies_earn_the_same_are_tied(shape, top):
    row, column = drawn(shape, 300, top)
    expected = [
        any(len(set(replies)) < len(replies) for replies in [*mine.T.tolist(), *theirs.tolist()])
        for mine, theirs in zip(row, column, strict=True)
    ]
    assert tied(row, column).tolist() == expected
    assert any(expected)


@pytest.mark.parametrize("kind", ["small", "signed zeros", "huge", "level"])
@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (4, 4), (2, 6)])
def test_payoffs_and_regrets_are_those_of_whole_strategies_to_the_bit(shape, kind):
    values = {
        "small": [0.0, 1.0, 2.0, 3.0],
        "signed zeros": [-1.0, -0.0, 0.0, 1.0],
        "huge": [-1e308, -0.0, 5e307, 1e308],
        "level": [1e15, 1e15 + 1, 1e15 + 2, 1e15 + 4],
    }[kind]
    row, column = np.random.default_rng([*shape, len(kind)]).choice(values, (2, 200, *shape))
    found = solve(row, column, workers=1)
    (x, y), game = (side.T for side in found.strategies), found.game
    payoffs, regret = payoffs_and_regret_of_two(
        row[game].transpose(1, 2, 0).copy(), column[game].transpose(2, 1, 0).copy(), x, y
    )
    pure = np.flatnonzero((x > 0).sum(axis=0) + (y > 0).sum(axis=0) == 2)
    actions = x[:, pure].argmax(axis=0), y[:, pure].argmax(axis=0)
    payoffs[:, pure], regret[pure] = payoffs_and_regret_of_pure(row, column, *actions, game[pure])
    assert np.array_equal(found.payoffs.T.copy().view(np.int64), payoffs.view(np.int64))
    assert np.array_equal(found.regret, regret)
    assert found.degenerate.any()


@pytest.mark.parametrize("shape", [(3, 3), (5, 5), (9, 8)])
def test_what_is_wanted_is_part_of_the_whole(shape):
    row, column = drawn(shape, 40 if shape[0] < 9 else 3, 2) * 1.0
    row[::3] *= 0.1  # ties in 53 bits
    whole = solve(row, column, workers=1)
    for want in ("count", "supports", "strategies"):
        found = solve(row, column, workers=1, want=want)
        assert np.array_equal(found.count, whole.count)
        assert np.array_equal(found.status, whole.status)
        if want == "strategies":
            pairs = zip(found.strategies, whole.strategies, strict=True)
            assert all(np.array_equal(mine, theirs) for mine, theirs in pairs)
        if want == "supports":
            pairs = zip(found.supports, whole.strategies, strict=True)
            assert all(np.array_equal(mine, theirs > 0) for mine, theirs in pairs)


@pytest.mark.parametrize("factor", [0.5, 2.0**-40, 2.0**60])
@pytest.mark.parametrize("shape", [(3, 3), (4, 4), (2, 5)])
def test_powers_of_two_change_no_bit_of_strategies(shape, factor):
    row, column = drawn(shape, 100, 3) * 1.0
    found, scaled = solve(row, column, workers=1), solve(row * factor, column, workers=1)
    for mine, theirs in zip(found.strategies, scaled.strategies, strict=True):
        assert np.array_equal(mine, theirs)
    assert np.array_equal(found.index, scaled.index, equal_nan=True)
    assert np.array_equal(found.status, scaled.status)


@pytest.mark.parametrize("denominator", [10, 3 * 10**8 + 1, 10**30 + 7])
@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (4, 4)])
def test_shares_of_games_in_fractions_are_rounded_once(shape, denominator):
    whole = drawn(shape, 30, 2).astype(object)
    whole[:, :, 0, 0] *= denominator  # long and short ones in one block
    whole[:, ::2, 0, 0] //= denominator
    fractions = np.frompyfunc(lambda number: Fraction(number, denominator), 1, 1)(whole)
    found = solve(Game.from_payoffs(*fractions))
    tables = (whole_payoffs(side.transpose(1, 2, 0)) for side in whole)
    walked = walked_extremes(*tables, fractions=True)
    tied_ones = found.degenerate[found.game]
    assert tied_ones.any()
    assert np.array_equal(found.game, walked.game)
    for mine, theirs in zip(found.strategies, (walked.x, walked.y), strict=True):
        assert np.array_equal(mine[tied_ones], nearest_doubles(theirs.T)[tied_ones])
