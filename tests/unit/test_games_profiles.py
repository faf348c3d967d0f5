"""Games as tables of their outcomes: what they mean, and every broken one in one line."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.errors import StrategicError
from strategic.games import Game, open_games, read_game, read_games

GOOD = (
    "Ann,Bob,payoff Ann,payoff Bob\nup,left,1,1/3\nup,right,0.1,0\ndown,right,2,-1\ndown,left,3,5\n"
)


def written(folder, text):
    path = folder / "game.csv"
    path.write_text(text, encoding="utf8")
    return path


def test_rows_come_in_any_order_and_numbers_are_exact(tmp_path):
    game = read_game(written(tmp_path, GOOD))
    assert game.players == ("Ann", "Bob")
    assert game.actions == (("up", "down"), ("left", "right"))
    assert game.row.tolist() == [[1, 0.1], [3, 2]]
    assert game.fractions()[1].tolist() == [[Fraction(1, 3), 0], [5, -1]]


@pytest.mark.parametrize("shape", [(2, 3), (3, 2, 2), (1, 4)])
def test_a_game_written_row_by_row_is_read_again(shape, tmp_path):
    rng = np.random.default_rng(4)
    game = Game.from_payoffs(*rng.integers(-9, 9, (len(shape), *shape)))
    rows = [
        [*(f"a{k}" for k in place), *(str(int(table[place])) for table in game.payoffs)]
        for place in np.ndindex(shape)
    ]
    rng.shuffle(rows[1:])
    names = [f"p {k}" for k in range(len(shape))]
    lines = [[*names, *(f"Payoff {name}" for name in names)], *rows]
    text = "\ufeff" + "\r\n".join(" , ".join(line) for line in lines)
    found = read_game(written(tmp_path, text))
    order = [
        [own.index(f"a{k}") for k in range(n)] for own, n in zip(found.actions, shape, strict=True)
    ]
    for table, expected in zip(found.payoffs, game.payoffs, strict=True):
        np.testing.assert_array_equal(table[np.ix_(*order)], expected)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("down,left,3,5\n", "", r"no row for this outcome \(got 'down, left'\)"),
        ("down,left", "up,left", r"row 5: stands twice \(got 'up, left'\)"),
        ("1/3", "a third", r"row 2, payoff Bob: .*\(got 'a third'\)"),
        ("0.1,0", "0.1", r"row 3: must have 4 entries"),
        ("payoff Bob", "payoff Bop", r"columns: must be 'payoff Bob'.*\(got 'payoff Bop'\)"),
        ("Ann,Bob,payoff", "Ann,Ann,payoff", r"columns: must be"),
        (",payoff Bob", "", r"columns: must be"),
        ("1/3", '"1', "is no table"),
        ("1/3", "inf", "row 2, payoff Bob"),
    ],
)
def test_a_broken_one_is_told_in_one_line(old, new, rule, tmp_path):
    assert old in GOOD
    with pytest.raises(StrategicError, match=rule) as caught:
        read_game(written(tmp_path, GOOD.replace(old, new, 1)))
    assert "game.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_it_is_a_table_of_one_game_with_names(tmp_path):
    table = open_games(written(tmp_path, GOOD))
    assert (table.shape, table.count) == ((2, 2), 1)
    assert table.game(0).players == ("Ann", "Bob")
    assert read_games(written(tmp_path, GOOD)).batch_shape == (1,)


def test_a_header_alone_is_no_game(tmp_path):
    with pytest.raises(StrategicError):
        read_game(written(tmp_path, GOOD.partition("\n")[0]))
