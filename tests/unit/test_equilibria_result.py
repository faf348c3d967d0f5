"""The result of a batch, the regret of any profile, and what the solver refuses."""

import numpy as np
import pytest

from strategic.equilibria import Equilibria, choose, expected_payoffs, regret, solve
from strategic.equilibria.cross_check import cross_check
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria
from strategic.errors import GameError, MethodError
from strategic.games.game import Game
from strategic.status import Status


@pytest.fixture(scope="module")
def grid():
    rng = np.random.default_rng(5)
    row, column = rng.integers(0, 6, (2, 4, 5, 3, 2)).astype(float)
    return solve(row, column), row, column


def test_batch_axes_are_kept(grid):
    found, *_ = grid
    assert found.count.shape == found.status.shape == found.degenerate.shape == (4, 5)
    assert found.count.sum() == len(found) == len(found.game)
    assert found.row.shape == (len(found), 3)
    assert found.column.shape == (len(found), 2)
    assert (np.diff(found.game) >= 0).all()
    assert not found.regret[~(found.regret < 1e-14)].size


def test_of_gives_what_solving_one_game_gives(grid):
    found, row, column = grid
    for place in np.ndindex(4, 5):
        one, alone = found.of(*place), solve(row[place], column[place])
        assert one.games.batch_shape == ()
        assert one.count == alone.count
        assert one.status == alone.status
        for mine, other in zip(one, alone, strict=True):
            assert all((a == b).all() for a, b in zip(mine, other, strict=True))
    assert len(found.of(7)) == found.count.reshape(-1)[7]
    with pytest.raises(IndexError):
        found.of(20)


def test_components_add_up_game_by_game(grid):
    found, *_ = grid
    components = found.components()
    total = np.zeros(20)
    np.add.at(total, [c.game for c in components], [c.index for c in components])
    assert (total == 1).all()
    listed = sorted(e for c in components for e in c.equilibria)
    assert listed == list(range(len(found)))
    for component in components:
        assert {int(found.game[e]) for e in component.equilibria} == {component.game}
        if len(component.equilibria) == 1:
            assert found.index[component.equilibria[0]] == component.index


def test_fractions_are_in_the_same_order(grid):
    found, *_ = grid
    for exact, rounded in zip(found.fractions(), found.strategies, strict=True):
        np.testing.assert_allclose(exact.astype(float), rounded, atol=1e-15)
        assert (exact.sum(axis=1) == 1).all()
    np.testing.assert_allclose(found.fraction_payoffs().astype(float), found.payoffs, atol=1e-14)


def test_tables(grid):
    found, *_ = grid
    table = found.to_pandas()
    assert list(table.columns) == [
        *("game", "row_0", "row_1", "row_2", "column_0", "column_1"),
        *("payoff_row", "payoff_column", "index", "regret"),
    ]
    assert len(table) == len(found)
    data = found.to_xarray()
    assert data["count"].shape == (4, 5)
    np.testing.assert_array_equal(data["strategy_column"], found.column)


def test_repr_names_sizes_and_states(grid):
    found, *_ = grid
    assert repr(found).startswith(f"<Equilibria: {len(found)} extreme equilibria of 20 games 3x2 (")
    assert "more" in repr(found).splitlines()[-1]


def test_no_games_no_equilibria():
    for shape in ((0, 2, 2), (0, 3, 4)):
        found = solve(np.zeros(shape), np.zeros(shape))
        assert len(found) == 0
        assert found.row.shape == (0, shape[1])
        assert repr(found)


def test_regret_of_any_number_of_players():
    rng = np.random.default_rng(1)
    payoffs = rng.random((3, 2, 3, 2))
    mixtures = [rng.dirichlet(np.ones(n), size=6) for n in (2, 3, 2)]
    game = Game.from_payoffs(*payoffs)
    expected, gains = expected_payoffs(game, mixtures), regret(game, mixtures)
    for e, (x, y, z) in enumerate(zip(*mixtures, strict=True)):
        earned = np.einsum("pijk,i,j,k->p", payoffs, x, y, z)
        np.testing.assert_allclose(expected[e], earned, rtol=1e-13)
        best = [
            np.einsum("ijk,j,k->i", payoffs[0], y, z).max(),
            np.einsum("ijk,i,k->j", payoffs[1], x, z).max(),
            np.einsum("ijk,i,j->k", payoffs[2], x, y).max(),
        ]
        assert gains[e] == pytest.approx(max(np.subtract(best, earned)), abs=1e-14)


def test_verified_fills_in_what_follows_from_the_profiles():
    games = Game.from_payoffs(np.zeros((3, 2, 2)), np.zeros((3, 2, 2)))
    half = np.full((2, 2), 0.5)
    found = Equilibria.verified(
        games, (half, half), game=np.array([0, 2]), status=np.array(Status.FOUND), method="one"
    )
    assert found.count.tolist() == [1, 0, 1]
    assert found.status.tolist() == [Status.FOUND] * 3
    assert found.regret.tolist() == [0, 0]
    with pytest.raises(MethodError, match="components need all equilibria"):
        found.components()


@pytest.mark.parametrize(
    ("payoffs", "options", "error", "text"),
    [
        ((np.zeros((2, 2, 2)),) * 3, {"method": "one"}, MethodError, "two players"),
        ((np.zeros(2),), {}, MethodError, "two players or more"),
        ((np.zeros((17, 17)),) * 2, {}, MethodError, "at most 1000000 vertices .*17x17: up to"),
        ((np.zeros((10, 27)),) * 2, {}, MethodError, "at most 200000 vertices .*10x27: up to"),
        ((np.zeros((2, 2)),) * 2, {"method": "al"}, MethodError, "did you mean 'all'"),
        (([[np.nan, 0]], [[0, 0]]), {}, GameError, "finite"),
        (([[1, 0]], [[0], [0]]), {}, GameError, "must have shape"),
        (([[1, 0], [1]], [[0], [0]]), {}, GameError, "rectangular"),
        ((np.zeros((0, 2)), np.zeros((0, 2))), {}, GameError, "at least one action"),
        ((), {}, GameError, "at least one player"),
    ],
)
def test_refusals_name_the_rule(payoffs, options, error, text):
    with pytest.raises(error, match=text):
        solve(*payoffs, **options)


def test_regret_refuses_profiles_that_do_not_fit():
    game = Game.from_payoffs([[1, 0]], [[0, 1]])
    with pytest.raises(GameError, match="one strategy for each of 2 players"):
        regret(game, [[[1.0]]])
    with pytest.raises(GameError, match=r"strategies\[1\]: must have shape \(1, 2\)"):
        regret(game, [[[1.0]], [[1.0]]])


@pytest.mark.parametrize("shape", [(8, 8), (2, 14), (14, 2), (1, 15)])
def test_the_largest_games(shape):
    rng = np.random.default_rng(8)
    row, column = rng.random((2, 3, *shape))
    found = solve(row, column)
    assert (found.status == Status.COMPLETE).all()
    assert (found.count % 2 == 1).all()
    tied = solve((row * 3).round(), (column * 3).round())
    assert (tied.status <= Status.COMPONENTS).all()
    assert tied.regret.max() < 1e-13


def test_blocks_of_any_size_are_options_of_the_method():
    row, column = np.random.default_rng(2).random((2, 10, 3, 3))
    assert (solve(row, column, method=AllEquilibria(block=3)).row == solve(row, column).row).all()


def test_cross_check_says_who_is_right():
    same = cross_check(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    assert (same.finished, same.agrees, same.right) == (True, True, "both")
    missed = cross_check(solve([[2, 1], [0, 2]], [[2, 2], [2, 2]]))
    assert (missed.agrees, missed.right, missed.missing) == (False, "strategic", (1, 3))
    rng = np.random.default_rng(0)
    slow = cross_check(solve(*rng.random((2, 8, 8))), seconds=0.3)
    assert (slow.finished, slow.agrees, slow.right) == (False, None, None)
    with pytest.raises(MethodError, match="single games"):
        cross_check(solve(np.zeros((2, 2, 2)), np.zeros((2, 2, 2))))


@pytest.mark.parametrize("block", [0, -1, 65537])
def test_a_block_has_a_size(block):
    with pytest.raises(MethodError, match=r"at (least 1|most 65536)"):
        AllEquilibria(block=block)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (9, 8)])
def test_a_description_lists_the_components_that_fractions_give(shape):
    rng = np.random.default_rng(shape)
    kinds = [0]
    for top in (2, 3, 9, 1000) if shape != (9, 8) else (1000,):
        for _ in range(8 if shape != (9, 8) else 2):
            found = solve(*rng.integers(0, top, (2, *shape)).astype(float))
            expected = [(list(c.equilibria), c.index) for c in found.components()]
            listed = found.details()["components"]
            assert [(c["equilibria"], c["index"]) for c in listed] == expected
            kinds.append(int(found.degenerate))
    assert shape == (9, 8) or 0 < sum(kinds) < len(kinds) - 1  # with ties and without


def test_a_single_profile_needs_no_axis_of_profiles():
    rng = np.random.default_rng(11)
    for shape in [(2, 3), (2, 2, 3)]:
        game = Game.from_payoffs(*rng.random((len(shape), *shape)))
        profile = [rng.dirichlet(np.ones(n)) for n in shape]
        of_one, of_many = (
            (expected_payoffs(game, given), regret(game, given))
            for given in (profile, [own[None] for own in profile])
        )
        assert of_one[0].shape == (len(shape),)
        assert of_one[1].shape == ()
        np.testing.assert_array_equal(of_one[0], of_many[0][0])
        assert of_one[1] == of_many[1][0]
    with pytest.raises(GameError, match=r"strategies\[1\].* must have shape \(2,\)"):
        regret(Game.from_payoffs([[1, 2], [3, 4]], [[1, 2], [3, 4]]), [[1.0, 0.0], [1.0]])


def test_a_single_game_says_what_is_known_and_a_batch_is_refused(grid):
    tied = solve([[1, 1], [0, 0]], [[1, 1], [0, 0]])
    assert tied.message == Status.COMPONENTS.message
    found, *_ = grid
    with pytest.raises(MethodError, match="batch of shape"):
        _ = found.message


def test_what_a_rule_names_is_read_at_a_glance():
    names = {"players": ["Ann", "Bob"], "actions": [["stag", "hare"]] * 2}
    hunt = Game.from_payoffs([[9, 0], [8, 7]], [[9, 8], [0, 7]], **names)
    shown = repr(choose(hunt, "payoff-dominant"))
    assert "Ann: stag" in shown
    assert "payoffs: Ann 9, Bob 9" in shown
    plain = repr(choose(solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]), "payoff-dominant"))
    assert Status.NO_CHOICE.message in plain
    batch = np.tile([[9.0, 0.0], [8.0, 7.0]], (5, 1, 1))
    many = choose(solve(batch, batch.transpose(0, 2, 1)), "risk-dominant")
    assert repr(many) == "<Chosen: risk-dominant of 5 games 2x2 (ok 5)>"


def test_a_component_without_an_index_has_none_with_a_sign():
    tied = solve([[4, 0], [0, 0]], [[3, 0], [0, 4]])
    assert sorted(component.index for component in tied.components()) == [0, 1]
    written = " ".join(tied.notes())
    assert "index 0" in written
    assert "+0" not in written


def test_a_list_of_a_degenerate_game_names_its_actions_and_says_that_equilibria_are_extreme():
    game = Game.from_payoffs(
        [[4, 0], [3, 0]],
        [[3, 0], [0, 4]],
        players=("city", "association"),
        actions=(("fund", "cut"), ("join", "leave")),
    )
    found = solve(game)
    assert repr(found).splitlines() == [
        "<Equilibria: 3 extreme equilibria of a 2x2 game (components), regret at most 0>",
        "  fund  join  index +1",
        "  cut  leave",
        "  0.5714 fund, 0.4286 cut  leave",
    ]
    assert "component 1: {cut; 0.571429 fund, 0.428571 cut} x {leave}" in found.notes()
    assert "3 extreme equilibria" in found.table().caption
    assert found.lines() == ["3 extreme equilibria (components)"]
