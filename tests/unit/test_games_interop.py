"""Games to and from nashpy, pandas and xarray (Gambit: see the oracles)."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from strategic.errors import GameError, StrategicError
from strategic.games import Game, from_gambit, from_nashpy, from_pandas, from_xarray
from strategic.games.families import random_games

GRID = Game.from_payoffs(*np.random.default_rng(0).normal(size=(2, 4, 3, 2, 5)), title="grid")


def test_nashpy_gets_and_gives_the_same_matrices():
    game = random_games((3, 4), rng=1)
    again = from_nashpy(game.to_nashpy())
    assert np.array_equal(again.row, game.row)
    assert np.array_equal(again.column, game.column)
    with pytest.raises(GameError, match="takes two players"):
        random_games((2, 2, 2), rng=1).to_nashpy()
    with pytest.raises(GameError, match="takes one game"):
        GRID.to_nashpy()


def test_a_grid_in_pandas_has_one_level_an_axis():
    frame = GRID.to_pandas()
    assert frame.shape == (12, 20)
    assert frame.index.names == ["batch_0", "batch_1"]
    assert frame.loc[(2, 1), "column_1_4"] == GRID.column[2, 1, 1, 4]
    games = from_pandas(frame)
    assert np.array_equal(games.row, GRID.row.reshape(12, 2, 5))
    assert np.array_equal(games.column, GRID.column.reshape(12, 2, 5))


def test_pandas_holds_exact_numbers_where_doubles_cannot():
    frame = Game.from_payoffs([[Fraction(1, 3)]], [[2]]).to_pandas()
    assert frame["row_0_0"].item() == Fraction(1, 3)
    assert from_pandas(frame).fractions()[0].item() == Fraction(1, 3)
    with pytest.raises(GameError, match="two or more players"):
        Game.from_payoffs([1, 2]).to_pandas()


def test_pandas_holds_games_of_three_players():
    games = Game.from_payoffs(*np.random.default_rng(1).standard_normal((3, 5, 2, 1, 3)))
    frame = games.to_pandas()
    assert frame.columns[:2].tolist() == ["player_0_0_0_0", "player_0_0_0_1"]
    for mine, theirs in zip(games.payoffs, from_pandas(frame).payoffs, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.drop(columns="row_0_1"),
        lambda frame: frame.rename(columns={"row_0_0": "row"}),
        lambda frame: frame.assign(row_0_0=[None, 1.0]),
        lambda frame: frame.assign(row_0_0=["x", "1"]),
        lambda frame: frame.assign(row_0_0=[float("nan"), 1.0]),
    ],
)
def test_a_broken_frame_is_told_in_one_line(change):
    frame = random_games((1, 2), 2, rng=1).to_pandas()
    with pytest.raises(StrategicError) as caught:
        from_pandas(change(frame))
    assert "\n" not in str(caught.value)


def test_xarray_keeps_names_and_takes_axes_in_any_order():
    array = GRID.to_xarray()
    assert array.dims == ("batch_0", "batch_1", "player", "action_row", "action_column")
    assert array.attrs["title"] == "grid"
    shuffled = array.transpose("action_row", "batch_1", "player", "action_column", "batch_0")
    again = from_xarray(shuffled)
    assert again.batch_shape == (3, 4)
    assert np.array_equal(again.row, np.swapaxes(GRID.row, 0, 1))
    assert again.players == GRID.players
    bare = from_xarray(array.drop_vars(["player", "action_row", "action_column"]))
    assert np.array_equal(bare.column, GRID.column)


def test_an_array_without_the_axes_of_a_game():
    with pytest.raises(GameError, match="must have an axis 'player'"):
        from_xarray(GRID.to_xarray().isel(player=0))
    with pytest.raises(GameError, match="must have an axis 'player'"):
        from_xarray(GRID.to_xarray().rename(action_row="rows"))


def test_three_players_in_xarray():
    game = random_games((2, 3, 4), rng=2)
    again = from_xarray(game.to_xarray())
    assert all(np.array_equal(a, b) for a, b in zip(game.payoffs, again.payoffs, strict=True))


@pytest.mark.parametrize(
    ("given", "theirs"),
    [
        (("2", "1"), ["2", "1"]),  # Gambit renames one by one, and the other still had that name
        (("1", "1"), ["1 (1)", "1 (2)"]),
        (("", ""), ["(1)", "(2)"]),
        (("a", " "), ["a", "(2)"]),
        (("\u00e9", "e"), ["e (1)", "e (2)"]),
        (("a (2)", "a"), ["a (2)", "a"]),
        (('say "no"', "back\\"), ['say "no"', "back\\"]),
        (("_1", "_2"), ["_1", "_2"]),
        (("two\nlines", "two  spaces"), ["two lines", "two spaces"]),
    ],
)
def test_gambit_takes_any_names(given, theirs):
    game = Game.from_payoffs(
        [[1, 2], [3, 4]], [[5, 6], [7, 8]], players=given, actions=(given, given)
    )
    handed = replace(game, title="f\u00eate\n", comment="ends in \\").to_gambit()
    assert [player.label for player in handed.players] == theirs
    assert [[s.label for s in player.strategies] for player in handed.players] == [theirs, theirs]
    assert handed.title == "fete"
    assert handed.description == "ends in \\"
    assert from_gambit(handed).row.tolist() == game.row.tolist()


def test_random_names_reach_gambit_apart():
    rng = np.random.default_rng(3)
    letters = ["", "a", "b", " ", "1", "2", "(", ")", "_", "\u00e9", '"', "\\", "\n"]
    for _ in range(100):
        names = tuple("".join(rng.choice(letters, 3)) for _ in range(4))
        game = Game.from_payoffs(np.arange(4.0), actions=(names,))
        found = [s.label for s in next(iter(game.to_gambit().players)).strategies]
        assert len(set(found)) == 4
        assert len(set(game.told_apart().actions[0])) == 4


def test_frames_with_other_names_and_further_columns_are_games():
    import pandas as pd

    frame = pd.DataFrame({"id": ["x", "y"], "b11": ["1/3", 4], "a11": [1, 2], 7: [0, 0]})
    games = from_pandas(frame)
    assert games.row.ravel().tolist() == [1, 2]
    assert str(games.fractions()[1].ravel()[0]) == "1/3"
    assert from_pandas(frame, names=["b", "a"]).column.ravel().tolist() == [1, 2]
