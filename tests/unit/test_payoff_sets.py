"""Payoff sets: published numbers, thresholds, units, and vertices checked without the solver."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategic.errors import GameError
from strategic.games.game import Game
from strategic.repeated import equilibrium_payoffs, transfer_sets, transfer_thresholds
from strategic.status import Status

DILEMMA = ([[9, 1], [10, 3]], [[9, 10], [1, 3]])
ABREU_SANNIKOV = ([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
STORED = Path(__file__).parents[1] / "oracles" / "payoff_sets_quantecon.json"
PATIENCE = 0.24704719832526
"""The dilemma's set turns from a segment into a polygon at sqrt(9072) - 95."""


def same_vertices(found, expected, atol=1e-9):
    """Compare vertices whatever their order."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert len(found) == len(expected), found
    distance = np.abs(found[:, None] - expected[None]).max(axis=-1)
    np.testing.assert_array_less(distance.min(axis=0), atol)
    np.testing.assert_array_less(distance.min(axis=1), atol)


def test_the_dilemma_grows_from_point_to_segment_to_polygon():
    discounts = [0.0, 0.1, 1 / 7 - 1e-9, 1 / 7, 0.2, 0.247, 0.249, 0.25, 0.5, 0.99]
    sets = equilibrium_payoffs(*DILEMMA, discount=discounts)
    kinds = [one.kind for one in sets]
    assert kinds == ["point"] * 3 + ["segment"] * 3 + ["polygon"] * 4
    assert (sets.status == Status.OK).all()
    for one in sets.sets[:3]:
        same_vertices(one.vertices, [[3, 3]])
    for one in sets.sets[3:6]:
        same_vertices(one.vertices, [[3, 3], [9, 9]])
    for one in sets.sets[7:]:
        same_vertices(one.vertices, [[3, 3], [9.75, 3], [9, 9], [3, 9.75]])


@pytest.mark.parametrize("discount", [0.2470472, 0.24705, 0.248, 0.249, 0.2499])
def test_the_quadrilateral_of_the_dilemma(discount):
    smaller = min(np.roots([6 * discount, discount - 1, (2 - 8 * discount) / discount]))
    corner = 10 - discount - 6 * discount * smaller
    if discount == 0.249:
        assert corner == pytest.approx(9.6804594, abs=5e-8)
    (one,) = equilibrium_payoffs(*DILEMMA, discount=discount)
    same_vertices(one.vertices, [[3, 3], [corner, 3], [9, 9], [3, corner]])


def test_the_threshold_of_the_quadrilateral():
    assert sqrt(9072) - 95 == pytest.approx(PATIENCE)
    below, above = equilibrium_payoffs(*DILEMMA, discount=[PATIENCE - 1e-7, PATIENCE + 1e-7])
    assert (below.kind, above.kind) == ("segment", "polygon")
    assert above.vertices[:, 0].max() == pytest.approx(9.3764955, abs=3e-3)


def test_no_convergence_is_said_with_its_residual():
    stuck, fine = equilibrium_payoffs(*DILEMMA, discount=[PATIENCE, 0.5], max_steps=500)
    assert stuck.status == Status.NOT_CONVERGED
    assert stuck.residual > 1e-6
    assert fine.status == Status.OK


def test_abreu_and_sannikov_s_example():
    (one,) = equilibrium_payoffs(*ABREU_SANNIKOV, discount=0.3)
    expected = [
        [7.33770472, 10.9826253],
        [1.1256824, 2.8],
        [7.33770472, 0],
        [7.86308964, 0],
        [19.7917977, 2.8],
        [15.5630896, 9.1],
    ]
    same_vertices(one.vertices, expected, atol=1e-7)
    below, above = equilibrium_payoffs(*ABREU_SANNIKOV, discount=[0.29485002, 0.29485004])
    same_vertices(below.vertices, [[10, 4]])
    assert above.kind == "polygon"


def test_games_without_pure_equilibrium():
    pennies = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    empty, bad = equilibrium_payoffs(*pennies, discount=[0.3, 1.0])
    assert (empty.status, empty.kind) == (Status.NO_EQUILIBRIUM, "empty")
    assert (bad.status, bad.kind) == (Status.INVALID, "empty")
    assert np.isnan(empty.threat).all()


def test_one_bad_discount_factor_harms_no_neighbour():
    sets = equilibrium_payoffs(*DILEMMA, discount=[0.3, np.nan, 1.0, -0.1, 0.3])
    assert sets.status.tolist() == [Status.OK, *[Status.INVALID] * 3, Status.OK]
    np.testing.assert_array_equal(sets[0].vertices, sets[4].vertices)
    (alone,) = equilibrium_payoffs(*DILEMMA, discount=0.3)
    np.testing.assert_array_equal(sets[0].vertices, alone.vertices)


def test_constant_payoffs_and_one_action():
    (point,) = equilibrium_payoffs([[2, 2], [2, 2]], [[1, 1], [1, 1]], discount=0.5)
    same_vertices(point.vertices, [[2, 1]])
    (line,) = equilibrium_payoffs([[0, 0], [0, 0]], [[0, 1], [0, 1]], discount=0.5)
    same_vertices(line.vertices, [[0, 1]])
    (single,) = equilibrium_payoffs([[4]], [[7]], discount=0.9)
    same_vertices(single.vertices, [[4, 7]])


def test_only_single_games_of_two_players():
    with pytest.raises(GameError, match="one game of two players"):
        equilibrium_payoffs(
            Game.from_payoffs(np.zeros((3, 2, 2)), np.zeros((3, 2, 2))), discount=0.5
        )
    with pytest.raises(GameError, match="two players"):
        equilibrium_payoffs([[1]], discount=0.5)


@pytest.mark.parametrize(
    ("scale", "shift"),
    [(1, 1e6), (1, 1e9), (1, -1e9), (1e6, 0), (1e9, 0), (1e-9, 0), (1e6, 1e6), (1e9, -1e9)],
)
@pytest.mark.parametrize(("game", "discount"), [(DILEMMA, 0.249), (ABREU_SANNIKOV, 0.3)])
def test_the_set_follows_the_units(game, discount, shift, scale):
    (plain,) = equilibrium_payoffs(*game, discount=discount)
    row, column = (scale * (np.array(payoffs) + shift) for payoffs in game)
    (moved,) = equilibrium_payoffs(row, column, discount=discount)
    np.testing.assert_allclose(
        moved.vertices / scale - shift, plain.vertices, atol=1e-9 + 2e-15 * abs(shift)
    )


integers = st.integers(-9, 9)


@st.composite
def games(draw):
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = draw(st.lists(integers, min_size=2 * rows * columns, max_size=2 * rows * columns))
    return np.array(numbers, dtype=float).reshape(2, rows, columns)


def inside(point, vertices, slack):
    """Whether a point is in the convex hull of counterclockwise vertices."""
    if len(vertices) == 1:
        return np.abs(point - vertices[0]).max() <= slack
    edge = np.roll(vertices, -1, axis=0) - vertices
    across = edge[:, 0] * (point[1] - vertices[:, 1]) - edge[:, 1] * (point[0] - vertices[:, 0])
    box = (point >= vertices.min(axis=0) - slack) & (point <= vertices.max(axis=0) + slack)
    return bool(box.all() and (across >= -slack * np.abs(edge).sum(axis=1)).all())


@given(games(), st.floats(0.05, 0.95))
def test_every_vertex_is_supported_by_the_set_itself(game, discount):
    row, column = game
    (one,) = equilibrium_payoffs(row, column, discount=discount)
    if one.status == Status.NOT_CONVERGED:
        return
    assert one.status == (Status.OK if len(one.vertices) else Status.NO_EQUILIBRIUM)
    gains = np.stack([row.max(0) - row, column.max(1)[:, None] - column], axis=-1).reshape(-1, 2)
    payoffs = np.stack([row, column], axis=-1).reshape(-1, 2)
    need = one.threat + (1 - discount) / discount * gains
    for vertex in one.vertices:
        tomorrow = (vertex - (1 - discount) * payoffs) / discount
        kept = (tomorrow >= need - 1e-7).all(axis=1)
        assert any(inside(point, one.vertices, 1e-7) for point in tomorrow[kept])


@given(games(), st.floats(0.05, 0.9))
def test_patience_and_stage_equilibria_never_hurt(game, discount):
    row, column = game
    less, more = equilibrium_payoffs(row, column, discount=[discount, discount + 0.05])
    if Status.NOT_CONVERGED in (less.status, more.status):
        return
    assert all(inside(vertex, more.vertices, 1e-7) for vertex in less.vertices)
    stage = (row == row.max(0)) & (column == column.max(1)[:, None])
    for point in np.stack([row[stage], column[stage]], axis=-1):
        assert inside(point, less.vertices, 1e-9)


@given(games(), st.floats(0.05, 0.95))
def test_grim_reversion_to_a_stage_equilibrium_is_in_the_set(game, discount):
    row, column = game
    (one,) = equilibrium_payoffs(row, column, discount=discount)
    stage = (row == row.max(0)) & (column == column.max(1)[:, None])
    for threat in np.stack([row[stage], column[stage]], axis=-1):
        deviation_row = (1 - discount) * row.max(0) + discount * threat[0]
        deviation_column = (1 - discount) * column.max(1)[:, None] + discount * threat[1]
        kept = (row >= deviation_row + 1e-9) & (column >= deviation_column + 1e-9)
        for point in np.stack([row[kept], column[kept]], axis=-1):
            assert inside(point, one.vertices, 1e-9)


def test_quantecon_agrees_where_it_answers():
    compared = 0
    for record in json.loads(STORED.read_text()):
        if record["vertices"] is None:
            continue
        (one,) = equilibrium_payoffs(record["row"], record["column"], discount=record["discount"])
        theirs = np.array(record["vertices"])
        assert all(inside(vertex, one.vertices, 1e-6) for vertex in theirs), record
        directions = np.stack([np.cos(np.arange(24) / 3.8), np.sin(np.arange(24) / 3.8)])
        mine, other = (one.vertices @ directions).max(0), (theirs @ directions).max(0)
        np.testing.assert_allclose(mine, other, atol=1e-6)
        compared += 1
    assert compared >= 40


def test_transfers_make_imbalance_irrelevant():
    assert transfer_thresholds([[3, 0], [5, 1]], [[3, 5], [0, 1]])[0, 0] == pytest.approx(0.5)
    for imbalance in range(4):
        first, second = (4 + imbalance) / 2, (4 - imbalance) / 2
        row = [[first, -1], [first + 2, 0]]
        column = [[second, second + 2], [-1, 0]]
        thresholds = transfer_thresholds(row, column)
        assert thresholds[0, 0] == pytest.approx(0.5)
        assert thresholds[1, 1] == 0


def test_transfer_sets_match_their_thresholds():
    row, column = ABREU_SANNIKOV
    thresholds = transfer_thresholds(row, column)
    best = np.unravel_index(np.argmax(np.array(row) + column), (3, 3))
    at = thresholds[best]
    below, above = transfer_sets(row, column, discount=at + np.array([-1e-6, 1e-6])).joint_payoff
    assert below < above == 25
    sets = transfer_sets(row, column, discount=[0.3, 1.0])
    assert sets.status.tolist() == [Status.OK, Status.INVALID]
    plain = equilibrium_payoffs(row, column, discount=0.3)[0].vertices
    assert (plain.sum(axis=1) <= sets.joint_payoff[0] + 1e-9).all()
    assert (sets.threat[0] <= plain.min(axis=0) + 1e-9).all()


def test_thresholds_with_transfers_come_in_batches():
    games = np.array([DILEMMA, ([[3, 0], [5, 1]], [[3, 5], [0, 1]])], dtype=float)
    together = transfer_thresholds(games[:, 0], games[:, 1])
    for game, found in zip(games, together, strict=True):
        np.testing.assert_array_equal(found, transfer_thresholds(*game))
